//! Ed25519 keys as text: the secret one as PKCS #8 in PEM, the public one as 43 characters of base64url.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ed25519_dalek::{Signer as _, Verifier as _};

use crate::SignatureError;

/// What stands before the 32 bytes of an Ed25519 key in PKCS #8 (RFC 8410, section 7), as `openssl genpkey` writes it.
const PKCS8: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];
const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const END: &str = "-----END PRIVATE KEY-----";

/// The secret key, which signs.
pub struct SigningKey(ed25519_dalek::SigningKey);

/// The public key, which a page names.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(ed25519_dalek::VerifyingKey);

impl SigningKey {
    /// The key of 32 random bytes.
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(&seed))
    }

    /// Reads PKCS #8 in PEM.
    ///
    /// # Errors
    ///
    /// [`SignatureError::Key`] if it is anything else than one Ed25519 key.
    pub fn from_pem(pem: &str) -> Result<Self, SignatureError> {
        let body = pem
            .trim()
            .strip_prefix(BEGIN)
            .and_then(|rest| rest.strip_suffix(END));
        let body: String = body
            .unwrap_or_default()
            .chars()
            .filter(|c| !c.is_ascii_whitespace())
            .collect();
        let bytes = STANDARD.decode(body).unwrap_or_default();
        let seed = bytes
            .strip_prefix(&PKCS8)
            .and_then(|seed| seed.try_into().ok());
        seed.map(Self::from_seed).ok_or(SignatureError::Key {
            expected: "Ed25519 key in PEM (PKCS #8)",
        })
    }

    /// Writes PKCS #8 in PEM.
    pub fn to_pem(&self) -> String {
        let bytes = [PKCS8.as_slice(), self.0.as_bytes()].concat();
        format!("{BEGIN}\n{}\n{END}\n", STANDARD.encode(bytes))
    }

    /// The public key that belongs to it.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    pub(crate) fn sign(&self, message: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(self.0.sign(message).to_bytes())
    }
}

impl PublicKey {
    pub(crate) fn verifies(&self, message: &[u8], signature: &str) -> bool {
        let bytes = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
        let signature = ed25519_dalek::Signature::from_slice(&bytes);
        signature.is_ok_and(|signature| self.0.verify(message, &signature).is_ok())
    }
}

impl FromStr for PublicKey {
    type Err = SignatureError;

    fn from_str(text: &str) -> Result<Self, SignatureError> {
        let bytes = URL_SAFE_NO_PAD.decode(text.trim()).unwrap_or_default();
        let bytes = bytes.as_slice().try_into().ok();
        let key = bytes.and_then(|bytes| ed25519_dalek::VerifyingKey::from_bytes(bytes).ok());
        // A key of small order verifies signatures that nobody made.
        let sound = key.filter(|key| !key.is_weak());
        sound.map(Self).ok_or(SignatureError::Key {
            expected: "public key: 43 characters of base64url",
        })
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0.as_bytes()))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}
