//! The list of erased profiles in the store: what each server's own list is held against, and how servers of one cluster
//! tell each other.
//!
//! # Invariants
//! * Digests are only ever added.
//! * A list on a disk that lacks what the store knows is an older copy, and is told from a new server's empty one by the
//!   store: only servers of a cluster learn from it by themselves.
//!
//! # Format
//! The server's own records `erased/0`, `erased/1` …, each with up to 256 digests of 32 bytes. All but the last are full.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::Profiles;
use crate::problem::Problem;
use crate::record::Record;
use crate::store::{Key, KeyDigest, StoreError, Stored, Swap, Verdict};

/// Digests in one record: 8 KB, which a store writes whole.
const PAGE: usize = 256;

/// Rounds of compare-and-swap before whoever adds to the list is asked to come back.
const ROUNDS: usize = 64;

impl Profiles {
    /// What the store knows to be erased and this server's list lacks: all of it at a start, afterwards what came since.
    ///
    /// # Errors
    ///
    /// Those of [`Store::load`](crate::store::Store::load).
    pub async fn lacking(&self) -> Result<Vec<KeyDigest>, StoreError> {
        let mut lacking = Vec::new();
        let mut page = self.page.load(Ordering::Relaxed);
        while let Some(stored) = self.store.load(&page_key(page)).await? {
            let digests = digests_of(&stored);
            lacking.extend(self.erased.lacks(&digests));
            if digests.len() < PAGE {
                break;
            }
            page += 1;
        }
        self.page.fetch_max(page, Ordering::Relaxed);
        Ok(lacking)
    }

    /// Those that the store's own records say are erased, for a server whose list is lost.
    ///
    /// # Errors
    ///
    /// Those of [`Store::sweep`](crate::store::Store::sweep).
    pub async fn buried(&self) -> Result<Vec<KeyDigest>, StoreError> {
        let (found, mut digests) = tokio::sync::mpsc::unbounded_channel();
        let judge = move |key: &Key, bytes: &[u8]| {
            if let Record::Erased(_) = Record::read(bytes) {
                let _ = found.send(key.digest());
            }
            Verdict::Keep
        };
        self.store.sweep(Arc::new(judge)).await?;
        let mut buried = Vec::new();
        while let Ok(digest) = digests.try_recv() {
            buried.push(digest);
        }
        Ok(buried)
    }

    /// Takes `digests` over into this server's list, and what that has into the store's.
    ///
    /// # Errors
    ///
    /// A [`Problem`] when the list or the store fails.
    pub async fn share_erased(&self, digests: Vec<KeyDigest>) -> Result<(), Problem> {
        if !digests.is_empty() {
            self.list(digests).await?;
        }
        let mut unshared: std::collections::BTreeSet<_> = self.erased.all().into_iter().collect();
        let mut page = 0;
        while let Some(stored) = self.store.load(&page_key(page)).await? {
            for digest in digests_of(&stored) {
                unshared.remove(&digest);
            }
            page += 1;
        }
        self.append(unshared.into_iter().collect()).await
    }

    /// Writes down for good, here and for other servers, that these are erased.
    pub(crate) async fn write_down(&self, digest: KeyDigest) -> Result<(), Problem> {
        if self.erased.lacks(&[digest]).is_empty() {
            return Ok(());
        }
        self.list(vec![digest]).await?;
        self.append(vec![digest]).await
    }

    /// Into this server's list.
    async fn list(&self, digests: Vec<KeyDigest>) -> Result<(), Problem> {
        let erased = Arc::clone(&self.erased);
        match tokio::task::spawn_blocking(move || erased.add(&digests)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => {
                tracing::error!("the list of erased profiles cannot be written: {error}");
                Err(Problem::unavailable(
                    "erase/list",
                    "the server cannot write down that this profile is erased: try again with growing pauses",
                ))
            }
            Err(_) => Err(Problem::internal()),
        }
    }

    /// Into the store's list.
    async fn append(&self, mut digests: Vec<KeyDigest>) -> Result<(), Problem> {
        let mut page = self.page.load(Ordering::Relaxed);
        for _ in 0..ROUNDS + digests.len() / PAGE {
            if digests.is_empty() {
                return Ok(());
            }
            let key = page_key(page);
            let stored = self.store.load(&key).await?;
            let mut known = stored.as_ref().map(digests_of).unwrap_or_default();
            if known.len() >= PAGE {
                page += 1;
                continue;
            }
            let taken = digests.len().min(PAGE - known.len());
            known.extend(digests.iter().take(taken));
            let expected = stored.map(|stored| stored.version);
            let record = Record::own(&known.concat());
            let swap = self.store.compare_and_swap(&key, expected, record).await?;
            if let Swap::Done(_) = swap {
                digests.drain(..taken);
            }
        }
        if digests.is_empty() {
            return Ok(());
        }
        Err(Problem::unavailable(
            "erase/contended",
            "too many profiles are erased at the same moment: try again with growing pauses",
        ))
    }
}

fn page_key(page: usize) -> Key {
    Key::own(&format!("erased/{page}"))
}

fn digests_of(stored: &Stored) -> Vec<KeyDigest> {
    match Record::read(&stored.bytes) {
        Record::Own(digests) => digests.as_chunks().0.to_vec(),
        _ => Vec::new(),
    }
}
