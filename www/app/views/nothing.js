// A search that finds nothing goes on: what may have been meant, the nearest departments, all departments.

import { h } from "../dom.js";
import { t } from "../i18n.js";
import * as person from "../person.js";
import { toCategory, toSearch } from "../router.js";
import * as shop from "../shop.js";
import { categoryLink } from "../suggestions.js";
import { emptyState } from "./parts.js";

/** The page for `state`, of whose text the engine understood `understood`. */
export function nothingFound(state, understood) {
  const narrowed = Object.keys(state.filters).length > 0 || Object.keys(state.ranges ?? {}).length > 0 || understood.some(({ role }) => role === "filter");
  const text = wordsOf(state.text, understood);
  const near = text ? person.suggest(text, { products: 0, completions: 4, categories: 4, brands: 0 }) : null;
  const completions = (near?.completions ?? []).filter((one) => one.text.toLowerCase() !== text.toLowerCase());
  const element = emptyState("search", text ? t("search.none.text", { text }) : t("search.none"), t(narrowed ? "search.none.filters" : "search.none.hint"));
  element.append(
    ...links("meant", t("search.meant"), completions.map((one) => [one.text, toSearch(one.text)])),
    ...links("near", t("search.near"), (near?.categories ?? []).map((one) => [one.label, categoryLink(one)])),
    departments(),
  );
  return element;
}

/** What is looked for, without what was understood beside it. */
function wordsOf(text, understood) {
  const parts = understood.filter(({ kind, negated }) => kind === "price" || negated).map(({ range }) => range).sort((a, b) => b[0] - a[0]);
  for (const [from, to] of parts) text = `${text.slice(0, from)} ${text.slice(to)}`;
  return text.replace(/\s+/g, " ").trim().slice(0, 80);
}

function links(name, title, entries) {
  if (entries.length === 0) return [];
  const list = h("nav.nothing-links", { "aria-label": title, dataset: { testid: `nothing-${name}` } },
    h("strong", title), entries.map(([label, href]) => h("a.chip", { href }, label)));
  return [list];
}

function departments() {
  const place = h("div");
  const show = ({ categories }) => place.replaceChildren(...links("departments", t("nav.departments"), categories.map(({ key, label }) => [label, toCategory(key)])));
  // Without the shop's server there is nothing to list, and the page stands all the same.
  shop.categories().then(show, () => {});
  return place;
}
