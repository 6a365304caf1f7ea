// What is in the tarball, and whether a customer's TypeScript takes it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { installed, root, tool } from "./dev.mjs";

const endcap = () => join(installed(), "node_modules/endcap");

test("it holds what its manifest promises and nothing of ours", async () => {
  const files = readdirSync(endcap());
  for (const file of ["index.js", "node.js", "workerd.js", "edge-light.js", "deno.js", "facade.js", "endcap.js", "endcap_bg.wasm", "index.d.ts", "README.md", "LICENSE-MIT", "LICENSE-APACHE"]) {
    assert.ok(files.includes(file), file);
  }
  for (const file of files) assert.match(file, /\.js$|\.d\.ts$|\.wasm$|^package\.json$|^README\.md$|^LICENSE-/);
  const manifest = JSON.parse(readFileSync(join(endcap(), "package.json"), "utf8"));
  assert.equal(manifest.sideEffects, false);
  assert.equal(manifest.dependencies, undefined);
  assert.equal(manifest.scripts, undefined);
  const crate = /version = "([^"]+)"/.exec(readFileSync(join(root, "Cargo.toml"), "utf8"))[1];
  assert.equal(manifest.version, crate, "package and crates have one version");
});

test("publint finds nothing", async () => {
  const { publint } = await tool("publint");
  const { messages } = await publint({ pkgDir: endcap(), strict: true, pack: false });
  assert.deepEqual(messages, []);
});

test("a bundler drops what is not used", async () => {
  const { build } = await tool("esbuild");
  const entry = join(installed(), "unused.js");
  writeFileSync(entry, 'import { Endcap } from "endcap"; console.log("only this");');
  const { outputFiles } = await build({ entryPoints: [entry], bundle: true, format: "esm", write: false });
  assert.ok(outputFiles[0].text.length < 200, outputFiles[0].text);
});

test("strict TypeScript understands it, in every module resolution", () => {
  const path = installed();
  writeFileSync(join(path, "consumer.ts"), `
    import { Endcap, EndcapError, type Affinity, type Consent, type Hit, type Item, type OpenOptions } from "endcap";
    const options: OpenOptions = { pack: new URL("https://shop.test/v1/manifest.json"), consent: "sync", sync: { url: "/v1" }, onError: (error: EndcapError) => error.code.length };
    const endcap: Endcap = await Endcap.open(options);
    const hits: Hit[] = endcap.search({ text: "tap", filters: { brand: ["x"] }, sort: "price_asc" }).hits;
    const tier: "number" | "exact" | "synonym" | "prefix" | "typo" | "partial" | "all" | undefined = hits[0]?.tier;
    const own: { item_id: string; mine: symbol }[] = endcap.rank([{ item_id: "1", mine: Symbol() }]);
    const ids: string[] = endcap.rank(["1", "2"] as const);
    const items: Item[] = [{ item_id: "1", price: 3 }];
    endcap.observe("add_to_cart", { items });
    const affinities: Affinity[] = endcap.affinities();
    const stop: () => void = endcap.on("change", () => {});
    const consent: Consent = endcap.consent;
    // @ts-expect-error GA4 has no such event
    endcap.observe("add_to_basket", {});
    // @ts-expect-error it is read-only
    endcap.status = "ready";
    // @ts-expect-error not a tier
    endcap.setConsent("all");
    export { own, ids, affinities, stop, consent, tier };
  `);
  for (const [module, moduleResolution] of [["esnext", "bundler"], ["nodenext", "nodenext"]]) {
    const tsc = join(root, "js/node_modules/typescript/bin/tsc");
    const args = ["--noEmit", "--strict", "--target", "es2022", "--module", module, "--moduleResolution", moduleResolution, "--lib", "es2022,dom,esnext.disposable", "--types", "", "consumer.ts"];
    try {
      execFileSync(process.execPath, [tsc, ...args], { cwd: path, encoding: "utf8" });
    } catch (error) {
      assert.fail(`${moduleResolution}: ${error.stdout}`);
    }
  }
});
