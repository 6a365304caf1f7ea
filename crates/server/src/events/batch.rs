//! A batch of events as it comes in, and the lines that are kept of it.
//!
//! # Invariants
//! * Only what is named here is kept; whatever else a page puts into an event is passed over, whoever it would name.
//! * No profile id, no address and no session id reaches the log: lines of one visit share a pseudonym that nobody can
//!   compute from the session id, and that is another one the next day.

use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::Sha256;

use crate::problem::Problem;

/// Events in one batch: more than a page has to tell at once, and 200 clicks offline.
pub(crate) const MAX_EVENTS: usize = 200;

/// Items in one event, as in GA4.
const MAX_ITEMS: usize = 200;

/// Bytes of a text, above all of what was searched for; as in GA4.
const MAX_TEXT: usize = 100;

/// Events are taken this late: a device that was offline over a weekend.
const MAX_AGE_MICROS: u64 = 72 * 60 * 60 * 1_000_000;

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
    events: Vec<RawEvent>,
}

#[derive(Deserialize)]
struct RawBatch {
    consent: String,
    session: String,
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
    user_pseudo_id: &'a str,
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
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        let length = batch.session.len();
        if !(16..=64).contains(&length) || !batch.session.bytes().all(plain) {
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
        Ok(Self {
            session: batch.session,
            events: batch.events,
        })
    }

    /// The lines to keep, and how many they are. `day_key` makes the pseudonym; `now` is in microseconds.
    pub(crate) fn lines(self, day_key: &[u8; 32], now: u64) -> (Vec<u8>, usize) {
        let pseudonym = pseudonym(day_key, &self.session);
        let (mut lines, mut count) = (Vec::new(), 0);
        for event in self.events {
            if !NAMES.contains(&event.name.as_str()) {
                continue;
            }
            // A clock that is wrong by more than that says nothing, so that ours is better.
            let plausible = |&time: &u64| time <= now && now - time <= MAX_AGE_MICROS;
            let told = event.timestamp_micros.and_then(|value| micros(&value));
            let line = Line {
                event_name: &event.name,
                event_timestamp: told.filter(plausible).unwrap_or(now),
                user_pseudo_id: &pseudonym,
                ga_session_id: &pseudonym,
                search_term: text(event.params.search_term),
                facet: text(event.params.facet),
                value: text(event.params.value),
                item_list_id: text(event.params.item_list_id),
                item_list_name: text(event.params.item_list_name),
                items: items(event.params.items.unwrap_or_default()),
            };
            // Texts and numbers can always be written.
            if serde_json::to_writer(&mut lines, &line).is_ok() {
                lines.push(b'\n');
                count += 1;
            }
        }
        (lines, count)
    }
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

fn pseudonym(day_key: &[u8; 32], session: &str) -> String {
    // HMAC takes keys of any length.
    let Ok(mac) = Hmac::<Sha256>::new_from_slice(day_key) else {
        return String::new();
    };
    let digest = mac.chain_update(session).finalize().into_bytes();
    URL_SAFE_NO_PAD.encode(digest.get(..12).unwrap_or_default())
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
        let (lines, count) = Batch::read(body.as_bytes()).unwrap().lines(&[key; 32], NOW);
        let lines = String::from_utf8(lines).unwrap();
        assert_eq!(lines.lines().count(), count);
        lines
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    #[test]
    fn only_what_is_known_is_kept() {
        let body = r#"{"consent":"contribute","session":"session-of-a-visit","email":"a@b.c","events":[
            {"name":"view_search_results","timestamp_micros":1.794999999e15,"user_id":"C-1001",
             "params":{"search_term":"tap","page_location":"https://shop/?u=C-1001","items":[
               {"item_id":4711,"index":0,"item_name":"x","coupon":"ANNA"},{"item_name":"no id"}]}},
            {"name":"purchase","timestamp_micros":1,"params":{"items":[{"item_id":"9","quantity":2}],"transaction_id":"T1"}},
            {"name":"user_engagement","params":{}}]}"#;
        let found = lines(body, 1);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0]["event_timestamp"], 1_794_999_999_000_000_u64);
        assert_eq!(found[0]["search_term"], "tap");
        assert_eq!(
            found[0]["items"],
            serde_json::json!([{"item_id":"4711","index":0}])
        );
        assert_eq!(found[1]["event_timestamp"], NOW);
        assert_eq!(
            found[1]["items"],
            serde_json::json!([{"item_id":"9","quantity":2}])
        );
        let all = format!("{found:?}");
        for secret in ["C-1001", "a@b.c", "session-of", "ANNA", "T1", "https"] {
            assert!(!all.contains(secret), "{secret}: {all}");
        }
        // One visit has one pseudonym, and another one under tomorrow's key.
        assert_eq!(found[0]["ga_session_id"], found[1]["ga_session_id"]);
        assert_ne!(
            found[0]["ga_session_id"],
            lines(body, 2)[0]["ga_session_id"]
        );
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
        for nonsense in ["", "[]", "{}", "\u{0}", "{\"consent\":\"contribute\"}"] {
            assert_eq!(code(nonsense), "events/malformed");
        }
        let deep = "[".repeat(100_000);
        assert_eq!(code(&deep), "events/malformed");
    }
}
