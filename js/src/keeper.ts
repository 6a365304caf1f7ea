import { equalBytes, fromBase64, randomReplica, toBase64 } from "./bytes.js";
import { type Consent, allows } from "./tiers.js";
import type { Engine } from "./endcap.js";
import { EndcapError, type Report, asEndcapError, notDeleted, refused } from "./error.js";
import { CHANGE_MS, READ_MS, patiently } from "./patience.js";
import type { Shelf } from "./shelf.js";
import { type Slot, claimSlot, exclusively } from "./slot.js";
import { Visit } from "./visit.js";

/** What pages of one browser tell each other. */
export interface Message {
  erase?: boolean;
  /** What waits to be contributed goes nowhere. */
  withdraw?: boolean;
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
  /** What the store holds has come after all, when nobody waited for it any more. */
  late(): void;
  report(error: EndcapError): void;
}

const UNNAMED = "endcap";
/** A shelf that has this takes over what was stored before the shop had a name. */
const MOVING = "moving";
const PROFILE = "profile";
/** Where the profile's identifier is kept; whoever knows it can read the profile. */
export const ID = "id";
const SESSION = "session";
/** After a click the browser first paints; a page that leaves earlier saves on `pagehide`. */
const SAVE_WITHIN_MS = 500;

/** A store that failed is asked again after this, and when there is something to keep. */
const RETRY_MS = 10_000;

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
  readonly #shelf: Shelf | undefined;
  /** Where everything lay before the shop had a name. */
  readonly #former: Shelf | undefined;
  /** What lies on the shelf, as far as this page knows, and what it would keep there. */
  #kept = new Map<string, string>();
  /** Keys whose value is known here and does not lie there. */
  readonly #unkept = new Set<string>();
  /** False until the shelf was read. Until then nothing is written: it would be over what is not known. */
  #isRead = false;
  /** Everything was to be deleted, and could not be. It is not read again before it is. */
  #isOwed = false;
  /** What was kept or removed while a reading was under way, which did not see it; one per reading. */
  readonly #meanwhile = new Set<Map<string, string | null>>();
  /** Undefined until it is known which one this page holds. */
  #slot: Slot | undefined;
  #channel: BroadcastChannel | undefined;
  /** False while the page is rendered in advance: nothing is read or written then. */
  #isOpen = false;
  #scheduled = false;
  /** When the shelf last did anything: one that works through hundreds of changes is not stuck. */
  #answeredAt = 0;
  #retryAt = 0;
  /** Counts what makes a reading that is under way worthless. */
  #epoch = 0;

  /** `name` keeps what is this shop's apart from the others' of its origin. */
  constructor(page: Kept, shelf: Shelf | undefined, readonly name = UNNAMED) {
    this.#page = page;
    // Outside a page nothing is stored, whatever the tier.
    const isPage = typeof document !== "undefined";
    const own = name === UNNAMED ? undefined : shelf?.of?.(name);
    this.#shelf = isPage ? (own ?? shelf) : undefined;
    this.#former = isPage && own ? shelf : undefined;
    this.#report = (error) => {
      if (!this.#told.has(error.code)) page.report(error);
      this.#told.add(error.code);
    };
    this.#visit = this.#visitOf(name);
  }

  /** Claims this page's slot, listens to the browser, and looks at the shelf if that is allowed. */
  async open(leaving: (gone: boolean) => void): Promise<void> {
    if (typeof document === "undefined") return;
    const { signal } = this.#stop;
    this.#isOpen = true;
    if (this.name !== UNNAMED && allows(this.#page.consent, "session")) this.#visit.inherit(this.#visitOf(UNNAMED));
    this.#listen();
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && (this.save(), leaving(false)), { signal });
    // A page that holds locks or channels cannot wait in the back/forward cache, so it lets go of them.
    addEventListener("pagehide", () => {
      this.save();
      leaving(true);
      this.#letGo();
    }, { signal });
    addEventListener("pageshow", (event) => event.persisted && void this.#resume(), { signal });
    const [slot] = await Promise.all([this.#claim(), this.look()]);
    // The page may be gone again.
    if (signal.aborted) slot.release();
    else this.#slot = slot;
  }

  /** Reads what lies on the shelf, unless that is forbidden, or no longer wanted when it is there. Whether it is known then. */
  async look(): Promise<boolean> {
    const shelf = this.#shelf;
    if (!allows(this.#page.consent, "persistent") || !shelf) return true;
    if (!this.#isOpen) return false;
    const epoch = this.#epoch;
    const meanwhile = new Map<string, string | null>();
    this.#meanwhile.add(meanwhile);
    let isLate = false;
    const read = async () => {
      if (this.#isOwed) await shelf.clear(false);
      const found = (await this.#inherited(shelf)) ?? (await shelf.read());
      if (epoch !== this.#epoch) return;
      this.#isOwed = false;
      // A customer's id stands, also where there was no room for it.
      const own = [...this.#unkept].filter((key) => tierOf(key) === "sync").map((key) => [key, this.#kept.get(key)] as const);
      this.#kept = found;
      for (const [key, value] of meanwhile) this.#set(key, value);
      this.#unkept.clear();
      this.#isRead = true;
      for (const [key, value] of own) if (value !== undefined) void this.keep(key, value);
      void this.#trim(this.#page.consent);
      if (isLate) this.#page.late();
    };
    const reading = read().finally(() => this.#meanwhile.delete(meanwhile));
    try {
      await this.#patiently(() => reading, READ_MS);
    } catch (error) {
      isLate = true;
      this.#report(refused(error));
    }
    return this.#isRead;
  }

  /** A store that could not be read may be there again. */
  #retry(): void {
    if (this.#isRead || !this.#isOpen || !this.#shelf || this.#meanwhile.size > 0 || Date.now() < this.#retryAt) return;
    this.#retryAt = Date.now() + RETRY_MS;
    void this.look().then((isKnown) => isKnown && this.#page.late());
  }

  /** Whether anything may outlive this page. */
  get lasts(): boolean {
    return this.#shelf !== undefined;
  }

  /** The replica to write as: the slot's own where it may be kept. */
  replica(otherwise: bigint): bigint {
    if (!this.#slot || !allows(this.#page.consent, "persistent")) return otherwise;
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
    this.#own();
    if (allows(consent, "persistent")) for (const [key, text] of this.#kept) if (/^profile(:|$)/.test(key)) this.#takeProfile(engine, text, key);
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
    if (!engine || !this.#isOpen) return;
    try {
      if (allows(consent, "session")) this.#visit.write(SESSION, toBase64(engine.session()));
      if (!allows(consent, "persistent") || !this.#slot || this.#page.joining) return;
      this.#retry();
      const key = this.#record;
      const there = this.#shelf?.peek?.(key);
      // What another tab stored since is joined first, so nobody's learning is overwritten.
      if (there !== undefined && there !== this.value(key)) this.#takeProfile(engine, there, key);
      const profile = toBase64(engine.profile());
      if (this.#newer.has(key) || (profile === this.value(key) && !this.#unkept.has(key))) return;
      void this.keep(key, profile);
      this.post({ profile });
    } catch (error) {
      this.#report(asEndcapError(error, "storage/failed", "the profile was not saved"));
    }
  }

  /** Under which this page keeps the profile. */
  get #record(): string {
    const number = this.#slot?.number;
    return number === undefined || this.#shelf?.peek ? PROFILE : `${PROFILE}:${number}`;
  }

  /** All that this page knows to be kept. */
  all(): Record<string, string> {
    return Object.fromEntries(this.#kept);
  }

  /** A value that was kept. */
  value(key: string): string | undefined {
    return this.#kept.get(key);
  }

  /** Keeps a value where consent allows it, `null` removes it; `tell` has the other tabs know it too. Whether it has come to lie, or not to lie, there. */
  async keep(key: string, value: string | null, tell = false): Promise<boolean> {
    if (!allows(this.#page.consent, "persistent")) return false;
    this.#set(key, value, value === null || this.#isRead);
    if (tell) this.post({ kept: { [key]: value } });
    return value === null ? this.#delete((shelf) => shelf.write(key, null)) : this.#write(key, value);
  }

  /** Tells the other tabs. */
  post(message: Message): void {
    try {
      this.#channel?.postMessage(message);
    } catch (error) {
      this.#report(unheard(error));
    }
  }

  /** A key of this page alone; undefined where pages cannot tell themselves apart. */
  own(key: string): string | undefined {
    return this.#slot?.number === undefined ? undefined : `${key}:${this.#slot.number}`;
  }

  /** What a reload of this tab finds again. */
  get visit(): Visit {
    return this.#visit;
  }

  /** Deletes what lies above `consent`. Whether that was possible. */
  async lower(consent: Consent): Promise<boolean> {
    const visit = allows(consent, "session") || this.#visit.clear();
    const kept = allows(consent, "persistent") ? this.#trim(consent) : this.#clear(true);
    this.post({ consent });
    return (await kept) && visit;
  }

  /** Deletes what lies above the tier in force, also of pages that are gone. Whether that was possible. */
  async trim(): Promise<boolean> {
    if (await this.look()) return this.#trim(this.#page.consent);
    this.#page.report(notDeleted("the browser's storage cannot be read"));
    return false;
  }

  /** Deletes everything, in this tab and, unless one of them told us, in the others. Whether nothing is left. */
  async erase(told: boolean): Promise<boolean> {
    const kept = this.#clear(!allows(this.#page.consent, "persistent"));
    const visit = this.#visit.clear();
    if (!told) this.post({ erase: true });
    return (await kept) && visit;
  }

  /** Deletes all that was learned but this page's own record, which has the erasure. Whether nothing else is left. */
  async eraseRest(): Promise<boolean> {
    const visit = this.#visit.clear();
    if (!(await this.look())) {
      this.#page.report(notDeleted("the browser's storage cannot be read"));
      return false;
    }
    const rest = [...this.#kept.keys()].filter((key) => key !== this.#record && !/^(replica|id$|since$)/.test(key));
    const gone = await Promise.all(rest.map((key) => this.keep(key, null)));
    return visit && gone.every(Boolean);
  }

  close(): void {
    this.save();
    this.#stop.abort();
    this.#letGo();
  }

  #set(key: string, value: string | null, lies = true): void {
    this.#unkept.delete(key);
    if (value === null) this.#kept.delete(key);
    else this.#kept.set(key, value);
    if (lies) for (const reading of this.#meanwhile) reading.set(key, value);
    if (key === ID) this.#own();
  }

  /** The engine tells erasures under this browser's id from those under another, which erase nothing here. */
  #own(): void {
    const id = this.value(ID);
    if (id) this.#page.engine?.setOwner(id);
  }

  async #trim(consent: Consent): Promise<boolean> {
    const above = [...this.#kept.keys()].filter((key) => !allows(consent, tierOf(key)));
    return (await Promise.all(above.map((key) => this.keep(key, null)))).every(Boolean);
  }

  async #clear(forGood: boolean): Promise<boolean> {
    const epoch = ++this.#epoch;
    this.#kept = new Map();
    this.#unkept.clear();
    this.#newer.clear();
    // Nothing that lies there is worth more than what comes after this.
    this.#isRead = !forGood;
    this.#isOwed = true;
    const gone = await this.#delete((shelf) => shelf.clear(forGood));
    if (gone && epoch === this.#epoch) this.#isOwed = false;
    return gone;
  }

  async #write(key: string, value: string): Promise<boolean> {
    if (!this.#shelf) return false;
    if (!this.#isRead) {
      this.#unkept.add(key);
      return false;
    }
    try {
      await this.#patiently((shelf) => shelf.write(key, value));
      return true;
    } catch (error) {
      if (this.value(key) === value) this.#unkept.add(key);
      this.#report(refused(error));
      return false;
    }
  }

  /** Tries it whatever went wrong before, and never keeps a failure to itself. */
  async #delete(action: (shelf: Shelf) => Promise<void>): Promise<boolean> {
    try {
      await this.#patiently(action);
      return true;
    } catch (error) {
      this.#page.report(notDeleted(error));
      return false;
    }
  }

  async #patiently(action: (shelf: Shelf) => Promise<void>, ms = CHANGE_MS): Promise<void> {
    const shelf = this.#shelf;
    if (!shelf) return;
    // Not awaited before it begins: the page may be about to go.
    const work = (async () => action(shelf))();
    // The next call opens it anew; what is under way may still come to its end.
    await patiently(work, "the browser's storage", () => shelf.close(), ms, () => Date.now() - this.#answeredAt < ms);
    this.#answeredAt = Date.now();
  }

  #letGo(): void {
    this.#slot?.release();
    this.#slot = undefined;
    this.#channel?.close();
    this.#channel = undefined;
    this.#isRead = false;
    this.#shelf?.close();
  }

  #claim(): Promise<Slot> {
    return claimSlot(this.name, this.#report);
  }

  #visitOf(name: string): Visit {
    return new Visit(name, this.#report, (error) => this.#page.report(error));
  }

  /**
   * All that lies on the shelf once what was stored before the shop had a name has been moved there; undefined if there is nothing to move. Whatever
   * ends it in between, the next page goes on. Replicas stay behind: a page that writes as one of them may be open.
   */
  async #inherited(shelf: Shelf): Promise<Map<string, string> | undefined> {
    const former = this.#former;
    if (!former || (await former.exists?.()) === false) return undefined;
    return exclusively(`${this.name}:move`, async () => {
      const own = await shelf.read();
      if (own.size > 0 && !own.has(MOVING)) return own;
      const found = [...(await former.read())].filter(([key]) => !key.startsWith("replica"));
      if (found.length > 0) await shelf.write(MOVING, "1");
      for (const [key, value] of found) await shelf.write(key, value);
      await former.clear(true);
      await shelf.write(MOVING, null);
      return shelf.read();
    });
  }

  async #resume(): Promise<void> {
    this.#listen();
    const { engine } = this.#page;
    [this.#slot] = await Promise.all([this.#claim(), this.look()]);
    if (!engine || this.#page.engine !== engine) return;
    engine.replica = this.replica(engine.replica);
    this.load(false);
    this.#page.changed();
  }

  #listen(): void {
    try {
      this.#channel = new BroadcastChannel(this.name);
    } catch (error) {
      return this.#report(unheard(error));
    }
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
    const newer = !this.#take(text, PROFILE, () => key !== undefined && void this.#aside(key, text), (bytes) => engine.joinProfile(bytes));
    if (newer && key !== undefined) this.#newer.add(key);
    return !newer;
  }

  /** What cannot be read goes from its place only once it lies elsewhere: a version that can read it may come. */
  async #aside(key: string, text: string): Promise<void> {
    this.#newer.add(key);
    if (!(await this.keep("aside", text))) return;
    this.#newer.delete(key);
    if (this.value(key) === text) await this.keep(key, null);
    this.saveSoon();
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

function unheard(error: unknown): EndcapError {
  return asEndcapError(error, "tabs/no-channel", "this tab does not hear what others learn, nor they of it, before the next page");
}

/** The tier that lets a value be kept. */
function tierOf(key: string): Consent {
  return /^((events|early):|device$)/.test(key) ? "contribute" : /^(profile|replica|aside|moving)(:|$)/.test(key) ? "persistent" : "sync";
}
