//! Exports of shop systems: those that are read with their own meaning, and those that are refused by name.
//!
//! # Invariants
//! * An export is read as its system means it (drafts, stock, variants, prices) or not at all: half a row is worse than none.

mod shopify;
mod woocommerce;

use crate::feed::row::Row;

/// What a row of an export is here.
pub(super) enum Read {
    /// A product.
    Product(Row),
    /// Nothing that the shop shows; why.
    Unpublished(&'static str),
    /// More of the product before, such as another picture.
    More,
}

/// A reader of one system's export.
pub(super) trait Export {
    fn read(&mut self, row: Row) -> Read;
}

/// Of the columns of a table: who reads it, or whose it is if nobody does.
pub(super) fn of_table(columns: &[String]) -> Result<Option<Box<dyn Export>>, &'static str> {
    let has = |all: &[&str]| {
        all.iter()
            .all(|name| columns.iter().any(|column| column == name))
    };
    if has(&["type", "published", "regular_price"]) || has(&["visibility_in_catalog", "name"]) {
        return Ok(Some(Box::new(woocommerce::WooCommerce::default())));
    }
    if has(&["handle", "variant_price"]) {
        return Ok(Some(Box::new(shopify::Shopify::default())));
    }
    if has(&["attribute_set_code"]) || has(&["sku", "product_websites"]) {
        return Err("a product export of Magento");
    }
    if has(&["ordernumber", "mainnumber"]) || has(&["translations.default.name"]) {
        return Err("a product export of Shopware");
    }
    Ok(None)
}

/// What a JSON document is that nobody reads, by its beginning.
pub(super) fn of_json(head: &str) -> Option<&'static str> {
    let has = |name: &str| head.contains(name);
    if has("\"body_html\"") && has("\"variants\"") {
        return Some("Shopify's products.json");
    }
    if has("\"@context\"") && has("schema.org") {
        return Some("a JSON-LD document");
    }
    None
}

/// What an XML document is that nobody reads, by its root.
pub(super) fn of_xml(root: &str) -> Option<&'static str> {
    root.eq_ignore_ascii_case("icecat-interface")
        .then_some("a document of Icecat")
}
