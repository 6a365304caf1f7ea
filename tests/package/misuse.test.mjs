// What pages get wrong: nothing throws, `onError` says what was expected, and the next call works.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { installed, smallPack } from "./dev.mjs";

const at = (file) => pathToFileURL(join(installed(), "node_modules/endcap", file)).href;
const { Endcap } = await import(at("node.js"));

async function opened(options = {}) {
  const told = [];
  const endcap = await Endcap.open({ consent: "memory", onError: (error) => told.push(error), ...options });
  return { endcap, told, codes: () => told.splice(0).map(({ code }) => code) };
}

const boo = () => { throw new Error("boo"); };
const view = { items: [{ item_id: "b", item_brand: "B" }] };
const nested = (depth) => { let value = []; while (depth--) value = [value]; return value; };

const POISON = {
  "a getter of an item": (endcap) => endcap.rank([{ item_id: "a", get item_brand() { return boo(); } }]),
  "a getter of an item's identifier": (endcap) => endcap.explain({ get item_id() { return boo(); } }),
  "a getter of an event's item": (endcap) => endcap.observe("view_item", { items: [{ item_id: "a", get item_name() { return boo(); } }] }),
  "a getter within the filters": (endcap) => endcap.search({ filters: { get brand() { return boo(); } } }),
  "a proxy": (endcap) => endcap.facets(new Proxy({}, { ownKeys: boo, get: boo, has: boo })),
  "a list nested too deep": (endcap) => endcap.search({ price_min: nested(100_000) }),
  "a circle": (endcap) => { const list = []; list.push(list); endcap.facets({ filters: list, price_max: list }); },
};

for (const [what, misuse] of Object.entries(POISON)) {
  test(`${what} leaves the engine usable`, async () => {
    const { endcap, told, codes } = await opened({ pack: smallPack() });
    for (let times = 0; times < 50; times++) misuse(endcap);
    assert.ok(told.length >= 50, `${told.length} errors`);
    assert.deepEqual([...new Set(codes())], ["call/invalid"]);
    assert.equal(endcap.status, "ready");
    assert.equal(endcap.observe("view_item", view).accepted, true);
    assert.deepEqual(endcap.rank([{ item_id: "a", item_brand: "A" }, { item_id: "c", item_brand: "B" }]).map(({ item_id }) => item_id), ["c", "a"]);
    assert.deepEqual(codes(), []);
    endcap.close();
    assert.equal(endcap.status, "fallback");
  });
}

test("the bare engine survives a getter that throws, or that calls it", async () => {
  const { Engine, initSync } = await import(at("endcap.js"));
  initSync({ module: readFileSync(new URL(at("endcap_bg.wasm"))) });
  const engine = new Engine(1n);
  for (let times = 0; times < 50; times++) assert.throws(() => engine.rank([{ item_id: "a", get item_brand() { return boo(); } }], 0), /boo/);
  assert.throws(() => engine.observe({ name: "view_item", params: { get items() { return boo(); } } }, 0), /boo/);
  assert.equal(engine.observe({ name: "view_item", params: { get items() { engine.erase(); return view.items; } } }, 0).accepted, true);
});

test("what is no list is an empty one", async () => {
  const { endcap, codes } = await opened();
  for (const none of [undefined, null, 5, {}]) {
    assert.deepEqual(endcap.rank(none), []);
    assert.deepEqual(codes(), ["call/invalid"]);
  }
  assert.deepEqual(endcap.rank(new Set(["a", "b"])), ["a", "b"]);
  assert.deepEqual(codes(), []);
  endcap.close();
  assert.deepEqual(endcap.rank(null), []);
});

test("a clock that is none is told of, and teaches nothing", async () => {
  let now = Number.NaN;
  const { endcap, told, codes } = await opened({ now: () => now });
  for (now of [Number.NaN, Number.POSITIVE_INFINITY, -1, 253_402_300_800_000, 1e300, undefined]) {
    assert.equal(endcap.observe("view_item", view).accepted, false);
    assert.match(told[0].message, /now must be milliseconds since 1970/);
    assert.deepEqual(endcap.rank(["b", "a"]), ["b", "a"]);
    assert.deepEqual(codes(), ["call/clock", "call/clock"]);
  }
  now = 253_402_300_799_999;
  assert.equal(endcap.observe("view_item", view).accepted, true);
  const odd = await opened({ now: 1_795_564_800_000 });
  assert.deepEqual(odd.codes(), ["call/clock"]);
  assert.equal(odd.endcap.observe("view_item", view).accepted, true);
});

test("a pack may be a buffer or any view of one", async () => {
  const pack = smallPack();
  const buffer = pack.buffer.slice(pack.byteOffset, pack.byteOffset + pack.byteLength);
  const wide = new Uint8Array(pack.length + 7);
  wide.set(pack, 5);
  for (const source of [pack, buffer, new DataView(wide.buffer, 5, pack.length), Buffer.from(pack)]) {
    const { endcap, codes } = await opened({ pack: source });
    assert.deepEqual([codes(), endcap.status], [[], "ready"]);
    assert.ok(endcap.catalogue.items > 0);
  }
});

test("what is no tier is off, and the tiers are listed", async () => {
  const { endcap, told, codes } = await opened({ consent: "all" });
  assert.match(told[0].message, /off, memory, session, persistent, sync, contribute/);
  assert.deepEqual([codes(), endcap.consent], [["call/consent"], "off"]);
  endcap.setConsent("Memory");
  assert.deepEqual([codes(), endcap.consent], [["call/consent"], "off"]);
  for (const undecided of [undefined, null]) assert.deepEqual((await opened({ consent: undecided })).codes(), []);
});

test("counts are whole numbers, and the wrong one is named", async () => {
  const { endcap, told, codes } = await opened({ pack: smallPack() });
  const wrong = (field, call) => {
    for (const value of [-1, 2.5, Number.NaN, Number.POSITIVE_INFINITY, 1e12, "5"]) {
      if (field === "affinities" && value === "5") continue; // The conversion to a number is the language's own.
      call(value);
      assert.ok(told[0]?.message.startsWith(`${field === "affinities" ? "limit" : field}: a whole number ≥ 0`), `${field} ${value}: ${told[0]?.message}`);
      assert.deepEqual(codes(), ["call/invalid"]);
    }
  };
  for (const field of ["limit", "offset"]) {
    wrong(field, (value) => endcap.search({ [field]: value }));
    wrong(field, (value) => endcap.facets({ [field]: value }));
  }
  for (const field of ["products", "completions", "categories", "brands"]) wrong(field, (value) => endcap.suggest("a", { [field]: value }));
  wrong("affinities", (value) => endcap.affinities(value));
  assert.equal(endcap.search({ limit: 1, offset: 0 }).hits.length, 1);
  assert.deepEqual(codes(), []);
});
