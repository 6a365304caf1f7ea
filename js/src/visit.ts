/** What a tab keeps for a reload of its page, in its own session storage. */
import type { Report } from "./error.js";
import { notDeleted, refused } from "./error.js";

/**
 * Session storage that never throws. Outside a page (Node, edge runtimes) there is none: reads find nothing, writes are
 * dropped.
 */
export class Visit {
  readonly #report: Report;
  readonly #tell: Report;
  readonly #prefix: string;

  /** `name` is whose visit it is; `report` is told of what repeats itself, `tell` of what nobody may miss. */
  constructor(name: string, report: Report, tell: Report) {
    this.#prefix = `${name}:`;
    this.#report = report;
    this.#tell = tell;
  }

  read(key: string): string | undefined {
    return this.#use((storage) => storage.getItem(this.#prefix + key) ?? undefined);
  }

  write(key: string, value: string | null): void {
    this.#use((storage) => (value === null ? storage.removeItem(this.#prefix + key) : storage.setItem(this.#prefix + key, value)));
  }

  all(): Record<string, string> {
    return this.#use((storage) => Object.fromEntries(Object.entries(storage).filter(([key]) => key.startsWith(this.#prefix)))) ?? {};
  }

  /** Makes this visit's own what another name has of it. */
  inherit(from: Visit): void {
    for (const [key, value] of Object.entries(from.all())) this.write(key.slice(from.#prefix.length), value);
    from.clear();
  }

  /** Whether nothing is left. */
  clear(): boolean {
    if (typeof document === "undefined") return true;
    try {
      if (typeof sessionStorage === "undefined") return true;
      for (const key of Object.keys(sessionStorage)) if (key.startsWith(this.#prefix)) sessionStorage.removeItem(key);
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
