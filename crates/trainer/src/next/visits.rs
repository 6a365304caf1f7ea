//! Visits: what each shopper opened, in order.
//!
//! Read from tables of `SessionId ItemId Time`, tab-separated with a header, plain or gzip, in UTF-8.

use std::collections::HashMap;
use std::io::BufRead;
use std::path::Path;

use crate::build::{Progress, Stage};
use crate::error::TrainerError;
use crate::source::Source;

/// An item that the training log does not have.
pub const UNKNOWN: u32 = u32::MAX;

/// One visit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Visit {
    /// Time of its latest event, in whatever unit the log has.
    pub time: i64,
    /// The items, in order.
    pub items: Vec<u32>,
    /// What the shopper had bought before.
    pub past: Vec<endcap::recommend::Past>,
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
            past: Vec::new(),
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

/// What a table of visits held.
#[derive(Clone, Debug, Default)]
pub struct VisitTable {
    /// The visits, ordered by time.
    pub visits: Vec<Visit>,
    /// Rows that were read.
    pub rows: u64,
    /// Rows that were left out because a column was missing or the time was no number.
    pub bad_rows: u64,
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
/// * [`TrainerError::Columns`] if the header lacks a column, or no row was sound.
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
    let mut source = Source::open(path)?;
    let io = |source| TrainerError::Read {
        file: path.to_owned(),
        source,
    };
    let columns = |missing: &'static str| TrainerError::Columns {
        file: path.to_owned(),
        expected: "SessionId, ItemId, Time",
        missing,
    };
    let mut line = String::new();
    source.reader.read_line(&mut line).map_err(io)?;
    let header: Vec<&str> = line.trim_end().split('\t').collect();
    let place = |name: &'static str| {
        header
            .iter()
            .position(|column| column.trim() == name)
            .ok_or(columns(name))
    };
    let (session_at, item_at, time_at) = (place("SessionId")?, place("ItemId")?, place("Time")?);
    let mut table = VisitTable::default();
    let mut sessions = HashMap::<String, usize>::new();
    let mut events: Vec<Vec<(i64, u32)>> = Vec::new();
    let mut last: (String, usize) = (String::new(), usize::MAX);
    loop {
        line.clear();
        if source.reader.read_line(&mut line).map_err(io)? == 0 {
            break;
        }
        let text = line.trim_end_matches(['\n', '\r']);
        if text.is_empty() {
            continue;
        }
        table.rows += 1;
        let (mut session, mut item, mut time) = ("", "", None);
        for (at, cell) in text.split('\t').enumerate() {
            if at == session_at {
                session = cell;
            } else if at == item_at {
                item = cell;
            } else if at == time_at {
                time = cell.parse::<f64>().ok().filter(|time| time.is_finite());
            }
        }
        let Some(time) = time.filter(|_| !session.is_empty() && !item.is_empty()) else {
            table.bad_rows += 1;
            continue;
        };
        // Most rows go on with the visit of the row before.
        if last.1 == usize::MAX || last.0 != session {
            let next = events.len();
            let at = *sessions.entry(session.to_owned()).or_insert(next);
            if at == next {
                events.push(Vec::new());
            }
            last = (session.to_owned(), at);
        }
        events[last.1].push((time as i64, number(item)));
        if table.rows.is_multiple_of(4096) {
            progress(Progress {
                stage: Stage::Events,
                name: &source.name,
                done: source.position.get(),
                total: source.size,
                rows: table.rows,
            });
        }
    }
    if events.is_empty() {
        return Err(columns("any sound row"));
    }
    table.visits = events
        .into_iter()
        .map(|mut events| {
            events.sort_by_key(|&(time, _)| time);
            Visit::new(
                events.last().map_or(0, |&(time, _)| time),
                events.into_iter().map(|(_, item)| item).collect(),
            )
        })
        .collect();
    table.visits.sort_by_key(|visit| visit.time);
    Ok(table)
}

/// Reads `ItemId Attribute Value`, as such or with one column per attribute: per item its values as numbers, most frequent
/// attributes first.
///
/// # Errors
///
/// As [`read_more`].
pub fn read_attributes(
    path: &Path,
    items: &Items,
) -> Result<(usize, Vec<[u16; endcap::recommend::MAX_KINDS]>), TrainerError> {
    const KINDS: usize = endcap::recommend::MAX_KINDS;
    let source = Source::open(path)?;
    let io = |source| TrainerError::Read {
        file: path.to_owned(),
        source,
    };
    let mut lines = source.reader.lines();
    let header = lines.next().transpose().map_err(io)?.unwrap_or_default();
    let names: Vec<String> = header.trim_end().split('\t').map(str::to_owned).collect();
    if names.first().map(String::as_str) != Some("ItemId") {
        return Err(TrainerError::Columns {
            file: path.to_owned(),
            expected: "ItemId, Attribute, Value",
            missing: "ItemId",
        });
    }
    let long = names.get(1).is_some_and(|name| name == "Attribute");
    let mut cells: Vec<(u32, String, String)> = Vec::new();
    for line in lines {
        let line = line.map_err(io)?;
        let mut row = line.trim_end().split('\t');
        let item = items.number(row.next().unwrap_or_default());
        if item == UNKNOWN {
            continue;
        }
        if long {
            if let (Some(name), Some(value)) = (row.next(), row.next()) {
                cells.push((item, name.to_owned(), value.to_owned()));
            }
        } else {
            for (name, value) in names.iter().skip(1).zip(row) {
                cells.push((item, name.clone(), value.to_owned()));
            }
        }
    }
    let mut frequency = std::collections::BTreeMap::<&str, usize>::new();
    for (_, name, _) in &cells {
        *frequency.entry(name).or_default() += 1;
    }
    let mut kinds: Vec<(&str, usize)> = frequency.into_iter().collect();
    kinds.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    kinds.truncate(KINDS);
    let mut values = vec![HashMap::<&str, usize>::new(); kinds.len()];
    let mut all = vec![[0u16; KINDS]; items.len()];
    for (item, name, value) in &cells {
        let Some(kind) = kinds.iter().position(|(kind, _)| kind == name) else {
            continue;
        };
        let next = values[kind].len();
        let number = *values[kind].entry(value).or_insert(next);
        // Beyond 65,535 values numbers are shared: a wrong match now and then, not a wrong item.
        let slot = &mut all[*item as usize][kind];
        if *slot == 0 {
            *slot = (number % usize::from(u16::MAX)) as u16 + 1;
        }
    }
    Ok((kinds.len(), all))
}
