// The choice of a variant: one row of values per property in which the variants differ.

import { h } from "./dom.js";
import { t } from "./i18n.js";
import { toProduct } from "./router.js";
import { cssColour } from "./swatch.js";

const MOST_VALUES = 40;

/** Rows of links to the sibling that has a value and else is most like `card`; nothing without siblings. */
export function variantChoice(card) {
  const variants = card.variants.map(({ item_id, item_name, differs }) => ({ id: item_id, title: item_name, values: new Map(differs.map((one) => [one.key, one.value])) }));
  const own = variants.find(({ id }) => id === card.id);
  if (variants.length < 2 || !own) return null;
  const properties = card.variants.find(({ item_id }) => item_id === card.id).differs;
  if (properties.length === 0) return h("div.variant-box", h("span.field-label", t("product.variants")), list(variants.slice(0, MOST_VALUES).map((one) => link(one, one.title, one === own))));
  return h("div.variant-rows", properties.map(({ key, label, value }) => {
    const values = [...new Set(variants.map((one) => one.values.get(key)).filter(Boolean))].slice(0, MOST_VALUES);
    return h("div.variant-box", h("span.field-label", label, ": ", h("b", value)),
      list(values.map((one) => link(nearest(variants, own, key, one), one, one === value, cssColour(one)))));
  }));
}

/** The variant with `value` that shares most other properties with `own`. */
function nearest(variants, own, key, value) {
  const likeness = (one) => [...own.values].filter(([other, mine]) => other !== key && one.values.get(other) === mine).length;
  return variants.filter((one) => one.values.get(key) === value).reduce((best, one) => (likeness(one) > likeness(best) ? one : best));
}

const list = (items) => h("ul.variants", items.map((item) => h("li", item)));

function link(variant, text, current, colour) {
  return h("a.variant", { href: toProduct(variant.id), title: variant.title, "aria-current": current ? "true" : undefined },
    colour && h("span.swatch", { style: { background: colour } }), h("span", text));
}
