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
//! * All that is counted is a sum of whole numbers, so no order of visits changes it.
//! * A query or word of too few shoppers leaves nothing, and takes no memory: what is counted stays in [`Counts`] until it is known by how many.

use std::collections::{BTreeMap, BTreeSet};

use endcap::knowledge::LogOdds;
use endcap::normalised;
use endcap::personal::{Trace, trace};

use super::counts::{Count, CountStream, Counts, Of, Table};
use super::people::{People, marks};
use super::reformulations::reformulations;
use super::visits::Visit;
use crate::error::TrainerError;
use crate::log::{Kind, LogEvent};

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
    pub(crate) people: People,
}

/// What is known of one query, word or category.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stats {
    pub(crate) visits: u32,
    pub(crate) choices: Choices,
    /// As most shoppers write it.
    pub(crate) spelling: String,
    spelled: u64,
    /// Visits that used a facet.
    pub(crate) facets: BTreeMap<String, u32>,
}

/// What counts say that is needed for any query.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// Visits to lists, and those of them that used each facet.
    pub(crate) lists: u32,
    pub(crate) facets: BTreeMap<String, u32>,
    numbers: BTreeMap<String, u32>,
    pub(crate) items: Vec<String>,
    /// All choices after searches, for the share of an item, and their sum.
    all: BTreeMap<u32, u64>,
    sum: u64,
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
    shown: Vec<String>,
    chosen: BTreeMap<String, u64>,
    facets: BTreeSet<String>,
}

/// Counts what one visit teaches.
pub(crate) fn learn(visit: &Visit, counts: &mut Counts) -> Result<(), TrainerError> {
    let mut stays: Vec<Stay> = Vec::new();
    // A later look at the same list of the same visit goes on with it: a visit says one thing of a query once.
    let mut current: Option<usize> = None;
    for event in &visit.events {
        match event.kind {
            Kind::Search | Kind::ViewSearchResults => {
                let term = term_of(event);
                let place = term.map(|(query, spelling)| (Place::Query(query), spelling));
                current = enter(&mut stays, place);
                show(&mut stays, current, event);
            }
            Kind::ViewCategory if !event.value.is_empty() => {
                let place = Place::Category(event.value.clone());
                current = enter(&mut stays, Some((place, String::new())));
            }
            Kind::ViewItemList if event.list.to_lowercase().contains("search") => {
                show(&mut stays, current, event);
            }
            Kind::SelectFilter if !event.facet.is_empty() => {
                if let Some(stay) = current.and_then(|at| stays.get_mut(at)) {
                    stay.facets.insert(event.facet.clone());
                }
            }
            Kind::SelectItem | Kind::ViewItem => choose(&mut stays, current, event, 1),
            Kind::AddToCart | Kind::AddToWishlist => choose(&mut stays, current, event, 2),
            Kind::Purchase => {
                // What is bought was chosen earlier on the visit, wherever that was.
                for stay in &mut stays {
                    for item in &event.items {
                        if let Some(units) = stay.chosen.get_mut(&item.id) {
                            *units = 3;
                        }
                    }
                }
            }
            _ => {}
        }
    }
    let marks = marks(visit);
    stays
        .into_iter()
        .try_for_each(|stay| close(stay, &marks, counts))?;
    change(visit, &marks, counts)
}

/// Counts what was typed instead of texts that led to no choice.
fn change(visit: &Visit, people: &[(Of, String)], counts: &mut Counts) -> Result<(), TrainerError> {
    for pair in reformulations(visit) {
        let mut add = |table, name: &str, of, what: String, sum| {
            counts.add(&Count {
                table,
                name: name.to_owned(),
                of,
                what,
                sums: [sum, 0],
            })
        };
        let both = format!("{}\t{}", pair.from.0, pair.to.0);
        add(Table::Changed, &both, Of::Visits, String::new(), 1)?;
        for (of, what) in people {
            add(Table::Changed, &both, *of, what.clone(), 0)?;
        }
        let spelling = format!("{}\t{}", pair.from.1, pair.to.1);
        add(Table::Changed, &both, Of::Spelling, spelling, 1)?;
        add(Table::ChangedTo, &pair.to.0, Of::Visits, String::new(), 1)?;
    }
    Ok(())
}

fn enter(stays: &mut Vec<Stay>, place: Option<(Place, String)>) -> Option<usize> {
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

fn show(stays: &mut [Stay], current: Option<usize>, event: &LogEvent) {
    if let Some(stay) = current.and_then(|at| stays.get_mut(at)) {
        for item in &event.items {
            if !stay.shown.contains(&item.id) {
                stay.shown.push(item.id.clone());
            }
        }
    }
}

fn choose(stays: &mut [Stay], current: Option<usize>, event: &LogEvent, units: u64) {
    if let Some(stay) = current.and_then(|at| stays.get_mut(at)) {
        for item in &event.items {
            let best = stay.chosen.entry(item.id.clone()).or_default();
            *best = units.max(*best);
        }
    }
}

fn close(stay: Stay, people: &[(Of, String)], counts: &mut Counts) -> Result<(), TrainerError> {
    let mut add = |table, name: &str, of, what: &str, sums| {
        counts.add(&Count {
            table,
            name: name.to_owned(),
            of,
            what: what.to_owned(),
            sums,
        })
    };
    const ONE: [u64; 2] = [1, 0];
    add(Table::Lists, "", Of::Visits, "", ONE)?;
    for facet in &stay.facets {
        add(Table::Facet, facet, Of::Visits, "", ONE)?;
    }
    let (table, name) = match &stay.place {
        Place::Category(name) => (Table::Category, name),
        Place::Query(query) => (Table::Query, query),
    };
    add(table, name, Of::Visits, "", ONE)?;
    for (of, what) in people {
        add(table, name, *of, what, [0; 2])?;
    }
    for facet in &stay.facets {
        add(table, name, Of::Facet, facet, ONE)?;
    }
    if table == Table::Category {
        return Ok(());
    }
    add(table, name, Of::Spelling, &stay.spelling, ONE)?;
    // What was not in the list was found elsewhere.
    let mut chosen = stay.chosen;
    chosen.retain(|item, _| stay.shown.is_empty() || stay.shown.contains(item));
    for (item, &units) in &chosen {
        add(Table::Item, item, Of::Item, "", [units, 0])?;
    }
    // Per item its units, and what it would get if the items of the list were all alike.
    let total: u64 = chosen.values().sum();
    let mut shares: BTreeMap<&str, [u64; 2]> = BTreeMap::new();
    for (item, &units) in &chosen {
        shares.entry(item).or_default()[0] = units;
    }
    let examined: &[String] = match total {
        0 => &[],
        _ => &stay.shown,
    };
    let all: f64 = (0..examined.len()).map(attention).sum();
    for (place, item) in examined.iter().enumerate() {
        let share = attention(place) / all * (total * PARTS) as f64;
        shares.entry(item).or_default()[1] = share as u64;
    }
    let unlisted = if examined.is_empty() { total } else { 0 };
    // The words of a long number may be somebody's, too, and an article number has no words.
    let words: BTreeSet<&str> = match trace(&stay.spelling) {
        Some(_) => BTreeSet::new(),
        None => name.split(' ').collect(),
    };
    let words = words.into_iter().map(|word| (Table::Word, word));
    for (table, name) in words.chain([(Table::Query, name.as_str())]) {
        if table == Table::Word {
            for (of, what) in people {
                add(table, name, *of, what, [0; 2])?;
            }
        }
        if unlisted > 0 {
            add(table, name, Of::Unlisted, "", [unlisted, 0])?;
        }
        for (item, &sums) in &shares {
            add(table, name, Of::Item, item, sums)?;
        }
    }
    Ok(())
}

/// What counts say, word by word and query by query.
pub(crate) struct Reading {
    counts: CountStream,
    next: Option<Count>,
    pub(crate) known: Known,
}

impl Reading {
    /// Reads what is needed for any query.
    pub(crate) fn begin(mut counts: CountStream) -> Result<Self, TrainerError> {
        let mut known = Known::default();
        let next = loop {
            let Some(count) = counts.next()? else {
                break None;
            };
            let number = count.sums[0].min(u64::from(u32::MAX)) as u32;
            match count.table {
                Table::Item => {
                    let item = known.number(&count.name);
                    known.all.insert(item, count.sums[0]);
                    known.sum += count.sums[0];
                }
                Table::Log => {}
                Table::Lists => known.lists = number,
                Table::Facet => {
                    known.facets.insert(count.name, number);
                }
                _ => break Some(count),
            }
        };
        Ok(Self {
            counts,
            next,
            known,
        })
    }

    /// Passes over what is known of categories, words and queries.
    pub(crate) fn skip_queries(&mut self) -> Result<(), TrainerError> {
        for table in [Table::Category, Table::Word, Table::Query] {
            while self.next_of(table)?.is_some() {}
        }
        Ok(())
    }

    /// What is known of the next category, word, query or reformulation of `table`; `None` if there are no more.
    pub(crate) fn next_of(
        &mut self,
        table: Table,
    ) -> Result<Option<(String, Stats)>, TrainerError> {
        let Some(first) = self.next.take_if(|count| count.table == table) else {
            return Ok(None);
        };
        let name = first.name.clone();
        let mut stats = Stats::default();
        let mut count = Some(first);
        while let Some(known) = count {
            if known.table != table || known.name != name {
                self.next = Some(known);
                break;
            }
            self.known.add(known, &mut stats);
            count = self.counts.next()?;
        }
        Ok(Some((name, stats)))
    }
}

impl Known {
    fn number(&mut self, id: &str) -> u32 {
        if let Some(&number) = self.numbers.get(id) {
            return number;
        }
        let number = self.items.len() as u32;
        self.numbers.insert(id.to_owned(), number);
        self.items.push(id.to_owned());
        number
    }

    fn add(&mut self, count: Count, stats: &mut Stats) {
        let [first, second] = count.sums;
        let number = first.min(u64::from(u32::MAX)) as u32;
        match count.of {
            Of::Visits => stats.visits = number,
            Of::Shopper | Of::Network => stats.choices.people.add(count.of, &count.what),
            Of::Unlisted => stats.choices.unlisted = first,
            Of::Spelling => {
                // They come in their order, so that of equal ones the first stays.
                if first > stats.spelled {
                    stats.spelled = first;
                    stats.spelling = count.what;
                }
            }
            Of::Facet => {
                stats.facets.insert(count.what, number);
            }
            Of::Item => {
                let share = Share {
                    units: first,
                    expected: second,
                };
                let item = self.number(&count.what);
                stats.choices.items.insert(item, share);
            }
        }
    }

    /// Log-odds of items after a word, in full.
    pub(crate) fn word_odds(&self, stats: &Stats) -> BTreeMap<u32, f64> {
        self.odds(&stats.choices, |_| 0.0).collect()
    }

    /// Log-odds of items after `query`, towards those of its words.
    pub(crate) fn query_odds(
        &self,
        query: &str,
        stats: &Stats,
        words: &BTreeMap<String, BTreeMap<u32, f64>>,
    ) -> Vec<(u32, f64)> {
        let all: Vec<&str> = query.split(' ').collect();
        let back = |item: u32| {
            let known = all.iter().filter_map(|word| words.get(*word)?.get(&item));
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
        let all = self.sum.max(1) as f64;
        choices.items.iter().map(move |(&item, share)| {
            let popular = self.all.get(&item).copied().unwrap_or(0) as f64 / all;
            let expected = share.expected as f64 / PARTS as f64 + choices.unlisted as f64 * popular;
            let rate = (share.units as f64 + KAPPA * libm::exp(back(item))) / (expected + KAPPA);
            // What was never shown has nothing against it; to fall behind it for having been shown would be wrong.
            (item, libm::log(rate).max(0.0))
        })
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
    // A number may be an article's: that is known when queries are tried on the catalogues.
    let names_somebody = trace(&spelling).is_some_and(|trace| trace != Trace::Number);
    if spelling.chars().count() > MAX_QUERY || names_somebody {
        return None;
    }
    let query = normalised(&spelling);
    (!query.is_empty()).then_some((query, spelling))
}

/// The entries of the greatest magnitude, as a pack holds them.
pub(crate) fn kept(
    items: &[String],
    odds: impl IntoIterator<Item = (u32, f64)>,
    is_query: bool,
) -> Vec<(u32, LogOdds)> {
    let limit = if is_query { QUERY_ITEMS } else { WORD_ITEMS };
    let mut odds: Vec<_> = odds
        .into_iter()
        .filter(|(_, odds)| is_query || odds.abs() >= LEAST)
        .collect();
    // Numbers follow the order of the lines; identifiers do not.
    let id = |item: u32| items.get(item as usize);
    odds.sort_by(|a, b| {
        let greater = b.1.abs().total_cmp(&a.1.abs());
        greater.then_with(|| id(a.0).cmp(&id(b.0)))
    });
    odds.truncate(limit);
    odds.into_iter()
        .map(|(item, odds)| (item, LogOdds::new(odds)))
        .collect()
}
