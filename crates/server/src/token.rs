//! Link tokens: short-lived JWTs with which the shop's server vouches for a customer.
//!
//! # Invariants
//! * HS256, ES256 or EdDSA, as the key says; a token's own header cannot choose anything else, nor demand that more be
//!   understood.
//! * `exp`, `aud` and `sub` are required, `nbf` is respected, and no token lives longer than
//!   [`MAX_LIFETIME`], so that a leaked one is soon worthless.

use std::sync::Once;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::Secret;
use crate::keys::KeyFile;

/// The audience that a token must name.
pub const AUDIENCE: &str = "endcap";

/// No token is valid further into the future than this (and [`LEEWAY`]).
pub const MAX_LIFETIME: Duration = Duration::from_secs(10 * 60);

/// How far the clocks of the shop's server and this one may differ.
pub const LEEWAY: Duration = Duration::from_secs(30);

/// An erasure cannot be taken back, so its token must have been signed for it, a moment ago.
pub const ERASURE_AGE: Duration = Duration::from_secs(2 * 60);

/// Customer numbers are short; a longer subject is a mistake of the shop's server.
const MAX_SUBJECT: usize = 256;

/// Long enough for any random id.
const MAX_TOKEN_ID: usize = 128;

/// What a token says.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    aud: Audience,
    sub: String,
    exp: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    iat: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<String>,
}

/// What a sound token vouches for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vouched {
    /// The customer.
    pub customer: String,
    /// The token's own id: it may be used once only.
    pub once: Option<String>,
    /// When it was signed, in seconds since 1970.
    pub issued: Option<u64>,
    /// The digest of the profile id that the device must show: base64url of its SHA-256.
    pub device: Option<String>,
}

impl Vouched {
    /// Whether the device that shows this profile id is the one that the token was made for.
    ///
    /// # Errors
    ///
    /// [`TokenError::Device`].
    pub fn check_device(&self, shown: Option<&str>) -> Result<(), TokenError> {
        let Some(expected) = &self.device else {
            return Ok(());
        };
        let digest = shown.map(|id| URL_SAFE_NO_PAD.encode(Sha256::digest(id)));
        // Digests of what nobody can guess; how long the comparison takes tells nothing of use.
        if digest.as_ref() == Some(expected) {
            return Ok(());
        }
        Err(TokenError::Device)
    }

    /// Whether it may erase: it can be used once only, and was signed within [`ERASURE_AGE`]. A token that was written down
    /// somewhere, as those of logins may be, cannot.
    ///
    /// # Errors
    ///
    /// [`TokenError::Reusable`] or [`TokenError::Stale`].
    pub fn check_erasure(&self) -> Result<(), TokenError> {
        if self.once.is_none() {
            return Err(TokenError::Reusable);
        }
        let (now, leeway) = (now(), LEEWAY.as_secs());
        let fresh = self.issued.is_some_and(|issued| {
            issued <= now + leeway && now.saturating_sub(issued) <= ERASURE_AGE.as_secs() + leeway
        });
        if !fresh {
            return Err(TokenError::Stale {
                expected: ERASURE_AGE.as_secs(),
            });
        }
        Ok(())
    }
}

/// RFC 7519, section 4.1.3: one string or an array of them.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// Checks `token` at the time of the call, by the keys in the file if there is one, else by the secret.
///
/// # Errors
///
/// Every variant of [`TokenError`] but [`TokenError::Replayed`], [`TokenError::Device`], [`TokenError::Reusable`] and
/// [`TokenError::Stale`].
pub fn verify(secret: &Secret, keys: Option<&KeyFile>, token: &str) -> Result<Vouched, TokenError> {
    use_own_cryptography();
    let Some(keys) = keys else {
        let key = DecodingKey::from_secret(secret.as_bytes());
        return verify_by(Algorithm::HS256, &key, token);
    };
    let header =
        jsonwebtoken::decode_header(token).map_err(|error| TokenError::from_kind(error.kind()))?;
    let keys = keys.current();
    // A token that names its key is for that one; one that names none may be for any.
    let mut result = Err(TokenError::UnknownKey);
    for key in keys.iter() {
        if header.kid.is_some() && header.kid != key.id {
            continue;
        }
        result = verify_by(key.algorithm, &key.key, token);
        if !matches!(result, Err(TokenError::Signature)) {
            break;
        }
    }
    result
}

fn verify_by(algorithm: Algorithm, key: &DecodingKey, token: &str) -> Result<Vouched, TokenError> {
    let mut validation = Validation::new(algorithm);
    validation.leeway = LEEWAY.as_secs();
    validation.validate_nbf = true;
    validation.set_audience(&[AUDIENCE]);
    validation.set_required_spec_claims(&["exp", "aud", "sub"]);
    let token = jsonwebtoken::decode::<Claims>(token, key, &validation)
        .map_err(|error| TokenError::from_kind(error.kind()))?;
    // RFC 7515, section 4.1.11: what is critical and not understood makes the token invalid. No extension is.
    if token.header.crit.is_some() {
        return Err(TokenError::Critical);
    }
    let claims = token.claims;

    let latest = now() + MAX_LIFETIME.as_secs() + LEEWAY.as_secs();
    if claims.exp > latest {
        return Err(TokenError::LivesTooLong {
            expected: MAX_LIFETIME.as_secs(),
            got: claims.exp.saturating_sub(now()),
        });
    }
    if claims.sub.is_empty() || claims.sub.len() > MAX_SUBJECT {
        return Err(TokenError::Subject {
            expected: MAX_SUBJECT,
            got: claims.sub.len(),
        });
    }
    let once = claims.jti;
    if once
        .as_ref()
        .is_some_and(|id| id.is_empty() || id.len() > MAX_TOKEN_ID)
    {
        return Err(TokenError::Malformed);
    }
    Ok(Vouched {
        customer: claims.sub,
        once,
        issued: claims.iat,
        device: claims.device,
    })
}

/// Signs a token as the shop's server would, for any number of uses within its lifetime. Used by tests.
///
/// # Errors
///
/// [`TokenError::Malformed`] when the claims cannot be written as JSON, which no text makes happen.
pub fn sign(secret: &Secret, customer: &str, lifetime: Duration) -> Result<String, TokenError> {
    sign_with(secret, customer, lifetime, None)
}

/// Signs a token for one use, which may also be an erasure. Used by the demo shop and by tests.
///
/// # Errors
///
/// Those of [`sign`]; also when the system gives no random bytes.
pub fn sign_once(
    secret: &Secret,
    customer: &str,
    lifetime: Duration,
) -> Result<String, TokenError> {
    let mut id = [0; 16];
    getrandom::fill(&mut id).map_err(|_| TokenError::Malformed)?;
    let id = URL_SAFE_NO_PAD.encode(id);
    sign_with(secret, customer, lifetime, Some(id))
}

fn sign_with(
    secret: &Secret,
    customer: &str,
    lifetime: Duration,
    once: Option<String>,
) -> Result<String, TokenError> {
    use_own_cryptography();
    let now = now();
    let claims = Claims {
        aud: Audience::One(AUDIENCE.to_owned()),
        sub: customer.to_owned(),
        exp: now + lifetime.as_secs(),
        iat: Some(now),
        jti: once,
        device: None,
    };
    let key = EncodingKey::from_secret(secret.as_bytes());
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key)
        .map_err(|error| TokenError::from_kind(error.kind()))
}

/// Why a token is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// It is no JWT with the claims that are needed.
    #[error(
        "the token is no JWT with the claims aud, sub and exp: let the shop's server sign one as the documentation shows"
    )]
    Malformed,
    /// Another secret or another algorithm signed it, or somebody changed it.
    #[error(
        "the token's signature does not fit: sign it with HS256 and the secret that this server was started with, or with a key from its key file"
    )]
    Signature,
    /// Its time is over.
    #[error("the token has expired: ask the shop's server for a new one right before linking")]
    Expired,
    /// Its time has not come.
    #[error("the token is not valid yet: check the clock of the shop's server")]
    NotYetValid,
    /// It was made for somebody else.
    #[error("the token is for another audience: set the claim aud to \"endcap\"")]
    Audience,
    /// It would be valid for too long.
    #[error(
        "the token is valid for {got} seconds, at most {expected} are accepted: set exp closer"
    )]
    LivesTooLong {
        /// The longest lifetime in seconds.
        expected: u64,
        /// The lifetime in seconds.
        got: u64,
    },
    /// Its header demands that an extension be understood.
    #[error(
        "the token's header has crit, which demands an extension that this server does not know: sign the token without it"
    )]
    Critical,
    /// No key has the id that the token names.
    #[error(
        "no key of this server has the token's kid: put the public key into the key file, and wait a second, before the shop signs with it"
    )]
    UnknownKey,
    /// It may be used once, and was.
    #[error("the token was used before: ask the shop's server for a new one for each link")]
    Replayed,
    /// It may be used again, and must not erase.
    #[error(
        "the token can be used more than once, and an erasure cannot be taken back: put a random id into the claim jti"
    )]
    Reusable,
    /// It was signed too long ago to erase, or does not say when.
    #[error(
        "the token was not signed within the last {expected} seconds, as an erasure needs: ask the shop's server for a new one right before erasing, with the time in the claim iat"
    )]
    Stale {
        /// The greatest age in seconds.
        expected: u64,
    },
    /// It was made for another device.
    #[error(
        "the token is for another device: send this device's profile id in the header endcap-profile, and let the shop's server put base64url(SHA-256(id)) into the claim device"
    )]
    Device,
    /// The subject is no customer number.
    #[error(
        "the token's sub has {got} bytes, expected 1 to {expected}: put the customer number there"
    )]
    Subject {
        /// The greatest length.
        expected: usize,
        /// The length that it has.
        got: usize,
    },
}

impl TokenError {
    /// Stable identifier; appended to, never changed.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "token/malformed",
            Self::Signature => "token/signature",
            Self::Expired => "token/expired",
            Self::NotYetValid => "token/not-yet-valid",
            Self::Audience => "token/audience",
            Self::LivesTooLong { .. } => "token/lives-too-long",
            Self::Critical => "token/critical",
            Self::UnknownKey => "token/unknown-key",
            Self::Replayed => "token/replayed",
            Self::Reusable => "token/reusable",
            Self::Stale { .. } => "token/stale",
            Self::Device => "token/device",
            Self::Subject { .. } => "token/subject",
        }
    }

    fn from_kind(kind: &ErrorKind) -> Self {
        match kind {
            ErrorKind::ExpiredSignature => Self::Expired,
            ErrorKind::ImmatureSignature => Self::NotYetValid,
            ErrorKind::InvalidAudience => Self::Audience,
            ErrorKind::InvalidSignature | ErrorKind::InvalidAlgorithm => Self::Signature,
            _ => Self::Malformed,
        }
    }
}

fn now() -> u64 {
    // A clock before 1970 makes every token expire too late to be accepted, which is the safe side.
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

/// Gives the JWT crate HMAC-SHA256, ECDSA on P-256 and Ed25519, and nothing else.
fn use_own_cryptography() {
    static PROVIDER: CryptoProvider = CryptoProvider {
        signer_factory: |algorithm, key| {
            if *algorithm != Algorithm::HS256 {
                return Err(ErrorKind::InvalidAlgorithm.into());
            }
            Ok(Box::new(Hs256::new(key.as_bytes())?))
        },
        verifier_factory: |algorithm, key| {
            let key = key.try_get_as_bytes()?;
            match algorithm {
                Algorithm::HS256 => Ok(Box::new(Hs256::new(key)?)),
                Algorithm::ES256 => Ok(Box::new(Es256::new(key)?)),
                Algorithm::EdDSA => Ok(Box::new(Ed25519::new(key)?)),
                _ => Err(ErrorKind::InvalidAlgorithm.into()),
            }
        },
        key_utils: KeyUtils::new_unimplemented(),
    };
    static ONCE: Once = Once::new();
    // When the program has installed another provider, that one knows these as well.
    ONCE.call_once(|| {
        let _ = PROVIDER.install_default();
    });
}

/// HMAC-SHA256 with a key, as the JWT crate wants it.
struct Hs256(Hmac<Sha256>);

impl Hs256 {
    fn new(key: &[u8]) -> jsonwebtoken::errors::Result<Self> {
        let mac = Hmac::new_from_slice(key).map_err(|_| ErrorKind::InvalidKeyFormat)?;
        Ok(Self(mac))
    }
}

impl signature::Signer<Vec<u8>> for Hs256 {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        let mac = self.0.clone().chain_update(message);
        Ok(mac.finalize().into_bytes().to_vec())
    }
}

impl signature::Verifier<Vec<u8>> for Hs256 {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        // Compares in constant time.
        let mac = self.0.clone().chain_update(message);
        mac.verify_slice(signature)
            .map_err(|_| signature::Error::new())
    }
}

impl JwtSigner for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

impl JwtVerifier for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

/// ECDSA on P-256 with SHA-256.
struct Es256(p256::ecdsa::VerifyingKey);

impl Es256 {
    fn new(point: &[u8]) -> jsonwebtoken::errors::Result<Self> {
        let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(point);
        Ok(Self(key.map_err(|_| ErrorKind::InvalidKeyFormat)?))
    }
}

impl signature::Verifier<Vec<u8>> for Es256 {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        use p256::ecdsa::signature::Verifier as _;
        // RFC 7518, section 3.4: r and s one after the other, not in DER.
        let signature = p256::ecdsa::Signature::from_slice(signature);
        let signature = signature.map_err(|_| signature::Error::new())?;
        self.0
            .verify(message, &signature)
            .map_err(|_| signature::Error::new())
    }
}

impl JwtVerifier for Es256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::ES256
    }
}

/// Ed25519.
struct Ed25519(ed25519_dalek::VerifyingKey);

impl Ed25519 {
    fn new(point: &[u8]) -> jsonwebtoken::errors::Result<Self> {
        let point = <&[u8; 32]>::try_from(point).map_err(|_| ErrorKind::InvalidKeyFormat)?;
        let key = ed25519_dalek::VerifyingKey::from_bytes(point);
        Ok(Self(key.map_err(|_| ErrorKind::InvalidKeyFormat)?))
    }
}

impl signature::Verifier<Vec<u8>> for Ed25519 {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        let signature = ed25519_dalek::Signature::from_slice(signature);
        let signature = signature.map_err(|_| signature::Error::new())?;
        // Strictly: a weak key would fit any message.
        self.0
            .verify_strict(message, &signature)
            .map_err(|_| signature::Error::new())
    }
}

impl JwtVerifier for Ed25519 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}
