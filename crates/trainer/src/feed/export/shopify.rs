//! Shopify's product export as CSV: a row per variant and per picture, the product's own fields on its first row alone.

use serde_json::{Value, json};

use super::{Export, Read};
use crate::feed::row::Row;
use crate::field::price::{House, parse};

/// The product that the rows at hand belong to.
#[derive(Default)]
pub(super) struct Shopify {
    handle: String,
    title: String,
    shown: bool,
    /// Fields of every variant.
    shared: Vec<(String, Value)>,
    options: [String; 3],
}

impl Export for Shopify {
    fn read(&mut self, row: Row) -> Read {
        let cell = |name: &str| {
            let cell = row.fields.iter().find(|(field, _)| field == name);
            cell.and_then(|(_, value)| value.as_str())
                .unwrap_or_default()
                .trim()
                .to_owned()
        };
        if cell("handle") != self.handle {
            *self = Self::product(&cell);
        }
        if cell("variant_price").is_empty() {
            return Read::More;
        }
        if !self.shown {
            return Read::Unpublished("it is no active product");
        }
        let values = [1, 2, 3].map(|number| cell(&format!("option{number}_value")));
        let told = |value: &&String| !value.is_empty() && *value != "Default Title";
        let options: Vec<&str> = values.iter().filter(told).map(String::as_str).collect();
        let id = match cell("variant_sku") {
            sku if sku.is_empty() => [&[self.handle.as_str()], &options[..]].concat().join("-"),
            sku => sku,
        };
        let title = [&[self.title.as_str()], &options[..]].concat().join(" - ");
        let (price, sale) = prices(cell("variant_price"), cell("variant_compare_at_price"));
        let sold_out = !cell("variant_inventory_tracker").is_empty()
            && cell("variant_inventory_policy") != "continue"
            && cell("variant_inventory_qty")
                .parse::<i64>()
                .is_ok_and(|pieces| pieces <= 0);
        let plain = [
            ("id", id),
            ("title", title),
            ("item_group_id", self.handle.clone()),
            ("price", price),
            ("sale_price", sale),
            (
                "gtin",
                cell("variant_barcode").trim_start_matches('\'').to_owned(),
            ),
            (
                "availability",
                if sold_out { "out_of_stock" } else { "in_stock" }.to_owned(),
            ),
            ("image_link", cell("variant_image")),
        ];
        let mut fields: Vec<(String, Value)> = plain
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(name, text)| (name.to_owned(), Value::from(text)))
            .collect();
        for (name, value) in &self.shared {
            if !fields.iter().any(|(known, _)| known == name) {
                fields.push((name.clone(), value.clone()));
            }
        }
        let details: Vec<Value> = self
            .options
            .iter()
            .zip(&values)
            .filter(|(name, value)| !name.is_empty() && told(value))
            .map(|(name, value)| json!({ "attribute_name": name, "attribute_value": value }))
            .collect();
        if !details.is_empty() {
            fields.push(("product_detail".into(), Value::from(details)));
        }
        Read::Product(row.with(fields))
    }
}

impl Shopify {
    fn product(cell: &dyn Fn(&str) -> String) -> Self {
        let kind = match cell("product_category") {
            category if category.is_empty() => cell("type"),
            category => category,
        };
        let plain = [
            ("description", cell("body_(html)")),
            ("brand", cell("vendor")),
            ("product_type", kind),
            ("image_link", cell("image_src")),
        ];
        let shared = plain.into_iter().filter(|(_, text)| !text.is_empty());
        let status = cell("status").to_lowercase();
        Self {
            handle: cell("handle"),
            title: cell("title"),
            shown: matches!(status.as_str(), "" | "active")
                && !cell("published").eq_ignore_ascii_case("false"),
            shared: shared
                .map(|(name, text)| (name.to_owned(), Value::from(text)))
                .collect(),
            options: [1, 2, 3].map(|number| cell(&format!("option{number}_name"))),
        }
    }
}

/// Price and reduced price: what is compared with is the full price, if it is above.
fn prices(price: String, compared: String) -> (String, String) {
    let cents = |text: &str| {
        parse(text, House::default())
            .ok()
            .and_then(|price| price.minor_units("EUR").ok())
    };
    match (cents(&price), cents(&compared)) {
        (Some(now), Some(before)) if now < before => (compared, price),
        _ => (price, String::new()),
    }
}
