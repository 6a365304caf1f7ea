//! Relations: which items belong to an item, in one list per relation.
//!
//! # Format
//! One byte: neighbours that a row has room for; one bit per item: whether it has a row; then a [row](super::lists) for each that has.

use super::lists::{Neighbour, ROW_LEVELS, RowShape, level_weight, scale_weight};

/// Greatest number of neighbours of one item.
pub const MAX_RELATED: usize = 64;

/// The section of a relation; `lists` has each item's neighbours, strongest first, of which `neighbours` are kept.
#[must_use]
pub fn relation_section(lists: &[Vec<Neighbour>], neighbours: usize) -> Vec<u8> {
    let neighbours = neighbours.clamp(1, MAX_RELATED);
    let shape = RowShape::new(lists.len(), neighbours);
    let mut section = vec![0; 1 + lists.len().div_ceil(8)];
    section[0] = neighbours as u8;
    for (item, list) in lists
        .iter()
        .enumerate()
        .filter(|(_, list)| !list.is_empty())
    {
        section[1 + item / 8] |= 1 << (item % 8);
        let start = section.len();
        section.resize(start + shape.bytes(), 0);
        shape.write(list, &mut section[start..]);
    }
    section
}

/// The bits and the rows of a section.
fn parts(section: &[u8], items: usize) -> Option<(RowShape, &[u8], &[u8])> {
    let (&neighbours, rest) = section.split_first()?;
    let (bits, rows) = rest.split_at_checked(items.div_ceil(8))?;
    Some((RowShape::new(items, usize::from(neighbours)), bits, rows))
}

fn ones(bits: &[u8]) -> usize {
    bits.iter().map(|byte| byte.count_ones() as usize).sum()
}

/// Whether `section` is as long as its own bits ask for; an empty one says nothing of any item.
pub(crate) fn is_sound(section: &[u8], items: usize) -> bool {
    section.is_empty()
        || parts(section, items).is_some_and(|(shape, bits, rows)| {
            (1..=MAX_RELATED).contains(&shape.neighbours)
                && rows.len() == ones(bits) * shape.bytes()
        })
}

/// What belongs to `item`, ascending, and how strongly. Whatever the bytes hold, nothing panics.
pub(crate) fn related(section: &[u8], items: usize, item: u32) -> Vec<Neighbour> {
    let mut all = Vec::new();
    let row = parts(section, items).and_then(|(shape, bits, rows)| {
        let at = item as usize / 8;
        let own = *bits.get(at)?;
        let bit = 1u8 << (item % 8);
        let before = ones(bits.get(..at)?) + (own & (bit - 1)).count_ones() as usize;
        let start = before * shape.bytes();
        (own & bit != 0).then_some((shape, rows.get(start..start + shape.bytes())?))
    });
    if let Some((shape, row)) = row {
        let greatest = scale_weight(RowShape::scale(row));
        shape.read(row, |item, level| {
            let weight = greatest * level_weight(level % ROW_LEVELS as u8);
            all.push(Neighbour { item, weight });
        });
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_together_is_read_again() {
        let near = |item, weight| Neighbour { item, weight };
        let lists = vec![
            vec![near(2, 3.0), near(1, 1.0)],
            Vec::new(),
            vec![near(0, 0.5)],
        ];
        let section = relation_section(&lists, 4);
        assert!(is_sound(&section, 3));
        assert!(!is_sound(&section, 30) && !is_sound(&section[1..], 3));
        let read = |item| {
            let read = related(&section, 3, item);
            read.into_iter()
                .map(|near| (near.item, near.weight))
                .collect::<Vec<_>>()
        };
        let first = read(0);
        assert_eq!(
            first.iter().map(|&(item, _)| item).collect::<Vec<_>>(),
            [1, 2]
        );
        assert!(first[0].1 < first[1].1 && (first[1].1 - 3.0).abs() < 0.2);
        assert_eq!(read(1), []);
        assert_eq!(read(9), []);
    }
}
