//! The embedded store: the contract of all stores, and what is its own.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails says so by a panic"
)]

mod contract;

use std::sync::Arc;

use contract::{conforms, done, key, write};
use endcap_server::store::{EmbeddedStore, Store, StoreError};

#[tokio::test(flavor = "multi_thread")]
async fn the_embedded_store_conforms() {
    let folder = tempfile::tempdir().unwrap();
    conforms(Arc::new(EmbeddedStore::open(folder.path()).unwrap())).await;
}

#[tokio::test]
async fn the_embedded_store_keeps_profiles_across_openings() {
    let folder = tempfile::tempdir().unwrap();
    let store = EmbeddedStore::open(folder.path()).unwrap();
    let version = done(write(&store, &key(1), None, b"kept").await);
    drop(store);
    let store = EmbeddedStore::open(folder.path()).unwrap();
    let stored = store.load(&key(1)).await.unwrap().unwrap();
    assert_eq!(
        (stored.bytes.as_slice(), stored.version),
        (&b"kept"[..], version)
    );
}

#[tokio::test]
async fn the_embedded_store_is_open_once_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let store = EmbeddedStore::open(folder.path()).unwrap();
    let second = EmbeddedStore::open(folder.path());
    assert!(matches!(second, Err(StoreError::Locked { .. })));
    drop(store);
    EmbeddedStore::open(folder.path()).unwrap();
}

#[tokio::test]
async fn a_folder_that_is_a_file_is_refused() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let Err(error) = EmbeddedStore::open(file.path()) else {
        panic!("a file was opened as a store");
    };
    assert_eq!(error.code(), "store/open");
}

#[tokio::test(flavor = "multi_thread")]
async fn swaps_in_flight_share_one_fsync() {
    const SWAPS: u64 = 2000;
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(EmbeddedStore::open(folder.path()).unwrap());
    let tasks: Vec<_> = (0..SWAPS)
        .map(|name| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { done(write(&*store, &key(name), None, b"profile").await) })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let commits = store.commits();
    // How many share one depends on how long the disk takes; on a RAM disk it can be a few only.
    assert!((1..SWAPS).contains(&commits), "{commits} commits");

    let idle = store.commits();
    done(write(&*store, &key(0), None, b"profile").await);
    assert_eq!(store.commits(), idle, "bytes that are there need no fsync");
}
