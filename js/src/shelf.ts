/** Where a profile outlives the visit: short texts by key. The default is the browser's database; see also `endcap/cookie`. */
export interface Shelf {
  /** In a place that has one value for all pages: what lies there now. Without it each page writes under keys of its own. */
  peek?(key: string): string | undefined;
  /** All that lies there. Rejects where nothing can. */
  read(): Promise<Map<string, string>>;
  /** Begun before this returns, so that a page which is about to go can still write; `null` removes. Rejects if it did not come to that. */
  write(key: string, value: string | null): Promise<void>;
  /** Removes everything, and the place itself if it is not to be used again. Rejects unless everything is gone. */
  clear(forGood: boolean): Promise<void>;
  /** Lets go of what is open; the next call opens it anew. */
  close(): void;
  /** The place of one of several shops of this origin, apart from the others'. */
  of?(shop: string): Shelf;
  /** False if nothing can lie there, told without making the place. */
  exists?(): Promise<boolean>;
}

const VALUES = "values";

/** The browser's own database, of this origin. */
export class Database implements Shelf {
  readonly #name: string;
  #db: IDBDatabase | undefined;
  #opening: Promise<IDBDatabase> | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  of(shop: string): Shelf {
    return new Database(shop);
  }

  /** True where the browser does not tell. */
  async exists(): Promise<boolean> {
    if (typeof indexedDB === "undefined") return false;
    const all = await indexedDB.databases?.().catch(() => undefined);
    return all?.some(({ name }) => name === this.#name) ?? true;
  }

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
    // The values themselves first: a database is only deleted once no page has it open.
    if (!forGood || this.#db || this.#opening || (await this.exists())) await this.#use("readwrite", (values) => void values.clear());
    if (!forGood || typeof indexedDB === "undefined") return;
    this.close();
    indexedDB.deleteDatabase(this.#name);
  }

  close(): void {
    // What was begun comes first, also where it still waits for the database.
    this.#opening?.then((db) => db.close(), () => {});
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
    if (this.#opening) return this.#opening;
    const opening = new Promise<IDBDatabase>((opened, failed) => {
      const request = indexedDB.open(this.#name, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(VALUES);
      request.onerror = () => failed(request.error);
      request.onsuccess = () => {
        const db = request.result;
        // Another page deletes it, or the shopper does.
        db.onversionchange = () => (db.close(), this.#gone(db));
        db.onclose = () => this.#gone(db);
        if (this.#opening === opening) this.#db = db;
        opened(db);
      };
    });
    opening.catch(() => {
      // The next call tries anew.
      if (this.#opening === opening) this.#opening = undefined;
    });
    return (this.#opening = opening);
  }

  #gone(db: IDBDatabase): void {
    if (this.#db === db) this.#db = this.#opening = undefined;
  }
}
