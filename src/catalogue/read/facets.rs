//! The facets and values of a catalogue, and those of each item.

use super::{CATEGORY_SEPARATOR, Catalogue, FacetIdx, ItemIdx, ValueIdx, partition_point, some};
use crate::{catalogue::sections::Section, index::Postings, key::Key, pack::Offsets};

impl Catalogue {
    /// The facet values of `item`: leaf categories first, then the brand, then attributes.
    pub fn item_values(&self, item: ItemIdx) -> impl ExactSizeIterator<Item = ValueIdx> + '_ {
        let (start, end) = Offsets::trusted(self.bytes(Section::ItemValues)).range(item.0 as usize);
        self.u32s(Section::ItemValuesList)
            .slice(start, end)
            .iter()
            .map(ValueIdx)
    }

    /// The facet that `value` belongs to.
    #[must_use]
    pub fn facet_of(&self, value: ValueIdx) -> FacetIdx {
        let ranges = self.u32s(Section::FacetValues);
        let facet = partition_point(self.facets, |facet| ranges.at(facet + 1) <= value.0);
        FacetIdx(facet as u32)
    }

    /// All facets.
    pub fn facets(&self) -> impl ExactSizeIterator<Item = FacetIdx> + use<> {
        (0..self.facets as u32).map(FacetIdx)
    }

    /// The facet with `key`: `category`, `brand`, or an attribute's.
    #[must_use]
    pub fn facet(&self, key: &str) -> Option<FacetIdx> {
        self.facets().find(|&facet| self.facet_key(facet) == key)
    }

    /// The shop's identifier of `facet`.
    #[must_use]
    pub fn facet_key(&self, facet: FacetIdx) -> &str {
        self.strings(Section::FacetKeys, Section::FacetKeysBlob)
            .at(facet.0 as usize)
    }

    /// What the shopper reads for `facet`; "" for category and brand, which the page names itself.
    #[must_use]
    pub fn facet_label(&self, facet: FacetIdx) -> &str {
        self.strings(Section::FacetLabels, Section::FacetLabelsBlob)
            .at(facet.0 as usize)
    }

    /// The values of `facet`, ascending by label; categories in depth-first order.
    pub fn facet_values(
        &self,
        facet: FacetIdx,
    ) -> impl DoubleEndedIterator<Item = ValueIdx> + ExactSizeIterator + Clone + use<> {
        let ranges = self.u32s(Section::FacetValues);
        (ranges.at(facet.0 as usize)..ranges.at(facet.0 as usize + 1)).map(ValueIdx)
    }

    /// What the shopper reads for `value`.
    #[must_use]
    pub fn value_label(&self, value: ValueIdx) -> &str {
        self.strings(Section::ValueLabels, Section::ValueLabelsBlob)
            .at(value.0 as usize)
    }

    /// What a profile remembers of `value`.
    #[must_use]
    pub fn value_key(&self, value: ValueIdx) -> Key {
        Key::from_u64(self.u64s(Section::ValueKeys).at(value.0 as usize))
    }

    /// The value that a profile remembers as `key`.
    #[must_use]
    pub fn value_by_key(&self, key: Key) -> Option<ValueIdx> {
        let entries = self.u64s(Section::ValuesByKey);
        let wanted = key.to_u64() << 24;
        let low = entries.lower_bound(wanted);
        let entry = entries.at(low);
        (low < entries.len() && entry >> 24 == key.to_u64())
            .then_some(ValueIdx((entry & 0xff_ffff) as u32))
    }

    /// The category above `value`.
    #[must_use]
    pub fn value_parent(&self, value: ValueIdx) -> Option<ValueIdx> {
        // A parent stands before its children, so that following parents ends whatever the bytes say.
        some(self.u32s(Section::ValueParents).at(value.0 as usize))
            .filter(|&parent| parent < value.0)
            .map(ValueIdx)
    }

    /// `value` and the categories above it, from the leaf to the root.
    pub fn ancestors(&self, value: ValueIdx) -> impl Iterator<Item = ValueIdx> + '_ {
        std::iter::successors(Some(value), |&value| self.value_parent(value))
    }

    /// The brand of `item`, or "".
    pub(crate) fn brand(&self, item: ItemIdx) -> &str {
        self.item_values(item)
            .find(|&value| self.facet_of(value) == FacetIdx::BRAND)
            .map_or("", |brand| self.value_label(brand))
    }

    /// Number of items with `value` or, in categories, with one below it.
    #[must_use]
    pub fn value_items(&self, value: ValueIdx) -> u32 {
        self.u32s(Section::ValueCounts).at(value.0 as usize)
    }

    /// The value of `facet` that [`value_name`](Self::value_name) calls `name`.
    #[must_use]
    pub fn value(&self, facet: FacetIdx, name: &str) -> Option<ValueIdx> {
        if facet == FacetIdx::CATEGORY {
            let mut found = None;
            for label in name.split(CATEGORY_SEPARATOR) {
                found = Some(self.facet_values(facet).find(|&value| {
                    self.value_parent(value) == found && self.value_label(value) == label
                })?);
            }
            return found;
        }
        self.facet_values(facet)
            .find(|&value| self.value_label(value) == name)
    }

    /// Unambiguous name of `value` in its facet: the path of a category, the label of any other.
    #[must_use]
    pub fn value_name(&self, value: ValueIdx) -> String {
        let mut labels: Vec<_> = self
            .ancestors(value)
            .map(|value| self.value_label(value))
            .collect();
        labels.reverse();
        labels.join(CATEGORY_SEPARATOR)
    }

    /// `value` and, in categories, everything below it, as a range of values.
    pub(crate) fn subtree(&self, value: ValueIdx) -> std::ops::Range<u32> {
        let end = self
            .facet_values(FacetIdx::CATEGORY)
            .skip(value.0 as usize + 1)
            .find(|&other| !self.ancestors(other).any(|above| above == value))
            .map_or(self.u32s(Section::FacetValues).at(1), |other| other.0);
        if value.0 < end {
            value.0..end
        } else {
            value.0..value.0 + 1
        }
    }

    /// Items with exactly `value`.
    pub(crate) fn value_postings(&self, value: ValueIdx) -> Postings<'_> {
        self.postings(
            Section::ValuePostings,
            Section::ValuePostingsBlob,
            value.0 as usize,
        )
    }
}
