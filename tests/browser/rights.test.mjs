// What a shopper can ask for: to read it, to take it along, to correct it, to have it erased; and how little a sync says.

import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { eventually, until } from "../until.mjs";
import { openBackend } from "./backend.mjs";

let backend, packs;
before(async () => {
  packs = mkdtempSync(join(tmpdir(), "endcap-rights-"));
  const pack = readFileSync(new URL("../golden/catalogue-1.pack", import.meta.url));
  writeFileSync(join(packs, `${Buffer.from(pack.subarray(16, 32)).reverse().toString("hex")}.pack`), pack);
  backend = await openBackend([], packs);
});
after(async () => {
  await backend.close();
  rmSync(packs, { recursive: true, force: true });
});
afterEach(() => backend.closeBrowsers());

const click = (page, ...brands) => page.evaluate((brands) => Promise.all(brands.map((brand) => seen(brand))), brands);
const brands = (page) => page.evaluate(() => brands());
const sync = (page) => page.evaluate(() => endcap.sync());
/** Another device of the same customer. */
async function device(options) {
  const browser = await backend.browser();
  const page = await browser.tab(options);
  const id = `C-${test.name}-${customer}`;
  await page.evaluate((token) => endcap.link(token), await backend.login(id));
  return { ...browser, page };
}
let customer = 0;

test("what is muted counts nowhere, and can count again", async () => {
  customer++;
  const [phone, laptop] = [await device(), await device()];
  await click(phone.page, "a");
  await sync(phone.page);
  await sync(laptop.page);
  assert.deepEqual(await brands(laptop.page), ["a"]);
  await phone.page.evaluate(() => endcap.mute("brand", "a"));
  assert.deepEqual(await phone.page.evaluate(() => endcap.muted().map(({ facet, value }) => [facet, value])), [["brand", "a"]]);
  assert.equal(await sync(phone.page), true);
  await sync(laptop.page);
  const order = (page) => page.evaluate(() => endcap.rank([{ item_id: "1", item_brand: "nobody's" }, { item_id: "2", item_brand: "a" }])[0].item_id);
  assert.deepEqual([await order(phone.page), await order(laptop.page)], ["1", "1"]);
  const again = await (await phone.context.newPage(), phone.tab());
  assert.equal(await order(again), "1", "it outlives the page");
  await laptop.page.evaluate(() => endcap.mute("brand", "a", false));
  await sync(laptop.page);
  await sync(phone.page);
  assert.deepEqual([await order(phone.page), await order(laptop.page)], ["2", "2"]);
});

test("a token for one device links that one and no other", async () => {
  const base64url = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const secret = readFileSync(join(backend.data, "secret.demo"), "utf8").trim();
  const tokenFor = (id) => {
    const claims = { aud: "endcap", sub: "C-one-device", exp: Math.floor(Date.now() / 1_000) + 60, device: createHash("sha256").update(id).digest("base64url") };
    const text = `${base64url({ alg: "HS256", typ: "JWT" })}.${base64url(claims)}`;
    return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
  };
  const pages = [await (await backend.browser()).tab(), await (await backend.browser()).tab()];
  for (const page of pages) await sync(page);
  const token = tokenFor(await pages[0].evaluate(() => ids.at(-1)));
  const linked = (page) => page.evaluate((token) => endcap.link(token), token);
  assert.deepEqual([await linked(pages[1]), await linked(pages[0])], [false, true]);
  assert.deepEqual(await pages[1].evaluate(() => errors), ["sync/refused"]);
});

test("a link stands although what was stored before is still being read", async () => {
  const { tab, sent } = await backend.browser();
  const page = await tab(null);
  await page.evaluate(() => {
    const values = new Map();
    const storage = {
      async read() {
        const found = new Map(values);
        await globalThis.held;
        return found;
      },
      write: async (key, value) => void (value === null ? values.delete(key) : values.set(key, value)),
      clear: async () => values.clear(),
      close() {},
    };
    return start({ storage });
  });
  assert.equal(await sync(page), true);
  await page.evaluate(async (token) => {
    const held = Promise.withResolvers();
    globalThis.held = held.promise;
    dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
    await endcap.link(token);
    held.resolve();
    await new Promise((done) => setTimeout(done));
  }, await backend.login("C-slow-storage"));
  assert.equal(await sync(page), true);
  const [before, linked] = await page.evaluate(() => ids);
  assert.notEqual(before, linked);
  assert.equal(sent.at(-1).path, `/v1/profiles/${linked}/sync`);
});

for (const worker of [false, true]) test(`everything can be read, and taken along${worker ? ", from a worker" : ""}`, async () => {
  customer++;
  const { page } = await device({ worker });
  await click(page, "a", "b");
  await page.evaluate(() => endcap.mute("brand", "b"));
  await sync(page);
  const all = await until(async () => {
    const all = JSON.parse(JSON.stringify(await page.evaluate(() => endcap.export())));
    return all.stored.lasting["profile:0"] === all.profile && all;
  });
  assert.equal(all.consent, "sync");
  assert.ok(all.believed.some(({ facet, label }) => facet === "brand" && label === "a"));
  assert.deepEqual(all.muted.map(({ value }) => value), ["b"]);
  assert.ok(all.profile.length > 20 && !Number.isNaN(Date.parse(all.time)));
  assert.deepEqual(Object.keys(all.stored.lasting).sort(), ["id", "profile:0", "replica:0", "since"]);
  assert.deepEqual(Object.keys(all.stored.visit), ["endcap:session"]);
  assert.ok(all.server.knows.length >= 3 && all.server.muted.length === 1);
});

test("erased everywhere, it does not come back by another device or its other tab", async () => {
  customer++;
  const [phone, laptop] = [await device(), await device()];
  await click(laptop.page, "a");
  await sync(laptop.page);
  await sync(phone.page);
  const other = await laptop.tab();
  await click(other, "b");
  await until(async () => (await brands(laptop.page)).length > 0);
  await laptop.context.setOffline(true);
  await click(phone.page, "c");
  assert.equal(await phone.page.evaluate(() => endcap.eraseEverywhere()), true);
  assert.deepEqual(await brands(phone.page), []);
  await laptop.context.setOffline(false);
  await until(async () => (await sync(laptop.page)) && (await brands(laptop.page)).length === 0);
  await until(async () => (await brands(other)).length === 0);
  await sync(phone.page);
  assert.deepEqual(await brands(phone.page), []);
  await click(phone.page, "x1");
  await sync(phone.page);
  assert.deepEqual(await brands(phone.page), ["x1"], "what comes after counts");
});

test("an erasure before the login erases nothing of the customer's, in no tab", async () => {
  customer++;
  const laptop = await device();
  await click(laptop.page, "a");
  assert.equal(await sync(laptop.page), true);
  const { tab } = await backend.browser();
  const [phone, other] = [await tab(), await tab()];
  await click(phone, "b");
  await sync(phone);
  assert.equal(await phone.evaluate(() => endcap.eraseEverywhere()), true);
  await click(phone, "x0");
  await click(other, "x1");
  const token = await backend.login(`C-${test.name}-${customer}`);
  assert.equal(await phone.evaluate((token) => endcap.link(token), token), true);
  const id = await phone.evaluate(() => ids.at(-1));
  const items = async () => (await backend.profile(id)).knows.filter(({ about }) => about === "item").length;
  /** All that was learned under either id and not erased, whichever page was the last to sync. */
  const allKnow = async (...pages) => {
    await until(async () => (await sync(pages[0])) && (await items()) === 3);
    for (const page of [...pages, ...pages]) assert.deepEqual([await sync(page), await items()], [true, 3]);
  };
  await allKnow(phone, other, laptop.page);
  // What the tabs have left in the browser, and what a device without a visit of its own makes of it.
  await Promise.all([phone.close(), other.close()]);
  const again = await tab();
  const tablet = await device();
  await allKnow(again, tablet.page, laptop.page);
  assert.deepEqual(await brands(tablet.page), ["a", "x0", "x1"]);
  // The customer's own erasure goes everywhere.
  assert.equal(await again.evaluate(() => endcap.eraseEverywhere()), true);
  for (const page of [laptop.page, tablet.page]) await until(async () => (await sync(page)) && (await brands(page)).length === 0);
  assert.equal(await items(), 0);
});

test("after one page view of a well known shopper a sync has at most 120 bytes", async (t) => {
  const { sent, tab } = await backend.browser();
  const page = await tab({ pack: "/v1/manifest.json" });
  await page.evaluate(async () => {
    const { products } = endcap.suggest("a", { limit: 20 });
    const ids = [...endcap.search({ text: "" }).hits, ...products].map(({ id }) => id);
    for (let n = 0; n < 500; n++) endcap.observe(n % 20 ? "view_item" : "add_to_cart", { items: [{ item_id: ids[(n * 7) % ids.length] }] });
    await endcap.sync();
    await endcap.sync();
  });
  const sizes = [];
  for (const index of [0, 3, 6, 9]) {
    const before = sent.length;
    await page.evaluate(async (index) => {
      endcap.observe("view_item", { items: [{ item_id: endcap.search({ text: "" }).hits[index].id }] });
      await endcap.sync();
    }, index);
    assert.equal(sent.length, before + 1);
    sizes.push(sent.at(-1).body.length);
  }
  t.diagnostic(`${sizes.join(", ")} bytes; the whole profile has ${await page.evaluate(async () => Math.round(((await endcap.export()).profile.length * 3) / 4))}`);
  assert.ok(Math.max(...sizes) <= 120, sizes.join());
  assert.deepEqual(await page.evaluate(() => errors), []);
});
