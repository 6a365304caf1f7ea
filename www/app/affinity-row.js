// One affinity as a row: what it is, how strong, and how much of it comes from this visit.

import { h } from "./dom.js";
import { facetName } from "./facet-names.js";
import { t } from "./i18n.js";

/** `top` is the strength that fills the bar. */
export function affinityRow({ facet, value, label, score, session, profile }, top) {
  const parts = Math.abs(session) + Math.abs(profile) || 1;
  const width = Math.min(100, (Math.abs(score) / top) * 100);
  const title = `${t("panel.session")} ${session.toFixed(2)}, ${t("panel.profile")} ${profile.toFixed(2)}`;
  return h(score < 0 ? "li.affinity.negative" : "li.affinity", { title, dataset: { facet, value, profile } },
    h("span.affinity-name", h("small", facetName(facet)), h("span", nameOf(label || value))),
    h("span.affinity-bar", { style: { "--width": `${width}%` } },
      h("i.session", { style: { "flex-grow": String(Math.abs(session) / parts) } }),
      h("i.profile", { style: { "flex-grow": String(Math.abs(profile) / parts) } })),
    h("span.affinity-score", signed(score)));
}

/** The last part of a category path; other labels as they are. */
export const nameOf = (label) => label.split(" > ").at(-1);

/** `+1.2`, `−0.4`. */
export const signed = (score) => `${score < 0 ? "−" : "+"}${Math.abs(score).toFixed(Math.abs(score) < 10 ? 2 : 1)}`;
