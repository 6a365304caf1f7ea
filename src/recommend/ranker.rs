//! The ranker: a small network that turns a row of features into a score.
//!
//! Score = w·z + v·max(0, W z + b), where z is the row standardised. The linear part alone is the first stage, which decides
//! which candidates are worth the second.

/// Hidden units of which a pack may have any number up to this.
pub(super) const MAX_HIDDEN: usize = 64;

/// Weights of the network, as the trainer fits them.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranker {
    /// Mean of each feature.
    pub mean: Vec<f32>,
    /// What one above the mean counts: the inverse standard deviation.
    pub scale: Vec<f32>,
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
    /// Number of 32-bit numbers for `features` and `hidden` units.
    pub(super) fn len_for(features: usize, hidden: usize) -> usize {
        4 * features + features * hidden + 2 * hidden
    }

    /// The numbers in the order in which [`from_numbers`](Self::from_numbers) takes them.
    pub(super) fn numbers(&self) -> impl Iterator<Item = f32> + '_ {
        [
            &self.mean,
            &self.scale,
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
            mean: take(features),
            scale: take(features),
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
        self.mean.len()
    }

    /// The first stage's score of `row`.
    #[must_use]
    pub fn first_score(&self, row: &[f32]) -> f32 {
        let mut score = 0.0;
        for (((value, mean), scale), weight) in
            row.iter().zip(&self.mean).zip(&self.scale).zip(&self.first)
        {
            score += (value - mean) * scale * weight;
        }
        score
    }

    /// The second stage's score of `row`.
    #[must_use]
    pub fn score(&self, row: &[f32]) -> f32 {
        let mut units = [0.0f32; MAX_HIDDEN];
        let width = self.bias.len().min(MAX_HIDDEN);
        let units = &mut units[..width];
        units.copy_from_slice(&self.bias[..width]);
        let mut score = 0.0;
        let inputs = row
            .iter()
            .zip(&self.mean)
            .zip(&self.scale)
            .zip(&self.linear);
        for ((((value, mean), scale), weight), into) in
            inputs.zip(self.hidden.chunks_exact(width.max(1)))
        {
            let value = (value - mean) * scale;
            score += value * weight;
            for (unit, weight) in units.iter_mut().zip(into) {
                *unit += value * weight;
            }
        }
        for (unit, weight) in units.iter().zip(&self.output) {
            score += unit.max(0.0) * weight;
        }
        score
    }
}
