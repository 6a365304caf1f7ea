// uFuzzy: no index; one regular expression over all titles.
//
// Its README: `intraMode: 1` (one error per word), words in any order (up to 5), and `latinize`. The threshold up to which matches are ranked is
// raised from 1,000 to 10,000: below it, short texts would come back unranked. A haystack of more fields was tried and is slower, not better.
import { idsOf, peer, version as versionOf } from "../peer.mjs";

const { default: uFuzzy } = await peer("@leeoniya/ufuzzy/dist/uFuzzy.mjs");

export const name = "ufuzzy";
export const version = versionOf("@leeoniya/ufuzzy");

const ANY_ORDER_WORDS = 5;
const RANKED = 10_000;

export const build = (products) => products.map(({ title, mpn }) => (mpn ? `${title} ${mpn}` : title));

export const dump = (haystack) => JSON.stringify(haystack);

export const indexBytes = () => null;

export function load(dump, products) {
  const haystack = uFuzzy.latinize(JSON.parse(dump));
  const fuzzy = new uFuzzy({ intraMode: 1 });
  const ids = idsOf(products);
  const search = (text, limit) => {
    const [found, info, order] = fuzzy.search(haystack, uFuzzy.latinize(text), ANY_ORDER_WORDS, RANKED);
    if (!found) return [];
    const rows = order ? order.slice(0, limit).map((at) => info.idx[at]) : found.slice(0, limit);
    return rows.map((row) => ids[row]);
  };
  return { suggest: search, search };
}
