//! Recommendations: what comes next, what belongs to it, what could stand in its place, what is due again, what inspires.
//!
//! # Method
//! Each kind gathers candidates and what speaks for them in log-odds ([`sources`]). To these come the shopper's affinities, what
//! was done with the product itself, and how often it is sent back. Of the best, products are chosen one by one by maximal
//! marginal relevance: `λ · relevance − (1 − λ) · likeness to what was chosen` (Carbonell and Goldstein, SIGIR 1998), with the
//! relevance brought to 0…1 and likeness as the share of common facet values ([`likeness`]).
//!
//! # Invariants
//! * Filters, exclusions, stock, price and delivery are hard: nothing that does not meet them is in an answer.
//! * What cannot be bought at present is in no answer.
//! * What this shopper sent back is in no answer. What was bought is not either, nor what else a category has of which shoppers
//!   need one, but for `repurchase` and for alternatives that were asked for. What is bought again and again comes a week after a
//!   purchase at the earliest, but for `repurchase`.
//! * Inspirations are of other departments and brands than what this visit turned to, as long as the shop has enough of them.

mod likeness;
mod sources;

use std::ops::Range;

use serde::{Deserialize, Serialize};

use self::{
    likeness::{leaf_of, likeness},
    sources::{Because, Found, Sources},
};
use super::{
    Hit, Reason, ReasonKind, SearchQuery, Tier,
    filter::Filters,
    focus::Focus,
    retrieve::Candidate,
    score::{Scored, hit, part, scored},
    taught::Taught,
    words::Words,
};
use crate::{
    catalogue::{Availability, Catalogue, FacetIdx, ItemIdx, ValueIdx},
    index::BitSet,
    key::Key,
    knowledge::Attached,
    learn::{Beliefs, Text},
    order,
    recommend::Workspace,
    sorted::SortedMap,
    time::Timestamp,
};

/// Products of one answer.
const MAX_LIMIT: usize = 50;
const DEFAULT_LIMIT: usize = 12;
/// Candidates that are chosen from, at least, and per product of the answer.
const LEAST_POOL: usize = 64;
const POOL_PER_HIT: usize = 4;
/// Items that an answer goes by, the latest: a cart, or what the ranker looks at of a visit.
const MAX_ANCHORS: usize = 16;
/// Bought again by fewer of its buyers, a product is needed once. Hand-set; the trainer judges categories by the same share.
pub(crate) const AGAIN: f32 = 0.1;
/// Days after a purchase in which it is not recommended, however soon it is used up.
const JUST_BOUGHT: f64 = 7.0;
/// Share of a row that one brand has at most, where others are as good.
const BRAND_SHARE: f64 = 0.5;
/// Log-odds below the best candidate within which another one is as good. Hand-set: three to one.
const AS_GOOD: f64 = 1.1;
const DAY_MS: u64 = 86_400_000;

/// What is to be recommended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RecommendKind {
    /// What the shopper most probably opens now.
    #[default]
    Next,
    /// What belongs to the items: bought together more than by chance, named by the shop or by its experts.
    Complement,
    /// What could stand in the place of the latest item: the same kind of product.
    Alternative,
    /// What the shopper bought and needs again about now.
    Repurchase,
    /// What the shopper would not have looked for: elsewhere in the shop, less known, of many kinds.
    Inspiration,
}

/// What [`recommend`](crate::Engine::recommend) is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct RecommendQuery {
    /// What is to be recommended.
    pub kind: RecommendKind,
    /// The items to go by, in their order, latest last: a product, a cart; empty: those of this visit.
    pub items: Vec<Text>,
    /// Items that must not come.
    pub exclude: Vec<Text>,
    /// Whether what the shopper has seen in this visit may come again.
    pub seen: bool,
    /// Products to return, at most 50; absent: 12.
    pub limit: Option<usize>,
    /// Filters and ranges that every product must meet; text, sort and offset are passed over.
    pub only: SearchQuery,
    /// Only what costs less than the latest item.
    pub cheaper: bool,
    /// Only what is delivered sooner than the latest item.
    pub faster: bool,
    /// Only what can be had now.
    pub in_stock: bool,
    /// 1 − λ: 0 goes by relevance alone, 1 by difference alone; absent: as fits the kind.
    pub diversity: Option<f64>,
}

/// What an answer is made from.
#[derive(Clone, Copy)]
pub(crate) struct Shop<'a> {
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) beliefs: &'a Beliefs,
    pub(crate) known: Option<&'a Attached>,
    pub(crate) now: Timestamp,
}

/// A candidate and the parts of its score, for those who learn how to weigh them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Recommendable {
    /// The shop's identifier.
    pub id: String,
    /// All but the shopper's affinities, in log-odds.
    pub score: f64,
    /// The shopper's affinities for its brand, category and properties, in log-odds.
    pub affinity: f64,
}

impl Recommendable {
    /// What an affinity counts beside the score where no log has taught it. Hand-set: lists know the visit, too.
    pub const USUAL_WEIGHT: f64 = 0.25;
}

/// The candidates that [`recommend`] chooses from.
pub(crate) fn recommendable(
    shop: Shop<'_>,
    visit: &[Key],
    query: &RecommendQuery,
    work: &mut Workspace,
) -> Vec<Recommendable> {
    let weight = Taught::new(shop.known, &Words::default(), false)
        .weights
        .item;
    let (candidates, _) = gathered(shop, visit, query, work);
    let parts = candidates.into_iter().map(|one| {
        let (affinity, score) = judged(shop, weight, &one);
        Recommendable {
            id: shop.catalogue.id(one.item).to_owned(),
            score,
            affinity,
        }
    });
    parts.collect()
}

/// The products that `query` asks for, best first. `visit` has what the shopper turned to on this visit, latest last.
pub(crate) fn recommend(
    shop: Shop<'_>,
    visit: &[Key],
    query: &RecommendQuery,
    work: &mut Workspace,
) -> Vec<Hit> {
    let Shop {
        catalogue,
        beliefs,
        known,
        ..
    } = shop;
    let limit = limit(query);
    let (mut candidates, mut allowed) = gathered(shop, visit, query, work);
    let words = Words::default();
    let taught = Taught::new(known, &words, false);
    let by_ranker = matches!(query.kind, RecommendKind::Next | RecommendKind::Inspiration);
    let blend = known
        .and_then(|known| known.knowledge().blend())
        .filter(|_| by_ranker)
        .map_or(
            Recommendable::USUAL_WEIGHT * f64::from(taught.weights.values),
            f64::from,
        );
    for one in &mut candidates {
        let (affinity, score) = judged(shop, taught.weights.item, one);
        one.score = score + blend * affinity;
    }
    let lambda = 1.0
        - query.diversity.unwrap_or(match query.kind {
            // Hand-set: the likely ones stay in front, their variants do not fill the row.
            RecommendKind::Next | RecommendKind::Complement | RecommendKind::Alternative => 0.3,
            RecommendKind::Repurchase => 0.0,
            RecommendKind::Inspiration => 0.5,
        });
    let lambda = lambda.clamp(0.0, 1.0);
    let per_brand = match query.kind {
        RecommendKind::Complement | RecommendKind::Repurchase => limit,
        // By relevance alone.
        _ if lambda >= 1.0 => limit,
        _ => (limit as f64 * BRAND_SHARE).ceil() as usize,
    };
    let mut chosen = diverse(catalogue, candidates, limit, per_brand, lambda);
    if by_ranker {
        fill_up(shop, &taught, &mut allowed, &mut chosen, limit);
    }
    let focus = Focus::wide(beliefs);
    chosen
        .into_iter()
        .map(|one| {
            let scored = Scored::new(catalogue, &taught, candidate(one.item));
            let mut hit = hit(catalogue, &focus, &taught, &words, &scored);
            hit.score = one.score;
            if let Some(reason) = reason(shop, &one) {
                hit.reasons.insert(0, reason);
            }
            hit
        })
        .collect()
}

fn limit(query: &RecommendQuery) -> usize {
    query.limit.unwrap_or(DEFAULT_LIMIT).min(MAX_LIMIT)
}

/// The candidates of `query`, and what may be in an answer.
fn gathered<'a>(
    shop: Shop<'a>,
    visit: &[Key],
    query: &RecommendQuery,
    work: &mut Workspace,
) -> (Vec<Found<'a>>, BitSet) {
    let Shop { catalogue, now, .. } = shop;
    let given: Vec<Key> = query
        .items
        .iter()
        .map(|id| Key::item(id.as_str()))
        .collect();
    let by = if given.is_empty() { visit } else { &given };
    let mut anchors: Vec<ItemIdx> = Vec::new();
    for item in by.iter().rev().filter_map(|&key| found(catalogue, key)) {
        if anchors.len() < MAX_ANCHORS && !anchors.contains(&item) {
            anchors.push(item);
        }
    }
    let mut allowed = allowed(shop, visit, &given, &anchors, query);
    let pool = LEAST_POOL.max(limit(query) * POOL_PER_HIT);
    let mut sources = Sources {
        shop,
        day: (now.0 / DAY_MS) as u32,
        anchors: &anchors,
        allowed: &mut allowed,
        found: Vec::new(),
    };
    match query.kind {
        RecommendKind::Next => sources.next(by, pool, work),
        RecommendKind::Complement => sources.complements(),
        RecommendKind::Alternative => sources.alternatives(pool),
        RecommendKind::Repurchase => sources.repurchases(pool, work),
        RecommendKind::Inspiration => sources.inspirations(by, limit(query), pool, work),
    }
    (sources.gathered(), allowed)
}

/// The shopper's affinities for what `one` is, and all else that speaks for it; what was done with the product itself counts `item`.
fn judged(shop: Shop<'_>, item: f32, one: &Found<'_>) -> (f64, f64) {
    let (values, own) = shop.beliefs.of_values_and_item(shop.catalogue, one.item);
    // What speaks for the item itself is why it is known, not why it should come again.
    let score = one.score + f64::from(item) * own.min(0.0) + kept(shop, one.item);
    (values, score)
}

/// Log-odds that a shopper who chooses `item` keeps it.
fn kept(shop: Shop<'_>, item: ItemIdx) -> f64 {
    let returned = buying(shop, item).map_or(0.0, |buying| buying.returned);
    libm::log1p(-f64::from(returned.min(0.95)))
}

/// How `item` is bought, if the log knows it.
fn buying(shop: Shop<'_>, item: ItemIdx) -> Option<crate::knowledge::Buying> {
    let knowledge = shop.known?.knowledge();
    let item = knowledge.item(Key::item(shop.catalogue.id(item)))?;
    Some(knowledge.buying(item))
}

/// The products that may be in an answer.
fn allowed(
    shop: Shop<'_>,
    visit: &[Key],
    given: &[Key],
    anchors: &[ItemIdx],
    query: &RecommendQuery,
) -> BitSet {
    let catalogue = shop.catalogue;
    let mut allowed = Filters::new(catalogue, &query.only)
        .select(catalogue.shown())
        .hits;
    let again = query.kind == RecommendKind::Repurchase;
    let excluded = query.exclude.iter().map(|id| Key::item(id.as_str()));
    let mut without: Vec<Key> = excluded.chain(given.iter().copied()).collect();
    if !query.seen && !again {
        without.extend(visit);
    }
    let asked_for = query.kind == RecommendKind::Alternative && !given.is_empty();
    for (key, fact) in shop.beliefs.ledger.iter() {
        let bought = found(catalogue, key).filter(|_| fact.bought.is_some() && !again);
        if let Some(item) = bought.filter(|_| !asked_for) {
            satiate(shop, item, &mut allowed);
        }
        let needed_once = |item| buying(shop, item).is_none_or(|buying| buying.again < AGAIN);
        let just_bought = fact.bought.is_some_and(|days| days < JUST_BOUGHT) && !again;
        if fact.returned || just_bought || bought.is_some_and(needed_once) {
            without.push(key);
        }
    }
    // All that share a key: rather one product too few than one that must not come.
    for item in without
        .into_iter()
        .flat_map(|key| catalogue.items_by_key(key))
    {
        allowed.remove(item.0);
    }
    let latest = anchors.first();
    let price = latest.and_then(|&item| catalogue.current_price(item));
    let days = latest.and_then(|&item| catalogue.delivery_days(item));
    let below = |own: Option<u32>, other| own.zip(other).is_some_and(|(own, other)| own < other);
    for item in catalogue.items() {
        let sooner = catalogue.delivery_days(item).map(u32::from);
        let availability = catalogue.availability(item);
        let fits = availability != Availability::OutOfStock
            && (!query.in_stock || availability == Availability::InStock)
            && (!query.cheaper || below(catalogue.current_price(item), price))
            && (!query.faster || below(sooner, days.map(u32::from)));
        if !fits {
            allowed.remove(item.0);
        }
    }
    allowed
}

/// Takes out what else there is of a category from which shoppers need one product, after the purchase of `bought`.
fn satiate(shop: Shop<'_>, bought: ItemIdx, allowed: &mut BitSet) {
    let catalogue = shop.catalogue;
    let Some((known, leaf)) = shop.known.zip(leaf_of(catalogue, bought)) else {
        return;
    };
    let once = |value| known.knowledge().is_bought_once(catalogue.value_key(value));
    if let Some(category) = catalogue.ancestors(leaf).find(|&value| once(value)) {
        remove_values(catalogue, catalogue.subtree(category), allowed);
    }
}

/// The first value of `facet` that `item` has.
fn value_of(catalogue: &Catalogue, item: ItemIdx, facet: FacetIdx) -> Option<ValueIdx> {
    let mut values = catalogue.item_values(item);
    values.find(|&value| catalogue.facet_of(value) == facet)
}

/// Takes out what has a value of `range`.
fn remove_values(catalogue: &Catalogue, range: Range<u32>, allowed: &mut BitSet) {
    for item in catalogue.items() {
        if !catalogue.item_values_in(item, &range).is_empty() {
            allowed.remove(item.0);
        }
    }
}

/// The item behind `key`. Kept apart: at each of its uses it would weigh as much again.
#[inline(never)]
fn found(catalogue: &Catalogue, key: Key) -> Option<ItemIdx> {
    catalogue.items_by_key(key).next()
}

/// The best `limit` of `found` by maximal marginal relevance, at most `per_brand` of a brand while others are as good.
fn diverse<'a>(
    catalogue: &Catalogue,
    mut found: Vec<Found<'a>>,
    limit: usize,
    per_brand: usize,
    lambda: f64,
) -> Vec<Found<'a>> {
    let scores = || found.iter().map(|one| one.score);
    let greatest = scores().fold(f64::NEG_INFINITY, f64::max);
    let span = greatest - scores().fold(f64::INFINITY, f64::min);
    let mut chosen: Vec<Found<'_>> = Vec::new();
    let mut nearest = vec![0.0f64; found.len()];
    let mut brands = SortedMap::<ValueIdx, usize>::default();
    while chosen.len() < limit && !found.is_empty() {
        // The best candidate, and the best one whose brand has not had its share.
        let mut best = [(0, f64::NEG_INFINITY); 2];
        for (at, (one, near)) in found.iter().zip(&nearest).enumerate() {
            let relevance = 1.0 - (greatest - one.score) / span.max(f64::MIN_POSITIVE);
            let marginal = lambda * relevance - (1.0 - lambda) * near;
            let brand = value_of(catalogue, one.item, FacetIdx::BRAND);
            let count = brand.and_then(|brand| brands.get(brand)).copied();
            let has_room = count.unwrap_or(0) < per_brand;
            for best in best.iter_mut().take(1 + usize::from(has_room)) {
                if marginal > best.1 {
                    *best = (at, marginal);
                }
            }
        }
        let score = |at: usize| found.get(at).map_or(f64::NEG_INFINITY, |one| one.score);
        let [(first, _), (other, marginal)] = best;
        let is_as_good = marginal.is_finite() && score(other) >= score(first) - AS_GOOD;
        let at = if is_as_good { other } else { first };
        let one = found.remove(at);
        nearest.remove(at);
        if let Some(brand) = value_of(catalogue, one.item, FacetIdx::BRAND) {
            *brands.or_insert(brand, 0) += 1;
        }
        if lambda < 1.0 {
            for (other, near) in found.iter().zip(&mut nearest) {
                *near = near.max(likeness(catalogue, one.item, other.item));
            }
        }
        chosen.push(one);
    }
    chosen
}

/// Adds what the shopper and all shoppers like best of what is allowed and not there yet.
fn fill_up(
    shop: Shop<'_>,
    taught: &Taught,
    allowed: &mut BitSet,
    chosen: &mut Vec<Found<'_>>,
    limit: usize,
) {
    let missing = limit.saturating_sub(chosen.len());
    if missing == 0 {
        return;
    }
    for one in chosen.iter() {
        allowed.remove(one.item.0);
    }
    let catalogue = shop.catalogue;
    let rest = catalogue.items().filter(|item| allowed.contains(item.0));
    let (_, rest) = scored(
        catalogue,
        shop.beliefs,
        taught,
        &Words::new("", catalogue.locale()),
        false,
        rest.map(candidate),
    );
    let best = order::best_by(rest, missing, |scored| scored.score);
    chosen.extend(best.iter().map(|scored| Found {
        item: scored.candidate.item,
        score: scored.score,
        greatest: 0.0,
        because: Because::Nothing,
    }));
}

/// What the shopper is told of why `one` comes.
fn reason(shop: Shop<'_>, one: &Found<'_>) -> Option<Reason> {
    let catalogue = shop.catalogue;
    let of = |kind, item, note: &str| {
        Some(Reason {
            value: catalogue.id(item).to_owned(),
            label: match note {
                "" => catalogue.title(item).to_owned(),
                note => note.to_owned(),
            },
            ..part(kind, one.greatest)
        })
    };
    match one.because {
        Because::Nothing => None,
        Because::Item(kind, item) => of(kind, item, ""),
        Because::Rule(item, note) => of(ReasonKind::Rule, item, note),
        Because::Due(since, interval) => Some(Reason {
            value: format!("{}", since as u32),
            label: format!("{}", interval as u32),
            ..part(ReasonKind::Repurchase, one.greatest)
        }),
    }
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
