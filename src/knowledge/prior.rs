//! Priors: what shoppers chose after a query, looked up for a text.
//!
//! # Method
//! The pack holds, per query and per word of queries, the log of observed over expected choices of an item, shrunken towards
//! what less exact evidence says: a query towards its words, a word towards 0 (`docs/search.md` has the formula). Here
//! they are put together for a text:
//!
//! * The words of the text give the mean of their log-odds; a word that nobody searched for says 0.
//! * The whole text, where it was searched for often enough, has the last word on the items that it names.
//! * A text that is still being typed stands for the queries that begin with it, each as likely as it is often searched for.
//!
//! # Invariants
//! * The cost is bounded by [`MAX_LIST`] items for each of at most 12 words and [`MAX_BEGUN`] queries.

use super::{Knowledge, KnownItem, sections::Section};
use crate::sorted::SortedMap;

/// Entries of one list that are looked at; more say nothing that the first would not.
const MAX_LIST: usize = 64;
/// Queries that a text may become and that are looked at, the most frequent ones. Hand-set: as many as a page of suggestions.
const MAX_BEGUN: usize = 8;
/// Queries with one beginning that are counted: a letter begins thousands, and the mean of so many says nothing.
const MAX_RANGE: usize = 4096;

/// Log-odds in steps of 1/16 from −8 to 7.9, as packs hold them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct LogOdds(i8);

/// A step of 1/16 moves a probability by less than 2 %, which no log can tell apart.
const STEPS: f64 = 16.0;

impl LogOdds {
    /// The nearest step; NaN is 0.
    #[must_use]
    pub fn new(log_odds: f64) -> Self {
        // The cast saturates.
        Self(libm::rint(log_odds * STEPS) as i8)
    }

    /// The value.
    #[must_use]
    pub fn get(self) -> f64 {
        f64::from(self.0) / STEPS
    }

    pub(super) fn to_byte(self) -> u8 {
        self.0.to_le_bytes()[0]
    }

    fn from_byte(byte: u8) -> Self {
        Self(i8::from_le_bytes([byte]))
    }
}

fn number(item: KnownItem) -> u64 {
    u64::from(item.0)
}

/// Log-odds per item.
pub(super) type Odds = SortedMap<KnownItem, f64>;

impl Knowledge {
    /// What is known of items after a text of these folded words.
    pub(super) fn odds(&self, words: &[&str], unfinished: bool) -> Odds {
        if self.query_count() == 0 && self.word_count() == 0 {
            return Odds::default();
        }
        let text = words.join(" ");
        let queries = self.queries();
        let begun = if unfinished {
            self.begun(&text)
        } else {
            queries.find(&text).into_iter().collect()
        };
        let words = self.odds_of_words(words, unfinished && begun.is_empty());
        let counts = self.u32s(Section::QueryCounts);
        let total: f64 = begun.iter().map(|&query| f64::from(counts.at(query))).sum();
        let (lists, entries_of) = (Section::QueryPriors, Section::QueryPriorsList);
        let mixed = begun.iter().flat_map(|&query| {
            let share = f64::from(counts.at(query)) / total.max(1.0);
            let priors = self.priors(lists, entries_of, query);
            // In a mixture the rates add up, not their logarithms; without a word on an item its rate is 1.
            priors.map(move |(item, prior)| (item, share * (libm::exp(prior) - 1.0)))
        });
        let mixed = Odds::gather(mixed.collect(), number, |sum, more| *sum += more);
        let mut odds: Vec<_> = Odds::gather(words, number, |sum, more| *sum += more)
            .iter()
            .map(|(item, &odds)| (item, odds))
            .collect();
        // No mixture of what a pack can say is rarer; lists that name an item twice could be.
        let least = libm::expm1(LogOdds(i8::MIN).get());
        let odds_of = |rate: f64| libm::log1p(rate.max(least));
        odds.extend(mixed.iter().map(|(item, &rate)| (item, odds_of(rate))));
        Odds::gather(odds, number, |odds, better| *odds = better)
    }

    /// The most frequent queries that begin with `text`, itself among them.
    pub(super) fn begun(&self, text: &str) -> Vec<usize> {
        let counts = self.u32s(Section::QueryCounts);
        let range = self.queries().prefix_range(text);
        if range.len() > MAX_RANGE {
            return Vec::new();
        }
        let first = range.start;
        crate::order::best(
            range.map(|query| (0, f64::from(counts.at(query)))),
            MAX_BEGUN,
        )
        .into_iter()
        .map(|place| first + place)
        .collect()
    }

    /// The shares of the words in the odds, in no particular order.
    fn odds_of_words(&self, words: &[&str], unfinished: bool) -> Vec<(KnownItem, f64)> {
        let dictionary = self.words();
        let mut entries = Vec::new();
        let share = 1.0 / words.len().max(1) as f64;
        for (place, word) in words.iter().enumerate() {
            let last = place + 1 == words.len();
            let found = dictionary.find(word).or_else(|| {
                let range = dictionary.prefix_range(word);
                // Of several words that it may become none is meant yet.
                (last && unfinished && range.len() == 1).then_some(range.start)
            });
            let Some(number) = found else {
                continue;
            };
            let priors = self.priors(Section::WordPriors, Section::WordPriorsList, number);
            entries.extend(priors.map(|(item, prior)| (item, share * prior)));
        }
        entries
    }

    fn priors(
        &self,
        offsets: Section,
        list: Section,
        index: usize,
    ) -> impl Iterator<Item = (KnownItem, f64)> + '_ {
        self.list(offsets, list, index)
            .iter()
            .take(MAX_LIST)
            .map(|entry| (KnownItem(entry >> 8), LogOdds::from_byte(entry as u8).get()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_odds_keep_their_step() {
        for value in [0.0, 0.5, -1.25, 7.9375, -8.0] {
            assert_eq!(LogOdds::new(value).get(), value);
            assert_eq!(
                LogOdds::from_byte(LogOdds::new(value).to_byte()).get(),
                value
            );
        }
        assert_eq!(LogOdds::new(100.0).get(), 7.9375);
        assert_eq!(LogOdds::new(f64::NAN).get(), 0.0);
    }
}
