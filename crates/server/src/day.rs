//! Days: the only time that is stored with a profile, because retention needs no finer one.

use std::time::{SystemTime, UNIX_EPOCH};

/// Whole days since 1970-01-01, until the year 2149.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Day(pub(crate) u16);

impl Day {
    /// Today in UTC. A clock before 1970 gives the first day, one after 2149 the last.
    pub(crate) fn today() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let days = since.map_or(0, |since| since.as_secs() / 86_400);
        Self(u16::try_from(days).unwrap_or(u16::MAX))
    }

    /// So many days before this one.
    pub(crate) fn before(self, days: u16) -> Self {
        Self(self.0.saturating_sub(days))
    }
}
