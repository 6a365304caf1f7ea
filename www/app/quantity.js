// A number of pieces with buttons for one less and one more.

import { h } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";

const MOST = 9_999;

/** Calls `changed(quantity)` after every change. */
export function quantityField(start, changed) {
  let quantity = start;
  const input = h("input", { type: "text", inputMode: "numeric", value: String(start), "aria-label": t("product.quantity"), onchange: () => set(Number.parseInt(input.value, 10)) });
  input.dataset.testid = "quantity";
  const set = (value) => {
    quantity = Math.min(MOST, Math.max(1, Number.isFinite(value) ? value : quantity));
    input.value = String(quantity);
    changed(quantity);
  };
  const step = (by, name, label) => h("button", { type: "button", "aria-label": label, onclick: () => set(quantity + by) }, icon(name, 16));
  return {
    element: h("div.quantity", step(-1, "minus", "−1"), input, step(1, "plus", "+1")),
    value: () => quantity,
  };
}
