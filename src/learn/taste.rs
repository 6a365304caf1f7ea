//! Taste: how far a shopper's choices of one facet tell of the next one.
//!
//! # Method
//! A shopper whose taste is worth `κ` choices of everybody chooses value `v` next with probability `(m + κ·p) / (M + κ)`: `m` choices of
//! `v` out of `M` so far, `p` the share of products with it (the Pólya urn; Minka: "Estimating a Dirichlet distribution", 2000, §1). How strong
//! tastes are in a facet differs from shopper to shopper and from facet to facet, so several `κ` stand side by side, from
//! "chooses what they chose" to "looks at something else" (`κ = ∞`), and what was chosen so far weighs them by Bayes' rule. So a facet earns
//! its influence: choices that agree raise the strong tastes, choices that scatter like the products raise `κ = ∞`.
//!
//! Measured as the reciprocal rank of the value of the next clicked item among all values (mean over clicks): see `docs/learning.md`.

/// How many choices of everybody a taste is worth. From a taste that one click tells to one that is hardly any.
const KAPPAS: [f64; 4] = [0.25, 1.0, 4.0, 16.0];

/// Choices that are looked at: after so many it is known whether there is a taste. More count as so many.
const MOST_CHOICES: f64 = 32.0;

/// What is known of a shopper's taste in one facet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Taste {
    /// What one choice of a value adds to its probability.
    own: f64,
    /// What its share of the products counts.
    everybody: f64,
    /// Probability that there is a taste at all.
    any: f64,
}

impl Taste {
    /// From the mass and the base rate, in `(0, 1]`, of each value that was chosen, together `total`.
    pub(crate) fn new(choices: Vec<(f64, f64)>, total: f64) -> Self {
        let scale = MOST_CHOICES / total.max(MOST_CHOICES);
        // Likelihood of each taste against none, whose own is the product of the base rates.
        let gains = KAPPAS.map(|kappa| {
            let mut gain = -rising(scale * total, kappa);
            for &(mass, rate) in &choices {
                let (mass, rate) = (scale * mass, rate.clamp(1e-6, 1.0));
                gain += rising(mass, kappa * rate) - mass * libm::log(rate);
            }
            gain
        });
        let greatest = gains.iter().copied().fold(0.0, f64::max);
        let none = libm::exp(-greatest);
        let weights = gains.map(|gain| libm::exp(gain - greatest));
        let all = none + weights.iter().sum::<f64>();
        let (mut own, mut everybody) = (0.0, none / all);
        for (kappa, weight) in KAPPAS.iter().zip(weights) {
            own += weight / all / (total + kappa);
            everybody += weight / all * kappa / (total + kappa);
        }
        Self {
            own,
            everybody,
            any: 1.0 - none / all,
        }
    }

    /// Probability that the next choice is a value with `mass` choices so far and `share` of the products.
    pub(crate) fn predict(&self, mass: f64, share: f64) -> f64 {
        self.own * mass + self.everybody * share
    }

    /// How far there is a taste, beside how far there was before anything was chosen; at most 1.
    pub(crate) fn earned(&self) -> f64 {
        let before = KAPPAS.len() as f64 / (KAPPAS.len() + 1) as f64;
        (self.any / before).min(1.0)
    }
}

/// `ln (Γ(start + n) / Γ(start))`, between whole `n` by straight lines.
fn rising(n: f64, start: f64) -> f64 {
    let whole = libm::floor(n);
    let (mut sum, mut passed) = (0.0, 0.0);
    while passed < whole {
        sum += libm::log(start + passed);
        passed += 1.0;
    }
    sum + (n - whole) * libm::log(start + whole)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn taste(choices: &[(f64, f64)]) -> Taste {
        Taste::new(
            choices.to_vec(),
            choices.iter().map(|&(mass, _)| mass).sum(),
        )
    }

    #[test]
    fn a_facet_earns_its_influence_by_choices_that_agree() {
        assert!(
            (taste(&[(1.0, 0.01)]).earned() - 1.0).abs() < 1e-9,
            "one choice tells nothing yet"
        );
        assert_eq!(taste(&[(3.0, 0.05)]).earned(), 1.0);
        assert_eq!(taste(&[(3.0, 0.05), (1.0, 0.05)]).earned(), 1.0);
        let scattered = vec![(1.0, 0.1); 10];
        assert!(taste(&scattered).earned() < taste(&scattered[..3]).earned());
        assert!(
            taste(&scattered).earned() < 0.5,
            "{}",
            taste(&scattered).earned()
        );
    }

    #[test]
    fn what_was_chosen_comes_first_and_the_rest_as_everybody_has_it() {
        let known = taste(&[(2.0, 0.05), (1.0, 0.3)]);
        let order = [
            known.predict(2.0, 0.05),
            known.predict(1.0, 0.3),
            known.predict(0.0, 0.4),
            known.predict(0.0, 0.2),
        ];
        assert!(order.is_sorted_by(|a, b| a > b), "{order:?}");
    }

    proptest! {
        /// Predictions are probabilities: what all values have together is 1.
        #[test]
        fn predictions_add_up(masses in prop::collection::vec(0.0..9.0f64, 1..6)) {
            let rate = 1.0 / masses.len() as f64;
            let choices: Vec<(f64, f64)> = masses.iter().map(|&mass| (mass, rate)).collect();
            let known = taste(&choices);
            let sum: f64 = choices.iter().map(|&(mass, rate)| known.predict(mass, rate)).sum();
            prop_assert!((sum - 1.0).abs() < 1e-9, "{sum}");
            prop_assert!((0.0..=1.0).contains(&known.earned()));
        }
    }
}
