import { toBase64 } from "./bytes.js";
import type { Page } from "./page.js";

/** So many profiles are remembered as offered; other tabs make new ones with each click. */
const MOST_OFFERED = 64;

/** The worker's engine as the page sees it: what it knew last, and calls that are on their way. */
export class Mirror {
  readonly #page: Page;
  readonly #send: (call: string, args: unknown[]) => Promise<unknown>;
  /** What was offered, and what is wrong with it. */
  readonly #offered = new Map<string, unknown>();
  /** Profiles on their way: until they are in, what is known here is less than what is stored. */
  #joining = 0;
  #replica: bigint;
  #owner: string | undefined;
  #profile: Uint8Array = new Uint8Array();
  #session: Uint8Array = new Uint8Array();
  #consent: Float64Array = new Float64Array();

  constructor(page: Page, replica: bigint, send: (call: string, args: unknown[]) => Promise<unknown>) {
    this.#page = page;
    this.#replica = replica;
    this.#send = send;
  }

  took(profile: Uint8Array, session: Uint8Array, consent: Float64Array): void {
    [this.#profile, this.#session, this.#consent] = [profile, session, consent];
  }

  consent(): Float64Array {
    return this.#consent;
  }

  get replica(): bigint {
    return this.#replica;
  }

  set replica(replica: bigint) {
    if (replica === this.#replica) return;
    this.#replica = replica;
    this.#tell("replica", replica);
  }

  setOwner(id: string): void {
    if (id === this.#owner) return;
    this.#owner = id;
    this.#tell("setOwner", id);
  }

  profile(): Uint8Array {
    return this.#profile;
  }

  session(): Uint8Array {
    return this.#session;
  }

  restoreSession(bytes: Uint8Array): boolean {
    this.#tell("restoreSession", bytes);
    return true;
  }

  /** What the worker refuses is thrown when the keeper comes by again, which is as soon as that is known. */
  joinProfile(bytes: Uint8Array): void {
    const name = toBase64(bytes);
    if (this.#offered.has(name)) {
      const wrong = this.#offered.get(name);
      if (wrong) throw wrong;
      return;
    }
    if (this.#offered.size > MOST_OFFERED) this.#offered.clear();
    this.#offered.set(name, undefined);
    this.#join(+1);
    this.#send("joinProfile", [bytes]).catch((error) => void this.#offered.set(name, error)).then(() => {
      this.#join(-1);
      // It looks again at what it could not judge, and saves what it could not save.
      this.#page.keeper.load(false);
      this.#page.keeper.save();
    });
  }

  recordConsent(tier: number, source: number, at: number): void {
    this.#consent = Float64Array.of(tier, source, at);
    this.#tell("recordConsent", tier, source, at);
  }

  erase(): void {
    this.#offered.clear();
    this.took(new Uint8Array(), new Uint8Array(), new Float64Array());
    this.#tell("erase");
  }

  #join(more: number): void {
    this.#joining += more;
    this.#page.joining = this.#joining > 0;
  }

  #tell(call: string, ...args: unknown[]): void {
    this.#send(call, args).catch((error) => this.#page.failed(error, "call/invalid", "the call could not be answered"));
  }
}
