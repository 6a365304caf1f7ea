//! XML: RSS 2.0 `<item>`, Atom `<entry>`, or `<product>`, with or without the `g:` namespace.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::feed::elements::{Element, ElementRows, Elements, Take};
use crate::feed::row::{Origin, Row};
use crate::source::Source;

/// Elements that hold one product.
const ITEM_ELEMENTS: [&str; 5] = ["item", "entry", "product", "offer", "shopitem"];

/// The rows of a document.
pub(crate) fn rows(source: Source) -> ElementRows {
    let file = Arc::clone(&source.name);
    let elements = Elements::new(source, take);
    ElementRows::new(elements, Box::new(move |item, _| row(item, &file)))
}

fn take(name: &str) -> Take {
    match ITEM_ELEMENTS
        .iter()
        .any(|item| name.eq_ignore_ascii_case(item))
    {
        true => Take::Whole,
        false => Take::Pass,
    }
}

fn row(item: Element, file: &Arc<str>) -> Row {
    let mut fields = item.children;
    fields.sort_by_key(|field| !field.preferred);
    let places = fields.iter().map(|field| field.place).collect();
    Row {
        file: Arc::clone(file),
        line: item.place.0,
        fields: fields.into_iter().map(field).collect(),
        origin: Origin::Xml(places),
    }
}

fn field(element: Element) -> (String, Value) {
    // Atom writes the address as an attribute: `<link href="…"/>`.
    let href = element.attribute("href").unwrap_or_default();
    let value = if element.children.is_empty() {
        Value::String(format!("{href}{}", element.text).trim().to_owned())
    } else {
        let mut members = Map::new();
        for (name, value) in element.children.into_iter().map(field) {
            match members.entry(name) {
                serde_json::map::Entry::Vacant(entry) => {
                    entry.insert(value);
                }
                serde_json::map::Entry::Occupied(mut entry) => match entry.get_mut() {
                    Value::Array(values) => values.push(value),
                    first => *first = Value::Array(vec![first.take(), value]),
                },
            }
        }
        Value::Object(members)
    };
    (element.name, value)
}
