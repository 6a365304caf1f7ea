//! Clocks: no device's wrong one may own the profile.
//!
//! # Method
//! A replica dates its parts by its own clock. Forward decay would let an event that is dated ten years ahead outweigh everything for ten years. So a part that
//! is dated ahead of the reader's clock counts as of the reader's moment: all its masses fade by as much as it is ahead, which keeps their ratios. The server
//! does this once, when a part arrives ([`cap_times`](Profile::cap_times)). Readers do it at each reading and change nothing, because their own clock may be the
//! wrong one. A replica whose clock jumps begins a new part, so that all of one part is dated by one clock.
//!
//! # Invariants
//! * Capping is idempotent and commutes with joining.
//! * Of two copies of one revision the earlier stands: a capped part stays capped when the original comes again.
//! * Decisions and erasures keep their times, which only order them: each is dated after all that its device knows.

use super::base::Base;
use super::mass::{STEPS, Tick};
use super::masses::Masses;
use super::{PART_TICKS, Part, Profile};
use crate::time::Timestamp;

/// How far ahead a clock may be: a day, so that a wrong time zone is no fault.
const SKEW_TICKS: i32 = PART_TICKS;

/// Where no server folds parts, a new one begins after four half-lives only, so that seasonal shoppers do not gather small parts. A clock that is wrong is
/// mostly wrong by a year or more.
const JUMP_TICKS: i32 = 4 * STEPS;

/// The latest moment that is believed at `now`.
fn latest(now: Timestamp) -> Tick {
    Tick(Tick::at(now).0 + SKEW_TICKS)
}

/// By how many ticks what is dated `last` is ahead of what is believed at `now`.
pub(super) fn ahead(last: Tick, now: Timestamp) -> i32 {
    last.0.saturating_sub(latest(now).0).max(0)
}

impl Profile {
    /// Dates parts and bases that lie more than a day ahead of `now` at that day, with their masses. For the server, whose clock must be sane.
    pub fn cap_times(&mut self, now: Timestamp) {
        self.parts.iter_mut().for_each(|(_, part)| part.cap(now));
        self.bases.iter_mut().for_each(|(_, base)| base.cap(now));
    }
}

impl Part {
    fn cap(&mut self, now: Timestamp) {
        self.masses.cap(ahead(self.last, now), latest(now));
        self.last = self.last.min(latest(now));
    }

    /// Whether its writer goes on with a new part at `tick`.
    pub(super) fn ends_before(&self, tick: Tick, served: bool) -> bool {
        let passed = tick.0.saturating_sub(self.last.0);
        let most = if served { PART_TICKS } else { JUMP_TICKS };
        self.closed || passed >= most || passed < -SKEW_TICKS
    }
}

impl Base {
    fn cap(&mut self, now: Timestamp) {
        let latest = latest(now);
        self.masses.cap(ahead(self.last(), now), latest);
        self.horizon = self.horizon.min(latest);
        for (_, cover) in self.covers.iter_mut() {
            cover.last = cover.last.min(latest);
        }
    }
}

impl Masses {
    /// Fades by `ahead` ticks, and to what any mass can be worth at `latest`.
    fn cap(&mut self, ahead: i32, latest: Tick) {
        for masses in [&mut self.positive, &mut self.negative] {
            masses.update(|_, mass| *mass = mass.faded(ahead).capped(latest));
        }
    }
}
