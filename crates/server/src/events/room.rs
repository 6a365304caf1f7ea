//! How much the log of events may take: of its folder, of the disk, and of memory while it waits.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use crate::disk::Disk;
use crate::problem::Problem;

/// What may wait for the disk; further batches are refused, because events are worth less than memory.
const MAX_QUEUED: u64 = 16 * 1024 * 1024;

/// How often the folder is measured: others delete files from it.
const MEASURE: Duration = Duration::from_secs(60);

/// What both sides of the queue know.
#[derive(Default)]
pub(super) struct Room {
    /// The most that the folder may take; 0 for no limit.
    most: AtomicU64,
    disk: OnceLock<Arc<Disk>>,
    queued: AtomicU64,
}

impl Room {
    /// The folder may take so many bytes; 0 for no limit.
    pub(super) fn limit(&self, most: u64) {
        self.most.store(most, Ordering::Relaxed);
    }

    /// The disk that the folder is on. Only the first one counts.
    pub(super) fn on(&self, disk: Arc<Disk>) {
        let _ = self.disk.set(disk);
    }

    /// Whether so many bytes more may wait. They do until they are [`Queued`] no longer.
    pub(super) fn queue(self: &Arc<Self>, bytes: usize) -> Option<Queued> {
        let bytes = bytes as u64;
        let before = self.queued.fetch_add(bytes, Ordering::Relaxed);
        let queued = Queued(Arc::clone(self), bytes);
        (before + bytes <= MAX_QUEUED).then_some(queued)
    }
}

/// Bytes that wait.
pub(super) struct Queued(Arc<Room>, u64);

impl Drop for Queued {
    fn drop(&mut self) {
        self.0.queued.fetch_sub(self.1, Ordering::Relaxed);
    }
}

/// The writer's account of the folder.
pub(super) struct Account {
    room: Arc<Room>,
    used: u64,
    measured: Option<Instant>,
}

impl Account {
    pub(super) fn new(room: Arc<Room>) -> Self {
        Self {
            room,
            used: 0,
            measured: None,
        }
    }

    /// Whether so many bytes more may be written into `folder`; then they are counted.
    pub(super) fn take(&mut self, folder: &Path, bytes: usize) -> Result<(), Refused> {
        let disk = self.room.disk.get();
        if disk.is_some_and(|disk| !disk.has_room_for_events()) {
            return Err(Refused::Disk);
        }
        let most = self.room.most.load(Ordering::Relaxed);
        if self.measured.is_none_or(|since| since.elapsed() >= MEASURE) {
            self.measure(folder).map_err(|_| Refused::Write)?;
        }
        let used = self.used + bytes as u64;
        if most > 0 && used > most {
            return Err(Refused::Full);
        }
        self.used = used;
        Ok(())
    }

    /// Counts what the folder holds.
    pub(super) fn measure(&mut self, folder: &Path) -> io::Result<()> {
        let mut used = 0;
        for entry in fs::read_dir(folder)? {
            // Deleted since it was listed.
            if let Ok(meta) = entry?.metadata() {
                used += meta.len();
            }
        }
        (self.used, self.measured) = (used, Some(Instant::now()));
        Ok(())
    }
}

/// Why a batch was not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// The folder holds as much as it may.
    Full,
    /// The disk has hardly any room.
    Disk,
    /// Writing failed, and has left nothing.
    Write,
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        let (code, detail) = match refused {
            Refused::Full => (
                "events/full",
                "the log of events holds as much as it may, nothing of this batch is kept: drop it, or keep it for days",
            ),
            Refused::Disk => (
                "events/disk",
                "the server's disk is nearly full, nothing of this batch is kept: drop it, or keep it for a later one",
            ),
            Refused::Write => (
                "events/write",
                "the server cannot write events down, nothing of this batch is kept: keep it for a later one, or drop it",
            ),
        };
        Self::unavailable(code, detail)
    }
}
