// Time per prediction of the next item in V8, beside session neighbours in the same run:
// `node next-item.mjs KNOWLEDGE_PACK TRAIN TEST [PKG]`, with the pack that `endcap eval next-item --knowledge FILE` wrote and the logs
// that it was given. Prints one object per method.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";

const [packFile, trainFile, testFile, pkg = "pkg"] = process.argv.slice(2);
if (!testFile) throw new Error("usage: node next-item.mjs KNOWLEDGE_PACK TRAIN TEST [PKG]");

const LIST_LENGTH = 20;
/** Neighbours of V-SKNN, as in `endcap eval next-item`. */
const NEAREST = 500;
/** Every so many-th prediction is measured with the neighbours, which take a thousand times longer. */
const SAMPLE = 100;
/** Times that each prediction is measured. */
const ROUNDS = 5;
/** Before anything is measured, V8 has to have compiled what it finds worth optimising. */
const WARM_UP = 5000;

const visits = (file) => {
  const raw = readFileSync(file);
  const text = (raw[0] === 0x1f ? gunzipSync(raw) : raw).toString("utf8");
  const bySession = new Map();
  for (const line of text.split("\n").slice(1)) {
    const [session, item] = line.trimEnd().split("\t");
    if (!item) continue;
    if (!bySession.has(session)) bySession.set(session, []);
    bySession.get(session).push(item);
  }
  return [...bySession.values()];
};

const { initSync, Engine } = await import(pathToFileURL(join(pkg, "endcap.js")));
initSync({ module: readFileSync(join(pkg, "endcap_bg.wasm")) });
const engine = new Engine(1n);
const loading = performance.now();
engine.attachKnowledge(new Uint8Array(readFileSync(packFile)));
const loadMs = performance.now() - loading;

const numbers = new Map();
const number = (id) => {
  if (!numbers.has(id)) numbers.set(id, engine.knownItem(id));
  return numbers.get(id);
};
const numbered = (all) => all.map((items) => items.map(number));
const train = numbered(visits(trainFile)).map((items) => [...new Set(items.filter((item) => item !== undefined))]);
const beginnings = numbered(visits(testFile)).flatMap((items) =>
  items.slice(1).map((_, at) => items.slice(0, at + 1).filter((item) => item !== undefined)),
);

/** V-SKNN, unpruned; the same as the command's. */
const withItem = new Map();
train.forEach((items, visit) => {
  for (const item of items) {
    if (!withItem.has(item)) withItem.set(item, []);
    withItem.get(item).push(visit);
  }
});
const likeness = new Float32Array(train.length);
const neighbours = (visit) => {
  const weight = new Map();
  visit.forEach((item, at) => weight.set(item, (at + 1) / visit.length));
  const found = [];
  for (const [item, value] of weight) {
    for (const other of withItem.get(item) ?? []) {
      if (likeness[other] === 0) found.push(other);
      likeness[other] += value;
    }
  }
  const nearest = found.sort((a, b) => likeness[b] - likeness[a] || b - a).slice(0, NEAREST);
  const scores = new Map();
  for (const other of nearest) {
    const since = Math.max(...train[other].map((item) => weight.get(item) ?? 0));
    for (const item of train[other]) {
      const rarity = Math.log(train.length / withItem.get(item).length);
      scores.set(item, (scores.get(item) ?? 0) + likeness[other] * since * rarity);
    }
  }
  for (const other of found) likeness[other] = 0;
  return [...scores].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, LIST_LENGTH);
};

const measured = (method, inputs, predict) => {
  // The quickest of a few: what another process takes away in between is not the prediction's time.
  const micros = inputs.map((input) => {
    let best = Infinity;
    for (let round = 0; round < ROUNDS; round++) {
      const start = performance.now();
      predict(input);
      best = Math.min(best, (performance.now() - start) * 1000);
    }
    return best;
  });
  micros.sort((a, b) => a - b);
  const quantile = (share) => micros[Math.floor(micros.length * share)];
  return { method, p50_us: quantile(0.5), p99_us: quantile(0.99), predictions: micros.length };
};

const inputs = beginnings.filter((_, at) => at % 5 === 0).map((items) => Uint32Array.from(items));
for (const input of inputs.slice(0, WARM_UP)) engine.predictNext(input, LIST_LENGTH);
const ours = measured("endcap", inputs, (input) => engine.predictNext(input, LIST_LENGTH));
const sample = beginnings.filter((_, at) => at % SAMPLE === 0);
for (const input of sample.slice(0, 200)) neighbours(input);
const theirs = measured("V-SKNN, unpruned", sample, neighbours);
console.log(JSON.stringify([{ ...ours, load_ms: loadMs, items: numbers.size }, theirs], null, 2));
