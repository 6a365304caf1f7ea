//! Bases: what has been folded of parts that nobody writes to any more.
//!
//! A base says which parts are in it (it *covers* them), so that a part which comes late is known and not counted again.
//!
//! # Invariants
//! * A base has one writer, the server that keeps the profile, and each of its versions covers what the one before did.
//! * A part is folded when its writer has gone on to the next one and all of it is here, or, where there are too many parts, when
//!   it is the oldest: then nothing is lost but what its writer, away from the network, adds to this very part later.

use std::cmp::Ordering;

use super::mass::Tick;
use super::masses::Masses;
use super::{MAX_BASES, MAX_COVERS, Part, Profile, ReplicaId};
use crate::{key::hash, sorted::SortedMap};

/// How many parts are left as they are.
#[derive(Clone, Copy)]
pub(super) struct Room {
    /// Finished ones, so that another device gets these few bytes and not all of a new base.
    pub(super) finished: usize,
    /// Any; beyond it the oldest are folded, finished or not …
    pub(super) most: usize,
    /// … until so many are left, so that the next part does not make yet another base.
    pub(super) fewer: usize,
}

const ROOM: Room = Room {
    finished: 5,
    most: 16,
    fewer: 12,
};

/// Masses of one base; beyond it the smallest goes. Together with what is not folded yet 1 KB at the median after 500 events, see `docs/server.md`.
const MAX_BASE_MASSES: usize = 56;

/// Folded parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Base {
    pub(super) version: u64,
    /// Per replica up to which part; per other base that it has taken in, everything.
    pub(super) covers: SortedMap<u64, Cover>,
    /// Parts up to here of replicas that are no longer named are covered, too.
    pub(super) horizon: Tick,
    pub(super) masses: Masses,
}

/// What is covered of one replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cover {
    /// When it last wrote.
    pub(super) last: Tick,
    /// The last part; [`Cover::ALL`] if it is a base that was taken in.
    pub(super) part: u32,
}

impl Cover {
    pub(super) const ALL: u32 = u32::MAX;
}

impl Base {
    /// The greater of two copies stands: the later version, and of one version the fuller.
    pub(super) fn is_before(&self, other: &Self) -> bool {
        let rank = |base: &Self| (base.version, base.masses.len(), base.horizon);
        let order = rank(self).cmp(&rank(other));
        let bytes = || self.bytes().cmp(&other.bytes());
        order == Ordering::Less
            || order == Ordering::Equal && self != other && bytes() == Ordering::Less
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.write(&mut bytes, 0);
        bytes
    }

    pub(super) fn covers(&self, replica: ReplicaId, number: u32, last: Tick) -> bool {
        match self.covers.get(replica.0) {
            Some(cover) => number <= cover.part,
            None => last <= self.horizon && self.horizon > Tick::default(),
        }
    }

    fn cover(&mut self, id: u64, cover: Cover) {
        let known = self.covers.or_insert(id, cover);
        known.part = known.part.max(cover.part);
        known.last = known.last.max(cover.last);
    }

    /// Takes in another base, which then is none any more.
    fn absorb(&mut self, id: u64, other: &Self) {
        self.masses.absorb(&other.masses);
        for (replica, &cover) in other.covers.iter() {
            self.cover(replica, cover);
        }
        self.horizon = self.horizon.max(other.horizon);
        let (last, part) = (other.last(), Cover::ALL);
        self.cover(id, Cover { last, part });
    }

    /// When the latest that is in it was written.
    pub(super) fn last(&self) -> Tick {
        let last = self.covers.iter().map(|(_, cover)| cover.last).max();
        last.unwrap_or_default()
    }

    fn trim(&mut self) {
        self.masses.trim(MAX_BASE_MASSES);
        while self.covers.len() > MAX_COVERS {
            let covers = self.covers.iter();
            let Some((last, id)) = covers.map(|(id, cover)| (cover.last, id)).min() else {
                break;
            };
            self.covers.remove(id);
            self.horizon = self.horizon.max(last);
        }
    }
}

impl Profile {
    /// Folds parts into the base `own`, if there are enough; whether it did. For the one who keeps the profile, and nobody else.
    pub fn fold(&mut self, own: u64) -> bool {
        self.fold_beyond(own, ROOM)
    }

    pub(super) fn fold_beyond(&mut self, own: u64, room: Room) -> bool {
        let mut folding = self.finished();
        if folding.len() <= room.finished {
            folding.clear();
        }
        if self.parts.len() - folding.len() > room.most {
            let mut rest: Vec<_> = self
                .parts
                .iter()
                .map(|(id, part)| (part.last, id))
                .collect();
            rest.retain(|(_, id)| !folding.contains(id));
            rest.sort_unstable();
            rest.truncate(rest.len() - room.fewer);
            folding.extend(rest.into_iter().map(|(_, id)| id));
        }
        let surplus = self.bases.len().saturating_sub(MAX_BASES);
        if folding.is_empty() && surplus == 0 {
            return false;
        }
        let mut base = self.bases.get(own).cloned().unwrap_or_default();
        folding.sort_unstable();
        for (replica, number) in folding {
            // What is before it would be covered unseen.
            let until: Vec<_> = self.numbers(replica).filter(|&n| n <= number).collect();
            for number in until {
                if let Some(part) = self.parts.get((replica, number)) {
                    base.masses.absorb(&part.masses);
                    let (last, part) = (part.last, number);
                    base.cover(replica.0, Cover { last, part });
                }
                self.parts.remove((replica, number));
            }
        }
        for _ in 0..surplus {
            let others = self.bases.iter().filter(|&(id, _)| id != own);
            let oldest = others.map(|(id, base)| (base.last(), id)).min();
            let oldest = oldest.and_then(|(_, id)| Some((id, self.bases.get(id)?)));
            if let Some((id, other)) = oldest {
                base.absorb(id, other);
                self.bases.remove(id);
            }
        }
        base.version = base.version.saturating_add(1);
        base.trim();
        self.bases.insert(own, base);
        self.settle();
        true
    }

    /// Makes the bases of other profiles, which `self` brings, bases of the one that `own` keeps. They go on there by other names, because
    /// whoever keeps the other profile may go on writing under the old ones, and what is in both would count twice.
    pub fn rehome(&mut self, own: u64, kept: &Self) {
        let foreign = self
            .bases
            .iter()
            .filter(|&(id, _)| id != own && kept.bases.get(id).is_none() && !kept.is_taken_in(id));
        let foreign: Vec<_> = foreign.map(|(id, base)| (id, base.clone())).collect();
        for (id, base) in foreign {
            let name = hash(&[own.to_le_bytes(), id.to_le_bytes()].concat());
            let mut renamed = Base::default();
            renamed.absorb(id, &base);
            renamed.version = 1;
            self.bases.remove(id);
            // One that is known by its new name already was renamed when it came first.
            if kept.bases.get(name).is_none() && !kept.is_taken_in(name) {
                self.bases.insert(name, renamed);
            }
        }
        self.settle();
    }

    /// Whether a base has taken in base `id`.
    pub(super) fn is_taken_in(&self, id: u64) -> bool {
        self.bases
            .iter()
            .any(|(_, base)| base.covers.get(id).is_some())
    }

    /// Parts whose writer has gone on, and of which all is here, and all before them.
    fn finished(&self) -> Vec<(ReplicaId, u32)> {
        let mut finished: Vec<(ReplicaId, u32)> = Vec::new();
        for (id @ (replica, number), part) in self.parts.iter() {
            let covered = self.covered(replica);
            let first = covered.map_or(0, |part| part.saturating_add(1));
            let forgotten = covered.is_none()
                && self
                    .bases
                    .iter()
                    .any(|(_, base)| base.horizon > Tick::default());
            let before = number.checked_sub(1).map(|before| (replica, before));
            let in_order = number == first || forgotten || before == finished.last().copied();
            if in_order && self.is_finished(id, part) {
                finished.push(id);
            }
        }
        finished
    }

    fn is_finished(&self, (replica, number): (ReplicaId, u32), part: &Part) -> bool {
        let next = number
            .checked_add(1)
            .and_then(|next| self.parts.get((replica, next)));
        part.closed || next.is_some_and(|next| next.before == part.revision)
    }

    /// The last part of `replica` that is in a base.
    pub(super) fn covered(&self, replica: ReplicaId) -> Option<u32> {
        let covers = self
            .bases
            .iter()
            .filter_map(|(_, base)| base.covers.get(replica.0));
        covers.map(|cover| cover.part).max()
    }
}
