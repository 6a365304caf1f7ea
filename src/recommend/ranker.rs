//! The ranker: a small network that turns a row of features into a score.
//!
//! Score = w·x + v·max(0, W x + b), up to a constant: the scores of one prediction may be compared, no others. A line alone is the first stage,
//! which decides which candidates are worth the second.

/// Hidden units of which a pack may have any number up to this.
pub(super) const MAX_HIDDEN: usize = 64;

/// Weights of the network, as the trainer fits them.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranker {
    /// Weights of the first stage, which is linear.
    pub first: Vec<f32>,
    /// Weights of the second stage's linear part.
    pub linear: Vec<f32>,
    /// Feature by feature, the weights into each hidden unit.
    pub hidden: Vec<f32>,
    /// What each hidden unit begins with.
    pub bias: Vec<f32>,
    /// Weights out of the hidden units.
    pub output: Vec<f32>,
}

impl Ranker {
    /// A line: no hidden units, and itself as its first stage. `weights` has one number per feature.
    #[must_use]
    pub fn line(weights: Vec<f32>) -> Self {
        Self {
            first: weights.clone(),
            linear: weights,
            hidden: Vec::new(),
            bias: Vec::new(),
            output: Vec::new(),
        }
    }

    /// Number of 32-bit numbers for `features` and `hidden` units.
    pub(super) fn len_for(features: usize, hidden: usize) -> usize {
        2 * features + features * hidden + 2 * hidden
    }

    /// The numbers in the order in which [`from_numbers`](Self::from_numbers) takes them.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = f32> + '_ {
        [
            &self.first,
            &self.linear,
            &self.hidden,
            &self.bias,
            &self.output,
        ]
        .into_iter()
        .flatten()
        .copied()
    }

    /// The network of as many hidden units as `numbers` are there for, if that is a whole number of them.
    pub(crate) fn of_any_width(numbers: &[f32], features: usize) -> Option<Self> {
        let hidden = numbers.len().checked_sub(Self::len_for(features, 0))? / (features + 2);
        Self::from_numbers(numbers, features, hidden).filter(|_| hidden <= MAX_HIDDEN)
    }

    /// `None` unless `numbers` are exactly the weights of such a network.
    pub(super) fn from_numbers(numbers: &[f32], features: usize, hidden: usize) -> Option<Self> {
        if numbers.len() != Self::len_for(features, hidden) {
            return None;
        }
        let mut rest = numbers;
        let mut take = |count: usize| {
            let (taken, after) = rest.split_at(count);
            rest = after;
            taken.to_vec()
        };
        Some(Self {
            first: take(features),
            linear: take(features),
            hidden: take(features * hidden),
            bias: take(hidden),
            output: take(hidden),
        })
    }

    /// Number of features that a row has.
    #[must_use]
    pub fn features(&self) -> usize {
        self.linear.len()
    }

    /// The first stage's score of `row`.
    #[must_use]
    pub fn first_score(&self, row: &[f32]) -> f32 {
        let weighed = row.iter().zip(&self.first);
        weighed.fold(0.0, |score, (value, weight)| score + value * weight)
    }

    /// The second stage's score of `row`.
    #[must_use]
    pub fn score(&self, row: &[f32]) -> f32 {
        let mut units = [0.0f32; MAX_HIDDEN];
        let width = self.bias.len().min(MAX_HIDDEN);
        let units = &mut units[..width];
        units.copy_from_slice(&self.bias[..width]);
        let mut score = 0.0;
        let mut hidden = self.hidden.chunks_exact(width.max(1));
        for (value, weight) in row.iter().zip(&self.linear) {
            // A line has no hidden units.
            let into = hidden.next().unwrap_or_default();
            // Half of the features say nothing of most candidates.
            if *value != 0.0 {
                score += value * weight;
                for (unit, weight) in units.iter_mut().zip(into) {
                    *unit += value * weight;
                }
            }
        }
        for (unit, weight) in units.iter().zip(&self.output) {
            score += unit.max(0.0) * weight;
        }
        score
    }
}
