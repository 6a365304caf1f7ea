// What is stored and what leaves the device, in each tier, is what docs/privacy.md says: no more, no less.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { eventually } from "../until.mjs";
import { openBackend } from "./backend.mjs";

const TIERS = ["off", "memory", "session", "persistent", "sync", "contribute"];
const page = readFileSync(new URL("../../docs/privacy.md", import.meta.url), "utf8");
/** Rows of the page's tables with this first column, from the tier that they name. */
function table(first, rows = page.split("\n").filter((line) => line.startsWith("|")).map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()))) {
  const heads = rows.flatMap((row, index) => (/^-+$/.test(rows[index + 1]?.[0] ?? "") ? [index] : []));
  return heads.filter((head) => rows[head][0] === first).flatMap((head) => rows.slice(head + 2, heads.find((next) => next > head)))
    .map(([where, what, tier, meaning]) => ({ name: `${where.replaceAll("`", "")} ${what.replaceAll("`", "")}`.trim(), tier: tier.match(/`(\w+)`/)[1], rarely: tier.includes("†"), meaning }));
}
const stored = table("place");
const inDatabase = stored.filter(({ name }) => !name.startsWith("cookie"));
const inCookies = stored.filter(({ name }) => /^(cookie|sessionStorage)/.test(name));
const sent = table("request");

let backend, packs;
before(async () => {
  packs = mkdtempSync(join(tmpdir(), "endcap-privacy-"));
  const pack = readFileSync(new URL("../golden/catalogue-1.pack", import.meta.url));
  const hash = Buffer.from(pack.subarray(16, 32)).reverse().toString("hex");
  writeFileSync(join(packs, `${hash}.pack`), pack);
  backend = await openBackend(["--events"], packs);
});
after(async () => {
  await backend.close();
  rmSync(packs, { recursive: true, force: true });
});
afterEach(() => backend.closeBrowsers());

const isNumbered = (text) => text.replace(/([.:])\d+$/, "$1N");

/** Everything that this origin has stored, as the page names it. */
async function storage(tab) {
  const found = await tab.evaluate(async () => {
    const found = [];
    for (const [place, area] of [["sessionStorage", sessionStorage], ["localStorage", localStorage]]) for (const key of Object.keys(area)) found.push(`${place} ${key}`);
    for (const { name } of await indexedDB.databases()) {
      const db = await new Promise((done) => (indexedDB.open(name).onsuccess = ({ target }) => done(target.result)));
      for (const store of db.objectStoreNames) {
        const keys = await new Promise((done) => (db.transaction(store).objectStore(store).getAllKeys().onsuccess = ({ target }) => done(target.result)));
        found.push(...keys.map((key) => (`${name} ${store}` === "endcap values" ? `IndexedDB ${key}` : `IndexedDB ${name} ${store} ${key}`)));
        if (keys.length === 0) found.push(`IndexedDB ${name}, empty`);
      }
      db.close();
    }
    for (const cookie of document.cookie.split("; ").filter(Boolean)) found.push(`cookie ${cookie.split("=")[0]}`);
    for (const name of await caches.keys()) found.push(`CacheStorage ${name}`);
    return found;
  });
  return new Set(found.map(isNumbered).filter((name) => name !== "cookie shop"));
}

/** What browsers add to a request by themselves. */
const BROWSERS = /^(accept|accept-encoding|accept-language|cache-control|pragma|connection|content-length|content-type|dnt|host|if-none-match|if-modified-since|origin|priority|user-agent|upgrade-insecure-requests|referer|cookie|purpose|sec-.*)$/;

/** The fields of a request, as the page names them. */
function fieldsOf({ method, path, headers, body }) {
  if (path.startsWith("/pkg/")) return [`${method} /pkg/{file}`];
  if (path.startsWith("/v1/packs/")) return [`${method} /v1/packs/{hash}.pack`];
  const request = `${method} ${path.replace(/profiles\/[\w-]+/, "profiles/{id}")}`;
  const own = Object.keys(headers).filter((name) => !BROWSERS.test(name)).map((name) => `${request} header ${name}`);
  if (request.includes("{id}")) own.push(`${request} {id}`);
  if (path === "/v1/events") own.push(...paths(JSON.parse(body)).map((field) => `${request} ${field}`));
  else if (body?.length > 0) own.push(`${request} body`);
  return own.length > 0 ? own : [request];
}

function paths(value, at = "") {
  if (Array.isArray(value)) return value.flatMap((one) => paths(one, `${at}[]`));
  if (typeof value === "object" && value) return Object.entries(value).flatMap(([key, one]) => paths(one, at ? `${at}.${key}` : key));
  return [at];
}

/** A visit that does all a shopper can, and what it left and sent: all that the page promises of `rows`, and more if there is more. */
async function visit(tier, rows = inDatabase, options = {}) {
  const device = await backend.browser();
  backend.received.length = 0;
  const tab = await device.tab(null);
  await tab.evaluate(() => (document.cookie = "shop=its-own; path=/"));
  const open = () => tab.evaluate(async ([consent, { storage, ...rest }]) => {
    await start({ consent, pack: "/v1/manifest.json", storage: storage && (await import("endcap/cookie")).cookie(), ...rest });
  }, [tier, options]);
  await open();
  const token = await backend.login("C-1");
  await tab.evaluate(async (token) => {
    endcap.suggest("ta");
    endcap.observe("view_search_results", { search_term: "tap", item_list_id: "search", item_list_name: "Search", items: [{ item_id: "d1", item_name: "Secret name", index: 0 }, { item_id: "p1", index: 1 }] });
    endcap.observe("select_filter", { facet: "brand", value: "Lumaro" });
    endcap.observe("add_to_cart", { items: [{ item_id: "d1", quantity: 2, price: 3, coupon: "ANNA" }], user_id: "C-1001" });
    endcap.rank(["d1", "p1"]);
    await endcap.sync();
    await endcap.link(token);
  }, token);
  const left = new Set();
  const look = async () => { for (const name of await storage(tab)) left.add(name); };
  await tab.waitForTimeout(900);
  await look();
  await tab.reload();
  await tab.waitForFunction(() => globalThis.loaded);
  await open();
  await tab.evaluate(() => {
    endcap.observe("view_item", { items: [{ item_id: "p1" }] });
    Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await tab.waitForTimeout(900);
  const seen = () => backend.received.filter(({ path }) => !["/", "/demo/login"].includes(path));
  await eventually(async () => {
    await look();
    complete(left, promised(rows, tier), "is stored");
    complete(new Set(seen().flatMap(fieldsOf)), promised(sent, tier), "leaves the device");
  });
  assert.deepEqual(await tab.evaluate(() => errors), [], tier);
  return { left, seen: seen(), tab };
}

/** What the page promises for this tier; `may` has also what is there only sometimes. */
function promised(rows, tier) {
  const within = rows.filter((row) => TIERS.indexOf(row.tier) <= TIERS.indexOf(tier));
  return { must: within.filter(({ rarely }) => !rarely).map(({ name }) => name), may: within.map(({ name }) => name) };
}

const complete = (found, { must }, what) => assert.deepEqual(must.filter((name) => !found.has(name)), [], `on the page, and not what ${what}`);

const noMore = (found, { may }, what) => assert.deepEqual([...found].filter((name) => !may.includes(name)), [], `${what}, and is not on the page`);

test("the page's tables are found", () => {
  assert.ok(stored.length >= 15 && sent.length >= 18);
  for (const { tier, meaning } of [...stored, ...sent]) assert.ok(TIERS.includes(tier) && meaning);
});

for (const tier of TIERS) {
  test(`tier ${tier}`, async () => {
    const { left, seen } = await visit(tier);
    noMore(left, promised(inDatabase, tier), "is stored");
    noMore(new Set(seen.flatMap(fieldsOf)), promised(sent, tier), "leaves the device");
    for (const { method, path, headers, body } of seen.filter(({ method }) => method !== "GET")) {
      assert.deepEqual([headers.cookie, headers.referer], [undefined, undefined], `${method} ${path}`);
      for (const secret of ["Secret name", "ANNA", "C-1001", "its-own"]) assert.ok(!body?.includes(secret), `${path} tells ${secret}`);
    }
  });
}

test("in cookies it is the same", async () => {
  for (const tier of ["session", "contribute"]) {
    const { left } = await visit(tier, inCookies, { storage: "cookie" });
    noMore(left, promised(inCookies, tier), `${tier}: is stored`);
  }
});

test("lowering leaves no more than the lower tier has", async () => {
  for (const tier of ["sync", "persistent", "session", "memory", "off"]) {
    const { tab } = await visit("contribute");
    await tab.evaluate((tier) => endcap.setConsent(tier), tier);
    await eventually(async () => noMore(await storage(tab), promised(stored, tier), `${tier}: is left`));
    await backend.closeBrowsers();
  }
});
