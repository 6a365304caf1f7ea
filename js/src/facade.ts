import { WHOLE, equalBytes, randomReplica } from "./bytes.js";
import type { Affinity, CatalogueInfo, Engine, EventName, EventParams, Explanation, Facet, Hit, Item, KnowledgeInfo, Learned, Muted, RecommendKind, RecommendOptions, SearchQuery, SearchResult, SuggestOptions, Suggestions } from "./endcap.js";
import { EndcapError, asEndcapError } from "./error.js";
import type { Exported } from "./export.js";
import { given, idOf, toItem } from "./item.js";
import { type PackFeed, type PackSource, assertSigned, fetchPack, trustOf } from "./pack.js";
import { Page, type PageOptions, TIMEOUT_MS } from "./page.js";
import { type Consent, type ConsentSource, allows } from "./tiers.js";

export { EndcapError } from "./error.js";
export type { Consent, ConsentSource } from "./tiers.js";
export { startOnce } from "./start.js";
export type { ContributeOptions, SyncOptions } from "./network.js";
export type { Exported } from "./export.js";
export type { PackFeed, PackSource } from "./pack.js";
export type { Shelf } from "./shelf.js";
export type * from "./shapes.js";

export interface OpenOptions extends PageOptions {
  /** `live(manifest)` of `endcap/live`, the address of a manifest (its path ends in `.json`) or of a pack, or a pack's bytes. Without, `rank` goes by the items' own fields. */
  pack?: PackSource;
  /** The shop's public key, as `endcap pack keygen` prints it, or several while one is replaced: nothing is opened that is not signed by it. Needs a secure context. */
  packKey?: string | readonly string[];
  /** A knowledge pack's address or bytes, if not the one that the manifest names. */
  knowledge?: Exclude<PackSource, PackFeed>;
  /** Which of the manifest's catalogues; the manifest has a default. */
  language?: string;
  /** Where the wasm is, if not beside the package's files. */
  wasm?: string | URL | Response | BufferSource | WebAssembly.Module;
  /** Milliseconds after which `open` gives up waiting for wasm and pack. Default 20,000. */
  timeout?: number;
}

/** Brings up the wasm; differs by host. */
export type Load = (signal: AbortSignal) => typeof Engine | Promise<typeof Engine>;

/** What a shop talks to. Fails open: no method throws, and without the engine the shop's own order stands. */
export class Facade {
  readonly #page: Page;
  #status: "ready" | "fallback" = "fallback";
  #catalogue: CatalogueInfo | null = null;
  #knowledge: Promise<KnowledgeInfo | null> = Promise.resolve(null);
  #unfollow = () => {};

  /** Use `Endcap.open()`. */
  constructor(options: OpenOptions) {
    this.#page = new Page(options, {
      attempt: (call) => this.#ask(undefined, call),
      message: (since) => this.#ask(since, (engine) => engine.profileDelta(since)),
      take: async (answer) => this.#take(answer),
    });
  }

  /** Never rejects. */
  protected static async start<T extends Facade>(this: new (options: OpenOptions) => T, load: Load, options: OpenOptions): Promise<T> {
    const facade = new this(options ?? {});
    try {
      await facade.#open(load, options ?? {});
    } catch (error) {
      facade.#page.failed(error, "open/failed", "Endcap did not start; the shop's own order stands");
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
    return this.#page.consent;
  }

  /**
   * The shopper has decided. What is stored above the tier is deleted at once, in this tab and the others: false, and `storage/not-deleted`
   * in `onError`, where the browser's storage did not let it. From tier "persistent" the profile records it with the time and the `source`.
   */
  setConsent(consent: Consent, source?: ConsentSource): Promise<boolean> {
    return this.#page.decide(consent, source);
  }

  /** Learns from a GA4 event, at once. */
  observe(name: EventName, params: EventParams = {}): Learned {
    const nothing: Learned = { accepted: false, items_known: 0, changes: [] };
    if (!allows(this.#page.consent, "memory") || !this.#page.isSeen(name, () => this.observe(name, params))) return nothing;
    const learned = this.#ask(nothing, (engine, now) => engine.observe({ name, params: given({ ...params, items: params?.items?.map(toItem) ?? [] }) }, now));
    if (learned.accepted) {
      this.#page.network.learned(name, params);
      this.#page.learned();
    }
    return learned;
  }

  /** For the text in the search box so far. */
  suggest(text: string, options: SuggestOptions = {}): Suggestions {
    return this.#ask({ products: [], completions: [], categories: [], brands: [], relaxed: [], recent: [] }, (engine, now) => engine.suggest(String(text), given(options), now));
  }

  search(query: SearchQuery): SearchResult {
    return this.#ask({ total: 0, relaxed: [], understood: [], hits: [], facets: [] }, (engine, now) => engine.search(given(query), now));
  }

  /** What comes next, belongs to `options.items`, could stand in their place, is due again, or inspires; nothing when the engine cannot load. */
  recommend(kind: RecommendKind = "next", options: RecommendOptions = {}): Hit[] {
    return this.#ask([], (engine, now) => engine.recommend(kind, given(options), now));
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

  /** Concludes nothing from a value any more, on all of the shopper's devices: `mute("brand", "Aquanova")`. `false` takes it back. */
  mute(facet: string, value: string, muted = true): void {
    if (!allows(this.#page.consent, "memory")) return;
    this.#ask(undefined, (engine, now) => engine.mute(facet, value, muted, now));
    this.#decided();
  }

  muted(): Muted[] {
    return this.#ask([], (engine) => engine.muted());
  }

  /** All that is known and kept of the shopper, as JSON that can be read. Resolves to null if that is impossible. */
  export(): Promise<Exported | null> {
    return this.#page.export(this);
  }

  /** Calls back after own learning, another tab's, a sync, another pack, or when the knowledge has come. Returns how to stop it. */
  on(_event: "change", listener: () => void): () => void {
    return this.#page.on(listener);
  }

  /** Exchanges profiles with the server now. True when the server keeps what we know. */
  sync(): Promise<boolean> {
    return this.#page.network.sync();
  }

  /** Joins this browser's profile with the customer's; `token` is signed by the shop's server. */
  link(token: string): Promise<boolean> {
    return this.#page.network.link(token);
  }

  /** The customer has logged out: an empty profile under a new identifier. The customer's own stays on the server. */
  unlink(): Promise<boolean> {
    return this.erase();
  }

  /** Forgets everything on this device, in all tabs. False, and `storage/not-deleted` in `onError`, where the browser's storage did not let it. */
  erase(): Promise<boolean> {
    return this.#page.erase();
  }

  /**
   * Forgets everything here and, from tier "sync", on all of the shopper's devices, also on one that comes back after a year. True when nothing is
   * left here and the server has confirmed it for this shopper's own profile; otherwise it is offered again with each sync.
   */
  eraseEverywhere(): Promise<boolean> {
    return this.#page.eraseEverywhere(async () => this.#ask(undefined, (engine, now) => engine.eraseEverywhere(now)));
  }

  /** Saves, and lets go of what a page holds. Afterwards every call answers as in fallback. */
  close(): void {
    this.#page.close();
    this.#lose();
  }

  async #open(load: Load, options: OpenOptions): Promise<void> {
    const page = this.#page;
    const { signal, stop } = deadline(options.timeout ?? TIMEOUT_MS);
    const prepared = page.prepare(signal);
    const unusable = (error: unknown) => page.failed(error, "pack/failed", "the pack cannot be used");
    const { knowledge } = options;
    const trust = trustOf(options.packKey);
    let more = knowledge == null ? undefined : async () => (await fetchPack(knowledge, undefined, undefined, trust)).bytes;
    try {
      const source = options.pack;
      const feed = typeof source === "object" && source && "follow" in source ? source : undefined;
      const pack = feed ? feed.first(options.language, signal, trust) : source == null ? undefined : fetchPack(source as string, options.language, signal, trust);
      pack?.catch(() => {}); // Awaited below; until then its failure is nobody's.
      let Engines: typeof Engine;
      try {
        Engines = await within(Promise.resolve(signal).then(load), signal);
      } catch (error) {
        throw asEndcapError(error, "wasm/load", "the engine's wasm could not be loaded; serve endcap_bg.wasm beside the package and allow 'wasm-unsafe-eval' in the content security policy");
      }
      await prepared;
      const replica = page.keeper.replica(randomReplica());
      try {
        const fetched = pack && (await within(pack, signal));
        if (fetched) assertSigned(fetched, trust);
        more ??= fetched?.more;
        page.engine = fetched ? Engines.withPack(fetched.bytes, replica) : new Engines(replica);
        this.#catalogue = page.engine.catalogue();
        if (fetched?.hash && fetched.hash !== this.#catalogue?.hash) {
          throw new EndcapError("pack/other", `the manifest promises pack ${fetched.hash}, ${this.#catalogue?.hash} came; purge the cache in between`);
        }
        this.#status = "ready";
      } catch (error) {
        unusable(error);
        page.engine?.free();
        this.#catalogue = null;
        page.engine = new Engines(replica);
      }
      if (feed) {
        this.#unfollow = feed.follow({
          get engine() { return page.engine; },
          patch: Engines.patch,
          updated: () => {
            this.#catalogue = page.engine?.catalogue() ?? null;
            if (this.#catalogue) this.#status = "ready";
            page.changed();
          },
          report: unusable,
        });
      }
      await page.begin(options, signal);
    } finally {
      stop();
    }
    if (more) this.#knowledge = this.#learn(more);
  }

  async #learn(load: () => Promise<Uint8Array>): Promise<KnowledgeInfo | null> {
    try {
      const bytes = await load();
      const info = this.#ask(null, (engine) => engine.attachKnowledge(bytes));
      if (info) this.#page.changed();
      return info;
    } catch (error) {
      this.#page.failed(error, "knowledge/failed", "the knowledge pack cannot be used");
      return null;
    }
  }

  /** A call that cannot throw: reports, and answers `otherwise`. */
  #ask<T>(otherwise: T, call: (engine: Engine, now: number) => T): T {
    const engine = this.#page.engine;
    return engine ? this.#try(otherwise, () => call(engine, this.#page.now())) : otherwise;
  }

  #try<T>(otherwise: T, call: () => T): T {
    try {
      return call();
    } catch (error) {
      // A trap leaves the wasm's memory in the middle of something; it must not write what it believes to be the profile.
      if (error instanceof WebAssembly.RuntimeError) {
        this.#lose(false);
        this.#page.report(new EndcapError("engine/panicked", `the engine stopped: ${error.message}; please report this with the input`, error));
      } else {
        this.#page.failed(error, "call/invalid", "the call could not be answered");
      }
      return otherwise;
    }
  }

  #take(answer: Uint8Array): [Uint8Array, boolean] | undefined {
    return this.#ask(undefined, (engine) => {
      const before = engine.profile();
      const since = answer[0] === WHOLE ? void engine.joinProfile(answer) : engine.joinDelta(answer);
      if (!equalBytes(before, engine.profile())) this.#page.learned();
      return since && [since, engine.isSynced(since)];
    });
  }

  /** What the shopper decides is kept at once. */
  #decided(): void {
    this.#page.keeper.save();
    this.#page.network.decided();
    this.#page.changed();
  }

  #lose(free = true): void {
    const engine = this.#page.engine;
    this.#page.engine = undefined;
    this.#catalogue = null;
    this.#status = "fallback";
    this.#unfollow();
    // What threw in the midst of a call still holds the engine; it then goes with the page.
    if (free) this.#try(undefined, () => engine?.free());
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
