//! The sizes that a Parquet file claims, checked before a reader allocates what they say.
//!
//! The footer and the header of each page are structs of Thrift's compact protocol
//! (`apache/thrift/doc/specs/thrift-compact-protocol.md`). A file of some hundred bytes may claim pages of 2 GB, dictionaries of 2³¹ values or
//! as many row groups; the reader believes all three.
//!
//! # Invariants
//! * No header is taken that is longer than what is there, nests deeper than [`MAX_DEPTH`], or has a list longer than the bytes behind it.
//! * A page of a column packed by gzip, whose unpacker knows no bound, unpacks to no more than it claims.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};

use flate2::read::MultiGzDecoder;
use parquet::basic::Compression;
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData};

/// Bytes of a page, packed or not: writers begin a new one at 1 MiB unless they are told otherwise.
const MAX_PAGE: i64 = 16 << 20;

/// Values of a dictionary: writers give up on one at 1 MiB, which is 2¹⁸ of the shortest values that one pays for.
const MAX_DICTIONARY: i64 = 1 << 20;

/// Values of a page of a flat column: the largest row group that a common writer makes (Arrow before 2023: 2²⁶ rows).
const MAX_VALUES: i64 = 1 << 26;

/// Values of a page of a list: all of them may be one row's.
const MAX_LISTED: i64 = 1 << 20;

/// Bytes of a footer.
const MAX_FOOTER: u64 = 32 << 20;

/// Row groups are numbered with 16 bits and a sign.
const MAX_GROUPS: i64 = 1 << 15;

/// Bytes of a page's header, its statistics included.
const MAX_HEADER: u64 = 64 << 10;

/// The format itself nests six deep.
const MAX_DEPTH: usize = 16;

fn wrong(what: &str) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("the file contradicts itself: {what}; write it again"),
    )
}

/// Checks the footer, before it is parsed.
pub(super) fn check_footer(file: &mut File) -> io::Result<()> {
    let size = file.seek(SeekFrom::End(0))?;
    let end = size.checked_sub(8).ok_or_else(|| wrong("it is cut"))?;
    file.seek(SeekFrom::Start(end))?;
    let mut length = [0; 4];
    file.read_exact(&mut length)?;
    let length = u64::from(u32::from_le_bytes(length));
    if length > MAX_FOOTER || length > end {
        return Err(wrong("its footer is longer than a footer can be"));
    }
    let footer = bytes(file, end - length, length)?;
    let mut thrift = Thrift::new(&footer);
    thrift.walk(&mut |path, number| match path {
        [4] if number > MAX_GROUPS => Err(wrong("it has more row groups than can be numbered")),
        _ => Ok(()),
    })
}

/// Checks the headers of all pages, before one is read.
pub(super) fn check_pages(file: &mut File, metadata: &ParquetMetaData) -> io::Result<()> {
    let size = file.seek(SeekFrom::End(0))?;
    for group in metadata.row_groups() {
        for column in group.columns() {
            check_column(file, size, column)?;
        }
    }
    Ok(())
}

fn check_column(file: &mut File, size: u64, column: &ColumnChunkMetaData) -> io::Result<()> {
    let outside = || wrong("a column lies outside of it");
    let start = column
        .dictionary_page_offset()
        .unwrap_or(column.data_page_offset());
    let mut at = u64::try_from(start).map_err(|_| outside())?;
    let length = u64::try_from(column.compressed_size()).map_err(|_| outside())?;
    let end = at.checked_add(length).filter(|end| *end <= size);
    let end = end.ok_or_else(outside)?;
    let most = match column.column_descr().max_rep_level() {
        0 => MAX_VALUES,
        _ => MAX_LISTED,
    };
    while at < end {
        let header = bytes(file, at, (end - at).min(MAX_HEADER))?;
        let mut thrift = Thrift::new(&header);
        let (mut unpacked, mut packed) = (0, -1);
        thrift.walk(&mut |path, number| {
            let limit = match path {
                [2] => {
                    unpacked = number;
                    MAX_PAGE
                }
                [3] => {
                    packed = number;
                    MAX_PAGE
                }
                [7, 1] => MAX_DICTIONARY,
                [5 | 8, 1] => most,
                _ => return Ok(()),
            };
            match (0..=limit).contains(&number) {
                true => Ok(()),
                false => Err(wrong("a page claims more than a page can hold")),
            }
        })?;
        at += (header.len() - thrift.input.len()) as u64;
        let packed = u64::try_from(packed).map_err(|_| wrong("a page has no length"))?;
        if packed > end - at {
            return Err(wrong("a page reaches past its column"));
        }
        if matches!(column.compression(), Compression::GZIP(_)) {
            let unpacked = unpacked.unsigned_abs();
            let page = bytes(file, at, packed)?;
            let mut plain = MultiGzDecoder::new(page.as_slice()).take(unpacked + 1);
            // What cannot be unpacked, the reader will tell of.
            if io::copy(&mut plain, &mut io::sink()).is_ok_and(|length| length > unpacked) {
                return Err(wrong("a page unpacks to more than it claims"));
            }
        }
        at += packed;
    }
    Ok(())
}

fn bytes(file: &mut File, at: u64, length: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(at))?;
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What is told of each number and of each list's length: the ids of the fields that lead to it, and the number.
type Seen<'a> = dyn FnMut(&[i16], i64) -> io::Result<()> + 'a;

/// A reader of the compact protocol that keeps nothing.
struct Thrift<'a> {
    input: &'a [u8],
    path: Vec<i16>,
}

impl<'a> Thrift<'a> {
    fn new(input: &'a [u8]) -> Self {
        let path = Vec::new();
        Self { input, path }
    }

    /// One struct.
    fn walk(&mut self, seen: &mut Seen<'_>) -> io::Result<()> {
        if self.path.len() > MAX_DEPTH {
            return Err(wrong("it nests too deep"));
        }
        let mut id = 0_i16;
        loop {
            let head = self.byte()?;
            if head == 0 {
                return Ok(());
            }
            id = match i16::from(head >> 4) {
                0 => i16::try_from(self.number()?).map_err(|_| wrong("a field has no number"))?,
                step => id.saturating_add(step),
            };
            self.path.push(id);
            // Of a truth value, the kind says all.
            if !matches!(head & 15, 1 | 2) {
                self.value(head & 15, seen)?;
            }
            self.path.pop();
        }
    }

    fn value(&mut self, kind: u8, seen: &mut Seen<'_>) -> io::Result<()> {
        match kind {
            1..=3 => self.byte().map(drop),
            4..=6 => {
                let number = self.number()?;
                seen(&self.path, number)
            }
            7 => self.skip(8),
            8 => {
                let length = self.varint()?;
                self.skip(length)
            }
            9 | 10 => {
                let head = self.byte()?;
                let length = match head >> 4 {
                    15 => self.varint()?,
                    length => u64::from(length),
                };
                self.fits(length)?;
                seen(&self.path, i64::try_from(length).unwrap_or(i64::MAX))?;
                (0..length).try_for_each(|_| self.value(head & 15, seen))
            }
            11 => {
                let length = self.varint()?;
                self.fits(length)?;
                if length == 0 {
                    return Ok(());
                }
                let kinds = self.byte()?;
                (0..length).try_for_each(|_| {
                    self.value(kinds >> 4, seen)?;
                    self.value(kinds & 15, seen)
                })
            }
            12 => self.walk(seen),
            _ => Err(wrong("a field is of no known kind")),
        }
    }

    /// Each element takes a byte or more.
    fn fits(&self, length: u64) -> io::Result<()> {
        match length <= self.input.len() as u64 {
            true => Ok(()),
            false => Err(wrong("a list is longer than what is there")),
        }
    }

    fn byte(&mut self) -> io::Result<u8> {
        let (first, rest) = self.input.split_first().ok_or_else(cut)?;
        self.input = rest;
        Ok(*first)
    }

    fn skip(&mut self, length: u64) -> io::Result<()> {
        let length = usize::try_from(length).map_err(|_| cut())?;
        self.input = self.input.get(length..).ok_or_else(cut)?;
        Ok(())
    }

    fn varint(&mut self) -> io::Result<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(wrong("a number has no end"))
    }

    /// Zigzag: the sign is the lowest bit.
    fn number(&mut self) -> io::Result<i64> {
        let number = self.varint()?;
        Ok((number >> 1) as i64 ^ -((number & 1) as i64))
    }
}

fn cut() -> io::Error {
    wrong("a header is cut")
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn file(bytes: &[u8]) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file
    }

    /// A file with nothing but this footer.
    fn footer(footer: &[u8]) -> File {
        let length = (footer.len() as u32).to_le_bytes();
        file(&[b"PAR1", footer, &length, b"PAR1"].concat())
    }

    #[test]
    fn a_footer_may_not_claim_more_than_is_there() {
        // Field 1 is a number, field 4 a list of one empty struct.
        let sound = [0x15, 4, 0x39, 0x1c, 0, 0];
        assert!(check_footer(&mut footer(&sound)).is_ok());
        // 2³¹ − 1 structs, of which the reader would keep some hundred bytes each.
        let groups = [0x49, 0xfc, 0xff, 0xff, 0xff, 0xff, 7, 0, 0];
        assert!(check_footer(&mut footer(&groups)).is_err());
        let text = [0x18, 0xff, 0xff, 0xff, 0xff, 15, b'a', 0];
        assert!(check_footer(&mut footer(&text)).is_err());
        let deep = [[0x1c; 40].as_slice(), &[0; 41]].concat();
        assert!(check_footer(&mut footer(&deep)).is_err());
        assert!(check_footer(&mut footer(&sound[..5])).is_err());
        let mut short = file(b"PAR1\xff\xff\xff\xffPAR1");
        assert!(check_footer(&mut short).is_err());
        assert!(check_footer(&mut file(b"PAR1")).is_err());
    }

    #[test]
    fn more_row_groups_than_can_be_numbered_are_refused() {
        let many = |count: usize| {
            let mut list = vec![0x49, 0xfc];
            list.extend([
                count as u8 | 0x80,
                (count >> 7) as u8 | 0x80,
                (count >> 14) as u8,
            ]);
            [list, vec![0; count + 1]].concat()
        };
        assert!(check_footer(&mut footer(&many(1 << 15))).is_ok());
        assert!(check_footer(&mut footer(&many((1 << 15) + 1))).is_err());
    }
}
