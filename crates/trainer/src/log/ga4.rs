//! GA4 e-commerce events, flat or as BigQuery exports them; what is Segment's goes on to [`super::segment`].

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::{
    Contribution, Kind, LogEvent, LogFormat, LogItem, Problem, channel, json_problem, micros,
    pieces, segment, text, text_of,
};
use crate::issue::IssueKind;

/// Length of the visit's name, which Endcap's log had for the shopper's, too, before devices had names.
const VISIT_NAME: usize = 16;

#[derive(Deserialize)]
pub(super) struct RawEvent {
    event_name: Option<String>,
    /// Segment's name of an event.
    event: Option<IgnoredAny>,
    /// Segment's kind of call.
    r#type: Option<Value>,
    event_timestamp: Option<Value>,
    user_id: Option<Value>,
    user_pseudo_id: Option<Value>,
    /// Endcap's own log: the period of the device's name, and a sketch of its network.
    device_period: Option<u16>,
    network: Option<u16>,
    ga_session_id: Option<Value>,
    transaction_id: Option<Value>,
    channel: Option<Value>,
    search_term: Option<Value>,
    facet: Option<Value>,
    value: Option<Value>,
    item_list_id: Option<Value>,
    item_list_name: Option<Value>,
    items: Option<Vec<Option<RawItem>>>,
    event_params: Option<Vec<Param>>,
    ecommerce: Option<Ecommerce>,
}

#[derive(Deserialize)]
struct RawItem {
    item_id: Option<Value>,
    index: Option<Value>,
    item_list_index: Option<Value>,
    quantity: Option<Value>,
}

#[derive(Deserialize)]
struct Param {
    key: String,
    value: Option<Value>,
}

#[derive(Deserialize)]
struct Ecommerce {
    transaction_id: Option<Value>,
}

/// The events of a line of JSON.
pub(super) fn events_of(line: &str) -> Result<(LogFormat, Vec<LogEvent>), Problem> {
    let raw: RawEvent = serde_json::from_str(line).map_err(|error| json_problem(&error))?;
    let call = || segment::is_call(&text(raw.r#type.as_ref()));
    if raw.event_name.is_none() && (raw.event.is_some() || call()) {
        return Ok((LogFormat::Segment, segment::events_of(line)?));
    }
    raw.events()
}

impl RawEvent {
    pub(super) fn events(self) -> Result<(LogFormat, Vec<LogEvent>), Problem> {
        let Some(name) = self.event_name else {
            let message = "neither `event_name`, as GA4 has it, nor `event`, as Segment does";
            return Err(Problem::new(IssueKind::Event, message));
        };
        let format = match self.event_params {
            Some(_) => LogFormat::BigQuery,
            None => LogFormat::Ga4,
        };
        let params = self.event_params.unwrap_or_default();
        let said = |own: &Option<Value>, name: &str| -> String {
            let own = own.as_ref().and_then(text_of);
            own.or_else(|| {
                let found = params.iter().find(|param| param.key == name)?;
                text_of(found.value.as_ref()?)
            })
            .unwrap_or_default()
        };
        let first = |one: String, other: String| if one.is_empty() { other } else { one };
        let time = said(&self.event_timestamp, "event_timestamp");
        let time = match time.as_str() {
            "" => 0,
            text => event_time(text).ok_or_else(|| {
                let message = format!(
                    "event_timestamp is {text:?}, neither microseconds since 1970 nor a date"
                );
                Problem::new(IssueKind::EventTime, message)
            })?,
        };
        let mut items: Vec<(u64, LogItem)> = self
            .items
            .unwrap_or_default()
            .into_iter()
            .flatten()
            .filter_map(|item| {
                let id = text_of(item.item_id.as_ref()?).filter(|id| !id.is_empty())?;
                let place = text(item.index.or(item.item_list_index).as_ref());
                let quantity = pieces(&text(item.quantity.as_ref()));
                Some((place.parse().unwrap_or(0), LogItem { id, quantity }))
            })
            .collect();
        // The order of the list is the order of places; without places it is that of the line.
        items.sort_by_key(|&(place, _)| place);
        let order = self.ecommerce.and_then(|sale| sale.transaction_id);
        let session = said(&self.ga_session_id, "ga_session_id");
        let mut shopper = first(
            said(&self.user_id, "user_id"),
            said(&self.user_pseudo_id, "user_pseudo_id"),
        );
        let mut contribution = self.network.map(|network| Contribution {
            period: self.device_period,
            network,
        });
        if shopper.len() == VISIT_NAME && shopper == session {
            // A visit is nobody.
            shopper.clear();
            contribution.get_or_insert(Contribution {
                period: None,
                network: 0,
            });
        }
        let event = LogEvent {
            time,
            kind: Kind::of(&name),
            session,
            shopper,
            contribution,
            order: first(
                said(&self.transaction_id, "transaction_id"),
                text(order.as_ref()),
            ),
            channel: channel(&said(&self.channel, "channel")),
            search_term: said(&self.search_term, "search_term"),
            facet: said(&self.facet, "facet"),
            value: said(&self.value, "value"),
            list: first(
                said(&self.item_list_id, "item_list_id"),
                said(&self.item_list_name, "item_list_name"),
            ),
            items: items.into_iter().map(|(_, item)| item).collect(),
        };
        Ok((format, vec![event]))
    }
}

/// Whole numbers are microseconds, as GA4 has them, whatever their size; all else is read as in tables.
fn event_time(text: &str) -> Option<u64> {
    match text.parse() {
        Ok(time) => Some(time),
        Err(_) => micros(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flat_and_exported_events_are_read_alike() {
        let read = |line: &str| events_of(line).ok().unwrap();
        let (flat_format, flat) = read(
            r#"{"event_name":"view_search_results","event_timestamp":17,"user_pseudo_id":"u","ga_session_id":3,"search_term":"tap","items":[{"item_id":"b","index":1,"quantity":2},{"item_id":7,"index":0},null]}"#,
        );
        let (exported_format, exported) = read(
            r#"{"event_name":"view_search_results","event_timestamp":"17","user_id":null,"user_pseudo_id":"u","event_params":[{"key":"ga_session_id","value":{"int_value":"3"}},{"key":"search_term","value":{"string_value":"tap","int_value":null}}],"items":[{"item_id":"b","item_list_index":"1","quantity":"2"},{"item_id":"7","item_list_index":"0"}]}"#,
        );
        assert_eq!(flat, exported);
        assert_eq!(
            (flat_format, exported_format),
            (LogFormat::Ga4, LogFormat::BigQuery)
        );
        let ids: Vec<&str> = flat[0].items.iter().map(|item| item.id.as_str()).collect();
        assert_eq!(ids, ["7", "b"]);
        assert_eq!((flat[0].time, flat[0].items[1].quantity), (17, 2));
    }

    #[test]
    fn what_is_no_event_is_told() {
        let code = |line: &str| events_of(line).err().map(|problem| problem.kind.code());
        assert_eq!(code("{"), Some("events/json"));
        assert_eq!(code(r#"{"name":"x"}"#), Some("events/json"));
        assert_eq!(
            code(r#"{"event_name":"search","event_timestamp":"soon"}"#),
            Some("events/time")
        );
        assert_eq!(code(r#"{"event_name":"search"}"#), None);
        assert_eq!(code(r#"{"type":"page"}"#), None);
    }

    #[test]
    fn times_are_microseconds_or_dates() {
        for (told, time) in [
            ("3000000", 3_000_000),
            ("1291191960000", 1_291_191_960_000),
            ("\"1291191960000000\"", 1_291_191_960_000_000),
            ("\"2010-12-01T08:26:00Z\"", 1_291_191_960_000_000),
        ] {
            let line = format!(r#"{{"event_name":"search","event_timestamp":{told}}}"#);
            let (_, events) = events_of(&line).ok().unwrap();
            assert_eq!(events[0].time, time, "{told}");
        }
    }
}
