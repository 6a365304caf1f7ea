//! Visits: what each shopper opened, in order.
//!
//! Read from any log that [`read_log`] understands.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use crate::build::Progress;
use crate::error::TrainerError;
use crate::issue::Report;
use crate::log::{Kind, LogSummary, read_log};

/// Microseconds without an event after which a visit is over that the log does not name: half an hour, as in GA4.
const IDLE: u64 = 30 * 60 * 1_000_000;

/// An item that the training log does not have.
pub const UNKNOWN: u32 = u32::MAX;

/// One visit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Visit {
    /// Time of its latest event, in microseconds.
    pub time: i64,
    /// The items, in order.
    pub items: Vec<u32>,
    /// What the shopper had bought before; shared by the predictions of one order.
    pub past: Arc<[endcap::recommend::Past]>,
    /// Places from which on items are predicted: 1 where the first item cannot be.
    pub from: usize,
}

impl Visit {
    /// A visit of a shopper of whom nothing is known.
    #[must_use]
    pub fn new(time: i64, items: Vec<u32>) -> Self {
        Self {
            time,
            items,
            past: Arc::default(),
            from: 1,
        }
    }
}

/// The shop's items, numbered by their identifiers: shorter numbers first, else alphabetically.
#[derive(Clone, Debug, Default)]
pub struct Items {
    ids: Vec<String>,
    numbers: HashMap<String, u32>,
}

impl Items {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The identifiers, in order.
    #[must_use]
    pub fn ids(&self) -> &[String] {
        &self.ids
    }

    /// These, in their order.
    #[cfg(test)]
    pub(crate) fn of(ids: impl IntoIterator<Item = String>) -> Self {
        let mut items = Self::default();
        for id in ids {
            items.add(&id);
        }
        items
    }

    /// The number of an item, which is new if it was not there.
    pub(crate) fn add(&mut self, id: &str) -> u32 {
        if let Some(&number) = self.numbers.get(id) {
            return number;
        }
        let number = self.ids.len() as u32;
        self.ids.push(id.to_owned());
        self.numbers.insert(id.to_owned(), number);
        number
    }

    /// The number of an item, [`UNKNOWN`] if there is no such.
    #[must_use]
    pub fn number(&self, id: &str) -> u32 {
        self.numbers.get(id).copied().unwrap_or(UNKNOWN)
    }
}

/// What a log of visits held.
#[derive(Clone, Debug, Default)]
pub struct VisitTable {
    /// The visits, ordered by time.
    pub visits: Vec<Visit>,
    /// Rows that were read.
    pub rows: u64,
    /// Rows that were left out, for the reasons in the report.
    pub bad_rows: u64,
    /// What was wrong with the rows.
    pub report: Report,
    /// How the log was written.
    pub log: LogSummary,
    /// Events without a shopper or visit.
    pub nobody: u64,
}

/// Reads the log that items are known from.
///
/// # Errors
///
/// As [`read_more`].
pub fn read_first(
    path: &Path,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<(Items, VisitTable), TrainerError> {
    let mut items = Items::default();
    let mut table = read(path, progress, |id| items.add(id))?;
    let mut order: Vec<u32> = (0..items.ids.len() as u32).collect();
    let key = |number: &u32| {
        let id = &items.ids[*number as usize];
        (id.len(), id.as_str())
    };
    if items
        .ids
        .iter()
        .all(|id| id.bytes().all(|byte| byte.is_ascii_digit()))
    {
        order.sort_by(|a, b| key(a).cmp(&key(b)));
    } else {
        order.sort_by(|a, b| key(a).1.cmp(key(b).1));
    }
    let mut renumbered = vec![0; order.len()];
    for (new, &old) in (0u32..).zip(&order) {
        renumbered[old as usize] = new;
    }
    for visit in &mut table.visits {
        for item in &mut visit.items {
            *item = renumbered[*item as usize];
        }
    }
    items.ids = order
        .iter()
        .map(|&old| std::mem::take(&mut items.ids[old as usize]))
        .collect();
    items.numbers = items.ids.iter().cloned().zip(0..).collect();
    Ok((items, table))
}

/// Reads a further log; items that the first did not have are [`UNKNOWN`].
///
/// # Errors
///
/// * [`TrainerError::Read`] if the file cannot be read.
/// * [`TrainerError::Columns`] if the header lacks a column.
/// * [`TrainerError::NoEvents`] if no row was sound.
pub fn read_more(
    path: &Path,
    items: &Items,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<VisitTable, TrainerError> {
    read(path, progress, |id| items.number(id))
}

fn read(
    path: &Path,
    progress: &mut dyn FnMut(Progress<'_>),
    mut number: impl FnMut(&str) -> u32,
) -> Result<VisitTable, TrainerError> {
    let mut table = VisitTable::default();
    let mut sessions = HashMap::<(String, String), usize>::new();
    let mut events: Vec<Vec<(u64, Kind, u32)>> = Vec::new();
    let mut named = Vec::new();
    let mut last = ((String::new(), String::new()), usize::MAX);
    let read = read_log(
        path,
        Some(Kind::ViewItem),
        &mut table.report,
        progress,
        &mut |event| {
            if !matches!(
                event.kind,
                Kind::SelectItem | Kind::ViewItem | Kind::AddToCart
            ) {
                return Ok(());
            }
            let session = match event.session.is_empty() {
                true => event.order,
                false => event.session,
            };
            if session.is_empty() && event.shopper.is_empty() {
                table.nobody += 1;
                return Ok(());
            }
            // Most rows go on with the visit of the row before.
            let key = (event.shopper, session);
            if last.1 == usize::MAX || last.0 != key {
                let next = events.len();
                let at = *sessions.entry(key.clone()).or_insert(next);
                if at == next {
                    events.push(Vec::new());
                    named.push(!key.1.is_empty());
                }
                last = (key, at);
            }
            let items = event.items.iter();
            events[last.1].extend(items.map(|item| (event.time, event.kind, number(&item.id))));
            Ok(())
        },
    )?;
    table.rows = read.lines;
    table.bad_rows = read.broken;
    table.log = read;
    if events.is_empty() {
        return Err(TrainerError::no_events(path, table.rows, &table.report));
    }
    for (mut events, named) in events.into_iter().zip(named) {
        events.sort_by_key(|&(time, ..)| time);
        let apart = |a: &(u64, Kind, u32), b: &(u64, Kind, u32)| named || b.0 - a.0 <= IDLE;
        let visits = events.chunk_by(apart).map(opened);
        table
            .visits
            .extend(visits.filter(|visit| !visit.items.is_empty()));
    }
    table.visits.sort_by_key(|visit| visit.time);
    Ok(table)
}

/// What a visit opened: what was looked at, clicked in a list or put into the cart. A click and the view that it leads to are one opening; what
/// goes into the cart counts where it was not looked at before.
fn opened(events: &[(u64, Kind, u32)]) -> Visit {
    let mut items: Vec<u32> = Vec::new();
    let mut clicked = None;
    for &(_, kind, item) in events {
        let is_new = match kind {
            Kind::ViewItem => clicked != Some(item),
            Kind::AddToCart => !items.contains(&item),
            _ => true,
        };
        clicked = (kind == Kind::SelectItem).then_some(item);
        if is_new {
            items.push(item);
        }
    }
    Visit::new(events.last().map_or(0, |&(time, ..)| time as i64), items)
}
