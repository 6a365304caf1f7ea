//! What every store must do, run on every store there is.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails says so by a panic"
)]

use std::sync::Arc;

use endcap_server::ProfileId;
use endcap_server::store::{EmbeddedStore, Store, StoreError, Stored, Swap, Version};

fn id(name: u64) -> ProfileId {
    ProfileId::parse(&format!("{name:022}")).unwrap()
}

async fn write(store: &dyn Store, id: &ProfileId, expected: Option<Version>, bytes: &[u8]) -> Swap {
    store
        .compare_and_swap(id, expected, bytes.to_vec())
        .await
        .unwrap()
}

fn done(swap: Swap) -> Version {
    match swap {
        Swap::Done(version) => version,
        Swap::Conflict(_) => panic!("expected the swap to be done, got {swap:?}"),
    }
}

/// The contract of [`Store`], on a store without profiles.
async fn conforms(store: Arc<dyn Store>) {
    swaps_replace_the_expected_version_only(&*store).await;
    equal_bytes_keep_their_version(&*store).await;
    lengths_from_nothing_to_a_full_profile_come_back(&*store).await;
    concurrent_swaps_lose_no_write(Arc::clone(&store)).await;
    store.check().await.unwrap();
}

async fn swaps_replace_the_expected_version_only(store: &dyn Store) {
    let id = id(1);
    assert_eq!(store.load(&id).await.unwrap(), None);
    let first = done(write(store, &id, None, b"one").await);
    let one = Stored {
        bytes: b"one".to_vec(),
        version: first,
    };
    assert_eq!(store.load(&id).await.unwrap(), Some(one.clone()));
    let late = write(store, &id, None, b"two").await;
    assert_eq!(late, Swap::Conflict(Some(one)));

    let second = done(write(store, &id, Some(first), b"two").await);
    assert_ne!(first, second);
    let two = Stored {
        bytes: b"two".to_vec(),
        version: second,
    };
    let late = write(store, &id, Some(first), b"three").await;
    assert_eq!(late, Swap::Conflict(Some(two.clone())));
    assert_eq!(store.load(&id).await.unwrap(), Some(two));

    let other = self::id(2);
    let unborn = write(store, &other, Some(second), b"three").await;
    assert_eq!(unborn, Swap::Conflict(None));
    assert_eq!(store.load(&other).await.unwrap(), None);
}

async fn equal_bytes_keep_their_version(store: &dyn Store) {
    let id = id(3);
    let version = done(write(store, &id, None, b"same").await);
    assert_eq!(done(write(store, &id, None, b"same").await), version);
    assert_eq!(
        done(write(store, &id, Some(version), b"same").await),
        version
    );
}

async fn lengths_from_nothing_to_a_full_profile_come_back(store: &dyn Store) {
    for length in [0, 1, 8, 1000, 4096] {
        let id = id(100 + length);
        let bytes: Vec<u8> = (0..length).map(|at| at as u8).collect();
        done(write(store, &id, None, &bytes).await);
        assert_eq!(store.load(&id).await.unwrap().unwrap().bytes, bytes);
    }
}

/// Many tasks append marks of their own to the same profile; every mark of a swap that was done is there.
async fn concurrent_swaps_lose_no_write(store: Arc<dyn Store>) {
    const TASKS: u8 = 16;
    const EACH: u8 = 8;
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                for mark in 0..EACH {
                    append(&*store, &id(4), [task, mark]).await;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let stored = store.load(&id(4)).await.unwrap().unwrap();
    let mut marks: Vec<_> = stored.bytes.chunks(2).map(<[u8]>::to_vec).collect();
    marks.sort();
    let all = (0..TASKS).flat_map(|task| (0..EACH).map(move |mark| vec![task, mark]));
    assert_eq!(marks, all.collect::<Vec<_>>());
}

async fn append(store: &dyn Store, id: &ProfileId, mark: [u8; 2]) {
    let mut current = store.load(id).await.unwrap();
    loop {
        let expected = current.as_ref().map(|stored| stored.version);
        let mut bytes = current.map_or(Vec::new(), |stored| stored.bytes);
        bytes.extend(mark);
        match write(store, id, expected, &bytes).await {
            Swap::Done(_) => return,
            Swap::Conflict(newer) => current = newer,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_embedded_store_conforms() {
    let folder = tempfile::tempdir().unwrap();
    conforms(Arc::new(EmbeddedStore::open(folder.path()).unwrap())).await;
}

#[tokio::test]
async fn the_embedded_store_keeps_profiles_across_openings() {
    let folder = tempfile::tempdir().unwrap();
    let store = EmbeddedStore::open(folder.path()).unwrap();
    let version = done(write(&store, &id(1), None, b"kept").await);
    drop(store);
    let store = EmbeddedStore::open(folder.path()).unwrap();
    let stored = store.load(&id(1)).await.unwrap().unwrap();
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
            tokio::spawn(async move { done(write(&*store, &id(name), None, b"profile").await) })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let commits = store.commits();
    // How many share one depends on how long the disk takes; on a RAM disk it can be a few only.
    assert!((1..SWAPS).contains(&commits), "{commits} commits");

    let idle = store.commits();
    done(write(&*store, &id(0), None, b"profile").await);
    assert_eq!(store.commits(), idle, "bytes that are there need no fsync");
}
