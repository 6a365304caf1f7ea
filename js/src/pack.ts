import { EndcapError } from "./error.js";

export type PackSource = string | URL | ArrayBufferLike | ArrayBufferView;

/** One catalogue as the manifest lists it. */
interface Entry {
  hash: string;
  url: string;
}

/** Packs go by their hash, so the small manifest is all that has to be fresh. */
interface Manifest {
  catalogue?: Entry;
  catalogues?: Record<string, Entry>;
}

export interface Fetched {
  bytes: Uint8Array;
  /** What the manifest called it. */
  hash?: string;
}

/** Takes bytes as they are, fetches a pack, or a manifest (its path ends in `.json`) and the pack that it names. */
export async function fetchPack(source: PackSource, language: string | undefined, signal: AbortSignal): Promise<Fetched> {
  if (source instanceof Uint8Array) return { bytes: source };
  // By what it has and not by its class, which differs between a page and its frames.
  if (typeof source === "object" && "byteLength" in source) {
    return { bytes: ArrayBuffer.isView(source) ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength) : new Uint8Array(source) };
  }
  if (!/\.json(?:[?#]|$)/.test(String(source))) return { bytes: await bytesOf(await get(source, signal)) };
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
  const url = response.url ? new URL(entry.url, response.url) : entry.url;
  return { bytes: await bytesOf(await get(url, signal)), hash: entry.hash };
}

async function get(url: string | URL, signal: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { signal });
  } catch (error) {
    throw new EndcapError("pack/unreachable", `${url} could not be fetched: ${(error as Error).message}`, error);
  }
  if (!response.ok) throw new EndcapError("pack/unreachable", `${url} answered ${response.status}; check the address`);
  return response;
}

async function bytesOf(response: Response): Promise<Uint8Array> {
  try {
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    throw new EndcapError("pack/unreachable", `${response.url} broke off: ${(error as Error).message}`, error);
  }
}
