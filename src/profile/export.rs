//! What a profile says, for the shopper who asks.

use super::Profile;
use crate::{key::Key, time::Timestamp};

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

    /// How many replicas have a part in it.
    #[must_use]
    pub fn replicas(&self) -> usize {
        self.parts.len()
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
