//! Event logs of any shop in, one stream of typed events out.
//!
//! | format | recognised by |
//! | --- | --- |
//! | GA4 e-commerce as JSON Lines | `event_name`, parameters beside it |
//! | its BigQuery export, as JSON Lines or Parquet | `event_params` as an array of `key`, `value` |
//! | Segment e-commerce as JSON Lines | `event` such as `Product Viewed`, `properties` |
//! | a table by tabs, commas, semicolons or bars | a header with columns for session or shopper, item, time |
//! | Parquet | its magic number; rows as in a table, or as BigQuery exports them |
//!
//! All but Parquet may be packed by gzip or zstd. `docs/recommend.md` lists the columns and the names of events.
//!
//! # Invariants
//! * Memory holds one line, or one page per column of a Parquet file, not the log.
//! * What cannot be read is counted and told with its line and a code; it never stops the reading unless that is asked for.

mod event;
mod ga4;
mod parquet;
mod segment;
mod table;

pub use event::{Channel, Contribution, Kind, LogEvent, LogItem};
use event::{channel, pieces};
pub(crate) use table::{ITEM_NAMES, column};

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use crate::build::{Progress, Stage};
use crate::error::TrainerError;
use crate::feed::{Line, MAX_ROW_BYTES, read_line, scalar_text};
use crate::field::when::moment;
use crate::issue::{IssueKind, Outcome, Report, RowIssue};
use crate::source::Source;

/// Lines between two calls of the progress callback.
const PROGRESS_LINES: u64 = 4_096;

/// How a log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogFormat {
    /// GA4 e-commerce, parameters beside the event's name.
    Ga4,
    /// As BigQuery exports GA4.
    BigQuery,
    /// Segment e-commerce.
    Segment,
    /// A table with a header.
    Table,
    /// Parquet with the columns of a table.
    Parquet,
}

impl LogFormat {
    /// For people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ga4 => "GA4",
            Self::BigQuery => "BigQuery export of GA4",
            Self::Segment => "Segment",
            Self::Table => "table",
            Self::Parquet => "Parquet",
        }
    }
}

/// What logs held.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogSummary {
    /// Lines or rows read, blank ones and headers left out.
    pub lines: u64,
    /// Events that tell something of items, searches, lists or filters.
    pub told: u64,
    /// Lines that were no events, all of which the report counts by kind.
    pub broken: u64,
    /// Sound lines per format.
    pub formats: BTreeMap<LogFormat, u64>,
}

impl LogSummary {
    /// Adds what another log held.
    pub fn add(&mut self, other: &Self) {
        self.lines += other.lines;
        self.told += other.told;
        self.broken += other.broken;
        for (format, lines) in &other.formats {
            *self.formats.entry(*format).or_default() += lines;
        }
    }

    /// `GA4`, or `GA4 (5), Segment (7)` where there are several.
    #[must_use]
    pub fn formats_named(&self) -> String {
        let one = self.formats.len() == 1;
        let named = self.formats.iter().map(|(format, lines)| match one {
            true => format.name().to_owned(),
            false => format!("{} ({lines})", format.name()),
        });
        named.collect::<Vec<_>>().join(", ")
    }
}

/// Takes events in.
pub type Each<'a> = dyn FnMut(LogEvent) -> Result<(), TrainerError> + 'a;

/// Calls `each` with the events of the log at `path`; `plain` is what rows of tables are that name no kind; `None`: what names an order is
/// a purchase, all else a view.
///
/// # Errors
///
/// * [`TrainerError::Read`] if the file cannot be read.
/// * [`TrainerError::Foreign`] if it is something else, such as a workbook.
/// * [`TrainerError::Columns`] if a table lacks a column that it needs.
/// * [`TrainerError::NoEvents`] if there are lines and none of them tells anything: half-read logs must not replace whole ones.
/// * [`TrainerError::Strict`] at the first line that is no event, if the report is strict.
/// * Whatever `each` returns.
pub fn read_log(
    path: &Path,
    plain: Option<Kind>,
    report: &mut Report,
    progress: &mut dyn FnMut(Progress<'_>),
    each: &mut Each<'_>,
) -> Result<LogSummary, TrainerError> {
    let mut reading = Reading {
        file: path.to_string_lossy().into(),
        summary: LogSummary::default(),
        report,
        progress,
        each,
    };
    if parquet::is_parquet(path) {
        parquet::read(path, plain, &mut reading)?;
        return reading.finish(path);
    }
    let source = Source::open(path)?;
    reading.file = Arc::clone(&source.name);
    let repairs = source.repairs.clone();
    if matches!(
        source.head.trim_start().as_bytes().first(),
        Some(b'{' | b'[')
    ) {
        read_lines(source, &mut reading)?;
    } else if !source.blank {
        table::read(source, plain, &mut reading)?;
    }
    let repairs = std::mem::take(&mut *repairs.borrow_mut());
    for line in repairs.lines {
        let message = format!("bytes were not as declared, read as {}", repairs.encoding);
        reading.issue(
            line,
            None,
            IssueKind::Encoding,
            message,
            Outcome::FieldChanged,
        )?;
    }
    reading.finish(path)
}

/// A log that is being read: where issues, progress and events go.
struct Reading<'a> {
    file: Arc<str>,
    summary: LogSummary,
    report: &'a mut Report,
    progress: &'a mut dyn FnMut(Progress<'_>),
    each: &'a mut Each<'a>,
}

/// Why a line is no event.
struct Problem {
    kind: IssueKind,
    column: Option<u64>,
    message: String,
}

impl Problem {
    fn new(kind: IssueKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            column: None,
            message: message.into(),
        }
    }
}

impl Reading<'_> {
    /// Counts a line, and passes its events on or tells what is wrong with it.
    fn line(
        &mut self,
        line: u64,
        found: Result<(LogFormat, Vec<LogEvent>), Problem>,
    ) -> Result<(), TrainerError> {
        self.summary.lines += 1;
        let problem = match found {
            Ok((format, mut events)) => {
                events.iter_mut().for_each(LogEvent::settle);
                let bare = events
                    .iter()
                    .find(|event| event.kind.is_about_items() && event.items.is_empty());
                if let Some(event) = bare {
                    let message = format!("a {} that names no item", event.kind.name());
                    Problem::new(IssueKind::EventItems, message)
                } else {
                    *self.summary.formats.entry(format).or_default() += 1;
                    let told = events.iter().filter(|event| event.kind != Kind::Other);
                    self.summary.told += told.count() as u64;
                    return events.into_iter().try_for_each(|event| (self.each)(event));
                }
            }
            Err(problem) => problem,
        };
        self.summary.broken += 1;
        let Problem {
            kind,
            column,
            message,
        } = problem;
        self.issue(line, column, kind, message, Outcome::EventDropped)
    }

    fn finish(self, path: &Path) -> Result<LogSummary, TrainerError> {
        let LogSummary { lines, told, .. } = self.summary;
        if lines > 0 && told == 0 {
            return Err(TrainerError::no_events(path, lines, self.report));
        }
        Ok(self.summary)
    }

    fn issue(
        &mut self,
        line: u64,
        column: Option<u64>,
        kind: IssueKind,
        message: String,
        outcome: Outcome,
    ) -> Result<(), TrainerError> {
        self.report.raise(RowIssue {
            file: Arc::clone(&self.file),
            line,
            column,
            kind,
            field: None,
            message,
            outcome,
        })
    }

    /// Tells how far it is, now and then.
    fn progress(&mut self, line: u64, done: u64, total: u64) {
        if line.is_multiple_of(PROGRESS_LINES) {
            (self.progress)(Progress {
                stage: Stage::Events,
                name: &self.file,
                done,
                total,
                rows: line,
            });
        }
    }
}

fn read_lines(mut source: Source, reading: &mut Reading<'_>) -> Result<(), TrainerError> {
    let mut line = 0;
    loop {
        let text = read_line(&mut source)?;
        line += 1;
        let found = match &text {
            Line::End => return Ok(()),
            Line::Text { text, .. } if text.trim().is_empty() => continue,
            Line::Text { text, .. } => ga4::events_of(text),
            Line::TooLong => {
                let message = format!("the line is longer than {} MiB", MAX_ROW_BYTES >> 20);
                Err(Problem::new(IssueKind::Size, message))
            }
        };
        reading.line(line, found)?;
        reading.progress(line, source.position.get(), source.size);
    }
}

/// Microseconds since 1970; of a day its beginning.
pub(crate) fn micros(text: &str) -> Option<u64> {
    moment(text).map(|moment| moment.micros)
}

/// What serde says, without the line that it counts within the line.
fn json_problem(error: &serde_json::Error) -> Problem {
    let message = error.to_string();
    Problem {
        kind: IssueKind::Event,
        column: (error.column() > 0).then_some(error.column() as u64),
        message: message
            .split(" at line ")
            .next()
            .unwrap_or_default()
            .to_owned(),
    }
}

/// A scalar, or the one that BigQuery's `{"string_value": …, "int_value": …}` holds.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::Object(fields) => fields
            .values()
            .find_map(|value| scalar_text(value).map(|text| text.into_owned())),
        other => scalar_text(other).map(|text| text.into_owned()),
    }
}

fn text(value: Option<&Value>) -> String {
    value.and_then(text_of).unwrap_or_default()
}
