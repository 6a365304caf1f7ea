//! Suggestions: what the shopper may want after the letters typed so far.

use super::{
    Completion, Recent, SuggestOptions, SuggestReason, SuggestedBrand, SuggestedCategory,
    Suggestions,
    retrieve::{Candidate, Scope},
    score::{Scored, best, highlights, hit, scored},
    taught::Taught,
    words::Words,
};
use crate::{
    catalogue::{Catalogue, FacetIdx, ValueIdx},
    knowledge::Attached,
    learn::{Beliefs, Session},
    order::best_by,
    text::{Locale, folded},
};

/// More of a kind than this is no suggestion any more.
const MAX_OF_A_KIND: usize = 50;
/// Words of a label or completion that are compared with the text.
const MAX_WORDS: usize = 12;
/// Log-odds that a category or brand gains when the text names it. Hand-set: more than any number of its products.
const NAMED: f64 = 6.0;

pub(crate) fn suggest(
    catalogue: Option<&Catalogue>,
    beliefs: &Beliefs,
    known: Option<&Attached>,
    session: &Session,
    text: &str,
    options: &SuggestOptions,
) -> Suggestions {
    let locale = catalogue.map_or(Locale::NEUTRAL, Catalogue::locale);
    let mut words = Words::new(text, locale);
    let typed = folded(&words.text, MAX_WORDS, locale);
    let mut suggestions = Suggestions {
        recent: recent(session, &words, &typed),
        ..Suggestions::default()
    };
    let Some(catalogue) = catalogue else {
        return suggestions;
    };
    if words.is_empty() {
        suggestions.categories = categories(catalogue, beliefs, None, "", options.categories);
        return suggestions;
    }
    suggestions.completions = completions(
        catalogue,
        beliefs,
        known,
        &words,
        &typed,
        options.completions,
    );
    let mut taught = Taught::new(known, &words, true);
    let retrieved = taught.retrieve(catalogue, known, &mut words, Scope::Best);
    let candidates = retrieved.candidates;
    suggestions.relaxed = words.texts(&retrieved.missing);
    suggestions.categories = categories(
        catalogue,
        beliefs,
        Some(&candidates),
        &typed,
        options.categories,
    );
    suggestions.brands = brands(catalogue, beliefs, &candidates, &typed, options.brands);
    let wanted = options.products.min(MAX_OF_A_KIND);
    let (focus, scored) = scored(
        catalogue,
        beliefs,
        &taught,
        &words,
        words.unfinished,
        candidates.into_iter(),
    );
    let scored = best_of_groups(catalogue, scored);
    suggestions.products = best(catalogue, &taught, &words, scored, wanted)
        .iter()
        .map(|scored| hit(catalogue, &focus, &taught, &words, scored))
        .collect();
    suggestions
}

/// Of each group of variants the best, so that the sizes of one screw leave room for others; ascending by item.
fn best_of_groups(catalogue: &Catalogue, scored: Vec<Scored>) -> Vec<Scored> {
    const NONE: u32 = u32::MAX;
    let mut best = vec![NONE; catalogue.item_count()];
    let is_better = |a: &Scored, b: &Scored| {
        a.rank()
            .cmp(&b.rank())
            .then(b.score.total_cmp(&a.score))
            .is_lt()
    };
    let group_of = |scored: &Scored| catalogue.group(scored.candidate.item);
    for (place, candidate) in (0u32..).zip(&scored) {
        if let Some(group) = group_of(candidate)
            && let Some(known) = best.get_mut(group as usize)
            && scored
                .get(*known as usize)
                .is_none_or(|known| is_better(candidate, known))
        {
            *known = place;
        }
    }
    (0u32..)
        .zip(&scored)
        .filter(|&(place, candidate)| {
            let known = group_of(candidate).and_then(|group| best.get(group as usize));
            known.is_none_or(|&known| known == place)
        })
        .map(|(_, &candidate)| candidate)
        .collect()
}

fn recent(session: &Session, words: &Words, typed: &str) -> Vec<Recent> {
    session
        .searches()
        .filter(|search| {
            let search = folded(search, MAX_WORDS, words.locale);
            search.starts_with(typed) && search != typed
        })
        .map(|search| Recent {
            text: search.to_owned(),
            highlights: highlights(search, words),
            reason: SuggestReason::Recent,
        })
        .collect()
}

/// What shoppers searched for, the most frequent first; where the logs know too little, what the catalogue says.
fn completions(
    catalogue: &Catalogue,
    beliefs: &Beliefs,
    known: Option<&Attached>,
    words: &Words,
    typed: &str,
    limit: usize,
) -> Vec<Completion> {
    let limit = limit.min(MAX_OF_A_KIND);
    let found: Vec<(f64, usize)> = catalogue
        .completions()
        .prefix_range(typed)
        .map(|completion| {
            let personal = catalogue
                .completion_value(completion)
                .map_or(0.0, |value| beliefs.value(value));
            let weight = f64::from(catalogue.completion_weight(completion));
            (libm::log1p(weight) + personal, completion)
        })
        .collect();
    let searched = known.map_or(Vec::new(), |known| {
        known.searched(&words.normalised().join(" "), limit + 1)
    });
    let searched = searched
        .into_iter()
        .map(|query| (query.text, SuggestReason::Searched, query.visits));
    // One more for what stands there already, and one for each that was searched for.
    let offered = best_of(found, limit + 1 + searched.len())
        .into_iter()
        .map(|(_, completion)| catalogue.completion_text(completion))
        .map(|text| (text, SuggestReason::Catalogue, 0));
    let mut shown: Vec<String> = vec![typed.to_owned()];
    let mut completions = Vec::new();
    for (text, reason, searches) in searched.chain(offered) {
        let form = folded(text, MAX_WORDS, words.locale);
        if completions.len() < limit && !shown.contains(&form) {
            shown.push(form);
            completions.push(Completion {
                text: text.to_owned(),
                highlights: highlights(text, words),
                reason,
                searches,
            });
        }
    }
    completions
}

/// Categories of the candidates, or, without any, those that the shopper turns to.
fn categories(
    catalogue: &Catalogue,
    beliefs: &Beliefs,
    candidates: Option<&[Candidate]>,
    typed: &str,
    limit: usize,
) -> Vec<SuggestedCategory> {
    let limit = limit.min(MAX_OF_A_KIND);
    let found: Vec<(f64, (ValueIdx, u32))> = match candidates {
        Some(candidates) => counted(catalogue, candidates, FacetIdx::CATEGORY)
            .map(|(value, count)| {
                let score = libm::log1p(f64::from(count))
                    + beliefs.value(value)
                    + named(catalogue, value, typed);
                (score, (value, count))
            })
            .collect(),
        None => beliefs
            .seen()
            .filter_map(|(key, _)| catalogue.value_by_key(key))
            .filter(|&value| catalogue.facet_of(value) == FacetIdx::CATEGORY)
            .filter(|&value| beliefs.value(value) > 0.0)
            .map(|value| (beliefs.value(value), (value, catalogue.shown_items(value))))
            .filter(|&(_, (_, count))| count > 0)
            .collect(),
    };
    best_of(found, limit)
        .into_iter()
        .map(|(_, (value, count))| SuggestedCategory {
            reason: reason(catalogue, beliefs, value, candidates.map(|_| typed)),
            label: catalogue.value_label(value).to_owned(),
            path: catalogue
                .value_parent(value)
                .map_or(String::new(), |above| catalogue.value_name(above)),
            value: catalogue.value_name(value),
            count,
        })
        .collect()
}

fn brands(
    catalogue: &Catalogue,
    beliefs: &Beliefs,
    candidates: &[Candidate],
    typed: &str,
    limit: usize,
) -> Vec<SuggestedBrand> {
    let limit = limit.min(MAX_OF_A_KIND);
    let found: Vec<(f64, (ValueIdx, u32))> = counted(catalogue, candidates, FacetIdx::BRAND)
        .map(|(value, count)| {
            let score = libm::log1p(f64::from(count))
                + beliefs.value(value)
                + named(catalogue, value, typed);
            (score, (value, count))
        })
        .collect();
    best_of(found, limit)
        .into_iter()
        .map(|(_, (value, count))| SuggestedBrand {
            reason: reason(catalogue, beliefs, value, Some(typed)),
            value: catalogue.value_label(value).to_owned(),
            label: catalogue.value_label(value).to_owned(),
            count,
        })
        .collect()
}

/// The values of `facet` that candidates have, with their number.
fn counted(
    catalogue: &Catalogue,
    candidates: &[Candidate],
    facet: FacetIdx,
) -> impl Iterator<Item = (ValueIdx, u32)> + use<> {
    let values = catalogue.facet_values(facet);
    let first = values.clone().next().map_or(0, |value| value.0);
    let mut counts = vec![0u32; values.len()];
    for candidate in candidates {
        for value in catalogue.item_values(candidate.item) {
            // Values ascend, and category and brand come first.
            match counts.get_mut((value.0.wrapping_sub(first)) as usize) {
                Some(count) => *count += 1,
                None if value.0 >= first => break,
                None => {}
            }
        }
    }
    (first..)
        .map(ValueIdx)
        .zip(counts)
        .filter(|&(_, count)| count > 0)
}

/// Why a category or brand is suggested, the most telling reason first.
fn reason(
    catalogue: &Catalogue,
    beliefs: &Beliefs,
    value: ValueIdx,
    typed: Option<&str>,
) -> SuggestReason {
    if typed.is_some_and(|typed| named(catalogue, value, typed) > 0.0) {
        SuggestReason::Named
    } else if beliefs.value(value) > 0.0 {
        SuggestReason::Affinity
    } else {
        SuggestReason::Products
    }
}

fn named(catalogue: &Catalogue, value: ValueIdx, typed: &str) -> f64 {
    let label = catalogue.value_label(value);
    // Most labels part from the text at the first letter, which is cheaper to see than to fold.
    if let (Some(a), Some(b)) = (label.bytes().next(), typed.bytes().next())
        && a.is_ascii_alphanumeric()
        && !a.eq_ignore_ascii_case(&b)
    {
        return 0.0;
    }
    if folded(label, MAX_WORDS, catalogue.locale()).starts_with(typed) {
        NAMED
    } else {
        0.0
    }
}

/// The best of what was found, best first; ties keep their order.
fn best_of<T>(found: Vec<(f64, T)>, limit: usize) -> Vec<(f64, T)> {
    best_by(found, limit, |&(score, _)| score)
}
