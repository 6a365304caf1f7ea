//! The event log: GA4-shaped, one event per line, in the order of time.
//!
//! Written day by day, so that the log may grow longer than memory.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::dice::Dice;
use super::shop::Shop;
use super::taste::Shopper;
use super::visit::{self, Shelves};

/// Days covered by the log.
pub(super) const DAYS: u64 = 90;
/// 2026-10-31, the last day of the log, counted from 1970-01-01.
pub(super) const LAST_DAY: u64 = 20_757;
const DAY: u64 = 86_400;

/// One event in the log.
#[derive(Serialize)]
pub(super) struct Event {
    pub(super) event_name: &'static str,
    pub(super) event_timestamp: u64,
    pub(super) user_pseudo_id: String,
    pub(super) ga_session_id: u64,
    pub(super) channel: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) items: Vec<Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) search_term: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) facet: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) item_list_id: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) transaction_id: Option<String>,
}

/// A product in an event.
#[derive(Clone, Serialize)]
pub(super) struct Item {
    pub(super) item_id: String,
    pub(super) price: f64,
    pub(super) quantity: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) index: Option<usize>,
}

/// What a shopper carries from visit to visit.
#[derive(Default)]
pub(super) struct Memory {
    /// Articles that were looked at, oldest first.
    pub(super) seen: Vec<usize>,
    pub(super) orders: u32,
    /// Refunds to come, by day.
    pub(super) returns: BTreeMap<u64, Vec<Refund>>,
}

/// Something that will be sent back.
pub(super) struct Refund {
    pub(super) items: Vec<Item>,
    pub(super) transaction_id: String,
    pub(super) channel: &'static str,
}

/// How many events of each name were written.
pub(super) type Tally = BTreeMap<&'static str, u64>;

/// Lets the shoppers shop for [`DAYS`] days; `step` is told after every day.
///
/// # Errors
///
/// Whatever `out` fails with.
pub(super) fn write(
    shop: &Shop,
    shoppers: &[Shopper],
    out: &mut impl Write,
    mut step: impl FnMut(),
) -> io::Result<Tally> {
    let shelves = Shelves::new(shop);
    let mut memories: Vec<_> = shoppers.iter().map(|_| Memory::default()).collect();
    let mut tally = Tally::new();
    for day in 0..DAYS {
        let midnight = (LAST_DAY + 1 - DAYS + day) * DAY;
        let mut events = Vec::new();
        for (shopper, memory) in shoppers.iter().zip(&mut memories) {
            let number = shopper.number as u64 * DAYS + day;
            let mut dice = Dice::new(shop.seed, "day", number);
            visit::live_through(
                shop,
                &shelves,
                shopper,
                memory,
                day,
                midnight,
                &mut dice,
                &mut events,
            );
        }
        // Stable, so that events of one shopper in the same instant keep their order.
        events.sort_by_key(|event: &Event| event.event_timestamp);
        for event in events {
            *tally.entry(event.event_name).or_default() += 1;
            serde_json::to_writer(&mut *out, &event)?;
            out.write_all(b"\n")?;
        }
        step();
    }
    Ok(tally)
}
