// What the search box offers: options from the engine's suggestions or from the shop's own search.

import { fromHit, toItem } from "./card.js";
import { h, highlighted, highlightWords } from "./dom.js";
import { number, t } from "./i18n.js";
import { icon } from "./icons.js";
import * as person from "./person.js";
import { picture } from "./picture.js";
import { toCategory, toProduct, toSearch } from "./router.js";
import * as shop from "./shop.js";
import { priceOf } from "./tile.js";

let tree = [];
/** The category tree, by which a suggested category finds its page. */
export const setTree = (categories) => (tree = categories);

/** Options for the engine's answer to `text`. */
export function optionsFor(answer, text) {
  const recent = text.trim() === "" ? answer.recent ?? [] : [];
  const groups = [
    { name: "recent", title: t("search.recent"), options: recent.map((one) => termOption(one.text, one.highlights, "clock")) },
    {
      name: "completions",
      title: t("search.completions"),
      options: (answer.completions ?? []).map((one) => termOption(one.text, one.highlights, "search")),
    },
    { name: "categories", title: t("search.categories"), options: (answer.categories ?? []).map((one) => categoryOption(one, text)) },
    { name: "brands", title: t("search.brands"), options: (answer.brands ?? []).map((one) => brandOption(one, text)) },
    { name: "products", title: t("search.products"), options: (answer.products ?? []).map((hit) => productOption(fromHit(hit), hit)) },
  ].filter((group) => group.options.length > 0);
  return { groups, nothing: text.trim() === "" ? "" : nothing(text) };
}

/** Options from the shop's own search, for a shop that is on its own. */
export async function shopOptions(text) {
  const { cards } = await shop.products({ text, limit: 6 });
  const options = cards.map((card) => productOption(card, null, text));
  const groups = options.length > 0 ? [{ name: "products", title: t("search.products"), options }] : [];
  return { groups, nothing: nothing(text) };
}

function termOption(text, highlights, symbol) {
  const element = option(toSearch(text), "term", icon(symbol, 16), h("span", highlighted(text, highlights)));
  return { element, search: text, completes: text, address: toSearch(text) };
}

/** Address of a suggested category. */
export function categoryLink({ value, path }) {
  const node = shop.categoryByValue(tree, value) ?? shop.categoryByValue(tree, path);
  return node ? toCategory(node.key) : toSearch("", { category: [value] });
}

function categoryOption(category, text) {
  const { value, label, path, count } = category;
  const address = categoryLink(category);
  const parents = (path || value).split(" > ").slice(0, -1).join(" › ");
  const element = option(address, "facet",
    h("span", highlightWords(label, text), parents && h("small", parents)), h("em", number(count)));
  return { element, address };
}

function brandOption({ value, label, count }, text) {
  const address = toSearch("", { brand: [value] });
  const element = option(address, "facet", h("span", highlightWords(label, text)), h("em", number(count)));
  return { element, address, chosen: () => person.observe("select_filter", { facet: "brand", value }, label) };
}

function productOption(card, hit, text = "") {
  const address = toProduct(card.id);
  const element = option(address, "product",
    picture(card, { eager: true, size: 56 }),
    h("span.search-product",
      h("span.search-product-title", hit ? highlighted(card.title, hit.title_highlights) : highlightWords(card.title, text)),
      h("small", card.brand, card.brand && card.mpn && " · ", card.mpn && h("span.number", hit ? highlighted(card.mpn, hit.mpn_highlights) : highlightWords(card.mpn, text))),
    ),
    priceOf(card),
  );
  element.dataset.testid = "suggested-product";
  element.dataset.id = card.id;
  return { element, address, chosen: () => person.observe("select_item", { items: [toItem(card)], item_list_id: "suggestions" }, card.title) };
}

function option(href, kind, ...children) {
  // Out of the tab order: the arrow keys reach options, as in every combobox.
  return h(`a.search-option.is-${kind}`, { role: "option", href, "aria-selected": "false", tabIndex: -1 }, ...children);
}

const nothing = (text) => t("search.nothing", { text: text.length > 40 ? `${text.slice(0, 40)}…` : text });
