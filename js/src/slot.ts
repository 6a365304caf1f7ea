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

export async function claimSlot(): Promise<Slot> {
  for (let number = 0; number < MOST; number++) {
    const release = await trySlot(number);
    if (release) return { number, release };
  }
  return { number: undefined, release() {} };
}

/** Holds a slot until what comes back is called; undefined if another page does, or none can. */
export function trySlot(number: number): Promise<(() => void) | undefined> {
  const locks = typeof document === "undefined" ? undefined : navigator.locks;
  return new Promise((answer) => {
    if (!locks) return answer(undefined);
    const held = (lock: Lock | null) => {
      if (!lock) return answer(undefined);
      return new Promise<void>((release) => answer(release));
    };
    // Documents without an origin to share may not lock at all.
    locks.request(`endcap:replica:${number}`, { ifAvailable: true }, held).catch(() => answer(undefined));
  });
}
