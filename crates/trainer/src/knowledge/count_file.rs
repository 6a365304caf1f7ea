//! Files of counts, from which others go on.
//!
//! # Format
//! `ENDCAPCT`, version (u16), least shoppers (u32), lines, broken lines, visits and events of nobody (u64 each), all little-endian; per count its length
//! (u32), key, two sums (u64 each); an empty count; xxh3-64 of all before.
//!
//! # Invariants
//! * Of the shoppers and networks of a query so many are kept ([`Keep`]) that it is known exactly whether a sum of several files has enough people.
//! * Version 1 told visits apart, not people, so it is refused. Version 2 lacks reformulations, and is read.
//! * A file is laid over the one before only when it is whole.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::Path;

use xxhash_rust::xxh3::Xxh3;

use super::counts::{Count, CountStream, Counts, MAX_COUNT, Table};
use super::people::Keep;
use crate::error::TrainerError;
use crate::spill::write_record;

const MAGIC: &[u8; 8] = b"ENDCAPCT";
/// The version of the format that is written.
pub const COUNTS_VERSION: u16 = 3;
/// The oldest version that is read.
const LEAST_VERSION: u16 = 2;

/// What a file of counts was counted from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CountedFrom {
    /// Lines of the logs.
    pub lines: u64,
    /// Of them, broken ones.
    pub broken: u64,
    /// Visits.
    pub visits: u64,
    /// Events without a shopper or visit.
    pub nobody: u64,
}

impl CountedFrom {
    pub(crate) fn add(&mut self, other: Self) {
        self.lines += other.lines;
        self.broken += other.broken;
        self.visits += other.visits;
        self.nobody += other.nobody;
    }
}

impl Counts {
    /// Takes in what a file has.
    ///
    /// # Errors
    ///
    /// * [`TrainerError::Read`] if it cannot be read.
    /// * [`TrainerError::Counts`] if it is none, of another version, damaged, or kept too few shoppers.
    pub(crate) fn read(
        &mut self,
        path: &Path,
        shoppers: usize,
    ) -> Result<CountedFrom, TrainerError> {
        let wrong = |reason: CountsReason| TrainerError::Counts {
            file: path.to_owned(),
            reason,
        };
        let cut = |error: io::Error| match error.kind() {
            io::ErrorKind::UnexpectedEof => wrong(CountsReason::Damaged),
            _ => TrainerError::read(path)(error),
        };
        let file = File::open(path).map_err(TrainerError::read(path))?;
        let mut input = Hashed::new(BufReader::new(file));
        let mut magic = [0; 8];
        input.read_exact(&mut magic).map_err(cut)?;
        if &magic != MAGIC {
            return Err(wrong(CountsReason::Foreign));
        }
        let version = u16::from_le_bytes(input.array().map_err(cut)?);
        if !(LEAST_VERSION..=COUNTS_VERSION).contains(&version) {
            return Err(wrong(CountsReason::Version(version)));
        }
        let kept = u32::from_le_bytes(input.array().map_err(cut)?);
        if (kept as usize) < shoppers {
            return Err(wrong(CountsReason::Shoppers(kept)));
        }
        let mut number = || Ok(u64::from_le_bytes(input.array().map_err(cut)?));
        let from = CountedFrom {
            lines: number()?,
            broken: number()?,
            visits: number()?,
            nobody: number()?,
        };
        let mut record = Vec::new();
        loop {
            let length = u32::from_le_bytes(input.array().map_err(cut)?) as usize;
            if length == 0 {
                break;
            }
            if length > MAX_COUNT {
                return Err(wrong(CountsReason::Damaged));
            }
            record.resize(length, 0);
            input.read_exact(&mut record).map_err(cut)?;
            match Count::read(&record) {
                None => return Err(wrong(CountsReason::Damaged)),
                Some(count) if count.table == Table::Log => self.counted(&count, path)?,
                Some(_) => {}
            }
            self.push(&record)?;
        }
        let hash = input.hash.digest();
        match u64::from_le_bytes(input.array().map_err(cut)?) == hash {
            true => Ok(from),
            false => Err(wrong(CountsReason::Damaged)),
        }
    }
}

impl CountStream {
    /// Writes them to a file, over which it is laid only when it is whole.
    pub(crate) fn write(
        mut self,
        path: &Path,
        shoppers: usize,
        from: CountedFrom,
    ) -> Result<(), TrainerError> {
        let failed = TrainerError::write;
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")));
        let mut out = Hashed::new(BufWriter::new(file.map_err(failed(path))?));
        let mut head = MAGIC.to_vec();
        head.extend(COUNTS_VERSION.to_le_bytes());
        head.extend(u32::try_from(shoppers).unwrap_or(u32::MAX).to_le_bytes());
        for number in [from.lines, from.broken, from.visits, from.nobody] {
            head.extend(number.to_le_bytes());
        }
        out.write_all(&head).map_err(failed(path))?;
        let mut record = Vec::new();
        let mut keep = Keep::default();
        while let Some(count) = self.next()? {
            if !keep.wants(&count, shoppers) {
                continue;
            }
            record.clear();
            count.write(&mut record);
            write_record(&mut out, &record).map_err(failed(path))?;
        }
        out.write_all(&[0; 4]).map_err(failed(path))?;
        let hash = out.hash.digest();
        let mut inner = out.inner;
        inner.write_all(&hash.to_le_bytes()).map_err(failed(path))?;
        let file = inner
            .into_inner()
            .map_err(|error| failed(path)(error.into_error()))?;
        file.as_file().sync_all().map_err(failed(path))?;
        file.persist(path)
            .map_err(|error| failed(path)(error.error))?;
        Ok(())
    }
}

/// Why a file of counts cannot be gone on from.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CountsReason {
    /// It is something else.
    #[error("is no file of counts")]
    Foreign,
    /// Its format has another version.
    #[error("has version {0} of the format, expected {COUNTS_VERSION}")]
    Version(u16),
    /// It ends in the middle, or its hash is wrong.
    #[error("is damaged")]
    Damaged,
    /// It, or a log in it, was counted before.
    #[error("was counted before, or a log that is in it")]
    Again,
    /// It tells fewer shoppers apart than are asked for.
    #[error("tells only {0} shoppers of a query apart, fewer than are asked for")]
    Shoppers(u32),
}

impl CountsReason {
    /// A stable identifier.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Foreign => "counts/foreign",
            Self::Version(_) => "counts/version",
            Self::Damaged => "counts/damaged",
            Self::Again => "counts/again",
            Self::Shoppers(_) => "counts/shoppers",
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn help(self) -> &'static str {
        match self {
            Self::Foreign => "give a file as `endcap pack count` writes it",
            Self::Version(_) => {
                "count the logs again with this version, into another file if it is the one of --state"
            }
            Self::Damaged => "fetch it again, or count the logs again",
            Self::Again => "leave it out: give each log and each file of counts once",
            Self::Shoppers(_) => "count the logs again with this --min-shoppers",
        }
    }
}

/// Hashes what goes through.
struct Hashed<T> {
    inner: T,
    hash: Xxh3,
}

impl<T> Hashed<T> {
    fn new(inner: T) -> Self {
        Self {
            inner,
            hash: Xxh3::new(),
        }
    }
}

impl<T: Read> Hashed<T> {
    fn array<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}

impl<T: Read> Read for Hashed<T> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.hash.update(&buffer[..n]);
        Ok(n)
    }
}

impl<T: Write> Write for Hashed<T> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.inner.write(bytes)?;
        self.hash.update(&bytes[..n]);
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
