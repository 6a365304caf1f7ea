// Filters beside a list: collapsible groups with counts, swatches for colours, a price range, and
// the chips of what is chosen.

import { h } from "./dom.js";
import { number, price, t } from "./i18n.js";
import { icon } from "./icons.js";
import { priceRange } from "./price-range.js";
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
  const usable = facets.filter((facet) => facet.kind === "price" ? facet.max > facet.min : worthShowing(facet, state)).slice(0, MOST_FACETS);
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
  if (state.price_min !== undefined || state.price_max !== undefined) {
    const label = [state.price_min, state.price_max].map((minor) => (minor === undefined ? "…" : price(minor))).join(" – ");
    list.append(chip(label, () => change({ ...state, price_min: undefined, price_max: undefined })));
  }
  if (list.childElementCount > 1) {
    list.append(h("button.link", { type: "button", onclick: () => change({ ...state, filters: {}, price_min: undefined, price_max: undefined }) }, t("listing.filters.clear")));
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

// A group with one value tells nothing apart, unless it is the one that was chosen.
const worthShowing = (facet, state) => facet.values.length > 1 || (facet.values.length === 1 && (state.filters[facet.key] ?? []).length > 0);

function group(facet, at, state, change) {
  const chosen = state.filters[facet.key] ?? [];
  const isOpen = opened.get(facet.key) ?? (at < 5 || chosen.length > 0);
  const details = h("details.facet", { open: isOpen, ontoggle: () => opened.set(facet.key, details.open) },
    h("summary", h("span", title(facet)), chosen.length > 0 && h("em", String(chosen.length)), icon("down", 16)),
    facet.kind === "price" ? priceRange(facet, state, change) : values(facet, chosen, state, change),
  );
  details.dataset.testid = "facet";
  details.dataset.facet = facet.key;
  return details;
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

function valueRow(facet, value, checked, state, change) {
  const box = h("input", {
    type: "checkbox",
    checked,
    onchange: () => change(toggled(state, facet.key, value.value), box.checked ? { facet: facet.key, value: value.value, label: value.label } : undefined),
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
