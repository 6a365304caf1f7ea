//! Fits the ranker: softmax over the candidates of held-out predictions, by Adam (Kingma, Ba 2015).
//!
//! # Invariants
//! * Gradients of a batch are summed in parts of fixed size and order: the same bits on any number of cores.

use endcap::recommend::Ranker;
use rayon::prelude::*;

use super::random::Random;

/// Predictions per step, and per part that one core sums.
const BATCH: usize = 64;
const PART: usize = 8;
/// Steps that a fit takes at least, however few predictions there are: eight thousand of them are 125 steps per epoch, and Adam needs
/// thousands to go where it is going.
const MIN_STEPS: usize = 3000;
/// Steps of a fit that begins where it is pulled to: a weight can go 2.5 standardised units.
const NEAR_STEPS: usize = 1000;
/// Beyond this, few predictions would be learned by heart.
const MAX_EPOCHS: usize = 25;
/// Networks that begin elsewhere and err elsewhere: their mean loses nothing where there are few examples, as one network of as many units does.
/// The curve is in docs/recommend.md.
const NETWORKS: usize = 2;
const SEED: u64 = 7;
const RATE: f32 = 0.005;
const LAST_RATE: f32 = 0.02;
const MOMENTUM: f32 = 0.9;
const SQUARES: f32 = 0.999;
/// Pulls weights toward zero where there is enough to fit to.
const DECAY: f32 = 1e-5;
/// Candidates that are this close to what they should be move nothing.
const NEGLIGIBLE: f32 = 1e-5;

/// The candidates of one prediction.
#[derive(Clone, Debug, Default)]
pub(crate) struct Example {
    /// Their features, row by row.
    pub(crate) rows: Vec<f32>,
    /// Which of them it was.
    pub(crate) target: usize,
}

/// A network in the making; all weights in one vector: linear, hidden feature by feature, bias, output.
struct Network<'a> {
    mean: &'a [f32],
    /// What one above the mean counts: the inverse standard deviation.
    scale: &'a [f32],
    hidden: usize,
}

/// Fits the mean of [`NETWORKS`] networks that have `hidden` units together, or a line if that is nought.
pub(crate) fn fit(examples: &[Example], features: usize, hidden: usize, epochs: usize) -> Ranker {
    let per_epoch = examples.len().div_ceil(BATCH).max(1);
    let epochs = epochs.max(MIN_STEPS.div_ceil(per_epoch)).min(MAX_EPOCHS);
    let centre = vec![0.0; features];
    let networks = if hidden > 0 { NETWORKS } else { 1 };
    let networks: Vec<Ranker> = (0..networks)
        .map(|number| {
            let own = (hidden + number) / NETWORKS;
            let seed = SEED + number as u64;
            descended(examples, &centre, own, epochs, DECAY, seed)
        })
        .collect();
    mean(&networks)
}

/// The network whose scores are the mean of those of `networks`: all their units side by side.
fn mean(networks: &[Ranker]) -> Ranker {
    let share = 1.0 / networks.len() as f32;
    let weights = |of: fn(&Ranker) -> &Vec<f32>| networks.iter().flat_map(of).copied();
    let features = networks.first().map_or(0, Ranker::features);
    let linear: Vec<f32> = (0..features)
        .map(|at| share * networks.iter().fold(0.0, |sum, one| sum + one.linear[at]))
        .collect();
    let row = |feature: usize| {
        let rows = networks.iter().map(move |one| {
            let width = one.bias.len();
            &one.hidden[feature * width..][..width]
        });
        rows.flatten().copied()
    };
    Ranker {
        first: linear.clone(),
        linear,
        hidden: (0..features).flat_map(row).collect(),
        bias: weights(|one| &one.bias).collect(),
        output: weights(|one| &one.output)
            .map(|weight| share * weight)
            .collect(),
    }
}

/// Fits a network with `hidden` units to few examples: its linear weights are taken to lie around `centre`, the others around nought, each with a
/// variance of one once features are standardised, which one example moves by little and a thousand by what they say.
pub(crate) fn fit_near(examples: &[Example], centre: &[f32], hidden: usize) -> Ranker {
    let epochs = NEAR_STEPS.div_ceil(examples.len().div_ceil(BATCH).max(1));
    let decay = 1.0 / examples.len().max(1) as f32;
    descended(examples, centre, hidden, epochs, decay, SEED)
}

/// Descends from `centre`, to which `decay` pulls.
fn descended(
    examples: &[Example],
    centre: &[f32],
    hidden: usize,
    epochs: usize,
    decay: f32,
    seed: u64,
) -> Ranker {
    let features = centre.len();
    let (mean, scale) = moments(examples, features);
    let network = Network {
        mean: &mean,
        scale: &scale,
        hidden,
    };
    let mut random = Random::new(seed);
    let count = features + features * hidden + 2 * hidden;
    let mut centred = vec![0f32; count];
    for ((weight, centre), scale) in centred.iter_mut().zip(centre).zip(&scale) {
        // What never varies has no weight.
        *weight = if *scale > 0.0 { centre / scale } else { 0.0 };
    }
    let mut weights = centred.clone();
    let (from, to) = (features, features + features * hidden);
    for weight in &mut weights[from..to] {
        *weight = random.normal() / (features as f32).sqrt();
    }
    for weight in &mut weights[to + hidden..] {
        *weight = random.normal() * 0.1;
    }
    let (mut momentum, mut squares) = (vec![0f32; count], vec![0f32; count]);
    let (mut first_bias, mut second_bias) = (1.0f32, 1.0f32);
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let per_epoch = order.len().div_ceil(BATCH);
    let total = epochs * per_epoch;
    let mut step = 0;
    for _ in 0..epochs {
        random.shuffle(&mut order);
        for batch in order.chunks(BATCH) {
            let parts: Vec<Vec<f32>> = batch
                .par_chunks(PART)
                .map(|part| {
                    let mut gradient = vec![0f32; count];
                    for &example in part {
                        network.add_gradient(&weights, &examples[example], &mut gradient);
                    }
                    gradient
                })
                .collect();
            first_bias *= MOMENTUM;
            second_bias *= SQUARES;
            let rate = RATE * (1.0 - step as f32 / total as f32).max(LAST_RATE);
            let inverse = 1.0 / batch.len() as f32;
            for (at, weight) in weights.iter_mut().enumerate() {
                let sum = parts.iter().fold(0.0, |sum, part| sum + part[at]);
                let gradient = sum * inverse + decay * (*weight - centred[at]);
                momentum[at] = MOMENTUM * momentum[at] + (1.0 - MOMENTUM) * gradient;
                squares[at] = SQUARES * squares[at] + (1.0 - SQUARES) * gradient * gradient;
                let (m, s) = (
                    momentum[at] / (1.0 - first_bias),
                    squares[at] / (1.0 - second_bias),
                );
                *weight -= rate * m / (s.sqrt() + 1e-8);
            }
            step += 1;
        }
    }
    network.finished(&weights)
}

/// Mean log-likelihood of the targets.
pub(crate) fn likelihood(
    examples: &[Example],
    score: impl Fn(&[f32]) -> f32 + Sync,
    features: usize,
) -> f64 {
    let sums: Vec<f64> = examples
        .par_iter()
        .map(|example| {
            let mut scores: Vec<f32> = example.rows.chunks_exact(features).map(&score).collect();
            let target = softmax(&mut scores, example.target);
            f64::from(libm::logf(target.max(f32::MIN_POSITIVE)))
        })
        .collect();
    sums.iter().sum::<f64>() / examples.len().max(1) as f64
}

impl Network<'_> {
    /// For rows as they are: what standardises them goes into the weights and, but for a constant of all scores, into the biases.
    fn finished(&self, weights: &[f32]) -> Ranker {
        let (features, hidden) = (self.mean.len(), self.hidden);
        let (linear, rest) = weights.split_at(features);
        let (into, rest) = rest.split_at(features * hidden);
        let (bias, output) = rest.split_at(hidden);
        let linear: Vec<f32> = linear
            .iter()
            .zip(self.scale)
            .map(|(weight, scale)| weight * scale)
            .collect();
        let mut bias = bias.to_vec();
        let mut scaled = into.to_vec();
        for ((row, scale), mean) in scaled
            .chunks_exact_mut(hidden.max(1))
            .zip(self.scale)
            .zip(self.mean)
        {
            for (weight, bias) in row.iter_mut().zip(&mut bias) {
                *weight *= scale;
                *bias -= *weight * mean;
            }
        }
        Ranker {
            first: linear.clone(),
            linear,
            hidden: scaled,
            bias,
            output: output.to_vec(),
        }
    }

    fn add_gradient(&self, weights: &[f32], example: &Example, gradient: &mut [f32]) {
        let (features, hidden) = (self.mean.len(), self.hidden);
        let rows = example.rows.len() / features.max(1);
        let mut inputs = vec![0f32; rows * features];
        let mut units = vec![0f32; rows * hidden];
        let mut scores = vec![0f32; rows];
        let (linear, rest) = weights.split_at(features);
        let (into, rest) = rest.split_at(features * hidden);
        let (bias, output) = rest.split_at(hidden);
        for (row, score) in scores.iter_mut().enumerate() {
            let input = &mut inputs[row * features..][..features];
            let units = &mut units[row * hidden..][..hidden];
            units.copy_from_slice(bias);
            for (at, value) in input.iter_mut().enumerate() {
                *value = (example.rows[row * features + at] - self.mean[at]) * self.scale[at];
                *score += *value * linear[at];
                add(units, *value, &into[at * hidden..][..hidden]);
            }
            for (unit, weight) in units.iter().zip(output) {
                *score += unit.max(0.0) * weight;
            }
        }
        softmax(&mut scores, example.target);
        scores[example.target] -= 1.0;
        let (to_linear, rest) = gradient.split_at_mut(features);
        let (to_into, rest) = rest.split_at_mut(features * hidden);
        let (to_bias, to_output) = rest.split_at_mut(hidden);
        let mut back = vec![0f32; hidden];
        for (row, &error) in scores.iter().enumerate() {
            if error.abs() < NEGLIGIBLE {
                continue;
            }
            let input = &inputs[row * features..][..features];
            let units = &units[row * hidden..][..hidden];
            add(to_linear, error, input);
            for (unit, back) in back.iter_mut().enumerate() {
                *back = if units[unit] > 0.0 {
                    error * output[unit]
                } else {
                    0.0
                };
                to_bias[unit] += *back;
                to_output[unit] += error * units[unit].max(0.0);
            }
            for (at, &value) in input.iter().enumerate() {
                add(&mut to_into[at * hidden..][..hidden], value, &back);
            }
        }
    }
}

/// Turns scores into probabilities; that of `target` comes back.
fn softmax(scores: &mut [f32], target: usize) -> f32 {
    let greatest = scores.iter().copied().fold(f32::MIN, f32::max);
    let mut sum = 0.0;
    for score in scores.iter_mut() {
        *score = libm::expf(*score - greatest);
        sum += *score;
    }
    for score in scores.iter_mut() {
        *score /= sum;
    }
    scores.get(target).copied().unwrap_or(0.0)
}

/// Mean and inverse standard deviation of each feature.
fn moments(examples: &[Example], features: usize) -> (Vec<f32>, Vec<f32>) {
    let (mut sums, mut squares, mut count) = (vec![0f64; features], vec![0f64; features], 0f64);
    for row in examples
        .iter()
        .flat_map(|example| example.rows.chunks_exact(features))
    {
        count += 1.0;
        for (at, &value) in row.iter().enumerate() {
            sums[at] += f64::from(value);
            squares[at] += f64::from(value) * f64::from(value);
        }
    }
    let count = count.max(1.0);
    let mean: Vec<f64> = sums.iter().map(|sum| sum / count).collect();
    let scale = squares
        .iter()
        .zip(&mean)
        .map(|(square, mean)| {
            let variance = square / count - mean * mean;
            // A feature that never varies says nothing, whatever it does later.
            if variance < 1e-8 {
                0.0
            } else {
                (1.0 / variance.sqrt()) as f32
            }
        })
        .collect();
    (mean.iter().map(|&mean| mean as f32).collect(), scale)
}

fn add(sum: &mut [f32], factor: f32, values: &[f32]) {
    for (sum, value) in sum.iter_mut().zip(values) {
        *sum += factor * value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// "Either, but not both" cannot be told by any line; the hidden units learn it.
    #[test]
    fn the_network_learns_what_no_line_can() {
        let example = |target: usize| Example {
            rows: vec![0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0],
            target,
        };
        let examples: Vec<Example> = (0..2000).map(|number| example(1 + number % 2)).collect();
        let right = |ranker: &Ranker| {
            let rows = &examples[0].rows;
            let scores: Vec<f32> = rows.chunks_exact(2).map(|row| ranker.score(row)).collect();
            scores[1].min(scores[2]) > scores[0].max(scores[3])
        };
        let line = fit(&examples, 2, 0, 6);
        assert!(!right(&line));
        let network = fit(&examples, 2, 16, 6);
        assert!(right(&network));
        assert_eq!(network, fit(&examples, 2, 16, 6));
    }

    #[test]
    fn a_mean_of_networks_scores_as_they_do_on_the_mean() {
        let network = |seed| {
            let mut random = Random::new(seed);
            let mut some = |count: usize| (0..count).map(|_| random.normal()).collect::<Vec<f32>>();
            Ranker {
                first: some(3),
                linear: some(3),
                hidden: some(6),
                bias: some(2),
                output: some(2),
            }
        };
        let (one, other) = (network(1), network(2));
        let mean = mean(&[one.clone(), other.clone()]);
        for row in [[1.0, 0.0, 0.0], [0.5, -1.0, 2.0], [-3.0, 0.1, 0.7]] {
            let expected = (one.score(&row) + other.score(&row)) / 2.0;
            assert!((mean.score(&row) - expected).abs() < 1e-5, "{row:?}");
        }
    }
}
