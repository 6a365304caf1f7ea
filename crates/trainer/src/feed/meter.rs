//! Stops a parser that would hold a record of any length: a quote, text or comment that nothing closes.

use std::cell::Cell;
use std::fmt;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

use super::MAX_ROW_BYTES;

/// More than a row may have: parsers read ahead, and a row that is only too long is told of and passed over.
const MOST: usize = 4 * MAX_ROW_BYTES;

/// How much may still be read before the next record.
#[derive(Clone)]
pub(crate) struct Meter(Rc<Cell<usize>>);

impl Meter {
    /// A reader that fails after [`MOST`] bytes without a [`record`](Self::record).
    pub(crate) fn new<R>(inner: R) -> (Self, Metered<R>) {
        let meter = Self(Rc::new(Cell::new(MOST)));
        let metered = Metered {
            inner,
            meter: meter.clone(),
        };
        (meter, metered)
    }

    /// A record has ended.
    pub(crate) fn record(&self) {
        self.0.set(MOST);
    }

    fn take(&self, bytes: usize) {
        self.0.set(self.0.get().saturating_sub(bytes));
    }

    fn check(&self) -> io::Result<()> {
        if self.0.get() > 0 {
            return Ok(());
        }
        Err(io::Error::new(io::ErrorKind::InvalidData, Endless))
    }
}

/// A reader whose records are limited.
pub(crate) struct Metered<R> {
    inner: R,
    meter: Meter,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.meter.check()?;
        let read = self.inner.read(buffer)?;
        self.meter.take(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Metered<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.meter.check()?;
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.meter.take(amount);
        self.inner.consume(amount);
    }
}

/// A record has no end within [`MOST`].
#[derive(Debug)]
struct Endless;

impl fmt::Display for Endless {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "a row has no end within {} MiB: look for a quote, tag or comment that is not closed before here",
            MOST >> 20
        )
    }
}

impl std::error::Error for Endless {}

/// What is to be said where the error is that a record has no end.
pub(crate) fn endless(error: &io::Error) -> Option<String> {
    let inner = error.get_ref()?;
    inner.is::<Endless>().then(|| inner.to_string())
}
