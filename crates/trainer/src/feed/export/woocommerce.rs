//! WooCommerce's product export (`Products > Export`): columns as WordPress names them in English.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{Export, Read};
use crate::feed::row::Row;

/// What variations take from their parent.
#[derive(Default)]
pub(super) struct WooCommerce {
    parents: HashMap<String, Parent>,
}

#[derive(Clone, Default)]
struct Parent {
    hidden: bool,
    /// The name that all of its variations share.
    group: String,
    inherited: Vec<(String, Value)>,
}

/// Fields that a variation leaves empty where its parent says the same.
const INHERITED: [&str; 4] = ["product_type", "description", "brand", "image_link"];

impl Export for WooCommerce {
    fn read(&mut self, row: Row) -> Read {
        let cell = |name: &str| row.text(name).unwrap_or_default().into_owned();
        let (id, sku) = (own(&row, "id"), own(&row, "sku"));
        let kind = cell("type").to_lowercase();
        let is_variation = kind.contains("variation");
        let named = cell("parent");
        // `id:11` names a product without an article number.
        let parent = self
            .parents
            .get(named.strip_prefix("id:").unwrap_or(&named))
            .cloned();
        let hidden = !matches!(cell("published").as_str(), "" | "1")
            || cell("visibility_in_catalog") == "hidden";
        let key = if sku.is_empty() {
            id.clone()
        } else {
            sku.clone()
        };
        let fields = fields(&row, &key, is_variation, parent.as_ref());
        if !is_variation {
            let inherited = fields
                .iter()
                .filter(|(name, _)| INHERITED.contains(&name.as_str()));
            let own = Parent {
                hidden,
                group: key.clone(),
                inherited: inherited.cloned().collect(),
            };
            for name in [id, sku].into_iter().filter(|name| !name.is_empty()) {
                self.parents.insert(name, own.clone());
            }
        }
        if hidden || parent.is_some_and(|parent| parent.hidden) {
            return Read::Unpublished("it is not published, or hidden from the catalogue");
        }
        let group = if is_variation { named } else { key };
        let is_group = is_variation || kind.contains("variable");
        Read::Product(row.with(fields.into_iter().chain(is_group.then(|| {
            (
                "item_group_id".to_owned(),
                Value::from(self.group_of(&group)),
            )
        }))))
    }
}

impl WooCommerce {
    fn group_of(&self, named: &str) -> String {
        let named = named.strip_prefix("id:").unwrap_or(named);
        let known = self.parents.get(named).map(|parent| parent.group.clone());
        known.unwrap_or_else(|| named.to_owned())
    }
}

/// A cell by its own name, without aliases.
fn own(row: &Row, name: &str) -> String {
    let cell = row.fields.iter().find(|(field, _)| field == name);
    cell.and_then(|(_, value)| value.as_str())
        .unwrap_or_default()
        .trim()
        .to_owned()
}

fn fields(
    row: &Row,
    key: &str,
    is_variation: bool,
    parent: Option<&Parent>,
) -> Vec<(String, Value)> {
    let cell = |name: &str| own(row, name);
    let stock = match cell("in_stock?").to_lowercase().as_str() {
        "" => "",
        "0" | "no" => "out_of_stock",
        "backorder" => "backorder",
        _ => "in_stock",
    };
    let (starts, ends) = (cell("date_sale_price_starts"), cell("date_sale_price_ends"));
    let period = match (starts.is_empty(), ends.is_empty()) {
        (true, true) => String::new(),
        _ => format!("{starts}/{ends}"),
    };
    let texts = [cell("short_description"), cell("description")];
    let description = texts
        .iter()
        .filter(|text| !text.is_empty())
        .map(String::as_str);
    let pictures = parts(&cell("images"));
    let plain = [
        ("id", key.to_owned()),
        ("title", cell("name")),
        ("description", description.collect::<Vec<_>>().join(" ")),
        (
            "brand",
            parts(&cell("brands"))
                .into_iter()
                .next()
                .unwrap_or_default(),
        ),
        ("gtin", cell("gtin,_upc,_ean,_or_isbn")),
        ("price", cell("regular_price")),
        ("sale_price", cell("sale_price")),
        ("sale_price_effective_date", period),
        ("availability", stock.to_owned()),
        (
            "image_link",
            pictures.into_iter().next().unwrap_or_default(),
        ),
    ];
    let mut fields: Vec<(String, Value)> = plain
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(name, text)| (name.to_owned(), Value::from(text)))
        .collect();
    let categories = parts(&cell("categories"));
    if !categories.is_empty() {
        fields.push(("product_type".into(), Value::from(categories)));
    }
    let details: Vec<Value> = (1..)
        .map(|number| {
            (
                cell(&format!("attribute_{number}_name")),
                cell(&format!("attribute_{number}_value(s)")),
            )
        })
        .take_while(|(name, _)| !name.is_empty())
        // A parent lists the values of all its variations.
        .flat_map(|(name, values)| {
            let values = parts(&values).into_iter();
            values
                .map(move |value| json!({ "attribute_name": name, "attribute_value": value }))
                .collect::<Vec<_>>()
        })
        .collect();
    if !details.is_empty() {
        fields.push(("product_detail".into(), Value::from(details)));
    }
    if let Some(parent) = parent.filter(|_| is_variation) {
        for (name, value) in &parent.inherited {
            if !fields.iter().any(|(known, _)| known == name) {
                fields.push((name.clone(), value.clone()));
            }
        }
    }
    fields
}

/// Values separated by commas; a comma of a value's own is written `\,`.
fn parts(text: &str) -> Vec<String> {
    let hidden = text.replace("\\,", "\u{1f}");
    let parts = hidden
        .split(',')
        .map(|part| part.replace('\u{1f}', ",").trim().to_owned());
    parts.filter(|part| !part.is_empty()).collect()
}
