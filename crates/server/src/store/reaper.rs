//! Frees the tables that compactions have replaced, where nobody waits for it.
//!
//! fjall deletes them under the lock that every read takes, and to free the hundreds of megabytes of one compaction takes a tenth of a second. A file
//! that is open is freed only when it is closed, so this thread keeps them all open, and closes those that are deleted.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// How often it looks; a table lives for seconds.
const LOOK: Duration = Duration::from_millis(200);

/// Files that are kept open at most, 64 MiB each as a rule. Beyond that deleting takes its time again.
const MOST: usize = 256;

/// The thread; dropping it closes all files.
pub(super) struct Reaper {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Reaper {
    /// Watches the tables in `folder`.
    pub(super) fn start(folder: PathBuf) -> io::Result<Self> {
        let (stop, stopped) = channel();
        let thread = std::thread::Builder::new().name("endcap-reaper".to_owned());
        let thread = thread.spawn(move || run(&folder, &stopped))?;
        Ok(Self {
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Reaper {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(folder: &Path, stopped: &Receiver<()>) {
    let mut open = BTreeMap::new();
    while stopped.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
        look(folder, &mut open);
    }
}

fn look(folder: &Path, open: &mut BTreeMap<PathBuf, File>) {
    // What has no name any more is freed here.
    open.retain(|_, file| file.metadata().is_ok_and(|meta| meta.nlink() > 0));
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if open.len() < MOST
            && !open.contains_key(&path)
            && let Ok(file) = File::open(&path)
        {
            open.insert(path, file);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deleted_table_is_let_go_and_a_new_one_of_its_name_kept() {
        let folder = tempfile::tempdir().unwrap();
        let table = |name: &str| folder.path().join(name);
        let mut open = BTreeMap::new();
        for name in ["1", "2"] {
            fs::write(table(name), name).unwrap();
        }
        look(folder.path(), &mut open);
        assert_eq!(open.len(), 2);
        fs::remove_file(table("1")).unwrap();
        let inode = open[&table("1")].metadata().unwrap().ino();
        fs::write(table("1"), "new").unwrap();
        look(folder.path(), &mut open);
        assert_eq!(open.len(), 2);
        assert_ne!(open[&table("1")].metadata().unwrap().ino(), inode);
        fs::remove_file(table("2")).unwrap();
        look(folder.path(), &mut open);
        assert_eq!(open.len(), 1);
    }
}
