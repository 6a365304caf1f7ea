// What is computed from answers and times: each figure in one small function.

/** Nearest rank: a value that was measured, not one between two. null of nothing. */
export function percentile(values, percent) {
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(Math.ceil((sorted.length * percent) / 100), 1) - 1];
}

export const mean = (values) => (values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length);

/**
 * NDCG@k with linear gains (Järvelin & Kekäläinen 2002, log2(rank + 1) as in trec_eval). What nobody judged gains 0; the
 * ideal order is that of all judged products, found or not. A product counts once, however often it is answered.
 * null if the judgements hold no gain: then no order is better than another.
 */
export function ndcg(ids, gains, k) {
  const ideal = dcg(Object.values(gains).sort((a, b) => b - a).slice(0, k));
  if (ideal === 0) return null;
  const seen = new Set();
  const found = ids.slice(0, k).map((id) => {
    if (seen.has(id)) return 0;
    seen.add(id);
    return Object.hasOwn(gains, id) ? gains[id] : 0;
  });
  return dcg(found) / ideal;
}

const dcg = (gains) => gains.reduce((sum, gain, rank) => sum + gain / Math.log2(rank + 2), 0);

/** All that stands in the search box while a text is typed: its beginnings, from the first character on. */
export function beginnings(text) {
  const characters = [...text];
  return characters.map((_, index) => characters.slice(0, index + 1).join(""));
}

/**
 * How many keys until `id` is among the first `top` of what `answer` gives for a beginning of `text`;
 * one more than there are characters if it never is.
 */
export function keysTo(id, text, top, answer) {
  const typed = beginnings(text);
  const at = typed.findIndex((beginning) => answer(beginning, top).slice(0, top).includes(id));
  return (at < 0 ? typed.length : at) + 1;
}

/**
 * Mean keys until `text` of each target is among the first `top` of all `texts` that begin as typed, if these keep one order while typing. Which order
 * makes no difference to the mean over all texts, so a target has each place with the same chance; no steady order that goes by what is
 * typed alone needs fewer.
 */
export function leastKeys(targets, texts, top) {
  const sorted = texts.map((text) => text.toLowerCase()).sort();
  const first = (before) => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (before(sorted[middle])) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const least = targets.map((target) => {
    const typed = beginnings(target.toLowerCase());
    let [keys, found] = [0, 0];
    typed.forEach((typed, index) => {
      const begun = first((text) => text < typed || text.startsWith(typed)) - first((text) => text < typed);
      const share = Math.min(1, top / begun);
      if (share > found) [keys, found] = [keys + (share - found) * (index + 1), share];
    });
    return keys + (1 - found) * (typed.length + 1);
  });
  return mean(least);
}
