//! Facet use: how often shoppers narrowed a list by a facet, after a query and in a category.
//!
//! # Method
//! The rate of a query is shrunken towards that of its category, this towards the shop's, which starts at nought: a
//! hierarchy of Beta priors of [`VISITS`] visits each (Gelman et al., *Bayesian Data Analysis*, §5.3). What nobody has counted
//! yet says what its parent says.

use super::{Knowledge, sections::Section};
use crate::key::Key;

/// Visits that a parent's rate is worth. Hand-set: after ten visits a query speaks as loud as its category.
const VISITS: f64 = 10.0;

/// How often a facet is used.
#[derive(Clone, Debug, PartialEq)]
pub struct FacetUse<'a> {
    /// The facet's key.
    pub facet: &'a str,
    /// Share of visits to the list that used it, `0.0..=1.0`, shrunken.
    pub rate: f64,
    /// The same of all lists of the shop; `rate / shop` says what is special about this one.
    pub shop: f64,
}

impl Knowledge {
    /// How often each facet is used after `query` (as [`normalised`](crate::normalised) gives it; "" without one) in the category
    /// with the profile key `category`.
    /// Empty where logs taught nothing.
    #[must_use]
    pub fn facet_use(&self, query: &str, category: Option<Key>) -> Vec<FacetUse<'_>> {
        let counts = self.u32s(Section::FacetCounts);
        let lists = f64::from(self.meta().lists);
        let keys = self.strings(Section::FacetKeys, Section::FacetKeysBlob);
        let mut rates: Vec<FacetUse<'_>> = (0..counts.len())
            .map(|facet| {
                let shop = shrunken(counts.at(facet), lists, 0.0);
                FacetUse {
                    facet: keys.at(facet),
                    rate: shop,
                    shop,
                }
            })
            .collect();
        let category = category.and_then(|key| self.category(key));
        let query = match query {
            "" => None,
            text => self.queries().find(text),
        };
        let (visits, used) = (Section::CategoryCounts, Section::CategoryFacets);
        self.shrink(
            &mut rates,
            category,
            visits,
            used,
            Section::CategoryFacetsList,
        );
        let (visits, used) = (Section::QueryCounts, Section::QueryFacets);
        self.shrink(&mut rates, query, visits, used, Section::QueryFacetsList);
        rates
    }

    /// Brings `rates` towards what was counted of `index`.
    fn shrink(
        &self,
        rates: &mut [FacetUse<'_>],
        index: Option<usize>,
        visits: Section,
        used: Section,
        list: Section,
    ) {
        let Some(index) = index else {
            return;
        };
        let visits = f64::from(self.u32s(visits).at(index));
        let mut counts = vec![0; rates.len()];
        for entry in self.list(used, list, index).iter() {
            if let Some(count) = counts.get_mut((entry >> 24) as usize) {
                *count = entry & 0xff_ffff;
            }
        }
        for (rate, count) in rates.iter_mut().zip(counts) {
            rate.rate = shrunken(count, visits, rate.rate);
        }
    }

    fn category(&self, key: Key) -> Option<usize> {
        let keys = self.u64s(Section::CategoryKeys);
        let at = keys.lower_bound(key.to_u64());
        (at < keys.len() && keys.at(at) == key.to_u64()).then_some(at)
    }
}

fn shrunken(count: u32, visits: f64, parent: f64) -> f64 {
    // A visit uses a facet once, whatever the bytes say.
    f64::from(count).min(visits) / (visits + VISITS) + VISITS * parent / (visits + VISITS)
}
