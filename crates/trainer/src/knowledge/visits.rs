//! Events in the order of the log in, whole visits out.
//!
//! # Invariants
//! * Memory holds the visits that are under way, not the log: a visit ends [`IDLE`] after its last event.
//! * Events of one instant have one order, whatever order their lines had.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::log::LogEvent;

/// Microseconds without an event after which a visit is over: half an hour, as in GA4.
const IDLE: u64 = 30 * 60 * 1_000_000;
/// Events of one visit that are looked at. More are made by machines.
const MAX_EVENTS: usize = 2_000;
/// Events between two looks at which visits have ended.
const SWEEP: u64 = 4_096;

/// What one shopper did, in order, on one visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Visit {
    /// Tells shoppers apart, and says nothing else about them.
    pub(crate) shopper: u64,
    /// In order of time.
    pub(crate) events: Vec<LogEvent>,
}

/// Gathers visits.
#[derive(Debug, Default)]
pub(crate) struct Visits {
    open: BTreeMap<(String, String), Vec<LogEvent>>,
    latest: u64,
    events: u64,
    /// Visits that have ended.
    pub(crate) ended: u64,
    /// Events without a shopper and a visit, which nothing can be learned from.
    pub(crate) nobody: u64,
}

impl Visits {
    /// Takes an event in; `done` gets the visits that it shows to be over.
    pub(crate) fn push(&mut self, event: LogEvent, mut done: impl FnMut(Visit)) {
        if event.shopper.is_empty() && event.visit.is_empty() {
            self.nobody += 1;
            return;
        }
        self.latest = self.latest.max(event.time);
        self.events += 1;
        let key = (event.shopper.clone(), event.visit.clone());
        let open = self.open.entry(key).or_default();
        let last = open.iter().map(|event| event.time).max();
        if last.is_some_and(|last| event.time > last.saturating_add(IDLE)) {
            self.ended += 1;
            done(visit(std::mem::take(open)));
        }
        if open.len() < MAX_EVENTS {
            open.push(event);
        }
        if self.events.is_multiple_of(SWEEP) {
            let before = self.latest.saturating_sub(IDLE);
            self.close(before, done);
        }
    }

    /// Ends all visits.
    pub(crate) fn finish(&mut self, done: impl FnMut(Visit)) {
        self.close(u64::MAX, done);
    }

    /// Ends the visits without an event since `before`.
    fn close(&mut self, before: u64, mut done: impl FnMut(Visit)) {
        let is_over = |events: &Vec<LogEvent>| events.iter().all(|event| event.time < before);
        let over: Vec<_> = self
            .open
            .iter()
            .filter(|(_, events)| is_over(events))
            .map(|(key, _)| key.clone())
            .collect();
        for key in over {
            if let Some(events) = self.open.remove(&key) {
                self.ended += 1;
                done(visit(events));
            }
        }
    }
}

fn visit(mut events: Vec<LogEvent>) -> Visit {
    // By all that an event says, so that the lines of one instant have one order; a search comes before what it found.
    events.sort_by(|a, b| {
        (a.time, rank(&a.name))
            .cmp(&(b.time, rank(&b.name)))
            .then_with(|| a.cmp(b))
    });
    let mut hasher = DefaultHasher::new();
    let first = events.first();
    first
        .map(|event| match event.shopper.as_str() {
            "" => ("visit", &event.visit),
            _ => ("shopper", &event.shopper),
        })
        .hash(&mut hasher);
    Visit {
        shopper: hasher.finish(),
        events,
    }
}

/// The order of what happens in one instant.
fn rank(name: &str) -> u8 {
    match name {
        "search" | "view_category" => 0,
        "view_search_results" => 1,
        "view_item_list" => 2,
        "select_filter" => 3,
        "select_item" => 4,
        "view_item" => 5,
        "add_to_cart" => 6,
        _ => 7,
    }
}
