//! Retention: what may be deleted by age, and when it must be held.
//!
//! # Invariants
//! * Nothing is deleted by age while the clock cannot be believed.
//! * No sweep deletes more than a small share of what it sees, unless an operator has confirmed the day.

use std::fmt;

use crate::calendar::{Calendar, ClockJump, MAX_JUMP};
use crate::day::Day;

/// A sweep deletes one of so many at most. A shop that keeps 395 days deletes one in 395 on an even day; one in 20 is
/// three weeks of them together.
const SHARE: u64 = 20;

/// Fewer than that may always go, so that a small store is not held for its one old profile.
const FEW: u64 = 20;

/// Days that something is kept; 0 keeps it for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeepDays(pub u16);

impl KeepDays {
    /// Kept is what is of this day or later; none keeps everything.
    pub(crate) fn oldest(self, today: Day) -> Option<Day> {
        (self.0 > 0).then(|| today.before(self.0))
    }
}

/// Why a sweep deleted nothing by age.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Held {
    /// The clock cannot be believed.
    Clock(ClockJump),
    /// Too much would go at once.
    TooMany {
        /// What the sweep saw.
        of: u64,
        /// What it would delete.
        old: u64,
        /// Today.
        today: Day,
    },
}

impl Held {
    /// Stable identifier; appended to, never changed.
    pub fn code(self) -> &'static str {
        match self {
            Self::Clock(_) => "retention/clock",
            Self::TooMany { .. } => "retention/too-many",
        }
    }

    /// All codes.
    pub(crate) const CODES: [&'static str; 2] = ["retention/clock", "retention/too-many"];
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Clock(ClockJump { believed, clock }) => write!(
                f,
                "the clock says {clock}, the latest day seen is {believed}, more than {MAX_JUMP} days away: nothing is deleted by age until the clock is set right, or the server is started with --confirm-retention {clock}"
            ),
            Self::TooMany { of, old, today } => write!(
                f,
                "{old} of {of} are older than is kept, more than one in {SHARE}: nothing is deleted by age until the server is started with --confirm-retention {today}; look at the clock and at --keep-days and --keep-events-days first"
            ),
        }
    }
}

/// Whether a sweep that saw `of` may delete the `old` of them.
pub(crate) fn hold(calendar: &Calendar, of: u64, old: u64) -> Result<(), Held> {
    let today = calendar.look().map_err(Held::Clock)?;
    if old > FEW && old > of / SHARE && !calendar.today_is_confirmed() {
        return Err(Held::TooMany { of, old, today });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_days_keep_everything() {
        assert_eq!(KeepDays(0).oldest(Day(1000)), None);
        assert_eq!(KeepDays(1).oldest(Day(1000)), Some(Day(999)));
        assert_eq!(KeepDays(u16::MAX).oldest(Day(1000)), Some(Day(0)));
    }

    #[test]
    fn much_at_once_is_held_until_the_day_is_confirmed() {
        let calendar = Calendar::default();
        assert_eq!(hold(&calendar, 20, 20), Ok(()));
        assert_eq!(hold(&calendar, 1000, 50), Ok(()));
        let today = calendar.today();
        let held = Held::TooMany {
            of: 1000,
            old: 51,
            today,
        };
        assert_eq!(hold(&calendar, 1000, 51), Err(held));
        let confirmed = Calendar::default().confirmed(Some(today));
        assert_eq!(hold(&confirmed, 1000, 1000), Ok(()));
    }
}
