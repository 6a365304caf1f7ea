//! Facets: which properties to offer for narrowing a result, in the order that fits query, result and shopper.
//!
//! # Method
//! The gain of a facet is how well it splits the result (the share of the hits that have it, times the entropy of its values
//! over that of a handful), what shoppers have used after this query and in this category, and how far this shopper's turn for
//! one of its values is known. Facets come by falling gain and end where the next would gain little beside the first.
//!
//! # Invariants
//! * Beliefs decide the order of facets and values, never a count.
//! * What is chosen is always shown.

use super::{
    Facet, FacetKind, SearchQuery,
    ahead::Ahead,
    counts::Counts,
    filter::{Filters, PRICE, Selection, Subject},
    ranges::{self, Prices},
};
use crate::{
    catalogue::{Catalogue, FacetIdx, ValueIdx},
    learn::Beliefs,
    order::best_by,
    text::has_decimal_comma,
};

/// Facets that are returned at most; more than any page of filters has room for.
const MAX_FACETS: usize = 30;
/// Facets that a query can ask for.
const MOST_FACETS: usize = 1_000;
/// A facet is offered when at least this share of the hits has it. Hand-set.
const MIN_COVERAGE: f64 = 0.03;
/// A facet is offered when it gains at least this share of what the first one does. Hand-set: on the demo shop's categories that
/// leaves 6 to 14.
const MIN_GAIN_SHARE: f64 = 0.12;
/// How much the shopper's care for a facet weighs beside how well it splits the result. Hand-set.
const CARE_WEIGHT: f64 = 0.25;
/// What it gains a facet to be used in every visit to such a list. Hand-set: a facet that one visit in two uses stands above
/// all that nobody does.
const USE_WEIGHT: f64 = 2.0;
/// How well a scale splits a result beside words: whoever has a range in mind uses it, and whoever has not passes it over. Hand-set.
const SCALE_SPLIT: f64 = 0.5;

/// How often shoppers use facets on lists like this one; nothing where no logs have told.
#[derive(Clone, Debug, Default)]
pub(crate) struct FacetUses(Vec<(String, f64)>);

impl FacetUses {
    /// From the keys of facets and the share of visits that use each, `0.0..=1.0`.
    pub(crate) fn new(rates: impl IntoIterator<Item = (String, f64)>) -> Self {
        Self(rates.into_iter().collect())
    }

    fn of(&self, facet: &str) -> f64 {
        let rate = self.0.iter().find(|(key, _)| key == facet);
        rate.map_or(0.0, |&(_, rate)| rate.clamp(0.0, 1.0))
    }
}

/// A result that facets are asked of.
pub(crate) struct Asked<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) beliefs: &'a Beliefs,
    pub(super) query: &'a SearchQuery,
    pub(super) filters: &'a Filters,
    pub(super) selection: &'a Selection,
    pub(super) counts: &'a Counts,
    pub(super) uses: &'a FacetUses,
    /// What the shop's logs say of the values; facets that the query filters by keep the order of tastes.
    pub(super) ahead: Option<Ahead<'a>>,
}

/// A facet that may be shown.
#[derive(Clone, Copy, Debug)]
struct Draft {
    subject: Subject,
    gain: f64,
}

impl Asked<'_> {
    /// The facets of the result, the most helpful first.
    pub(crate) fn facets(&self) -> Vec<Facet> {
        let items = self.selection.base(self.filters, Subject::Price);
        let prices = Prices::of(self.catalogue, items);
        let logs = Logs::new();
        let flat = self.catalogue.facets().skip(1);
        let drafts = std::iter::once(self.category_gain(&logs))
            .chain(flat.map(|facet| self.gain(facet, &logs)))
            .chain([self.price_gain(&prices)])
            .flatten()
            .collect();
        // Catalogues have thousands of facets: values are put in order for those that are shown.
        let limit = self.query.max_facets.unwrap_or(MAX_FACETS);
        let best = best_by(
            drafts,
            limit.clamp(MAX_FACETS, MOST_FACETS),
            |draft: &Draft| draft.gain,
        );
        let first = best
            .iter()
            .find(|draft| !self.is_chosen(draft.subject))
            .map_or(0.0, |draft| draft.gain);
        let least = if self.wants_all() {
            0.0
        } else {
            MIN_GAIN_SHARE * first
        };
        best.into_iter()
            .enumerate()
            .filter(|&(place, draft)| {
                let helps = place < limit && draft.gain >= least;
                helps || self.is_chosen(draft.subject)
            })
            .map(|(_, draft)| match draft.subject {
                Subject::Facet(facet) => self.facet(facet, draft.gain),
                Subject::Price => self.price_facet(&prices, draft.gain),
            })
            .collect()
    }

    /// More facets are asked for than ever help: then also those that tell nothing apart.
    fn wants_all(&self) -> bool {
        self.query
            .max_facets
            .is_some_and(|asked| asked > MAX_FACETS)
    }

    fn is_chosen(&self, subject: Subject) -> bool {
        self.filters.position(subject).is_some()
    }

    /// How much a flat facet helps; `None` where it could not narrow anything.
    fn gain(&self, facet: FacetIdx, logs: &Logs) -> Option<Draft> {
        let range = self.catalogue.value_range(facet);
        let counts = self.counts.of(self.catalogue, facet);
        let total = counts.iter().sum();
        let subject = Subject::Facet(facet);
        let coverage = self.coverage(subject, total);
        if coverage < MIN_COVERAGE && !self.is_chosen(subject) && !self.wants_all() {
            return None;
        }
        let values = range.zip(counts).filter(|&(_, &count)| count > 0);
        let split = Split::of(values.clone().map(|(_, &count)| count), total, logs);
        let even = if self.catalogue.scale(facet).is_some() {
            SCALE_SPLIT * split.even
        } else {
            split.shared * split.even
        };
        let care = if self.beliefs.is_empty() {
            0.0
        } else {
            values
                .map(|(value, _)| self.beliefs.value(ValueIdx(value)))
                .fold(0.0, f64::max)
        };
        self.draft(subject, split.values, coverage * even, care)
    }

    fn category_gain(&self, logs: &Logs) -> Option<Draft> {
        let level = self.category_level();
        let total = level.iter().map(|&(_, count)| count).sum();
        let split = Split::of(level.iter().map(|&(_, count)| count), total, logs);
        let subject = Subject::Facet(FacetIdx::CATEGORY);
        let coverage = self.coverage(subject, total);
        if coverage < MIN_COVERAGE && !self.is_chosen(subject) && !self.wants_all() {
            return None;
        }
        let care = level
            .iter()
            .map(|&(value, _)| self.beliefs.own_value(self.catalogue, value))
            .fold(0.0, f64::max);
        let values = level.len() as u32;
        self.draft(subject, values, coverage * split.shared * split.even, care)
    }

    fn price_gain(&self, prices: &Prices) -> Option<Draft> {
        let values = prices
            .span()
            .map_or(0, |(min, max)| 1 + u32::from(min < max));
        let coverage = self.coverage(Subject::Price, prices.count);
        self.draft(Subject::Price, values, SCALE_SPLIT * coverage, 0.0)
    }

    /// One value tells nothing apart, unless it is chosen.
    fn draft(&self, subject: Subject, values: u32, split: f64, care: f64) -> Option<Draft> {
        let is_chosen = self.is_chosen(subject);
        let used = match subject {
            Subject::Facet(facet) => self.uses.of(self.catalogue.facet_key(facet)),
            Subject::Price => self.uses.of(PRICE),
        };
        let gain = split + CARE_WEIGHT * care + USE_WEIGHT * used + f64::from(u8::from(is_chosen));
        let tells = values >= 2 || is_chosen || (values == 1 && self.wants_all());
        tells.then_some(Draft { subject, gain })
    }

    fn coverage(&self, subject: Subject, total: u32) -> f64 {
        let base = self.counts.base(self.filters, subject);
        (f64::from(total) / f64::from(base.max(1))).min(1.0)
    }

    fn facet(&self, facet: FacetIdx, gain: f64) -> Facet {
        let catalogue = self.catalogue;
        let mut answer = Facet {
            key: catalogue.facet_key(facet).to_owned(),
            label: catalogue.facet_label(facet).to_owned(),
            kind: FacetKind::Text,
            score: gain,
            unit: String::new(),
            values: Vec::new(),
            ranges: Vec::new(),
            min: None,
            max: None,
        };
        if facet == FacetIdx::CATEGORY {
            answer.kind = FacetKind::Category;
            answer.values = self.category_values();
        } else if let Some(scale) = catalogue.scale(facet) {
            let counts = self.counts.of(catalogue, facet);
            let chosen = self.filters.ranges(Subject::Facet(facet));
            let comma = has_decimal_comma(&catalogue.meta().language);
            let found = ranges::of_numbers(&scale, counts, chosen, comma);
            answer.kind = FacetKind::Number;
            answer.unit = scale.unit.to_owned();
            answer.values = self.values(facet, found.ranges.iter().all(|range| range.selected));
            answer.ranges = found.ranges;
            answer.min = found.min;
            answer.max = found.max;
        } else {
            answer.values = self.values(facet, false);
        }
        answer
    }

    fn price_facet(&self, prices: &Prices, gain: f64) -> Facet {
        let items = self.selection.base(self.filters, Subject::Price);
        let chosen = self.filters.ranges(Subject::Price);
        let found = ranges::of_prices(self.catalogue, items, prices, chosen);
        Facet {
            key: PRICE.to_owned(),
            label: String::new(),
            kind: FacetKind::Price,
            score: gain,
            unit: String::new(),
            values: Vec::new(),
            ranges: found.ranges,
            min: found.min,
            max: found.max,
        }
    }
}

/// How values part a result.
struct Split {
    /// Values with hits.
    values: u32,
    /// Share of the hits whose value others have, too: a value of one item narrows the result to that item, no better than the
    /// list itself.
    shared: f64,
    /// Entropy over that of a handful of equal values, at most 1, so that hundreds of values gain no more.
    even: f64,
}

impl Split {
    fn of(counts: impl Iterator<Item = u32>, total: u32, logs: &Logs) -> Self {
        let (mut values, mut shared, mut sum) = (0, 0u32, 0.0);
        for count in counts {
            values += u32::from(count > 0);
            shared += if count > 1 { count } else { 0 };
            sum += logs.times(count);
        }
        let total = f64::from(total.max(1));
        let entropy = libm::log(total) - sum / total;
        Self {
            values,
            shared: f64::from(shared) / total,
            even: (entropy / HANDFUL).clamp(0.0, 1.0),
        }
    }
}

/// Entropy of eight equal values, in nats.
const HANDFUL: f64 = 2.079_441_541_679_835_7;

/// `n · ln n` of small numbers, which most counts are.
struct Logs([f64; 128]);

impl Logs {
    fn new() -> Self {
        Self(std::array::from_fn(|n| n_log_n(n as u32)))
    }

    #[inline]
    fn times(&self, count: u32) -> f64 {
        let known = self.0.get(count as usize).copied();
        known.unwrap_or_else(|| n_log_n(count))
    }
}

fn n_log_n(n: u32) -> f64 {
    f64::from(n) * libm::log(f64::from(n.max(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn even_and_shared_values_split_best() {
        let split = |counts: &[u32]| {
            let split = Split::of(counts.iter().copied(), counts.iter().sum(), &Logs::new());
            (split.values, split.shared, split.even)
        };
        let (values, shared, even) = split(&[20; 8]);
        assert_eq!((values, shared), (8, 1.0));
        assert!((even - 1.0).abs() < 1e-12);
        assert!(split(&[150, 10]).2 < split(&[80, 80]).2);
        assert_eq!(split(&[1; 50]), (50, 0.0, 1.0));
        assert_eq!(split(&[7, 0]).2, 0.0);
        assert_eq!(split(&[]), (0, 0.0, 0.0));
    }

    #[test]
    fn uses_are_rates() {
        let uses = FacetUses::new([
            ("colour".to_owned(), 0.4),
            ("width".to_owned(), f64::INFINITY),
        ]);
        assert_eq!(uses.of("colour"), 0.4);
        assert_eq!(uses.of("width"), 1.0);
        assert_eq!(uses.of("weight"), 0.0);
    }
}
