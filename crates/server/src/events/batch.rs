//! A batch of events as it comes in, and the lines that are kept of it.
//!
//! # Invariants
//! * Only what is named here is kept; whatever else a page puts into an event is passed over, whoever it would name.
//! * No profile id, no address and no session id reaches the log: lines of one visit share a pseudonym that nobody can
//!   compute from the session id, and that is another one the next day. A device has one for its name of a period, which is
//!   random. Of the address ten bits of a hash are kept, whose key is gone the next day.
//! * A text that may name a person ([`endcap::personal`]) is left out before anything is written.
//! * Times are kept in steps of five minutes; within one, the order of events.

use std::net::IpAddr;

use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use endcap::personal::{Trace, trace};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::crowd::Crowd;
use crate::problem::Problem;

/// Events in one batch: more than a page has to tell at once, and 200 clicks offline.
pub(crate) const MAX_EVENTS: usize = 200;

/// Items in one event, as in GA4.
const MAX_ITEMS: usize = 200;

/// Bytes of a text, above all of what was searched for; as in GA4.
const MAX_TEXT: usize = 100;

/// Events are taken this late: a device that was offline over a weekend.
const MAX_AGE_MICROS: u64 = 72 * 60 * 60 * 1_000_000;

/// Steps of time that are kept: what happened when is told apart no finer.
const STEP_MICROS: u64 = 300 * 1_000_000;

/// Within a step, times are numbers of events up to this one.
const MAX_NUMBER: u64 = 2_000;

/// A device has another name in each such period.
const PERIOD_MICROS: u64 = 91 * 86_400 * 1_000_000;

/// Names of GA4 that say something about products; others are not kept.
const NAMES: [&str; 17] = [
    "view_item_list",
    "select_item",
    "view_item",
    "add_to_cart",
    "remove_from_cart",
    "add_to_wishlist",
    "view_cart",
    "begin_checkout",
    "purchase",
    "refund",
    "search",
    "view_search_results",
    "view_category",
    "select_filter",
    "select_promotion",
    "view_promotion",
    // Not GA4: a category that the device has randomised, see docs/privacy.md.
    "randomised_category",
];

/// A batch that can be written to the log.
#[derive(Debug)]
pub(crate) struct Batch {
    session: String,
    /// Period and random name.
    device: Option<(u64, String)>,
    events: Vec<RawEvent>,
}

#[derive(Deserialize)]
struct RawBatch {
    consent: String,
    session: String,
    device: Option<String>,
    events: Vec<RawEvent>,
}

#[derive(Debug, Deserialize)]
struct RawEvent {
    name: String,
    timestamp_micros: Option<Value>,
    #[serde(default)]
    params: Params,
}

#[derive(Debug, Default, Deserialize)]
struct Params {
    search_term: Option<Value>,
    facet: Option<Value>,
    value: Option<Value>,
    item_list_id: Option<Value>,
    item_list_name: Option<Value>,
    items: Option<Vec<RawItem>>,
}

#[derive(Debug, Deserialize)]
struct RawItem {
    item_id: Option<Value>,
    index: Option<Value>,
    quantity: Option<Value>,
}

/// A line of the log, in the flat shape of GA4's export.
#[derive(Serialize)]
struct Line<'a> {
    event_name: &'a str,
    event_timestamp: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_pseudo_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    device_period: Option<u64>,
    network: u16,
    ga_session_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    search_term: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    facet: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    item_list_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    item_list_name: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    items: Vec<LineItem>,
}

#[derive(Serialize)]
struct LineItem {
    item_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quantity: Option<u64>,
}

impl Batch {
    /// Reads a batch.
    ///
    /// # Errors
    ///
    /// A [`Problem`] when it is no batch, is too large, or its shopper has not consented to contribute.
    pub(crate) fn read(body: &[u8]) -> Result<Self, Problem> {
        let batch: RawBatch = serde_json::from_slice(body).map_err(|error| {
            // The message of serde quotes no values of objects, but may quote a text: only the place is told.
            let place = format!("line {} column {}", error.line(), error.column());
            malformed(format!("the batch is not understood at {place}"))
        })?;
        if batch.consent != "contribute" {
            return Err(Problem::new(
                StatusCode::FORBIDDEN,
                "events/consent",
                "No consent",
                "events are taken only from shoppers who consented to contribute: send them only in that tier, with \"consent\": \"contribute\"",
            ));
        }
        if !is_name(&batch.session) {
            let length = batch.session.len();
            return Err(malformed(format!(
                "session has {length} bytes, expected 16 to 64 characters of A–Z a–z 0–9 - _"
            )));
        }
        let events = batch.events.len();
        if !(1..=MAX_EVENTS).contains(&events) {
            return Err(malformed(format!(
                "it has {events} events, expected 1 to {MAX_EVENTS}"
            )));
        }
        let device = match batch.device {
            None => None,
            Some(device) => Some(read_device(&device).ok_or_else(|| {
                malformed("device is no number of a period, a dot, and 16 to 64 characters of A–Z a–z 0–9 - _".to_owned())
            })?),
        };
        Ok(Self {
            session: batch.session,
            device,
            events: batch.events,
        })
    }

    /// The lines to keep, and how many they are. `crowd` is today's, `from` the sender's address, `now` in microseconds.
    ///
    /// # Errors
    ///
    /// A [`Problem`] when the device has sent too much today.
    pub(crate) fn lines(
        self,
        crowd: &mut Crowd,
        from: Option<IpAddr>,
        now: u64,
    ) -> Result<(Vec<u8>, usize), Problem> {
        let visit = pseudonym(&crowd.hash("visit", self.session.as_bytes()));
        // A clock that is wrong by more than a period tells of no period.
        let device = self
            .device
            .filter(|(period, _)| period.abs_diff(now / PERIOD_MICROS) <= 1);
        let period = device.as_ref().map(|(period, _)| *period);
        let device = device.map(|(period, name)| {
            pseudonym(&Sha256::digest(format!("endcap device\0{period}.{name}")))
        });
        crowd.take_device(device.as_deref().unwrap_or(&visit), self.events.len())?;
        let network = crowd.network(from);
        let (mut lines, mut count) = (Vec::new(), 0);
        for (place, event) in (1..).zip(self.events) {
            if !NAMES.contains(&event.name.as_str()) {
                continue;
            }
            // A clock that is wrong by more than that says nothing, so that ours is better.
            let plausible = |&time: &u64| time <= now && now - time <= MAX_AGE_MICROS;
            let told = event.timestamp_micros.and_then(|value| micros(&value));
            let term = typed(event.params.search_term).filter(|term| crowd.hears(from, term));
            let line = Line {
                event_name: &event.name,
                event_timestamp: coarse(told.filter(plausible).unwrap_or(now), place),
                user_pseudo_id: device.as_deref(),
                device_period: period,
                network,
                ga_session_id: &visit,
                search_term: term,
                facet: named(event.params.facet),
                value: named(event.params.value),
                item_list_id: named(event.params.item_list_id),
                item_list_name: named(event.params.item_list_name),
                items: items(event.params.items.unwrap_or_default()),
            };
            // Texts and numbers can always be written.
            if serde_json::to_writer(&mut lines, &line).is_ok() {
                lines.push(b'\n');
                count += 1;
            }
        }
        Ok((lines, count))
    }
}

/// A time in steps, with the number within its step: its own, or else the place in the batch.
fn coarse(time: u64, place: u64) -> u64 {
    let number = time % STEP_MICROS;
    let own = (1..=MAX_NUMBER).contains(&number);
    time - number + if own { number } else { place }
}

/// Whether it is random characters as the package draws them.
fn is_name(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (16..=64).contains(&text.len()) && text.bytes().all(plain)
}

/// A text that a shopper has typed, unless it may name a person.
fn typed(value: Option<Value>) -> Option<String> {
    text(value).filter(|text| trace(text).is_none())
}

/// A text of the shop's, which may repeat what a shopper has typed; numbers are its own.
fn named(value: Option<Value>) -> Option<String> {
    text(value).filter(|text| trace(text).is_none_or(|trace| trace == Trace::Number))
}

/// The period and the name of `227.AAAAAAAAAAAAAAAAAAAAAA`.
fn read_device(text: &str) -> Option<(u64, String)> {
    let (period, name) = text.split_once('.')?;
    let digits =
        (1..=5).contains(&period.len()) && period.bytes().all(|byte| byte.is_ascii_digit());
    (digits && is_name(name)).then(|| Some((period.parse().ok()?, name.to_owned())))?
}

/// A whole number; 1.795e15 is one in JSON.
fn micros(value: &Value) -> Option<u64> {
    let whole = |number: f64| (0.0..1e18).contains(&number).then_some(number as u64);
    value.as_u64().or_else(|| value.as_f64().and_then(whole))
}

fn items(items: Vec<RawItem>) -> Vec<LineItem> {
    let known = items.into_iter().take(MAX_ITEMS).filter_map(|item| {
        Some(LineItem {
            item_id: text(item.item_id)?,
            index: item.index.and_then(|value| value.as_u64()),
            quantity: item.quantity.and_then(|value| value.as_u64()),
        })
    });
    known.collect()
}

/// A text or a number as a text, neither empty nor long.
fn text(value: Option<Value>) -> Option<String> {
    let text = match value? {
        Value::String(text) => text,
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (1..=MAX_TEXT).contains(&text.len()).then_some(text)
}

fn pseudonym(hash: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(hash.get(..12).unwrap_or_default())
}

fn malformed(what: String) -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "events/malformed",
        "Not a batch of events",
        format!(
            "{what}: send {{\"consent\": \"contribute\", \"session\": \"…\", \"events\": [{{\"name\": \"view_item\", \"params\": {{\"items\": [{{\"item_id\": \"4711\"}}]}}}}]}}"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_795_000_000_000_000;

    fn lines(body: &str, key: u8) -> Vec<Value> {
        let mut crowd = Crowd::new([key; 32]);
        let from = Some("192.0.2.77".parse().unwrap());
        let batch = Batch::read(body.as_bytes()).unwrap();
        let (lines, count) = batch.lines(&mut crowd, from, NOW).unwrap();
        let lines = String::from_utf8(lines).unwrap();
        assert_eq!(lines.lines().count(), count);
        lines
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    #[test]
    fn only_what_is_known_is_kept() {
        let body = r#"{"consent":"contribute","session":"session-of-a-visit","device":"228.name-of-a-device","email":"a@b.c","events":[
            {"name":"view_search_results","timestamp_micros":1.794999999e15,"user_id":"C-1001",
             "params":{"search_term":"tap","page_location":"https://shop/?u=C-1001","items":[
               {"item_id":4711,"index":0,"item_name":"x","coupon":"ANNA"},{"item_name":"no id"}]}},
            {"name":"purchase","timestamp_micros":1,"params":{"items":[{"item_id":"9","quantity":2}],"transaction_id":"T1"}},
            {"name":"user_engagement","params":{}}]}"#;
        let found = lines(body, 1);
        assert_eq!(found.len(), 2);
        // The minute is nobody's business, the order is.
        assert_eq!(found[0]["event_timestamp"], 1_794_999_900_000_001_u64);
        assert_eq!(found[0]["search_term"], "tap");
        assert_eq!(
            found[0]["items"],
            serde_json::json!([{"item_id":"4711","index":0}])
        );
        assert_eq!(found[1]["event_timestamp"], NOW - 100_000_000 + 2);
        assert_eq!(
            found[1]["items"],
            serde_json::json!([{"item_id":"9","quantity":2}])
        );
        let all = format!("{found:?}");
        for secret in [
            "C-1001",
            "a@b.c",
            "session-of",
            "name-of",
            "192.0.2",
            "ANNA",
            "T1",
            "https",
        ] {
            assert!(!all.contains(secret), "{secret}: {all}");
        }
        // One visit has one pseudonym, and another one under tomorrow's key; the device keeps its own for the period, and the sketch of its network goes.
        let tomorrow = lines(body, 2);
        assert_eq!(found[0]["ga_session_id"], found[1]["ga_session_id"]);
        assert_ne!(found[0]["ga_session_id"], tomorrow[0]["ga_session_id"]);
        assert_eq!(found[0]["user_pseudo_id"], tomorrow[0]["user_pseudo_id"]);
        assert_eq!(found[0]["device_period"], 228);
        assert_ne!(found[0]["network"], tomorrow[0]["network"]);
        let next = lines(&body.replace("228.", "229."), 1);
        assert_ne!(found[0]["user_pseudo_id"], next[0]["user_pseudo_id"]);
        // A clock that is years off, and a client that tells none: nobody.
        for nobody in [
            body.replace("228.", "12."),
            body.replace("\"device\"", "\"other\""),
        ] {
            let found = lines(&nobody, 1);
            assert_eq!(found[0].get("user_pseudo_id"), None);
            assert_eq!(found[0].get("device_period"), None);
        }
    }

    /// What names a person in any field is not written, and the event is all the same.
    #[test]
    fn texts_that_may_name_a_person_are_not_written() {
        let texts = [
            "erika (at) example punkt org",
            "Hauptstr. 5a",
            "erika mustermann",
            "0170-123456",
        ];
        for text in texts {
            let body = format!(
                r#"{{"consent":"contribute","session":"session-of-a-visit","events":[{{"name":"search","params":{{
                    "search_term":"{text}","item_list_name":"Results for {text}","value":"{text}","facet":"brand"}}}}]}}"#
            );
            let [line] = lines(&body, 1).try_into().unwrap();
            assert_eq!(line.get("search_term"), None, "{line}");
            assert_eq!(line["facet"], "brand");
            // Only the shop's own texts may have long numbers.
            let is_number = text.starts_with('0');
            assert_eq!(line.get("value").is_some(), is_number, "{line}");
            assert_eq!(line.get("item_list_name").is_some(), is_number, "{line}");
        }
    }

    #[test]
    fn what_is_no_consented_batch_is_refused() {
        let code = |body: &str| Batch::read(body.as_bytes()).unwrap_err().code();
        let batch = |consent: &str, session: &str, events: usize| {
            let events = vec![r#"{"name":"search"}"#; events].join(",");
            format!(r#"{{"consent":"{consent}","session":"{session}","events":[{events}]}}"#)
        };
        let session = "0123456789abcdef";
        assert!(Batch::read(batch("contribute", session, 200).as_bytes()).is_ok());
        assert_eq!(code(&batch("sync", session, 1)), "events/consent");
        assert_eq!(code(&batch("contribute", session, 0)), "events/malformed");
        assert_eq!(code(&batch("contribute", session, 201)), "events/malformed");
        assert_eq!(code(&batch("contribute", "short", 1)), "events/malformed");
        assert_eq!(
            code(&batch("contribute", "with a space inside", 1)),
            "events/malformed"
        );
        let device = |device: &str| {
            batch("contribute", session, 1)
                .replace("\"events\"", &format!("\"device\":\"{device}\",\"events\""))
        };
        assert!(Batch::read(device("228.0123456789abcdef").as_bytes()).is_ok());
        for wrong in [
            "",
            "0123456789abcdef",
            "228.short",
            "+228.0123456789abcdef",
            "999999.0123456789abcdef",
        ] {
            assert_eq!(code(&device(wrong)), "events/malformed");
        }
        for nonsense in ["", "[]", "{}", "\u{0}", "{\"consent\":\"contribute\"}"] {
            assert_eq!(code(nonsense), "events/malformed");
        }
        let deep = "[".repeat(100_000);
        assert_eq!(code(&deep), "events/malformed");
    }
}
