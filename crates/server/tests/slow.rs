//! A disk that takes its time: a sync waits for it, and what came too late is neither confirmed nor lost.
#![expect(clippy::unwrap_used, reason = "a test that fails says so by a panic")]

mod common;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use common::{ID, profile, server, sync};
use endcap_server::store::{Judge, Key, Store, StoreError, Stored, Swap, Version};

/// Stores at once, and answers when its `fsync` is done.
#[derive(Default)]
struct Slow {
    records: Mutex<BTreeMap<Vec<u8>, Stored>>,
    fsync_seconds: AtomicU64,
}

#[async_trait]
impl Store for Slow {
    async fn load(&self, key: &Key) -> Result<Option<Stored>, StoreError> {
        Ok(self.records.lock().unwrap().get(key.as_bytes()).cloned())
    }

    async fn compare_and_swap(
        &self,
        key: &Key,
        expected: Option<Version>,
        bytes: Vec<u8>,
    ) -> Result<Swap, StoreError> {
        let version = {
            let mut records = self.records.lock().unwrap();
            let current = records.get(key.as_bytes()).cloned();
            if current.as_ref().map(|stored| stored.version) != expected {
                return Ok(Swap::Conflict(current));
            }
            let version = Version::fresh()?;
            records.insert(key.as_bytes().to_vec(), Stored { bytes, version });
            version
        };
        let seconds = self.fsync_seconds.load(Ordering::Relaxed);
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        Ok(Swap::Done(version))
    }

    async fn sweep(&self, _: Judge) -> Result<u64, StoreError> {
        Ok(0)
    }

    async fn purge(&self) -> Result<(), StoreError> {
        Ok(())
    }

    async fn is_empty(&self) -> Result<bool, StoreError> {
        Ok(self.records.lock().unwrap().is_empty())
    }

    async fn check(&self) -> Result<(), StoreError> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_slow_disk_confirms_too_late_is_kept_and_not_confirmed() {
    let store = Arc::new(Slow::default());
    let router = server(Arc::clone(&store) as Arc<dyn Store>).router(None);
    let slow = |seconds| store.fsync_seconds.store(seconds, Ordering::Relaxed);
    slow(9);
    let answer = sync(&router, ID, profile(1, 1, 1)).await;
    assert_eq!(
        (answer.status.as_u16(), answer.body),
        (200, profile(1, 1, 1).into())
    );
    slow(11);
    sync(&router, ID, profile(1, 2, 2))
        .await
        .is_problem(503, "server/timeout");
    // The client offers it again, and nothing counts twice.
    slow(0);
    for _ in 0..2 {
        let answer = sync(&router, ID, profile(1, 2, 2)).await;
        assert_eq!(answer.body, profile(1, 2, 2));
    }
}
