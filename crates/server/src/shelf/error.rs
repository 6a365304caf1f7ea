//! Why packs cannot be offered.

use std::io;
use std::path::{Path, PathBuf};

use endcap::pack::PackError;

/// Why a folder of packs cannot be offered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ShelfError {
    /// There is no pack in it.
    #[error("there is no pack in {folder}: build one with `endcap pack build FEED --out {folder}`", folder = .folder.display())]
    Empty {
        /// The folder.
        folder: PathBuf,
    },
    /// A file cannot be read.
    #[error("{path} cannot be read ({reason}): check the path and its permissions", path = .path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// A file is no sound pack.
    #[error("{path} is refused: {error}", path = .path.display())]
    Pack {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: PackError,
    },
    /// A pack has another name than its content.
    #[error("{path} is refused: its content has the hash {expected}, its name says {got}: rename it to {expected}.pack or build it again", path = .path.display())]
    Name {
        /// The file.
        path: PathBuf,
        /// The hash of its content.
        expected: String,
        /// Its name.
        got: String,
    },
    /// The list of packs makes no sense.
    #[error("{path} is refused ({reason}): write it anew with `endcap pack build`, or delete it to offer the newest pack of each language", path = .path.display())]
    Listing {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

impl ShelfError {
    pub(super) fn file(path: &Path, error: &io::Error) -> Self {
        Self::File {
            path: path.to_owned(),
            reason: error.to_string(),
        }
    }

    /// Stable identifier; appended to, never changed.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty { .. } => "packs/empty",
            Self::File { .. } => "packs/file",
            Self::Pack { error, .. } => error.code(),
            Self::Name { .. } => "packs/name",
            Self::Listing { .. } => "packs/listing",
        }
    }
}
