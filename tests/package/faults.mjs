// Faults of a browser's database, as scripts that run before the page: `fault.kind` says which, also while the page is open.

/**
 * `fault.kind`: undefined, "throws" (at `open`), "fails" (an error event), "hangs" (no event until `fault.release()`), "full" (no room for anything
 * new), "keeps" (nothing can be deleted).
 */
export function faultyDatabase(kind) {
  const held = [];
  globalThis.fault = { kind, release: () => held.splice(0).forEach((go) => go()) };
  const { open } = IDBFactory.prototype;
  IDBFactory.prototype.open = function (...args) {
    if (fault.kind === "throws") throw new DOMException("no", "SecurityError");
    if (fault.kind !== "fails" && fault.kind !== "hangs") return open.apply(this, args);
    const { kind } = fault;
    const request = { error: new DOMException("broken", "UnknownError") };
    const go = () => {
      if (kind === "fails") return request.onerror?.({ target: request });
      const real = open.apply(indexedDB, args);
      for (const event of ["onupgradeneeded", "onsuccess", "onerror"]) real[event] = () => ((request.result = event === "onerror" ? undefined : real.result), request[event]?.({ target: request }));
    };
    if (kind === "fails") setTimeout(go);
    else held.push(go);
    return request;
  };
  const when = (kind, error, method) => {
    const real = IDBObjectStore.prototype[method];
    IDBObjectStore.prototype[method] = function (...args) {
      if (fault.kind === kind) throw new DOMException(kind, error);
      return real.apply(this, args);
    };
  };
  when("full", "QuotaExceededError", "put");
  when("keeps", "UnknownError", "clear");
  when("keeps", "UnknownError", "delete");
}
