// The profile's way to the server and back, with a server that joins by the same engine.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { pathToFileURL } from "node:url";
import { until } from "../until.mjs";
import { chromium, installed, serve } from "./dev.mjs";

let browser, server, Engine;
const profiles = new Map();
let requests = [];
let fail = 0;

/** What the server does with a message: joins, and answers with what the client lacks. The protocol is the same both ways. */
function joined(id, bytes) {
  const engine = new Engine(1n);
  const kept = profiles.get(id);
  if (kept) engine.joinProfile(kept);
  const answer = engine.profileDelta(engine.joinDelta(bytes));
  profiles.set(id, engine.profile());
  engine.free();
  return answer;
}

before(async () => {
  const endcap = join(installed(), "node_modules/endcap");
  const glue = await import(pathToFileURL(join(endcap, "endcap.js")));
  glue.initSync({ module: readFileSync(join(endcap, "endcap_bg.wasm")) });
  Engine = glue.Engine;
  const path = join(installed(), "sync");
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, "index.html"), `<!doctype html><meta charset="utf-8">
    <script type="importmap">{"imports":{"endcap":"/endcap/index.js"}}</script>
    <script type="module">
      import { Endcap } from "endcap";
      globalThis.errors = [];
      globalThis.start = async (options) => {
        globalThis.endcap = await Endcap.open({ consent: "sync", sync: { url: "/v1/" }, onError: (error) => errors.push(error.code), ...options });
      };
      globalThis.click = (brand) => endcap.observe("add_to_cart", { items: [{ item_id: "of-" + brand, item_brand: brand }] });
      globalThis.order = () => endcap.rank(["x", "y", "z"].map((brand) => ({ item_id: "new-" + brand, item_brand: brand }))).map((item) => item.item_brand).join("");
      globalThis.loaded = true;
    </script>`);
  server = await serve({
    "/endcap/": endcap,
    "/": path,
    "/v1/profiles/": (request, body) => {
      const id = request.url.split("/")[3];
      requests.push({ id, bytes: body.length });
      if (fail-- > 0) return { status: 503, headers: { "content-type": "application/problem+json" }, body: '{"code":"store/busy","detail":"later"}' };
      return { body: joined(id, new Uint8Array(body)) };
    },
    "/v1/link": (request) => {
      requests.push({ link: request.headers.authorization });
      if (request.headers.authorization !== "Bearer good") return { status: 401, body: '{"code":"token/invalid","detail":"sign it"}' };
      return { headers: { "content-type": "application/json" }, body: JSON.stringify({ profile: "customer-".padEnd(43, "0") }) };
    },
  });
  browser = await chromium();
});
after(async () => {
  await browser.close();
  await server.close();
});
const contexts = [];
beforeEach(() => {
  profiles.clear();
  requests = [];
  fail = 0;
});
afterEach(() => Promise.all(contexts.splice(0).map((context) => context.close())));

async function device(options = {}, init) {
  const context = await browser.newContext();
  contexts.push(context);
  if (init) await context.addInitScript(init);
  const page = await context.newPage();
  await page.goto(server.url);
  await page.waitForFunction(() => globalThis.loaded);
  await page.evaluate((options) => start(options), options);
  return page;
}

const click = (page, brand) => page.evaluate((brand) => click(brand), brand);
const order = (page) => page.evaluate(() => order());

test("a burst of clicks is one request, under an identifier that nobody can guess", async () => {
  const page = await device();
  await until(() => requests.length === 1);
  await page.evaluate(() => ["x", "y", "z", "z"].forEach((brand) => click(brand)));
  await until(() => requests.length === 2);
  assert.match(requests[0].id, /^[\w-]{22}$/);
  assert.equal(requests[1].id, requests[0].id);
  assert.ok(requests[1].bytes > 0);
});

test("two devices of one customer have one profile; after logging out it is gone from the device", async () => {
  const [phone, laptop] = [await device(), await device()];
  await click(phone, "z");
  assert.equal(await phone.evaluate(() => endcap.link("good")), true);
  assert.equal(await laptop.evaluate(() => endcap.link("good")), true);
  assert.equal((await order(laptop))[0], "z");
  await click(laptop, "y");
  await laptop.evaluate(() => endcap.sync());
  await phone.evaluate(() => endcap.sync());
  assert.equal(await order(phone), "zyx");

  const customer = requests.at(-1).id;
  await phone.evaluate(() => endcap.unlink());
  assert.equal(await order(phone), "xyz");
  await click(phone, "x");
  await phone.evaluate(() => endcap.sync());
  assert.notEqual(requests.at(-1).id, customer);
  await laptop.evaluate(() => endcap.sync());
  assert.equal(await order(laptop), "yzx", "what came after logging out is not the customer's");
});

test("a link outlives a reload", async () => {
  const page = await device();
  await page.evaluate(() => endcap.link("good"));
  await page.reload();
  await page.waitForFunction(() => globalThis.loaded);
  requests = [];
  await page.evaluate(() => start());
  await until(() => requests.length > 0);
  assert.match(requests[0].id, /^customer-/);
});

test("a token that the server refuses is reported and links nothing", async () => {
  const page = await device();
  assert.equal(await page.evaluate(() => endcap.link("bad")), false);
  assert.deepEqual(await page.evaluate(() => errors), ["sync/refused"]);
  await page.evaluate(() => endcap.sync());
  assert.doesNotMatch(requests.at(-1).id, /^customer-/);
});

test("a server that is down is asked again", async () => {
  fail = 1;
  const page = await device();
  await until(() => profiles.size === 1);
  assert.deepEqual(await page.evaluate(() => errors), ["sync/unreachable"]);
});

test("leaving the page sends what is not yet sent", async () => {
  const page = await device();
  await until(() => requests.length === 1);
  await click(page, "z");
  await page.goto("about:blank");
  // Twice where the first exchange is still under way: hidden, and then gone.
  await until(() => requests.length >= 2);
  assert.ok(requests[1].bytes > 0);
});

test("a page below tier sync does not even load what could send", async () => {
  const page = await device({ consent: "persistent" });
  await click(page, "z");
  const loaded = () => page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name.split("/").pop()));
  assert.ok(!(await loaded()).some((name) => /sync|contribute/.test(name)));
  await page.evaluate(() => endcap.setConsent("sync"));
  await until(() => requests.length === 1);
  assert.ok((await loaded()).includes("sync.js"));
  assert.ok(!(await loaded()).includes("contribute.js"));
  await page.evaluate(() => endcap.setConsent("persistent"));
  requests = [];
  await click(page, "y");
  await page.goto("about:blank");
  await new Promise((done) => setTimeout(done, 300));
  assert.deepEqual(requests, []);
});

test("below tier sync, and under Global Privacy Control, nothing is sent", async () => {
  const gpc = () => Object.defineProperty(Navigator.prototype, "globalPrivacyControl", { value: true });
  const pages = [await device({ consent: "persistent" }), await device({}, gpc)];
  for (const page of pages) {
    assert.equal(await page.evaluate(() => endcap.consent), "persistent");
    await click(page, "z");
    assert.equal(await page.evaluate(async () => (await endcap.sync()) || (await endcap.link("good"))), false);
    await page.goto("about:blank");
  }
  await new Promise((done) => setTimeout(done, 2_500));
  assert.deepEqual(requests, []);
});
