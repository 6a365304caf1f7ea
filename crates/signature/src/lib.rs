//! Signed manifests: one Ed25519 signature over the text of a manifest, which names every pack by its SHA-256.
//!
//! # Invariants
//! * [`Signed::open`] reads nothing of the manifest before a signature of a known key holds.
//! * A manifest older than the newest one seen is refused, and so is one past its expiry.
//! * A signed manifest names no pack without its SHA-256, so one signature covers heads, deltas, overlays and knowledge.
//!
//! The signature is over [`CONTEXT`] and then the text, so it can be mistaken for no other kind of signature. The pack's own
//! hash (XXH3) finds damage but stops nobody: only the SHA-256 does.
//!
//! Deliberately missing: roles and key delegation as in TUF. A key is replaced by signing with both keys for a while, because
//! a page may name several keys and one good signature is enough.

mod error;
mod key;
mod manifest;

pub use self::error::SignatureError;
pub use self::key::{PublicKey, SigningKey};
pub use self::manifest::{CONTEXT, Signed, SignedManifest, digest};
