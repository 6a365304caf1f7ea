//! Plain facets: which values a list has and how often, most frequent first, the same for everybody.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::catalogue::Catalogue;

/// Facets of one answer; a shopper does not read more.
const MOST_FACETS: usize = 30;
/// Values of one facet.
const MOST_VALUES: usize = 100;

/// A facet in the shape that the engine's facets have.
#[derive(Serialize)]
pub(super) struct Facet<'a> {
    key: &'a str,
    label: &'a str,
    kind: &'static str,
    score: f64,
    values: Vec<Value<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max: Option<u32>,
}

#[derive(Serialize)]
struct Value<'a> {
    value: &'a str,
    label: &'a str,
    count: usize,
    selected: bool,
    affinity: f64,
}

/// Counts values product by product.
pub(super) struct Counter<'a> {
    catalogue: &'a Catalogue,
    with_categories: bool,
    categories: BTreeMap<&'a str, usize>,
    brands: BTreeMap<&'a str, usize>,
    attributes: HashMap<&'a str, Counts<'a>>,
    price: Option<(u32, u32)>,
}

#[derive(Default)]
struct Counts<'a> {
    label: &'a str,
    total: usize,
    values: BTreeMap<&'a str, (&'a str, usize)>,
}

impl<'a> Counter<'a> {
    pub(super) fn new(catalogue: &'a Catalogue, with_categories: bool) -> Self {
        Self {
            catalogue,
            with_categories,
            categories: BTreeMap::new(),
            brands: BTreeMap::new(),
            attributes: HashMap::new(),
            price: None,
        }
    }

    /// Counts the product at `at` for all facets, or for one.
    pub(super) fn count(&mut self, at: usize, only: Option<&str>) {
        let wanted = |facet: &str| only.is_none_or(|only| only == facet);
        let product = &self.catalogue.products[at];
        if self.with_categories && wanted("category") && !self.catalogue.paths[at].value.is_empty()
        {
            *self
                .categories
                .entry(&self.catalogue.paths[at].value)
                .or_default() += 1;
        }
        if wanted("brand") && !product.brand.is_empty() {
            *self.brands.entry(&product.brand).or_default() += 1;
        }
        for attribute in &product.attributes {
            if wanted(&attribute.name.key) {
                let counts = self.attributes.entry(&attribute.name.key).or_default();
                counts.label = &attribute.name.label;
                counts.total += 1;
                counts
                    .values
                    .entry(&attribute.value.key)
                    .or_insert((&attribute.value.label, 0))
                    .1 += 1;
            }
        }
        if only.is_none() {
            self.count_price(at);
        }
    }

    /// Counts only the price of the product at `at`.
    pub(super) fn count_price(&mut self, at: usize) {
        let product = &self.catalogue.products[at];
        if let Some(price) = product.sale_price.or(product.price) {
            let (least, most) = self.price.unwrap_or((price, price));
            self.price = Some((least.min(price), most.max(price)));
        }
    }

    /// Category, brand, price, then attributes by how many products have them.
    pub(super) fn finish(self, filters: &BTreeMap<String, Vec<String>>) -> Vec<Facet<'a>> {
        let named = |counts: BTreeMap<&'a str, usize>| {
            counts
                .into_iter()
                .map(|(name, count)| (name, name, count))
                .collect()
        };
        let mut facets = vec![
            facet(
                "category",
                "category",
                "category",
                named(self.categories),
                filters,
            ),
            facet("brand", "brand", "text", named(self.brands), filters),
        ];
        facets.retain(|facet| !facet.values.is_empty());
        if let Some((min, max)) = self.price {
            facets.push(Facet {
                min: Some(min),
                max: Some(max),
                ..facet("price", "price", "price", Vec::new(), filters)
            });
        }
        let mut attributes: Vec<(&str, Counts<'_>)> = self.attributes.into_iter().collect();
        attributes.sort_by(|a, b| b.1.total.cmp(&a.1.total).then(a.0.cmp(b.0)));
        attributes.truncate(MOST_FACETS.saturating_sub(facets.len()));
        facets.extend(attributes.into_iter().map(|(key, counts)| {
            let values = counts
                .values
                .into_iter()
                .map(|(key, (label, count))| (key, label, count))
                .collect();
            facet(key, counts.label, "text", values, filters)
        }));
        facets
    }
}

fn facet<'a>(
    key: &'a str,
    label: &'a str,
    kind: &'static str,
    mut values: Vec<(&'a str, &'a str, usize)>,
    filters: &BTreeMap<String, Vec<String>>,
) -> Facet<'a> {
    values.sort_by(|a, b| b.2.cmp(&a.2).then(a.1.cmp(b.1)));
    values.truncate(MOST_VALUES);
    let chosen = filters.get(key);
    Facet {
        key,
        label,
        kind,
        score: 0.0,
        values: values
            .into_iter()
            .map(|(value, label, count)| Value {
                value,
                label,
                count,
                selected: chosen
                    .is_some_and(|chosen| chosen.iter().any(|one| one == value || one == label)),
                affinity: 0.0,
            })
            .collect(),
        min: None,
        max: None,
    }
}
