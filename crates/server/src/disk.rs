//! How much room the disk has left, and who stops writing first when it gets scarce.
//!
//! # Invariants
//! * Events stop before profiles, and profiles before the store would fail in the middle of a write. Erasures are always taken.

use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::problem::Problem;

/// How often the system is asked. What can be written in the meantime is far less than a watermark.
const LOOK: Duration = Duration::from_secs(1);

/// Profiles stop at this part of what events leave free.
const PROFILES: u64 = 4;

/// Asks the system how many bytes are free.
type Ask = Box<dyn Fn() -> io::Result<u64> + Send + Sync>;

/// The disk that a folder is on.
pub struct Disk {
    ask: Ask,
    min_free: u64,
    looked: Mutex<Option<(Instant, u64)>>,
}

impl Disk {
    /// The disk of `folder`, on which events leave `min_free` bytes, and profiles a quarter of it. With 0 nothing ever stops.
    #[must_use]
    pub fn new(folder: &Path, min_free: u64) -> Self {
        let folder = folder.to_owned();
        Self::with(min_free, move || {
            let space = rustix::fs::statvfs(&folder)?;
            Ok(space.f_bavail.saturating_mul(space.f_frsize))
        })
    }

    /// A disk that says by itself how many bytes are free, for tests.
    pub fn with(min_free: u64, ask: impl Fn() -> io::Result<u64> + Send + Sync + 'static) -> Self {
        Self {
            ask: Box::new(ask),
            min_free,
            looked: Mutex::default(),
        }
    }

    /// Whether there is room for events.
    pub(crate) fn has_room_for_events(&self) -> bool {
        self.free() >= self.min_free
    }

    /// Whether there is room for profiles.
    ///
    /// # Errors
    ///
    /// A [`Problem`] when there is none.
    pub(crate) fn check_profiles(&self) -> Result<(), Problem> {
        if self.free() >= self.min_free / PROFILES {
            return Ok(());
        }
        Err(Problem::unavailable(
            "store/full",
            "the server's disk is nearly full, nothing of this request is stored: keep the profile and try again with growing pauses",
        ))
    }

    /// What nobody can tell is taken for enough: the write itself will say.
    fn free(&self) -> u64 {
        if self.min_free == 0 {
            return u64::MAX;
        }
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((since, free)) = *looked
            && since.elapsed() < LOOK
        {
            return free;
        }
        let free = (self.ask)().unwrap_or_else(|error| {
            tracing::warn!("the system does not tell how full the disk is: {error}");
            u64::MAX
        });
        let enough = |free: u64| free >= self.min_free;
        let before = looked.is_none_or(|(_, free)| enough(free));
        if before && !enough(free) {
            tracing::error!(
                code = "disk/scarce",
                free,
                min_free = self.min_free,
                "the disk is nearly full: events are refused, and profiles at a quarter of the limit; make room"
            );
        } else if !before && enough(free) {
            tracing::info!(free, "the disk has room again");
        }
        *looked = Some((Instant::now(), free));
        free
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_stop_before_profiles() {
        for (free, events, profiles) in [
            (1000, true, true),
            (999, false, true),
            (250, false, true),
            (249, false, false),
            (0, false, false),
        ] {
            let disk = Disk::with(1000, move || Ok(free));
            assert_eq!(disk.has_room_for_events(), events, "{free}");
            let checked = disk.check_profiles().map_err(|problem| problem.code());
            let expected = if profiles { Ok(()) } else { Err("store/full") };
            assert_eq!(checked, expected, "{free}");
        }
        let unlimited = Disk::with(0, || Ok(0));
        assert!(unlimited.has_room_for_events() && unlimited.check_profiles().is_ok());
        let unknown = Disk::with(1, || Err(io::ErrorKind::Unsupported.into()));
        assert!(unknown.has_room_for_events());
    }

    #[test]
    fn the_system_tells_of_a_real_folder() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Disk::new(folder.path(), 1).has_room_for_events());
        assert!(!Disk::new(folder.path(), u64::MAX).has_room_for_events());
    }
}
