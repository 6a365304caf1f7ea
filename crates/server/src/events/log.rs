//! The log of events: appended to, rotated and compressed.
//!
//! # Invariants
//! * Lines are only ever appended, and a file is whole or ends in a cut line, which readers pass over.
//! * What is in a compressed file was written to the disk before the plain one went.
//!
//! # Format
//! `<seconds since 1970>.jsonl` grows; when it is large or old it becomes `<seconds>.jsonl.gz`. In the order of their names they are
//! the log from its beginning, as `endcap pack knowledge` wants it. The name is also the file's age, see `retire.rs`.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::sync::oneshot;

use super::Batch;
use super::crowd::Crowd;
use super::room::{Account, Queued, Refused, Room};
use crate::calendar::Calendar;
use crate::day::Day;
use crate::disk::Disk;
use crate::problem::Problem;

/// Large enough to compress well, small enough that a day of a small shop is a few files.
const MAX_BYTES: u64 = 32 * 1024 * 1024;

/// A file is closed after this time, so that training does not wait for it to be full.
const MAX_AGE: Duration = Duration::from_secs(60 * 60);

/// What a crash of the machine may take: events are statistics, not receipts.
const SYNC: Duration = Duration::from_secs(1);

/// Batches that may wait for the disk, see also `room.rs`.
const QUEUE: usize = 1024;

/// A batch on its way to the disk.
struct Waiting {
    lines: Vec<u8>,
    _queued: Queued,
    written: oneshot::Sender<Result<(), Refused>>,
}

/// A log in a folder of its own.
///
/// Dropping it writes what is queued and closes the file.
pub struct EventLog {
    queue: Option<SyncSender<Waiting>>,
    room: Arc<Room>,
    writer: Option<JoinHandle<()>>,
    /// Drawn anew each day, and never written down.
    crowd: Mutex<Option<(Day, Crowd)>>,
    calendar: Arc<Calendar>,
    folder: PathBuf,
}

impl EventLog {
    /// Opens the log in `folder`, creating it if there is none. Deletes nothing: [`retire_events`](crate::retire_events) does.
    ///
    /// # Errors
    ///
    /// [`EventLogError`] when the folder cannot be used.
    pub fn open(folder: &Path, calendar: Arc<Calendar>) -> Result<Self, EventLogError> {
        let failed = |error: io::Error| EventLogError {
            path: folder.to_owned(),
            reason: error.to_string(),
        };
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.recursive(true).create(folder).map_err(failed)?;
        let room = Arc::new(Room::default());
        let mut writer = Writer {
            folder: folder.to_owned(),
            calendar: Arc::clone(&calendar),
            account: Account::new(Arc::clone(&room)),
            open: None,
        };
        writer.tidy().map_err(failed)?;
        let (queue, batches) = mpsc::sync_channel(QUEUE);
        let writer = std::thread::Builder::new()
            .name("endcap-events".to_owned())
            .spawn(move || writer.run(batches))
            .map_err(failed)?;
        Ok(Self {
            queue: Some(queue),
            room,
            writer: Some(writer),
            crowd: Mutex::new(None),
            calendar,
            folder: folder.to_owned(),
        })
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The same log, in a folder that may take so many bytes (0: any number), on a disk that is watched.
    #[must_use]
    pub fn within(self, bytes: u64, disk: Arc<Disk>) -> Self {
        self.room.limit(bytes);
        self.room.on(disk);
        self
    }

    /// The lines to keep of a batch, and how many events they are.
    ///
    /// # Errors
    ///
    /// A [`Problem`] when the system gives no random bytes, or the batch's device has sent too much today.
    pub(crate) fn lines(
        &self,
        batch: Batch,
        from: Option<IpAddr>,
    ) -> Result<(Vec<u8>, usize), Problem> {
        self.today(|crowd| batch.lines(crowd, from, self.calendar.micros()))
    }

    /// Writes lines. They are in the file when this returns, though a crash of the machine may take the last second's.
    ///
    /// # Errors
    ///
    /// A [`Problem`] when the disk is behind, full or gone, or the folder holds as much as it may; then none is written.
    pub(crate) async fn append(&self, lines: Vec<u8>) -> Result<(), Problem> {
        if lines.is_empty() {
            return Ok(());
        }
        let busy = || {
            Problem::unavailable(
                "events/busy",
                "the server cannot write events down now, nothing of this batch is kept: keep it for a later one, or drop it",
            )
        };
        let (written, answer) = oneshot::channel();
        let waiting = Waiting {
            _queued: self.room.queue(lines.len()).ok_or_else(busy)?,
            lines,
            written,
        };
        let queue = self.queue.as_ref().ok_or_else(busy)?;
        queue.try_send(waiting).map_err(|_| busy())?;
        answer.await.map_err(|_| busy())??;
        Ok(())
    }

    /// Does something with today's crowd.
    fn today<T>(&self, work: impl FnOnce(&mut Crowd) -> Result<T, Problem>) -> Result<T, Problem> {
        let today = self.calendar.today();
        let mut crowd = self.crowd.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, crowd)) = crowd.as_mut().filter(|(day, _)| *day == today) {
            return work(crowd);
        }
        let mut key = [0; 32];
        getrandom::fill(&mut key).map_err(|_| Problem::internal())?;
        work(&mut crowd.insert((today, Crowd::new(key))).1)
    }
}

impl Drop for EventLog {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(writer) = self.writer.take() {
            // A writer that panicked has said so.
            let _ = writer.join();
        }
    }
}

/// Why the log cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the folder of events {path} cannot be used ({reason}): check the path and its permissions", path = .path.display())]
pub struct EventLogError {
    /// The folder.
    pub path: PathBuf,
    /// What the system said.
    pub reason: String,
}

impl EventLogError {
    /// Stable identifier.
    pub fn code(&self) -> &'static str {
        "events/folder"
    }
}

struct Writer {
    folder: PathBuf,
    calendar: Arc<Calendar>,
    account: Account,
    open: Option<Open>,
}

/// The file that grows.
struct Open {
    path: PathBuf,
    file: File,
    bytes: u64,
    since: Instant,
    /// When the oldest line came that is not on the disk for certain.
    unsynced: Option<Instant>,
}

impl Writer {
    /// Writes until every sender is gone.
    fn run(mut self, batches: Receiver<Waiting>) {
        loop {
            match batches.recv_timeout(SYNC) {
                Ok(waiting) => {
                    let result = self.take(&waiting.lines);
                    // The asker may have run out of time; it will offer the batch again, and the trainer takes it once.
                    let _ = waiting.written.send(result);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            self.report(Self::settle);
        }
        self.report(|writer| match &writer.open {
            Some(open) => open.file.sync_data(),
            None => Ok(()),
        });
    }

    fn report(&mut self, work: impl FnOnce(&mut Self) -> io::Result<()>) {
        if let Err(error) = work(self) {
            tracing::error!(code = "events/write", "events cannot be written: {error}");
        }
    }

    fn take(&mut self, lines: &[u8]) -> Result<(), Refused> {
        self.account.take(&self.folder, lines.len())?;
        self.append(lines).map_err(|error| {
            tracing::error!(code = "events/write", "events cannot be written: {error}");
            Refused::Write
        })
    }

    fn append(&mut self, lines: &[u8]) -> io::Result<()> {
        if self.open.is_none() {
            self.open = Some(self.create()?);
        }
        let Some(open) = &mut self.open else {
            return Ok(());
        };
        if let Err(error) = open.file.write_all(lines) {
            // So that what comes next does not continue a cut line.
            open.file.set_len(open.bytes)?;
            return Err(error);
        }
        open.bytes += lines.len() as u64;
        open.unsynced.get_or_insert_with(Instant::now);
        Ok(())
    }

    /// What falls due with time.
    fn settle(&mut self) -> io::Result<()> {
        let Some(open) = &mut self.open else {
            return Ok(());
        };
        if open.unsynced.is_some_and(|since| since.elapsed() >= SYNC) {
            open.unsynced = None;
            open.file.sync_data()?;
        }
        if open.bytes >= MAX_BYTES || open.since.elapsed() >= MAX_AGE {
            return self.rotate();
        }
        Ok(())
    }

    fn create(&self) -> io::Result<Open> {
        let mut seconds = self.calendar.micros() / 1_000_000;
        loop {
            let path = self.folder.join(format!("{seconds:010}.jsonl"));
            let mut options = File::options();
            options.append(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let taken = path.with_extension("jsonl.gz").exists();
            match options.open(&path) {
                Ok(file) if !taken => {
                    return Ok(Open {
                        path,
                        file,
                        bytes: 0,
                        since: Instant::now(),
                        unsynced: None,
                    });
                }
                Ok(_) => fs::remove_file(&path)?,
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
            // Two files of one second: the later one is given the next second's name.
            seconds += 1;
        }
    }

    fn rotate(&mut self) -> io::Result<()> {
        if let Some(open) = self.open.take() {
            open.file.sync_data()?;
            drop(open.file);
            compress(&open.path)?;
        }
        self.tidy()
    }

    /// Compresses what an earlier run has left.
    fn tidy(&mut self) -> io::Result<()> {
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.ends_with(".draft") {
                fs::remove_file(&path)?;
                continue;
            }
            if name.ends_with(".jsonl") && self.open.as_ref().is_none_or(|open| open.path != path) {
                compress(&path)?;
            }
        }
        Ok(())
    }
}

/// Writes the compressed twin, whole and on the disk, before the plain file goes.
fn compress(path: &Path) -> io::Result<()> {
    let (target, draft) = (
        path.with_extension("jsonl.gz"),
        path.with_extension("draft"),
    );
    let mut plain = File::open(path)?;
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut packed = GzEncoder::new(options.open(&draft)?, Compression::default());
    io::copy(&mut plain, &mut packed)?;
    packed.finish()?.sync_all()?;
    fs::rename(&draft, &target)?;
    fs::remove_file(path)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use flate2::read::GzDecoder;

    use super::*;

    fn batch(term: &str) -> Batch {
        let body = format!(
            r#"{{"consent":"contribute","session":"0123456789abcdef","events":[
                {{"name":"search","params":{{"search_term":"{term}"}}}}]}}"#
        );
        Batch::read(body.as_bytes()).unwrap()
    }

    /// How many events of the batch are kept, or the code of why none is.
    async fn keep(log: &EventLog, term: &str) -> Result<usize, &'static str> {
        let (lines, count) = log.lines(batch(term), None).unwrap();
        let written = log.append(lines).await;
        written.map(|()| count).map_err(|problem| problem.code())
    }

    fn files(folder: &Path) -> Vec<PathBuf> {
        let files = fs::read_dir(folder).unwrap();
        let mut files: Vec<_> = files.map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files
    }

    #[tokio::test]
    async fn what_was_appended_is_compressed_by_the_next_run() {
        let folder = tempfile::tempdir().unwrap();
        let log = EventLog::open(folder.path(), Arc::default()).unwrap();
        assert_eq!(keep(&log, "tap").await.unwrap(), 1);
        assert_eq!(keep(&log, "basin").await.unwrap(), 1);
        drop(log);
        let [plain] = files(folder.path()).try_into().unwrap();
        assert_eq!(fs::read_to_string(&plain).unwrap().lines().count(), 2);

        drop(EventLog::open(folder.path(), Arc::default()).unwrap());
        let [packed] = files(folder.path()).try_into().unwrap();
        let mut text = String::new();
        let mut reader = GzDecoder::new(File::open(&packed).unwrap());
        reader.read_to_string(&mut text).unwrap();
        assert_eq!(text.lines().count(), 2);
        assert!(text.contains("tap") && text.contains("basin"), "{text}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&packed).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }

        // A second run of the same second keeps both files apart.
        let log = EventLog::open(folder.path(), Arc::default()).unwrap();
        keep(&log, "sink").await.unwrap();
        drop(log);
        assert_eq!(files(folder.path()).len(), 2);
    }

    #[tokio::test]
    async fn what_is_said_to_be_kept_is_in_the_file_and_the_rest_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let roomy = || Arc::new(Disk::with(1, || Ok(1)));
        let log = EventLog::open(folder.path(), Arc::default()).unwrap();
        let log = log.within(1000, roomy());
        let mut kept = 0;
        let refused = loop {
            match keep(&log, "tap").await {
                Ok(count) => kept += count,
                Err(code) => break code,
            }
        };
        assert_eq!(refused, "events/full");
        let written = || {
            let texts = files(folder.path()).into_iter().map(fs::read_to_string);
            texts.map(Result::unwrap).collect::<String>()
        };
        assert!(kept > 1 && written().len() <= 1000);
        assert_eq!(written().lines().count(), kept);
        drop(log);

        // A disk without room, and a folder that has gone.
        let log = EventLog::open(folder.path(), Arc::default()).unwrap();
        let log = log.within(0, Arc::new(Disk::with(1, || Ok(0))));
        assert_eq!(keep(&log, "tap").await, Err("events/disk"));
        drop(log);
        let log = EventLog::open(folder.path(), Arc::default()).unwrap();
        let log = log.within(0, roomy());
        fs::remove_dir_all(folder.path()).unwrap();
        assert_eq!(keep(&log, "tap").await, Err("events/write"));
    }
}
