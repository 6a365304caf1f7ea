import { equalBytes, randomReplica } from "./bytes.js";
import { type Consent, TIERS, allows, inForce, lower } from "./consent.js";
import type { Affinity, CatalogueInfo, Engine, EventName, EventParams, Explanation, Facet, Hit, Item, KnowledgeInfo, Learned, RecommendQuery, SearchQuery, SearchResult, SuggestOptions, Suggestions } from "./endcap.js";
import { EndcapError, asEndcapError } from "./error.js";
import { given, idOf, toItem } from "./item.js";
import { Keeper } from "./keeper.js";
import { type PackFeed, type PackSource, fetchPack } from "./pack.js";
import { Store } from "./store.js";
import { Sync } from "./sync.js";

export { EndcapError } from "./error.js";
export type { Consent } from "./consent.js";
export type { PackFeed, PackSource } from "./pack.js";
export type * from "./shapes.js";

export interface OpenOptions {
  /** `live(manifest)` of `endcap/live`, the address of a manifest (its path ends in `.json`) or of a pack, or a pack's bytes. Without, `rank` goes by the items' own fields. */
  pack?: PackSource;
  /** A knowledge pack's address or bytes, if not the one that the manifest names. */
  knowledge?: Exclude<PackSource, PackFeed>;
  /** Which of the manifest's catalogues; the manifest has a default. */
  language?: string;
  /** Default "off": nothing is learned. Given, it is the shopper's decision, and what is stored above it is deleted. */
  consent?: Consent;
  /** Base address of the server's API. */
  sync?: { url: string | URL };
  /** Told of everything that went wrong; nothing is thrown. Default: a warning on the console. */
  onError?: (error: EndcapError) => void;
  /** Milliseconds since 1970. */
  now?: () => number;
  /** Where the wasm is, if not beside the package's files. */
  wasm?: string | URL | Response | BufferSource | WebAssembly.Module;
  /** Milliseconds after which `open` gives up waiting for wasm and pack. Default 20,000. */
  timeout?: number;
}

/** Brings up the wasm; differs by host. */
export type Load = () => typeof Engine | Promise<typeof Engine>;

const TIMEOUT_MS = 20_000;

/** What a shop talks to. Fails open: no method throws, and without the engine the shop's own order stands. */
export class Facade {
  readonly #now: () => number;
  readonly #onError: (error: EndcapError) => void;
  readonly #store: Store;
  readonly #keeper: Keeper;
  readonly #sync: Sync | undefined;
  readonly #listeners = new Set<() => void>();
  #engine: Engine | undefined;
  #status: "ready" | "fallback" = "fallback";
  #catalogue: CatalogueInfo | null = null;
  #knowledge: Promise<KnowledgeInfo | null> = Promise.resolve(null);
  #consent: Consent;
  #unfollow = () => {};

  /** Use `Endcap.open()`. */
  constructor(options: OpenOptions) {
    this.#onError = options.onError ?? ((error) => console.warn(error));
    this.#now = typeof options.now === "function" ? options.now : Date.now;
    if (options.now && this.#now !== options.now) this.#report(new EndcapError("call/clock", "the option now must be a function; Date.now is used"));
    this.#consent = this.#tier(options.consent ?? "off");
    const report = (error: EndcapError) => this.#report(error);
    const facade = this;
    this.#store = new Store(report);
    const page = {
      get consent() { return facade.#consent; },
      get engine() { return facade.#engine; },
      changed: () => this.#changed(),
      told: (message: { erase?: boolean; consent?: Consent } | null) => {
        if (message?.erase) this.#erase(true);
        else if (message?.consent) this.#lower(lower(this.#consent, inForce(message.consent)));
      },
      allowed: () => this.#engine !== undefined && allows(this.#consent, "sync"),
      profile: () => this.#engine?.profile() ?? new Uint8Array(),
      join: (bytes: Uint8Array) => this.#join(bytes),
    };
    this.#keeper = new Keeper(page, this.#store, report);
    this.#sync = options.sync && new Sync(options.sync.url, page, this.#store, report);
  }

  /** Never rejects. */
  protected static async start<T extends Facade>(this: new (options: OpenOptions) => T, load: Load, options: OpenOptions): Promise<T> {
    const facade = new this(options ?? {});
    try {
      await facade.#open(load, options ?? {});
    } catch (error) {
      facade.#report(asEndcapError(error, "open/failed", "Endcap did not start; the shop's own order stands"));
    }
    return facade;
  }

  /** "fallback": wasm or pack is missing. Without the wasm nothing is personal; without the pack `rank` still goes by the items' own fields. */
  get status(): "ready" | "fallback" {
    return this.#status;
  }

  /** What the pack is of; null without one. */
  get catalogue(): CatalogueInfo | null {
    return this.#catalogue;
  }

  /** What all shoppers' logs teach, when it has come: after the catalogue, in the background. Null without; never rejects. */
  get knowledge(): Promise<KnowledgeInfo | null> {
    return this.#knowledge;
  }

  /** The tier in force; Global Privacy Control caps it at "persistent". */
  get consent(): Consent {
    return this.#consent;
  }

  /** The shopper has decided. What is stored above the tier is deleted at once, in this tab and the others. */
  setConsent(consent: Consent): void {
    const before = this.#consent;
    const after = this.#tier(consent);
    if (allows(before, after)) {
      this.#keeper.lower(after);
      this.#lower(after);
      return;
    }
    this.#consent = after;
    this.#ask(undefined, (engine) => {
      engine.replica = this.#keeper.replica(engine.replica);
      this.#keeper.load(!allows(before, "memory"));
      this.#keeper.save();
      this.#changed();
    });
    if (allows(after, "sync")) void this.#sync?.now();
  }

  /** Learns from a GA4 event, at once. */
  observe(name: EventName, params: EventParams = {}): Learned {
    const nothing: Learned = { accepted: false, items_known: 0, changes: [] };
    if (!allows(this.#consent, "memory")) return nothing;
    const learned = this.#ask(nothing, (engine, now) => engine.observe({ name, params: given({ ...params, items: params?.items?.map(toItem) ?? [] }) }, now));
    if (learned.accepted) {
      this.#keeper.saveSoon();
      this.#sync?.soon();
      this.#changed();
    }
    return learned;
  }

  /** For the text in the search box so far. */
  suggest(text: string, options: SuggestOptions = {}): Suggestions {
    return this.#ask({ products: [], completions: [], categories: [], brands: [], relaxed: [], recent: [] }, (engine, now) => engine.suggest(String(text), given(options), now));
  }

  search(query: SearchQuery): SearchResult {
    return this.#ask({ total: 0, relaxed: [], hits: [], facets: [] }, (engine, now) => engine.search(given(query), now));
  }

  /** What the shopper most probably opens next, by this visit or by `query.items`; nothing when the engine cannot load. */
  recommend(query: RecommendQuery = {}): Hit[] {
    return this.#ask([], (engine, now) => engine.recommend(given(query), now));
  }

  /** The facets of a search, in this shopper's order. */
  facets(query: SearchQuery): Facet[] {
    return this.#ask([], (engine, now) => engine.facets(given(query), now));
  }

  /** The same items in this shopper's order; in the given order if anything is wrong. */
  rank<T extends string | Item>(items: readonly T[]): T[] {
    const own = this.#try(Array.isArray(items) ? items : [], () => {
      if (typeof items?.[Symbol.iterator] !== "function") throw new EndcapError("call/invalid", "rank: a list of items");
      return [...items];
    });
    return this.#ask(own, (engine, now) => Array.from(engine.rank(own.map(toItem), now), (index) => own[index] as T));
  }

  /** The parts of an item's score, in log-odds. */
  explain(item: string | Item): Explanation {
    return this.#ask({ id: this.#try("", () => idOf(item)), score: 0, parts: [] }, (engine, now) => engine.explain(toItem(item), now));
  }

  /** What the engine believes of this shopper now, strongest first. */
  affinities(limit = 20): Affinity[] {
    return this.#ask([], (engine, now) => engine.affinities(limit, now));
  }

  /** Calls back after own learning, another tab's, a sync, another pack, or when the knowledge has come. Returns how to stop it. */
  on(_event: "change", listener: () => void): () => void {
    const own = () => listener();
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  /** Exchanges profiles with the server now. True when the server keeps what we know. */
  async sync(): Promise<boolean> {
    return (await this.#sync?.now()) ?? false;
  }

  /** Joins this browser's profile with the customer's; `token` is signed by the shop's server. */
  async link(token: string): Promise<boolean> {
    return (await this.#sync?.link(token)) ?? false;
  }

  /** The customer has logged out: an empty profile under a new identifier. The customer's own stays on the server. */
  unlink(): void {
    this.erase();
  }

  /** Forgets everything on this device, in all tabs. */
  erase(): void {
    this.#erase(false);
  }

  /** Saves, and lets go of what a page holds. Afterwards every call answers as in fallback. */
  close(): void {
    this.#keeper.close();
    this.#sync?.stop();
    this.#listeners.clear();
    this.#lose();
  }

  async #open(load: Load, options: OpenOptions): Promise<void> {
    const { signal, stop } = deadline(options.timeout ?? TIMEOUT_MS);
    const { knowledge } = options;
    let more = knowledge == null ? undefined : async () => (await fetchPack(knowledge)).bytes;
    try {
      const source = options.pack;
      const feed = typeof source === "object" && source && "follow" in source ? source : undefined;
      const pack = feed ? feed.first(options.language, signal) : source == null ? undefined : fetchPack(source as string, options.language, signal);
      pack?.catch(() => {}); // Awaited below; until then its failure is nobody's.
      let Engines: typeof Engine;
      try {
        Engines = await within(Promise.resolve().then(load), signal);
      } catch (error) {
        throw asEndcapError(error, "wasm/load", "the engine's wasm could not be loaded; serve endcap_bg.wasm beside the package and allow 'wasm-unsafe-eval' in the content security policy");
      }
      await within(this.#keeper.open(() => this.#sync?.beacon()), signal);
      const replica = this.#keeper.replica(randomReplica());
      try {
        const fetched = pack && (await within(pack, signal));
        more ??= fetched?.more;
        this.#engine = fetched ? Engines.withPack(fetched.bytes, replica) : new Engines(replica);
        this.#catalogue = this.#engine.catalogue();
        if (fetched?.hash && fetched.hash !== this.#catalogue?.hash) {
          throw new EndcapError("pack/other", `the manifest promises pack ${fetched.hash}, ${this.#catalogue?.hash} came; purge the cache in between`);
        }
        this.#status = "ready";
      } catch (error) {
        this.#report(asEndcapError(error, "pack/failed", "the pack cannot be used"));
        this.#engine?.free();
        this.#catalogue = null;
        this.#engine = new Engines(replica);
      }
      const facade = this;
      if (feed) {
        this.#unfollow = feed.follow({
          get engine() { return facade.#engine; },
          patch: Engines.patch,
          updated: () => {
            this.#catalogue = this.#engine?.catalogue() ?? null;
            if (this.#catalogue) this.#status = "ready";
            this.#changed();
          },
          report: (error) => this.#report(asEndcapError(error, "pack/failed", "the pack cannot be used")),
        });
      }
    } finally {
      stop();
    }
    // Only a decision deletes: a page that has not asked yet says nothing about what was allowed before.
    if (options.consent != null) this.#keeper.lower(this.#consent);
    this.#keeper.load(true);
    if (allows(this.#consent, "sync")) this.#sync?.soon(0);
    if (more) this.#knowledge = this.#learn(more);
  }

  async #learn(load: () => Promise<Uint8Array>): Promise<KnowledgeInfo | null> {
    try {
      const bytes = await load();
      const info = this.#ask(null, (engine) => engine.attachKnowledge(bytes));
      if (info) this.#changed();
      return info;
    } catch (error) {
      this.#report(asEndcapError(error, "knowledge/failed", "the knowledge pack cannot be used"));
      return null;
    }
  }

  /** A call that cannot throw: reports, and answers `otherwise`. */
  #ask<T>(otherwise: T, call: (engine: Engine, now: number) => T): T {
    const engine = this.#engine;
    return engine ? this.#try(otherwise, () => call(engine, this.#now())) : otherwise;
  }

  #try<T>(otherwise: T, call: () => T): T {
    try {
      return call();
    } catch (error) {
      // A trap leaves the wasm's memory in the middle of something; it must not write what it believes to be the profile.
      if (error instanceof WebAssembly.RuntimeError) {
        this.#lose(false);
        this.#report(new EndcapError("engine/panicked", `the engine stopped: ${error.message}; please report this with the input`, error));
      } else {
        this.#report(asEndcapError(error, "call/invalid", "the call could not be answered"));
      }
      return otherwise;
    }
  }

  #join(bytes: Uint8Array): void {
    const engine = this.#engine;
    if (!engine || bytes.length === 0) return;
    const before = engine.profile();
    engine.joinProfile(bytes);
    if (equalBytes(before, engine.profile())) return;
    this.#keeper.saveSoon();
    this.#changed();
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
    this.#ask(undefined, (engine) => {
      engine.erase();
      engine.replica = this.#keeper.replica(randomReplica());
    });
    this.#changed();
  }

  #lose(free = true): void {
    const engine = this.#engine;
    this.#engine = undefined;
    this.#catalogue = null;
    this.#status = "fallback";
    this.#unfollow();
    // What threw in the midst of a call still holds the engine; it then goes with the page.
    if (free) this.#try(undefined, () => engine?.free());
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
    try {
      this.#onError(error);
    } catch (thrown) {
      console.error(thrown);
    }
  }
}

/** An abort signal after `ms`, and how to call it off. */
function deadline(ms: number): { signal: AbortSignal; stop: () => void } {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new EndcapError("open/timeout", `wasm and pack did not arrive within ${ms} ms`)), ms);
  return { signal: controller.signal, stop: () => clearTimeout(timer) };
}

function within<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });
}
