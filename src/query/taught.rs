//! What the logs of all shoppers say of one query: weights, priors, other names.
//!
//! # Invariants
//! * A prior moves a product inside its tier, never out of it.
//! * Another name finds products in a tier of its own, behind those that have the words themselves. What has the words by
//!   beginning, misspelt or not at all comes after it.

use super::{
    Tier,
    retrieve::{Candidate, Retrieved, Scope, retrieve},
    words::Words,
};
use crate::{
    catalogue::{Catalogue, ItemIdx},
    knowledge::{Asked, Attached, Weights},
    sorted::SortedMap,
    text::{Token, folded},
};

/// Bits of the sieve before the priors: few enough to stay in the nearest cache, many enough that of a thousand products
/// without a prior one in ten is looked up.
const SIEVE: usize = 64;

/// What is known of one query; nothing without knowledge.
#[derive(Clone, Debug)]
pub(crate) struct Taught {
    pub(crate) weights: Weights,
    priors: SortedMap<ItemIdx, f64>,
    sieve: [u64; SIEVE],
    /// Products that another name of the query found, by its place in `names`.
    by_name: SortedMap<ItemIdx, usize>,
    names: Vec<String>,
}

impl Taught {
    /// For `words`; `typing` says that they may go on.
    pub(crate) fn new(known: Option<&Attached>, words: &Words, typing: bool) -> Self {
        let mut taught = Self {
            weights: Weights::default(),
            priors: SortedMap::default(),
            sieve: [0; SIEVE],
            by_name: SortedMap::default(),
            names: Vec::new(),
        };
        let Some(known) = known else {
            return taught;
        };
        taught.weights = known.knowledge().weights();
        if !words.is_empty() {
            taught.priors = known.priors(&words.normalised(), typing && words.unfinished);
        }
        for (item, _) in taught.priors.iter() {
            let (word, bit) = place(item);
            taught.sieve[word] |= bit;
        }
        taught
    }

    /// Log-odds that shoppers choose `item` after this query, beyond what they choose anyway.
    #[inline]
    pub(crate) fn prior(&self, item: ItemIdx) -> f64 {
        let (word, bit) = place(item);
        if self.sieve[word] & bit == 0 {
            return 0.0;
        }
        self.priors.get(item).copied().unwrap_or(0.0)
    }

    /// The other name by which the query found `item`.
    pub(crate) fn name(&self, item: ItemIdx) -> &str {
        let name = self.by_name.get(item).and_then(|&at| self.names.get(at));
        name.map_or("", String::as_str)
    }

    /// What the text means, also by its other names.
    pub(crate) fn retrieve(
        &mut self,
        catalogue: &Catalogue,
        known: Option<&Attached>,
        words: &mut Words,
        scope: Scope,
    ) -> Retrieved {
        let mut retrieved = retrieve(catalogue, words, scope);
        let variants = known.map_or(Vec::new(), |known| {
            known.variants(Asked {
                normalised: &words.normalised(),
                words: &words.texts_of_all(),
                locale: words.locale,
                unknown: unknown(catalogue, words),
            })
        });
        for (at, variant) in variants.into_iter().enumerate() {
            let other = Words::new(&variant.text, catalogue.locale());
            for candidate in retrieve(catalogue, &other, scope).candidates {
                // What the other name only begins or resembles is too far from what was typed.
                if candidate.tier <= Tier::Exact {
                    self.by_name.or_insert(candidate.item, at);
                    retrieved.candidates.push(Candidate {
                        tier: Tier::Synonym,
                        ..candidate
                    });
                }
            }
            let name = folded(&variant.name, usize::MAX, catalogue.locale());
            words.also.extend(name.split(' ').map(str::to_owned));
            self.names.push(variant.name);
        }
        if self.by_name.is_empty() {
            return retrieved;
        }
        // With what the other names found, the road has not ended.
        let relaxed = !std::mem::take(&mut retrieved.missing).is_empty();
        let found = retrieved.candidates.into_iter();
        let found = found.filter(|candidate| !relaxed || candidate.tier != Tier::Partial);
        let best = SortedMap::gather(
            found.map(|candidate| (candidate.item, candidate)).collect(),
            |item| u64::from(item.0),
            |known: &mut Candidate, other| {
                if other.tier < known.tier {
                    *known = other;
                }
            },
        );
        retrieved.candidates = best.iter().map(|(_, &candidate)| candidate).collect();
        retrieved
    }
}

/// One bit per word that the catalogue does not have as it stands.
fn unknown(catalogue: &Catalogue, words: &Words) -> u16 {
    let terms = catalogue.terms();
    let unknown = |token: &Token| terms.find(&token.text).is_none();
    (0..).zip(&words.tokens).fold(0, |bits, (at, token)| {
        bits | u16::from(unknown(token)) << at
    })
}

fn place(item: ItemIdx) -> (usize, u64) {
    let bit = item.0 as usize % (SIEVE * 64);
    (bit / 64, 1 << (bit % 64))
}
