// The demo shop: starts, and shows one page at a time.

import { announce, fill, h } from "./dom.js";
import { applyTheme, header } from "./header.js";
import { consentBanner } from "./consent.js";
import { isCurrency, setLanguage, t } from "./i18n.js";
import { setLead } from "./lead.js";
import { currentToken } from "./login.js";
import { panel } from "./panel.js";
import * as person from "./person.js";
import { parse } from "./router.js";
import { searchBox } from "./search-box.js";
import * as shop from "./shop.js";
import { onStore, settings } from "./stores.js";
import { setTree } from "./suggestions.js";
import { skeletonTile } from "./tile.js";
import { account } from "./views/account.js";
import { cart } from "./views/cart.js";
import { category } from "./views/category.js";
import { departments, home } from "./views/home.js";
import { emptyState } from "./views/parts.js";
import { product } from "./views/product.js";
import { search } from "./views/search.js";

const VIEWS = { home, departments, category, search, product, cart, account };

// The first page waits this long for the engine, so that most visits see their own order at once and
// a slow network still sees the shop's.
const ENGINE_PATIENCE = 400;
const SKELETON_AFTER = 150;

let page = {};
let shownAddress = null;
let navigation = 0;
let head;
let side;
let box;
const scrolls = new Map();

const main = h("main", { id: "main", tabIndex: -1 });
const app = {
  navigate: (address) => (location.hash === address ? show() : (location.hash = address)),
  setAddress(address) {
    shownAddress = address;
    history.pushState(null, "", address);
  },
  setSearchText: (text) => box.setText(text),
  openPanel: () => side.open(),
};

applyTheme();
history.scrollRestoration = "manual";
person.setTokenSource(currentToken);
person.onPerson(refresh);
onStore((name) => {
  if (name === "cart") head?.drawCount();
  if (name === "theme") applyTheme();
  if (name === "consent") document.querySelector(".consent-banner")?.remove();
  page.stored?.(name);
});
addEventListener("hashchange", show);
addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName)) return;
  event.preventDefault();
  box.focus();
});
// Another tab decided about consent: this one must not learn on.
addEventListener("storage", (event) => event.key === "kopfregal.consent" && void person.setConsent(settings.consent() ?? "off"));
start();

async function start() {
  const root = document.getElementById("app");
  let catalogues;
  try {
    ({ catalogues } = await shop.catalogues());
  } catch (error) {
    return fill(root, emptyState("box", t("error.title"), error.message));
  }
  const wanted = [settings.language(), navigator.language?.slice(0, 2), "de"];
  const code = wanted.find((one) => catalogues.some(({ language }) => language === one)) ?? catalogues[0]?.language ?? "en";
  const catalogue = catalogues.find(({ language }) => language === code) ?? {};
  setLanguage(code, catalogue.currency);
  void person.open();

  const { categories } = await shop.categories().catch(() => ({ categories: [] }));
  setTree(categories);
  box = searchBox(app.navigate);
  head = header({
    search: box,
    languages: catalogues.map(({ language }) => language),
    language: code,
    setLanguage: switchLanguage,
    categories,
    synthetic: catalogue.synthetic === true,
    name: catalogue.name ?? "",
  });
  side = panel();
  fill(root, head.element, h("div.stage", main, side.element), side.button, consentBanner());
  await person.opened(ENGINE_PATIENCE);
  // A feed whose prices name no currency got one when its pack was built.
  if (!isCurrency(catalogue.currency)) setLanguage(code, person.catalogue()?.currency);
  await show();
}

async function switchLanguage(code) {
  settings.setLanguage(code);
  page.leave?.();
  page = {};
  side.destroy();
  shownAddress = null;
  // Keys of categories and ids of products are the same in every language, so the address stays.
  // Chosen filters may be labels of the old language: they go.
  history.replaceState(null, "", location.hash.replace(/\?.*/s, ""));
  await start();
}

async function show() {
  if (location.hash === shownAddress) return;
  if (shownAddress !== null) scrolls.set(shownAddress, scrollY);
  page.leave?.();
  page = {};
  const mine = ++navigation;
  const address = location.hash;
  shownAddress = address;
  const route = parse(address);
  const skeleton = setTimeout(() => mine === navigation && fill(main, loading()), SKELETON_AFTER);
  let next;
  try {
    next = await VIEWS[route.view](route, app);
  } catch (error) {
    next = failed(error);
  } finally {
    clearTimeout(skeleton);
  }
  if (mine !== navigation) return next.leave?.();
  page = next;
  if (route.view !== "search") box.setText("");
  document.title = next.title ? `${next.title} – Kopfregal` : `Kopfregal – ${t("shop.claim")}`;
  fill(main, next.node);
  scrollTo(0, scrolls.get(address) ?? 0);
  // Whoever followed a link that is gone now goes on from the top of the page, not of the document.
  if (document.activeElement === document.body) main.focus({ preventScroll: true });
  next.shown?.();
  if (next.title) announce(next.title);
}

/** Everything on the page that depends on the person, in its new order when this returns. */
function refresh() {
  page.refresh?.();
  head?.drawDepartments();
}

function loading() {
  return h("div.page", { "aria-busy": "true" }, h("div.skeleton-title"), h("ul.tiles", Array.from({ length: 8 }, skeletonTile)));
}

function failed(error) {
  console.warn(`Shop: ${error?.code ?? error?.name}: ${error?.message}`);
  setLead(undefined);
  const again = h("button.button.primary", { type: "button", onclick: () => { shownAddress = null; void show(); } }, t("error.retry"));
  const node = emptyState("box", t("error.title"), error.message);
  node.append(again);
  return { title: t("error.title"), node };
}
