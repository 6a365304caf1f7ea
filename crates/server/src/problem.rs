//! Problems: every error of the HTTP API as RFC 9457 `application/problem+json`.
//!
//! # Invariants
//! * `code` is stable; `title` and `detail` are for people and may change.
//! * No profile id, token or profile content is in any field.

use axum::extract::rejection::{BytesRejection, JsonRejection};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use endcap::profile::ProfileError;

use crate::profile_id::ProfileIdError;
use crate::shelf::ShelfError;
use crate::store::StoreError;
use crate::token::TokenError;

/// An error as the client sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    title: &'static str,
    detail: String,
    header: Option<ExtraHeader>,
}

/// The code of the problem that a response tells of, for whoever counts and logs it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Code(pub(crate) &'static str);

/// The header that some problems carry beside their body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ExtraHeader {
    RetryAfter(u64),
    Challenge(&'static str),
}

impl Problem {
    /// A problem with its stable code, what went wrong, and what to do about it.
    pub fn new(
        status: StatusCode,
        code: &'static str,
        title: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            status,
            code,
            title,
            detail: detail.into(),
            header: None,
        }
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// What went wrong, and what to do about it.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// No route has this path.
    pub(crate) fn no_route() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "request/no-route",
            "Not found",
            "nothing is served at this path: compare it with the API in docs/server.md",
        )
    }

    /// The host is nobody's here.
    pub(crate) fn no_tenant() -> Self {
        Self::new(
            StatusCode::MISDIRECTED_REQUEST,
            "tenant/unknown-host",
            "No such shop",
            "no shop of this server has the host of the request: compare the Host header with the tenants' hosts in the configuration",
        )
    }

    /// The route exists, for other methods.
    pub(crate) fn method() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "request/method",
            "Method not allowed",
            "this path takes another method: the Allow header names it",
        )
    }

    /// The body arrives too slowly.
    pub(crate) fn slow_body() -> Self {
        Self::new(
            StatusCode::REQUEST_TIMEOUT,
            "request/slow-body",
            "Request timeout",
            "the body did not arrive in time: send it again over a better connection",
        )
    }

    /// The body ended before its end.
    pub(crate) fn broken_body() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "request/body",
            "Body not readable",
            "the body broke off: send it again",
        )
    }

    /// The body is longer than `expected` bytes.
    pub(crate) fn body_too_large(expected: usize) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "request/body-too-large",
            "Body too large",
            format!("the body has more than {expected} bytes: a profile never does, discard it"),
        )
    }

    /// The profile was erased.
    pub(crate) fn erased() -> Self {
        Self::new(
            StatusCode::GONE,
            "profile/erased",
            "Profile erased",
            "this profile was erased and stays so: erase it on this device as well, and start a new one under a new id",
        )
    }

    /// The profile went into a customer's.
    pub(crate) fn linked() -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "profile/linked",
            "Profile linked",
            "this profile was joined into that of a customer who logged in: keep what is on this device, and go on under a new id",
        )
    }

    /// Whoever asks asks too often; in so many seconds there is room again.
    pub(crate) fn too_many(seconds: u64) -> Self {
        let mut problem = Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "request/too-many",
            "Too many requests",
            "more requests came than are allowed: keep the profile and try again after the time in Retry-After",
        );
        problem.header = Some(ExtraHeader::RetryAfter(seconds));
        problem
    }

    /// Too many new profiles came from the network of whoever asks; in so many seconds there is room again.
    pub(crate) fn too_many_new(seconds: u64) -> Self {
        let mut problem = Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "profile/too-many-new",
            "Too many new profiles",
            "more new profiles came from this network than are allowed in an hour: keep the profile and try again after the time in Retry-After",
        );
        problem.header = Some(ExtraHeader::RetryAfter(seconds));
        problem
    }

    /// The body is compressed in a way that is not taken here.
    pub(crate) fn encoding(taken: &str) -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "request/encoding",
            "Content encoding not supported",
            format!(
                "the body has a Content-Encoding that this path does not take: send it {taken}"
            ),
        )
    }

    /// The server is too slow.
    pub(crate) fn timeout() -> Self {
        Self::unavailable(
            "server/timeout",
            "the server did not finish in time: try again with growing pauses",
        )
    }

    /// A bug of ours.
    pub(crate) fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "server/internal",
            "Internal error",
            "the server failed at this request and goes on with others: report it with the time of the request",
        )
    }

    /// Works later, so the client should try again.
    pub(crate) fn unavailable(code: &'static str, detail: impl Into<String>) -> Self {
        let mut problem = Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            code,
            "Temporarily unavailable",
            detail,
        );
        problem.header = Some(ExtraHeader::RetryAfter(1));
        problem
    }

    /// The `Authorization` header is missing or of another scheme.
    pub(crate) fn no_token() -> Self {
        Self::unauthorized(
            "token/missing",
            "no token came with the request: send `Authorization: Bearer <JWT>`".to_owned(),
        )
    }

    fn unauthorized(code: &'static str, detail: String) -> Self {
        let mut problem = Self::new(StatusCode::UNAUTHORIZED, code, "Token not accepted", detail);
        let challenge = if code == "token/missing" {
            "Bearer"
        } else {
            "Bearer error=\"invalid_token\""
        };
        problem.header = Some(ExtraHeader::Challenge(challenge));
        problem
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        #[derive(Serialize)]
        struct Body<'a> {
            r#type: String,
            title: &'a str,
            status: u16,
            detail: &'a str,
            code: &'a str,
        }
        let body = Body {
            r#type: format!("urn:endcap:problem:{}", self.code),
            title: self.title,
            status: self.status.as_u16(),
            detail: &self.detail,
            code: self.code,
        };
        // Five strings and a number can always be written as JSON.
        let body = serde_json::to_vec(&body).unwrap_or_default();
        let headers = [
            (header::CONTENT_TYPE, "application/problem+json"),
            (header::CACHE_CONTROL, "no-store"),
        ];
        let mut response = (self.status, headers, body).into_response();
        response.extensions_mut().insert(Code(self.code));
        let (name, value) = match self.header {
            None => return response,
            Some(ExtraHeader::RetryAfter(seconds)) => {
                (header::RETRY_AFTER, HeaderValue::from(seconds))
            }
            Some(ExtraHeader::Challenge(scheme)) => {
                (header::WWW_AUTHENTICATE, HeaderValue::from_static(scheme))
            }
        };
        response.headers_mut().insert(name, value);
        response
    }
}

impl From<ProfileIdError> for Problem {
    fn from(error: ProfileIdError) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "profile/id",
            "Not a profile id",
            error.to_string(),
        )
    }
}

/// For a profile that came in a request; a stored one that cannot be read is the server's own problem.
impl From<ProfileError> for Problem {
    fn from(error: ProfileError) -> Self {
        let status = match error {
            // The bytes may be fine; it is this server that is too old for them.
            ProfileError::NewerVersion { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            _ => StatusCode::BAD_REQUEST,
        };
        Self::new(
            status,
            error.code(),
            "Profile not accepted",
            error.to_string(),
        )
    }
}

impl From<TokenError> for Problem {
    fn from(error: TokenError) -> Self {
        Self::unauthorized(error.code(), error.to_string())
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        // What the disk said is for the log; outside it would only describe the machine.
        tracing::error!(code = error.code(), "{error}");
        Self::unavailable(
            error.code(),
            "the server cannot reach its store, nothing of this request is confirmed: keep the profile and try again with growing pauses",
        )
    }
}

impl From<ShelfError> for Problem {
    fn from(error: ShelfError) -> Self {
        tracing::error!(code = error.code(), "{error}");
        Self::unavailable(
            "packs/unavailable",
            "the server cannot read its packs: go on with the pack that is loaded and try again with growing pauses",
        )
    }
}

impl From<BytesRejection> for Problem {
    fn from(rejection: BytesRejection) -> Self {
        Self::new(
            rejection.status(),
            "request/body",
            "Body not readable",
            "the body broke off: send it again",
        )
    }
}

impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        Self::new(
            rejection.status(),
            "request/json",
            "Body not understood",
            rejection.body_text(),
        )
    }
}
