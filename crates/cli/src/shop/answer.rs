//! Answers as JSON that browsers may keep but must ask about.

use std::hash::{DefaultHasher, Hasher as _};

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use endcap_server::problem::Problem;
use serde::Serialize;

/// `body` with its ETag; `304` when the browser has it already.
///
/// `no-cache` and not an age: the same address serves another catalogue as soon as the demo is started anew.
pub(super) fn json(headers: &HeaderMap, body: &impl Serialize) -> Response {
    let Ok(body) = serde_json::to_vec(body) else {
        return Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "shop/answer",
            "No answer",
            "the answer cannot be written as JSON: please report this with the address",
        )
        .into_response();
    };
    let etag = etag(&body);
    let fresh = [
        (header::ETAG, etag.as_str()),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    let known = headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|tag| tag.trim() == etag);
    if known {
        return (StatusCode::NOT_MODIFIED, fresh).into_response();
    }
    (fresh, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

/// Weak, because 64 bits tell versions of one answer apart but do not prove equality.
fn etag(body: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    hasher.write(body);
    format!("W/\"{:016x}\"", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn an_answer_that_is_known_is_not_sent_again() {
        let first = json(&HeaderMap::new(), &"hello");
        assert_eq!(first.status(), StatusCode::OK);
        let tag = first.headers()[header::ETAG].clone();
        let mut headers = HeaderMap::new();
        headers.insert(header::IF_NONE_MATCH, tag);
        assert_eq!(json(&headers, &"hello").status(), StatusCode::NOT_MODIFIED);
        assert_eq!(json(&headers, &"goodbye").status(), StatusCode::OK);
        headers.insert(header::IF_NONE_MATCH, HeaderValue::from_static("W/\"0\""));
        assert_eq!(json(&headers, &"hello").status(), StatusCode::OK);
    }
}
