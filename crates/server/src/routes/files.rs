//! Plain files: the shop's pages, the npm package, pictures.

use std::convert::Infallible;
use std::io::ErrorKind;
use std::path::Path;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use tower::service_fn;
use tower_http::services::ServeDir;

use crate::problem::Problem;
use crate::routes::policy;

/// Pages and scripts keep their names when they change, so a browser must ask each time; it is told "unchanged".
const ASK: HeaderValue = HeaderValue::from_static("no-cache");

/// Pictures change rarely and are many: worth five minutes of not being asked.
const KEEP_SHORTLY: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// Files of pages and scripts, with an `index.html` for folders. `given` is their policy, in place of ours.
pub(crate) fn pages(folder: &Path, given: Option<HeaderValue>) -> Router {
    files(folder).layer(from_fn(move |request: Request, next: Next| {
        let given = given.clone();
        async move { policy::page(cached(next.run(request).await, ASK), given.as_ref()).await }
    }))
}

/// Pictures.
pub(crate) fn pictures(folder: &Path) -> Router {
    files(folder).layer(from_fn(async |request: Request, next: Next| {
        let mut response = cached(next.run(request).await, KEEP_SHORTLY);
        policy::picture(response.headers_mut());
        response
    }))
}

fn files(folder: &Path) -> Router {
    let files = ServeDir::new(folder)
        .precompressed_br()
        .call_fallback_on_method_not_allowed(true)
        .fallback(service_fn(async |request: Request| Ok(none(&request))));
    let files = service_fn(move |request: Request| {
        let answer = files.clone().try_call(request);
        async {
            Ok::<_, Infallible>(
                answer
                    .await
                    .map_or_else(unreadable, IntoResponse::into_response),
            )
        }
    });
    Router::new().fallback_service(files)
}

fn none(request: &Request) -> Response {
    if request.method() == Method::GET || request.method() == Method::HEAD {
        return Problem::no_route().into_response();
    }
    let mut response = Problem::method().into_response();
    let allow = HeaderValue::from_static("GET,HEAD");
    response.headers_mut().insert(header::ALLOW, allow);
    response
}

fn unreadable(error: std::io::Error) -> Response {
    // A name that no file can have, like one of 300 letters.
    if error.kind() == ErrorKind::InvalidFilename {
        return Problem::no_route().into_response();
    }
    tracing::error!("a file cannot be read: {error}");
    Problem::internal().into_response()
}

fn cached(mut response: Response, caching: HeaderValue) -> Response {
    let status = response.status();
    if status.is_success() || status == StatusCode::NOT_MODIFIED {
        response
            .headers_mut()
            .entry(header::CACHE_CONTROL)
            .or_insert(caching);
    }
    response
}
