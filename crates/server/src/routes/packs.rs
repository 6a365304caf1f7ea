//! `GET /v1/packs/{hash}.pack`: a pack, kept for ever by whoever loads it.

use std::io::ErrorKind;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use tower_http::services::ServeFile;

use crate::problem::Problem;
use crate::routes::manifest::no_packs;
use crate::server::App;

/// A year, the longest that caches are asked to keep anything.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

pub(crate) async fn pack(
    State(app): State<Arc<App>>,
    file: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<Response, Problem> {
    let Path(file) = file.map_err(|_| unknown())?;
    let hash = file.strip_suffix(".pack").ok_or_else(unknown)?.to_owned();
    let path = tokio::task::spawn_blocking(move || {
        let shelf = app.shelf.as_ref().ok_or_else(no_packs)?;
        shelf.file(&hash).ok_or_else(unknown)
    })
    .await
    .map_err(|_| Problem::internal())??;

    let response = match ServeFile::new(path)
        .precompressed_br()
        .try_call(request)
        .await
    {
        Ok(response) if response.status() != StatusCode::NOT_FOUND => response,
        // Listed a moment ago, deleted since.
        Ok(_) => return Err(unknown()),
        Err(error) if error.kind() == ErrorKind::NotFound => return Err(unknown()),
        Err(error) => {
            tracing::error!("a pack cannot be read: {error}");
            return Err(Problem::internal());
        }
    };
    let mut response = response.map(Body::new);
    if response.status() != StatusCode::RANGE_NOT_SATISFIABLE {
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, FOR_EVER);
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
    Ok(response)
}

fn unknown() -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "packs/unknown",
        "No such pack",
        "no pack with this hash is offered: load /v1/manifest.json again and follow its url",
    )
}
