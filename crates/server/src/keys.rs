//! Keys that the shop's server signs link tokens with: a JWK Set (RFC 7517) in a file that is read again when it changes.
//!
//! To rotate: add the new key, let the shop sign with it, and take the old one out ten minutes later.
//!
//! # Invariants
//! * A key fixes the algorithm; a token cannot choose another for it.
//! * A file that cannot be read leaves the former keys in force.
//! * No private key of an asymmetric pair is taken: here it would only be one more place to steal it from.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::Value;

use crate::Secret;

/// A file is looked at for changes this often at most.
const LOOK: Duration = Duration::from_secs(1);

/// More keys than any rotation needs; each is tried for a token that does not name its own.
const MAX_KEYS: usize = 16;

/// The keys in a file.
pub struct KeyFile {
    path: PathBuf,
    state: Mutex<State>,
}

struct State {
    keys: Arc<Vec<Key>>,
    stamp: Option<(SystemTime, u64)>,
    looked: Instant,
}

/// A key that tokens are verified with.
pub(crate) struct Key {
    pub(crate) id: Option<String>,
    pub(crate) algorithm: Algorithm,
    pub(crate) key: DecodingKey,
}

#[derive(Deserialize)]
struct Set {
    keys: Vec<Value>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
    k: Option<String>,
    d: Option<Value>,
}

impl KeyFile {
    /// Reads the keys in `path`.
    ///
    /// # Errors
    ///
    /// Every variant of [`KeyError`].
    pub fn open(path: &Path) -> Result<Self, KeyError> {
        let stamp = stamp(path);
        let keys = read(path)?;
        Ok(Self {
            path: path.to_owned(),
            state: Mutex::new(State {
                keys: Arc::new(keys),
                stamp,
                looked: Instant::now(),
            }),
        })
    }

    /// The keys in force. May wait for the disk.
    pub(crate) fn current(&self) -> Arc<Vec<Key>> {
        // A panic while the lock is held leaves the state whole.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.looked.elapsed() >= LOOK {
            state.looked = Instant::now();
            let stamp = stamp(&self.path);
            if stamp != state.stamp {
                match read(&self.path) {
                    Ok(keys) => {
                        tracing::info!(keys = keys.len(), "the keys of link tokens have changed");
                        state.keys = Arc::new(keys);
                        state.stamp = stamp;
                    }
                    Err(error) => tracing::warn!(
                        code = error.code(),
                        "the keys of link tokens stay as they were: {error}"
                    ),
                }
            }
        }
        Arc::clone(&state.keys)
    }
}

fn stamp(path: &Path) -> Option<(SystemTime, u64)> {
    let meta = fs::metadata(path).ok()?;
    Some((meta.modified().ok()?, meta.len()))
}

fn read(path: &Path) -> Result<Vec<Key>, KeyError> {
    let text = fs::read_to_string(path).map_err(|error| KeyError::File {
        path: path.to_owned(),
        reason: error.to_string(),
    })?;
    let wrong = |reason: String| KeyError::Set {
        path: path.to_owned(),
        reason,
    };
    let set: Set = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    if set.keys.is_empty() || set.keys.len() > MAX_KEYS {
        return Err(wrong(format!(
            "it has {} keys, expected 1 to {MAX_KEYS}",
            set.keys.len()
        )));
    }
    let keys = set.keys.into_iter().enumerate();
    keys.map(|(at, value)| {
        let jwk = serde_json::from_value(value).map_err(|error| error.to_string());
        let key = jwk.and_then(|jwk| key(jwk).map_err(str::to_owned));
        key.map_err(|reason| wrong(format!("key {}: {reason}", at + 1)))
    })
    .collect()
}

fn key(jwk: Jwk) -> Result<Key, &'static str> {
    if jwk.d.is_some() {
        return Err("it is private (it has d): give the public key only, and replace the pair");
    }
    if jwk.usage.as_deref().is_some_and(|usage| usage != "sig") {
        return Err("its use is not sig");
    }
    let bytes = |text: &Option<String>| {
        text.as_ref()
            .and_then(|text| URL_SAFE_NO_PAD.decode(text).ok())
            .unwrap_or_default()
    };
    let (algorithm, name, key) = match (jwk.kty.as_str(), jwk.crv.as_deref()) {
        ("oct", _) => {
            let secret = bytes(&jwk.k);
            if secret.len() < Secret::MIN_LEN {
                return Err("its k has less than 32 bytes of base64url");
            }
            (Algorithm::HS256, "HS256", DecodingKey::from_secret(&secret))
        }
        ("EC", Some("P-256")) => {
            // SEC 1, section 2.3.3: an uncompressed point.
            let point = [&[4][..], &bytes(&jwk.x), &bytes(&jwk.y)].concat();
            if p256::ecdsa::VerifyingKey::from_sec1_bytes(&point).is_err() {
                return Err("its x and y are no point of P-256");
            }
            (Algorithm::ES256, "ES256", DecodingKey::from_ec_der(&point))
        }
        ("OKP", Some("Ed25519")) => {
            let point = bytes(&jwk.x);
            let sound = <&[u8; 32]>::try_from(point.as_slice())
                .is_ok_and(|point| ed25519_dalek::VerifyingKey::from_bytes(point).is_ok());
            if !sound {
                return Err("its x is no point of Ed25519");
            }
            (Algorithm::EdDSA, "EdDSA", DecodingKey::from_ed_der(&point))
        }
        _ => return Err("expected kty oct, EC with crv P-256, or OKP with crv Ed25519"),
    };
    // RFC 9864 gave EdDSA on this curve the name Ed25519.
    let fits = |given: &str| given == name || (name == "EdDSA" && given == "Ed25519");
    if jwk.alg.as_deref().is_some_and(|given| !fits(given)) {
        return Err("its alg does not fit its kty");
    }
    Ok(Key {
        id: jwk.kid,
        algorithm,
        key,
    })
}

/// Why there are no usable keys.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The file cannot be read.
    #[error("the key file {path} cannot be read ({reason}): check the path and its permissions", path = .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// The file is no set of usable keys.
    #[error("the key file {path} is refused ({reason}): write a JWK Set like {{\"keys\": [{{\"kty\": \"OKP\", \"crv\": \"Ed25519\", \"kid\": \"2026-11\", \"x\": \"…\"}}]}}", path = .path.display())]
    Set {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
}

impl KeyError {
    /// Stable identifier; appended to, never changed.
    pub fn code(&self) -> &'static str {
        match self {
            Self::File { .. } => "keys/file",
            Self::Set { .. } => "keys/set",
        }
    }
}
