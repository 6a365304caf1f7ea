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

#[derive(Deserialize)]
struct RawEvent {
    event: String,
    #[serde(rename = "userId", alias = "user_id")]
    user: Option<Value>,
    #[serde(rename = "anonymousId", alias = "anonymous_id")]
    anonymous: Option<Value>,
    #[serde(alias = "originalTimestamp", alias = "original_timestamp")]
    timestamp: Option<Value>,
    #[serde(default)]
    properties: Properties,
    #[serde(default)]
    context: Context,
}

#[derive(Default, Deserialize)]
struct Context {
    #[serde(rename = "sessionId", alias = "session_id")]
    session: Option<Value>,
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
    let name = raw.event.trim().to_lowercase().replace('_', " ");
    let named = NAMES.iter().find(|(known, _)| *known == name);
    let kind = named.map_or(Kind::Other, |(_, kind)| *kind);
    let time = match text(raw.timestamp.as_ref()).as_str() {
        "" => 0,
        text => micros(text).ok_or_else(|| {
            let message = format!("timestamp is {text:?}, not as 2026-01-31T12:00:00Z");
            Problem::new(IssueKind::EventTime, message)
        })?,
    };
    let properties = raw.properties;
    let first = |one: &Option<Value>, other: &Option<Value>| match text(one.as_ref()) {
        one if one.is_empty() => text(other.as_ref()),
        one => one,
    };
    let mut items: Vec<(u64, LogItem)> = match &properties.products {
        Some(products) => products.iter().filter_map(Product::item).collect(),
        None => properties.product.item().into_iter().collect(),
    };
    items.sort_by_key(|&(place, _)| place);
    let category = text(properties.category.as_ref());
    let event = LogEvent {
        time,
        kind,
        session: first(&properties.session_id, &raw.context.session),
        shopper: first(&raw.user, &raw.anonymous),
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
}
