// The engine in a Web Worker: the same answers, the same profile, and a shop that stands without it.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { until } from "../until.mjs";
import { KEPT, chromium, installed, root, serve, smallPack, tool } from "./dev.mjs";

const part = (name) => new Uint8Array(readFileSync(join(root, `tests/golden-parts/${name}-1.pack`)));
const hashOf = (bytes) => Buffer.from(bytes.slice(16, 32).reverse()).toString("hex");
const piece = (bytes) => ({ hash: hashOf(bytes), url: `/v1/packs/${hashOf(bytes)}.pack` });

const PAGE = `<!doctype html><meta charset="utf-8">
  <script type="importmap">{"imports":{"endcap":"/endcap/index.js","endcap/worker":"/endcap/worker.js"}}</script>
  <script type="module">
    import { Endcap } from "endcap";
    import { EndcapWorker } from "endcap/worker";
    globalThis.errors = [];
    ${KEPT}
    const common = { now: () => Date.UTC(2026, 0, 15, 12), onError: (error) => errors.push(error.code) };
    globalThis.onPage = async (options) => (globalThis.page = await Endcap.open({ ...common, ...options }));
    globalThis.inWorker = async (options) => (globalThis.worker = await EndcapWorker.open({ ...common, ...options }));
    globalThis.loaded = true;
  </script>`;

let browser, server, context, page, packs, blocked;

before(async () => {
  packs = new Map([smallPack(), part("head"), part("overlay")].map((bytes) => [hashOf(bytes), bytes]));
  const path = join(installed(), "worker");
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, "index.html"), PAGE);
  const endcap = join(installed(), "node_modules/endcap");
  server = await serve({
    "/endcap/": endcap,
    "/endcap/engine-worker.js": () => (blocked ? { status: 404 } : { headers: { "content-type": "text/javascript" }, body: readFileSync(join(endcap, "engine-worker.js")) }),
    "/": path,
    "/small.pack": () => ({ body: smallPack() }),
    "/knowledge.pack": () => ({ body: readFileSync(join(root, "tests/golden/knowledge-1.pack")) }),
    "/v1/manifest.json": () => ({ headers: { "content-type": "application/json" }, body: JSON.stringify({ catalogue: { ...piece(smallPack()), head: piece(part("head")), overlays: [piece(part("overlay"))] } }) }),
    "/v1/packs/": ({ url }) => ({ body: packs.get(url.split("/").pop().replace(".pack", "")) }),
  });
  browser = await chromium();
});
after(async () => {
  await browser.close();
  await server.close();
});

beforeEach(async () => {
  blocked = false;
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

const errors = (on = page) => on.evaluate(() => errors);
const profile = (on = page) => on.evaluate(async () => (await kept())["profile:0"]);

test("answers are those of the engine on the page, bit for bit", async () => {
  const [own, other] = await page.evaluate(async () => {
    const said = async (endcap) => {
      const click = await endcap.observe("add_to_cart", { items: [{ id: "b4" }] });
      return [click, endcap.status, endcap.catalogue, await endcap.suggest("riva"), await endcap.suggest("m8", { products: 2 }), await endcap.search({ text: "kraftwig", price_max: 9000 }),
        await endcap.facets({}), await endcap.rank(["s1", "d1", "b4", "b1"]), await endcap.rank([{ item_id: "x" }, { item_id: "y", item_brand: "Aquilon" }]), await endcap.explain("b1"), await endcap.affinities(5), await endcap.recommend(), await endcap.recommend("complement", { items: ["d1"] })];
    };
    const options = { pack: "/small.pack", consent: "memory" };
    return Promise.all([onPage(options).then(said), inWorker(options).then(said)]);
  });
  assert.equal(own[1], "ready");
  assert.ok(own[0].accepted && own[3].products.length > 0);
  assert.deepEqual(own.at(-1).map(({ id }) => id), ["d4"]);
  assert.deepEqual(other, own);
  assert.deepEqual(await errors(), []);
});

test("a manifest is followed: the head first, then the whole, the overlay over both", async () => {
  await page.evaluate(() => inWorker({ pack: "/v1/manifest.json", consent: "memory" }));
  const price = () => page.evaluate(async () => (await worker.suggest("GBS 18V-55")).products.find(({ id }) => id === "d1").sale_price);
  assert.equal(await price(), 9900);
  await page.waitForFunction(() => worker.catalogue.complete);
  assert.equal(await price(), 9900);
  assert.equal(await page.evaluate(() => worker.catalogue.items), 22);
  assert.deepEqual(await errors(), []);
});

test("what is learned in a worker lasts, and either way of opening knows it", async () => {
  await page.evaluate(async () => {
    await inWorker({ pack: "/small.pack", consent: "persistent" });
    await worker.observe("add_to_cart", { items: [{ item_id: "d1" }] });
  });
  await until(() => profile());
  await page.reload();
  await page.waitForFunction(() => globalThis.loaded);
  const [first] = await page.evaluate(async () => {
    await inWorker({ pack: "/small.pack", consent: "persistent" });
    return worker.affinities(1);
  });
  assert.ok(first.session > 0, "the session went on");
  const second = await open();
  const [known] = await second.evaluate(async () => (await onPage({ pack: "/small.pack", consent: "persistent" })).affinities(1));
  assert.equal(known.value, first.value);
  // The page in the second tab learns; the worker in the first hears of it.
  await second.evaluate(() => page.observe("purchase", { items: [{ item_id: "p1" }] }));
  await until(() => page.evaluate(async () => (await worker.affinities(30)).some(({ label }) => label === "Lumaro")));
  assert.deepEqual([await errors(), await errors(second)], [[], []]);
});

test("what is muted in a worker counts nowhere", async () => {
  const order = await page.evaluate(async () => {
    await inWorker({ consent: "persistent" });
    await worker.observe("purchase", { items: [{ item_id: "m1", item_brand: "Mine" }] });
    const order = async () => (await worker.rank([{ item_id: "n", item_brand: "Nobody" }, { item_id: "b", item_brand: "Mine" }])).map(({ item_brand }) => item_brand);
    const before = await order();
    await worker.mute("brand", "Mine");
    return [before, await order(), (await worker.muted()).map(({ value }) => value)];
  });
  assert.deepEqual(order, [["Mine", "Nobody"], ["Nobody", "Mine"], ["Mine"]]);
  // The profile has it: a page that opens it later keeps to it.
  await until(() => page.evaluate(async () => (await worker.export()).profile === (await kept())["profile:0"]));
  const second = await open();
  assert.deepEqual(await second.evaluate(async () => (await onPage({ consent: "persistent" })).rank([{ item_id: "n", item_brand: "Nobody" }, { item_id: "b", item_brand: "Mine" }]).map(({ item_brand }) => item_brand)), ["Nobody", "Mine"]);
});

test("what the shopper allows is written into the profile, as it is on the page", async () => {
  await page.evaluate(async () => {
    await inWorker({ consent: "memory" });
    worker.setConsent("persistent");
  });
  const consent = await until(() => page.evaluate(async () => {
    const { default: init, Engine } = await import("/endcap/endcap.js");
    await init();
    const engine = new Engine(1n);
    const stored = (await kept())["profile:0"];
    if (stored) engine.joinProfile(Uint8Array.from(atob(stored.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0)));
    const consent = [...engine.consent()];
    return consent.length > 0 && consent;
  }));
  assert.deepEqual(consent.slice(0, 2), [3, 0]);
  assert.deepEqual(await errors(), []);
});

test("what is known can be taken along, as it is stored", async () => {
  await page.evaluate(async () => {
    await inWorker({ pack: "/small.pack", consent: "persistent" });
    await worker.observe("add_to_cart", { items: [{ item_id: "d1" }] });
    await worker.mute("brand", "Lumaro");
  });
  const [all, believed, stored] = await until(() => page.evaluate(async () => {
    const all = await worker.export();
    const stored = await kept();
    return all.profile === stored["profile:0"] && [all, await worker.affinities(1_000), stored];
  }));
  assert.ok(believed.length > 0);
  assert.deepEqual(all, { time: "2026-01-15T12:00:00.000Z", consent: "persistent", believed, muted: [{ facet: "brand", value: "Lumaro", label: "Lumaro" }], profile: stored["profile:0"], stored: { lasting: stored, visit: all.stored.visit } });
  assert.deepEqual(Object.keys(all.stored.visit), ["endcap:session"]);
  // Also without an engine: what is stored is the shopper's.
  const closed = await page.evaluate(() => (worker.close(), worker.export()));
  assert.deepEqual([closed.believed, closed.stored.lasting], [[], stored]);
  assert.deepEqual(await errors(), []);
});

test("what all logs teach is told when it has come, and null without", async () => {
  const infos = await page.evaluate(async () => {
    const options = { pack: "/small.pack", knowledge: "/knowledge.pack", consent: "memory" };
    const [on, within, without] = [await onPage(options), await inWorker(options), await inWorker({ pack: "/small.pack" })];
    return Promise.all([on, within, without].map(({ knowledge }) => knowledge));
  });
  assert.equal(infos[0].items_known, 11);
  assert.deepEqual(infos.slice(1), [infos[0], null]);
  assert.deepEqual(await errors(), []);
  const failed = await page.evaluate(async () => (await inWorker({ pack: "/small.pack", knowledge: "/absent.pack" })).knowledge);
  assert.deepEqual([failed, await errors()], [null, ["pack/unreachable"]]);
});

test("another tab's profile is joined, never written over", async () => {
  await page.evaluate(() => inWorker({ consent: "persistent" }));
  // Another tab's profile appears in the store behind this page's back; then this page learns and saves.
  const others = await (await open()).evaluate(async () => {
    const other = await onPage({ consent: "persistent" });
    other.observe("purchase", { items: [{ item_id: "o1", item_brand: "Other" }] });
    other.close();
    return (await kept())["profile:1"];
  });
  assert.ok(others);
  await page.evaluate(() => worker.observe("purchase", { items: [{ item_id: "m1", item_brand: "Mine" }] }));
  await until(async () => ![undefined, others].includes(await profile()));
  const third = await open();
  const brands = await third.evaluate(async () => {
    const endcap = await onPage({ consent: "persistent" });
    return endcap.rank([{ item_id: "n", item_brand: "Nobody" }, { item_id: "a", item_brand: "Other" }, { item_id: "b", item_brand: "Mine" }]).map(({ item_brand }) => item_brand);
  });
  assert.equal(brands.at(-1), "Nobody");
});

test("a stored profile of a newer version is left as it is", async () => {
  const newer = btoa(String.fromCharCode(0xec, 99, 1, 2, 3));
  await page.evaluate((newer) => keep("profile:0", newer), newer);
  await page.evaluate(async () => {
    await inWorker({ consent: "persistent" });
    await worker.observe("purchase", { items: [{ item_id: "m1", item_brand: "Mine" }] });
  });
  await page.waitForTimeout(700);
  assert.equal(await page.evaluate(async () => (await kept())["profile:0"]), newer);
  assert.deepEqual(await errors(), ["profile/newer-version"]);
});

test("consent holds: nothing is learned when off, and lowering it deletes and forgets", async () => {
  assert.equal(await page.evaluate(async () => (await (await inWorker({ pack: "/small.pack" })).observe("view_item", { items: [{ item_id: "d1" }] })).accepted), false);
  await page.evaluate(async () => {
    worker.setConsent("persistent");
    await worker.observe("view_item", { items: [{ item_id: "d1" }] });
  });
  await until(() => profile());
  const left = await page.evaluate(async () => {
    worker.setConsent("off");
    return [await worker.affinities(5), Object.keys(await kept()), worker.consent];
  });
  assert.deepEqual(left, [[], [], "off"]);
  assert.deepEqual(await errors(), []);
});

test("without its worker, or when that dies, the shop's own order stands", async () => {
  blocked = true;
  await page.evaluate(() => inWorker({ pack: "/small.pack", consent: "memory" }));
  assert.deepEqual(await page.evaluate(async () => [worker.status, await worker.rank(["b", "a"]), (await worker.suggest("m8")).products, (await worker.search({})).total]), ["fallback", ["b", "a"], [], 0]);
  assert.deepEqual(await errors(), ["worker/failed", "engine/lost"]);
  const second = await open();
  blocked = false;
  const answers = await second.evaluate(async () => {
    await inWorker({ pack: "/small.pack", consent: "memory", worker: () => (globalThis.own = new Worker("/endcap/engine-worker.js", { type: "module" })) });
    const before = worker.status;
    own.dispatchEvent(new ErrorEvent("error", { message: "out of memory" }));
    return [before, worker.status, await worker.rank(["b", "a"])];
  });
  assert.deepEqual(answers, ["ready", "fallback", ["b", "a"]]);
});

test("a pack that is missing, and calls that are wrong, are told and answered", async () => {
  const told = await page.evaluate(async () => {
    await inWorker({ pack: "/absent.pack", consent: "memory" });
    return [worker.status, await worker.rank([{ item_id: "a" }, { item_id: "b" }]).then((items) => items.length), await worker.search({ limit: -1 }), await worker.rank(undefined), await worker.rank([() => {}])];
  });
  assert.equal(told[0], "fallback");
  assert.equal(told[1], 2);
  assert.equal(told[2].total, 0);
  assert.deepEqual(told[3], []);
  assert.equal((await errors())[0], "pack/unreachable");
  assert.ok((await errors()).includes("call/invalid"));
});

test("closed, it answers as in fallback and its worker is gone", async () => {
  await page.evaluate(async () => {
    await inWorker({ pack: "/small.pack", consent: "memory" });
    worker.close();
  });
  assert.deepEqual(await page.evaluate(async () => [worker.status, worker.catalogue, await worker.rank(["b", "a"])]), ["fallback", null, ["b", "a"]]);
  assert.equal(page.workers().length, 0);
});

test("Vite finds the workers by itself", async () => {
  const { build } = await tool("vite");
  const path = join(installed(), "worker-vite");
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, "main.js"), `
    import { Endcap } from "endcap";
    import { live } from "endcap/live";
    import { EndcapWorker } from "endcap/worker";
    const errors = [];
    const options = { consent: "memory", onError: (error) => errors.push(error.code + ": " + error.message) };
    const worker = await EndcapWorker.open({ ...options, pack: "/v1/manifest.json" });
    const page = await Endcap.open({ ...options, pack: live("/v1/manifest.json", { worker: true }) });
    await new Promise((done) => { const look = () => (page.catalogue?.complete && worker.catalogue?.complete) || errors.length ? done() : setTimeout(look, 20); look(); });
    globalThis.told = [errors, page.catalogue?.items, worker.catalogue?.items, (await worker.suggest("m8")).products.length];
  `);
  writeFileSync(join(path, "index.html"), '<!doctype html><meta charset="utf-8"><script type="module" src="./main.js"></script>');
  await build({ root: path, logLevel: "error", configFile: false, build: { target: "es2022" }, worker: { format: "es" } });
  const built = await serve({
    "/": join(path, "dist"),
    "/v1/manifest.json": () => ({ headers: { "content-type": "application/json" }, body: JSON.stringify({ catalogue: { ...piece(smallPack()), head: piece(part("head")) } }) }),
    "/v1/packs/": ({ url }) => ({ body: packs.get(url.split("/").pop().replace(".pack", "")) }),
  });
  try {
    const visitor = await context.newPage();
    await visitor.goto(built.url);
    const told = await (await visitor.waitForFunction(() => globalThis.told)).jsonValue();
    assert.deepEqual(told.slice(0, 3), [[], 22, 22]);
    assert.ok(told[3] > 0);
  } finally {
    await built.close();
  }
});
