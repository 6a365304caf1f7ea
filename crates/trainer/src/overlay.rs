//! Overlays from feeds: the prices and stock of a feed, as far as they differ from a pack.
//!
//! # Invariants
//! * A row that gives a price speaks for the reduced price as well: without one there is none.
//! * What a row does not give, or what cannot be read, stays as the pack has it.

use std::collections::BTreeSet;
use std::path::PathBuf;

use endcap::catalogue::{
    Availability, Catalogue, Overlay, OverlayBuilder, OverlayItem, OverlayMeta,
};
use endcap::pack::{Pack, PackHash};

use crate::build::{Progress, each_row};
use crate::error::TrainerError;
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
    let mut seen = BTreeSet::new();
    let (mut rows, mut unknown) = (0, 0);
    for path in &settings.feeds {
        rows += each_row(path, &mut normaliser, progress, &mut |normaliser, row| {
            let Some(offer) = normaliser.offer(row)? else {
                return Ok(());
            };
            match base.item(&offer.id) {
                None => unknown += 1,
                Some(item) => {
                    seen.insert(item);
                    let said = differing(offer, base, item);
                    if says_something(&said) {
                        push(&mut builder, said)?;
                    }
                }
            }
            Ok(())
        })?;
    }
    if seen.is_empty() {
        return Err(TrainerError::NoProducts { rows });
    }
    let mut hidden = 0;
    if settings.hide_missing {
        for item in base.items().filter(|item| !seen.contains(item)) {
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
    pub(crate) availability: Option<Availability>,
    pub(crate) delivery_days: Option<u8>,
}

fn differing(offer: Offer, base: &Catalogue, item: endcap::catalogue::ItemIdx) -> OverlayItem {
    let priced = offer.price.is_some();
    OverlayItem {
        price: Some(offer.price).filter(|&price| priced && price != base.price(item)),
        sale_price: Some(offer.sale_price)
            .filter(|&sale| (priced || sale.is_some()) && sale != base.sale_price(item)),
        availability: offer
            .availability
            .filter(|&availability| availability != base.availability(item)),
        delivery_days: offer
            .delivery_days
            .map(Some)
            .filter(|&days| days != base.delivery_days(item)),
        hidden: false,
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
