//! Event logs in, popularity per item out.

use std::collections::HashMap;
use std::path::Path;

use endcap::catalogue::Product;

use crate::build::Progress;
use crate::error::TrainerError;
use crate::issue::Report;
use crate::log::{Kind, LogEvent, LogSummary, read_log};

/// What an event says for an item it names, in views. Set by hand: a cart is worth a few views, a
/// purchase many, and a return takes most of a purchase back. A purchase counts once per line,
/// not per piece, or one order of a thousand screws would outweigh a thousand customers.
pub const WEIGHTS: [(Kind, f64); 5] = [
    (Kind::ViewItem, 1.0),
    (Kind::SelectItem, 1.0),
    (Kind::AddToCart, 4.0),
    (Kind::Purchase, 10.0),
    (Kind::Refund, -6.0),
];

/// What the logs held.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventSummary {
    /// Lines read, and how they were written.
    pub log: LogSummary,
    /// Events that counted for at least one item.
    pub counted: u64,
    /// Events of kinds that say nothing for a single item, such as searches.
    pub other: u64,
    /// Mentions of items that no feed has.
    pub unknown_items: u64,
    /// Products with any popularity.
    pub products: u64,
}

/// Sums what events say for each item.
#[derive(Debug, Default)]
pub(crate) struct Popularity {
    scores: HashMap<String, f64>,
    pub(crate) summary: EventSummary,
}

impl Popularity {
    /// Starts with all products at nought.
    pub(crate) fn new(products: &[Product]) -> Self {
        Self {
            scores: products
                .iter()
                .map(|product| (product.id.clone(), 0.0))
                .collect(),
            summary: EventSummary::default(),
        }
    }

    /// Adds one log.
    pub(crate) fn read(
        &mut self,
        path: &Path,
        report: &mut Report,
        progress: &mut dyn FnMut(Progress<'_>),
    ) -> Result<(), TrainerError> {
        let read = read_log(path, None, report, progress, &mut |event| {
            self.count(&event);
            Ok(())
        })?;
        self.summary.log.add(&read);
        Ok(())
    }

    fn count(&mut self, event: &LogEvent) {
        let Some((_, weight)) = WEIGHTS.iter().find(|(kind, _)| *kind == event.kind) else {
            self.summary.other += 1;
            return;
        };
        let mut known = 0;
        for item in &event.items {
            if let Some(score) = self.scores.get_mut(&item.id) {
                *score += weight;
                known += 1;
            }
        }
        self.summary.unknown_items += event.items.len() as u64 - known;
        self.summary.counted += u64::from(known > 0);
    }

    /// Writes the sums into the products; more returns than purchases are nought.
    pub(crate) fn apply(mut self, products: &mut [Product]) -> EventSummary {
        for product in products {
            product.popularity = self
                .scores
                .get(&product.id)
                .copied()
                .unwrap_or(0.0)
                .max(0.0);
            self.summary.products += u64::from(product.popularity > 0.0);
        }
        self.summary
    }
}
