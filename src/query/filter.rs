//! Filters: what the shopper has ticked. Any value of a facet will do, every facet must be met.

use super::SearchQuery;
use crate::{
    catalogue::{Catalogue, FacetIdx, ItemIdx, ValueIdx},
    index::BitSet,
};

/// Filters that are looked at; a page has no room for more.
const MAX_FILTERS: usize = 64;

/// The filters of a query, each with the items that meet it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filters(Vec<Filter>);

/// What the shopper has chosen of one facet.
#[derive(Clone, Debug)]
pub(crate) struct Filter {
    /// `None` for a facet that the catalogue does not have, which no item can meet.
    subject: Option<Subject>,
    selected: Vec<ValueIdx>,
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
        let facets = query
            .filters
            .iter()
            .filter(|(_, values)| !values.is_empty())
            .take(MAX_FILTERS)
            .map(|(key, values)| Filter::of_values(catalogue, key, values));
        let finite = |price: Option<f64>| price.filter(|price| price.is_finite());
        let price = match (finite(query.price_min), finite(query.price_max)) {
            (None, None) => None,
            (min, max) => Some(Filter::of_price(
                catalogue,
                min.unwrap_or(0.0),
                max.unwrap_or(f64::INFINITY),
            )),
        };
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
        self.position(Subject::Facet(facet))
            .and_then(|position| self.0.get(position))
            .map_or(&[], |filter| &filter.selected)
    }
}

impl Filter {
    fn of_values(catalogue: &Catalogue, key: &str, values: &[String]) -> Self {
        let items = catalogue.item_count();
        let Some(facet) = catalogue.facet(key) else {
            return Self {
                subject: None,
                selected: Vec::new(),
                items: BitSet::new(items),
            };
        };
        let selected: Vec<ValueIdx> = values
            .iter()
            .take(MAX_FILTERS)
            .filter_map(|value| catalogue.value(facet, value))
            .collect();
        let range = catalogue.value_range(facet);
        let mut wanted = vec![false; range.len()];
        for &value in &selected {
            for below in catalogue.subtree(value) {
                if let Some(wanted) = wanted.get_mut((below - range.start) as usize) {
                    *wanted = true;
                }
            }
        }
        let has_one = |item| {
            catalogue
                .item_values_in(ItemIdx(item), &range)
                .iter()
                .any(|value| wanted.get((value - range.start) as usize) == Some(&true))
        };
        Self {
            subject: Some(Subject::Facet(facet)),
            items: if selected.is_empty() {
                BitSet::new(items)
            } else {
                BitSet::of(items, has_one)
            },
            selected,
        }
    }

    fn of_price(catalogue: &Catalogue, min: f64, max: f64) -> Self {
        let fits = |item| {
            catalogue
                .current_price(ItemIdx(item))
                .is_some_and(|price| (min..=max).contains(&f64::from(price)))
        };
        Self {
            subject: Some(Subject::Price),
            selected: Vec::new(),
            items: BitSet::of(catalogue.item_count(), fits),
        }
    }
}
