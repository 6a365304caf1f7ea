//! What a profile says, for the shopper who asks.

use super::Profile;
use super::base::Cover;
use crate::{key::Key, sorted::SortedMap, time::Timestamp};

/// What is known about one key, in weights of events that happen now: a view is 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Known {
    /// What it is about.
    pub key: Key,
    /// What speaks for it.
    pub positive: f64,
    /// What speaks against it.
    pub negative: f64,
}

/// What came from one writer, or was folded into one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartInfo {
    /// The replica, or the base.
    pub id: u64,
    /// Whether it is a base.
    pub folded: bool,
    /// When it was last written, give or take an hour and a half.
    pub last: Timestamp,
    /// How much it knows.
    pub masses: usize,
}

impl Profile {
    /// All that the profile knows at `now`, ascending by key, of all replicas together.
    #[must_use]
    pub fn known(&self, now: Timestamp) -> Vec<Known> {
        let evidence = self.evidence(now);
        let known = evidence.iter().map(|(key, evidence)| Known {
            key,
            positive: evidence.positive,
            negative: evidence.negative,
        });
        known.collect()
    }

    /// Whether anything in it is folded.
    #[must_use]
    pub fn has_bases(&self) -> bool {
        !self.bases.is_empty()
    }

    /// How many replicas have a part in it.
    #[must_use]
    pub fn replicas(&self) -> usize {
        let covers = self.bases.iter().flat_map(|(_, base)| base.covers.iter());
        let folded = covers
            .filter(|(_, cover)| cover.part != Cover::ALL)
            .map(|(id, _)| id);
        let mut replicas: Vec<u64> = self
            .parts
            .iter()
            .map(|((replica, _), _)| replica.0)
            .collect();
        replicas.extend(folded);
        replicas.sort_unstable();
        replicas.dedup();
        replicas.len()
    }

    /// The ids of [`parts`](Self::parts).
    #[must_use]
    pub fn part_ids(&self) -> Vec<u64> {
        let bases = self.bases.iter().map(|(id, _)| id);
        let replicas = self.parts.iter().map(|((replica, _), _)| replica.0);
        let mut ids: Vec<u64> = bases.chain(replicas).collect();
        // The parts of one replica stand together.
        ids.dedup();
        ids
    }

    /// What can be taken out again: the parts of each replica, and what is folded.
    #[must_use]
    pub fn parts(&self) -> Vec<PartInfo> {
        let mut infos = SortedMap::<u64, PartInfo>::default();
        let parts = self.parts.iter();
        let parts =
            parts.map(|((replica, _), part)| (replica.0, false, part.last, part.masses.len()));
        let bases = self.bases.iter();
        let bases = bases.map(|(id, base)| (id, true, base.last(), base.masses.len()));
        for (id, folded, last, masses) in parts.chain(bases) {
            let new = PartInfo {
                id,
                folded,
                last: Timestamp(0),
                masses: 0,
            };
            let info = infos.or_insert(id, new);
            info.last = info.last.max(last.time());
            info.masses += masses;
        }
        infos.iter().map(|(_, &info)| info).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::ReplicaId;

    #[test]
    fn what_was_recorded_is_told() {
        let now = Timestamp(1_790_000_000_000);
        let mut profile = Profile::new();
        let (liked, disliked) = (Key::brand("liked"), Key::brand("disliked"));
        profile.record(ReplicaId(1), 4.0, [liked], now);
        profile.record(ReplicaId(2), 2.0, [liked], now);
        profile.record(ReplicaId(2), -1.0, [disliked], now);
        let known = profile.known(now);
        assert_eq!(profile.replicas(), 2);
        assert_eq!(known.len(), 2);
        for Known {
            key,
            positive,
            negative,
        } in known
        {
            let expected = if key == liked { (6.0, 0.0) } else { (0.0, 1.0) };
            // Masses are rounded to 0.14 %.
            assert!((positive - expected.0).abs() < 0.02, "{positive}");
            assert!((negative - expected.1).abs() < 0.01, "{negative}");
        }
    }
}
