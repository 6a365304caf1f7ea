//! Retrieval: the items that a text means, each with its tier and how well it matches.
//!
//! Every word must be found; the last may be unfinished. A word that holds a digit may also stand in an article number,
//! and the whole text may be one, however it is punctuated.
//!
//! # Invariants
//! * The cost is bounded by the postings of [`MAX_WORDS`] words, whatever the length of the text.

use super::Tier;
use crate::{
    catalogue::{Catalogue, ItemIdx},
    index::{Field, Postings},
    text::{Token, squashed, tokens},
};

/// Words of a query that are looked at; the rest of a longer one is passed over.
const MAX_WORDS: usize = 12;
/// Characters of a query that are looked at: a longer text is no query.
const MAX_CHARS: usize = 256;
/// A text shorter than this is no article number yet.
const MIN_NUMBER: usize = 3;

/// A text taken apart.
#[derive(Clone, Debug, Default)]
pub(crate) struct Words {
    pub(crate) tokens: Vec<Token>,
    /// The text without blanks and punctuation, if it may be an article number; else empty.
    pub(crate) number: String,
    /// Whether the shopper may still be typing the last word.
    unfinished: bool,
}

/// An item that a text means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Candidate {
    pub(crate) item: ItemIdx,
    pub(crate) tier: Tier,
    /// How well the text matches, `0.0..=1.0`.
    pub(crate) text: f32,
}

impl Words {
    pub(crate) fn new(text: &str) -> Self {
        let end = text
            .char_indices()
            .nth(MAX_CHARS)
            .map_or(text.len(), |(at, _)| at);
        let text = text.get(..end).unwrap_or_default();
        let number = squashed(text, MAX_CHARS);
        let is_number =
            number.len() >= MIN_NUMBER && number.bytes().any(|byte| byte.is_ascii_digit());
        Self {
            tokens: tokens(text, MAX_WORDS),
            number: if is_number { number } else { String::new() },
            unfinished: text.chars().last().is_some_and(char::is_alphanumeric),
        }
    }

    /// The words in one text.
    pub(crate) fn folded(&self) -> String {
        let texts: Vec<&str> = self
            .tokens
            .iter()
            .map(|token| token.text.as_str())
            .collect();
        texts.join(" ")
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }
}

/// The candidates of a text, ascending by item; all items if there is no text.
pub(crate) fn retrieve(catalogue: &Catalogue, words: &Words) -> Vec<Candidate> {
    if words.is_empty() {
        return catalogue
            .items()
            .map(|item| Candidate {
                item,
                tier: Tier::All,
                text: 0.0,
            })
            .collect();
    }
    let mut table = Table::new(catalogue.item_count(), words.tokens.len());
    for (position, token) in words.tokens.iter().enumerate() {
        let prefix = words.unfinished && position + 1 == words.tokens.len();
        table.word(catalogue, position as u8, token, prefix);
    }
    if !words.number.is_empty() {
        table.number(catalogue, &words.number);
    }
    table.candidates()
}

/// What is known of each item while the words are looked up.
struct Table {
    items: usize,
    words: u8,
    rows: Vec<Row>,
    /// Greatest sum of word weights that an item can reach.
    possible: f32,
}

#[derive(Clone, Copy, Debug, Default)]
struct Row {
    /// Words found, in order: an item that lacks one takes no part from then on.
    found: u8,
    /// Of those, the ones that stand in full.
    exact: u8,
    /// 1: its article number begins with the text, from some part on; 2: it is the text.
    number: u8,
    text: f32,
}

impl Table {
    fn new(items: usize, words: usize) -> Self {
        Self {
            items,
            words: words as u8,
            rows: vec![Row::default(); items],
            possible: 0.0,
        }
    }

    /// Finds the word at `position`, which counts for items with all words before it.
    fn word(&mut self, catalogue: &Catalogue, position: u8, token: &Token, prefix: bool) {
        let terms = catalogue.terms();
        let mut range = terms.prefix_range(&token.text);
        let exact = terms.find(&token.text);
        if !prefix {
            range = exact.map_or(0..0, |term| term..term + 1);
        }
        let rarest = range
            .clone()
            .map(|term| self.rarity(catalogue.term_postings(term)))
            .fold(0.0, f32::max);
        // The word itself is the first of those that it begins, so an item is first met in the better way.
        for term in range {
            let postings = catalogue.term_postings(term);
            let rarity = self.rarity(postings);
            self.add(postings, position, exact == Some(term), rarity);
        }
        let mut weight = rarest;
        if token.text.len() >= 2 && token.text.bytes().any(|byte| byte.is_ascii_digit()) {
            let numbers = catalogue.numbers();
            let exact = numbers.find(&token.text);
            let mut range = numbers.prefix_range(&token.text);
            if !prefix {
                range = exact.map_or(0..0, |number| number..number + 1);
            }
            for number in range {
                let postings = catalogue.number_postings(number);
                let rarity = self.rarity(postings);
                weight = weight.max(rarity);
                self.add(postings, position, exact == Some(number), rarity);
            }
        }
        self.possible += weight;
    }

    fn add(&mut self, postings: Postings<'_>, position: u8, exact: bool, rarity: f32) {
        let rows = &mut self.rows;
        postings.for_each(|item, field| {
            if let Some(row) = rows.get_mut(item.0 as usize)
                && row.found == position
            {
                row.found = position + 1;
                row.exact += u8::from(exact);
                row.text += rarity * field_weight(field);
            }
        });
    }

    fn number(&mut self, catalogue: &Catalogue, number: &str) {
        let numbers = catalogue.numbers();
        let exact = numbers.find(number);
        for found in numbers.prefix_range(number) {
            let strength = 1 + u8::from(exact == Some(found));
            let rows = &mut self.rows;
            catalogue.number_postings(found).for_each(|item, _| {
                if let Some(row) = rows.get_mut(item.0 as usize) {
                    row.number = row.number.max(strength);
                }
            });
        }
    }

    /// Inverse document frequency, the length of the list standing for the number of items (Robertson, Spärck Jones 1976).
    fn rarity(&self, postings: Postings<'_>) -> f32 {
        let items = self.items as f32 + 1.0;
        libm::logf(items / (postings.byte_len() as f32 + 0.5)).max(0.1)
    }

    fn candidates(self) -> Vec<Candidate> {
        let possible = self.possible.max(f32::MIN_POSITIVE);
        (0u32..)
            .zip(&self.rows)
            .filter_map(|(item, row)| {
                let (tier, text) = if row.number > 0 {
                    (Tier::Number, f32::from(row.number) / 2.0)
                } else if row.found < self.words {
                    return None;
                } else if row.exact == self.words {
                    (Tier::Exact, row.text / possible)
                } else {
                    (Tier::Prefix, row.text / possible)
                };
                Some(Candidate {
                    item: ItemIdx(item),
                    tier,
                    text: text.min(1.0),
                })
            })
            .collect()
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
