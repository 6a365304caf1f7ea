// The workload in V8, through the package as a shop uses it: `node v8.mjs WORKLOAD PACK KNOWLEDGE PKG`.
// Prints [{ name, samples_ms }]; `cargo xtask bench` does the arithmetic.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [workloadFile, packFile, knowledgeFile, pkg] = process.argv.slice(2);
if (!pkg) throw new Error("usage: node v8.mjs WORKLOAD PACK KNOWLEDGE PKG");

const workload = JSON.parse(readFileSync(workloadFile, "utf8"));
const pack = new Uint8Array(readFileSync(packFile));
const learned = new Uint8Array(readFileSync(knowledgeFile));
const { Endcap } = await import(pathToFileURL(join(pkg, "node.js")));

/** 2026-01-01; the same on every run and host, because decay depends on it. */
const START = 1_767_225_600_000;
/** From one key to the next, and from one click to the next: beliefs are as old as they are in a page. */
const STEP_MS = 150;
const OPENS = 30;
/** Before anything is measured, V8 has to have compiled what it finds worth optimising: this share of the workload. */
const WARM_UP = 0.2;

let now = START;
const failures = [];
const open = async (knowledge) => {
  // The package fails open, and a failure is quick: without this it would be measured as a success.
  const endcap = await Endcap.open({ pack, knowledge, consent: "memory", now: () => now, onError: (error) => failures.push(error) });
  if (failures.length > 0) throw failures[0];
  return endcap;
};

const results = new Map();
const time = (name, work) => {
  const start = performance.now();
  work();
  const ms = performance.now() - start;
  if (failures.length > 0) throw failures[0];
  if (name) record(name, ms);
  return ms;
};
const record = (name, ms) => {
  if (!results.has(name)) results.set(name, []);
  results.get(name).push(ms);
};
/** Runs the first part unmeasured, and then all of it. */
const replay = (list, work) => {
  const step = (measured) => (entry) => {
    now += STEP_MS;
    work(entry, measured);
  };
  list.slice(0, Math.ceil(list.length * WARM_UP)).forEach(step(false));
  list.forEach(step(true));
};

for (let round = 0; round < OPENS; round++) {
  const start = performance.now();
  const endcap = await open();
  // The first one compiles the wasm, which a browser does while the bytes arrive.
  if (round > 0) record("open", performance.now() - start);
  endcap.close();
}

// What a page has a moment after it was opened.
const endcap = await open(learned);
if (!(await endcap.knowledge)) throw failures[0];
replay(workload.click, ({ item_id, category, item_ids }, measured) => {
  const observe = time(measured && "observe", () => endcap.observe("view_item", { items: [{ item_id }] }));
  const facets = time(measured && "facets", () => endcap.facets({ filters: { category: [category] } }));
  const rank = time(measured && "rank 200", () => endcap.rank(item_ids));
  if (measured) record("click", observe + facets + rank);
});
replay(workload.suggest, (text, measured) => time(measured && "suggest", () => endcap.suggest(text)));
replay(workload.search, (text, measured) => time(measured && "search", () => endcap.search({ text })));

// A measurement of nothing would be the fastest of all.
if (endcap.suggest(workload.suggest[0]).products.length === 0) throw new Error(`nothing was suggested for ${workload.suggest[0]}`);
if (endcap.affinities().length === 0) throw new Error("nothing was learned from the clicks");
endcap.close();

process.stdout.write(JSON.stringify(Array.from(results, ([name, samples_ms]) => ({ name, samples_ms }))));
