//! The store: remembers the newest bytes of each profile, replaced by compare-and-swap.
//!
//! # Invariants
//! * What [`Store::compare_and_swap`] has answered survives a crash of the process and of the machine,
//!   whether it wrote, found the bytes already there, or found others.
//! * A version is never given twice to different bytes of one profile.
//!
//! The trait is all that the server asks of a database, so that one on many machines can take the
//! place of the embedded one. Deliberately absent: deletion, because erasing a profile is a write (a
//! tombstone that joins), and iteration, because no request needs to see more than one profile.

mod embedded;

use async_trait::async_trait;

pub use embedded::EmbeddedStore;

use crate::ProfileId;

/// Counts the writes of one profile; a swap names the version it replaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(u64);

impl Version {
    /// The version that a store gives to the first write of a profile.
    pub const FIRST: Self = Self(1);

    /// The version after this one.
    pub fn next(self) -> Self {
        Self(self.0.wrapping_add(1))
    }

    /// As stored.
    pub fn to_be_bytes(self) -> [u8; 8] {
        self.0.to_be_bytes()
    }

    /// Reads what [`to_be_bytes`](Self::to_be_bytes) wrote.
    pub fn from_be_bytes(bytes: [u8; 8]) -> Self {
        Self(u64::from_be_bytes(bytes))
    }
}

/// Bytes of a profile and their version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The encoded profile.
    pub bytes: Vec<u8>,
    /// Names these bytes in a swap.
    pub version: Version,
}

/// What became of a swap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Swap {
    /// The bytes are stored under this version, durably.
    Done(Version),
    /// Another version is stored; it is handed back so that the caller can join with it and try again.
    Conflict(Option<Stored>),
}

/// Keeps profiles.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// The newest bytes of the profile, or `None` when nothing was ever stored.
    ///
    /// They may be newer than what is durable: act on them through
    /// [`compare_and_swap`](Self::compare_and_swap) before telling anybody that they are safe.
    ///
    /// # Errors
    ///
    /// [`StoreError::Read`] or [`StoreError::Corrupt`].
    async fn load(&self, id: &ProfileId) -> Result<Option<Stored>, StoreError>;

    /// Stores `bytes` if `expected` is still the profile's version (`None`: nothing stored yet).
    ///
    /// Bytes that equal the stored ones keep their version and cost no write, yet the answer still
    /// waits until they are durable: an earlier write of them may be under way.
    ///
    /// # Errors
    ///
    /// [`StoreError::Read`], [`StoreError::Corrupt`], or [`StoreError::Write`]; after the last, whether
    /// the bytes are stored is unknown.
    async fn compare_and_swap(
        &self,
        id: &ProfileId,
        expected: Option<Version>,
        bytes: Vec<u8>,
    ) -> Result<Swap, StoreError>;

    /// Whether the store can take writes now.
    ///
    /// # Errors
    ///
    /// [`StoreError::Write`] with the reason why not.
    async fn check(&self) -> Result<(), StoreError>;
}

/// Why the store could not do its work.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another process has the folder open.
    #[error(
        "the data folder {path} is in use by another process: stop the other `endcap serve` or choose another folder with --data"
    )]
    Locked {
        /// The folder.
        path: String,
    },
    /// The folder cannot be opened or created.
    #[error(
        "the store in {path} cannot be opened ({reason}): check that the folder is writable and was written by endcap, or choose another with --data"
    )]
    Open {
        /// The folder.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// A read failed.
    #[error(
        "the store cannot be read ({reason}): look at the disk's health, then restart the server"
    )]
    Read {
        /// What the system said.
        reason: String,
    },
    /// A write failed or the writer has stopped.
    #[error(
        "the store takes no more writes ({reason}): free or replace the disk, then restart the server"
    )]
    Write {
        /// What the system said.
        reason: String,
    },
    /// A record is shorter than its version.
    #[error(
        "a stored record has {got} bytes, expected at least {expected}: restore the data folder from a backup"
    )]
    Corrupt {
        /// Bytes that a record has at least.
        expected: usize,
        /// Bytes that it has.
        got: usize,
    },
}

impl StoreError {
    /// Stable identifier; appended to, never changed.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Locked { .. } => "store/locked",
            Self::Open { .. } => "store/open",
            Self::Read { .. } => "store/read",
            Self::Write { .. } => "store/write",
            Self::Corrupt { .. } => "store/corrupt",
        }
    }
}
