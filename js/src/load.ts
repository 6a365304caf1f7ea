import { patiently } from "./patience.js";
import { type Entry, type Followed, type Manifest, type Piece, checked, fetchPiece } from "./pack.js";

/** What is needed to load a catalogue, as it can be told to a worker. */
export interface Wanted {
  entry: Entry;
  /** The address that the entry's are relative to. */
  base: string;
  /** Names of all packs of the manifest: kept ones beside these are let go. */
  current: string[];
  keep: boolean;
  /** What was kept has turned out to be damaged: it is not used again. */
  distrust: boolean;
}

const STORE = "endcap-packs";

/** What a page keeps is named by the packs' hashes, so that another address for the same pack changes nothing. */
const keyOf = (hash: string) => `https://packs.endcap.invalid/${hash}`;

/** Names of the catalogues in a manifest. */
export function hashesOf(manifest: Manifest): string[] {
  return [manifest.catalogue, ...Object.values(manifest.catalogues ?? {})].flatMap((entry) => (entry ? [entry.hash] : []));
}

/** A kept pack; undefined where nothing may be kept or is. Rejects if it is not the one that was signed. */
export async function kept(piece: Pick<Piece, "hash" | "sha256">): Promise<Uint8Array | undefined> {
  const looked = async () => (await (await store())?.match(keyOf(piece.hash)))?.arrayBuffer();
  const found = await patiently(looked(), "the browser's cache storage");
  return found && checked(new Uint8Array(found), piece);
}

/**
 * The whole catalogue: as it was kept, made of a kept one by a delta, or from the network. What goes wrong on the short
 * ways is reported and the next one taken.
 */
export async function loadWhole(wanted: Wanted, patch: () => Promise<Followed["patch"]>, report: (error: unknown) => void, signal: AbortSignal): Promise<Uint8Array> {
  const { entry, base, keep, distrust } = wanted;
  const use = keep && !distrust;
  try {
    const there = use && (await kept(entry));
    if (there) return there;
    for (const delta of use ? (entry.deltas ?? []) : []) {
      const old = await kept({ hash: delta.from });
      if (!old) continue;
      const bytes = (await patch())(old, await fetchPiece(delta, base, signal));
      if (nameOf(bytes) === entry.hash) return await put(wanted, await checked(bytes, entry), report);
    }
  } catch (error) {
    report(error);
  }
  const bytes = await fetchPiece(entry, base, signal);
  return keep ? put(wanted, bytes, report) : bytes;
}

/** The hash that a pack's header has: what the engine compares with the content. */
export function nameOf(bytes: Uint8Array): string {
  return Array.from(bytes.slice(16, 32).reverse(), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function put({ entry, current }: Wanted, bytes: Uint8Array, report: (error: unknown) => void): Promise<Uint8Array> {
  const kept = async () => {
    const packs = await store();
    await packs?.put(keyOf(entry.hash), new Response(bytes as BufferSource));
    for (const request of (await packs?.keys()) ?? []) {
      if (!current.some((hash) => request.url === keyOf(hash))) await packs?.delete(request);
    }
  };
  try {
    await patiently(kept(), "the browser's cache storage");
  } catch (error) {
    report(error);
  }
  return bytes;
}

/** Only secure contexts have one. */
async function store(): Promise<Cache | undefined> {
  return typeof caches === "undefined" ? undefined : caches.open(STORE);
}
