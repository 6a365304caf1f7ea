//! Searches and lists of visits in, what they teach out: queries, priors, facet use.
//!
//! # Method
//! An item's *choices* after a query count in units: looked at 1, put into the cart 2, bought 3, once per visit. Its *expected*
//! choices are what it would get if the items of the list were all alike: a share by how likely its place is to be
//! looked at ([`attention`]; the position-based model: Craswell et al. 2008). Where the log has no lists, the share is the item's share of
//! all choices after searches. Tried and dropped: to count only what stands above the last choice as looked at (dependent click model,
//! Guo et al. 2009). There the chosen one is always the last, so what stands high loses; predictions got worse than without logs. The prior is the log of the two, with [`KAPPA`] units of what less exact evidence says:
//!
//! `prior(i | q) = max(0, ln( (c + κ·b) / (e + κ) ))`, `b = exp(mean of prior(i | w) over the words w of q)`, and `b = 1` for a word.
//!
//! # Invariants
//! * All that is kept is a sum of whole numbers, so no order of visits changes it.
//! * A query or word of fewer than [`Limits::shoppers`] shoppers leaves nothing.

use std::collections::{BTreeMap, BTreeSet};

use endcap::knowledge::LogOdds;
use endcap::normalised;

use super::log::LogEvent;
use super::private::{has_address, has_long_number};
use super::visits::Visit;

/// Units of choice that less exact evidence is worth. Hand-set: with 2 of them, single choices made later ones harder to
/// predict than without logs (`docs/search.md`).
pub(crate) const KAPPA: f64 = 20.0;
/// Expected choices are kept in whole parts of a unit.
const PARTS: u64 = 1 << 20;
/// Items that a query and a word keep, those of the greatest magnitude.
const QUERY_ITEMS: usize = 32;
const WORD_ITEMS: usize = 64;
/// What moves a score by less is left out: popularity differs by more from neighbour to neighbour.
const LEAST: f64 = 0.1;
/// Longer texts are no queries.
const MAX_QUERY: usize = 80;

/// Choices and expected choices of one item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Share {
    units: u64,
    expected: u64,
}

/// Choices of items.
#[derive(Clone, Debug, Default)]
pub(crate) struct Choices {
    items: BTreeMap<u32, Share>,
    /// Units of choices where the log has no list.
    unlisted: u64,
    shoppers: BTreeSet<u64>,
}

/// What is known of one query.
#[derive(Clone, Debug, Default)]
pub(crate) struct QueryStats {
    pub(crate) visits: u32,
    pub(crate) choices: Choices,
    spellings: BTreeMap<String, u32>,
    /// Visits that used a facet.
    pub(crate) facets: BTreeMap<String, u32>,
}

/// What is known of one category.
#[derive(Clone, Debug, Default)]
pub(crate) struct CategoryStats {
    pub(crate) visits: u32,
    pub(crate) facets: BTreeMap<String, u32>,
    shoppers: BTreeSet<u64>,
}

/// What is left out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Different shoppers that a query, word or category needs.
    pub(crate) shoppers: usize,
}

/// Collects what visits teach of searches.
#[derive(Debug)]
pub(crate) struct Searches {
    limits: Limits,
    pub(crate) queries: BTreeMap<String, QueryStats>,
    pub(crate) words: BTreeMap<String, Choices>,
    pub(crate) categories: BTreeMap<String, CategoryStats>,
    /// Visits to lists, and those of them that used each facet.
    pub(crate) lists: u32,
    pub(crate) facets: BTreeMap<String, u32>,
    numbers: BTreeMap<String, u32>,
    pub(crate) items: Vec<String>,
    /// All choices after searches, for the share of an item.
    all: BTreeMap<u32, u64>,
}

/// A list that the shopper is before.
enum Place {
    Query(String),
    Category(String),
}

/// What was done in one list.
struct Stay {
    place: Place,
    spelling: String,
    shown: Vec<u32>,
    chosen: BTreeMap<u32, u64>,
    facets: BTreeSet<String>,
}

impl Searches {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            queries: BTreeMap::new(),
            words: BTreeMap::new(),
            categories: BTreeMap::new(),
            lists: 0,
            facets: BTreeMap::new(),
            numbers: BTreeMap::new(),
            items: Vec::new(),
            all: BTreeMap::new(),
        }
    }

    /// Learns from one visit.
    pub(crate) fn learn(&mut self, visit: &Visit) {
        let mut stays: Vec<Stay> = Vec::new();
        // A later look at the same list of the same visit goes on with it: a visit says one thing of a query once.
        let mut current: Option<usize> = None;
        for event in &visit.events {
            match event.name.as_str() {
                "search" | "view_search_results" => {
                    current = self.enter(
                        &mut stays,
                        term_of(event).map(|(query, spelling)| (Place::Query(query), spelling)),
                    );
                    self.show(&mut stays, current, event);
                }
                "view_category" if !event.value.is_empty() => {
                    let place = Place::Category(event.value.clone());
                    current = self.enter(&mut stays, Some((place, String::new())));
                }
                "view_item_list" if event.list.to_lowercase().contains("search") => {
                    self.show(&mut stays, current, event);
                }
                "select_filter" if !event.facet.is_empty() => {
                    if let Some(stay) = current.and_then(|at| stays.get_mut(at)) {
                        stay.facets.insert(event.facet.clone());
                    }
                }
                "select_item" | "view_item" => self.choose(&mut stays, current, event, 1),
                "add_to_cart" | "add_to_wishlist" => self.choose(&mut stays, current, event, 2),
                "purchase" => {
                    // What is bought was chosen earlier on the visit, wherever that was.
                    for at in 0..stays.len() {
                        self.upgrade(&mut stays, at, event);
                    }
                }
                _ => {}
            }
        }
        for stay in stays {
            self.close(stay, visit.shopper);
        }
    }

    fn enter(&self, stays: &mut Vec<Stay>, place: Option<(Place, String)>) -> Option<usize> {
        let (place, spelling) = place?;
        let known = stays.iter().position(|stay| match (&stay.place, &place) {
            (Place::Query(a), Place::Query(b)) | (Place::Category(a), Place::Category(b)) => a == b,
            _ => false,
        });
        if known.is_some() {
            return known;
        }
        stays.push(Stay {
            place,
            spelling,
            shown: Vec::new(),
            chosen: BTreeMap::new(),
            facets: BTreeSet::new(),
        });
        Some(stays.len() - 1)
    }

    fn show(&mut self, stays: &mut [Stay], current: Option<usize>, event: &LogEvent) {
        let Some(stay) = current.and_then(|at| stays.get_mut(at)) else {
            return;
        };
        for id in &event.items {
            let item = self.number(id);
            if !stay.shown.contains(&item) {
                stay.shown.push(item);
            }
        }
    }

    fn choose(&mut self, stays: &mut [Stay], current: Option<usize>, event: &LogEvent, units: u64) {
        let Some(stay) = current.and_then(|at| stays.get_mut(at)) else {
            return;
        };
        for id in &event.items {
            let item = self.number(id);
            let best = stay.chosen.entry(item).or_default();
            *best = units.max(*best);
        }
    }

    fn upgrade(&mut self, stays: &mut [Stay], at: usize, event: &LogEvent) {
        for id in &event.items {
            let item = self.number(id);
            if let Some(units) = stays
                .get_mut(at)
                .and_then(|stay| stay.chosen.get_mut(&item))
            {
                *units = 3;
            }
        }
    }

    fn close(&mut self, stay: Stay, shopper: u64) {
        self.lists += 1;
        for facet in &stay.facets {
            *self.facets.entry(facet.clone()).or_default() += 1;
        }
        let query = match stay.place {
            Place::Category(name) => {
                let category = self.categories.entry(name).or_default();
                category.visits += 1;
                self.limits.count(&mut category.shoppers, shopper);
                for facet in stay.facets {
                    *category.facets.entry(facet).or_default() += 1;
                }
                return;
            }
            Place::Query(query) => query,
        };
        // What was not in the list was found elsewhere.
        let chosen: BTreeMap<u32, u64> = stay
            .chosen
            .into_iter()
            .filter(|(item, _)| stay.shown.is_empty() || stay.shown.contains(item))
            .collect();
        let examined = match chosen.is_empty() {
            true => &[][..],
            false => stay.shown.as_slice(),
        };
        for (&item, units) in &chosen {
            *self.all.entry(item).or_default() += units;
        }
        // The words of a long number may be somebody's, too, and an article number has no words.
        let words: BTreeSet<&str> = match has_long_number(&stay.spelling) {
            true => BTreeSet::new(),
            false => query.split(' ').collect(),
        };
        for word in words {
            let choices = self.words.entry(word.to_owned()).or_default();
            self.limits.count(&mut choices.shoppers, shopper);
            choices.add(&chosen, examined);
        }
        let stats = self.queries.entry(query).or_default();
        stats.visits += 1;
        self.limits.count(&mut stats.choices.shoppers, shopper);
        stats.choices.add(&chosen, examined);
        *stats.spellings.entry(stay.spelling).or_default() += 1;
        for facet in stay.facets {
            *stats.facets.entry(facet).or_default() += 1;
        }
    }

    fn number(&mut self, id: &str) -> u32 {
        if let Some(&number) = self.numbers.get(id) {
            return number;
        }
        let number = self.items.len() as u32;
        self.numbers.insert(id.to_owned(), number);
        self.items.push(id.to_owned());
        number
    }

    /// Drops what too few shoppers did.
    pub(crate) fn forget_the_rare(&mut self) {
        let least = self.limits.shoppers;
        self.queries
            .retain(|_, stats| stats.choices.shoppers.len() >= least);
        self.words
            .retain(|_, choices| choices.shoppers.len() >= least);
        self.categories
            .retain(|_, stats| stats.shoppers.len() >= least);
    }

    /// Log-odds per word and item, in full.
    pub(crate) fn word_odds(&self) -> BTreeMap<&str, BTreeMap<u32, f64>> {
        let odds = |choices: &Choices| self.odds(choices, |_| 0.0).collect();
        self.words
            .iter()
            .map(|(word, choices)| (word.as_str(), odds(choices)))
            .collect()
    }

    /// Log-odds of items after `query`, towards those of its words.
    pub(crate) fn query_odds(
        &self,
        query: &str,
        stats: &QueryStats,
        words: &BTreeMap<&str, BTreeMap<u32, f64>>,
    ) -> Vec<(u32, f64)> {
        let all: Vec<&str> = query.split(' ').collect();
        let back = |item: u32| {
            let known = all.iter().filter_map(|word| words.get(word)?.get(&item));
            known.sum::<f64>() / all.len() as f64
        };
        let odds = self.odds(&stats.choices, back);
        odds.filter(|&(item, odds)| (odds - back(item)).abs() >= LEAST)
            .collect()
    }

    fn odds<'a>(
        &'a self,
        choices: &'a Choices,
        back: impl Fn(u32) -> f64 + 'a,
    ) -> impl Iterator<Item = (u32, f64)> + 'a {
        let all = self.all.values().sum::<u64>().max(1) as f64;
        choices.items.iter().map(move |(&item, share)| {
            let popular = self.all.get(&item).copied().unwrap_or(0) as f64 / all;
            let expected = share.expected as f64 / PARTS as f64 + choices.unlisted as f64 * popular;
            let rate = (share.units as f64 + KAPPA * libm::exp(back(item))) / (expected + KAPPA);
            // What was never shown has nothing against it; to fall behind it for having been shown would be wrong.
            (item, libm::log(rate).max(0.0))
        })
    }
}

impl Limits {
    /// Counts different shoppers up to the limit, and remembers no more of them.
    fn count(self, shoppers: &mut BTreeSet<u64>, shopper: u64) {
        if shoppers.len() < self.shoppers {
            shoppers.insert(shopper);
        }
    }
}

impl Choices {
    fn add(&mut self, chosen: &BTreeMap<u32, u64>, examined: &[u32]) {
        let total: u64 = chosen.values().sum();
        for (&item, units) in chosen {
            self.items.entry(item).or_default().units += units;
        }
        if examined.is_empty() {
            self.unlisted += total;
            return;
        }
        let all: f64 = (0..examined.len()).map(attention).sum();
        for (place, &item) in examined.iter().enumerate() {
            let share = attention(place) / all * (total * PARTS) as f64;
            self.items.entry(item).or_default().expected += share as u64;
        }
    }
}

impl QueryStats {
    /// As most shoppers write it.
    pub(crate) fn spelling(&self) -> &str {
        let most = self
            .spellings
            .iter()
            .max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0)));
        most.map_or("", |(spelling, _)| spelling)
    }
}

/// How likely the place `0..` of a list is to be looked at, beside the first: the discount of DCG (Järvelin, Kekäläinen 2002), since
/// the logs of one shop's one order cannot tell attention from merit.
pub(crate) fn attention(place: usize) -> f64 {
    1.0 / libm::log2(place as f64 + 2.0)
}

/// The query of a search and how it was written, unless it names a person.
pub(crate) fn term_of(event: &LogEvent) -> Option<(String, String)> {
    let words: Vec<&str> = event.search_term.split_whitespace().collect();
    let spelling = words.join(" ").to_lowercase();
    if spelling.chars().count() > MAX_QUERY || has_address(&spelling) {
        return None;
    }
    let query = normalised(&spelling);
    (!query.is_empty()).then_some((query, spelling))
}

/// The entries of the greatest magnitude, as a pack holds them.
pub(crate) fn kept(
    searches: &Searches,
    odds: impl IntoIterator<Item = (u32, f64)>,
    is_query: bool,
) -> Vec<(u32, LogOdds)> {
    let limit = if is_query { QUERY_ITEMS } else { WORD_ITEMS };
    let mut odds: Vec<_> = odds
        .into_iter()
        .filter(|(_, odds)| is_query || odds.abs() >= LEAST)
        .collect();
    // Numbers follow the order of the lines; identifiers do not.
    let id = |item: u32| searches.items.get(item as usize);
    odds.sort_by(|a, b| {
        let greater = b.1.abs().total_cmp(&a.1.abs());
        greater.then_with(|| id(a.0).cmp(&id(b.0)))
    });
    odds.truncate(limit);
    odds.into_iter()
        .map(|(item, odds)| (item, LogOdds::new(odds)))
        .collect()
}
