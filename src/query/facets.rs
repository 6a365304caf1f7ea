//! Facets: which properties to offer for narrowing a result, with exact counts, in the order that fits result and shopper.
//!
//! # Invariants
//! * A count says how many hits choosing the value would give: all filters applied but those of its own facet.

use super::{
    Facet, FacetKind, FacetValue,
    filter::{Filters, Verdict},
};
use crate::{
    catalogue::{Catalogue, FacetIdx, ItemIdx, ValueIdx},
    learn::Beliefs,
    order::{best, best_by, pick},
    sorted::SortedMap,
};

/// Facets that are returned. Hand-set: what a page shows without hiding the list.
const MAX_FACETS: usize = 12;
/// Values of one facet that are returned.
const MAX_VALUES: usize = 20;
/// How much the shopper's care for a facet weighs beside how well it splits the result. Hand-set.
const CARE_WEIGHT: f64 = 0.25;

/// Counts of a result, taken item by item.
#[derive(Clone, Debug)]
pub(crate) struct Counts {
    /// Hits per value; for values of a filtered facet, hits of all other filters.
    values: Vec<u32>,
    /// Hits, and per filter the items that fail only it.
    hits: u32,
    without: Vec<u32>,
    prices: Option<(u32, u32)>,
    priced: u32,
}

impl Counts {
    pub(crate) fn new(catalogue: &Catalogue, filters: &Filters) -> Self {
        Self {
            values: vec![0; catalogue.value_count()],
            hits: 0,
            without: vec![0; filters.len()],
            prices: None,
            priced: 0,
        }
    }

    /// Counts `item`; whether it is a hit.
    pub(crate) fn add(&mut self, catalogue: &Catalogue, filters: &Filters, item: ItemIdx) -> bool {
        match filters.judge(catalogue, item) {
            Verdict::Passes => {
                self.hits += 1;
                for value in catalogue.item_values(item) {
                    self.count(value);
                }
                self.count_price(catalogue, item);
                true
            }
            Verdict::FailsOne(position) => {
                if let Some(without) = self.without.get_mut(position) {
                    *without += 1;
                }
                if filters.price_position() == Some(position) {
                    self.count_price(catalogue, item);
                } else {
                    let own = filters.values(position);
                    for value in catalogue.item_values(item) {
                        if own.contains(&value.0) {
                            self.count(value);
                        }
                    }
                }
                false
            }
            Verdict::Fails => false,
        }
    }

    fn count(&mut self, value: ValueIdx) {
        if let Some(count) = self.values.get_mut(value.0 as usize) {
            *count += 1;
        }
    }

    fn count_price(&mut self, catalogue: &Catalogue, item: ItemIdx) {
        if let Some(price) = catalogue.sale_price(item).or(catalogue.price(item)) {
            self.priced += 1;
            self.prices = Some(match self.prices {
                Some((min, max)) => (min.min(price), max.max(price)),
                None => (price, price),
            });
        }
    }

    fn at(&self, value: ValueIdx) -> u32 {
        self.values.get(value.0 as usize).copied().unwrap_or(0)
    }

    /// Items that `facet` could be asked of.
    fn base(&self, filters: &Filters, facet: FacetIdx) -> u32 {
        let extra = filters
            .position(facet)
            .and_then(|position| self.without.get(position));
        self.hits + extra.copied().unwrap_or(0)
    }
}

/// The facets of a result, the most helpful first.
pub(crate) fn facets(
    catalogue: &Catalogue,
    beliefs: &Beliefs,
    filters: &Filters,
    counts: &Counts,
) -> Vec<Facet> {
    let facets = category_facet(catalogue, beliefs, filters, counts)
        .into_iter()
        .chain(flat_facets(catalogue, beliefs, filters, counts))
        .chain(price_facet(counts))
        .collect();
    best_by(facets, MAX_FACETS, |facet: &Facet| facet.score)
}

fn flat_facets(
    catalogue: &Catalogue,
    beliefs: &Beliefs,
    filters: &Filters,
    counts: &Counts,
) -> impl Iterator<Item = Facet> {
    catalogue.facets().skip(1).filter_map(move |facet| {
        let values: Vec<(ValueIdx, u32)> = catalogue
            .facet_values(facet)
            .map(|value| (value, counts.at(value)))
            .filter(|&(value, count)| count > 0 || filters.is_selected(facet, value))
            .collect();
        let base = counts.base(filters, facet);
        facet_of(catalogue, beliefs, filters, facet, &values, base)
    })
}

/// The level of the category tree at which the result divides.
fn category_facet(
    catalogue: &Catalogue,
    beliefs: &Beliefs,
    filters: &Filters,
    counts: &Counts,
) -> Option<Facet> {
    let mut totals = SortedMap::<ValueIdx, u32>::default();
    for value in catalogue.facet_values(FacetIdx::CATEGORY) {
        let count = counts.at(value);
        if count > 0 {
            for above in catalogue.ancestors(value) {
                *totals.or_insert(above, 0) += count;
            }
        }
    }
    let mut parent = None;
    let level = loop {
        let children: Vec<(ValueIdx, u32)> = totals
            .iter()
            .filter(|&(value, _)| catalogue.value_parent(value) == parent)
            .map(|(value, &count)| (value, count))
            .collect();
        match children.as_slice() {
            [] => {
                // Nothing lies below: the last level stands.
                let above = parent.and_then(|value| catalogue.value_parent(value));
                break totals
                    .iter()
                    .filter(|&(value, _)| catalogue.value_parent(value) == above)
                    .map(|(value, &count)| (value, count))
                    .collect();
            }
            &[(only, _)] => parent = Some(only),
            _ => break children,
        }
    };
    let base = counts.base(filters, FacetIdx::CATEGORY);
    facet_of(
        catalogue,
        beliefs,
        filters,
        FacetIdx::CATEGORY,
        &level,
        base,
    )
    .map(|mut facet| {
        facet.kind = FacetKind::Category;
        facet
    })
}

fn price_facet(counts: &Counts) -> Option<Facet> {
    let (min, max) = counts.prices?;
    (min < max).then(|| Facet {
        key: "price".to_owned(),
        label: String::new(),
        kind: FacetKind::Price,
        // A price splits any result in halves wherever it has one.
        score: f64::from(counts.priced) / f64::from(counts.hits.max(counts.priced).max(1)) * 0.5,
        values: Vec::new(),
        min: Some(min),
        max: Some(max),
    })
}

/// A facet with its values in order; `None` where it could not narrow anything.
fn facet_of(
    catalogue: &Catalogue,
    beliefs: &Beliefs,
    filters: &Filters,
    facet: FacetIdx,
    values: &[(ValueIdx, u32)],
    base: u32,
) -> Option<Facet> {
    let selected = filters.selected(facet);
    if values.is_empty() || (values.len() < 2 && selected.is_empty()) {
        return None;
    }
    let split = split(values, base);
    let (mut care, mut rows) = (0.0f64, Vec::with_capacity(values.len()));
    for &(value, count) in values {
        let affinity = beliefs.own_value(catalogue, value);
        care = care.max(affinity);
        let is_selected = selected.contains(&value);
        let score = libm::log1p(f64::from(count)) + affinity;
        rows.push((is_selected, score, value, count, affinity));
    }
    let order = best(
        rows.iter().map(|row| (u64::from(!row.0), row.1)),
        MAX_VALUES.max(selected.len()),
    );
    let rows = pick(rows, order);
    Some(Facet {
        key: catalogue.facet_key(facet).to_owned(),
        label: catalogue.facet_label(facet).to_owned(),
        kind: FacetKind::Text,
        score: split + CARE_WEIGHT * care + if selected.is_empty() { 0.0 } else { 1.0 },
        values: rows
            .into_iter()
            .map(|(is_selected, _, value, count, affinity)| FacetValue {
                value: catalogue.value_name(value),
                label: catalogue.value_label(value).to_owned(),
                count,
                selected: is_selected,
                affinity,
            })
            .collect(),
        min: None,
        max: None,
    })
}

/// How well a facet divides `base` items, `0.0..=1.0`: the share of items that it covers, times the entropy of its
/// values over that of a handful of equal ones, so that hundreds of values of one item each gain nothing.
fn split(values: &[(ValueIdx, u32)], base: u32) -> f64 {
    let total: u32 = values.iter().map(|&(_, count)| count).sum();
    if total == 0 || base == 0 {
        return 0.0;
    }
    let mut entropy = 0.0;
    let mut repeated = 0u32;
    for &(_, count) in values {
        if count > 0 {
            let share = f64::from(count) / f64::from(total);
            entropy -= share * libm::log(share);
        }
        if count > 1 {
            repeated += count;
        }
    }
    let coverage = (f64::from(total) / f64::from(base)).min(1.0);
    // A value that only one item has narrows the result to that item: no better than the list itself.
    let useful = f64::from(repeated) / f64::from(total);
    coverage * useful * (entropy / HANDFUL).min(1.0)
}

/// Entropy of eight equal values, in nats.
const HANDFUL: f64 = 2.079_441_541_679_835_7;
