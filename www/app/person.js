// The shop's one place that speaks to Endcap: opens it, measures it, and fails open.
//
// Every call is safe at any time. While Endcap loads, when its module or wasm is missing, and when
// it throws, lists keep the shop's order and the rest is empty; nothing here ever rejects.

import { fromHit, toItem } from "./card.js";
import { language } from "./i18n.js";
import { settings } from "./stores.js";

const LOG_LENGTH = 12;
// How often newer prices are asked for while the page is seen.
const PRICES_EVERY = 15_000;

let endcap = null;
let state = "loading";
let opening = 0;
let learning = false;
let whenOpened = Promise.resolve();
const listeners = new Set();
const log = [];
const timings = new Map();

/** `"loading"` until the whole catalogue is there, `"ready"`, or `"fallback"` when the shop is on its own. */
export const status = () => state;

/** What the pack holds, or `null`. */
export const catalogue = () => endcap?.catalogue ?? null;

/** The consent tier in force; the browser's Global Privacy Control may hold it below the chosen one. */
export const consent = () => endcap?.consent ?? settings.consent() ?? "off";

/** Latest events with what they changed, newest first. */
export const events = () => log;

/** Milliseconds of the last call by name, in the order in which they were first made. */
export const latencies = () => [...timings];

/** Calls `listener()` after anything changed what we know; returns the function that stops it. */
export function onPerson(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Resolves when Endcap is open or has failed, at the latest after `milliseconds`. */
export function opened(milliseconds) {
  return Promise.race([whenOpened, new Promise((resolve) => setTimeout(resolve, milliseconds))]);
}

/** Resolves when Endcap can answer or is known not to, at the latest after `milliseconds`. */
export async function answering(milliseconds) {
  const end = performance.now() + milliseconds;
  while (state === "loading" && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Opens Endcap with the catalogue of the current language; closes the one before. */
export function open() {
  const mine = ++opening;
  close();
  state = "loading";
  whenOpened = load().then((instance) => {
    if (mine !== opening) return instance?.close();
    endcap = instance;
    state = stateOf(instance);
    instance?.on("change", () => {
      // The catalogue may come after the page, its head before the whole.
      state = stateOf(instance);
      if (!learning) changed();
    });
    changed();
    return relink();
  });
  return whenOpened;
}

const stateOf = (instance) => (instance?.status !== "ready" ? "fallback" : instance.catalogue?.complete === false ? "loading" : "ready");

/** Tells the engine what happened. What it learned is in force when this returns. */
export function observe(name, params, label) {
  if (!endcap || consent() === "off") return;
  learning = true;
  try {
    const learned = measured("observe", () => endcap.observe(name, params));
    if (learned?.accepted !== false) {
      log.unshift({ name, label, time: Date.now(), changes: learned?.changes ?? [], ms: timings.get("observe") });
      log.length = Math.min(log.length, LOG_LENGTH);
    }
  } finally {
    learning = false;
  }
  changed();
}

/** The same cards in the order for this person. */
export function rank(cards) {
  // Without a pack the engine still ranks, by the items' own fields.
  if (!endcap || cards.length < 2) return cards;
  const byItem = new Map(cards.map((card) => [toItem(card), card]));
  const order = measured("rank", () => endcap.rank([...byItem.keys()]));
  const ranked = order?.map((item) => byItem.get(item));
  // A list that lost or doubled a product would be worse than an unpersonal one.
  return ranked?.length === cards.length && ranked.every(Boolean) ? ranked : cards;
}

/** Suggestions, of the catalogue's head until the whole is there, or `null` when the shop has to search by itself. */
export const suggest = (text, options) => (catalogue() ? measured("suggest", () => endcap.suggest(text, options)) : null);

/** Hits and facets, or `null` when the shop has to search by itself. */
export const search = (query) => ask("search", () => endcap.search(query));

/** Facets in the order for this person, or `null`. */
export const facets = (query) => ask("facets", () => endcap.facets(query));

/** Products that belong to, follow or replace others, each with its reason, or `null`. */
export const recommend = (kind, options) => ask("recommend", () => endcap.recommend(kind, options))?.map(fromHit) ?? null;

/** Score of one card by its parts, or `null`. */
export const explain = (card) => ask("explain", () => endcap.explain(toItem(card)));

/** What the engine believes, strongest first. */
export const affinities = (limit = 50) => (endcap ? measured("affinities", () => endcap.affinities(limit)) ?? [] : []);

/** Takes no notice of a value any more, or again. */
export function mute(facet, value, muted) {
  guarded(() => endcap?.mute(facet, value, muted));
  changed();
}

/** What is taken no notice of. */
export const muted = () => (endcap ? (guarded(() => endcap.muted()) ?? []) : []);

/** All that is known and kept, or `null`. */
export const exported = async () => (await endcap?.export()) ?? null;

/** Changes what may be learned, kept and sent. */
export async function setConsent(tier) {
  settings.setConsent(tier);
  guarded(() => endcap?.setConsent(tier));
  if (tier === "off") log.length = 0;
  changed();
  await relink();
}

/** Joins this device's profile with the logged-in customer's; `token` is signed by the shop. */
export async function link(token) {
  const linked = (await endcap?.link(token)) ?? false;
  changed();
  return linked;
}

/** Parts from the customer's profile: this device begins anew, the customer's own stays on the server. */
export function unlink() {
  void guarded(() => endcap?.unlink());
  log.length = 0;
  changed();
}

/** Forgets everything on this device; whether nothing is left. */
export async function erase() {
  const erased = guarded(() => endcap?.erase());
  log.length = 0;
  changed();
  return (await erased) ?? true;
}

/** Forgets everything, here, on the server and on the shopper's other devices; whether the server has confirmed it. */
export async function eraseEverywhere() {
  log.length = 0;
  const done = (await endcap?.eraseEverywhere()) ?? false;
  changed();
  return done;
}

// How a logged-in customer's token is had; set by the account so that a reload stays linked.
let tokenSource = null;
export const setTokenSource = (source) => (tokenSource = source);

async function relink() {
  if (!endcap || !["sync", "contribute"].includes(consent())) return;
  try {
    const token = await tokenSource?.();
    if (token) await link(token);
  } catch (error) {
    report(error);
  }
}

async function load() {
  try {
    // Imported here and not at the top: a shop whose personalisation is missing must still open.
    const [{ Endcap }, { live }] = await Promise.all([import("endcap"), import("endcap/live")]);
    return await Endcap.open({
      // The head first, the whole behind it; prices and stock as they are now.
      pack: live("/v1/manifest.json", { poll: PRICES_EVERY }),
      language: language(),
      // Before the shopper has decided nothing is passed: an undecided page must not delete what was allowed before.
      consent: settings.consent() ?? undefined,
      sync: { url: "/v1" },
      onError: report,
    });
  } catch (error) {
    report(error);
    return null;
  }
}

function close() {
  guarded(() => endcap?.close());
  endcap = null;
  timings.clear();
}

function ask(name, call) {
  return state === "ready" ? measured(name, call) : null;
}

function measured(name, call) {
  const start = performance.now();
  const answer = guarded(call);
  timings.set(name, performance.now() - start);
  return answer;
}

function guarded(call) {
  try {
    return call() ?? null;
  } catch (error) {
    report(error);
    return null;
  }
}

function changed() {
  for (const listener of listeners) listener();
}

// A warning and not an error: the shop goes on, and its owner should still find the cause.
function report(error) {
  console.warn(`Endcap: ${error?.code ?? error?.name ?? "error"}: ${error?.message ?? error}`);
}
