// The shop's head: name, search, account, cart, departments, language, appearance.

import { h } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { toCategory } from "./router.js";
import { cart, settings } from "./stores.js";
import { byAffinity } from "./taste.js";

const DEPARTMENTS = 10;

/** Builds the head; `languages` are those the shop has catalogues for. */
export function header({ search, languages, language, setLanguage, categories, synthetic, name }) {
  const count = h("span.cart-count", { dataset: { testid: "cart-count" } });
  const drawCount = () => {
    const pieces = cart.count();
    count.textContent = pieces > 999 ? "999+" : String(pieces);
    count.hidden = pieces === 0;
  };
  const departments = h("ul");
  const drawDepartments = () => departments.replaceChildren(
    ...byAffinity(categories).slice(0, DEPARTMENTS).map((node) => h("li", h("a", { href: toCategory(node.key) }, node.label))),
    ...(categories.length > DEPARTMENTS ? [h("li", h("a", { href: "#/departments" }, t("nav.departments")))] : []));
  drawCount();
  drawDepartments();

  const element = h("header.head",
    h("div.notice", h("div.notice-inner",
      h("span", { dataset: { testid: "data-note" } }, t(synthetic ? "shop.synthetic" : "shop.real")),
      h("div.notice-tools", languageSwitch(languages, language, setLanguage), themeButton()))),
    h("div.head-inner",
      h("a.logo", { href: "#/", "aria-label": `Kopfregal, ${t("nav.home")}` }, mark(), h("span", h("b", "Kopfregal"), h("small", synthetic ? t("shop.claim") : name))),
      search.element,
      h("nav.head-links",
        h("a.head-link", { href: "#/account" }, icon("user", 22), h("span", t("nav.account"))),
        h("a.head-link", { href: "#/cart", dataset: { testid: "cart-link" } }, icon("cart", 22), h("span", t("nav.cart")), count))),
    categories.length > 0 && h("nav.department-bar", { "aria-label": t("nav.main") }, departments));

  return { element, drawCount, drawDepartments };
}

function languageSwitch(languages, language, setLanguage) {
  if (languages.length < 2) return null;
  return h("div.language", { role: "group", "aria-label": t("nav.language") }, languages.map((code) =>
    h("button", { type: "button", lang: code, "aria-pressed": String(code === language), dataset: { testid: `language-${code}` }, onclick: () => setLanguage(code) }, code.toUpperCase())));
}

function themeButton() {
  const button = h("button.theme", { type: "button", "aria-label": t("nav.theme"), title: t("nav.theme"), dataset: { testid: "theme" } }, icon("sun", 18), icon("moon", 18));
  button.onclick = () => {
    const next = isDark() ? "light" : "dark";
    settings.setTheme(next);
    applyTheme();
  };
  return button;
}

/** Shows the theme that was chosen; without a choice the system's. */
export function applyTheme() {
  const theme = settings.theme();
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}

const isDark = () => (document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";

function mark() {
  const image = h("img", { alt: "", width: 34, height: 34 });
  image.src = "favicon.svg";
  return image;
}
