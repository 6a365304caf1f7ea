// Parts of the façade that need neither wasm nor browser.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { build } from "esbuild";

async function source(name) {
  const { outputFiles } = await build({ entryPoints: [new URL(`../src/${name}.ts`, import.meta.url).pathname], bundle: true, format: "esm", write: false });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}

const { allows, inForce, lower } = await source("tiers");
const { equalBytes, fromBase64, randomId, randomReplica, toBase64 } = await source("bytes");
const { idOf, toItem } = await source("item");
const { EndcapError, asEndcapError } = await source("error");
const { fetchPack } = await source("pack");
const { Pauses, retryAfter } = await source("post");
const { randomised } = await source("randomised");
const { trace } = await source("personal");

const TIERS = ["off", "memory", "session", "persistent", "sync", "contribute"];

test("tiers are ordered, and what is no tier allows nothing", () => {
  for (const [i, a] of TIERS.entries()) {
    for (const [j, b] of TIERS.entries()) {
      assert.equal(allows(a, b), i >= j);
      assert.equal(lower(a, b), TIERS[Math.min(i, j)]);
    }
  }
  for (const asked of [undefined, null, true, "all", "Persistent", 3]) assert.equal(inForce(asked), "off");
});

test("bytes survive base64, and other text is noticed", () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
  assert.deepEqual(fromBase64(toBase64(bytes)), bytes);
  assert.deepEqual(fromBase64(""), new Uint8Array());
  assert.equal(fromBase64("%"), undefined);
  assert.equal(equalBytes(bytes, bytes.slice()), true);
  assert.equal(equalBytes(bytes, bytes.slice(1)), false);
});

test("texts that may name a person are told by their form, as the server tells them", () => {
  const texts = JSON.parse(readFileSync(new URL("../../tests/texts/personal.json", import.meta.url), "utf8"));
  // Lists of names are the server's.
  for (const { text, trace: expected } of texts) assert.equal(trace(text), expected === "name" ? undefined : expected ?? undefined, text);
});

test("identifiers fit an address and do not repeat", () => {
  const ids = new Set(Array.from({ length: 1000 }, randomId));
  assert.equal(ids.size, 1000);
  for (const id of ids) assert.match(id, /^[\w-]{22}$/);
  assert.notEqual(randomReplica(), randomReplica());
});

test("items are taken as shops have them", () => {
  const ga4 = { item_id: "1", item_brand: "b" };
  assert.deepEqual(toItem(ga4), ga4, "GA4 items pass as they are");
  assert.deepEqual(toItem({ ...ga4, brand: "other", item_name: null, own: {} }), ga4, "by their own names");
  assert.throws(() => toItem({ item_id: "1", get item_brand() { throw new Error("boo"); } }), /boo/);
  assert.deepEqual(toItem("1"), { item_id: "1" });
  assert.deepEqual(toItem(7), { item_id: "7" });
  assert.equal(toItem({ item_id: 7 }).item_id, "7");
  const own = toItem({ id: 7, title: "t", brand: "b", category: "c", price: 3 });
  assert.deepEqual([own.item_id, own.item_name, own.item_brand, own.item_category, own.price], ["7", "t", "b", "c", 3]);
  assert.equal(toItem({ sku: "s", item_name: "kept", name: "other" }).item_name, "kept");
  for (const nothing of [null, undefined, {}, []]) assert.equal(idOf(nothing), "");
});

test("an engine's error keeps its code; others get one and keep their cause", () => {
  const engine = Object.assign(new Error("cut"), { name: "EndcapError", code: "pack/truncated" });
  const taken = asEndcapError(engine, "x/y", "w");
  assert.ok(taken instanceof EndcapError && taken instanceof Error);
  assert.deepEqual([taken.name, taken.code, taken.message, taken.cause], ["EndcapError", "pack/truncated", "cut", engine]);
  assert.equal(asEndcapError(taken, "x/y", "w"), taken);
  for (const odd of [new TypeError("t"), "text", null, undefined, 5]) assert.equal(asEndcapError(odd, "x/y", "w").code, "x/y");
});

test("a manifest's catalogue is chosen by language and found beside the manifest", async (t) => {
  const asked = [];
  const manifest = { catalogue: { hash: "d", url: "packs/d.pack" }, catalogues: { de: { hash: "d", url: "packs/d.pack" }, en: { hash: "e", url: "/e.pack" } } };
  t.mock.method(globalThis, "fetch", async (url) => {
    asked.push(String(url));
    const body = String(url).includes(".json") ? JSON.stringify(manifest) : "bytes";
    return Object.defineProperty(new Response(body), "url", { value: String(url) });
  });
  const { signal } = new AbortController();
  const at = "https://shop.test/v1/manifest.json?x=1";
  assert.equal((await fetchPack(at, undefined, signal)).hash, "d");
  assert.equal((await fetchPack(at, "en", signal)).hash, "e");
  assert.equal((await fetchPack(at, "fr", signal)).hash, "d");
  assert.equal((await fetchPack("https://cdn.test/x.pack", "en", signal)).hash, undefined);
  assert.deepEqual(asked.filter((url) => !url.includes(".json")), ["https://shop.test/v1/packs/d.pack", "https://shop.test/e.pack", "https://shop.test/v1/packs/d.pack", "https://cdn.test/x.pack"]);
  const bytes = new Uint8Array(3);
  assert.equal((await fetchPack(bytes, "en", signal)).bytes, bytes);
  const within = Uint8Array.of(1, 2, 3, 4).buffer;
  assert.deepEqual((await fetchPack(within, "en", signal)).bytes, Uint8Array.of(1, 2, 3, 4));
  assert.deepEqual((await fetchPack(new DataView(within, 1, 2), "en", signal)).bytes, Uint8Array.of(2, 3));
});

/** Numbers in [0, 1) that come again: mulberry32. */
function seeded(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let bits = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

test("pauses grow, are spread over their whole length, and keep to what the server asks for", () => {
  for (const [random, pauses] of [[() => 0, [0, 0, 0]], [() => 0.999999, [4_000, 8_000, 16_000, 32_000, 64_000, 120_000, 120_000]]]) {
    const own = new Pauses(random);
    assert.deepEqual(pauses.map(() => Math.round(own.next())), pauses);
  }
  const own = new Pauses(() => 0.5);
  assert.equal(own.next(30_000), 32_000);
  own.reset();
  assert.equal(own.next(), 2_000);
  const now = Date.UTC(2026, 0, 1);
  for (const [text, ms] of [["3", 3_000], [null, 0], ["", 0], ["soon", 0], ["-1", 0], [new Date(now + 5_000).toUTCString(), 5_000], [new Date(now - 5_000).toUTCString(), 0], ["99999999", 3_600_000]]) {
    assert.equal(retryAfter(text, now), ms, text);
  }
});

test("a randomised answer favours the truth by e^ε and tells shares all the same", () => {
  const domain = ["a", "b", "c", "d", "(other)"];
  const truth = { a: 0.5, b: 0.3, c: 0.15, d: 0, "(other)": 0.05 };
  const n = 200_000;
  for (const epsilon of [0.5, 2]) {
    const random = seeded(7);
    const counts = Object.fromEntries(domain.map((value) => [value, 0]));
    const ofA = { ...counts };
    for (let at = 0; at < n; at++) {
      let rest = random();
      const own = domain.find((value) => (rest -= truth[value]) < 0) ?? "nothing that was named";
      const told = randomised(own, domain, epsilon, random);
      counts[told]++;
      if (own === "a") ofA[told]++;
    }
    const weight = Math.exp(epsilon);
    const [p, q] = [weight / (weight + 4), 1 / (weight + 4)];
    // Four standard errors of a share that is estimated from n answers.
    const bound = (4 * 0.5) / Math.sqrt(n);
    const all = Object.values(ofA).reduce((sum, count) => sum + count, 0);
    for (const value of domain) {
      assert.ok(Math.abs(ofA[value] / all - (value === "a" ? p : q)) < bound * 1.5, `${epsilon}: ${value} is told for a`);
      assert.ok(Math.abs((counts[value] / n - q) / (p - q) - truth[value]) < bound / (p - q), `${epsilon}: the share of ${value}`);
    }
  }
});

test("known bots are held at off, by what they call themselves", () => {
  const agents = { "Mozilla/5.0 (compatible; Googlebot/2.1)": "off", "AdsBot-Google (+http://www.google.com/adsbot.html)": "off", "Baiduspider/2.0": "off", "archive.org_bot": "off", "YouBot": "off", "CUBOT X70": "sync", "Robotics/1.0": "sync", "": "sync" };
  for (const [userAgent, tier] of Object.entries(agents)) {
    Object.defineProperty(globalThis, "navigator", { value: { userAgent }, configurable: true });
    assert.equal(inForce("sync"), tier, userAgent);
  }
});

test("Global Privacy Control holds at persistent what would leave the device, and nothing else", () => {
  Object.defineProperty(globalThis, "navigator", { value: { globalPrivacyControl: true }, configurable: true });
  assert.deepEqual(["contribute", "sync", "persistent", "memory", "everything"].map(inForce), ["persistent", "persistent", "persistent", "memory", "off"]);
  Object.defineProperty(globalThis, "navigator", { value: { globalPrivacyControl: false }, configurable: true });
  assert.equal(inForce("sync"), "sync");
});
