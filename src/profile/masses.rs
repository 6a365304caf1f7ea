//! Masses for and against keys: what a part and a base are made of.

use super::mass::{LogMass, Tick};
use crate::{key::Key, sorted::SortedMap};

/// Masses further below the greatest are dropped: 2⁻³² of it, and two bytes on the wire.
pub(super) const MAX_DISTANCE: i32 = (1 << 14) - 1;

/// Forward-decayed evidence per key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Masses {
    pub(super) positive: SortedMap<Key, LogMass>,
    pub(super) negative: SortedMap<Key, LogMass>,
}

impl Masses {
    pub(super) fn len(&self) -> usize {
        self.positive.len() + self.negative.len()
    }

    /// Adds an event of `weight` ≠ 0 on `keys`.
    pub(super) fn add(&mut self, weight: f64, keys: impl Iterator<Item = Key>, tick: Tick) {
        // Masses from a clock that was ahead come down to what can be worth most now, so that they do not push out
        // everything else for years.
        for masses in [&mut self.positive, &mut self.negative] {
            masses.update(|_, mass| *mass = mass.capped(tick));
        }
        let mass = LogMass::event(weight.abs(), tick);
        let masses = if weight > 0.0 {
            &mut self.positive
        } else {
            &mut self.negative
        };
        keys.for_each(|key| sum(masses, key, mass));
    }

    /// Adds all of `other`.
    pub(super) fn absorb(&mut self, other: &Self) {
        for (key, &mass) in other.positive.iter() {
            sum(&mut self.positive, key, mass);
        }
        for (key, &mass) in other.negative.iter() {
            sum(&mut self.negative, key, mass);
        }
    }

    /// Drops what is nothing beside the greatest, and the smallest masses beyond `most`.
    pub(super) fn trim(&mut self, most: usize) {
        for masses in [&mut self.positive, &mut self.negative] {
            if let Some(greatest) = masses.iter().map(|(_, &mass)| mass).max() {
                masses.retain(|_, mass| greatest.0.saturating_sub(mass.0) <= MAX_DISTANCE);
            }
        }
        while self.len() > most {
            self.drop_smallest();
        }
    }

    /// The smallest mass, and its key.
    pub(super) fn smallest(&self) -> Option<(LogMass, Key)> {
        let all = self.positive.iter().chain(self.negative.iter());
        all.map(|(key, &mass)| (mass, key)).min()
    }

    /// Drops what [`smallest`](Self::smallest) says; of two equals that against.
    pub(super) fn drop_smallest(&mut self) {
        let Some((mass, key)) = self.smallest() else {
            return;
        };
        if self.negative.get(key) == Some(&mass) {
            self.negative.remove(key);
        } else {
            self.positive.remove(key);
        }
    }
}

fn sum(masses: &mut SortedMap<Key, LogMass>, key: Key, mass: LogMass) {
    let sum = masses.get(key).map_or(mass, |known| known.plus(mass));
    masses.insert(key, sum);
}
