// The cart: quantities, total, order.

import { effectivePrice, tierPrice, toItem } from "../card.js";
import { announce, fill, h } from "../dom.js";
import { price, t } from "../i18n.js";
import { icon } from "../icons.js";
import { setLead } from "../lead.js";
import * as person from "../person.js";
import { picture } from "../picture.js";
import { quantityField } from "../quantity.js";
import { toProduct } from "../router.js";
import * as shop from "../shop.js";
import { cart as store, orders } from "../stores.js";
import { emptyState, shelf } from "./parts.js";

export async function cart() {
  const body = h("div");
  const also = shelf(t("cart.also"), { list: "cart" });
  let accessories = [];
  let shown = "";

  // Lines are drawn anew only when their set changes, so that a quantity field keeps its focus.
  function draw() {
    const ids = store.lines().map((line) => line.card.id).join("\n");
    if (ids !== shown || ids === "") {
      shown = ids;
      fill(body, ids === "" ? emptyState("cart", t("cart.empty"), t("cart.empty.hint"), { href: "#/", label: t("cart.continue") }) : filled(draw, done));
      also.element.hidden = ids === "";
    }
    drawTotals(body);
  }

  function done(order) {
    shown = "ordered";
    also.element.hidden = true;
    fill(body, emptyState("check", t("cart.ordered", { number: order.number }), t("cart.ordered.hint"), { href: "#/account", label: t("nav.account") }));
    body.firstElementChild.dataset.testid = "ordered";
    announce(t("cart.ordered", { number: order.number }));
  }

  const refresh = () => {
    const inCart = new Set(store.lines().map((line) => line.card.id));
    if (inCart.size === 0) return;
    const fitting = person.recommend("complement", { items: [...inCart], limit: 8 });
    also.set(fitting?.length > 0 ? fitting : person.rank(accessories.filter((card) => !inCart.has(card.id))).slice(0, 8));
  };
  draw();
  accessories = await fitting(store.lines());
  refresh();
  setLead(undefined);
  return { title: t("cart.title"), node: h("div.page.cart-page", h("h1", t("cart.title")), body, also.element), refresh, stored: (name) => name === "cart" && shown !== "ordered" && draw() };
}

function filled(draw, done) {
  const lines = store.lines();
  return h("div.cart",
    h("ul.cart-lines", lines.map((line) => cartLine(line, draw))),
    h("aside.cart-sum",
      h("dl",
        h("div", h("dt", t("cart.subtotal")), h("dd", { dataset: { part: "subtotal" } })),
        h("div", h("dt", t("cart.shipping")), h("dd", t("cart.shipping.free"))),
        h("div.total", h("dt", t("cart.total")), h("dd", { dataset: { part: "total", testid: "cart-total" } }))),
      h("p.cart-open", { dataset: { part: "open" } }),
      h("button.button.primary", { type: "button", dataset: { testid: "order" }, onclick: () => done(order()) }, t("cart.order")),
      h("p.cart-note", t("cart.checkout.note"))));
}

function cartLine({ card, quantity }, draw) {
  const field = quantityField(quantity, (value) => {
    store.setQuantity(card.id, value);
    draw();
  });
  return h("li.cart-line", { dataset: { id: card.id, testid: "cart-line" } },
    h("a", { href: toProduct(card.id), tabIndex: -1, "aria-hidden": "true" }, picture(card, { eager: true, size: 96 })),
    h("div.cart-line-text",
      h("a", { href: toProduct(card.id) }, card.title),
      h("small", [card.brand, card.mpn && `${t("tile.number")} ${card.mpn}`].filter(Boolean).join(" · "))),
    field.element,
    h("div.cart-line-price", h("b", { dataset: { part: "line" } }), h("small", { dataset: { part: "each" } })),
    h("button.quiet", {
      type: "button",
      "aria-label": t("cart.remove", { title: card.title }),
      onclick: () => {
        store.remove(card.id);
        person.observe("remove_from_cart", { items: [toItem(card, quantity)] }, card.title);
        announce(t("cart.undo"));
        draw();
      },
    }, icon("trash")));
}

function drawTotals(body) {
  const lines = store.lines();
  const { total, open } = sum(lines);
  for (const { card, quantity } of lines) {
    const row = [...body.querySelectorAll(".cart-line")].find((one) => one.dataset.id === card.id);
    const each = tierPrice(card, quantity);
    if (!row) continue;
    row.querySelector("[data-part=line]").textContent = each === null ? t("price.none") : price(each * quantity);
    row.querySelector("[data-part=each]").textContent = each !== null && quantity > 1 ? `${price(each)} ${t("product.each")}` : "";
  }
  for (const part of body.querySelectorAll("[data-part=subtotal], [data-part=total]")) part.textContent = price(total);
  const note = body.querySelector("[data-part=open]");
  if (note) note.textContent = open > 0 ? t("cart.open", { n: open }) : "";
}

function sum(lines) {
  let total = 0;
  let open = 0;
  for (const { card, quantity } of lines) {
    const each = tierPrice(card, quantity);
    if (each === null) open += 1;
    else total += each * quantity;
  }
  return { total, open };
}

function order() {
  const lines = store.lines();
  const placed = orders.place(lines, sum(lines).total);
  store.clear();
  person.observe("purchase", { items: lines.map(({ card, quantity }) => toItem({ ...card, price: tierPrice(card, quantity) ?? effectivePrice(card), sale_price: null }, quantity)) }, placed.number);
  return placed;
}

async function fitting(lines) {
  const found = new Map();
  for (const { card } of lines.slice(-3)) {
    const full = await shop.product(card.id).catch(() => null);
    for (const one of full?.accessories ?? []) found.set(one.id, one);
  }
  return [...found.values()];
}
