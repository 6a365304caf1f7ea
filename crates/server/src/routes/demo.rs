//! `POST /demo/login`: plays the shop's own server, which would check a password first.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};

use crate::problem::Problem;
use crate::server::App;
use crate::token;

/// Long enough for a slow first sync, short enough to show that tokens are for one use.
const LIFETIME: Duration = Duration::from_secs(5 * 60);

#[derive(Deserialize)]
pub(crate) struct Login {
    customer: String,
}

#[derive(Serialize)]
struct LoggedIn {
    token: String,
}

pub(crate) async fn login(
    State(app): State<Arc<App>>,
    login: Result<Json<Login>, JsonRejection>,
) -> Result<impl IntoResponse, Problem> {
    let Json(Login { customer }) = login?;
    if customer.is_empty() || customer.len() > 64 {
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "demo/customer",
            "Not a customer number",
            "the customer number has 1 to 64 bytes: send for example { \"customer\": \"C-1001\" }",
        ));
    }
    let token = token::sign_once(&app.secret, &customer, LIFETIME)?;
    Ok((
        [(header::CACHE_CONTROL, "no-store")],
        Json(LoggedIn { token }),
    ))
}
