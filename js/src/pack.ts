import type { Engine } from "./endcap.js";
import { EndcapError } from "./error.js";

export type PackSource = string | URL | ArrayBufferLike | ArrayBufferView | PackFeed;

/** Packs that change while the page is open; `live` of `endcap/live` makes one. */
export interface PackFeed {
  /** What to open first. */
  first(language: string | undefined, signal: AbortSignal): Promise<Fetched>;
  /** Called once the engine stands, with or without the first pack. Returns how to stop. */
  follow(page: Followed): () => void;
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
  /** Fetches the knowledge that the manifest names. */
  more?: () => Promise<Uint8Array>;
}

/** Takes bytes as they are, fetches a pack, or a manifest (its path ends in `.json`) and the pack that it names. */
export async function fetchPack(source: Exclude<PackSource, PackFeed>, language?: string, signal?: AbortSignal): Promise<Fetched> {
  if (source instanceof Uint8Array) return { bytes: source };
  // By what it has and not by its class, which differs between a page and its frames.
  if (typeof source === "object" && "byteLength" in source) {
    return { bytes: ArrayBuffer.isView(source) ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength) : new Uint8Array(source) };
  }
  if (!/\.json(?:[?#]|$)/.test(String(source))) return { bytes: await fetchBytes(source, signal) };
  const { entry, base, manifest } = await fetchEntry(source, language, signal);
  return { bytes: await fetchBytes(new URL(entry.url, base), signal), hash: entry.hash, ...knowledgeOf(manifest, base) };
}

/** How to fetch the knowledge that the manifest names, if it names one. */
export function knowledgeOf({ knowledge }: Manifest, base: string): Pick<Fetched, "more"> {
  return knowledge ? { more: () => fetchBytes(new URL(knowledge.url, base)) } : {};
}

/** The manifest's catalogue for a language, and the address that its packs are relative to. */
export async function fetchEntry(source: string | URL, language?: string, signal?: AbortSignal): Promise<{ entry: Entry; base: string; manifest: Manifest }> {
  const response = await get(source, signal);
  let manifest: Manifest;
  try {
    manifest = (await response.json()) as Manifest;
  } catch (error) {
    throw new EndcapError("manifest/damaged", `${source} is not JSON; is it the address of a manifest?`, error);
  }
  const entry = (language && manifest?.catalogues?.[language]) || manifest?.catalogue;
  if (typeof entry?.url !== "string") {
    throw new EndcapError("manifest/no-catalogue", `${source} names no catalogue${language ? ` for "${language}"` : ""}; build a pack and serve it`);
  }
  return { entry, base: response.url || String(source), manifest };
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
