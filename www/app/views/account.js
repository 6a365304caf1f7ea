// The account: login, consent, what is known, orders.

import { toItem } from "../card.js";
import { fill, h } from "../dom.js";
import { date, plural, price, t } from "../i18n.js";
import { icon } from "../icons.js";
import { setLead } from "../lead.js";
import { logIn, logOut, CUSTOMERS } from "../login.js";
import * as person from "../person.js";
import { picture } from "../picture.js";
import { toProduct } from "../router.js";
import { orders, settings } from "../stores.js";
import { consentChoice } from "../consent.js";
import { keepingFocus, yourData } from "../your-data.js";

export async function account() {
  const login = h("section.box");
  const consent = h("section.box");
  const known = h("section.box.your-data", { dataset: { testid: "your-data" } });
  const past = h("section.box");
  let tier;

  function refresh() {
    fill(login, loginBox());
    keepingFocus(known, () => fill(known, yourData()));
    fill(past, h("h2", t("account.orders")), pastOrders());
    // Redrawing the radio button under the finger would take its focus away.
    if (tier !== person.consent()) {
      const focused = consent.contains(document.activeElement);
      tier = person.consent();
      fill(consent, h("h2", t("account.consent")), consentChoice());
      if (focused) consent.querySelector("input:checked")?.focus();
    }
  }

  refresh();
  setLead(undefined);
  return { title: t("account.title"), node: h("div.page.account", h("h1", t("account.title")), h("div.account-grid", h("div", login, consent), h("div", known, past))), refresh, stored: refresh };
}

function loginBox() {
  const customer = settings.customer();
  const message = h("p.error", { role: "alert", hidden: true });
  const attempt = async (id) => {
    try {
      await logIn(id);
    } catch (error) {
      message.hidden = false;
      message.textContent = t("account.failed", { reason: error.message });
    }
  };
  if (customer) {
    const synced = ["sync", "contribute"].includes(person.consent());
    return [h("h2", t("account.loggedin", { customer })), h("p", t(synced ? "account.login.hint" : "account.unlinked")),
      h("button.button", { type: "button", dataset: { testid: "logout" }, onclick: logOut }, t("account.logout"))];
  }
  return [h("h2", t("account.login")), h("p", t("account.login.hint")),
    h("div.button-row", CUSTOMERS.map((id) => h("button.button", { type: "button", dataset: { testid: `login-${id}` }, onclick: () => attempt(id) }, icon("user", 18), id))), message];
}

function pastOrders() {
  const all = orders.all();
  if (all.length === 0) return h("p", t("account.orders.none"));
  return h("ul.orders", all.slice(0, 10).map((order) =>
    h("li.order", h("div.order-head", h("b", order.number), h("span", date(order.time)), h("span", plural("listing.count", order.lines.length)), h("b", price(order.total))),
      h("ul", order.lines.map(({ card, quantity }) => orderLine(order, card, quantity))))));
}

function orderLine(order, card, quantity) {
  const returned = order.returned.includes(card.id);
  return h("li.order-line", picture(card, { size: 48 }), h("a", { href: toProduct(card.id) }, quantity > 1 && `${quantity} × `, card.title),
    returned
      ? h("span.fine", t("account.returned"))
      : h("button.link", {
          type: "button",
          dataset: { testid: "return" },
          onclick: () => {
            orders.markReturned(order.number, card.id);
            person.observe("refund", { items: [toItem(card, quantity)] }, card.title);
          },
        }, icon("return", 16), t("account.return")));
}
