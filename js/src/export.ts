// What is known of a shopper, for the shopper: loaded when asked for.
import { toBase64 } from "./bytes.js";
import { type Consent, allows } from "./tiers.js";
import type { Affinity, Muted } from "./endcap.js";
import { baseOf } from "./network.js";
import type { Page } from "./page.js";

/** What is known and kept of a shopper; JSON. */
export interface Exported {
  /** ISO 8601. */
  time: string;
  /** The tier in force. */
  consent: Consent;
  /** What is believed, the strongest first. */
  believed: Affinity[];
  muted: Muted[];
  /** The profile as it is sent: hashed keys and weights, base64url. */
  profile: string;
  /** What lies in this browser, by the keys of docs/privacy.md. */
  stored: { lasting: Record<string, string>; visit: Record<string, string> };
  /** What the server says that it has, in tier "sync" and above: null where it does not answer. */
  server?: unknown;
}

/** More than anybody's profile holds. */
const MOST = 1_000;

/** What is asked of an engine, wherever it is. */
export interface Knower {
  affinities(limit: number): Affinity[] | Promise<Affinity[]>;
  muted(): Muted[] | Promise<Muted[]>;
}

export async function exported(page: Page, knower: Knower): Promise<Exported> {
  const [believed, muted] = [await knower.affinities(MOST), await knower.muted()];
  // Only then, because the shopper may have decided meanwhile.
  const { consent, engine, keeper, network: { where } } = page;
  const id = keeper.value("id");
  const known: Exported = {
    time: new Date(page.now()).toISOString(),
    consent,
    believed,
    muted,
    profile: toBase64(engine?.profile() ?? new Uint8Array()),
    stored: { lasting: keeper.all(), visit: keeper.visit.all() },
  };
  if (!where || !id || !allows(consent, "sync")) return known;
  const answer = await fetch(`${baseOf(where)}/profiles/${id}`, { credentials: "omit", referrerPolicy: "no-referrer" }).catch(() => undefined);
  return { ...known, server: answer?.ok ? await answer.json() : null };
}
