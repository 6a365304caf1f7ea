//! Gathers the facets of products: the category tree, brands and attributes, with their values.
//!
//! # Invariants
//! * Values of a facet are numbered without gaps, the most frequent first, then by label; categories depth first, so
//!   that everything below a category is one range.
//! * What no shopper could filter by and no belief could rest on is left out: see [`MIN_JUDGED`].

use std::collections::BTreeMap;

use super::{
    Product,
    numeric::{Numeric, Row, numeric},
    read::MAX_DEPTH,
    swatch::{colour, is_colour_facet},
};
use crate::text::has_decimal_comma;

/// Levels of a category path that are kept.
const MAX_LEVELS: usize = MAX_DEPTH as usize;

/// From this many items on, a value that only one of them has is left out of an attribute, and an attribute with less than
/// two values is left out altogether: such a value leads to its one product, which search finds, and says nothing about
/// any other; it would be a third of all values of a real catalogue. In smaller attributes, every value counts.
const MIN_JUDGED: usize = 50;

/// All facets of a catalogue, while it is built.
#[derive(Debug)]
pub(super) struct FacetTable {
    pub(super) facets: Vec<FacetRow>,
    pub(super) values: Vec<ValueRow>,
    /// Values of each item, ascending.
    pub(super) item_values: Vec<Vec<u32>>,
}

/// A facet.
#[derive(Debug)]
pub(super) struct FacetRow {
    pub(super) key: String,
    pub(super) label: String,
    pub(super) first: u32,
    pub(super) numeric: Option<Numeric>,
}

/// A value of a facet.
#[derive(Debug)]
pub(super) struct ValueRow {
    pub(super) label: String,
    /// The shop's identifier of the value, or of the last part of a category path.
    pub(super) key: String,
    /// `#rrggbb`, the address of a picture, or "".
    pub(super) swatch: String,
    /// Level in the category tree, 0 for the root and for all other facets.
    pub(super) level: u8,
    /// Items with the value or one below it.
    pub(super) items: u32,
}

impl FacetTable {
    pub(super) fn new(products: &[Product], language: &str) -> Self {
        let mut table = Self {
            facets: Vec::new(),
            values: Vec::new(),
            item_values: vec![Vec::new(); products.len()],
        };
        table.add_categories(products);
        table.add_brands(products);
        table.add_attributes(products, has_decimal_comma(language));
        for values in &mut table.item_values {
            values.sort_unstable();
            values.dedup();
        }
        table.count_categories();
        table
    }

    pub(super) fn value_count(&self) -> usize {
        self.values.len()
    }

    /// Category and brand rows with their numbers.
    pub(super) fn categories(&self) -> impl Iterator<Item = (u32, &ValueRow)> {
        (0u32..).zip(&self.values).take(self.first(1))
    }

    pub(super) fn brands(&self) -> impl Iterator<Item = (u32, &ValueRow)> {
        (0u32..)
            .zip(&self.values)
            .take(self.first(2))
            .skip(self.first(1))
    }

    pub(super) fn value(&self, value: u32) -> Option<&ValueRow> {
        self.values.get(value as usize)
    }

    fn first(&self, facet: usize) -> usize {
        self.facets
            .get(facet)
            .map_or(self.values.len(), |facet| facet.first as usize)
    }

    fn begin(&mut self, key: &str, label: &str) {
        self.facets.push(FacetRow {
            key: key.to_owned(),
            label: label.to_owned(),
            first: self.values.len() as u32,
            numeric: None,
        });
    }

    fn push(&mut self, label: &str, key: &str, level: usize, items: usize) -> u32 {
        self.values.push(ValueRow {
            label: label.to_owned(),
            key: key.to_owned(),
            swatch: String::new(),
            level: level as u8,
            items: items as u32,
        });
        self.values.len() as u32 - 1
    }

    fn add_categories(&mut self, products: &[Product]) {
        self.begin("category", "");
        // Paths of labels ascend depth first, since a path sorts before those it begins.
        let mut paths = BTreeMap::<Vec<&str>, &str>::new();
        for product in products {
            for depth in 1..=product.category.len().min(MAX_LEVELS) {
                let path = product.category.iter().take(depth);
                let labels = path.clone().map(|part| part.label.as_str()).collect();
                let mut path = path;
                let key = path.next_back().map_or("", |part| &part.key);
                paths.entry(labels).or_insert(key);
            }
        }
        let mut numbers = BTreeMap::<Vec<&str>, u32>::new();
        for (path, key) in paths {
            let Some(label) = path.last() else { continue };
            let number = self.push(label, key, path.len() - 1, 0);
            numbers.insert(path, number);
        }
        for (values, product) in self.item_values.iter_mut().zip(products) {
            let path: Vec<&str> = product
                .category
                .iter()
                .take(MAX_LEVELS)
                .map(|part| part.label.as_str())
                .collect();
            values.extend(numbers.get(&path));
        }
    }

    fn add_brands(&mut self, products: &[Product]) {
        self.begin("brand", "");
        // Feeds spell one brand in several ways; the first spelling stands for all.
        let mut spellings = BTreeMap::<String, (&str, Vec<usize>)>::new();
        for (item, product) in products.iter().enumerate() {
            if !product.brand.is_empty() {
                let (_, items) = spellings
                    .entry(product.brand.to_lowercase())
                    .or_insert((&product.brand, Vec::new()));
                items.push(item);
            }
        }
        let mut rows: Vec<Row<'_>> = spellings
            .into_values()
            .map(|(label, items)| (label, label, items))
            .collect();
        most_frequent_first(&mut rows);
        self.add_values(rows);
    }

    fn add_attributes(&mut self, products: &[Product], comma: bool) {
        for (name, attribute) in gather(products) {
            let mut rows: Vec<Row<'_>> = attribute
                .values
                .into_iter()
                .map(|(label, (key, items))| (label, key, items))
                .collect();
            let numeric = numeric(&mut rows, comma);
            let having: usize = rows.iter().map(|(_, _, items)| items.len()).sum();
            if numeric.is_none() {
                if having >= MIN_JUDGED {
                    rows.retain(|(_, _, items)| items.len() > 1);
                    if rows.len() < 2 {
                        continue;
                    }
                }
                most_frequent_first(&mut rows);
            }
            self.begin(name, attribute.label);
            if let Some(facet) = self.facets.last_mut() {
                facet.numeric = numeric;
            }
            let first = self.values.len();
            self.add_values(rows);
            let is_colour = is_colour_facet(name, attribute.label);
            for value in self.values.iter_mut().skip(first) {
                let given = attribute.swatches.get(value.label.as_str()).copied();
                let known =
                    || is_colour.then(|| colour(&value.label).or_else(|| colour(&value.key)));
                if let Some(swatch) = given.or_else(|| known().flatten()) {
                    value.swatch = swatch.to_owned();
                }
            }
        }
    }

    /// Adds labels and keys with the items that have them to the facet that was begun last.
    fn add_values(&mut self, rows: Vec<Row<'_>>) {
        for (label, key, items) in rows {
            let number = self.push(label, key, 0, items.len());
            for item in items {
                if let Some(values) = self.item_values.get_mut(item) {
                    values.push(number);
                }
            }
        }
    }

    fn count_categories(&mut self) {
        let categories = self.first(1);
        for values in &self.item_values {
            let Some(&leaf) = values
                .first()
                .filter(|&&value| (value as usize) < categories)
            else {
                continue;
            };
            // The levels above stand before it, each the nearest one that is higher.
            let mut below = u8::MAX;
            let path = self.values.get_mut(..=leaf as usize).unwrap_or_default();
            for row in path.iter_mut().rev() {
                if row.level < below {
                    row.items += 1;
                    below = row.level;
                }
            }
        }
    }
}

/// An attribute of the catalogue, while it is gathered.
struct Gathered<'a> {
    label: &'a str,
    /// Key and items of each value, by its label.
    values: BTreeMap<&'a str, (&'a str, Vec<usize>)>,
    /// The swatches that the feed gives, by the label of the value.
    swatches: BTreeMap<&'a str, &'a str>,
}

/// The attributes of all products, by their keys.
fn gather(products: &[Product]) -> BTreeMap<&str, Gathered<'_>> {
    let mut facets = BTreeMap::<&str, Gathered<'_>>::new();
    for (item, product) in products.iter().enumerate() {
        for attribute in &product.attributes {
            let (name, value) = (&attribute.name, &attribute.value);
            let facet = facets.entry(&name.key).or_insert(Gathered {
                label: &name.label,
                values: BTreeMap::new(),
                swatches: BTreeMap::new(),
            });
            let (_, items) = facet
                .values
                .entry(&value.label)
                .or_insert((&value.key, Vec::new()));
            if items.last() != Some(&item) {
                items.push(item);
            }
            if !attribute.swatch.is_empty() {
                let swatches = &mut facet.swatches;
                swatches.entry(&value.label).or_insert(&attribute.swatch);
            }
        }
    }
    facets
}

fn most_frequent_first(rows: &mut [Row<'_>]) {
    rows.sort_by(|(a, _, some), (b, _, others)| others.len().cmp(&some.len()).then(a.cmp(b)));
}
