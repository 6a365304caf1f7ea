// The tarball in Chromium: unbundled, by Vite, by esbuild; and what happens when something is missing.
import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chromium, smallPack, installed, serve, toldBy, tool } from "./dev.mjs";
import { assertStory } from "./story.mjs";

const MAIN = `
  import { Endcap } from "endcap";
  import { story } from "./story.mjs";
  const pack = new Uint8Array(await (await fetch("/small.pack")).arrayBuffer());
  story(Endcap, pack).then((told) => { globalThis.told = told; });
`;

let browser;
before(async () => (browser = await chromium()));
after(() => browser.close());

/** A page's folder with the given main script. */
function site(name, main, head = "") {
  const path = join(installed(), name);
  mkdirSync(path, { recursive: true });
  copyFileSync(new URL("story.mjs", import.meta.url), join(path, "story.mjs"));
  writeFileSync(join(path, "main.js"), main);
  writeFileSync(join(path, "index.html"), `<!doctype html><meta charset="utf-8">${head}<script type="module" src="./main.js"></script>`);
  return path;
}

const packs = () => ({ "/small.pack": () => ({ body: smallPack() }) });
const unbundled = () => ({ "/endcap/": join(installed(), "node_modules/endcap") });
const IMPORT_MAP = '<script type="importmap">{"imports":{"endcap":"/endcap/index.js"}}</script>';

/** Serves `routes`, opens `/` and returns what the page told. */
async function visit(routes) {
  const server = await serve({ ...packs(), ...routes });
  try {
    return await toldBy(browser, `${server.url}/`);
  } finally {
    await server.close();
  }
}

test("the story from a plain module script", async () => {
  assertStory(assert, await visit({ ...unbundled(), "/": site("plain", MAIN, IMPORT_MAP) }));
});

test("the story bundled by Vite", async () => {
  const { build } = await tool("vite");
  const path = site("vite", MAIN);
  await build({ root: path, logLevel: "error", configFile: false, build: { target: "es2022" } });
  assertStory(assert, await visit({ "/": join(path, "dist") }));
});

test("the story bundled by esbuild, which is told where the wasm is", async () => {
  const { build } = await tool("esbuild");
  const main = MAIN.replace("story(Endcap, pack)", "story({ open: (options) => Endcap.open({ ...options, wasm }) }, pack)");
  const path = site("esbuild", `import wasm from "endcap/endcap_bg.wasm";${main}`);
  await build({ entryPoints: [join(path, "main.js")], outdir: join(path, "out"), bundle: true, format: "esm", platform: "browser", loader: { ".wasm": "file" }, publicPath: "/out" });
  writeFileSync(join(path, "index.html"), '<!doctype html><script type="module" src="/out/main.js"></script>');
  assertStory(assert, await visit({ "/": path }));
});

const FALLBACK = `
  import { Endcap, EndcapError } from "endcap";
  const errors = [];
  const items = [{ item_id: "1" }, { item_id: "2" }];
  const endcap = await Endcap.open({ pack: globalThis.packAddress, timeout: 1500, consent: "persistent", onError: (error) => errors.push([error instanceof EndcapError, error.code]) });
  globalThis.told = {
    status: endcap.status, learned: endcap.observe("view_item", { items: [items[1]] }), rank: endcap.rank(items),
    same: endcap.rank(items)[0] === items[0], search: endcap.search({ text: "a" }), suggest: endcap.suggest("a"), facets: endcap.facets({}),
    explain: endcap.explain("1"), affinities: endcap.affinities(), synced: await endcap.sync(), linked: await endcap.link("x"), errors,
  };
  endcap.unlink(); endcap.erase(); endcap.setConsent("sync"); endcap.close(); endcap.close();
`;

const withPack = (address) => `<script>globalThis.packAddress = ${JSON.stringify(address)}</script>`;

test("without the wasm nothing is personal and nothing breaks", async () => {
  const gone = { "/endcap/endcap_bg.wasm": () => ({ status: 404 }), ...unbundled() };
  const told = await visit({ ...gone, "/": site("gone", FALLBACK, IMPORT_MAP) });
  assert.equal(told.status, "fallback");
  assert.deepEqual(told.errors, [[true, "wasm/load"]]);
  assert.deepEqual(told.learned, { accepted: false, items_known: 0, changes: [] });
  assert.deepEqual(told.rank, [{ item_id: "1" }, { item_id: "2" }]);
  assert.equal(told.same, true);
  assert.deepEqual(told.search, { total: 0, relaxed: [], understood: [], hits: [], facets: [] });
  assert.deepEqual(told.suggest, { products: [], completions: [], categories: [], brands: [], relaxed: [], recent: [] });
  assert.deepEqual([told.facets, told.affinities, told.explain], [[], [], { id: "1", score: 0, parts: [] }]);
  assert.deepEqual([told.synced, told.linked], [false, false]);
});

test("a content security policy without wasm is a fallback", async () => {
  const csp = { "content-security-policy": "script-src 'self' 'unsafe-inline'" };
  const path = site("csp", FALLBACK, IMPORT_MAP);
  const page = () => ({ headers: { "content-type": "text/html", ...csp }, body: readFileSync(join(path, "index.html")) });
  const script = () => ({ headers: { "content-type": "text/javascript" }, body: FALLBACK });
  const told = await visit({ ...unbundled(), "/main.js": script, "/": page });
  assert.equal(told.status, "fallback");
  assert.deepEqual(told.errors, [[true, "wasm/load"]]);
});

test("wasm that never arrives does not hold up the page", async () => {
  const silent = { "/endcap/endcap_bg.wasm": () => new Promise(() => {}), ...unbundled() };
  const told = await visit({ ...silent, "/": site("silent", FALLBACK, IMPORT_MAP) });
  assert.deepEqual([told.status, told.errors], ["fallback", [[true, "open/timeout"]]]);
});

const PACKS = {
  "a pack that is not there": [{ "/x.pack": () => ({ status: 404 }) }, "/x.pack", "pack/unreachable"],
  "a page where a pack should be": [{ "/x.pack": () => ({ body: "<!doctype html><title>Soon</title>".repeat(9) }) }, "/x.pack", "pack/foreign"],
  "half a pack": [{ "/x.pack": () => ({ body: smallPack().slice(0, smallPack().length >> 1) }) }, "/x.pack", "pack/truncated"],
  "a pack with a flipped bit": [{ "/x.pack": () => ({ body: smallPack().map((byte, index) => (index === 4000 ? byte ^ 4 : byte)) }) }, "/x.pack", "pack/hash"],
  "a manifest that is not there": [{ "/m.json": () => ({ status: 500 }) }, "/m.json", "pack/unreachable"],
  "a manifest that is a page": [{ "/m.json": () => ({ body: "<html>" }) }, "/m.json", "manifest/damaged"],
  "an empty manifest": [{ "/m.json": () => ({ body: "{}" }) }, "/m.json", "manifest/no-catalogue"],
  "a manifest that names another pack": [{ "/m.json": () => ({ body: JSON.stringify({ catalogue: { hash: "0".repeat(32), url: "small.pack" } }) }) }, "/m.json", "pack/other"],
};

for (const [what, [routes, address, code]] of Object.entries(PACKS)) {
  test(`${what} is a fallback in which items' own fields still rank`, async () => {
    const told = await visit({ ...unbundled(), ...routes, "/": site("packs", FALLBACK, IMPORT_MAP + withPack(address)) });
    assert.deepEqual([told.status, told.errors], ["fallback", [[true, code]]]);
    assert.equal(told.learned.accepted, true);
    assert.deepEqual(told.rank.map((item) => item.item_id), ["2", "1"]);
  });
}

test("a manifest leads to the pack that it names", async () => {
  const manifest = { catalogue: { hash: "", url: "/small.pack" } };
  const told = await visit({ ...unbundled(), "/v1/m.json": () => ({ body: JSON.stringify(manifest) }), "/": site("manifest", FALLBACK, IMPORT_MAP + withPack("v1/m.json")) });
  assert.deepEqual([told.status, told.errors], ["ready", []]);
});
