// The home page: sections that lay themselves out for this person.

import { because } from "../because.js";
import { fromHit } from "../card.js";
import { h } from "../dom.js";
import { noteFacets } from "../facet-names.js";
import { number, t } from "../i18n.js";
import { Grid } from "../grid.js";
import { icon } from "../icons.js";
import { setLead } from "../lead.js";
import * as person from "../person.js";
import { picture, standIn } from "../picture.js";
import { toCategory, toSearch } from "../router.js";
import * as shop from "../shop.js";
import { orders, recent } from "../stores.js";
import { byAffinity, categoryScores, favourites, known } from "../taste.js";
import { markReasons } from "../tile.js";
import { shelf } from "./parts.js";

const BESTSELLERS = 160;
const FOR_YOU = 12;
const SHELF = 12;
const FAVOURITES = 10;
// No more than this many of one category among "for you": twelve taps are not a shop.
const PER_CATEGORY = 3;
const DEPARTMENTS = 9;

export async function home(_route, app) {
  const [{ categories }, best] = await Promise.all([shop.categories(), shop.products({ limit: BESTSELLERS, facets: true })]);

  noteFacets(best.facets);
  const forYou = shelf(t("home.bestsellers"), { list: "for_you", rail: false, more: { href: "#/search", label: t("home.more") } });
  const favourite = shelf("", { list: "favourite_category" });
  const seen = shelf(t("home.recent"), { list: "recently_viewed" });
  const next = shelf(t("home.next"), { list: "next" });
  const due = shelf(t("home.due"), { list: "due" });
  const inspiration = shelf(t("home.inspiration"), { list: "inspiration", hint: t("home.inspiration.hint") });
  const departments = h("ul.departments", { dataset: { testid: "departments" } });
  const departmentGrid = new Grid(departments, department);
  const departmentHint = h("p.shelf-hint");
  const brands = h("ul.brands", { dataset: { testid: "brands" } });
  const brandGrid = new Grid(brands, brand);

  function refresh() {
    const personal = known();
    // From the top of the page down: nothing stands on it twice, nor what was sent back.
    const shown = new Set(orders.all().flatMap(({ returned }) => returned));
    const once = (cards) => cards.filter((card) => !shown.has(card.id) && shown.add(card.id));
    const recommended = (kind, options) => person.recommend(kind, { limit: SHELF, exclude: [...shown], ...options }) ?? [];
    due.set(personal ? once(recommended("repurchase")) : []);
    // The shelf is about this visit: what merely fills up does not stand on it.
    next.set(personal ? once(recommended("next").filter((card) => because(card) !== "")) : []);
    const cards = personal ? forPerson(best.cards, shown) : best.cards.slice(0, FOR_YOU);
    forYou.set(once(cards), t(personal ? "home.foryou" : "home.bestsellers"), personal ? t("home.foryou.hint") : "");
    departmentGrid.setOrder(byAffinity(categories).slice(0, DEPARTMENTS).map((node) => ({ ...node, id: node.key })));
    departmentHint.textContent = personal && categoryScores().size > 0 ? t("home.departments.yours") : "";
    brandGrid.setOrder(brandValues(best.facets).map((value) => ({ ...value, id: value.value })));
    const { title, cards: more } = favouriteCategory();
    favourite.set(once(more).slice(0, FAVOURITES), title);
    inspiration.set(personal ? once(recommended("inspiration", { in_stock: true })) : []);
    seen.set(once(recent.all()));
    setLead(cards[0]);
    (globalThis.requestIdleCallback ?? setTimeout)(() => markReasons(forYou.grid, personal ? cards : []));
  }

  refresh();
  return {
    title: "",
    node: h("div.page.home", known() ? greeting() : hero(categories, best.cards, app),
      due.element, next.element, forYou.element,
      categories.length > 0 && section(t("home.departments"), departmentHint, departments, categories.length > DEPARTMENTS && { href: "#/departments", label: t("nav.departments") }),
      favourite.element, inspiration.element, seen.element,
      brands.childElementCount > 0 && section(t("home.departments.brands"), null, brands),
    ),
    refresh,
  };
}

/** All departments, for shops that have more than fit the home page. */
export async function departments() {
  const { categories } = await shop.categories();
  const list = h("ul.departments.all");
  const grid = new Grid(list, department);
  const refresh = () => grid.setOrder(byAffinity(categories).map((node) => ({ ...node, id: node.key })));
  refresh();
  return { title: t("nav.departments"), node: h("div.page", h("h1", t("nav.departments")), list), refresh };
}

/** Bestsellers and the best of favourite categories and brands, ranked, mixed, without what is `shown` already. */
function forPerson(bestsellers, shown) {
  const candidates = new Map(bestsellers.map((card) => [card.id, card]));
  for (const { facet, value } of favourites(4)) {
    const found = person.search({ filters: { [facet]: [value] }, limit: 24 });
    for (const hit of found?.hits ?? []) candidates.set(hit.id, fromHit({ ...hit, reasons: undefined }));
  }
  const perCategory = new Map();
  const mixed = [];
  const rest = [];
  for (const id of shown) candidates.delete(id);
  for (const card of person.rank([...candidates.values()])) {
    const count = perCategory.get(card.category) ?? 0;
    perCategory.set(card.category, count + 1);
    (card.category === "" || count < PER_CATEGORY ? mixed : rest).push(card);
  }
  return [...mixed, ...rest].slice(0, FOR_YOU);
}

function favouriteCategory() {
  const [best] = [...categoryScores()].filter(([path]) => path.includes(" > ")).sort((a, b) => b[1] - a[1] || b[0].length - a[0].length);
  const found = best && person.search({ filters: { category: [best[0]] }, limit: FAVOURITES + FOR_YOU });
  if (!found?.hits) return { title: "", cards: [] };
  return { title: t("product.similar", { category: best[0].split(" > ").at(-1) }), cards: found.hits.map(fromHit) };
}

function brandValues(plain) {
  const brands = (facets) => facets?.find((facet) => facet.key === "brand")?.values.slice(0, 14);
  return brands(person.facets({})) ?? brands(plain) ?? [];
}

/** For those who are known: a word, and at once what is theirs. */
const greeting = () => h("section.greeting", h("h1", t("home.hello")), h("p", t("home.greeting")));

function hero(categories, cards, app) {
  const pictures = spread(cards).filter((card) => card.image).slice(0, 5);
  return h("section.hero",
    h("div.hero-text",
      h("h1", t("home.hero")), h("p", t("home.hero.text")),
      h("div.hero-actions",
        h("button.button.primary", { type: "button", onclick: () => app.openPanel() }, icon("spark", 18), t("home.hero.panel")),
        categories.length > 0 && h("a.button", { href: toCategory(categories[0].key) }, t("home.hero.browse"))),
    ),
    pictures.length === 5 && h("div.hero-shelf", { "aria-hidden": "true" }, pictures.map((card) => picture(card, { eager: true }))),
  );
}

/** One card per department first, so that a collage shows the breadth of the shop. */
function spread(cards) {
  const seen = new Set();
  const first = cards.filter((card) => {
    const root = card.category.split(" > ")[0];
    return !seen.has(root) && seen.add(root);
  });
  return [...first, ...cards.filter((card) => !first.includes(card))];
}

function department(node) {
  const subject = { image: node.image, label: node.label, title: node.label };
  return h("li.department", { dataset: { testid: "department" } },
    h("a", { href: toCategory(node.key) },
      picture(subject),
      h("span.department-name", node.label, h("em", number(node.count))),
      h("span.department-below", node.children.slice(0, 4).map((child) => child.label).join(" · "))));
}

function brand(value) {
  return h("li", h("a.brand", {
    href: toSearch("", { brand: [value.value] }),
    onclick: () => person.observe("select_filter", { facet: "brand", value: value.value }, value.label),
  }, standIn({ brand: value.label }), h("span", value.label, h("em", number(value.count)))));
}

function section(title, hint, content, more) {
  return h("section.shelf", h("div.shelf-head", h("div", h("h2", title), hint), more && h("a.link", { href: more.href }, more.label, icon("chevron", 16))), content);
}
