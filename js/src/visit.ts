/** What a tab keeps for a reload of its page, in its own session storage. */
import type { Report } from "./error.js";
import { notDeleted, refused } from "./error.js";

const PREFIX = "endcap:";

/**
 * Session storage that never throws. Outside a page (Node, edge runtimes) there is none: reads find nothing, writes are
 * dropped.
 */
export class Visit {
  readonly #report: Report;
  readonly #tell: Report;

  /** `report` is told of what repeats itself, `tell` of what nobody may miss. */
  constructor(report: Report, tell: Report) {
    this.#report = report;
    this.#tell = tell;
  }

  read(key: string): string | undefined {
    return this.#use((storage) => storage.getItem(PREFIX + key) ?? undefined);
  }

  write(key: string, value: string | null): void {
    this.#use((storage) => (value === null ? storage.removeItem(PREFIX + key) : storage.setItem(PREFIX + key, value)));
  }

  all(): Record<string, string> {
    return this.#use((storage) => Object.fromEntries(Object.entries(storage).filter(([key]) => key.startsWith(PREFIX)))) ?? {};
  }

  /** Whether nothing is left. */
  clear(): boolean {
    if (typeof document === "undefined") return true;
    try {
      for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
      return true;
    } catch (error) {
      this.#tell(notDeleted(error));
      return false;
    }
  }

  #use<T>(action: (storage: Storage) => T): T | undefined {
    if (typeof document === "undefined") return undefined;
    try {
      return action(sessionStorage);
    } catch (error) {
      this.#report(refused(error));
      return undefined;
    }
  }
}
