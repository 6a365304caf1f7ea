//! Postings: ascending items with the field that a term stands in.
//!
//! Each entry is one LEB128 number: distance from the item before, times four, plus the field.

use crate::{
    catalogue::ItemIdx,
    pack::{read_varint, write_varint},
};

/// Where a term stands in a product, from the least to the most telling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Field {
    /// Description or attribute.
    Detail,
    Category,
    Brand,
    Title,
}

/// View of one list of postings.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Postings<'a> {
    bytes: &'a [u8],
}

impl<'a> Postings<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    /// Length of the list in bytes: what retrieval takes for the number of items with the term, which would have to be
    /// stored or counted; most postings take one byte or two.
    pub(crate) fn byte_len(self) -> usize {
        self.bytes.len()
    }

    /// Calls `visit` for each posting until it returns false. What foreign bytes decode to may lie outside the catalogue.
    #[inline]
    pub(crate) fn for_each(self, mut visit: impl FnMut(ItemIdx, Field) -> bool) {
        let mut at = 0;
        let mut item = 0u32;
        while let Some(entry) = read_varint(self.bytes, &mut at) {
            item = item.wrapping_add(entry >> 2);
            let field = match entry & 3 {
                0 => Field::Detail,
                1 => Field::Category,
                2 => Field::Brand,
                _ => Field::Title,
            };
            if !visit(ItemIdx(item), field) {
                return;
            }
        }
    }
}

/// Appends `postings`, ascending by item, to `blob`.
pub(crate) fn write_postings(blob: &mut Vec<u8>, postings: impl IntoIterator<Item = (u32, Field)>) {
    let mut before = 0;
    for (item, field) in postings {
        write_varint(blob, (item - before) << 2 | field as u32);
        before = item;
    }
}
