//! A sorted dictionary of terms in place: prefix → range of term numbers.
//!
//! Terms are front-coded in blocks (Witten, Moffat, Bell: *Managing Gigabytes*, §4.1): the first of a
//! block stands in full, each other as the length that it shares with the one before and the rest. Numbers follow the
//! sorted order, so all terms with a prefix have consecutive numbers, and a term itself comes first among them.
//!
//! # Invariants
//! * Lookups cost a binary search over blocks and at most one block's scan; nothing is allocated but one buffer.

use crate::{
    pack::{U32s, read_varint, write_varint},
    sorted::partition_point,
};

/// Terms in a block: 16 costs a lookup 8 steps of decoding on average and keeps the offsets at 2 bits a term.
const BLOCK: usize = 16;

/// Longer terms are not written, and end a walk over foreign bytes: else each of thousands of blocks could copy the whole file.
const MAX_TERM: usize = 1024;

/// View of a dictionary.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dictionary<'a> {
    /// Start of each block in `blob`.
    blocks: U32s<'a>,
    blob: &'a [u8],
    terms: usize,
}

impl<'a> Dictionary<'a> {
    pub(crate) fn new(blocks: U32s<'a>, blob: &'a [u8], terms: usize) -> Self {
        Self {
            blocks,
            blob,
            terms,
        }
    }

    /// Whether there is a block for every [`BLOCK`] terms, each behind the one before.
    pub(crate) fn blocks_are_sound(blocks: U32s<'_>, terms: usize) -> bool {
        blocks.len() == terms.div_ceil(BLOCK)
            && blocks.iter().zip(blocks.iter().skip(1)).all(|(a, b)| a < b)
    }

    /// Numbers of the terms that begin with `prefix`.
    pub(crate) fn prefix_range(self, prefix: &str) -> std::ops::Range<usize> {
        let prefix = prefix.as_bytes();
        let start = self.partition(|term| term < prefix);
        let end = self.partition(|term| term < prefix || term.starts_with(prefix));
        start..end.max(start)
    }

    /// Number of `term`.
    pub(crate) fn find(self, term: &str) -> Option<usize> {
        let first = self.partition(|other| other < term.as_bytes());
        let mut same = false;
        self.scan(first..first + 1, |_, other| same = other == term.as_bytes());
        same.then_some(first)
    }

    /// Calls `visit` with number and bytes of each term of `range`, in order.
    pub(crate) fn scan(self, range: std::ops::Range<usize>, mut visit: impl FnMut(usize, &[u8])) {
        let end = range.end.min(self.terms);
        let mut number = range.start / BLOCK * BLOCK;
        let mut term = Vec::new();
        let mut at = 0;
        while number < end {
            if number.is_multiple_of(BLOCK) {
                at = self.blocks.at(number / BLOCK) as usize;
                term.clear();
            }
            if self.next(&mut at, &mut term).is_none() {
                return;
            }
            if number >= range.start {
                visit(number, &term);
            }
            number += 1;
        }
    }

    /// Walks the terms as the trie that they are: calls `visit` with the number of a term, the length that it shares with the
    /// one visited before, and the rest. It returns how many bytes of the term lead nowhere: all that follow and share as
    /// many are passed over, most of them unread; `usize::MAX` if none are to be.
    pub(crate) fn walk(self, mut visit: impl FnMut(usize, usize, &[u8]) -> usize) {
        let mut term = Vec::new();
        let mut dead = usize::MAX;
        let (mut number, mut at) = (0, 0);
        while number < self.terms {
            // Bytes from `at` to the next term.
            let (shared, rest, behind) = if number.is_multiple_of(BLOCK) {
                let block = number / BLOCK;
                at = self.blocks.at(block) as usize;
                let head = self.head(&mut at);
                // The first term of a block stands in full: what it shares is not written.
                let shared = term.iter().zip(head).take_while(|(a, b)| a == b).count();
                if shared >= dead
                    && let Some(last) = self.last_block_with(term.get(..dead), block)
                {
                    number = last * BLOCK;
                    continue;
                }
                (shared, head.get(shared..).unwrap_or_default(), head.len())
            } else {
                let (Some(shared), Some(length)) = (
                    read_varint(self.blob, &mut at),
                    read_varint(self.blob, &mut at),
                ) else {
                    return;
                };
                let rest = self
                    .blob
                    .get(at..)
                    .and_then(|blob| blob.get(..length as usize));
                let Some(rest) = rest else {
                    return;
                };
                (shared as usize, rest, rest.len())
            };
            // What it shares with a term that was passed over, it shares with the last one visited.
            if shared < dead {
                if shared > term.len() || shared + rest.len() > MAX_TERM {
                    return;
                }
                term.truncate(shared);
                term.extend_from_slice(rest);
                dead = visit(number, shared, rest);
            }
            at += behind;
            number += 1;
        }
    }

    /// The last block after `block` whose first term begins with `prefix`, if the next one's does.
    fn last_block_with(self, prefix: Option<&[u8]>, block: usize) -> Option<usize> {
        let begins = |block: usize| {
            let mut at = self.blocks.at(block) as usize;
            prefix.is_some_and(|prefix| self.head(&mut at).starts_with(prefix))
        };
        let (mut low, mut high) = (block, self.blocks.len());
        if low + 1 >= high || !begins(low + 1) {
            return None;
        }
        low += 1;
        while low + 1 < high {
            let middle = low.midpoint(high);
            if begins(middle) {
                low = middle;
            } else {
                high = middle;
            }
        }
        Some(low)
    }

    #[cfg(test)]
    /// Checks what [`scan`](Self::scan) relies on: every block decodes, and the terms ascend.
    pub(crate) fn is_sound(self) -> bool {
        let mut seen = 0;
        let mut last = Vec::new();
        let mut ascending = true;
        self.scan(0..self.terms, |number, term| {
            ascending &= number == 0 || last.as_slice() < term;
            last.clear();
            last.extend_from_slice(term);
            seen += 1;
        });
        self.blocks.len() == self.terms.div_ceil(BLOCK) && seen == self.terms && ascending
    }

    /// Number of the first term for which `before` is false; `before` must be true up to there.
    fn partition(self, before: impl Fn(&[u8]) -> bool) -> usize {
        let block = partition_point(self.blocks.len(), |block| {
            let mut at = self.blocks.at(block) as usize;
            before(self.head(&mut at))
        });
        let first = block.saturating_sub(1) * BLOCK;
        let mut number = first;
        let mut term = Vec::new();
        let mut at = self.blocks.at(first / BLOCK) as usize;
        let end = (first + BLOCK).min(self.terms);
        while number < end && self.next(&mut at, &mut term).is_some() && before(&term) {
            number += 1;
        }
        number
    }

    /// The first term of the block at `at`, which shares nothing.
    fn head(self, at: &mut usize) -> &'a [u8] {
        let length = read_varint(self.blob, at)
            .and_then(|_| read_varint(self.blob, at))
            .filter(|&length| length as usize <= MAX_TERM)
            .unwrap_or(0) as usize;
        self.blob
            .get(*at..)
            .and_then(|rest| rest.get(..length))
            .unwrap_or_default()
    }

    fn next(self, at: &mut usize, term: &mut Vec<u8>) -> Option<()> {
        let shared = read_varint(self.blob, at)? as usize;
        let length = read_varint(self.blob, at)? as usize;
        let rest = self.blob.get(*at..)?.get(..length)?;
        if shared > term.len() || shared.saturating_add(length) > MAX_TERM {
            return None;
        }
        term.truncate(shared);
        term.extend_from_slice(rest);
        *at += length;
        Some(())
    }
}

/// Writes `terms`, which must ascend, as block offsets and blob.
pub(crate) fn write<'a>(terms: impl IntoIterator<Item = &'a str>) -> (Vec<u32>, Vec<u8>) {
    let (mut blocks, mut blob) = (Vec::new(), Vec::new());
    let mut before: &[u8] = &[];
    for (number, term) in terms.into_iter().enumerate() {
        let term = term.as_bytes();
        let mut shared = 0;
        if number.is_multiple_of(BLOCK) {
            blocks.push(blob.len() as u32);
        } else {
            shared = before.iter().zip(term).take_while(|(a, b)| a == b).count();
        }
        write_varint(&mut blob, shared as u32);
        write_varint(&mut blob, (term.len() - shared) as u32);
        blob.extend(term.iter().skip(shared));
        before = term;
    }
    (blocks, blob)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// A dictionary answers as the sorted list that it was made from.
        #[test]
        fn it_is_the_sorted_list(
            mut terms in prop::collection::btree_set("[a-cä]{1,5}", 0..120),
            prefix in "[a-cä]{0,3}",
        ) {
            let list: Vec<&str> = terms.iter().map(String::as_str).collect();
            let (blocks, blob) = write(list.iter().copied());
            let blocks: Vec<u8> = blocks.into_iter().flat_map(u32::to_le_bytes).collect();
            let dictionary = Dictionary::new(U32s::new(&blocks), &blob, list.len());
            prop_assert!(dictionary.is_sound());
            let start = list.partition_point(|&term| term < prefix.as_str());
            let count = list.iter().filter(|term| term.starts_with(prefix.as_str())).count();
            prop_assert_eq!(dictionary.prefix_range(&prefix), start..start + count);
            prop_assert_eq!(dictionary.find(&prefix), list.iter().position(|&term| term == prefix));
            let mut scanned = Vec::new();
            dictionary.scan(0..list.len(), |_, term| scanned.push(String::from_utf8(term.to_vec()).unwrap()));
            prop_assert_eq!(&scanned, &list);
            terms.clear();
        }
    }
}
