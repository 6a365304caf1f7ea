// Small pieces that several pages share.

import { markBecause } from "../because.js";
import { h } from "../dom.js";
import { Grid } from "../grid.js";
import { t } from "../i18n.js";
import { icon } from "../icons.js";
import { toCategory } from "../router.js";
import { tile } from "../tile.js";

/** The path to a category; the last one is the page itself unless `linkLast`. */
export function crumbs(trail, { linkLast = false } = {}) {
  const items = [h("li", h("a", { href: "#/" }, t("nav.home")))];
  trail.forEach((node, at) => {
    const isLast = at === trail.length - 1 && !linkLast;
    items.push(h("li", isLast ? h("span", { "aria-current": "page" }, node.label) : h("a", { href: toCategory(node.key) }, node.label)));
  });
  return h("nav.crumbs", { "aria-label": t("crumbs") }, h("ol", items));
}

/** A calm word where a list has nothing. */
export function emptyState(symbol, title, hint, action) {
  return h("div.empty", { dataset: { testid: "empty" } },
    h("span.empty-icon", icon(symbol, 28)), h("h2", title), hint && h("p", hint),
    action && h("a.button.primary", { href: action.href }, action.label));
}

/** A titled row of tiles; `set(cards, title?)` shows other ones, gliding. */
export function shelf(title, { list, hint = "", more, rail = true } = {}) {
  const heading = h("h2", title);
  const note = h("p.shelf-hint", hint);
  const tiles = h(rail ? "ul.tiles.rail" : "ul.tiles.even");
  tiles.dataset.testid = `shelf-${list}`;
  const grid = new Grid(tiles, (card) => tile(card, { list }));
  const element = h("section.shelf", { hidden: true },
    h("div.shelf-head", h("div", heading, note), more && h("a.link", { href: more.href }, more.label, icon("chevron", 16))), tiles);
  return {
    element,
    grid,
    set(cards, newTitle, newHint) {
      element.hidden = cards.length === 0;
      if (newTitle) heading.textContent = newTitle;
      if (newHint !== undefined) note.textContent = newHint;
      note.hidden = note.textContent === "";
      const order = grid.setOrder(cards);
      markBecause(grid, cards);
      return order;
    },
  };
}
