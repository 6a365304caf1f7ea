import { fromBase64, randomReplica, toBase64 } from "./bytes.js";
import { EndcapError } from "./error.js";

/** Where a value lies: `local` outlives the visit, `session` ends with the tab. */
export type Area = "local" | "session";
export type Report = (error: EndcapError) => void;

const PREFIX = "endcap:";

/**
 * Web storage that never throws. Outside a page (Node, edge runtimes) there is none: reads find nothing, writes are
 * dropped, and a profile lives as long as the engine.
 */
export class Store {
  readonly #report: Report;
  readonly #told = new Set<string>();

  constructor(report: Report) {
    this.#report = report;
  }

  read(area: Area, key: string): string | undefined {
    return this.#use(area, (storage) => storage.getItem(PREFIX + key) ?? undefined);
  }

  write(area: Area, key: string, value: string): void {
    this.#use(area, (storage) => storage.setItem(PREFIX + key, value));
  }

  remove(area: Area, key: string): void {
    this.#use(area, (storage) => storage.removeItem(PREFIX + key));
  }

  /** Removes every value of ours, whatever its key. */
  clear(area: Area): void {
    this.#use(area, (storage) => {
      for (const key of Object.keys(storage)) if (key.startsWith(PREFIX)) storage.removeItem(key);
    });
  }

  /** Undefined if there is none; null if there is text that is not base64. */
  readBytes(area: Area, key: string): Uint8Array | null | undefined {
    const text = this.read(area, key);
    return text === undefined ? undefined : (fromBase64(text) ?? null);
  }

  writeBytes(area: Area, key: string, bytes: Uint8Array): void {
    this.write(area, key, toBase64(bytes));
  }

  /** Moves what cannot be read out of the way; the last such value stays for whoever wants to look at it. */
  setAside(area: Area, key: string): void {
    const value = this.read(area, key);
    if (value !== undefined) this.write(area, `${key}:aside`, value);
    this.remove(area, key);
  }

  /** The replica kept under `key`; a missing or damaged one becomes `otherwise`. */
  replica(area: Area, key: string, otherwise?: bigint): bigint {
    const kept = this.read(area, key);
    if (kept !== undefined && /^[0-9a-f]{16}$/.test(kept)) return BigInt(`0x${kept}`);
    const replica = otherwise ?? randomReplica();
    this.write(area, key, replica.toString(16).padStart(16, "0"));
    return replica;
  }

  /** The name under which events tell of `key`. */
  static full(key: string): string {
    return PREFIX + key;
  }

  #use<T>(area: Area, action: (storage: Storage) => T): T | undefined {
    // Node has a `localStorage` of its own that warns and is shared by all users of a server: only a page's counts.
    if (typeof document === "undefined") return undefined;
    try {
      return action(area === "local" ? localStorage : sessionStorage);
    } catch (error) {
      const why = (error as { name?: string }).name ?? "Error";
      if (!this.#told.has(why)) {
        this.#told.add(why);
        const advice = why === "QuotaExceededError" ? "free some of the origin's storage" : "the profile lasts as long as this page";
        this.#report(new EndcapError("storage/refused", `the browser refuses ${area} storage (${why}); ${advice}`, error));
      }
      return undefined;
    }
  }
}
