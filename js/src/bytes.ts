/** The text form of bytes in storage and in addresses, and identifiers drawn at random. */

/** base64url without padding (RFC 4648, 5), which cookies and addresses take as it is. */
export function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Undefined when the text is not base64url. */
export function fromBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

/** 128 random bits in base64url: an identifier that nobody can guess. */
export function randomId(): string {
  return toBase64(crypto.getRandomValues(new Uint8Array(16)));
}

export function randomReplica(): bigint {
  return crypto.getRandomValues(new BigUint64Array(1))[0] as bigint;
}

/** What a whole profile begins with, where a message of the delta protocol does not (`src/profile`). */
export const WHOLE = 0xec;
