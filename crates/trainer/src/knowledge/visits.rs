//! Events in any order in, whole visits out.
//!
//! # Invariants
//! * Memory holds a buffer of events and the visit at hand, not the log ([`crate::spill`]).
//! * Visits come in the order of their keys, events in that of their time; what happened in one instant has one order, whatever order the
//!   lines had.

use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use crate::error::TrainerError;
use crate::log::{Channel, Contribution, Kind, LogEvent, LogItem};
use crate::spill::{BUFFER, Kept, Sorter};

/// Microseconds without an event after which a visit is over that the log does not name: half an hour, as in GA4.
const IDLE: u64 = 30 * 60 * 1_000_000;
/// Microseconds of a second. What is the same in everything, and in time to less than that, was told twice: a page that leaves while its events are under way
/// does not hear whether they arrived. Where times are whole seconds, it may have happened twice.
pub(super) const SECOND: u64 = 1_000_000;
/// Events before one that are looked at for the same: two pages that each tell twice have two between.
const ECHOES: usize = 4;
/// Events of one visit that are looked at. More are made by machines.
const MAX_EVENTS: usize = 2_000;
/// Seed of the hash that deals visits out to workers; another than the shoppers', which are kept.
const DEALING: u64 = 1;

/// What one shopper did, in order, on one visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Visit {
    /// Tells shoppers apart, and says nothing else about them.
    pub(crate) shopper: u64,
    /// Set where nobody vouches for the shopper.
    pub(crate) contribution: Option<Contribution>,
    /// In order of time.
    pub(crate) events: Vec<LogEvent>,
}

/// The share of the visits that one worker of several takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Which, from 0.
    pub number: u64,
    /// Of how many.
    pub of: u64,
}

impl Default for Part {
    fn default() -> Self {
        Self { number: 0, of: 1 }
    }
}

/// Gathers visits.
#[derive(Debug)]
pub(crate) struct Gathering {
    sorter: Sorter,
    part: Part,
    /// Events without shopper, visit and order, which nothing can be learned from.
    pub(crate) nobody: u64,
}

impl Gathering {
    pub(crate) fn new(part: Part) -> Self {
        Self {
            sorter: Sorter::new(BUFFER, |_, _| false),
            part,
            nobody: 0,
        }
    }

    /// Takes an event in.
    pub(crate) fn push(&mut self, event: &LogEvent) -> Result<(), TrainerError> {
        let named = [&event.shopper, &event.session, &event.order];
        if named.iter().all(|name| name.is_empty()) {
            // One worker counts it, not each.
            self.nobody += u64::from(self.part.number == 0);
            return Ok(());
        }
        let mut record = Vec::with_capacity(96);
        event.write_key(&mut record);
        if xxh3_64_with_seed(&record, DEALING) % self.part.of != self.part.number {
            return Ok(());
        }
        event.write_rest(&mut record);
        self.sorter.push(&record).map_err(TrainerError::temporary)
    }

    /// The visits.
    pub(crate) fn finish(self) -> Result<VisitFile, TrainerError> {
        let sorted = self.sorter.finish().map_err(TrainerError::temporary)?;
        Ok(VisitFile(sorted.keep().map_err(TrainerError::temporary)?))
    }
}

/// Visits in a temporary file.
#[derive(Debug)]
pub(crate) struct VisitFile(Kept);

impl VisitFile {
    /// Calls `take` with each visit.
    pub(crate) fn each(
        &mut self,
        mut take: impl FnMut(Visit) -> Result<(), TrainerError>,
    ) -> Result<(), TrainerError> {
        let mut records = self.0.records().map_err(TrainerError::temporary)?;
        let mut events: Vec<LogEvent> = Vec::new();
        let mut last = 0;
        while let Some(record) = records.next().map_err(TrainerError::temporary)? {
            let Some(event) = LogEvent::read(&record) else {
                continue;
            };
            if events
                .iter()
                .rev()
                .take(ECHOES)
                .any(|earlier| is_echo(earlier, &event))
            {
                continue;
            }
            if let Some(first) = events.first() {
                let same = first.shopper == event.shopper && first.session == event.session;
                if !same || (event.session.is_empty() && event.time > last + IDLE) {
                    take(visit(std::mem::take(&mut events)))?;
                }
            }
            last = event.time;
            if events.len() < MAX_EVENTS {
                events.push(event);
            }
        }
        match events.is_empty() {
            true => Ok(()),
            false => take(visit(events)),
        }
    }
}

/// Whether `event` is `earlier` told again. A page that renders twice tells of a view twice within a moment; a cart may get two.
fn is_echo(earlier: &LogEvent, event: &LogEvent) -> bool {
    let apart = event.time.abs_diff(earlier.time);
    let moment = match event.kind {
        Kind::ViewItem | Kind::ViewItemList | Kind::ViewCategory | Kind::ViewSearchResults => {
            apart < SECOND
        }
        _ => apart == 0 && !event.time.is_multiple_of(SECOND),
    };
    let same = |one: &LogEvent| LogEvent {
        time: 0,
        ..one.clone()
    };
    moment && event.time > 0 && earlier.kind == event.kind && same(earlier) == same(event)
}

fn visit(events: Vec<LogEvent>) -> Visit {
    let who = events
        .first()
        .map(|event| match event.shopper.as_str() {
            "" => format!("visit {}", event.session),
            shopper => format!("shopper {shopper}"),
        })
        .unwrap_or_default();
    Visit {
        shopper: xxh3_64(who.as_bytes()),
        contribution: events.first().and_then(|event| event.contribution),
        events,
    }
}

/// Events as records: first whose visit it is, then when, then all else.
impl LogEvent {
    fn write_key(&self, out: &mut Vec<u8>) {
        put(out, &self.shopper);
        // Of a guest nothing may be known but the order, which is a visit then.
        let guest = self.shopper.is_empty() && self.session.is_empty();
        put(out, if guest { &self.order } else { &self.session });
    }

    fn write_rest(&self, out: &mut Vec<u8>) {
        out.extend(self.time.to_be_bytes());
        out.push(self.kind as u8);
        out.push(self.channel as u8);
        let (told, period, network) = match self.contribution {
            None => (0, 0, 0),
            Some(Contribution {
                period: None,
                network,
            }) => (1, 0, network),
            Some(Contribution {
                period: Some(period),
                network,
            }) => (2, period, network),
        };
        out.push(told);
        out.extend(period.to_be_bytes());
        out.extend(network.to_be_bytes());
        let texts = [
            &self.search_term,
            &self.facet,
            &self.value,
            &self.list,
            &self.order,
        ];
        for text in texts {
            put(out, text);
        }
        for item in &self.items {
            put(out, &item.id);
            out.extend(item.quantity.to_be_bytes());
        }
    }

    /// Reads a record.
    fn read(record: &[u8]) -> Option<Self> {
        let mut rest = record;
        let (shopper, session) = (get(&mut rest)?, get(&mut rest)?);
        let (time, after) = rest.split_first_chunk::<8>()?;
        let (&[kind, channel, told], after) = after.split_first_chunk::<3>()?;
        let (period, after) = after.split_first_chunk::<2>()?;
        let (network, after) = after.split_first_chunk::<2>()?;
        rest = after;
        let contribution = (told > 0).then_some(Contribution {
            period: (told > 1).then_some(u16::from_be_bytes(*period)),
            network: u16::from_be_bytes(*network),
        });
        let known = |(known, _): &&(Kind, &str)| *known as u8 == kind;
        let mut event = Self {
            time: u64::from_be_bytes(*time),
            kind: Kind::NAMED
                .iter()
                .find(known)
                .map_or(Kind::Other, |named| named.0),
            session,
            shopper,
            contribution,
            search_term: get(&mut rest)?,
            facet: get(&mut rest)?,
            value: get(&mut rest)?,
            list: get(&mut rest)?,
            order: get(&mut rest)?,
            channel: match channel {
                0 => Channel::Online,
                _ => Channel::Store,
            },
            items: Vec::new(),
        };
        while let Some(id) = get(&mut rest) {
            let (quantity, after) = rest.split_first_chunk()?;
            let quantity = u32::from_be_bytes(*quantity);
            event.items.push(LogItem { id, quantity });
            rest = after;
        }
        Some(event)
    }
}

/// Writes a text so that records with equal beginnings stand together.
pub(crate) fn put(out: &mut Vec<u8>, text: &str) {
    out.extend(text.bytes().map(|byte| if byte == 0 { b' ' } else { byte }));
    out.push(0);
}

/// Reads what [`put`] wrote.
pub(crate) fn get(rest: &mut &[u8]) -> Option<String> {
    let end = rest.iter().position(|&byte| byte == 0)?;
    let text = String::from_utf8_lossy(&rest[..end]).into_owned();
    *rest = &rest[end + 1..];
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(shopper: &str, session: &str, time: u64, kind: Kind) -> LogEvent {
        LogEvent {
            time,
            kind,
            session: session.into(),
            shopper: shopper.into(),
            search_term: "tap".into(),
            order: "o7".into(),
            contribution: Some(Contribution {
                period: Some(227),
                network: 0x3ff,
            }),
            channel: Channel::Store,
            items: vec![LogItem {
                id: "a".into(),
                quantity: 3,
            }],
            ..LogEvent::default()
        }
    }

    fn visits(events: &[LogEvent], part: Part) -> Vec<Visit> {
        let mut gathering = Gathering::new(part);
        events
            .iter()
            .for_each(|event| gathering.push(event).unwrap());
        let mut all = Vec::new();
        let mut file = gathering.finish().unwrap();
        file.each(|visit| {
            all.push(visit);
            Ok(())
        })
        .unwrap();
        all
    }

    #[test]
    fn each_order_of_somebody_unknown_is_a_visit() {
        let order = |name: &str, time| LogEvent {
            order: name.to_owned(),
            ..event("", "", time, Kind::Purchase)
        };
        let events = [order("a", 1), order("b", 2), order("a", 3)];
        let found = visits(&events, Part::default());
        let counts: Vec<usize> = found.iter().map(|visit| visit.events.len()).collect();
        assert_eq!(counts, [2, 1]);
    }

    #[test]
    fn what_was_told_twice_happened_once() {
        let events = [
            event("u", "1", 7 * SECOND + 1, Kind::ViewItem),
            event("u", "1", 7 * SECOND + 1, Kind::Search),
            event("u", "1", 7 * SECOND + 1, Kind::ViewItem),
            event("u", "1", 7 * SECOND + 400_000, Kind::ViewItem),
            event("u", "1", 9 * SECOND, Kind::ViewItem),
            event("u", "1", 9 * SECOND, Kind::ViewItem),
            event("u", "1", 9 * SECOND, Kind::AddToCart),
            event("u", "1", 9 * SECOND, Kind::AddToCart),
            event("u", "2", 7 * SECOND + 1, Kind::ViewItem),
        ];
        let found = visits(&events, Part::default());
        let counts: Vec<usize> = found.iter().map(|visit| visit.events.len()).collect();
        assert_eq!(counts, [5, 1]);
    }

    #[test]
    fn visits_are_whole_whatever_order_their_events_have() {
        let events = [
            event("u", "1", 20, Kind::ViewItem),
            event("v", "", 5, Kind::Search),
            event("u", "1", 10, Kind::Search),
            event("v", "", 6 + IDLE, Kind::Search),
            event("v", "", 5, Kind::ViewSearchResults),
        ];
        let found = visits(&events, Part::default());
        let times: Vec<Vec<u64>> = found
            .iter()
            .map(|visit| visit.events.iter().map(|event| event.time).collect())
            .collect();
        assert_eq!(times, [vec![10, 20], vec![5, 5], vec![6 + IDLE]]);
        assert_eq!(found[0].events[1], events[0]);
        assert_eq!(found[1].shopper, found[2].shopper);
        assert_ne!(found[0].shopper, found[1].shopper);
    }

    #[test]
    fn parts_make_the_whole() {
        let events: Vec<LogEvent> = (0..100)
            .map(|at| event(&format!("u{}", at % 20), "1", at, Kind::ViewItem))
            .collect();
        let part = |number| visits(&events, Part { number, of: 3 });
        let mut parts: Vec<Visit> = (0..3).flat_map(part).collect();
        parts.sort_by(|a, b| a.events.cmp(&b.events));
        let mut whole = visits(&events, Part::default());
        whole.sort_by(|a, b| a.events.cmp(&b.events));
        assert_eq!(parts, whole);
    }
}
