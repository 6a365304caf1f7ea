// "Your data": what is allowed, what is known, and the shopper's rights to it: read, take along, correct, erase.

import { affinityRow, nameOf } from "./affinity-row.js";
import { announce, h } from "./dom.js";
import { facetName } from "./facet-names.js";
import { number, t } from "./i18n.js";
import { icon } from "./icons.js";
import * as person from "./person.js";
import { forgetPersonal, settings } from "./stores.js";

const SHOWN = 40;

/** The panel's content; it is drawn anew whenever something changes. */
export function yourData() {
  const known = person.affinities(SHOWN);
  const muted = person.muted();
  const nothing = known.length === 0 && muted.length === 0 && person.events().length === 0;
  return [
    h("h2", t("data.title")),
    h("p", t("data.tier"), " ", h("b", { dataset: { testid: "data-tier" } }, t(`consent.${person.consent()}`)), ". ", t(`data.where.${place()}`)),
    h("h3", t("data.known")),
    known.length === 0 ? h("p", t("account.known.none")) : knownList(known),
    muted.length > 0 && [h("h3", t("data.muted")), h("ul.muted-list", { dataset: { testid: "muted" } }, muted.map(mutedRow))],
    h("div.button-row",
      h("button.button", { type: "button", dataset: { testid: "export" }, onclick: () => void download() }, icon("download", 18), t("data.export")),
      h("button.button.danger", { type: "button", disabled: nothing, dataset: { testid: "erase" }, onclick: () => erase(false) }, icon("trash", 18), t("account.erase")),
      synced() && h("button.button.danger", { type: "button", disabled: nothing, dataset: { testid: "erase-everywhere" }, onclick: () => void erase(true) }, icon("trash", 18), t("data.erase.everywhere"))),
    h("p.fine", t(synced() ? "data.erase.hint.sync" : "data.erase.hint")),
  ];
}

/** Draws anew what is in `container`, and gives the focus back to the same button, or to that of the same value. */
export function keepingFocus(container, draw) {
  const focused = container.contains(document.activeElement) ? document.activeElement : undefined;
  const of = (button) => [button.dataset.testid, button.closest("li")?.dataset.facet, button.closest("li")?.dataset.value].join(" ");
  const was = focused && of(focused);
  draw();
  if (was) [...container.querySelectorAll("button")].find((button) => of(button) === was)?.focus();
}

const synced = () => ["sync", "contribute"].includes(person.consent());

/** Where it lies, as the texts have it. */
function place() {
  const tier = person.consent();
  return synced() ? tier : { off: "off", memory: "memory", session: "session" }[tier] ?? "persistent";
}

function knownList(known) {
  const top = Math.max(1e-9, ...known.map((one) => Math.abs(one.score)));
  return [
    h("p.fine", t("data.known.hint", { n: number(known.length) })),
    h("ul.affinities.correctable", { dataset: { testid: "known" } }, known.map((one) => {
      const row = affinityRow(one, top);
      row.append(toggle(one, true));
      return row;
    })),
  ];
}

function mutedRow(one) {
  return h("li.muted-row", { dataset: { facet: one.facet, value: one.value } }, h("span.affinity-name", one.facet && h("small", facetName(one.facet)), h("span", nameOf(one.label || one.value))), toggle(one, false));
}

/** The button that mutes or unmutes; the focus goes to where the row is then. */
function toggle({ facet, value, label }, mute) {
  const name = nameOf(label || value);
  return h("button.quiet.mute", {
    type: "button",
    "aria-label": t(mute ? "data.mute.of" : "data.unmute.of", { name }),
    title: t(mute ? "data.mute" : "data.unmute"),
    dataset: { testid: mute ? "mute" : "unmute" },
    onclick: () => {
      person.mute(facet, value, mute);
      announce(t(mute ? "data.mute.done" : "data.unmute.done", { name }));
      const row = [...document.querySelectorAll("[data-testid=muted] > li, [data-testid=known] > li")].find(({ dataset }) => dataset.facet === facet && dataset.value === value);
      (row?.querySelector("button") ?? document.querySelector("[data-testid=export]"))?.focus();
    },
  }, icon(mute ? "hide" : "show", 18));
}

/** All of it as a file of the shopper's own. */
async function download() {
  const all = await person.exported();
  if (!all) return;
  const address = URL.createObjectURL(new Blob([JSON.stringify(all, null, 2)], { type: "application/json" }));
  h("a", { href: address, download: t("data.file") }).click();
  URL.revokeObjectURL(address);
}

async function erase(everywhere) {
  forgetPersonal();
  // A customer who stays logged in would get the profile back with the next sync.
  if (!everywhere) settings.setCustomer(null);
  const done = await (everywhere ? person.eraseEverywhere() : person.erase());
  announce(t(done ? "account.erased" : everywhere ? "data.erase.waits" : "data.erase.failed"));
}
