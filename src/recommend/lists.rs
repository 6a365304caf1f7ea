//! Neighbour lists: one row of fixed length per item.
//!
//! # Format
//! A row holds up to `neighbours` items, ascending, and is found by multiplication, without a table of offsets:
//!
//! | bytes | what |
//! | --- | --- |
//! | 1 | number of neighbours |
//! | 1 | greatest weight of the row, in 16ths of an octave below 4 |
//! | ½ × neighbours | levels: how far below the greatest each weight is, as a power of [`RATIO`] |
//! | low bits × neighbours | the lower bits of the items |
//! | the rest | the upper bits in unary: Elias–Fano (Elias, J. ACM 21(2), 1974), 2 bits per neighbour above the low ones |

use libm::{exp2f, log2f};

/// Steps between weights. Held out on diginetica, 4 bits at 1.3, 1.4 and 1.6 rank within 0.001 of unrounded weights.
const RATIO: f32 = 1.4;
/// Levels that four bits tell apart.
pub(super) const ROW_LEVELS: usize = 16;
/// Weights are written below this one.
const GREATEST: f32 = 4.0;
/// Steps of the row's greatest weight per octave.
const PER_OCTAVE: f32 = 16.0;

/// A neighbour and how strongly the item points to it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Neighbour {
    /// Number of the item.
    pub item: u32,
    /// Its weight, above zero.
    pub weight: f32,
}

/// Bytes of the row of each of `items` items.
#[must_use]
pub fn row_bytes(items: usize, neighbours: usize) -> usize {
    RowShape::new(items, neighbours).bytes()
}

/// How the rows of a pack are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RowShape {
    pub(super) neighbours: usize,
    low_bits: usize,
    upper_bytes: usize,
}

impl RowShape {
    pub(super) fn new(items: usize, neighbours: usize) -> Self {
        let per = items / neighbours.max(1);
        let low_bits = per.checked_ilog2().unwrap_or(0) as usize;
        Self {
            neighbours,
            low_bits,
            upper_bytes: (neighbours + (items >> low_bits)).div_ceil(8) + 1,
        }
    }

    /// Length of a row in bytes.
    pub(super) fn bytes(self) -> usize {
        2 + self.neighbours.div_ceil(2)
            + (self.neighbours * self.low_bits).div_ceil(8)
            + self.upper_bytes
    }

    /// Writes the strongest neighbours; `row` is zero and [`bytes`](Self::bytes) long.
    pub(super) fn write(self, strongest: &[Neighbour], row: &mut [u8]) {
        let mut kept: Vec<Neighbour> = strongest.iter().take(self.neighbours).copied().collect();
        kept.sort_by_key(|neighbour| neighbour.item);
        let greatest = kept
            .iter()
            .map(|neighbour| neighbour.weight)
            .fold(0.0, f32::max);
        let scale = scale_byte(greatest);
        let greatest = scale_weight(scale);
        let levels = 2;
        let low = levels + self.neighbours.div_ceil(2);
        let upper = low + (self.neighbours * self.low_bits).div_ceil(8);
        if let [count, first, ..] = row {
            (*count, *first) = (kept.len() as u8, scale);
        }
        let mut set = |bit: usize| {
            if let Some(byte) = row.get_mut(bit / 8) {
                *byte |= 1 << (bit % 8);
            }
        };
        for (at, neighbour) in kept.iter().enumerate() {
            let level = level_of(neighbour.weight, greatest);
            for bit in (0..4).filter(|bit| level >> bit & 1 == 1) {
                set(levels * 8 + at * 4 + bit);
            }
            for bit in (0..self.low_bits).filter(|bit| neighbour.item >> bit & 1 == 1) {
                set(low * 8 + at * self.low_bits + bit);
            }
            set(upper * 8 + (neighbour.item as usize >> self.low_bits) + at);
        }
    }

    /// The greatest weight of a row, as the byte that stands for it.
    #[inline]
    pub(super) fn scale(row: &[u8]) -> u8 {
        row.get(1).copied().unwrap_or(u8::MAX)
    }

    /// Calls `each` with the neighbours of a row, ascending, and their levels.
    #[inline]
    pub(super) fn read(self, row: &[u8], mut each: impl FnMut(u32, u8)) {
        let Some(&count) = row.first() else {
            return;
        };
        let count = usize::from(count).min(self.neighbours);
        let levels = row.get(2..).unwrap_or_default();
        let low_at = 2 + self.neighbours.div_ceil(2);
        let low = row.get(low_at..).unwrap_or_default();
        let upper_at = low_at + (self.neighbours * self.low_bits).div_ceil(8);
        let upper = row.get(upper_at..).unwrap_or_default();
        let mask = (1u32 << self.low_bits) - 1;
        let mut at = 0;
        for (index, &byte) in upper.iter().enumerate() {
            let mut bits = byte;
            while bits != 0 && at < count {
                let position = index * 8 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                let high = (position - at.min(position)) as u32;
                let bit = at * self.low_bits;
                let item = high << self.low_bits | (word(low, bit / 8) >> (bit % 8)) & mask;
                let level = levels.get(at / 2).copied().unwrap_or(0) >> (at % 2 * 4) & 15;
                each(item, level);
                at += 1;
            }
        }
    }
}

/// What a weight `level` steps below the greatest of its row is, in parts of the greatest.
#[must_use]
pub(super) fn level_weight(level: u8) -> f32 {
    (0..level).fold(1.0, |weight, _| weight / RATIO)
}

/// Four bytes from `at` on; what lies behind the end is zero.
#[inline]
fn word(bytes: &[u8], at: usize) -> u32 {
    match bytes.get(at..at + 4) {
        Some(&[a, b, c, d]) => u32::from_le_bytes([a, b, c, d]),
        _ => (0..4).fold(0, |word, shift| {
            word | u32::from(bytes.get(at + shift).copied().unwrap_or(0)) << (8 * shift)
        }),
    }
}

fn scale_byte(weight: f32) -> u8 {
    let octaves = log2f(GREATEST / weight.clamp(f32::MIN_POSITIVE, GREATEST));
    (octaves * PER_OCTAVE) as u8
}

/// The weight that a scale byte stands for.
pub(super) fn scale_weight(scale: u8) -> f32 {
    GREATEST * exp2f(-f32::from(scale) / PER_OCTAVE)
}

fn level_of(weight: f32, greatest: f32) -> u8 {
    let steps = log2f(greatest / weight.max(f32::MIN_POSITIVE)) / log2f(RATIO);
    (steps + 0.5).clamp(0.0, (ROW_LEVELS - 1) as f32) as u8
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// What is written is read: the same items, each weight within a step of what it was.
        #[test]
        fn rows_round_trip(
            items in 1usize..200_000,
            neighbours in 1usize..64,
            list in prop::collection::btree_map(any::<u32>(), 0.001f32..3.0, 0..64),
        ) {
            let shape = RowShape::new(items, neighbours);
            let kept: std::collections::BTreeMap<u32, f32> =
                list.iter().map(|(item, &weight)| (item % items as u32, weight)).collect();
            let written: Vec<Neighbour> =
                kept.iter().map(|(&item, &weight)| Neighbour { item, weight }).take(neighbours).collect();
            let mut row = vec![0; shape.bytes()];
            shape.write(&written, &mut row);
            let mut read = Vec::new();
            shape.read(&row, |item, level| read.push((item, level)));
            let greatest = scale_weight(RowShape::scale(&row));
            prop_assert_eq!(read.len(), written.len());
            for (&(item, level), neighbour) in read.iter().zip(&written) {
                prop_assert_eq!(item, neighbour.item);
                let weight = greatest * level_weight(level);
                let far = (weight / neighbour.weight).max(neighbour.weight / weight);
                prop_assert!(far < RATIO || level as usize == ROW_LEVELS - 1, "{} became {}", neighbour.weight, weight);
            }
        }

        /// Foreign bytes read as some neighbours, never more than there may be.
        #[test]
        fn any_row_reads(
            items in 1usize..100_000,
            neighbours in 1usize..64,
            row in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let shape = RowShape::new(items, neighbours);
            let mut count = 0;
            shape.read(&row, |_, level| { count += 1; assert!(usize::from(level) < ROW_LEVELS); });
            prop_assert!(count <= neighbours);
        }
    }
}
