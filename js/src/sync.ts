import { randomId } from "./bytes.js";
import { EndcapError, asEndcapError } from "./error.js";
import type { Report, Store } from "./store.js";

/** What a sync needs of the page it runs in. */
export interface Synced {
  /** False while consent or the engine is missing; nothing is sent then. */
  allowed(): boolean;
  profile(): Uint8Array;
  /** Takes in what the server knows. */
  join(bytes: Uint8Array): void;
}

/** Where the profile's identifier is kept; whoever knows it can read the profile. */
export const ID = "profile-id";
/** Long enough that a burst of clicks is one request, short enough that the till knows by the time the shopper walks there. */
const QUIET_MS = 2_000;
const RETRY_MS = 4_000;
const RETRY_MOST_MS = 120_000;
/** A request that takes longer has died on a mobile network. */
const TIMEOUT_MS = 15_000;

/**
 * Offers the profile to the server and takes in the server's. The profile is a join, so a request may be lost,
 * repeated or overtaken; the next one heals it.
 */
export class Sync {
  readonly #base: string;
  readonly #page: Synced;
  readonly #store: Store;
  readonly #report: Report;
  #id: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<boolean> | undefined;
  #failures = 0;
  #dirty = false;

  constructor(base: string | URL, page: Synced, store: Store, report: Report) {
    this.#base = String(base).replace(/\/+$/, "");
    this.#page = page;
    this.#store = store;
    this.#report = report;
  }

  /** There is news: sends it when the shopper pauses. */
  soon(delay = QUIET_MS): void {
    this.#dirty = true;
    if (this.#timer !== undefined && this.#failures > 0) return;
    clearTimeout(this.#timer);
    if (this.#page.allowed()) this.#timer = setTimeout(() => void this.now(), delay);
  }

  /** True when the server has answered that it keeps what we know. One request at a time; a later call waits for its own. */
  async now(): Promise<boolean> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#running) await this.#running;
    this.#running = this.#exchange();
    try {
      return await this.#running;
    } finally {
      this.#running = undefined;
    }
  }

  /** The page may be gone in a moment: sends what is not yet with the server and does not wait. */
  beacon(): void {
    if (!this.#dirty || !this.#page.allowed()) return;
    this.#dirty = false;
    const body = this.#page.profile();
    fetch(this.#url(), { method: "POST", headers: { "content-type": "application/octet-stream" }, body: asBody(body), keepalive: true }).catch(() => {});
  }

  /** Makes this browser one of the customer's; `token` is what the shop's server signed. */
  async link(token: string): Promise<boolean> {
    if (!this.#page.allowed()) return false;
    try {
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/octet-stream" };
      const answer = await this.#post(`${this.#base}/link`, headers);
      const { profile } = (await answer.json()) as { profile?: unknown };
      if (typeof profile !== "string" || profile.length < 22) throw new EndcapError("sync/answer", "the server's answer to /link holds no profile id");
      this.#adopt(profile);
    } catch (error) {
      this.#report(asEndcapError(error, "sync/unreachable", "the profile was not linked"));
      return false;
    }
    return this.now();
  }

  /** From now on this browser belongs to nobody known. */
  forget(): void {
    this.stop();
    this.#id = undefined;
    this.#store.remove("local", ID);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#dirty = false;
    this.#failures = 0;
  }

  async #exchange(): Promise<boolean> {
    if (!this.#page.allowed()) return false;
    const url = this.#url();
    this.#dirty = false;
    try {
      const answer = await this.#post(url, { "content-type": "application/octet-stream" });
      const bytes = new Uint8Array(await answer.arrayBuffer());
      // Unlinked, erased or forbidden meanwhile: the answer is about somebody else.
      if (!this.#page.allowed() || url !== this.#url()) return false;
      this.#page.join(bytes);
      this.#failures = 0;
      return true;
    } catch (error) {
      this.#dirty = true;
      const told = asEndcapError(error, "sync/unreachable", "the profile was not synced; it stays on this device and is offered again");
      this.#report(told);
      if (told.code === "sync/unreachable") this.#again();
      return false;
    }
  }

  #again(): void {
    if (!this.#page.allowed()) return;
    const delay = Math.min(RETRY_MS * 2 ** this.#failures++, RETRY_MOST_MS);
    // Spread, so that a server that comes back is not met by everybody at once.
    this.#timer = setTimeout(() => void this.now(), delay * (0.5 + Math.random()));
  }

  async #post(url: string, headers: Record<string, string>): Promise<Response> {
    const answer = await fetch(url, { method: "POST", headers, body: asBody(this.#page.profile()), signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (answer.ok) return answer;
    const problem = (await answer.json().catch(() => undefined)) as { code?: unknown; detail?: unknown } | undefined;
    // The server's fault passes; ours does not.
    const passes = answer.status >= 500 || answer.status === 429;
    throw new EndcapError(passes ? "sync/unreachable" : "sync/refused", `the server answered ${answer.status} ${problem?.code ?? ""}: ${problem?.detail ?? "no detail"}`);
  }

  #url(): string {
    // Read each time: another tab may have linked or unlinked.
    const id = this.#store.read("local", ID) ?? this.#id ?? randomId();
    if (id !== this.#id) this.#adopt(id);
    return `${this.#base}/profiles/${id}/sync`;
  }

  #adopt(id: string): void {
    this.#id = id;
    this.#store.write("local", ID, id);
  }
}

/** Profiles are at most 4 KB, so the copy that the type system asks for is nothing. */
function asBody(bytes: Uint8Array): ArrayBuffer {
  return bytes.slice().buffer as ArrayBuffer;
}
