//! Bodies: read whole, within a length and a time.

use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::header;

use crate::problem::Problem;

/// A profile has at most half of it; the rest is room for what a newer version may add around it.
pub(crate) const MAX_BODY: usize = 8 * 1024;

/// Eight KiB arrive in less over any connection that can still shop.
const BODY_TIME: Duration = Duration::from_secs(5);

/// A body of at most [`MAX_BODY`] bytes.
pub(crate) struct SmallBody(pub(crate) Bytes);

impl<S: Send + Sync> FromRequest<S> for SmallBody {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        // A profile is dense already; and what is not unpacked cannot grow.
        if request.headers().contains_key(header::CONTENT_ENCODING) {
            return Err(Problem::encoding("as it is"));
        }
        let too_large = || Problem::body_too_large(MAX_BODY);
        let bytes = read(request.into_body(), MAX_BODY, BODY_TIME, too_large).await?;
        Ok(Self(bytes))
    }
}

/// All of a body of at most `length` bytes that comes within `time`.
pub(crate) async fn read(
    body: Body,
    length: usize,
    time: Duration,
    too_large: fn() -> Problem,
) -> Result<Bytes, Problem> {
    let read = tokio::time::timeout(time, to_bytes(body, length)).await;
    read.map_err(|_| Problem::slow_body())?.map_err(|error| {
        // The limit, or a connection that broke off; told apart by the only one that has a source of that name.
        if format!("{error:?}").contains("LengthLimit") {
            too_large()
        } else {
            Problem::broken_body()
        }
    })
}
