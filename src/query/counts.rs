//! Counts: how many hits have each value of each facet.
//!
//! # Invariants
//! * A count says how many hits choosing the value would give: all filters applied but those of its own facet. In categories
//!   it includes what lies below.
//! * Counts are exact, and never more than half of the items are looked at: where most are hits, those that are none are taken
//!   off the counts of the whole catalogue.

use super::filter::{Filters, Selection, Subject};
use crate::{
    catalogue::{Catalogue, FacetIdx, ItemIdx, ValueIdx},
    index::BitSet,
};

/// Counts of a result.
#[derive(Clone, Debug)]
pub(crate) struct Counts {
    /// Hits per value.
    values: Vec<u32>,
    /// Hits, and per filter the items that meet all others.
    hits: u32,
    without: Vec<u32>,
}

impl Selection {
    /// The items that `subject` could be asked of: those that meet all other filters.
    pub(super) fn base(&self, filters: &Filters, subject: Subject) -> &BitSet {
        filters
            .position(subject)
            .and_then(|position| self.without.get(position))
            .unwrap_or(&self.hits)
    }
}

impl Counts {
    pub(crate) fn new(catalogue: &Catalogue, filters: &Filters, selection: &Selection) -> Self {
        let mut values = count(catalogue, &selection.hits);
        for (subject, without) in filters.subjects().zip(&selection.without) {
            if let Some(Subject::Facet(facet)) = subject {
                count_facet(catalogue, without, facet, &mut values);
            }
        }
        catalogue.add_up(&mut values, |above, own| *above += own);
        Self {
            values,
            hits: size(&selection.hits),
            without: selection.without.iter().map(size).collect(),
        }
    }

    /// Hits that choosing `value` would give.
    #[inline]
    pub(super) fn at(&self, value: ValueIdx) -> u32 {
        self.values.get(value.0 as usize).copied().unwrap_or(0)
    }

    /// The counts of all values of `facet`.
    pub(super) fn of(&self, catalogue: &Catalogue, facet: FacetIdx) -> &[u32] {
        let range = catalogue.value_range(facet);
        self.values
            .get(range.start as usize..range.end as usize)
            .unwrap_or_default()
    }

    /// Items that `subject` could be asked of.
    pub(super) fn base(&self, filters: &Filters, subject: Subject) -> u32 {
        let without = filters
            .position(subject)
            .and_then(|position| self.without.get(position));
        without.copied().unwrap_or(self.hits)
    }
}

fn size(items: &BitSet) -> u32 {
    items.count() as u32
}

/// Items of `set` with exactly each value.
fn count(catalogue: &Catalogue, set: &BitSet) -> Vec<u32> {
    let total = catalogue.direct_counts();
    if set.count() * 2 <= catalogue.item_count() {
        let mut counts = vec![0; total.len()];
        set.for_each(|item| {
            for value in catalogue.item_values(ItemIdx(item)) {
                if let Some(count) = counts.get_mut(value.0 as usize) {
                    *count += 1;
                }
            }
        });
        return counts;
    }
    let mut counts = total.to_vec();
    set.complement().for_each(|item| {
        for value in catalogue.item_values(ItemIdx(item)) {
            if let Some(count) = counts.get_mut(value.0 as usize) {
                *count -= 1;
            }
        }
    });
    counts
}

/// Replaces the counts of `facet` by those of `set`.
fn count_facet(catalogue: &Catalogue, set: &BitSet, facet: FacetIdx, counts: &mut [u32]) {
    let range = catalogue.value_range(facet);
    let (start, end) = (range.start as usize, range.end as usize);
    let (Some(total), Some(counts)) = (
        catalogue.direct_counts().get(start..end),
        counts.get_mut(start..end),
    ) else {
        return;
    };
    let is_most = set.count() * 2 > catalogue.item_count();
    if is_most {
        counts.copy_from_slice(total);
    } else {
        counts.fill(0);
    }
    let mut visit = |item: u32| {
        for &value in catalogue.item_values_in(ItemIdx(item), &range) {
            if let Some(count) = counts.get_mut(value as usize - start) {
                *count = if is_most { *count - 1 } else { *count + 1 };
            }
        }
    };
    if is_most {
        set.complement().for_each(&mut visit);
    } else {
        set.for_each(&mut visit);
    }
}
