//! JSON Lines: one object per line.

use std::io::{BufRead, Read};
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::error::TrainerError;
use crate::feed::row::{Origin, Row, canonical_name};
use crate::feed::{MAX_ROW_BYTES, ReadError, Rows};
use crate::issue::{IssueKind, Outcome, RowIssue};
use crate::source::Source;

pub(crate) struct JsonLines {
    source: Source,
    line: u64,
    rows: u64,
}

impl JsonLines {
    pub(crate) fn new(source: Source) -> Self {
        Self {
            source,
            line: 0,
            rows: 0,
        }
    }
}

impl Rows for JsonLines {
    fn next_row(&mut self) -> Option<Result<Row, ReadError>> {
        loop {
            self.line += 1;
            match read_line(&mut self.source) {
                Err(error) => return Some(Err(ReadError::File(error))),
                Ok(Line::End) => return None,
                Ok(Line::TooLong) => {
                    let message = format!("the line is longer than {} MiB", MAX_ROW_BYTES >> 20);
                    return Some(Err(ReadError::Row(issue(
                        &self.source.name,
                        (self.line, None),
                        IssueKind::Size,
                        message,
                    ))));
                }
                Ok(Line::Text { text, .. }) if text.trim().is_empty() => {}
                Ok(Line::Text { text, ended }) => {
                    if !ended && breaks_off(&text) {
                        return Some(Err(ReadError::File(TrainerError::Truncated {
                            file: self.source.path.clone(),
                            line: self.line,
                            rows: self.rows,
                        })));
                    }
                    self.rows += 1;
                    return Some(parse_object(&self.source.name, text, self.line, 1));
                }
            }
        }
    }
}

/// Whether an object was cut off, as opposed to written wrongly.
fn breaks_off(text: &str) -> bool {
    let closed = text.trim_end().ends_with('}');
    serde_json::from_str::<serde::de::IgnoredAny>(text)
        .is_err_and(|error| error.is_eof() || !closed)
}

/// One line of a text.
pub(crate) enum Line {
    Text {
        text: String,
        /// The line's end was there.
        ended: bool,
    },
    TooLong,
    End,
}

/// Reads one line, without its end; skips lines that do not fit.
pub(crate) fn read_line(source: &mut Source) -> Result<Line, TrainerError> {
    let mut bytes = Vec::new();
    let reader = &mut source.reader;
    let limit = MAX_ROW_BYTES as u64 + 1;
    let n = reader
        .by_ref()
        .take(limit)
        .read_until(b'\n', &mut bytes)
        .map_err(TrainerError::read(&source.path))?;
    if n == 0 {
        return Ok(Line::End);
    }
    if bytes.len() > MAX_ROW_BYTES && !bytes.ends_with(b"\n") {
        while !bytes.ends_with(b"\n") {
            bytes.clear();
            let n = reader
                .by_ref()
                .take(limit)
                .read_until(b'\n', &mut bytes)
                .map_err(TrainerError::read(&source.path))?;
            if n == 0 {
                break;
            }
        }
        return Ok(Line::TooLong);
    }
    let ended = bytes.ends_with(b"\n");
    while bytes
        .last()
        .is_some_and(|byte| *byte == b'\n' || *byte == b'\r')
    {
        bytes.pop();
    }
    // The source yields UTF-8 only.
    Ok(Line::Text {
        text: String::from_utf8_lossy(&bytes).into_owned(),
        ended,
    })
}

/// Parses the text of one object that begins at `line` and `column`.
pub(crate) fn parse_object(
    file: &Arc<str>,
    text: String,
    line: u64,
    column: u64,
) -> Result<Row, ReadError> {
    match serde_json::from_str::<Value>(&text) {
        Ok(Value::Object(fields)) => Ok(Row {
            file: Arc::clone(file),
            line,
            fields: named(fields),
            origin: Origin::Json { text, column },
        }),
        Ok(other) => {
            let message = format!("expected a JSON object, got {}", shape(&other));
            Err(ReadError::Row(issue(
                file,
                (line, Some(column)),
                IssueKind::Json,
                message,
            )))
        }
        Err(error) => {
            let shift = if error.line() <= 1 { column - 1 } else { 0 };
            let place = (
                line + (error.line() as u64).saturating_sub(1),
                Some(error.column() as u64 + shift),
            );
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or_default();
            Err(ReadError::Row(issue(
                file,
                place,
                IssueKind::Json,
                format!("not JSON: {message}"),
            )))
        }
    }
}

pub(crate) fn issue(
    file: &Arc<str>,
    place: (u64, Option<u64>),
    kind: IssueKind,
    message: String,
) -> RowIssue {
    RowIssue {
        file: Arc::clone(file),
        line: place.0,
        column: place.1,
        kind,
        field: None,
        message,
        outcome: Outcome::RowDropped,
    }
}

fn named(fields: Map<String, Value>) -> Vec<(String, Value)> {
    fields
        .into_iter()
        .map(|(name, value)| (canonical_name(&name), value))
        .collect()
}

fn shape(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
