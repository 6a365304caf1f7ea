//! Filters: what the shopper has ticked. Any value of a facet will do, every facet must be met.

use super::{
    SearchQuery,
    ranges::{meets, number},
    shape::Ends,
};
use crate::{
    catalogue::{Catalogue, FacetIdx, ValueIdx},
    index::BitSet,
};

/// Filters that are looked at; a page has no room for more.
const MAX_FILTERS: usize = 64;
/// The facet of prices.
pub(super) const PRICE: &str = "price";

/// The filters of a query, each with the items that meet it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filters(Vec<Filter>);

/// What the shopper has chosen of one facet.
#[derive(Clone, Debug)]
pub(crate) struct Filter {
    /// `None` for a facet that the catalogue does not have, which no item can meet.
    subject: Option<Subject>,
    selected: Vec<ValueIdx>,
    ranges: Vec<Ends>,
    items: BitSet,
}

/// What a filter asks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    Facet(FacetIdx),
    Price,
}

/// The items that a query means.
#[derive(Clone, Debug)]
pub(crate) struct Selection {
    /// Those that meet all filters.
    pub(crate) hits: BitSet,
    /// For each filter those that meet all others.
    pub(crate) without: Vec<BitSet>,
}

impl Filters {
    pub(crate) fn new(catalogue: &Catalogue, query: &SearchQuery) -> Self {
        let mut keys: Vec<&str> = Vec::new();
        let values = query
            .filters
            .iter()
            .filter(|(_, values)| !values.is_empty());
        let ranges = query.ranges.iter().filter(|(_, ranges)| !ranges.is_empty());
        for key in values.map(|(key, _)| key).chain(ranges.map(|(key, _)| key)) {
            if key != PRICE && !keys.contains(&key.as_str()) && keys.len() < MAX_FILTERS {
                keys.push(key);
            }
        }
        let facets = keys.into_iter().map(|key| {
            let values = query.filters.get(key).map_or(&[][..], Vec::as_slice);
            let ranges = query.ranges.get(key).map_or(&[][..], Vec::as_slice);
            Filter::of_facet(catalogue, key, values, ranges)
        });
        let finite = |price: Option<f64>| price.filter(|price| price.is_finite());
        let mut prices: Vec<Ends> = query
            .ranges
            .get(PRICE)
            .into_iter()
            .flatten()
            .copied()
            .collect();
        match (finite(query.price_min), finite(query.price_max)) {
            (None, None) => {}
            ends => prices.push(ends),
        }
        prices.truncate(MAX_FILTERS);
        // No product has `price` as a property, so a value of it is met by none.
        let valued = query
            .filters
            .get(PRICE)
            .is_some_and(|values| !values.is_empty());
        let price = (valued || !prices.is_empty()).then(|| Filter::of_price(catalogue, prices));
        Self(facets.chain(price).collect())
    }

    /// What remains of `found`, the items that the text means.
    pub(crate) fn select(&self, found: BitSet) -> Selection {
        let mut hits = found.clone();
        let mut without = Vec::with_capacity(self.0.len());
        for filter in &self.0 {
            // The filters before this one; those behind it follow below.
            without.push(hits.clone());
            hits.intersect(&filter.items);
        }
        let mut behind: Option<BitSet> = None;
        for (filter, others) in self.0.iter().zip(&mut without).rev() {
            match &mut behind {
                None => behind = Some(filter.items.clone()),
                Some(behind) => {
                    others.intersect(behind);
                    behind.intersect(&filter.items);
                }
            }
        }
        Selection { hits, without }
    }

    /// What each filter asks of, as far as the catalogue has it.
    pub(crate) fn subjects(&self) -> impl Iterator<Item = Option<Subject>> + '_ {
        self.0.iter().map(|filter| filter.subject)
    }

    /// Number of the filter on `subject`.
    pub(crate) fn position(&self, subject: Subject) -> Option<usize> {
        self.subjects().position(|other| other == Some(subject))
    }

    /// The chosen values of `facet`.
    pub(crate) fn selected(&self, facet: FacetIdx) -> &[ValueIdx] {
        self.on(Subject::Facet(facet))
            .map_or(&[], |filter| &filter.selected)
    }

    /// The chosen ranges of `subject`.
    pub(crate) fn ranges(&self, subject: Subject) -> &[Ends] {
        self.on(subject).map_or(&[], |filter| &filter.ranges)
    }

    fn on(&self, subject: Subject) -> Option<&Filter> {
        self.0.iter().find(|filter| filter.subject == Some(subject))
    }
}

impl Filter {
    fn of_facet(catalogue: &Catalogue, key: &str, values: &[String], ranges: &[Ends]) -> Self {
        let items = catalogue.item_count();
        let Some(facet) = catalogue.facet(key) else {
            return Self {
                subject: None,
                selected: Vec::new(),
                ranges: Vec::new(),
                items: BitSet::new(items),
            };
        };
        let selected: Vec<ValueIdx> = values
            .iter()
            .take(MAX_FILTERS)
            .filter_map(|value| catalogue.value(facet, value))
            .collect();
        let ranges: Vec<Ends> = ranges.iter().copied().take(MAX_FILTERS).collect();
        let numbers = catalogue.value_range(facet);
        let mut wanted = vec![false; numbers.len()];
        for &value in &selected {
            for below in catalogue.subtree(value) {
                if let Some(wanted) = wanted.get_mut((below - numbers.start) as usize) {
                    *wanted = true;
                }
            }
        }
        if let Some(scale) = catalogue.scale(facet).filter(|_| !ranges.is_empty()) {
            for (wanted, (low, high)) in wanted.iter_mut().zip(scale.numbers()) {
                let ends = (number(low, scale.decimals), number(high, scale.decimals));
                *wanted |= meets(ends, &ranges);
            }
        }
        let mut having = catalogue.items_having(facet, &wanted);
        Self {
            subject: Some(Subject::Facet(facet)),
            items: if wanted.contains(&true) {
                BitSet::of(items, |_| having.next() == Some(true))
            } else {
                BitSet::new(items)
            },
            selected,
            ranges,
        }
    }

    fn of_price(catalogue: &Catalogue, ranges: Vec<Ends>) -> Self {
        let price_of = catalogue.current_prices();
        let fits = |item| {
            let price = price_of(item).map(f64::from);
            price.is_some_and(|price| meets((price, price), &ranges))
        };
        Self {
            subject: Some(Subject::Price),
            selected: Vec::new(),
            items: BitSet::of(catalogue.item_count(), fits),
            ranges,
        }
    }
}
