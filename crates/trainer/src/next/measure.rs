//! Measures recommenders: replays visits and looks where what happened next stood in the list.
//!
//! # Protocol
//! Every beginning of at least one event, of every visit; the immediate next item; the full catalogue is ranked; ties fall to the
//! smaller identifier. An item that the training log does not have is a miss. Hit rate and mean reciprocal rank at 20.
//!
//! *Other*: the target is another item than the current one, and every list is made without the current one, as on a product's page.

use std::time::Instant;

use endcap::recommend::Past;

use super::random::Random;
use super::visits::{UNKNOWN, Visit};

/// Length of the lists that are looked at.
pub const LIST_LENGTH: usize = 20;
/// Resamplings of the bootstrap (Efron 1979); its 2.5 and 97.5 % quantiles then stand on 25 draws each.
const RESAMPLINGS: usize = 1000;
const SEED: u64 = 5;

/// What can be measured.
pub trait Recommender {
    /// Name in tables.
    fn name(&self) -> &str;
    /// Bytes per item that it needs to hold.
    fn bytes_per_item(&self) -> f64;
    /// The best items after `visit`, at most `limit`, best first. [`UNKNOWN`] items are in `visit`, too. `past` is what the shopper
    /// bought before.
    fn recommend(&mut self, visit: &[u32], past: &[Past], limit: usize) -> Vec<u32>;
    /// The same without the latest item of `visit`.
    fn recommend_others(&mut self, visit: &[u32], past: &[Past], limit: usize) -> Vec<u32> {
        let mut list = self.recommend(visit, past, limit + 1);
        list.retain(|item| Some(item) != visit.last());
        list.truncate(limit);
        list
    }
}

/// A mean and the range in which it lies for 95 % of resamplings by visit.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Interval {
    /// The mean.
    pub mean: f64,
    /// Its lower bound.
    pub low: f64,
    /// Its upper bound.
    pub high: f64,
}

/// What one visit gave.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Outcome {
    /// Predictions; hits; reciprocal ranks.
    pub all: [f64; 3],
    /// The same of those whose target is another item than the current one.
    pub other: [f64; 3],
}

/// How good a recommender is.
#[derive(Clone, Debug, Default)]
pub struct Measured {
    /// Its name.
    pub method: String,
    /// Share of predictions whose target is in the list.
    pub hr20: Interval,
    /// Mean of 1 ÷ rank, nought beyond the list.
    pub mrr20: Interval,
    /// The same where the target is another item than the current one, which no list has.
    pub hr20_other: Interval,
    /// The same where the target is another item than the current one.
    pub mrr20_other: Interval,
    /// Share of the catalogue that any list had.
    pub coverage: f64,
    /// Mean share of the items that are less popular than a recommended one: .5 is even-handed.
    pub popularity_bias: f64,
    /// What it has to hold.
    pub bytes_per_item: f64,
    /// Median time per prediction in microseconds.
    pub p50_us: f64,
    /// 99th percentile of it.
    pub p99_us: f64,
    /// Predictions.
    pub predictions: u64,
    /// Visit by visit.
    pub outcomes: Vec<Outcome>,
}

/// Replays `visits` before `recommender`. `popularity` has a number per item.
pub fn measure(
    recommender: &mut dyn Recommender,
    visits: &[Visit],
    popularity: &[f32],
    progress: &mut dyn FnMut(usize, usize),
) -> Measured {
    let places = popularity_places(popularity);
    let mut shown = vec![false; popularity.len()];
    let (mut bias, mut listed) = (0.0, 0u64);
    let mut times = Vec::new();
    let mut outcomes = Vec::with_capacity(visits.len());
    for (done, visit) in visits.iter().enumerate() {
        let mut outcome = Outcome::default();
        for at in visit.from..visit.items.len() {
            let (before, target) = (&visit.items[..at], visit.items[at]);
            let began = Instant::now();
            let list = recommender.recommend(before, &visit.past, LIST_LENGTH);
            times.push(began.elapsed().as_nanos() as f64 / 1000.0);
            for &item in &list {
                shown[item as usize] = true;
                bias += places[item as usize];
                listed += 1;
            }
            add(&mut outcome.all, found(&list, target));
            if before.last() != Some(&target) {
                let list = if before.is_empty() {
                    list
                } else {
                    recommender.recommend_others(before, &visit.past, LIST_LENGTH)
                };
                add(&mut outcome.other, found(&list, target));
            }
        }
        outcomes.push(outcome);
        if done % 64 == 0 {
            progress(done, visits.len());
        }
    }
    progress(visits.len(), visits.len());
    let predictions = times.len() as u64;
    times.sort_by(f64::total_cmp);
    let quantile = |share: f64| {
        times
            .get((times.len() as f64 * share) as usize)
            .copied()
            .unwrap_or(0.0)
    };
    let [hr20, mrr20, hr20_other, mrr20_other] = intervals(&outcomes);
    Measured {
        method: recommender.name().to_owned(),
        hr20,
        mrr20,
        hr20_other,
        mrr20_other,
        coverage: shown.iter().filter(|&&shown| shown).count() as f64 / shown.len().max(1) as f64,
        popularity_bias: bias / listed.max(1) as f64,
        bytes_per_item: recommender.bytes_per_item(),
        p50_us: quantile(0.5),
        p99_us: quantile(0.99),
        predictions,
        outcomes,
    }
}

/// One prediction, whether it hit, its reciprocal rank.
fn found(list: &[u32], target: u32) -> [f64; 3] {
    let place = list
        .iter()
        .position(|&item| item == target && item != UNKNOWN);
    place.map_or([1.0, 0.0, 0.0], |place| {
        [1.0, 1.0, 1.0 / (place as f64 + 1.0)]
    })
}

/// Means of hits and reciprocal ranks, all and other, with their ranges: whole visits are drawn again with replacement.
pub(super) fn intervals(outcomes: &[Outcome]) -> [Interval; 4] {
    let means = |sum: Outcome| {
        let part = |of: [f64; 3], at: usize| of[at] / of[0].max(1.0);
        [
            part(sum.all, 1),
            part(sum.all, 2),
            part(sum.other, 1),
            part(sum.other, 2),
        ]
    };
    let total = outcomes
        .iter()
        .fold(Outcome::default(), |sum, outcome| sum.plus(outcome));
    let mut random = Random::new(SEED);
    let mut draws: [Vec<f64>; 4] = Default::default();
    for _ in 0..RESAMPLINGS {
        let sum = (0..outcomes.len()).fold(Outcome::default(), |sum, _| {
            sum.plus(&outcomes[random.below(outcomes.len())])
        });
        for (draws, mean) in draws.iter_mut().zip(means(sum)) {
            draws.push(mean);
        }
    }
    let mut drawn = draws.into_iter().map(|mut draws| {
        draws.sort_by(f64::total_cmp);
        let at = |share: f64| draws[((draws.len() - 1) as f64 * share) as usize];
        (at(0.025), at(0.975))
    });
    means(total).map(|mean| {
        let (low, high) = drawn.next().unwrap_or_default();
        Interval { mean, low, high }
    })
}

impl Outcome {
    fn plus(mut self, other: &Self) -> Self {
        add(&mut self.all, other.all);
        add(&mut self.other, other.other);
        self
    }
}

fn add(sum: &mut [f64; 3], values: [f64; 3]) {
    for (sum, value) in sum.iter_mut().zip(values) {
        *sum += value;
    }
}

/// Per item the share of items that are less popular.
fn popularity_places(popularity: &[f32]) -> Vec<f64> {
    let mut ascending = popularity.to_vec();
    ascending.sort_by(f32::total_cmp);
    popularity
        .iter()
        .map(|seen| {
            ascending.partition_point(|other| other < seen) as f64 / popularity.len().max(1) as f64
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Always(Vec<u32>);

    impl Recommender for Always {
        fn name(&self) -> &str {
            "always"
        }
        fn bytes_per_item(&self) -> f64 {
            0.0
        }
        fn recommend(&mut self, _: &[u32], _: &[Past], _: usize) -> Vec<u32> {
            self.0.clone()
        }
    }

    #[test]
    fn ranks_are_counted_as_the_protocol_says() {
        let visit = |items: &[u32]| Visit::new(0, items.to_vec());
        let visits = [visit(&[0, 1, 1]), visit(&[2, UNKNOWN]), visit(&[3])];
        let measured = measure(
            &mut Always(
                vec![0, 1, UNKNOWN - 1]
                    .into_iter()
                    .filter(|&item| item < 4)
                    .collect(),
            ),
            &visits,
            &[1.0; 4],
            &mut |_, _| {},
        );
        assert_eq!(measured.predictions, 3);
        assert!((measured.hr20.mean - 2.0 / 3.0).abs() < 1e-12);
        assert!((measured.mrr20.mean - 1.0 / 3.0).abs() < 1e-12);
        // The second 1 repeats the current item; what remains is one hit of two.
        assert!((measured.hr20_other.mean - 0.5).abs() < 1e-12);
        assert!((measured.coverage - 0.5).abs() < 1e-12);
        assert!(
            measured.hr20.low <= measured.hr20.mean && measured.hr20.mean <= measured.hr20.high
        );
    }
}
