// `endcap/live`: the head of a catalogue first, the whole behind it, and what is newer than both while the page is open.
import { EndcapError } from "./error.js";
import { type Wanted, hashesOf, kept, loadWhole, nameOf } from "./load.js";
import { type Entry, type Fetched, type Followed, type PackFeed, type Trust, fetchEntry, fetchPiece, knowledgeOf } from "./pack.js";

export interface LiveOptions {
  /** Milliseconds between two looks at the manifest while the page is seen. Default 0: only when it is seen again. */
  poll?: number;
  /** Keeps the catalogue in the browser's cache storage, so that the next visit loads what has changed. Nothing of the shopper's. Default false. */
  keep?: boolean;
  /** False waits for the whole catalogue. Default true: its head comes first, if it has one. */
  head?: boolean;
  /** Loads, and puts deltas to, the whole catalogue in a Web Worker; a function makes the worker where a bundler does not find `load-worker.js`. */
  worker?: boolean | (() => Worker);
  /** Where the wasm is for the worker, if not beside the package's files. */
  wasm?: string | URL;
}

/** For `Endcap.open({ pack: live("/v1/manifest.json") })`. */
export function live(manifest: string | URL, options: LiveOptions = {}): PackFeed {
  return new Live(manifest, options ?? {});
}

const RETRY_MS = 2_000;
const RETRY_MOST_MS = 120_000;

type Found = Awaited<ReturnType<typeof fetchEntry>>;
interface Laid { hash: string; bytes: Uint8Array }

class Live implements PackFeed {
  readonly #manifest: string | URL;
  readonly #options: LiveOptions;
  readonly #stop = new AbortController();
  /** What was wrong before there was anybody to tell. */
  readonly #early: unknown[] = [];
  #language: string | undefined;
  #trust: Trust | undefined;
  #page: Followed | undefined;
  /** The manifest as it was seen last, until something has come of it. */
  #found: Found | undefined;
  /** Name of the whole catalogue that is open. */
  #whole: string | undefined;
  /** Settled once the whole catalogue has come, or nobody waits for it any more. */
  #completed = () => {};
  readonly #complete = new Promise<void>((resolve) => (this.#completed = resolve));
  #overlays: Laid[] = [];
  /** Name of the knowledge that the engine has; the first is the page's to load. */
  #knowledge: string | undefined;
  #distrust = false;
  #busy = false;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(manifest: string | URL, options: LiveOptions) {
    this.#manifest = manifest;
    this.#options = options;
  }

  async first(language: string | undefined, signal: AbortSignal, trust?: Trust): Promise<Fetched> {
    this.#language = language;
    this.#trust = trust && { ...trust, keep: this.#options.keep === true };
    const found = await fetchEntry(this.#manifest, language, signal, this.#trust);
    this.#found = found;
    const { entry, base } = found;
    const overlays = this.#loadOverlays(found, signal).then((overlays) => (this.#overlays = overlays), (error) => this.#tell(error));
    const there = this.#options.keep ? await kept(entry).catch((error) => this.#tell(error)) : undefined;
    const head = this.#options.head === false || there ? undefined : entry.head;
    const bytes = there ?? (head ? await fetchPiece(head, base, signal) : await this.#loadWhole(found, signal));
    if (!head) this.#whole = entry.hash;
    this.#knowledge = found.manifest.knowledge?.hash;
    await overlays;
    const { more } = knowledgeOf(found.manifest, base);
    // What is heavier than the head, and knows products that the head does not have, comes behind the whole.
    const heavy = more && head && (found.manifest.knowledge?.bytes ?? 0) > (head.bytes ?? 0);
    return { bytes, hash: (head ?? entry).hash, signed: !!trust, ...(more && { more: heavy ? () => this.#complete.then(more) : more }) };
  }

  follow(page: Followed): () => void {
    this.#page = page;
    for (const error of this.#early.splice(0)) page.report(error);
    const engine = page.engine;
    // The first pack was refused, or never came.
    if (!engine?.catalogue()) {
      this.#distrust = this.#whole !== undefined;
      this.#whole = undefined;
      this.#overlays = [];
    } else this.#lay(this.#overlays);
    const { signal } = this.#stop;
    if (typeof document !== "undefined") {
      document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.#soon(0), { signal });
      addEventListener("online", () => this.#soon(0), { signal });
    }
    if (this.#found?.entry.hash !== this.#whole || this.#whole === undefined) this.#soon(0);
    else {
      this.#found = undefined;
      this.#rest();
    }
    return () => {
      this.#stop.abort();
      this.#completed();
      clearTimeout(this.#timer);
    };
  }

  #soon(delay: number): void {
    clearTimeout(this.#timer);
    if (!this.#stop.signal.aborted) this.#timer = setTimeout(() => void this.#look(), delay);
  }

  /** Until the next look, if there is to be one. */
  #rest(): void {
    const { poll = 0 } = this.#options;
    if (poll > 0) this.#soon(poll);
  }

  /** Brings the engine to what the manifest names now. */
  async #look(): Promise<void> {
    // A page that nobody sees looks when it is seen again.
    const unseen = typeof document !== "undefined" && document.visibilityState === "hidden" && this.#whole !== undefined;
    if (this.#busy || unseen) return;
    this.#busy = true;
    const { signal } = this.#stop;
    try {
      const found = this.#found ?? (await fetchEntry(this.#manifest, this.#language, signal, this.#trust));
      this.#found = undefined;
      const isNew = found.entry.hash !== this.#whole;
      const { knowledge } = found.manifest;
      const [overlays, bytes, taught] = await Promise.all([
        this.#loadOverlays(found, signal).catch((error) => (this.#tell(error), undefined)),
        isNew ? this.#loadWhole(found, signal) : undefined,
        knowledge && knowledge.hash !== this.#knowledge ? knowledgeOf(found.manifest, found.base).more?.().catch((error) => this.#tell(error)) : undefined,
      ]);
      const engine = this.#page?.engine;
      if (!engine || signal.aborted) return;
      // Both in one task: no answer has the new catalogue with the old prices.
      if (bytes) this.#open(found.entry, bytes);
      const laid = this.#lay((overlays ?? []).filter(({ hash }) => bytes || this.#overlays.every((known) => known.hash !== hash)));
      if (overlays) this.#overlays = overlays;
      if (taught) {
        engine.attachKnowledge(taught);
        this.#knowledge = knowledge?.hash;
      }
      if (bytes || laid || taught) this.#page?.updated();
      this.#failures = 0;
      this.#rest();
    } catch (error) {
      if (signal.aborted) return;
      this.#tell(error);
      this.#soon(Math.min(RETRY_MS * 2 ** this.#failures++, RETRY_MOST_MS) * (0.5 + Math.random()));
    } finally {
      this.#busy = false;
    }
  }

  #open(entry: Entry, bytes: Uint8Array): void {
    const name = nameOf(bytes);
    try {
      if (name !== entry.hash) throw new EndcapError("pack/other", `the manifest promises pack ${entry.hash}, ${name} came; purge the cache in between`);
      this.#page?.engine?.setPack(bytes);
      this.#whole = entry.hash;
      this.#completed();
      this.#distrust = false;
    } catch (error) {
      this.#distrust = true;
      throw error;
    }
  }

  /** Whether any was laid over the catalogue. */
  #lay(overlays: Laid[]): boolean {
    let laid = false;
    for (const { bytes } of overlays) {
      try {
        laid = this.#page?.engine?.applyOverlay(bytes).applied || laid;
      } catch (error) {
        this.#tell(error);
      }
    }
    return laid;
  }

  /** Those of the manifest, of which the ones that are known are not loaded again. */
  async #loadOverlays({ entry, base }: Found, signal: AbortSignal): Promise<Laid[]> {
    return Promise.all((entry.overlays ?? []).map(async (piece) => {
      const known = this.#overlays.find(({ hash }) => hash === piece.hash);
      return known ?? { hash: piece.hash, bytes: await fetchPiece(piece, base, signal) };
    }));
  }

  async #loadWhole({ entry, base, manifest }: Found, signal: AbortSignal): Promise<Uint8Array> {
    // Before the engine stands, nothing can put a delta to a pack.
    const wanted: Wanted = { entry: this.#page ? entry : { ...entry, deltas: [] }, base: new URL(base, globalThis.location?.href).href, current: hashesOf(manifest), keep: this.#options.keep === true, distrust: this.#distrust };
    const { worker } = this.#options;
    if (worker && typeof Worker !== "undefined") {
      try {
        return await this.#inWorker(wanted, typeof worker === "function" ? worker : undefined, signal);
      } catch (error) {
        // Also where no worker may run: the page can do it by itself.
        if (signal.aborted) throw error;
        this.#tell(error);
      }
    }
    const patch = async () => (this.#page as Followed).patch;
    return loadWhole(wanted, patch, (error) => this.#tell(error), signal);
  }

  #inWorker(wanted: Wanted, make: (() => Worker) | undefined, signal: AbortSignal): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      // Bundlers look for exactly this expression.
      const worker = make ? make() : new Worker(new URL("./load-worker.js", import.meta.url), { type: "module" });
      const end = (settle: () => void) => {
        worker.terminate();
        settle();
      };
      signal.addEventListener("abort", () => end(() => reject(signal.reason)), { once: true });
      worker.onerror = (event) => end(() => reject(new EndcapError("worker/failed", `the worker that loads packs did not start: ${event.message ?? "no reason given"}; the page loads them itself`)));
      worker.onmessage = ({ data }) => {
        if (data.bytes) end(() => resolve(data.bytes));
        else if (data.error) end(() => reject(new EndcapError(data.error.code, data.error.message)));
        else if (data.report) this.#tell(new EndcapError(data.report.code, data.report.message));
      };
      const { wasm } = this.#options;
      worker.postMessage({ wanted, ...(wasm && { wasm: new URL(wasm, globalThis.location?.href).href }) });
    });
  }

  #tell(error: unknown): void {
    if (this.#page) this.#page.report(error);
    else this.#early.push(error);
  }
}
