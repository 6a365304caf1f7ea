// What a visit does to the relevance of search: NDCG@10 after clicks by NDCG@10 without them.
import { mean, ndcg } from "./metrics.mjs";

const TOP = 10;
/** Clicked products are taken out of the answer, so more is asked for than is judged. */
const ASKED = 20;
const UNRELATED = [1, 3, 5, 10];
const RELATED = [1, 2, 3];
/** A group of products that a visit can be about. */
const MIN_GROUP = 5;
/** After `k` related clicks so many relevant products are left at least. */
const MIN_LEFT = 3;
const TRIES = 50;

/**
 * `[{ related, clicks, ratio, queries }]`. Unrelated: views of one category (brand, where there are no categories) none of whose products is relevant. Related:
 * views of relevant products, which are then left out of answer and judgements.
 */
export function visits(searcher, products, judged, random) {
  const groups = largeGroups(products);
  const cases = [
    ...UNRELATED.map((clicks) => ({ related: false, clicks, draw: (gain) => unrelated(groups, gain, clicks, random) })),
    ...RELATED.map((clicks) => ({ related: true, clicks, draw: (gain) => related(gain, clicks, random) })),
  ];
  return cases.map(({ related, clicks, draw }) => {
    const pairs = judged.flatMap(({ query, gain }) => {
      const views = draw(gain);
      return views ? [pair(searcher, query, gain, views, related)] : [];
    });
    const [cold, after] = [0, 1].map((at) => mean(pairs.map((pair) => pair[at])));
    return { related, clicks, ratio: cold ? after / cold : null, queries: pairs.length };
  });
}

/** The worst ratio over the numbers of clicks; null when none was measured. */
export function worst(rows, related) {
  const ratios = rows.filter((row) => row.related === related && row.ratio !== null).map(({ ratio }) => ratio);
  return ratios.length === 0 ? null : Math.min(...ratios);
}

/** NDCG@10 cold and after the views. */
function pair(searcher, query, gain, views, related) {
  const left = related ? Object.fromEntries(Object.entries(gain).filter(([id]) => !views.includes(id))) : gain;
  const now = () => {
    const ids = searcher.search(query, ASKED);
    return ndcg(related ? ids.filter((id) => !views.includes(id)) : ids, left, TOP);
  };
  searcher.forget();
  const cold = now();
  for (const id of views) searcher.click({ id });
  const after = now();
  searcher.forget();
  return [cold, after];
}

function largeGroups(products) {
  const groups = new Map();
  for (const { id, group } of products) {
    if (!groups.has(group)) groups.set(group, []);
    groups.get(group).push(id);
  }
  return [...groups.values()].filter((ids) => ids.length >= MIN_GROUP);
}

/** `clicks` views of one group without a relevant product; null if none is found. */
function unrelated(groups, gain, clicks, random) {
  for (let tries = 0; tries < TRIES && groups.length > 0; tries++) {
    const ids = random.pick(groups);
    if (!ids.some((id) => gain[id] > 0)) return Array.from({ length: clicks }, () => random.pick(ids));
  }
  return null;
}

/** Views of `clicks` relevant products; null if too few would be left. */
function related(gain, clicks, random) {
  const relevant = Object.keys(gain).filter((id) => gain[id] > 0);
  return relevant.length < clicks + MIN_LEFT ? null : random.shuffled(relevant).slice(0, clicks);
}
