// Everyday queries on the generated demo shop: how many of the first hits are the kind of product that was asked for.
//
//   node tests/relevance/measure.mjs [de|en] [--queries]
//
// The shop's knowledge has the synonyms that its generated log speaks for. The list of words behind that log is the same author's; docs/search.md says what
// that means for these figures.
//
// The lists `de.json` and `en.json` name for each query the categories that answer it. They were written from the
// taxonomy and from everyday words before anything was tuned. A fixed hash splits them: only the `tuning` half may be
// read while tuning, and `--queries` prints the failures of that half alone.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Random } from "../../benches/peers/random.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const DEMO = process.env.ENDCAP_DEMO_DIR ?? join(root, "target/demo/seed-7-products-20000");
const PKG = process.env.ENDCAP_PKG ?? join(root, "pkg");

/** Hits that a shopper sees without scrolling. */
const SEEN = 6;
/** Views of one other category before the query is repeated. */
const VIEWS = 4;
/** A query that loses more than this by these views, so one hit, is spoilt. */
const SPOILT = 0.5 / SEEN;
const START = Date.UTC(2026, 10, 1, 12);

/** The half of a query, by the lowest bit of its FNV-1a hash (UTF-8, 32 bits). */
export function half(query) {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(query)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  // The low bits of FNV-1a mix badly in short texts, so all are folded into one.
  for (let width = 16; width > 0; width >>= 1) hash ^= hash >>> width;
  return hash & 1 ? "held-back" : "tuning";
}

/** The list of one language: `[{ query, kinds, half }]`. */
export function queries(language) {
  const list = JSON.parse(readFileSync(new URL(`${language}.json`, import.meta.url), "utf8"));
  return Object.entries(list).map(([query, kinds]) => ({ query, kinds, half: half(query) }));
}

/** The demo shop in one language: the engine before its packs, and the lines of its catalogue. */
export async function openDemo(language, now = () => START) {
  const manifestFile = join(DEMO, "packs/manifest.json");
  if (!existsSync(manifestFile)) throw new Error(`${manifestFile} is missing: run \`cargo xtask test --only relevance\``);
  const manifest = JSON.parse(readFileSync(manifestFile, "utf8"));
  const pack = (hash) => new Uint8Array(readFileSync(join(DEMO, "packs", `${hash}.pack`)));
  const lines = readFileSync(join(DEMO, `catalogue/catalogue.${language}.jsonl`), "utf8").trim().split("\n").map((line) => JSON.parse(line));
  const { Endcap } = await import(pathToFileURL(join(PKG, "node.js")));
  const shop = await Endcap.open({
    pack: pack(manifest.catalogues[language].hash),
    knowledge: pack(manifest.knowledge.hash),
    consent: "memory",
    now,
    onError: (error) => { throw error; },
  });
  return { shop, lines };
}

/** Measures one language: figures for each half, and what each query of the list got. */
export async function measure(language) {
  let now = START;
  const { shop, lines } = await openDemo(language, () => now);
  const categoryOf = new Map(lines.map(({ id, product_type_key: key }) => [String(id), key]));
  const shelves = new Map();
  for (const [id, category] of categoryOf) (shelves.get(category) ?? shelves.set(category, []).get(category)).push(id);

  const answers = (kinds, id) => kinds.some((kind) => `${categoryOf.get(id)}/`.startsWith(`${kind}/`));
  const ask = ({ query, kinds }) => {
    const ids = shop.search({ text: query, limit: SEEN }).hits.slice(0, SEEN).map(({ id }) => id);
    return { at6: ids.filter((id) => answers(kinds, id)).length / SEEN, at1: Number(ids.length > 0 && answers(kinds, ids[0])), seen: ids.map((id) => categoryOf.get(id)) };
  };

  const random = new Random(1);
  const rows = queries(language).map((entry) => {
    if (!entry.kinds.every((kind) => [...shelves.keys()].some((category) => `${category}/`.startsWith(`${kind}/`)))) {
      throw new Error(`${language}.json: ${entry.query} names a category that the shop does not have: ${entry.kinds}`);
    }
    shop.erase();
    now += 60_000;
    const cold = ask(entry);
    const others = [...shelves.values()].filter((ids) => ids.length >= VIEWS && !answers(entry.kinds, ids[0]));
    const elsewhere = random.pick(others);
    for (let view = 0; view < VIEWS; view++) {
      now += 30_000;
      shop.observe("view_item", { items: [{ item_id: random.pick(elsewhere) }] });
    }
    return { ...entry, cold, after: ask(entry) };
  });
  const figures = Object.fromEntries(["tuning", "held-back"].map((name) => [name, figuresOf(rows.filter((row) => row.half === name))]));
  return { language, figures, rows };
}

function figuresOf(rows) {
  const mean = (of) => rows.reduce((sum, row) => sum + of(row), 0) / rows.length;
  return {
    queries: rows.length,
    "precision@6": mean((row) => row.cold.at6),
    "precision@1": mean((row) => row.cold.at1),
    "precision@6 after": mean((row) => row.after.at6),
    "precision@1 after": mean((row) => row.after.at1),
    spoilt: rows.filter((row) => row.after.at6 < row.cold.at6 - SPOILT).length,
    "below half": rows.filter((row) => row.cold.at6 < 0.5).length,
  };
}

/** The figures as lines of a Markdown table. */
export function table({ language, figures }) {
  return Object.entries(figures).map(([name, f]) => {
    const share = (key) => f[key].toFixed(3);
    return `| ${language} | ${name} | ${f.queries} | ${share("precision@6")} | ${share("precision@1")} | ${share("precision@6 after")} | ${share("precision@1 after")} | ${f["below half"]} | ${f.spoilt} |`;
  });
}

export const HEAD = "| language | half | queries | @6 cold | @1 cold | @6 after | @1 after | below half | spoilt |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |";

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
  console.log(HEAD);
  for (const language of wanted.length > 0 ? wanted : ["de", "en"]) {
    const measured = await measure(language);
    console.log(table(measured).join("\n"));
    if (!process.argv.includes("--queries")) continue;
    for (const { query, kinds, cold, after } of measured.rows.filter((row) => row.half === "tuning" && Math.min(row.cold.at6, row.after.at6) < 1)) {
      console.log(`${query}\t${cold.at6.toFixed(2)} ${after.at6.toFixed(2)}\twants ${kinds}\tgot ${[...new Set(cold.seen)]}`);
    }
  }
  process.exit(0);
}
