import type { Engine } from "./endcap.js";
import { EndcapError } from "./error.js";

export type PackSource = string | URL | ArrayBufferLike | ArrayBufferView | PackFeed;

/** Packs that change while the page is open; `live` of `endcap/live` makes one. */
export interface PackFeed {
  /** What to open first. */
  first(language: string | undefined, signal: AbortSignal, trust?: Trust): Promise<Fetched>;
  /** Called once the engine stands, with or without the first pack. Returns how to stop. */
  follow(page: Followed): () => void;
}

/** Which signatures a page asks for; with it, nothing that is not signed is opened. */
export interface Trust {
  /** Public keys; one good signature is enough. */
  keys: readonly string[];
  /** Remembers the newest version in the browser's cache storage, so that an older one is refused on the next visit, too. */
  keep: boolean;
}

/** What a feed may do with the page's engine. */
export interface Followed {
  /** Undefined once the engine is lost or closed. */
  readonly engine: Engine | undefined;
  patch: typeof Engine.patch;
  /** The engine's catalogue or what lies over it is another one. */
  updated(): void;
  report(error: unknown): void;
}

/** A pack as the manifest lists it. */
export interface Piece {
  hash: string;
  url: string;
  bytes?: number;
  /** Only signed manifests have it, and they have it for each pack. */
  sha256?: string;
}

/** One catalogue as the manifest lists it. */
export interface Entry extends Piece {
  head?: Piece;
  deltas?: (Piece & { from: string })[];
  overlays?: Piece[];
}

/** Packs go by their hash, so the small manifest is all that has to be fresh. */
export interface Manifest {
  catalogue?: Entry;
  catalogues?: Record<string, Entry>;
  knowledge?: Piece | null;
}

export interface Fetched {
  bytes: Uint8Array;
  /** What the manifest called it. */
  hash?: string;
  /** The manifest was signed, and this is what it names. */
  signed?: boolean;
  /** Fetches the knowledge that the manifest names. */
  more?: () => Promise<Uint8Array>;
}

/** Takes bytes as they are, fetches a pack, or a manifest (its path ends in `.json`) and the pack that it names. */
export async function fetchPack(source: Exclude<PackSource, PackFeed>, language?: string, signal?: AbortSignal, trust?: Trust): Promise<Fetched> {
  const isManifest = (typeof source === "string" || source instanceof URL) && /\.json(?:[?#]|$)/.test(String(source));
  if (!isManifest) assertSigned({}, trust);
  if (source instanceof Uint8Array) return { bytes: source };
  // By what it has and not by its class, which differs between a page and its frames.
  if (typeof source === "object" && "byteLength" in source) {
    return { bytes: ArrayBuffer.isView(source) ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength) : new Uint8Array(source) };
  }
  if (!isManifest) return { bytes: await fetchBytes(source, signal) };
  const { entry, base, manifest } = await fetchEntry(source, language, signal, trust);
  return { bytes: await fetchPiece(entry, base, signal), hash: entry.hash, signed: !!trust, ...knowledgeOf(manifest, base) };
}

/** How to fetch the knowledge that the manifest names, if it names one. */
export function knowledgeOf({ knowledge }: Manifest, base: string): Pick<Fetched, "more"> {
  return knowledge ? { more: () => fetchPiece(knowledge, base) } : {};
}

/** The manifest's catalogue for a language, and the address that its packs are relative to. */
export async function fetchEntry(source: string | URL, language?: string, signal?: AbortSignal, trust?: Trust): Promise<{ entry: Entry; base: string; manifest: Manifest }> {
  const response = await get(source, signal);
  let manifest: Manifest;
  try {
    manifest = (await response.json()) as Manifest;
  } catch (error) {
    throw new EndcapError("manifest/damaged", `${source} is not JSON; is it the address of a manifest?`, error);
  }
  if (trust) manifest = await (await signatures()).openSigned((manifest as { signed?: unknown } | null)?.signed, String(source), trust);
  const entry = (language && manifest?.catalogues?.[language]) || manifest?.catalogue;
  if (typeof entry?.url !== "string") {
    throw new EndcapError("manifest/no-catalogue", `${source} names no catalogue${language ? ` for "${language}"` : ""}; build a pack and serve it`);
  }
  return { entry, base: response.url || String(source), manifest };
}

/** Fetches a pack, and checks it before anybody reads it. */
export async function fetchPiece(piece: Piece, base: string, signal?: AbortSignal): Promise<Uint8Array> {
  return checked(await fetchBytes(new URL(piece.url, base), signal), piece);
}

/** The bytes, if they are the ones that a signed manifest names. */
export async function checked(bytes: Uint8Array, piece: Pick<Piece, "hash" | "sha256">): Promise<Uint8Array> {
  if (piece.sha256 !== undefined) await (await signatures()).checkDigest(bytes, piece);
  return bytes;
}

const signatures = () =>
  import("./signature.js").catch((error) => {
    throw new EndcapError("signature/load", "signature.js could not be loaded; serve it beside facade.js", error);
  });

/** `packKey` of the options; undefined asks for no signature, and everything else for one. */
export function trustOf(packKey: string | readonly string[] | undefined): Trust | undefined {
  return packKey == null ? undefined : { keys: [packKey].flat(), keep: false };
}

/** Throws if nobody has checked a signature although the page asks for one. */
export function assertSigned({ signed }: Pick<Fetched, "signed">, trust: Trust | undefined): void {
  if (trust && !signed) throw new EndcapError("signature/missing", "packKey needs a signed manifest; give its address");
}

export async function fetchBytes(url: string | URL, signal?: AbortSignal): Promise<Uint8Array> {
  const response = await get(url, signal);
  try {
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    throw new EndcapError("pack/unreachable", `${response.url} broke off: ${(error as Error).message}`, error);
  }
}

async function get(url: string | URL, signal?: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, signal && { signal });
  } catch (error) {
    throw new EndcapError("pack/unreachable", `${url} could not be fetched: ${(error as Error).message}`, error);
  }
  if (!response.ok) throw new EndcapError("pack/unreachable", `${url} answered ${response.status}; check the address`);
  return response;
}
