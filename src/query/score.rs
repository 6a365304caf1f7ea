//! Scores: what a candidate is worth to this shopper, part by part.

use super::{
    Hit, Reason, ReasonKind, Tier, fit::fit, focus::Focus, retrieve::Candidate, taught::Taught,
    words::Words,
};
use crate::{
    catalogue::{Availability, Catalogue, FacetIdx, ItemIdx},
    key::Key,
    knowledge::Weights,
    learn::Beliefs,
    order,
    text::{squashed_range, tokens},
};

/// Log-odds between the best and no match of the text inside a tier. Hand-set: as much as one view of a rare brand.
const TEXT_WEIGHT: f64 = 4.0;
/// Log-odds that a title gains that begins with what is being typed, but for the brand. Set by the keys that titles of two
/// shops need; see `docs/benchmarks.md`.
const BEGINS_WEIGHT: f64 = 2.0;
/// Log-odds that the square root of a title's words costs. Set with the weights of [`fit`].
const LENGTH_WEIGHT: f64 = 0.05;
/// Log-odds that one more mistyped letter costs. Hand-set: more than the text can give.
const EDIT_PENALTY: f64 = 5.0;
/// Hits whose titles are read: what a shopper looks through.
const RERANKED: usize = 64;
/// Parts of a score that a hit names.
const MAX_REASONS: usize = 3;

/// A candidate with its score.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scored {
    pub(crate) candidate: Candidate,
    pub(crate) score: f64,
    /// The parts of the score that the text and the title's fit give.
    text: f64,
    fit: f64,
}

impl Scored {
    /// Without the shopper.
    pub(crate) fn new(catalogue: &Catalogue, taught: &Taught, candidate: Candidate) -> Self {
        let item = candidate.item;
        let weights = &taught.weights;
        let text = times(weights.text, text_part(catalogue, &candidate)) - way_cost(candidate.tier);
        let score = text
            + times(weights.popularity, catalogue.prior(item))
            + times(weights.prior, taught.prior(item))
            + unavailable_part(catalogue, weights, item);
        Self {
            candidate,
            score,
            text,
            fit: 0.0,
        }
    }

    /// With what is known of the shopper.
    pub(crate) fn for_shopper(
        mut self,
        catalogue: &Catalogue,
        taught: &Taught,
        focus: &Focus<'_>,
    ) -> Self {
        let (values, own) = focus.of(catalogue, self.candidate.item);
        self.score += times(taught.weights.values, values) + times(taught.weights.item, own);
        self
    }

    pub(crate) fn item(&self) -> ItemIdx {
        self.candidate.item
    }

    pub(crate) fn text(&self) -> f64 {
        self.text
    }

    /// What decides before the score: article numbers come first.
    pub(crate) fn rank(&self) -> u64 {
        u64::from(self.candidate.tier != Tier::Number)
    }
}

/// All `candidates`, as the shopper's case is known, and how far that is.
pub(crate) fn scored<'a>(
    catalogue: &Catalogue,
    beliefs: &'a Beliefs,
    taught: &Taught,
    words: &Words,
    unfinished: bool,
    candidates: impl Iterator<Item = Candidate>,
) -> (Focus<'a>, Vec<Scored>) {
    let mut scored: Vec<Scored> = candidates
        .map(|candidate| Scored::new(catalogue, taught, candidate))
        .collect();
    let focus = match words.is_empty() {
        true => Focus::wide(beliefs),
        false => Focus::on(catalogue, beliefs, &scored, unfinished),
    };
    if !beliefs.is_empty() {
        for one in &mut scored {
            *one = one.for_shopper(catalogue, taught, &focus);
        }
    }
    (focus, scored)
}

/// The best `k` of `scored`, which ascend by item, best first: the tier, the score, the better known item. The first
/// [`RERANKED`] are ordered anew by how their titles fit the text.
pub(crate) fn best(
    catalogue: &Catalogue,
    taught: &Taught,
    words: &Words,
    scored: Vec<Scored>,
    k: usize,
) -> Vec<Scored> {
    if words.is_empty() {
        return cut(scored, k);
    }
    let mut head = cut(scored, k.max(RERANKED));
    let tail = head.split_off(head.len().min(RERANKED));
    for scored in &mut head {
        let title = catalogue.title(scored.candidate.item);
        scored.fit = times(taught.weights.together, fit(title, words));
        scored.score += scored.fit;
    }
    let mut best = cut(head, k);
    best.extend(tail);
    best.truncate(k);
    best
}

fn cut(scored: Vec<Scored>, k: usize) -> Vec<Scored> {
    let places = order::best(scored.iter().map(|scored| (scored.rank(), scored.score)), k);
    places
        .into_iter()
        .filter_map(|place| scored.get(place).copied())
        .collect()
}

pub(super) fn text_part(catalogue: &Catalogue, candidate: &Candidate) -> f64 {
    if candidate.tier == Tier::All {
        return 0.0;
    }
    // Of two titles with the same words the shorter is more about them; the square root keeps it a tie-breaker.
    let words = f64::from(catalogue.title_words(candidate.item)).max(1.0);
    let begins = if candidate.begins { BEGINS_WEIGHT } else { 0.0 };
    TEXT_WEIGHT * f64::from(candidate.text) + begins
        - LENGTH_WEIGHT * words.sqrt()
        - EDIT_PENALTY * f64::from(candidate.edits)
}

/// Log-odds that it costs to be found in a less exact way, beside what the words found are worth. Set by the judged queries of two shops: to let partial
/// hits pass misspelt ones cost more than it gained; see `docs/benchmarks.md`.
fn way_cost(tier: Tier) -> f64 {
    match tier {
        Tier::Number | Tier::Exact | Tier::All => 0.0,
        Tier::Synonym => 1.0,
        Tier::Prefix => 6.0,
        Tier::Typo => 2.0,
        Tier::Partial => 12.0,
    }
}

/// What it costs that `item` cannot be had now.
fn unavailable_part(catalogue: &Catalogue, weights: &Weights, item: ItemIdx) -> f64 {
    if weights.unavailable == 0.0 || catalogue.availability(item) == Availability::InStock {
        return 0.0;
    }
    -f64::from(weights.unavailable)
}

fn times(weight: f32, part: f64) -> f64 {
    f64::from(weight) * part
}

/// The product behind a scored candidate, as an answer shows it.
pub(crate) fn hit(
    catalogue: &Catalogue,
    focus: &Focus<'_>,
    taught: &Taught,
    words: &Words,
    scored: &Scored,
) -> Hit {
    let item = scored.candidate.item;
    let title = catalogue.title(item);
    let mpn = catalogue.mpn(item);
    let weights = &taught.weights;
    let mut reasons = personal_parts(catalogue, focus, weights, item);
    reasons.push(part(
        ReasonKind::Popularity,
        times(weights.popularity, catalogue.prior(item)),
    ));
    reasons.push(part(
        ReasonKind::Query,
        times(weights.prior, taught.prior(item)),
    ));
    reasons.push(part(
        ReasonKind::Availability,
        unavailable_part(catalogue, weights, item),
    ));
    let text = scored.text + scored.fit;
    reasons.push(if scored.candidate.tier == Tier::Synonym {
        Reason {
            value: taught.name(item).to_owned(),
            label: taught.name(item).to_owned(),
            ..part(ReasonKind::Synonym, text)
        }
    } else {
        part(ReasonKind::Text, text)
    });
    Hit {
        id: catalogue.id(item).to_owned(),
        title: title.to_owned(),
        brand: value_name(catalogue, item, FacetIdx::BRAND),
        mpn: mpn.to_owned(),
        gtin: catalogue.gtin(item).map(gtin_digits).unwrap_or_default(),
        category: value_name(catalogue, item, FacetIdx::CATEGORY),
        price: catalogue.price(item),
        sale_price: catalogue.sale_price(item),
        availability: match catalogue.availability(item) {
            Availability::InStock => "in_stock",
            Availability::OutOfStock => "out_of_stock",
            Availability::Preorder => "preorder",
            Availability::Backorder => "backorder",
        },
        delivery_days: catalogue.delivery_days(item),
        image: catalogue.image(item).to_owned(),
        link: catalogue.link(item).to_owned(),
        rating: catalogue.rating(item),
        reviews: catalogue.reviews(item),
        title_highlights: highlights(title, words),
        mpn_highlights: number_highlights(mpn, words),
        tier: scored.candidate.tier,
        score: scored.score,
        reasons: greatest(reasons, MAX_REASONS),
    }
}

/// Parts of the personal score of `item`, in no particular order.
pub(crate) fn personal_parts(
    catalogue: &Catalogue,
    focus: &Focus<'_>,
    weights: &Weights,
    item: ItemIdx,
) -> Vec<Reason> {
    let mut parts = Vec::new();
    let beliefs = focus.beliefs();
    if beliefs.is_empty() {
        return parts;
    }
    for value in catalogue.item_values(item) {
        for level in catalogue.ancestors(value) {
            parts.push(Reason {
                kind: ReasonKind::Affinity,
                facet: catalogue.facet_key(catalogue.facet_of(level)).to_owned(),
                value: catalogue.value_name(level),
                label: catalogue.value_label(level).to_owned(),
                contribution: times(weights.values, focus.part(catalogue, item, level)),
            });
        }
    }
    let key = Key::item(catalogue.id(item));
    let returned = beliefs.ledger.get(key).is_some_and(|fact| fact.returned);
    let kind = match returned {
        true => ReasonKind::Returned,
        false => ReasonKind::Item,
    };
    parts.push(part(kind, times(weights.item, beliefs.item(key))));
    parts
}

/// A part that is about no facet.
pub(crate) fn part(kind: ReasonKind, contribution: f64) -> Reason {
    Reason {
        kind,
        facet: String::new(),
        value: String::new(),
        label: String::new(),
        contribution,
    }
}

/// The `limit` parts of the greatest magnitude, greatest contribution first; parts of no weight are left out.
pub(crate) fn greatest(mut parts: Vec<Reason>, limit: usize) -> Vec<Reason> {
    parts.retain(|part| part.contribution != 0.0);
    let parts = order::best_by(parts, limit, |part| part.contribution.abs());
    order::best_by(parts, limit, |part| part.contribution)
}

/// Ranges of `text` that begin with a word of the query.
pub(crate) fn highlights(text: &str, words: &Words) -> Vec<(u32, u32)> {
    if words.is_empty() {
        return Vec::new();
    }
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for token in tokens(text, usize::MAX, words.locale) {
        let typed = words
            .tokens
            .iter()
            .map(|word| &word.text)
            .chain(&words.also)
            .filter(|word| token.text.starts_with(*word))
            .map(|word| word.chars().count() as u32)
            .max();
        let Some(typed) = typed else { continue };
        // Folding can lengthen a word, so what was typed may reach its end.
        let end = (token.start + typed).min(token.end);
        match ranges.last_mut() {
            // Words of scripts without blanks overlap.
            Some((_, last)) if *last > token.start => *last = end,
            _ => ranges.push((token.start, end)),
        }
    }
    ranges
}

fn number_highlights(mpn: &str, words: &Words) -> Vec<(u32, u32)> {
    if words.number.is_empty() {
        return Vec::new();
    }
    squashed_range(mpn, &words.number).into_iter().collect()
}

fn value_name(catalogue: &Catalogue, item: ItemIdx, facet: FacetIdx) -> String {
    catalogue
        .item_values(item)
        .find(|&value| catalogue.facet_of(value) == facet)
        .map(|value| catalogue.value_name(value))
        .unwrap_or_default()
}

/// GTINs have 8, 12, 13 or 14 digits; one of 12 is one of 13 that begins with 0.
fn gtin_digits(gtin: u64) -> String {
    let digits = if gtin < 100_000_000 {
        8
    } else if gtin < 10_000_000_000_000 {
        13
    } else {
        14
    };
    format!("{gtin:0digits$}")
}
