//! Recommendations: products that follow from what the shopper has looked at, or from a cart.

use serde::Deserialize;

use super::{
    Hit, SearchQuery, Tier,
    filter::Filters,
    retrieve::Candidate,
    score::{Scored, hit},
    taught::Taught,
    words::Words,
};
use crate::{
    catalogue::{Catalogue, ItemIdx},
    index::BitSet,
    key::Key,
    knowledge::Attached,
    learn::{Beliefs, Text},
    order,
    recommend::Workspace,
};

/// Products of one answer.
const MAX_LIMIT: usize = 50;
const DEFAULT_LIMIT: usize = 12;

/// What [`recommend`](crate::Engine::recommend) is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct RecommendQuery {
    /// The items to go by, in their order, latest last; empty: those of this visit.
    pub items: Vec<Text>,
    /// Items that must not come.
    pub exclude: Vec<Text>,
    /// Whether what the shopper has seen in this visit may come again.
    pub seen: bool,
    /// Products to return, at most 50; absent: 12.
    pub limit: Option<usize>,
    /// Filters and ranges that every product must meet; text, sort and offset are passed over.
    pub only: SearchQuery,
}

/// What is opened next after `visit`, best first; then, where that is not enough, what stands best in the shop at large.
pub(crate) fn next(
    catalogue: &Catalogue,
    beliefs: &Beliefs,
    known: Option<&Attached>,
    visit: &[Key],
    query: &RecommendQuery,
    work: &mut Workspace,
) -> Vec<Hit> {
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT).min(MAX_LIMIT);
    let words = Words::new("");
    let taught = Taught::new(known, &words, false);
    let mut allowed = Filters::new(catalogue, &query.only)
        .select(catalogue.shown())
        .hits;
    let excluded = query.exclude.iter().map(|id| Key::item(id.as_str()));
    let seen = visit.iter().copied().filter(|_| !query.seen);
    for key in excluded.chain(seen) {
        for item in catalogue.items_by_key(key) {
            allowed.remove(item.0);
        }
    }
    let mut items = predicted(known, visit, limit, &allowed, work);
    if items.len() < limit {
        fill_up(catalogue, beliefs, &taught, &mut allowed, &mut items, limit);
    }
    items
        .into_iter()
        .map(|item| {
            let scored = Scored::new(catalogue, beliefs, &taught, candidate(item));
            hit(catalogue, beliefs, &taught, &words, &scored)
        })
        .collect()
}

fn predicted(
    known: Option<&Attached>,
    visit: &[Key],
    limit: usize,
    allowed: &BitSet,
    work: &mut Workspace,
) -> Vec<ItemIdx> {
    let Some((attached, next)) =
        known.and_then(|known| Some((known, known.knowledge().next_model()?)))
    else {
        return Vec::new();
    };
    let place = |number: u32| attached.place(crate::knowledge::KnownItem(number));
    let numbers = visit
        .iter()
        .filter_map(|&key| attached.knowledge().item(key))
        .map(|item| item.0);
    let is_allowed = |number: u32| place(number).is_some_and(|item| allowed.contains(item.0));
    next.predict(numbers, &[], limit, is_allowed, work)
        .into_iter()
        .filter_map(|scored| place(scored.item))
        .collect()
}

/// Adds what the shopper and all shoppers like best of what is allowed and not there yet.
fn fill_up(
    catalogue: &Catalogue,
    beliefs: &Beliefs,
    taught: &Taught,
    allowed: &mut BitSet,
    items: &mut Vec<ItemIdx>,
    limit: usize,
) {
    for item in items.iter() {
        allowed.remove(item.0);
    }
    let rest: Vec<Scored> = catalogue
        .items()
        .filter(|item| allowed.contains(item.0))
        .map(|item| Scored::new(catalogue, beliefs, taught, candidate(item)))
        .collect();
    let best = order::best_by(rest, limit - items.len(), |scored| scored.score);
    items.extend(best.iter().map(|scored| scored.candidate.item));
}

fn candidate(item: ItemIdx) -> Candidate {
    Candidate {
        item,
        tier: Tier::All,
        text: 0.0,
        edits: 0,
        begins: false,
    }
}
