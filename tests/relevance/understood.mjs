// Queries that say more than words: how many of the first hits meet what they ask for, understood and as mere words.
//
//   node tests/relevance/understood.mjs [de|en] [--queries]
//
// `understood.json` names for each query the prices (minor units) and the values by attribute key that a hit must or must not have. It was written from
// the shop's attributes before anything was tuned. A hit without the attribute does not meet `has`.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { openDemo } from "./measure.mjs";

/** Hits of one page. */
const PAGE = 24;

/** Measures one language: `{ understood, words, rows }`, precision on the first page of hits. */
export async function measureUnderstood(language) {
  const { shop, lines } = await openDemo(language);
  const details = new Map(lines.map((line) => [String(line.id), line.product_detail]));
  const list = JSON.parse(readFileSync(new URL("understood.json", import.meta.url), "utf8"))[language];
  const known = new Set(lines.flatMap((line) => line.product_detail.map((detail) => detail.attribute_key)));
  const rows = list.map((entry) => {
    for (const key of Object.keys({ ...entry.has, ...entry.not })) if (!known.has(key)) throw new Error(`${entry.query}: no product has ${key}`);
    const share = (understand) => {
      const { hits, understood } = shop.search({ text: entry.query, limit: PAGE, understand });
      return { share: hits.filter((hit) => meets(entry, hit, details.get(hit.id))).length / Math.max(hits.length, 1), understood };
    };
    return { ...entry, filtered: share("filter"), plain: share("off") };
  });
  const mean = (of) => rows.reduce((sum, row) => sum + of(row), 0) / rows.length;
  return { language, queries: rows.length, understood: mean((row) => row.filtered.share), words: mean((row) => row.plain.share), rows };
}

function meets({ price = [null, null], has = {}, not = {} }, hit, details) {
  const [from, to] = price;
  const costs = hit.sale_price ?? hit.price;
  const any = (key, pattern) => details.some((detail) => detail.attribute_key === key && new RegExp(pattern).test(detail.attribute_value));
  return costs >= (from ?? 0) && costs <= (to ?? Infinity)
    && Object.entries(has).every(([key, pattern]) => any(key, pattern))
    && !Object.entries(not).some(([key, pattern]) => any(key, pattern));
}

export const row = ({ language, queries, understood, words }) => `| ${language} | ${queries} | ${understood.toFixed(3)} | ${words.toFixed(3)} |`;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
  for (const language of wanted.length > 0 ? wanted : ["de", "en"]) {
    const measured = await measureUnderstood(language);
    console.log(row(measured));
    if (!process.argv.includes("--queries")) continue;
    for (const { query, filtered, plain } of measured.rows) {
      const told = filtered.understood.map(({ kind, value, min, max, negated, role }) => `${role} ${negated ? "not " : ""}${kind} ${value || `${min ?? ""}..${max ?? ""}`}`);
      console.log(`${query}\t${filtered.share.toFixed(2)} ${plain.share.toFixed(2)}\t${told.join("; ")}`);
    }
  }
  process.exit(0);
}
