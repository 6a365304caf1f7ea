// `endcap/worker`: the same engine in a Web Worker, for pages that want their own thread free. Answers are promises.
import { WHOLE, randomReplica } from "./bytes.js";
import type { Affinity, CatalogueInfo, Engine, EventName, EventParams, Explanation, Facet, Hit, Item, KnowledgeInfo, Learned, Muted, RecommendKind, RecommendOptions, SearchQuery, SearchResult, SuggestOptions, Suggestions } from "./endcap.js";
import type { Fault, Opening, Said, State, Told } from "./engine-worker.js";
import { EndcapError } from "./error.js";
import type { Exported } from "./export.js";
import { given, toItem } from "./item.js";
import { Mirror } from "./mirror.js";
import { Page, type PageOptions, TIMEOUT_MS } from "./page.js";
import { type Consent, type ConsentSource, allows } from "./tiers.js";

export type * from "./shapes.js";
export type { Consent, ConsentSource } from "./tiers.js";
export type { Exported } from "./export.js";
export { EndcapError };

export interface WorkerOptions extends PageOptions {
  /** The address of a manifest, which is followed as `live` of `endcap/live` does, or of a pack, or a pack's bytes. */
  pack?: string | URL | Uint8Array;
  /** How the manifest is followed; see `endcap/live`. */
  live?: Opening["live"];
  /** The shop's public key, or several while one is replaced: nothing is opened that is not signed by it. Needs a secure context. */
  packKey?: string | readonly string[];
  /** A knowledge pack's address or bytes, if not the one that the manifest names. */
  knowledge?: string | URL | Uint8Array;
  language?: string;
  /** Where the wasm is, if not beside the package's files. */
  wasm?: string | URL;
  /** Milliseconds after which wasm and pack are given up. Default 20,000. */
  timeout?: number;
  /** Makes the worker, where a bundler does not find `engine-worker.js`. */
  worker?: () => Worker;
}

/** A worker that is silent for so long has died without a word. */
const SILENCE_MS = 10_000;
const NOTHING: Learned = { accepted: false, items_known: 0, changes: [] };

/** What a shop talks to. Fails open like `Endcap`: nothing rejects, and without the engine the shop's own order stands. */
export class EndcapWorker {
  readonly #page: Page;
  readonly #waiting = new Map<number, { resolve: (answer: unknown) => void; reject: (error: unknown) => void }>();
  #mirror: Mirror | undefined;
  #worker: Worker | undefined;
  #next = 0;
  #knows: (info: KnowledgeInfo | null) => void = () => {};
  readonly #knowledge = new Promise<KnowledgeInfo | null>((resolve) => (this.#knows = resolve));
  #catalogue: CatalogueInfo | null = null;

  private constructor(options: WorkerOptions) {
    this.#page = new Page(options, {
      attempt: (call) => this.#attempt(call),
      // A page that leaves cannot wait for its worker, so it sends all.
      message: (since, leaving) => (leaving && this.#mirror ? this.#mirror.profile() : this.#ask(since, "profileDelta", () => [since])),
      take: async (answer) => {
        if (answer[0] === WHOLE) return void (await this.#ask(undefined, "joinProfile", () => [answer]));
        const since = await this.#ask<Uint8Array | undefined>(undefined, "joinDelta", () => [answer]);
        return since && [since, await this.#ask(false, "isSynced", () => [since])];
      },
    });
  }

  /** Never rejects. */
  static async open(options: WorkerOptions = {}): Promise<EndcapWorker> {
    const endcap = new EndcapWorker(options ?? {});
    try {
      await endcap.#open(options ?? {});
    } catch (error) {
      endcap.#lose();
      endcap.#page.failed(error, "open/failed", "Endcap did not start; the shop's own order stands");
    }
    return endcap;
  }

  get status(): "ready" | "fallback" {
    return this.#worker && this.#catalogue ? "ready" : "fallback";
  }

  get catalogue(): CatalogueInfo | null {
    return this.#catalogue;
  }

  /** What all shoppers' logs teach, when it has come. Null without; never rejects. */
  get knowledge(): Promise<KnowledgeInfo | null> {
    return this.#knowledge;
  }

  get consent(): Consent {
    return this.#page.consent;
  }

  /** What is stored above the tier is deleted at once. */
  setConsent(consent: Consent, source?: ConsentSource): Promise<boolean> {
    return this.#page.decide(consent, source);
  }

  async observe(name: EventName, params: EventParams = {}): Promise<Learned> {
    if (!allows(this.#page.consent, "memory") || !this.#page.isSeen(name, () => void this.observe(name, params))) return NOTHING;
    const learned = await this.#ask(NOTHING, "observe", () => [{ name, params: given({ ...params, items: params?.items?.map(toItem) ?? [] }) }, this.#page.now()]);
    if (learned.accepted) this.#page.network.learned(name, params);
    return learned;
  }

  suggest(text: string, options: SuggestOptions = {}): Promise<Suggestions> {
    return this.#ask({ products: [], completions: [], categories: [], brands: [], relaxed: [], recent: [] } as Suggestions, "suggest", () => [String(text), given(options), this.#page.now()]);
  }

  search(query: SearchQuery): Promise<SearchResult> {
    return this.#ask({ total: 0, relaxed: [], understood: [], hits: [], facets: [] } as SearchResult, "search", () => [given(query), this.#page.now()]);
  }

  recommend(kind: RecommendKind = "next", options: RecommendOptions = {}): Promise<Hit[]> {
    return this.#ask([] as Hit[], "recommend", () => [kind, given(options), this.#page.now()]);
  }

  facets(query: SearchQuery): Promise<Facet[]> {
    return this.#ask([] as Facet[], "facets", () => [given(query), this.#page.now()]);
  }

  /** The same items in this shopper's order; in the given order if anything is wrong. */
  async rank<T extends string | Item>(items: readonly T[]): Promise<T[]> {
    const own = typeof items?.[Symbol.iterator] === "function" ? [...items] : [];
    const order = await this.#ask<ArrayLike<number> | undefined>(undefined, "rank", () => [own.map(toItem), this.#page.now()]);
    return order ? Array.from(order, (index) => own[index] as T) : own;
  }

  explain(item: string | Item): Promise<Explanation> {
    const named = toItem(item);
    return this.#ask({ id: String(named.item_id ?? ""), score: 0, parts: [] } as Explanation, "explain", () => [named, this.#page.now()]);
  }

  affinities(limit = 20): Promise<Affinity[]> {
    return this.#ask([] as Affinity[], "affinities", () => [limit, this.#page.now()]);
  }

  /** Calls back after own learning, another tab's, a sync, or another pack. Returns how to stop it. */
  on(_event: "change", listener: () => void): () => void {
    return this.#page.on(listener);
  }

  /** Concludes nothing from a value any more, on all of the shopper's devices; `false` takes it back. */
  async mute(facet: string, value: string, muted = true): Promise<void> {
    if (!allows(this.#page.consent, "memory")) return;
    await this.#ask(undefined, "mute", () => [facet, value, muted, this.#page.now()]);
    this.#page.network.decided();
  }

  muted(): Promise<Muted[]> {
    return this.#ask([] as Muted[], "muted", () => []);
  }

  /** All that is known and kept of the shopper, as JSON that can be read. Resolves to null if that is impossible. */
  export(): Promise<Exported | null> {
    return this.#page.export(this);
  }

  /** Forgets everything here and, from tier "sync", on all of the shopper's devices. True when nothing is left here and the server has confirmed it. */
  eraseEverywhere(): Promise<boolean> {
    return this.#page.eraseEverywhere(() => this.#ask(undefined, "eraseEverywhere", () => [this.#page.now()]));
  }

  sync(): Promise<boolean> {
    return this.#page.network.sync();
  }

  link(token: string): Promise<boolean> {
    return this.#page.network.link(token);
  }

  unlink(): Promise<boolean> {
    return this.erase();
  }

  /** Forgets everything on this device, in all tabs. False where the browser's storage did not let it. */
  erase(): Promise<boolean> {
    return this.#page.erase();
  }

  close(): void {
    this.#page.close();
    this.#lose();
  }

  async #open(options: WorkerOptions): Promise<void> {
    const { pack, packKey, knowledge, language, timeout = TIMEOUT_MS } = options;
    const signal = AbortSignal.timeout(timeout);
    const prepared = this.#page.prepare(signal);
    // Bundlers look for exactly this expression.
    const worker = options.worker?.() ?? new Worker(new URL("./engine-worker.js", import.meta.url), { type: "module" });
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<Told>) => this.#told(data);
    worker.onerror = (event) => this.#died(new EndcapError("worker/failed", `the engine's worker stopped: ${event.message ?? "no reason given"}; allow it by worker-src and serve engine-worker.js beside the package`));
    await prepared;
    const replica = this.#page.keeper.replica(randomReplica());
    this.#mirror = new Mirror(this.#page, replica, (call, args) => this.#send({ call, args }, SILENCE_MS));
    this.#page.engine = this.#mirror as unknown as Engine;
    const absolute = (url: string | URL) => new URL(url, globalThis.location?.href).href;
    const named = (source: string | URL | Uint8Array | undefined) => (typeof source === "string" || source instanceof URL ? absolute(source) : source);
    const opened = named(pack);
    const isManifest = typeof opened === "string" && /\.json(?:[?#]|$)/.test(opened);
    await this.#send({
      open: {
        wasm: options.wasm === undefined ? undefined : absolute(options.wasm),
        pack: opened,
        packKey,
        knowledge: named(knowledge),
        live: isManifest ? (options.live ?? {}) : undefined,
        language, timeout, replica,
      },
    }, timeout + SILENCE_MS);
    await this.#page.begin(options, signal);
  }

  #told(data: Told): void {
    if ("report" in data) return this.#page.report(asFault(data.report));
    if ("knowledge" in data) return this.#knows(data.knowledge);
    if ("updated" in data) {
      this.#took(data.updated);
      return this.#page.changed();
    }
    const waiting = this.#waiting.get(data.id);
    this.#waiting.delete(data.id);
    // What is known is up to date before the answer is.
    if (data.state) this.#took(data.state);
    if (data.error) waiting?.reject(asFault(data.error));
    else waiting?.resolve(data.answer);
    if (data.state) this.#page.learned();
  }

  #took({ catalogue, profile, session, consent }: State): void {
    this.#catalogue = catalogue as CatalogueInfo | null;
    this.#mirror?.took(profile, session, consent);
  }

  #attempt(call: (engine: Engine, now: number) => void): void {
    const { engine } = this.#page;
    try {
      if (engine) call(engine, this.#page.now());
    } catch (error) {
      this.#page.failed(error, "call/invalid", "the call could not be answered");
    }
  }

  async #ask<T>(otherwise: T, call: string, args: () => unknown[]): Promise<T> {
    if (!this.#worker) return otherwise;
    try {
      return (await this.#send({ call, args: args() }, SILENCE_MS)) as T;
    } catch (error) {
      this.#page.failed(error, "call/invalid", "the call could not be answered");
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
    this.#page.report(error);
  }

  #lose(): void {
    const worker = this.#worker;
    this.#worker = this.#page.engine = undefined;
    this.#catalogue = null;
    worker?.terminate();
    this.#knows(null);
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(new EndcapError("engine/lost", "the engine was closed before it answered"));
  }
}

const asFault = ({ code, message }: Fault): EndcapError => new EndcapError(code, message);
