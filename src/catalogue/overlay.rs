//! Overlays: prices, stock and visibility that change faster than a catalogue, as a small pack of their own.
//!
//! # Invariants
//! * An overlay names items by the shop's identifier, so it fits the whole catalogue and a part of it alike.
//! * Its values are absolute and it is complete: it replaces the former overlay of its layer, so none may be missed.
//! * The same items in any order give the same bytes.
//!
//! # Format
//! | tag | what |
//! | --- | --- |
//! | `OVMT` | layer (1 byte), sequence (8), hash of the catalogue that it was made for or zeros (16), currency with its length before it |
//! | `OIOF` `OIBL` | ids, ascending: offsets and UTF-8 |
//! | `OPRC`, `OSAL` | price and reduced price in minor units; the greatest number: none |
//! | `OPER` | absent where all holds for ever: what holds in a period, as in a catalogue (`PERI`), of the item at this place |
//! | `OSTA` | per item: which values are given (1 price, 2 reduced price, 4 availability, 8 delivery days, 16 hidden), availability, delivery days, zero |

use std::collections::BTreeMap;

use serde::Serialize;
use thiserror::Error;

use super::{
    Availability, BuildError, Period,
    build::MAX_NUMBERED,
    period::{self, Change, Timed},
    product::{days_to_byte, price_to_u32},
};
use crate::{
    pack::{
        Bytes, Offsets, Pack, PackError, PackHash, PackKind, PackWriter, Strings, StringsWriter,
        Tag, U32s, read_varint, write_varint,
    },
    time::Timestamp,
};

const META: (Tag, &str) = (*b"OVMT", "overlay: meta");
const IDS: (Tag, &str) = (*b"OIOF", "overlay: id offsets");
const IDS_BLOB: (Tag, &str) = (*b"OIBL", "overlay: ids");
const PRICES: (Tag, &str) = (*b"OPRC", "overlay: prices");
const SALE_PRICES: (Tag, &str) = (*b"OSAL", "overlay: sale prices");
const STATES: (Tag, &str) = (*b"OSTA", "overlay: states");
const PERIODS: (Tag, &str) = (*b"OPER", "overlay: periods");

/// What the section behind `tag` holds.
pub(super) fn section_name(tag: Tag) -> Option<&'static str> {
    [META, IDS, IDS_BLOB, PRICES, SALE_PRICES, STATES, PERIODS]
        .into_iter()
        .find(|&(known, _)| known == tag)
        .map(|(_, name)| name)
}

const PRICE: u8 = 1;
const SALE_PRICE: u8 = 2;
const AVAILABILITY: u8 = 4;
const DELIVERY_DAYS: u8 = 8;
const HIDDEN: u8 = 16;

/// What is true of a whole overlay.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OverlayMeta {
    /// The catalogue that it was made for; none: it lies over any.
    pub base: Option<PackHash>,
    /// Overlays of higher layers lie over lower ones: 0 for what holds for everybody, above it what holds for a customer.
    pub layer: u8,
    /// Grows from overlay to overlay of a layer; the older one is not laid over the newer.
    pub sequence: u64,
    /// Currency of its prices (ISO 4217); empty if it has none.
    pub currency: String,
}

/// What an overlay says of one item. `None`: nothing; the values of the catalogue, or of the layer below, stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OverlayItem {
    /// The shop's identifier.
    pub id: String,
    /// Price in minor units; `Some(None)`: it has none any more.
    pub price: Option<Option<u32>>,
    /// Reduced price in minor units.
    pub sale_price: Option<Option<u32>>,
    /// When the reduced price holds.
    pub sale_period: Period,
    /// Whether it can be bought now.
    pub availability: Option<Availability>,
    /// From when what can be ordered before is in stock.
    pub available_from: Option<Timestamp>,
    /// Days until delivery.
    pub delivery_days: Option<Option<u8>>,
    /// Shown in no list.
    pub hidden: bool,
}

/// Collects items and writes them as an overlay.
#[derive(Clone, Debug)]
pub struct OverlayBuilder {
    meta: OverlayMeta,
    items: BTreeMap<String, OverlayItem>,
}

impl OverlayBuilder {
    /// An overlay that says nothing, and so takes back what the one before it said.
    #[must_use]
    pub fn new(meta: OverlayMeta) -> Self {
        Self {
            meta,
            items: BTreeMap::new(),
        }
    }

    /// Number of items so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether it says nothing yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Adds what is to be said of an item.
    ///
    /// # Errors
    ///
    /// * [`BuildError::NoId`] if its id is empty.
    /// * [`BuildError::DuplicateId`] if something was said of it before; that stays.
    /// * [`BuildError::TooLarge`] beyond 2²⁴ items.
    pub fn push(&mut self, item: OverlayItem) -> Result<(), BuildError> {
        if item.id.is_empty() {
            return Err(BuildError::NoId {
                position: self.items.len(),
            });
        }
        if self.items.contains_key(&item.id) {
            return Err(BuildError::DuplicateId { id: item.id });
        }
        if self.items.len() >= MAX_NUMBERED {
            return Err(BuildError::TooLarge {
                what: "items",
                got: self.items.len() + 1,
                max: MAX_NUMBERED,
            });
        }
        self.items.insert(item.id.clone(), item);
        Ok(())
    }

    /// Writes the overlay.
    ///
    /// # Errors
    ///
    /// [`BuildError::TooLong`] if it would pass 4 GiB.
    pub fn finish(self) -> Result<Vec<u8>, BuildError> {
        let mut meta = vec![self.meta.layer];
        meta.extend_from_slice(&self.meta.sequence.to_le_bytes());
        meta.extend_from_slice(&self.meta.base.map_or([0; 16], PackHash::to_bytes));
        write_varint(&mut meta, self.meta.currency.len() as u32);
        meta.extend_from_slice(self.meta.currency.as_bytes());
        let mut ids = StringsWriter::new();
        for id in self.items.keys() {
            ids.push(id.as_bytes());
        }
        let items = || self.items.values();
        let mut writer = PackWriter::new(PackKind::Overlay);
        writer.section(META.0, 1, meta);
        writer.strings(IDS.0, IDS_BLOB.0, ids);
        let price = |price: Option<Option<u32>>| price_to_u32(price.flatten());
        writer.u32s(PRICES.0, items().map(|item| price(item.price)));
        let always = |item: &&OverlayItem| item.sale_period.is_always();
        let sale = |item| Some(item).filter(always).and_then(|item| item.sale_price);
        writer.u32s(SALE_PRICES.0, items().map(|item| price(sale(item))));
        writer.u32s(STATES.0, items().map(state));
        let periods: Vec<Timed> = items().enumerate().flat_map(timed).collect();
        if !periods.is_empty() {
            writer.section(PERIODS.0, period::ENTRY, period::write(periods));
        }
        writer.finish().ok_or(BuildError::TooLong)
    }
}

/// What is said of the item at `place` for a period.
fn timed((place, item): (usize, &OverlayItem)) -> impl Iterator<Item = Timed> + use<> {
    let price = item
        .sale_price
        .flatten()
        .filter(|_| !item.sale_period.is_always());
    let sale = price.map(|price| Timed::new(place, Change::SalePrice(price), item.sale_period));
    let arrives = item
        .availability
        .is_some_and(Availability::is_ordered_before);
    let from = item.available_from.filter(|_| arrives);
    let arrival = from.map(|_| {
        let arrived = Change::Availability(Availability::InStock.to_byte());
        Timed::new(place, arrived, Period { from, until: None })
    });
    sale.into_iter().chain(arrival)
}

fn state(item: &OverlayItem) -> u32 {
    let given = [
        (item.price.is_some(), PRICE),
        (item.sale_price.is_some(), SALE_PRICE),
        (item.availability.is_some(), AVAILABILITY),
        (item.delivery_days.is_some(), DELIVERY_DAYS),
        (item.hidden, HIDDEN),
    ];
    let flags = given.iter().filter(|(is, _)| *is).map(|(_, flag)| flag);
    u32::from_le_bytes([
        flags.sum(),
        item.availability.map_or(0, Availability::to_byte),
        days_to_byte(item.delivery_days.flatten()),
        0,
    ])
}

/// An opened overlay.
#[derive(Clone, Debug)]
pub struct Overlay {
    pack: Pack,
    meta: OverlayMeta,
    ids: (usize, usize),
    blob: (usize, usize),
    prices: (usize, usize),
    sale_prices: (usize, usize),
    states: (usize, usize),
    periods: (usize, usize),
}

/// What an overlay says of an item, as columns hold it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Said {
    pub(super) price: Option<u32>,
    pub(super) sale_price: Option<u32>,
    pub(super) availability: Option<u8>,
    pub(super) delivery_days: Option<u8>,
    pub(super) hidden: bool,
}

impl Overlay {
    /// Takes over a verified pack.
    ///
    /// # Errors
    ///
    /// * [`PackError::Kind`] if it is no overlay.
    /// * [`PackError::Unsound`] if its sections contradict each other.
    pub fn open(pack: Pack) -> Result<Self, PackError> {
        let pack = pack.of_kind(PackKind::Overlay, "overlay")?;
        let (meta, _) = META;
        let meta = pack.section(meta, META.1, 1)?;
        let overlay = Self {
            meta: read_meta(pack.bytes().get(meta.0..meta.1).unwrap_or_default()).ok_or(
                PackError::Unsound {
                    section: META.1,
                    what: "it is cut off",
                },
            )?,
            ids: pack.section(IDS.0, IDS.1, 4)?,
            blob: pack.section(IDS_BLOB.0, IDS_BLOB.1, 1)?,
            prices: pack.section(PRICES.0, PRICES.1, 4)?,
            sale_prices: pack.section(SALE_PRICES.0, SALE_PRICES.1, 4)?,
            states: pack.section(STATES.0, STATES.1, 4)?,
            periods: match pack.has(PERIODS.0) {
                true => pack.section(PERIODS.0, PERIODS.1, period::ENTRY)?,
                false => (0, 0),
            },
            pack,
        };
        let items = overlay.len();
        for ((start, end), (_, section)) in
            [(overlay.prices, PRICES), (overlay.sale_prices, SALE_PRICES)]
        {
            if end - start != items * 4 {
                return Err(PackError::Unsound {
                    section,
                    what: "it has another length than its neighbours",
                });
            }
        }
        let (start, end) = overlay.blob;
        if Offsets::new(overlay.bytes(overlay.ids), items, end - start).is_none() {
            return Err(PackError::Unsound {
                section: IDS.1,
                what: "its offsets do not cut the section they belong to",
            });
        }
        Ok(overlay)
    }

    /// What is true of the whole overlay.
    #[must_use]
    pub fn meta(&self) -> &OverlayMeta {
        &self.meta
    }

    /// The pack's name.
    #[must_use]
    pub fn hash(&self) -> PackHash {
        self.pack.hash()
    }

    /// Number of items of which it says something.
    #[must_use]
    pub fn len(&self) -> usize {
        (self.states.1 - self.states.0) / 4
    }

    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What it says, item by item, for those who keep prices elsewhere, too.
    pub fn said(&self) -> impl Iterator<Item = OverlayItem> + '_ {
        let price = |column: u32| (column != u32::MAX).then_some(column);
        let mut periods = self.periods().peekable();
        (0u32..).zip(self.items()).map(move |(place, (id, said))| {
            let mut item = OverlayItem {
                id: id.to_owned(),
                price: said.price.map(price),
                sale_price: said.sale_price.map(price),
                availability: said.availability.map(Availability::from_byte),
                delivery_days: said
                    .delivery_days
                    .map(|days| (days != u8::MAX).then_some(days)),
                hidden: said.hidden,
                ..OverlayItem::default()
            };
            while let Some(timed) = periods.next_if(|timed| timed.item <= place) {
                match timed.change {
                    Change::SalePrice(sale) => {
                        item.sale_price = Some(Some(sale));
                        item.sale_period = timed.period();
                    }
                    Change::Availability(_) => item.available_from = timed.period().from,
                    Change::Hidden => {}
                }
            }
            item
        })
    }

    /// What holds in a period, ascending by the place of the item.
    pub(super) fn periods(&self) -> impl Iterator<Item = Timed> + '_ {
        period::read(self.bytes(self.periods))
    }

    /// Identifiers with what is said of them.
    pub(super) fn items(&self) -> impl Iterator<Item = (&str, Said)> {
        let ids = Strings::new(
            Offsets::trusted(self.bytes(self.ids)),
            self.bytes(self.blob),
        );
        let column = |range| U32s::new(self.bytes(range));
        let (prices, sale_prices, states) = (
            column(self.prices),
            column(self.sale_prices),
            column(self.states),
        );
        (0..self.len()).map(move |at| {
            let [flags, availability, days, _] = states.at(at).to_le_bytes();
            let given = |flag| flags & flag != 0;
            let said = Said {
                price: given(PRICE).then(|| prices.at(at)),
                sale_price: given(SALE_PRICE).then(|| sale_prices.at(at)),
                availability: given(AVAILABILITY).then_some(availability),
                delivery_days: given(DELIVERY_DAYS).then_some(days),
                hidden: given(HIDDEN),
            };
            (ids.at(at), said)
        })
    }

    fn bytes(&self, (start, end): (usize, usize)) -> &[u8] {
        self.pack.bytes().get(start..end).unwrap_or_default()
    }
}

fn read_meta(bytes: &[u8]) -> Option<OverlayMeta> {
    let fixed = Bytes::new(bytes);
    let base = fixed.array::<16>(9)?;
    let mut at = 25;
    let length = read_varint(bytes, &mut at)? as usize;
    let currency = std::str::from_utf8(bytes.get(at..)?.get(..length)?).ok()?;
    Some(OverlayMeta {
        layer: *bytes.first()?,
        sequence: fixed.u64(1)?,
        base: (base != [0; 16]).then(|| PackHash::from_bytes(base)),
        currency: currency.to_owned(),
    })
}

/// What became of an overlay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Overlaid {
    /// False if a newer one of its layer lies there already.
    pub applied: bool,
    /// Items of the catalogue that it speaks of.
    pub items: usize,
    /// Items that the catalogue does not have.
    pub unknown: usize,
}

/// Why an overlay does not fit; what lay there stays.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum OverlayError {
    /// There is nothing to lay it over.
    #[error("there is no catalogue to lay the overlay over; open a pack first")]
    NoCatalogue,
    /// It was made for another catalogue, whose prices may be older or newer than this one's.
    #[error("the overlay was made for pack {expected}, this is {got}; load the manifest again")]
    Base {
        /// What it was made for.
        expected: PackHash,
        /// What there is.
        got: PackHash,
    },
    /// Its prices are in another currency.
    #[error(
        "the overlay's prices are in {got}, the catalogue's in {expected}; build it from a feed in {expected}"
    )]
    Currency {
        /// The catalogue's.
        expected: String,
        /// The overlay's.
        got: String,
    },
}

impl OverlayError {
    /// Stable name of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoCatalogue => "overlay/no-catalogue",
            Self::Base { .. } => "overlay/base",
            Self::Currency { .. } => "overlay/currency",
        }
    }
}
