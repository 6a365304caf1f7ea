//! A set of items as bits.

/// Items out of `0..n`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BitSet {
    words: Vec<u64>,
    n: usize,
}

impl BitSet {
    pub(crate) fn new(n: usize) -> Self {
        Self {
            words: vec![0; n.div_ceil(64)],
            n,
        }
    }

    /// All items.
    pub(crate) fn full(n: usize) -> Self {
        let mut set = Self::new(n);
        set.words.fill(u64::MAX);
        set.trim();
        set
    }

    /// The items for which `is_in` holds.
    pub(crate) fn of(n: usize, mut is_in: impl FnMut(u32) -> bool) -> Self {
        let mut set = Self::new(n);
        for (word, first) in set.words.iter_mut().zip((0u32..).step_by(64)) {
            let last = n.saturating_sub(first as usize).min(64) as u32;
            for bit in 0..last {
                *word |= u64::from(is_in(first + bit)) << bit;
            }
        }
        set
    }

    /// Adds `item`; beyond `n` nothing happens.
    #[inline]
    pub(crate) fn insert(&mut self, item: u32) {
        if (item as usize) < self.n
            && let Some(word) = self.words.get_mut(item as usize / 64)
        {
            *word |= 1 << (item % 64);
        }
    }

    /// Takes `item` out.
    pub(crate) fn remove(&mut self, item: u32) {
        if let Some(word) = self.words.get_mut(item as usize / 64) {
            *word &= !(1 << (item % 64));
        }
    }

    #[inline]
    pub(crate) fn contains(&self, item: u32) -> bool {
        self.words
            .get(item as usize / 64)
            .is_some_and(|word| word >> (item % 64) & 1 == 1)
    }

    /// Number of items.
    pub(crate) fn count(&self) -> usize {
        self.words
            .iter()
            .map(|word| word.count_ones() as usize)
            .sum()
    }

    /// Leaves only what `other` has, too.
    pub(crate) fn intersect(&mut self, other: &Self) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= other;
        }
    }

    /// All items that are not in the set.
    pub(crate) fn complement(&self) -> Self {
        let mut rest = self.clone();
        rest.words.iter_mut().for_each(|word| *word = !*word);
        rest.trim();
        rest
    }

    /// Calls `visit` for each item, ascending.
    #[inline]
    pub(crate) fn for_each(&self, mut visit: impl FnMut(u32)) {
        for (&word, first) in self.words.iter().zip((0u32..).step_by(64)) {
            let mut rest = word;
            while rest != 0 {
                visit(first + rest.trailing_zeros());
                rest &= rest - 1;
            }
        }
    }

    fn trim(&mut self) {
        let used = self.n % 64;
        if used != 0
            && let Some(last) = self.words.last_mut()
        {
            *last &= (1 << used) - 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// It is a set of the numbers below `n`.
        #[test]
        fn it_is_a_set(n in 0usize..200, some in prop::collection::btree_set(0u32..200, 0..80), others in prop::collection::btree_set(0u32..200, 0..80)) {
            let model = |numbers: &BTreeSet<u32>| numbers.iter().copied().filter(|&item| (item as usize) < n).collect::<Vec<_>>();
            let list = |set: &BitSet| { let mut items = Vec::new(); set.for_each(|item| items.push(item)); items };
            let mut set = BitSet::new(n);
            some.iter().for_each(|&item| set.insert(item));
            prop_assert_eq!(list(&set), model(&some));
            prop_assert_eq!(set.count(), model(&some).len());
            prop_assert_eq!(&BitSet::of(n, |item| some.contains(&item)), &set);
            let rest: BTreeSet<u32> = (0..200).filter(|item| !some.contains(item)).collect();
            prop_assert_eq!(list(&set.complement()), model(&rest));
            prop_assert_eq!(BitSet::full(n).count(), n);
            set.intersect(&BitSet::of(n, |item| others.contains(&item)));
            prop_assert_eq!(list(&set), model(&some.intersection(&others).copied().collect()));
        }
    }
}
