//! What every store must do.

use std::sync::Arc;
use std::time::{Duration, Instant};

use endcap_server::ProfileId;
use endcap_server::store::{Key, Store, StoreError, Stored, Swap, Verdict, Version};

/// How long a write may wait for replicas.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) fn key(name: u64) -> Key {
    Key::from(&ProfileId::parse(&format!("{name:022}")).unwrap())
}

pub(crate) async fn write(
    store: &dyn Store,
    id: &Key,
    expected: Option<Version>,
    bytes: &[u8],
) -> Swap {
    let start = Instant::now();
    loop {
        let swap = store.compare_and_swap(id, expected, bytes.to_vec()).await;
        match swap {
            // On a busy machine a replica may be late. The same swap again is then what a client does.
            Err(StoreError::Unreplicated { .. }) if start.elapsed() < PATIENCE => {}
            swap => return swap.unwrap(),
        }
    }
}

pub(crate) fn done(swap: Swap) -> Version {
    match swap {
        Swap::Done(version) => version,
        Swap::Conflict(_) => panic!("expected the swap to be done, got {swap:?}"),
    }
}

/// The contract of [`Store`], on a store without profiles.
pub(crate) async fn conforms(store: Arc<dyn Store>) {
    assert!(store.is_empty().await.unwrap());
    swaps_replace_the_expected_version_only(&*store).await;
    equal_bytes_keep_their_version(&*store).await;
    lengths_from_nothing_to_a_full_profile_come_back(&*store).await;
    concurrent_swaps_lose_no_write(Arc::clone(&store)).await;
    a_sweep_changes_what_it_is_told(&*store).await;
    store.check().await.unwrap();
}

async fn swaps_replace_the_expected_version_only(store: &dyn Store) {
    let id = key(1);
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

    let other = self::key(2);
    let unborn = write(store, &other, Some(second), b"three").await;
    assert_eq!(unborn, Swap::Conflict(None));
    assert_eq!(store.load(&other).await.unwrap(), None);
}

async fn equal_bytes_keep_their_version(store: &dyn Store) {
    let id = key(3);
    let version = done(write(store, &id, None, b"same").await);
    assert_eq!(done(write(store, &id, None, b"same").await), version);
    assert_eq!(
        done(write(store, &id, Some(version), b"same").await),
        version
    );
}

async fn lengths_from_nothing_to_a_full_profile_come_back(store: &dyn Store) {
    for length in [0, 1, 8, 1000, 4096] {
        let id = key(100 + length);
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
                    append(&*store, &key(4), [task, mark]).await;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let stored = store.load(&key(4)).await.unwrap().unwrap();
    let mut marks: Vec<_> = stored.bytes.chunks(2).map(<[u8]>::to_vec).collect();
    marks.sort();
    let all = (0..TASKS).flat_map(|task| (0..EACH).map(move |mark| vec![task, mark]));
    assert_eq!(marks, all.collect::<Vec<_>>());
}

async fn append(store: &dyn Store, id: &Key, mark: [u8; 2]) {
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

/// Removes some records, replaces others, and leaves the rest: far more than fit one batch.
async fn a_sweep_changes_what_it_is_told(store: &dyn Store) {
    const RECORDS: u64 = 300;
    let mut versions = Vec::new();
    for name in 0..RECORDS {
        let bytes = format!("sweep {}", name % 3).into_bytes();
        let key = key(10_000 + name);
        versions.push(done(write(store, &key, None, &bytes).await));
    }
    let changed = store.sweep(Arc::new(|_, bytes| match bytes {
        b"sweep 0" => Verdict::Remove,
        b"sweep 1" => Verdict::Replace(b"swept".to_vec()),
        _ => Verdict::Keep,
    }));
    assert_eq!(changed.await.unwrap(), RECORDS / 3 * 2);
    for (name, version) in (0..RECORDS).zip(versions) {
        let key = key(10_000 + name);
        let stored = store.load(&key).await.unwrap();
        match name % 3 {
            0 => assert_eq!(stored, None),
            1 => assert_eq!(stored.unwrap().bytes, b"swept"),
            _ => assert_eq!(stored.unwrap().version, version),
        }
    }
    // Whoever saw the removed bytes cannot take what came after them for the same.
    let gone = key(10_000);
    let first = done(write(store, &gone, None, b"sweep 0").await);
    let removed = store.sweep(Arc::new(|_, bytes| match bytes {
        b"sweep 0" => Verdict::Remove,
        _ => Verdict::Keep,
    }));
    assert_eq!(removed.await.unwrap(), 1);
    let late = write(store, &gone, Some(first), b"late").await;
    assert_eq!(late, Swap::Conflict(None));
    let second = done(write(store, &gone, None, b"new").await);
    assert_ne!(first, second);
    let late = write(store, &gone, Some(first), b"late").await;
    assert!(matches!(late, Swap::Conflict(Some(_))), "{late:?}");
}
