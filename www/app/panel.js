// "What Endcap has just learned": events with what they changed, affinities, why the first is first.

import { affinityRow, nameOf, signed } from "./affinity-row.js";
import { fill, h } from "./dom.js";
import { facetName } from "./facet-names.js";
import { milliseconds, number, t } from "./i18n.js";
import { icon } from "./icons.js";
import { leadCard, onLead } from "./lead.js";
import * as person from "./person.js";
import { picture } from "./picture.js";
import { toProduct } from "./router.js";
import { settings } from "./stores.js";

const AFFINITIES = 8;
const EVENTS = 4;
const CHANGES = 4;

/** Builds the panel and its button. */
export function panel() {
  const body = h("div.panel-body");
  const element = h("aside.panel", { id: "panel", "aria-label": t("panel.title"), hidden: true, dataset: { testid: "panel" } },
    h("div.panel-head", h("span.panel-mark", icon("spark", 18)), h("h2", t("panel.title")),
      h("button.quiet", { type: "button", "aria-label": t("panel.close"), onclick: () => toggle(false) }, icon("close"))),
    body);
  const badge = h("span.panel-badge", { hidden: true });
  const button = h("button.panel-button", { type: "button", "aria-expanded": "false", "aria-controls": "panel", dataset: { testid: "panel-button" }, onclick: () => toggle(element.hidden) },
    icon("spark", 18), h("span", t("panel.open")), badge);
  element.addEventListener("keydown", (event) => event.key === "Escape" && (toggle(false), button.focus()));

  let seen = person.events()[0];
  function toggle(open) {
    element.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    document.body.classList.toggle("with-panel", open);
    settings.setPanelOpen(open);
    if (open) draw();
  }

  function draw() {
    const latest = person.events()[0];
    if (element.hidden) {
      badge.hidden = !latest || latest === seen;
      return;
    }
    seen = latest;
    badge.hidden = true;
    fill(body, h("div.panel-top", stateLine(), calls()), offNotice(), events(), why(), affinities());
  }

  // One click tells the panel several times; it is drawn once, with the frame.
  let frame = 0;
  const drawSoon = () => (frame ||= requestAnimationFrame(() => ((frame = 0), draw())));
  const stops = [person.onPerson(drawSoon), onLead(drawSoon)];
  // On a phone the panel covers the shop; it opens there only when asked.
  if (settings.panelOpen() && matchMedia("(min-width: 1200px)").matches) toggle(true);
  return { element, button, open: () => toggle(true), destroy: () => stops.forEach((stop) => stop()) };
}

function stateLine() {
  const status = person.status();
  const catalogue = person.catalogue();
  return h(`div.panel-state.${status}`,
    h("span.dot"), h("span", t(`panel.${status}`)),
    catalogue && h("small", t("panel.pack", { n: number(catalogue.items) })),
    h("small", `${t("panel.tier")}: `, h("b", { dataset: { testid: "panel-consent" } }, t(`consent.${person.consent()}`))));
}

function offNotice() {
  if (person.consent() !== "off" || person.status() !== "ready") return null;
  return h("div.panel-notice", h("p", t("panel.off")),
    h("button.button.primary", { type: "button", onclick: () => void person.setConsent("persistent") }, t("panel.off.choose")));
}

function section(title, ...content) {
  return h("section.panel-section", h("h3", title), ...content);
}

function why() {
  const card = leadCard();
  if (!card) return section(t("panel.why"), h("p.fine", t("panel.why.none")));
  const parts = (person.explain(card)?.parts ?? [])
    .filter((part) => Number.isFinite(part.contribution) && Math.abs(part.contribution) >= 0.005)
    .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
    .slice(0, 6);
  const top = Math.max(1e-9, ...parts.map((part) => Math.abs(part.contribution)));
  return section(t("panel.why"),
    h("a.panel-lead", { href: toProduct(card.id) }, picture(card, { eager: true, size: 48 }), h("span", h("b", card.title), h("small", [card.brand, card.mpn].filter(Boolean).join(" · ")))),
    parts.length === 0 ? h("p.fine", t("panel.why.flat")) : h("ul.parts", { dataset: { testid: "why" } }, parts.map((part) => partRow(part, top))));
}

function partRow(part, top) {
  const name = part.kind === "affinity" ? h("span.part-name", h("small", facetName(part.facet)), nameOf(part.label || part.value)) : h("span.part-name", t(`why.${part.kind}`));
  return h(part.contribution < 0 ? "li.part.negative" : "li.part", name,
    h("span.part-bar", { style: { "--width": `${(Math.abs(part.contribution) / top) * 100}%` } }), h("span.part-score", signed(part.contribution)));
}

function affinities() {
  const list = person.affinities(AFFINITIES);
  const top = Math.max(1e-9, ...list.map((one) => Math.abs(one.score)));
  return section(t("panel.affinities"),
    list.length === 0 ? h("p.fine", t("panel.affinities.none")) : [
      h("p.legend", h("i.session"), t("panel.session"), h("i.profile"), t("panel.profile")),
      h("ul.affinities", { dataset: { testid: "affinities" } }, list.map((one) => affinityRow(one, top))),
    ]);
}

function events() {
  const list = person.events().slice(0, EVENTS);
  return section(t("panel.events"),
    list.length === 0 ? h("p.fine", t("panel.events.none")) : h("ol.events", { dataset: { testid: "events" } }, list.map((event, at) => eventRow(event, at === 0))));
}

/** The latest event with what it changed; of the ones before only what they were. */
function eventRow({ name, label, changes, ms }, latest) {
  const strongest = [...changes].sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before)).slice(0, CHANGES);
  const top = Math.max(1e-9, ...strongest.flatMap((one) => [Math.abs(one.before), Math.abs(one.after)]));
  return h("li.event",
    h("div.event-head", h("b", t(`event.${name}`)), h("span", label ?? ""), h("time", milliseconds(ms))),
    latest && (strongest.length === 0 ? h("p.fine", t("panel.nochange")) : h("ul.changes", strongest.map((one) => changeRow(one, top)))));
}

function changeRow({ facet, value, label, before, after }, top) {
  const width = (score) => `${Math.max(0, score / top) * 100}%`;
  return h(after < before ? "li.change.down" : "li.change", { title: `${facetName(facet)}: ${signed(before)} → ${signed(after)}` },
    h("span.change-name", nameOf(label || value)),
    h("span.change-bar", h("i.before", { style: { width: width(before) } }), h("i.after", { style: { width: width(after) } })),
    h("span.change-score", signed(after)));
}

// Calls that a shop makes; the panel's own questions are left out.
const SHOP_CALLS = ["observe", "rank", "facets", "suggest", "search"];

function calls() {
  const list = person.latencies().filter(([name]) => SHOP_CALLS.includes(name));
  if (list.length === 0) return null;
  return h("dl.calls", { title: t("panel.latency"), dataset: { testid: "latencies" } }, list.map(([name, ms]) => h("div", h("dt", name), h("dd", milliseconds(ms)))));
}
