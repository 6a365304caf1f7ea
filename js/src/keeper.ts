import { equalBytes, fromBase64, randomReplica, toBase64 } from "./bytes.js";
import { type Consent, allows } from "./tiers.js";
import type { Engine } from "./endcap.js";
import { EndcapError, type Report, asEndcapError, refused } from "./error.js";
import type { Shelf } from "./shelf.js";
import { type Slot, claimSlot } from "./slot.js";
import { Visit } from "./visit.js";

/** What pages of one browser tell each other. */
export interface Message {
  erase?: boolean;
  consent?: Consent;
  /** A profile as one of them has stored it. */
  profile?: string;
  /** Values that one of them has stored; `null` where it has removed one. */
  kept?: Record<string, string | null>;
  /** The server's answer to the page that leads. */
  answer?: string;
}

/** What the keeper asks of the façade. */
export interface Kept {
  readonly consent: Consent;
  /** Undefined once the engine is lost; nothing is read or written then. */
  readonly engine: Engine | undefined;
  /** True while the engine still takes in what was stored: what it says until then is less. */
  readonly joining?: boolean;
  /** Another tab knows more. */
  changed(): void;
  /** Another tab has told something. */
  told(message: Message): void;
  report(error: EndcapError): void;
}

const PROFILE = "profile";
const SESSION = "session";
/** After a click the browser first paints; a page that leaves earlier saves on `pagehide`. */
const SAVE_WITHIN_MS = 500;

/**
 * Keeps profile and session in the browser as far as consent goes, and in step with the other tabs.
 *
 * One writer per replica and per record: a page holds a slot while it is open, and a slot has one replica and one record of
 * the profile. A profile is the join of its records, so no page overwrites what another one has learned.
 */
export class Keeper {
  readonly #page: Kept;
  readonly #report: Report;
  readonly #visit: Visit;
  readonly #told = new Set<string>();
  readonly #stop = new AbortController();
  /** Records that a newer version of this package wrote and will read again. */
  readonly #newer = new Set<string>();
  #shelf: Shelf | undefined;
  /** What lies on the shelf, as far as this page knows; undefined until it was allowed to look. */
  #kept: Map<string, string> | undefined;
  /** What was kept or removed while a reading was under way, which did not see it; one per reading. */
  readonly #meanwhile = new Set<Map<string, string | null>>();
  #slot: Slot = { number: undefined, release() {} };
  #channel: BroadcastChannel | undefined;
  #scheduled = false;
  /** Counts what makes a reading that is under way worthless. */
  #epoch = 0;

  constructor(page: Kept, shelf: Shelf | undefined) {
    this.#page = page;
    // Outside a page nothing is stored, whatever the tier.
    this.#shelf = typeof document === "undefined" ? undefined : shelf;
    this.#report = (error) => {
      if (!this.#told.has(error.code)) page.report(error);
      this.#told.add(error.code);
    };
    this.#visit = new Visit(this.#report);
  }

  /** Claims this page's slot, listens to the browser, and looks at the shelf if that is allowed. */
  async open(leaving: (gone: boolean) => void): Promise<void> {
    this.#slot = await claimSlot();
    if (typeof document === "undefined") return;
    const { signal } = this.#stop;
    this.#listen();
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && (this.save(), leaving(false)), { signal });
    // A page that holds locks or channels cannot wait in the back/forward cache, so it lets go of them.
    addEventListener("pagehide", () => {
      this.save();
      leaving(true);
      this.#letGo();
    }, { signal });
    addEventListener("pageshow", (event) => event.persisted && void this.#resume(), { signal });
    await this.look();
  }

  /** Reads what lies on the shelf, unless that is forbidden, or no longer wanted when it is there. */
  async look(): Promise<void> {
    if (!allows(this.#page.consent, "persistent") || !this.#shelf) return;
    const epoch = this.#epoch;
    const meanwhile = new Map<string, string | null>();
    this.#meanwhile.add(meanwhile);
    const found = await this.#shelf.read().catch((error) => {
      this.#report(refused(error));
      this.#shelf = undefined;
    });
    this.#meanwhile.delete(meanwhile);
    if (epoch !== this.#epoch) return;
    this.#kept = found || undefined;
    if (found) for (const [key, value] of meanwhile) this.#set(key, value);
  }

  /** The replica to write as: the slot's own where it may be kept. */
  replica(otherwise: bigint): bigint {
    if (!allows(this.#page.consent, "persistent")) return otherwise;
    const { number } = this.#slot;
    const key = number === undefined ? "replica" : `replica:${number}`;
    const kept = number === undefined ? this.#visit.read(key) : this.value(key);
    if (kept !== undefined && /^[0-9a-f]{16}$/.test(kept)) return BigInt(`0x${kept}`);
    const text = otherwise.toString(16).padStart(16, "0");
    if (number === undefined) this.#visit.write(key, text);
    else void this.keep(key, text);
    return otherwise;
  }

  /** Takes what is stored into the engine; the session only where it has none yet. */
  load(withSession: boolean): void {
    const { engine, consent } = this.#page;
    if (!engine) return;
    if (allows(consent, "persistent")) for (const [key, text] of this.#kept ?? []) if (/^profile(:|$)/.test(key)) this.#takeProfile(engine, text, key);
    // After the profile: an erasure that is in it ends the visit that it finds.
    const session = withSession && allows(consent, "session") ? this.#visit.read(SESSION) : undefined;
    if (session !== undefined) this.#take(session, SESSION, () => this.#visit.write(SESSION, null), (bytes) => engine.restoreSession(bytes));
  }

  /** Saves when the browser has time. */
  saveSoon(): void {
    if (this.#scheduled || !allows(this.#page.consent, "session") || typeof document === "undefined") return;
    this.#scheduled = true;
    const save = () => this.#scheduled && this.save();
    // Safari has no `requestIdleCallback`.
    if (typeof requestIdleCallback === "function") requestIdleCallback(save, { timeout: SAVE_WITHIN_MS });
    else setTimeout(save, 0);
  }

  save(): void {
    this.#scheduled = false;
    const { engine, consent } = this.#page;
    if (!engine) return;
    try {
      if (allows(consent, "session")) this.#visit.write(SESSION, toBase64(engine.session()));
      if (!allows(consent, "persistent") || this.#page.joining) return;
      const { number } = this.#slot;
      const shared = number === undefined || this.#shelf?.peek;
      const key = shared ? PROFILE : `${PROFILE}:${number}`;
      const there = this.#shelf?.peek?.(key);
      // What another tab stored since is joined first, so nobody's learning is overwritten.
      if (there !== undefined && there !== this.value(key)) this.#takeProfile(engine, there, key);
      const profile = toBase64(engine.profile());
      if (this.#newer.has(key) || profile === this.value(key)) return;
      void this.keep(key, profile, false);
      this.post({ profile });
    } catch (error) {
      this.#report(asEndcapError(error, "storage/failed", "the profile was not saved"));
    }
  }

  /** All that this page knows to be kept. */
  all(): Record<string, string> {
    return Object.fromEntries(this.#kept ?? []);
  }

  /** A value that was kept. */
  value(key: string): string | undefined {
    return this.#kept?.get(key);
  }

  /** Keeps a value where consent allows it, `null` removes it; `tell` has the other tabs know it too. */
  async keep(key: string, value: string | null, tell = false): Promise<void> {
    if (!allows(this.#page.consent, "persistent")) return;
    this.#set(key, value);
    if (tell) this.post({ kept: { [key]: value } });
    await this.#try((shelf) => shelf.write(key, value));
  }

  /** Tells the other tabs. */
  post(message: Message): void {
    this.#channel?.postMessage(message);
  }

  /** A key of this page alone; undefined where pages cannot tell themselves apart. */
  own(key: string): string | undefined {
    return this.#slot.number === undefined ? undefined : `${key}:${this.#slot.number}`;
  }

  /** What a reload of this tab finds again. */
  get visit(): Visit {
    return this.#visit;
  }

  /** Deletes what lies above `consent`. */
  lower(consent: Consent): void {
    this.#epoch++;
    if (!allows(consent, "persistent")) this.#clear(true);
    else {
      // What this page knows of at once, and then what pages that are gone have left.
      this.#trim(consent);
      void this.look().then(() => this.#trim(this.#page.consent));
    }
    if (!allows(consent, "session")) this.#visit.clear();
    this.post({ consent });
  }

  /** Deletes everything, in this tab and, unless one of them told us, in the others. */
  erase(told: boolean): void {
    this.#epoch++;
    this.#clear(!allows(this.#page.consent, "persistent"));
    this.#visit.clear();
    if (!told) this.post({ erase: true });
  }

  close(): void {
    this.save();
    this.#stop.abort();
    this.#letGo();
  }

  #set(key: string, value: string | null): void {
    this.#kept ??= new Map();
    if (value === null) this.#kept.delete(key);
    else this.#kept.set(key, value);
    for (const reading of this.#meanwhile) reading.set(key, value);
  }

  #trim(consent: Consent): void {
    for (const key of [...(this.#kept?.keys() ?? [])]) if (!allows(consent, tierOf(key))) void this.keep(key, null);
  }

  #clear(forGood: boolean): void {
    this.#kept = undefined;
    this.#newer.clear();
    void this.#try((shelf) => shelf.clear(forGood));
  }

  async #try(action: (shelf: Shelf) => Promise<void>): Promise<void> {
    try {
      if (this.#shelf) await action(this.#shelf);
    } catch (error) {
      this.#report(refused(error));
    }
  }

  #letGo(): void {
    this.#slot.release();
    this.#channel?.close();
    this.#channel = undefined;
    this.#shelf?.close();
  }

  async #resume(): Promise<void> {
    this.#slot = await claimSlot();
    this.#listen();
    const { engine } = this.#page;
    await this.look();
    if (!engine || this.#page.engine !== engine) return;
    engine.replica = this.replica(engine.replica);
    this.load(false);
    this.#page.changed();
  }

  #listen(): void {
    if (typeof BroadcastChannel === "undefined") return;
    this.#channel = new BroadcastChannel("endcap");
    this.#channel.onmessage = ({ data }: MessageEvent<Message | null>) => {
      const { engine, consent } = this.#page;
      if (!data) return;
      if (allows(consent, "persistent")) {
        for (const [key, value] of Object.entries(data.kept ?? {})) this.#set(key, value);
        if (data.profile && engine) {
          const before = engine.profile();
          if (this.#takeProfile(engine, data.profile) && !equalBytes(before, engine.profile())) this.#page.changed();
        }
      }
      this.#page.told(data);
    };
  }

  #takeProfile(engine: Engine, text: string, key?: string): boolean {
    const newer = !this.#take(text, PROFILE, () => key !== undefined && (void this.keep("aside", text), void this.keep(key, null)), (bytes) => engine.joinProfile(bytes));
    if (newer && key !== undefined) this.#newer.add(key);
    return !newer;
  }

  /** False if what is stored must stay as it is. `away` moves what cannot be read out of the way. */
  #take(text: string, what: string, away: () => unknown, take: (bytes: Uint8Array) => unknown): boolean {
    try {
      const bytes = fromBase64(text);
      if (!bytes) throw new EndcapError(`${what}/damaged`, `the stored ${what} is not base64url`);
      if (take(bytes) === false) throw new EndcapError(`${what}/damaged`, `the stored ${what} is none that this version knows`);
      return true;
    } catch (cause) {
      const error = asEndcapError(cause, `${what}/damaged`, `the stored ${what} cannot be read`);
      this.#report(error);
      if (error.code.endsWith("/newer-version")) return false;
      away();
      return true;
    }
  }
}

/** The tier that lets a value be kept. */
function tierOf(key: string): Consent {
  return /^(events|early):/.test(key) ? "contribute" : /^(profile|replica|aside)(:|$)/.test(key) ? "persistent" : "sync";
}
