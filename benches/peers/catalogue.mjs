// A feed (JSON Lines in Google Merchant attributes) → the rows that the peers index, and the judgements on them.
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** Words of a description that are indexed: as many as ours takes, so that all engines know the same text. */
const MAX_DESCRIPTION_WORDS = 40;

/** The feed's products as `{ row, id, title, brand, mpn, gtin, category, details, group }`; `row` is the number that peers know them by. */
export function readCatalogue(file) {
  const lines = text(file).split("\n").filter((line) => line.trim() !== "");
  return lines.map((line, row) => product(JSON.parse(line), row));
}

function product(entry, row) {
  const { id, title = "", brand = "", mpn = "", gtin = "", product_type = "", description = "", product_detail = [] } = entry;
  const values = product_detail.map(({ attribute_value }) => attribute_value).filter((value) => typeof value === "string");
  const details = [...new Set(values), description.split(/\s+/).slice(0, MAX_DESCRIPTION_WORDS).join(" ")].join(" ").trim();
  return { row, id: String(id), title, brand, mpn, gtin: String(gtin), category: product_type, details, group: product_type || brand };
}

/** `[{ query, gain: { id: 0…1 } }]`, or null if there is no such file. */
export const readJudgements = (file) => (file === null ? null : JSON.parse(text(file)));

function text(file) {
  const bytes = readFileSync(file);
  return (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
}
