// What facets are called: affinities and reasons name a facet by its key, shoppers read its label.

import { t } from "./i18n.js";

const labels = new Map();

/** Remembers the labels of facets or attributes (`{ key, label }`) that a page has seen. */
export function noteFacets(facets) {
  for (const { key, label } of facets ?? []) if (label) labels.set(key, label);
}

/** The facet's name; its key where no page has seen a label yet. */
export function facetName(key) {
  const known = t(`facet.${key}`);
  return known === `facet.${key}` ? (labels.get(key) ?? key) : known;
}
