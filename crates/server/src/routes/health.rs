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

/// The store takes writes. If it does not, send requests elsewhere.
pub(crate) async fn ready(State(app): State<Arc<App>>) -> Result<impl IntoResponse, Problem> {
    app.store.check().await?;
    Ok((
        [(header::CACHE_CONTROL, "no-store")],
        Json(json!({ "status": "ready" })),
    ))
}
