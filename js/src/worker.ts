// `endcap/worker`: the same engine in a Web Worker, for pages that want their own thread free. Answers are promises.
import { equalBytes, randomReplica } from "./bytes.js";
import { type Consent, TIERS, allows, inForce, lower } from "./consent.js";
import type { Affinity, CatalogueInfo, Engine, EventName, EventParams, Explanation, Facet, Item, Learned, SearchQuery, SearchResult, SuggestOptions, Suggestions } from "./endcap.js";
import type { Fault, Opening, Said, State, Told } from "./engine-worker.js";
import { EndcapError, asEndcapError } from "./error.js";
import { given, toItem } from "./item.js";
import { Keeper } from "./keeper.js";
import { Store } from "./store.js";
import { Sync } from "./sync.js";

export type * from "./shapes.js";
export type { Consent } from "./consent.js";
export { EndcapError };

export interface WorkerOptions {
  /** The address of a manifest, which is followed as `live` of `endcap/live` does, or of a pack, or a pack's bytes. */
  pack?: string | URL | Uint8Array;
  /** How the manifest is followed; see `endcap/live`. */
  live?: Opening["live"];
  language?: string;
  /** As in `Endcap.open`: default "off". */
  consent?: Consent;
  sync?: { url: string | URL };
  onError?: (error: EndcapError) => void;
  now?: () => number;
  /** Where the wasm is, if not beside the package's files. */
  wasm?: string | URL;
  /** Milliseconds after which wasm and pack are given up. Default 20,000. */
  timeout?: number;
  /** Makes the worker, where a bundler does not find `engine-worker.js`. */
  worker?: () => Worker;
}

const TIMEOUT_MS = 20_000;
/** A worker that is silent for so long has died without a word. */
const SILENCE_MS = 10_000;
/** What a profile from the store waits for is on its way; told to the keeper as what it must not overwrite. */
const LATER = "later/newer-version";
const NOTHING: Learned = { accepted: false, items_known: 0, changes: [] };

/** What a shop talks to. Fails open like `Endcap`: nothing rejects, and without the engine the shop's own order stands. */
export class EndcapWorker {
  readonly #now: () => number;
  readonly #onError: (error: EndcapError) => void;
  readonly #keeper: Keeper;
  readonly #sync: Sync | undefined;
  readonly #listeners = new Set<() => void>();
  readonly #waiting = new Map<number, { resolve: (answer: unknown) => void; reject: (error: unknown) => void }>();
  readonly #mirror: Mirror;
  #worker: Worker | undefined;
  #next = 0;
  #catalogue: CatalogueInfo | null = null;
  #consent: Consent;

  private constructor(options: WorkerOptions) {
    this.#onError = options.onError ?? ((error) => console.warn(error));
    this.#now = typeof options.now === "function" ? options.now : Date.now;
    this.#consent = this.#tier(options.consent ?? "off");
    const report = (error: EndcapError) => this.#report(error);
    const store = new Store(report);
    const outer = this;
    this.#mirror = new Mirror((call, args) => this.#send({ call, args }, SILENCE_MS), () => this.#keeper.save(), (error) => this.#report(asEndcapError(error, "call/invalid", "the call could not be answered")));
    const page = {
      get consent() { return outer.#consent; },
      get engine() { return outer.#worker && (outer.#mirror as unknown as Engine); },
      changed: () => this.#changed(),
      told: (message: { erase?: boolean; consent?: Consent } | null) => {
        if (message?.erase) this.#erase(true);
        else if (message?.consent) this.#lower(lower(this.#consent, inForce(message.consent)));
      },
      allowed: () => this.#worker !== undefined && allows(this.#consent, "sync"),
      profile: () => this.#mirror.profile(),
      join: (bytes: Uint8Array) => void (bytes.length > 0 && this.#ask(undefined, "joinProfile", () => [bytes])),
    };
    this.#keeper = new Keeper(page, store, report);
    this.#sync = options.sync && new Sync(options.sync.url, page, store, report);
  }

  /** Never rejects. */
  static async open(options: WorkerOptions = {}): Promise<EndcapWorker> {
    const endcap = new EndcapWorker(options ?? {});
    try {
      await endcap.#open(options ?? {});
    } catch (error) {
      endcap.#lose();
      endcap.#report(asEndcapError(error, "open/failed", "Endcap did not start; the shop's own order stands"));
    }
    return endcap;
  }

  get status(): "ready" | "fallback" {
    return this.#worker && this.#catalogue ? "ready" : "fallback";
  }

  get catalogue(): CatalogueInfo | null {
    return this.#catalogue;
  }

  get consent(): Consent {
    return this.#consent;
  }

  /** What is stored above the tier is deleted at once. */
  setConsent(consent: Consent): void {
    const before = this.#consent;
    const after = this.#tier(consent);
    if (allows(before, after)) {
      this.#keeper.lower(after);
      this.#lower(after);
      return;
    }
    this.#consent = after;
    this.#mirror.replica = this.#keeper.replica(this.#mirror.replica);
    this.#keeper.load(!allows(before, "memory"));
    this.#keeper.save();
    this.#changed();
    if (allows(after, "sync")) void this.#sync?.now();
  }

  async observe(name: EventName, params: EventParams = {}): Promise<Learned> {
    if (!allows(this.#consent, "memory")) return NOTHING;
    const learned = await this.#ask(NOTHING, "observe", () => [{ name, params: given({ ...params, items: params?.items?.map(toItem) ?? [] }) }, this.#now()]);
    if (learned.accepted) this.#sync?.soon();
    return learned;
  }

  suggest(text: string, options: SuggestOptions = {}): Promise<Suggestions> {
    return this.#ask({ products: [], completions: [], categories: [], brands: [], relaxed: [], recent: [] } as Suggestions, "suggest", () => [String(text), given(options), this.#now()]);
  }

  search(query: SearchQuery): Promise<SearchResult> {
    return this.#ask({ total: 0, relaxed: [], hits: [], facets: [] } as SearchResult, "search", () => [given(query), this.#now()]);
  }

  facets(query: SearchQuery): Promise<Facet[]> {
    return this.#ask([] as Facet[], "facets", () => [given(query), this.#now()]);
  }

  /** The same items in this shopper's order; in the given order if anything is wrong. */
  async rank<T extends string | Item>(items: readonly T[]): Promise<T[]> {
    const own = typeof items?.[Symbol.iterator] === "function" ? [...items] : [];
    const order = await this.#ask<ArrayLike<number> | undefined>(undefined, "rank", () => [own.map(toItem), this.#now()]);
    return order ? Array.from(order, (index) => own[index] as T) : own;
  }

  explain(item: string | Item): Promise<Explanation> {
    const named = toItem(item);
    return this.#ask({ id: String(named.item_id ?? ""), score: 0, parts: [] } as Explanation, "explain", () => [named, this.#now()]);
  }

  affinities(limit = 20): Promise<Affinity[]> {
    return this.#ask([] as Affinity[], "affinities", () => [limit, this.#now()]);
  }

  /** Calls back after own learning, another tab's, a sync, or another pack. Returns how to stop it. */
  on(_event: "change", listener: () => void): () => void {
    const own = () => listener();
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  async sync(): Promise<boolean> {
    return (await this.#sync?.now()) ?? false;
  }

  async link(token: string): Promise<boolean> {
    return (await this.#sync?.link(token)) ?? false;
  }

  unlink(): void {
    this.erase();
  }

  erase(): void {
    this.#erase(false);
  }

  close(): void {
    this.#keeper.close();
    this.#sync?.stop();
    this.#listeners.clear();
    this.#lose();
  }

  async #open(options: WorkerOptions): Promise<void> {
    // Bundlers look for exactly this expression.
    const worker = options.worker?.() ?? new Worker(new URL("./engine-worker.js", import.meta.url), { type: "module" });
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<Told>) => this.#told(data);
    worker.onerror = (event) => this.#died(new EndcapError("worker/failed", `the engine's worker stopped: ${event.message ?? "no reason given"}; allow it by worker-src and serve engine-worker.js beside the package`));
    await this.#keeper.open(() => this.#sync?.beacon());
    const { pack, language, timeout = TIMEOUT_MS } = options;
    const replica = this.#keeper.replica(randomReplica());
    this.#mirror.begin(replica);
    const absolute = (url: string | URL) => new URL(url, globalThis.location?.href).href;
    const address = typeof pack === "string" || pack instanceof URL ? absolute(pack) : undefined;
    const isManifest = address !== undefined && /\.json(?:[?#]|$)/.test(address);
    await this.#send({
      open: {
        wasm: options.wasm === undefined ? undefined : absolute(options.wasm),
        pack: address ?? (pack as Uint8Array | undefined),
        live: isManifest ? (options.live ?? {}) : undefined,
        language, timeout, replica,
      },
    }, timeout + SILENCE_MS);
    if (options.consent != null) this.#keeper.lower(this.#consent);
    this.#keeper.load(true);
    if (allows(this.#consent, "sync")) this.#sync?.soon(0);
  }

  #told(data: Told): void {
    if ("report" in data) return this.#report(asFault(data.report));
    if ("updated" in data) {
      this.#took(data.updated);
      return this.#changed();
    }
    const waiting = this.#waiting.get(data.id);
    this.#waiting.delete(data.id);
    // What is known is up to date before the answer is.
    if (data.state) this.#took(data.state);
    if (data.error) waiting?.reject(asFault(data.error));
    else waiting?.resolve(data.answer);
    if (data.state) {
      this.#keeper.saveSoon();
      this.#changed();
    }
  }

  #took({ catalogue, profile, session }: State): void {
    this.#catalogue = catalogue as CatalogueInfo | null;
    this.#mirror.took(profile, session);
  }

  async #ask<T>(otherwise: T, call: string, args: () => unknown[]): Promise<T> {
    if (!this.#worker) return otherwise;
    try {
      return (await this.#send({ call, args: args() }, SILENCE_MS)) as T;
    } catch (error) {
      this.#report(asEndcapError(error, "call/invalid", "the call could not be answered"));
      return otherwise;
    }
  }

  #send(what: { open: Opening } | { call: string; args: unknown[] }, patience: number): Promise<unknown> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#died(new EndcapError("worker/silent", "the engine's worker does not answer; the shop's own order stands")), patience);
      const settled = (settle: (value: unknown) => void) => (value: unknown) => {
        clearTimeout(timer);
        settle(value);
      };
      this.#waiting.set(id, { resolve: settled(resolve), reject: settled(reject) });
      try {
        this.#worker?.postMessage({ id, ...what } as Said);
      } catch (error) {
        this.#waiting.delete(id);
        settled(reject)(error);
      }
    });
  }

  #died(error: EndcapError): void {
    this.#lose();
    this.#report(error);
  }

  #lose(): void {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#catalogue = null;
    worker?.terminate();
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(new EndcapError("engine/lost", "the engine was closed before it answered"));
  }

  #lower(consent: Consent): void {
    if (consent === this.#consent) return;
    this.#consent = consent;
    if (!allows(consent, "sync")) this.#sync?.forget();
    if (!allows(consent, "memory")) this.#forget();
  }

  #erase(told: boolean): void {
    this.#keeper.erase(told);
    this.#forget();
  }

  /** An erased part must not meet its former self again, so the engine goes on as another replica. */
  #forget(): void {
    this.#sync?.forget();
    this.#mirror.erase();
    this.#mirror.replica = this.#keeper.replica(randomReplica());
    this.#changed();
  }

  #tier(asked: Consent): Consent {
    if (!TIERS.includes(asked)) this.#report(new EndcapError("call/consent", `consent: one of ${TIERS.join(", ")}; "off" until then`));
    return inForce(asked);
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener();
      } catch (error) {
        this.#report(asEndcapError(error, "listener/threw", "a change listener threw"));
      }
    }
  }

  #report(error: EndcapError): void {
    if (error.code === LATER) return;
    try {
      this.#onError(error);
    } catch (thrown) {
      console.error(thrown);
    }
  }
}

/** The worker's engine as the keeper sees it: what it knew last, and calls that are on their way. */
class Mirror {
  readonly #send: (call: string, args: unknown[]) => Promise<unknown>;
  readonly #save: () => void;
  readonly #report: (error: unknown) => void;
  /** What is stored and cannot be read, and why. */
  #refused: { bytes: Uint8Array; error: unknown } | undefined;
  #replica = 0n;
  #profile: Uint8Array = new Uint8Array();
  #session: Uint8Array = new Uint8Array();
  /** What is stored and in the profile already. */
  #known: Uint8Array = new Uint8Array();

  constructor(send: (call: string, args: unknown[]) => Promise<unknown>, save: () => void, report: (error: unknown) => void) {
    this.#send = send;
    this.#save = save;
    this.#report = report;
  }

  begin(replica: bigint): void {
    this.#replica = replica;
  }

  took(profile: Uint8Array, session: Uint8Array): void {
    [this.#profile, this.#session] = [profile, session];
  }

  get replica(): bigint {
    return this.#replica;
  }

  set replica(replica: bigint) {
    if (replica === this.#replica) return;
    this.#replica = replica;
    this.#tell("replica", [replica]);
  }

  /** The keeper stores this next, so it is what it reads the next time. */
  profile(): Uint8Array {
    this.#known = this.#profile;
    return this.#profile;
  }

  session(): Uint8Array {
    return this.#session;
  }

  restoreSession(bytes: Uint8Array): boolean {
    this.#tell("restoreSession", [bytes]);
    return true;
  }

  /** What is stored may be another tab's: it must be in the profile before the profile takes its place. */
  joinProfile(bytes: Uint8Array): void {
    if (this.#refused && equalBytes(bytes, this.#refused.bytes)) throw this.#refused.error;
    if (equalBytes(bytes, this.#known)) return;
    this.#known = bytes;
    // What the engine refuses is for the keeper to judge when it comes by again, which is at once.
    this.#send("joinProfile", [bytes]).catch((error) => (this.#refused = { bytes, error })).then(this.#save);
    throw new EndcapError(LATER, "the profile is on its way");
  }

  erase(): void {
    this.took(new Uint8Array(), new Uint8Array());
    this.#tell("erase", []);
  }

  #tell(call: string, args: unknown[]): void {
    this.#send(call, args).catch(this.#report);
  }
}

const asFault = ({ code, message }: Fault): EndcapError => new EndcapError(code, message);
