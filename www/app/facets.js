// Filters beside a list: collapsible groups with counts, swatches, the category tree, ranges of numbers and
// prices, and the chips of what is chosen.

import { h } from "./dom.js";
import { number, price, t } from "./i18n.js";
import { icon } from "./icons.js";
import { priceRange } from "./price-range.js";
import { rangeChips, rangeLabel, toggledRange, withoutRanges } from "./ranges.js";
import { swatch } from "./swatch.js";

const FIRST_FACETS = 8;
const MOST_FACETS = 40;
const FIRST_VALUES = 6;
const MOST_VALUES = 60;

// What the shopper opened or closed stays so while they narrow the list.
const opened = new Map();
const unfolded = new Set();
let allFacets = false;

/**
 * The filter groups for `facets` in their given order. `change(state, learned)` is called with the
 * new listing state and, when a value was chosen, with `{ facet, value, label }`.
 */
export function facetList(facets, state, change) {
  const usable = facets.filter((facet) => worthShowing(facet, state)).slice(0, MOST_FACETS);
  if (usable.length === 0) return h("p.facets-none", t("listing.filters.none"));
  const shown = allFacets ? usable : usable.slice(0, FIRST_FACETS);
  const list = h("div.facets", shown.map((facet, at) => group(facet, at, state, change)));
  list.dataset.testid = "facets";
  if (shown.length < usable.length) {
    list.append(h("button.link", {
      type: "button",
      onclick: () => {
        allFacets = true;
        list.replaceWith(facetList(facets, state, change));
      },
    }, t("listing.filters.more"), ` (${usable.length - shown.length})`));
  }
  return list;
}

/** Chips of the filters in force, each of which removes itself. */
export function chips(facets, state, change) {
  const labels = new Map(facets.flatMap((facet) => facet.values.map((value) => [`${facet.key}\0${value.value}`, value.label])));
  const list = h("div.chips");
  for (const [key, values] of Object.entries(state.filters)) {
    for (const value of values) {
      const label = lastSegment(labels.get(`${key}\0${value}`) ?? value);
      list.append(chip(label, () => change(toggled(state, key, value))));
    }
  }
  for (const { label, next } of rangeChips(facets, state)) list.append(chip(label, () => change(next)));
  if (state.price_min !== undefined || state.price_max !== undefined) {
    const label = [state.price_min, state.price_max].map((minor) => (minor === undefined ? "…" : price(minor))).join(" – ");
    list.append(chip(label, () => change({ ...state, price_min: undefined, price_max: undefined })));
  }
  if (list.childElementCount > 1) {
    list.append(h("button.link", { type: "button", onclick: () => change({ ...withoutRanges(state), filters: {} }) }, t("listing.filters.clear")));
  }
  return list;
}

/** `state` with one facet value switched. */
export function toggled(state, key, value) {
  const values = state.filters[key] ?? [];
  const rest = values.includes(value) ? values.filter((one) => one !== value) : [...values, value];
  const filters = { ...state.filters, [key]: rest };
  if (rest.length === 0) delete filters[key];
  return { ...state, filters };
}

/** `state` with the category `value` chosen instead of any other, or none if it was. */
function inCategory(state, key, value) {
  const filters = { ...state.filters, [key]: [value] };
  if (state.filters[key]?.includes(value)) delete filters[key];
  return { ...state, filters };
}

// A group with one value tells nothing apart, unless it is the one that was chosen.
function worthShowing(facet, state) {
  if (facet.kind === "price" && facet.max > facet.min) return true;
  const choices = facet.values.length + (facet.ranges ?? []).length;
  return choices > 1 || (choices === 1 && chosenOf(facet, state) > 0);
}

const chosenOf = (facet, state) => (state.filters[facet.key] ?? []).length + (state.ranges?.[facet.key] ?? []).length;

function group(facet, at, state, change) {
  const number = chosenOf(facet, state);
  const isOpen = opened.get(facet.key) ?? (at < 5 || number > 0);
  const details = h("details.facet", { open: isOpen, ontoggle: () => opened.set(facet.key, details.open) },
    h("summary", h("span", title(facet)), number > 0 && h("em", String(number)), icon("down", 16)),
    body(facet, state, change),
  );
  details.dataset.testid = "facet";
  details.dataset.facet = facet.key;
  details.dataset.kind = facet.kind;
  return details;
}

function body(facet, state, change) {
  const chosen = state.filters[facet.key] ?? [];
  const rows = (facet.ranges ?? []).map((range) => rangeRow(facet, range, state, change));
  if (facet.kind === "price") return [rows.length > 1 && h("ul.facet-values", rows), priceRange(facet, state, change)];
  if (facet.kind === "category" && facet.values.some((value) => value.level > 0)) return tree(facet, chosen, state, change);
  // A scale is cut into ranges; what was chosen by value stays in sight.
  if (rows.length > 0) return h("ul.facet-values", rows, facet.values.filter((value) => chosen.includes(value.value)).map((value) => valueRow(facet, value, true, state, change)));
  return values(facet, chosen, state, change);
}

function rangeRow(facet, range, state, change) {
  const box = h("input", { type: "checkbox", checked: range.selected, onchange: () => change(toggledRange(state, facet.key, range)) });
  const row = h("li", h("label.facet-value", box, h("span.facet-label", rangeLabel(facet, range)), h("em", number(range.count))));
  row.dataset.testid = "facet-range";
  row.dataset.value = `${range.from ?? ""}..${range.to ?? ""}`;
  return row;
}

// Where the shopper is in the tree: the way down, what lies below, what lies beside. One category at a time.
function tree(facet, chosen, state, change) {
  const top = Math.min(...facet.values.map((value) => value.level));
  const rows = facet.values.slice(0, MOST_VALUES).map((value) => {
    const row = valueRow(facet, value, chosen.includes(value.value), state, change, inCategory);
    row.style.setProperty("--level", String(value.level - top));
    if (value.selected) row.querySelector("label").setAttribute("aria-current", "true");
    return row;
  });
  return h("ul.facet-values.facet-tree", rows);
}

function values(facet, chosen, state, change) {
  const list = h("ul.facet-values");
  const draw = () => {
    const all = unfolded.has(facet.key);
    const ordered = [...facet.values].sort((a, b) => chosen.includes(b.value) - chosen.includes(a.value));
    const shown = ordered.slice(0, all ? MOST_VALUES : FIRST_VALUES);
    list.replaceChildren(...shown.map((value) => valueRow(facet, value, chosen.includes(value.value), state, change)));
    const hidden = Math.min(ordered.length, MOST_VALUES) - shown.length;
    if (hidden <= 0 && !all) return;
    list.append(h("li", h("button.link", {
      type: "button",
      onclick: () => {
        if (all) unfolded.delete(facet.key);
        else unfolded.add(facet.key);
        draw();
      },
    }, all ? t("listing.values.less") : t("listing.values.more", { n: number(hidden) }))));
  };
  draw();
  return list;
}

function valueRow(facet, value, checked, state, change, choose = toggled) {
  const box = h("input", {
    type: "checkbox",
    checked,
    onchange: () => change(choose(state, facet.key, value.value), box.checked ? { facet: facet.key, value: value.value, label: value.label } : undefined),
  });
  const row = h("li", h(value.affinity > 0 ? "label.facet-value.liked" : "label.facet-value",
    box, swatch(facet, value), h("span.facet-label", lastSegment(value.label)), h("em", number(value.count))));
  row.dataset.testid = "facet-value";
  row.dataset.value = value.value;
  return row;
}

function chip(label, remove) {
  return h("button.chip", { type: "button", "aria-label": t("listing.remove", { label }), onclick: remove, dataset: { testid: "chip" } }, label, icon("close", 14));
}

function title(facet) {
  return ["category", "brand", "price"].includes(facet.key) ? t(`facet.${facet.key}`) : facet.label;
}

const lastSegment = (label) => label.split(" > ").at(-1);
