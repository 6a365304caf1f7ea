//! The server: puts store, packs, secret and files together into one router.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::uri::Authority;
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tower::{Service as _, service_fn};
use tower_http::cors::CorsLayer;

use crate::body::MAX_BODY;
use crate::events::EventLog;
use crate::keys::KeyFile;
use crate::limit::{Limits, Rates};
use crate::observe::{self, Metrics};
use crate::problem::Problem;
use crate::routes::{demo, events, files, health, link, manifest, openapi, packs, profiles};
use crate::shelf::Shelf;
use crate::{Origin, Profiles, Proxies, Secret, TenantName};

/// What a server is made of; with tenants, one of it for each.
pub struct Server {
    /// Whose profiles it keeps.
    pub tenant: TenantName,
    /// The profiles of all tenants.
    pub profiles: Arc<Profiles>,
    /// Names customers' profiles, and signs tokens where there is no key file.
    pub secret: Secret,
    /// The keys of link tokens.
    pub keys: Option<KeyFile>,
    /// The packs on offer.
    pub shelf: Option<Shelf>,
    /// Where events go; without it none are taken.
    pub events: Option<EventLog>,
    /// Folders of plain files.
    pub files: Files,
    /// Other origins whose pages may call the API.
    pub allow_origins: Vec<Origin>,
    /// How often one may ask.
    pub rates: Rates,
    /// The peers that may say on whose behalf they ask.
    pub proxies: Proxies,
    /// Where requests are counted.
    pub metrics: Arc<Metrics>,
    /// Whether `/demo/login` signs tokens for anybody.
    pub demo: bool,
}

/// Folders of plain files to serve.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// The shop's pages, at `/`.
    pub www: Option<PathBuf>,
    /// The `Content-Security-Policy` of the pages, in place of the one that [the server](crate) chooses.
    pub page_policy: Option<HeaderValue>,
    /// The built npm package, at `/pkg/`.
    pub pkg: Option<PathBuf>,
    /// Pictures, at `/images/`.
    pub images: Option<PathBuf>,
}

/// What handlers see.
pub(crate) struct App {
    pub(crate) tenant: TenantName,
    pub(crate) profiles: Arc<Profiles>,
    pub(crate) secret: Secret,
    pub(crate) keys: Option<KeyFile>,
    pub(crate) shelf: Option<Shelf>,
    pub(crate) events: Option<EventLog>,
    pub(crate) limits: Limits,
    pub(crate) metrics: Arc<Metrics>,
}

impl Server {
    /// A server that keeps profiles, and does nothing else yet.
    pub fn new(profiles: Arc<Profiles>, secret: Secret) -> Self {
        Self {
            tenant: TenantName::default(),
            profiles,
            secret,
            keys: None,
            shelf: None,
            events: None,
            files: Files::default(),
            allow_origins: Vec::new(),
            rates: Rates::default(),
            proxies: Proxies::default(),
            metrics: Arc::default(),
            demo: false,
        }
    }

    /// All routes. `extra` stands beside them, under the same time limit and headers.
    pub fn router(self, extra: Option<Router>) -> Router {
        let metrics = Arc::clone(&self.metrics);
        let app = Arc::new(App {
            tenant: self.tenant,
            profiles: self.profiles,
            secret: self.secret,
            keys: self.keys,
            shelf: self.shelf,
            events: self.events,
            limits: Limits::new(self.rates, self.proxies),
            metrics: self.metrics,
        });
        let mut router = Router::new()
            .route(
                "/v1/profiles/{id}",
                get(profiles::show).delete(profiles::erase),
            )
            .route("/v1/profiles/{id}/sync", post(profiles::sync))
            .route("/v1/link", post(link::link))
            .route("/v1/customer", get(link::show).delete(link::erase))
            .route("/v1/events", post(events::events))
            .route("/v1/manifest.json", get(manifest::manifest))
            .route("/v1/packs/{file}", get(packs::pack))
            .route("/v1/openapi.json", get(openapi::openapi))
            .route("/health/live", get(health::live))
            .route("/health/ready", get(health::ready));
        if self.demo {
            let login = post(demo::login).layer(DefaultBodyLimit::max(MAX_BODY));
            router = router.route("/demo/login", login);
        }
        // Before the layers, so that those of other origins answer preflights first.
        let mut router = router
            .method_not_allowed_fallback(async || Problem::method())
            .with_state(app);
        if !self.allow_origins.is_empty() {
            router = router.layer(cors(&self.allow_origins));
        }
        if let Some(extra) = extra {
            router = router.merge(extra.method_not_allowed_fallback(async || Problem::method()));
        }
        if let Some(folder) = &self.files.pkg {
            router = router.nest("/pkg", files::pages(folder, None));
        }
        if let Some(folder) = &self.files.images {
            router = router.nest("/images", files::pictures(folder));
        }
        router = match self.files.www {
            Some(folder) => router.fallback_service(files::pages(&folder, self.files.page_policy)),
            None => router.fallback(async || Problem::no_route()),
        };
        // One layer and not one for each of its tasks: every layer around a route copies it, and boxes it and its answer, for each request.
        router.layer(from_fn_with_state(metrics, observe::observe))
    }
}

/// No cookie is ever used, so credentials stay forbidden.
fn cors(origins: &[Origin]) -> CorsLayer {
    CorsLayer::new()
        .allow_origin(origins.iter().map(Origin::header).collect::<Vec<_>>())
        .allow_methods([Method::GET, Method::POST, Method::DELETE])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::CONTENT_ENCODING,
            header::IF_NONE_MATCH,
            HeaderName::from_static(link::DEVICE),
            HeaderName::from_static("traceparent"),
        ])
        .expose_headers([header::ETAG, header::RETRY_AFTER])
        .max_age(Duration::from_secs(600))
}

/// Chooses the tenant's router by the host that the client asks for. Health is everybody's.
///
/// Hosts are in lower case and without a port.
pub fn by_host(tenants: Vec<(Vec<String>, Router)>) -> Router {
    let first = tenants.first().map(|(_, router)| router.clone());
    let by_name: BTreeMap<String, Router> = tenants
        .into_iter()
        .flat_map(|(hosts, router)| hosts.into_iter().map(move |host| (host, router.clone())))
        .collect();
    let by_name = Arc::new(by_name);
    let choose = move |request: Request| {
        let router = host(&request)
            .and_then(|host| by_name.get(&host).cloned())
            .or_else(|| {
                first
                    .clone()
                    .filter(|_| request.uri().path().starts_with("/health/"))
            });
        async move {
            match router {
                Some(mut router) => router.call(request).await,
                None => Ok::<_, Infallible>(Problem::no_tenant().into_response()),
            }
        }
    };
    Router::new().fallback_service(service_fn(choose))
}

/// The host that a request is for, in lower case and without a port.
fn host(request: &Request) -> Option<String> {
    // RFC 9112, section 3.2.2: what stands in the request line comes first.
    let line = request
        .uri()
        .authority()
        .map(|authority| authority.as_str());
    let mut headers = request.headers().get_all(header::HOST).iter();
    let host = match (line, headers.next(), headers.next()) {
        (Some(line), _, None) => line,
        (None, Some(host), None) => host.to_str().ok()?,
        _ => return None,
    };
    let authority: Authority = host.parse().ok()?;
    Some(authority.host().to_ascii_lowercase())
}

/// What is for operators only, and so stands on an address of its own, where strangers cannot take all connections: `/metrics`,
/// and `/health/…` of all tenants' routers.
pub fn admin(metrics: Arc<Metrics>, tenants: Vec<Router>) -> Router {
    Router::new()
        .route("/metrics", get(observe::metrics))
        .with_state(metrics)
        .route(
            "/health/{check}",
            get(move |request| all_well(tenants.clone(), request)),
        )
        .fallback(async || Problem::no_route())
}

/// The first answer that is no success, or the last one.
async fn all_well(tenants: Vec<Router>, request: Request) -> Response {
    let mut answer = Problem::no_route().into_response();
    for mut router in tenants {
        let mut asked = Request::new(Body::empty());
        asked.uri_mut().clone_from(request.uri());
        let Ok(next) = router.call(asked).await;
        answer = next;
        if !answer.status().is_success() {
            break;
        }
    }
    answer
}
