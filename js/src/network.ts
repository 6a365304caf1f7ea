import { type Consent, allows } from "./tiers.js";
import type { Engine, EventName, EventParams } from "./endcap.js";
import { EndcapError } from "./error.js";
import type { Keeper, Message } from "./keeper.js";
import type { Sync } from "./sync.js";

export interface SyncOptions {
  /** Base address of the server's API. */
  url: string | URL;
  /** The profile's id as `keep` told it, where the shop's server remembers it for browsers that forget: whoever knows it can read the profile. */
  id?: string;
  /** Told of the id whenever it changes; `null` when this browser belongs to nobody known any more. */
  keep?: (id: string | null) => void;
}

export interface ContributeOptions {
  /** With it, one category at most is told on each visit, randomised so that it says no more than e^ε in favour of any; see docs/privacy.md. */
  epsilon?: number;
  /** The shop's categories, as its items name them in `item_category`; needed with `epsilon`. */
  categories?: readonly string[];
}

/** An event that the engine has learned from, and when in milliseconds. */
export type Happened = [name: EventName, params: EventParams, time: number];

/** Where a page keeps what it cannot contribute yet: a line of JSON for each {@link Happened}. */
export const EARLY = "early";
/** Characters; if the code never comes, the oldest go. */
const MOST_EARLY = 50_000;

/** What the way to the server needs of the page. */
export interface Host {
  readonly consent: Consent;
  /** Undefined once the engine is lost; nothing is sent then. */
  readonly engine: Engine | undefined;
  readonly keeper: Keeper;
  /** A message for a server that had `since`. A page that leaves gets it at once, and then it may be the whole profile. */
  message(since: Uint8Array, leaving: boolean): Uint8Array | Promise<Uint8Array>;
  /** Takes in an answer; tells what the server has, and whether that is all. Undefined if it cannot be taken, or does not tell. */
  take(answer: Uint8Array): Promise<[since: Uint8Array, isAll: boolean] | undefined>;
  /** The server has erased the profile: so does this browser. */
  erase(): unknown;
  report(error: EndcapError): void;
  now(): number;
}

/**
 * The way to the server. Its code is loaded when the tier first allows it: below that, a page has nothing that could send
 * anything of the shopper's.
 */
export class Network {
  readonly #host: Host;
  readonly #where: SyncOptions | undefined;
  readonly #contribute: ContributeOptions | undefined;
  #sync: Sync | undefined;
  #loading: Promise<Sync | undefined> | undefined;
  /** What there is to contribute before the code for it has come, where that cannot be put aside. */
  #early: Happened[] = [];

  constructor(host: Host, where?: SyncOptions, contribute?: ContributeOptions) {
    this.#host = host;
    this.#where = where;
    this.#contribute = contribute;
  }

  get where(): SyncOptions | undefined {
    return this.#where;
  }

  /** Has the code come while the page waits for other things. */
  prepare(): void {
    const { consent } = this.#host;
    if (!this.#where || !allows(consent, "sync")) return;
    // What fails is told when it is needed.
    import("./sync.js").catch(() => {});
    if (allows(consent, "contribute")) import("./contribute.js").catch(() => {});
  }

  /** Begins where the tier allows it. */
  start(): Promise<Sync | undefined> {
    const { engine, consent } = this.#host;
    if (!this.#where || !engine || !allows(consent, "sync")) return Promise.resolve(undefined);
    if (this.#loading) return this.#loading;
    const where = this.#where;
    const loading: Promise<Sync | undefined> = import("./sync.js").then(
      // Lowered, and perhaps raised again, while it was loading.
      ({ Sync }) => (this.#loading === loading ? (this.#sync = new Sync(where, this.#contribute, this.#host)) : undefined),
      (error) => {
        this.#loading = undefined;
        this.#host.report(new EndcapError("sync/load", "sync.js could not be loaded, so nothing is synced; serve it beside facade.js", error));
        return undefined;
      },
    );
    return (this.#loading = loading);
  }

  /** Exchanges profiles now. True when the server keeps what is known here. */
  async sync(): Promise<boolean> {
    return (await (await this.start())?.now()) ?? false;
  }

  async link(token: string): Promise<boolean> {
    return (await (await this.start())?.link(token)) ?? false;
  }

  /** The engine has learned from an event. */
  learned(name: EventName, params: EventParams): void {
    this.#sync?.soon();
    if (!this.#where || !allows(this.#host.consent, "contribute")) return;
    this.#early.push([name, params, this.#host.now()]);
    if (this.#contributed()) return;
    this.#putAside();
    void this.start().then((sync) => sync?.loaded()).then(() => this.#contributed());
  }

  /** Whether the code for it has come and taken what there was. */
  #contributed(): boolean {
    return this.#sync?.contribute(this.#early) === true;
  }

  /** The shopper has decided something that other devices are to know. */
  decided(): void {
    this.#sync?.soon();
  }

  /** Another tab has told something. */
  told(message: Message): void {
    if (message.withdraw) this.withdraw();
    if (message.profile) this.#sync?.news();
    if (message.answer) void this.#sync?.answered(message.answer);
  }

  /** The code takes it from there when it comes, on this page or the next: what a page writes only as it goes may come to nothing with it. */
  #putAside(): void {
    const { keeper } = this.#host;
    const key = keeper.own(EARLY);
    if (key) void keeper.keep(key, ((keeper.value(key) ?? "") + this.#early.splice(0).map((event) => `${JSON.stringify(event)}\n`).join("")).slice(-MOST_EARLY));
  }

  /** The page may be gone in a moment. */
  leave(gone = false): void {
    this.#sync?.leave(gone);
  }

  /** Nothing more is contributed, and what waits goes nowhere. */
  withdraw(): void {
    const { keeper } = this.#host;
    const key = keeper.own(EARLY);
    this.#early = [];
    if (key) void keeper.keep(key, null);
    this.#sync?.withdraw();
  }

  /** From now on this browser belongs to nobody known. */
  forget(): void {
    this.#sync?.forget();
  }

  stop(): void {
    this.#sync?.stop();
    this.#sync = this.#loading = undefined;
  }
}

/** Base address of the server's API. */
export function baseOf({ url }: SyncOptions): string {
  return String(url).replace(/\/+$/, "");
}
