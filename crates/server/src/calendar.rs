//! The calendar: which day the server believes it is, so that no clock alone can make it delete anything.
//!
//! # Invariants
//! * The believed day never goes back, and goes forward by at most [`MAX_JUMP`] days at a time, unless an operator
//!   has confirmed the new day.
//! * While the system's clock is further away than that, the believed day stands still.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::day::Day;

/// Days that the clock may go forward unseen: a server that was off over a long weekend.
pub const MAX_JUMP: u16 = 5;

const DAY_MICROS: u64 = 86_400 * 1_000_000;

/// Where the time comes from.
type Clock = Box<dyn Fn() -> SystemTime + Send + Sync>;

/// The days as the server believes them.
pub struct Calendar {
    clock: Clock,
    confirmed: Option<Day>,
    /// The latest day believed; none before the first look at the clock.
    latest: Mutex<Option<Day>>,
}

/// A clock that is too far from the latest day seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockJump {
    /// The latest day seen.
    pub believed: Day,
    /// The clock's day.
    pub clock: Day,
}

impl Default for Calendar {
    fn default() -> Self {
        Self::new(SystemTime::now)
    }
}

impl Calendar {
    /// A calendar by this clock, which is believed at the first look.
    pub fn new(clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self {
            clock: Box::new(clock),
            confirmed: None,
            latest: Mutex::new(None),
        }
    }

    /// Believes the clock around a day that an operator vouches for.
    #[must_use]
    pub fn confirmed(self, day: Option<Day>) -> Self {
        Self {
            confirmed: day,
            ..self
        }
    }

    /// Today. The latest day seen while the clock is too far from it.
    pub fn today(&self) -> Day {
        self.look().unwrap_or_else(|jump| jump.believed)
    }

    /// Today, if the clock can be believed.
    ///
    /// # Errors
    ///
    /// [`ClockJump`] when the clock is more than [`MAX_JUMP`] days from the latest day seen.
    pub fn look(&self) -> Result<Day, ClockJump> {
        let clock = Day::of((self.clock)());
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        let believed = latest.unwrap_or(clock);
        if clock.0.abs_diff(believed.0) <= MAX_JUMP {
            Ok(*latest.insert(clock.max(believed)))
        } else if self.is_confirmed(clock) {
            Ok(*latest.insert(clock))
        } else {
            Err(ClockJump { believed, clock })
        }
    }

    /// Whether an operator vouches for today.
    pub fn today_is_confirmed(&self) -> bool {
        self.is_confirmed(Day::of((self.clock)()))
    }

    /// Takes over the latest day that an earlier run has seen.
    pub fn restore(&self, day: Day) {
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = Some(day);
    }

    /// Takes over a later day, which another server has seen.
    pub(crate) fn advance(&self, day: Day) {
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        *latest = Some(latest.map_or(day, |latest| latest.max(day)));
    }

    /// Now in microseconds since 1970: the clock's time of day, on the day that is believed.
    pub(crate) fn micros(&self) -> u64 {
        let since = (self.clock)().duration_since(UNIX_EPOCH);
        let micros = since.map_or(0, |since| since.as_micros());
        let micros = u64::try_from(micros).unwrap_or(u64::MAX);
        let today = self.today();
        if Day::of_seconds(micros / 1_000_000) == today {
            return micros;
        }
        today.seconds() * 1_000_000 + micros % DAY_MICROS
    }

    fn is_confirmed(&self, clock: Day) -> bool {
        // Also some days later, because a flag stays in a configuration until somebody takes it out.
        self.confirmed
            .is_some_and(|day| clock.0.abs_diff(day.0) <= MAX_JUMP)
    }
}

impl fmt::Debug for Calendar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Calendar")
            .field("latest", &self.latest)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU16, Ordering};
    use std::time::Duration;

    use super::*;

    /// A calendar, and the hand of its clock.
    fn calendar(confirmed: Option<u16>) -> (Calendar, Arc<AtomicU16>) {
        let hand = Arc::new(AtomicU16::new(1000));
        let clock = Arc::clone(&hand);
        let time = move || {
            let day = Day(clock.load(Ordering::Relaxed));
            UNIX_EPOCH + Duration::from_secs(day.seconds() + 7)
        };
        (Calendar::new(time).confirmed(confirmed.map(Day)), hand)
    }

    #[test]
    fn days_pass_and_none_comes_back() {
        let (calendar, hand) = calendar(None);
        for (clock, today) in [(1000, 1000), (1005, 1005), (1003, 1005), (1010, 1010)] {
            hand.store(clock, Ordering::Relaxed);
            assert_eq!(calendar.look(), Ok(Day(today)), "{clock}");
        }
    }

    #[test]
    fn a_clock_that_jumps_is_not_believed() {
        let (calendar, hand) = calendar(None);
        assert_eq!(calendar.today(), Day(1000));
        for clock in [1400, 0, 1006, 994, u16::MAX] {
            hand.store(clock, Ordering::Relaxed);
            let jump = ClockJump {
                believed: Day(1000),
                clock: Day(clock),
            };
            assert_eq!(calendar.look(), Err(jump));
            assert_eq!(calendar.today(), Day(1000));
            // The time of day is still the clock's.
            assert_eq!(calendar.micros(), (1000 * 86_400 + 7) * 1_000_000);
        }
        hand.store(1001, Ordering::Relaxed);
        assert_eq!(calendar.look(), Ok(Day(1001)));
    }

    #[test]
    fn a_restart_does_not_make_a_clock_right() {
        let (calendar, _) = calendar(None);
        calendar.restore(Day(600));
        assert!(calendar.look().is_err());
        calendar.restore(Day(1400));
        assert!(calendar.look().is_err());
    }

    #[test]
    fn a_confirmed_day_is_believed_in_both_directions_and_no_other() {
        for before in [600, 1400] {
            let (calendar, hand) = calendar(Some(998));
            calendar.restore(Day(before));
            assert_eq!(calendar.look(), Ok(Day(1000)));
            assert!(calendar.today_is_confirmed());
            hand.store(1400, Ordering::Relaxed);
            assert!(calendar.look().is_err() && !calendar.today_is_confirmed());
        }
    }
}
