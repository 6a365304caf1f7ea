//! The embedded store: profiles in a log-structured tree on the local disk, nothing to install.
//!
//! All swaps pass through one writer thread. It takes whatever has queued up, applies it in order,
//! lets *one* `fsync` make the whole batch durable, and only then answers: while the disk works, the
//! next batch gathers. One thread also makes compare-and-swap atomic without a lock.
//!
//! # Format
//! Keyspace `profiles.v3`: key → 8 bytes version, then the bytes. `profiles.v2` had the same under
//! [former keys](super::Key), and is moved when it is opened.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use fjall::{Database, Keyspace, KeyspaceCreateOptions, PersistMode};
use tokio::sync::{mpsc, oneshot};

use super::purge::purge;
use super::reaper::Reaper;
use super::{Judge, Key, Store, StoreError, Stored, Swap, Verdict, Version};

/// Swaps under one `fsync` at most; bounds how long the first of a batch waits for the last.
const BATCH: usize = 512;

/// How long a batch may wait for more than it has, if the batches before were larger. A quarter of what is promised at half load at most, and
/// far less than an `fsync` takes that has others to wait for.
const GATHER: Duration = Duration::from_millis(2);

/// How often it looks in the meantime.
const GATHER_STEP: Duration = Duration::from_micros(200);

/// Swaps that may wait for the writer; further requests wait in their own task, under their time limit.
const QUEUE: usize = 1024;

/// Part of the format: another layout of the records gets another keyspace.
const KEYSPACE: &str = "profiles.v3";

/// The keyspace of versions that stored profiles under their ids.
const FORMER: &str = "profiles.v2";

/// Bytes of the version before each profile.
const PREFIX: usize = 8;

/// What is written since the last flush is read again from the journal at a start, so it bounds how long a start takes.
/// fjall's own 64 MiB took 2.2 s to read again on a busy machine, where a second is promised.
const MEMTABLE: u64 = 16 * 1024 * 1024;

/// The least that fjall takes; more would only keep more to read again.
const JOURNALS: u64 = 64 * 1024 * 1024;

/// Threads of fjall's that flush and compact. With its own default, one per core, two cores let the first, which keeps itself free for flushes, hand the
/// request for a compaction round and round for as long as the second compacts: 1.4 to 1.7 cores' worth, seen for a second in every nine at half load. With four
/// there is one that takes the request and finds nothing to do.
const WORKERS: usize = 4;

/// Records that a sweep changes under one `fsync` at most; in between others write.
const SWEEP: usize = 64;

/// Profiles in a folder of the local disk.
///
/// Dropping it finishes the writes that are queued and closes the folder.
pub struct EmbeddedStore {
    database: Database,
    profiles: Keyspace,
    folder: PathBuf,
    queue: Option<mpsc::Sender<Request>>,
    writer: Option<JoinHandle<()>>,
    commits: Arc<AtomicU64>,
    _reaper: Reaper,
}

impl EmbeddedStore {
    /// Opens the store in `folder`, creating it if there is none.
    ///
    /// # Errors
    ///
    /// [`StoreError::Locked`] when another process has it open, [`StoreError::Open`] for everything else.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let path = || folder.display().to_string();
        let start_error = |error: &io::Error| StoreError::Open {
            path: path(),
            reason: error.to_string(),
        };
        let open = |error: fjall::Error| match error {
            fjall::Error::Locked => StoreError::Locked { path: path() },
            other => StoreError::Open {
                path: path(),
                reason: other.to_string(),
            },
        };
        // What shoppers like is nobody's business on a shared machine.
        let mut private = std::fs::DirBuilder::new();
        std::os::unix::fs::DirBuilderExt::mode(&mut private, 0o700);
        let created = private.recursive(true).create(folder);
        created.map_err(|error| start_error(&error))?;
        // The writer persists by itself, once per batch; without this every insert would be a system call.
        let database = Database::builder(folder)
            .manual_journal_persist(true)
            .max_journaling_size(JOURNALS)
            .worker_threads(WORKERS)
            .open()
            .map_err(open)?;
        let profiles = database
            .keyspace(KEYSPACE, || {
                KeyspaceCreateOptions::default()
                    .manual_journal_persist(true)
                    .max_memtable_size(MEMTABLE)
            })
            .map_err(open)?;
        let moved = move_former(&database, &profiles).map_err(open)?;
        // A new keyspace must outlive a crash before the first profile does.
        database.persist(PersistMode::SyncAll).map_err(open)?;
        if moved {
            // The ids still stand in the files.
            purge(&database, &profiles, folder)?;
        }

        let commits = Arc::new(AtomicU64::new(0));
        let (queue, requests) = mpsc::channel(QUEUE);
        let writer = Writer {
            database: database.clone(),
            profiles: profiles.clone(),
            commits: Arc::clone(&commits),
        };
        let writer = std::thread::Builder::new()
            .name("endcap-store".to_owned())
            .spawn(move || writer.run(requests))
            .map_err(|error| start_error(&error))?;
        let reaper = Reaper::start(profiles.path().join("tables"));
        Ok(Self {
            _reaper: reaper.map_err(|error| start_error(&error))?,
            database,
            folder: folder.to_owned(),
            profiles,
            queue: Some(queue),
            writer: Some(writer),
            commits,
        })
    }

    /// How often data was made durable since the store was opened; far below the number of swaps under load.
    pub fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    async fn ask(
        &self,
        key: &[u8],
        expected: Option<Version>,
        work: Work,
    ) -> Result<Swap, StoreError> {
        let (answer, answered) = oneshot::channel();
        let request = Request {
            key: key.to_vec(),
            expected,
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
    async fn load(&self, key: &Key) -> Result<Option<Stored>, StoreError> {
        // On this thread: a read takes 14 µs at the median and rarely waits for the disk, and handing it to another
        // thread takes longer than that.
        read(&self.profiles, key.as_bytes())
    }

    async fn compare_and_swap(
        &self,
        key: &Key,
        expected: Option<Version>,
        bytes: Vec<u8>,
    ) -> Result<Swap, StoreError> {
        self.ask(key.as_bytes(), expected, Work::Store(bytes)).await
    }

    async fn sweep(&self, judge: Judge) -> Result<u64, StoreError> {
        // Reading everything is work for a thread that has nothing else to do; the channel's bound keeps it from
        // running ahead of what the writer takes.
        let (found, mut changes) = mpsc::channel(SWEEP);
        let profiles = self.profiles.clone();
        let reader = tokio::task::spawn_blocking(move || {
            for entry in profiles.iter() {
                let (key, record) = entry.into_inner().map_err(read_error)?;
                let (version, bytes) = parts(&record)?;
                let work = match judge(&Key::from_bytes(&key), bytes) {
                    Verdict::Keep => continue,
                    Verdict::Remove => Work::Remove,
                    Verdict::Replace(bytes) => Work::Store(bytes),
                };
                if found.blocking_send((key.to_vec(), version, work)).is_err() {
                    break;
                }
            }
            Ok::<_, StoreError>(())
        });
        let mut changed = 0;
        let mut batch = Vec::with_capacity(SWEEP);
        while changes.recv_many(&mut batch, SWEEP).await > 0 {
            // Queued together, so that one `fsync` serves them all.
            let mut answers = Vec::with_capacity(batch.len());
            for (key, version, work) in batch.drain(..) {
                let (answer, answered) = oneshot::channel();
                let request = Request {
                    key,
                    expected: Some(version),
                    work,
                    answer,
                };
                let queue = self.queue.as_ref().ok_or_else(stopped)?;
                queue.send(request).await.map_err(|_| stopped())?;
                answers.push(answered);
            }
            for answered in answers {
                let swap = answered.await.map_err(|_| stopped())??;
                changed += u64::from(matches!(swap, Swap::Done(_)));
            }
        }
        reader.await.map_err(|error| StoreError::Read {
            reason: error.to_string(),
        })??;
        Ok(changed)
    }

    async fn purge(&self) -> Result<(), StoreError> {
        let (database, profiles) = (self.database.clone(), self.profiles.clone());
        let folder = self.folder.clone();
        let work = tokio::task::spawn_blocking(move || purge(&database, &profiles, &folder));
        work.await.map_err(|error| StoreError::Purge {
            reason: error.to_string(),
        })?
    }

    async fn is_empty(&self) -> Result<bool, StoreError> {
        for entry in self.profiles.iter() {
            let name = entry.key().map_err(read_error)?;
            if !Key::from_bytes(&name).is_own() {
                return Ok(false);
            }
        }
        Ok(true)
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
    expected: Option<Version>,
    work: Work,
    answer: oneshot::Sender<Result<Swap, StoreError>>,
}

enum Work {
    Store(Vec<u8>),
    Remove,
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
        let mut served = 0;
        while requests.blocking_recv_many(&mut batch, BATCH) > 0 {
            gather(&mut requests, &mut batch, served);
            served = batch.len();
            let mut wrote = false;
            let mut answers = Vec::with_capacity(batch.len());
            for request in batch.drain(..) {
                let result = self.apply(&request.key, request.expected, request.work, &mut wrote);
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

    fn apply(
        &self,
        key: &[u8],
        expected: Option<Version>,
        work: Work,
        wrote: &mut bool,
    ) -> Result<Swap, StoreError> {
        let current = read(&self.profiles, key)?;
        match (&current, &work) {
            (Some(stored), Work::Store(bytes)) if stored.bytes == *bytes => {
                return Ok(Swap::Done(stored.version));
            }
            _ if current.as_ref().map(|stored| stored.version) != expected => {
                return Ok(Swap::Conflict(current));
            }
            _ => {}
        }
        let version = Version::fresh()?;
        // Before it is known to have worked: a failed insert may have reached the journal.
        *wrote = true;
        match work {
            Work::Store(bytes) => {
                let mut record = Vec::with_capacity(PREFIX + bytes.len());
                record.extend_from_slice(&version.to_bytes());
                record.extend_from_slice(&bytes);
                self.profiles.insert(key, record).map_err(write_error)?;
            }
            Work::Remove => self.profiles.remove(key).map_err(write_error)?,
        }
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

/// Moves records from under their former keys; whether there were any. Cut off in the middle, it begins anew at the next start.
fn move_former(database: &Database, profiles: &Keyspace) -> Result<bool, fjall::Error> {
    if !database.keyspace_exists(FORMER) {
        return Ok(false);
    }
    let former = database.keyspace(FORMER, KeyspaceCreateOptions::default)?;
    for entry in former.iter() {
        let (name, record) = entry.into_inner()?;
        match Key::from_former(&name) {
            Some(key) => profiles.insert(key.as_bytes(), record)?,
            None => profiles.insert(name, record)?,
        }
    }
    database.persist(PersistMode::SyncAll)?;
    database.delete_keyspace(former)?;
    Ok(true)
}

/// Waits a little for those who were served by the batch before and come again, until half of all who seem to be there are together: then one half
/// computes while the other waits for the disk. An `fsync` costs about as much processor time as ten swaps. Whoever is alone does not wait.
fn gather(requests: &mut mpsc::Receiver<Request>, batch: &mut Vec<Request>, served: usize) {
    let wanted = (served + batch.len()).div_ceil(2).min(BATCH);
    let start = Instant::now();
    while batch.len() < wanted && start.elapsed() < GATHER {
        std::thread::sleep(GATHER_STEP);
        while batch.len() < BATCH
            && let Ok(request) = requests.try_recv()
        {
            batch.push(request);
        }
    }
}

fn read(profiles: &Keyspace, key: &[u8]) -> Result<Option<Stored>, StoreError> {
    let Some(record) = profiles.get(key).map_err(read_error)? else {
        return Ok(None);
    };
    let (version, bytes) = parts(&record)?;
    Ok(Some(Stored {
        bytes: bytes.to_vec(),
        version,
    }))
}

/// A record's version and bytes.
pub(super) fn parts(record: &[u8]) -> Result<(Version, &[u8]), StoreError> {
    match record.split_first_chunk::<PREFIX>() {
        Some((version, bytes)) => Ok((Version::from_bytes(*version), bytes)),
        None => Err(StoreError::Corrupt {
            expected: PREFIX,
            got: record.len(),
        }),
    }
}

fn read_error(error: fjall::Error) -> StoreError {
    StoreError::Read {
        reason: error.to_string(),
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
