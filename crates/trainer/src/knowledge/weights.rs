//! Weights inside a tier, learned from choices.
//!
//! # Method
//! Conditional logistic regression (McFadden 1974): what was chosen is compared with what stood in the same list, in the same tier,
//! and was not chosen; how likely each place is looked at is given, so that a place at the top is no merit. Squared deviations from the default weights are penalised
//! ([`SPREAD`]), which makes the maximum unique; it is found by Newton's method from the defaults.
//!
//! Weights are earned: fitted on the first part of the choices, they must put the later ones higher than the defaults and than an order
//! without priors; else the better of these two stands. Then they are fitted on all.
//!
//! # Invariants
//! * Sums run in the order of the choices, so the same choices give the same bits.

use endcap::Tier;
use endcap::knowledge::Weights;

use super::replay::{Choice, Hit};

/// Weights.
const N: usize = Weights::COUNT;
/// Choices below which nothing is learned. Hand-set: thirty per weight.
pub(crate) const LEAST_CHOICES: usize = 200;
/// Standard deviation of a weight around its default, before anything is known. Hand-set: a weight of 0 or 2 is two of them away.
const SPREAD: f64 = 0.5;
/// Share of the choices that weights are fitted on before they are tried on the rest.
const FITTED: f64 = 0.7;
/// Newton's method doubles its digits with every step; this is far more than it needs.
const STEPS: usize = 25;

/// What was learned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LearnedWeights {
    /// The weights.
    pub weights: Weights,
    /// Choices that they were learned from.
    pub choices: usize,
    /// Mean log-likelihood of a later choice under the default weights.
    pub default_fit: f64,
    /// The same under weights that were fitted on earlier choices.
    pub learned_fit: f64,
}

/// What was chosen, and what it was chosen from.
struct Case<'a> {
    chosen: &'a Hit,
    rivals: Vec<&'a Hit>,
}

/// Weights that predict better than the defaults, and how much better; `None` if there are too few choices.
/// The best of fitted weights, the default ones and those without priors.
pub(crate) fn learn(choices: &[Choice]) -> Option<LearnedWeights> {
    let cases: Vec<Case<'_>> = choices.iter().flat_map(cases_of).collect();
    if cases.len() < LEAST_CHOICES {
        return None;
    }
    let split = (cases.len() as f64 * FITTED) as usize;
    let (earlier, later) = cases.split_at(split);
    let default = defaults();
    let default_fit = likelihood(later, &default) / later.len() as f64;
    let learned_fit = likelihood(later, &fit(earlier)) / later.len() as f64;
    let later = choices.get((choices.len() as f64 * FITTED) as usize..);
    let later = later.unwrap_or_default();
    let plain = Weights {
        prior: 0.0,
        ..Weights::default()
    };
    let fitted = Weights::from_array(fit(earlier).map(|weight| weight as f32));
    // Over all hits, the shown ones and the others: only what puts later choices higher may replace what needs no logs.
    let mut weights = plain;
    for other in [Weights::default(), fitted] {
        if mrr(later, other) > mrr(later, weights) {
            weights = other;
        }
    }
    if weights == fitted {
        weights = Weights::from_array(fit(&cases).map(|weight| weight as f32));
    }
    Some(LearnedWeights {
        weights,
        choices: cases.len(),
        default_fit,
        learned_fit,
    })
}

/// Mean reciprocal place of the best placed choice among all hits.
fn mrr(choices: &[Choice], weights: Weights) -> f64 {
    let weights = weights.to_array().map(f64::from);
    let places = choices.iter().map(|choice| {
        let key = |hit: &Hit| (hit.tier, dot(&weights, &hit.parts));
        let chosen = choice.hits.iter().filter(|hit| hit.units > 0).map(key);
        let best = chosen.min_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
        let before = |best: (Tier, f64)| {
            let hits = choice.hits.iter().map(key);
            hits.filter(|hit| hit.0 < best.0 || hit.0 == best.0 && hit.1 > best.1)
                .count()
        };
        best.map_or(0.0, |best| 1.0 / (before(best) + 1) as f64)
    });
    places.sum::<f64>() / choices.len().max(1) as f64
}

fn cases_of(choice: &Choice) -> Vec<Case<'_>> {
    let hits = || choice.hits.iter().filter(|hit| hit.seen > 0.0);
    hits()
        .filter(|hit| hit.units > 0)
        .map(|chosen| Case {
            chosen,
            rivals: hits()
                .filter(|hit| hit.tier == chosen.tier && hit.units == 0)
                .collect(),
        })
        .filter(|case| !case.rivals.is_empty())
        .collect()
}

fn defaults() -> [f64; N] {
    Weights::default().to_array().map(f64::from)
}

fn dot(weights: &[f64; N], parts: &[f64; N]) -> f64 {
    weights.iter().zip(parts).map(|(a, b)| a * b).sum()
}

/// Sum of the log-likelihoods of what was chosen.
fn likelihood(cases: &[Case<'_>], weights: &[f64; N]) -> f64 {
    cases
        .iter()
        .map(|case| libm::log(share(case, weights).0))
        .sum()
}

/// Probability of the chosen one, and of each rival.
fn share(case: &Case<'_>, weights: &[f64; N]) -> (f64, Vec<f64>) {
    let worth = |hit: &Hit| libm::log(hit.seen) + dot(weights, &hit.parts);
    let own = worth(case.chosen);
    let others: Vec<f64> = case.rivals.iter().map(|rival| worth(rival)).collect();
    let most = others.iter().copied().fold(own, f64::max);
    let own = libm::exp(own - most);
    let others: Vec<f64> = others
        .into_iter()
        .map(|other| libm::exp(other - most))
        .collect();
    let sum = own + others.iter().sum::<f64>();
    // A choice that the weights call impossible must not make the sum infinite.
    (
        (own / sum).max(1e-12),
        others.into_iter().map(|other| other / sum).collect(),
    )
}

/// The weights of the greatest penalised likelihood.
fn fit(cases: &[Case<'_>]) -> [f64; N] {
    let default = defaults();
    let mut weights = default;
    let objective = |weights: &[f64; N]| {
        let far: f64 = weights
            .iter()
            .zip(&default)
            .map(|(weight, default)| (weight - default) * (weight - default))
            .sum();
        likelihood(cases, weights) - far / (2.0 * SPREAD * SPREAD)
    };
    let mut best = objective(&weights);
    for _ in 0..STEPS {
        let Some(step) = newton_step(cases, &weights, &default) else {
            break;
        };
        let mut length = 1.0;
        let improved = loop {
            let mut next = weights;
            for (weight, step) in next.iter_mut().zip(&step) {
                *weight = (*weight + length * step).max(0.0);
            }
            let value = objective(&next);
            if value > best {
                best = value;
                weights = next;
                break true;
            }
            length /= 2.0;
            if length < 1e-3 {
                break false;
            }
        };
        if !improved {
            break;
        }
    }
    weights
}

/// The step to the maximum of the quadratic that touches the objective at `weights`.
fn newton_step(cases: &[Case<'_>], weights: &[f64; N], default: &[f64; N]) -> Option<[f64; N]> {
    let precision = 1.0 / (SPREAD * SPREAD);
    let mut gradient = [0.0; N];
    let mut hessian = [[0.0; N]; N];
    for k in 0..N {
        gradient[k] = precision * (default[k] - weights[k]);
        hessian[k][k] = precision;
    }
    for case in cases {
        let (own, others) = share(case, weights);
        let all = || {
            let rivals = case.rivals.iter().zip(&others);
            std::iter::once((&case.chosen.parts, own))
                .chain(rivals.map(|(rival, &share)| (&rival.parts, share)))
        };
        let mut mean = [0.0; N];
        for (parts, share) in all() {
            for k in 0..N {
                mean[k] += share * parts[k];
            }
        }
        for k in 0..N {
            gradient[k] += case.chosen.parts[k] - mean[k];
        }
        for (parts, share) in all() {
            for row in 0..N {
                for column in 0..=row {
                    hessian[row][column] +=
                        share * (parts[row] - mean[row]) * (parts[column] - mean[column]);
                }
            }
        }
    }
    solve(hessian, gradient)
}

/// Solves a positive definite system, given by its lower half, by Cholesky's decomposition.
fn solve(mut a: [[f64; N]; N], mut b: [f64; N]) -> Option<[f64; N]> {
    for row in 0..N {
        for column in 0..=row {
            let sum: f64 = (0..column).map(|k| a[row][k] * a[column][k]).sum();
            let rest = a[row][column] - sum;
            if row == column {
                if rest <= 0.0 {
                    return None;
                }
                a[row][row] = libm::sqrt(rest);
            } else {
                a[row][column] = rest / a[column][column];
            }
        }
    }
    for row in 0..N {
        let sum: f64 = (0..row).map(|k| a[row][k] * b[k]).sum();
        b[row] = (b[row] - sum) / a[row][row];
    }
    for row in (0..N).rev() {
        let sum: f64 = (row + 1..N).map(|k| a[k][row] * b[k]).sum();
        b[row] = (b[row] - sum) / a[row][row];
    }
    Some(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shoppers who choose by the last part, and by nothing else.
    fn choices(count: usize, flips: bool) -> Vec<Choice> {
        (0..count as u64)
            .map(|visit| {
                let hit = |at: u64| {
                    let number = (visit * 7 + at * 13) % 11;
                    let mut parts = [0.0; N];
                    parts[0] = (number % 5) as f64 / 5.0;
                    parts[2] = ((visit + at) % 3) as f64;
                    parts[N - 1] = number as f64 / 3.0;
                    Hit {
                        tier: Tier::Exact,
                        parts,
                        units: 0,
                        seen: 1.0,
                    }
                };
                let mut hits: Vec<Hit> = (0..6).map(hit).collect();
                let best = (0..6usize)
                    .max_by(|&a, &b| hits[a].parts[N - 1].total_cmp(&hits[b].parts[N - 1]))
                    .unwrap();
                let chosen = if flips { visit as usize % 6 } else { best };
                hits[chosen].units = 1;
                Choice { visit, hits }
            })
            .collect()
    }

    #[test]
    fn what_decides_gains_weight() {
        let learned = learn(&choices(400, false)).unwrap();
        assert!(learned.learned_fit > learned.default_fit);
        assert!(learned.weights.prior > 1.3, "{:?}", learned.weights);
        assert!(learned.weights.popularity < 0.7, "{:?}", learned.weights);
        // What never varied keeps its default.
        assert_eq!(learned.weights.values, 1.0);
        assert_eq!(learn(&choices(400, false)), Some(learned));
    }

    #[test]
    fn too_little_teaches_nothing() {
        assert!(learn(&choices(LEAST_CHOICES - 1, false)).is_none());
    }

    #[test]
    fn what_means_nothing_loses_weight() {
        let learned = learn(&choices(1_000, true)).unwrap();
        assert!(learned.weights.prior < 0.2, "{:?}", learned.weights);
    }

    /// In another tier nothing competes, and what was not seen was not passed over.
    #[test]
    fn only_what_was_examined_in_the_same_tier_competes() {
        let mut choice = choices(1, false).remove(0);
        assert_eq!(cases_of(&choice)[0].rivals.len(), 5);
        choice
            .hits
            .iter_mut()
            .filter(|hit| hit.units == 0)
            .take(2)
            .for_each(|hit| hit.seen = 0.0);
        assert_eq!(cases_of(&choice)[0].rivals.len(), 3);
        choice
            .hits
            .iter_mut()
            .filter(|hit| hit.units == 0)
            .for_each(|hit| hit.tier = Tier::Typo);
        assert!(cases_of(&choice).is_empty());
    }
}
