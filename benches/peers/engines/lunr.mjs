// lunr: BM25, stemming, wildcards and edit distance.
//
// The query is its author's for typeahead (lunr's perf/search_perf.js): the word itself 100, as a beginning 10, with one edit 1. One edit only from four
// letters on: shorter ones match half the dictionary. Its tokeniser is told to split at `*` too, which it would take for a wildcard.
import { idsOf, peer, version as versionOf } from "../peer.mjs";

const { default: lunr } = await peer("lunr/lunr.js");

export const name = "lunr";
export const version = versionOf("lunr");

const BOOSTS = { title: 2, brand: 1.5, mpn: 2, gtin: 1, category: 1, details: 1 };
const MIN_LETTERS = 4;

lunr.tokenizer.separator = /[\s\-*]+/;

export function build(products) {
  const builder = new lunr.Builder();
  builder.pipeline.add(lunr.trimmer, lunr.stopWordFilter, lunr.stemmer);
  builder.searchPipeline.add(lunr.stemmer);
  builder.ref("row");
  for (const [field, boost] of Object.entries(BOOSTS)) builder.field(field, { boost });
  for (const product of products) builder.add(product);
  return builder.build();
}

export const dump = (index) => JSON.stringify(index);

export const indexBytes = (dump) => dump;

export function load(dump, products) {
  const index = lunr.Index.load(JSON.parse(dump));
  const ids = idsOf(products);
  const search = (text, limit) => {
    const words = lunr.tokenizer(text).map(String).filter((word) => word !== "");
    const found = index.query((query) => {
      words.forEach((word, at) => {
        query.term(word, { boost: 100, usePipeline: true });
        if (at === words.length - 1) query.term(word, { boost: 10, usePipeline: false, wildcard: lunr.Query.wildcard.TRAILING });
        if (word.length >= MIN_LETTERS) query.term(word, { boost: 1, usePipeline: false, editDistance: 1 });
      });
    });
    return found.slice(0, limit).map(({ ref }) => ids[Number(ref)]);
  };
  return { suggest: search, search };
}
