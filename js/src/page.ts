// What `Endcap` and `EndcapWorker` have in common, wherever their engine is: the tier in force and all that follows from
// it, and who is told of what.
import { randomReplica } from "./bytes.js";
import type { Engine, EventName } from "./endcap.js";
import { EndcapError, asEndcapError } from "./error.js";
import type { Exported, Knower } from "./export.js";
import { type Kept, Keeper, type Message } from "./keeper.js";
import { type ContributeOptions, type Host, Network, type SyncOptions } from "./network.js";
import { Database, type Shelf } from "./shelf.js";
import { type Consent, type ConsentSource, SOURCES, TIERS, allows, inForce, lower } from "./tiers.js";

export interface PageOptions {
  /** Default "off": nothing is learned. Given, it is the shopper's decision, and what is stored above it is deleted. */
  consent?: Consent;
  /** The server, for the tiers "sync" and "contribute". */
  sync?: SyncOptions;
  /** How much of an event is told in the tier "contribute"; default all that docs/privacy.md names. */
  contribute?: ContributeOptions;
  /**
   * Which of several shops of one origin this is: each has a profile, a consent and an erasure of its own. What was stored without a name becomes that of
   * the shop which gets one first.
   */
  shop?: string;
  /** Where the profile outlives the visit: "indexeddb" (default), "memory" for nowhere, or `cookie()` of `endcap/cookie`. */
  storage?: "indexeddb" | "memory" | Shelf;
  /** Told of everything that went wrong; nothing is thrown. Default: a warning on the console. */
  onError?: (error: EndcapError) => void;
  /** Milliseconds since 1970. */
  now?: () => number;
}

/** What differs between an engine in the page's own thread and one in a worker. */
export interface Way extends Pick<Host, "message" | "take"> {
  /** Calls with the engine if there is one; never throws. */
  attempt(call: (engine: Engine, now: number) => void): void;
}

/** How long `open` waits for wasm and pack, if the shop says nothing. */
export const TIMEOUT_MS = 20_000;

/** The page as its keeper and its way to the server see it. */
export class Page implements Kept, Host, Way {
  // What only the types say is not sent: fields that the constructor sets would be named twice.
  declare readonly attempt: Way["attempt"];
  declare readonly message: Way["message"];
  declare readonly take: Way["take"];
  declare readonly now: () => number;
  declare readonly keeper: Keeper;
  declare readonly network: Network;
  declare engine: Engine | undefined;
  declare consent: Consent;
  declare joining?: boolean;
  readonly #onError: (error: EndcapError) => void;
  readonly #listeners = new Set<() => void>();
  /** Events that nobody has seen yet. */
  readonly #unseen: (() => void)[] = [];
  /** The shopper decided while the page was rendered in advance. */
  #hasDecided = false;

  constructor(options: PageOptions, way: Way) {
    Object.assign(this, way);
    this.#onError = options.onError ?? ((error) => console.warn(error));
    this.now = typeof options.now === "function" ? options.now : Date.now;
    if (options.now && this.now !== options.now) this.report(new EndcapError("call/clock", "the option now must be a function; Date.now is used"));
    this.consent = this.#tier(options.consent ?? "off");
    const { storage = "indexeddb", shop } = options;
    this.keeper = new Keeper(this, storage === "indexeddb" ? new Database("endcap") : storage === "memory" ? undefined : storage, shop == null ? undefined : nameOf(String(shop)));
    this.network = new Network(this, options.sync, options.contribute);
  }

  told(message: Message): void {
    if (message.erase) void this.erase(true);
    else if (message.consent) this.#lower(lower(this.consent, inForce(message.consent)));
    else this.network.told(message);
  }

  /** Looks at what the browser has for this page, while that waits for other things. Resolves when it is known, or `signal` has had enough. */
  async prepare(signal: AbortSignal): Promise<void> {
    this.network.prepare();
    if (isAhead()) return;
    let isLate = false;
    const opened = this.keeper.open((gone) => this.network.leave(gone)).then(() => void (isLate && this.late()));
    await Promise.race([opened, aborted(signal)]);
    isLate = signal.aborted;
  }

  /** The engine stands: it takes in what is stored. Resolves when what is stored above the tier is deleted, or could not be, or `signal` has had enough. */
  async begin({ consent }: PageOptions, signal: AbortSignal): Promise<void> {
    if (isAhead()) {
      // Nobody may ever look at this page: it reads, learns, stores and sends nothing before somebody does.
      document.addEventListener("prerenderingchange", () => {
        void this.keeper.open((gone) => this.network.leave(gone)).then(() => {
          this.attempt((engine) => (engine.replica = this.keeper.replica(engine.replica)));
          void this.#begin(consent != null || this.#hasDecided);
          this.#seen();
          this.changed();
        });
      }, { once: true });
      return;
    }
    await Promise.race([this.#begin(consent != null), aborted(signal)]);
  }

  async #begin(hasDecided: boolean): Promise<void> {
    // Only a decision deletes: a page that has not asked yet says nothing about what was allowed before.
    const lowered = hasDecided && this.keeper.lower(this.consent);
    this.keeper.load(true);
    void this.network.start();
    await lowered;
  }

  /** True if `event` counts now. Otherwise nobody has seen it: `count` is called when somebody does, if ever. */
  isSeen(event: EventName, count: () => void): boolean {
    if (typeof document === "undefined") return true;
    if (!isAhead() && (document.visibilityState !== "hidden" || !String(event).startsWith("view_"))) return true;
    if (this.#unseen.push(count) === 1) document.addEventListener("visibilitychange", () => this.#seen());
    return false;
  }

  #seen(): void {
    if (isAhead() || document.visibilityState === "hidden") return;
    for (const count of this.#unseen.splice(0)) count();
  }

  /** What was stored has come, when the page had gone on without. */
  late(): void {
    const { keeper } = this;
    this.attempt((engine) => {
      engine.replica = keeper.replica(engine.replica);
      keeper.load(false);
      keeper.save();
      this.changed();
    });
    this.network.decided();
  }

  /** The shopper has decided. Resolves to whether nothing is left that is stored above the tier. */
  async decide(consent: Consent, source: ConsentSource = "shop"): Promise<boolean> {
    const { consent: before, keeper } = this;
    const after = this.#tier(consent);
    if (isAhead()) {
      this.#hasDecided = true;
      this.consent = after;
      return true;
    }
    // The browser's own signal holds it lower than what was asked for.
    const by = after === consent || !TIERS.includes(consent) ? source : "gpc";
    if (allows(before, after)) {
      const lowered = keeper.lower(after);
      this.#lower(after);
      this.#record(by);
      // What this page knows of has gone at once; pages that are gone may have left more.
      return (await lowered) && (!allows(this.consent, "persistent") || keeper.trim());
    }
    this.consent = after;
    // What the shopper now allows to be read is read, and the engine goes on from there.
    await keeper.look();
    this.attempt((engine) => {
      engine.replica = keeper.replica(engine.replica);
      keeper.load(!allows(before, "memory"));
      this.#record(by);
      keeper.save();
      this.changed();
    });
    void this.network.start();
    return true;
  }

  /** Forgets everything on this device, in this tab and, unless one of them told us, in the others. Resolves to whether nothing is left. */
  erase(told = false): Promise<boolean> {
    const gone = this.keeper.erase(told);
    this.#forget();
    return gone;
  }

  /** Forgets everything here and, by `inEngine`, on all of the shopper's devices. True when nothing is left here and the server has confirmed it. */
  async eraseEverywhere(inEngine: () => Promise<void>): Promise<boolean> {
    if (!allows(this.consent, "sync")) {
      await this.erase();
      return false;
    }
    const { keeper, network } = this;
    network.withdraw();
    keeper.post({ withdraw: true });
    await inEngine();
    // Its own record first: a page that is closed meanwhile must not forget that there was something to erase.
    keeper.save();
    network.decided();
    this.changed();
    const gone = await keeper.eraseRest();
    return (await network.sync()) && gone;
  }

  /** All that is known and kept; null if it cannot be put together. */
  export(knower: Knower): Promise<Exported | null> {
    const failed = (error: unknown) => (this.failed(error, "export/failed", "nothing was exported"), null);
    return import("./export.js").then(({ exported }) => exported(this, knower)).catch(failed);
  }

  /** Calls back on each change. Returns how to stop it. */
  on(listener: () => void): () => void {
    const own = () => listener();
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  /** The engine has learned. */
  learned(): void {
    this.keeper.saveSoon();
    this.changed();
  }

  changed(): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener();
      } catch (error) {
        this.failed(error, "listener/threw", "a change listener threw");
      }
    }
  }

  /** Tells the shop what went wrong. */
  report(error: EndcapError): void {
    try {
      this.#onError(error);
    } catch (thrown) {
      console.error(thrown);
    }
  }

  /** Reports what was thrown; without a code of its own it gets `code`. */
  failed(error: unknown, code: string, what: string): void {
    this.report(asEndcapError(error, code, what));
  }

  /** Saves, and lets go of what a page holds. */
  close(): void {
    this.keeper.close();
    this.network.stop();
    this.#listeners.clear();
  }

  /** Writes what the shopper has just chosen into the profile, lower or higher than before. */
  #record(source: ConsentSource): void {
    this.attempt((engine, now) => {
      const tier = TIERS.indexOf(this.consent);
      if (!allows(this.consent, "memory") || engine.consent()[0] === tier) return;
      engine.recordConsent(tier, SOURCES.indexOf(source), afterLast(engine, now));
      this.keeper.saveSoon();
      this.network.decided();
    });
  }

  #lower(consent: Consent): void {
    const before = this.consent;
    if (consent === before) return;
    this.consent = consent;
    if (allows(before, "contribute")) this.network.withdraw();
    if (!allows(consent, "sync")) {
      this.network.forget();
      this.network.stop();
    }
    if (!allows(consent, "memory")) this.#forget();
  }

  /** An erased part must not meet its former self again, so the engine goes on as another replica. */
  #forget(): void {
    this.network.forget();
    this.attempt((engine) => {
      engine.erase();
      engine.replica = this.keeper.replica(randomReplica());
    });
    this.changed();
  }

  #tier(asked: Consent): Consent {
    if (!TIERS.includes(asked)) this.report(new EndcapError("call/consent", `consent: one of ${TIERS.join(", ")}; "off" until then`));
    return inForce(asked);
  }
}

/** When a consent is given that follows the recorded one: later than that, whatever the clocks said. */
export function afterLast(engine: Engine, now: number): number {
  const [, , last = -1] = engine.consent();
  return Math.max(now, last + 1);
}

/** The browser renders the page before anybody looks at it, and perhaps nobody will. */
function isAhead(): boolean {
  return typeof document !== "undefined" && (document as { prerendering?: boolean }).prerendering === true;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => (signal.aborted ? resolve() : signal.addEventListener("abort", () => resolve(), { once: true })));
}

/** What names a shop's places in the browser, cookies among them: every shop another one. */
function nameOf(shop: string): string {
  return `endcap-${shop.replace(/[^\w-]/gu, (sign) => `~${sign.codePointAt(0)?.toString(16)}~`)}`;
}
