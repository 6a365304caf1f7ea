//! Makes a profile fit: at most [`Profile::MAX_BYTES`], whatever was joined.

use super::{Choices, Masses, Profile, ReplicaId};

/// Parts that are kept. More than whoever folds leaves behind.
pub(super) const MAX_PARTS: usize = 24;

/// What a mass takes at most.
const MASS_BYTES: usize = 7;

impl Profile {
    /// Drops the least informative until the rest fits: the smallest masses of all that is known, and of parts beyond 24 the oldest, but not those of
    /// `writer`, who is at it. Returns the profile as bytes, of which it had to know the length.
    pub fn fit(&mut self, writer: Option<ReplicaId>) -> Vec<u8> {
        self.choices.fit();
        while self.parts.len() > MAX_PARTS {
            self.drop_oldest(writer);
        }
        loop {
            let bytes = self.encode();
            let Some(surplus) = bytes.len().checked_sub(Self::MAX_BYTES + 1) else {
                return bytes;
            };
            for _ in 0..=surplus / MASS_BYTES {
                self.drop_smallest();
            }
        }
    }

    #[inline(never)]
    fn drop_smallest(&mut self) {
        let mut smallest = None;
        self.each_masses(&mut |masses| {
            let known = [smallest, masses.smallest()];
            smallest = known.into_iter().flatten().min();
        });
        if smallest.is_none() {
            // Only what is said of parts is left, of more devices than one shopper has.
            self.drop_oldest(None);
        }
        self.each_masses(&mut |masses| {
            if smallest.is_some() && masses.smallest() == smallest {
                masses.drop_smallest();
            }
        });
    }

    #[inline(never)]
    fn drop_oldest(&mut self, writer: Option<ReplicaId>) {
        let ages = self.parts.iter().map(|(id, part)| {
            let own = Some(id.0) == writer;
            (own, part.last, id)
        });
        if let Some((_, _, id)) = ages.min() {
            self.parts.remove(id);
        } else if let Some(id) = self.bases.last_key() {
            self.bases.remove(id);
        } else {
            // Decisions alone have their own limits, far below.
            self.choices = Choices::default();
        }
    }

    fn each_masses(&mut self, change: &mut dyn FnMut(&mut Masses)) {
        self.bases
            .iter_mut()
            .for_each(|(_, base)| change(&mut base.masses));
        self.parts
            .iter_mut()
            .for_each(|(_, part)| change(&mut part.masses));
    }
}
