// What stays in a browser, in real Chromium: reloads, several tabs, consent, damaged storage.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { eventually, until } from "../until.mjs";
import { KEPT, chromium, installed, serve } from "./dev.mjs";

let browser, server, context;
before(async () => {
  const path = join(installed(), "tabs");
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, "index.html"), `<!doctype html><meta charset="utf-8">
    <script type="importmap">{"imports":{"endcap":"/endcap/index.js"}}</script>
    <script type="module">
      import { Endcap } from "endcap";
      globalThis.Endcap = Endcap;
      globalThis.errors = [];
      globalThis.changes = 0;
      ${KEPT}
      globalThis.start = async (options = {}) => {
        globalThis.endcap = await Endcap.open({ consent: "persistent", onError: (error) => errors.push(error.code), ...options });
        endcap.on("change", () => globalThis.changes++);
      };
      globalThis.click = (brand) => endcap.observe("add_to_cart", { items: [{ item_id: "of-" + brand, item_brand: brand }] });
      globalThis.order = () => endcap.rank(["x", "y", "z"].map((brand) => ({ item_id: "new-" + brand, item_brand: brand }))).map((item) => item.item_brand).join("");
      globalThis.loaded = true;
    </script>`);
  server = await serve({ "/endcap/": join(installed(), "node_modules/endcap"), "/": path });
  browser = await chromium();
});
after(async () => {
  await browser.close();
  await server.close();
});
afterEach(() => context?.close());

/** A page of the current context, with an engine unless `options` is null. */
async function tab(options = {}) {
  const page = await context.newPage();
  await page.goto(server.url);
  await ready(page, options);
  return page;
}

async function ready(page, options = {}) {
  await page.waitForFunction(() => globalThis.loaded);
  if (options) await page.evaluate((options) => start(options), options);
}

async function shopper(init) {
  context = await browser.newContext();
  if (init) await context.addInitScript(init);
}

const click = (page, brand) => page.evaluate((brand) => click(brand), brand);
const order = (page) => page.evaluate(() => order());
const errors = (page) => page.evaluate(() => errors);
const stored = (page) => page.evaluate(async () => ({ local: Object.keys(await kept()).sort(), session: Object.keys(sessionStorage).sort() }));
const profile = (page) => page.evaluate(async () => (await kept())["profile:0"]);
/** Saving waits for the browser to be idle. */
const saved = (page) => until(() => profile(page));

test("a click outlives a reload that follows at once", async () => {
  await shopper();
  const page = await tab();
  assert.equal(await order(page), "xyz");
  await page.evaluate(() => { click("z"); location.reload(); });
  await page.waitForFunction(() => globalThis.loaded && !globalThis.endcap);
  await ready(page);
  assert.equal((await order(page))[0], "z");
  assert.deepEqual(await errors(page), []);
});

test("two tabs write as two replicas, and each learns what the other learned", async () => {
  await shopper();
  const [one, two] = [await tab(), await tab()];
  await click(one, "z");
  await two.waitForFunction(() => changes > 0);
  assert.equal((await order(two))[0], "z");
  await Promise.all([click(two, "y"), click(one, "z")]);
  // Each believes its own visit more.
  await one.waitForFunction(() => order() === "zyx");
  await two.waitForFunction(() => order() === "yzx");
  const keys = (await stored(one)).local;
  assert.deepEqual(keys, ["profile:0", "profile:1", "replica:0", "replica:1"]);
  const ids = await one.evaluate(async () => [(await kept())["replica:0"], (await kept())["replica:1"]]);
  assert.notEqual(ids[0], ids[1]);

  await one.close();
  const third = await tab();
  assert.equal(await order(third), "zyx");
  const before = await profile(third);
  await click(third, "x");
  await until(async () => (await profile(third)) !== before);
  assert.deepEqual((await stored(third)).local, keys, "a closed tab's replica is used again");
  assert.deepEqual([...(await errors(two)), ...(await errors(third))], []);
});

test("a page that comes back from the back/forward cache learns what happened meanwhile", async () => {
  await shopper();
  const page = await tab();
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true })));
  const other = await tab();
  await click(other, "y");
  await saved(other);
  assert.deepEqual((await stored(other)).local, ["profile:0", "replica:0"], "the cached page holds no slot");
  await page.evaluate(() => { changes = 0; dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })); });
  await page.waitForFunction(() => changes > 0 && order()[0] === "y");
  assert.deepEqual((await stored(page)).local, ["profile:0", "replica:0", "replica:1"]);
});

test("without Web Locks each page is a replica of its own", async () => {
  await shopper(() => Object.defineProperty(Navigator.prototype, "locks", { value: undefined }));
  const [one, two] = [await tab(), await tab()];
  const ids = await Promise.all([one, two].map((page) => page.evaluate(() => sessionStorage.getItem("endcap:replica"))));
  assert.match(ids.join(), /^[0-9a-f]{16},[0-9a-f]{16}$/);
  assert.notEqual(ids[0], ids[1]);
  await click(one, "z");
  await two.waitForFunction(() => order()[0] === "z");
});

test("nothing is stored above the tier, and off learns nothing", async () => {
  await shopper();
  const page = await tab({ consent: "off" });
  assert.deepEqual(await click(page, "z"), { accepted: false, items_known: 0, changes: [] });
  for (const [consent, local, session] of [["off", 0, 0], ["memory", 0, 0], ["session", 0, 1], ["persistent", 2, 1]]) {
    await page.evaluate((consent) => { endcap.setConsent(consent); click("z"); }, consent);
    await new Promise((done) => setTimeout(done, 700));
    await eventually(async () => {
      const keys = await stored(page);
      assert.deepEqual([keys.local.length, keys.session.length], [local, session], consent);
    });
  }
  await page.evaluate(() => endcap.setConsent("session"));
  // Nor an empty database. Looked for before looking into it: opening one that is just being deleted makes it anew.
  await until(() => page.evaluate(async () => (await indexedDB.databases()).length === 0));
  assert.deepEqual(await stored(page), { local: [], session: ["endcap:session"] });
  assert.equal((await order(page))[0], "z", "what is in memory may stay");
  await page.evaluate(() => endcap.setConsent("off"));
  assert.deepEqual(await stored(page), { local: [], session: [] });
  assert.equal(await order(page), "xyz");
});

test("a visit survives a reload at tier session", async () => {
  await shopper();
  const page = await tab({ consent: "session" });
  await page.evaluate(() => { click("z"); location.reload(); });
  await page.waitForFunction(() => globalThis.loaded && !globalThis.endcap);
  await ready(page, { consent: "session" });
  assert.equal((await order(page))[0], "z");
  assert.deepEqual((await stored(page)).local, []);
});

test("consent withdrawn in one tab holds in the others", async () => {
  await shopper();
  const [one, two] = [await tab(), await tab()];
  await click(one, "z");
  await two.waitForFunction(() => order()[0] === "z");
  await one.evaluate(() => endcap.setConsent("off"));
  await two.waitForFunction(() => endcap.consent === "off");
  await two.evaluate(() => { click("y"); dispatchEvent(new Event("pagehide")); });
  assert.deepEqual((await stored(two)).local, []);
});

test("a page that has not asked yet deletes nothing; one that was told off does", async () => {
  await shopper();
  const page = await tab();
  await click(page, "z");
  await saved(page);
  await page.close();
  const undecided = await tab(null);
  await undecided.evaluate(async () => { globalThis.endcap = await Endcap.open(); });
  assert.equal(await undecided.evaluate(() => endcap.consent), "off");
  assert.ok(await profile(undecided));
  assert.equal(await order(undecided), "xyz", "nor does it look");
  await undecided.evaluate(() => endcap.setConsent("persistent"));
  await undecided.waitForFunction(() => order()[0] === "z"); // Consent that comes later finds everything.
  await undecided.close();
  const told = await tab({ consent: "off" });
  assert.deepEqual((await stored(told)).local, []);
});

test("erase empties every tab, and another tab does not bring it back", async () => {
  await shopper();
  const [one, two] = [await tab(), await tab()];
  await click(one, "z");
  await two.waitForFunction(() => order()[0] === "z");
  await one.evaluate(() => endcap.erase());
  assert.equal(await order(one), "xyz");
  await two.waitForFunction(() => order() === "xyz");
  await click(two, "y");
  await one.waitForFunction(() => order()[0] === "y");
  const after = await tab();
  assert.equal((await order(after)), "yxz");
});

test("a damaged profile is reported, kept aside and replaced", async () => {
  for (const [damage, code] of [["AAAA", "profile/foreign"], ["%%%", "profile/damaged"], [btoa("\xec\x01\x05"), "profile/damaged"]]) {
    await shopper();
    const page = await tab(null);
    await page.evaluate((damage) => keep("profile:0", damage), damage);
    await ready(page);
    assert.deepEqual(await errors(page), [code]);
    assert.equal(await page.evaluate(async () => (await kept()).aside), damage);
    await click(page, "z");
    await saved(page);
    assert.notEqual(await profile(page), damage);
    assert.deepEqual(await errors(page), [code]);
    await context.close();
  }
});

test("a profile of a newer version stays as it is", async () => {
  await shopper();
  const page = await tab(null);
  const newer = btoa("\xec\x7fwhatever");
  await page.evaluate((newer) => keep("profile:0", newer), newer);
  await ready(page);
  await click(page, "z");
  await page.evaluate(() => dispatchEvent(new Event("pagehide")));
  assert.equal(await profile(page), newer);
  assert.equal((await order(page))[0], "z", "this visit is personal all the same");
  assert.deepEqual(await errors(page), ["profile/newer-version"]);
});

test("a browser that refuses storage still learns, and says so once", async () => {
  await shopper(() => {
    for (const area of ["indexedDB", "sessionStorage"]) {
      Object.defineProperty(globalThis, area, { get() { throw new DOMException("no", "SecurityError"); } });
    }
  });
  const page = await tab();
  await click(page, "z");
  assert.equal((await order(page))[0], "z");
  assert.deepEqual(await errors(page), ["storage/refused"]);
});

test("bad events, listeners and options are reported and change nothing", async () => {
  await shopper();
  const page = await tab();
  const before = await order(page);
  const told = await page.evaluate(() => {
    endcap.on("change", () => { throw new Error("mine"); });
    const answers = [
      endcap.observe("no_such_event", {}), endcap.observe("view_item", { items: "no" }), endcap.observe("view_item", { items: [null] }),
      endcap.observe(undefined, undefined), endcap.observe("view_item", null),
    ].map((learned) => learned.accepted);
    return { answers, rank: [endcap.rank([]).length, endcap.rank(["a", "a"]).length], search: endcap.search(null).total, suggest: endcap.suggest("x".repeat(100_000)).products.length };
  });
  assert.deepEqual(told, { answers: [false, false, false, false, false], rank: [0, 2], search: 0, suggest: 0 });
  assert.equal(await order(page), before);
  await page.evaluate(() => { errors.length = 0; click("z"); });
  assert.deepEqual(await errors(page), ["listener/threw"]);
  assert.equal((await order(page))[0], "z");
});
