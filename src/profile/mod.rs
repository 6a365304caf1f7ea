//! Profiles: what lasts of a shopper's events, small enough for a cookie, joined without conflict.
//!
//! A profile is a map from replicas (one per writer: a tab, an app, a till) to parts. A part holds forward-decayed
//! masses for and against [keys](crate::key::Key). Each replica writes only its own part.
//!
//! # Invariants
//! * Joining is commutative, associative and idempotent: per replica the greater part stands, and of all
//!   parts the [`MAX_REPLICAS`](Profile::MAX_REPLICAS) latest.
//! * Equal profiles have equal bytes, never more than [`MAX_BYTES`](Profile::MAX_BYTES).
//! * There is no name, no address, no time of a single event in it.
//!
//! # Format
//! `0xEC`, version (1), number of parts, then per part, ascending by replica: replica (8 bytes, little-endian),
//! revision, last tick, and the masses for and against: their number, the logarithm of the greatest (zigzag), and per mass,
//! ascending by key: key (5 bytes, little-endian), distance from the greatest. Numbers without a width are LEB128.

mod codec;
mod export;
mod mass;

use thiserror::Error;

use crate::{key::Key, sorted::SortedMap, time::Timestamp};
pub use export::Known;
use mass::LogMass;
pub(crate) use mass::Tick;

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
    parts: SortedMap<ReplicaId, Part>,
}

/// What one replica has seen. The order of the fields makes the later part the greater one.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Part {
    last: Tick,
    revision: u64,
    positive: SortedMap<Key, LogMass>,
    negative: SortedMap<Key, LogMass>,
}

/// Evidence on one key at a point in time, in event weights.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Evidence {
    pub(crate) positive: f64,
    pub(crate) negative: f64,
}

/// What an event of weight 1 at `at` is worth in a profile at `now`.
pub(crate) fn lasting_worth(at: Timestamp, now: Timestamp) -> f64 {
    LogMass::event(1.0, Tick::at(at)).worth(Tick::at(now))
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

impl Profile {
    /// No encoded profile is longer.
    pub const MAX_BYTES: usize = 4096;
    /// Of more parts than this, the latest stay: as many as fit [`MAX_BYTES`](Self::MAX_BYTES) when all are full.
    pub const MAX_REPLICAS: usize = 8;
    /// Masses in one part; beyond it the smallest goes.
    pub const MAX_MASSES: usize = 64;

    /// A profile that knows nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Takes in what `other` knows.
    pub fn join(&mut self, other: &Self) {
        for (replica, part) in other.parts.iter() {
            if self.parts.get(replica).is_none_or(|own| own < part) {
                self.parts.insert(replica, part.clone());
            }
        }
        self.keep_latest(None);
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
        let part = self.parts.or_insert(replica, Part::default());
        part.cap(tick);
        let mass = LogMass::event(weight.abs(), tick);
        let masses = if weight > 0.0 {
            &mut part.positive
        } else {
            &mut part.negative
        };
        for key in keys {
            let sum = masses.get(key).map_or(mass, |known| known.plus(mass));
            masses.insert(key, sum);
        }
        part.last = part.last.max(tick);
        part.revision = part.revision.saturating_add(1);
        part.trim();
        self.keep_latest(Some(replica));
    }

    /// What is known from before this visit, of which `visit` has left its own part here.
    pub(crate) fn evidence_before(
        &self,
        visit: &SortedMap<Key, Evidence>,
        now: Timestamp,
    ) -> SortedMap<Key, Evidence> {
        let mut evidence = self.evidence(now);
        evidence.update(|key, known| {
            if let Some(&part) = visit.get(key) {
                *known = known.without(part);
            }
        });
        evidence.retain(|known| *known != Evidence::default());
        evidence
    }

    /// All keys with evidence at `now`, ascending by key.
    pub(crate) fn evidence(&self, now: Timestamp) -> SortedMap<Key, Evidence> {
        let now = Tick::at(now);
        let mut all = SortedMap::<Key, Evidence>::default();
        for (_, part) in self.parts.iter() {
            for (key, mass) in part.positive.iter() {
                all.or_insert(key, Evidence::default()).positive += mass.worth(now);
            }
            for (key, mass) in part.negative.iter() {
                all.or_insert(key, Evidence::default()).negative += mass.worth(now);
            }
        }
        all
    }

    /// Drops the oldest parts beyond [`MAX_REPLICAS`](Self::MAX_REPLICAS), but not that of `writer`, who is at it.
    fn keep_latest(&mut self, writer: Option<ReplicaId>) {
        while self.parts.len() > Self::MAX_REPLICAS {
            let oldest = self
                .parts
                .iter()
                .map(|(replica, part)| (part.last, replica))
                .filter(|&(_, replica)| Some(replica) != writer)
                .min();
            if let Some((_, replica)) = oldest {
                self.parts.remove(replica);
            }
        }
    }
}

impl Part {
    /// Brings masses from a clock that was ahead down to what can be worth most at `tick`, so that they do not push
    /// out everything else for years.
    fn cap(&mut self, tick: Tick) {
        for masses in [&mut self.positive, &mut self.negative] {
            masses.update(|_, mass| *mass = mass.capped(tick));
        }
    }

    /// Drops the smallest masses until the rest fits, and those that are nothing beside the greatest.
    fn trim(&mut self) {
        for masses in [&mut self.positive, &mut self.negative] {
            if let Some(greatest) = masses.iter().map(|(_, &mass)| mass).max() {
                masses.retain(|mass| greatest.0.saturating_sub(mass.0) <= codec::MAX_DISTANCE);
            }
        }
        while self.positive.len() + self.negative.len() > Profile::MAX_MASSES {
            let smallest = |masses: &SortedMap<Key, LogMass>| {
                masses.iter().map(|(key, &mass)| (mass, key)).min()
            };
            match (smallest(&self.positive), smallest(&self.negative)) {
                (Some(positive), Some(negative)) if negative < positive => {
                    self.negative.remove(negative.1);
                }
                (Some(positive), _) => {
                    self.positive.remove(positive.1);
                }
                (None, Some(negative)) => {
                    self.negative.remove(negative.1);
                }
                (None, None) => break,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DAY: u64 = 24 * 60 * 60 * 1000;
    const START: u64 = 1_790_000_000_000;

    prop_compose! {
        /// What replicas of one shopper can hold: each replica's part is a prefix of that replica's own history.
        fn replica_history()(
            events in prop::collection::vec((0u64..90, 0u64..40, -3i8..=5), 1..60),
        ) -> Vec<(u64, u64, i8)> {
            events
        }
    }

    /// Histories of `n` replicas, and three profiles, each with a prefix of every history.
    fn three_views() -> impl Strategy<Value = [Profile; 3]> {
        prop::collection::vec(
            (replica_history(), prop::array::uniform3(0.0..=1.0f64)),
            1..12,
        )
        .prop_map(|histories| {
            let mut views = [Profile::new(), Profile::new(), Profile::new()];
            for (replica, (events, shares)) in histories.iter().enumerate() {
                for (view, share) in views.iter_mut().zip(shares) {
                    let seen = (events.len() as f64 * share) as usize;
                    let mut own = Profile::new();
                    for &(day, key, weight) in &events[..seen] {
                        own.record(
                            ReplicaId(replica as u64),
                            f64::from(weight),
                            [Key::item(&key.to_string())],
                            Timestamp(START + day * DAY),
                        );
                    }
                    view.join(&own);
                }
            }
            views
        })
    }

    fn joined(a: &Profile, b: &Profile) -> Profile {
        let mut a = a.clone();
        a.join(b);
        a
    }

    proptest! {
        /// Join is a join: the order, grouping and repetition of merges cannot change a profile.
        #[test]
        fn join_is_a_join([a, b, c] in three_views()) {
            prop_assert_eq!(joined(&a, &b), joined(&b, &a));
            prop_assert_eq!(joined(&joined(&a, &b), &c), joined(&a, &joined(&b, &c)));
            prop_assert_eq!(joined(&a, &a), a);
        }

        /// Nothing that one side knew is lost while there are few replicas.
        #[test]
        fn join_keeps_what_both_knew([a, b, _] in three_views()) {
            let both = joined(&a, &b);
            prop_assert_eq!(joined(&both, &a), both.clone());
            prop_assert_eq!(joined(&both, &b), both);
        }

        #[test]
        fn bytes_and_profile_are_one([a, b, c] in three_views()) {
            let profile = joined(&joined(&a, &b), &c);
            let bytes = profile.encode();
            prop_assert!(bytes.len() <= Profile::MAX_BYTES);
            prop_assert_eq!(Profile::decode(&bytes), Ok(profile));
        }

        #[test]
        fn foreign_bytes_give_an_error_or_a_profile(mut bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            let _ = Profile::decode(&bytes);
            if bytes.len() > 2 {
                bytes[0] = 0xec;
                bytes[1] = 1;
                if let Ok(profile) = Profile::decode(&bytes) {
                    prop_assert_eq!(profile.encode(), bytes);
                }
            }
        }

        #[test]
        fn a_cut_or_flipped_profile_never_panics([a, _, _] in three_views(), cut in 0usize..500, bit in 0usize..4000) {
            let mut bytes = a.encode();
            if cut < bytes.len() {
                prop_assert!(Profile::decode(&bytes[..cut]).is_err());
            }
            if let Some(byte) = bytes.get_mut(bit / 8) {
                *byte ^= 1 << (bit % 8);
                let _ = Profile::decode(&bytes);
            }
        }
    }

    #[test]
    fn a_newer_version_is_told_apart_from_damage() {
        assert_eq!(
            Profile::decode(&[0xec, 2, 0]),
            Err(ProfileError::NewerVersion {
                got: 2,
                supported: 1
            })
        );
        assert_eq!(Profile::decode(b"<html>"), Err(ProfileError::Foreign));
        assert_eq!(Profile::decode(&[]), Err(ProfileError::Foreign));
    }

    #[test]
    fn five_hundred_events_fit_and_the_strongest_stay() {
        let mut profile = Profile::new();
        for event in 0..500u64 {
            let item = Key::item(&format!("item-{event}"));
            profile.record(
                ReplicaId(1),
                1.0,
                [item, Key::brand("kept")],
                Timestamp(START + event * 1000),
            );
        }
        assert!(profile.encode().len() <= 1024);
        let evidence = profile.evidence(Timestamp(START));
        assert!(evidence.get(Key::brand("kept")).unwrap().positive > 100.0);
        assert_eq!(evidence.len(), Profile::MAX_MASSES);
    }
}
