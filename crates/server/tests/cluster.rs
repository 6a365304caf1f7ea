//! The distributed store on a real Redis Cluster: the contract of all stores, and what is left after a failover.
//!
//! Runs where `ENDCAP_REDIS_SERVER` names a `redis-server`, as `cargo xtask test` does when it has one.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails says so by a panic"
)]

#[expect(dead_code, reason = "chaos cuts nodes off, these tests do not")]
#[path = "../../load/src/cluster.rs"]
mod cluster;
mod contract;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cluster::Cluster;
use contract::{conforms, done, key, write};
use endcap_server::ProfileId;
use endcap_server::store::{ClusterOptions, ClusterStore, Key, Store, StoreError, Swap, Verdict};
use sha2::Digest as _;

fn options(cluster: &Cluster, replicas: u32) -> ClusterOptions {
    ClusterOptions {
        nodes: cluster.urls(),
        authorities: None,
        replicas,
    }
}

/// One test and not several, because starting a cluster takes seconds.
#[tokio::test(flavor = "multi_thread")]
async fn the_cluster_conforms_and_keeps_what_it_has_answered() {
    if std::env::var_os("ENDCAP_REDIS_SERVER").is_none() {
        eprintln!("SKIPPED: ENDCAP_REDIS_SERVER names no redis-server");
        return;
    }
    let program = cluster::find_redis().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut cluster = Cluster::start(&program, folder.path(), 1, Duration::from_secs(1)).unwrap();
    let store = ClusterStore::connect(&options(&cluster, 1)).await.unwrap();
    let store: Arc<dyn Store> = Arc::new(store);
    conforms(Arc::clone(&store)).await;

    purged(&*store, folder.path()).await;
    records_of_an_earlier_version_are_adopted(&*store, &cluster).await;

    // A primary dies and comes back as a replica; what was answered is there, and swaps go on.
    let node = cluster.primary().unwrap();
    cluster.kill(node).unwrap();
    tokio::time::sleep(Duration::from_secs(2)).await;
    cluster.start_node(node).unwrap();
    let start = Instant::now();
    for name in 0..60 {
        let key = key(20_000 + name);
        while let Err(error) = store.compare_and_swap(&key, None, b"after".to_vec()).await {
            assert!(start.elapsed() < Duration::from_secs(30), "{error}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    for length in [0, 1, 8, 1000, 4096] {
        let stored = store.load(&key(100 + length)).await.unwrap().unwrap();
        assert_eq!(stored.bytes.len() as u64, length);
    }

    // More replicas than there are cannot have the write: nothing is acknowledged, though it may be there.
    let strict = ClusterStore::connect(&options(&cluster, 2)).await.unwrap();
    let swap = strict
        .compare_and_swap(&key(30_000), None, b"two".to_vec())
        .await;
    assert_eq!(
        swap,
        Err(StoreError::Unreplicated {
            expected: 2,
            got: 1
        })
    );
    let swap = store
        .compare_and_swap(&key(30_000), None, b"two".to_vec())
        .await;
    assert!(matches!(swap, Ok(Swap::Done(_))), "{swap:?}");
}

/// What was replaced stands in no file of any node some time after a purge.
async fn purged(store: &dyn Store, folder: &Path) {
    const MARK: &[u8] = b"a mark that nothing else has";
    let version = done(write(store, &key(40_000), None, MARK).await);
    assert!(holding(folder, MARK) > 0, "the test sees nothing");
    write(store, &key(40_000), Some(version), b"tombstone").await;
    store.purge().await.unwrap();
    let start = Instant::now();
    while holding(folder, MARK) > 0 {
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "it is still there"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// How many files below `folder` hold these bytes.
fn holding(folder: &Path, bytes: &[u8]) -> usize {
    let mut found = 0;
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            found += holding(&entry.path(), bytes);
        } else if let Ok(content) = std::fs::read(entry.path()) {
            found += usize::from(memchr::memmem::find(&content, bytes).is_some());
        }
    }
    found
}

async fn records_of_an_earlier_version_are_adopted(store: &dyn Store, cluster: &Cluster) {
    let client = redis::cluster::ClusterClient::new(cluster.urls()).unwrap();
    let mut connection = client.get_async_connection().await.unwrap();
    let former = |id: &str| {
        let digest: [u8; 32] = sha2::Sha256::digest(id).into();
        format!("endcap:{{{:02x}}}:{id}", digest[0] % 128)
    };
    let ids = ["F".repeat(22), "G".repeat(22)];
    for id in &ids {
        let mut set = redis::cmd("SET");
        set.arg(former(id)).arg("version1profile");
        set.query_async::<()>(&mut connection).await.unwrap();
    }
    let key = |id: &str| Key::from(&ProfileId::parse(id).unwrap());
    let stored = store.load(&key(&ids[0])).await.unwrap().unwrap();
    assert_eq!(stored.bytes, b"profile");
    // The other by the sweep.
    store.sweep(Arc::new(|_, _| Verdict::Keep)).await.unwrap();
    for id in &ids {
        let mut exists = redis::cmd("EXISTS");
        exists.arg(former(id));
        let left: u8 = exists.query_async(&mut connection).await.unwrap();
        assert_eq!(left, 0);
        let stored = store.load(&key(id)).await.unwrap().unwrap();
        done(write(store, &key(id), Some(stored.version), b"new").await);
    }
}

#[tokio::test]
async fn a_cluster_that_is_not_there_is_said() {
    let options = ClusterOptions {
        nodes: vec!["redis://127.0.0.1:1".to_owned()],
        authorities: None,
        replicas: 1,
    };
    let Err(error) = ClusterStore::connect(&options).await else {
        panic!("connected to nothing");
    };
    assert_eq!(error.code(), "store/cluster");
}
