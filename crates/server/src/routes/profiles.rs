//! `/v1/profiles/{id}`: joins, shows and erases a profile.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use endcap::Timestamp;
use endcap::key::{FacetTag, Key as ProfileKey};
use endcap::profile::{Message, Profile};
use serde::Serialize;

use crate::ProfileId;
use crate::body::SmallBody;
use crate::limit::Admitted;
use crate::problem::Problem;
use crate::server::App;
use crate::store::Key;

/// `POST /v1/profiles/{id}/sync`.
pub(crate) async fn sync(
    admitted: Admitted,
    State(app): State<Arc<App>>,
    id: Result<Path<String>, PathRejection>,
    SmallBody(body): SmallBody,
) -> Result<impl IntoResponse, Problem> {
    let key = key(&app, id)?;
    let join = async |offered: &Profile| {
        let admit = || app.limits.take_new_profile(&admitted);
        app.profiles.join_new(&key, offered, admit).await
    };
    let answer = if Message::is(&body) {
        let asked = Message::decode(&body)?;
        let joined = join(&asked.delta).await?;
        joined.message(&asked.summary).encode()
    } else {
        let offered = decode(&body)?;
        let joined = join(&offered).await?;
        match body.get(1) {
            Some(2..) => joined.encode(),
            // It would not understand that everything was erased, and send it again for ever.
            _ if joined.is_erased() => return Err(Problem::erased()),
            _ => joined.encode_v1(),
        }
    };
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, answer))
}

/// `GET /v1/profiles/{id}`.
pub(crate) async fn show(
    _: Admitted,
    State(app): State<Arc<App>>,
    id: Result<Path<String>, PathRejection>,
) -> Result<impl IntoResponse, Problem> {
    shown(&app, &key(&app, id)?).await
}

/// `DELETE /v1/profiles/{id}`.
pub(crate) async fn erase(
    _: Admitted,
    State(app): State<Arc<App>>,
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, Problem> {
    app.profiles.erase(&key(&app, id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// An empty body offers nothing: that is how a device that knows nothing yet asks for what is stored.
pub(crate) fn decode(body: &[u8]) -> Result<Profile, Problem> {
    if body.is_empty() {
        return Ok(Profile::new());
    }
    Ok(Profile::decode(body)?)
}

fn key(app: &App, id: Result<Path<String>, PathRejection>) -> Result<Key, Problem> {
    // A path that is not even text has an id of no length.
    let id = ProfileId::parse(id.as_deref().map_or("", String::as_str))?;
    let key = Key::new(&app.tenant, &id);
    app.limits.take_profile(key.as_bytes())?;
    Ok(key)
}

/// All that is stored, for the shopper who asks.
#[derive(Serialize)]
struct Shown {
    bytes: usize,
    replicas: usize,
    knows: Vec<Knowing>,
    muted: Vec<String>,
    consent: Option<Allowed>,
    /// The stored bytes themselves, so that nothing is kept back.
    data: String,
}

#[derive(Serialize)]
struct Knowing {
    about: &'static str,
    key: String,
    #[serde(rename = "for")]
    positive: f64,
    against: f64,
}

#[derive(Serialize)]
struct Allowed {
    tier: u8,
    source: u8,
    at: u64,
}

/// The profile as JSON that a person can read.
pub(crate) async fn shown(app: &App, key: &Key) -> Result<impl IntoResponse + use<>, Problem> {
    let profile = app.profiles.read(key).await?;
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = since.map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(0));
    let known = profile.known(Timestamp(now)).into_iter();
    let bytes = profile.encode();
    let shown = Shown {
        bytes: bytes.len(),
        replicas: profile.replicas(),
        knows: known
            .map(|known| Knowing {
                about: about(known.key),
                key: hex(known.key),
                positive: thousandths(known.positive),
                against: thousandths(known.negative),
            })
            .collect(),
        muted: profile.muted().map(hex).collect(),
        consent: profile.consent().map(|consent| Allowed {
            tier: consent.tier,
            source: consent.source,
            at: consent.at.0,
        }),
        data: STANDARD.encode(&bytes),
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(shown)))
}

fn hex(key: ProfileKey) -> String {
    format!("{:010x}", key.to_u64())
}

fn about(key: ProfileKey) -> &'static str {
    let tag = key.tag();
    let category = |depth| tag == FacetTag::category(depth);
    if tag == FacetTag::ITEM {
        "item"
    } else if tag == FacetTag::BRAND {
        "brand"
    } else if (0..FacetTag::MAX_CATEGORY_LEVELS).any(category) {
        "category"
    } else {
        "attribute"
    }
}

/// More digits would claim more than is known.
fn thousandths(weight: f64) -> f64 {
    (weight * 1000.0).round() / 1000.0
}
