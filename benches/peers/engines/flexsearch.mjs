// FlexSearch: an index of every beginning of every word.
//
// Its README ("Tokenizer", "Fuzzy-Search") has "forward" for beginnings and "tolerant" for swapped and missing letters, but one index takes
// only one of them; so there are two, and what the first does not find the second may, at last with `suggest`, which lets words go. One field,
// title first, because the position in the text is all that its score knows, and words of one query may stand in several fields. With
// attributes and descriptions NDCG@10 on icecat rose from 0.51 to 0.55, but keys to a target from 9.3 to 10.5, and article numbers found fell
// from 75 % to 65 %; a search box is for the latter two, so they are left out.
import { idsOf, peer, version as versionOf } from "../peer.mjs";

const module = await peer("flexsearch/dist/flexsearch.bundle.module.min.mjs");
const { Index, Charset } = module.default ?? module;

export const name = "flexsearch";
export const version = versionOf("flexsearch");

const create = () => [
  new Index({ tokenize: "forward", encoder: Charset.Normalize }),
  new Index({ tokenize: "tolerant", encoder: Charset.LatinBalance }),
];

export function build(products) {
  const indexes = create();
  for (const { row, title, brand, mpn, gtin, category } of products) {
    for (const index of indexes) index.add(row, [title, brand, mpn, gtin, category].join(" "));
  }
  return indexes;
}

/** `[[key, data], …]` of each index. */
export async function dump(indexes) {
  const dumps = await Promise.all(
    indexes.map(async (index) => {
      const parts = [];
      await index.export((key, data) => void parts.push([key, data]));
      return parts;
    }),
  );
  return JSON.stringify(dumps);
}

export const indexBytes = (dump) => dump;

export function load(dump, products) {
  const indexes = create();
  JSON.parse(dump).forEach((parts, n) => parts.forEach(([key, data]) => indexes[n].import(key, data)));
  const [forward, tolerant] = indexes;
  const ids = idsOf(products);
  const search = (text, limit) => {
    const rows = new Set(forward.search(text, { limit }));
    for (const [index, suggest] of [[tolerant, false], [forward, true], [tolerant, true]]) {
      if (rows.size >= limit) break;
      for (const row of index.search(text, { limit, suggest })) rows.add(row);
    }
    return [...rows].slice(0, limit).map((row) => ids[row]);
  };
  return { suggest: search, search };
}
