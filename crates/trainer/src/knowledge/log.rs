//! Event logs in, events out: GA4 e-commerce as JSON Lines, flat or as BigQuery exports it.
//!
//! Lines may be in any of these shapes, also mixed: `event_name`, `event_timestamp` (microseconds), `user_pseudo_id`, and the
//! parameters either beside them or in `event_params` as `{"key", "value": {"string_value" | "int_value" | …}}`.

use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use crate::build::{Progress, Stage};
use crate::error::TrainerError;
use crate::feed::{Line, MAX_ROW_BYTES, read_line, scalar_text};
use crate::issue::{IssueKind, Outcome, Report, RowIssue};
use crate::source::Source;

/// An event of the log, as far as knowledge is concerned.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LogEvent {
    /// Microseconds since 1970.
    pub(crate) time: u64,
    /// GA4's name.
    pub(crate) name: String,
    pub(crate) search_term: String,
    pub(crate) facet: String,
    pub(crate) value: String,
    /// `item_list_id`, else `item_list_name`.
    pub(crate) list: String,
    /// Items in their order, with their place in the list where the log tells it.
    pub(crate) items: Vec<String>,
    /// Who did it; "" where the log does not say.
    pub(crate) shopper: String,
    /// On which visit; "" where the log does not say.
    pub(crate) visit: String,
}

#[derive(Deserialize)]
struct RawEvent {
    event_name: String,
    event_timestamp: Option<Value>,
    user_id: Option<Value>,
    user_pseudo_id: Option<Value>,
    ga_session_id: Option<Value>,
    search_term: Option<Value>,
    facet: Option<Value>,
    value: Option<Value>,
    item_list_id: Option<Value>,
    item_list_name: Option<Value>,
    items: Option<Vec<Option<RawItem>>>,
    #[serde(default)]
    event_params: Option<Vec<Param>>,
}

#[derive(Deserialize)]
struct RawItem {
    item_id: Option<Value>,
    index: Option<Value>,
    item_list_index: Option<Value>,
}

#[derive(Deserialize)]
struct Param {
    key: String,
    value: Option<Value>,
}

/// Calls `visit` with each event of the log at `path`; returns the number of lines.
///
/// # Errors
///
/// * [`TrainerError::Read`] if the file cannot be read.
/// * [`TrainerError::Strict`] at the first line that is no event, if the report is strict.
pub(crate) fn read_log(
    path: &Path,
    report: &mut Report,
    progress: &mut dyn FnMut(Progress<'_>),
    mut visit: impl FnMut(LogEvent),
) -> Result<u64, TrainerError> {
    let mut source = Source::open(path)?;
    let file = Arc::clone(&source.name);
    let mut line = 0;
    loop {
        let text = match read_line(&mut source)? {
            Line::End => return Ok(line),
            Line::TooLong => None,
            Line::Text { text, .. } => Some(text),
        };
        line += 1;
        let problem = match text {
            None => Some((
                IssueKind::Size,
                None,
                format!("the line is longer than {} MiB", MAX_ROW_BYTES >> 20),
            )),
            Some(text) if text.trim().is_empty() => None,
            Some(text) => match serde_json::from_str::<RawEvent>(&text) {
                Ok(raw) => {
                    visit(raw.into_event());
                    None
                }
                Err(error) => {
                    let message = error.to_string();
                    let message = message.split(" at line ").next().unwrap_or_default();
                    Some((
                        IssueKind::Event,
                        Some(error.column() as u64),
                        message.to_owned(),
                    ))
                }
            },
        };
        if let Some((kind, column, message)) = problem {
            report.raise(RowIssue {
                file: Arc::clone(&file),
                line,
                column,
                kind,
                field: None,
                message,
                outcome: Outcome::EventDropped,
            })?;
        }
        if line % 1024 == 0 {
            progress(Progress {
                stage: Stage::Events,
                name: &file,
                done: source.position.get(),
                total: source.size,
                rows: line,
            });
        }
    }
}

impl RawEvent {
    fn into_event(self) -> LogEvent {
        let params = self.event_params.unwrap_or_default();
        let param = |name: &str| {
            let found = params.iter().find(|param| param.key == name)?;
            text_of(found.value.as_ref()?)
        };
        let text = |own: &Option<Value>, name: &str| {
            own.as_ref()
                .and_then(text_of)
                .or_else(|| param(name))
                .unwrap_or_default()
        };
        let mut items: Vec<(u64, String)> = self
            .items
            .unwrap_or_default()
            .into_iter()
            .flatten()
            .filter_map(|item| {
                let id = item.item_id.as_ref().and_then(text_of)?;
                let place = item.index.or(item.item_list_index);
                let place = place.as_ref().and_then(text_of);
                Some((place.and_then(|place| place.parse().ok()).unwrap_or(0), id))
            })
            .filter(|(_, id)| !id.is_empty())
            .collect();
        // The order of the list is the order of places; without places it is that of the line.
        items.sort_by_key(|&(place, _)| place);
        let shopper = text(&self.user_id, "user_id");
        let list = text(&self.item_list_id, "item_list_id");
        LogEvent {
            time: text(&self.event_timestamp, "event_timestamp")
                .parse()
                .unwrap_or(0),
            search_term: text(&self.search_term, "search_term"),
            facet: text(&self.facet, "facet"),
            value: text(&self.value, "value"),
            list: if list.is_empty() {
                text(&self.item_list_name, "item_list_name")
            } else {
                list
            },
            items: items.into_iter().map(|(_, id)| id).collect(),
            shopper: if shopper.is_empty() {
                text(&self.user_pseudo_id, "user_pseudo_id")
            } else {
                shopper
            },
            visit: text(&self.ga_session_id, "ga_session_id"),
            name: self.event_name,
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flat_and_exported_events_are_read_alike() {
        let read = |line: &str| serde_json::from_str::<RawEvent>(line).unwrap().into_event();
        let flat = read(
            r#"{"event_name":"view_search_results","event_timestamp":17,"user_pseudo_id":"u","ga_session_id":3,"search_term":"tap","items":[{"item_id":"b","index":1},{"item_id":7,"index":0},null]}"#,
        );
        let exported = read(
            r#"{"event_name":"view_search_results","event_timestamp":"17","user_id":null,"user_pseudo_id":"u","event_params":[{"key":"ga_session_id","value":{"int_value":"3"}},{"key":"search_term","value":{"string_value":"tap","int_value":null}}],"items":[{"item_id":"b","item_list_index":"1"},{"item_id":"7","item_list_index":"0"}]}"#,
        );
        assert_eq!(flat, exported);
        assert_eq!(flat.items, ["7", "b"]);
        assert_eq!(flat.time, 17);
    }
}
