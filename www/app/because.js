// Why a product is recommended, in the shopper's words.

import { h } from "./dom.js";
import { t } from "./i18n.js";

const TEXTS = {
  visit: "because.visit", complement: "because.complement", accessory: "because.accessory",
  alternative: "because.alternative", alike: "because.alike", repurchase: "because.repurchase",
};

/** The line under a recommended product, or "". */
export function because(card) {
  const reason = card.reasons?.[0];
  if (reason?.kind === "rule") return reason.label;
  const text = TEXTS[reason?.kind];
  return text ? t(text, { title: reason.label, days: reason.value }) : "";
}

/** Writes that line into each tile of a grid; a tile stays when its reason changes. */
export function markBecause(grid, cards) {
  const byId = new Map(cards.map((card) => [card.id, because(card)]));
  grid.each((element, id) => {
    const text = byId.get(id) ?? "";
    let line = element.querySelector(".tile-because");
    if (text === "") return void line?.remove();
    if (!line) {
      line = h("p.tile-because");
      line.dataset.testid = "tile-because";
      element.querySelector(".tile-link").after(line);
    }
    line.textContent = text;
    line.title = text;
  });
}
