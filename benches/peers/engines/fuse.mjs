// Fuse.js: Bitap over every field of every product.
//
// fusejs.io ("Token search", "Performance"): token search for queries of several words, weights, `ignoreLocation` because what is looked for may stand
// anywhere in a title, a threshold below the default of 0.6, and a prepared index.
import { idsOf, peer, version as versionOf } from "../peer.mjs";

const { default: Fuse } = await peer("fuse.js/dist/fuse.mjs");

export const name = "fuse.js";
export const version = versionOf("fuse.js");

const KEYS = [
  { name: "title", weight: 3 },
  { name: "brand", weight: 2 },
  { name: "mpn", weight: 3 },
];
const OPTIONS = { keys: KEYS, useTokenSearch: true, ignoreLocation: true, threshold: 0.3 };

export const build = (products) => Fuse.createIndex(KEYS, products);

export const dump = (index) => JSON.stringify(index.toJSON());

/** What it calls an index is the fields' own text, and so stored fields. */
export const indexBytes = () => null;

export function load(dump, products) {
  const fuse = new Fuse(products, OPTIONS, Fuse.parseIndex(JSON.parse(dump)));
  const ids = idsOf(products);
  const search = (text, limit) => fuse.search(text, { limit }).map(({ refIndex }) => ids[refIndex]);
  return { suggest: search, search };
}
