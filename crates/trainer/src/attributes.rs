//! Chooses the attributes that become facets: what nobody can filter by stays searchable text.
//!
//! # Invariants
//! * Prices, brands and categories are not touched; the values of a dropped attribute move into the description.

use std::collections::{BTreeMap, HashSet};

use endcap::catalogue::Product;

use crate::product::append;

/// An attribute on fewer than this share of the products is no facet: at 20,000 products it would
/// show up in one result list of fifty, with one value.
pub const MIN_SHARE: f64 = 0.001;
/// An attribute on fewer products than this never is: two products are compared by looking.
pub const MIN_PRODUCTS: usize = 3;
/// Values longer than this on average, in characters, are sentences; a facet line holds about 30.
pub const MAX_MEAN_LENGTH: f64 = 60.0;
/// Values of at least [`UNIQUE_MEAN_LENGTH`] characters of which this share are distinct are
/// descriptions as well: model lists, package contents.
pub const UNIQUE_SHARE: f64 = 0.9;
/// See [`UNIQUE_SHARE`]. Shorter values that differ on every product are measures, and those are
/// filtered by range.
pub const UNIQUE_MEAN_LENGTH: f64 = 30.0;

/// An attribute that did not become a facet.
#[derive(Clone, Debug, PartialEq)]
pub struct DroppedAttribute {
    /// Its key.
    pub key: String,
    /// Its label.
    pub label: String,
    /// Products that have it.
    pub products: usize,
    /// Why.
    pub reason: DropReason,
}

/// Why an attribute did not become a facet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DropReason {
    /// Too few products have it.
    Rare,
    /// Its values are sentences, or differ on every product.
    FreeText,
}

impl std::fmt::Display for DropReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Rare => "on too few products",
            Self::FreeText => "free text",
        })
    }
}

#[derive(Default)]
struct Usage {
    label: String,
    products: usize,
    values: usize,
    characters: usize,
    distinct: HashSet<String>,
}

/// Drops attributes that are rare or free text; those in `keep` stay. Most frequent first.
pub(crate) fn select(products: &mut [Product], keep: &[&str]) -> Vec<DroppedAttribute> {
    let threshold = ((products.len() as f64 * MIN_SHARE).ceil() as usize).max(MIN_PRODUCTS);
    let mut dropped: Vec<DroppedAttribute> = usages(products)
        .into_iter()
        .filter(|(key, _)| !keep.contains(&key.as_str()))
        .filter_map(|(key, usage)| {
            let reason = reason(&usage, threshold)?;
            Some(DroppedAttribute {
                key,
                label: usage.label,
                products: usage.products,
                reason,
            })
        })
        .collect();
    let keys: HashSet<&str> = dropped
        .iter()
        .map(|attribute| attribute.key.as_str())
        .collect();
    for product in products {
        let (gone, kept) = std::mem::take(&mut product.attributes)
            .into_iter()
            .partition(|attribute| keys.contains(attribute.name.key.as_str()));
        product.attributes = kept;
        for attribute in gone {
            append(&mut product.description, &attribute.value.label);
        }
    }
    dropped.sort_by(|a, b| b.products.cmp(&a.products).then_with(|| a.key.cmp(&b.key)));
    dropped
}

fn usages(products: &[Product]) -> BTreeMap<String, Usage> {
    let mut usages: BTreeMap<String, Usage> = BTreeMap::new();
    for product in products {
        let mut counted: Vec<&str> = Vec::new();
        for attribute in &product.attributes {
            if !usages.contains_key(&attribute.name.key) {
                usages.insert(attribute.name.key.clone(), Usage::default());
            }
            let Some(usage) = usages.get_mut(&attribute.name.key) else {
                continue;
            };
            if usage.label.is_empty() {
                usage.label.clone_from(&attribute.name.label);
            }
            if !counted.contains(&attribute.name.key.as_str()) {
                counted.push(&attribute.name.key);
                usage.products += 1;
            }
            usage.values += 1;
            usage.characters += attribute.value.label.chars().count();
            if !usage.distinct.contains(&attribute.value.key) {
                usage.distinct.insert(attribute.value.key.clone());
            }
        }
    }
    usages
}

fn reason(usage: &Usage, threshold: usize) -> Option<DropReason> {
    let mean = usage.characters as f64 / usage.values.max(1) as f64;
    let distinct = usage.distinct.len() as f64 / usage.values.max(1) as f64;
    if usage.products < threshold {
        Some(DropReason::Rare)
    } else if mean > MAX_MEAN_LENGTH || (distinct >= UNIQUE_SHARE && mean > UNIQUE_MEAN_LENGTH) {
        Some(DropReason::FreeText)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use endcap::catalogue::{Attribute, Label};

    fn product(attributes: &[(&str, &str)]) -> Product {
        let attributes = attributes
            .iter()
            .map(|(name, value)| Attribute {
                name: Label::plain(*name),
                value: Label::plain(*value),
                swatch: String::new(),
            })
            .collect();
        Product {
            attributes,
            ..Product::default()
        }
    }

    fn names(product: &Product) -> Vec<&str> {
        product
            .attributes
            .iter()
            .map(|attribute| attribute.name.key.as_str())
            .collect()
    }

    #[test]
    fn rare_and_wordy_attributes_go_and_stay_searchable() {
        let mut products: Vec<Product> = (0..20)
            .map(|n| {
                let notes =
                    format!("number {n}: packed by hand in the old mill, as it has been for years");
                let length = format!("{n}.5 mm");
                let mut attributes = vec![
                    ("colour", "red"),
                    ("notes", notes.as_str()),
                    ("length", length.as_str()),
                ];
                if n < 2 {
                    attributes.push(("rare", "unicorn"));
                }
                product(&attributes)
            })
            .collect();
        let dropped = select(&mut products, &[]);
        let dropped: Vec<_> = dropped
            .iter()
            .map(|d| (d.key.as_str(), d.products, d.reason))
            .collect();
        assert_eq!(
            dropped,
            [
                ("notes", 20, DropReason::FreeText),
                ("rare", 2, DropReason::Rare)
            ]
        );
        assert_eq!(names(&products[0]), ["colour", "length"]);
        assert!(products[0].description.contains("number 0: packed by hand"));
        assert!(products[0].description.ends_with("; unicorn"));
    }

    #[test]
    fn what_the_shop_asked_for_stays() {
        let mut products = vec![product(&[("season", "summer")]), product(&[])];
        assert_eq!(select(&mut products, &["season"]), []);
        assert_eq!(names(&products[0]), ["season"]);
    }
}
