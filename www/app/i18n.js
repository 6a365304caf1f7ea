// The shop's language: texts, numbers, prices and days as its shoppers write them.

import { de } from "./texts.de.js";
import { en } from "./texts.en.js";

const TEXTS = { de, en };
let current = "de";
let currency = "EUR";

/** Language of the shop's texts and of its catalogue. */
export const language = () => current;

/** Sets language and currency; a language without texts of its own reads the English ones. */
export function setLanguage(code, currencyCode) {
  current = code;
  currency = isCurrency(currencyCode) ? currencyCode : "EUR";
  document.documentElement.lang = code;
}

/** Whether `code` names a currency; ISO 4217 has XXX for "none". */
export const isCurrency = (code) => /^[A-Z]{3}$/.test(code ?? "") && code !== "XXX";

/** The text named `key`, with `{name}` replaced from `values`. */
export function t(key, values = {}) {
  const text = (TEXTS[current] ?? en)[key] ?? en[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** Singular or plural of `key`: reads `key.one` or `key.other`. */
export function plural(key, count) {
  return t(`${key}.${count === 1 ? "one" : "other"}`, { n: number(count) });
}

export const number = (value) => new Intl.NumberFormat(locale()).format(value);

/** A price in minor units, as shown: `1.299,00 €`. */
export const price = (minor) => new Intl.NumberFormat(locale(), { style: "currency", currency }).format(minor / 100);

export const date = (time) => new Intl.DateTimeFormat(locale(), { dateStyle: "medium" }).format(time);

/** A duration as a panel shows it: two digits and no more. */
export function milliseconds(ms) {
  // Browsers hand out time in steps of 0.1 ms; below one step there is nothing to tell.
  const text = new Intl.NumberFormat(locale(), { maximumSignificantDigits: 2 }).format(Math.max(ms, 0.1));
  return `${ms < 0.1 ? "< " : ""}${text} ms`;
}

/** When it arrives, in words. */
export function delivery(days) {
  if (days === null || days === undefined) return "";
  if (days <= 0) return t("delivery.today");
  return days === 1 ? t("delivery.tomorrow") : t("delivery.days", { n: days });
}

const locale = () => (current === "de" ? "de-DE" : current === "en" ? "en-IE" : current);
