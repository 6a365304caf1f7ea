//! `GET /v1/manifest.json`: which packs to open, small and always fresh.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use crate::problem::Problem;
use crate::server::App;

pub(crate) async fn manifest(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    // Looking at the folder waits for the disk.
    let body = tokio::task::spawn_blocking(move || {
        let shelf = app.shelf.as_ref().ok_or_else(no_packs)?;
        let packs = shelf.available()?;
        serde_json::to_vec(&packs.manifest).map_err(|_| Problem::internal())
    })
    .await
    .map_err(|_| Problem::internal())??;

    let etag = etag(&body);
    let fresh = [
        (header::ETAG, etag.clone()),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
    ];
    if matches(&headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, fresh).into_response());
    }
    Ok((fresh, [(header::CONTENT_TYPE, "application/json")], body).into_response())
}

pub(crate) fn no_packs() -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "packs/none",
        "No packs",
        "this server offers no packs: start it with --packs, or open the engine without a pack",
    )
}

/// Strong, because equal bytes have equal digests; 128 bits of it are plenty.
fn etag(body: &[u8]) -> String {
    let digest = Sha256::digest(body);
    let digits: String = digest
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("\"{digits}\"")
}

/// RFC 9110, section 13.1.2: a list of tags, compared weakly, or `*`.
fn matches(headers: &HeaderMap, etag: &str) -> bool {
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}
