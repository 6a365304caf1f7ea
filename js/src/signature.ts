// Loaded when a page names a key: opens manifests that this key has signed, and nothing else.
import { EndcapError } from "./error.js";
import type { Manifest, Piece, Trust } from "./pack.js";
import { patiently } from "./patience.js";

interface Signed {
  manifest?: unknown;
  signatures?: { key?: unknown; signature?: unknown }[];
}

/** What stands before the text that is signed. */
const CONTEXT = "endcap-manifest-1\n";
/** Apart from the kept packs, which are let go when others come. */
const STORE = "endcap-newest";

/** The newest version of each manifest that this page has opened. */
const newest = new Map<string, number>();

/** The manifest in `signed` of what came from `address`, if it holds. Throws before anything of it is read. */
export async function openSigned(signed: unknown, address: string, trust: Trust, now = Date.now()): Promise<Manifest> {
  const { manifest: text, signatures } = (signed ?? {}) as Signed;
  if (typeof text !== "string" || !Array.isArray(signatures)) {
    throw new EndcapError("signature/missing", `${address} is not signed, and the page opens signed packs only; sign the folder with \`endcap pack sign\``);
  }
  await verify(text, signatures, trust.keys, address);
  const manifest = parse(text, address);
  const { version, expires } = manifest;
  // A key signs for one folder; an address with other parameters is the same one.
  const name = trust.keys.join() + new URL(address, globalThis.location?.href ?? "http://localhost").pathname;
  const seen = Math.max(newest.get(name) ?? 0, trust.keep ? await recall(name) : 0);
  if (version < seen) throw new EndcapError("signature/rollback", `${address} has version ${version}, version ${seen} was seen before; purge the cache in between, or sign anew`);
  if (expires !== undefined && now > expires) throw new EndcapError("signature/expired", `${address} expired on ${new Date(expires).toISOString()}; sign the folder anew with \`endcap pack sign\``);
  newest.set(name, version);
  if (trust.keep && version > seen) await remember(name, version);
  return manifest;
}

async function verify(text: string, signatures: NonNullable<Signed["signatures"]>, keys: readonly string[], address: string): Promise<void> {
  const message = new TextEncoder().encode(CONTEXT + text);
  const own = signatures.filter(({ key }) => keys.includes(key as string));
  if (own.length === 0) throw new EndcapError("signature/missing", `${address} is signed by none of the page's keys; name the key that \`endcap pack keygen\` printed`);
  for (const { key, signature } of own) {
    if (await holds(bytesOf(key, 32), bytesOf(signature, 64), message)) return;
  }
  throw new EndcapError("signature/wrong", `the signature of ${address} is wrong: it was changed after it was signed`);
}

async function holds(key: Uint8Array | undefined, signature: Uint8Array | undefined, message: Uint8Array): Promise<boolean> {
  if (!key) throw new EndcapError("signature/key", "packKey: 43 characters of base64url, as `endcap pack keygen` prints them");
  if (!signature) return false;
  const subtle = subtleCrypto();
  let known: CryptoKey;
  try {
    known = await subtle.importKey("raw", key as BufferSource, "Ed25519", false, ["verify"]);
  } catch {
    // Chromium before 137, Firefox before 129.
    const { verify } = await import("./ed25519.js");
    return verify(key, signature, message);
  }
  return subtle.verify("Ed25519", known, signature as BufferSource, message as BufferSource);
}

function parse(text: string, address: string): Manifest & { version: number; expires?: number } {
  const damaged = (reason: string) => new EndcapError("signature/damaged", `${address} is signed but is no manifest (${reason}); sign it anew with \`endcap pack sign\``);
  let manifest: Manifest & { version?: unknown; expires?: unknown };
  try {
    manifest = JSON.parse(text) ?? {};
  } catch (error) {
    throw damaged((error as Error).message);
  }
  const isTime = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
  if (!isTime(manifest.version) || !(manifest.expires === undefined || isTime(manifest.expires))) throw damaged("version or expires is no number");
  const entries = [manifest.catalogue, ...Object.values(manifest.catalogues ?? {})].filter((entry) => entry != null);
  const pieces: (Piece | null | undefined)[] = [manifest.knowledge, ...entries.flatMap((entry) => [entry, entry.head, ...(entry.deltas ?? []), ...(entry.overlays ?? [])])];
  // Without it a pack would not be checked.
  if (!pieces.every((piece) => piece == null || /^[0-9a-f]{64}$/.test(String(piece.sha256)))) throw damaged("a pack has no sha256");
  return manifest as Manifest & { version: number; expires?: number };
}

/** Throws if `bytes` are not what was signed. */
export async function checkDigest(bytes: Uint8Array, { hash, sha256 }: Pick<Piece, "hash" | "sha256">): Promise<void> {
  const digest = new Uint8Array(await subtleCrypto().digest("SHA-256", bytes as BufferSource));
  const found = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (found !== sha256) throw new EndcapError("signature/pack", `pack ${hash} is not the one that was signed; publish the signed one, or purge the cache in between`);
}

function subtleCrypto(): SubtleCrypto {
  const subtle = globalThis.crypto?.subtle;
  if (!subtle) throw new EndcapError("signature/insecure", "signatures can be checked in secure contexts only; serve the page by HTTPS");
  return subtle;
}

/** Undefined unless it is base64url of so many bytes. */
function bytesOf(text: unknown, length: number): Uint8Array | undefined {
  try {
    const bytes = Uint8Array.from(atob(String(text).replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
    return bytes.length === length ? bytes : undefined;
  } catch {
    return undefined;
  }
}

const keyOf = (name: string) => `https://packs.endcap.invalid/newest/${encodeURIComponent(name)}`;

/** 0 where nothing may be kept or is: a browser that keeps nothing still opens what is signed. */
async function recall(name: string): Promise<number> {
  const looked = async () => (await (await caches.open(STORE)).match(keyOf(name)))?.text();
  return Number(await patiently(looked(), "the browser's cache storage").catch(() => 0)) || 0;
}

async function remember(name: string, version: number): Promise<void> {
  const put = async () => (await caches.open(STORE)).put(keyOf(name), new Response(String(version)));
  await patiently(put(), "the browser's cache storage").catch(() => {});
}
