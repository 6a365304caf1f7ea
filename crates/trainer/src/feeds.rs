//! Feeds in their order in, products out: catalogues, and updates that change the catalogues before them.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use endcap::catalogue::Product;

use crate::build::{Progress, Settings, Stage};
use crate::error::{TrainerError, TransactionReason};
use crate::feed::{Feed, FeedOptions, Row, Scope};
use crate::field::text::collapsed;
use crate::issue::Report;
use crate::product::{Normaliser, is_gone};

/// Rows between two calls of the progress callback.
const PROGRESS_ROWS: u64 = 256;

/// What updates did to the catalogue that came before them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Updates {
    /// Products that are in the pack otherwise than in the catalogue.
    pub changed: u64,
    /// Products that the catalogue did not have.
    pub new: u64,
    /// Products of the catalogue that are not in the pack.
    pub gone: u64,
}

/// Reads all feeds in their order: what they hold, and the number of rows.
pub(crate) fn read_feeds(
    settings: &Settings,
    language: &str,
    currency: Option<String>,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<(Normaliser, Vec<Product>, u64), TrainerError> {
    let report = Report::new(settings.strict);
    let mut normaliser = Normaliser::new(report, language, currency, settings.facets.clone());
    let mut products = Vec::new();
    let mut rows = 0;
    for path in &settings.feeds {
        let options = FeedOptions {
            language: language.to_owned(),
            currency: normaliser.currency.clone(),
            price_type: settings.price_type.clone(),
        };
        let feed = Feed::open(path, &options)?;
        let reason = match feed.scope() {
            Scope::Products if products.is_empty() => Some(TransactionReason::UpdateAlone),
            Scope::Prices => Some(TransactionReason::PricesAlone),
            _ => None,
        };
        rows += match (feed.scope(), reason) {
            (scope, Some(reason)) => return Err(unusable(path, scope, reason)),
            (Scope::Catalogue, None) => each_row(
                path,
                feed,
                &mut normaliser,
                progress,
                &mut |normaliser, row| {
                    products.extend(normaliser.product(row)?);
                    Ok(())
                },
            )?,
            _ => update(path, feed, &mut normaliser, &mut products, progress)?,
        };
    }
    Ok((normaliser, products, rows))
}

/// Reads articles that are new, changed or gone into the products of the feeds before.
fn update(
    path: &Path,
    feed: Feed,
    normaliser: &mut Normaliser,
    products: &mut Vec<Product>,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<u64, TrainerError> {
    let before = std::mem::take(&mut normaliser.seen);
    let ids = products.iter().map(|product| product.id.clone());
    let places: HashMap<String, usize> = ids.zip(0..).collect();
    let mut gone = HashSet::new();
    let rows = each_row(path, feed, normaliser, progress, &mut |normaliser, row| {
        if is_gone(row) {
            gone.extend(row.text("id").map(|id| collapsed(&id)));
            return Ok(());
        }
        let Some(mut product) = normaliser.product(row)? else {
            return Ok(());
        };
        match places.get(&product.id).and_then(|&at| products.get_mut(at)) {
            Some(known) => {
                // Updates bring no groups; an article stays in those that it was in.
                if product.category.is_empty() {
                    product.category = std::mem::take(&mut known.category);
                }
                *known = product;
                normaliser.updates.changed += 1;
            }
            None => {
                products.push(product);
                normaliser.updates.new += 1;
            }
        }
        Ok(())
    })?;
    normaliser.seen.extend(before);
    let all = products.len();
    products.retain(|product| !gone.contains(&product.id));
    normaliser.updates.gone += (all - products.len()) as u64;
    normaliser.seen.retain(|id| !gone.contains(id));
    Ok(rows)
}

/// The error for a file whose transaction has no place where it is given.
pub(crate) fn unusable(path: &Path, scope: Scope, reason: TransactionReason) -> TrainerError {
    TrainerError::Transaction {
        file: path.to_owned(),
        found: match scope {
            Scope::Catalogue => "a catalogue",
            Scope::Products => "T_UPDATE_PRODUCTS",
            Scope::Prices => "T_UPDATE_PRICES",
        }
        .into(),
        reason,
    }
}

/// Reads a feed row by row; the number of rows, dropped ones included.
pub(crate) fn each_row(
    path: &Path,
    mut feed: Feed,
    normaliser: &mut Normaliser,
    progress: &mut dyn FnMut(Progress<'_>),
    take: &mut dyn FnMut(&mut Normaliser, &Row) -> Result<(), TrainerError>,
) -> Result<u64, TrainerError> {
    let mut rows = 0;
    while let Some(next) = feed.next_row()? {
        match next {
            Err(issue) => {
                rows += u64::from(issue.outcome == crate::Outcome::RowDropped);
                normaliser.report.raise(issue)?;
            }
            Ok(row) => {
                rows += 1;
                if rows == 1 && is_event(&row) {
                    return Err(TrainerError::EventLog {
                        file: path.to_owned(),
                    });
                }
                take(normaliser, &row)?;
            }
        }
        if rows % PROGRESS_ROWS == 0 {
            let (done, total) = feed.progress();
            progress(Progress {
                stage: Stage::Feed,
                name: &path.to_string_lossy(),
                done,
                total,
                rows,
            });
        }
    }
    Ok(rows)
}

fn is_event(row: &Row) -> bool {
    row.get("event_name").is_some() && row.get("title").is_none()
}
