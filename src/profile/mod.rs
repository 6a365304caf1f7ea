//! Profiles: what lasts of a shopper's events, small enough for a cookie, joined without conflict.
//!
//! Each replica (one per writer: a tab, an app, a till) writes numbered *parts*, which hold forward-decayed masses for and against
//! [keys](crate::key::Key). It writes to the last of them until the server has said that it has all of it, and then goes on with the next; so the last part is
//! what the server may lack. Whoever keeps the profile folds finished parts into a *base* (`base.rs`), which says what is in it.
//! Beside the masses stand the shopper's decisions (`choices.rs`), and when everything was erased, under which id (`owner.rs`).
//!
//! # Invariants
//! * Joining is commutative, associative and idempotent: of two copies of a part the later stands, of a base likewise, and a part that is in a base is
//!   counted there alone. What was erased does not come back by joining.
//! * Joining drops nothing. What does not fit [`MAX_BYTES`](Profile::MAX_BYTES) is dropped by [`fit`](Profile::fit), least informative first,
//!   and the result is a lesser state of the same profile: joined with what it came from, it is that again.
//! * Equal profiles have equal bytes.
//! * A wrong clock of one replica moves the weight of what that replica writes while it is wrong, and of nothing else (`clock.rs`).
//! * There is no name, no address, no time of a single event in it.
//!
//! # Format
//! See `codec.rs`.

mod base;
mod choices;
mod clock;
mod codec;
mod codec_v1;
mod export;
mod fit;
mod mass;
mod masses;
mod owner;
mod sync;
#[cfg(test)]
mod tests;

use std::cmp::{Ordering, Reverse};

use thiserror::Error;

use crate::{key::Key, learn::is_fact, sorted::SortedMap, time::Timestamp};
use base::Base;
use choices::Choices;
pub use choices::Consent;
pub use export::{Known, PartInfo};
use mass::LogMass;
pub(crate) use mass::{HALF_LIFE_MS, Tick};
use masses::Masses;
pub use owner::Owner;
pub use sync::{Message, Summary};

/// Why bytes are not a usable profile.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProfileError {
    /// The bytes do not begin like a profile.
    #[error("these bytes are not an Endcap profile: expected the first to be 0xEC; discard them")]
    Foreign,
    /// The profile was written by a newer version.
    #[error(
        "the profile has version {got}, this Endcap reads up to {supported}; keep the bytes as they are and update Endcap"
    )]
    NewerVersion {
        /// The profile's version.
        got: u8,
        /// The newest version that can be read.
        supported: u8,
    },
    /// The profile is longer than one can be.
    #[error("the profile has {got} bytes, at most {max} are possible; discard it")]
    TooLong {
        /// Its length.
        got: usize,
        /// The greatest length.
        max: usize,
    },
    /// The bytes end too early or contradict themselves.
    #[error("the profile is damaged at byte {at}: {what}; discard it, or restore it by a sync")]
    Damaged {
        /// Where reading stopped.
        at: usize,
        /// What is wrong there.
        what: &'static str,
    },
}

impl ProfileError {
    /// Stable name of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Foreign => "profile/foreign",
            Self::NewerVersion { .. } => "profile/newer-version",
            Self::TooLong { .. } => "profile/too-long",
            Self::Damaged { .. } => "profile/damaged",
        }
    }
}

/// One writer of a profile: drawn at random by whoever owns it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReplicaId(pub u64);

/// What lasts of a shopper's events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// Greater after each erasure, and everything from before is gone; see `owner.rs`.
    epoch: u64,
    bases: SortedMap<u64, Base>,
    parts: SortedMap<(ReplicaId, u32), Part>,
    choices: Choices,
}

/// What one replica has seen, from when it began this part until it went on to the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Part {
    /// Counts changes.
    revision: u64,
    /// Its writer goes on with the next.
    closed: bool,
    /// When it was last written.
    last: Tick,
    /// The revision with which the part before was closed.
    before: u64,
    masses: Masses,
}

/// Evidence on one key at a point in time, in event weights.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Evidence {
    pub(crate) positive: f64,
    pub(crate) negative: f64,
}

/// What an event of weight 1 at `at` is worth in a profile at `now`.
pub(crate) fn lasting_worth(at: Timestamp, now: Timestamp) -> f64 {
    LogMass::event(1.0, Tick::at(at.min(now))).worth(Tick::at(now))
}

impl Evidence {
    /// What is left without `part`, which is among it. Sums in a profile are rounded to 0.14 %, so a rest of 1 % is none.
    fn without(self, part: Self) -> Self {
        let rest = |all: f64, part: f64| {
            if all - part > 0.01 * all {
                all - part
            } else {
                0.0
            }
        };
        Self {
            positive: rest(self.positive, part.positive),
            negative: rest(self.negative, part.negative),
        }
    }
}

/// Bases in one profile: that of whoever keeps it, and what devices knew before they were linked with it.
const MAX_BASES: usize = 4;

/// Replicas that a base names.
const MAX_COVERS: usize = 64;

/// Revisions and stamps leave a bit for what is written beside them.
const MAX_NUMBER: u64 = u64::MAX >> 1;

/// A replica begins a new part after about a day without events, if there is a server that folds: what is folded unfinished is then a day's at most.
const PART_TICKS: i32 = 17;

impl Profile {
    /// No encoded profile is longer.
    pub const MAX_BYTES: usize = 4096;
    /// Masses in one part; beyond it the smallest goes.
    pub const MAX_MASSES: usize = 64;

    /// A profile that knows nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether nothing is known, nothing was decided, and nothing ever erased.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.epoch == 0 && self.holds_nothing()
    }

    /// Whether nothing is known and nothing decided.
    fn holds_nothing(&self) -> bool {
        self.bases.is_empty() && self.parts.is_empty() && self.choices.is_empty()
    }

    /// Takes in what `other` knows.
    pub fn join(&mut self, other: &Self) {
        if other.epoch > self.epoch {
            *self = Self {
                epoch: other.epoch,
                ..Self::default()
            };
        }
        if other.epoch < self.epoch {
            return;
        }
        for (id, base) in other.bases.iter() {
            if self.bases.get(id).is_none_or(|own| own.is_before(base)) {
                self.bases.insert(id, base.clone());
            }
        }
        for (id, part) in other.parts.iter() {
            if self.parts.get(id).is_none_or(|own| own.is_before(part)) {
                self.parts.insert(id, part.clone());
            }
        }
        self.choices.join(&other.choices);
        self.settle();
    }

    /// Erases everything that is known and decided, here and, by joining, wherever the profile of `owner` is known.
    pub fn erase(&mut self, owner: Owner, now: Timestamp) {
        *self = Self {
            epoch: owner::epoch_after(self.epoch, owner, now),
            ..Self::default()
        };
    }

    /// Greater after each erasure.
    pub(crate) fn epoch(&self) -> u64 {
        self.epoch
    }

    /// When everything was erased last.
    pub(crate) fn erased_at(&self) -> Timestamp {
        owner::time_of(self.epoch)
    }

    /// Whether `replica` has written anything that is not folded.
    pub(crate) fn has_parts_of(&self, replica: ReplicaId) -> bool {
        self.numbers(replica).next().is_some()
    }

    /// Whether it was ever erased.
    #[must_use]
    pub fn is_erased(&self) -> bool {
        self.epoch > 0
    }

    /// Whether joining it into `other` erases what `other` knows.
    #[must_use]
    pub fn erases(&self, other: &Self) -> bool {
        self.epoch > other.epoch
    }

    /// Mutes `key`: nothing is concluded from it any more, until it is unmuted.
    pub fn mute(&mut self, key: Key, muted: bool, now: Timestamp) {
        self.choices.mute(key, muted, now);
        self.choices.fit();
    }

    /// The muted keys, ascending.
    pub fn muted(&self) -> impl Iterator<Item = Key> + '_ {
        self.choices.muted()
    }

    /// Writes down what the shopper has allowed; a later word stands. It is dated after the one that is known, also when that came from a clock that was ahead.
    pub fn record_consent(&mut self, mut consent: Consent) {
        if let Some(known) = self.choices.consent
            && (known.tier, known.source) != (consent.tier, consent.source)
        {
            consent.at.0 = consent.at.0.max(known.at.0.saturating_add(1));
        }
        self.choices.consent(consent);
    }

    /// What the shopper has allowed.
    #[must_use]
    pub fn consent(&self) -> Option<Consent> {
        self.choices.consent
    }

    /// Takes out, for good, what a replica has written, or what a device knew before it was linked: `id` is that of a [`PartInfo`]. What is folded
    /// into a base with others' stays in it. Whoever wrote as this replica must go on as another.
    pub fn unlink(&mut self, id: u64) {
        self.choices.unlinked.insert(id, ());
        self.choices.fit();
        self.settle();
    }

    /// Records an event of `weight` (negative weight: evidence against) on `keys` at `time`, as `replica`.
    pub(crate) fn record(
        &mut self,
        replica: ReplicaId,
        weight: f64,
        keys: impl IntoIterator<Item = Key>,
        time: Timestamp,
    ) {
        let mut keys = keys.into_iter().peekable();
        if weight == 0.0 || !weight.is_finite() || keys.peek().is_none() {
            return;
        }
        let tick = Tick::at(time);
        let part = self.open_part(replica, tick);
        part.masses.add(weight, keys, tick);
        part.masses.trim(Self::MAX_MASSES);
        part.last = part.last.max(tick);
        part.revision = part.revision.saturating_add(1).min(MAX_NUMBER);
        self.fit(Some(replica));
    }

    /// The part that `replica` writes to at `tick`.
    fn open_part(&mut self, replica: ReplicaId, tick: Tick) -> &mut Part {
        let free = self
            .covered(replica)
            .map_or(0, |part| part.saturating_add(1));
        let last = self
            .numbers(replica)
            .last()
            .filter(|&number| number >= free);
        let (mut number, mut before) = (last.unwrap_or(free), 0);
        let served = !self.bases.is_empty();
        if let Some(part) = self.parts.get((replica, number))
            && part.ends_before(tick, served)
        {
            before = part.revision;
            number = number.saturating_add(1);
        }
        let new = Part {
            before,
            ..Part::default()
        };
        self.parts.or_insert((replica, number), new)
    }

    /// The numbers of the parts of `replica`, ascending.
    fn numbers(&self, replica: ReplicaId) -> impl Iterator<Item = u32> + '_ {
        let parts = self.parts.iter().map(|(id, _)| id);
        parts
            .filter(move |(other, _)| *other == replica)
            .map(|(_, number)| number)
    }

    /// Drops what is known twice, and what was taken out.
    fn settle(&mut self) {
        let taken_in: Vec<u64> = self
            .bases
            .iter()
            .map(|(id, _)| id)
            .filter(|&id| self.is_taken_in(id))
            .collect();
        taken_in.into_iter().for_each(|id| self.bases.remove(id));
        let unlinked = &self.choices.unlinked;
        self.bases.update(|id, base| {
            if unlinked.get(id).is_some() {
                base.masses = Masses::default();
            }
        });
        let gone = |&((replica, number), part): &((ReplicaId, u32), &Part)| {
            let mut bases = self.bases.iter();
            unlinked.get(replica.0).is_some()
                || bases.any(|(_, base)| base.covers(replica, number, part.last))
        };
        let gone: Vec<_> = self.parts.iter().filter(gone).map(|(id, _)| id).collect();
        gone.into_iter().for_each(|id| self.parts.remove(id));
    }

    /// All keys with evidence at `now`, ascending by key.
    pub(crate) fn evidence(&self, now: Timestamp) -> SortedMap<Key, Evidence> {
        let mut all = SortedMap::<Key, Evidence>::default();
        for (last, masses) in self.masses() {
            let (ahead, now) = (clock::ahead(last, now), Tick::at(now));
            for (key, mass) in masses.positive.iter() {
                all.or_insert(key, Evidence::default()).positive += mass.faded(ahead).worth(now);
            }
            for (key, mass) in masses.negative.iter() {
                all.or_insert(key, Evidence::default()).negative += mass.faded(ahead).worth(now);
            }
        }
        all
    }

    /// All masses, with the time of the latest event in them.
    fn masses(&self) -> impl Iterator<Item = (Tick, &Masses)> {
        let bases = self
            .bases
            .iter()
            .map(|(_, base)| (base.last(), &base.masses));
        bases.chain(self.parts.iter().map(|(_, part)| (part.last, &part.masses)))
    }
}

/// What of a profile's `evidence` is from before a visit that has left `visit` in it; purchases and returns are told by the
/// ledger.
pub(crate) fn before(
    mut evidence: SortedMap<Key, Evidence>,
    visit: &SortedMap<Key, Evidence>,
) -> SortedMap<Key, Evidence> {
    evidence.update(|key, known| {
        if let Some(&part) = visit.get(key) {
            *known = known.without(part);
        }
    });
    evidence.retain(|key, known| *known != Evidence::default() && !is_fact(key));
    evidence
}

impl Part {
    /// The greater of two copies stands: the later revision, and of one revision the earlier, whose time was capped, and then the fuller.
    fn is_before(&self, other: &Self) -> bool {
        let rank = |part: &Self| {
            (
                part.revision,
                part.closed,
                Reverse(part.last),
                part.before,
                part.masses.len(),
            )
        };
        let order = rank(self).cmp(&rank(other));
        let differs = || self.masses != other.masses;
        let bytes = || self.masses.bytes().cmp(&other.masses.bytes());
        order == Ordering::Less
            || order == Ordering::Equal && differs() && bytes() == Ordering::Less
    }
}
