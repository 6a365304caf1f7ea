//! The order of facet values, fitted to what was chosen in later visits.
//!
//! # Method
//! A small network per facet over the parts that the engine gives, as the ranker of items is fitted. It is kept if its order is better than
//! popularity's on the last visits, which it was not fitted to; else popularity is.

use endcap::OrderedValue;
use endcap::knowledge::ValueOrder;
use endcap::recommend::Ranker;

use super::random::Random;
use super::ranker::{Example, fit};
use super::visits::{UNKNOWN, Visit};

/// Choices per facet that an order is fitted to at most, evenly drawn, and at least.
pub(super) const MAX_EXAMPLES: usize = 16_000;
const LEAST_EXAMPLES: usize = 500;
/// Values of a choice that compete in the fit: those that the model of what is opened next finds likeliest, by part [`NEXT`], and some
/// of the others.
const LIKELY_RIVALS: usize = 16;
const OTHER_RIVALS: usize = 40;
const NEXT: usize = 3;
/// One in so many of the last choices is kept with all its values, which can be thousands.
const WHOLE_EVERY: usize = 4;
/// Hidden units of both networks, and times that all choices are learned.
const HIDDEN: usize = 16;
const EPOCHS: usize = 8;
/// Share of the choices, the earlier ones, that the fit is judged by the others with.
const FITTED: f64 = 0.7;

/// One item that was opened for the first time in its visit.
pub(crate) struct Next<'a> {
    pub(crate) before: &'a [u32],
    pub(crate) item: u32,
}

/// The items that were opened for the first time in this visit, but for its first.
pub(super) fn nexts(visit: &Visit) -> impl Iterator<Item = Next<'_>> {
    (1..visit.items.len()).filter_map(|at| {
        let (before, item) = (&visit.items[..at], visit.items[at]);
        let is_new = item != UNKNOWN && !before.contains(&item);
        is_new.then_some(Next { before, item })
    })
}

/// The values of a facet as the engine orders them, and the place of the one that was chosen.
pub(crate) type Choice = (Vec<OrderedValue>, usize);

/// Fits the order of each of `facets` to at most `most` choices of `visits`, evenly drawn; `ordered` gives what each was chosen from, by facet.
///
/// Popularity is the order of a facet that no better one was found for, and there is none of a facet with too few choices to tell.
pub(crate) fn fit_orders(
    facets: &[String],
    visits: &[Visit],
    most: usize,
    ordered: &mut dyn FnMut(&Next<'_>) -> Vec<Option<Choice>>,
    progress: &mut dyn FnMut(usize, usize),
) -> Vec<Option<ValueOrder>> {
    let total: usize = visits.iter().map(|visit| nexts(visit).count()).sum();
    let every = total.div_ceil(most).max(1);
    let mut choices: Vec<Choices> = Vec::new();
    choices.resize_with(facets.len(), Choices::default);
    let mut at = 0;
    for (done, visit) in visits.iter().enumerate() {
        if done % 64 == 0 {
            progress(done, visits.len());
        }
        for next in nexts(visit) {
            at += 1;
            if at % every != 0 {
                continue;
            }
            let is_late = at as f64 >= FITTED * total as f64;
            for (choices, choice) in choices.iter_mut().zip(ordered(&next)) {
                if let Some((values, target)) = choice {
                    choices.add(&values, target, is_late);
                }
            }
        }
    }
    let named = choices.iter().zip(facets);
    named
        .map(|(choices, facet)| choices.earned(facet.clone()))
        .collect()
}

/// What orders of one facet are fitted to, and judged by.
#[derive(Default)]
struct Choices {
    /// Each with some of its rivals.
    some: Vec<Example>,
    /// A few of the last ones, with all of them.
    whole: Vec<Example>,
}

impl Choices {
    fn add(&mut self, values: &[OrderedValue], target: usize, is_late: bool) {
        let mut rivals: Vec<usize> = (0..values.len()).filter(|&at| at != target).collect();
        let example = |rivals: &[usize]| Example {
            rows: [target]
                .iter()
                .chain(rivals)
                .flat_map(|&at| values[at].parts)
                .collect(),
            target: 0,
        };
        if is_late && self.some.len().is_multiple_of(WHOLE_EVERY) {
            self.whole.push(example(&rivals));
        }
        rivals.sort_by(|&a, &b| values[b].parts[NEXT].total_cmp(&values[a].parts[NEXT]));
        if rivals.len() > LIKELY_RIVALS + OTHER_RIVALS {
            // By the likeliest alone nobody learns that the unlikely are unlikely.
            let mut others = rivals.split_off(LIKELY_RIVALS);
            let mut random = Random::new(self.some.len() as u64);
            random.shuffle(&mut others);
            rivals.extend(others.into_iter().take(OTHER_RIVALS));
        }
        self.some.push(example(&rivals));
    }

    /// The fitted order if it is better on later choices than popularity, else that; `None` with too few choices to tell.
    fn earned(&self, facet: String) -> Option<ValueOrder> {
        if self.some.len() < LEAST_EXAMPLES {
            return None;
        }
        let popularity = ValueOrder::by_popularity(facet.clone());
        let fitted = |examples| fit(examples, ValueOrder::PARTS, HIDDEN, EPOCHS);
        let earlier = &self.some[..(self.some.len() as f64 * FITTED) as usize];
        let rank = |ranker: &Ranker| mean_reciprocal_rank(ranker, &self.whole);
        if rank(&fitted(earlier)) <= rank(&popularity.ranker) {
            return Some(popularity);
        }
        let ranker = fitted(&self.some);
        Some(ValueOrder { facet, ranker })
    }
}

/// Mean of 1 ÷ rank of what was chosen; what scores alike stands before it.
fn mean_reciprocal_rank(ranker: &Ranker, examples: &[Example]) -> f64 {
    let sum: f64 = examples
        .iter()
        .map(|example| {
            let mut scores = example.rows.chunks_exact(ValueOrder::PARTS);
            let own = scores.next().map_or(0.0, |row| ranker.score(row));
            let better = scores.filter(|row| ranker.score(row) >= own).count();
            1.0 / (better as f64 + 1.0)
        })
        .sum();
    sum / examples.len().max(1) as f64
}
