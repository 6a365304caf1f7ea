//! The embedded store: profiles in a log-structured tree on the local disk, nothing to install.
//!
//! All swaps pass through one writer thread. It takes whatever has queued up, applies it in order,
//! lets *one* `fsync` make the whole batch durable, and only then answers: while the disk works, the
//! next batch gathers. One thread also makes compare-and-swap atomic without a lock.
//!
//! # Format
//! Keyspace `profiles.v1`: the profile's id → 8 bytes version, big-endian, then the encoded profile.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;

use async_trait::async_trait;
use fjall::{Database, Keyspace, KeyspaceCreateOptions, PersistMode};
use tokio::sync::{mpsc, oneshot};

use super::{Store, StoreError, Stored, Swap, Version};
use crate::ProfileId;

/// Swaps under one `fsync` at most; bounds how long the first of a batch waits for the last.
const BATCH: usize = 512;

/// Swaps that may wait for the writer; further requests wait in their own task, under their time limit.
const QUEUE: usize = 1024;

/// Part of the format: another layout of the records gets another keyspace.
const KEYSPACE: &str = "profiles.v1";

/// Bytes of the version before each profile.
const PREFIX: usize = 8;

/// Profiles in a folder of the local disk.
///
/// Dropping it finishes the writes that are queued and closes the folder.
pub struct EmbeddedStore {
    profiles: Keyspace,
    queue: Option<mpsc::Sender<Request>>,
    writer: Option<JoinHandle<()>>,
    commits: Arc<AtomicU64>,
}

impl EmbeddedStore {
    /// Opens the store in `folder`, creating it if there is none.
    ///
    /// # Errors
    ///
    /// [`StoreError::Locked`] when another process has it open, [`StoreError::Open`] for everything else.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let path = || folder.display().to_string();
        let open = |error: fjall::Error| match error {
            fjall::Error::Locked => StoreError::Locked { path: path() },
            other => StoreError::Open {
                path: path(),
                reason: other.to_string(),
            },
        };
        // The writer persists by itself, once per batch; without this every insert would be a system call.
        let database = Database::builder(folder)
            .manual_journal_persist(true)
            .open()
            .map_err(open)?;
        let profiles = database
            .keyspace(KEYSPACE, || {
                KeyspaceCreateOptions::default().manual_journal_persist(true)
            })
            .map_err(open)?;
        // A new keyspace must outlive a crash before the first profile does.
        database.persist(PersistMode::SyncAll).map_err(open)?;

        let commits = Arc::new(AtomicU64::new(0));
        let (queue, requests) = mpsc::channel(QUEUE);
        let writer = Writer {
            database,
            profiles: profiles.clone(),
            commits: Arc::clone(&commits),
        };
        let writer = std::thread::Builder::new()
            .name("endcap-store".to_owned())
            .spawn(move || writer.run(requests))
            .map_err(|error| StoreError::Open {
                path: path(),
                reason: error.to_string(),
            })?;
        Ok(Self {
            profiles,
            queue: Some(queue),
            writer: Some(writer),
            commits,
        })
    }

    /// Whether no profile was ever stored. May wait for the disk.
    ///
    /// # Errors
    ///
    /// [`StoreError::Read`].
    pub fn is_empty(&self) -> Result<bool, StoreError> {
        self.profiles.is_empty().map_err(|error| StoreError::Read {
            reason: error.to_string(),
        })
    }

    /// How often data was made durable since the store was opened; far below the number of swaps under load.
    pub fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    async fn ask(&self, id: &ProfileId, work: Work) -> Result<Swap, StoreError> {
        let (answer, answered) = oneshot::channel();
        let request = Request {
            key: id.as_str().as_bytes().to_vec(),
            work,
            answer,
        };
        let queue = self.queue.as_ref().ok_or_else(stopped)?;
        queue.send(request).await.map_err(|_| stopped())?;
        answered.await.map_err(|_| stopped())?
    }
}

#[async_trait]
impl Store for EmbeddedStore {
    async fn load(&self, id: &ProfileId) -> Result<Option<Stored>, StoreError> {
        let profiles = self.profiles.clone();
        let key = id.as_str().as_bytes().to_vec();
        // Usually answered from memory, but it may wait for the disk.
        tokio::task::spawn_blocking(move || read(&profiles, &key))
            .await
            .map_err(|error| StoreError::Read {
                reason: error.to_string(),
            })?
    }

    async fn compare_and_swap(
        &self,
        id: &ProfileId,
        expected: Option<Version>,
        bytes: Vec<u8>,
    ) -> Result<Swap, StoreError> {
        self.ask(id, Work { expected, bytes }).await
    }

    async fn check(&self) -> Result<(), StoreError> {
        match &self.queue {
            Some(queue) if !queue.is_closed() => Ok(()),
            _ => Err(stopped()),
        }
    }
}

impl Drop for EmbeddedStore {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(writer) = self.writer.take() {
            // A writer that panicked has already been seen by everyone who waited for it.
            let _ = writer.join();
        }
    }
}

struct Request {
    key: Vec<u8>,
    work: Work,
    answer: oneshot::Sender<Result<Swap, StoreError>>,
}

struct Work {
    expected: Option<Version>,
    bytes: Vec<u8>,
}

struct Writer {
    database: Database,
    profiles: Keyspace,
    commits: Arc<AtomicU64>,
}

impl Writer {
    /// Serves batches until every sender is gone or the disk fails.
    ///
    /// After a failed `fsync` nobody knows which pages reached the disk, so the writer stops for good:
    /// the store then reports that it is not ready, and a restart reads what is really there.
    fn run(self, mut requests: mpsc::Receiver<Request>) {
        let mut batch = Vec::with_capacity(BATCH);
        while requests.blocking_recv_many(&mut batch, BATCH) > 0 {
            let mut wrote = false;
            let mut answers = Vec::with_capacity(batch.len());
            for request in batch.drain(..) {
                let result = self.apply(&request.key, request.work, &mut wrote);
                answers.push((request.answer, result));
            }
            // Every earlier batch is durable already, so a batch that only looked needs no `fsync`.
            let failure = if wrote { self.commit().err() } else { None };
            for (answer, result) in answers {
                let result = match &failure {
                    Some(failure) => Err(failure.clone()),
                    None => result,
                };
                // The asker may have run out of time; the write stands, and a join may be repeated.
                let _ = answer.send(result);
            }
            if let Some(failure) = failure {
                tracing::error!(code = failure.code(), "{failure}");
                return;
            }
        }
    }

    fn apply(&self, key: &[u8], work: Work, wrote: &mut bool) -> Result<Swap, StoreError> {
        let current = read(&self.profiles, key)?;
        match &current {
            Some(stored) if stored.bytes == work.bytes => return Ok(Swap::Done(stored.version)),
            _ if current.as_ref().map(|stored| stored.version) != work.expected => {
                return Ok(Swap::Conflict(current));
            }
            _ => {}
        }
        let version = work.expected.map_or(Version::FIRST, Version::next);
        let mut record = Vec::with_capacity(PREFIX + work.bytes.len());
        record.extend_from_slice(&version.to_be_bytes());
        record.extend_from_slice(&work.bytes);
        // Counted before it is known to have worked: a failed insert may have reached the journal.
        *wrote = true;
        self.profiles.insert(key, record).map_err(write_error)?;
        Ok(Swap::Done(version))
    }

    fn commit(&self) -> Result<(), StoreError> {
        self.database
            .persist(PersistMode::SyncAll)
            .map_err(write_error)?;
        self.commits.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

fn read(profiles: &Keyspace, key: &[u8]) -> Result<Option<Stored>, StoreError> {
    let record = profiles.get(key).map_err(|error| StoreError::Read {
        reason: error.to_string(),
    })?;
    let Some(record) = record else {
        return Ok(None);
    };
    match record.split_first_chunk::<PREFIX>() {
        Some((version, bytes)) => Ok(Some(Stored {
            bytes: bytes.to_vec(),
            version: Version::from_be_bytes(*version),
        })),
        None => Err(StoreError::Corrupt {
            expected: PREFIX,
            got: record.len(),
        }),
    }
}

fn write_error(error: fjall::Error) -> StoreError {
    StoreError::Write {
        reason: error.to_string(),
    }
}

fn stopped() -> StoreError {
    StoreError::Write {
        reason: "its writer has stopped after an earlier failure".to_owned(),
    }
}
