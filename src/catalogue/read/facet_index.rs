//! What is worked out of the facets when a catalogue is opened: values by item, counts, the category tree, keys.

use std::sync::OnceLock;

use super::{MAX_DEPTH, NONE};
use crate::{
    catalogue::item_values::{ItemValues, PackedItems},
    key::{FacetTag, Key},
    order::ascending,
    pack::Offsets,
};

/// Everything about facets that lives beside the pack: a few bytes per item and value.
#[derive(Clone, Debug, Default)]
pub(super) struct FacetIndex {
    pub(super) items: ItemValues,
    /// First value of each facet, and the number of values.
    pub(super) firsts: Vec<u32>,
    /// Items with exactly the value.
    pub(super) counts: Vec<u32>,
    /// Items in the category or one below it.
    totals: Vec<u32>,
    /// The category above each category.
    parents: Vec<u32>,
    pub(super) tags: Vec<FacetTag>,
    /// Per facet the lower halves of its values' keys with the values, ascending; worked out when one is asked for.
    keys: Vec<OnceLock<Vec<(u32, u32)>>>,
}

impl FacetIndex {
    /// `None` if the packed values are unsound. `levels` are those of the categories, checked before.
    pub(super) fn new(
        items: usize,
        firsts: Vec<u32>,
        levels: &[u8],
        packed: PackedItems<'_>,
        streams: Offsets<'_>,
    ) -> Option<Self> {
        let items = ItemValues::unpack(items, &firsts, packed, streams)?;
        let mut counts = vec![0; firsts.last().copied().unwrap_or(0) as usize];
        items.count_all(&mut counts);
        let mut index = Self {
            parents: parents(levels),
            totals: counts.get(..levels.len())?.to_vec(),
            keys: vec![OnceLock::new(); firsts.len().saturating_sub(1)],
            tags: Vec::new(),
            items,
            firsts,
            counts,
        };
        let mut totals = std::mem::take(&mut index.totals);
        index.add_up(&mut totals, |above, own| *above += own);
        index.totals = totals;
        Some(index)
    }

    /// The category above `value`.
    #[inline]
    pub(super) fn parent(&self, value: u32) -> Option<u32> {
        self.parents
            .get(value as usize)
            .copied()
            .filter(|&parent| parent != NONE)
    }

    /// Items with `value` or, in categories, with one below it.
    #[inline]
    pub(super) fn total(&self, value: u32) -> u32 {
        let at = value as usize;
        let total = self.totals.get(at).or_else(|| self.counts.get(at));
        total.copied().unwrap_or(0)
    }

    /// Adds what each category has to the one above it, by `add`.
    pub(super) fn add_up<T: Copy>(&self, column: &mut [T], add: impl Fn(&mut T, T)) {
        // Children stand behind their parent, so from the last to the first each is complete when it is added.
        for value in (0..self.parents.len()).rev() {
            let Some(&own) = column.get(value) else {
                continue;
            };
            if let Some(above) = self.parent(value as u32)
                && let Some(above) = column.get_mut(above as usize)
            {
                add(above, own);
            }
        }
    }

    /// The value of `facet` with the key `wanted`, where `key` tells the keys of its values.
    pub(super) fn by_key(
        &self,
        facet: usize,
        wanted: Key,
        key: impl Fn(u32) -> Key,
    ) -> Option<u32> {
        let (&first, &end) = (self.firsts.get(facet)?, self.firsts.get(facet + 1)?);
        let half = |key: Key| key.to_u64() as u32;
        let keys = self.keys.get(facet)?.get_or_init(|| {
            let entry = |value: u32| u64::from(half(key(value))) << 32 | u64::from(value);
            let entries: Vec<u64> = (first..end).map(entry).collect();
            // By the one sort of the crate: another would be as large again.
            ascending(entries.clone())
                .into_iter()
                .filter_map(|place| entries.get(place))
                .map(|&entry| ((entry >> 32) as u32, entry as u32))
                .collect()
        });
        let at = keys.partition_point(|&(key, _)| key < half(wanted));
        keys.get(at..)?
            .iter()
            .take_while(|&&(key, _)| key == half(wanted))
            .map(|&(_, value)| value)
            .find(|&value| key(value) == wanted)
    }
}

/// Whether levels are those of a tree written depth first.
pub(super) fn is_tree(levels: &[u8]) -> bool {
    let mut most = 0;
    levels.iter().all(|&level| {
        let fits = level <= most && level <= MAX_DEPTH;
        most = level.saturating_add(1);
        fits
    })
}

fn parents(levels: &[u8]) -> Vec<u32> {
    let mut path: Vec<u32> = Vec::new();
    levels
        .iter()
        .zip(0u32..)
        .map(|(&level, value)| {
            path.truncate(usize::from(level));
            let parent = path.last().copied().unwrap_or(NONE);
            path.push(value);
            parent
        })
        .collect()
}
