//! Follows the quotes of a table while its parser reads, because the parser takes whatever stands
//! between two quotes for one field, and the end of the file for a quote.

use std::collections::VecDeque;
use std::io::{self, BufRead, Read};

/// A reader that knows which quotes do not hold together.
pub(crate) struct Quotes<R> {
    inner: R,
    delimiter: u8,
    state: State,
    line: u64,
    opened: u64,
    last: u8,
    ended: bool,
    astray: VecDeque<u64>,
    uneven: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    FieldStart,
    Plain,
    Quoted,
    /// After a quote inside of quotes: the field ends, or the quote is doubled.
    MaybeClosed,
}

impl<R: Read> Quotes<R> {
    pub(crate) fn new(inner: R, delimiter: u8) -> Self {
        Self {
            inner,
            delimiter,
            state: State::FieldStart,
            line: 1,
            opened: 1,
            last: b'\n',
            ended: false,
            astray: VecDeque::new(),
            uneven: false,
        }
    }

    /// Whether the file ended inside of quotes, and the line of the quote that is open.
    pub(crate) fn open_at_end(&self) -> Option<u64> {
        (self.ended && self.state == State::Quoted).then_some(self.opened)
    }

    /// Whether the file ended without the end of a line.
    pub(crate) fn cut_at_end(&self) -> bool {
        self.ended && !matches!(self.last, b'\n' | b'\r')
    }

    /// Whether a quote that opened before `line` met the opening quote of a later field: behind a
    /// quote that closes stands a delimiter or the end of the line.
    pub(crate) fn went_astray_before(&mut self, line: u64) -> bool {
        let before = self.astray.len();
        while self.astray.front().is_some_and(|opened| *opened < line) {
            self.astray.pop_front();
        }
        before > self.astray.len()
    }

    fn follow(&mut self, byte: u8) {
        let ends_field = byte == self.delimiter || byte == b'\n' || byte == b'\r';
        self.state = match (self.state, byte) {
            (State::FieldStart, b'"') => {
                self.opened = self.line;
                State::Quoted
            }
            (State::Quoted, b'"') => State::MaybeClosed,
            (State::Quoted, _) | (State::MaybeClosed, b'"') => State::Quoted,
            _ if ends_field => State::FieldStart,
            (State::MaybeClosed, _) => {
                self.uneven = true;
                if self.opened < self.line {
                    self.astray.push_back(self.opened);
                }
                State::Plain
            }
            _ => State::Plain,
        };
        self.line += u64::from(byte == b'\n');
    }
}

impl<R: Read> Read for Quotes<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        let read = &buffer[..n];
        read.iter().for_each(|byte| self.follow(*byte));
        self.last = read.last().copied().unwrap_or(self.last);
        self.ended |= n == 0 && !buffer.is_empty();
        Ok(n)
    }
}

/// Whether all quotes of a table are closed where they should be.
pub(crate) fn are_even(reader: impl BufRead, delimiter: u8) -> io::Result<bool> {
    let mut quotes = Quotes::new(reader, delimiter);
    io::copy(&mut quotes, &mut io::sink())?;
    Ok(!quotes.uneven && quotes.open_at_end().is_none())
}

/// The text of a cell that was read without regard to quotes: `"5"" pipe"` is `5" pipe`, and
/// `"5" pipe` stays as it is.
pub(crate) fn unquoted(cell: &str) -> Option<String> {
    let inner = cell.strip_prefix('"')?.strip_suffix('"')?;
    let single = inner.replace("\"\"", "");
    (!single.contains('"')).then(|| inner.replace("\"\"", "\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_even_or_not() {
        let even = |text: &str| are_even(text.as_bytes(), b'\t').unwrap_or_default();
        assert!(even("a\t\"b\nc\"\td\n"));
        assert!(even("a\t5\" pipe\n"));
        assert!(even("\"a \"\"b\"\"\""));
        assert!(!even("a\t\"b\n"));
        assert!(!even("a\t\"1/2 inch\" pipe\n"));
        assert!(!even("a\t\"b\nc\t\"d\"\n"));
    }

    #[test]
    fn only_whole_cells_are_unquoted() {
        assert_eq!(unquoted("\"5\"\" pipe\"").as_deref(), Some("5\" pipe"));
        assert_eq!(unquoted("\"1/2\" pipe\""), None);
        assert_eq!(unquoted("\""), None);
        assert_eq!(unquoted("plain"), None);
    }
}
