//! Ids that were erased a moment ago, so that a sync under way does not store what its shopper has just erased.
//!
//! An id of which nothing is stored needs no tombstone and no line in the list of erased profiles: otherwise a stranger who erases
//! made-up ids would fill both. One race remains: the profile's first sync and its erasure at the same time. Remembering the id
//! for longer than any request may take settles it.
//!
//! # Invariants
//! * Memory is bounded: at most [`MOST`] digests, the oldest forgotten first.
//! * Nothing is written to the disk.

use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use sha2::{Digest as _, Sha256};

use crate::store::Key;

/// Longer than a request may take: 10 s for its body and 10 s for its answer.
const KEEP: Duration = Duration::from_secs(60);

/// 5 MB of digests. 1,000 erasures per second for a minute, which no single address may send.
const MOST: usize = 1 << 16;

type KeyDigest = [u8; 32];

/// The ids of the last minute.
#[derive(Default)]
pub(crate) struct Recent(Mutex<Ids>);

#[derive(Default)]
struct Ids {
    digests: HashSet<KeyDigest>,
    /// In the order in which they came.
    queue: VecDeque<(Instant, KeyDigest)>,
}

impl Recent {
    /// Remembers `key` from `now` on.
    pub(crate) fn add(&self, key: &Key, now: Instant) {
        let digest = digest(key);
        let mut ids = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ids.forget(now);
        if ids.digests.insert(digest) {
            ids.queue.push_back((now, digest));
        }
    }

    /// Whether `key` was added within the last minute.
    pub(crate) fn contains(&self, key: &Key, now: Instant) -> bool {
        let mut ids = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ids.forget(now);
        // Nearly always: then not even the digest is computed.
        !ids.digests.is_empty() && ids.digests.contains(&digest(key))
    }
}

impl Ids {
    fn forget(&mut self, now: Instant) {
        while let Some((since, digest)) = self.queue.front() {
            let old = now.saturating_duration_since(*since) >= KEEP;
            if !old && self.queue.len() < MOST {
                break;
            }
            self.digests.remove(digest);
            self.queue.pop_front();
        }
    }
}

fn digest(key: &Key) -> KeyDigest {
    Sha256::digest(key.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ProfileId;

    fn key(name: usize) -> Key {
        Key::from(&ProfileId::parse(&format!("{name:022}")).unwrap())
    }

    #[test]
    fn an_id_is_remembered_for_a_minute_and_memory_is_bounded() {
        let recent = Recent::default();
        let start = Instant::now();
        recent.add(&key(0), start);
        assert!(recent.contains(&key(0), start + KEEP - Duration::from_secs(1)));
        assert!(!recent.contains(&key(1), start));
        assert!(!recent.contains(&key(0), start + KEEP));

        for name in 0..MOST + 10 {
            recent.add(&key(name), start);
        }
        let ids = recent.0.lock().unwrap();
        assert!(ids.queue.len() <= MOST && ids.digests.len() == ids.queue.len());
        drop(ids);
        assert!(recent.contains(&key(MOST + 9), start) && !recent.contains(&key(0), start));
    }
}
