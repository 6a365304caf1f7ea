//! The facet values of all items, packed: what the engine unpacks once when it opens a catalogue.
//!
//! # Format
//! * The *sets*: the facets of which an item has values, as their number and then the distance of each from the one before,
//!   so that a facet with several values stands several times. Equal sets are written once.
//! * Per item its set: 0 for the next one that no item before had, else how many sets back from the latest it stands.
//! * Per facet a *stream* of the values of its items in their order, each as its number within the facet.
//!
//! All are LEB128. Products of one kind have the same properties, and most values are the most frequent ones, which have
//! the smallest numbers; so this compresses to a fifth of lists of values per item and lists of items per value (measured
//! on a catalogue of IT products with 19 values per item: 103 to 20 bytes per product).
//!
//! # Invariants
//! * What is unpacked from any bytes has ascending values within each item, each within its facet.
//! * Unpacking takes time and room in proportion to the bytes and the number of items.

use std::collections::BTreeMap;

use crate::pack::{Offsets, read_varint, write_varint};

/// Values by item, or what is needed for it.
#[derive(Clone, Debug, Default)]
pub(super) struct ItemValues {
    /// Where the values of each item begin, and their number.
    offsets: Vec<u32>,
    values: Vec<u32>,
}

impl ItemValues {
    /// The values of `item`, ascending.
    #[inline]
    pub(super) fn of(&self, item: usize) -> &[u32] {
        let (Some(&start), Some(&end)) = (self.offsets.get(item), self.offsets.get(item + 1))
        else {
            return &[];
        };
        self.values
            .get(start as usize..end as usize)
            .unwrap_or_default()
    }

    /// Per item whether it has a value below `end` that `is_wanted`.
    pub(super) fn having(
        &self,
        end: u32,
        is_wanted: impl Fn(u32) -> bool,
    ) -> impl Iterator<Item = bool> {
        let mut first = 0;
        let ends = self.offsets.get(1..).unwrap_or_default();
        ends.iter().map(move |&last| {
            let values = self.values.get(first as usize..last as usize);
            first = last;
            let values = values.unwrap_or_default().iter().copied();
            // They ascend, and what is asked for most, category and brand, stands first.
            values.take_while(|&value| value < end).any(&is_wanted)
        })
    }

    /// Adds one to the count of each value for each item that has it.
    pub(super) fn count_all(&self, counts: &mut [u32]) {
        for &value in &self.values {
            if let Some(count) = counts.get_mut(value as usize) {
                *count += 1;
            }
        }
    }

    /// Unpacks the values of `items` items; `None` if the bytes are none that [`pack`] has written. `firsts` has the first
    /// value of each facet and the number of all values, `streams` as many ranges as there are facets.
    pub(super) fn unpack(
        items: usize,
        firsts: &[u32],
        packed: PackedItems<'_>,
        streams: Offsets<'_>,
    ) -> Option<Self> {
        let sets = Sets::read(packed.sets, firsts.len().saturating_sub(1))?;
        let mut cursors: Vec<usize> = (0..streams.len())
            .map(|facet| streams.range(facet).0)
            .collect();
        let mut offsets = Vec::with_capacity(items + 1);
        let mut values = Vec::with_capacity(packed.streams.len());
        let (mut at, mut latest) = (0, 0usize);
        offsets.push(0);
        for _ in 0..items {
            let back = read_varint(packed.items, &mut at)? as usize;
            let set = if back == 0 {
                latest += 1;
                latest
            } else {
                (latest + 1).checked_sub(back)?
            };
            let mut before = None;
            for &facet in sets.at(set.checked_sub(1)?)? {
                let facet = facet as usize;
                let ordinal = read_varint(packed.streams, cursors.get_mut(facet)?)?;
                let value = firsts.get(facet)?.checked_add(ordinal)?;
                if value >= *firsts.get(facet + 1)? || before.is_some_and(|before| before >= value)
                {
                    return None;
                }
                before = Some(value);
                values.push(value);
            }
            offsets.push(values.len() as u32);
        }
        // Streams are read to their ends, so none has read from its neighbour's.
        let whole =
            (0..streams.len()).all(|facet| cursors.get(facet) == Some(&streams.range(facet).1));
        (whole && at == packed.items.len() && latest == sets.len())
            .then_some(Self { offsets, values })
    }
}

/// What [`pack`] writes, without the ranges of the streams.
#[derive(Clone, Copy, Debug)]
pub(super) struct PackedItems<'a> {
    pub(super) sets: &'a [u8],
    pub(super) items: &'a [u8],
    pub(super) streams: &'a [u8],
}

/// The facets of each set.
struct Sets {
    ends: Vec<u32>,
    facets: Vec<u32>,
}

impl Sets {
    fn read(bytes: &[u8], facet_count: usize) -> Option<Self> {
        let (mut ends, mut facets) = (Vec::new(), Vec::with_capacity(bytes.len()));
        let mut at = 0;
        while at < bytes.len() {
            let mut facet = 0u32;
            for _ in 0..read_varint(bytes, &mut at)? {
                facet = facet.checked_add(read_varint(bytes, &mut at)?)?;
                if facet as usize >= facet_count {
                    return None;
                }
                facets.push(facet);
            }
            ends.push(facets.len() as u32);
        }
        Some(Self { ends, facets })
    }

    fn len(&self) -> usize {
        self.ends.len()
    }

    fn at(&self, set: usize) -> Option<&[u32]> {
        let start = match set.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        let end = *self.ends.get(set)?;
        self.facets.get(start as usize..end as usize)
    }
}

/// The packed form of the ascending `values` of each item: sets, items, ends of the streams, streams.
pub(super) fn pack(firsts: &[u32], values: &[Vec<u32>]) -> (Vec<u8>, Vec<u8>, Vec<u32>, Vec<u8>) {
    let (mut sets, mut items) = (Vec::new(), Vec::new());
    let mut streams = vec![Vec::new(); firsts.len().saturating_sub(1)];
    let mut numbers = BTreeMap::<Vec<u32>, usize>::new();
    for values in values {
        let mut set = Vec::with_capacity(values.len());
        for &value in values {
            let facet = firsts.partition_point(|&first| first <= value) - 1;
            set.push(facet as u32);
            if let (Some(stream), Some(first)) = (streams.get_mut(facet), firsts.get(facet)) {
                write_varint(stream, value - first);
            }
        }
        if let Some(number) = numbers.get(&set) {
            write_varint(&mut items, (numbers.len() - number) as u32);
            continue;
        }
        write_varint(&mut items, 0);
        write_varint(&mut sets, set.len() as u32);
        let mut before = 0;
        for &facet in &set {
            write_varint(&mut sets, facet - before);
            before = facet;
        }
        numbers.insert(set, numbers.len());
    }
    let mut starts = vec![0];
    let mut joined = Vec::new();
    for mut stream in streams {
        joined.append(&mut stream);
        starts.push(joined.len() as u32);
    }
    (sets, items, starts, joined)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn unpacked(
        firsts: &[u32],
        items: usize,
        packed: &(Vec<u8>, Vec<u8>, Vec<u32>, Vec<u8>),
    ) -> Option<Vec<Vec<u32>>> {
        let (sets, numbers, starts, streams) = packed;
        let starts: Vec<u8> = starts
            .iter()
            .flat_map(|start| start.to_le_bytes())
            .collect();
        let values = ItemValues::unpack(
            items,
            firsts,
            PackedItems {
                sets,
                items: numbers,
                streams,
            },
            Offsets::new(&starts, firsts.len() - 1, streams.len())?,
        )?;
        Some((0..items).map(|item| values.of(item).to_vec()).collect())
    }

    proptest! {
        /// What is packed comes back; what is cut off or lengthened does not.
        #[test]
        fn packing_is_reversible(
            sizes in prop::collection::vec(0u32..300, 2..6),
            seeds in prop::collection::vec(prop::collection::vec(any::<prop::sample::Index>(), 0..8), 0..40),
        ) {
            let mut firsts = vec![0];
            for size in sizes {
                firsts.push(firsts[firsts.len() - 1] + size);
            }
            let total = firsts[firsts.len() - 1] as usize;
            let values: Vec<Vec<u32>> = seeds
                .iter()
                .map(|seeds| {
                    let mut values: Vec<u32> = seeds.iter().filter(|_| total > 0).map(|seed| seed.index(total) as u32).collect();
                    values.sort_unstable();
                    values.dedup();
                    values
                })
                .collect();
            // `pack` finds the facet by its first value: of facets without values the last one counts, which is right.
            let packed = pack(&firsts, &values);
            prop_assert_eq!(unpacked(&firsts, values.len(), &packed), Some(values.clone()));
            prop_assert_eq!(unpacked(&firsts, values.len() + 1, &packed), None);
            if !values.is_empty() {
                prop_assert_eq!(unpacked(&firsts, values.len() - 1, &packed), None);
            }
        }

        /// Foreign bytes give nothing or values in order, each in a facet.
        #[test]
        fn foreign_bytes_do_no_harm(
            sets in prop::collection::vec(0u8..6, 0..40),
            items in prop::collection::vec(0u8..4, 0..12),
            streams in prop::collection::vec(0u8..5, 0..40),
            cut in any::<prop::sample::Index>(),
        ) {
            let cut = cut.index(streams.len() + 1) as u32;
            let starts = vec![0, cut, streams.len() as u32];
            let count = items.len();
            if let Some(values) = unpacked(&[0, 4, 9], count, &(sets, items, starts, streams)) {
                for values in values {
                    prop_assert!(values.is_sorted() && values.iter().all(|&value| value < 9));
                }
            }
        }
    }
}
