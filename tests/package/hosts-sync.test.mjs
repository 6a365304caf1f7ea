// What is loaded later arrives in every host: bundled and split by Vite, bundled into one by esbuild, in Node, in workerd.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { chromium, installed, serve, toldBy, tool } from "./dev.mjs";

/** Opens at tier sync, learns, contributes, and tells whether the server took it. */
const VISIT = `
  export async function visit(Endcap, url) {
    const errors = [];
    const endcap = await Endcap.open({ consent: "contribute", sync: { url }, onError: (error) => errors.push(error.code + " " + error.message) });
    endcap.observe("view_item", { items: [{ item_id: "1", item_brand: "x" }] });
    const synced = await endcap.sync();
    endcap.close();
    return { synced, errors };
  }
`;
const GOOD = { synced: true, errors: [] };

let server, seen;
const CORS = { "access-control-allow-origin": "*", "access-control-allow-headers": "*" };
before(async () => {
  const path = join(installed(), "hosts");
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, "visit.mjs"), VISIT);
  writeFileSync(join(path, "main.js"), 'import { Endcap } from "endcap"; import { visit } from "./visit.mjs"; visit(Endcap, "/v1").then((told) => { globalThis.told = told; });');
  writeFileSync(join(path, "index.html"), '<!doctype html><meta charset="utf-8"><script type="module" src="./main.js"></script>');
  server = await serve({ "/v1/profiles/": (request, body) => (request.method === "POST" && (seen = body.length), { headers: CORS, body }), "/vite/": join(path, "dist"), "/esbuild/": join(path, "esbuild") });
});
after(() => server.close());

test("in Node", async () => {
  const script = `import { Endcap } from "endcap"; import { visit } from "./hosts/visit.mjs"; console.log(JSON.stringify(await visit(Endcap, "${server.url}/v1")));`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], { cwd: installed() });
  assert.deepEqual(JSON.parse(stdout), GOOD);
  assert.ok(seen > 0);
});

test("bundled, by Vite in pieces and by esbuild in one", async () => {
  const path = join(installed(), "hosts");
  const { build: vite } = await tool("vite");
  await vite({ root: path, base: "/vite/", logLevel: "error", build: { outDir: "dist" } });
  assert.ok(readdirSync(join(path, "dist/assets")).some((file) => /^sync-.*\.js$/.test(file)), "Vite made no piece of its own of sync.js");
  const { build: esbuild } = await tool("esbuild");
  mkdirSync(join(path, "esbuild"), { recursive: true });
  await esbuild({ entryPoints: [join(path, "main.js")], outdir: join(path, "esbuild"), bundle: true, format: "esm", target: "es2022" });
  copyFileSync(join(installed(), "node_modules/endcap/endcap_bg.wasm"), join(path, "esbuild/endcap_bg.wasm"));
  copyFileSync(join(path, "index.html"), join(path, "esbuild/index.html"));
  const browser = await chromium();
  for (const way of ["vite", "esbuild"]) assert.deepEqual(await toldBy(browser, `${server.url}/${way}/`), GOOD, way);
  await browser.close();
});

test("in workerd", async () => {
  const path = join(installed(), "hosts");
  writeFileSync(join(path, "worker.mjs"), 'import { Endcap } from "endcap"; import { visit } from "./visit.mjs"; export default { fetch: async (request, { base }) => Response.json(await visit(Endcap, base)) };');
  const { build } = await tool("esbuild");
  const out = join(path, "workerd");
  await build({ entryPoints: [join(path, "worker.mjs")], outdir: out, bundle: true, format: "esm", target: "es2022", conditions: ["workerd", "worker", "browser"], loader: { ".wasm": "copy" }, outExtension: { ".js": ".mjs" } });
  const { Miniflare } = await tool("miniflare");
  const wasm = readdirSync(out).find((file) => file.endsWith(".wasm"));
  const worker = new Miniflare({
    cf: false,
    compatibilityDate: "2026-07-01",
    bindings: { base: `${server.url}/v1` },
    modules: [
      { type: "ESModule", path: "worker.mjs", contents: readFileSync(join(out, "worker.mjs"), "utf8") },
      { type: "CompiledWasm", path: wasm, contents: readFileSync(join(out, wasm)) },
    ],
  });
  try {
    assert.deepEqual(await (await worker.dispatchFetch("http://localhost/")).json(), GOOD);
  } finally {
    await worker.dispose();
  }
});
