// Ours and its peers on the same catalogues in one process: `node --expose-gc run.mjs REQUEST`, where REQUEST is JSON,
// `{ data: [{ name, feed, judgements, events, language, speed_only }], queries, engines }`. Set-up by `cargo xtask bench peers`.
// The table goes to standard error, the rows to standard output as a JSON array.
import { readCatalogue, readJudgements } from "./catalogue.mjs";
import { ENGINES } from "./engines/index.mjs";
import { TOP_TARGET, measure } from "./measure.mjs";
import { leastKeys, mean } from "./metrics.mjs";
import { table } from "./report.mjs";
import { draw, typedTitle } from "./workload.mjs";

const SEED = 7;

if (!globalThis.gc) throw new Error("memory cannot be measured without node --expose-gc");
const { data: catalogues, queries, engines } = JSON.parse(process.argv[2]);
const unknown = engines.filter((name) => !ENGINES.some((engine) => engine.name === name));
if (unknown.length > 0) throw new Error(`there is no engine ${unknown.join(", ")}: there are ${ENGINES.map(({ name }) => name).join(", ")}`);

const rows = [];
const started = performance.now();
for (const data of catalogues) {
  const products = readCatalogue(data.feed);
  const workload = draw(products, readJudgements(data.judgements), queries, SEED);
  say(`\n${data.name}: ${products.length} products, ${workload.judged?.length ?? 0} judged queries, ${workload.targets.length} targets, ${workload.numbers.length} article numbers, ${workload.typos.length} typos`);
  const results = [];
  for (const engine of ENGINES.filter(({ name }) => engines.length === 0 || engines.includes(name))) {
    const start = performance.now();
    const result = await measure(engine, data, products, workload, (doing) => status(`  ${engine.name}: ${doing} …`));
    status("");
    say(`  ${engine.name} ${engine.version}: ${seconds(start)} (${describe(result.counts)})`);
    results.push(result);
    rows.push(result.row);
  }
  say(`\n${data.name}\n${table(results)}`);
  say(bounds(products, workload.targets));
}
say(`\n${seconds(started)}; a star: measured on a part of the sample, because the engine is slow`);
process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);

/** What no engine can do better, if it shows titles that begin as typed in a steady order. */
function bounds(products, targets) {
  const least = (targets, products) => leastKeys(targets.map(({ text }) => text), products.map(typedTitle), TOP_TARGET);
  const within = mean(targets.map((target) => least([target], products.filter(({ group }) => group === target.product.group))));
  return `keys by the beginnings of titles: ${least(targets, products).toFixed(1)} at least in any steady order, ${within.toFixed(1)} if the category is known`;
}

function say(text) {
  process.stderr.write(`${text}\n`);
}

/** "ndcg10 300, keys_to_target 21 of 100, …": a star in the table stands for the latter. */
function describe(counts) {
  const parts = Object.entries(counts).map(([name, { n, of }]) => `${name} ${n === of ? n : `${n} of ${of}`}`);
  return parts.join(", ");
}

function seconds(start) {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}

function status(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[2K${text}`);
}
