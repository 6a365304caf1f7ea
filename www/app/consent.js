// The shopper's decision: a banner at the first visit, and the choice of tiers in the account.

import { h } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import * as person from "./person.js";
import { settings } from "./stores.js";

// "contribute" is left out: this shop does not learn from anybody's clicks for others.
const TIERS = ["off", "session", "persistent", "sync"];

/** The banner, shown until the shopper has decided; nothing is learned before. */
export function consentBanner() {
  if (settings.consent() !== null) return null;
  const decide = (tier) => void person.setConsent(tier);
  const choice = (tier, text, kind) => h(`button.button${kind}`, { type: "button", dataset: { testid: `consent-${tier}` }, onclick: () => decide(tier) }, text);
  const banner = h("section.consent-banner", { role: "region", "aria-label": t("consent.title"), dataset: { testid: "consent-banner" } },
    h("span.consent-icon", icon("spark", 22)),
    h("div.consent-words", h("h2", t("consent.title")), h("p", t("consent.text"))),
    h("div.consent-choices",
      choice("persistent", t("consent.device"), ".primary"),
      choice("sync", t("consent.devices"), ""),
      choice("off", t("consent.no"), "")));
  return banner;
}

/** Radio buttons for all tiers, in plain words. */
export function consentChoice() {
  const inForce = person.consent();
  return h("fieldset.tiers-choice", h("legend.visually-hidden", t("account.consent")), TIERS.map((tier) =>
    h("label.tier",
      h("input", { type: "radio", name: "consent", value: tier, checked: tier === inForce, dataset: { testid: `tier-${tier}` }, onchange: () => void person.setConsent(tier) }),
      h("span", h("b", t(`consent.${tier}`)), h("small", t(`consent.${tier}.text`))))));
}
