import { EndcapError } from "./error.js";

/** What a browser's own store, lock or cache has not answered in this time is held by something stuck: better to go on without. */
const PATIENCE_MS = 3_000;

/** `work`, or a rejection with `storage/refused` when that takes too long, and then `given` up. What comes later is for whoever else listens to `work`. */
export function patiently<T>(work: Promise<T>, what: string, givenUp = () => {}): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      givenUp();
      reject(new EndcapError("storage/refused", `${what} did not answer within ${PATIENCE_MS} ms; the page goes on without`));
    }, PATIENCE_MS);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
