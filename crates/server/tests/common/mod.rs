//! A server in this process, and requests to it.
#![allow(
    dead_code,
    clippy::allow_attributes,
    reason = "every test file uses its own part of it"
)]

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use endcap_server::store::{EmbeddedStore, Store};
use endcap_server::{Profiles, Secret, Server};
use serde_json::Value;
use tempfile::TempDir;
use tower::ServiceExt as _;

pub(crate) const SECRET: &[u8] = b"a secret of the shop that nobody knows";
pub(crate) const ID: &str = "AAAAAAAAAAAAAAAAAAAAAA";

pub(crate) struct Shop {
    pub(crate) router: Router,
    pub(crate) folder: TempDir,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

pub(crate) fn secret() -> Secret {
    Secret::new(SECRET.to_vec()).unwrap()
}

/// A server without packs and files, on `store`.
pub(crate) fn server(store: Arc<dyn Store>) -> Server {
    Server::new(Arc::new(Profiles::new(store, Arc::default())), secret())
}

/// A server on an embedded store, changed as the test wants it.
pub(crate) fn shop(change: impl FnOnce(&mut Server)) -> Shop {
    let folder = tempfile::tempdir().unwrap();
    let store = EmbeddedStore::open(&folder.path().join("profiles")).unwrap();
    let mut server = server(Arc::new(store));
    change(&mut server);
    Shop {
        router: server.router(None),
        folder,
    }
}

pub(crate) async fn send(router: &Router, request: Request<Body>) -> Answer {
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    Answer {
        status: parts.status,
        headers: parts.headers,
        body: to_bytes(body, usize::MAX).await.unwrap(),
    }
}

pub(crate) async fn get(router: &Router, path: &str) -> Answer {
    send(router, Request::get(path).body(Body::empty()).unwrap()).await
}

pub(crate) async fn post(router: &Router, path: &str, body: impl Into<Body>) -> Answer {
    send(router, Request::post(path).body(body.into()).unwrap()).await
}

pub(crate) async fn sync(router: &Router, id: &str, body: impl Into<Body>) -> Answer {
    post(router, &format!("/v1/profiles/{id}/sync"), body).await
}

pub(crate) async fn link(router: &Router, token: &str, body: impl Into<Body>) -> Answer {
    let request = Request::builder()
        .method(Method::POST)
        .uri("/v1/link")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .body(body.into())
        .unwrap();
    send(router, request).await
}

impl Answer {
    pub(crate) fn header(&self, name: header::HeaderName) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Checks that this is a problem in the form of RFC 9457 and has this status and code.
    #[track_caller]
    pub(crate) fn is_problem(&self, status: u16, code: &str) {
        let body = self.json();
        assert_eq!(
            (self.status.as_u16(), body["code"].as_str()),
            (status, Some(code)),
            "{body}"
        );
        assert_eq!(
            self.header(header::CONTENT_TYPE),
            "application/problem+json"
        );
        assert_eq!(self.header(header::CACHE_CONTROL), "no-store");
        assert_eq!(body["status"], status);
        assert_eq!(body["type"], format!("urn:endcap:problem:{code}"));
        assert!(!body["title"].as_str().unwrap().is_empty());
        assert!(body["detail"].as_str().unwrap().len() > 20, "{body}");
    }
}

/// A profile of one replica that has learned `revision` times, the last time at `tick`.
pub(crate) fn profile(replica: u64, revision: u8, tick: u8) -> Vec<u8> {
    assert!(revision < 128 && tick < 128, "one byte of LEB128 each");
    let mut bytes = vec![0xec, 1, 1];
    bytes.extend_from_slice(&replica.to_le_bytes());
    bytes.extend_from_slice(&[revision, tick, 0, 0]);
    bytes
}

/// The join of encoded profiles, as a client of the first version gets it.
pub(crate) fn joined(profiles: &[&[u8]]) -> Vec<u8> {
    let mut all = endcap::profile::Profile::new();
    for bytes in profiles {
        all.join(&endcap::profile::Profile::decode(bytes).unwrap());
    }
    all.encode_v1()
}
