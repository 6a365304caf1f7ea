//! Records of bytes in, more than memory holds; the same in the order of their bytes out.
//!
//! A record goes to a buffer; a full buffer is sorted and written to a temporary file as a *run*; in the end the runs are merged (external merge
//! sort: Knuth, The Art of Computer Programming 3, §5.4). Records that belong together may be joined to one on the way.
//!
//! # Invariants
//! * Memory is bounded by the buffer and a page per run, whatever comes in.
//! * The order in which records come in changes nothing.
//! * Temporary files have no name, so that nothing is left when the process is killed.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};

/// Bytes of the buffer. A run of it is written in one go; half as much made twice the runs and no difference that could be measured.
pub(crate) const BUFFER: usize = 64 << 20;
/// Runs that are merged at once, each with a page of memory.
const MAX_RUNS: usize = 64;
/// Bytes of a page.
const PAGE: usize = 64 << 10;
/// What a record's place takes beside its bytes.
const PLACE: usize = size_of::<(usize, usize)>();

/// Adds the second record to the first, if they belong together.
pub(crate) type Join = fn(&mut [u8], &[u8]) -> bool;

/// Takes records in.
#[derive(Debug)]
pub(crate) struct Sorter {
    limit: usize,
    join: Join,
    bytes: Vec<u8>,
    places: Vec<(usize, usize)>,
    runs: Vec<File>,
}

impl Sorter {
    /// A sorter that holds `limit` bytes.
    pub(crate) fn new(limit: usize, join: Join) -> Self {
        Self {
            limit,
            join,
            bytes: Vec::new(),
            places: Vec::new(),
            runs: Vec::new(),
        }
    }

    /// Takes a record in.
    pub(crate) fn push(&mut self, record: &[u8]) -> io::Result<()> {
        if self.bytes.len() + record.len() + (self.places.len() + 1) * PLACE > self.limit
            && !self.places.is_empty()
        {
            self.spill()?;
        }
        self.places.push((self.bytes.len(), record.len()));
        self.bytes.extend_from_slice(record);
        Ok(())
    }

    fn spill(&mut self) -> io::Result<()> {
        if self.runs.len() == MAX_RUNS {
            let runs = std::mem::take(&mut self.runs);
            self.runs.push(written(merged(runs, None, self.join)?)?);
        }
        let memory = Memory::sorted(
            std::mem::take(&mut self.bytes),
            std::mem::take(&mut self.places),
        );
        self.runs
            .push(written(merged(Vec::new(), Some(memory), self.join)?)?);
        Ok(())
    }

    /// All records in order.
    pub(crate) fn finish(mut self) -> io::Result<Sorted> {
        let memory = Memory::sorted(
            std::mem::take(&mut self.bytes),
            std::mem::take(&mut self.places),
        );
        merged(self.runs, Some(memory), self.join)
    }
}

/// A stream of records in order.
pub(crate) struct Sorted {
    heads: BinaryHeap<Reverse<(Vec<u8>, usize)>>,
    sources: Vec<Source>,
    join: Join,
}

impl Sorted {
    /// The next record.
    pub(crate) fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        let Some(mut record) = self.pop()? else {
            return Ok(None);
        };
        while let Some(Reverse((next, _))) = self.heads.peek() {
            if !(self.join)(&mut record, next) {
                break;
            }
            self.pop()?;
        }
        Ok(Some(record))
    }

    fn pop(&mut self) -> io::Result<Option<Vec<u8>>> {
        let Some(Reverse((record, at))) = self.heads.pop() else {
            return Ok(None);
        };
        self.refill(at)?;
        Ok(Some(record))
    }

    fn refill(&mut self, at: usize) -> io::Result<()> {
        if let Some(source) = self.sources.get_mut(at)
            && let Some(record) = source.next()?
        {
            self.heads.push(Reverse((record, at)));
        }
        Ok(())
    }

    /// Writes the records to a file, to be read more than once.
    pub(crate) fn keep(self) -> io::Result<Kept> {
        Ok(Kept(written(self)?))
    }
}

/// Records in a temporary file.
#[derive(Debug)]
pub(crate) struct Kept(File);

impl Kept {
    /// Reads them from the beginning.
    pub(crate) fn records(&mut self) -> io::Result<Records<&mut File>> {
        self.0.seek(SeekFrom::Start(0))?;
        Ok(Records(BufReader::with_capacity(PAGE, &mut self.0)))
    }
}

/// Reads records from a run.
pub(crate) struct Records<R>(BufReader<R>);

impl<R: Read> Records<R> {
    /// The next record.
    pub(crate) fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut length = [0; 4];
        match self.0.read_exact(&mut length) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            read => read?,
        }
        let mut record = vec![0; u32::from_le_bytes(length) as usize];
        self.0.read_exact(&mut record)?;
        Ok(Some(record))
    }
}

enum Source {
    Memory(Memory),
    Run(Records<File>),
}

impl Source {
    fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        match self {
            Self::Memory(memory) => Ok(memory.next()),
            Self::Run(run) => run.next(),
        }
    }
}

/// A sorted buffer.
struct Memory {
    bytes: Vec<u8>,
    places: std::vec::IntoIter<(usize, usize)>,
}

impl Memory {
    fn sorted(bytes: Vec<u8>, mut places: Vec<(usize, usize)>) -> Self {
        // Records of equal bytes are the same, so that an unstable sort is as good.
        places.sort_unstable_by(|a, b| bytes[a.0..a.0 + a.1].cmp(&bytes[b.0..b.0 + b.1]));
        Self {
            bytes,
            places: places.into_iter(),
        }
    }

    fn next(&mut self) -> Option<Vec<u8>> {
        let (start, length) = self.places.next()?;
        Some(self.bytes[start..start + length].to_vec())
    }
}

fn merged(runs: Vec<File>, memory: Option<Memory>, join: Join) -> io::Result<Sorted> {
    let runs = runs
        .into_iter()
        .map(|run| Source::Run(Records(BufReader::with_capacity(PAGE, run))));
    let sources: Vec<Source> = runs.chain(memory.map(Source::Memory)).collect();
    let mut sorted = Sorted {
        heads: BinaryHeap::new(),
        sources,
        join,
    };
    for at in 0..sorted.sources.len() {
        sorted.refill(at)?;
    }
    Ok(sorted)
}

/// Writes a stream as a run, and goes back to its beginning.
fn written(mut sorted: Sorted) -> io::Result<File> {
    let mut out = BufWriter::with_capacity(PAGE, tempfile::tempfile()?);
    while let Some(record) = sorted.next()? {
        write_record(&mut out, &record)?;
    }
    let mut file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(file)
}

/// Writes one record as runs have it: its length, and its bytes.
pub(crate) fn write_record(out: &mut impl Write, record: &[u8]) -> io::Result<()> {
    let length = u32::try_from(record.len()).map_err(io::Error::other)?;
    out.write_all(&length.to_le_bytes())?;
    out.write_all(record)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(mut sorted: Sorted) -> Vec<Vec<u8>> {
        std::iter::from_fn(|| sorted.next().unwrap()).collect()
    }

    /// With any buffer, so with any number of runs, and more of them than are merged at once.
    #[test]
    fn any_buffer_gives_the_same_order() {
        let mut random = crate::next::random::Random::new(7);
        let records: Vec<Vec<u8>> = (0..2_000)
            .map(|_| vec![7; random.below(40)])
            .zip(0u32..)
            .map(|(mut bytes, at)| {
                bytes.extend((at * 7919 % 2_000).to_be_bytes());
                bytes
            })
            .collect();
        let mut expected = records.clone();
        expected.sort();
        for limit in [1, 300, 5_000, 1 << 20] {
            let mut sorter = Sorter::new(limit, |_, _| false);
            records
                .iter()
                .for_each(|record| sorter.push(record).unwrap());
            assert_eq!(all(sorter.finish().unwrap()), expected, "{limit}");
        }
    }

    #[test]
    fn records_are_joined_within_runs_and_between_them() {
        let join: Join = |a, b| {
            let same = a[0] == b[0];
            if same {
                a[1] += b[1];
            }
            same
        };
        for limit in [1, 100, 1 << 20] {
            let mut sorter = Sorter::new(limit, join);
            for number in 0..90u8 {
                sorter.push(&[number % 3, 1]).unwrap();
            }
            let joined = all(sorter.finish().unwrap());
            assert_eq!(joined, [[0, 30], [1, 30], [2, 30]], "{limit}");
        }
    }

    #[test]
    fn kept_records_can_be_read_again() {
        let mut sorter = Sorter::new(1 << 20, |_, _| false);
        sorter.push(b"b").unwrap();
        sorter.push(b"").unwrap();
        let mut kept = sorter.finish().unwrap().keep().unwrap();
        for _ in 0..2 {
            let mut records = kept.records().unwrap();
            assert_eq!(records.next().unwrap(), Some(Vec::new()));
            assert_eq!(records.next().unwrap(), Some(b"b".to_vec()));
            assert_eq!(records.next().unwrap(), None);
        }
    }
}
