//! Link tokens: short-lived JWTs with which the shop's server vouches for a customer.
//!
//! # Invariants
//! * HS256 only; a token's own header cannot choose anything else, nor demand that more be understood.
//! * `exp`, `aud` and `sub` are required, `nbf` is respected, and no token lives longer than
//!   [`MAX_LIFETIME`], so that a leaked one is soon worthless.

use std::sync::Once;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hmac::{Hmac, KeyInit as _, Mac as _};
use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::Secret;

/// The audience that a token must name.
pub const AUDIENCE: &str = "endcap";

/// No token is valid further into the future than this (and [`LEEWAY`]).
pub const MAX_LIFETIME: Duration = Duration::from_secs(10 * 60);

/// How far the clocks of the shop's server and this one may differ.
pub const LEEWAY: Duration = Duration::from_secs(30);

/// Customer numbers are short; a longer subject is a mistake of the shop's server.
const MAX_SUBJECT: usize = 256;

/// What a token says.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    aud: Audience,
    sub: String,
    exp: u64,
}

/// RFC 7519, section 4.1.3: one string or an array of them.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// Checks `token` at the time of the call and returns the customer that it vouches for.
///
/// # Errors
///
/// Every variant of [`TokenError`].
pub fn verify(secret: &Secret, token: &str) -> Result<String, TokenError> {
    use_own_hmac();
    let mut validation = Validation::new(Algorithm::HS256);
    validation.leeway = LEEWAY.as_secs();
    validation.validate_nbf = true;
    validation.set_audience(&[AUDIENCE]);
    validation.set_required_spec_claims(&["exp", "aud", "sub"]);
    let key = DecodingKey::from_secret(secret.as_bytes());
    let token = jsonwebtoken::decode::<Claims>(token, &key, &validation)
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
    Ok(claims.sub)
}

/// Signs a token as the shop's server would. Used by the demo shop and by tests.
///
/// # Errors
///
/// [`TokenError::Malformed`] when the claims cannot be written as JSON, which no text makes happen.
pub fn sign(secret: &Secret, customer: &str, lifetime: Duration) -> Result<String, TokenError> {
    use_own_hmac();
    let claims = Claims {
        aud: Audience::One(AUDIENCE.to_owned()),
        sub: customer.to_owned(),
        exp: now() + lifetime.as_secs(),
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
        "the token's signature does not fit: sign it with HS256 and the secret that this server was started with"
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

/// Gives the JWT crate HMAC-SHA256 and nothing else.
fn use_own_hmac() {
    static PROVIDER: CryptoProvider = CryptoProvider {
        signer_factory: |algorithm, key| {
            let key = Hs256::new(*algorithm, Ok(key.as_bytes()))?;
            Ok(Box::new(key))
        },
        verifier_factory: |algorithm, key| {
            let key = Hs256::new(*algorithm, key.try_get_as_bytes())?;
            Ok(Box::new(key))
        },
        key_utils: KeyUtils::new_unimplemented(),
    };
    static ONCE: Once = Once::new();
    // When the program has installed another provider, that one knows HS256 as well.
    ONCE.call_once(|| {
        let _ = PROVIDER.install_default();
    });
}

/// HMAC-SHA256 with a key, as the JWT crate wants it.
struct Hs256(Hmac<Sha256>);

impl Hs256 {
    fn new(
        algorithm: Algorithm,
        key: jsonwebtoken::errors::Result<&[u8]>,
    ) -> jsonwebtoken::errors::Result<Self> {
        if algorithm != Algorithm::HS256 {
            return Err(ErrorKind::InvalidAlgorithm.into());
        }
        let mac = Hmac::new_from_slice(key?).map_err(|_| ErrorKind::InvalidKeyFormat)?;
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
