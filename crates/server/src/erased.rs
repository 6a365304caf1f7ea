//! The list of erased profiles, kept apart from the store, so that a restored backup does not bring them back.
//!
//! # Invariants
//! * What was added is on the disk before [`Erased::add`] returns.
//! * It names nobody: a line is a digest of an id that nobody can guess.
//!
//! # Format
//! Per erased profile a line with the digest of its key in hexadecimal. A last line that a crash has cut is passed over.
//! A profile that went into a customer's has a line with the SHA-256 of `"endcap linked\0"` and that digest.

use std::collections::{BTreeSet, HashSet};
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, RwLock};

use sha2::{Digest as _, Sha256};

use crate::store::{Key, KeyDigest};

/// Digits of a digest, and the line break.
const LINE: usize = 65;

/// Which profiles were erased.
#[derive(Default)]
pub struct Erased {
    digests: RwLock<HashSet<KeyDigest>>,
    file: Option<Mutex<File>>,
}

impl Erased {
    /// Reads the list that must be there, because profiles are stored beside it.
    ///
    /// # Errors
    ///
    /// [`ErasedError::Missing`], [`ErasedError::File`] or [`ErasedError::Damaged`].
    pub fn open_kept(path: &Path) -> Result<Self, ErasedError> {
        match path.try_exists() {
            Ok(false) => Err(ErasedError::Missing {
                path: path.to_owned(),
            }),
            _ => Self::open(path),
        }
    }

    /// Reads the list in `path`, creating it if there is none.
    ///
    /// # Errors
    ///
    /// [`ErasedError::File`] or [`ErasedError::Damaged`].
    pub fn open(path: &Path) -> Result<Self, ErasedError> {
        let failed = |error: io::Error| ErasedError::File {
            path: path.to_owned(),
            reason: error.to_string(),
        };
        let new = !path.try_exists().map_err(failed)?;
        let mut options = File::options();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).map_err(failed)?;
        let mut text = Vec::new();
        file.read_to_end(&mut text).map_err(failed)?;
        let mut digests = HashSet::new();
        let lines = text.chunks_exact(LINE);
        for (at, line) in lines.enumerate() {
            let digest = digest_of(line).ok_or_else(|| ErasedError::Damaged {
                path: path.to_owned(),
                line: at + 1,
            })?;
            digests.insert(digest);
        }
        // Over a line that was cut, so that the next one begins where it should.
        let whole = (text.len() / LINE * LINE) as u64;
        file.set_len(whole).map_err(failed)?;
        file.seek(SeekFrom::Start(whole)).map_err(failed)?;
        if new {
            // The name of the file must outlive a crash, too.
            let folder = path.parent().filter(|path| !path.as_os_str().is_empty());
            let folder = File::open(folder.unwrap_or(Path::new(".")));
            folder
                .and_then(|folder| folder.sync_all())
                .map_err(failed)?;
        }
        Ok(Self {
            digests: RwLock::new(digests),
            file: Some(Mutex::new(file)),
        })
    }

    /// The digest by which the list knows a profile that went into a customer's.
    pub(crate) fn linked(key: &Key) -> KeyDigest {
        let digest = Sha256::new().chain_update(b"endcap linked\0");
        digest.chain_update(key.digest()).finalize().into()
    }

    /// Whether this profile went into a customer's.
    pub(crate) fn contains_linked(&self, key: &Key) -> bool {
        let digests = self.digests.read().unwrap_or_else(PoisonError::into_inner);
        !digests.is_empty() && digests.contains(&Self::linked(key))
    }

    /// Those of `others` that are not in the list, each once.
    pub(crate) fn lacks(&self, others: &[KeyDigest]) -> Vec<KeyDigest> {
        let digests = self.digests.read().unwrap_or_else(PoisonError::into_inner);
        let lacks = others.iter().filter(|digest| !digests.contains(*digest));
        let lacks: BTreeSet<_> = lacks.copied().collect();
        lacks.into_iter().collect()
    }

    /// All that is in the list.
    pub(crate) fn all(&self) -> Vec<KeyDigest> {
        let digests = self.digests.read().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<_> = digests.iter().copied().collect();
        all.sort_unstable();
        all
    }

    /// Whether this profile was erased.
    pub(crate) fn contains(&self, key: &Key) -> bool {
        let digests = self.digests.read().unwrap_or_else(PoisonError::into_inner);
        digests.contains(&key.digest())
    }

    /// Adds what is not in the list yet. Waits for the disk.
    pub(crate) fn add(&self, digests: &[KeyDigest]) -> io::Result<()> {
        let new = self.lacks(digests);
        if new.is_empty() {
            return Ok(());
        }
        if let Some(file) = &self.file {
            let mut lines = String::with_capacity(new.len() * LINE);
            for digest in &new {
                lines.extend(digest.iter().map(|byte| format!("{byte:02x}")));
                lines.push('\n');
            }
            let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
            let start = file.stream_position()?;
            let written = file
                .write_all(lines.as_bytes())
                .and_then(|()| file.sync_data());
            if let Err(error) = written {
                // A line that is cut would make those after it unreadable.
                file.set_len(start)?;
                file.seek(SeekFrom::Start(start))?;
                return Err(error);
            }
        }
        let mut known = self.digests.write().unwrap_or_else(PoisonError::into_inner);
        known.extend(new);
        Ok(())
    }

    /// How many profiles were erased.
    pub fn len(&self) -> usize {
        let digests = self.digests.read().unwrap_or_else(PoisonError::into_inner);
        digests.len()
    }

    /// Whether no profile was ever erased.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Why the list cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ErasedError {
    /// It cannot be read or written.
    #[error("the list of erased profiles {path} cannot be used ({reason}): check the path and its permissions", path = .path.display())]
    File {
        /// The list.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// It is gone while profiles are stored.
    #[error("profiles are stored, but the list of erased profiles {path} is missing: restore the newest copy of it; without it a restored backup brings erased profiles back; if there is none, start once with --rebuild-erased, which takes what the store itself knows", path = .path.display())]
    Missing {
        /// The list.
        path: PathBuf,
    },
    /// It lacks profiles that the store knows to be erased.
    #[error("the list of erased profiles {path} lacks {lacking} that were erased, so it is an older copy: restore the newest; if there is none, start once with --rebuild-erased, which takes what the store itself knows", path = .path.display())]
    Older {
        /// The list.
        path: PathBuf,
        /// How many profiles it lacks.
        lacking: usize,
    },
    /// A line is no digest.
    #[error("line {line} of the list of erased profiles {path} is damaged: restore the newest copy of the list; without it a restored backup brings erased profiles back", path = .path.display())]
    Damaged {
        /// The list.
        path: PathBuf,
        /// Which line, counted from 1.
        line: usize,
    },
}

impl ErasedError {
    /// Stable identifier; appended to, never changed.
    pub fn code(&self) -> &'static str {
        match self {
            Self::File { .. } => "erased/file",
            Self::Damaged { .. } => "erased/damaged",
            Self::Missing { .. } | Self::Older { .. } => "erased/lost",
        }
    }
}

fn digest_of(line: &[u8]) -> Option<KeyDigest> {
    let (b'\n', digits) = line.split_last()? else {
        return None;
    };
    let mut digest = KeyDigest::default();
    for (byte, digits) in digest.iter_mut().zip(digits.chunks_exact(2)) {
        let digits = std::str::from_utf8(digits).ok()?;
        // `+f` is a number to the standard library, but not a digit.
        digits
            .bytes()
            .all(|digit| digit.is_ascii_hexdigit())
            .then_some(())?;
        *byte = u8::from_str_radix(digits, 16).ok()?;
    }
    Some(digest)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::ProfileId;

    fn key(name: u64) -> Key {
        Key::from(&ProfileId::parse(&format!("{name:022}")).unwrap())
    }

    #[test]
    fn what_was_added_is_there_after_a_restart_and_a_cut_line_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("erased");
        let erased = Erased::open(&path).unwrap();
        assert!(!erased.contains(&key(1)) && erased.is_empty());
        erased.add(&[key(1).digest()]).unwrap();
        erased.add(&[key(1).digest()]).unwrap();
        erased.add(&[key(2).digest()]).unwrap();
        assert!(erased.contains(&key(1)) && !erased.contains(&key(3)));
        drop(erased);

        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text.lines().count(), 2);
        assert!(!text.contains("0000000000000000000001"), "an id: {text}");
        fs::write(&path, &text[..text.len() - 7]).unwrap();
        let erased = Erased::open(&path).unwrap();
        assert!(erased.contains(&key(1)) && !erased.contains(&key(2)));
        erased.add(&[key(3).digest()]).unwrap();
        let erased = Erased::open(&path).unwrap();
        assert!(erased.contains(&key(3)));
        assert_eq!(erased.len(), 2);
    }

    #[test]
    fn a_damaged_list_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("erased");
        fs::write(&path, format!("{}\n{}\n", "0".repeat(64), "+f".repeat(32))).unwrap();
        let Err(error) = Erased::open(&path) else {
            panic!("a damaged list was read");
        };
        assert_eq!(error, ErasedError::Damaged { path, line: 2 });
    }
}
