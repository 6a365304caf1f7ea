// What shoppers give to the shop's knowledge: only in their tier, in batches, and by the last request of a page; and consent
// platforms that take it back.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { until } from "../until.mjs";
import { lies, openBackend } from "./backend.mjs";

let backend;
before(async () => (backend = await openBackend(["--events"])));
after(() => backend.close());
afterEach(() => backend.closeBrowsers());

const click = (page, ...brands) => page.evaluate((brands) => brands.every((brand) => click(brand, "view_item")), brands);
/** The next page of the same tab, which has its slot: another tab could open before a closed one has let go of it. */
const again = async (page) => {
  await page.reload();
  await page.waitForFunction(() => globalThis.loaded);
  await page.evaluate(() => start({ consent: "contribute" }));
};
const errors = (page) => page.evaluate(() => errors);
const hide = (page) => page.evaluate(() => {
  Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
});
const events = (sent) => sent.filter(({ path }) => path === "/v1/events");
/** The keys of what lies in the browser's database. */
const kept = async (page) => (await lies(page)).map(([key]) => key);
/** Waits until an event lies where the next page finds it: a browser may drop what is written in the moment in which a page goes. */
const aside = (page, brand) => until(async () => (await lies(page)).some(([key, text]) => /^(events|early):/.test(key) && text.includes(`of-${brand}`)));
/** The server's log, whose files are appended to within a second. */
const log = () => readdirSync(join(backend.data, "events")).flatMap((file) => readFileSync(join(backend.data, "events", file), "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line)));
const logged = (id) => log().filter(({ items }) => items?.some(({ item_id }) => item_id === id));

test("at tier contribute events go in one batch, with what the documentation names and no more", async () => {
  const { sent, tab } = await backend.browser();
  const page = await tab({ consent: "contribute" });
  await page.evaluate(() => {
    endcap.observe("view_search_results", { search_term: "tap", items: [{ item_id: "batch", item_name: "A tap", price: 3, index: 2, quantity: 1 }] });
    endcap.observe("view_item", { items: [{ item_id: "batch", item_brand: "x" }], page_location: "https://shop/?user=C-1" });
    endcap.observe("search", { search_term: "erika (at) example punkt org" });
  });
  await until(async () => (await kept(page)).includes("device"));
  await hide(page);
  await until(() => logged("batch").length === 2);
  const bodies = events(sent).map(({ body }) => JSON.parse(body));
  assert.equal(bodies.length, 1);
  const [{ consent, session, device, events: told, ...rest }] = bodies;
  assert.deepEqual([consent, rest], ["contribute", {}]);
  assert.match(session, /^[\w-]{22}$/);
  assert.ok(!sent.some(({ path }) => path.includes(session)), "the session is not the profile's id");
  const period = Math.floor(Date.now() / (91 * 86_400_000));
  assert.match(device, /^\d+\.[\w-]{22}$/);
  assert.ok(period - Number(device.split(".")[0]) <= 1, "of this period, or of one that has just ended");
  const now = Date.now() * 1_000;
  for (const [place, { timestamp_micros }] of told.entries()) {
    assert.ok(timestamp_micros > now - 360e6 && timestamp_micros <= now);
    assert.equal(timestamp_micros % 300e6, place + 1, "the minute is not told, the order is");
  }
  assert.deepEqual(told.map(({ name, params }) => [name, params]), [
    ["view_search_results", { search_term: "tap", items: [{ item_id: "batch", index: 2, quantity: 1 }] }],
    ["view_item", { items: [{ item_id: "batch" }] }],
    ["search", {}],
  ]);
  assert.deepEqual(await errors(page), []);
});

test("a visit has one session over its pages, and tabs have their own", async () => {
  const { tab } = await backend.browser();
  const page = await tab({ consent: "contribute" });
  await click(page, "s1");
  await again(page);
  await click(page, "s2");
  const other = await tab({ consent: "contribute" });
  await click(other, "s3");
  for (const one of [page, other]) await again(one);
  await until(() => ["s1", "s2", "s3"].every((brand) => logged(`of-${brand}`).length > 0));
  const [devices, sessions] = ["user_pseudo_id", "ga_session_id"].map((name) => ["s1", "s2", "s3"].map((brand) => logged(`of-${brand}`)[0][name]));
  // A page that leaves before a name is drawn sends without one.
  assert.equal(new Set(devices.filter(Boolean)).size, 1, "one device has one name in all its tabs");
  assert.equal(sessions[0], sessions[1]);
  assert.notEqual(sessions[0], sessions[2]);
});

test("what was contributed offline waits, also for the next page", async () => {
  const { context, tab } = await backend.browser();
  const page = await tab({ consent: "contribute" });
  await context.setOffline(true);
  await click(page, "o1");
  await aside(page, "o1");
  await page.goto("about:blank");
  await context.setOffline(false);
  assert.equal(logged("of-o1").length, 0);
  await page.goto(backend.base);
  await again(page);
  await until(() => logged("of-o1").length === 1);
});

test("a page that leaves before the code has come leaves its events to the next one", async () => {
  const { context, tab } = await backend.browser();
  // Refused, not held: code that came just as its page leaves would send what the next page sends as well.
  await context.route("**/contribute.js", (route) => route.abort());
  const page = await tab({ consent: "contribute" });
  await click(page, "e1", "e2");
  await aside(page, "e2");
  await again(page);
  await click(page, "e3");
  await aside(page, "e3");
  await context.unroute("**/contribute.js");
  await again(page);
  await until(() => ["e1", "e2", "e3"].every((brand) => logged(`of-${brand}`).length > 0));
  assert.deepEqual(["e1", "e2", "e3"].map((brand) => logged(`of-${brand}`).length), [1, 1, 1]);
});

test("what a page has left is sent by another one, also if nobody opens in its place", async () => {
  const { context, tab } = await backend.browser();
  const page = await tab({ consent: "contribute" });
  await context.route("**/contribute.js", (route) => route.abort());
  const [between, gone] = [await tab({ consent: "contribute" }), await tab({ consent: "contribute" })];
  await click(between, "h1");
  await click(gone, "g1", "g2");
  for (const left of [between, gone]) await hide(left);
  await until(async () => (await kept(page)).filter((key) => key.startsWith("early:")).length === 2);
  await gone.close();
  await context.unroute("**/contribute.js");
  await again(page);
  await until(() => ["g1", "g2"].every((brand) => logged(`of-${brand}`).length > 0));
  assert.deepEqual(["g1", "g2", "h1"].map((brand) => logged(`of-${brand}`).length), [1, 1, 0], "what a page has that is still open stays its own");
});

test("consent that is taken back also takes what pages that are gone have left", async () => {
  const { context, sent, tab } = await backend.browser();
  const last = await tab({ consent: "contribute" });
  await context.route("**/v1/events", (route) => route.abort("internetdisconnected"));
  const gone = await tab({ consent: "contribute" });
  await click(gone, "w1");
  await until(async () => (await kept(last)).some((key) => key.startsWith("events:")));
  await gone.close();
  await last.evaluate(() => endcap.setConsent("sync"));
  await until(async () => !(await kept(last)).some((key) => /^(events|early):/.test(key)));
  assert.ok((await kept(last)).some((key) => key.startsWith("replica")), "the rest stays");
  await context.unroute("**/v1/events");
  const before = events(sent).length;
  for (let page = 0; page < 2; page++) await tab({ consent: "contribute" });
  await new Promise((done) => setTimeout(done, 1_500));
  assert.equal(events(sent).length, before);
});

test("many events go in batches that the server takes", async () => {
  const { sent, tab } = await backend.browser();
  const page = await tab({ consent: "contribute" });
  await page.evaluate(() => { for (let n = 0; n < 450; n++) endcap.observe("view_item", { items: [{ item_id: "many-" + n }] }); });
  await until(() => log().filter(({ items }) => items?.[0]?.item_id.startsWith("many-")).length === 450, 60_000);
  const counts = events(sent).map(({ body }) => JSON.parse(body).events.length);
  assert.deepEqual(counts, [200, 200, 50]);
  assert.deepEqual(await errors(page), []);
});

test("below tier contribute, and after it was taken back, no event is sent or kept", async () => {
  const { sent, tab } = await backend.browser();
  const page = await tab({ consent: "sync" });
  await click(page, "n1");
  await page.evaluate(() => endcap.setConsent("contribute"));
  await page.evaluate(() => endcap.sync());
  await click(page, "n2");
  await page.evaluate(() => endcap.setConsent("sync"));
  await hide(page);
  await page.close();
  await tab({ consent: "sync" });
  await new Promise((done) => setTimeout(done, 1_500));
  assert.deepEqual(events(sent), []);
});

test("with ε, one randomised category is told on a visit, which belongs to none", async () => {
  const { sent, tab } = await backend.browser();
  const page = await tab({ consent: "contribute", contribute: { epsilon: 2, categories: ["C-a", "C-b"] } });
  await click(page, "a", "b", "c");
  await page.evaluate(() => endcap.observe("search", { search_term: "secret" }));
  await hide(page);
  await until(() => events(sent).length === 1);
  const batch = JSON.parse(events(sent)[0].body);
  assert.equal(batch.events.length, 1);
  assert.equal(batch.device, undefined);
  const [{ name, params, ...rest }] = batch.events;
  assert.deepEqual([name, params.facet, Object.keys(params).sort(), rest], ["randomised_category", "2 of 3", ["facet", "value"], {}]);
  assert.ok(["C-a", "C-b", "(other)"].includes(params.value));
  await until(() => log().some(({ event_name, facet, value }) => event_name === "randomised_category" && facet === "2 of 3" && value === params.value));
  const next = await tab({ consent: "contribute", contribute: { epsilon: 2 } });
  await click(next, "a");
  assert.deepEqual(await errors(next), ["call/invalid"], "without the shop's categories there is nothing to answer by");
});

test("a server that takes no events is told none", async () => {
  const { context, sent, tab } = await backend.browser();
  await context.route("**/v1/events", (route) => route.fulfill({ status: 404, contentType: "application/problem+json", body: '{"code":"events/none","detail":"not here"}' }));
  const page = await tab({ consent: "contribute" });
  await click(page, "z1");
  await hide(page);
  await until(async () => (await errors(page)).includes("sync/refused"));
  await click(page, "z2");
  await hide(page);
  await page.waitForTimeout(500);
  assert.equal(events(sent).length, 1);
});

test("a consent platform that takes consent back has everything removed and nothing sent, at once", async () => {
  const { sent, tab } = await backend.browser();
  const page = await tab(null);
  await page.evaluate(async () => {
    const { followConsent } = await import("endcap/consent");
    globalThis.dataLayer = [];
    globalThis.gtag = function () { dataLayer.push(arguments); };
    gtag("consent", "default", { personalization_storage: "denied", analytics_storage: "denied" });
    await start({ consent: undefined });
    followConsent(endcap, { shop: "contribute" });
  });
  const consent = () => page.evaluate(() => endcap.consent);
  const stored = () => page.evaluate(async () => [(await indexedDB.databases()).length, Object.keys(sessionStorage), document.cookie]);
  assert.equal(await consent(), "off");
  assert.equal(await click(page, "g0"), false);
  assert.deepEqual([await stored(), sent.length], [[0, [], ""], 0]);
  await page.evaluate(() => gtag("consent", "update", { personalization_storage: "granted", analytics_storage: "granted" }));
  assert.equal(await consent(), "contribute");
  await until(() => sent.length > 0);
  await click(page, "g1");
  await until(async () => (await stored())[0] === 1);
  await page.evaluate(() => gtag("consent", "update", { personalization_storage: "denied" }));
  assert.equal(await consent(), "off");
  const before = sent.length;
  await hide(page);
  await page.waitForTimeout(2_500);
  assert.equal(sent.length, before);
  assert.deepEqual(await stored(), [0, [], ""]);
  assert.deepEqual(await page.evaluate(() => endcap.affinities()), []);
});
