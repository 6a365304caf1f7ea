/** What the shopper allows, each tier including those before it. */
export type Consent = "off" | "memory" | "session" | "persistent" | "sync" | "contribute";

export const TIERS: readonly Consent[] = ["off", "memory", "session", "persistent", "sync", "contribute"];

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
 * Global Privacy Control keeps the profile on the device.
 */
export function inForce(asked: unknown): Consent {
  const tier = TIERS.find((known) => known === asked) ?? "off";
  const gpc = (globalThis.navigator as { globalPrivacyControl?: unknown } | undefined)?.globalPrivacyControl;
  return gpc === true ? lower(tier, "persistent") : tier;
}
