import { EndcapError } from "./error.js";

/** What a browser's own store, lock or cache has not answered in this time is held by something stuck: better to go on without. */
export const READ_MS = 3_000;
/** Nobody's page waits for a change, and a busy device takes its time over hundreds of them. */
export const CHANGE_MS = 10_000;

/**
 * `work`, or a rejection with `storage/refused` after `ms`, and then `givenUp`; `isBusy` with other work, it gets more time. What comes later is for whoever
 * else listens to `work`.
 */
export function patiently<T>(work: Promise<T>, what: string, givenUp = () => {}, ms = READ_MS, isBusy = () => false): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => {
      if (isBusy()) return void (timer = setTimeout(late, ms));
      givenUp();
      reject(new EndcapError("storage/refused", `${what} did not answer within ${ms} ms; the page goes on without`));
    };
    let timer = setTimeout(late, ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
