// Any single thing of a browser may be missing, throw or hang: that part is lost and told, the rest works, and `open` answers in time.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { until } from "../until.mjs";
import { smallPack } from "./dev.mjs";
import { openPages } from "./pages.mjs";

const hash = Buffer.from(smallPack().slice(16, 32).reverse()).toString("hex");
let pages;
before(async () => (pages = await openPages("apis", {
  "/manifest.json": () => ({ headers: { "content-type": "application/json" }, body: JSON.stringify({ catalogue: { hash, url: "/small.pack" } }) }),
  "/small.pack": () => ({ body: smallPack() }),
})));
after(() => pages.close());
afterEach(() => pages.closeBrowsers());

const never = "new Promise(() => {})";
const thrown = `(() => { throw new DOMException("no", "SecurityError"); })()`;
const getter = (of, name, value) => `Object.defineProperty(${of}, "${name}", { configurable: true, get() { return ${value}; } });`;
/** What is wrong, and what of it the page is told. */
const FAULTS = {
  "BroadcastChannel is missing": ["delete globalThis.BroadcastChannel;", ["tabs/no-channel"]],
  "BroadcastChannel throws when made": [`globalThis.BroadcastChannel = class { constructor() { ${thrown} } };`, ["tabs/no-channel"]],
  "BroadcastChannel throws when used": [`BroadcastChannel.prototype.postMessage = () => ${thrown};`, ["tabs/no-channel"]],
  "locks are missing": [getter("Navigator.prototype", "locks", "undefined"), ["tabs/no-locks"]],
  "locks throw when looked at": [getter("Navigator.prototype", "locks", thrown), ["tabs/no-locks"]],
  "locks throw when asked": [`LockManager.prototype.request = () => ${thrown};`, ["tabs/no-locks"]],
  "locks are refused": [`LockManager.prototype.request = () => Promise.reject(new DOMException("no", "SecurityError"));`, ["tabs/no-locks"]],
  "locks hang": [`LockManager.prototype.request = () => ${never};`, ["tabs/no-locks"]],
  "indexedDB is missing": [getter("globalThis", "indexedDB", "undefined"), ["storage/refused"]],
  "indexedDB throws when looked at": [getter("globalThis", "indexedDB", thrown), ["storage/refused"]],
  "indexedDB hangs": ["IDBFactory.prototype.open = () => ({});", ["storage/refused"]],
  "transactions hang": ["IDBDatabase.prototype.transaction = () => ({ objectStore: () => ({ openCursor: () => ({}), put() {}, delete() {}, clear() {} }) });", ["storage/refused"]],
  "sessionStorage is missing": [getter("globalThis", "sessionStorage", "undefined"), ["storage/refused"]],
  "sessionStorage throws": [getter("globalThis", "sessionStorage", thrown), ["storage/refused"]],
  "caches are missing": [getter("globalThis", "caches", "undefined"), []],
  "caches throw": [getter("globalThis", "caches", thrown), ["pack/failed"]],
  "caches hang": [`CacheStorage.prototype.open = () => ${never};`, ["storage/refused"]],
  "idle callbacks are missing": ["delete globalThis.requestIdleCallback;", []],
};
/** What a tier does not use cannot fail in it; that nothing lies there it must be able to tell. */
function toldIn(tier, what, told) {
  const above = { memory: /^(indexedDB|transactions|sessionStorage)/, session: /^(indexedDB|transactions)/ }[tier];
  return !above?.test(what) ? told : /missing|transactions/.test(what) ? [] : ["storage/not-deleted"];
}

for (const [what, [script, told]] of Object.entries(FAULTS)) {
  test(`${what}: in every tier the page is personal`, async () => {
    const tiers = await Promise.all(["memory", "session", "persistent", "sync"].map(async (consent) => {
      const { context, tab } = await pages.browser();
      await context.addInitScript({ content: script });
      const page = await tab(null);
      const got = await page.evaluate(async (consent) => {
        const { live } = await import("endcap/live");
        const begun = performance.now();
        await start({ consent, pack: live("/manifest.json", { keep: true }), timeout: 20_000 });
        const ms = performance.now() - begun;
        click("z");
        return { status: endcap.status, order: order()[0], ms, synced: consent === "sync" ? await endcap.sync() : undefined };
      }, consent);
      assert.ok(got.ms < 10_000, `${got.ms} ms`);
      assert.deepEqual([got.status, got.order], ["ready", "z"]);
      const expected = toldIn(consent, what, told);
      await until(async () => expected.every((code) => page.evaluate((code) => errors.includes(code), code)));
      const also = [...new Set(await page.evaluate(() => errors))].filter((code) => !expected.includes(code));
      return [consent, got.synced, also];
    }));
    // Who cannot read whether there is an id draws none.
    const noStorage = /^(indexedDB|transactions)/.test(what);
    assert.deepEqual(tiers, [["memory", undefined, []], ["session", undefined, []], ["persistent", undefined, []], ["sync", !noStorage, noStorage ? ["sync/no-id"] : []]]);
  });
}

test("a storage that hangs costs no more time than the page gives", async () => {
  const { context, tab } = await pages.browser();
  await context.addInitScript(() => { IDBFactory.prototype.open = () => ({}); });
  const page = await tab(null);
  const got = await page.evaluate(async () => {
    const begun = performance.now();
    await start({ timeout: 1_000 });
    return [endcap.status, performance.now() - begun < 2_500, click("z").accepted];
  });
  assert.deepEqual(got, ["ready", true, true]);
});

/** A page that says of itself that it is hidden, or rendered in advance, until `show()`. */
const unseen = (what) => {
  let is = true;
  if (what === "hidden") Object.defineProperty(Document.prototype, "visibilityState", { configurable: true, get: () => (is ? "hidden" : "visible") });
  else Object.defineProperty(Document.prototype, "prerendering", { configurable: true, get: () => is });
  globalThis.show = () => {
    is = false;
    document.dispatchEvent(new Event(what === "hidden" ? "visibilitychange" : "prerenderingchange"));
  };
};
const view = (page, brand) => page.evaluate((brand) => endcap.observe("view_item", { items: [{ item_id: `of-${brand}`, item_brand: brand }] }).accepted, brand);
const order = (page) => page.evaluate(() => order());

for (const worker of [false, true]) {
  test(`a page rendered in advance reads, learns, stores and sends nothing before it is seen${worker ? ", with a worker" : ""}`, async () => {
    const { tab } = await pages.browser();
    const other = await tab({ consent: "sync" });
    await other.evaluate(() => click("y"));
    await until(() => other.evaluate(async () => (await kept())["profile:0"]));
    await other.close();
    const page = await tab(null, unseen, "prerendered");
    // Of this page alone: the other one may still send as it goes.
    const sent = [];
    page.on("request", (request) => request.method() === "POST" && sent.push(request.url()));
    const lay = await page.evaluate(() => kept());
    await page.evaluate(async (worker) => {
      if (worker) {
        const { EndcapWorker } = await import("endcap/worker");
        globalThis.endcap = await EndcapWorker.open({ consent: "persistent", sync: { url: "/v1" }, onError: ({ code }) => errors.push(code) });
        endcap.on("change", () => globalThis.changes++);
      } else await start({ consent: "persistent" });
      await endcap.setConsent("sync");
    }, worker);
    const first = async () => (await page.evaluate(async () => (await endcap.rank(["x", "y", "z"].map((brand) => ({ item_id: `new-${brand}`, item_brand: brand })))).map(({ item_brand }) => item_brand))).join("");
    await page.evaluate(() => endcap.observe("view_item", { items: [{ item_id: "of-z", item_brand: "z" }] }));
    await page.evaluate(() => dispatchEvent(new Event("pagehide")));
    assert.equal(await first(), "xyz");
    assert.deepEqual([await page.evaluate(() => kept()), sent, await page.evaluate(() => Object.keys(sessionStorage))], [lay, [], []]);
    await page.evaluate(() => show());
    await until(async () => (await first()).endsWith("x"));
    await until(() => sent.length > 0);
    await until(() => page.evaluate(async () => (await endcap.export()).profile === (await kept())["profile:0"]));
    assert.deepEqual(await page.evaluate(() => errors), []);
  });
}

test("what a hidden page shows counts when it is seen; what the shopper does there counts at once", async () => {
  const { tab } = await pages.browser();
  const page = await tab({ consent: "session" }, unseen, "hidden");
  assert.equal(await view(page, "z"), false);
  assert.equal(await order(page), "xyz");
  await page.evaluate(() => click("y"));
  assert.equal((await order(page))[0], "y");
  await page.evaluate(() => show());
  assert.equal((await order(page)).at(-1), "x");
  await view(page, "x");
  assert.equal(await page.evaluate(() => changes), 3);
});

test("a hidden page whose shopper took consent back meanwhile counts nothing when it is seen", async () => {
  const { tab } = await pages.browser();
  const page = await tab({ consent: "session" }, unseen, "hidden");
  await view(page, "z");
  await page.evaluate(() => { endcap.setConsent("off"); show(); });
  await page.evaluate(() => endcap.setConsent("memory"));
  assert.equal(await order(page), "xyz");
});

test("known bots are held at off, telephones and browsers that a program drives are not", async () => {
  for (const [agent, tier] of [
    ["Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Googlebot/2.1; +http://www.google.com/bot.html) Chrome/141.0 Safari/537.36", "off"],
    ["Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/141.0", "off"],
    ["Mozilla/5.0 (Linux; Android 11; moto g) Chrome/141.0 Mobile Safari/537.36 Chrome-Lighthouse", "off"],
    ["Mozilla/5.0 (Linux; Android 13; CUBOT X70) AppleWebKit/537.36 Chrome/141.0 Mobile Safari/537.36", "session"],
    ["Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/141.0 Safari/537.36", "session"],
  ]) {
    const { tab } = await pages.browser();
    const page = await tab({ consent: "session" }, (agent) => Object.defineProperty(Navigator.prototype, "userAgent", { get: () => agent }), agent);
    assert.equal(await page.evaluate(() => endcap.consent), tier, agent);
    assert.equal(await view(page, "z"), tier !== "off");
  }
});
