//! Answers that devices have randomised → how many visits each category had.
//!
//! A device that contributes with ε tells one category of its visit at most: the true one with probability
//! p = e^ε / (e^ε + k − 1), each other of the k with q = 1 / (e^ε + k − 1) (Kairouz, Bonawitz and Ramage, "Discrete
//! Distribution Estimation under Local Privacy", ICML 2016). Counts of answers are therefore biased towards all being
//! alike, and only estimates of many answers mean anything.
//!
//! # Invariants
//! * Estimates are unbiased, so that one may be below zero: cutting them there would bias the sum.
//! * Nothing else learns from these answers: no other table knows the event.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Serialize;

use crate::build::Progress;
use crate::error::TrainerError;
use crate::issue::Report;
use crate::log::{Kind, read_log};

/// How often a category was told, and how often it was probably meant.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CategoryEstimate {
    /// As the shop names it.
    pub category: String,
    /// Under which ε it was asked for.
    pub epsilon: f64,
    /// Of how many categories.
    pub of: usize,
    /// Answers that named it.
    pub answers: u64,
    /// The unbiased estimate of visits that were about it.
    pub visits: f64,
    /// Its standard error, from the randomising alone.
    pub error: f64,
}

/// Reads logs, and estimates what their randomised answers say; by ε and k, within them the most frequent first.
///
/// # Errors
///
/// [`TrainerError`] when a log cannot be read. Answers that are not understood are passed over.
pub fn randomised_categories(
    logs: &[PathBuf],
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Vec<CategoryEstimate>, TrainerError> {
    let mut report = Report::new(false);
    // Positive floats are in the order of their bits.
    let mut asked: BTreeMap<(u64, usize), BTreeMap<String, u64>> = BTreeMap::new();
    for path in logs {
        read_log(
            path,
            Some(Kind::RandomisedCategory),
            &mut report,
            progress,
            &mut |event| {
                if event.kind == Kind::RandomisedCategory
                    && let Some(key) = asked_of(&event.facet)
                {
                    *asked
                        .entry(key)
                        .or_default()
                        .entry(event.value)
                        .or_default() += 1;
                }
                Ok(())
            },
        )?;
    }
    Ok(asked
        .into_iter()
        .flat_map(|((epsilon, of), counts)| estimates(f64::from_bits(epsilon), of, &counts))
        .collect())
}

/// The bits of ε, and k, of a text like `2 of 13`; `None` for what no device sends.
fn asked_of(facet: &str) -> Option<(u64, usize)> {
    let (epsilon, of) = facet.split_once(" of ")?;
    let (epsilon, of): (f64, usize) = (epsilon.parse().ok()?, of.parse().ok()?);
    (epsilon > 0.0 && epsilon <= 50.0 && (2..=10_000).contains(&of))
        .then_some((epsilon.to_bits(), of))
}

/// (c − n q) / (p − q), with the variance of Wang, Blocki, Li and Jha, "Locally Differentially Private Protocols for
/// Frequency Estimation", USENIX Security 2017, equation 3.
fn estimates(epsilon: f64, of: usize, counts: &BTreeMap<String, u64>) -> Vec<CategoryEstimate> {
    let n = counts.values().sum::<u64>() as f64;
    let weight = epsilon.exp();
    let (p, q) = (
        weight / (weight + of as f64 - 1.0),
        1.0 / (weight + of as f64 - 1.0),
    );
    let mut all: Vec<CategoryEstimate> = counts
        .iter()
        .map(|(category, &answers)| {
            let visits = (answers as f64 - n * q) / (p - q);
            let variance =
                n * q * (1.0 - q) / (p - q).powi(2) + visits.max(0.0) * (1.0 - p - q) / (p - q);
            CategoryEstimate {
                category: category.clone(),
                epsilon,
                of,
                answers,
                visits,
                error: variance.max(0.0).sqrt(),
            }
        })
        .collect();
    all.sort_by(|a, b| {
        b.visits
            .total_cmp(&a.visits)
            .then(a.category.cmp(&b.category))
    });
    all
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    /// Answers as a device draws them, from a fixed sequence of numbers.
    fn answers(truth: &[(&str, u64)], epsilon: f64, seed: &mut u64) -> BTreeMap<String, u64> {
        let mut random = || {
            // splitmix64
            *seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut bits = (*seed ^ (*seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            ((bits ^ (bits >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
        };
        let others = truth.len() - 1;
        let p = epsilon.exp() / (epsilon.exp() + others as f64);
        let mut counts = BTreeMap::new();
        for (own, &(_, visits)) in truth.iter().enumerate() {
            for _ in 0..visits {
                let mut told = own;
                if random() >= p {
                    told = (random() * others as f64) as usize;
                    told += usize::from(told >= own);
                }
                *counts.entry(truth[told].0.to_owned()).or_default() += 1;
            }
        }
        counts
    }

    #[test]
    fn estimates_find_what_answers_hide() {
        let truth = [
            ("taps", 6_000),
            ("tools", 3_000),
            ("lamps", 1_000),
            ("none", 0),
        ];
        let mut seed = 7;
        let (mut within, mut all) = (0, 0);
        for epsilon in [0.5, 1.0, 2.0, 4.0] {
            for _ in 0..25 {
                for estimate in estimates(epsilon, 4, &answers(&truth, epsilon, &mut seed)) {
                    let (_, visits) = truth
                        .iter()
                        .find(|(name, _)| *name == estimate.category)
                        .unwrap();
                    all += 1;
                    within +=
                        u32::from((estimate.visits - *visits as f64).abs() <= 2.0 * estimate.error);
                }
            }
        }
        // Two standard errors hold 95 % where the error is right.
        assert_eq!(all, 400);
        assert!((368..=394).contains(&within), "{within} of {all}");
    }

    #[test]
    fn logs_are_read_and_what_no_device_sends_is_passed_over() {
        let mut log = tempfile::NamedTempFile::with_suffix(".jsonl").unwrap();
        for (facet, value) in [
            ("2 of 3", "a"),
            ("2 of 3", "a"),
            ("2 of 3", "b"),
            ("1 of 3", "a"),
            ("x of 3", "a"),
            ("-1 of 3", "a"),
            ("2 of 1", "a"),
            ("inf of 3", "a"),
            ("", "a"),
        ] {
            writeln!(log, r#"{{"event_name":"randomised_category","event_timestamp":1,"facet":"{facet}","value":"{value}"}}"#).unwrap();
        }
        writeln!(
            log,
            r#"{{"event_name":"view_category","facet":"2 of 3","value":"b"}}"#
        )
        .unwrap();
        let found = randomised_categories(&[log.path().to_owned()], &mut |_| {}).unwrap();
        let told: Vec<(f64, &str, u64)> = found
            .iter()
            .map(|one| (one.epsilon, one.category.as_str(), one.answers))
            .collect();
        assert_eq!(told, [(1.0, "a", 1), (2.0, "a", 2), (2.0, "b", 1)]);
    }
}
