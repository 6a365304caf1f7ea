//! Feed files in, rows of named fields out, whatever the format.
//!
//! # Invariants
//! * One row is in memory at a time; a row above [`MAX_ROW_BYTES`] is an issue. JSON rows stop growing there; a table
//!   cell or an XML text is held whole by its parser, which stops the file at four times as much.
//! * A bad row does not hide the rows after it, as long as the file's structure lets them be found.

mod bmecat;
mod document;
mod elements;
mod export;
mod json;
mod meter;
mod quotes;
mod row;
mod table;
mod xml;

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;

pub(crate) use bmecat::GONE;
pub use bmecat::Scope;
pub(crate) use json::{Line, read_line};
pub(crate) use meter::Meter;
pub use row::{Row, canonical_name};
pub(crate) use row::{alias_of, is_blank, scalar_text};

use crate::error::TrainerError;
use crate::issue::{IssueKind, Outcome, RowIssue};
use crate::source::Source;

/// The longest row that is read: 4 MiB, four hundred times the largest product of a real feed
/// that we have seen (9.4 KB).
pub const MAX_ROW_BYTES: usize = 4 << 20;

/// The format of a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One JSON object per line.
    JsonLines,
    /// One JSON document: an array of objects, an object that holds such an array, or objects in several lines each.
    JsonDocument,
    /// A table with a header line and this delimiter.
    Table {
        /// `,`, `;`, `|` or a tab.
        delimiter: u8,
    },
    /// RSS 2.0, Atom, or any XML with `<item>`, `<entry>` or `<product>` elements.
    Xml,
    /// BMEcat 1.2 or 2005.
    Bmecat,
}

/// What to read of a feed that holds more than one catalogue can.
#[derive(Clone, Debug, Default)]
pub struct FeedOptions {
    /// The language of the texts that are wanted, as ISO 639-1; empty: the feed's own.
    pub language: String,
    /// ISO 4217; otherwise the feed's own.
    pub currency: Option<String>,
    /// BMEcat's kind of prices, such as `gros_list`; otherwise the public one that most articles have.
    pub price_type: Option<String>,
}

/// One opened feed: an iterator over its rows.
pub struct Feed {
    format: Format,
    scope: Scope,
    name: Arc<str>,
    size: u64,
    position: std::rc::Rc<std::cell::Cell<u64>>,
    repairs: std::rc::Rc<std::cell::RefCell<crate::source::Repairs>>,
    repaired: VecDeque<u64>,
    rows: Box<dyn Rows>,
}

/// A streaming reader: rows, issues of single rows, or a failure that ends the file.
pub(crate) trait Rows {
    /// The next row; `None` at the end.
    fn next_row(&mut self) -> Option<Result<Row, ReadError>>;
}

/// What a reader meets instead of a row.
pub(crate) enum ReadError {
    /// This row is lost; the next may be fine.
    Row(RowIssue),
    /// The rest of the file is lost.
    File(TrainerError),
}

impl Feed {
    /// Opens a feed; the format follows from its content, the extension decides in doubt.
    ///
    /// # Errors
    ///
    /// * [`TrainerError::Read`] if the file cannot be read.
    /// * [`TrainerError::Foreign`] if it is something else, such as a workbook.
    /// * [`TrainerError::Export`] if it is the export of a shop system that is not read.
    /// * [`TrainerError::Empty`] if nothing is in it.
    /// * [`TrainerError::Header`] if a table's first line does not name its columns.
    /// * [`TrainerError::Transaction`] if a BMEcat file holds no catalogue and no part of one.
    /// * [`TrainerError::Broken`] or [`TrainerError::Truncated`] if a BMEcat file is; others are found when they are read.
    pub fn open(path: &Path, options: &FeedOptions) -> Result<Self, TrainerError> {
        let source = Source::open(path)?;
        if source.blank {
            return Err(TrainerError::Empty {
                file: path.to_owned(),
            });
        }
        let format = Format::of(&source, path);
        let foreign = match format {
            Format::JsonDocument | Format::JsonLines => export::of_json(&source.head),
            Format::Xml => elements::root(&source.head)
                .as_deref()
                .and_then(export::of_xml),
            Format::Table { .. } | Format::Bmecat => None,
        };
        if let Some(found) = foreign {
            return Err(TrainerError::Export {
                file: path.to_owned(),
                found,
            });
        }
        let (name, size) = (Arc::clone(&source.name), source.size);
        let (position, repairs) = (source.position.clone(), source.repairs.clone());
        let mut scope = Scope::Catalogue;
        let rows: Box<dyn Rows> = match format {
            Format::JsonLines => Box::new(json::JsonLines::new(source)),
            Format::JsonDocument => Box::new(document::JsonDocument::new(source)),
            Format::Table { delimiter } => Box::new(table::Table::new(source, delimiter)?),
            Format::Xml => Box::new(xml::rows(source)),
            Format::Bmecat => {
                let (rows, meant) = bmecat::rows(source, options)?;
                scope = meant;
                Box::new(rows)
            }
        };
        Ok(Self {
            format,
            scope,
            name,
            size,
            position,
            repairs,
            repaired: VecDeque::new(),
            rows,
        })
    }

    /// The format that was found.
    pub fn format(&self) -> Format {
        self.format
    }

    /// What the feed is meant for.
    pub fn scope(&self) -> Scope {
        self.scope
    }

    /// Bytes of the file read so far, and its size.
    pub fn progress(&self) -> (u64, u64) {
        (self.position.get(), self.size)
    }

    /// The next row, or what is wrong with it; `None` at the end.
    ///
    /// # Errors
    ///
    /// The outer error ends the file: [`TrainerError::Read`], [`TrainerError::Broken`] or [`TrainerError::Truncated`].
    pub fn next_row(&mut self) -> Result<Option<Result<Row, RowIssue>>, TrainerError> {
        if let Some(line) = self.repaired.pop_front() {
            return Ok(Some(Err(self.encoding_issue(line))));
        }
        let next = match self.rows.next_row() {
            None => None,
            Some(Ok(row)) => Some(Ok(row)),
            Some(Err(ReadError::Row(issue))) => Some(Err(issue)),
            Some(Err(ReadError::File(error))) => return Err(error),
        };
        self.repaired
            .extend(self.repairs.borrow_mut().lines.drain(..));
        if next.is_none()
            && let Some(line) = self.repaired.pop_front()
        {
            return Ok(Some(Err(self.encoding_issue(line))));
        }
        Ok(next)
    }

    fn encoding_issue(&self, line: u64) -> RowIssue {
        RowIssue {
            file: Arc::clone(&self.name),
            line,
            column: None,
            kind: IssueKind::Encoding,
            field: None,
            message: format!(
                "bytes were not as declared, read as {}",
                self.repairs.borrow().encoding
            ),
            outcome: Outcome::FieldChanged,
        }
    }
}

impl std::fmt::Debug for Feed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Feed")
            .field("name", &self.name)
            .field("format", &self.format)
            .finish_non_exhaustive()
    }
}

impl Format {
    /// Tells the format from the first bytes; only a table may begin with a brace, and then its name tells.
    fn of(source: &Source, path: &Path) -> Self {
        let head = source.head.as_str();
        let name = path.to_string_lossy().to_ascii_lowercase();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        let table_name = [".csv", ".tsv", ".txt"]
            .iter()
            .any(|extension| name.ends_with(extension));
        let lines_name = [".jsonl", ".ndjson"]
            .iter()
            .any(|extension| name.ends_with(extension));
        match head.trim_start().as_bytes().first() {
            Some(b'<') if elements::root(head).as_deref() == Some(bmecat::ROOT) => Self::Bmecat,
            Some(b'<') => Self::Xml,
            Some(b'[') if !table_name => Self::JsonDocument,
            Some(b'{') if !table_name => {
                let first = head.trim_start().lines().next().unwrap_or_default();
                let whole_line = head.trim_start().contains('\n');
                match serde_json::from_str::<serde::de::IgnoredAny>(first) {
                    _ if document::holds_list(first) => Self::JsonDocument,
                    // The first line opens an object and leaves it open: one document over many lines.
                    Err(error) if error.is_eof() && whole_line && !lines_name => Self::JsonDocument,
                    _ => Self::JsonLines,
                }
            }
            _ if lines_name => Self::JsonLines,
            _ => Self::Table {
                delimiter: source.delimiter(),
            },
        }
    }
}

/// The language that a feed names itself, as ISO 639-1; none where it is a pipe, which can be read once.
pub(crate) fn declared_language(path: &Path) -> Option<String> {
    let is_file = std::fs::metadata(path).is_ok_and(|metadata| metadata.is_file());
    let source = is_file.then(|| Source::open(path).ok())??;
    bmecat::declared(&source.head)
}
