//! Reads a catalogue pack in place.
//!
//! # Invariants
//! * Opening checks every length and offset table against the others; what a list then holds is checked where it is used.
//! * Items are numbered by falling prior, so a smaller [`ItemIdx`] is the better known product.

use super::{Availability, CatalogueMeta, sections::Section};
use crate::{
    index::{Dictionary, Numbers, Postings},
    key::Key,
    pack::{Bytes, Offsets, Pack, PackError, PackHash, PackKind, Strings, U32s, U64s, read_varint},
};

/// An item of a catalogue, in `0..item_count`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemIdx(pub u32);

/// A facet value (also: a brand, a category) of a catalogue, in `0..value_count`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ValueIdx(pub u32);

/// A facet of a catalogue. 0 is the category, 1 the brand, the rest attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FacetIdx(pub u32);

impl FacetIdx {
    /// The category tree.
    pub const CATEGORY: Self = Self(0);
    /// The brand.
    pub const BRAND: Self = Self(1);
}

/// "None" in columns of 32 bits.
pub(super) const NONE: u32 = u32::MAX;

const SECTIONS: usize = Section::ALL.len();

/// An opened catalogue pack.
#[derive(Clone, Debug)]
pub struct Catalogue {
    pack: Pack,
    ranges: [(usize, usize); SECTIONS],
    meta: CatalogueMeta,
    items: usize,
    values: usize,
    facets: usize,
}

impl Catalogue {
    /// Takes over a verified pack.
    ///
    /// # Errors
    ///
    /// * [`PackError::Kind`] if it is no catalogue.
    /// * [`PackError::Unsound`] if its sections contradict each other.
    pub fn open(pack: Pack) -> Result<Self, PackError> {
        if pack.kind() != PackKind::Catalogue {
            return Err(PackError::Kind {
                expected: "catalogue",
                got: pack.kind().to_u32(),
            });
        }
        let mut ranges = [(0, 0); SECTIONS];
        for (range, section) in ranges.iter_mut().zip(Section::ALL) {
            *range = pack.section(section.tag(), section.name(), section.size())?;
        }
        let mut catalogue = Self {
            pack,
            ranges,
            meta: CatalogueMeta::default(),
            items: 0,
            values: 0,
            facets: 0,
        };
        catalogue.meta = catalogue.read_meta().ok_or(PackError::Unsound {
            section: Section::Meta.name(),
            what: "it is cut off",
        })?;
        catalogue.items = catalogue.u64s(Section::Gtins).len();
        catalogue.values = catalogue.u64s(Section::ValueKeys).len();
        catalogue.facets = catalogue.u32s(Section::FacetValues).len().saturating_sub(1);
        catalogue.check()?;
        Ok(catalogue)
    }

    /// What is true of the whole catalogue.
    #[must_use]
    pub fn meta(&self) -> &CatalogueMeta {
        &self.meta
    }

    /// The pack's name.
    #[must_use]
    pub fn hash(&self) -> PackHash {
        self.pack.hash()
    }

    /// Number of items.
    #[must_use]
    pub fn item_count(&self) -> usize {
        self.items
    }

    /// Number of facet values, categories and brands included.
    #[must_use]
    pub fn value_count(&self) -> usize {
        self.values
    }

    /// Number of facets, category and brand included.
    #[must_use]
    pub fn facet_count(&self) -> usize {
        self.facets
    }

    /// Number of distinct search terms.
    #[must_use]
    pub fn term_count(&self) -> usize {
        self.u32s(Section::TermPostings).len().saturating_sub(1)
    }

    /// Number of query completions.
    #[must_use]
    pub fn completion_count(&self) -> usize {
        self.u32s(Section::CompletionWeights).len()
    }

    /// All items, best known first.
    pub fn items(&self) -> impl ExactSizeIterator<Item = ItemIdx> + use<> {
        (0..self.items as u32).map(ItemIdx)
    }

    /// The item with the shop's identifier `id`.
    #[must_use]
    pub fn item(&self, id: &str) -> Option<ItemIdx> {
        self.items_by_key(Key::item(id))
            .find(|&item| self.id(item) == id)
    }

    /// The items that a profile may remember as `key`.
    pub(crate) fn items_by_key(&self, key: Key) -> impl Iterator<Item = ItemIdx> + '_ {
        let hashes = self.u64s(Section::IdHashes);
        let wanted = key.to_u64() << 32;
        (hashes.lower_bound(wanted)..hashes.len())
            .map(move |at| hashes.at(at))
            .take_while(move |entry| entry >> 32 == wanted >> 32)
            .map(|entry| ItemIdx(entry as u32))
            .filter(|item| (item.0 as usize) < self.items)
    }

    /// The shop's identifier of `item`.
    #[must_use]
    pub fn id(&self, item: ItemIdx) -> &str {
        self.strings(Section::Ids, Section::IdsBlob)
            .at(item.0 as usize)
    }

    /// Title of `item`.
    #[must_use]
    pub fn title(&self, item: ItemIdx) -> &str {
        self.strings(Section::Titles, Section::TitlesBlob)
            .at(item.0 as usize)
    }

    /// The maker's article number of `item`, or "".
    #[must_use]
    pub fn mpn(&self, item: ItemIdx) -> &str {
        self.strings(Section::Mpns, Section::MpnsBlob)
            .at(item.0 as usize)
    }

    /// Address of the picture of `item`, or "".
    #[must_use]
    pub fn image(&self, item: ItemIdx) -> &str {
        self.strings(Section::Images, Section::ImagesBlob)
            .at(item.0 as usize)
    }

    /// Address of the page of `item`, or "".
    #[must_use]
    pub fn link(&self, item: ItemIdx) -> &str {
        self.strings(Section::Links, Section::LinksBlob)
            .at(item.0 as usize)
    }

    /// GTIN of `item` as a number.
    #[must_use]
    pub fn gtin(&self, item: ItemIdx) -> Option<u64> {
        let gtin = self.u64s(Section::Gtins).at(item.0 as usize);
        (gtin != 0).then_some(gtin)
    }

    /// Price of `item` in minor units.
    #[must_use]
    pub fn price(&self, item: ItemIdx) -> Option<u32> {
        some(self.u32s(Section::Prices).at(item.0 as usize))
    }

    /// Reduced price of `item` in minor units.
    #[must_use]
    pub fn sale_price(&self, item: ItemIdx) -> Option<u32> {
        some(self.u32s(Section::SalePrices).at(item.0 as usize))
    }

    /// What `item` costs now: the reduced price, if there is one.
    #[must_use]
    pub fn current_price(&self, item: ItemIdx) -> Option<u32> {
        self.sale_price(item).or(self.price(item))
    }

    /// Number of ratings of `item`.
    #[must_use]
    pub fn reviews(&self, item: ItemIdx) -> u32 {
        self.u32s(Section::Reviews).at(item.0 as usize)
    }

    /// Variants of one product have one group.
    #[must_use]
    pub fn group(&self, item: ItemIdx) -> Option<u32> {
        some(self.u32s(Section::Groups).at(item.0 as usize))
    }

    /// What speaks for `item` before anything is known of the shopper, in log-odds.
    #[must_use]
    pub fn prior(&self, item: ItemIdx) -> f64 {
        let prior = f32::from_bits(self.u32s(Section::Priors).at(item.0 as usize));
        if prior.is_finite() {
            f64::from(prior)
        } else {
            0.0
        }
    }

    /// Whether `item` can be bought now.
    #[must_use]
    pub fn availability(&self, item: ItemIdx) -> Availability {
        match self.state(item)[0] {
            1 => Availability::OutOfStock,
            2 => Availability::Preorder,
            3 => Availability::Backorder,
            _ => Availability::InStock,
        }
    }

    /// Days until delivery of `item`.
    #[must_use]
    pub fn delivery_days(&self, item: ItemIdx) -> Option<u8> {
        let days = self.state(item)[1];
        (days != u8::MAX).then_some(days)
    }

    /// Mean rating of `item`, `0.0..=5.0`.
    #[must_use]
    pub fn rating(&self, item: ItemIdx) -> Option<f64> {
        let rating = self.state(item)[2];
        (rating != 0).then(|| f64::from(rating.min(100)) / 20.0)
    }

    pub(crate) fn title_words(&self, item: ItemIdx) -> u8 {
        self.state(item)[3]
    }

    fn state(&self, item: ItemIdx) -> [u8; 4] {
        self.u32s(Section::States).at(item.0 as usize).to_le_bytes()
    }

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

    pub(crate) fn terms(&self) -> Dictionary<'_> {
        self.dictionary(Section::Terms, Section::TermsBlob, Section::TermPostings)
    }

    pub(crate) fn term_postings(&self, term: usize) -> Postings<'_> {
        self.postings(Section::TermPostings, Section::TermPostingsBlob, term)
    }

    /// The other terms with the stem of `term`.
    pub(crate) fn stem_mates(&self, term: usize) -> impl Iterator<Item = usize> + '_ {
        let rings = self.u32s(Section::TermRings);
        std::iter::successors(Some(term), move |&term| Some(rings.at(term) as usize))
            .skip(1)
            .take(MAX_STEM_MATES)
            .take_while(move |&mate| mate != term)
    }

    /// Article numbers without punctuation, ascending.
    pub(crate) fn numbers(&self) -> Numbers<'_> {
        let offsets = Offsets::trusted(self.bytes(Section::Numbers));
        Numbers::new(offsets, self.bytes(Section::NumbersBlob))
    }

    /// The items whose GTIN begins with `digits`.
    pub(crate) fn items_by_gtin(&self, digits: &str) -> impl Iterator<Item = ItemIdx> + '_ {
        let items = self.u32s(Section::ItemsByGtin);
        // GTINs have 8, 12, 13 or 14 digits, and leading zeros are not kept: each length has its own range.
        let number: u64 = digits.parse().unwrap_or(u64::MAX);
        let ranges = [8u32, 12, 13, 14].map(|length| {
            let missing = length.checked_sub(digits.len() as u32);
            let Some((low, span)) = missing.and_then(|missing| {
                let span = 10u64.checked_pow(missing)?;
                Some((number.checked_mul(span)?, span))
            }) else {
                return 0..0;
            };
            let position = |bound: u64| {
                partition_point(items.len(), |at| {
                    self.gtin(ItemIdx(items.at(at))).unwrap_or(0) < bound
                })
            };
            position(low)..position(low.saturating_add(span))
        });
        ranges
            .into_iter()
            .flatten()
            .map(move |at| ItemIdx(items.at(at)))
    }

    pub(crate) fn number_postings(&self, number: usize) -> Postings<'_> {
        self.postings(Section::NumberPostings, Section::NumberPostingsBlob, number)
    }

    pub(crate) fn completions(&self) -> Dictionary<'_> {
        self.dictionary(
            Section::Completions,
            Section::CompletionsBlob,
            Section::CompletionTexts,
        )
    }

    pub(crate) fn completion_text(&self, completion: usize) -> &str {
        self.strings(Section::CompletionTexts, Section::CompletionTextsBlob)
            .at(completion)
    }

    pub(crate) fn completion_weight(&self, completion: usize) -> u32 {
        self.u32s(Section::CompletionWeights).at(completion)
    }

    pub(crate) fn completion_value(&self, completion: usize) -> Option<ValueIdx> {
        some(self.u32s(Section::CompletionValues).at(completion)).map(ValueIdx)
    }

    fn bytes(&self, section: Section) -> &[u8] {
        let (start, end) = self.ranges[section as usize];
        self.pack.bytes().get(start..end).unwrap_or_default()
    }

    fn u32s(&self, section: Section) -> U32s<'_> {
        U32s::new(self.bytes(section))
    }

    fn u64s(&self, section: Section) -> U64s<'_> {
        U64s::new(self.bytes(section))
    }

    fn strings(&self, offsets: Section, blob: Section) -> Strings<'_> {
        Strings::new(Offsets::trusted(self.bytes(offsets)), self.bytes(blob))
    }

    fn dictionary(&self, blocks: Section, blob: Section, offsets: Section) -> Dictionary<'_> {
        let terms = self.u32s(offsets).len().saturating_sub(1);
        Dictionary::new(self.u32s(blocks), self.bytes(blob), terms)
    }

    fn postings(&self, offsets: Section, blob: Section, index: usize) -> Postings<'_> {
        let (start, end) = Offsets::trusted(self.bytes(offsets)).range(index);
        Postings::new(self.bytes(blob).get(start..end).unwrap_or_default())
    }

    fn read_meta(&self) -> Option<CatalogueMeta> {
        let bytes = self.bytes(Section::Meta);
        let flags = *bytes.first()?;
        let mut at = 1;
        let mut text = || {
            let length = read_varint(bytes, &mut at)? as usize;
            let text = std::str::from_utf8(bytes.get(at..)?.get(..length)?).ok()?;
            at += length;
            Some(text.to_owned())
        };
        Some(CatalogueMeta {
            language: text()?,
            currency: text()?,
            name: text()?,
            synthetic: flags & 1 == 1,
        })
    }

    /// Every column has its length, every offset table cuts its section.
    fn check(&self) -> Result<(), PackError> {
        use Section as S;
        let (items, values, facets) = (self.items, self.values, self.facets);
        let completions = self.u32s(S::CompletionWeights).len();
        let free = |offsets| self.u32s(offsets).len().saturating_sub(1);
        for (column, expected) in [
            (S::IdHashes, items),
            (S::TermRings, free(S::TermPostings)),
            (S::Prices, items),
            (S::SalePrices, items),
            (S::Reviews, items),
            (S::Priors, items),
            (S::Groups, items),
            (S::States, items),
            (S::ValuesByKey, values),
            (S::ValueParents, values),
            (S::ValueCounts, values),
            (S::CompletionValues, completions),
        ] {
            if self.bytes(column).len() != expected * column.size() as usize {
                return Err(unsound(column, "it has another length than its neighbours"));
            }
        }
        for (offsets, blob, expected) in [
            (S::Ids, S::IdsBlob, items),
            (S::Titles, S::TitlesBlob, items),
            (S::Mpns, S::MpnsBlob, items),
            (S::Images, S::ImagesBlob, items),
            (S::Links, S::LinksBlob, items),
            (S::FacetKeys, S::FacetKeysBlob, facets),
            (S::FacetLabels, S::FacetLabelsBlob, facets),
            (S::ValueLabels, S::ValueLabelsBlob, values),
            (S::ValuePostings, S::ValuePostingsBlob, values),
            (S::ItemValues, S::ItemValuesList, items),
            (S::TermPostings, S::TermPostingsBlob, free(S::TermPostings)),
            (S::Numbers, S::NumbersBlob, free(S::NumberPostings)),
            (
                S::NumberPostings,
                S::NumberPostingsBlob,
                free(S::NumberPostings),
            ),
            (S::CompletionTexts, S::CompletionTextsBlob, completions),
        ] {
            let end = self.bytes(blob).len() / blob.size() as usize;
            if Offsets::new(self.bytes(offsets), expected, end).is_none() {
                return Err(unsound(
                    offsets,
                    "its offsets do not cut the section they belong to",
                ));
            }
        }
        let ranges = Bytes::new(self.bytes(S::FacetValues));
        let sound = facets >= 2
            && ranges.u32(0) == Some(0)
            && ranges.u32(facets * 4) == Some(values as u32)
            && self.u32s(S::FacetValues).iter().is_sorted();
        if !sound {
            return Err(unsound(
                S::FacetValues,
                "its ranges do not cover the values",
            ));
        }
        self.check_tree()?;
        for (blocks, offsets) in [
            (S::Terms, S::TermPostings),
            (S::Completions, S::CompletionTexts),
        ] {
            if !Dictionary::blocks_are_sound(self.u32s(blocks), free(offsets)) {
                return Err(unsound(blocks, "its blocks do not ascend"));
            }
        }
        Ok(())
    }

    /// Parents are categories that stand before their children, in a tree of bounded depth.
    fn check_tree(&self) -> Result<(), PackError> {
        let categories = self.facet_values(FacetIdx::CATEGORY).len();
        let mut depths = vec![0u8; categories];
        for value in 0..self.values {
            let Some(parent) = self.value_parent(ValueIdx(value as u32)) else {
                continue;
            };
            let depth = depths
                .get(parent.0 as usize)
                .map_or(u8::MAX, |depth| depth + 1);
            match depths.get_mut(value) {
                Some(place) if depth <= MAX_DEPTH => *place = depth,
                _ => {
                    return Err(unsound(
                        Section::ValueParents,
                        "it is no tree of at most 16 levels",
                    ));
                }
            }
        }
        Ok(())
    }
}

/// Levels of a category tree; real ones have up to seven.
pub(super) const MAX_DEPTH: u8 = 16;

/// Words of one stem that are looked at.
const MAX_STEM_MATES: usize = 16;

/// Index of the first of `0..n` for which `before` is false; it must be true up to there.
fn partition_point(n: usize, before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, n);
    while low < high {
        let middle = low.midpoint(high);
        if before(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

/// Between the labels of a category path.
pub(crate) const CATEGORY_SEPARATOR: &str = " > ";

/// Upper half: hash of the identifier; lower half: zero.
pub(super) fn id_hash(id: &str) -> u64 {
    Key::item(id).to_u64() << 32
}

fn some(value: u32) -> Option<u32> {
    (value != NONE).then_some(value)
}

fn unsound(section: Section, what: &'static str) -> PackError {
    PackError::Unsound {
        section: section.name(),
        what,
    }
}
