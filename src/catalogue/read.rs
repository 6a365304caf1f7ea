//! Reads a catalogue pack in place; only the facet values of items are unpacked.
//!
//! # Invariants
//! * Opening checks every length and offset table against the others; what a list then holds is checked where it is used.
//! * Items are numbered by falling popularity, so a smaller [`ItemIdx`] is the better known product, whatever its stock.

mod check;
mod facet_index;
mod facets;
mod index;
mod lay;

pub(crate) use self::facets::Scale;
use self::{facet_index::FacetIndex, lay::Laid};
use super::{
    Availability, CatalogueMeta, Period,
    period::{self, Change, Timed},
    sections::Section,
};
use crate::{
    index::Dictionary,
    key::Key,
    pack::{Bytes, Offsets, Pack, PackError, PackHash, PackKind, Strings, U32s, U64s, read_varint},
    text::Locale,
    time::Timestamp,
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

/// Log-odds that a product loses when it cannot be had now. Hand-set: below the effect of one fresh view.
const UNAVAILABLE: f64 = 1.0;

/// Flags of a catalogue.
pub(super) const SYNTHETIC: u8 = 1;
pub(super) const HEAD: u8 = 2;

const SECTIONS: usize = Section::ALL.len();

/// An opened catalogue pack.
#[derive(Clone, Debug)]
pub struct Catalogue {
    pack: Pack,
    ranges: [(usize, usize); SECTIONS],
    meta: CatalogueMeta,
    whole: Option<PackHash>,
    items: usize,
    values: usize,
    facets: usize,
    laid: Laid,
    locale: Locale,
    index: FacetIndex,
}

impl Catalogue {
    /// Takes over a verified pack.
    ///
    /// # Errors
    ///
    /// * [`PackError::Kind`] if it is no catalogue.
    /// * [`PackError::Unsound`] if its sections contradict each other.
    pub fn open(pack: Pack) -> Result<Self, PackError> {
        let pack = pack.of_kind(PackKind::Catalogue, "catalogue")?;
        let mut ranges = [(0, 0); SECTIONS];
        for (range, section) in ranges.iter_mut().zip(Section::ALL) {
            let dispensable = matches!(
                section,
                Section::References | Section::ReferencesBlob | Section::Periods
            );
            if !dispensable || pack.has(section.tag()) {
                *range = pack.section(section.tag(), section.name(), section.size())?;
            }
        }
        let mut catalogue = Self {
            pack,
            ranges,
            meta: CatalogueMeta::default(),
            whole: None,
            items: 0,
            values: 0,
            facets: 0,
            laid: Laid::default(),
            locale: Locale::NEUTRAL,
            index: FacetIndex::default(),
        };
        (catalogue.meta, catalogue.whole) = catalogue.read_meta().ok_or(PackError::Unsound {
            section: Section::Meta.name(),
            what: "it is cut off",
        })?;
        catalogue.locale = Locale::new(&catalogue.meta.language);
        catalogue.items = catalogue.u64s(Section::Gtins).len();
        catalogue.values = catalogue.u32s(Section::ValueLabels).len().saturating_sub(1);
        catalogue.facets = catalogue.u32s(Section::FacetValues).len().saturating_sub(1);
        catalogue.check()?;
        catalogue.index = catalogue.facet_index()?;
        catalogue.laid = Laid::over(catalogue.bytes(Section::Periods));
        Ok(catalogue)
    }

    /// What is true of the whole catalogue.
    #[must_use]
    pub fn meta(&self) -> &CatalogueMeta {
        &self.meta
    }

    /// How its language is written.
    pub(crate) fn locale(&self) -> Locale {
        self.locale
    }

    /// The pack's name.
    #[must_use]
    pub fn hash(&self) -> PackHash {
        self.pack.hash()
    }

    /// The catalogue that this one is the head of.
    #[must_use]
    pub fn whole(&self) -> Option<PackHash> {
        self.whole
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
        self.term_lists().len()
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

    /// Ascending: hash of the identifier in the upper half, item in the lower.
    pub(crate) fn id_hashes(&self) -> U64s<'_> {
        self.u64s(Section::IdHashes)
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

    /// Reduced price of `item` in minor units, at the moment of [`settle`](Self::settle).
    #[must_use]
    pub fn sale_price(&self, item: ItemIdx) -> Option<u32> {
        some(self.u32s(Section::SalePrices).at(item.0 as usize))
    }

    /// The reduced price of `item` that holds in a period alone, whether that runs or not.
    #[must_use]
    pub fn timed_sale_price(&self, item: ItemIdx) -> Option<(u32, Period)> {
        self.timed(item).find_map(|timed| match timed.change {
            Change::SalePrice(price) => Some((price, timed.period())),
            _ => None,
        })
    }

    /// From when `item`, which can be ordered before, is in stock.
    #[must_use]
    pub fn available_from(&self, item: ItemIdx) -> Option<Timestamp> {
        self.timed(item).find_map(|timed| match timed.change {
            Change::Availability(_) => timed.period().from,
            _ => None,
        })
    }

    fn timed(&self, item: ItemIdx) -> impl Iterator<Item = Timed> + '_ {
        period::of_item(self.bytes(Section::Periods), item.0)
    }

    /// What `item` costs now: the reduced price, if there is one.
    #[must_use]
    pub fn current_price(&self, item: ItemIdx) -> Option<u32> {
        self.sale_price(item).or(self.price(item))
    }

    /// What items cost now, for going through many.
    pub(crate) fn current_prices(&self) -> impl Fn(u32) -> Option<u32> + '_ {
        let (sale, full) = (self.u32s(Section::SalePrices), self.u32s(Section::Prices));
        move |item| some(sale.at(item as usize)).or(some(full.at(item as usize)))
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

    /// What the shop names with `item`, in its order: accessories and spare parts, or what stands in for it.
    pub fn named(&self, item: ItemIdx, stand_ins: bool) -> impl Iterator<Item = ItemIdx> + '_ {
        let blob = self.bytes(Section::ReferencesBlob);
        let (start, end) = match blob.is_empty() {
            true => (0, 0),
            false => Offsets::trusted(self.bytes(Section::References)).range(item.0 as usize),
        };
        let bytes = blob.get(start..end).unwrap_or_default();
        let (mut at, mut last, mut parted) = (0, item.0, false);
        std::iter::from_fn(move || {
            loop {
                let distance = read_varint(bytes, &mut at)?;
                last = last.wrapping_add((distance >> 1) ^ (distance & 1).wrapping_neg());
                parted |= distance == 0;
                if distance != 0 && parted == stand_ins {
                    return Some(ItemIdx(last));
                }
            }
        })
        .filter(|reference| (reference.0 as usize) < self.items)
    }

    /// What speaks for `item` before anything is known of the shopper, in log-odds: its popularity, less what it loses
    /// when it cannot be had now.
    #[must_use]
    pub fn prior(&self, item: ItemIdx) -> f64 {
        let popularity = f32::from_bits(self.u32s(Section::Priors).at(item.0 as usize));
        let popularity = if popularity.is_finite() {
            f64::from(popularity)
        } else {
            0.0
        };
        match self.availability(item) {
            Availability::OutOfStock => popularity - UNAVAILABLE,
            Availability::InStock | Availability::Preorder | Availability::Backorder => popularity,
        }
    }

    /// Whether `item` can be bought now.
    #[must_use]
    pub fn availability(&self, item: ItemIdx) -> Availability {
        Availability::from_byte(self.state(item)[0])
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

    fn read_meta(&self) -> Option<(CatalogueMeta, Option<PackHash>)> {
        let bytes = self.bytes(Section::Meta);
        let flags = *bytes.first()?;
        let mut at = 1;
        let mut text = || {
            let length = read_varint(bytes, &mut at)? as usize;
            let text = std::str::from_utf8(bytes.get(at..)?.get(..length)?).ok()?;
            at += length;
            Some(text.to_owned())
        };
        let meta = CatalogueMeta {
            language: text()?,
            currency: text()?,
            name: text()?,
            synthetic: flags & SYNTHETIC != 0,
        };
        let whole = match flags & HEAD {
            0 => None,
            _ => Some(PackHash::from_bytes(Bytes::new(bytes).array(at)?)),
        };
        Some((meta, whole))
    }
}

/// Levels of a category tree; real ones have up to seven.
pub(super) const MAX_DEPTH: u8 = 16;

/// Between the labels of a category path.
pub(crate) const CATEGORY_SEPARATOR: &str = " > ";

/// The last label of a category path; any other value is its own.
pub(crate) fn leaf_label(path: &str) -> &str {
    // Not from the end: searching backwards for a string weighs half a kilobyte.
    path.split(CATEGORY_SEPARATOR).last().unwrap_or_default()
}

/// Upper half: hash of the identifier; lower half: zero.
pub(super) fn id_hash(id: &str) -> u64 {
    Key::item(id).to_u64() << 32
}

fn some(value: u32) -> Option<u32> {
    (value != NONE).then_some(value)
}
