//! Postings: ascending items with the field that a term stands in.
//!
//! Each entry is one LEB128 number: distance from the item before, times four, plus the field.

use crate::{
    catalogue::ItemIdx,
    pack::{read_varint, write_varint},
};

/// How much a term says of what a product is, by where it stands; from the least to the most telling.
///
/// Packs of earlier versions tell description, category, brand and title apart by the same numbers, in the same order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Field {
    /// It stands in the description, or modifies a compound: `Schraube` in `Schraubendreher`.
    Mention,
    /// The value of an attribute, or of a category what does not name the kind.
    Property,
    /// Title or brand.
    Title,
    /// The head of the title, or of a category: what the product is.
    Kind,
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
                0 => Field::Mention,
                1 => Field::Property,
                2 => Field::Title,
                _ => Field::Kind,
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
