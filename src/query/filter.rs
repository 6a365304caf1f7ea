//! Filters: what the shopper has ticked. Any value of a facet will do, every facet must be met.

use std::ops::Range;

use super::SearchQuery;
use crate::{
    catalogue::{Catalogue, FacetIdx, ItemIdx, ValueIdx},
    index::BitSet,
};

/// Filters that are looked at; a page has no room for more.
const MAX_FILTERS: usize = 64;

/// The filters of a query, ready to be asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filters {
    facets: Vec<FacetFilter>,
    price: Option<(f64, f64)>,
}

#[derive(Clone, Debug)]
struct FacetFilter {
    /// `None` for a facet that the catalogue does not have, which no item can meet.
    facet: Option<FacetIdx>,
    /// All values of the facet.
    values: Range<u32>,
    selected: Vec<ValueIdx>,
    items: BitSet,
}

/// How an item meets the filters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It meets all.
    Passes,
    /// It meets all but the one with this number.
    FailsOne(usize),
    /// It fails several.
    Fails,
}

impl Filters {
    pub(crate) fn new(catalogue: &Catalogue, query: &SearchQuery) -> Self {
        let facets = query
            .filters
            .iter()
            .filter(|(_, values)| !values.is_empty())
            .take(MAX_FILTERS)
            .map(|(key, values)| FacetFilter::new(catalogue, key, values))
            .collect();
        let finite = |price: Option<f64>| price.filter(|price| price.is_finite());
        let price = match (finite(query.price_min), finite(query.price_max)) {
            (None, None) => None,
            (min, max) => Some((min.unwrap_or(0.0), max.unwrap_or(f64::INFINITY))),
        };
        Self { facets, price }
    }

    /// Number of filters, the price included.
    pub(crate) fn len(&self) -> usize {
        self.facets.len() + usize::from(self.price.is_some())
    }

    /// Number of the filter on `facet`.
    pub(crate) fn position(&self, facet: FacetIdx) -> Option<usize> {
        self.facets
            .iter()
            .position(|filter| filter.facet == Some(facet))
    }

    /// The values of the facet that the filter with this number is on.
    pub(crate) fn values(&self, position: usize) -> Range<u32> {
        self.facets
            .get(position)
            .map_or(0..0, |filter| filter.values.clone())
    }

    /// Number of the filter on the price.
    pub(crate) fn price_position(&self) -> Option<usize> {
        self.price.map(|_| self.facets.len())
    }

    /// The chosen values of `facet`.
    pub(crate) fn selected(&self, facet: FacetIdx) -> &[ValueIdx] {
        self.facets
            .iter()
            .find(|filter| filter.facet == Some(facet))
            .map_or(&[], |filter| &filter.selected)
    }

    pub(crate) fn judge(&self, catalogue: &Catalogue, item: ItemIdx) -> Verdict {
        let mut verdict = Verdict::Passes;
        let price = self.price.map(|(min, max)| {
            catalogue
                .current_price(item)
                .is_some_and(|price| (min..=max).contains(&f64::from(price)))
        });
        let met = self
            .facets
            .iter()
            .map(|filter| filter.items.contains(item.0))
            .chain(price);
        for (position, met) in met.enumerate() {
            match verdict {
                _ if met => {}
                Verdict::Passes => verdict = Verdict::FailsOne(position),
                _ => return Verdict::Fails,
            }
        }
        verdict
    }
}

impl FacetFilter {
    fn new(catalogue: &Catalogue, key: &str, values: &[String]) -> Self {
        let facet = catalogue.facet(key);
        let selected: Vec<ValueIdx> = values
            .iter()
            .take(MAX_FILTERS)
            .filter_map(|value| catalogue.value(facet?, value))
            .collect();
        let mut items = BitSet::new(catalogue.item_count());
        for &value in &selected {
            let below = if facet == Some(FacetIdx::CATEGORY) {
                catalogue.subtree(value)
            } else {
                value.0..value.0 + 1
            };
            for value in below.map(ValueIdx) {
                catalogue.value_postings(value).for_each(|item, _| {
                    items.insert(item.0);
                    true
                });
            }
        }
        let all = facet.map(|facet| catalogue.facet_values(facet));
        let first = all
            .clone()
            .and_then(|mut all| all.next())
            .map_or(0, |value| value.0);
        Self {
            facet,
            values: first..first + all.map_or(0, |all| all.len() as u32),
            selected,
            items,
        }
    }
}
