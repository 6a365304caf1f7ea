//! Bodies and headers of requests, taken through the whole router.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Request, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use endcap::profile::{Message, Profile};
use endcap_server::store::{Judge, Key, Store, StoreError, Stored, Swap, Version};
use endcap_server::{EventLog, Profiles, Server};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tower::ServiceExt as _;

use crate::part;
use crate::trust::{bearer, secret};

/// `POST /v1/profiles/{id}/sync`: an id, then two bodies that are sent one after the other.
pub(crate) fn sync(mut data: &[u8]) {
    let id = URL_SAFE_NO_PAD.encode(part(&mut data));
    let uri = format!("/v1/profiles/{id}/sync");
    let shop = Shop::new(false);
    for body in [part(&mut data), data] {
        let (status, answer) = shop.send(Request::post(&uri), body);
        if status != StatusCode::OK {
            continue;
        }
        let sound = match Message::is(body) {
            true => Message::decode(&answer).map(drop),
            false => Profile::decode(&answer).map(drop),
        };
        assert_eq!(sound, Ok(()), "an answer that its receiver refuses");
    }
    let (status, _) = shop.send(Request::get(format!("/v1/profiles/{id}")), &[]);
    let erased = shop
        .send(Request::delete(format!("/v1/profiles/{id}")), &[])
        .0;
    assert_eq!(
        status == StatusCode::BAD_REQUEST,
        erased == StatusCode::BAD_REQUEST
    );
}

/// `POST /v1/events`: the first byte says whether the body is packed.
pub(crate) fn events(data: &[u8]) {
    thread_local! {
        static SHOP: Shop = Shop::new(true);
    }
    let Some((packed, body)) = data.split_first() else {
        return;
    };
    let mut request = Request::post("/v1/events");
    if packed % 2 == 1 {
        request = request.header(header::CONTENT_ENCODING, "gzip");
    }
    SHOP.with(|shop| shop.send(request, body));
}

/// `POST /v1/link`: a header and claims, which are signed, the id that the device shows, and a profile.
pub(crate) fn link(mut data: &[u8]) {
    let token = bearer(part(&mut data), part(&mut data));
    let device = URL_SAFE_NO_PAD.encode(part(&mut data));
    let request = |request: axum::http::request::Builder| {
        request
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header("endcap-profile", &device)
    };
    let shop = Shop::new(false);
    let (status, answer) = shop.send(request(Request::post("/v1/link")), data);
    if status == StatusCode::OK {
        let answer: serde_json::Value = serde_json::from_slice(&answer).expect("JSON");
        assert!(answer["profile"].as_str().is_some_and(|id| id.len() >= 22));
    }
    shop.send(request(Request::get("/v1/customer")), &[]);
    shop.send(request(Request::delete("/v1/customer")), &[]);
}

/// A server in this process.
struct Shop {
    runtime: Runtime,
    router: Router,
    _folder: Option<TempDir>,
}

impl Shop {
    fn new(takes_events: bool) -> Self {
        let store: Arc<dyn Store> = Arc::new(Memory::default());
        let profiles = Profiles::new(store, Arc::default());
        let calendar = Arc::clone(profiles.calendar());
        let mut server = Server::new(Arc::new(profiles), secret());
        let folder = takes_events.then(|| tempfile::tempdir().expect("a folder"));
        server.events = folder
            .as_ref()
            .map(|folder| EventLog::open(folder.path(), calendar).expect("a log"));
        Self {
            runtime: tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime"),
            router: server.router(None),
            _folder: folder,
        }
    }

    /// Sends it. No input may meet a bug, and what is refused is a problem with a code.
    fn send(&self, request: axum::http::request::Builder, body: &[u8]) -> (StatusCode, Bytes) {
        // A path or header that cannot be written is never sent.
        let Ok(request) = request.body(Body::from(body.to_vec())) else {
            return (StatusCode::BAD_REQUEST, Bytes::new());
        };
        self.runtime.block_on(async {
            let response = self
                .router
                .clone()
                .oneshot(request)
                .await
                .expect("an answer");
            let status = response.status();
            let answer = to_bytes(response.into_body(), usize::MAX)
                .await
                .expect("a body");
            assert!(!status.is_server_error(), "{status}: {answer:?}");
            if status.is_client_error() {
                let problem: serde_json::Value =
                    serde_json::from_slice(&answer).unwrap_or_default();
                assert!(problem["code"].is_string(), "{status}: {answer:?}");
            }
            (status, answer)
        })
    }
}

/// A store without a disk.
#[derive(Default)]
struct Memory {
    records: Mutex<BTreeMap<Vec<u8>, Stored>>,
}

#[async_trait]
impl Store for Memory {
    async fn load(&self, key: &Key) -> Result<Option<Stored>, StoreError> {
        let records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(records.get(key.as_bytes()).cloned())
    }

    async fn compare_and_swap(
        &self,
        key: &Key,
        expected: Option<Version>,
        bytes: Vec<u8>,
    ) -> Result<Swap, StoreError> {
        let mut records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        let current = records.get(key.as_bytes());
        if current.map(|stored| stored.version) != expected {
            return Ok(Swap::Conflict(current.cloned()));
        }
        let version = Version::fresh()?;
        records.insert(key.as_bytes().to_vec(), Stored { bytes, version });
        Ok(Swap::Done(version))
    }

    async fn sweep(&self, _: Judge) -> Result<u64, StoreError> {
        Ok(0)
    }

    async fn purge(&self) -> Result<(), StoreError> {
        Ok(())
    }

    async fn is_empty(&self) -> Result<bool, StoreError> {
        let records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(records.is_empty())
    }

    async fn check(&self) -> Result<(), StoreError> {
        Ok(())
    }
}
