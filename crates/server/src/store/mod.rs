//! The store: remembers the newest bytes of each profile, replaced by compare-and-swap.
//!
//! # Invariants
//! * What [`Store::compare_and_swap`] has answered survives a crash of the process and of the machine,
//!   whether it wrote, found the bytes already there, or found others.
//! * A version is never given twice to different bytes of one profile.
//!
//! The trait is all that the server asks of a database: [`EmbeddedStore`] keeps profiles on the local disk,
//! [`ClusterStore`] on many machines, and both pass the contract in `tests/store.rs`.
//!
//! What the bytes mean is not the store's business: erasing a profile is a write (a tombstone that takes its place).

mod cluster;
mod embedded;
mod key;
mod purge;
mod reaper;

use std::sync::Arc;

use async_trait::async_trait;

pub use cluster::{ClusterOptions, ClusterStore};
pub use embedded::EmbeddedStore;
pub use key::Key;
pub(crate) use key::KeyDigest;

/// Names the bytes of one profile; a swap names the version it replaces.
///
/// Drawn at random and not counted up: after a failover that lost a write, or after a removal, a counter would name
/// other bytes by the same number, and a swap that has seen the lost ones would overwrite them unseen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version([u8; 8]);

impl Version {
    /// A version that no bytes have had yet.
    ///
    /// # Errors
    ///
    /// [`StoreError::Write`] when the system gives no random bytes.
    pub fn fresh() -> Result<Self, StoreError> {
        let mut bytes = [0; 8];
        getrandom::fill(&mut bytes).map_err(|error| StoreError::Write {
            reason: format!("the system gives no random bytes: {error}"),
        })?;
        Ok(Self(bytes))
    }

    /// As stored.
    pub fn to_bytes(self) -> [u8; 8] {
        self.0
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    pub fn from_bytes(bytes: [u8; 8]) -> Self {
        Self(bytes)
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
    /// [`StoreError::Read`], [`StoreError::Cluster`] or [`StoreError::Corrupt`].
    async fn load(&self, key: &Key) -> Result<Option<Stored>, StoreError>;

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
        key: &Key,
        expected: Option<Version>,
        bytes: Vec<u8>,
    ) -> Result<Swap, StoreError>;

    /// Shows every record to `judge` and does what it says; returns how many records were changed.
    ///
    /// A record that is written in the meantime is left alone, and one that is new may not be shown. It takes as long
    /// as the store is large, in small steps between which others are served.
    ///
    /// # Errors
    ///
    /// Every error of a read or a write; what was changed by then stays changed.
    async fn sweep(&self, judge: Judge) -> Result<u64, StoreError>;

    /// Rewrites the store's files, so that nothing that was removed or replaced before stands in any of them.
    ///
    /// # Errors
    ///
    /// [`StoreError::Purge`] or [`StoreError::Cluster`]; nothing is lost then, and it may be tried again.
    async fn purge(&self) -> Result<(), StoreError>;

    /// Whether nothing is stored but what the server keeps for itself.
    ///
    /// # Errors
    ///
    /// Those of [`load`](Self::load).
    async fn is_empty(&self) -> Result<bool, StoreError>;

    /// Whether the store can take writes now.
    ///
    /// # Errors
    ///
    /// [`StoreError::Write`] with the reason why not.
    async fn check(&self) -> Result<(), StoreError>;
}

/// Decides in a [`sweep`](Store::sweep), by key and bytes, what becomes of a record.
pub type Judge = Arc<dyn Fn(&Key, &[u8]) -> Verdict + Send + Sync>;

/// What becomes of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It stays.
    Keep,
    /// It goes.
    Remove,
    /// These bytes take its place.
    Replace(Vec<u8>),
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
    /// The cluster cannot be reached, or answers with an error.
    #[error(
        "the Redis cluster does not do its work ({reason}): look at CLUSTER INFO and at the log of its nodes; the next request tries again"
    )]
    Cluster {
        /// What it said.
        reason: String,
    },
    /// The cluster cannot be spoken to by TLS as it was asked for.
    #[error(
        "the Redis cluster is not spoken to by TLS as asked ({reason}): compare the addresses, which are rediss:// for all nodes, with the hosts in the nodes' certificates, and --cluster-ca with who signed them"
    )]
    ClusterTls {
        /// What is wrong.
        reason: String,
    },
    /// The cluster does not know the user, or does not let it do what is done here.
    #[error(
        "the Redis cluster refuses its user ({reason}): compare user and password in the addresses with ACL LIST, and its rights with docs/server.md"
    )]
    ClusterUser {
        /// What it said.
        reason: String,
    },
    /// Too few machines hold the write yet.
    #[error(
        "the write is on {got} replicas, expected at least {expected}: start the cluster's missing replicas; the client's next sync brings the write again"
    )]
    Unreplicated {
        /// Replicas that must have it.
        expected: u32,
        /// Replicas that have it.
        got: u32,
    },
    /// Former records could not be taken out of the files.
    #[error(
        "what was removed or replaced still stands in the store's files ({reason}): free disk space; it is tried again"
    )]
    Purge {
        /// What stood in the way.
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
            Self::Cluster { .. } => "store/cluster",
            Self::ClusterTls { .. } => "store/cluster-tls",
            Self::ClusterUser { .. } => "store/cluster-user",
            Self::Unreplicated { .. } => "store/unreplicated",
            Self::Corrupt { .. } => "store/corrupt",
            Self::Purge { .. } => "store/purge",
        }
    }
}
