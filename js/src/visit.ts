/** What a tab keeps for a reload of its page, in its own session storage. */
import type { Report } from "./error.js";
import { refused } from "./error.js";

const PREFIX = "endcap:";

/**
 * Session storage that never throws. Outside a page (Node, edge runtimes) there is none: reads find nothing, writes are
 * dropped.
 */
export class Visit {
  readonly #report: Report;

  constructor(report: Report) {
    this.#report = report;
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

  clear(): void {
    this.#use((storage) => {
      for (const key of Object.keys(storage)) if (key.startsWith(PREFIX)) storage.removeItem(key);
    });
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
