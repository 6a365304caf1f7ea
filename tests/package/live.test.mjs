// Packs that change while the page is open: head, whole, overlay, delta; and everything that can go wrong on the way.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { pathToFileURL } from "node:url";
import { chromium, installed, root, serve, smallPack } from "./dev.mjs";

const part = (name) => new Uint8Array(readFileSync(join(root, `tests/golden-parts/${name}-1.pack`)));
const hashOf = (bytes) => Buffer.from(bytes.slice(16, 32).reverse()).toString("hex");

let browser, server, context, page;
let packs, whole, head, overlay, delta, next;
/** What the server offers, what it was asked for, and by what pattern it fails how often. */
let manifest, requests, failing;

const piece = (bytes) => ({ hash: hashOf(bytes), url: `/v1/packs/${hashOf(bytes)}.pack`, bytes: bytes.length });

before(async () => {
  const endcap = join(installed(), "node_modules/endcap");
  const glue = await import(pathToFileURL(join(endcap, "endcap.js")));
  glue.initSync({ module: readFileSync(join(endcap, "endcap_bg.wasm")) });
  [whole, head, overlay, delta] = [smallPack(), part("head"), part("overlay"), part("delta")];
  next = glue.Engine.patch(whole, delta);
  packs = new Map([whole, head, overlay, delta, next].map((bytes) => [hashOf(bytes), bytes]));
  const path = join(installed(), "live");
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, "index.html"), `<!doctype html><meta charset="utf-8">
    <script type="importmap">{"imports":{"endcap":"/endcap/index.js","endcap/live":"/endcap/live.js"}}</script>
    <script type="module">
      import { Endcap } from "endcap";
      import { live } from "endcap/live";
      globalThis.errors = [];
      globalThis.changes = 0;
      globalThis.start = async (options) => {
        globalThis.endcap = await Endcap.open({ pack: live("/v1/manifest.json", options), consent: "memory", onError: (error) => errors.push(error.code) });
        endcap.on("change", () => changes++);
        return [endcap.status, endcap.catalogue?.complete, endcap.catalogue?.items];
      };
      globalThis.found = (text) => endcap.suggest(text).products.map(({ id }) => id);
      globalThis.price = () => endcap.suggest("GBS 18V-55").products.find(({ id }) => id === "d1").sale_price;
      globalThis.loaded = true;
    </script>`);
  server = await serve({
    "/endcap/": endcap,
    "/": path,
    "/v1/": async ({ url }) => {
      const name = url.slice("/v1/".length).replace(/packs\/|\.pack|\.json/g, "");
      requests.push(name);
      const failure = failing.find(({ of, times }) => of === name && times > 0);
      if (failure) {
        failure.times--;
        if (failure.until) {
          await failure.until;
          return { body: packs.get(name) };
        }
        return failure.body ? { body: failure.body } : { status: 503 };
      }
      if (name === "manifest") return { headers: { "content-type": "application/json", "cache-control": "no-cache" }, body: JSON.stringify(manifest) };
      // Not kept by the browser, so that every load is seen here.
      return packs.has(name) ? { headers: { "cache-control": "no-store" }, body: packs.get(name) } : { status: 404 };
    },
  });
  browser = await chromium();
});
after(async () => {
  await browser.close();
  await server.close();
});

beforeEach(async () => {
  manifest = { catalogue: { ...piece(whole), head: piece(head), overlays: [piece(overlay)] } };
  [requests, failing] = [[], []];
  await context?.close();
  context = await browser.newContext();
  page = await open();
});

async function open() {
  const page = await context.newPage();
  await page.goto(server.url);
  await page.waitForFunction(() => globalThis.loaded);
  return page;
}

const start = (options = {}, on = page) => on.evaluate((options) => start(options), options);
const complete = (on = page) => on.waitForFunction(() => endcap.catalogue?.complete);
const ready = (on = page) => on.waitForFunction(() => endcap.status === "ready");
const found = (text, on = page) => on.evaluate((text) => found(text), text);
/** The reduced price of a drill: the overlay's, or none. */
const price = (on = page) => on.evaluate(() => price());
const errors = (on = page) => on.evaluate(() => errors);
const asked = (bytes) => requests.filter((name) => name === hashOf(bytes)).length;

for (const worker of [false, true]) {
  test(`a visit begins with the head and goes on with the whole${worker ? ", loaded in a worker" : ""}`, async () => {
    // The whole waits until the head has answered.
    let release;
    failing.push({ of: hashOf(whole), times: 1, until: new Promise((resolve) => (release = resolve)) });
    assert.deepEqual(await start({ worker }), ["ready", false, 6]);
    assert.equal(await price(), 9900, "the head has the overlay's price");
    assert.ok(!(await found("Stichsäge")).includes("d5"));
    const learned = await page.evaluate(() => endcap.observe("add_to_cart", { items: [{ item_id: "d1" }] }).accepted && endcap.affinities(1)[0].value);
    assert.ok(learned);
    const changes = await page.evaluate(() => changes);
    release();
    await complete();
    assert.ok((await page.evaluate(() => changes)) > changes, "no change was told");
    assert.equal(await page.evaluate(() => endcap.affinities(1)[0].value), learned, "the session went on");
    assert.equal(await price(), 9900);
    assert.ok(!(await found("AQ-1100")).includes("b3"), "the overlay hides it");
    assert.ok((await found("Stichsäge")).includes("d5"));
    assert.equal(asked(overlay), 1, "the overlay was loaded once");
    assert.deepEqual(await errors(), []);
    assert.equal(asked(whole), 1);
  });

  test(`a whole that does not come is asked for again${worker ? " by the worker, then by the page" : ""}`, async () => {
    failing.push({ of: hashOf(whole), times: 2 });
    await start({ worker });
    assert.equal(await price(), 9900);
    await complete();
    assert.deepEqual(await errors(), ["pack/unreachable", "pack/unreachable"]);
    assert.equal(asked(whole), 3);
  });
}

test("where no worker may run, the page loads by itself", async () => {
  await page.evaluate(() => (globalThis.Worker = class { constructor() { throw new TypeError("forbidden"); } }));
  await start({ worker: true });
  await complete();
  assert.deepEqual(await errors(), ["pack/failed"]);
});

test("without a head, and where none is wanted, the whole is opened at once", async () => {
  assert.deepEqual(await start({ head: false }), ["ready", true, 22]);
  delete manifest.catalogue.head;
  const second = await open();
  assert.deepEqual(await start({}, second), ["ready", true, 22]);
  assert.equal(asked(head), 0);
  assert.deepEqual(await errors(second), []);
});

test("a newer overlay is in force without a reload", async () => {
  manifest.catalogue.overlays = [];
  await start({ poll: 50 });
  await complete();
  assert.equal(await price(), null);
  manifest.catalogue.overlays = [piece(overlay)];
  await page.waitForFunction(() => price() === 9900);
  assert.ok(!(await found("AQ-1100")).includes("b3"));
  assert.equal(asked(overlay), 1);
  assert.equal(asked(whole), 1, "nothing else was loaded again");
  assert.deepEqual(await errors(), []);
});

test("what the logs have taught meanwhile is in force without a reload", async () => {
  const knowledge = new Uint8Array(readFileSync(join(root, "tests/golden/knowledge-1.pack")));
  packs.set(hashOf(knowledge), knowledge);
  manifest = { catalogue: piece(whole) };
  await start({ poll: 50 });
  const found = () => page.evaluate(() => endcap.search({ text: "brause" }).hits.map(({ id }) => id));
  assert.deepEqual(await found(), []);
  manifest = { ...manifest, knowledge: piece(knowledge) };
  await page.waitForFunction(() => endcap.search({ text: "brause" }).hits.length > 0);
  assert.deepEqual(await found(), ["b4"]);
  assert.deepEqual([asked(knowledge), asked(whole)], [1, 1], "nothing else was loaded again");
  assert.deepEqual(await errors(), []);
});

test("a newer catalogue is opened in the open page, and old prices do not outlive it", async () => {
  await start({ poll: 50 });
  await complete();
  manifest = { catalogue: piece(next) };
  await page.waitForFunction(() => found("Kreissäge").includes("n1"));
  assert.equal(await price(), null);
  assert.equal(await page.evaluate(() => endcap.catalogue.hash), hashOf(next));
});

for (const worker of [false, true]) {
  test(`who has kept the last catalogue loads the delta alone${worker ? ", in a worker" : ""}`, async () => {
    await start({ keep: true, worker });
    await complete();
    assert.equal(asked(whole), 1);
    // The same again: nothing but the manifest and the overlay comes over the network. A page that is seen again would ask, too.
    await page.close();
    const second = await open();
    requests = [];
    assert.deepEqual(await start({ keep: true, worker }, second), ["ready", true, 22]);
    assert.deepEqual(requests.toSorted(), [hashOf(overlay), "manifest"].toSorted());
    // The next day.
    manifest = { catalogue: { ...piece(next), head: piece(head), deltas: [{ from: hashOf(whole), ...piece(delta) }] } };
    await second.close();
    const third = await open();
    await start({ keep: true, worker }, third);
    await third.waitForFunction((hash) => endcap.catalogue.hash === hash, hashOf(next));
    assert.ok((await found("Kreissäge", third)).includes("n1"));
    assert.deepEqual([asked(delta), asked(next)], [1, 0]);
    assert.deepEqual(await errors(third), []);
    // And the day after it is the next one that is kept, and only that.
    assert.deepEqual(await third.evaluate(async () => (await (await caches.open("endcap-packs")).keys()).map(({ url }) => url.split("/").pop())), [hashOf(next)]);
  });
}

test("a damaged delta is told, and the whole is loaded", async () => {
  await start({ keep: true });
  await complete();
  const broken = delta.slice();
  broken[200] ^= 1;
  failing.push({ of: hashOf(delta), times: 9, body: broken });
  manifest = { catalogue: { ...piece(next), head: piece(head), deltas: [{ from: hashOf(whole), ...piece(delta) }] } };
  const second = await open();
  await start({ keep: true }, second);
  await second.waitForFunction((hash) => endcap.catalogue.hash === hash, hashOf(next));
  assert.deepEqual(await errors(second), ["pack/hash"]);
  assert.equal(asked(next), 1);
});

test("a kept catalogue that was damaged is loaded anew", async () => {
  await start({ keep: true });
  await complete();
  await page.evaluate(async () => {
    const packs = await caches.open("endcap-packs");
    for (const request of await packs.keys()) {
      const bytes = new Uint8Array(await (await packs.match(request)).arrayBuffer());
      bytes[bytes.length - 1] ^= 1;
      await packs.put(request, new Response(bytes));
    }
  });
  const second = await open();
  requests = [];
  const [status] = await start({ keep: true }, second);
  assert.equal(status, "fallback");
  await complete(second);
  assert.deepEqual(await errors(second), ["pack/hash"]);
  assert.equal(asked(whole), 1);
  const third = await open();
  assert.deepEqual(await start({ keep: true }, third), ["ready", true, 22]);
  assert.equal(asked(whole), 1, "what was loaded anew was kept");
});

test("a page that begins offline finds its catalogue when the network is back", async () => {
  // The module is there already; only the packs are not.
  await page.evaluate(async () => (await (await import("endcap")).Endcap.open()).close());
  await context.setOffline(true);
  const [status, , items] = await start();
  assert.deepEqual([status, items], ["fallback", undefined]);
  assert.deepEqual(await page.evaluate(() => endcap.rank(["b", "a"])), ["b", "a"]);
  await context.setOffline(false);
  await ready();
  await complete();
  assert.equal(await price(), 9900);
  assert.ok((await errors()).every((code) => code === "pack/unreachable"));
});

test("another pack than the manifest promises is not opened", async () => {
  failing.push({ of: hashOf(whole), times: 9, body: next });
  assert.deepEqual(await start(), ["ready", false, 6]);
  await page.waitForFunction(() => errors.length > 0);
  assert.equal((await errors())[0], "pack/other");
  assert.equal(await page.evaluate(() => endcap.catalogue.items), 6, "the head stays");
});

test("an overlay that is missing, foreign or for another catalogue changes nothing", async () => {
  for (const [body, code] of [[undefined, "pack/unreachable"], [new Uint8Array(40), "pack/foreign"], [whole, "pack/kind"]]) {
    failing = [{ of: hashOf(overlay), times: 99, body }];
    const own = await open();
    const [status] = await start({ head: false }, own);
    assert.equal(status, "ready");
    assert.equal(await price(own), null);
    assert.ok((await errors(own)).includes(code), `${code}: ${await errors(own)}`);
  }
});

test("a closed page asks for nothing any more", async () => {
  await start({ poll: 20 });
  await complete();
  await page.evaluate(() => endcap.close());
  await page.waitForTimeout(100);
  requests = [];
  await page.waitForTimeout(200);
  assert.deepEqual(requests, []);
  assert.deepEqual(await page.evaluate(() => [endcap.status, endcap.catalogue]), ["fallback", null]);
});
