// MiniSearch. Options: https://lucaong.github.io/minisearch/ ("Search options", "Auto suggestions").
import { idsOf, peer, version as versionOf } from "../peer.mjs";

const { default: MiniSearch } = await peer("minisearch/dist/cjs/index.cjs");

export const name = "minisearch";
export const version = versionOf("minisearch");

const OPTIONS = {
  idField: "row",
  fields: ["title", "brand", "mpn", "gtin", "category", "details"],
  searchOptions: {
    boost: { title: 3, brand: 2, mpn: 3, category: 1.5 },
    fuzzy: 0.2,
    // As its autoSuggest does: only the last word may be unfinished.
    prefix: (_term, index, terms) => index === terms.length - 1,
  },
};

export function build(products) {
  const index = new MiniSearch(OPTIONS);
  index.addAll(products);
  return index;
}

export const dump = (index) => JSON.stringify(index);

export const indexBytes = (dump) => dump;

export function load(dump, products) {
  const index = MiniSearch.loadJSON(dump, OPTIONS);
  const ids = idsOf(products);
  const search = (text, limit) => index.search(text).slice(0, limit).map(({ id }) => ids[id]);
  return { suggest: search, search };
}
