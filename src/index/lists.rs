//! Lists of postings in place, one per term, each with a link to another term.
//!
//! Lists stand one after the other in a blob, in blocks of 16. Each begins with its header, a LEB128 number: twice its
//! length in bytes, plus one if a link follows, the distance to the linked list in zigzag coding. The table of blocks holds
//! the number of lists, then the start of each block.
//!
//! # Invariants
//! * A lookup reads at most 15 headers besides its own; what foreign bytes say beyond the blob reads as an empty list.

use super::{Field, Postings, write_postings};
use crate::pack::{U32s, read_varint, write_varint};

/// Lists in a block: a start in full for every list would weigh as much as the short lists themselves.
const BLOCK: usize = 16;

/// View of the lists of one section.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lists<'a> {
    blocks: U32s<'a>,
    blob: &'a [u8],
}

/// What the header of a list says.
struct Header {
    /// Distance to the linked list.
    link: Option<i64>,
    /// Where its postings stand.
    postings: std::ops::Range<usize>,
}

impl<'a> Lists<'a> {
    pub(crate) fn new(blocks: U32s<'a>, blob: &'a [u8]) -> Self {
        Self { blocks, blob }
    }

    /// Whether there is a block for every [`BLOCK`] lists, none before the one before, and all within the blob.
    pub(crate) fn is_sound(self) -> bool {
        let starts = self.blocks.slice(1, self.blocks.len());
        self.blocks.len() > 0
            && starts.len() == self.len().div_ceil(BLOCK)
            && starts.iter().is_sorted()
            && starts.iter().all(|start| start as usize <= self.blob.len())
    }

    /// Number of lists.
    pub(crate) fn len(self) -> usize {
        self.blocks.at(0) as usize
    }

    /// The list at `index`; empty outside.
    pub(crate) fn at(self, index: usize) -> Postings<'a> {
        let postings = self.header(index).map_or(0..0, |header| header.postings);
        Postings::new(self.blob.get(postings).unwrap_or_default())
    }

    /// The list that the one at `index` is linked to; itself if it has no link.
    pub(crate) fn linked(self, index: usize) -> usize {
        let link = self.header(index).and_then(|header| header.link);
        link.and_then(|distance| usize::try_from(index as i64 + distance).ok())
            .filter(|&linked| linked < self.len())
            .unwrap_or(index)
    }

    /// Calls `visit` with each list of `range`, in order.
    pub(crate) fn for_each(
        self,
        range: std::ops::Range<usize>,
        mut visit: impl FnMut(Postings<'a>),
    ) {
        let end = range.end.min(self.len());
        let mut index = range.start / BLOCK * BLOCK;
        let mut at = 0;
        while index < end {
            if index.is_multiple_of(BLOCK) {
                at = self.block(index);
            }
            let Some(header) = self.next(&mut at) else {
                return;
            };
            if index >= range.start {
                visit(Postings::new(
                    self.blob.get(header.postings).unwrap_or_default(),
                ));
            }
            index += 1;
        }
    }

    fn header(self, index: usize) -> Option<Header> {
        if index >= self.len() {
            return None;
        }
        let mut at = self.block(index);
        for _ in 0..index % BLOCK {
            self.next(&mut at)?;
        }
        self.next(&mut at)
    }

    fn block(self, index: usize) -> usize {
        self.blocks.at(1 + index / BLOCK) as usize
    }

    /// The header at `at`, which moves behind the list.
    fn next(self, at: &mut usize) -> Option<Header> {
        let head = read_varint(self.blob, at)?;
        let link = if head & 1 == 1 {
            let zigzag = i64::from(read_varint(self.blob, at)?);
            Some(zigzag >> 1 ^ -(zigzag & 1))
        } else {
            None
        };
        let postings = *at..at.saturating_add((head >> 1) as usize);
        *at = postings.end;
        Some(Header { link, postings })
    }
}

/// The table of blocks and the blob of `lists`, each with the number of the list that it is linked to.
pub(crate) fn write_linked(
    lists: impl IntoIterator<Item = (usize, Vec<(u32, Field)>)>,
) -> (Vec<u32>, Vec<u8>) {
    let (mut blocks, mut blob) = (vec![0], Vec::new());
    let mut count = 0;
    for (index, (linked, list)) in lists.into_iter().enumerate() {
        if index.is_multiple_of(BLOCK) {
            blocks.push(blob.len() as u32);
        }
        let mut postings = Vec::new();
        write_postings(&mut postings, list);
        let head = (postings.len() as u32) << 1;
        if linked == index {
            write_varint(&mut blob, head);
        } else {
            let distance = linked as i64 - index as i64;
            write_varint(&mut blob, head | 1);
            write_varint(&mut blob, (distance << 1 ^ distance >> 63) as u32);
        }
        blob.extend(postings);
        count = index as u32 + 1;
    }
    if let Some(place) = blocks.first_mut() {
        *place = count;
    }
    (blocks, blob)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// What was written is read, one by one and in a row.
        #[test]
        fn they_are_what_was_written(
            lists in prop::collection::vec((any::<prop::sample::Index>(), prop::collection::btree_set(0u32..500, 0..40)), 1..60),
            start in 0usize..70,
            length in 0usize..70,
        ) {
            let all: Vec<(usize, Vec<(u32, Field)>)> = lists
                .iter()
                .map(|(link, items)| (link.index(lists.len()), items.iter().map(|&item| (item, Field::Title)).collect()))
                .collect();
            let (blocks, blob) = write_linked(all.clone());
            let blocks: Vec<u8> = blocks.into_iter().flat_map(u32::to_le_bytes).collect();
            let view = Lists::new(U32s::new(&blocks), &blob);
            prop_assert!(view.is_sound());
            prop_assert_eq!(view.len(), all.len());
            let read = |postings: Postings<'_>| {
                let mut read = Vec::new();
                postings.for_each(|item, field| { read.push((item.0, field)); true });
                read
            };
            for (index, (link, list)) in all.iter().enumerate() {
                prop_assert_eq!(view.linked(index), *link);
                prop_assert_eq!(&read(view.at(index)), list);
            }
            let mut row = Vec::new();
            view.for_each(start..start + length, |postings| row.push(read(postings)));
            let expected: Vec<_> = all.iter().map(|(_, list)| list.clone()).skip(start).take(length).collect();
            prop_assert_eq!(row, expected);
        }
    }
}
