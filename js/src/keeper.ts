import { equalBytes } from "./bytes.js";
import { type Consent, allows } from "./consent.js";
import type { Engine } from "./endcap.js";
import { EndcapError, asEndcapError } from "./error.js";
import { type Slot, claimSlot } from "./slot.js";
import { type Report, Store } from "./store.js";
import { ID } from "./sync.js";

/** What the keeper asks of the façade. */
export interface Kept {
  readonly consent: Consent;
  /** Undefined once the engine is lost; nothing is read or written then. */
  readonly engine: Engine | undefined;
  /** Another tab knows more. */
  changed(): void;
  /** Another tab was told to forget, or to allow no more than `consent`. */
  told(message: { erase?: boolean; consent?: Consent } | null): void;
}

const PROFILE = "profile";
const SESSION = "session";
/** After a click the browser first paints; a page that leaves earlier saves on `pagehide`. */
const SAVE_WITHIN_MS = 500;

/**
 * Keeps profile and session in the browser as far as consent goes, and in step with the other tabs.
 *
 * One writer per replica: a page holds a slot while it is open, and a slot has one replica.
 */
export class Keeper {
  readonly #page: Kept;
  readonly #report: Report;
  readonly #store: Store;
  readonly #told = new Set<string>();
  readonly #stop = new AbortController();
  #slot: Slot = { number: undefined, release() {} };
  #channel: BroadcastChannel | undefined;
  #scheduled = false;

  constructor(page: Kept, store: Store, report: Report) {
    this.#page = page;
    this.#store = store;
    this.#report = report;
  }

  /** Claims this page's slot and listens to the browser. */
  async open(leaving: () => void): Promise<void> {
    this.#slot = await claimSlot();
    if (typeof document === "undefined") return;
    const { signal } = this.#stop;
    this.#listen();
    addEventListener("storage", (event) => this.#stored(event), { signal });
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && (this.save(), leaving()), { signal });
    // A page that holds locks or channels cannot wait in the back/forward cache, so it lets go of them.
    addEventListener("pagehide", () => {
      this.save();
      leaving();
      this.#letGo();
    }, { signal });
    addEventListener("pageshow", (event) => event.persisted && void this.#resume(), { signal });
  }

  /** The replica to write as: the slot's own where it may be kept. */
  replica(otherwise: bigint): bigint {
    if (!allows(this.#page.consent, "persistent")) return otherwise;
    const { number } = this.#slot;
    return number === undefined ? this.#store.replica("session", "replica", otherwise) : this.#store.replica("local", `replica:${number}`, otherwise);
  }

  /** Takes what is stored into the engine; the session only where it has none yet. */
  load(withSession: boolean): void {
    const { engine, consent } = this.#page;
    if (!engine) return;
    if (withSession && allows(consent, "session")) this.#take("session", SESSION, (bytes) => engine.restoreSession(bytes));
    if (allows(consent, "persistent")) this.#takeProfile(engine);
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

  /** What another tab stored since is joined first, so nobody's learning is overwritten. */
  save(): void {
    this.#scheduled = false;
    const { engine, consent } = this.#page;
    if (!engine) return;
    try {
      if (allows(consent, "session")) this.#store.writeBytes("session", SESSION, engine.session());
      if (allows(consent, "persistent") && this.#takeProfile(engine)) this.#store.writeBytes("local", PROFILE, engine.profile());
    } catch (error) {
      this.#report(asEndcapError(error, "storage/failed", "the profile was not saved"));
    }
  }

  /** Deletes what lies above `consent`. */
  lower(consent: Consent): void {
    if (!allows(consent, "sync")) this.#store.remove("local", ID);
    if (!allows(consent, "persistent")) this.#store.clear("local");
    if (!allows(consent, "session")) this.#store.clear("session");
    this.#channel?.postMessage({ consent });
  }

  /** Deletes everything, in this tab and, unless one of them told us, in the others. */
  erase(told: boolean): void {
    this.#store.clear("local");
    this.#store.clear("session");
    if (!told) this.#channel?.postMessage({ erase: true });
  }

  close(): void {
    this.save();
    this.#stop.abort();
    this.#letGo();
  }

  #letGo(): void {
    this.#slot.release();
    this.#channel?.close();
    this.#channel = undefined;
  }

  async #resume(): Promise<void> {
    this.#slot = await claimSlot();
    this.#listen();
    const { engine } = this.#page;
    if (!engine) return;
    engine.replica = this.replica(engine.replica);
    this.load(false);
    this.#page.changed();
  }

  #listen(): void {
    if (typeof BroadcastChannel === "undefined") return;
    this.#channel = new BroadcastChannel("endcap");
    this.#channel.onmessage = ({ data }) => this.#page.told(data);
  }

  #stored(event: StorageEvent): void {
    const { engine, consent } = this.#page;
    if (event.key !== Store.full(PROFILE) || event.newValue === null || !engine || !allows(consent, "persistent")) return;
    const before = engine.profile();
    if (this.#takeProfile(engine) && !equalBytes(before, engine.profile())) this.#page.changed();
  }

  /** False if what is stored must stay as it is. */
  #takeProfile(engine: Engine): boolean {
    return this.#take("local", PROFILE, (bytes) => engine.joinProfile(bytes));
  }

  #take(area: "local" | "session", key: string, take: (bytes: Uint8Array) => unknown): boolean {
    const bytes = this.#store.readBytes(area, key);
    if (bytes === undefined) return true;
    try {
      if (!bytes) throw new EndcapError(`${key}/damaged`, `the stored ${key} is not base64`);
      if (take(bytes) === false) throw new EndcapError(`${key}/damaged`, `the stored ${key} is none that this version knows`);
      return true;
    } catch (cause) {
      const error = asEndcapError(cause, `${key}/damaged`, `the stored ${key} cannot be read`);
      if (!this.#told.has(error.code)) this.#report(error);
      this.#told.add(error.code);
      // A newer version of this package wrote it and will read it again.
      if (error.code.endsWith("/newer-version")) return false;
      this.#store.setAside(area, key);
      return true;
    }
  }
}
