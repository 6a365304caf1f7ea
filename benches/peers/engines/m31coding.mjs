// @m31coding/fuzzy-search: a suffix array for beginnings and parts, sorted 3-grams for typos.
//
// Its README's defaults: the names of an entity are its terms, searched by prefix, part and 3-grams at once. Every word as a term of its own was tried: typos
// are found more often, targets later and fewer article numbers. Its own way of handing an index on is a memento of typed arrays, which
// is made for structured cloning, so that is how it is serialised.
import { deserialize, serialize } from "node:v8";
import { idsOf, peer, version as versionOf } from "../peer.mjs";

const { default: fuzzy } = await peer("@m31coding/fuzzy-search/dist/fuzzy-search.cjs");

export const name = "m31coding";
export const version = versionOf("@m31coding/fuzzy-search");

export function build(products) {
  const searcher = fuzzy.SearcherFactory.createDefaultSearcher();
  // Row numbers as entities: whole products would travel with the index.
  searcher.indexEntities(
    products.map(({ row }) => row),
    (row) => row,
    (row) => [products[row].title, products[row].mpn, products[row].brand].filter((term) => term !== ""),
  );
  return searcher;
}

export function dump(searcher) {
  const memento = new fuzzy.Memento();
  searcher.save(memento);
  return serialize(memento.objects);
}

export const indexBytes = (dump) => dump;

export function load(dump, products) {
  const searcher = fuzzy.SearcherFactory.createDefaultSearcher();
  searcher.load(new fuzzy.Memento(deserialize(dump)));
  const ids = idsOf(products);
  const search = (text, limit) => searcher.getMatches(new fuzzy.Query(text, limit)).matches.map(({ entity }) => ids[entity]);
  return { suggest: search, search };
}
