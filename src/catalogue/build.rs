//! Builds a catalogue pack from products.
//!
//! # Invariants
//! * The same products in the same order give the same bytes.
//! * Items are numbered by falling popularity in steps of [`PRIOR_STEP`], those of one step by title, then by their place in
//!   the feed; on a base they keep its numbers.

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

use super::{
    Availability, Catalogue, CatalogueMeta, Period, Product, Reference, ReferenceKind,
    facet_sections,
    facets::FacetTable,
    period::{self, Change, Timed},
    product::{days_to_byte, price_to_u32},
    read::{HEAD, NONE, SYNTHETIC, id_hash},
    search_index,
    sections::Section,
};
use crate::{
    pack::{PackHash, PackKind, PackWriter, StringsWriter, write_varint},
    text::{Locale, folded, tokens},
};

/// Why products cannot become a pack.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum BuildError {
    /// A product has no identifier.
    #[error("product number {position} has no id; give every product one")]
    NoId {
        /// Its place in the feed, from 0.
        position: usize,
    },
    /// Two products have the same identifier.
    #[error("the id `{id}` is used twice; give every product its own")]
    DuplicateId {
        /// The identifier.
        id: String,
    },
    /// The catalogue does not fit the format.
    #[error("the catalogue has {got} {what}, at most {max} fit into one pack; build several packs")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// How much there is.
        got: usize,
        /// How much fits.
        max: usize,
    },
    /// The pack would be longer than its 32-bit offsets reach.
    #[error("the pack would be longer than 4 GiB; build several packs")]
    TooLong,
}

impl BuildError {
    /// Stable name of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoId { .. } => "build/no-id",
            Self::DuplicateId { .. } => "build/duplicate-id",
            Self::TooLarge { .. } => "build/too-large",
            Self::TooLong => "build/too-long",
        }
    }
}

/// Items and values are numbered with at most 24 bits, so that a profile key and a value share 64.
pub(super) const MAX_NUMBERED: usize = 1 << 24;

/// Log-odds that a product gains when its popularity grows by a factor of e. Hand-set: between no sign at all and
/// proportional trust, since popularity feeds on being shown.
const POPULARITY_WEIGHT: f64 = 0.5;

/// Log-odds that tell items apart when they are numbered. Hand-set: less than a shopper would notice. Products of one step
/// follow each other by title: like products have like words, values and texts, and lists that hold the distance to the
/// item before are shorter for it.
const PRIOR_STEP: f64 = 0.5;

/// Collects products and writes them as a pack.
///
/// # Examples
///
/// ```
/// use endcap::catalogue::{Catalogue, CatalogueBuilder, CatalogueMeta, Product};
/// use endcap::pack::Pack;
///
/// let mut builder = CatalogueBuilder::new(CatalogueMeta::default());
/// builder.push(Product { id: "4711".into(), title: "Basin tap".into(), ..Product::default() })?;
/// let bytes = builder.finish()?;
/// let catalogue = Catalogue::open(Pack::open(bytes)?)?;
/// assert_eq!(catalogue.item_count(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct CatalogueBuilder {
    meta: CatalogueMeta,
    ids: BTreeSet<String>,
    products: Vec<Product>,
    /// Ids of the catalogue whose numbers are kept, in their order.
    base: Vec<String>,
    whole: Option<PackHash>,
}

impl CatalogueBuilder {
    /// An empty catalogue.
    #[must_use]
    pub fn new(meta: CatalogueMeta) -> Self {
        Self {
            meta,
            ids: BTreeSet::new(),
            products: Vec::new(),
            base: Vec::new(),
            whole: None,
        }
    }

    /// Makes this the head of `whole`: some of its items, to begin with while the whole is on its way.
    #[must_use]
    pub fn head_of(mut self, whole: PackHash) -> Self {
        self.whole = Some(whole);
        self
    }

    /// Lets items keep the numbers that they have in `base`, so that a delta from it stays small. New items take the
    /// numbers of those that went. Popularity then orders as it did when `base` was built, and ties fall accordingly.
    #[must_use]
    pub fn on_base(mut self, base: &Catalogue) -> Self {
        self.base = base.items().map(|item| base.id(item).to_owned()).collect();
        self
    }

    /// Number of products so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.products.len()
    }

    /// Whether there are no products yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.products.is_empty()
    }

    /// Adds a product.
    ///
    /// # Errors
    ///
    /// * [`BuildError::NoId`] if its id is empty.
    /// * [`BuildError::DuplicateId`] if another one has its id; the first one stays.
    /// * [`BuildError::TooLarge`] beyond 2²⁴ products.
    pub fn push(&mut self, product: Product) -> Result<(), BuildError> {
        if product.id.is_empty() {
            return Err(BuildError::NoId {
                position: self.products.len(),
            });
        }
        if self.products.len() >= MAX_NUMBERED {
            return Err(too_large("products", self.products.len() + 1));
        }
        if !self.ids.insert(product.id.clone()) {
            return Err(BuildError::DuplicateId { id: product.id });
        }
        self.products.push(product);
        Ok(())
    }

    /// Writes the pack.
    ///
    /// # Errors
    ///
    /// * [`BuildError::TooLarge`] if there are more than 2²⁴ facet values.
    /// * [`BuildError::TooLong`] if the pack would pass 4 GiB.
    pub fn finish(mut self) -> Result<Vec<u8>, BuildError> {
        let locale = Locale::new(&self.meta.language);
        self.products.sort_by_cached_key(|product| {
            let step = libm::floor(prior(product) / PRIOR_STEP) as i64;
            (
                std::cmp::Reverse(step),
                folded(&product.title, usize::MAX, locale),
            )
        });
        self.keep_numbers();
        let products = &self.products;
        let facets = FacetTable::new(products, &self.meta.language);
        if facets.value_count() > MAX_NUMBERED {
            return Err(too_large("facet values", facets.value_count()));
        }
        let mut writer = PackWriter::new(PackKind::Catalogue);
        write_meta(&mut writer, &self.meta, self.whole);
        write_items(&mut writer, products, locale);
        write_references(&mut writer, products);
        write_periods(&mut writer, products);
        facet_sections::write(&mut writer, &facets);
        search_index::write(&mut writer, products, &facets, &self.meta.language);
        writer.finish().ok_or(BuildError::TooLong)
    }
}

impl CatalogueBuilder {
    /// Puts the products that the base has where it has them, and the others where it has products that are gone.
    fn keep_numbers(&mut self) {
        if self.base.is_empty() {
            return;
        }
        let numbers: BTreeMap<&str, usize> =
            self.base.iter().map(String::as_str).zip(0..).collect();
        let mut places: Vec<Option<Product>> = Vec::new();
        places.resize_with(self.base.len(), || None);
        let mut fresh = Vec::new();
        for product in std::mem::take(&mut self.products) {
            match numbers.get(product.id.as_str()) {
                Some(&number) => {
                    if let Some(place) = places.get_mut(number) {
                        *place = Some(product);
                    }
                }
                None => fresh.push(product),
            }
        }
        let mut fresh = fresh.into_iter();
        for place in places.iter_mut().filter(|place| place.is_none()) {
            *place = fresh.next();
        }
        places.extend(fresh.map(Some));
        // Where more went than came, the least known move up.
        let mut at = 0;
        while at < places.len() {
            if places.get(at).is_some_and(Option::is_some) {
                at += 1;
            } else {
                places.swap_remove(at);
            }
        }
        self.products = places.into_iter().flatten().collect();
    }
}

impl PackWriter {
    pub(super) fn put_u32s(&mut self, section: Section, values: impl IntoIterator<Item = u32>) {
        self.u32s(section.tag(), values);
    }

    pub(super) fn put_u64s(&mut self, section: Section, values: impl IntoIterator<Item = u64>) {
        self.u64s(section.tag(), values);
    }

    pub(super) fn put_bytes(&mut self, section: Section, bytes: Vec<u8>) {
        self.section(section.tag(), 1, bytes);
    }

    pub(super) fn put_strings<'a>(
        &mut self,
        offsets: Section,
        blob: Section,
        strings: impl IntoIterator<Item = &'a str>,
    ) {
        let mut writer = StringsWriter::new();
        for string in strings {
            writer.push(string.as_bytes());
        }
        self.strings(offsets.tag(), blob.tag(), writer);
    }
}

fn too_large(what: &'static str, got: usize) -> BuildError {
    BuildError::TooLarge {
        what,
        got,
        max: MAX_NUMBERED,
    }
}

/// What a product's popularity says before anything is known of the shopper, in log-odds. Stock is left to the reader,
/// so that it can change without another number for every item.
fn prior(product: &Product) -> f64 {
    let popularity = if product.popularity.is_finite() {
        product.popularity.max(0.0)
    } else {
        0.0
    };
    POPULARITY_WEIGHT * libm::log1p(popularity)
}

fn write_meta(writer: &mut PackWriter, meta: &CatalogueMeta, whole: Option<PackHash>) {
    let flags = [(meta.synthetic, SYNTHETIC), (whole.is_some(), HEAD)];
    let set = flags.iter().filter(|(is, _)| *is).map(|(_, flag)| flag);
    let mut bytes = vec![set.sum()];
    for text in [&meta.language, &meta.currency, &meta.name] {
        write_varint(&mut bytes, text.len() as u32);
        bytes.extend_from_slice(text.as_bytes());
    }
    if let Some(whole) = whole {
        bytes.extend_from_slice(&whole.to_bytes());
    }
    writer.put_bytes(Section::Meta, bytes);
}

/// Of each product the distances to those that it names; no section where none names any. What belongs to it comes first; a
/// distance of nought, which no two different products have, parts it from what could stand in its place.
fn write_references(writer: &mut PackWriter, products: &[Product]) {
    let numbers: BTreeMap<&str, u32> = products
        .iter()
        .map(|product| product.id.as_str())
        .zip(0..)
        .collect();
    let mut all = StringsWriter::new();
    let mut named = 0;
    for (number, product) in (0u32..).zip(products) {
        let (mut bytes, mut last) = (Vec::new(), number);
        let stands_in = |one: &Reference| one.kind == ReferenceKind::Alternative;
        let mut references: Vec<&Reference> = product.references.iter().collect();
        references.sort_by_key(|one| stands_in(one));
        let mut parted = false;
        for one in references {
            let other = numbers.get(one.id.as_str()).copied();
            // Nobody is told that a product goes with itself.
            let Some(other) = other.filter(|&other| other != number && other != last) else {
                continue;
            };
            if stands_in(one) && !parted {
                write_varint(&mut bytes, 0);
                parted = true;
            }
            let distance = other.wrapping_sub(last) as i32;
            write_varint(&mut bytes, (distance << 1 ^ distance >> 31) as u32);
            last = other;
            named += 1;
        }
        all.push(&bytes);
    }
    if named > 0 {
        let (offsets, blob) = (Section::References, Section::ReferencesBlob);
        writer.strings(offsets.tag(), blob.tag(), all);
    }
}

/// What holds of products in a period; no section where all holds for ever.
fn write_periods(writer: &mut PackWriter, products: &[Product]) {
    let mut entries = Vec::new();
    for (item, product) in products.iter().enumerate() {
        let price = product
            .sale_price
            .filter(|_| !product.sale_period.is_always());
        entries.extend(
            price.map(|price| Timed::new(item, Change::SalePrice(price), product.sale_period)),
        );
        let from = product.available_from;
        entries.extend(
            from.filter(|_| product.availability.is_ordered_before())
                .map(|from| {
                    let arrived = Change::Availability(Availability::InStock.to_byte());
                    Timed::new(
                        item,
                        arrived,
                        Period {
                            from: Some(from),
                            until: None,
                        },
                    )
                }),
        );
        let before = product.shown.from.map(|from| Period {
            from: None,
            until: Some(from),
        });
        let after = product.shown.until.map(|until| Period {
            from: Some(until),
            until: None,
        });
        let hidden = before.into_iter().chain(after);
        entries.extend(hidden.map(|period| Timed::new(item, Change::Hidden, period)));
    }
    if !entries.is_empty() {
        let section = Section::Periods;
        writer.section(section.tag(), section.size(), period::write(entries));
    }
}

fn write_items(writer: &mut PackWriter, products: &[Product], locale: Locale) {
    use Section as S;
    let mut hashes: Vec<u64> = (0u64..)
        .zip(products)
        .map(|(item, product)| id_hash(&product.id) | item)
        .collect();
    hashes.sort_unstable();
    writer.put_u64s(S::IdHashes, hashes);
    let text = |writer: &mut PackWriter, offsets, blob, field: fn(&Product) -> &str| {
        writer.put_strings(offsets, blob, products.iter().map(field));
    };
    text(writer, S::Ids, S::IdsBlob, |product| &product.id);
    text(writer, S::Titles, S::TitlesBlob, |product| &product.title);
    text(writer, S::Mpns, S::MpnsBlob, |product| &product.mpn);
    text(writer, S::Images, S::ImagesBlob, |product| &product.image);
    text(writer, S::Links, S::LinksBlob, |product| &product.link);
    writer.put_u64s(
        S::Gtins,
        products
            .iter()
            .map(|product| product.gtin.parse().unwrap_or(0)),
    );
    writer.put_u32s(
        S::Prices,
        products.iter().map(|product| price_to_u32(product.price)),
    );
    writer.put_u32s(
        S::SalePrices,
        products.iter().map(|product| {
            price_to_u32(
                product
                    .sale_price
                    .filter(|_| product.sale_period.is_always()),
            )
        }),
    );
    writer.put_u32s(S::Reviews, products.iter().map(|product| product.reviews));
    writer.put_u32s(
        S::Priors,
        products
            .iter()
            .map(|product| (prior(product) as f32).to_bits()),
    );
    writer.put_u32s(S::Groups, groups(products));
    writer.put_u32s(
        S::States,
        products.iter().map(|product| state(product, locale)),
    );
}

/// A number per group that has more than one product.
fn groups(products: &[Product]) -> Vec<u32> {
    let mut sizes = BTreeMap::<&str, usize>::new();
    for product in products.iter().filter(|product| !product.group.is_empty()) {
        *sizes.entry(&product.group).or_default() += 1;
    }
    let numbers: BTreeMap<&str, u32> = sizes
        .into_iter()
        .filter(|&(_, size)| size > 1)
        .map(|(group, _)| group)
        .zip(0..)
        .collect();
    products
        .iter()
        .map(|product| numbers.get(product.group.as_str()).copied().unwrap_or(NONE))
        .collect()
}

fn state(product: &Product, locale: Locale) -> u32 {
    let rating = product
        .rating
        .filter(|rating| rating.is_finite() && *rating > 0.0)
        .map_or(0, |rating| {
            libm::rintf(rating.min(5.0) * 20.0).max(1.0) as u8
        });
    let words = tokens(&product.title, usize::from(u8::MAX), locale).len();
    u32::from_le_bytes([
        product.availability.to_byte(),
        days_to_byte(product.delivery_days),
        rating,
        words as u8,
    ])
}
