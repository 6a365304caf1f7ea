//! `POST /v1/link` tells a device which profile belongs to the customer that its token names; `/v1/customer` shows and
//! erases that profile.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use serde::Serialize;

use crate::body::SmallBody;
use crate::limit::Admitted;
use crate::problem::Problem;
use crate::routes::profiles::{self, decode};
use crate::server::App;
use crate::store::Key;
use crate::token::{TokenError, Vouched};
use crate::{ProfileId, token};

/// Nobody erases a profile as often in earnest; each erasure is a look-up more for every login after it.
const MAX_ERASURES: u32 = 64;

/// In which a device shows the id of the profile that it had before the login.
pub(crate) const DEVICE: &str = "endcap-profile";

#[derive(Serialize)]
struct Linked {
    profile: String,
}

/// `POST /v1/link`.
pub(crate) async fn link(
    _: Admitted,
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    SmallBody(body): SmallBody,
) -> Result<impl IntoResponse, Problem> {
    let vouched = verified(&app, &headers).await?;
    // Before the token is used up, so that a device can mend what it offers.
    let mut offered = decode(&body)?;
    use_up(&app, &vouched).await?;
    let id = current(&app, &vouched.customer).await?;
    let key = Key::new(&app.tenant, &id);
    // What was erased before the login was erased of the device's own profile.
    let is_own = match shown(&headers) {
        Some(shown) => shown == id.as_str(),
        None => !offered.is_erased(),
    };
    if !is_own {
        offered.disown();
    }
    if !offered.is_empty() {
        app.profiles.join(&key, &offered).await?;
    }
    if let Some(device) = device(&app, &headers) {
        app.profiles.absorb(&key, &device).await?;
    }
    let linked = Linked {
        profile: id.as_str().to_owned(),
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(linked)))
}

/// `GET /v1/customer`.
pub(crate) async fn show(
    _: Admitted,
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Problem> {
    let vouched = verified(&app, &headers).await?;
    use_up(&app, &vouched).await?;
    let id = current(&app, &vouched.customer).await?;
    profiles::shown(&app, &Key::new(&app.tenant, &id)).await
}

/// `DELETE /v1/customer`.
pub(crate) async fn erase(
    _: Admitted,
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let vouched = verified(&app, &headers).await?;
    vouched.check_erasure()?;
    use_up(&app, &vouched).await?;
    let id = current(&app, &vouched.customer).await?;
    if let Some(device) = device(&app, &headers) {
        app.profiles.erase(&device).await?;
    }
    app.profiles.erase(&Key::new(&app.tenant, &id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The anonymous profile of the device that asks, if it shows one. To know its id is the right to do with it as one likes;
/// one that may be a customer's is not the device's own.
fn device(app: &App, headers: &HeaderMap) -> Option<Key> {
    let id = ProfileId::parse(shown(headers)?).ok()?;
    (!id.may_be_customers()).then(|| Key::new(&app.tenant, &id))
}

async fn verified(app: &Arc<App>, headers: &HeaderMap) -> Result<Vouched, Problem> {
    let vouched = token::verify(&app.secret, app.keys.as_ref(), bearer(headers)?)?;
    vouched.check_device(shown(headers))?;
    Ok(vouched)
}

/// The id that the device shows.
fn shown(headers: &HeaderMap) -> Option<&str> {
    headers.get(DEVICE)?.to_str().ok()
}

async fn use_up(app: &App, vouched: &Vouched) -> Result<(), Problem> {
    match &vouched.once {
        Some(id) if !app.profiles.use_token(&app.tenant, id).await? => {
            Err(TokenError::Replayed.into())
        }
        _ => Ok(()),
    }
}

/// The customer's profile since the last erasure.
async fn current(app: &App, customer: &str) -> Result<ProfileId, Problem> {
    for erasures in 0..MAX_ERASURES {
        let id = ProfileId::of_customer(&app.secret, customer, erasures);
        let key = Key::new(&app.tenant, &id);
        if !app.profiles.is_erased(&key).await? {
            return Ok(id);
        }
    }
    Err(Problem::erased())
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
