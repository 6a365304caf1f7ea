//! Gathers the facets of products: the category tree, brands and attributes, with their values.
//!
//! # Invariants
//! * Values of a facet are numbered without gaps, ascending by label; categories depth first, so that everything
//!   below a category is one range.

use std::collections::BTreeMap;

use super::{
    Product,
    read::{MAX_DEPTH, NONE},
    sections::Section,
};
use crate::{index::Field, key::Key, pack::PackWriter};

/// Levels of a category path that are kept.
const MAX_LEVELS: usize = MAX_DEPTH as usize;

/// All facets of a catalogue, while it is built.
#[derive(Debug)]
pub(super) struct FacetTable {
    facets: Vec<FacetRow>,
    values: Vec<ValueRow>,
    /// Values of each item, ascending.
    pub(super) item_values: Vec<Vec<u32>>,
}

#[derive(Debug)]
struct FacetRow {
    key: String,
    label: String,
    first: u32,
}

/// A value of a facet.
#[derive(Debug)]
pub(super) struct ValueRow {
    pub(super) label: String,
    key: Key,
    pub(super) parent: u32,
    /// Items with the value or one below it.
    pub(super) items: u32,
}

impl FacetTable {
    pub(super) fn new(products: &[Product]) -> Self {
        let mut table = Self {
            facets: Vec::new(),
            values: Vec::new(),
            item_values: vec![Vec::new(); products.len()],
        };
        table.add_categories(products);
        table.add_brands(products);
        table.add_attributes(products);
        for values in &mut table.item_values {
            values.sort_unstable();
            values.dedup();
        }
        table.count();
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
        });
    }

    fn push(&mut self, label: &str, key: Key, parent: u32) -> u32 {
        self.values.push(ValueRow {
            label: label.to_owned(),
            key,
            parent,
            items: 0,
        });
        self.values.len() as u32 - 1
    }

    fn add_categories(&mut self, products: &[Product]) {
        self.begin("category", "");
        // Paths of labels ascend depth first, since a path sorts before those it begins.
        let mut paths = BTreeMap::<Vec<&str>, (Vec<&str>, u32)>::new();
        for product in products {
            for depth in 1..=product.category.len().min(MAX_LEVELS) {
                let path = product.category.iter().take(depth);
                paths
                    .entry(path.clone().map(|part| part.label.as_str()).collect())
                    .or_insert_with(|| (path.map(|part| part.key.as_str()).collect(), NONE));
            }
        }
        let mut numbers = BTreeMap::<Vec<&str>, u32>::new();
        for (path, (keys, number)) in &mut paths {
            let (&label, above) = match path.split_last() {
                Some(parts) => parts,
                None => continue,
            };
            let parent = numbers.get(above).copied().unwrap_or(NONE);
            *number = self.push(label, Key::category(keys), parent);
            numbers.insert(path.clone(), *number);
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
        let mut spellings = BTreeMap::<String, &str>::new();
        for product in products.iter().filter(|product| !product.brand.is_empty()) {
            spellings
                .entry(product.brand.to_lowercase())
                .or_insert(&product.brand);
        }
        let mut by_label: Vec<(&str, &str)> = spellings
            .iter()
            .map(|(folded, &label)| (label, folded.as_str()))
            .collect();
        by_label.sort_unstable();
        let numbers: BTreeMap<&str, u32> = by_label
            .into_iter()
            .map(|(label, folded)| (folded, self.push(label, Key::brand(label), NONE)))
            .collect();
        for (values, product) in self.item_values.iter_mut().zip(products) {
            values.extend(numbers.get(product.brand.to_lowercase().as_str()));
        }
    }

    fn add_attributes(&mut self, products: &[Product]) {
        type Values<'a> = BTreeMap<&'a str, (&'a str, Vec<usize>)>;
        let mut facets = BTreeMap::<&str, (&str, Values<'_>)>::new();
        for (item, product) in products.iter().enumerate() {
            for attribute in &product.attributes {
                let (_, values) = facets
                    .entry(&attribute.name.key)
                    .or_insert((&attribute.name.label, BTreeMap::new()));
                let (_, items) = values
                    .entry(&attribute.value.label)
                    .or_insert((&attribute.value.key, Vec::new()));
                items.push(item);
            }
        }
        for (name, (label, values)) in facets {
            self.begin(name, label);
            for (value, (key, items)) in values {
                let number = self.push(value, Key::attribute(name, key), NONE);
                for item in items {
                    if let Some(values) = self.item_values.get_mut(item) {
                        values.push(number);
                    }
                }
            }
        }
    }

    fn count(&mut self) {
        for values in &self.item_values {
            for &value in values {
                let mut next = value;
                while let Some(row) = self.values.get_mut(next as usize) {
                    row.items += 1;
                    next = row.parent;
                }
            }
        }
    }

    pub(super) fn write(&self, writer: &mut PackWriter) {
        use Section as S;
        let (facets, values) = (&self.facets, &self.values);
        let keys = facets.iter().map(|facet| facet.key.as_str());
        writer.put_strings(S::FacetKeys, S::FacetKeysBlob, keys);
        let labels = facets.iter().map(|facet| facet.label.as_str());
        writer.put_strings(S::FacetLabels, S::FacetLabelsBlob, labels);
        let firsts = facets.iter().map(|facet| facet.first);
        writer.put_u32s(S::FacetValues, firsts.chain([values.len() as u32]));
        let labels = values.iter().map(|value| value.label.as_str());
        writer.put_strings(S::ValueLabels, S::ValueLabelsBlob, labels);
        writer.put_u64s(S::ValueKeys, values.iter().map(|value| value.key.to_u64()));
        let mut by_key: Vec<u64> = (0u64..)
            .zip(values)
            .map(|(number, value)| value.key.to_u64() << 24 | number)
            .collect();
        by_key.sort_unstable();
        writer.put_u64s(S::ValuesByKey, by_key);
        writer.put_u32s(S::ValueParents, values.iter().map(|value| value.parent));
        writer.put_u32s(S::ValueCounts, values.iter().map(|value| value.items));
        self.write_lists(writer);
    }

    fn write_lists(&self, writer: &mut PackWriter) {
        let mut items = vec![Vec::new(); self.values.len()];
        let mut offsets = vec![0];
        let mut list = Vec::new();
        for (item, values) in (0u32..).zip(&self.item_values) {
            list.extend_from_slice(values);
            offsets.push(list.len() as u32);
            for &value in values {
                if let Some(items) = items.get_mut(value as usize) {
                    items.push((item, Field::Detail));
                }
            }
        }
        writer.put_u32s(Section::ItemValues, offsets);
        writer.put_u32s(Section::ItemValuesList, list);
        super::search_index::write_lists(
            writer,
            Section::ValuePostings,
            Section::ValuePostingsBlob,
            items,
        );
    }
}
