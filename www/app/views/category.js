// A category: the shop's own list, put in order for this person.

import { fromHit } from "../card.js";
import { h } from "../dom.js";
import { number, t } from "../i18n.js";
import { Listing } from "../listing.js";
import * as person from "../person.js";
import { picture } from "../picture.js";
import { hasRanges } from "../ranges.js";
import { listingState, toCategory } from "../router.js";
import * as shop from "../shop.js";
import { byAffinity } from "../taste.js";
import { crumbs, emptyState } from "./parts.js";

// How many candidates of the shop's list are ranked together; the mark for `rank` is set on 200.
const WINDOW = 200;
// How long a reload with a range in its address waits before the shop answers without it.
const ENGINE_MS = 5_000;

export async function category({ key, params }, app) {
  const { categories } = await shop.categories();
  const trail = shop.categoryTrail(categories, key);
  const node = trail.at(-1);
  if (!node) return { title: t("listing.empty"), node: emptyState("box", t("listing.empty"), "", { href: "#/", label: t("nav.home") }) };

  const listing = new Listing({
    base: toCategory(key),
    state: listingState(params),
    setAddress: app.setAddress,
    list: key,
    empty: () => emptyState("filter", t("search.none"), t("search.none.hint")),
    source: {
      load: async (state, offset) => {
        // The shop's own list knows no ranges of numbers.
        if (hasRanges(state)) await person.answering(ENGINE_MS);
        const answer = hasRanges(state) ? person.search({ ...query(node, state), sort: state.sort, offset, limit: WINDOW }) : null;
        if (answer) return { total: answer.total, cards: answer.hits.map(fromHit), facets: answer.facets };
        return shop.products({ ...state, text: "", category: key, offset, limit: WINDOW, facets: offset === 0 });
      },
      arrange: person.rank,
      facets: (state) => person.facets(query(node, state))?.filter((facet) => facet.key !== "category") ?? null,
    },
  });
  person.observe("view_category", { facet: "category", value: node.value }, node.label);

  const below = h("ul.subcategories", { "aria-label": t("listing.subcategories") });
  const drawBelow = () => below.replaceChildren(...byAffinity(node.children).map(subcategory));
  drawBelow();
  const settle = await listing.start();
  return {
    title: node.label,
    node: h("div.page.category-page", crumbs(trail), h("h1", node.label), node.children.length > 1 && below, listing.element),
    shown: settle,
    refresh: () => (drawBelow(), listing.refresh()),
    leave: () => listing.leave(),
  };
}

function query(node, state) {
  return { filters: { ...state.filters, category: [node.value] }, ranges: state.ranges, price_min: state.price_min, price_max: state.price_max };
}

function subcategory(node) {
  return h("li", h("a.subcategory", { href: toCategory(node.key) },
    picture({ image: node.image, label: node.label, title: node.label }, { size: 64 }),
    h("span", node.label, h("em", number(node.count)))));
}
