// `endcap/consent`: follows what consent platforms and browsers say, and sets the tier by it.
import { type Consent, type ConsentSource, TIERS, allows, lower } from "./tiers.js";

/** Whose tier is set: an `Endcap` or an `EndcapWorker`. */
export interface Consenting {
  readonly consent: Consent;
  setConsent(consent: Consent, source?: ConsentSource): unknown;
}

export interface SignalOptions {
  /** The most that the shop uses, and what holds while no signal says less. */
  shop: Consent;
  /**
   * What signals may do. "lower" (default): only take away from `shop`. "decide": a platform has to grant first; until one
   * has, the tier is "off", and so it stays where there is none.
   */
  signals?: "lower" | "decide";
  /** Replaces parts of the mapping: which tier is the most while a purpose is denied. `null`: the purpose does not matter here. */
  denied?: Record<string, Consent | null>;
  /** Told of each tier that is set, and why: the signal that holds it there, or undefined for the shop itself. */
  onTier?: (tier: Consent, by: string | undefined) => void;
}

/**
 * The most that is done while a purpose is denied. Google's Consent Mode v2 by the names of its storage types, TCF 2.2 by the
 * numbers of its purposes.
 */
export const DENIED: Readonly<Record<string, Consent | null>> = {
  // The shopper does not want to be shown things by taste.
  personalization_storage: "off",
  // What is known of a shopper here does not go where it could be used elsewhere.
  ad_personalization: "persistent",
  // Statistics of all shoppers.
  analytics_storage: "sync",
  // Endcap has no part in advertising.
  ad_storage: null,
  ad_user_data: null,
  functionality_storage: null,
  security_storage: null,
  // Store and access information on a device.
  tcf1: "memory",
  // Create profiles to personalise content; use profiles to select personalised content.
  tcf5: "off",
  tcf6: "off",
  // Understand audiences through statistics; develop and improve services.
  tcf9: "sync",
  tcf10: "sync",
  // Navigator.globalPrivacyControl: nothing leaves the device. The package keeps to it by itself, too.
  gpc: "persistent",
};

type Signals = Map<string, boolean>;
interface Tcf {
  gdprApplies?: boolean;
  eventStatus?: "tcloaded" | "cmpuishown" | "useractioncomplete";
  purpose?: { consents?: Record<string, boolean> };
  listenerId?: number;
}
type TcfApi = (command: string, version: 2, callback: (data: Tcf | null, success: boolean) => void, parameter?: number) => void;
interface Page {
  dataLayer?: unknown[];
  __tcfapi?: TcfApi;
  navigator?: { globalPrivacyControl?: boolean };
}

const PURPOSES = [1, 5, 6, 9, 10];
/** Consent platforms load late; what comes after this is not waited for. */
const TCF_WITHIN_MS = 10_000;
const TCF_LOOK_MS = 100;

/** Sets the tier by all signals now and whenever one changes. Returns how to stop. */
export function followConsent(endcap: Consenting, options: SignalOptions): () => void {
  const denied: Record<string, Consent | null> = { ...DENIED, ...options.denied };
  const page = globalThis as unknown as Page;
  const google: Signals = new Map();
  let tcf: Signals | "undecided" | undefined;
  let last: Consent | undefined;

  /** `source`: what has just said something. */
  function apply(source?: ConsentSource): void {
    let tier = TIERS.includes(options.shop) ? options.shop : "off";
    let by: string | undefined;
    const hold = (most: Consent, why: string) => {
      if (allows(most, tier)) return;
      [tier, by] = [lower(tier, most), why];
    };
    if (page.navigator?.globalPrivacyControl === true) holdBy("gpc");
    for (const [purpose, granted] of google) if (!granted) holdBy(purpose);
    if (tcf === "undecided") hold("off", "tcf");
    else for (const [purpose, granted] of tcf ?? []) if (!granted) holdBy(purpose);
    if (options.signals === "decide" && google.size === 0 && tcf === undefined) hold("off", "nobody has granted anything");
    if (tier === last && endcap.consent === tier) return;
    last = tier;
    endcap.setConsent(tier, source ?? (by === "gpc" ? "gpc" : by?.startsWith("tcf") ? "tcf" : by && by in DENIED ? "google" : "shop"));
    options.onTier?.(tier, by);

    function holdBy(purpose: string): void {
      const most = denied[purpose];
      if (most) hold(most, purpose);
    }
  }

  const stops = [listenToGoogle(page, google, () => apply("google")), listenToTcf(page, (said) => ((tcf = said), apply("tcf")))];
  apply();
  return () => stops.forEach((stop) => stop());
}

/** `gtag("consent", "default" | "update", {…})` puts its arguments into the data layer: those before us and those to come. */
function listenToGoogle(page: Page, google: Signals, apply: () => void): () => void {
  const layer = (page.dataLayer ??= []);
  const take = (entry: unknown): boolean => {
    const [command, what, said] = Array.from((entry ?? []) as ArrayLike<unknown>);
    if (command !== "consent" || (what !== "default" && what !== "update") || typeof said !== "object" || said === null) return false;
    for (const [purpose, value] of Object.entries(said)) {
      if (Object.hasOwn(DENIED, purpose) && (value === "granted" || value === "denied")) google.set(purpose, value === "granted");
    }
    return true;
  };
  for (const entry of layer) take(entry);
  // Google's own scripts wrap `push` in the same way, before or after us.
  const before = layer.push;
  let listening = true;
  layer.push = function (...entries: unknown[]) {
    const length = before.apply(layer, entries);
    try {
      if (listening && entries.map(take).includes(true)) apply();
    } catch (error) {
      console.error(error);
    }
    return length;
  };
  return () => void (listening = false);
}

/** `__tcfapi` may come after us, with its platform. */
function listenToTcf(page: Page, said: (signals: Signals | "undecided" | undefined) => void): () => void {
  let listener: number | undefined;
  let waited = 0;
  let stopped = false;
  const timer = setInterval(look, TCF_LOOK_MS);
  look();
  function look(): void {
    const api = page.__tcfapi;
    if (api || (waited += TCF_LOOK_MS) > TCF_WITHIN_MS) clearInterval(timer);
    api?.("addEventListener", 2, (data, success) => {
      if (!success || !data || stopped) return;
      listener = data.listenerId;
      if (data.gdprApplies === false) return said(undefined);
      if (data.eventStatus !== "tcloaded" && data.eventStatus !== "useractioncomplete") return said("undecided");
      said(new Map(PURPOSES.map((purpose) => [`tcf${purpose}`, data.purpose?.consents?.[purpose] === true])));
    });
  }
  return () => {
    stopped = true;
    clearInterval(timer);
    if (listener !== undefined) page.__tcfapi?.("removeEventListener", 2, () => {}, listener);
  };
}
