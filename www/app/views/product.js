// A product page: picture, price, stock, cart, data, and what belongs to it.

import { effectivePrice, toItem } from "../card.js";
import { fill, h } from "../dom.js";
import { noteFacets } from "../facet-names.js";
import { number, price, t } from "../i18n.js";
import { icon } from "../icons.js";
import { setLead } from "../lead.js";
import * as person from "../person.js";
import { picture } from "../picture.js";
import { quantityField } from "../quantity.js";
import { toSearch } from "../router.js";
import * as shop from "../shop.js";
import { recent, wishes } from "../stores.js";
import { addToCart, priceOf, stars, stock, toggleWish } from "../tile.js";
import { variantChoice } from "../variants.js";
import { crumbs, emptyState, shelf } from "./parts.js";

export async function product({ id }) {
  const [{ categories }, card] = await Promise.all([shop.categories(), shop.product(id).catch(unlessMissing)]);
  if (!card) return { title: t("product.gone"), node: emptyState("box", t("product.gone"), t("product.gone.hint"), { href: "#/", label: t("nav.home") }) };

  const trail = shop.categoryTrail(categories, card.category_key);
  const leaf = trail.at(-1);
  const similarCards = (await alike(card, leaf)).filter((one) => one.id !== card.id);
  noteFacets(card.attributes);
  recent.add(card);
  person.observe("view_item", { items: [toItem(card)] }, card.title);

  const accessories = shelf(t("product.accessories"), { list: "accessories" });
  const spareParts = shelf(t("product.spare_parts"), { list: "spare_parts" });
  const similar = shelf(t("product.similar", { category: leaf?.label ?? card.brand }), { list: "similar" });
  const wanted = {};
  const choice = h("div.choice", ["cheaper", "in_stock", "faster"].map((wish) => wishButton(wish, wanted, () => refresh())));
  choice.dataset.testid = "alternatives-choice";
  similar.element.firstElementChild.append(choice);
  const refresh = () => {
    const fitting = person.recommend("complement", { items: [card.id], exclude: card.spare_parts.map((one) => one.id), limit: 12 });
    const isKnown = fitting !== null && fitting.length > 0;
    accessories.set(isKnown ? fitting : person.rank(card.accessories), t(isKnown ? "product.complements" : "product.accessories"));
    spareParts.set(person.rank(card.spare_parts));
    const others = person.recommend("alternative", { items: [card.id], limit: 12, ...wanted });
    choice.hidden = others === null;
    const ranked = others ?? person.rank(similarCards).slice(0, 12);
    similar.set(ranked, others && t("product.alternatives"));
    // With a wish that nothing meets, the way back must stay.
    similar.element.hidden = ranked.length === 0 && Object.keys(wanted).length === 0;
    setLead(ranked[0]);
  };
  refresh();

  return {
    title: card.title,
    node: h("div.page.product-page", { dataset: { testid: "product", id: card.id } },
      crumbs(trail, { linkLast: true }),
      h("div.product-top",
        h("div.product-picture", picture(card, { eager: true, size: 720 })),
        h("div.product-main",
          card.brand && h("a.product-brand", { href: toSearch("", { brand: [card.brand] }) }, card.brand),
          h("h1", card.title),
          h("div.product-numbers",
            card.mpn && h("span", t("product.mpn"), " ", h("b", { dataset: { testid: "mpn" } }, card.mpn)),
            stars(card)),
          variantChoice(card),
          keyFacts(card),
        ),
        buyBox(card),
      ),
      h("div.product-more",
        card.attributes.length > 0 && data(card),
        card.description && h("section.description", h("h2", t("product.description")), h("p", card.description)),
      ),
      accessories.element, spareParts.element, similar.element,
    ),
    refresh,
  };
}

function wishButton(wish, wanted, changed) {
  const button = h("button.chip", { type: "button", "aria-pressed": "false" }, t(`alternatives.${wish}`));
  button.dataset.wish = wish;
  button.onclick = () => {
    if (wanted[wish]) delete wanted[wish];
    else wanted[wish] = true;
    button.setAttribute("aria-pressed", String(wish in wanted));
    changed();
  };
  return button;
}

function buyBox(card) {
  const buyable = card.availability !== "out_of_stock";
  const each = h("div.buy-each");
  const quantity = quantityField(1, drawPrice);
  const add = h("button.button.primary.buy", {
    type: "button",
    disabled: !buyable,
    onclick: () => {
      addToCart(card, quantity.value());
      fill(add, icon("check"), t("product.added"));
      setTimeout(() => fill(add, icon("cart"), t("product.add")), 1_600);
    },
  }, buyable && icon("cart"), t(buyable ? "product.add" : "product.unavailable"));
  add.dataset.testid = "add-to-cart";
  const wished = wishes.has(card.id);
  const wish = h("button.button.wish", { type: "button", "aria-pressed": String(wished) }, icon("heart"), h("span", t(wished ? "product.wished" : "product.wish")));
  wish.onclick = () => {
    toggleWish(card, wish);
    wish.querySelector("span").textContent = t(wish.getAttribute("aria-pressed") === "true" ? "product.wished" : "product.wish");
  };

  function drawPrice(count) {
    const tier = activeTier(card, count);
    fill(each, tier ? h("div.price", h("b", price(tier.price)), h("small", t("product.each"))) : priceOf(card));
    for (const row of tiers?.querySelectorAll("tr") ?? []) row.classList.toggle("active", Number(row.dataset.from) === (tier?.min_quantity ?? 1));
  }
  const tiers = tierTable(card);
  drawPrice(1);
  return h("aside.buy-box", each, effectivePrice(card) !== null && h("p.vat", t("product.vat")),
    h("div.buy-stock", icon("truck", 18), stock(card)), tiers,
    buyable && h("div.buy-row", h("span.field-label", t("product.quantity")), quantity.element), add, wish);
}

function tierTable(card) {
  const now = effectivePrice(card);
  if (card.price_tiers.length === 0 || now === null) return null;
  const rows = [{ min_quantity: 1, price: now }, ...card.price_tiers];
  return h("table.tiers", h("caption", t("product.tiers")), h("tbody", rows.map((tier) =>
    h("tr", { dataset: { from: String(tier.min_quantity) } },
      h("td", t("product.tier", { n: number(tier.min_quantity) })), h("td", price(tier.price)),
      h("td", tier.price < now ? `−${Math.round((1 - tier.price / now) * 100)} %` : "")))));
}

const activeTier = (card, count) => card.price_tiers.filter((tier) => count >= tier.min_quantity).at(-1);

function keyFacts(card) {
  // What the choice of a variant already says is not said twice.
  const chosen = new Set(card.variants.flatMap(({ differs }) => differs.map(({ key }) => key)));
  const facts = card.attributes.filter(({ key }) => !chosen.has(key)).slice(0, 5);
  if (facts.length === 0) return null;
  return h("ul.key-facts", facts.map((one) => h("li", h("span", one.label), h("b", one.value))));
}

function data(card) {
  const rows = [
    ...card.attributes.slice(0, 120).map((one) => [one.label, one.value]),
    card.brand && [t("product.brand"), card.brand],
    card.mpn && [t("product.mpn"), card.mpn],
    card.gtin && [t("product.gtin"), card.gtin],
  ].filter(Boolean);
  return h("section", h("h2", t("product.details")), h("dl.data", rows.map(([name, value]) => h("div", h("dt", name), h("dd", value)))));
}

/** Others of its category; a catalogue without categories has at least brands. */
async function alike(card, leaf) {
  if (!leaf && !card.brand) return [];
  const query = leaf ? { category: leaf.key } : { filters: { brand: [card.brand] } };
  return (await shop.products({ ...query, limit: 60 })).cards;
}

function unlessMissing(error) {
  if (error.status === 404) return null;
  throw error;
}
