// The tarball in Cloudflare's runtime, bundled as its own tools do: condition `workerd`, wasm as a compiled module.
import assert from "node:assert/strict";
import { copyFileSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { smallPack, installed, tool } from "./dev.mjs";
import { assertStory } from "./story.mjs";

test("the story in workerd", async () => {
  const consumer = installed();
  copyFileSync(new URL("story.mjs", import.meta.url), join(consumer, "story.mjs"));
  writeFileSync(join(consumer, "worker.mjs"), `
    import { Endcap } from "endcap";
    import { story } from "./story.mjs";
    export default {
      async fetch(request) {
        return Response.json(await story(Endcap, new Uint8Array(await request.arrayBuffer())));
      },
    };
  `);
  const { build } = await tool("esbuild");
  const out = join(consumer, "worker");
  await build({ entryPoints: [join(consumer, "worker.mjs")], outdir: out, bundle: true, format: "esm", target: "es2022", conditions: ["workerd", "worker", "browser"], loader: { ".wasm": "copy" }, outExtension: { ".js": ".mjs" } });

  const { Miniflare } = await tool("miniflare");
  const wasm = readdirSync(out).find((file) => file.endsWith(".wasm"));
  const worker = new Miniflare({
    cf: false,
    compatibilityDate: "2026-07-01",
    modules: [
      { type: "ESModule", path: "worker.mjs", contents: readFileSync(join(out, "worker.mjs"), "utf8") },
      { type: "CompiledWasm", path: wasm, contents: readFileSync(join(out, wasm)) },
    ],
  });
  try {
    const response = await worker.dispatchFetch("http://localhost/", { method: "POST", body: smallPack() });
    assertStory(assert, await response.json());
  } finally {
    await worker.dispose();
  }
});
