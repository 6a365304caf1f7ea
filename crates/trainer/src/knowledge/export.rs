//! Counts in, what a knowledge pack holds of search out.

use std::collections::{BTreeMap, BTreeSet};

use endcap::knowledge::{CategoryFacts, FacetFacts, KnowledgeSource, QueryFacts, WordFacts};
use endcap::personal::{has_given_name, trace};

use super::catalogues::Catalogues;
use super::counts::{CountStream, Table};
use super::review::{Review, Verdict};
use super::search::{Reading, kept};
use super::{KnowledgeSummary, MIN_SHOPPERS};
use crate::build::{Progress, Stage};
use crate::error::TrainerError;

/// Facets that a pack can name.
const MAX_FACETS: usize = 256;

/// Turns what was counted into what a pack holds.
pub(super) struct Exporter<'a> {
    pub(super) review: &'a mut Review,
    pub(super) catalogues: &'a mut Catalogues,
    pub(super) summary: &'a mut KnowledgeSummary,
    pub(super) source: &'a mut KnowledgeSource,
    /// Different shoppers that a query, word or category needs.
    pub(super) shoppers: usize,
}

impl Exporter<'_> {
    /// Gives the counts of reformulations, which come last.
    pub(super) fn export(
        &mut self,
        counts: CountStream,
        progress: &mut dyn FnMut(Progress<'_>),
    ) -> Result<Reading, TrainerError> {
        let mut reading = Reading::begin(counts)?;
        self.source.meta.lists = reading.known.lists;
        let facets = self.facets(&reading.known.facets);
        let place_of = |used: &BTreeMap<String, u32>| -> Vec<(usize, u32)> {
            let known = used
                .iter()
                .filter_map(|(key, &count)| Some((*facets.get(key)?, count)));
            known.collect()
        };
        while let Some((name, stats)) = reading.next_of(Table::Category)? {
            if !stats.choices.people.are(self.shoppers) {
                continue;
            }
            if let Some(category) = self.catalogues.category(&name) {
                self.source.categories.push(CategoryFacts {
                    category,
                    visits: stats.visits,
                    facets: place_of(&stats.facets),
                });
            }
        }
        let mut words = BTreeMap::new();
        while let Some((word, stats)) = reading.next_of(Table::Word)? {
            if stats.choices.people.are(self.shoppers) {
                words.insert(word, reading.known.word_odds(&stats));
            }
        }
        let mut items = Items::default();
        while let Some((query, stats)) = reading.next_of(Table::Query)? {
            self.summary.queries += 1;
            progress(Progress {
                stage: Stage::Queries,
                name: "queries",
                done: self.summary.queries,
                total: 0,
                rows: 0,
            });
            if !stats.choices.people.are(self.shoppers) {
                self.summary.rare += 1;
                continue;
            }
            let known = &reading.known;
            let spelling = stats.spelling.as_str();
            let found = self.catalogues.find(spelling);
            // A given name beside words that no catalogue has may be somebody's whole name.
            let of_nobody = found.languages == 0 && query.contains(' ') && has_given_name(spelling);
            if of_nobody || trace(spelling).is_some() && !found.is_number {
                self.summary.private += 1;
                continue;
            }
            match self.review.judge(&query, spelling, stats.visits.into()) {
                Verdict::Publish => {}
                Verdict::Blocked => {
                    self.summary.blocked += 1;
                    continue;
                }
                Verdict::Waiting => {
                    self.summary.waiting += 1;
                    continue;
                }
            }
            let suggested = found.languages != 0;
            self.summary.suggested += u64::from(suggested);
            self.summary.not_found += u64::from(!suggested);
            let odds = known.query_odds(&query, &stats, &words);
            let odds = odds
                .into_iter()
                .filter(|&(item, _)| self.has(&known.items, item));
            let priors = kept(&known.items, odds, true);
            self.source.queries.push(QueryFacts {
                text: if suggested {
                    spelling.to_owned()
                } else {
                    String::new()
                },
                query,
                visits: stats.visits,
                languages: found.languages,
                priors: items.placed(priors),
                facets: place_of(&stats.facets),
            });
        }
        let known = &reading.known.items;
        if self.review.is_set() {
            // A word is published by the queries that it is of.
            let queries = self.source.queries.iter();
            let published: BTreeSet<&str> =
                queries.flat_map(|query| query.query.split(' ')).collect();
            words.retain(|word, _| published.contains(word.as_str()));
        }
        for (word, odds) in words {
            let odds = odds.into_iter().filter(|&(item, _)| self.has(known, item));
            let priors = kept(known, odds, false);
            // A word without items says nothing.
            if !priors.is_empty() {
                self.source.words.push(WordFacts {
                    word,
                    priors: items.placed(priors),
                });
            }
        }
        let ids = items
            .order
            .iter()
            .filter_map(|&item| known.get(item as usize));
        self.source.items = ids.cloned().collect();
        self.summary.items = self.source.items.len() as u64;
        Ok(reading)
    }

    fn has(&self, items: &[String], item: u32) -> bool {
        let id = items.get(item as usize);
        id.is_some_and(|id| self.catalogues.has_item(id))
    }

    /// The facets that were used most, each with its place.
    fn facets(&mut self, used: &BTreeMap<String, u32>) -> BTreeMap<String, usize> {
        let least = MIN_SHOPPERS as u32;
        let mut used: Vec<(&String, u32)> = used
            .iter()
            .map(|(key, &visits)| (key, visits))
            .filter(|&(key, visits)| visits >= least && self.catalogues.has_facet(key))
            .collect();
        used.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        used.truncate(MAX_FACETS);
        self.source.facets = used
            .iter()
            .map(|&(key, visits)| FacetFacts {
                key: key.clone(),
                visits,
            })
            .collect();
        let keys = used.into_iter().map(|(key, _)| key.clone());
        keys.zip(0..).collect()
    }
}

/// The items that are named, in the order of their first mention.
#[derive(Default)]
struct Items {
    places: BTreeMap<u32, usize>,
    order: Vec<u32>,
}

impl Items {
    fn placed<T>(&mut self, entries: Vec<(u32, T)>) -> Vec<(usize, T)> {
        let place = |(item, value)| {
            let next = self.order.len();
            let place = *self.places.entry(item).or_insert(next);
            if place == next {
                self.order.push(item);
            }
            (place, value)
        };
        entries.into_iter().map(place).collect()
    }
}
