//! Ranking of a list that the shop gives, with or without a catalogue.

use super::{
    Explanation, Ranked, Reason, ReasonKind,
    focus::Focus,
    score::{greatest, part, personal_parts},
};
use crate::{
    catalogue::{Catalogue, leaf_label},
    key::Key,
    knowledge::Weights,
    learn::{Beliefs, Item},
    order::best_by,
    sorted::SortedMap,
};

/// How fast the shop's own order fades: log-odds per e-fold of the position. Hand-set: one view of a rare brand lifts an
/// item over a page, none leaves the order as it is.
const POSITION_WEIGHT: f64 = 0.5;

/// All items in their new order, best first; equal scores keep the shop's order.
pub(crate) fn rank(
    catalogue: Option<&Catalogue>,
    beliefs: &Beliefs,
    items: &[Item],
) -> Vec<Ranked> {
    let rates = ListRates::new(catalogue, items);
    let ranked: Vec<Ranked> = items
        .iter()
        .enumerate()
        .map(|(index, item)| {
            let personal = match catalogue.and_then(|catalogue| {
                let known = catalogue.item(item.item_id.as_str())?;
                Some(beliefs.personal(catalogue, known))
            }) {
                Some(score) => score,
                None => loose_parts(catalogue, beliefs, &rates, item)
                    .iter()
                    .map(|part| part.contribution)
                    .sum(),
            };
            Ranked {
                index,
                score: personal - POSITION_WEIGHT * libm::log1p(index as f64),
            }
        })
        .collect();
    best_by(ranked, usize::MAX, |ranked| ranked.score)
}

/// Why `item` has its score, wherever it stands: without the text and its place in a list.
pub(crate) fn explain(
    catalogue: Option<&Catalogue>,
    beliefs: &Beliefs,
    item: &Item,
) -> Explanation {
    let id = item.item_id.as_str();
    let known = catalogue.and_then(|catalogue| Some((catalogue, catalogue.item(id)?)));
    let parts = match known {
        Some((catalogue, known)) => {
            let focus = Focus::wide(beliefs);
            let mut parts = personal_parts(catalogue, &focus, &Weights::default(), known);
            parts.push(part(ReasonKind::Popularity, catalogue.prior(known)));
            parts
        }
        None => {
            let rates = ListRates::new(catalogue, std::slice::from_ref(item));
            loose_parts(catalogue, beliefs, &rates, item)
        }
    };
    Explanation {
        id: id.to_owned(),
        score: parts.iter().map(|part| part.contribution).sum(),
        parts: greatest(parts, usize::MAX),
    }
}

/// How often values stand in the list itself, where no catalogue tells how common they are.
struct ListRates {
    counts: SortedMap<Key, u32>,
    items: usize,
}

impl ListRates {
    fn new(catalogue: Option<&Catalogue>, items: &[Item]) -> Self {
        let mut counts = SortedMap::default();
        let mut unknown = 0;
        for item in items {
            let id = item.item_id.as_str();
            if catalogue.is_some_and(|catalogue| catalogue.item(id).is_some()) {
                continue;
            }
            unknown += 1;
            for (_, _, key) in item.values() {
                *counts.or_insert(key, 0) += 1;
            }
        }
        Self {
            counts,
            items: unknown,
        }
    }

    /// With one more item that has the value and one that has not, so that the rate of a single item is not 1.
    fn of(&self, key: Key) -> f64 {
        let count = self.counts.get(key).copied().unwrap_or(0);
        (f64::from(count) + 1.0) / (self.items as f64 + 2.0)
    }
}

/// Parts of the personal score of an item that is not in the catalogue.
fn loose_parts(
    catalogue: Option<&Catalogue>,
    beliefs: &Beliefs,
    rates: &ListRates,
    item: &Item,
) -> Vec<Reason> {
    let mut parts: Vec<Reason> = item
        .values()
        .into_iter()
        .map(|(facet, name, key)| {
            let value = catalogue.and_then(|catalogue| {
                let value = catalogue.value_by_key(key)?;
                Some(beliefs.own_value(catalogue, value))
            });
            Reason {
                kind: ReasonKind::Affinity,
                facet: facet.to_owned(),
                label: leaf_label(&name).to_owned(),
                value: name,
                contribution: value.unwrap_or_else(|| beliefs.loose_value(key, rates.of(key))),
            }
        })
        .collect();
    parts.push(part(
        ReasonKind::Item,
        beliefs.item(Key::item(item.item_id.as_str())),
    ));
    parts
}
