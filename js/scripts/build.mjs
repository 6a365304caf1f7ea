// Puts the package together around what wasm-pack wrote into ../pkg: façade, one entry per host, types, manifest.
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));
const sources = join(root, "js/src");
const config = join(root, "pkg-config");
const pkg = join(root, "pkg");

const ENTRIES = ["index", "node", "workerd", "edge-light", "deno"];
/** What is imported by a name of its own beside the façade; what façade and worker load when a tier allows it; and what stands alone, workers and the module that speaks to one. */
const MODULES = ["live", "instantsearch", "cookie", "consent"];
const LATER = ["sync", "contribute", "export", "signature", "ed25519"];
const WORKERS = ["load-worker", "worker", "engine-worker"];
/** What wasm-pack writes and shops need. */
const GLUE = ["endcap.js", "endcap.d.ts", "endcap_bg.wasm"];

for (const file of GLUE) {
  if (!existsSync(join(pkg, file))) throw new Error(`pkg/${file} is missing: run \`npm run build:wasm\` first`);
}
for (const file of readdirSync(pkg)) if (!GLUE.includes(file)) rmSync(join(pkg, file), { recursive: true });

const common = { format: "esm", target: "es2022", charset: "utf8", legalComments: "none", logLevel: "warning" };
// Everything that the hosts share is one file; only it is bundled and minified.
const later = LATER.map((module) => `./${module}.js`);
await build({ ...common, entryPoints: [join(sources, "facade.ts")], outfile: join(pkg, "facade.js"), bundle: true, minify: true, external: later });
await build({ ...common, entryPoints: LATER.map((module) => join(sources, `${module}.ts`)), outdir: pkg, bundle: true, minify: true, external: later });
// What is imported by a name of its own stands beside it and shares its class of errors.
const ofFacade = { name: "facade", setup: ({ onResolve }) => onResolve({ filter: /^\.\/error\.js$/ }, () => ({ path: "./facade.js", external: true })) };
await build({ ...common, entryPoints: MODULES.map((module) => join(sources, `${module}.ts`)), outdir: pkg, bundle: true, minify: true, external: later, plugins: [ofFacade] });
await build({ ...common, entryPoints: WORKERS.map((worker) => join(sources, `${worker}.ts`)), outdir: pkg, bundle: true, minify: true, external: ["./endcap.js", ...later] });
await build({ ...common, entryPoints: ENTRIES.map((entry) => join(sources, `${entry}.ts`)), outdir: pkg, bundle: false });
await build({ ...common, entryPoints: [join(pkg, "endcap.js")], outfile: join(pkg, "endcap.js"), allowOverwrite: true, bundle: false, minify: true });

execFileSync(process.execPath, [join(root, "js/node_modules/typescript/bin/tsc"), "--project", join(config, "tsconfig.json")], { stdio: "inherit" });

for (const file of ["package.json", "README.md"]) copyFileSync(join(config, file), join(pkg, file));
for (const file of ["LICENSE-MIT", "LICENSE-APACHE"]) copyFileSync(join(root, file), join(pkg, file));
// `ed25519.js` has it in it, and its licence asks for its text.
copyFileSync(join(root, "js/node_modules/@noble/ed25519/LICENSE"), join(pkg, "LICENSE-noble-ed25519"));

// A name in the manifest that no file has would show only at a customer's.
const { exports } = JSON.parse(readFileSync(join(pkg, "package.json"), "utf8"));
for (const file of Object.values(exports).flatMap((target) => (typeof target === "string" ? [target] : Object.values(target)))) {
  if (!existsSync(join(pkg, basename(file)))) throw new Error(`package.json exports ${file}, which was not built`);
}

// Twins for servers that send what was compressed before; they are no part of the package.
for (const file of readdirSync(pkg).filter((file) => /\.(js|wasm)$/.test(file))) {
  const content = readFileSync(join(pkg, file));
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
  writeFileSync(join(pkg, `${file}.br`), brotliCompressSync(content, { params }));
}
