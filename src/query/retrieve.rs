//! Retrieval: the items that a text means, each with its tier and how well it matches.
//!
//! Words are looked up as they stand, by their stem, and the last one as the beginning of a word. Only where that finds too
//! little, words may be begun, joined or misspelt: first by one letter, then by two; first those that no product has, then
//! all. Where even that finds nothing, words may be missing. The whole text may be an article number, however it is
//! punctuated.
//!
//! # Invariants
//! * What an overlay hides is not found, and stands in for nothing else.
//! * The tier says how an item was found; a worse tier never stands before a better one.
//! * The cost is bounded by the postings of [`MAX_WORDS`](super::words::MAX_WORDS) words and, where these find too little, three
//!   walks of the dictionary for each, whatever the length of the text.

use super::{Tier, words::Words};
use crate::{
    catalogue::{Catalogue, ItemIdx},
    index::{Dictionary, Field, MAX_EDITS, Postings, fuzzy},
    order::best_by,
};

/// With this many items a page of suggestions is full, so that less exact ways need not be tried. As many as are suggested
/// by default.
const ENOUGH: usize = 10;
/// The best known items, among which a text of one or two letters is looked for first. Hand-set: far more than a page
/// shows, and few enough to be scored within a millisecond.
const HEAD: usize = 1 << 14;
/// Article numbers that hold the text somewhere in the middle: more say that it is too short to mean one.
const MAX_INFIX: usize = 256;
/// A part of an article number is looked for in the middle from this length on.
const MIN_INFIX: usize = 3;
/// Misspelt forms of one word that are looked at.
const MAX_FORMS: usize = 256;
/// An item without some words must have words with at least this share of the text's weight.
const MIN_SHARE: f32 = 0.5;

/// How much a way of finding a word says, beside finding it as it stands. Hand-set.
const BY_STEM: f32 = 0.95;
const BY_PREFIX: f32 = 0.8;
const BY_NUMBER: f32 = 0.9;
const BY_JOINING: f32 = 0.9;
const BY_TYPO: [f32; MAX_EDITS + 1] = [0.8, 0.6, 0.4];

/// What a text means.
#[derive(Clone, Debug, Default)]
pub(crate) struct Retrieved {
    /// Ascending by item.
    pub(crate) candidates: Vec<Candidate>,
    /// Positions of the words that no candidate has, where none has all.
    pub(crate) missing: Vec<usize>,
}

/// How much of what a text means is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Every item, to be counted and filtered.
    All,
    /// The best ones, to be suggested.
    Best,
}

/// An item that a text means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Candidate {
    pub(crate) item: ItemIdx,
    pub(crate) tier: Tier,
    /// How well the text matches, `0.0..=1.0`.
    pub(crate) text: f32,
    /// Letters that were mistyped.
    pub(crate) edits: u8,
}

/// The candidates of a text; all items if there is no text.
pub(crate) fn retrieve(catalogue: &Catalogue, words: &Words, scope: Scope) -> Retrieved {
    if words.is_empty() {
        return Retrieved {
            candidates: catalogue
                .items()
                .filter(|&item| !catalogue.is_hidden(item))
                .map(|item| Candidate {
                    item,
                    tier: Tier::All,
                    text: 0.0,
                    edits: 0,
                })
                .collect(),
            missing: Vec::new(),
        };
    }
    // Thousands of products begin with these letters: the best known of them are what one or two letters can mean.
    if scope == Scope::Best && words.is_short() {
        let found = Table::new(catalogue, words, HEAD.min(catalogue.item_count())).fill();
        if found.complete() >= ENOUGH {
            return found.retrieved();
        }
    }
    Table::new(catalogue, words, catalogue.item_count())
        .fill()
        .retrieved()
}

/// What is known of each item while words are looked up.
struct Table<'a> {
    catalogue: &'a Catalogue,
    words: &'a Words,
    rows: Vec<Row>,
    /// How much each word tells items apart.
    weights: Vec<f32>,
    /// One bit per word that some product has as it stands.
    known: u16,
}

#[derive(Clone, Copy, Debug, Default)]
struct Row {
    /// One bit per word that was found, and of those the ones that stand in full.
    found: u16,
    exact: u16,
    edits: u8,
    number: Number,
    text: f32,
}

/// How the whole text is an article number of the item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Number {
    #[default]
    No,
    Part,
    Beginning,
    Whole,
}

/// A way in which words were found.
#[derive(Clone, Copy)]
struct Way {
    /// One bit per word.
    words: u16,
    exact: bool,
    edits: u8,
    weight: f32,
}

impl<'a> Table<'a> {
    /// For the first `items` of the catalogue.
    fn new(catalogue: &'a Catalogue, words: &'a Words, items: usize) -> Self {
        Self {
            catalogue,
            words,
            rows: vec![Row::default(); items],
            weights: vec![0.0; words.tokens.len()],
            known: 0,
        }
    }

    /// Looks the text up in one way after the other, until there is enough.
    fn fill(mut self) -> Self {
        let positions = 0..self.words.tokens.len();
        self.find_number();
        for position in positions.clone() {
            self.find_word(position);
        }
        if self.complete() >= ENOUGH {
            return self;
        }
        self.find_joined();
        for position in positions.clone() {
            self.find_begun(position);
        }
        let known = self.known;
        for (edits, wanted, among_known) in [(1, ENOUGH, false), (2, ENOUGH, false), (1, 1, true)] {
            for position in positions.clone() {
                if self.complete() < wanted && (known >> position & 1 == 1) == among_known {
                    self.find_misspelt(position, edits);
                }
            }
        }
        self
    }

    /// The word as it stands, by its stem and, unfinished, as the beginning of a word.
    fn find_word(&mut self, position: usize) {
        let catalogue = self.catalogue;
        let Some(token) = self.words.tokens.get(position) else {
            return;
        };
        let terms = catalogue.terms();
        let range = terms.prefix_range(&token.text);
        let exact = terms.find(&token.text);
        if let Some(term) = exact.or_else(|| inflected(terms, &token.text)) {
            let mates: Vec<usize> = catalogue.stem_mates(term).collect();
            let all = std::iter::once(term).chain(mates.iter().copied());
            let rarity = self.rarity(all.map(|term| catalogue.term_postings(term)));
            let way = Way::word(position, rarity).exactly();
            let kept = if exact.is_some() { 1.0 } else { BY_STEM };
            self.add(catalogue.term_postings(term), way.times(kept));
            for mate in mates {
                self.add(catalogue.term_postings(mate), way.times(BY_STEM));
            }
            self.weigh(position, rarity);
            self.known |= 1 << position;
        }
        if self.words.is_unfinished(position) {
            self.find_prefix(position, range);
        }
        if token.text.bytes().any(|byte| byte.is_ascii_digit()) {
            self.find_in_numbers(position, &token.text);
        }
    }

    fn find_prefix(&mut self, position: usize, range: std::ops::Range<usize>) {
        let catalogue = self.catalogue;
        let all = range.clone().map(|term| catalogue.term_postings(term));
        let rarity = self.rarity(all);
        if !range.is_empty() {
            self.weigh(position, rarity);
        }
        for term in range {
            let way = Way::word(position, rarity).times(BY_PREFIX);
            self.add(catalogue.term_postings(term), way);
        }
    }

    /// The word as the beginning of a word or of an article number.
    fn find_begun(&mut self, position: usize) {
        let Some(token) = self.words.tokens.get(position) else {
            return;
        };
        if !self.words.is_unfinished(position) {
            self.find_prefix(position, self.catalogue.terms().prefix_range(&token.text));
        }
        let numbers = self.catalogue.numbers().prefix_range(&token.text);
        if token.text.len() >= MIN_INFIX && !numbers.is_empty() {
            self.add_numbers(position, numbers.collect());
        }
    }

    /// The word with exactly `edits` letters mistyped, if a word of its length may have so many.
    fn find_misspelt(&mut self, position: usize, edits: usize) {
        let catalogue = self.catalogue;
        let Some(token) = self.words.tokens.get(position) else {
            return;
        };
        let word = token.text.as_str();
        if edits > tolerated(word) || word.bytes().any(|byte| byte.is_ascii_digit()) {
            return;
        }
        let mut forms = Vec::new();
        let unfinished = self.words.is_unfinished(position);
        fuzzy(catalogue.terms(), word, edits, unfinished, |term, found| {
            if usize::from(found) == edits && forms.len() < MAX_FORMS {
                forms.push(term);
            }
        });
        let rarity = self.rarity(forms.iter().map(|&term| catalogue.term_postings(term)));
        if !forms.is_empty() {
            self.weigh(position, rarity);
        }
        let kept = BY_TYPO.get(edits).copied().unwrap_or(0.0);
        for term in forms {
            let mut way = Way::word(position, rarity).times(kept);
            way.edits = edits as u8;
            self.add(catalogue.term_postings(term), way);
        }
    }

    /// Neighbours that stand as one word: `bade wannen armatur`.
    fn find_joined(&mut self) {
        let catalogue = self.catalogue;
        let tokens = &self.words.tokens;
        for length in [3, 2] {
            for (position, run) in tokens.windows(length).enumerate() {
                let joined: String = run.iter().map(|token| token.text.as_str()).collect();
                let terms = catalogue.terms();
                let mut range = terms.prefix_range(&joined);
                let exact = terms.find(&joined);
                if !self.words.is_unfinished(position + length - 1) {
                    range = exact.map_or(0..0, |term| term..term + 1);
                }
                let mut found: Vec<usize> = range.collect();
                if let Some(term) = exact {
                    found.extend(catalogue.stem_mates(term));
                }
                let rarity = self.rarity(found.iter().map(|&term| catalogue.term_postings(term)));
                let bits = ((1u16 << length) - 1) << position;
                for term in found {
                    let way = Way {
                        words: bits,
                        exact: exact == Some(term),
                        edits: 0,
                        weight: rarity * BY_JOINING * length as f32,
                    };
                    self.add(catalogue.term_postings(term), way);
                }
            }
        }
    }

    /// The word as the beginning or, from some length on, any part of an article number.
    fn find_in_numbers(&mut self, position: usize, word: &str) {
        let catalogue = self.catalogue;
        let numbers = catalogue.numbers();
        let mut found: Vec<usize> = numbers.prefix_range(word).collect();
        if found.len() < ENOUGH && word.len() >= MIN_INFIX {
            numbers.containing(word, MAX_INFIX, |number| found.push(number));
        }
        self.add_numbers(position, found);
    }

    fn add_numbers(&mut self, position: usize, found: Vec<usize>) {
        let catalogue = self.catalogue;
        let all = found
            .iter()
            .map(|&number| catalogue.number_postings(number));
        let rarity = self.rarity(all);
        if !found.is_empty() && self.weights.get(position) == Some(&0.0) {
            self.weigh(position, rarity);
        }
        for number in found {
            let way = Way::word(position, rarity).times(BY_NUMBER);
            self.add(catalogue.number_postings(number), way);
        }
    }

    /// The whole text as an article number, a GTIN or the shop's own number.
    fn find_number(&mut self) {
        let catalogue = self.catalogue;
        if let Some(item) = catalogue.item(&self.words.text) {
            self.mark(item, Number::Whole);
        }
        let number = self.words.number.as_str();
        if number.is_empty() {
            return;
        }
        if number.len() >= MIN_GTIN && number.bytes().all(|byte| byte.is_ascii_digit()) {
            for item in catalogue.items_by_gtin(number).take(MAX_INFIX) {
                self.mark(item, Number::Beginning);
            }
        }
        let numbers = catalogue.numbers();
        let range = numbers.prefix_range(number);
        let few = range.len() < ENOUGH;
        for found in range {
            let whole = numbers.at(found) == number.as_bytes();
            let how = if whole {
                Number::Whole
            } else {
                Number::Beginning
            };
            self.mark_all(found, how);
        }
        if few {
            let mut parts = Vec::new();
            numbers.containing(number, MAX_INFIX, |found| parts.push(found));
            for found in parts {
                self.mark_all(found, Number::Part);
            }
        }
    }

    fn mark_all(&mut self, number: usize, how: Number) {
        let postings = self.catalogue.number_postings(number);
        postings.for_each(|item, _| {
            self.mark(item, how);
            true
        });
    }

    fn mark(&mut self, item: ItemIdx, how: Number) {
        if self.catalogue.is_hidden(item) {
            return;
        }
        if let Some(row) = self.rows.get_mut(item.0 as usize) {
            row.number = row.number.max(how);
        }
    }

    /// An item keeps the first way in which a word was found, so the better ways come first.
    fn add(&mut self, postings: Postings<'_>, way: Way) {
        let (catalogue, rows) = (self.catalogue, &mut self.rows);
        postings.for_each(|item, field| {
            let Some(row) = rows.get_mut(item.0 as usize) else {
                return false;
            };
            if row.found & way.words == 0 && !catalogue.is_hidden(item) {
                row.found |= way.words;
                row.edits = row.edits.saturating_add(way.edits);
                row.text += way.weight * field_weight(field);
                if way.exact {
                    row.exact |= way.words;
                }
            }
            true
        });
    }

    fn weigh(&mut self, position: usize, rarity: f32) {
        if let Some(weight) = self.weights.get_mut(position) {
            *weight = weight.max(rarity);
        }
    }

    /// Inverse document frequency, the length of the lists standing for the number of items (Robertson, Spärck Jones 1976).
    fn rarity<'b>(&self, lists: impl Iterator<Item = Postings<'b>>) -> f32 {
        let bytes: usize = lists.map(Postings::byte_len).sum();
        let items = self.rows.len() as f32 + 1.0;
        libm::logf(items / (bytes as f32 + 0.5)).max(0.1)
    }

    /// Number of items that have all words, up to [`ENOUGH`].
    fn complete(&self) -> usize {
        let required = self.words.required;
        let complete = |row: &&Row| row.number > Number::No || row.found & required == required;
        self.rows.iter().filter(complete).take(ENOUGH).count()
    }

    fn retrieved(self) -> Retrieved {
        let required = self.words.required;
        // A word that nothing has weighs as much as the rarest that something has.
        let rarest = self.weights.iter().copied().fold(0.1, f32::max);
        let weight_of = |bits: u16| -> f32 {
            let words = self.weights.iter().enumerate();
            words
                .filter(|(position, _)| bits >> position & 1 == 1)
                .map(|(_, &weight)| if weight > 0.0 { weight } else { rarest })
                .sum()
        };
        let possible = weight_of(u16::MAX);
        let needed = MIN_SHARE * weight_of(required);
        let complete = self.complete();
        let mut incomplete = Vec::new();
        let mut best_incomplete: Option<(f32, u16)> = None;
        let mut candidates = Vec::new();
        for (item, row) in (0u32..).zip(&self.rows) {
            let (tier, text) = if row.number > Number::No {
                (Tier::Number, f32::from(row.number as u8) / 3.0)
            } else if row.found & required == required {
                let tier = if row.edits > 0 {
                    Tier::Typo
                } else if row.exact & required == required {
                    Tier::Exact
                } else {
                    Tier::Prefix
                };
                (tier, row.text / possible)
            } else if complete < ENOUGH && row.found != 0 {
                let share = weight_of(row.found & required);
                if share < needed {
                    continue;
                }
                if best_incomplete.is_none_or(|(best, _)| share > best) {
                    best_incomplete = Some((share, row.found));
                }
                incomplete.push(Candidate {
                    item: ItemIdx(item),
                    tier: Tier::Partial,
                    text: (row.text / possible).min(1.0),
                    edits: row.edits,
                });
                continue;
            } else {
                continue;
            };
            candidates.push(Candidate {
                item: ItemIdx(item),
                tier,
                text: text.min(1.0),
                edits: row.edits,
            });
        }
        let missing = match best_incomplete {
            Some((_, found)) if complete == 0 => (0..self.words.tokens.len())
                .filter(|position| (required & !found) >> position & 1 == 1)
                .collect(),
            _ => Vec::new(),
        };
        // Where something has all words, the rest only fills the page.
        if complete > 0 {
            incomplete = best_by(incomplete, ENOUGH - complete, |item| f64::from(item.text));
        }
        candidates.append(&mut incomplete);
        Retrieved {
            candidates,
            missing,
        }
    }
}

impl Way {
    fn word(position: usize, weight: f32) -> Self {
        Self {
            words: 1 << position,
            exact: false,
            edits: 0,
            weight,
        }
    }

    fn exactly(self) -> Self {
        Self {
            exact: true,
            ..self
        }
    }

    fn times(self, factor: f32) -> Self {
        Self {
            weight: self.weight * factor,
            ..self
        }
    }
}

/// A term that differs from `word` by an ending alone: the catalogue says `schrauben`, the shopper `schraube`.
fn inflected(terms: Dictionary<'_>, word: &str) -> Option<usize> {
    if word.len() < MIN_INFLECTED || !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return None;
    }
    let longer = |ending: &&str| terms.find(&[word, ending].concat());
    let shorter = |ending: &&str| {
        let form = word.strip_suffix(ending)?;
        terms.find(form).filter(|_| form.len() >= MIN_INFLECTED)
    };
    ENDINGS
        .iter()
        .find_map(longer)
        .or_else(|| ENDINGS.iter().find_map(shorter))
}

/// Endings of nouns and adjectives in German and English, the common ones first.
const ENDINGS: &[&str] = &["n", "s", "en", "e", "er", "es", "ern"];
/// Shorter words are not inflected: `led` is not `leder`.
const MIN_INFLECTED: usize = 4;

/// The shortest GTIN prefix that is worth looking up: country and part of the maker.
const MIN_GTIN: usize = 6;

/// Edits that a word of this length may have: short words are too near to others.
fn tolerated(word: &str) -> usize {
    match word.len() {
        0..=2 => 0,
        3..=5 => 1,
        _ => MAX_EDITS,
    }
}

/// How much a word says about a product, by where it stands. Hand-set.
fn field_weight(field: Field) -> f32 {
    match field {
        Field::Title => 1.0,
        Field::Brand => 0.8,
        Field::Category => 0.7,
        Field::Detail => 0.3,
    }
}
