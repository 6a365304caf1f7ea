// A network that fails, a server that fails, and pages that go: the client loses nothing.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { until } from "../until.mjs";
import { lies, openBackend } from "./backend.mjs";

let backend;
before(async () => (backend = await openBackend()));
after(() => backend.close());
afterEach(() => backend.closeBrowsers());

const click = (page, ...brands) => page.evaluate((brands) => brands.every((brand) => click(brand)), brands);
const errors = (page) => page.evaluate(() => errors);
const idOf = (page) => page.evaluate(() => ids.at(-1));
/** Each brand is one belief on the server, beside those of item and category. */
const brandsAt = async (id) => (await backend.profile(id)).knows.filter(({ about }) => about === "brand").length;
/** Waits until what a page knows lies where the next one finds it: a browser may drop what is written in the moment in which a page goes. */
const saved = (page) => until(async () => {
  const profile = await page.evaluate(async () => (await endcap.export()).profile);
  return (await lies(page)).some(([, text]) => text === profile);
});
/** What another device finds that knows the id. */
async function elsewhere(id) {
  const device = await backend.browser();
  const page = await device.tab({ id });
  await page.evaluate(() => endcap.sync());
  return page.evaluate(() => brands());
}

test("what was learned offline arrives when the network is back, without a reload", async () => {
  const { context, sent, tab } = await backend.browser();
  const page = await tab();
  await click(page, "a");
  assert.equal(await page.evaluate(() => endcap.sync()), true);
  const id = await idOf(page);
  await context.setOffline(true);
  await click(page, "b", "c");
  assert.equal(await page.evaluate(() => endcap.sync()), false);
  const before = sent.length;
  await page.waitForTimeout(3_000);
  assert.equal(sent.length, before, "who is offline does not even try");
  assert.equal(await brandsAt(id), 1);
  await context.setOffline(false);
  await until(async () => (await brandsAt(id)) === 3);
  assert.deepEqual([...new Set(await errors(page))], ["sync/unreachable"]);
});

test("offline over night: pages come and go, and the next visit with a network brings everything", async () => {
  const { context, tab } = await backend.browser();
  const evening = await tab();
  await click(evening, "a");
  await evening.evaluate(() => endcap.sync());
  const id = await idOf(evening);
  await context.route("**/v1/**", (route) => route.abort("internetdisconnected"));
  await click(evening, "b");
  await saved(evening);
  await evening.close();
  const night = await tab();
  await click(night, "c");
  await saved(night);
  await night.close();
  await context.unroute("**/v1/**");
  const morning = await tab();
  await until(async () => (await brandsAt(id)) === 3);
  // The last requests of pages that close slip past the route now and then: then the server knows more than this page, until it has synced.
  await until(async () => (await morning.evaluate(() => brands())).join("") === "abc");
});

test("the server is killed again and again while a shopper clicks, and nothing is lost", async () => {
  const { tab } = await backend.browser();
  const page = await tab();
  await click(page, "first");
  await page.evaluate(() => endcap.sync());
  const id = await idOf(page);
  const all = ["first"];
  for (let round = 0; round < 5; round++) {
    all.push(`x${round}`, `y${round}`);
    await click(page, `x${round}`);
    const syncing = page.evaluate(() => endcap.sync());
    if (round % 2) await new Promise((done) => setTimeout(done, round * 3));
    await backend.kill();
    await click(page, `y${round}`);
    await syncing;
    await backend.start();
  }
  // After so many failures the page may wait for two minutes; the shopper's next page does not.
  await page.reload();
  await page.waitForFunction(() => globalThis.loaded);
  await page.evaluate(() => start());
  await until(async () => (await brandsAt(id)) === all.length);
  assert.deepEqual(await elsewhere(id), all.sort());
});

test("a server that lost its disk gets everything back with the next sync", async () => {
  const { tab } = await backend.browser();
  const page = await tab();
  await click(page, "a", "b");
  await page.evaluate(() => endcap.sync());
  const id = await idOf(page);
  await backend.kill();
  backend.lose();
  await backend.start();
  assert.equal(await brandsAt(id), 0);
  assert.equal(await page.evaluate(() => endcap.sync()), true);
  assert.deepEqual(await elsewhere(id), ["a", "b"]);
});

test("a click right before the page closes arrives", async () => {
  const { tab } = await backend.browser();
  for (const [brand, leave] of [["a", (page) => page.close({ runBeforeUnload: true })], ["b", (page) => page.goto("about:blank")], ["c", (page) => page.evaluate(() => location.reload())]]) {
    const page = await tab();
    await page.evaluate(() => endcap.sync());
    const id = (await idOf(page)) ?? (await page.evaluate(async () => performance.getEntriesByType("resource").map(({ name }) => name).find((name) => name.includes("/profiles/")).split("/").at(-2)));
    const before = await brandsAt(id);
    await click(page, brand);
    await leave(page);
    await until(async () => (await brandsAt(id)) === before + 1, 5_000);
  }
});

test("where a request cannot outlive its page, a beacon takes the last click along", async () => {
  const { context, tab } = await backend.browser();
  await context.addInitScript(() => {
    delete Request.prototype.keepalive;
    const send = fetch;
    globalThis.fetch = (url, options) => (options?.keepalive ? Promise.reject(new TypeError("not here")) : send(url, options));
  });
  const page = await tab();
  await click(page, "a");
  assert.equal(await page.evaluate(() => endcap.sync()), true);
  const id = await idOf(page);
  await click(page, "b");
  await page.close({ runBeforeUnload: true });
  await until(async () => (await brandsAt(id)) === 2);
});

test("of two tabs one syncs for both, and when it closes the other goes on", async () => {
  const { sent, tab } = await backend.browser();
  const [one, two] = [await tab(), await tab()];
  await until(() => sent.length > 0);
  const id = await idOf(one);
  await click(two, "b");
  await until(async () => (await brandsAt(id)) === 1);
  await click(one, "a");
  await until(async () => (await brandsAt(id)) === 2);
  assert.deepEqual([...new Set(sent.map(({ page }) => page))].map((page) => page === one), [true], "only the first tab has sent anything");
  // A tab with a visit of its own believes that more, a new one all alike.
  const third = await tab();
  assert.deepEqual(await third.evaluate(() => brands()), ["a", "b"]);
  await third.close();
  await one.close();
  await click(two, "c");
  await until(async () => (await brandsAt(id)) === 3);
  assert.ok(sent.some(({ page }) => page === two));
  assert.ok(sent.every(({ path }) => path === `/v1/profiles/${id}/sync`), "a browser has one id");
});

test("a server that answers 500 or 429 is asked again, no earlier than it says", async () => {
  const { context, sent, tab } = await backend.browser();
  const answers = [{ status: 500 }, { status: 429, headers: { "retry-after": "3" }, contentType: "application/problem+json", body: '{"code":"request/too-many","detail":"later"}' }];
  await context.route("**/v1/profiles/**", (route) => (answers.length > 0 ? route.fulfill(answers.shift()) : route.fallback()));
  const page = await tab();
  await click(page, "a");
  await until(() => sent.length >= 3, 60_000);
  assert.ok(sent[2].time - sent[1].time >= 2_900, `asked again after ${sent[2].time - sent[1].time} ms`);
  await until(async () => (await brandsAt(await idOf(page))) === 1);
  assert.deepEqual(await errors(page), ["sync/unreachable", "sync/unreachable"]);
});

test("a profile that was erased on the server is erased in all tabs at once, and stays so", async () => {
  const { sent, tab } = await backend.browser();
  const [one, two] = [await tab(), await tab()];
  await click(one, "a");
  await until(async () => (await two.evaluate(() => brands())).length === 1);
  await one.evaluate(() => endcap.sync());
  const id = await idOf(one);
  assert.equal((await fetch(`${backend.base}/v1/profiles/${id}`, { method: "DELETE" })).status, 204);
  await click(two, "b");
  await until(() => one.evaluate(() => errors.includes("profile/erased")));
  for (const page of [one, two]) await until(async () => (await page.evaluate(() => brands())).length === 0);
  await click(two, "c");
  await until(() => sent.some(({ path }) => !path.includes(id)));
  const next = sent.find(({ path }) => !path.includes(id)).path.split("/")[3];
  await until(async () => (await brandsAt(next)) === 1);
  assert.deepEqual(await elsewhere(next), ["c"]);
});

test("a browser that deletes what scripts store finds everything again, by its id or by its login", async () => {
  const { context, tab } = await backend.browser();
  const empty = async () => {
    for (const page of context.pages()) await page.close();
    const page = await tab(null);
    await page.evaluate(async () => {
      for (const { name } of await indexedDB.databases()) await new Promise((done) => (indexedDB.deleteDatabase(name).onsuccess = done));
      sessionStorage.clear();
    });
    return page;
  };
  const page = await tab();
  await click(page, "a");
  await page.evaluate(() => endcap.sync());
  const id = await idOf(page);
  const later = await empty();
  await later.evaluate((id) => start({ id }), id);
  await until(async () => (await later.evaluate(() => brands())).join() === "a");

  await later.evaluate((token) => endcap.link(token), await backend.login("C-7"));
  await click(later, "b");
  await later.evaluate(() => endcap.sync());
  const customer = await empty();
  await customer.evaluate(() => start());
  assert.deepEqual(await customer.evaluate(() => brands()), []);
  assert.equal(await customer.evaluate((token) => endcap.link(token), await backend.login("C-7")), true);
  assert.deepEqual(await customer.evaluate(() => brands()), ["a", "b"]);
});
