// What a page loads before its first suggestion, as the browser's own network log has it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openShop } from "./shop.mjs";

/** What issue and architecture promise: everything of ours on the wire, headers included, until the first useful suggestion. */
const LIMIT = 300_000;

let shop;
before(async () => (shop = await openShop()));
after(() => shop.close());

/** A page of a shop that has nothing but a search box, under the shop's origin. */
const page = (options) => `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">
  <script type="importmap">{"imports":{"endcap":"/pkg/index.js","endcap/live":"/pkg/live.js"}}</script>
  <script type="module">
    import { Endcap } from "endcap";
    import { live } from "endcap/live";
    const errors = [];
    const endcap = await Endcap.open({ pack: live("/v1/manifest.json", ${JSON.stringify(options)}), language: "de", consent: "memory", onError: (error) => errors.push(error.code) });
    const { products } = endcap.suggest("wasch");
    globalThis.told = { milliseconds: performance.now(), products, complete: endcap.catalogue?.complete, items: endcap.catalogue?.items, errors };
    globalThis.endcap = endcap;
    globalThis.errors = errors;
  </script>`;

/** Opens such a page with an empty cache; `network` as in the protocol of the developer tools. */
async function visit(options, network) {
  const device = await shop.device();
  const { context } = device;
  await context.route("**/wire.html", (route) => route.fulfill({ contentType: "text/html", body: page(options) }));
  const tab = await context.newPage();
  const log = await context.newCDPSession(tab);
  await log.send("Network.enable");
  if (network) await log.send("Network.emulateNetworkConditions", { offline: false, uploadThroughput: -1, ...network });
  const urls = new Map();
  const loaded = [];
  log.on("Network.responseReceived", ({ requestId, response }) => urls.set(requestId, response));
  log.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => loaded.push({ requestId, bytes: encodedDataLength }));
  await tab.goto(`${shop.base}/wire.html`);
  const told = await (await tab.waitForFunction(() => globalThis.told, undefined, { timeout: 60_000 })).jsonValue();
  const files = loaded.map(({ requestId, bytes }) => ({ url: urls.get(requestId)?.url ?? "", encoding: urls.get(requestId)?.headers["content-encoding"], bytes })).filter(({ url }) => /\/(pkg|v1)\//.test(url));
  return { tab, told, files, leave: () => device.leave() };
}

test("the first suggestion takes at most 300 KB on the wire, and the whole follows", async (t) => {
  const { catalogues } = await (await fetch(`${shop.base}/v1/manifest.json`)).json();
  const { url: whole, head } = catalogues.de;
  const { tab, told, files, leave } = await visit({});
  const before = files.filter(({ url }) => !url.endsWith(whole));
  const total = before.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { url, bytes, encoding } of before) t.diagnostic(`${bytes} B ${encoding ?? "plain"} ${new URL(url).pathname}`);
  t.diagnostic(`${total} B until the first of ${told.products.length} suggestions, out of ${told.items} products`);
  assert.ok(told.products.length >= 3, "no useful suggestion");
  assert.ok(/wasch/i.test(told.products[0].title));
  // A product is also found by its department's name.
  assert.ok(told.products.every(({ title, category }) => /wasch/i.test(`${category} ${title}`)));
  assert.equal(told.complete, false);
  assert.ok(before.some(({ url }) => url.endsWith(head.url)), "the head was not loaded");
  assert.ok(before.some(({ url, encoding }) => url.endsWith(".wasm") && encoding === "br"), "the wasm was not compressed");
  assert.ok(total <= LIMIT, `${total} bytes`);
  await tab.waitForFunction(() => endcap.catalogue.complete, undefined, { timeout: 30_000 });
  assert.ok((await tab.evaluate(() => endcap.catalogue.items)) > told.items);
  assert.deepEqual(await tab.evaluate(() => errors), []);
  await leave();
});

test("on a slow line the head answers before the whole could", async (t) => {
  // What developer tools call "Fast 3G": 1.6 Mbit/s, 150 ms.
  const network = { latency: 150, downloadThroughput: 200_000 };
  const times = {};
  for (const head of [true, false]) {
    const { told, leave } = await visit({ head }, network);
    assert.equal(told.complete, !head);
    assert.ok(told.products.length > 0);
    times[head] = told.milliseconds;
    await leave();
  }
  t.diagnostic(`first suggestion after ${Math.round(times[true])} ms with the head, ${Math.round(times[false])} ms without`);
  assert.ok(times[true] < times[false] / 2, JSON.stringify(times));
});
