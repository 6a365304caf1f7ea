// A product as a tile of a list.

import { toItem, effectivePrice } from "./card.js";
import { h } from "./dom.js";
import { delivery, price, t, number } from "./i18n.js";
import { icon } from "./icons.js";
import * as person from "./person.js";
import { picture } from "./picture.js";
import { toProduct } from "./router.js";
import { cart, wishes } from "./stores.js";

/** A tile. Its buttons teach the engine; lists re-order in the same task. */
export function tile(card, { list = "list", eager = false, dismissible = true } = {}) {
  const wished = wishes.has(card.id);
  const wish = h("button.tile-wish", {
    type: "button",
    "aria-pressed": String(wished),
    "aria-label": t(wished ? "tile.unwish" : "tile.wish", { title: card.title }),
    onclick: () => toggleWish(card, wish),
  }, icon("heart", 18));
  wish.dataset.testid = "tile-wish";

  const buyable = card.availability !== "out_of_stock";
  const add = h("button.tile-add", {
    type: "button",
    "aria-label": t("tile.cart", { title: card.title }),
    disabled: !buyable,
    onclick: () => {
      addToCart(card, 1);
      flash(add);
    },
  }, icon("cart", 18), icon("check", 18));
  add.dataset.testid = "tile-add";

  const dismiss = dismissible && h("button.tile-dismiss", {
    type: "button",
    "aria-label": t("tile.dismiss", { title: card.title }),
    title: t("tile.dismiss", { title: card.title }),
    onclick: () => person.observe("dismiss_item", { items: [toItem(card)] }, card.title),
  }, icon("hide", 16));

  return h("li.tile", { dataset: { testid: "tile" } },
    h("a.tile-link", {
      href: toProduct(card.id),
      onclick: () => person.observe("select_item", { items: [toItem(card)], item_list_id: list }, card.title),
    },
      picture(card, { eager }),
      h("div.tile-text",
        card.brand && h("span.tile-brand", card.brand),
        h("span.tile-title", { title: card.title }, card.title),
        card.mpn && h("span.tile-number", `${t("tile.number")} ${card.mpn}`),
        stars(card),
      ),
    ),
    h("div.tile-foot", h("div", priceOf(card), stock(card)), add),
    h("div.tile-tools", wish, dismiss),
  );
}

/** A tile's outline while its list loads. */
export const skeletonTile = () =>
  h("li.tile.skeleton", { "aria-hidden": "true" }, h("div.picture"), h("div.tile-text", h("i"), h("i"), h("i")));

/** The price with the former one where reduced. */
export function priceOf(card) {
  const now = effectivePrice(card);
  if (now === null) return h("div.price.none", t("price.none"));
  const reduced = card.sale_price !== null && card.price !== null && card.sale_price < card.price;
  return h(reduced ? "div.price.reduced" : "div.price",
    h("b", price(now)),
    reduced && h("s", { "aria-label": t("price.was", { price: price(card.price) }) }, price(card.price)),
  );
}

/** Stock and delivery in one line. */
export function stock(card) {
  const days = card.availability === "in_stock" ? delivery(card.delivery_days) : "";
  return h(`div.stock.${card.availability}`, h("span", t(`stock.${card.availability}`)), days && h("span.days", days));
}

/** Stars, when the feed has a rating. */
export function stars(card) {
  if (!card.rating || !card.reviews) return null;
  const label = `${t("rating", { rating: number(card.rating) })}, ${t("rating.reviews", { n: number(card.reviews) })}`;
  return h("span.stars", { role: "img", "aria-label": label },
    h("span.stars-scale", h("span.stars-fill", { style: { width: `${(card.rating / 5) * 100}%` } })),
    h("span.stars-count", `(${number(card.reviews)})`),
  );
}

/** Adds to the cart and tells the engine. */
export function addToCart(card, quantity) {
  cart.add(card, quantity);
  person.observe("add_to_cart", { items: [toItem(card, quantity)] }, card.title);
}

/** Saves or un-saves `card`; saving teaches, taking back does not. */
export function toggleWish(card, button) {
  const wished = !wishes.has(card.id);
  if (wished) wishes.add(card.id);
  else wishes.remove(card.id);
  button.setAttribute("aria-pressed", String(wished));
  if (button.classList.contains("tile-wish")) button.setAttribute("aria-label", t(wished ? "tile.unwish" : "tile.wish", { title: card.title }));
  if (wished) person.observe("add_to_wishlist", { items: [toItem(card)] }, card.title);
}

/** Marks on tiles what moved them to the front. Runs after the frame: it explains, it does not order. */
export function markReasons(grid, cards) {
  const byId = new Map(cards.slice(0, 24).map((card) => [card.id, card]));
  grid.each((element, id) => {
    element.querySelector(".tile-why")?.remove();
    const card = byId.get(id);
    const labels = card ? strongestReasons(card) : [];
    if (labels.length === 0) return;
    const text = t("why.tooltip", { labels: labels.join(", ") });
    const why = h("span.tile-why", { title: text, role: "img", "aria-label": text }, icon("spark", 14), h("span.tile-why-text", labels.join(" · ")));
    why.dataset.testid = "tile-why";
    element.append(why);
  });
}

// Below this contribution (log-odds) a reason is noise that a shopper would not recognise.
const NOTABLE = 0.05;

function strongestReasons(card) {
  const parts = (card.reasons ?? person.explain(card)?.parts ?? [])
    .filter((part) => (part.kind === "affinity" || part.kind === "item") && part.contribution > NOTABLE)
    .sort((a, b) => b.contribution - a.contribution);
  return [...new Set(parts.map((part) => (part.kind === "item" ? t("why.item") : lastSegment(part.label || part.value))))].slice(0, 2);
}

const lastSegment = (label) => label.split(" > ").at(-1);

function flash(button) {
  button.classList.add("done");
  setTimeout(() => button.classList.remove("done"), 1_400);
}
