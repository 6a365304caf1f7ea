//! Forward-decayed mass: evidence that fades, kept as one integer.
//!
//! Forward decay (Cormode, Shkapenyuk, Srivastava, Xu: "Forward decay: a practical time decay model for
//! streaming systems", ICDE 2009, §4) gives an event at time `t` the weight `w · g(t − L)` with a fixed
//! landmark `L` and `g(n) = 2^(n / half-life)`. Weights relative to each other never change, so nothing is
//! touched as time goes by, and parts from different devices add up without a common clock tick.
//!
//! # Invariants
//! * A mass is kept as its base-2 logarithm in fixed point: the same on every machine, and
//!   equal after any number of encodings.

use crate::time::Timestamp;

/// After this time an event counts half. Hand-set: a month spans a renovation project.
pub(crate) const HALF_LIFE_MS: u64 = 30 * 24 * 60 * 60 * 1000;

/// Fixed-point steps per factor of two: one step is 0.14 %.
pub(super) const STEPS: i32 = 512;

/// A step of time, so that decay is a whole number of fixed-point steps.
const TICK_MS: u64 = HALF_LIFE_MS / STEPS as u64;

/// 2020-01-01T00:00:00Z.
const LANDMARK_MS: u64 = 1_577_836_800_000;

/// Far beyond any real time (year 6960), so that sums cannot overflow.
const MAX_TICK: u64 = 1 << 25;

/// Whole ticks since the landmark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Tick(pub(crate) i32);

impl Tick {
    pub(crate) fn at(time: Timestamp) -> Self {
        let tick = time.0.saturating_sub(LANDMARK_MS) / TICK_MS;
        Self(tick.min(MAX_TICK) as i32)
    }

    /// When the tick began.
    pub(crate) fn time(self) -> Timestamp {
        Timestamp(LANDMARK_MS + self.0.max(0) as u64 * TICK_MS)
    }
}

/// Base-2 logarithm of a forward-decayed mass, in steps of 1/512.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LogMass(pub(crate) i32);

impl LogMass {
    /// The mass of one event of weight `weight` > 0 at `tick`.
    pub(crate) fn event(weight: f64, tick: Tick) -> Self {
        let steps = libm::rint(libm::log2(weight) * f64::from(STEPS));
        Self(steps as i32 + tick.0)
    }

    /// The sum of two masses.
    pub(crate) fn plus(self, other: Self) -> Self {
        let (high, low) = if self >= other {
            (self.0, other.0)
        } else {
            (other.0, self.0)
        };
        let ratio = libm::exp2(f64::from(low.saturating_sub(high)) / f64::from(STEPS));
        let gain = libm::rint(libm::log2(1.0 + ratio) * f64::from(STEPS));
        Self(high.saturating_add(gain as i32))
    }

    /// The mass as it would be, had its events happened `ticks` earlier.
    pub(super) fn faded(self, ticks: i32) -> Self {
        Self(self.0.saturating_sub(ticks))
    }

    /// The mass, if it is worth no more at `tick` than any mass can be.
    pub(crate) fn capped(self, tick: Tick) -> Self {
        self.min(Self(tick.0.saturating_add(MAX_LOG2_WORTH as i32 * STEPS)))
    }

    /// What the mass is worth at `tick`, in event weights.
    pub(crate) fn worth(self, tick: Tick) -> f64 {
        let exponent = f64::from(self.0.saturating_sub(tick.0)) / f64::from(STEPS);
        // A clock that was once far ahead must not outweigh everything for ever.
        libm::exp2(exponent.min(MAX_LOG2_WORTH))
    }
}

/// 1,024 fresh views.
const MAX_LOG2_WORTH: f64 = 10.0;

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_795_305_600_000);

    #[test]
    fn an_event_is_worth_its_weight_now_and_half_after_a_half_life() {
        let mass = LogMass::event(4.0, Tick::at(NOW));
        assert_eq!(mass.worth(Tick::at(NOW)), 4.0);
        assert_eq!(mass.worth(Tick::at(Timestamp(NOW.0 + HALF_LIFE_MS))), 2.0);
    }

    #[test]
    fn equal_masses_add_up_to_twice_one() {
        let one = LogMass::event(1.0, Tick::at(NOW));
        assert_eq!(one.plus(one).worth(Tick::at(NOW)), 2.0);
    }

    #[test]
    fn absurd_times_stay_in_range() {
        let late = LogMass::event(1.0, Tick::at(Timestamp(u64::MAX)));
        assert_eq!(late.worth(Tick::at(NOW)), libm::exp2(MAX_LOG2_WORTH));
        assert!(late.plus(late).0 > 0);
        assert_eq!(late.worth(Tick::at(Timestamp(u64::MAX))), 1.0);
        assert_eq!(Tick::at(Timestamp(0)).0, 0);
    }
}
