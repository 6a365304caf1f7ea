import { EndcapError } from "./error.js";

/** Where a profile outlives the visit: short texts by key. The default is the browser's database; see also `endcap/cookie`. */
export interface Shelf {
  /** In a place that has one value for all pages: what lies there now. Without it each page writes under keys of its own. */
  peek?(key: string): string | undefined;
  /** All that lies there. Rejects where nothing can. */
  read(): Promise<Map<string, string>>;
  /** Begun before this returns, so that a page which is about to go can still write; `null` removes. */
  write(key: string, value: string | null): Promise<void>;
  /** Removes everything, and the place itself if it is not to be used again. */
  clear(forGood: boolean): Promise<void>;
  close(): void;
}

const NAME = "endcap";
const VALUES = "values";
/** A database that does not open in this time is held by a page that is stuck; better to learn without it. */
const OPEN_MS = 3_000;

/** The browser's own database, of this origin. */
export class Database implements Shelf {
  #db: IDBDatabase | undefined;
  #opening: Promise<IDBDatabase> | undefined;

  async read(): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    await this.#use("readonly", (values) => {
      const cursor = values.openCursor();
      cursor.onsuccess = () => {
        if (!cursor.result) return;
        found.set(String(cursor.result.key), String(cursor.result.value));
        cursor.result.continue();
      };
    });
    return found;
  }

  write(key: string, value: string | null): Promise<void> {
    return this.#use("readwrite", (values) => void (value === null ? values.delete(key) : values.put(value, key)));
  }

  async clear(forGood: boolean): Promise<void> {
    const open = this.#db ?? this.#opening;
    if (open || !forGood) await this.#use("readwrite", (values) => void values.clear());
    if (!forGood) return;
    this.close();
    // Also what an earlier visit has left, which is not to be opened now.
    indexedDB.deleteDatabase(NAME);
  }

  close(): void {
    this.#db?.close();
    this.#db = this.#opening = undefined;
  }

  #use(mode: IDBTransactionMode, action: (values: IDBObjectStore) => void): Promise<void> {
    const run = (db: IDBDatabase) =>
      new Promise<void>((done, failed) => {
        const work = db.transaction(VALUES, mode, { durability: "relaxed" });
        work.oncomplete = () => done();
        work.onabort = () => failed(work.error);
        action(work.objectStore(VALUES));
        // Not waiting for answers lets it end although the page does.
        if (mode === "readwrite") work.commit?.();
      });
    try {
      return this.#db ? run(this.#db) : this.#open().then(run);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #open(): Promise<IDBDatabase> {
    this.#opening ??= new Promise((opened, failed) => {
      const timer = setTimeout(() => failed(new EndcapError("storage/refused", `the browser's database did not open within ${OPEN_MS} ms; the profile lasts as long as this page`)), OPEN_MS);
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(VALUES);
      request.onerror = () => failed(request.error);
      request.onsuccess = () => {
        clearTimeout(timer);
        const db = request.result;
        // Another page deletes it, or the shopper does.
        db.onversionchange = () => (db.close(), this.#gone(db));
        db.onclose = () => this.#gone(db);
        opened((this.#db = db));
      };
    });
    return this.#opening;
  }

  #gone(db: IDBDatabase): void {
    if (this.#db === db) this.#db = this.#opening = undefined;
  }
}
