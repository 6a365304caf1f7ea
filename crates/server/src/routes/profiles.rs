//! `POST /v1/profiles/{id}/sync`: joins and returns a profile.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use endcap::profile::Profile;

use crate::ProfileId;
use crate::body::SmallBody;
use crate::problem::Problem;
use crate::server::App;
use crate::store::Key;

pub(crate) async fn sync(
    State(app): State<Arc<App>>,
    id: Result<Path<String>, PathRejection>,
    SmallBody(body): SmallBody,
) -> Result<impl IntoResponse, Problem> {
    // A path that is not even text has an id of no length.
    let id = ProfileId::parse(id.as_deref().map_or("", String::as_str))?;
    let offered = decode(&body)?;
    let joined = app.profiles.join(&Key::from(&id), &offered).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, joined))
}

/// An empty body offers nothing: that is how a device that knows nothing yet asks for what is stored.
pub(crate) fn decode(body: &[u8]) -> Result<Profile, Problem> {
    if body.is_empty() {
        return Ok(Profile::new());
    }
    Ok(Profile::decode(body)?)
}
