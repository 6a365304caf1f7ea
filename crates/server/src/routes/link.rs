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
use crate::store::Key;
use crate::{ProfileId, token};

/// Nobody erases a profile as often in earnest; each erasure is a look-up more for every login after it.
const MAX_ERASURES: u32 = 64;

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
    let id = current(&app, &customer).await?;
    if !offered.is_empty() {
        app.profiles.join(&Key::from(&id), &offered).await?;
    }
    let linked = Linked {
        profile: id.as_str().to_owned(),
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(linked)))
}

/// The customer's profile since the last erasure.
pub(crate) async fn current(app: &App, customer: &str) -> Result<ProfileId, Problem> {
    for erasures in 0..MAX_ERASURES {
        let id = ProfileId::of_customer(&app.secret, customer, erasures);
        if !app.profiles.is_erased(&Key::from(&id)).await? {
            return Ok(id);
        }
    }
    Err(Problem::erased())
}

pub(crate) fn bearer(headers: &HeaderMap) -> Result<&str, Problem> {
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
