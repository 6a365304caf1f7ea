//! Stamps: a step is skipped while the content of its inputs is what it was when it last succeeded.
//!
//! Contents and not times, because a fresh clone or a switch of branches sets new times.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use xxhash_rust::xxh3::Xxh3;

use crate::workspace::Workspace;

/// Folders below an input that are never inputs themselves: they are made from it.
const MADE: [&str; 4] = ["node_modules", "dist", "target", "pkg"];

/// The hash of a step's inputs, and where the last success is noted.
pub(crate) struct Stamp {
    file: PathBuf,
    key: String,
}

impl Stamp {
    /// Hashes `inputs` (files or folders, from the root; a missing one counts as empty) and `options`.
    pub(crate) fn new(
        ws: &Workspace,
        name: &str,
        inputs: &[&str],
        options: &[&str],
    ) -> Result<Self> {
        let mut hash = Xxh3::new();
        for input in inputs {
            add(&mut hash, Path::new(input), &ws.path(input))?;
        }
        for option in options {
            hash.update(&(option.len() as u64).to_le_bytes());
            hash.update(option.as_bytes());
        }
        Ok(Self {
            file: ws.target("stamps").join(name),
            key: format!("{:032x}", hash.digest128()),
        })
    }

    /// The hash of the inputs as text, fit for a folder's name.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// Whether the step succeeded with exactly these inputs, and each of `outputs` is still there.
    pub(crate) fn is_fresh(&self, outputs: &[PathBuf]) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|key| key == self.key)
            && outputs.iter().all(|output| output.exists())
    }

    /// Notes the success.
    pub(crate) fn write(&self) -> Result<()> {
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&self.file, &self.key).with_context(|| format!("write {}", self.file.display()))
    }
}

/// Adds a file, or a folder's files in the order of their names. Names and lengths go in too, so that moving bytes
/// from one file to the next changes the hash.
fn add(hash: &mut Xxh3, name: &Path, path: &Path) -> Result<()> {
    hash.update(name.as_os_str().as_encoded_bytes());
    if path.is_dir() {
        let mut entries = fs::read_dir(path)?.collect::<Result<Vec<_>, _>>()?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            if MADE.iter().any(|made| entry.file_name() == *made) {
                continue;
            }
            add(hash, &name.join(entry.file_name()), &entry.path())?;
        }
    } else if path.is_file() {
        let bytes = fs::read(path).with_context(|| format!("read {}", path.display()))?;
        hash.update(&(bytes.len() as u64).to_le_bytes());
        hash.update(&bytes);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(folder: &Path) -> u128 {
        let mut hash = Xxh3::new();
        add(&mut hash, Path::new("x"), folder).expect("hash");
        hash.digest128()
    }

    #[test]
    fn every_change_of_content_or_name_changes_the_key() {
        let folder = tempfile::tempdir().expect("folder");
        let file = |name: &str, text: &str| {
            fs::write(folder.path().join(name), text).expect("write");
            key(folder.path())
        };
        let first = file("a", "one");
        assert_eq!(first, key(folder.path()));
        let second = file("a", "two");
        assert_ne!(first, second);
        let third = file("b", "");
        assert_ne!(second, third);
        fs::rename(folder.path().join("b"), folder.path().join("c")).expect("rename");
        assert_ne!(third, key(folder.path()));
    }

    #[test]
    fn what_is_made_from_the_inputs_does_not_count() {
        let folder = tempfile::tempdir().expect("folder");
        let before = key(folder.path());
        fs::create_dir(folder.path().join("node_modules")).expect("folder");
        fs::write(folder.path().join("node_modules/x"), "x").expect("write");
        assert_eq!(before, key(folder.path()));
    }
}
