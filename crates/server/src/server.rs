//! The server: puts store, packs, secret and files together into one router.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request};
use axum::http::{HeaderValue, Method, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::CorsLayer;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::body::MAX_BODY;
use crate::problem::Problem;
use crate::routes::{demo, files, health, link, manifest, packs, profiles};
use crate::shelf::Shelf;
use crate::{Origin, Profiles, Secret};

/// Far above what a durable write takes; past it the client is better told to try again.
const REQUEST_TIME: Duration = Duration::from_secs(10);

/// What a server is made of.
pub struct Server {
    /// The profiles that it keeps.
    pub profiles: Profiles,
    /// Signs tokens and names customers' profiles.
    pub secret: Secret,
    /// The packs on offer.
    pub shelf: Option<Shelf>,
    /// Folders of plain files.
    pub files: Files,
    /// Other origins whose pages may call the API.
    pub allow_origins: Vec<Origin>,
    /// Whether `/demo/login` signs tokens for anybody.
    pub demo: bool,
}

/// Folders of plain files to serve.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// The shop's pages, at `/`.
    pub www: Option<PathBuf>,
    /// The built npm package, at `/pkg/`.
    pub pkg: Option<PathBuf>,
    /// Pictures, at `/images/`.
    pub images: Option<PathBuf>,
}

/// What handlers see.
pub(crate) struct App {
    pub(crate) profiles: Profiles,
    pub(crate) secret: Secret,
    pub(crate) shelf: Option<Shelf>,
}

impl Server {
    /// All routes. `extra` stands beside them, under the same time limit and headers.
    pub fn router(self, extra: Option<Router>) -> Router {
        let app = Arc::new(App {
            profiles: self.profiles,
            secret: self.secret,
            shelf: self.shelf,
        });
        let mut router = Router::new()
            .route("/v1/manifest.json", get(manifest::manifest))
            .route("/v1/packs/{file}", get(packs::pack))
            .route("/v1/profiles/{id}/sync", post(profiles::sync))
            .route("/v1/link", post(link::link))
            .route("/health/live", get(health::live))
            .route("/health/ready", get(health::ready));
        if self.demo {
            router = router.route("/demo/login", post(demo::login));
        }
        // Before the layers, so that those of other origins answer preflights first.
        let mut router = router
            .method_not_allowed_fallback(async || Problem::method())
            .layer(DefaultBodyLimit::max(MAX_BODY))
            .with_state(app);
        if !self.allow_origins.is_empty() {
            router = router.layer(cors(&self.allow_origins));
        }
        if let Some(extra) = extra {
            router = router.merge(extra.method_not_allowed_fallback(async || Problem::method()));
        }
        for (path, folder, serve) in [
            ("/pkg", &self.files.pkg, files::pages as fn(&_) -> _),
            ("/images", &self.files.images, files::pictures),
        ] {
            if let Some(folder) = folder {
                router = router.nest(path, serve(folder));
            }
        }
        router = match &self.files.www {
            Some(folder) => router.fallback_service(files::pages(folder)),
            None => router.fallback(async || Problem::no_route()),
        };
        router
            .layer(from_fn(limit_time))
            .layer(CatchPanicLayer::custom(|_| {
                Problem::internal().into_response()
            }))
            .layer(SetResponseHeaderLayer::overriding(
                header::X_CONTENT_TYPE_OPTIONS,
                HeaderValue::from_static("nosniff"),
            ))
            .layer(from_fn(log))
    }
}

/// No cookie is ever used, so credentials stay forbidden.
fn cors(origins: &[Origin]) -> CorsLayer {
    CorsLayer::new()
        .allow_origin(origins.iter().map(Origin::header).collect::<Vec<_>>())
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::IF_NONE_MATCH,
        ])
        .expose_headers([header::ETAG, header::RETRY_AFTER])
        .max_age(Duration::from_secs(600))
}

async fn limit_time(request: Request, next: Next) -> Response {
    match tokio::time::timeout(REQUEST_TIME, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::timeout().into_response(),
    }
}

/// One line per request. It names the route, never the path: a path can hold a profile's id.
async fn log(request: Request, next: Next) -> Response {
    let start = std::time::Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    tracing::info!(
        %method,
        route = route.as_ref().map_or("(files)", MatchedPath::as_str),
        status = response.status().as_u16(),
        ms = start.elapsed().as_secs_f64() * 1000.0,
        "request"
    );
    response
}
