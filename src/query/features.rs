//! What each weight is multiplied with: the parts of scores, for those who learn weights.

use serde::Serialize;

use super::{
    SearchQuery, Tier,
    fit::fit,
    retrieve::Scope,
    score::{best, scored, text_part},
    taught::Taught,
    words::Words,
};
use crate::{
    catalogue::{Availability, Catalogue},
    knowledge::{Attached, Weights},
    learn::Beliefs,
};

/// A hit and the parts of its score before they are weighted.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Features {
    /// The shop's identifier.
    pub id: String,
    /// How it matches.
    pub tier: Tier,
    /// Log-odds, in the order of [`Weights`].
    pub parts: [f64; Weights::COUNT],
}

/// The parts of the best `k` hits of a text, best first.
pub(crate) fn features(
    catalogue: &Catalogue,
    beliefs: &Beliefs,
    known: Option<&Attached>,
    query: &SearchQuery,
    k: usize,
) -> Vec<Features> {
    let mut words = Words::new(query.text.as_str(), catalogue.locale());
    let mut taught = Taught::new(known, &words, false);
    let retrieved = taught.retrieve(catalogue, known, &mut words, Scope::All);
    let candidates = retrieved.candidates.into_iter();
    let (focus, scored) = scored(catalogue, beliefs, &taught, &words, false, candidates);
    best(catalogue, &taught, &words, scored, k)
        .into_iter()
        .map(|scored| {
            let candidate = scored.candidate;
            let item = candidate.item;
            let (values, own) = focus.of(catalogue, item);
            let can_be_had = catalogue.availability(item) == Availability::InStock;
            Features {
                id: catalogue.id(item).to_owned(),
                tier: candidate.tier,
                parts: [
                    text_part(catalogue, &candidate),
                    fit(catalogue.title(item), &words),
                    catalogue.prior(item),
                    values,
                    own,
                    if can_be_had { 0.0 } else { -1.0 },
                    taught.prior(item),
                ],
            }
        })
        .collect()
}
