//! Files of any encoding, compressed or not, in; a stream of UTF-8 out.
//!
//! # Invariants
//! * Memory is bounded by the buffer, whatever the file holds.
//! * What comes out is valid UTF-8 without a byte order mark.

mod dos;

use std::cell::{Cell, RefCell};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Chain, Cursor, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use flate2::bufread::MultiGzDecoder;

use crate::error::TrainerError;
use dos::Page;

/// Bytes looked at to tell the format and the encoding; an XML declaration and a header line fit.
const HEAD_BYTES: usize = 8 * 1024;
/// Bytes that are decoded at once; a longer line is decoded in pieces.
const PIECE_BYTES: usize = 64 * 1024;

/// An opened file.
pub(crate) struct Source {
    /// Its path.
    pub(crate) path: PathBuf,
    /// Its name in messages.
    pub(crate) name: Arc<str>,
    /// The beginning, decoded; the reader yields it again.
    pub(crate) head: String,
    /// What Excel's line `sep=;` says, which is taken out.
    separator: Option<u8>,
    /// There is nothing in it, or nothing but blanks.
    pub(crate) blank: bool,
    /// UTF-8 text.
    pub(crate) reader: Box<dyn BufRead>,
    /// Size on disk.
    pub(crate) size: u64,
    /// Bytes read from disk so far.
    pub(crate) position: Rc<Cell<u64>>,
    /// Lines that had to be repaired.
    pub(crate) repairs: Rc<RefCell<Repairs>>,
}

/// Lines whose bytes were not in the expected encoding.
#[derive(Debug, Default)]
pub(crate) struct Repairs {
    /// The encoding that was used for them.
    pub(crate) encoding: &'static str,
    /// Line numbers that were not reported yet.
    pub(crate) lines: Vec<u64>,
}

impl Source {
    /// Opens `path`, unpacks gzip or zstd and finds the encoding.
    pub(crate) fn open(path: &Path) -> Result<Self, TrainerError> {
        let read = |source| TrainerError::Read {
            file: path.to_owned(),
            source,
        };
        let file = File::open(path).map_err(read)?;
        let metadata = file.metadata().map_err(read)?;
        if metadata.is_dir() {
            return Err(TrainerError::Foreign {
                file: path.to_owned(),
                found: "a folder",
            });
        }
        let position = Rc::new(Cell::new(0));
        let mut raw = BufReader::with_capacity(
            PIECE_BYTES,
            Counted {
                inner: file,
                position: Rc::clone(&position),
            },
        );
        let magic = raw.fill_buf().map_err(read)?;
        let unpacked: Box<dyn BufRead> = if magic.starts_with(&[0x1f, 0x8b]) {
            Box::new(BufReader::with_capacity(
                PIECE_BYTES,
                MultiGzDecoder::new(raw),
            ))
        } else if magic.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
            let unpacked = zstd::Decoder::with_buffer(raw).map_err(read)?;
            Box::new(BufReader::with_capacity(PIECE_BYTES, unpacked))
        } else {
            Box::new(raw)
        };
        let (head, unpacked) = peek(unpacked).map_err(read)?;
        if let Some(found) = foreign(&head) {
            return Err(TrainerError::Foreign {
                file: path.to_owned(),
                found,
            });
        }
        let repairs = Rc::new(RefCell::new(Repairs::default()));
        let reader = decode(unpacked, &head, &repairs);
        let mut reader = BufReader::with_capacity(PIECE_BYTES, reader);
        let mut first = Vec::new();
        reader
            .by_ref()
            .take(PIECE_BYTES as u64)
            .read_to_end(&mut first)
            .map_err(read)?;
        let separator = take_separator(&mut first);
        let head: String = String::from_utf8_lossy(&first)
            .chars()
            .take(HEAD_BYTES)
            .collect();
        let blank = first.len() < PIECE_BYTES && first.iter().all(u8::is_ascii_whitespace);
        Ok(Self {
            path: path.to_owned(),
            name: path.to_string_lossy().into(),
            head,
            separator,
            blank,
            reader: Box::new(Cursor::new(first).chain(reader)),
            size: metadata.len(),
            position,
            repairs,
        })
    }
}

impl Source {
    /// The same file, read from another stream of UTF-8.
    pub(crate) fn with(&self, reader: Box<dyn BufRead>) -> Self {
        Self {
            path: self.path.clone(),
            name: Arc::clone(&self.name),
            head: self.head.clone(),
            separator: self.separator,
            blank: self.blank,
            reader,
            size: self.size,
            position: Rc::default(),
            repairs: Rc::default(),
        }
    }
}

impl Source {
    /// Lines of the file before those that the reader yields.
    pub(crate) fn lines_before(&self) -> u64 {
        u64::from(self.separator.is_some())
    }

    /// What parts the cells of a table: as its first line says, or else what splits the header into most columns.
    pub(crate) fn delimiter(&self) -> u8 {
        self.separator.unwrap_or_else(|| delimiter(&self.head))
    }
}

/// The delimiter that splits the header into most columns, outside of quotes.
fn delimiter(head: &str) -> u8 {
    let mut best = (0, b',');
    for candidate in [b'\t', b';', b',', b'|'] {
        let mut quoted = false;
        let count = head
            .bytes()
            .take_while(|byte| *byte != b'\n')
            .filter(|byte| {
                quoted ^= *byte == b'"';
                !quoted && *byte == candidate
            })
            .count();
        if count > best.0 {
            best = (count, candidate);
        }
    }
    best.1
}

/// Takes out Excel's hint `sep=;` above the header of a table.
fn take_separator(text: &mut Vec<u8>) -> Option<u8> {
    let end = text.iter().position(|byte| *byte == b'\n')?;
    let line = text.get(..end)?.trim_ascii();
    let line = line
        .strip_prefix(b"\"")
        .and_then(|line| line.strip_suffix(b"\""))
        .unwrap_or(line);
    // A tab at the end of the line was taken for a blank.
    let separator = match line.split_at_checked(4)? {
        (name, []) if name.eq_ignore_ascii_case(b"sep=") => b'\t',
        (name, &[separator]) if name.eq_ignore_ascii_case(b"sep=") => separator,
        _ => return None,
    };
    text.drain(..=end);
    Some(separator)
}

/// A stream whose beginning was read and put back.
type PutBack = Chain<Cursor<Vec<u8>>, Box<dyn BufRead>>;

/// Reads the beginning and puts it back.
fn peek(mut reader: Box<dyn BufRead>) -> io::Result<(Vec<u8>, PutBack)> {
    let mut head = Vec::with_capacity(HEAD_BYTES);
    reader
        .by_ref()
        .take(HEAD_BYTES as u64)
        .read_to_end(&mut head)?;
    Ok((head.clone(), Cursor::new(head).chain(reader)))
}

/// Names files that people pass by mistake.
fn foreign(head: &[u8]) -> Option<&'static str> {
    const KNOWN: [(&[u8], &str); 8] = [
        (b"ENDCAPPK", "an Endcap pack"),
        (b"PK\x03\x04", "a zip archive or an Excel workbook"),
        (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
        (b"BZh", "a bzip2 archive"),
        (b"\xfd7zXZ", "an xz archive"),
        (b"PAR1", "a Parquet file"),
        (b"%PDF", "a PDF document"),
        (b"\x89PNG", "a picture"),
    ];
    KNOWN
        .iter()
        .find(|(magic, _)| head.starts_with(magic))
        .map(|(_, name)| *name)
}

/// Chooses a decoder by byte order mark, by the pattern of UTF-16, or by the XML declaration.
fn decode<R: BufRead + 'static>(
    reader: R,
    head: &[u8],
    repairs: &Rc<RefCell<Repairs>>,
) -> Box<dyn Read> {
    let encoding = Encoding::for_bom(head)
        .map(|(encoding, _)| encoding)
        .or(match head {
            // Text begins with ASCII, whose second byte is nought in UTF-16.
            [first, 0, ..] if *first != 0 => Some(UTF_16LE),
            [0, second, ..] if *second != 0 => Some(UTF_16BE),
            _ => None,
        })
        .or_else(|| declared(head))
        .unwrap_or(UTF_8);
    // What is declared as Latin 1 is often UTF-8 all the same; line by line tells them apart.
    if encoding == UTF_8 || encoding == WINDOWS_1252 {
        Box::new(Utf8Lines {
            inner: reader,
            piece: Vec::new(),
            ready: Vec::new(),
            given: 0,
            line: 1,
            start: true,
            lead: 0,
            repairs: (encoding == UTF_8).then(|| Rc::clone(repairs)),
        })
    } else {
        repairs.borrow_mut().encoding = encoding.name();
        Box::new(Transcoded {
            inner: reader,
            decoder: encoding.new_decoder_with_bom_removal(),
            ready: Vec::new(),
            given: 0,
            line: 1,
            done: false,
            repairs: Rc::clone(repairs),
        })
    }
}

/// The encoding that an XML declaration names.
fn declared(head: &[u8]) -> Option<&'static Encoding> {
    let text = String::from_utf8_lossy(head.get(..200.min(head.len()))?);
    let declaration = text
        .trim_start()
        .strip_prefix("<?xml")?
        .split("?>")
        .next()?
        .to_owned();
    let after = declaration.split("encoding").nth(1)?;
    let label = after.split(['"', '\'']).nth(1)?;
    // A declaration of UTF-16 that can be read as ASCII is wrong.
    Encoding::for_label(label.as_bytes()).filter(|e| *e != UTF_16LE && *e != UTF_16BE)
}

/// Counts bytes for the progress bar.
struct Counted {
    inner: File,
    position: Rc<Cell<u64>>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.position.set(self.position.get() + n as u64);
        Ok(n)
    }
}

/// Passes lines that are UTF-8 and decodes the others as Windows-1252 or as DOS code page 850, because exports joined
/// from several systems mix them in one file.
struct Utf8Lines<R> {
    inner: R,
    piece: Vec<u8>,
    ready: Vec<u8>,
    given: usize,
    line: u64,
    start: bool,
    /// How much the lines so far speak for the DOS code page.
    lead: i32,
    repairs: Option<Rc<RefCell<Repairs>>>,
}

impl<R: BufRead> Utf8Lines<R> {
    /// Decodes the next line, or piece of a long one; leaves `ready` empty at the end.
    fn advance(&mut self) -> io::Result<()> {
        self.ready.clear();
        self.given = 0;
        let room = PIECE_BYTES.saturating_sub(self.piece.len()) as u64;
        let n = self
            .inner
            .by_ref()
            .take(room)
            .read_until(b'\n', &mut self.piece)?;
        if self.start {
            self.start = false;
            if self.piece.starts_with(b"\xef\xbb\xbf") {
                self.piece.drain(..3);
            }
        }
        let ends_line = self.piece.ends_with(b"\n");
        match std::str::from_utf8(&self.piece) {
            Ok(_) => std::mem::swap(&mut self.piece, &mut self.ready),
            // A long line was cut inside of a character: keep its first bytes for the next piece.
            Err(error)
                if error.error_len().is_none()
                    && n > 0
                    && !ends_line
                    && error.valid_up_to() > 0 =>
            {
                self.ready
                    .extend_from_slice(&self.piece[..error.valid_up_to()]);
                self.piece.drain(..error.valid_up_to());
                return Ok(());
            }
            Err(_) => {
                let lead = dos::lead(&self.piece);
                self.lead = self.lead.saturating_add(lead);
                let dos = if lead == 0 { self.lead > 0 } else { lead > 0 };
                let page = if dos { Page::Dos } else { Page::Windows };
                self.ready
                    .extend_from_slice(page.decode(&self.piece).as_bytes());
                if let Some(repairs) = &self.repairs {
                    let mut repairs = repairs.borrow_mut();
                    repairs.encoding = page.name();
                    repairs.lines.push(self.line);
                }
            }
        }
        self.piece.clear();
        if ends_line {
            self.line += 1;
        }
        Ok(())
    }
}

impl<R: BufRead> Read for Utf8Lines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.ready.len() {
            self.advance()?;
        }
        Ok(give(&self.ready, &mut self.given, buffer))
    }
}

/// Decodes a whole stream from one declared encoding.
struct Transcoded<R> {
    inner: R,
    decoder: Decoder,
    ready: Vec<u8>,
    given: usize,
    line: u64,
    done: bool,
    repairs: Rc<RefCell<Repairs>>,
}

impl<R: BufRead> Transcoded<R> {
    fn advance(&mut self) -> io::Result<()> {
        self.ready.clear();
        self.given = 0;
        while self.ready.is_empty() && !self.done {
            let input = self.inner.fill_buf()?;
            let last = input.is_empty();
            let room = self
                .decoder
                .max_utf8_buffer_length(input.len())
                .ok_or_else(|| io::Error::other("too long"))?;
            self.ready.resize(room, 0);
            let (_, read, written, replaced) =
                self.decoder.decode_to_utf8(input, &mut self.ready, last);
            self.inner.consume(read);
            self.ready.truncate(written);
            self.done = last;
            if replaced {
                self.repairs.borrow_mut().lines.push(self.line);
            }
            self.line += self.ready.iter().filter(|byte| **byte == b'\n').count() as u64;
        }
        Ok(())
    }
}

impl<R: BufRead> Read for Transcoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.ready.len() {
            self.advance()?;
        }
        Ok(give(&self.ready, &mut self.given, buffer))
    }
}

fn give(ready: &[u8], given: &mut usize, buffer: &mut [u8]) -> usize {
    let rest = &ready[*given..];
    let n = rest.len().min(buffer.len());
    buffer[..n].copy_from_slice(&rest[..n]);
    *given += n;
    n
}
