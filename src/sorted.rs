//! What is sorted: a map in one vector, for tens of entries smaller and faster than a tree, in memory and as code; and the search in
//! anything that is numbered in its order.

use crate::order::{ascending, pick};

/// Entries ascending by key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SortedMap<K, V>(Vec<(K, V)>);

impl<K, V> Default for SortedMap<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: Ord + Copy, V> SortedMap<K, V> {
    /// From entries in any order; `add` joins those of one key, first to last. `number` must rise with the key.
    pub(crate) fn gather(
        entries: Vec<(K, V)>,
        number: impl Fn(K) -> u64,
        add: impl Fn(&mut V, V),
    ) -> Self {
        let keys = entries.iter().map(|&(key, _)| number(key)).collect();
        let mut map: Vec<(K, V)> = Vec::new();
        for (key, value) in pick(entries, ascending(keys)) {
            match map.last_mut() {
                Some((last, sum)) if *last == key => add(sum, value),
                _ => map.push((key, value)),
            }
        }
        Self(map)
    }

    /// A map with room for `entries`.
    pub(crate) fn with_capacity(entries: usize) -> Self {
        Self(Vec::with_capacity(entries))
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn get(&self, key: K) -> Option<&V> {
        let at = self.0.binary_search_by_key(&key, |&(key, _)| key).ok()?;
        self.0.get(at).map(|(_, value)| value)
    }

    /// The value of `key`, which is `new` where there was none.
    pub(crate) fn or_insert(&mut self, key: K, new: V) -> &mut V {
        let at = match self.0.binary_search_by_key(&key, |&(key, _)| key) {
            Ok(at) => at,
            Err(at) => {
                self.0.insert(at, (key, new));
                at
            }
        };
        &mut self.0[at].1
    }

    /// Sets the value of `key`.
    pub(crate) fn insert(&mut self, key: K, value: V) {
        match self.0.binary_search_by_key(&key, |&(key, _)| key) {
            Ok(at) => self.0[at].1 = value,
            Err(at) => self.0.insert(at, (key, value)),
        }
    }

    /// Adds an entry after all others; false if it does not belong there.
    pub(crate) fn append(&mut self, key: K, value: V) -> bool {
        let after = self.last_key().is_none_or(|last| last < key);
        if after {
            self.0.push((key, value));
        }
        after
    }

    pub(crate) fn remove(&mut self, key: K) {
        if let Ok(at) = self.0.binary_search_by_key(&key, |&(key, _)| key) {
            self.0.remove(at);
        }
    }

    pub(crate) fn retain(&mut self, keep: impl Fn(K, &V) -> bool) {
        self.0.retain(|(key, value)| keep(*key, value));
    }

    /// Changes every value.
    pub(crate) fn update(&mut self, change: impl Fn(K, &mut V)) {
        self.0
            .iter_mut()
            .for_each(|(key, value)| change(*key, value));
    }

    /// Entries to change, ascending by key.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (K, &mut V)> {
        self.0.iter_mut().map(|(key, value)| (*key, value))
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// The entry with the greatest key.
    pub(crate) fn last_key(&self) -> Option<K> {
        self.0.last().map(|&(key, _)| key)
    }

    /// Entries, ascending by key.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (K, &V)> + ExactSizeIterator {
        self.0.iter().map(|(key, value)| (*key, value))
    }
}

/// Index of the first of `0..n` for which `before` is false; it must be true up to there.
pub(crate) fn partition_point(n: usize, before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, n);
    while low < high {
        let middle = low.midpoint(high);
        if before(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Gathering is inserting one after the other.
        #[test]
        fn it_gathers_what_is_inserted(entries in prop::collection::vec((0u8..9, any::<u8>()), 0..60)) {
            let mut model = BTreeMap::<u8, Vec<u8>>::new();
            for &(key, value) in &entries {
                model.entry(key).or_default().push(value);
            }
            let entries = entries.into_iter().map(|(key, value)| (key, vec![value])).collect();
            let map = SortedMap::gather(entries, u64::from, |sum: &mut Vec<u8>, mut more| sum.append(&mut more));
            prop_assert!(map.iter().eq(model.iter().map(|(&key, values)| (key, values))));
        }

        /// It holds what a tree would hold.
        #[test]
        fn it_is_a_map(steps in prop::collection::vec((0u8..4, 0u8..20, any::<u8>()), 0..80)) {
            let mut map = SortedMap::default();
            let mut model = BTreeMap::new();
            for (step, key, value) in steps {
                match step {
                    0 => {
                        map.insert(key, value);
                        model.insert(key, value);
                    }
                    1 => {
                        map.remove(key);
                        model.remove(&key);
                    }
                    2 => prop_assert_eq!(*map.or_insert(key, value), *model.entry(key).or_insert(value)),
                    _ => prop_assert_eq!(map.get(key), model.get(&key)),
                }
                prop_assert!(map.iter().eq(model.iter().map(|(&key, value)| (key, value))));
                prop_assert_eq!(map.len(), model.len());
                prop_assert_eq!(map.last_key(), model.keys().last().copied());
            }
        }
    }
}
