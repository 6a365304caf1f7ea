// The profile in cookies: where the browser's database is not wanted.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { chromium, installed, serve } from "./dev.mjs";

let browser, server, context, headers;
before(async () => {
  const path = join(installed(), "cookie");
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, "index.html"), `<!doctype html><meta charset="utf-8">
    <script type="importmap">{"imports":{"endcap":"/endcap/index.js","endcap/cookie":"/endcap/cookie.js"}}</script>
    <script type="module">
      import { Endcap } from "endcap";
      import { cookie } from "endcap/cookie";
      globalThis.errors = [];
      globalThis.start = async (storage, consent = "persistent") => (globalThis.endcap = await Endcap.open({ consent, storage: storage === "cookie" ? cookie() : storage, onError: (error) => errors.push(error.code) }));
      globalThis.click = (brand) => endcap.observe("add_to_cart", { items: [{ item_id: "of-" + brand, item_brand: brand }] });
      globalThis.order = () => endcap.rank(["x", "y", "z"].map((brand) => ({ item_id: "new-" + brand, item_brand: brand }))).map((item) => item.item_brand).join("");
      globalThis.names = () => document.cookie.split("; ").filter(Boolean).map((pair) => pair.split("=")[0]).sort();
      globalThis.loaded = true;
    </script>`);
  server = await serve({ "/endcap/": join(installed(), "node_modules/endcap"), "/seen": (request) => ((headers = request.headers), {}), "/": path });
  browser = await chromium();
});
after(async () => {
  await browser.close();
  await server.close();
});
beforeEach(async () => {
  await context?.close();
  context = await browser.newContext();
});

async function tab(storage, consent) {
  const page = await context.newPage();
  await page.goto(server.url);
  await page.waitForFunction(() => globalThis.loaded);
  await page.evaluate(([storage, consent]) => start(storage, consent), [storage, consent]);
  return page;
}

test("tabs share one profile in one cookie, which the shop's server can read", async () => {
  const [one, two] = [await tab("cookie"), await tab("cookie")];
  await one.evaluate(() => click("z"));
  await two.evaluate(() => click("y"));
  for (const page of [one, two]) await page.close();
  const third = await tab("cookie");
  assert.equal((await third.evaluate(() => order())).at(-1), "x", "both tabs' brands come before the third");
  assert.deepEqual(await third.evaluate(() => names()), ["endcap.profile", "endcap.replica.0", "endcap.replica.1"]);
  assert.deepEqual(await third.evaluate(() => indexedDB.databases()), []);
  await third.evaluate(() => fetch("/seen"));
  assert.match(headers.cookie, /endcap\.profile=[\w-]+(;|$)/, "base64url");
  assert.deepEqual(await third.evaluate(() => errors), []);
  await third.evaluate(() => endcap.setConsent("session"));
  assert.deepEqual(await third.evaluate(() => names()), []);
});

test("a cookie holds any text", async () => {
  const page = await tab("cookie");
  const text = 'tap; "a,b"=1 50 % größer\n\u{1f6bf}';
  const found = await page.evaluate(async (text) => {
    const { cookie } = await import("endcap/cookie");
    await cookie().write("any", text);
    return (await cookie().read()).get("any");
  }, text);
  assert.equal(found, text);
});

test("what is too long for a cookie is refused, and what was there stays", async () => {
  const page = await tab("memory");
  const told = await page.evaluate(async () => {
    const { cookie } = await import("endcap/cookie");
    const shelf = cookie();
    await shelf.write("profile", "A".repeat(4_000));
    const why = await shelf.write("profile", "B".repeat(4_100)).catch(({ name }) => name);
    const there = (await shelf.read()).get("profile");
    await shelf.clear(true);
    return [why, there.length, there[0], document.cookie];
  });
  assert.deepEqual(told, ["RangeError", 4_000, "A", ""]);
});

test("in memory, nothing outlives the page whatever the tier", async () => {
  const page = await tab("memory");
  await page.evaluate(() => click("z"));
  assert.equal(await page.evaluate(() => order()[0]), "z");
  await page.waitForTimeout(700);
  assert.deepEqual(await page.evaluate(async () => [await indexedDB.databases(), document.cookie, Object.keys(localStorage)]), [[], "", []]);
  assert.equal(await (await tab("memory")).evaluate(() => order()), "xyz");
});
