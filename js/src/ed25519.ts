// Ed25519 for browsers whose WebCrypto has none; loaded only there.
import { verifyAsync } from "@noble/ed25519";

export function verify(key: Uint8Array, signature: Uint8Array, message: Uint8Array): Promise<boolean> {
  return verifyAsync(signature, message, key, { zip215: false }).catch(() => false);
}
