// One engine on one catalogue → the row of the table.
import { setTimeout } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { beginnings, keysTo, mean, ndcg, percentile } from "./metrics.mjs";
import { visits, worst } from "./visits.mjs";

/**
 * How much processor time a figure may take, in milliseconds. A slower engine is measured on the first part of the sample, which is in random
 * order. Not the clock's time, because then a busy machine would measure less.
 */
const BUDGET_MS = { latency: 8_000, ndcg10: 5_000, keys_to_target: 20_000, keys_to_target_session: 20_000, sku_top3: 3_000, typos: 4_000 };
/** With fewer answers than this a figure says nothing, and is null. */
const MIN_SAMPLES = 20;
/** Typed until a target is found, by what was seen on real catalogues; to guess at times only. */
const USUAL_KEYS = 20;
/** V8 compiles what is called often; a shopper's first keys are not what a percentile is about. */
const WARM_UP_MS = 500;
const LOADS = 5;
const LOADS_MS = 3_000;
const COLLECTIONS = 3;
const SETTLE_MS = 20;
const TOP_NDCG = 10;
export const TOP_TARGET = 5;
const TOP_NUMBER = 3;
/** What a suggestion box shows. */
const SHOWN = 10;

/** `{ row, counts, notes }`: the figures, on how many of the samples they were measured, and what else is to be said. `report` is told what is going on. */
export async function measure(engine, data, products, workload, report) {
  const counts = {};
  report("build");
  const { dump, build_ms } = await built(engine, products, data);
  const indexed = engine.indexBytes(dump);
  const index_gz_per_doc = indexed === null ? null : gzipSync(indexed).length / products.length;
  report("load");
  const { searcher, load_ms, memory_mb } = await loadAndWeigh(engine, dump, products, data, workload.typed[0]);
  const { times, of } = latency(searcher, workload.typed, report);
  counts.latency = { n: times.length, of };
  const row = {
    data: data.name,
    engine: engine.name,
    version: engine.version,
    build_ms,
    load_ms,
    index_gz_per_doc,
    memory_mb,
    p50_ms: percentile(times, 50),
    p95_ms: percentile(times, 95),
    p99_ms: percentile(times, 99),
    max_ms: percentile(times, 100),
    ndcg10: null,
    ndcg10_unrelated: null,
    ndcg10_related: null,
    keys_to_target: null,
    keys_to_target_session: null,
    sku_top3: null,
    typo1_kept: null,
    typo2_kept: null,
  };
  if (!data.speed_only) Object.assign(row, quality(searcher, workload, mean(times), counts, report));
  const notes = engine.notes?.(dump, searcher, products) ?? [];
  // Peers do not learn from clicks.
  if (!data.speed_only && searcher.click && workload.judged) {
    report("ndcg10 after visits");
    const rows = visits(searcher, products, workload.judged, workload.visits);
    row.ndcg10_unrelated = worst(rows, false);
    row.ndcg10_related = worst(rows, true);
    notes.push(...rows.map(({ related, clicks, ratio, queries }) => `NDCG@10 after ${clicks} ${related ? "related" : "unrelated"} clicks, by cold: ${ratio?.toFixed(4) ?? "–"} (${queries} queries)`));
  }
  searcher.close?.();
  return { row, counts, notes };
}

/** In a function of its own, so that nothing of the built index is left when the loaded one is weighed. */
async function built(engine, products, data) {
  const [index, build_ms] = await timed(() => engine.build(products, data));
  return { dump: await engine.dump(index), build_ms };
}

function quality(searcher, { judged, targets, numbers, typos }, key_ms, counts, report) {
  const figure = (name, samples, work, guess = key_ms) => {
    report(name);
    const values = within(BUDGET_MS[name], samples, MIN_SAMPLES, work, guess);
    counts[name] = { n: values.length, of: samples.length };
    return values.length < MIN_SAMPLES ? null : values;
  };
  const ndcgs = judged && figure("ndcg10", judged, ({ query, gain }) => ndcg(searcher.search(query, TOP_NDCG), gain, TOP_NDCG));
  const keys = figure("keys_to_target", targets, ({ product, text }) => keysTo(product.id, text, TOP_TARGET, searcher.suggest), key_ms * USUAL_KEYS);
  let session = keys;
  if (searcher.click) {
    session = figure("keys_to_target_session", targets, ({ product, text, clicks }) => {
      clicks.forEach(searcher.click);
      const count = keysTo(product.id, text, TOP_TARGET, searcher.suggest);
      searcher.forget();
      return count;
    });
  }
  const found = (text, { id }, top) => Number(searcher.suggest(text, top).slice(0, top).includes(id));
  const skus = figure("sku_top3", numbers, ({ product, text }) => found(text, product, TOP_NUMBER));
  // Together, so that the three shares are of the same queries.
  const kept = figure("typos", typos, ({ product, text, one, two }) => [text, one, two].map((typed) => found(typed, product, TOP_TARGET)));
  const [clean, one, two] = [0, 1, 2].map((n) => kept && mean(kept.map((all) => all[n])));
  return {
    ndcg10: ndcgs && mean(ndcgs),
    keys_to_target: keys && mean(keys),
    keys_to_target_session: session && mean(session),
    sku_top3: skus && mean(skus),
    typo1_kept: clean ? one / clean : null,
    typo2_kept: clean ? two / clean : null,
  };
}

/** Times of single keys, in milliseconds: queries typed from their first letter. */
function latency(searcher, typed, report) {
  report("latency");
  const keys = typed.flatMap(beginnings);
  const start = performance.now();
  for (const text of keys) {
    if (performance.now() - start > WARM_UP_MS) break;
    searcher.suggest(text, SHOWN);
  }
  const times = within(BUDGET_MS.latency, keys, 1, (text) => {
    const start = performance.now();
    searcher.suggest(text, SHOWN);
    return performance.now() - start;
  });
  return { times, of: keys.length };
}

/** The median time from the serialised index to the first answer, and what the first loading left in memory. */
async function loadAndWeigh(engine, dump, products, data, first) {
  const times = [];
  const start = performance.now();
  let searcher;
  let memory_mb;
  while (times.length === 0 || (times.length < LOADS && performance.now() - start < LOADS_MS)) {
    searcher?.close?.();
    searcher = null;
    const before = await inUse();
    const [, time] = await timed(async () => {
      searcher = await engine.load(dump, products, data);
      searcher.suggest(first, SHOWN);
    });
    times.push(time);
    memory_mb ??= ((await inUse()) - before) / 1e6;
  }
  return { searcher, load_ms: percentile(times, 50), memory_mb };
}

/** Bytes after a full collection: JavaScript's heap, and outside of it array buffers and WebAssembly's memory. */
async function inUse() {
  for (let round = 0; round < COLLECTIONS; round++) {
    globalThis.gc();
    // What lies outside of the heap is given back by tasks of their own.
    await setTimeout(SETTLE_MS);
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/**
 * The answers on as many samples as there is time for. For the first `least` there is twice the budget; none any more once it is clear, by
 * `guess` at the time of one at first, that even this will not do.
 */
function within(budget, samples, least, work, guess = 0) {
  const start = processorMs();
  const results = [];
  for (const sample of samples) {
    const spent = processorMs() - start;
    const expected = (results.length === 0 ? guess : spent / results.length) * least;
    // One sample may be an exception, so it has to be twice as bad.
    const patience = results.length === 1 || results.length === 2 ? 4 : 2;
    if (results.length >= least ? spent > budget : expected > patience * budget) break;
    results.push(work(sample));
  }
  return results;
}

function processorMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function timed(work) {
  const start = performance.now();
  const result = await work();
  return [result, performance.now() - start];
}
