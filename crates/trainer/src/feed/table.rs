//! CSV and TSV: a header line, then one product per row.

use std::io::BufRead;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use csv::{Reader, ReaderBuilder, StringRecord};
use serde_json::Value;

use crate::error::TrainerError;
use crate::feed::export::{self, Export, Read};
use crate::feed::json::issue;
use crate::feed::meter::{Meter, Metered, endless};
use crate::feed::quotes::{Quotes, are_even, unquoted};
use crate::feed::row::{Origin, Row, alias_of, canonical_name};
use crate::feed::{ReadError, Rows};
use crate::issue::{IssueKind, Outcome, RowIssue};
use crate::source::Source;

/// Lines after which a quoted field is taken for one that was never closed. Descriptions with line
/// breaks have tens of lines, a missing quote swallows hundreds.
const MAX_ROW_LINES: u64 = 200;

pub(crate) struct Table {
    reader: Reader<Quotes<Metered<Box<dyn BufRead>>>>,
    meter: Meter,
    /// Whether quotes hold fields together, or are text.
    quoting: bool,
    rows: u64,
    /// Lines of the file before the header.
    lines_before: u64,
    record: StringRecord,
    columns: Vec<String>,
    name: Arc<str>,
    path: PathBuf,
    /// The row of a record whose number of fields was reported already.
    pending: Option<Row>,
    export: Option<Box<dyn Export>>,
}

impl Table {
    pub(crate) fn new(source: Source, delimiter: u8) -> Result<Self, TrainerError> {
        let lines_before = source.lines_before();
        let quoting = delimiter != b'\t' || quotes_hold(&source.path, delimiter)?;
        let (meter, metered) = Meter::new(source.reader);
        let mut reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .quoting(quoting)
            .flexible(true)
            .from_reader(Quotes::new(metered, delimiter));
        let header = reader
            .headers()
            .map_err(|error| csv_error(error, 1, &source.path))?;
        let columns: Vec<String> = header.iter().map(canonical_name).collect();
        let export = export::of_table(&columns).map_err(|found| TrainerError::Export {
            file: source.path.clone(),
            found,
        })?;
        let is_known = export.is_some();
        if !is_known
            && !columns
                .iter()
                .any(|column| column == "id" || alias_of(column) == Some("id"))
        {
            let columns: String = header
                .iter()
                .collect::<Vec<_>>()
                .join(", ")
                .chars()
                .take(200)
                .collect();
            return Err(TrainerError::Header {
                file: source.path,
                columns,
            });
        }
        let open = reader.get_ref().open_at_end().filter(|_| quoting);
        if let Some(line) = open {
            return Err(TrainerError::Truncated {
                file: source.path,
                line: line + lines_before,
                rows: 0,
            });
        }
        meter.record();
        Ok(Self {
            reader,
            meter,
            quoting,
            rows: 0,
            lines_before,
            record: StringRecord::new(),
            columns,
            name: source.name,
            path: source.path,
            pending: None,
            export,
        })
    }
}

impl Rows for Table {
    fn next_row(&mut self) -> Option<Result<Row, ReadError>> {
        loop {
            let row = match self.next_record()? {
                Ok(row) => row,
                Err(error) => return Some(Err(error)),
            };
            let Some(export) = &mut self.export else {
                return Some(Ok(row));
            };
            let line = row.line;
            match export.read(row) {
                Read::Product(row) => return Some(Ok(row)),
                Read::More => {}
                Read::Unpublished(why) => {
                    let (place, message) = ((line, None), why.to_owned());
                    let issue = issue(&self.name, place, IssueKind::Unpublished, message);
                    return Some(Err(ReadError::Row(issue)));
                }
            }
        }
    }
}

impl Table {
    fn next_record(&mut self) -> Option<Result<Row, ReadError>> {
        if let Some(row) = self.pending.take() {
            return Some(Ok(row));
        }
        match self.reader.read_record(&mut self.record) {
            Ok(false) => return None,
            Ok(true) => {}
            Err(error) => {
                let line = self.reader.position().line();
                return Some(Err(ReadError::File(csv_error(error, line, &self.path))));
            }
        }
        self.meter.record();
        let line = self.record.position().map_or(0, csv::Position::line);
        if let Some(error) = self.cut_off(line + self.lines_before) {
            return Some(Err(ReadError::File(error)));
        }
        self.rows += 1;
        let end = self.reader.position().line();
        let lines = end.saturating_sub(line);
        let line = line + self.lines_before;
        let astray = self.reader.get_mut().went_astray_before(end) && self.quoting;
        if astray && lines > MAX_ROW_LINES {
            return Some(Err(ReadError::File(TrainerError::Broken {
                file: self.path.clone(),
                line,
                column: 1,
                message: format!("a quote that opens here is not closed for {lines} lines"),
            })));
        }
        if astray || lines > MAX_ROW_LINES {
            let message =
                format!("a quote that opens here runs over {lines} lines, which are lost");
            return Some(Err(ReadError::Row(issue(
                &self.name,
                (line, None),
                IssueKind::Csv,
                message,
            ))));
        }
        let fields = self.columns.iter().zip(&self.record);
        let row = Row {
            file: Arc::clone(&self.name),
            line,
            fields: fields
                .map(|(name, text)| (name.clone(), cell(text, self.quoting)))
                .collect(),
            origin: Origin::Table,
        };
        if self.record.len() == self.columns.len() {
            return Some(Ok(row));
        }
        let message = format!(
            "expected {} fields, got {}",
            self.columns.len(),
            self.record.len()
        );
        let short = self.record.len() < self.columns.len();
        self.pending = Some(row);
        Some(Err(ReadError::Row(RowIssue {
            outcome: if short {
                Outcome::FieldDropped
            } else {
                Outcome::FieldChanged
            },
            column: Some(self.record.len().min(self.columns.len()) as u64 + 1),
            ..issue(&self.name, (line, None), IssueKind::Columns, message)
        })))
    }
}

impl Table {
    /// Whether the record that was just read is what is left of one.
    fn cut_off(&self, line: u64) -> Option<TrainerError> {
        let quotes = self.reader.get_ref();
        let open = quotes.open_at_end().filter(|_| self.quoting);
        let short = quotes.cut_at_end() && self.record.len() < self.columns.len();
        let open = open.map(|line| line + self.lines_before);
        let line = open.or(short.then_some(line))?;
        Some(TrainerError::Truncated {
            file: self.path.clone(),
            line,
            rows: self.rows,
        })
    }
}

/// Tables with tabs are written with and without quoting; inches look like quotes in the latter.
fn quotes_hold(path: &Path, delimiter: u8) -> Result<bool, TrainerError> {
    let metadata = std::fs::metadata(path).map_err(TrainerError::read(path))?;
    if !metadata.is_file() {
        // A pipe can be read once.
        return Ok(false);
    }
    let source = Source::open(path)?;
    are_even(source.reader, delimiter).map_err(TrainerError::read(path))
}

/// Exports of JSON catalogues carry lists as JSON in a cell.
fn cell(text: &str, quoting: bool) -> Value {
    if !quoting && let Some(text) = unquoted(text) {
        return cell(&text, true);
    }
    let is_list = text.starts_with("[{") || text.starts_with("[\"");
    if is_list && let Ok(list @ Value::Array(_)) = serde_json::from_str(text) {
        return list;
    }
    Value::String(text.to_owned())
}

/// What the parser says of the record that begins at `line`.
fn csv_error(error: csv::Error, line: u64, path: &Path) -> TrainerError {
    let line = error.position().map_or(line, csv::Position::line);
    let message = error.to_string();
    let broken = |message| TrainerError::Broken {
        file: path.to_owned(),
        line,
        column: 1,
        message,
    };
    match error.into_kind() {
        csv::ErrorKind::Io(source) => match endless(&source) {
            Some(message) => broken(message),
            None => TrainerError::Read {
                file: path.to_owned(),
                source,
            },
        },
        _ => broken(message),
    }
}
