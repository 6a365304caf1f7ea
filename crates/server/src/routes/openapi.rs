//! `GET /v1/openapi.json`: the API for programs that read it.

use axum::http::header;
use axum::response::IntoResponse;

/// Kept by hand beside docs/server.md; `tests/openapi.rs` holds it against the router, and schemathesis against the running server.
pub(crate) const DOCUMENT: &str = include_str!("../../openapi.json");

pub(crate) async fn openapi() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "public, max-age=300"),
    ];
    (headers, DOCUMENT)
}
