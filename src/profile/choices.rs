//! What the shopper has decided: mutes, consent, and whose parts are taken out again.
//!
//! # Invariants
//! * The later decision stands, on whichever device it was made. Of two at the same moment the more careful one: muted, and the lower tier.

use super::MAX_NUMBER;
use crate::{key::Key, sorted::SortedMap, time::Timestamp};

/// Mutes that are kept; beyond it the oldest go, those that were taken back first.
pub(super) const MAX_MUTES: usize = 64;

/// Replicas and bases that are kept out.
pub(super) const MAX_UNLINKED: usize = 32;

/// What the shopper has allowed, when, and where that was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Consent {
    /// The tier, 0 for the lowest.
    pub tier: u8,
    /// Where it comes from, in numbers of the host.
    pub source: u8,
    /// When it was said.
    pub at: Timestamp,
}

impl Consent {
    fn rank(self) -> impl Ord {
        (self.at, !self.tier, self.source)
    }
}

/// Whether a key is muted, and since which decision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mute {
    /// Milliseconds, and always more than of the decision before.
    pub(super) stamp: u64,
    pub(super) muted: bool,
}

/// The shopper's decisions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Choices {
    pub(super) consent: Option<Consent>,
    pub(super) mutes: SortedMap<Key, Mute>,
    pub(super) unlinked: SortedMap<u64, ()>,
}

impl Choices {
    pub(super) fn is_empty(&self) -> bool {
        self.consent.is_none() && self.mutes.is_empty() && self.unlinked.is_empty()
    }

    pub(super) fn join(&mut self, other: &Self) {
        for (key, &mute) in other.mutes.iter() {
            let own = self.mutes.or_insert(key, mute);
            *own = mute.max(*own);
        }
        for (id, ()) in other.unlinked.iter() {
            self.unlinked.insert(id, ());
        }
        if let Some(consent) = other.consent {
            self.consent(consent);
        }
    }

    pub(super) fn consent(&mut self, consent: Consent) {
        if self.consent.is_none_or(|own| own.rank() < consent.rank()) {
            self.consent = Some(consent);
        }
    }

    pub(super) fn mute(&mut self, key: Key, muted: bool, now: Timestamp) {
        let own = self.mutes.get(key).copied().unwrap_or_default();
        if own.muted != muted {
            let stamp = now.0.max(own.stamp.saturating_add(1)).min(MAX_NUMBER);
            self.mutes.insert(key, Mute { stamp, muted });
        }
    }

    pub(super) fn muted(&self) -> impl Iterator<Item = Key> + '_ {
        let muted = self.mutes.iter().filter(|(_, mute)| mute.muted);
        muted.map(|(key, _)| key)
    }

    /// Keeps what has room.
    pub(super) fn fit(&mut self) {
        while self.mutes.len() > MAX_MUTES {
            let mutes = self.mutes.iter();
            let oldest = mutes.map(|(key, mute)| (mute.muted, mute.stamp, key)).min();
            oldest
                .into_iter()
                .for_each(|(_, _, key)| self.mutes.remove(key));
        }
        while self.unlinked.len() > MAX_UNLINKED {
            let first = self.unlinked.iter().next().map(|(id, ())| id);
            first.into_iter().for_each(|id| self.unlinked.remove(id));
        }
    }
}
