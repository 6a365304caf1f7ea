//! Turns of those who write to one profile at the same moment.
//!
//! In each round of compare-and-swap one of the writers succeeds, but nothing says which one: of eight devices that sync without a
//! pause, one in some thousand syncs lost 64 rounds in a row. Whoever has lost a round therefore waits for its turn, first come,
//! first served, and competes from then on only with writers that have not lost yet, and with other servers of a cluster.

use tokio::sync::{Mutex, MutexGuard};

use crate::store::Key;

/// Profiles share turns by their digest's first byte. More would make strangers wait for each other less often, but only profiles
/// under contention take one.
const TURNS: usize = 256;

pub(crate) struct Turns(Box<[Mutex<()>]>);

/// While it lives, no other writer that has lost a round writes to the profile.
pub(crate) type Turn<'a> = MutexGuard<'a, ()>;

impl Default for Turns {
    fn default() -> Self {
        Self((0..TURNS).map(|_| Mutex::default()).collect())
    }
}

impl Turns {
    /// Waits for the turn at the profile. Every first byte has one, so `None` never occurs.
    pub(crate) async fn take(&self, key: &Key) -> Option<Turn<'_>> {
        let [first, ..] = key.digest();
        Some(self.0.get(usize::from(first))?.lock().await)
    }
}
