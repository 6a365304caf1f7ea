//! What browsers may do with the files that are served: content security policies.
//!
//! # Invariants
//! * Nobody else's page frames ours.
//! * A picture does nothing, also when it is opened as a page: an SVG can hold scripts.
//! * Of the scripts that stand in a page itself, only those run that stand in its file, unless that is packed.

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::problem::Problem;

/// A sandbox without anything that it allows: no script, no form, an origin of its own.
const PICTURE: HeaderValue =
    HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox");

/// Other sites learn of the origin, and not which page it was: its address may hold what was searched for.
const REFERRER: HeaderValue = HeaderValue::from_static("strict-origin-when-cross-origin");

/// Pages above this length are not looked through for scripts.
const MAX_PAGE: usize = 1024 * 1024;

/// Before and after what may be run. Styles stand in pages, too, but do little harm; pictures come from where the feed says.
const BEFORE: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";
const AFTER: &str = "; style-src 'self' 'unsafe-inline'; img-src 'self' https: data: blob:; worker-src 'self' blob:; \
                     object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'";

/// For pictures.
pub(crate) fn picture(headers: &mut HeaderMap) {
    headers.insert(header::CONTENT_SECURITY_POLICY, PICTURE);
    headers.insert(header::REFERRER_POLICY, REFERRER);
}

/// For pages and what they load. A page may run the scripts that stand in it; `given` is a policy in place of ours.
pub(crate) async fn page(mut response: Response, given: Option<&HeaderValue>) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::REFERRER_POLICY, REFERRER);
    // What a browser keeps was sent with its policy.
    if response.status() != StatusCode::OK {
        return response;
    }
    if let Some(given) = given {
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, given.clone());
        return response;
    }
    if !is_html(response.headers()) {
        return with(response, "");
    }
    let length = response.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    // A packed page is not unpacked for this.
    let packed = response.headers().contains_key(header::CONTENT_ENCODING);
    if packed || length.is_none_or(|length| length > MAX_PAGE) {
        return with(response, " 'unsafe-inline'");
    }
    let (parts, body) = response.into_parts();
    match to_bytes(body, MAX_PAGE).await {
        Ok(bytes) => {
            let scripts = sources(&bytes);
            with(Response::from_parts(parts, Body::from(bytes)), &scripts)
        }
        Err(error) => {
            tracing::error!("a page cannot be read: {error}");
            Problem::internal().into_response()
        }
    }
}

fn is_html(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

fn with(mut response: Response, scripts: &str) -> Response {
    // Digits, letters and signs of our own always are a header.
    if let Ok(policy) = HeaderValue::try_from(format!("{BEFORE}{scripts}{AFTER}")) {
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// The scripts between `<script …>` and `</script` as sources of a policy (CSP 3, section 2.3.1), each with a space before it.
/// Finding one too many, in a comment, allows nothing that the file does not hold.
fn sources(page: &[u8]) -> String {
    let lower = page.to_ascii_lowercase();
    let find = |from: usize, text: &[u8]| {
        let rest = lower.get(from..)?;
        let at = rest.windows(text.len()).position(|part| part == text)?;
        Some(from + at)
    };
    let (mut sources, mut at) = (String::new(), 0);
    while let Some(tag) = find(at, b"<script")
        && let Some(start) = find(tag, b">")
        && let Some(end) = find(start, b"</script")
    {
        let script = page.get(start + 1..end).unwrap_or_default();
        if !script.is_empty() {
            let digest = STANDARD.encode(Sha256::digest(script));
            sources += &format!(" 'sha256-{digest}'");
        }
        at = end;
    }
    sources
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scripts_of_a_page_are_found() {
        // Computed with OpenSSL.
        let alert = " 'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='";
        assert_eq!(sources(b"<SCRIPT type=module>alert(1)</Script >"), alert);
        let two = b"<script src=a.js></script><p><script>alert(1)</script><script>alert(1)";
        assert_eq!(sources(two), alert);
        assert_eq!(sources(b""), "");
        assert_eq!(sources(b"<script"), "");
    }
}
