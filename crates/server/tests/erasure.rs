//! Access and erasure: what is stored is shown whole, and what is erased stays erased, whatever comes back.
#![expect(clippy::unwrap_used, reason = "a test that fails says so by a panic")]

mod common;

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use common::{ID, get, link, profile, secret, send, sync};
use endcap_server::store::{EmbeddedStore, Key, Store};
use endcap_server::{Erased, KeepDays, ProfileId, Profiles, Secret, Server, TenantName, token};

/// Opens what a server keeps in a folder.
fn open(data: &Path) -> (Router, Arc<Profiles>) {
    let store = EmbeddedStore::open(&data.join("profiles")).unwrap();
    let erased = Erased::open(&data.join("erased")).unwrap();
    let profiles = Arc::new(Profiles::new(Arc::new(store), Arc::new(erased)));
    let server = Server::new(Arc::clone(&profiles), secret());
    (server.router(None), profiles)
}

async fn erase(router: &Router, id: &str) -> u16 {
    let path = format!("/v1/profiles/{id}");
    let request = Request::delete(path).body(Body::empty()).unwrap();
    send(router, request).await.status.as_u16()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[tokio::test]
async fn a_shopper_sees_all_that_is_stored() {
    let folder = tempfile::tempdir().unwrap();
    let (router, _) = open(folder.path());
    let path = format!("/v1/profiles/{ID}");
    let nothing = get(&router, &path).await;
    assert_eq!(nothing.status, 200);
    assert_eq!(nothing.json()["replicas"], 0);

    // One mass of weight 1 at the beginning of time, for the key 5.
    let mut sent = vec![0xec, 1, 1];
    sent.extend(7_u64.to_le_bytes());
    sent.extend([1, 0, 1, 0, 5, 0, 0, 0, 8, 0, 0]);
    let mut profile = endcap::profile::Profile::decode(&sent).unwrap();
    profile.mute(endcap::key::Key::brand("x"), true, endcap::Timestamp(9));
    let (tier, source, at) = (4, 1, endcap::Timestamp(8));
    profile.record_consent(endcap::profile::Consent { tier, source, at });
    let stored = profile.encode();
    assert_eq!(sync(&router, ID, stored.clone()).await.status, 200);
    let shown = get(&router, &path).await;
    assert_eq!(shown.header(header::CACHE_CONTROL), "no-store");
    let shown = shown.json();
    assert_eq!(
        (shown["replicas"].as_u64(), shown["bytes"].as_u64()),
        (Some(1), Some(stored.len() as u64))
    );
    assert_eq!(shown["knows"][0]["about"], "brand");
    assert_eq!(shown["knows"][0]["key"], "0800000005");
    assert_eq!(shown["muted"].as_array().unwrap().len(), 1);
    assert_eq!(shown["consent"]["tier"], 4);
    let data = STANDARD.decode(shown["data"].as_str().unwrap()).unwrap();
    assert_eq!(data, stored);
}

#[tokio::test]
async fn an_erased_profile_takes_nothing_in_again() {
    let folder = tempfile::tempdir().unwrap();
    let (router, _) = open(folder.path());
    assert_eq!(sync(&router, ID, profile(1, 1, 1)).await.status, 200);
    assert_eq!(erase(&router, ID).await, 204);
    assert_eq!(erase(&router, ID).await, 204);
    // A device that was offline comes back.
    for body in [profile(1, 9, 9), Vec::new()] {
        sync(&router, ID, body)
            .await
            .is_problem(410, "profile/erased");
    }
    get(&router, &format!("/v1/profiles/{ID}"))
        .await
        .is_problem(410, "profile/erased");
    assert_eq!(erase(&router, "short").await, 400);
}

/// Otherwise a stranger who makes up ids fills the disk and the memory.
#[tokio::test]
async fn erasing_an_id_that_was_never_stored_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (router, profiles) = open(folder.path());
    let never = "B".repeat(22);
    assert_eq!(erase(&router, &never).await, 204);
    for name in 0..100 {
        assert_eq!(erase(&router, &format!("{name:022}")).await, 204);
    }
    // Its first sync may have been under way: for a minute it is refused.
    sync(&router, &never, profile(1, 1, 1))
        .await
        .is_problem(410, "profile/erased");
    let list = std::fs::read(folder.path().join("erased")).unwrap();
    assert_eq!(list.len(), 0, "lines of ids that were never stored");
    // No tombstone either.
    drop((router, profiles));
    let store = EmbeddedStore::open(&folder.path().join("profiles")).unwrap();
    let id = ProfileId::parse(&never).unwrap();
    assert_eq!(store.load(&Key::from(&id)).await.unwrap(), None);
}

#[tokio::test]
async fn a_restored_backup_does_not_bring_it_back() {
    let folder = tempfile::tempdir().unwrap();
    let (data, backup) = (folder.path().join("data"), folder.path().join("backup"));
    std::fs::create_dir(&data).unwrap();
    let other = "C".repeat(22);
    let (router, profiles) = open(&data);
    assert_eq!(sync(&router, ID, profile(1, 1, 1)).await.status, 200);
    assert_eq!(sync(&router, &other, profile(2, 1, 1)).await.status, 200);
    drop((router, profiles));
    copy(&data.join("profiles"), &backup);
    let (router, profiles) = open(&data);
    assert_eq!(erase(&router, ID).await, 204);
    drop((router, profiles));

    std::fs::remove_dir_all(data.join("profiles")).unwrap();
    copy(&backup, &data.join("profiles"));
    let (router, profiles) = open(&data);
    sync(&router, ID, profile(1, 2, 2))
        .await
        .is_problem(410, "profile/erased");
    // The sweep that runs by itself wipes what the backup holds of it, and nothing else.
    assert_eq!(profiles.retire(KeepDays(0)).await.unwrap().changed, 1);
    assert_eq!(profiles.retire(KeepDays(0)).await.unwrap().changed, 0);
    drop((router, profiles));
    std::fs::remove_file(data.join("erased")).unwrap();
    let (router, _profiles) = open(&data);
    sync(&router, ID, "")
        .await
        .is_problem(410, "profile/erased");
    assert_eq!(sync(&router, &other, "").await.body, profile(2, 1, 1));
}

#[tokio::test]
async fn a_restored_backup_does_not_bring_back_what_went_into_a_customers() {
    let folder = tempfile::tempdir().unwrap();
    let (data, backup) = (folder.path().join("data"), folder.path().join("backup"));
    std::fs::create_dir(&data).unwrap();
    let (router, profiles) = open(&data);
    sync(&router, ID, profile(1, 1, 1)).await;
    drop((router, profiles));
    copy(&data.join("profiles"), &backup);
    let (router, profiles) = open(&data);
    let token = token::sign(&secret(), "C-1001", std::time::Duration::from_secs(60)).unwrap();
    let request = Request::post("/v1/link")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header("endcap-profile", ID);
    let linked = send(&router, request.body(Body::empty()).unwrap()).await;
    assert_eq!(linked.status, 200);
    drop((router, profiles));

    std::fs::remove_dir_all(data.join("profiles")).unwrap();
    copy(&backup, &data.join("profiles"));
    let (router, profiles) = open(&data);
    sync(&router, ID, "")
        .await
        .is_problem(409, "profile/linked");
    assert_eq!(profiles.retire(KeepDays(0)).await.unwrap().changed, 1);
}

#[tokio::test]
async fn servers_of_one_store_tell_each_other_what_was_erased() {
    let folder = tempfile::tempdir().unwrap();
    let server = |store: &Arc<EmbeddedStore>, list: &str| {
        let erased = Erased::open(&folder.path().join(list)).unwrap();
        let store = Arc::clone(store) as Arc<dyn Store>;
        let profiles = Arc::new(Profiles::new(store, Arc::new(erased)));
        let server = Server::new(Arc::clone(&profiles), secret());
        (server.router(None), profiles)
    };
    let store = Arc::new(EmbeddedStore::open(&folder.path().join("one")).unwrap());
    let (first, _) = server(&store, "first");
    let (_, other) = server(&store, "second");
    // More than a page of the shared list.
    let id = |name: u64| format!("{name:022}");
    for name in 0..=300 {
        sync(&first, &id(name), profile(1, 1, 1)).await;
    }
    for name in 0..300 {
        assert_eq!(erase(&first, &id(name)).await, 204);
    }
    let lacking = other.lacking().await.unwrap();
    assert_eq!(lacking.len(), 300);
    other.share_erased(lacking).await.unwrap();
    assert_eq!(erase(&first, &id(300)).await, 204);
    assert_eq!(other.lacking().await.unwrap().len(), 1);

    // The store is lost, and so is the first server. What the second knows is enough.
    let empty = Arc::new(EmbeddedStore::open(&folder.path().join("two")).unwrap());
    let (second, profiles) = server(&empty, "second");
    profiles.share_erased(Vec::new()).await.unwrap();
    sync(&second, &id(7), profile(1, 1, 1))
        .await
        .is_problem(410, "profile/erased");
    let (_, third) = server(&empty, "third");
    assert_eq!(third.lacking().await.unwrap().len(), 300);
}

#[tokio::test]
async fn a_lost_list_is_made_anew_of_the_stores_tombstones() {
    let folder = tempfile::tempdir().unwrap();
    let (router, profiles) = open(folder.path());
    sync(&router, ID, profile(1, 1, 1)).await;
    assert_eq!(erase(&router, ID).await, 204);
    drop((router, profiles));
    let list = folder.path().join("erased");
    let before = std::fs::read(&list).unwrap();
    std::fs::remove_file(&list).unwrap();
    let error = Erased::open_kept(&list).err().unwrap();
    assert_eq!(error.code(), "erased/lost");
    assert!(!list.exists(), "an empty list would pass the next time");
    let (_router, profiles) = open(folder.path());
    let buried = profiles.buried().await.unwrap();
    profiles.share_erased(buried).await.unwrap();
    assert_eq!(std::fs::read(&list).unwrap(), before);
}

#[tokio::test]
async fn another_secret_than_the_stores_is_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let (router, profiles) = open(folder.path());
    let tenant = TenantName::default();
    let other = Secret::new(vec![7; 32]).unwrap();
    let check = async |secret: &Secret, accepted: &[String]| {
        let right = profiles.check_secret(&tenant, secret, accepted).await;
        right.unwrap()
    };
    assert!(check(&other, &[]).await);
    // Without profiles another one harms nobody.
    assert!(check(&secret(), &[]).await);
    sync(&router, ID, profile(1, 1, 1)).await;
    assert!(check(&secret(), &[]).await);
    assert!(!check(&other, &[]).await);
    assert!(!check(&other, &[secret().check_value()]).await);
    assert!(check(&other, &[other.check_value()]).await);
    // Left in a configuration, it accepts that one only.
    assert!(!check(&secret(), &[other.check_value()]).await);
}

#[tokio::test]
async fn a_customer_who_was_erased_starts_anew() {
    let folder = tempfile::tempdir().unwrap();
    let (router, _) = open(folder.path());
    let minute = std::time::Duration::from_secs(60);
    let token = token::sign(&secret(), "C-1001", minute).unwrap();
    let ask_with = async |method: &str, token: &str| {
        let request = Request::builder().method(method).uri("/v1/customer");
        let request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        send(&router, request.body(Body::empty()).unwrap()).await
    };
    let ask = async |method: &str| ask_with(method, &token).await;
    let first = link(&router, &token, profile(1, 1, 1)).await.json();
    let first = first["profile"].as_str().unwrap().to_owned();
    assert_eq!(ask("GET").await.json()["replicas"], 1);
    // A token of a login, which may lie about somewhere, does not erase.
    ask("DELETE").await.is_problem(401, "token/reusable");
    assert_eq!(ask("GET").await.json()["replicas"], 1);
    let once = token::sign_once(&secret(), "C-1001", minute).unwrap();
    assert_eq!(ask_with("DELETE", &once).await.status, 204);
    ask_with("DELETE", &once)
        .await
        .is_problem(401, "token/replayed");
    sync(&router, &first, profile(1, 2, 2))
        .await
        .is_problem(410, "profile/erased");

    assert_eq!(ask("GET").await.json()["replicas"], 0);
    let second = link(&router, &token, profile(2, 1, 1)).await.json();
    let second = second["profile"].as_str().unwrap().to_owned();
    assert_ne!(first, second);
    assert_eq!(sync(&router, &second, "").await.body, profile(2, 1, 1));
    let id = ProfileId::of_customer(&secret(), "C-1001", 1);
    assert_eq!(id.as_str(), second);
    common::post(&router, "/v1/customer", "")
        .await
        .is_problem(405, "request/method");
    get(&router, "/v1/customer")
        .await
        .is_problem(401, "token/missing");
}

#[tokio::test]
async fn what_nobody_writes_to_is_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(EmbeddedStore::open(folder.path()).unwrap());
    let profiles = Profiles::new(Arc::clone(&store) as Arc<dyn Store>, Arc::default());
    let key = |name: u64| Key::from(&ProfileId::parse(&format!("{name:022}")).unwrap());
    let today = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let today = u16::try_from(today.unwrap().as_secs() / 86_400).unwrap();
    // A profile, a tombstone and a used token, each of long ago and of today.
    for (name, kind, day) in [
        (1, 1, today - 31),
        (2, 1, today - 29),
        (3, 2, 1),
        (4, 3, 1),
        (5, 3, today),
    ] {
        let rest: &[u8] = match kind {
            1 => &[0xec, 1, 0],
            2 => &[],
            _ => &[7; 16],
        };
        let record = [&[kind][..], &u16::to_be_bytes(day), rest].concat();
        store
            .compare_and_swap(&key(name), None, record)
            .await
            .unwrap();
    }
    assert_eq!(profiles.retire(KeepDays(30)).await.unwrap().changed, 2);
    for (name, kept) in [(1, false), (2, true), (3, true), (4, false), (5, true)] {
        assert_eq!(
            store.load(&key(name)).await.unwrap().is_some(),
            kept,
            "{name}"
        );
    }
    // A visit keeps it, though nothing new is learned.
    profiles
        .join(&key(2), &endcap::profile::Profile::new())
        .await
        .unwrap();
    assert_eq!(profiles.retire(KeepDays(5)).await.unwrap().changed, 0);
}
