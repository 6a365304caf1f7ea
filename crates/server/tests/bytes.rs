//! What is left on the disk: of an erased profile nothing after the store was purged, and of ids nothing at any time.
#![expect(clippy::unwrap_used, reason = "a test that fails says so by a panic")]

mod common;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use common::{ID, profile, secret, send, sync};
use endcap::{Engine, Event, EventParams, Item, Timestamp};
use endcap_server::store::{EmbeddedStore, Key, Store};
use endcap_server::{Erased, ProfileId, Profiles, Server, token};
use fjall::{Database, KeyspaceCreateOptions, PersistMode};

/// A number that stands in no file by chance.
const MARK: u64 = 0x9e37_79b9_7f4a_7c15;
const OTHER: u64 = 0xbf58_476d_1ce4_e5b9;

fn open(data: &Path) -> (Router, Arc<Profiles>) {
    let store = EmbeddedStore::open(&data.join("profiles")).unwrap();
    let erased = Erased::open(&data.join("erased")).unwrap();
    let profiles = Arc::new(Profiles::new(Arc::new(store), Arc::new(erased)));
    let server = Server::new(Arc::clone(&profiles), secret());
    (server.router(None), profiles)
}

/// How many files below `folder` hold these bytes.
fn holding(folder: &Path, bytes: &[u8]) -> usize {
    let mut found = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            found += holding(&entry.path(), bytes);
        } else if let Ok(content) = std::fs::read(entry.path()) {
            found += usize::from(memchr::memmem::find(&content, bytes).is_some());
        }
    }
    found
}

async fn erase(router: &Router, id: &str) {
    let request = Request::delete(format!("/v1/profiles/{id}"));
    let answer = send(router, request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, 204);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_an_erased_profile_is_left_after_a_purge() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let living = "L".repeat(22);
    let (router, profiles) = open(data);
    sync(&router, ID, profile(MARK, 1, 1)).await;
    sync(&router, &living, profile(OTHER, 1, 1)).await;
    assert!(profiles.purge().await.unwrap(), "at each start");
    assert!(!profiles.purge().await.unwrap(), "nothing was erased");
    assert!(
        holding(data, &MARK.to_le_bytes()) > 0,
        "the test sees nothing"
    );
    // Part of it in a table, part in the journal.
    let another = "X".repeat(22);
    sync(&router, &another, profile(3, 1, 1)).await;
    erase(&router, &another).await;
    assert!(profiles.purge().await.unwrap());
    sync(&router, ID, profile(MARK, 2, 2)).await;

    erase(&router, ID).await;
    assert!(
        holding(data, &MARK.to_le_bytes()) > 0,
        "the test sees nothing"
    );
    assert!(profiles.purge().await.unwrap());
    assert_eq!(holding(data, &MARK.to_le_bytes()), 0);
    assert_eq!(holding(data, ID.as_bytes()), 0, "an id");
    assert!(!profiles.purge().await.unwrap());
    drop((router, profiles));

    let (router, _profiles) = open(data);
    sync(&router, ID, profile(1, 3, 3))
        .await
        .is_problem(410, "profile/erased");
    let kept = sync(&router, &living, "").await.body;
    assert_eq!(kept, profile(OTHER, 1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_linked_device_is_left_once_its_customer_is_erased() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let (router, profiles) = open(data);
    sync(&router, ID, profile(MARK, 1, 1)).await;
    for (method, path, status) in [("POST", "/v1/link", 200), ("DELETE", "/v1/customer", 204)] {
        let token = token::sign_once(&secret(), "C-1001", Duration::from_secs(60)).unwrap();
        let request = Request::builder().method(method).uri(path);
        let request = request
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header("endcap-profile", ID);
        let answer = send(&router, request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, status);
    }
    assert!(profiles.purge().await.unwrap());
    assert_eq!(holding(data, &MARK.to_le_bytes()), 0);
    assert_eq!(holding(data, ID.as_bytes()), 0, "an id");
    assert_eq!(holding(data, b"C-1001"), 0, "a customer");
}

fn view(item: &str) -> Event {
    Event {
        name: "view_item".into(),
        params: EventParams {
            items: vec![Item::with_id(item)],
            ..EventParams::default()
        },
    }
}

/// A shopper logs in, and erases everything everywhere later: also what the server had under the anonymous id.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_what_a_device_erases_everywhere_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let (router, profiles) = open(data);
    let mut device = Engine::new(MARK);
    device.set_owner(ID);
    let now = Timestamp(1_700_000_000_000);
    device.observe(&view("anonymous"), now).unwrap();
    sync(&router, ID, device.profile_delta(&[])).await;
    let token = token::sign(&secret(), "C-1001", Duration::from_secs(60)).unwrap();
    let request = Request::post("/v1/link")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header("endcap-profile", ID)
        .body(Body::from(device.profile()));
    let linked = send(&router, request.unwrap()).await.json();
    let id = linked["profile"].as_str().unwrap();
    device.set_owner(id);
    device.observe(&view("as a customer"), now).unwrap();
    sync(&router, id, device.profile_delta(&[])).await;
    assert!(profiles.purge().await.unwrap());
    let marks = holding(data, &MARK.to_le_bytes());
    assert!(marks > 0, "the test sees nothing");

    device.erase_everywhere(now);
    device.set_replica(OTHER);
    device.observe(&view("after"), now).unwrap();
    let message = device.profile_delta(&[]);
    for _ in 0..2 {
        assert_eq!(sync(&router, id, message.clone()).await.status, 200);
    }
    assert!(profiles.purge().await.unwrap());
    assert_eq!(holding(data, &MARK.to_le_bytes()), 0);
    assert!(holding(data, &OTHER.to_le_bytes()) > 0);
    for body in [Vec::new(), message] {
        let answer = sync(&router, ID, body).await;
        answer.is_problem(409, "profile/linked");
    }
    // To sync what was erased before erases nothing anew.
    sync(&router, id, device.profile_delta(&[])).await;
    assert!(!profiles.purge().await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_erased_right_before_a_stop_is_purged_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let (router, profiles) = open(data);
    let mut device = Engine::new(MARK);
    device.set_owner(ID);
    let now = Timestamp(1_700_000_000_000);
    device.observe(&view("seen"), now).unwrap();
    sync(&router, ID, device.profile_delta(&[])).await;
    device.erase_everywhere(now);
    sync(&router, ID, device.profile_delta(&[])).await;
    drop((router, profiles));

    let (_router, profiles) = open(data);
    assert!(holding(data, &MARK.to_le_bytes()) > 0);
    assert!(profiles.purge().await.unwrap());
    assert_eq!(holding(data, &MARK.to_le_bytes()), 0);
}

#[tokio::test]
async fn a_store_of_an_earlier_version_is_moved_and_its_ids_are_gone() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("profiles");
    let tenant = "shop-a".parse().unwrap();
    let id = ProfileId::parse(ID).unwrap();
    let keys = [Key::from(&id), Key::new(&tenant, &id)];
    let used = b"shop-a/!used/0123456789abcdef0123456789abcdef";
    {
        let database = Database::builder(&data).open().unwrap();
        let former = database.keyspace("profiles.v2", KeyspaceCreateOptions::default);
        let former = former.unwrap();
        former.insert(ID, b"version1one").unwrap();
        former
            .insert(format!("shop-a/{ID}"), b"version2two")
            .unwrap();
        former.insert(used, b"version3used").unwrap();
        database.persist(PersistMode::SyncAll).unwrap();
    }
    assert!(holding(&data, ID.as_bytes()) > 0, "the test sees nothing");
    for _ in 0..2 {
        let store = EmbeddedStore::open(&data).unwrap();
        for (key, bytes) in keys.iter().zip([b"one", b"two"]) {
            let stored = store.load(key).await.unwrap().unwrap();
            assert_eq!(stored.bytes, bytes);
        }
        let count = Arc::new(std::sync::atomic::AtomicU64::new(0));
        let counted = Arc::clone(&count);
        let judge = move |_: &Key, _: &[u8]| {
            counted.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            endcap_server::store::Verdict::Keep
        };
        store.sweep(Arc::new(judge)).await.unwrap();
        assert_eq!(count.load(std::sync::atomic::Ordering::Relaxed), 3);
    }
    assert_eq!(holding(&data, ID.as_bytes()), 0);
}
