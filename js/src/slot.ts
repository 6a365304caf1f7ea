import { EndcapError, type Report } from "./error.js";
import { patiently } from "./patience.js";

/**
 * One of a browser's places for a writer. Two pages never hold the same slot at once, and a closed page's slot is used
 * again, so that the replicas in a profile do not pile up.
 */
export interface Slot {
  /** Undefined where the browser has no Web Locks. */
  readonly number: number | undefined;
  release(): void;
}

/** More pages than this at once share no slot; each of the rest is a replica of its own. */
const MOST = 32;

/** Locks that failed or did not answer once are not asked again on this page. */
let areDead = false;

/** The browser's locks, if it has any that work. */
export function locksOf(): LockManager | undefined {
  try {
    return typeof document === "undefined" || areDead ? undefined : navigator.locks;
  } catch {
    return undefined;
  }
}

/** A slot of `name`'s; where locks do not work that is told, and the page goes on as a replica of its own. */
export async function claimSlot(name: string, report: Report): Promise<Slot> {
  for (let number = 0; number < MOST; number++) {
    const release = await trySlot(name, number);
    if (release) return { number, release };
    if (!locksOf()) {
      if (typeof document !== "undefined") report(new EndcapError("tabs/no-locks", "the browser's locks are missing, refused, or do not answer; this tab is a writer of its own in the profile"));
      break;
    }
  }
  return { number: undefined, release() {} };
}

/** Holds a slot until what comes back is called; undefined if another page does, or none can. */
export async function trySlot(name: string, number: number): Promise<(() => void) | undefined> {
  const locks = locksOf();
  if (!locks) return undefined;
  let isWanted = true;
  const asked = new Promise<(() => void) | undefined>((answer, failed) => {
    const held = (lock: Lock | null) => {
      if (!lock || !isWanted) return answer(undefined);
      return new Promise<void>((release) => answer(release));
    };
    // Documents without an origin to share may not lock at all.
    locks.request(`${name}:replica:${number}`, { ifAvailable: true }, held).catch(failed);
  });
  try {
    return await patiently(asked, "the browser's locks");
  } catch {
    isWanted = false;
    areDead = true;
    return undefined;
  }
}

/** What `work` answers, done while no other page does it; where locks do not work, all the same. */
export async function exclusively<T>(name: string, work: () => Promise<T>): Promise<T> {
  const locks = locksOf();
  let begun: Promise<T> | undefined;
  const begin = () => (begun ??= work());
  if (!locks) return begin();
  const locked = async () => locks.request(name, begin);
  // Whatever the lock does, the work is the answer.
  await patiently(locked(), "the browser's locks").catch(() => {});
  return begin();
}
