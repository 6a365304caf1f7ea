//! Facets: which properties to offer for narrowing a result, with exact counts, in the order that fits result and shopper.
//!
//! # Invariants
//! * A count says how many hits choosing the value would give: all filters applied but those of its own facet.

use super::{
    Facet, FacetKind, FacetValue,
    counts::Counts,
    filter::{Filters, Subject},
};
use crate::{
    catalogue::{Catalogue, FacetIdx, ValueIdx},
    learn::Beliefs,
    order::{best, best_by, pick},
};

/// Facets that are returned. Hand-set: what a page shows without hiding the list.
const MAX_FACETS: usize = 12;
/// Values of one facet that are returned.
const MAX_VALUES: usize = 20;
/// A facet is offered when at least this share of the hits has it. Hand-set.
const MIN_COVERAGE: f64 = 0.03;
/// How much the shopper's care for a facet weighs beside how well it splits the result. Hand-set.
const CARE_WEIGHT: f64 = 0.25;

/// The facets of a result, the most helpful first.
pub(crate) fn facets(
    catalogue: &Catalogue,
    beliefs: &Beliefs,
    filters: &Filters,
    counts: &Counts,
) -> Vec<Facet> {
    let context = Context {
        catalogue,
        beliefs,
        filters,
        counts,
    };
    let level = context.category_level();
    let category = context
        .score(FacetIdx::CATEGORY, level.iter().copied())
        .map(|score| (Draft::Category, score));
    let flat = catalogue.facets().skip(1).filter_map(|facet| {
        let total = counts.of(catalogue, facet).iter().sum();
        if !context.is_offered(facet, total) {
            return None;
        }
        let score = context.score(facet, context.counted(facet))?;
        Some((Draft::Flat(facet), score))
    });
    let price = context.price_score().map(|score| (Draft::Price, score));
    let drafts = category.into_iter().chain(flat).chain(price).collect();
    // Catalogues have thousands of facets: values are put in order for those that are shown.
    best_by(drafts, MAX_FACETS, |&(_, score)| score)
        .into_iter()
        .map(|(draft, score)| match draft {
            Draft::Category => context.facet(
                FacetIdx::CATEGORY,
                FacetKind::Category,
                score,
                level.iter().copied(),
            ),
            Draft::Flat(facet) => {
                context.facet(facet, FacetKind::Text, score, context.counted(facet))
            }
            Draft::Price => context.price_facet(score),
        })
        .collect()
}

/// A facet that may be shown.
#[derive(Clone, Copy)]
enum Draft {
    Category,
    Flat(FacetIdx),
    Price,
}

struct Context<'a> {
    catalogue: &'a Catalogue,
    beliefs: &'a Beliefs,
    filters: &'a Filters,
    counts: &'a Counts,
}

impl Context<'_> {
    /// The values of `facet` that hits have or the shopper has chosen.
    fn counted(&self, facet: FacetIdx) -> impl Iterator<Item = (ValueIdx, u32)> + Clone + '_ {
        let selected = self.filters.selected(facet);
        self.catalogue
            .facet_values(facet)
            .map(|value| (value, self.counts.at(value)))
            .filter(|(value, count)| *count > 0 || selected.contains(value))
    }

    /// The level of the category tree at which the result divides, and what is chosen.
    fn category_level(&self) -> Vec<(ValueIdx, u32)> {
        let catalogue = self.catalogue;
        let below = |parent: Option<ValueIdx>| -> Vec<(ValueIdx, u32)> {
            catalogue
                .facet_values(FacetIdx::CATEGORY)
                .map(|value| (value, self.counts.at(value)))
                .filter(|&(value, count)| count > 0 && catalogue.value_parent(value) == parent)
                .collect()
        };
        let selected = self.filters.selected(FacetIdx::CATEGORY);
        let mut level = match *selected {
            // The one that is chosen divides further, if it can.
            [chosen] if !below(Some(chosen)).is_empty() => below(Some(chosen)),
            [chosen] => below(catalogue.value_parent(chosen)),
            _ => dividing(&below, catalogue),
        };
        for &chosen in selected {
            if level.iter().all(|&(value, _)| value != chosen) {
                level.push((chosen, self.counts.at(chosen)));
            }
        }
        level
    }

    /// How much a facet helps; `None` where it could not narrow anything.
    fn score(
        &self,
        facet: FacetIdx,
        values: impl Iterator<Item = (ValueIdx, u32)> + Clone,
    ) -> Option<f64> {
        let (mut number, mut total, mut care) = (0, 0, 0.0f64);
        for (value, count) in values.clone() {
            number += 1;
            total += count;
            care = care.max(self.beliefs.own_value(self.catalogue, value));
        }
        let is_selected = !self.filters.selected(facet).is_empty();
        if !is_selected && number < 2 || !self.is_offered(facet, total) {
            return None;
        }
        let coverage = self.coverage(facet, total);
        let split = coverage.min(1.0) * evenness(values.map(|(_, count)| count), total);
        Some(split + CARE_WEIGHT * care + f64::from(u8::from(is_selected)))
    }

    /// Whether enough hits have a value of `facet`, or the shopper has chosen one.
    fn is_offered(&self, facet: FacetIdx, total: u32) -> bool {
        self.coverage(facet, total) >= MIN_COVERAGE || !self.filters.selected(facet).is_empty()
    }

    fn coverage(&self, facet: FacetIdx, total: u32) -> f64 {
        let base = self.counts.base(self.filters, Subject::Facet(facet));
        f64::from(total) / f64::from(base.max(1))
    }

    /// A facet with its values in order: the chosen ones, then by number of hits and affinity.
    fn facet(
        &self,
        facet: FacetIdx,
        kind: FacetKind,
        score: f64,
        values: impl Iterator<Item = (ValueIdx, u32)>,
    ) -> Facet {
        let catalogue = self.catalogue;
        let selected = self.filters.selected(facet);
        let affinity = |value| self.beliefs.own_value(catalogue, value);
        let rows: Vec<(ValueIdx, u32)> = values.collect();
        let order = best(
            rows.iter().map(|&(value, count)| {
                let score = libm::log1p(f64::from(count)) + affinity(value);
                (u64::from(!selected.contains(&value)), score)
            }),
            MAX_VALUES.max(selected.len()),
        );
        Facet {
            key: catalogue.facet_key(facet).to_owned(),
            label: catalogue.facet_label(facet).to_owned(),
            kind,
            score,
            values: pick(rows, order)
                .into_iter()
                .map(|(value, count)| FacetValue {
                    value: catalogue.value_name(value),
                    label: catalogue.value_label(value).to_owned(),
                    count,
                    selected: selected.contains(&value),
                    affinity: affinity(value),
                })
                .collect(),
            min: None,
            max: None,
        }
    }

    /// A price splits any result in halves wherever it has one.
    fn price_score(&self) -> Option<f64> {
        let (min, max) = self.counts.prices?;
        let all = self.counts.base(self.filters, Subject::Price).max(1);
        (min < max).then(|| f64::from(self.counts.priced) / f64::from(all) * 0.5)
    }

    fn price_facet(&self, score: f64) -> Facet {
        Facet {
            key: "price".to_owned(),
            label: String::new(),
            kind: FacetKind::Price,
            score,
            values: Vec::new(),
            min: self.counts.prices.map(|(min, _)| min),
            max: self.counts.prices.map(|(_, max)| max),
        }
    }
}

/// The first level from the root at which there is more than one category; the last one if there is none.
fn dividing(
    below: &impl Fn(Option<ValueIdx>) -> Vec<(ValueIdx, u32)>,
    catalogue: &Catalogue,
) -> Vec<(ValueIdx, u32)> {
    let mut parent = None;
    loop {
        let level = below(parent);
        match level.as_slice() {
            [] => return below(parent.and_then(|value| catalogue.value_parent(value))),
            &[(only, _)] => parent = Some(only),
            _ => return level,
        }
    }
}

/// Entropy of the values' counts over that of a handful of equal ones, at most 1, so that hundreds of values of one item
/// each gain nothing.
fn evenness(counts: impl Iterator<Item = u32>, total: u32) -> f64 {
    if total == 0 {
        return 0.0;
    }
    let (mut entropy, mut repeated) = (0.0, 0u32);
    for count in counts {
        if count > 0 {
            let share = f64::from(count) / f64::from(total);
            entropy -= share * libm::log(share);
        }
        if count > 1 {
            repeated += count;
        }
    }
    // A value that only one item has narrows the result to that item: no better than the list itself.
    let useful = f64::from(repeated) / f64::from(total);
    useful * (entropy / HANDFUL).min(1.0)
}

/// Entropy of eight equal values, in nats.
const HANDFUL: f64 = 2.079_441_541_679_835_7;
