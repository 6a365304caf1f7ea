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
  const locks = typeof document === "undefined" ? undefined : navigator.locks;
  for (let number = 0; locks && number < MOST; number++) {
    const release = await tryLock(locks, `endcap:replica:${number}`);
    if (release) return { number, release };
  }
  return { number: undefined, release() {} };
}

function tryLock(locks: LockManager, name: string): Promise<(() => void) | undefined> {
  return new Promise((answer) => {
    const held = (lock: Lock | null) => {
      if (!lock) return answer(undefined);
      return new Promise<void>((release) => answer(release));
    };
    // Documents without an origin to share may not lock at all.
    locks.request(name, { ifAvailable: true }, held).catch(() => answer(undefined));
  });
}
