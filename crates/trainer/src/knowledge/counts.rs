//! Counts of what visits teach of search, more of them than memory holds.
//!
//! A count has a key, such as «query, tap, item, t2», and two sums of whole numbers. Counts of one key add up, so that it does not matter
//! in how many parts, on how many machines and on which days a log was counted: *count* is a sum over a key of a table, the only
//! operation that a cluster needs.
//!
//! # Invariants
//! * Equal logs give equal bytes, in whatever order and number of parts they were counted.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use xxhash_rust::xxh3::Xxh3;

use super::count_file::CountsReason;
use super::visits::{Part, get, put};
use crate::error::TrainerError;
use crate::spill::{BUFFER, Sorted, Sorter};

/// The longest count: queries, facets and identifiers are bounded far below.
pub(super) const MAX_COUNT: usize = 64 << 10;
/// Bytes at either end of a log that its fingerprint is made from: some hundred events.
const ENDS: u64 = 64 << 10;
/// Bytes of a count's sums.
const SUMS: usize = 16;

/// What is counted; in the order in which counts are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Table {
    /// Logs that were counted, by their fingerprints.
    Log = 0,
    /// Choices of an item after any search.
    Item = 1,
    /// Visits to lists.
    Lists = 2,
    /// Visits that used a facet.
    Facet = 3,
    /// What was done in a category.
    Category = 4,
    /// What was done after queries with a word.
    Word = 5,
    /// What was done after a query.
    Query = 6,
    /// Two texts by a tab: the first led to no choice, the second did.
    Changed = 7,
    /// The second of such texts.
    ChangedTo = 8,
}

impl Table {
    const ALL: [Self; 9] = [
        Self::Log,
        Self::Item,
        Self::Lists,
        Self::Facet,
        Self::Category,
        Self::Word,
        Self::Query,
        Self::Changed,
        Self::ChangedTo,
    ];
}

/// What of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    Visits = 1,
    /// One count per shopper, see [`super::people`].
    Shopper = 2,
    /// One count per day and network that something was contributed from.
    Network = 3,
    Unlisted = 4,
    Spelling = 5,
    Facet = 6,
    /// Units of choice, and expected ones.
    Item = 7,
}

impl Of {
    const ALL: [Self; 7] = [
        Self::Visits,
        Self::Shopper,
        Self::Network,
        Self::Unlisted,
        Self::Spelling,
        Self::Facet,
        Self::Item,
    ];
}

/// One count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) table: Table,
    /// The query, word, category, facet or item.
    pub(crate) name: String,
    pub(crate) of: Of,
    /// The spelling, facet or item; of a shopper the period and a hash, of a network the day and its sketch, in hexadecimal digits.
    pub(crate) what: String,
    pub(crate) sums: [u64; 2],
}

impl Count {
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.push(self.table as u8);
        put(out, &self.name);
        out.push(self.of as u8);
        put(out, &self.what);
        for sum in self.sums {
            out.extend(sum.to_le_bytes());
        }
    }

    pub(super) fn read(record: &[u8]) -> Option<Self> {
        let (&table, mut rest) = record.split_first()?;
        let table = Table::ALL.into_iter().find(|known| *known as u8 == table)?;
        let name = get(&mut rest)?;
        let (&of, after) = rest.split_first()?;
        let of = Of::ALL.into_iter().find(|known| *known as u8 == of)?;
        rest = after;
        let what = get(&mut rest)?;
        let (first, second) = rest.split_first_chunk::<8>()?;
        Some(Self {
            table,
            name,
            of,
            what,
            sums: [
                u64::from_le_bytes(*first),
                u64::from_le_bytes(second.try_into().ok()?),
            ],
        })
    }
}

/// Takes counts in.
#[derive(Debug)]
pub(crate) struct Counts {
    sorter: Sorter,
    record: Vec<u8>,
    /// Fingerprint, part and parts of the logs that were counted.
    logs: BTreeMap<String, BTreeSet<String>>,
}

impl Counts {
    pub(crate) fn new() -> Self {
        Self {
            sorter: Sorter::new(BUFFER, join),
            record: Vec::new(),
            logs: BTreeMap::new(),
        }
    }

    /// Takes in that a part of the log at `path` has been counted.
    ///
    /// # Errors
    ///
    /// * [`TrainerError::Read`] if it cannot be read.
    /// * [`TrainerError::Counts`] if it was counted before.
    pub(crate) fn claim(&mut self, path: &Path, part: Part) -> Result<(), TrainerError> {
        let count = Count {
            table: Table::Log,
            name: fingerprint(path).map_err(TrainerError::read(path))?,
            of: Of::Visits,
            what: format!("{}/{}", part.number, part.of),
            sums: [1, 0],
        };
        self.counted(&count, path)?;
        self.add(&count)
    }

    pub(super) fn counted(&mut self, log: &Count, path: &Path) -> Result<(), TrainerError> {
        let parts = self.logs.entry(log.name.clone()).or_default();
        let of = |part: &str| part.split('/').nth(1).map(str::to_owned);
        let other = parts
            .first()
            .is_some_and(|first| of(first) != of(&log.what));
        match other || !parts.insert(log.what.clone()) {
            true => Err(TrainerError::Counts {
                file: path.to_owned(),
                reason: CountsReason::Again,
            }),
            false => Ok(()),
        }
    }

    /// Takes a count in.
    pub(crate) fn add(&mut self, count: &Count) -> Result<(), TrainerError> {
        self.record.clear();
        count.write(&mut self.record);
        // No catalogue has an identifier, and no page a facet, of this length.
        if self.record.len() > MAX_COUNT {
            return Ok(());
        }
        let pushed = self.sorter.push(&self.record);
        pushed.map_err(TrainerError::temporary)
    }

    /// Takes in a record that [`Count::write`] wrote.
    pub(super) fn push(&mut self, record: &[u8]) -> Result<(), TrainerError> {
        self.sorter.push(record).map_err(TrainerError::temporary)
    }

    /// All of them, each key once, in order.
    pub(crate) fn finish(self) -> Result<CountStream, TrainerError> {
        let sorted = self.sorter.finish().map_err(TrainerError::temporary)?;
        Ok(CountStream { sorted })
    }
}

/// Counts in order.
pub(crate) struct CountStream {
    sorted: Sorted,
}

impl CountStream {
    /// The next one.
    pub(crate) fn next(&mut self) -> Result<Option<Count>, TrainerError> {
        let record = self.sorted.next().map_err(TrainerError::temporary)?;
        Ok(record.and_then(|record| Count::read(&record)))
    }
}

fn join(a: &mut [u8], b: &[u8]) -> bool {
    let Some(key) = a.len().checked_sub(SUMS) else {
        return false;
    };
    if a.len() != b.len() || a[..key] != b[..key] {
        return false;
    }
    for (a, b) in a[key..].chunks_exact_mut(8).zip(b[key..].chunks_exact(8)) {
        let number = |bytes: &[u8]| {
            bytes
                .iter()
                .rev()
                .fold(0u64, |sum, &byte| sum << 8 | u64::from(byte))
        };
        let sum = number(a).saturating_add(number(b));
        a.copy_from_slice(&sum.to_le_bytes());
    }
    true
}

/// Tells logs apart: their sizes, beginnings and ends.
fn fingerprint(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let size = file.metadata()?.len();
    let mut hash = Xxh3::new();
    hash.update(&size.to_le_bytes());
    for start in [0, size.saturating_sub(ENDS)] {
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(start))?;
        (&mut file).take(ENDS).read_to_end(&mut bytes)?;
        hash.update(&bytes);
    }
    Ok(format!("{:032x}", hash.digest128()))
}
