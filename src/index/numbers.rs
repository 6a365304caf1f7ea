//! Article numbers in place: sorted, without punctuation, found by prefix or by any part.
//!
//! A part is looked for in the text of all numbers at once, which memory speed makes cheaper than an index of parts: a
//! megabyte holds the numbers of 100,000 products.

use memchr::memmem;

use crate::{pack::Offsets, sorted::partition_point};

/// View of the numbers of a catalogue.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Numbers<'a> {
    offsets: Offsets<'a>,
    blob: &'a [u8],
}

impl<'a> Numbers<'a> {
    pub(crate) fn new(offsets: Offsets<'a>, blob: &'a [u8]) -> Self {
        Self { offsets, blob }
    }

    /// The number at `index`.
    pub(crate) fn at(self, index: usize) -> &'a [u8] {
        let (start, end) = self.offsets.range(index);
        self.blob.get(start..end).unwrap_or_default()
    }

    /// Indices of the numbers that begin with `prefix`.
    pub(crate) fn prefix_range(self, prefix: &str) -> std::ops::Range<usize> {
        let prefix = prefix.as_bytes();
        let start = self.partition(|number| number < prefix);
        let end = self.partition(|number| number < prefix || number.starts_with(prefix));
        start..end.max(start)
    }

    /// Calls `visit` with the index of each number that holds `part`, once each, ascending, at most `limit`.
    pub(crate) fn containing(self, part: &str, limit: usize, mut visit: impl FnMut(usize)) {
        let mut at = 0;
        let finder = memmem::Finder::new(part.as_bytes());
        let mut left = limit;
        while left > 0
            && let Some(found) = self.blob.get(at..).and_then(|rest| finder.find(rest))
        {
            let found = at + found;
            let index = self.index_at(found);
            let (_, end) = self.offsets.range(index);
            if found + part.len() <= end {
                visit(index);
                left -= 1;
                at = end;
            } else {
                // It begins in one number and ends in the next: no match.
                at = found + 1;
            }
        }
    }

    /// Index of the number that the byte at `position` belongs to.
    fn index_at(self, position: usize) -> usize {
        partition_point(self.offsets.len(), |index| {
            self.offsets.range(index).1 <= position
        })
    }

    fn partition(self, before: impl Fn(&[u8]) -> bool) -> usize {
        partition_point(self.offsets.len(), |index| before(self.at(index)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Numbers answer as the sorted list that they were made from.
        #[test]
        fn they_are_the_sorted_list(
            numbers in prop::collection::btree_set("[ab1]{1,5}", 0..60),
            part in "[ab1]{1,3}",
        ) {
            let list: Vec<&str> = numbers.iter().map(String::as_str).collect();
            let mut offsets = vec![0u32];
            let mut blob = Vec::new();
            for number in &list {
                blob.extend_from_slice(number.as_bytes());
                offsets.push(blob.len() as u32);
            }
            let offsets: Vec<u8> = offsets.into_iter().flat_map(u32::to_le_bytes).collect();
            let view = Numbers::new(Offsets::trusted(&offsets), &blob);
            let start = list.partition_point(|&number| number < part.as_str());
            let count = list.iter().filter(|number| number.starts_with(&part)).count();
            prop_assert_eq!(view.prefix_range(&part), start..start + count);
            let mut found = Vec::new();
            view.containing(&part, 100, |index| found.push(index));
            let expected: Vec<_> = (0..list.len()).filter(|&index| list[index].contains(&part)).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
