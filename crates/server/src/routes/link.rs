//! `POST /v1/link`: tells a device which profile belongs to the customer that its token names.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;
use serde::Serialize;

use crate::body::SmallBody;
use crate::problem::Problem;
use crate::routes::profiles::decode;
use crate::server::App;
use crate::{ProfileId, sync, token};

#[derive(Serialize)]
struct Linked {
    profile: String,
}

pub(crate) async fn link(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    SmallBody(body): SmallBody,
) -> Result<impl IntoResponse, Problem> {
    let customer = token::verify(&app.secret, bearer(&headers)?)?;
    let offered = decode(&body)?;
    let id = ProfileId::of_customer(&app.secret, &customer);
    if !offered.is_empty() {
        sync::join(&*app.store, &id, &offered).await?;
    }
    let linked = Linked {
        profile: id.as_str().to_owned(),
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(linked)))
}

fn bearer(headers: &HeaderMap) -> Result<&str, Problem> {
    let value = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let (scheme, token) = value
        .and_then(|value| value.split_once(' '))
        .ok_or_else(Problem::no_token)?;
    let token = token.trim();
    if !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() {
        return Err(Problem::no_token());
    }
    Ok(token)
}
