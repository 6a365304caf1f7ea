//! Overlays from feeds: the prices and stock of a feed, as far as they differ from a pack.
//!
//! # Invariants
//! * A row that gives a price speaks for the reduced price as well: without one there is none.
//! * What a row does not give, or what cannot be read, stays as the pack has it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use endcap::Timestamp;
use endcap::catalogue::{
    Availability, Catalogue, ItemIdx, Overlay, OverlayBuilder, OverlayItem, OverlayMeta, Period,
};
use endcap::pack::{Pack, PackHash};

use crate::build::Progress;
use crate::error::{TrainerError, TransactionReason};
use crate::feed::{Feed, FeedOptions, Scope};
use crate::feeds::{each_row, unusable};
use crate::issue::Report;
use crate::product::Normaliser;

/// What to make an overlay from.
#[derive(Clone, Debug, Default)]
pub struct OverlaySettings {
    /// Feeds with `id` and any of `price`, `sale_price`, `availability`, `max_handling_time`; other fields are passed over.
    pub feeds: Vec<PathBuf>,
    /// 0 for everybody.
    pub layer: u8,
    /// Greater than that of the overlay before.
    pub sequence: u64,
    /// The feeds hold all that can be bought: what they lack is hidden.
    pub hide_missing: bool,
    /// Lies over any catalogue in this currency, not over the base alone.
    pub any_base: bool,
    /// BMEcat's kind of prices, such as `gros_list`; otherwise the public one that most articles have.
    pub price_type: Option<String>,
    /// Stops at the first warning or error.
    pub strict: bool,
}

/// A finished overlay.
#[derive(Clone, Debug)]
pub struct BuiltOverlay {
    /// The file's content.
    pub bytes: Vec<u8>,
    /// Its name.
    pub hash: PackHash,
    /// Layer, sequence and base.
    pub meta: OverlayMeta,
    /// Items of the base.
    pub products: usize,
    /// Items of which it says something.
    pub items: usize,
    /// Of these, hidden ones.
    pub hidden: usize,
    /// Rows read, dropped ones included.
    pub rows: u64,
    /// Rows about products that the base does not have; left out.
    pub unknown: u64,
    /// What was wrong with the files.
    pub report: Report,
}

/// Reads feeds and writes what they say otherwise than `base`.
///
/// # Errors
///
/// Every variant of [`TrainerError`] that reading feeds gives, and [`TrainerError::NoProducts`] where no row is about a product
/// of the base: hiding all of a shop is nobody's wish.
pub fn overlay(
    settings: &OverlaySettings,
    base: &Catalogue,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<BuiltOverlay, TrainerError> {
    let currency = Some(base.meta().currency.clone());
    let report = Report::new(settings.strict);
    let mut normaliser = Normaliser::new(report, &base.meta().language, currency, Vec::new());
    let meta = OverlayMeta {
        base: (!settings.any_base).then(|| base.whole().unwrap_or(base.hash())),
        layer: settings.layer,
        sequence: settings.sequence,
        currency: base.meta().currency.clone(),
    };
    let mut builder = OverlayBuilder::new(meta.clone());
    let mut offers: BTreeMap<ItemIdx, Offer> = BTreeMap::new();
    let (mut rows, mut unknown, mut hidden) = (0, 0, 0);
    for path in &settings.feeds {
        let options = FeedOptions {
            language: base.meta().language.clone(),
            currency: Some(base.meta().currency.clone()),
            price_type: settings.price_type.clone(),
        };
        let feed = Feed::open(path, &options)?;
        if settings.hide_missing && feed.scope() != Scope::Catalogue {
            return Err(unusable(
                path,
                feed.scope(),
                TransactionReason::HidesMissing,
            ));
        }
        if feed.scope() != Scope::Catalogue {
            // An update speaks of products that were spoken of before.
            normaliser.seen.clear();
        }
        rows += each_row(
            path,
            feed,
            &mut normaliser,
            progress,
            &mut |normaliser, row| {
                let Some(offer) = normaliser.offer(row)? else {
                    return Ok(());
                };
                match base.item(&offer.id) {
                    None => unknown += 1,
                    Some(item) => {
                        let before = offers.remove(&item);
                        offers.insert(item, offer.after(before));
                    }
                }
                Ok(())
            },
        )?;
    }
    if offers.is_empty() {
        return Err(TrainerError::NoProducts { rows });
    }
    for item in base.items() {
        if let Some(offer) = offers.remove(&item) {
            hidden += usize::from(offer.gone);
            let said = differing(offer, base, item);
            if says_something(&said) {
                push(&mut builder, said)?;
            }
        } else if settings.hide_missing {
            hidden += 1;
            let id = base.id(item).to_owned();
            push(
                &mut builder,
                OverlayItem {
                    id,
                    hidden: true,
                    ..OverlayItem::default()
                },
            )?;
        }
    }
    let items = builder.len();
    let bytes = builder
        .finish()
        .map_err(|error| TrainerError::catalogue(&error))?;
    let pack = Pack::open(bytes.clone()).and_then(Overlay::open);
    let opened = pack.map_err(|error| TrainerError::Catalogue {
        code: error.code(),
        message: error.to_string(),
    })?;
    Ok(BuiltOverlay {
        hash: opened.hash(),
        bytes,
        meta,
        products: base.item_count(),
        items,
        hidden,
        rows,
        unknown,
        report: normaliser.report,
    })
}

fn push(builder: &mut OverlayBuilder, item: OverlayItem) -> Result<(), TrainerError> {
    builder
        .push(item)
        .map_err(|error| TrainerError::catalogue(&error))
}

/// What a row says of the offer alone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Offer {
    pub(crate) id: String,
    pub(crate) price: Option<u32>,
    pub(crate) sale_price: Option<u32>,
    pub(crate) sale_period: Period,
    pub(crate) availability: Option<Availability>,
    pub(crate) available_from: Option<Timestamp>,
    pub(crate) delivery_days: Option<u8>,
    /// The shop no longer has it.
    pub(crate) gone: bool,
}

impl Offer {
    /// This, where an update says it behind what was said before.
    fn after(self, before: Option<Self>) -> Self {
        let before = before.unwrap_or_default();
        let prices = if self.price.is_some() { &self } else { &before };
        let sale = if self.sale_price.is_some() {
            &self
        } else {
            prices
        };
        Self {
            price: prices.price,
            sale_price: sale.sale_price,
            sale_period: sale.sale_period,
            available_from: self.available_from.or(before.available_from),
            availability: self.availability.or(before.availability),
            delivery_days: self.delivery_days.or(before.delivery_days),
            ..self
        }
    }
}

fn differing(offer: Offer, base: &Catalogue, item: endcap::catalogue::ItemIdx) -> OverlayItem {
    let priced = offer.price.is_some();
    // As the pack has them, whatever the time is.
    let known_sale = base
        .timed_sale_price(item)
        .or(base.sale_price(item).map(|sale| (sale, Period::default())));
    let sale = offer.sale_price.map(|sale| (sale, offer.sale_period));
    let availability = offer.availability.filter(|&availability| {
        (availability, offer.available_from) != (base.availability(item), base.available_from(item))
    });
    OverlayItem {
        price: Some(offer.price).filter(|&price| priced && price != base.price(item)),
        sale_price: Some(offer.sale_price)
            .filter(|_| (priced || sale.is_some()) && sale != known_sale),
        sale_period: if sale == known_sale {
            Period::default()
        } else {
            offer.sale_period
        },
        available_from: offer.available_from.filter(|_| availability.is_some()),
        availability,
        delivery_days: offer
            .delivery_days
            .map(Some)
            .filter(|&days| days != base.delivery_days(item)),
        hidden: offer.gone,
        id: offer.id,
    }
}

fn says_something(said: &OverlayItem) -> bool {
    let nothing = OverlayItem {
        id: said.id.clone(),
        ..OverlayItem::default()
    };
    *said != nothing
}
