//! Rewrites the embedded store's files, so that what was removed or replaced is in none of them any more.
//!
//! A record that is replaced stays in the journal until that is rotated, and in the tables until they are merged. Left alone, the
//! journal is rotated after 64 MB, which may be months for a small shop. fjall has no call to rotate it: it does so when it
//! flushes a memtable and the journal is longer than that. So the journal is filled up from a keyspace that is then thrown away.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use fjall::{Database, Keyspace, KeyspaceCreateOptions};

use super::StoreError;

/// What fills the journal up.
const FILLER: &str = "filler";

/// Bytes of one filling record, and how many are flushed at a time.
const BLOCK: usize = 1024 * 1024;
const BLOCKS: u8 = 8;

/// Fillings until a journal is rotated: its 64 MB, and half as much again.
const MOST: usize = 12;

/// Files that are still there after this time will not go by themselves.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often it looks whether they are gone.
const LOOK: Duration = Duration::from_millis(20);

/// Waits for the disk, for as long as the store takes to be written anew.
pub(super) fn purge(
    database: &Database,
    profiles: &Keyspace,
    folder: &Path,
) -> Result<(), StoreError> {
    let former = journals(folder).map_err(io_error)?;
    let filler = database.keyspace(FILLER, || {
        KeyspaceCreateOptions::default().manual_journal_persist(true)
    });
    let filler = filler.map_err(failed)?;
    // Random, so that it cannot be compressed.
    let mut block = vec![0; BLOCK];
    getrandom::fill(&mut block).map_err(|error| reason(error.to_string()))?;
    let fill = || {
        for number in 0..BLOCKS {
            filler.insert([number], block.as_slice())?;
        }
        filler.rotate_memtable_and_wait()
    };
    // Files that nobody needs any more go when a memtable is flushed, however little is in it.
    let nudge = || {
        filler.insert([BLOCKS], [])?;
        filler.rotate_memtable_and_wait()
    };
    let mut filled = 0;
    while journals(folder).map_err(io_error)?.is_subset(&former) {
        if filled == MOST {
            return Err(reason("the journal is not rotated".to_owned()));
        }
        fill().map_err(failed)?;
        filled += 1;
    }
    // A journal goes when all that is in it has been flushed.
    profiles.rotate_memtable_and_wait().map_err(failed)?;
    gone("the journal", || {
        nudge().map_err(failed)?;
        let left = journals(folder).map_err(io_error)?;
        Ok(left.is_disjoint(&former))
    })?;

    let tables = profiles.path().join("tables");
    let former = names(&tables, |_| true).map_err(io_error)?;
    if !former.is_empty() {
        profiles.major_compact().map_err(failed)?;
    }
    gone("a table", || {
        nudge().map_err(failed)?;
        let left = names(&tables, |_| true).map_err(io_error)?;
        Ok(left.is_disjoint(&former))
    })?;
    database.delete_keyspace(filler).map_err(failed)
}

/// Waits until the files are gone.
fn gone(what: &str, mut look: impl FnMut() -> Result<bool, StoreError>) -> Result<(), StoreError> {
    let start = Instant::now();
    while !look()? {
        if start.elapsed() > PATIENCE {
            return Err(reason(format!("{what} with former records is still there")));
        }
        std::thread::sleep(LOOK);
    }
    Ok(())
}

fn journals(folder: &Path) -> io::Result<BTreeSet<OsString>> {
    names(folder, |name| {
        Path::new(name).extension() == Some(OsStr::new("jnl"))
    })
}

fn names(folder: &Path, wanted: impl Fn(&OsStr) -> bool) -> io::Result<BTreeSet<OsString>> {
    let names = std::fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name()));
    let names: io::Result<BTreeSet<_>> = names.collect();
    Ok(names?.into_iter().filter(|name| wanted(name)).collect())
}

fn failed(error: fjall::Error) -> StoreError {
    reason(error.to_string())
}

fn io_error(error: io::Error) -> StoreError {
    reason(error.to_string())
}

fn reason(reason: String) -> StoreError {
    StoreError::Purge { reason }
}
