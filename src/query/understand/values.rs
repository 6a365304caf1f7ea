//! The values of facets that words name, and what products say of themselves.

use std::ops::Range;

use crate::{
    catalogue::{Catalogue, ItemIdx, ValueIdx},
    index::{BitSet, Field},
    order::ascending,
    query::{retrieve::inflected, words::Words},
    text::{Token, tokens, without_umlauts},
};

/// Endings of nouns and adjectives in German and English.
const ENDINGS: &[&str] = &["", "e", "s", "n", "er", "es", "en", "em", "ern"];
/// Words that say that a product does not have what follows.
const DENIALS: &[&str] = &["ohne", "nicht", "kein", "keine", "without", "not", "no"];
/// Words of a title that are read.
const MAX_TOKENS: usize = 24;
/// Products that tell whether a word is a colour.
const LOOKED_AT: usize = 16;
/// The shortest word of which one has another form.
const MIN_FORM: usize = 3;

/// A value that words name.
#[derive(Clone, Debug)]
pub(super) struct Named {
    /// The words.
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) value: ValueIdx,
    /// Products of the sample that have the value.
    pub(super) items: usize,
}

/// The values among those of the products of `sample` whose label is one or more of `words`; each word is part of one at most: of the longest label,
/// then of the one that most products have.
pub(super) fn named(catalogue: &Catalogue, words: &Words, sample: &[ItemIdx]) -> Vec<Named> {
    let mut found: Vec<Named> = Vec::new();
    for (value, items) in counted(catalogue, words, sample) {
        let label = catalogue.value_label(value);
        for (from, token) in words.tokens.iter().enumerate() {
            let may_begin = may_begin(label, token);
            let rest = words.tokens.get(from..).unwrap_or_default();
            let Some(length) = Some(rest)
                .filter(|_| may_begin)
                .and_then(|rest| named_by(catalogue, label, rest))
            else {
                continue;
            };
            let one = Named {
                from,
                to: from + length,
                value,
                items,
            };
            let other = found.iter_mut();
            match other
                .into_iter()
                .find(|other| other.from < one.to && from < other.to)
            {
                None => found.push(one),
                Some(other) if (length, items) > (other.to - other.from, other.items) => {
                    *other = one
                }
                Some(_) => {}
            }
        }
    }
    found
}

/// Whether `label` may be what begins with `token`: most are told apart by their first letter.
fn may_begin(label: &str, token: &Token) -> bool {
    let initial = |text: &str| text.bytes().next().unwrap_or_default();
    let first = initial(label);
    !first.is_ascii_alphanumeric() || first.to_ascii_lowercase() == initial(&token.text)
}

/// The values of the products of `sample` that may be one of `words`, categories above included, with how many have each.
fn counted(catalogue: &Catalogue, words: &Words, sample: &[ItemIdx]) -> Vec<(ValueIdx, usize)> {
    let mut all: Vec<u64> = Vec::new();
    for &item in sample {
        for value in catalogue.item_values(item) {
            for value in catalogue.ancestors(value) {
                let label = catalogue.value_label(value);
                if words.tokens.iter().any(|token| may_begin(label, token)) {
                    all.push(u64::from(value.0));
                }
            }
        }
    }
    let mut counted: Vec<(ValueIdx, usize)> = Vec::new();
    for place in ascending(all.clone()) {
        let value = ValueIdx(all.get(place).map_or(0, |&value| value as u32));
        match counted.last_mut() {
            Some((last, count)) if *last == value => *count += 1,
            _ => counted.push((value, 1)),
        }
    }
    counted
}

/// How many of the first of `tokens` make up `label`.
fn named_by(catalogue: &Catalogue, label: &str, tokens: &[Token]) -> Option<usize> {
    let label = Words::new(label, catalogue.locale())
        .texts_of_all()
        .concat();
    let mut typed = String::new();
    for (place, token) in tokens.iter().enumerate() {
        typed.push_str(&token.text);
        if typed == label {
            return Some(place + 1);
        }
        if typed.len() >= label.len() {
            break;
        }
    }
    let first = tokens.first()?;
    is_form(catalogue, &first.text, &label).then_some(1)
}

/// Whether two folded words are forms of one: they differ by an ending, and in German by an umlaut.
fn is_form(catalogue: &Catalogue, a: &str, b: &str) -> bool {
    if !catalogue.locale().has_umlauts() {
        return differ_by_ending(a, b);
    }
    differ_by_ending(&without_umlauts(a), &without_umlauts(b))
}

fn differ_by_ending(a: &str, b: &str) -> bool {
    let same = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let is_ending = |word: &str| word.get(same..).is_some_and(|rest| ENDINGS.contains(&rest));
    same >= MIN_FORM && is_ending(a) && is_ending(b)
}

/// The colour of three letters that `word` is a form of, where the catalogue has that and not the word itself: `rot` for `rotes`. All other words of
/// three letters have no forms: `led` is not `leder`.
pub(super) fn base_of<'a>(catalogue: &Catalogue, word: &'a str) -> Option<&'a str> {
    let base = word.get(..MIN_FORM)?;
    let is_other = word.len() > MIN_FORM && differ_by_ending(word, base);
    let terms = catalogue.terms();
    if !is_other || !catalogue.locale().has_umlauts() || terms.find(word).is_some() {
        return None;
    }
    let sample = having(catalogue, base).first(LOOKED_AT);
    let words = Words::new(base, catalogue.locale());
    let named = named(catalogue, &words, &sample);
    let is_colour = named
        .iter()
        .any(|one| !catalogue.swatch(one.value).is_empty());
    is_colour.then_some(base)
}

/// A value with what lies below it, and its facet, as ranges of values.
#[derive(Clone, Debug)]
pub(super) struct Subtree {
    facet: Range<u32>,
    values: Range<u32>,
}

impl Subtree {
    pub(super) fn new(catalogue: &Catalogue, value: ValueIdx) -> Self {
        Self {
            facet: catalogue.value_range(catalogue.facet_of(value)),
            values: catalogue.subtree(value),
        }
    }

    /// Whether `item` has one of the values; `None` if it has no value of the facet.
    pub(super) fn of(&self, catalogue: &Catalogue, item: ItemIdx) -> Option<bool> {
        let own = catalogue.item_values_in(item, &self.facet);
        (!own.is_empty()).then(|| own.iter().any(|own| self.values.contains(own)))
    }
}

/// Products, ascending.
#[derive(Clone, Debug)]
pub(super) struct Having(BitSet);

impl Having {
    pub(super) fn contains(&self, item: ItemIdx) -> bool {
        self.0.contains(item.0)
    }

    /// Those that `other` has, too.
    pub(super) fn and(mut self, other: &Self) -> Self {
        self.0.intersect(&other.0);
        self
    }

    /// The first `limit`.
    pub(super) fn first(&self, limit: usize) -> Vec<ItemIdx> {
        let mut first = Vec::new();
        self.0.for_each(|item| {
            if first.len() < limit {
                first.push(ItemIdx(item));
            }
        });
        first
    }
}

/// The products that have `word` elsewhere than in the description.
pub(super) fn having(catalogue: &Catalogue, word: &str) -> Having {
    let (terms, lists) = (catalogue.terms(), catalogue.term_lists());
    let mut items = BitSet::new(catalogue.item_count());
    let term = terms
        .find(word)
        .or_else(|| inflected(terms, word, catalogue.locale()));
    let mates = term.into_iter().flat_map(|term| catalogue.stem_mates(term));
    for term in term.into_iter().chain(mates) {
        lists.at(term).for_each(|item, field| {
            if field > Field::Mention {
                items.insert(item.0);
            }
            true
        });
    }
    Having(items)
}

/// Whether the title of `item` or one of its values says that it does without `word`.
pub(super) fn denies(catalogue: &Catalogue, item: ItemIdx, word: &str) -> bool {
    let labels = catalogue
        .item_values(item)
        .map(|value| catalogue.value_label(value));
    // Labels that deny begin with it, so most are not read.
    let labels = labels.filter(|label| {
        matches!(
            label.as_bytes(),
            [b'o' | b'O' | b'n' | b'N' | b'k' | b'K' | b'w' | b'W', ..]
        )
    });
    labels.chain([catalogue.title(item)]).any(|text| {
        let mut denied = false;
        tokens(text, MAX_TOKENS, catalogue.locale())
            .iter()
            .any(|token| {
                denied |= DENIALS.contains(&token.text.as_str());
                denied && is_form(catalogue, &token.text, word)
            })
    })
}
