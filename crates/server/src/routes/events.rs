//! `POST /v1/events`: events that shoppers contribute to the shop's knowledge.

use std::io::Read as _;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use flate2::read::GzDecoder;
use serde_json::json;

use crate::body;
use crate::events::{Batch, MAX_EVENTS};
use crate::limit::Admitted;
use crate::problem::Problem;
use crate::server::App;

/// `sendBeacon` and `keepalive` carry 64 KiB at most.
pub(crate) const MAX_PACKED: usize = 64 * 1024;

/// What a packed body may unpack to: 200 events of full lists.
const MAX_UNPACKED: u64 = 1024 * 1024;

/// 64 KiB arrive in less over any connection that can still shop.
const BODY_TIME: Duration = Duration::from_secs(10);

pub(crate) async fn events(
    admitted: Admitted,
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<impl IntoResponse, Problem> {
    let log = app.events.as_ref().ok_or_else(not_taken)?;
    let (parts, body) = request.into_parts();
    let bytes = body::read(body, MAX_PACKED, BODY_TIME, too_large).await?;
    let bytes = unpacked(&parts.headers, bytes)?;
    let from = app.limits.client(&parts);
    let (lines, kept) = log.lines(Batch::read(&bytes)?, from)?;
    app.limits.take_events(&admitted, lines.len())?;
    log.append(lines).await?;
    app.metrics.events.inc_by(kept as u64);
    Ok((StatusCode::ACCEPTED, Json(json!({ "kept": kept }))))
}

fn unpacked(headers: &HeaderMap, bytes: Bytes) -> Result<Bytes, Problem> {
    match headers
        .get(header::CONTENT_ENCODING)
        .map(|value| value.as_bytes())
    {
        None | Some(b"identity") => Ok(bytes),
        Some(b"gzip") => {
            let mut plain = Vec::new();
            let mut reader = GzDecoder::new(bytes.as_ref()).take(MAX_UNPACKED + 1);
            reader
                .read_to_end(&mut plain)
                .map_err(|_| Problem::broken_body())?;
            if plain.len() as u64 > MAX_UNPACKED {
                return Err(too_large());
            }
            Ok(plain.into())
        }
        Some(_) => Err(Problem::encoding("as it is or with gzip")),
    }
}

fn too_large() -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "request/body-too-large",
        "Body too large",
        format!(
            "the batch has more than {MAX_PACKED} bytes, or unpacks to more than {MAX_UNPACKED}: send at most {MAX_EVENTS} events at a time"
        ),
    )
}

fn not_taken() -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "events/none",
        "No events taken",
        "this server takes no events: start it with --events, or do not send any",
    )
}
