// Events for the shop's knowledge, loaded at tier `contribute` alone.
import { randomId } from "./bytes.js";
import type { EventName, EventParams } from "./endcap.js";
import { type ContributeOptions, EARLY, type Happened, type Host } from "./network.js";
import { trace } from "./personal.js";
import { Pauses, Refused, isOffline, post } from "./post.js";
import { randomised, secureRandom } from "./randomised.js";
import { exclusively, trySlot } from "./slot.js";

/** An event as it leaves the device: nothing else does. */
interface Told {
  name: EventName | "randomised_category";
  timestamp_micros?: number;
  params: Record<string, unknown>;
}

/** Events of one visit, none of which the server has. */
interface Batch {
  session: string;
  events: Told[];
}

const KEY = "events";
const VISIT = "visit";
const DEVICE = "device";
/** The device has another name in each such period, the same one for all devices: what is rare is counted by devices of one period. */
const PERIOD_MS = 91 * 86_400_000;
/** Times are told in steps of five minutes; within one, events of a visit are numbered in microseconds. */
const STEP_MS = 300_000;
/** A visit with more events is no shopper's, and the trainer takes no more. */
const MOST_NUMBER = 1_999;
/** What the server takes at once (`docs/server.md`), less what stands around the events. */
const MOST_EVENTS = 200;
const MOST_BYTES = 60_000;
/** All that outlives a page shares 64 KiB (Fetch, 4.6), and the profile is to fit in too. */
const LEAVING_BYTES = 48_000;
/** What waits for a line is dropped from its beginning: statistics are not worth a shopper's storage. */
const MOST_WAITING = 1_000;
/** The server takes events no older than three days. */
const MOST_AGE_MICROS = 72 * 3_600_000_000;
const SOON_MS = 10_000;
/** A visit ends after half an hour without an event, as in GA4. */
const VISIT_MS = 30 * 60_000;
/** With these a shopper turns to a product. */
const TURNS: readonly string[] = ["select_item", "view_item", "add_to_cart", "add_to_wishlist", "purchase"];
const TEXTS = ["search_term", "facet", "value", "item_list_id", "item_list_name"] as const;
const MOST_TEXT = 100;
/** Stands for all categories that the shop has not named. */
export const OTHER = "(other)";

export class Contributions {
  readonly #url: string;
  readonly #options: ContributeOptions;
  readonly #host: Host;
  readonly #allowed: () => boolean;
  readonly #pauses = new Pauses();
  #waiting: Batch[];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sending = false;
  /** The drawing of the device's name that is under way. */
  #drawing: Promise<string | undefined> | undefined;
  /** The server wants none. */
  #refused = false;

  constructor(url: string, options: ContributeOptions, host: Host, allowed: () => boolean) {
    this.#url = url;
    this.#options = options;
    this.#host = host;
    this.#allowed = allowed;
    const { keeper } = host;
    this.#waiting = [];
    for (const kind of [KEY, EARLY]) {
      const key = keeper.own(kind);
      const value = key && keeper.value(key);
      if (value) this.#inherited(kind, value);
      if (kind === EARLY && value) void keeper.keep(key, null);
    }
    void this.#inherit();
    if (typeof document !== "undefined") addEventListener("online", this.#online);
  }

  add(name: EventName, params: EventParams, time: number): void {
    if (this.#refused) return;
    if (this.#options.epsilon === undefined) {
      // Before a page that leaves must send without one.
      void this.#device();
      const [session, micros] = this.#place(time);
      this.#queue(session, toldOf(name, params, micros));
    } else this.#randomised(name, params, time);
    if (this.#timer === undefined) this.#after(SOON_MS);
  }

  /** Sends what fits into requests that outlive the page. */
  leave(): void {
    // What is on its way stays queued until it is answered, so the next page would send it again, not this one.
    if (!this.#allowed() || this.#refused || this.#sending || isOffline()) return;
    const batch = this.#next(LEAVING_BYTES);
    if (!batch) return;
    // Nobody may be here to hear the answer. Sent twice it would count twice, lost it is one batch less.
    this.#remove(batch);
    this.#send(batch, true).catch((error) => this.#again(error, batch));
  }

  forget(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = [];
    const { keeper } = this.#host;
    keeper.visit.write(VISIT, null);
    void keeper.keep(DEVICE, null, true);
    this.#keep();
  }

  stop(): void {
    clearTimeout(this.#timer);
    if (typeof document !== "undefined") removeEventListener("online", this.#online);
  }

  readonly #online = () => this.#waiting.length > 0 && this.#after(Math.random() * SOON_MS);

  /** One category of this visit, at most, and randomised. It belongs to no visit. */
  #randomised(name: string, params: EventParams, time: number): void {
    const { epsilon = 0, categories = [] } = this.#options;
    const item = params.items?.find((item) => item.item_category !== undefined);
    if (!item || !TURNS.includes(name)) return;
    const { session, number } = this.#visit(time);
    if (number > 0) return;
    this.#host.keeper.visit.write(VISIT, `${session} ${time} 1`);
    if (!(epsilon > 0) || categories.length === 0) {
      this.#host.report(new Refused("call/invalid", "contribute: epsilon is a number above 0, and categories names the shop's").told());
      return;
    }
    const domain = [...categories, OTHER];
    const value = randomised(String(item.item_category), domain, epsilon, secureRandom);
    this.#queue(randomId(), { name: "randomised_category", params: { facet: `${epsilon} of ${domain.length}`, value } });
  }

  #queue(session: string, event: Told): void {
    const last = this.#waiting.at(-1);
    if (last?.session === session) last.events.push(event);
    else this.#waiting.push({ session, events: [event] });
    const waiting = this.#waiting.reduce((sum, { events }) => sum + events.length, 0);
    if (waiting > MOST_WAITING) this.#waiting[0]?.events.shift();
    this.#keep();
  }

  #after(delay: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#flush(), delay);
  }

  async #flush(): Promise<void> {
    this.#timer = undefined;
    if (this.#sending) return this.#after(SOON_MS);
    const batch = this.#allowed() && !isOffline() ? this.#next(MOST_BYTES) : undefined;
    if (!batch) return;
    this.#sending = true;
    try {
      await this.#send(batch, false);
      this.#remove(batch);
      this.#pauses.reset();
      if (this.#waiting.length > 0) this.#after(0);
    } catch (error) {
      this.#again(error);
    } finally {
      this.#sending = false;
    }
  }

  async #send({ session, events }: Batch, leaving: boolean): Promise<void> {
    // A name that is not yet written may go with this page, and the next one would draw another.
    const device = !leaving ? await this.#device() : this.#drawing ? undefined : this.#named();
    const answer = await post(this.#url, JSON.stringify({ consent: "contribute", session, device, events }), { "content-type": "application/json" }, leaving);
    // Anything else is a network that wants a login first, say; what is taken for sent is gone.
    if (answer.status !== 202 || answer.redirected) throw new Refused("sync/answer", `what answered ${answer.status} is not the server; the events are offered again`);
  }

  /** The name of this device in this period, if it has one; what is randomised goes without. */
  #named(): string | undefined {
    const kept = this.#host.keeper.value(DEVICE);
    return this.#options.epsilon === undefined && kept?.startsWith(`${this.#period()}.`) ? kept : undefined;
  }

  /** The same, drawn by one page for all where there is none. It is random, so nothing leads from one to the next, or to the profile. */
  async #device(): Promise<string | undefined> {
    if (this.#named() || this.#options.epsilon !== undefined) return this.#named();
    const { keeper } = this.#host;
    const draw = async () => {
      await keeper.look();
      if (!this.#named() && this.#allowed()) await keeper.keep(DEVICE, `${this.#period()}.${randomId()}`, true);
      return this.#named();
    };
    return (this.#drawing ??= exclusively(`${keeper.name}:device`, draw).finally(() => (this.#drawing = undefined)));
  }

  #period(): number {
    return Math.floor(this.#host.now() / PERIOD_MS);
  }

  /** `batch` is put back. */
  #again(error: unknown, batch?: Batch): void {
    if (!this.#allowed()) return;
    const refused = Refused.of(error, "the events were not sent; they are offered again");
    this.#host.report(refused.told());
    if (refused.passes) {
      if (batch) this.#waiting.unshift(batch);
      this.#keep();
      this.#after(this.#pauses.next(refused.after));
    } else {
      // It takes none, or not from here: the next page may ask again.
      this.#refused = true;
      this.#waiting = [];
      this.#keep();
    }
  }

  /** The beginning of what waits, as much as may be sent at once. */
  #next(bytes: number): Batch | undefined {
    const oldest = this.#host.now() * 1_000 - MOST_AGE_MICROS;
    for (const batch of this.#waiting) batch.events = batch.events.filter((event) => (event.timestamp_micros ?? oldest) >= oldest);
    this.#waiting = this.#waiting.filter(({ events }) => events.length > 0);
    const [first] = this.#waiting;
    if (!first) return undefined;
    let room = bytes;
    const size = (event: Told) => new TextEncoder().encode(JSON.stringify(event)).length + 1;
    const end = first.events.findIndex((event, index) => index === MOST_EVENTS || ((room -= size(event)) < 0 && index > 0));
    return { session: first.session, events: first.events.slice(0, end < 0 ? undefined : end) };
  }

  #remove({ events }: Batch): void {
    for (const batch of this.#waiting) batch.events = batch.events.filter((event) => !events.includes(event));
    this.#waiting = this.#waiting.filter((batch) => batch.events.length > 0);
    this.#keep();
  }

  #keep(): void {
    const { keeper } = this.#host;
    const key = keeper.own(KEY);
    if (key) void keeper.keep(key, this.#waiting.length > 0 ? JSON.stringify(this.#waiting) : null);
  }

  /** Takes what pages that are gone have left in places that nobody holds any more. */
  async #inherit(): Promise<void> {
    const { keeper } = this.#host;
    await keeper.look();
    const slots = new Set(Object.keys(keeper.all()).map((key) => /^(?:events|early):(\d+)$/.exec(key)?.[1]));
    for (const slot of slots) {
      const release = slot !== undefined && keeper.own(KEY) !== `${KEY}:${slot}` && (await trySlot(keeper.name, Number(slot)));
      if (!release) continue;
      // Another page may have been quicker before; from here on none is.
      await keeper.look();
      for (const kind of [KEY, EARLY]) {
        const value = keeper.value(`${kind}:${slot}`);
        // A page that has closed meanwhile leaves it to the next one.
        if (value === undefined || !this.#allowed()) continue;
        this.#inherited(kind, value);
        await keeper.keep(`${kind}:${slot}`, null);
      }
      release();
    }
  }

  /** What a page before this one has not sent: batches, or events that it had no time for, a line each. */
  #inherited(kind: string, value: string): void {
    for (const text of kind === EARLY ? value.split("\n") : [value]) {
      try {
        const left: unknown = JSON.parse(text);
        if (kind === EARLY) this.add(...(left as Happened));
        else this.#waiting.unshift(...(left as Batch[]).filter((batch) => typeof batch?.session === "string" && Array.isArray(batch.events)));
      } catch {
        // The rest of a line whose beginning had no room.
      }
    }
    this.#keep();
    // Single events wait for others; they may be of this page, whose shopper may take consent back.
    if (kind === KEY && this.#waiting.length > 0) this.#after(0);
  }

  /** A name for the events of this visit that has nothing to do with the profile's, and a time that tells their order and no more. */
  #place(time: number): [session: string, micros: number] {
    const { session, number } = this.#visit(time);
    const next = Math.min(number + 1, MOST_NUMBER);
    this.#host.keeper.visit.write(VISIT, `${session} ${time} ${next}`);
    return [session, Math.floor(time / STEP_MS) * STEP_MS * 1_000 + next];
  }

  /** The visit at `time`, and how many events it has had. */
  #visit(time: number): { session: string; number: number } {
    const [session, last, number] = (this.#host.keeper.visit.read(VISIT) ?? "").split(" ");
    return session && Math.abs(time - Number(last)) < VISIT_MS ? { session, number: Number(number) || 0 } : { session: randomId(), number: 0 };
  }
}

/** What of an event is told: what the log keeps, and no more. */
function toldOf(name: EventName, params: EventParams, micros: number): Told {
  const told: Record<string, unknown> = {};
  const given = params as Record<string, unknown>;
  for (const field of TEXTS) if (typeof given[field] === "string" && given[field].length <= MOST_TEXT && isTold(field, given[field])) told[field] = given[field];
  if (params.items?.length) {
    told["items"] = params.items.slice(0, MOST_EVENTS).map(({ item_id, index, quantity }) => ({ item_id, index, quantity }));
  }
  return { name, timestamp_micros: micros, params: told };
}

/** Whether a text names nobody, as far as its form tells. The shop's own texts may have long numbers. */
function isTold(field: (typeof TEXTS)[number], text: string): boolean {
  const found = trace(text);
  return found === undefined || (found === "number" && field !== "search_term");
}
