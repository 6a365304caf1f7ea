// Ranges of numbers and prices: what a listing's state and address hold of them, and what they are called.

import { price, t } from "./i18n.js";

const same = (range, [from, to]) => (range.from ?? null) === from && (range.to ?? null) === to;

/** `state` with one range of a facet switched. */
export function toggledRange(state, key, range) {
  const all = state.ranges?.[key] ?? [];
  const rest = all.filter((one) => !same(range, one));
  const ranges = { ...state.ranges, [key]: rest.length < all.length ? rest : [...all, [range.from ?? null, range.to ?? null]] };
  if (ranges[key].length === 0) delete ranges[key];
  return { ...state, ranges };
}

/** `state` without any range. */
export const withoutRanges = (state) => ({ ...state, ranges: {}, price_min: undefined, price_max: undefined });

export const hasRanges = (state) => Object.keys(state.ranges ?? {}).length > 0;

/** What the shopper reads for a range of `facet`. */
export function rangeLabel(facet, range) {
  if (facet.kind !== "price") return range.label;
  const { from, to } = range;
  // Buckets end a cent before the next begins; shoppers read the round number.
  const upper = to === null ? null : to % 100 === 99 ? to + 1 : to;
  if (from === null || from === undefined) return t("range.below", { to: price(upper) });
  return upper === null ? t("range.from", { from: price(from) }) : `${price(from)} – ${price(upper)}`;
}

/** A chip for each chosen range: `{ label, next }`, where `next` is the state without it. */
export function rangeChips(facets, state) {
  return Object.entries(state.ranges ?? {}).flatMap(([key, ranges]) => ranges.map(([from, to]) => {
    const facet = facets.find((one) => one.key === key) ?? { key, kind: key === "price" ? "price" : "number", ranges: [] };
    const range = (facet.ranges ?? []).find((one) => same(one, [from, to])) ?? { from, to, label: `${from ?? "…"} – ${to ?? "…"}` };
    const label = facet.label ? `${facet.label}: ${rangeLabel(facet, range)}` : rangeLabel(facet, range);
    return { label, next: toggledRange(state, key, range) };
  }));
}

/** `from..to` of an address as a range, or nothing. */
export function parseRange(text) {
  const found = /^(-?\d{1,10}(?:\.\d{1,6})?)?\.\.(-?\d{1,10}(?:\.\d{1,6})?)?$/.exec(text);
  if (!found) return undefined;
  const [from, to] = found.slice(1).map((end) => (end === undefined ? null : Number(end)));
  return from !== null && to !== null && from > to ? undefined : [from, to];
}

export const writtenRange = ([from, to]) => `${from ?? ""}..${to ?? ""}`;
