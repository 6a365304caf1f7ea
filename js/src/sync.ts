// The way to the server, loaded at tier `sync` and above: offers the profile, takes in the server's, and hands on events.
import { WHOLE, fromBase64, randomId, toBase64 } from "./bytes.js";
import { allows } from "./tiers.js";
import type { Contributions } from "./contribute.js";
import type { ContributeOptions, Happened, Host, SyncOptions } from "./network.js";
import { ID } from "./keeper.js";
import { exclusively, locksOf } from "./slot.js";
import { BYTES, LINKED, Pauses, Refused, isOffline, post } from "./post.js";

/** Where it is kept what the server had when it last said so; belongs to one id. */
const SINCE = "since";
/** Long enough that a burst of clicks is one request, short enough that the till knows by the time the shopper walks there. */
const QUIET_MS = 2_000;
/** A server that has lost something gets it with the next message; one that never has it is not asked for ever. */
const MOST_MESSAGES = 3;
/** What a message begins with (`src/profile`). */
const MESSAGE = 0xed;

/**
 * Of the pages of a browser one leads: it alone syncs by itself, what the others learn comes to it, and the server's answers go to
 * them. A message has what the server lacks as far as it is known. The profile is a join, so a message may be lost, repeated or
 * overtaken; the next one heals it.
 */
export class Sync {
  readonly #options: SyncOptions;
  readonly #contribute: ContributeOptions | undefined;
  readonly #host: Host;
  readonly #base: string;
  readonly #stop = new AbortController();
  readonly #pauses = new Pauses();
  #loading: Promise<Contributions | undefined> | undefined;
  #contributions: Contributions | undefined;
  #id: string | undefined;
  /** What the shop's server remembered, until it is somebody else's. */
  #given: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<boolean> | undefined;
  /** Something is known here that the server may not have. */
  #dirty = false;
  /** The server refused messages when it was last asked. */
  #older = false;
  #release: (() => void) | undefined;
  #leads = false;

  constructor(options: SyncOptions, contribute: ContributeOptions | undefined, host: Host) {
    this.#options = options;
    this.#contribute = contribute;
    this.#host = host;
    this.#given = options.id;
    this.#base = String(options.url).replace(/\/+$/, "");
    this.#lead();
    if (this.#contributes()) void this.#events();
    if (typeof document === "undefined") return;
    const { signal } = this.#stop;
    addEventListener("online", () => this.#leads && this.#dirty && this.#after(Math.random() * QUIET_MS), { signal });
    addEventListener("pageshow", (event) => event.persisted && this.#lead(), { signal });
  }

  /** There is news: the leading page sends it when the shopper pauses. */
  soon(): void {
    this.#dirty = true;
    // A server that is down is asked at its own time, not with each click.
    if (this.#leads && !(this.#timer !== undefined && this.#pauses.failures > 0)) this.#after(QUIET_MS);
  }

  /** Another page has stored what it learned. */
  news(): void {
    if (this.#leads) this.soon();
  }

  /** The leading page has had this answer. */
  async answered(text: string): Promise<void> {
    const answer = fromBase64(text);
    if (answer && this.#allowed() && (await this.#take(answer))) this.#dirty = false;
  }

  /** True when the server has answered that it keeps what we know. One request at a time; a later call waits for its own. */
  async now(): Promise<boolean> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#running) await this.#running;
    this.#running = this.#exchange(false);
    try {
      return await this.#running;
    } finally {
      this.#running = undefined;
    }
  }

  /** The page may be gone in a moment: sends what is not yet with the server, by requests that outlive it. */
  leave(gone: boolean): void {
    // What is under way dies with the page.
    if ((this.#dirty || this.#running) && this.#allowed() && this.#id !== undefined) void this.#exchange(true);
    this.#contributions?.leave();
    // A page that waits in the back/forward cache cannot lead.
    if (gone) this.#yield();
  }

  /** Makes this browser one of the customer's; `token` is what the shop's server signed. */
  async link(token: string): Promise<boolean> {
    if (!this.#allowed()) return false;
    try {
      // A customer's id is told by the server, so that one may be had that could not be read here.
      const id = await this.#known().catch(() => undefined);
      if (!this.#allowed()) return false;
      // Some tokens are for the device alone that shows its profile's id.
      const headers = { authorization: `Bearer ${token}`, "content-type": BYTES, ...(id !== undefined && { "endcap-profile": id }) };
      const answer = await post(`${this.#base}/link`, this.#profile(), headers);
      const { profile } = (await answer.json()) as { profile?: unknown };
      if (typeof profile !== "string" || profile.length < 22) throw new Refused("sync/answer", "the server's answer to /link holds no profile id");
      if (!this.#allowed()) return false;
      if (profile !== this.#host.keeper.value(ID)) await this.#adopt(profile);
    } catch (error) {
      this.#host.report(Refused.of(error, "the profile was not linked").told());
      return false;
    }
    return this.now();
  }

  /** Hands events on to the shop's knowledge, in the tier for that; false while the code for it has not come. */
  contribute(events: Happened[]): boolean {
    if (!this.#contributions || !this.#contributes()) return false;
    for (const event of events.splice(0)) this.#contributions.add(...event);
    return true;
  }

  /** The code for that has come, or will not. */
  async loaded(): Promise<void> {
    if (this.#contributes()) await this.#events();
  }

  /** From now on this browser belongs to nobody known, and what is queued goes nowhere. */
  forget(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#dirty = false;
    this.#pauses.reset();
    this.#id = this.#given = undefined;
    for (const key of [ID, SINCE]) void this.#host.keeper.keep(key, null, true);
    this.#options.keep?.(null);
    this.withdraw();
  }

  /** What waits to be contributed goes nowhere. */
  withdraw(): void {
    this.#contributions?.forget();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#stop.abort();
    this.#yield();
    this.#contributions?.stop();
  }

  #allowed(): boolean {
    return this.#host.engine !== undefined && allows(this.#host.consent, "sync") && !this.#stop.signal.aborted;
  }

  /** Whether this browser still syncs, and as `id`. */
  #still(id: string): boolean {
    return this.#allowed() && id === (this.#host.keeper.value(ID) ?? this.#id);
  }

  #contributes(): boolean {
    return this.#allowed() && allows(this.#host.consent, "contribute");
  }

  #profile(): Uint8Array {
    return this.#host.engine?.profile() ?? new Uint8Array();
  }

  /** Takes an answer in; whether the server then has all that is known here, undefined if that cannot be told. */
  async #take(answer: Uint8Array): Promise<boolean | undefined> {
    const [since, isAll] = (await this.#host.take(answer)) ?? [];
    if (since && this.#allowed()) void this.#host.keeper.keep(SINCE, toBase64(since));
    return isAll;
  }

  /** Waits its turn to be the page that syncs; where there are no locks, each one does. */
  #lead(): void {
    const begin = () => {
      this.#leads = true;
      this.#dirty = true;
      this.#after(0);
    };
    const locks = locksOf();
    if (!locks) return begin();
    const held = () => {
      begin();
      return new Promise<void>((release) => (this.#release = release));
    };
    const lead = async () => locks.request(`${this.#host.keeper.name}:sync`, { signal: this.#stop.signal }, held);
    lead().catch((error) => {
      // Documents without an origin to share may not lock at all.
      if (!this.#stop.signal.aborted && !this.#leads) begin();
      return error;
    });
  }

  #yield(): void {
    this.#leads = false;
    this.#release?.();
    this.#release = undefined;
  }

  #after(delay: number): void {
    clearTimeout(this.#timer);
    if (this.#allowed()) this.#timer = setTimeout(() => void this.now(), delay);
  }

  /** Whether the server now keeps what we know. `leaving` makes a request that outlives the page. */
  async #exchange(leaving: boolean): Promise<boolean> {
    if (!this.#allowed()) return false;
    let offered: string | undefined;
    try {
      if (isOffline()) throw new Refused("sync/unreachable", "this device is offline");
      // Not one step may be waited for by a page that leaves.
      const id = leaving && this.#id !== undefined ? this.#id : await this.#known();
      offered = id;
      this.#dirty = false;
      for (let message = 0; message < MOST_MESSAGES; message++) {
        const answer = await this.#offer(id, leaving);
        // Unlinked, erased or forbidden meanwhile: the answer is about somebody else.
        if (!this.#still(id)) return false;
        if (answer[0] !== MESSAGE && answer[0] !== WHOLE) throw new Refused("sync/answer", "what answered is not the server, perhaps a network that wants a login first; the profile stays on this device and is offered again");
        this.#pauses.reset();
        const isAll = await this.#take(answer);
        this.#host.keeper.post({ answer: toBase64(answer) });
        // Whoever answers with a whole profile has joined ours.
        if (isAll || answer[0] === WHOLE) return true;
        if (isAll === undefined) break;
      }
      this.#dirty = true;
      return false;
    } catch (error) {
      if (!this.#allowed()) return false;
      this.#dirty = true;
      const refused = Refused.of(error, "the profile was not synced; it stays on this device and is offered again");
      this.#host.report(refused.told());
      // The answer is about the profile that was offered, and this browser's may have become another one.
      if (refused.code === "profile/erased" && offered !== undefined && this.#still(offered)) void this.#host.erase();
      else if (refused.code === LINKED && offered !== undefined && this.#still(offered)) await this.#renew(offered);
      else if (refused.passes && this.#leads && !isOffline()) this.#after(this.#pauses.next(refused.after));
      return false;
    }
  }

  /** Offers what the server lacks, and answers with its answer. */
  async #offer(id: string, leaving: boolean): Promise<Uint8Array> {
    const send = async (body: Uint8Array) => new Uint8Array(await (await post(`${this.#base}/profiles/${id}/sync`, body, { "content-type": BYTES }, leaving)).arrayBuffer());
    // Who leaves cannot wait to be refused.
    if (!leaving || !this.#older) {
      try {
        const made = this.#host.message(fromBase64(this.#host.keeper.value(SINCE) ?? "") ?? new Uint8Array(), leaving);
        const answer = await send(made instanceof Uint8Array ? made : await made);
        this.#older = false;
        return answer;
      } catch (error) {
        if (!(error instanceof Refused) || !error.isOurs || !this.#still(id)) throw error;
        this.#older = true;
      }
    }
    // A server that is older than this package may have no words for its messages, but for its profiles.
    return send(this.#profile());
  }

  /**
   * The profile's id: as it is kept, as the shop remembers it, or a new one. One page at a time, so that a browser has one. Never a new one while it is
   * not known whether there is one, or where it would be lost with the page: nobody could erase what lies under it.
   */
  async #known(): Promise<string> {
    const { keeper } = this.#host;
    const kept = keeper.value(ID);
    if (kept) return (this.#id = kept);
    const draw = async () => {
      const isKnown = await keeper.look();
      const known = keeper.value(ID) ?? this.#id ?? this.#given;
      if (known === undefined && !isKnown) throw new Refused("sync/no-id", "the browser's storage cannot be read, so that the profile's id is not known; nothing is synced before it is");
      const id = known ?? randomId();
      const lies = id === keeper.value(ID) || (await this.#adopt(id));
      if (known === undefined && !lies && keeper.lasts && !this.#options.keep) {
        this.#id = undefined;
        await keeper.keep(ID, null, true);
        throw new Refused("sync/no-id", "the browser's storage does not keep an id for the profile; nothing is synced without one");
      }
      return (this.#id = id);
    };
    return exclusively(`${keeper.name}:id`, draw);
  }

  /** What the server had under this id is a customer's now, of whose login this browser has not heard. It goes on under a new one, with all that it knows. */
  async #renew(id: string): Promise<void> {
    const { keeper } = this.#host;
    await exclusively(`${keeper.name}:id`, async () => {
      await keeper.look();
      // Another page of this browser may have been first.
      if (this.#still(id)) await this.#adopt(randomId());
    });
    this.#after(0);
  }

  /** Whether it lies where the next page finds it. */
  async #adopt(id: string): Promise<boolean> {
    this.#id = id;
    void this.#host.keeper.keep(SINCE, null, true);
    this.#options.keep?.(id);
    return this.#host.keeper.keep(ID, id, true);
  }

  #events(): Promise<Contributions | undefined> {
    return (this.#loading ??= import("./contribute.js").then(
      ({ Contributions }) => (this.#contributions = new Contributions(`${this.#base}/events`, this.#contribute ?? {}, this.#host, () => this.#contributes())),
      (error) => void this.#host.report(Refused.of(error, "contribute.js could not be loaded; serve it beside facade.js").told("sync/load")),
    ));
  }
}

