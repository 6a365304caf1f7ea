/** What the shopper allows, each tier including those before it. */
export type Consent = "off" | "memory" | "session" | "persistent" | "sync" | "contribute";

export const TIERS: readonly Consent[] = ["off", "memory", "session", "persistent", "sync", "contribute"];

/** What a consent came by; its place is its number in the profile's record, so that new ones come last. */
export type ConsentSource = "shop" | "google" | "tcf" | "gpc";

export const SOURCES: readonly ConsentSource[] = ["shop", "google", "tcf", "gpc"];

/** Whether `consent` includes what `tier` stands for. */
export function allows(consent: Consent, tier: Consent): boolean {
  return TIERS.indexOf(consent) >= TIERS.indexOf(tier);
}

/** The lower of two. */
export function lower(a: Consent, b: Consent): Consent {
  return allows(a, b) ? b : a;
}

/**
 * The tier in force when the shop asks for `asked`: anything that is no tier is "off", and a browser that sends
 * Global Privacy Control keeps the profile on the device. What a known bot does says nothing of any shopper.
 */
export function inForce(asked: unknown): Consent {
  const tier = TIERS.find((known) => known === asked) ?? "off";
  const browser = globalThis.navigator as { globalPrivacyControl?: unknown; userAgent?: unknown } | undefined;
  if (BOTS.test(String(browser?.userAgent ?? ""))) return "off";
  return browser?.globalPrivacyControl === true ? lower(tier, "persistent") : tier;
}

/**
 * Crawlers and page checkers by what they call themselves, as their makers document it. "Cubot" makes telephones. Browsers that a program drives are none
 * of these: shops test with them.
 */
const BOTS = /(?:^|[^u]|[^c]u)bot(?:$|[^a-z])|crawler|spider|slurp|google-inspectiontool|googleother|mediapartners-google|apis-google|facebookexternalhit|meta-externalagent|chrome-lighthouse|pagespeed|gtmetrix|pingdom|datadogsynthetics|archiver/i;
