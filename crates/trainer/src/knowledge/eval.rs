//! How good the order of search results is, by what shoppers chose later.
//!
//! Three parts of the log, in the order of time: the first teaches priors, the second weights, and the third is predicted. The
//! engine itself is replayed with all that it learns on the visit.

use endcap::knowledge::Weights;

use super::held_out::{Days, day_of, held_out};
use super::replay::{Choice, Hit};
use super::weights::{LearnedWeights, learn};
use super::{Catalogues, KnowledgeSettings, gather};
use crate::build::Progress;
use crate::error::TrainerError;
use crate::issue::Report;
use crate::next::Interval;
use crate::next::random::Random;

/// Share of the visits that teach priors; of the choices after them, half teach weights and half are predicted.
const TAUGHT: f64 = 0.6;
/// Places that count for the reciprocal rank, and for the cumulative gain.
const MRR_PLACES: usize = 20;
const NDCG_PLACES: usize = 10;
/// Resamplings of the bootstrap (Efron 1979).
const RESAMPLINGS: usize = 1_000;

/// How good one order was.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchMeasured {
    /// What the order was made by.
    pub method: &'static str,
    /// Mean reciprocal place of the best placed choice, 0 beyond 20.
    pub mrr20: Interval,
    /// Normalised discounted cumulative gain of the first 10 places; the gain is the units of choice.
    pub ndcg10: Interval,
}

/// What was measured.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchEvaluation {
    /// Searches that were predicted.
    pub searches: usize,
    /// What the second part of the log taught, if it was enough.
    pub weights: Option<LearnedWeights>,
    /// One per order.
    pub methods: Vec<SearchMeasured>,
}

/// Replays the logs of `settings`.
///
/// # Errors
///
/// * [`TrainerError::Setting`] if there is no catalogue, or the log holds too few searches with a choice.
/// * [`TrainerError::Read`], [`TrainerError::Foreign`] if a file cannot be read.
/// * [`TrainerError::Catalogue`] if a catalogue is no sound pack.
pub fn evaluate(
    settings: &KnowledgeSettings,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<SearchEvaluation, TrainerError> {
    if settings.catalogues.is_empty() {
        return Err(TrainerError::Setting(
            "searches are replayed on a catalogue: give its pack".into(),
        ));
    }
    let mut catalogues = Catalogues::open(&settings.catalogues)?;
    let mut report = Report::new(settings.strict);
    let (mut visits, _, _) = gather(settings, &mut report, progress)?;
    let mut days = Days::new();
    visits.each(|visit| {
        *days.entry(day_of(&visit)).or_default() += 1;
        Ok(())
    })?;
    let choices = held_out(
        settings,
        &mut catalogues,
        &mut visits,
        &days,
        TAUGHT,
        progress,
    )?;
    let (fitted, predicted) = choices.split_at(choices.len() / 2);
    if predicted.is_empty() {
        return Err(TrainerError::Setting(
            "the logs hold no searches with a choice on later days: give more days".into(),
        ));
    }
    let learned = learn(fitted);
    let plain = Weights {
        prior: 0.0,
        ..Weights::default()
    };
    let weights = learned.map_or(Weights::default(), |learned| learned.weights);
    let popular = |hit: &Hit| (0, hit.parts[2]);
    let by = |weights: Weights| {
        let weights = weights.to_array().map(f64::from);
        move |hit: &Hit| {
            let score = weights.iter().zip(&hit.parts).map(|(a, b)| a * b).sum();
            (hit.tier as u8, score)
        }
    };
    let methods = vec![
        measure("popularity", predicted, popular),
        measure("engine, no logs", predicted, by(plain)),
        measure("engine, priors", predicted, by(Weights::default())),
        measure("endcap", predicted, by(weights)),
    ];
    Ok(SearchEvaluation {
        searches: predicted.len(),
        weights: learned,
        methods,
    })
}

/// `key` gives what decides first, ascending, and the score, descending.
fn measure(
    method: &'static str,
    choices: &[Choice],
    key: impl Fn(&Hit) -> (u8, f64),
) -> SearchMeasured {
    let outcomes: Vec<(u64, f64, f64)> = choices
        .iter()
        .map(|choice| {
            let mut order: Vec<(u8, f64, u64)> = choice
                .hits
                .iter()
                .map(|hit| {
                    let (rank, score) = key(hit);
                    (rank, score, hit.units)
                })
                .collect();
            order.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
            let units: Vec<u64> = order.into_iter().map(|(_, _, units)| units).collect();
            (choice.visit, reciprocal(&units), ndcg(&units))
        })
        .collect();
    SearchMeasured {
        method,
        mrr20: interval(&outcomes, |outcome| outcome.1),
        ndcg10: interval(&outcomes, |outcome| outcome.2),
    }
}

fn reciprocal(units: &[u64]) -> f64 {
    let place = units.iter().take(MRR_PLACES).position(|&units| units > 0);
    place.map_or(0.0, |place| 1.0 / (place + 1) as f64)
}

fn ndcg(units: &[u64]) -> f64 {
    let gain = |units: &[u64]| -> f64 {
        let places = units.iter().take(NDCG_PLACES).enumerate();
        places
            .map(|(place, &units)| units as f64 / libm::log2((place + 2) as f64))
            .sum()
    };
    let mut ideal = units.to_vec();
    ideal.sort_unstable_by(|a, b| b.cmp(a));
    gain(units) / gain(&ideal).max(f64::MIN_POSITIVE)
}

/// Mean, and the 95 % interval of the means of visits drawn anew, all searches of a visit together.
fn interval(outcomes: &[(u64, f64, f64)], value: impl Fn(&(u64, f64, f64)) -> f64) -> Interval {
    let visits: Vec<(f64, f64)> = outcomes
        .chunk_by(|a, b| a.0 == b.0)
        .map(|searches| (searches.iter().map(&value).sum(), searches.len() as f64))
        .collect();
    let mean = |pairs: &mut dyn Iterator<Item = &(f64, f64)>| {
        let (sum, count) = pairs.fold((0.0, 0.0), |all, pair| (all.0 + pair.0, all.1 + pair.1));
        sum / f64::max(count, 1.0)
    };
    // The same draws for every method, so that their intervals can be compared.
    let mut random = Random::new(1);
    let mut means: Vec<f64> = (0..RESAMPLINGS)
        .map(|_| {
            let mut drawn = (0..visits.len()).map(|_| &visits[random.below(visits.len())]);
            mean(&mut drawn)
        })
        .collect();
    means.sort_by(f64::total_cmp);
    Interval {
        mean: mean(&mut visits.iter()),
        low: means[RESAMPLINGS / 40],
        high: means[RESAMPLINGS - 1 - RESAMPLINGS / 40],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_first_is_best() {
        assert_eq!(reciprocal(&[0, 0, 3]), 1.0 / 3.0);
        assert_eq!(reciprocal(&[0; 30]), 0.0);
        assert_eq!(ndcg(&[3, 1, 0]), 1.0);
        assert!(ndcg(&[1, 3, 0]) < 1.0 && ndcg(&[1, 3, 0]) > ndcg(&[0, 1, 3]));
    }

    #[test]
    fn an_interval_holds_its_mean() {
        let outcomes: Vec<_> = (0..200)
            .map(|visit| (visit, f64::from(visit as u8 % 4) / 4.0, 0.0))
            .collect();
        let found = interval(&outcomes, |outcome| outcome.1);
        assert!((found.mean - 0.375).abs() < 1e-9);
        assert!(found.low < found.mean && found.mean < found.high && found.high - found.low < 0.1);
    }
}
