//! The signed manifest: what is signed, and what holds once it is opened.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::{PublicKey, SignatureError, SigningKey};

/// What stands before the text that is signed.
pub const CONTEXT: &str = "endcap-manifest-1\n";

/// A manifest with its signatures, as `signed` of `manifest.json` holds it.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct Signed {
    /// The manifest's text, to the byte.
    pub manifest: String,
    /// One is enough; several are there while a key is replaced.
    pub signatures: Vec<Signature>,
}

/// One signature.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct Signature {
    /// Its public key.
    pub key: String,
    /// 64 bytes as base64url.
    pub signature: String,
}

/// A manifest whose signature holds.
#[derive(Clone, Debug, PartialEq)]
pub struct SignedManifest {
    /// Grows from one signing to the next: keep it, and refuse what is older.
    pub version: u64,
    /// Milliseconds since 1970 until which it holds; none: for ever.
    pub expires: Option<u64>,
    /// The manifest, in the shape of `/v1/manifest.json`.
    pub manifest: Value,
    digests: BTreeMap<String, String>,
}

impl Signed {
    /// Signs `manifest`, which gets the `version` and `expires` (milliseconds since 1970).
    ///
    /// `digest_of` gives the SHA-256 of the pack with a name, in hexadecimal; it is asked for every pack that the manifest names.
    ///
    /// # Errors
    ///
    /// Those of `digest_of`.
    pub fn new<E>(
        mut manifest: Value,
        (version, expires): (u64, Option<u64>),
        keys: &[SigningKey],
        digest_of: &mut dyn FnMut(&str) -> Result<String, E>,
    ) -> Result<Self, E> {
        each_piece(&mut manifest, &mut |piece| {
            let hash = piece.get("hash").and_then(Value::as_str);
            let digest = digest_of(hash.unwrap_or_default())?;
            piece.insert("sha256".to_owned(), digest.into());
            Ok(())
        })?;
        if let Some(fields) = manifest.as_object_mut() {
            fields.insert("version".to_owned(), version.into());
            if let Some(expires) = expires {
                fields.insert("expires".to_owned(), expires.into());
            }
        }
        let manifest = manifest.to_string();
        let message = [CONTEXT, &manifest].concat();
        let signatures = keys.iter().map(|key| Signature {
            key: key.public().to_string(),
            signature: key.sign(message.as_bytes()),
        });
        Ok(Self {
            signatures: signatures.collect(),
            manifest,
        })
    }

    /// The manifest, if one of `keys` has signed it, it is not older than version `newest`, and not expired `now` (milliseconds since 1970).
    ///
    /// # Errors
    ///
    /// * [`SignatureError::Missing`] if none of `keys` has signed it.
    /// * [`SignatureError::Wrong`] if what has the name of one of `keys` does not hold.
    /// * [`SignatureError::Damaged`] if the text is no manifest, or names a pack without its SHA-256.
    /// * [`SignatureError::Rollback`], [`SignatureError::Expired`].
    pub fn open(
        &self,
        keys: &[PublicKey],
        newest: u64,
        now: u64,
    ) -> Result<SignedManifest, SignatureError> {
        let message = [CONTEXT, &self.manifest].concat();
        let known: Vec<_> = keys.iter().map(|key| (key, key.to_string())).collect();
        let mut found = Err(SignatureError::Missing);
        for signature in &self.signatures {
            let key = known.iter().find(|(_, name)| *name == signature.key);
            let Some((key, _)) = key else { continue };
            if key.verifies(message.as_bytes(), &signature.signature) {
                found = Ok(());
                break;
            }
            found = Err(SignatureError::Wrong);
        }
        found?;
        let opened = SignedManifest::parse(&self.manifest)?;
        let SignedManifest {
            version, expires, ..
        } = opened;
        if version < newest {
            return Err(SignatureError::Rollback {
                newest,
                got: version,
            });
        }
        match expires {
            Some(expires) if now > expires => Err(SignatureError::Expired { expires, now }),
            _ => Ok(opened),
        }
    }

    /// What it says, not checked: whoever publishes reads here what was published before.
    ///
    /// # Errors
    ///
    /// [`SignatureError::Damaged`] if the text is no manifest.
    pub fn unchecked(&self) -> Result<SignedManifest, SignatureError> {
        SignedManifest::parse(&self.manifest)
    }
}

impl SignedManifest {
    fn parse(text: &str) -> Result<Self, SignatureError> {
        let damaged = |reason: &str| SignatureError::Damaged {
            reason: reason.to_owned(),
        };
        let mut manifest: Value =
            serde_json::from_str(text).map_err(|error| damaged(&error.to_string()))?;
        let number = |name: &str| match manifest.get(name) {
            None => Ok(None),
            Some(value) => value.as_u64().map(Some).ok_or_else(|| damaged(name)),
        };
        let version = number("version")?.ok_or_else(|| damaged("it has no version"))?;
        let expires = number("expires")?;
        let mut digests = BTreeMap::new();
        each_piece(&mut manifest, &mut |piece| {
            let text = |name: &str| piece.get(name).and_then(Value::as_str);
            let (Some(hash), Some(digest)) = (text("hash"), text("sha256")) else {
                return Err(damaged("a pack has no hash or no sha256"));
            };
            digests.insert(hash.to_owned(), digest.to_owned());
            Ok(())
        })?;
        Ok(Self {
            version,
            expires,
            manifest,
            digests,
        })
    }

    /// Checks a pack, before anything in it is read.
    ///
    /// # Errors
    ///
    /// [`SignatureError::Pack`] if the manifest names no pack `hash`, or another one.
    pub fn check(&self, hash: &str, bytes: &[u8]) -> Result<(), SignatureError> {
        match self.digests.get(hash) {
            Some(signed) if *signed == digest(bytes) => Ok(()),
            _ => Err(SignatureError::Pack {
                hash: hash.to_owned(),
            }),
        }
    }

    /// The names of all packs in it, each with its SHA-256.
    pub fn packs(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = self.digests.iter();
        all.map(|(hash, digest)| (hash.as_str(), digest.as_str()))
    }
}

/// SHA-256 in hexadecimal.
pub fn digest(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

type Piece = serde_json::Map<String, Value>;

/// Calls `visit` with everything that the manifest names: each object that has a `url`, wherever it stands.
fn each_piece<E>(
    value: &mut Value,
    visit: &mut dyn FnMut(&mut Piece) -> Result<(), E>,
) -> Result<(), E> {
    match value {
        Value::Object(fields) => {
            if fields.contains_key("url") {
                visit(fields)?;
            }
            fields
                .values_mut()
                .try_for_each(|value| each_piece(value, visit))
        }
        Value::Array(values) => values
            .iter_mut()
            .try_for_each(|value| each_piece(value, visit)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
