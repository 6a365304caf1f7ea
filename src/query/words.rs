//! A typed text, taken apart for retrieval.

use crate::text::{Locale, Token, is_number, measure, squashed, tokens, unit};

/// Words of a query that are looked at; the rest of a longer one is passed over.
pub(super) const MAX_WORDS: usize = 12;
/// Characters of a query that are looked at: a longer text is no query.
const MAX_CHARS: usize = 256;
/// A text shorter than this is no article number yet.
const MIN_NUMBER: usize = 3;

/// Words that say nothing about a product, folded, in German and English. They need not be found.
const STOP_WORDS: &[&str] = &[
    "a", "am", "an", "and", "auf", "aus", "bei", "das", "dem", "den", "der", "des", "die", "ein",
    "eine", "einen", "einer", "for", "from", "fuer", "im", "in", "mit", "of", "oder", "on", "or",
    "the", "to", "und", "von", "with", "zu", "zum", "zur",
];

/// Prepositions whose object qualifies the product and does not name it. Folded, in German and English.
const PREPOSITIONS: &[&str] = &["aus", "for", "fuer", "mit", "with", "zum", "zur"];

/// Whether `word` says nothing about a product.
pub(super) fn is_stop_word(word: &str) -> bool {
    STOP_WORDS.contains(&word)
}

/// The part of a text that is looked at.
pub(super) fn cut(text: &str) -> &str {
    let end = text.char_indices().nth(MAX_CHARS);
    let end = end.map_or(text.len(), |(at, _)| at);
    text.get(..end).unwrap_or_default()
}

/// The form in which queries are compared: at most 12 folded words, units in their common spelling, joined by single blanks.
///
/// ```
/// assert_eq!(endcap::normalised(" Dübel  8 × 40, 18 Volt"), "duebel 8x40 18 v");
/// ```
#[must_use]
pub fn normalised(text: &str) -> String {
    Words::new(text, Locale::NEUTRAL).texts_of_all().join(" ")
}

/// A text taken apart.
#[derive(Clone, Debug, Default)]
pub(crate) struct Words {
    /// Its words; units in their common spelling.
    pub(crate) tokens: Vec<Token>,
    /// The text without blanks and punctuation, if it may be an article number; else empty.
    pub(crate) number: String,
    /// The text itself, trimmed and cut.
    pub(super) text: String,
    /// Whether the shopper may still be typing the last word.
    pub(super) unfinished: bool,
    /// Whether the text ends with a blank, so that its last word is whole.
    pub(super) ends_with_blank: bool,
    /// One bit per word that must be found.
    pub(super) required: u16,
    /// One bit per word behind a preposition.
    pub(super) aside: u16,
    /// How the catalogue's language is written.
    pub(super) locale: Locale,
    /// Words of other names of the text, which are highlighted, too.
    pub(super) also: Vec<String>,
}

impl Words {
    /// Takes apart a text that is looked for in a catalogue of `locale`.
    pub(crate) fn new(text: &str, locale: Locale) -> Self {
        let text = cut(text);
        let number = squashed(text, MAX_CHARS);
        let is_article =
            number.len() >= MIN_NUMBER && number.bytes().any(|byte| byte.is_ascii_digit());
        let mut words = Self {
            tokens: tokens(text, MAX_WORDS, locale),
            number: if is_article { number } else { String::new() },
            text: text.trim().to_owned(),
            unfinished: text.chars().last().is_some_and(char::is_alphanumeric),
            ends_with_blank: text.ends_with(char::is_whitespace),
            required: 0,
            aside: 0,
            locale,
            also: Vec::new(),
        };
        words.spell_units();
        words.require();
        words
    }

    /// Whether the text is no more than one or two letters, which thousands of products begin with.
    pub(super) fn is_short(&self) -> bool {
        matches!(self.tokens.as_slice(), [only] if only.text.len() <= 2) && self.unfinished
    }

    /// The words at `positions`, as they were typed but for case and accents.
    pub(super) fn texts(&self, positions: &[usize]) -> Vec<String> {
        positions
            .iter()
            .filter_map(|&position| self.tokens.get(position))
            .map(|token| token.text.clone())
            .collect()
    }

    /// All words.
    pub(crate) fn texts_of_all(&self) -> Vec<&str> {
        self.tokens
            .iter()
            .map(|token| token.text.as_str())
            .collect()
    }

    /// The words as logs have them, see [`normalised`].
    pub(crate) fn normalised(&self) -> Vec<String> {
        let neutral = Self::new(&self.text, Locale::NEUTRAL);
        neutral.tokens.into_iter().map(|token| token.text).collect()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// Whether the word at `position` may still grow.
    pub(super) fn is_unfinished(&self, position: usize) -> bool {
        self.unfinished && position + 1 == self.tokens.len()
    }

    /// One bit per place of the word at `position`; `None` if it stands before, too.
    pub(super) fn places(&self, position: usize) -> Option<u16> {
        let word = &self.tokens.get(position)?.text;
        let mut places = 0;
        for (place, other) in self.tokens.iter().enumerate() {
            places |= u16::from(other.text == *word) << place;
        }
        (places.trailing_zeros() as usize == position).then_some(places)
    }

    fn spell_units(&mut self) {
        let mut number_before = false;
        for position in 0..self.tokens.len() {
            let Some(token) = self.tokens.get_mut(position) else {
                return;
            };
            let is_amount = is_number(&token.text);
            if let Some((number, unit)) = measure(&token.text) {
                token.text = format!("{number}{unit}");
            } else if number_before && let Some(unit) = unit(&token.text) {
                token.text = unit.to_owned();
            }
            number_before = is_amount;
        }
    }

    fn require(&mut self) {
        let mut is_aside = false;
        for (position, token) in self.tokens.iter().enumerate() {
            self.aside |= u16::from(is_aside) << position;
            is_aside |= PREPOSITIONS.contains(&token.text.as_str());
            if !is_stop_word(&token.text) || self.is_unfinished(position) {
                self.required |= 1 << position;
            }
        }
        // A text of nothing but such words means them.
        if self.required == 0 {
            self.required = ((1u32 << self.tokens.len()) - 1) as u16;
        }
    }
}
