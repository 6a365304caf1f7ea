// Turns affinities into the order of what has no product id: departments, subcategories, brands.

import * as person from "./person.js";

/** The sum of positive category affinities at or below each label path. */
export function categoryScores() {
  const scores = new Map();
  for (const { facet, value, label, score } of person.affinities(100)) {
    if (facet !== "category" || !(score > 0)) continue;
    const path = (label.includes(" > ") ? label : value).split(" > ");
    path.forEach((_, depth) => {
      const above = path.slice(0, depth + 1).join(" > ");
      scores.set(above, Math.max(scores.get(above) ?? 0, score));
    });
  }
  return scores;
}

/** `nodes` of the category tree with the preferred ones first; the shop's order otherwise. */
export function byAffinity(nodes) {
  const scores = categoryScores();
  if (scores.size === 0) return nodes;
  const score = (node) => scores.get(node.value) ?? 0;
  return nodes.map((node, at) => ({ node, at })).sort((a, b) => score(b.node) - score(a.node) || a.at - b.at).map(({ node }) => node);
}

/** The most liked categories and brands as filters, `[{ facet, value }]`, strongest first. */
export function favourites(count) {
  return person.affinities(100).filter(({ facet, score }) => (facet === "category" || facet === "brand") && score > 0).slice(0, count);
}

/** Whether anything is known that could order a list. */
export const known = () => person.affinities(1).length > 0;
