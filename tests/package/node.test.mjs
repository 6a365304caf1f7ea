// The tarball in Node: by its name, from a customer's project.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { smallPack, installed } from "./dev.mjs";
import { assertStory } from "./story.mjs";

test("the story in Node", () => {
  const consumer = installed();
  copyFileSync(new URL("story.mjs", import.meta.url), join(consumer, "story.mjs"));
  writeFileSync(join(consumer, "small.pack"), smallPack());
  writeFileSync(join(consumer, "main.mjs"), `
    import { readFileSync } from "node:fs";
    import { Endcap } from "endcap";
    import { story } from "./story.mjs";
    console.log(JSON.stringify(await story(Endcap, new Uint8Array(readFileSync("small.pack")))));
  `);
  assertStory(assert, JSON.parse(execFileSync(process.execPath, ["main.mjs"], { cwd: consumer, encoding: "utf8" })));
});

test("importing has no side effects, and Node can end while an engine is open", () => {
  const script = `
    const before = Object.getOwnPropertyNames(globalThis).length;
    const { instantiate, compile, Module, Instance } = WebAssembly;
    const forbidden = (what) => () => { throw new Error(what + " at import"); };
    WebAssembly.instantiate = forbidden("instantiate"); WebAssembly.compile = forbidden("compile");
    WebAssembly.Module = forbidden("Module"); WebAssembly.Instance = forbidden("Instance"); globalThis.fetch = forbidden("fetch");
    const { Endcap } = await import("endcap");
    if (Object.getOwnPropertyNames(globalThis).length !== before) throw new Error("import made a global");
    Object.assign(WebAssembly, { instantiate, compile, Module, Instance });
    const endcap = await Endcap.open({ consent: "memory" });
    console.log(endcap.status);
  `;
  const out = execFileSync(process.execPath, ["--input-type=module", "-e", script], { cwd: installed(), encoding: "utf8", timeout: 20_000 });
  assert.equal(out.trim(), "ready");
});
