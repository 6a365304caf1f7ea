// The shared vectors against the wasm in Node and in Chromium: the answers of the native engine, bit for bit.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { chromium, installed, root, serve, toldBy } from "./dev.mjs";
import { replay } from "./replay.mjs";

const folder = join(root, "tests/vectors");
const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
const vectors = names.map((name) => [name, JSON.parse(readFileSync(join(folder, name), "utf8"))]);
const endcap = () => join(installed(), "node_modules/endcap");

test("there are vectors", () => assert.ok(vectors.reduce((sum, [, { steps }]) => sum + steps.length, 0) > 30));

for (const [name, vector] of vectors) {
  test(`${name} in Node`, async () => {
    const { Engine, initSync } = await import(pathToFileURL(join(endcap(), "endcap.js")));
    initSync({ module: readFileSync(join(endcap(), "endcap_bg.wasm")) });
    const pack = vector.pack && new Uint8Array(readFileSync(join(folder, vector.pack)));
    const knowledge = vector.knowledge && new Uint8Array(readFileSync(join(folder, vector.knowledge)));
    assert.deepEqual(replay(Engine, vector, pack, knowledge), []);
  });
}

test("all of them in Chromium", async () => {
  const page = `<!doctype html><meta charset="utf-8"><script type="module">
    import init, { Engine } from "/endcap/endcap.js";
    import { replay } from "/package/replay.mjs";
    await init();
    const told = {};
    for (const name of ${JSON.stringify(names)}) {
      const at = new URL("/tests/vectors/" + name, location);
      const vector = await (await fetch(at)).json();
      const bytes = async (file) => file && new Uint8Array(await (await fetch(new URL(file, at))).arrayBuffer());
      told[name] = replay(Engine, vector, await bytes(vector.pack), await bytes(vector.knowledge));
    }
    globalThis.told = told;
  </script>`;
  const server = await serve({ "/endcap/": endcap(), "/package/": join(root, "tests/package"), "/tests/": join(root, "tests"), "/": () => ({ headers: { "content-type": "text/html" }, body: page }) });
  const browser = await chromium();
  try {
    assert.deepEqual(await toldBy(browser, server.url), Object.fromEntries(names.map((name) => [name, []])));
  } finally {
    await browser.close();
    await server.close();
  }
});

test("a wrong bit in an answer is found", async () => {
  const { Engine, initSync } = await import(pathToFileURL(join(endcap(), "endcap.js")));
  initSync({ module: readFileSync(join(endcap(), "endcap_bg.wasm")) });
  const call = { call: "rank", now: 0, args: [[{ item_id: "1" }]] };
  const wrong = { replica: 1, steps: [{ ...call, expect: [-0] }, { ...call, expect: [0, 0] }, { ...call, expect: [0] }, { call: "catalogue", now: 0, args: [], expect: {} }] };
  assert.deepEqual(replay(Engine, wrong).map(({ step }) => step), [0, 1, 3]);
});

/** The types that a shop's TypeScript sees are those of the values that the engine takes and gives. */
test("inputs and answers have the declared types", () => {
  // Events and items in the vectors are partly wrong on purpose.
  const types = { suggest: ["string", "SuggestOptions"], search: ["SearchQuery"], facets: ["SearchQuery"], affinities: ["number"] };
  const answers = { observe: "Learned", suggest: "Suggestions", search: "SearchResult", facets: "Facet[]", explain: "Explanation", affinities: "Affinity[]", catalogue: "CatalogueInfo | null" };
  const lines = [];
  const shapes = new Set();
  for (const [, { steps }] of vectors) {
    for (const { call, args, expect } of steps) {
      if (call in answers && !expect?.error) lines.push(`export const a${lines.length}: E.${answers[call].replace(" | null", "")}${answers[call].endsWith("null") ? " | null" : ""} = ${JSON.stringify(expect)};`);
      if (call in types) {
        args.forEach((arg, index) => lines.push(`export const a${lines.length}: ${types[call][index].replace(/^([A-Z])/, "E.$1")} = ${JSON.stringify(arg)};`));
      }
      shapes.add(call);
    }
  }
  for (const call of Object.keys(answers)) assert.ok(shapes.has(call), `no vector calls ${call}`);
  writeFileSync(join(installed(), "vectors.ts"), `import type * as E from "./node_modules/endcap/endcap.js";\n${lines.join("\n")}\n`);
  const tsc = join(root, "js/node_modules/typescript/bin/tsc");
  const flags = ["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler", "--lib", "es2022,dom,esnext.disposable", "--types", ""];
  try {
    execFileSync(process.execPath, [tsc, ...flags, "vectors.ts"], { cwd: installed(), encoding: "utf8" });
  } catch (error) {
    assert.fail(error.stdout.slice(0, 4000));
  }
});
