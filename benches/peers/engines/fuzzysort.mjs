// fuzzysort: no index; letters in their order, as in an editor's file search. It forgives what was left out, not what is wrong.
//
// Its README: an immutable `snapshot` for the best speed, several keys. The threshold of 0.5 is lowered to 0, without which hardly any
// query of several words finds anything.
import { idsOf, peer, version as versionOf } from "../peer.mjs";

const { default: fuzzysort } = await peer("fuzzysort/fuzzysort.js");

export const name = "fuzzysort";
export const version = versionOf("fuzzysort");

export const build = (products) => products.map(({ row, title, mpn }) => ({ row, title, mpn }));

export const dump = (targets) => JSON.stringify(targets);

export const indexBytes = () => null;

export function load(dump, products) {
  const targets = fuzzysort.snapshot(JSON.parse(dump), { keys: ["title", "mpn"] });
  const ids = idsOf(products);
  const search = (text, limit) => fuzzysort.go(text, targets, { limit, threshold: 0 }).map(({ obj }) => ids[obj.row]);
  return { suggest: search, search };
}
