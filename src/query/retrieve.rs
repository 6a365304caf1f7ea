//! Retrieval: the items that a text means, each with its tier and how well it matches.
//!
//! Words are looked up as they stand, by their stem, and the last one as the beginning of a word. Only where that finds too
//! little, words may be begun, joined or misspelt: first by one letter, then by two; first those that no product has, then
//! all. Where even that finds nothing, words may be missing. The whole text may be an article number, however it is
//! punctuated.
//!
//! # Invariants
//! * What an overlay hides is not found, and stands in for nothing else.
//! * The tier says how an item was found, and costs what [`score`](super::score) says.
//! * The cost is bounded by the postings of [`MAX_WORDS`](super::words::MAX_WORDS) words and, where these find too little, three
//!   walks of the dictionary for each, whatever the length of the text.

mod forms;
mod table;

pub(super) use self::forms::inflected;
use self::{
    forms::{heads, splits, tolerated},
    table::{Number, Table, Way},
};
use super::{Tier, words::Words};
use crate::{
    catalogue::{Catalogue, ItemIdx},
    index::{Field, MAX_EDITS, Postings, fuzzy},
    order::{ascending, best_by, pick},
    text::{folded, is_unspaced},
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
/// The shortest GTIN prefix that is worth looking up: country and part of the maker.
const MIN_GTIN: usize = 6;
/// A finished word may be the beginning of another from this length on.
const MIN_BEGINNING: usize = 3;
/// Items without some words among which the suggested ones are. Hand-set: far more than a page shows.
const MAX_NEAR: usize = 512;
/// Misspelt forms of one word that are looked at.
const MAX_FORMS: usize = 256;

/// How much a way of finding a word says, beside finding it as it stands. Hand-set.
const BY_STEM: f32 = 0.95;
const BY_PREFIX: f32 = 0.8;
/// Of a text that is not being typed any more, what a word begins is something else: `Badetuch` and `Badetuchhalter`.
const BY_BEGINNING: f32 = 0.6;
const BY_HEAD: f32 = 0.6;
const BY_NUMBER: f32 = 0.9;
const BY_JOINING: f32 = 0.9;
const BY_SPLITTING: f32 = 0.9;
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
    /// Whether its title begins with the text, which is asked for suggestions only.
    pub(crate) begins: bool,
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
                    begins: false,
                })
                .collect(),
            missing: Vec::new(),
        };
    }
    // Thousands of products begin with these letters: the best known of them are what one or two letters can mean.
    if scope == Scope::Best && words.is_short() {
        let found = Lookup::new(catalogue, words, HEAD.min(catalogue.item_count()), scope).fill();
        if found.complete() >= ENOUGH {
            return retrieved(&found, scope);
        }
    }
    let found = Lookup::new(catalogue, words, catalogue.item_count(), scope).fill();
    retrieved(&found, scope)
}

fn retrieved(table: &Table, scope: Scope) -> Retrieved {
    let (mut candidates, missing) = table.candidates(ENOUGH);
    if scope == Scope::Best && table.complete() == 0 {
        candidates = best_by(candidates, MAX_NEAR, |item| f64::from(item.text));
    }
    let items = candidates
        .iter()
        .map(|candidate| u64::from(candidate.item.0));
    let order = ascending(items.collect());
    let candidates = pick(candidates, order);
    Retrieved {
        candidates,
        missing: (0..u16::BITS as usize)
            .filter(|position| missing >> position & 1 == 1)
            .collect(),
    }
}

/// Looks the words of a text up.
struct Lookup<'a> {
    catalogue: &'a Catalogue,
    words: &'a Words,
    table: Table,
    scope: Scope,
    /// One bit per word that some product has as it stands.
    known: u16,
}

impl<'a> Lookup<'a> {
    /// Among the first `items` of the catalogue.
    fn new(catalogue: &'a Catalogue, words: &'a Words, items: usize, scope: Scope) -> Self {
        Self {
            catalogue,
            words,
            table: Table::new(catalogue, words, items),
            scope,
            known: 0,
        }
    }

    /// Looks the text up in one way after the other, until there is enough.
    fn fill(mut self) -> Table {
        let positions = 0..self.words.tokens.len();
        self.find_number();
        if self.scope == Scope::Best {
            self.find_beginning();
        }
        for position in positions.clone() {
            self.find_word(position);
        }
        // What only descriptions speak of may be meant otherwise.
        let known = self.known & self.words.required == self.words.required;
        if self.table.complete() >= ENOUGH && (known || self.table.is_number()) {
            return self.table;
        }
        self.find_joined();
        for position in positions.clone() {
            if self.known >> position & 1 == 0 {
                self.find_split(position);
            }
            self.find_begun(position);
        }
        // Several words that all stand somewhere are seldom misspelt twice: what they mean may be little.
        let enough = if positions.len() > 1 { 1 } else { ENOUGH };
        let known = self.known;
        for (edits, wanted, among_known) in [(1, ENOUGH, false), (2, enough, false), (1, 1, true)] {
            for position in positions.clone() {
                if self.table.complete() < wanted && (known >> position & 1 == 1) == among_known {
                    self.find_misspelt(position, edits);
                }
            }
        }
        self.table
    }

    /// The text as the beginning of a title.
    fn find_beginning(&mut self) {
        let mut typed = folded(
            &self.words.text,
            super::words::MAX_WORDS,
            self.catalogue.locale(),
        );
        if self.words.ends_with_blank {
            typed.push(' ');
        }
        for item in self.catalogue.items_beginning_with(&typed) {
            self.table.mark_beginning(item);
        }
    }

    /// The word as it stands, by its stem and, unfinished, as the beginning of a word.
    fn find_word(&mut self, position: usize) {
        let catalogue = self.catalogue;
        let Some(token) = self.words.tokens.get(position) else {
            return;
        };
        let (terms, lists) = (catalogue.terms(), catalogue.term_lists());
        let exact = terms.find(&token.text);
        if let Some(term) = exact.or_else(|| inflected(terms, &token.text, catalogue.locale())) {
            let mates: Vec<usize> = catalogue.stem_mates(term).collect();
            let all = std::iter::once(term).chain(mates.iter().copied());
            let rarity = self
                .table
                .rarity(position, all.map(|term| lists.at(term).byte_len()).sum());
            self.table.weigh(position, rarity);
            // A word that stands twice in the text was found with its first place.
            if let Some(bits) = self.words.places(position) {
                let way = Way {
                    words: bits,
                    exact: true,
                    edits: 0,
                    weight: rarity * bits.count_ones() as f32,
                };
                let kept = if exact.is_some() { 1.0 } else { BY_STEM };
                let mut best = self.table.add(lists.at(term), way.times(kept));
                for mate in mates {
                    best = best.max(self.table.add(lists.at(mate), way.times(BY_STEM)));
                }
                if best > Some(Field::Mention) {
                    self.known |= bits;
                }
            }
        }
        if self.words.is_unfinished(position) {
            self.find_prefix(position, &token.text);
        }
        if token.text.bytes().any(|byte| byte.is_ascii_digit()) {
            self.find_in_numbers(position, &token.text);
        }
    }

    fn find_prefix(&mut self, position: usize, prefix: &str) {
        let lists = self.catalogue.term_lists();
        let range = self.catalogue.terms().prefix_range(prefix);
        if range.is_empty() {
            return;
        }
        let kept = match self.scope {
            Scope::Best => BY_PREFIX,
            Scope::All => BY_BEGINNING,
        };
        let mut found = Vec::with_capacity(range.len());
        lists.for_each(range, |postings| found.push(postings));
        self.add_word(position, &found, kept, 0);
    }

    /// The word as the beginning of a word or of an article number.
    fn find_begun(&mut self, position: usize) {
        let Some(token) = self.words.tokens.get(position) else {
            return;
        };
        if token.text.len() < MIN_BEGINNING || self.words.places(position).is_none() {
            return;
        }
        if !self.words.is_unfinished(position) {
            self.find_prefix(position, &token.text);
        }
        let numbers = self.catalogue.numbers().prefix_range(&token.text);
        if !numbers.is_empty() {
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
        let is_exact = |char: char| char.is_ascii_digit() || is_unspaced(char);
        if edits > tolerated(word) || word.chars().any(is_exact) {
            return;
        }
        let mut forms = Vec::new();
        let unfinished = self.words.is_unfinished(position);
        let lists = catalogue.term_lists();
        // The beginning of a word with two letters wrong is the beginning of too many others.
        let unfinished = unfinished && edits < MAX_EDITS;
        fuzzy(catalogue.terms(), word, edits, unfinished, |term, found| {
            if usize::from(found) == edits && forms.len() < MAX_FORMS {
                forms.push(lists.at(term));
            }
        });
        let kept = BY_TYPO.get(edits).copied().unwrap_or(0.0);
        self.add_word(position, &forms, kept, edits as u8);
    }

    /// Neighbours that stand as one word: `bade wannen armatur`.
    fn find_joined(&mut self) {
        let catalogue = self.catalogue;
        let tokens = &self.words.tokens;
        let lists = catalogue.term_lists();
        for length in [3, 2] {
            for (position, run) in tokens.windows(length).enumerate() {
                let joined: String = run.iter().map(|token| token.text.as_str()).collect();
                let terms = catalogue.terms();
                let exact = terms.find(&joined);
                let mut found: Vec<usize> = if self.words.is_unfinished(position + length - 1) {
                    terms.prefix_range(&joined).collect()
                } else {
                    exact.into_iter().collect()
                };
                if let Some(term) = exact {
                    found.extend(catalogue.stem_mates(term));
                }
                let bytes = found.iter().map(|&term| lists.at(term).byte_len()).sum();
                let rarity = self.table.rarity(position, bytes);
                let bits = ((1u16 << length) - 1) << position;
                for term in found {
                    let way = Way {
                        words: bits,
                        exact: exact == Some(term),
                        edits: 0,
                        weight: rarity * BY_JOINING * length as f32,
                    };
                    self.table.add(lists.at(term), way);
                }
            }
        }
    }

    /// One word that stands as several: `nailgun` as `nail gun`, `24x73` as `24 in. x 73 in.`
    fn find_split(&mut self, position: usize) {
        let Some(token) = self.words.tokens.get(position) else {
            return;
        };
        let word = token.text.as_str();
        let mut best = Vec::new();
        for parts in splits(word) {
            let found = self.with_all(&parts);
            if found.len() > best.len() {
                best = found;
            }
        }
        if best.is_empty() {
            self.find_head(position, word);
            return;
        }
        let rarity = self.table.rarity(position, best.len());
        self.table.weigh(position, rarity);
        let way = Way {
            words: 1 << position,
            exact: false,
            edits: 0,
            weight: rarity * BY_SPLITTING,
        };
        for (item, field) in best {
            self.table.find(item, field, way);
        }
    }

    /// The kind that a compound names which the shop does not have: a `Betonbohrer` is a `Bohrer`.
    fn find_head(&mut self, position: usize, word: &str) {
        let catalogue = self.catalogue;
        if !catalogue.locale().has_compounds() {
            return;
        }
        let (terms, lists) = (catalogue.terms(), catalogue.term_lists());
        for head in heads(word) {
            let known = terms.find(head);
            let Some(term) = known.or_else(|| inflected(terms, head, catalogue.locale())) else {
                continue;
            };
            let mut found = Vec::new();
            for term in std::iter::once(term).chain(catalogue.stem_mates(term)) {
                lists.at(term).for_each(|item, field| {
                    if field == Field::Kind {
                        found.push(item);
                    }
                    true
                });
            }
            if found.is_empty() {
                continue;
            }
            let rarity = self.table.rarity(position, found.len());
            self.table.weigh(position, rarity);
            let way = Way {
                words: 1 << position,
                exact: false,
                edits: 0,
                weight: rarity * BY_HEAD,
            };
            for item in found {
                self.table.find(item, Field::Kind, way);
            }
            return;
        }
    }

    /// The items that have all `words`, with the least telling of their fields.
    fn with_all(&self, words: &[&str]) -> Vec<(ItemIdx, Field)> {
        let (terms, lists) = (self.catalogue.terms(), self.catalogue.term_lists());
        let mut all: Option<Vec<(ItemIdx, Field)>> = None;
        for word in words {
            let Some(term) = terms.find(word) else {
                return Vec::new();
            };
            let mut found = Vec::new();
            let before = all.take();
            let mut rest = before.iter().flatten().copied().peekable();
            lists.at(term).for_each(|item, field| {
                while rest.next_if(|&(other, _)| other < item).is_some() {}
                match rest.next_if(|&(other, _)| other == item) {
                    Some((_, other)) => found.push((item, field.min(other))),
                    None if before.is_none() => found.push((item, field)),
                    None => {}
                }
                true
            });
            all = Some(found);
        }
        all.unwrap_or_default()
    }

    /// The word as the beginning or, from some length on, any part of an article number.
    fn find_in_numbers(&mut self, position: usize, word: &str) {
        let numbers = self.catalogue.numbers();
        let mut found: Vec<usize> = numbers.prefix_range(word).collect();
        if found.len() < ENOUGH && word.len() >= MIN_INFIX {
            numbers.containing(word, MAX_INFIX, |number| found.push(number));
        }
        self.add_numbers(position, found);
    }

    fn add_numbers(&mut self, position: usize, found: Vec<usize>) {
        let lists = self.catalogue.number_lists();
        let found: Vec<_> = found.into_iter().map(|number| lists.at(number)).collect();
        self.add_word(position, &found, BY_NUMBER, 0);
    }

    /// Adds the lists of what the word at `position` may stand for.
    fn add_word(&mut self, position: usize, lists: &[Postings<'_>], kept: f32, edits: u8) {
        if lists.is_empty() {
            return;
        }
        let bytes = lists.iter().map(|postings| postings.byte_len()).sum();
        let rarity = self.table.rarity(position, bytes);
        self.table.weigh(position, rarity);
        let way = Way {
            words: 1 << position,
            exact: false,
            edits,
            weight: rarity * kept,
        };
        for &postings in lists {
            self.table.add(postings, way);
        }
    }

    /// The whole text as an article number, a GTIN or the shop's own number.
    fn find_number(&mut self) {
        let catalogue = self.catalogue;
        if let Some(item) = catalogue.item(&self.words.text) {
            self.table.mark(item, Number::Whole);
        }
        let number = self.words.number.as_str();
        if number.is_empty() {
            return;
        }
        if number.len() >= MIN_GTIN && number.bytes().all(|byte| byte.is_ascii_digit()) {
            for item in catalogue.items_by_gtin(number).take(MAX_INFIX) {
                self.table.mark(item, Number::Beginning);
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
        let table = &mut self.table;
        self.catalogue
            .number_lists()
            .at(number)
            .for_each(|item, _| {
                table.mark(item, how);
                true
            });
    }
}
