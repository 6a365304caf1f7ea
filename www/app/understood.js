// What the engine understood of the search text: chips that take a part of it back, and what it could not hold to.

import { h } from "./dom.js";
import { price, t } from "./i18n.js";
import { icon } from "./icons.js";

/** Chips of what filters by the text, each of which takes its part back. */
export function understoodChips(understood, state, change) {
  const filters = understood.filter(({ role }) => role === "filter");
  if (filters.length === 0) return [];
  const group = h("div.chips.understood", { role: "group", "aria-label": t("understood.label"), dataset: { testid: "understood" } },
    h("span.understood-title", { "aria-hidden": "true" }, t("understood.title")),
    filters.map((entry) => {
      const label = labelOf(entry);
      const refuse = async () => {
        await change({ ...state, refused: [...(state.refused ?? []), state.text.slice(...entry.range)] });
        // The chip is gone; whoever uses the keyboard goes on beside it.
        document.querySelector("[data-testid=understood-chip], [data-testid=sort]")?.focus();
      };
      return h("button.chip", { type: "button", "aria-label": t("understood.remove", { label }), onclick: refuse, dataset: { testid: "understood-chip" } }, label, icon("close", 14));
    }));
  return [group];
}

/** Says what the list does not hold to, because nothing does. */
export function relaxedHint(understood) {
  return understood.filter(({ role }) => role === "relaxed").map((entry) => t(entry.kind === "price" ? "understood.relaxed.price" : "understood.relaxed", { label: labelOf(entry) })).join(" ");
}

function labelOf({ kind, value, min, max, negated }) {
  if (kind === "price") {
    if (min === null) return t("understood.max", { max: price(max) });
    return max === null ? t("understood.min", { min: price(min) }) : t("understood.between", { min: price(min), max: price(max) });
  }
  const label = value.split(" > ").at(-1);
  if (!negated) return label;
  return t(kind === "word" ? "understood.without" : "understood.not", { label });
}
