// Signed packs: what the key has signed opens; everything else leaves the shop's own order, and says why.
import assert from "node:assert/strict";
import { createHash, createPrivateKey, createPublicKey, sign } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { pathToFileURL } from "node:url";
import { chromium, installed, root, serve, smallPack } from "./dev.mjs";

const part = (name) => new Uint8Array(readFileSync(join(root, `tests/golden-parts/${name}-1.pack`)));
const hashOf = (bytes) => Buffer.from(bytes.slice(16, 32).reverse()).toString("hex");
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** A pair of keys; the secret one is 32 times `seed`. */
function pair(seed) {
  const secret = createPrivateKey({ key: Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), Buffer.alloc(32, seed)]), format: "der", type: "pkcs8" });
  return { secret, name: createPublicKey(secret).export({ format: "jwk" }).x };
}
const [own, other] = [pair(1), pair(2)];

const piece = (bytes, more = {}) => ({ hash: hashOf(bytes), url: `/v1/packs/${hashOf(bytes)}.pack`, bytes: bytes.length, sha256: sha256(bytes), ...more });

function signed(manifest, { version = 1, by = own, ...more } = {}) {
  const text = JSON.stringify({ ...manifest, version, ...more });
  const signature = sign(null, Buffer.from(`endcap-manifest-1\n${text}`), by.secret).toString("base64url");
  return { manifest: text, signatures: [{ key: by.name, signature }] };
}

let endcap, Endcap, server, browser, context;
let whole, head, overlay, delta, next;
/** What the server offers: texts and bytes by path. */
let offered, addresses = 0;

before(async () => {
  endcap = join(installed(), "node_modules/endcap");
  ({ Endcap } = await import(pathToFileURL(join(endcap, "node.js"))));
  const { Engine } = await import(pathToFileURL(join(endcap, "endcap.js")));
  await Endcap.open({ consent: "off" });
  [whole, head, overlay, delta] = [smallPack(), part("head"), part("overlay"), part("delta")];
  next = Engine.patch(whole, delta);
  const page = join(installed(), "signed");
  mkdirSync(page, { recursive: true });
  writeFileSync(join(page, "index.html"), `<!doctype html><meta charset="utf-8">
    <script type="importmap">{"imports":{"endcap":"/endcap/index.js","endcap/live":"/endcap/live.js","endcap/worker":"/endcap/worker.js"}}</script>
    <script type="module">
      import { Endcap } from "endcap";
      import { live } from "endcap/live";
      import { EndcapWorker } from "endcap/worker";
      globalThis.errors = [];
      const onError = ({ code }) => errors.push(code);
      globalThis.start = async (packKey, options) => (globalThis.endcap = await Endcap.open({ pack: live("/v1/manifest.json", options), packKey, consent: "memory", onError })).status;
      globalThis.startWorker = async (packKey) => (globalThis.endcap = await EndcapWorker.open({ pack: "/v1/manifest.json", packKey, consent: "memory", onError })).status;
      globalThis.loaded = true;
    </script>`);
  server = await serve({
    "/endcap/": endcap,
    "/": page,
    "/v1/": async ({ url }) => {
      const body = offered[new URL(url, "http://localhost").pathname];
      return body === undefined ? { status: 404 } : { headers: { "cache-control": "no-store" }, body: typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body) };
    },
  });
  browser = await chromium();
});
after(async () => {
  await browser?.close();
  await server?.close();
});

beforeEach(async () => {
  offered = Object.fromEntries([whole, head, overlay, delta, next].map((bytes) => [`/v1/packs/${hashOf(bytes)}.pack`, bytes]));
  await context?.close();
  context = undefined;
});

/** Opens what the server offers in Node, at an address of its own unless one is given. */
async function opened(manifest, packKey = own.name, address = `/v1/${addresses++}.json`) {
  offered[address] = manifest;
  const errors = [];
  const shop = await Endcap.open({ pack: server.url + address, packKey, consent: "memory", onError: ({ code }) => errors.push(code) });
  const order = shop.rank(["b", "a"]);
  const state = { status: shop.status, errors };
  shop.close();
  assert.deepEqual(order, ["b", "a"], "the shop's own order stands");
  return state;
}
const refused = (code) => ({ status: "fallback", errors: [code] });
const ready = { status: "ready", errors: [] };

async function page() {
  context ??= await browser.newContext();
  const page = await context.newPage();
  await page.goto(server.url);
  await page.waitForFunction(() => globalThis.loaded);
  return page;
}

test("what the key has signed opens, also while a key is replaced", async () => {
  const manifest = { catalogue: piece(whole) };
  assert.deepEqual(await opened({ ...manifest, signed: signed(manifest) }), ready);
  assert.deepEqual(await opened({ signed: signed(manifest) }, [other.name, own.name]), ready);
  // Without a key nothing is asked for.
  assert.deepEqual(await opened(manifest, null), ready);
});

test("an unsigned server leaves the shop's own order", async () => {
  assert.deepEqual(await opened({ catalogue: piece(whole) }), refused("signature/missing"));
  assert.deepEqual(await opened({ catalogue: piece(whole), signed: null }), refused("signature/missing"));
  // An empty key is one that nobody has, not none.
  assert.deepEqual(await opened({ signed: signed({ catalogue: piece(whole) }) }, ""), refused("signature/missing"));
  assert.deepEqual(await opened({ signed: signed({ catalogue: piece(whole) }) }, []), refused("signature/missing"));
});

test("another key's signature is refused", async () => {
  assert.deepEqual(await opened({ signed: signed({ catalogue: piece(whole) }, { by: other }) }), refused("signature/missing"));
  const renamed = signed({ catalogue: piece(whole) }, { by: other });
  renamed.signatures[0].key = own.name;
  assert.deepEqual(await opened({ signed: renamed }), refused("signature/wrong"));
});

test("a changed manifest is refused", async () => {
  const changed = signed({ catalogue: piece(whole) });
  changed.manifest = changed.manifest.replace('"version":1', '"version":9');
  assert.deepEqual(await opened({ signed: changed }), refused("signature/wrong"));
  // What stands beside the signed text counts for nothing.
  assert.deepEqual(await opened({ catalogue: piece(next), signed: signed({ catalogue: piece(whole) }) }), ready);
});

test("a changed pack is refused before it is read", async () => {
  const other = next.slice();
  offered[piece(whole).url] = other;
  const manifest = { catalogue: { ...piece(whole), hash: hashOf(next) } };
  // The engine would open it: it is a sound pack with the promised hash.
  assert.deepEqual(await opened({ catalogue: { ...manifest.catalogue, sha256: undefined } }, null), ready);
  assert.deepEqual(await opened({ signed: signed(manifest) }), refused("signature/pack"));
});

test("an older manifest than the newest seen is refused", async () => {
  const at = (version) => ({ signed: signed({ catalogue: piece(whole) }, { version }) });
  const address = "/v1/rollback.json";
  assert.deepEqual(await opened(at(5), own.name, address), ready);
  assert.deepEqual(await opened(at(5), own.name, address), ready);
  assert.deepEqual(await opened(at(4), own.name, address), refused("signature/rollback"));
});

test("an expired manifest is refused", async () => {
  const manifest = { catalogue: piece(whole) };
  assert.deepEqual(await opened({ signed: signed(manifest, { expires: Date.now() - 1 }) }), refused("signature/expired"));
  assert.deepEqual(await opened({ signed: signed(manifest, { expires: Date.now() + 60_000 }) }), ready);
});

test("signed nonsense is refused", async () => {
  for (const manifest of [{}, { catalogue: { ...piece(whole), sha256: undefined } }, { catalogue: piece(whole), version: "1" }]) {
    const state = await opened({ signed: signed(manifest, "version" in manifest ? { version: "1" } : {}) });
    assert.equal(state.status, "fallback");
    assert.match(state.errors.join(), /^(signature\/damaged|manifest\/no-catalogue)$/);
  }
});

test("bytes, packs by address and other feeds are refused with a key", async () => {
  const feed = { first: async () => ({ bytes: whole }), follow: () => () => {} };
  for (const pack of [whole, `${server.url}${piece(whole).url}`, feed]) {
    const errors = [];
    const shop = await Endcap.open({ pack, packKey: own.name, consent: "memory", onError: ({ code }) => errors.push(code) });
    assert.deepEqual({ status: shop.status, errors }, refused("signature/missing"));
    shop.close();
  }
});

test("knowledge is covered", async () => {
  const manifest = { catalogue: piece(whole), knowledge: piece(overlay) };
  offered[piece(overlay).url] = next;
  offered["/v1/knowledge.json"] = { signed: signed(manifest) };
  const errors = [];
  const shop = await Endcap.open({ pack: `${server.url}/v1/knowledge.json`, packKey: own.name, consent: "memory", onError: ({ code }) => errors.push(code) });
  assert.equal(await shop.knowledge, null);
  assert.deepEqual({ status: shop.status, errors }, { status: "ready", errors: ["signature/pack"] });
  shop.close();
});

test("the fallback for browsers without Ed25519 decides alike", async () => {
  const { verify } = await import(pathToFileURL(join(endcap, "ed25519.js")));
  const vector = JSON.parse(readFileSync(join(root, "tests/signatures/manifest.json"), "utf8"));
  const bytes = (text) => new Uint8Array(Buffer.from(text, "base64url"));
  const message = new TextEncoder().encode(`endcap-manifest-1\n${vector.signed.manifest}`);
  const [key, signature] = [bytes(vector.key), bytes(vector.signed.signatures[0].signature)];
  assert.equal(await verify(key, signature, message), true);
  for (const at of [0, 31, 32, 63]) {
    const changed = signature.slice();
    changed[at] ^= 1;
    assert.equal(await verify(key, changed, message), false);
  }
  assert.equal(await verify(key, signature, message.slice(1)), false);
  // The same way through the page.
  const subtle = crypto.subtle;
  const importKey = subtle.importKey;
  subtle.importKey = async () => { throw new DOMException("unrecognised name", "NotSupportedError"); };
  try {
    assert.deepEqual(await opened({ signed: signed({ catalogue: piece(whole) }) }), ready);
    const changed = signed({ catalogue: piece(whole) });
    changed.manifest += " ";
    assert.deepEqual(await opened({ signed: changed }), refused("signature/wrong"));
  } finally {
    subtle.importKey = importKey;
  }
});

test("heads, overlays and deltas are covered while a page is open", async () => {
  offered["/v1/manifest.json"] = { signed: signed({ catalogue: { ...piece(whole), head: piece(head), overlays: [piece(overlay)] } }) };
  const tab = await page();
  assert.equal(await tab.evaluate((key) => start(key, { keep: true }), own.name), "ready");
  await tab.waitForFunction(() => endcap.catalogue?.complete);
  assert.deepEqual(await tab.evaluate(() => errors), []);
  await tab.close();

  // A delta that was not signed is not applied: the whole pack comes instead.
  const catalogue = { ...piece(next), deltas: [piece(delta, { from: hashOf(whole) })], overlays: [piece(overlay)] };
  offered["/v1/manifest.json"] = { signed: signed({ catalogue }, { version: 2 }) };
  offered[piece(delta).url] = overlay;
  offered[piece(overlay).url] = delta;
  const second = await page();
  assert.equal(await second.evaluate((key) => start(key, { keep: true }), own.name), "ready");
  await second.waitForFunction((hash) => endcap.catalogue?.hash === hash, hashOf(next));
  assert.match((await second.evaluate(() => errors)).join(), /^signature\/pack(,signature\/pack)*$/);
  await second.close();

  // A head that was not signed opens nothing.
  offered["/v1/manifest.json"] = { signed: signed({ catalogue: { ...piece(whole), head: piece(head) } }, { version: 3 }) };
  offered[piece(head).url] = whole;
  const third = await page();
  assert.equal(await third.evaluate((key) => start(key, {}), own.name), "fallback");
  assert.equal((await third.evaluate(() => errors))[0], "signature/pack");
});

test("the newest version is remembered from visit to visit", async () => {
  const at = (version) => ({ signed: signed({ catalogue: piece(whole) }, { version }) });
  offered["/v1/manifest.json"] = at(5);
  const first = await page();
  assert.equal(await first.evaluate((key) => start(key, { keep: true }), own.name), "ready");
  await first.close();
  offered["/v1/manifest.json"] = at(4);
  const second = await page();
  assert.equal(await second.evaluate((key) => start(key, { keep: true }), own.name), "fallback");
  assert.equal((await second.evaluate(() => errors))[0], "signature/rollback");
  // And it opens again once the server has a newer one.
  offered["/v1/manifest.json"] = at(6);
  await second.waitForFunction(() => endcap.status === "ready");
});

test("a kept pack that somebody has changed is not opened", async () => {
  offered["/v1/manifest.json"] = { signed: signed({ catalogue: piece(whole) }) };
  const first = await page();
  assert.equal(await first.evaluate((key) => start(key, { keep: true }), own.name), "ready");
  await first.evaluate(async (bytes) => {
    const packs = await caches.open("endcap-packs");
    const [request] = await packs.keys();
    await packs.put(request, new Response(new Uint8Array(bytes)));
  }, [...next]);
  await first.close();
  const second = await page();
  assert.equal(await second.evaluate((key) => start(key, { keep: true }), own.name), "ready");
  assert.equal(await second.evaluate(() => endcap.catalogue.hash), hashOf(whole));
});

test("the worker asks for the signature, too", async () => {
  offered["/v1/manifest.json"] = { signed: signed({ catalogue: piece(whole) }) };
  const good = await page();
  assert.equal(await good.evaluate((key) => startWorker(key), own.name), "ready");
  await good.close();
  offered["/v1/manifest.json"] = { catalogue: piece(whole) };
  const bad = await page();
  assert.equal(await bad.evaluate((key) => startWorker(key), own.name), "fallback");
  assert.equal((await bad.evaluate(() => errors))[0], "signature/missing");
});
