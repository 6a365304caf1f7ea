//! Small bodies: read whole, within a length and a time.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};

use crate::problem::Problem;

/// A profile has at most half of it; the rest is room for what a newer version may add around it.
pub(crate) const MAX_BODY: usize = 8 * 1024;

/// Eight KiB arrive in less over any connection that can still shop.
const BODY_TIME: Duration = Duration::from_secs(5);

/// A body of at most [`MAX_BODY`] bytes.
pub(crate) struct SmallBody(pub(crate) Bytes);

impl<S: Send + Sync> FromRequest<S> for SmallBody {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        // A profile is dense already; and what is not unpacked cannot grow.
        if request.headers().contains_key(header::CONTENT_ENCODING) {
            return Err(Problem::encoding("as it is"));
        }
        // The length limit itself is axum's `DefaultBodyLimit`, set where the routes are put together.
        match tokio::time::timeout(BODY_TIME, Bytes::from_request(request, state)).await {
            Err(_) => Err(Problem::slow_body()),
            Ok(Ok(bytes)) => Ok(Self(bytes)),
            Ok(Err(rejection)) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Err(Problem::body_too_large(MAX_BODY))
            }
            Ok(Err(rejection)) => Err(rejection.into()),
        }
    }
}
