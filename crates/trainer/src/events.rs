//! Event logs in, popularity per item out.
//!
//! Logs are JSON Lines in the shape of GA4's export: `event_name` and `items` with an `item_id`
//! each; all else is passed over.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use endcap::catalogue::Product;
use serde::Deserialize;
use serde_json::Value;

use crate::build::{Progress, Stage};
use crate::error::TrainerError;
use crate::feed::{Line, MAX_ROW_BYTES, read_line, scalar_text};
use crate::issue::{IssueKind, Outcome, Report, RowIssue};
use crate::source::Source;

/// What an event says for an item it names, in views. Set by hand: a cart is worth a few views, a
/// purchase many, and a return takes most of a purchase back. A purchase counts once per line,
/// not per piece, or one order of a thousand screws would outweigh a thousand customers.
pub const WEIGHTS: [(&str, f64); 5] = [
    ("view_item", 1.0),
    ("select_item", 1.0),
    ("add_to_cart", 4.0),
    ("purchase", 10.0),
    ("refund", -6.0),
];

/// What the logs held.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventSummary {
    /// Lines read.
    pub lines: u64,
    /// Events that counted for at least one item.
    pub counted: u64,
    /// Events of kinds that say nothing for a single item, such as searches.
    pub other: u64,
    /// Mentions of items that no feed has.
    pub unknown_items: u64,
    /// Products with any popularity.
    pub products: u64,
}

#[derive(Deserialize)]
struct EventLine {
    event_name: String,
    items: Option<Vec<EventItem>>,
}

#[derive(Deserialize)]
struct EventItem {
    item_id: Option<Value>,
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
        let mut source = Source::open(path)?;
        let file = Arc::clone(&source.name);
        let mut line = 0;
        loop {
            let text = match read_line(&mut source)? {
                Line::End => break,
                Line::TooLong => None,
                Line::Text { text, .. } => Some(text),
            };
            line += 1;
            self.summary.lines += 1;
            let problem = match text {
                None => Some((
                    IssueKind::Size,
                    None,
                    format!("the line is longer than {} MiB", MAX_ROW_BYTES >> 20),
                )),
                Some(text) if text.trim().is_empty() => None,
                Some(text) => self.count(&text),
            };
            if let Some((kind, column, message)) = problem {
                report.raise(RowIssue {
                    file: Arc::clone(&file),
                    line,
                    column,
                    kind,
                    field: None,
                    message,
                    outcome: Outcome::EventDropped,
                })?;
            }
            if line % 1024 == 0 {
                progress(Progress {
                    stage: Stage::Events,
                    name: &file,
                    done: source.position.get(),
                    total: source.size,
                    rows: line,
                });
            }
        }
        Ok(())
    }

    fn count(&mut self, text: &str) -> Option<(IssueKind, Option<u64>, String)> {
        let event: EventLine = match serde_json::from_str(text) {
            Ok(event) => event,
            Err(error) => {
                let message = error.to_string();
                let message = message
                    .split(" at line ")
                    .next()
                    .unwrap_or_default()
                    .to_owned();
                return Some((IssueKind::Event, Some(error.column() as u64), message));
            }
        };
        let Some((_, weight)) = WEIGHTS.iter().find(|(name, _)| *name == event.event_name) else {
            self.summary.other += 1;
            return None;
        };
        let items = event.items.unwrap_or_default();
        let mut named = 0;
        let mut known = 0;
        for id in items
            .iter()
            .filter_map(|item| item.item_id.as_ref().and_then(scalar_text))
        {
            named += 1;
            if let Some(score) = self.scores.get_mut(id.as_ref()) {
                *score += weight;
                known += 1;
            }
        }
        self.summary.unknown_items += named - known;
        self.summary.counted += u64::from(known > 0);
        (named == 0).then(|| {
            (
                IssueKind::EventItems,
                None,
                format!("a {} that names no item", event.event_name),
            )
        })
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
