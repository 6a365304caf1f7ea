//! `GET /health/live` and `GET /health/ready`, for whoever starts and restarts the server.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use serde_json::json;

use crate::problem::Problem;
use crate::server::App;

/// The process answers. If it does not, restart it.
pub(crate) async fn live() -> impl IntoResponse {
    (
        [(header::CACHE_CONTROL, "no-store")],
        Json(json!({ "status": "live" })),
    )
}

/// The store takes writes and the packs can be read. If not, send requests elsewhere. What waits for an operator is named,
/// and no reason not to serve.
pub(crate) async fn ready(State(app): State<Arc<App>>) -> Result<impl IntoResponse, Problem> {
    app.profiles.check().await?;
    let held = app.metrics.held();
    // Looking at the folder waits for the disk.
    tokio::task::spawn_blocking(move || match &app.shelf {
        Some(shelf) => shelf.available().map(drop),
        None => Ok(()),
    })
    .await
    .map_err(|_| Problem::internal())??;
    Ok((
        [(header::CACHE_CONTROL, "no-store")],
        Json(json!({ "status": "ready", "held": held })),
    ))
}
