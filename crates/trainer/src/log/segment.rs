//! Segment's e-commerce events (`track` calls of its specification, version 2, and the names of version 1).

use serde::Deserialize;
use serde_json::Value;

use super::{
    Kind, LogEvent, LogItem, Problem, channel, json_problem, micros, pieces, text, text_of,
};
use crate::issue::IssueKind;

/// Segment's names in lower case, and what they are here.
const NAMES: [(&str, Kind); 19] = [
    ("products searched", Kind::Search),
    ("product list viewed", Kind::ViewItemList),
    ("viewed product category", Kind::ViewItemList),
    ("product list filtered", Kind::SelectFilter),
    ("product clicked", Kind::SelectItem),
    ("product viewed", Kind::ViewItem),
    ("viewed product", Kind::ViewItem),
    ("product added to wishlist", Kind::AddToWishlist),
    ("wishlist product added to cart", Kind::AddToCart),
    ("product added", Kind::AddToCart),
    ("added product", Kind::AddToCart),
    ("product removed", Kind::RemoveFromCart),
    ("removed product", Kind::RemoveFromCart),
    ("order completed", Kind::Purchase),
    ("completed order", Kind::Purchase),
    ("order refunded", Kind::Refund),
    ("order cancelled", Kind::Refund),
    ("refunded order", Kind::Refund),
    ("product returned", Kind::Refund),
];

/// A raw line has several spellings and several times beside each other, so none is an alias of another.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawEvent {
    r#type: Option<Value>,
    event: Option<Value>,
    user_id: Option<Value>,
    #[serde(rename = "user_id")]
    user_id_snake: Option<Value>,
    anonymous_id: Option<Value>,
    #[serde(rename = "anonymous_id")]
    anonymous_id_snake: Option<Value>,
    /// Corrected by Segment for a wrong clock; the others stand in where it is missing.
    timestamp: Option<Value>,
    original_timestamp: Option<Value>,
    #[serde(rename = "original_timestamp")]
    original_timestamp_snake: Option<Value>,
    sent_at: Option<Value>,
    received_at: Option<Value>,
    #[serde(default)]
    properties: Properties,
    #[serde(default)]
    context: Context,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Context {
    session_id: Option<Value>,
    #[serde(rename = "session_id")]
    session_id_snake: Option<Value>,
}

/// Calls beside `track`: pages show that a visit goes on, the others say nothing of products.
const PAGES: [&str; 2] = ["page", "screen"];
const OTHERS: [&str; 3] = ["identify", "group", "alias"];

/// Whether a line without an event's name is one of Segment's other calls.
pub(super) fn is_call(kind: &str) -> bool {
    PAGES.contains(&kind) || OTHERS.contains(&kind)
}

#[derive(Default, Deserialize)]
struct Properties {
    session_id: Option<Value>,
    order_id: Option<Value>,
    channel: Option<Value>,
    query: Option<Value>,
    list_id: Option<Value>,
    category: Option<Value>,
    filters: Option<Vec<Filter>>,
    products: Option<Vec<Product>>,
    #[serde(flatten)]
    product: Product,
}

#[derive(Deserialize)]
struct Filter {
    r#type: Option<Value>,
    value: Option<Value>,
}

#[derive(Default, Deserialize)]
struct Product {
    product_id: Option<Value>,
    sku: Option<Value>,
    position: Option<Value>,
    quantity: Option<Value>,
}

impl Product {
    fn item(&self) -> Option<(u64, LogItem)> {
        let id = self.product_id.as_ref().and_then(text_of);
        let id = id.filter(|id| !id.is_empty());
        let id = id.or_else(|| self.sku.as_ref().and_then(text_of))?;
        let quantity = pieces(&text(self.quantity.as_ref()));
        let place = text(self.position.as_ref()).parse().unwrap_or(0);
        (!id.is_empty()).then_some((place, LogItem { id, quantity }))
    }
}

/// The events of a line: one, but one per facet where a list was filtered, and the list itself where it is a category.
pub(super) fn events_of(line: &str) -> Result<Vec<LogEvent>, Problem> {
    let raw: RawEvent = serde_json::from_str(line).map_err(|error| json_problem(&error))?;
    let call = text(raw.r#type.as_ref());
    if OTHERS.contains(&call.as_str()) {
        return Ok(Vec::new());
    }
    let name = match PAGES.contains(&call.as_str()) {
        true => String::new(),
        false => text(raw.event.as_ref()),
    };
    let name = name.trim().to_lowercase().replace('_', " ");
    let named = NAMES.iter().find(|(known, _)| *known == name);
    let kind = named.map_or(Kind::Other, |(_, kind)| *kind);
    let first_of = |values: &[&Option<Value>]| {
        let texts = values.iter().map(|value| text(value.as_ref()));
        texts
            .into_iter()
            .find(|text| !text.trim().is_empty())
            .unwrap_or_default()
    };
    let time = first_of(&[
        &raw.timestamp,
        &raw.original_timestamp,
        &raw.original_timestamp_snake,
        &raw.sent_at,
        &raw.received_at,
    ]);
    let time = match time.as_str() {
        "" => 0,
        text => micros(text).ok_or_else(|| {
            let message = format!("timestamp is {text:?}, not as 2026-01-31T12:00:00Z");
            Problem::new(IssueKind::EventTime, message)
        })?,
    };
    let properties = raw.properties;
    let mut items: Vec<(u64, LogItem)> = match &properties.products {
        Some(products) => products.iter().filter_map(Product::item).collect(),
        None => properties.product.item().into_iter().collect(),
    };
    items.sort_by_key(|&(place, _)| place);
    let category = text(properties.category.as_ref());
    let event = LogEvent {
        time,
        kind,
        session: first_of(&[
            &properties.session_id,
            &raw.context.session_id,
            &raw.context.session_id_snake,
        ]),
        shopper: first_of(&[
            &raw.user_id,
            &raw.user_id_snake,
            &raw.anonymous_id,
            &raw.anonymous_id_snake,
        ]),
        order: text(properties.order_id.as_ref()),
        channel: channel(&text(properties.channel.as_ref())),
        search_term: text(properties.query.as_ref()),
        list: text(properties.list_id.as_ref()),
        items: items.into_iter().map(|(_, item)| item).collect(),
        ..LogEvent::default()
    };
    Ok(match kind {
        Kind::SelectFilter => properties
            .filters
            .unwrap_or_default()
            .iter()
            .map(|filter| LogEvent {
                facet: text(filter.r#type.as_ref()),
                value: text(filter.value.as_ref()),
                items: Vec::new(),
                ..event.clone()
            })
            .collect(),
        Kind::ViewItemList if !category.is_empty() => {
            let opened = LogEvent {
                kind: Kind::ViewCategory,
                value: category,
                items: Vec::new(),
                ..event.clone()
            };
            vec![opened, event]
        }
        _ => vec![event],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Vec<LogEvent> {
        events_of(line).ok().unwrap()
    }

    #[test]
    fn an_order_and_its_return() {
        let order = |name: &str| {
            read(&format!(
                r#"{{"type":"track","event":"{name}","anonymousId":"a","userId":"u","timestamp":"2010-12-01T08:26:00Z","context":{{"sessionId":9}},"properties":{{"order_id":"o1","products":[{{"product_id":"p1","quantity":2}},{{"sku":"s2"}}]}}}}"#
            ))
        };
        let bought = &order("Order Completed")[0];
        assert_eq!(bought.kind, Kind::Purchase);
        assert_eq!(bought.time, 1_291_191_960_000_000);
        assert_eq!(
            (bought.shopper.as_str(), bought.session.as_str()),
            ("u", "9")
        );
        let items: Vec<(&str, u32)> = bought
            .items
            .iter()
            .map(|item| (item.id.as_str(), item.quantity))
            .collect();
        assert_eq!(items, [("p1", 2), ("s2", 1)]);
        let back = &order("Order Refunded")[0];
        assert_eq!((back.kind, back.order.as_str()), (Kind::Refund, "o1"));
    }

    #[test]
    fn a_view_and_a_filtered_list() {
        let view = read(
            r#"{"event":"product_viewed","anonymousId":"a","properties":{"product_id":7,"category":"Taps"}}"#,
        );
        assert_eq!(
            (view[0].kind, view[0].items[0].id.as_str()),
            (Kind::ViewItem, "7")
        );
        let filtered = read(
            r#"{"event":"Product List Filtered","properties":{"filters":[{"type":"colour","value":"red"},{"type":"size","value":4}]}}"#,
        );
        let facets: Vec<(&str, &str)> = filtered
            .iter()
            .map(|event| (event.facet.as_str(), event.value.as_str()))
            .collect();
        assert_eq!(facets, [("colour", "red"), ("size", "4")]);
    }

    #[test]
    fn raw_lines_have_every_time_and_spelling_beside_each_other() {
        let line = r#"{"type":"track","event":"Product Viewed","userId":null,"user_id":"u","anonymousId":"a","anonymous_id":"b",
            "originalTimestamp":"2010-12-01T08:00:00Z","sentAt":"2010-12-01T08:00:01Z","receivedAt":"2010-12-01T08:00:02Z",
            "timestamp":"2010-12-01T08:26:00Z","context":{"sessionId":"","session_id":5},"properties":{"product_id":"A"}}"#;
        let view = &read(line)[0];
        assert_eq!(view.time, 1_291_191_960_000_000);
        assert_eq!((view.shopper.as_str(), view.session.as_str()), ("u", "5"));
        let early = &read(&line.replace("\"timestamp\"", "\"elsewhere\""))[0];
        assert_eq!(early.time, 1_291_190_400_000_000, "the original one");
    }

    #[test]
    fn other_calls_are_no_tracks_and_no_errors() {
        let call = |kind: &str| {
            read(&format!(
                r#"{{"type":"{kind}","anonymousId":"a","name":"Home","properties":{{"product_id":"A"}},"timestamp":"2010-12-01"}}"#
            ))
        };
        for kind in ["page", "screen"] {
            assert_eq!(
                (call(kind).len(), call(kind)[0].kind),
                (1, Kind::Other),
                "{kind}"
            );
        }
        for kind in ["identify", "group", "alias"] {
            assert!(call(kind).is_empty(), "{kind}");
        }
    }
}
