//! The facets and values of a catalogue, and those of each item.

use super::{
    CATEGORY_SEPARATOR, Catalogue, FacetIdx, ItemIdx, ValueIdx, check::unsound,
    facet_index::FacetIndex,
};
use crate::{
    catalogue::{item_values::PackedItems, sections::Section},
    key::{FacetTag, Key},
    pack::{Offsets, PackError, read_varint},
    text::MAX_DECIMALS,
};

impl Catalogue {
    /// Unpacks what facets need beside the pack.
    pub(super) fn facet_index(&self) -> Result<FacetIndex, PackError> {
        use Section as S;
        let packed = PackedItems {
            sets: self.bytes(S::FacetSets),
            items: self.bytes(S::ItemSets),
            streams: self.bytes(S::ValueStreamsBlob),
        };
        let mut index = FacetIndex::new(
            self.items,
            self.u32s(S::FacetValues).iter().collect(),
            self.bytes(S::CategoryLevels),
            packed,
            Offsets::trusted(self.bytes(S::ValueStreams)),
        )
        .ok_or_else(|| unsound(S::ItemSets, "it does not tell the values of every item"))?;
        index.tags = self
            .facets()
            .map(|facet| FacetTag::attribute(self.facet_key(facet)))
            .collect();
        Ok(index)
    }

    /// The facet values of `item`: the leaf category first, then the brand, then attributes.
    #[inline]
    pub fn item_values(&self, item: ItemIdx) -> impl ExactSizeIterator<Item = ValueIdx> + '_ {
        self.index
            .items
            .of(item.0 as usize)
            .iter()
            .map(|&value| ValueIdx(value))
    }

    /// The values of `item` that lie in `range`.
    #[inline]
    pub(crate) fn item_values_in(&self, item: ItemIdx, range: &std::ops::Range<u32>) -> &[u32] {
        let values = self.index.items.of(item.0 as usize);
        let start = values.partition_point(|&value| value < range.start);
        let rest = values.get(start..).unwrap_or_default();
        let end = rest
            .iter()
            .position(|&value| value >= range.end)
            .unwrap_or(rest.len());
        rest.get(..end).unwrap_or_default()
    }

    /// Per item whether it has one of the values of `facet` that `wanted` marks.
    pub(crate) fn items_having<'a>(
        &'a self,
        facet: FacetIdx,
        wanted: &'a [bool],
    ) -> impl Iterator<Item = bool> + 'a {
        let range = self.value_range(facet);
        // What comes before the facet wraps to beyond its values.
        let is_wanted =
            move |value: u32| wanted.get(value.wrapping_sub(range.start) as usize) == Some(&true);
        self.index.items.having(range.end, is_wanted)
    }

    /// Items with exactly each value, categories without what lies below them.
    pub(crate) fn direct_counts(&self) -> &[u32] {
        &self.index.counts
    }

    /// Adds what each category has in `column`, a place per value, to the one above it.
    pub(crate) fn add_up<T: Copy>(&self, column: &mut [T], add: impl Fn(&mut T, T)) {
        self.index.add_up(column, add);
    }

    /// The facet that `value` belongs to.
    #[must_use]
    pub fn facet_of(&self, value: ValueIdx) -> FacetIdx {
        let firsts = &self.index.firsts;
        let facet = firsts
            .partition_point(|&first| first <= value.0)
            .saturating_sub(1);
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

    /// The values of `facet`, most frequent first; categories in depth-first order.
    pub fn facet_values(
        &self,
        facet: FacetIdx,
    ) -> impl DoubleEndedIterator<Item = ValueIdx> + ExactSizeIterator + Clone + use<> {
        self.value_range(facet).map(ValueIdx)
    }

    /// What the shopper reads for `value`.
    #[must_use]
    pub fn value_label(&self, value: ValueIdx) -> &str {
        self.strings(Section::ValueLabels, Section::ValueLabelsBlob)
            .at(value.0 as usize)
    }

    /// The shop's own identifier of `value`; of a category, that of its level alone.
    #[must_use]
    pub fn value_identifier(&self, value: ValueIdx) -> &str {
        let named = self.u32s(Section::NamedValues);
        let at = named.lower_bound(value.0);
        if at < named.len() && named.at(at) == value.0 {
            return self
                .strings(Section::ValueNames, Section::ValueNamesBlob)
                .at(at);
        }
        self.value_label(value)
    }

    /// A sample of `value`: `#rrggbb`, the address of a picture, or "".
    #[must_use]
    pub fn swatch(&self, value: ValueIdx) -> &str {
        let values = self.u32s(Section::SwatchValues);
        let at = values.lower_bound(value.0);
        if at < values.len() && values.at(at) == value.0 {
            return self
                .strings(Section::Swatches, Section::SwatchesBlob)
                .at(at);
        }
        ""
    }

    /// How the values of `facet` are numbers, if they are.
    pub(crate) fn scale(&self, facet: FacetIdx) -> Option<Scale<'_>> {
        let at = facet.0 as usize;
        let kind = *self.bytes(Section::FacetKinds).get(at)?;
        let decimals = kind.checked_sub(1).filter(|&kind| kind <= MAX_DECIMALS)?;
        let (start, end) = Offsets::trusted(self.bytes(Section::FacetNumbers)).range(at);
        let numbers = self.bytes(Section::FacetNumbersBlob).get(start..end)?;
        Some(Scale {
            unit: self
                .strings(Section::FacetUnits, Section::FacetUnitsBlob)
                .at(at),
            decimals,
            numbers,
        })
    }

    /// What a profile remembers of `value`.
    #[must_use]
    pub fn value_key(&self, value: ValueIdx) -> Key {
        match self.facet_of(value) {
            FacetIdx::CATEGORY => {
                let mut path: Vec<_> = self
                    .ancestors(value)
                    .map(|value| self.value_identifier(value))
                    .collect();
                path.reverse();
                Key::category(&path)
            }
            FacetIdx::BRAND => Key::brand(self.value_label(value)),
            facet => Key::attribute(self.facet_key(facet), self.value_identifier(value)),
        }
    }

    /// The value that a profile remembers as `key`.
    #[must_use]
    pub fn value_by_key(&self, key: Key) -> Option<ValueIdx> {
        let tag = key.tag();
        let find = |facet: FacetIdx| {
            let key_of = |value| self.value_key(ValueIdx(value));
            self.index
                .by_key(facet.0 as usize, key, key_of)
                .map(ValueIdx)
        };
        if tag < FacetTag::BRAND {
            return find(FacetIdx::CATEGORY);
        }
        if tag == FacetTag::BRAND {
            return find(FacetIdx::BRAND);
        }
        self.facets()
            .skip(2)
            .zip(self.index.tags.iter().skip(2))
            .filter(|&(_, &other)| other == tag)
            .find_map(|(facet, _)| find(facet))
    }

    /// The category above `value`.
    #[must_use]
    pub fn value_parent(&self, value: ValueIdx) -> Option<ValueIdx> {
        self.index.parent(value.0).map(ValueIdx)
    }

    /// `value` and the categories above it, from the leaf to the root.
    pub fn ancestors(&self, value: ValueIdx) -> impl Iterator<Item = ValueIdx> + '_ {
        std::iter::successors(Some(value), |&value| self.value_parent(value))
    }

    /// `value` and the categories below it.
    pub(crate) fn with_below(&self, value: ValueIdx) -> impl Iterator<Item = ValueIdx> + '_ {
        let levels = self.bytes(Section::CategoryLevels);
        let level = levels.get(value.0 as usize).copied().unwrap_or(u8::MAX);
        let below = levels.iter().skip(value.0 as usize + 1);
        let below = below.take_while(move |&&other| other > level);
        std::iter::once(value).chain(
            (value.0 + 1..)
                .map(ValueIdx)
                .zip(below)
                .map(|(value, _)| value),
        )
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
        self.index.total(value.0)
    }

    /// The value of `facet` that [`value_name`](Self::value_name) calls `name`, or but for upper and lower case.
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
        let values = || self.facet_values(facet);
        // Feeds spell one value in several ways, of which one stands for all here; a filter may have been written with another.
        values()
            .find(|&value| self.value_label(value) == name)
            .or_else(|| values().find(|&value| is_same_but_for_case(self.value_label(value), name)))
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

    /// The numbers of the values of `facet`.
    pub(crate) fn value_range(&self, facet: FacetIdx) -> std::ops::Range<u32> {
        let at = |facet: u32| self.index.firsts.get(facet as usize).copied().unwrap_or(0);
        at(facet.0)..at(facet.0.saturating_add(1))
    }

    /// Level of `value` in the category tree, 0 for the roots and for values of other facets.
    #[must_use]
    pub fn value_level(&self, value: ValueIdx) -> u8 {
        let levels = self.bytes(Section::CategoryLevels);
        levels.get(value.0 as usize).copied().unwrap_or(0)
    }

    /// `value` and, in categories, everything below it, as a range of values.
    pub(crate) fn subtree(&self, value: ValueIdx) -> std::ops::Range<u32> {
        let levels = self.bytes(Section::CategoryLevels);
        let below = levels.get(value.0 as usize + 1..).unwrap_or_default();
        let level = self.value_level(value);
        let deeper = below.iter().take_while(|&&other| other > level).count();
        value.0..value.0 + 1 + deeper as u32
    }
}

/// The numbers of a numeric facet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale<'a> {
    pub(crate) unit: &'a str,
    /// Numbers are in units of `10^-decimals`.
    pub(crate) decimals: u8,
    numbers: &'a [u8],
}

impl Scale<'_> {
    /// The lower and upper end of each value, in the order of the values. Values behind the last are no numbers.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = (i64, i64)> + '_ {
        let (mut at, mut low) = (0, i64::from(i32::MIN));
        std::iter::from_fn(move || {
            low += i64::from(read_varint(self.numbers, &mut at)?);
            let length = i64::from(read_varint(self.numbers, &mut at)?);
            Some((low, low + length))
        })
    }
}

fn is_same_but_for_case(a: &str, b: &str) -> bool {
    let [a, b] = [a, b].map(|text| text.chars().flat_map(char::to_lowercase));
    a.eq(b)
}
