//! The server's HTTP API, as far as a till needs it.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use endcap::{Engine as Shopper, Timestamp};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Deserialize;
use sha2::Sha256;
use ureq::Agent;

/// A server may sleep, a queue at a till may not.
const TIMEOUT: Duration = Duration::from_secs(5);

/// A token is used at once; the server takes none that lives for more than ten minutes.
const TOKEN_SECONDS: u64 = 120;

/// An Endcap server, and the secret that the shop shares with it.
pub struct Server {
    base: String,
    secret: Vec<u8>,
    agent: Agent,
}

/// Why a sale is not with the server.
pub(crate) enum Failure {
    /// It is tried again.
    Unreachable(String),
    /// It would be refused again.
    Refused(String),
}

#[derive(Deserialize)]
struct Linked {
    profile: String,
}

impl Server {
    /// `base` is the server's address without `/v1`.
    #[must_use]
    pub fn new(base: &str, secret: Vec<u8>) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .http_status_as_error(false)
            .build();
        Self {
            base: base.trim_end_matches('/').to_owned(),
            secret,
            agent: config.into(),
        }
    }

    /// What the server knows of a customer, as a profile: for a till that shows what may interest them.
    ///
    /// # Errors
    ///
    /// When the server cannot be reached, or refuses the till.
    pub fn profile(&self, customer: &str, now: Timestamp) -> anyhow::Result<Vec<u8>> {
        let read = || {
            let id = self.id(customer, now)?;
            self.post(
                &format!("/v1/profiles/{id}/sync"),
                None,
                &Shopper::new(0).profile(),
            )
        };
        read().map_err(|(Failure::Unreachable(why) | Failure::Refused(why))| anyhow::anyhow!(why))
    }

    /// Joins `profile` into the customer's. When this returns, the server keeps it.
    pub(crate) fn join(
        &self,
        customer: &str,
        profile: &[u8],
        now: Timestamp,
    ) -> Result<(), Failure> {
        let id = self.id(customer, now)?;
        self.post(&format!("/v1/profiles/{id}/sync"), None, profile)?;
        Ok(())
    }

    /// Only the shop may say which profile is a customer's, so that a till signs for the card it has seen.
    fn id(&self, customer: &str, now: Timestamp) -> Result<String, Failure> {
        let token = self.token(customer, now).map_err(Failure::Refused)?;
        let answer = self.post("/v1/link", Some(&token), &[])?;
        let linked: Linked = serde_json::from_slice(&answer).map_err(|error| {
            Failure::Unreachable(format!("the answer is not the server's: {error}"))
        })?;
        Ok(linked.profile)
    }

    fn post(&self, path: &str, token: Option<&str>, body: &[u8]) -> Result<Vec<u8>, Failure> {
        let mut request = self
            .agent
            .post(format!("{}{path}", self.base))
            .content_type("application/octet-stream");
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let failed = |error: ureq::Error| Failure::Unreachable(error.to_string());
        let mut answer = request.send(body).map_err(failed)?;
        let status = answer.status();
        let bytes = answer.body_mut().read_to_vec().map_err(failed)?;
        if status.is_success() {
            return Ok(bytes);
        }
        let problem = format!("{status}: {}", String::from_utf8_lossy(&bytes));
        // A sale is not to be lost because the till's clock or its secret is wrong today: only the body can be at fault for ever.
        Err(match status.as_u16() {
            400 | 410 | 413 | 422 => Failure::Refused(problem),
            _ => Failure::Unreachable(problem),
        })
    }

    /// A JWT for the customer, signed with the shared secret (HS256).
    fn token(&self, customer: &str, now: Timestamp) -> Result<String, String> {
        let claims = serde_json::json!({ "aud": "endcap", "sub": customer, "exp": now.0 / 1_000 + TOKEN_SECONDS });
        let signed = [
            r#"{"alg":"HS256","typ":"JWT"}"#.to_owned(),
            claims.to_string(),
        ]
        .map(|part| URL_SAFE_NO_PAD.encode(part))
        .join(".");
        let mac =
            Hmac::<Sha256>::new_from_slice(&self.secret).map_err(|error| error.to_string())?;
        let signature = mac.chain_update(&signed).finalize().into_bytes();
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}
