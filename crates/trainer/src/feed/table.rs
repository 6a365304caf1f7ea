//! CSV and TSV: a header line, then one product per row.

use std::io::BufRead;
use std::path::PathBuf;
use std::sync::Arc;

use csv::{Reader, ReaderBuilder, StringRecord};
use serde_json::Value;

use crate::error::TrainerError;
use crate::feed::json::issue;
use crate::feed::row::{Origin, Row, alias_of, canonical_name};
use crate::feed::{ReadError, Rows};
use crate::issue::{IssueKind, Outcome, RowIssue};
use crate::source::Source;

/// Lines after which a quoted field is taken for one that was never closed. Descriptions with line
/// breaks have tens of lines, a missing quote swallows hundreds.
const MAX_ROW_LINES: u64 = 200;

pub(crate) struct Table {
    reader: Reader<Box<dyn BufRead>>,
    record: StringRecord,
    columns: Vec<String>,
    name: Arc<str>,
    path: PathBuf,
    /// The row of a record whose number of fields was reported already.
    pending: Option<Row>,
}

impl Table {
    pub(crate) fn new(source: Source, delimiter: u8) -> Result<Self, TrainerError> {
        let mut reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .from_reader(source.reader);
        let header = reader
            .headers()
            .map_err(|error| csv_error(error, &source.path))?;
        let columns: Vec<String> = header.iter().map(canonical_name).collect();
        if !columns
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
        Ok(Self {
            reader,
            record: StringRecord::new(),
            columns,
            name: source.name,
            path: source.path,
            pending: None,
        })
    }
}

impl Rows for Table {
    fn next_row(&mut self) -> Option<Result<Row, ReadError>> {
        if let Some(row) = self.pending.take() {
            return Some(Ok(row));
        }
        match self.reader.read_record(&mut self.record) {
            Ok(false) => return None,
            Ok(true) => {}
            Err(error) => return Some(Err(ReadError::File(csv_error(error, &self.path)))),
        }
        let line = self.record.position().map_or(0, csv::Position::line);
        let lines = self.reader.position().line().saturating_sub(line);
        if lines > MAX_ROW_LINES {
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
                .map(|(name, text)| (name.clone(), cell(text)))
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

/// Exports of JSON catalogues carry lists as JSON in a cell.
fn cell(text: &str) -> Value {
    let is_list = text.starts_with("[{") || text.starts_with("[\"");
    if is_list && let Ok(list @ Value::Array(_)) = serde_json::from_str(text) {
        return list;
    }
    Value::String(text.to_owned())
}

fn csv_error(error: csv::Error, path: &std::path::Path) -> TrainerError {
    let line = error.position().map_or(0, csv::Position::line);
    let message = error.to_string();
    match error.into_kind() {
        csv::ErrorKind::Io(source) => TrainerError::Read {
            file: path.to_owned(),
            source,
        },
        _ => TrainerError::Broken {
            file: path.to_owned(),
            line,
            column: 1,
            message,
        },
    }
}
