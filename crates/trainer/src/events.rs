//! Event logs in, popularity per item out.

use std::collections::{BTreeSet, HashMap};
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
    /// What each order held, and what came back of it; each counts once, however often it is told.
    orders: HashMap<(String, bool), BTreeSet<String>>,
    /// Orders that came back as a whole.
    whole: BTreeSet<String>,
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
            orders: HashMap::new(),
            whole: BTreeSet::new(),
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
        let is_order =
            matches!(event.kind, Kind::Purchase | Kind::Refund) && !event.order.is_empty();
        let returned = event.kind == Kind::Refund;
        if is_order && returned && event.items.is_empty() {
            self.whole.insert(event.order.clone());
            self.summary.counted += 1;
            return;
        }
        let mut known = 0;
        for item in &event.items {
            if is_order {
                let told = self
                    .orders
                    .entry((event.order.clone(), returned))
                    .or_default();
                if !told.insert(item.id.clone()) {
                    known += 1;
                    continue;
                }
            }
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
        let returns = WEIGHTS.iter().find(|(kind, _)| *kind == Kind::Refund);
        let weight = returns.map_or(0.0, |(_, weight)| *weight);
        for number in std::mem::take(&mut self.whole) {
            let back = self
                .orders
                .remove(&(number.clone(), true))
                .unwrap_or_default();
            let bought = self.orders.remove(&(number, false)).unwrap_or_default();
            for item in bought.difference(&back) {
                if let Some(score) = self.scores.get_mut(item) {
                    *score += weight;
                }
            }
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::LogItem;

    fn popularity(told: &[(Kind, &str, &[&str])]) -> [f64; 2] {
        let mut products = ["tub", "tap"].map(|id| Product {
            id: id.into(),
            ..Product::default()
        });
        let mut popularity = Popularity::new(&products);
        for &(kind, order, items) in told {
            popularity.count(&LogEvent {
                kind,
                order: order.into(),
                items: items
                    .iter()
                    .map(|&id| LogItem {
                        id: id.into(),
                        quantity: 1,
                    })
                    .collect(),
                ..LogEvent::default()
            });
        }
        popularity.apply(&mut products);
        products.map(|product| product.popularity)
    }

    #[test]
    fn an_order_told_again_counts_once() {
        let tub = (Kind::Purchase, "T-1", &["tub"][..]);
        let both = (Kind::Purchase, "T-1", &["tub", "tap"][..]);
        assert_eq!(popularity(&[tub, both, tub]), [10.0, 10.0]);
        let unnumbered = (Kind::Purchase, "", &["tub"][..]);
        assert_eq!(popularity(&[unnumbered, unnumbered]), [20.0, 0.0]);
    }

    #[test]
    fn a_return_of_a_whole_order_counts_once_per_item() {
        let both = (Kind::Purchase, "T-1", &["tub", "tap"][..]);
        let tub_back = (Kind::Refund, "T-1", &["tub"][..]);
        let all_back = (Kind::Refund, "T-1", &[][..]);
        let told = [all_back, both, tub_back, tub_back, all_back];
        assert_eq!(popularity(&told), [4.0, 4.0]);
    }
}
