//! The words of a query with what stands between them.

use super::language::{Role, role};
use crate::{
    query::words::{Words, is_stop_word},
    text::unit,
};

/// A query that is read.
pub(super) struct Reader<'a> {
    text: &'a str,
    words: &'a Words,
    language: &'a str,
    pub(super) currency: &'a str,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        text: &'a str,
        words: &'a Words,
        language: &'a str,
        currency: &'a str,
    ) -> Self {
        Self {
            text,
            words,
            language,
            currency,
        }
    }

    /// The word at `at`, folded.
    pub(super) fn word(&self, at: usize) -> Option<&'a str> {
        self.words.tokens.get(at).map(|token| token.text.as_str())
    }

    pub(super) fn role(&self, at: usize) -> Option<Role> {
        role(self.language, self.word(at)?, at == 0)
    }

    /// The word at `at`, if it may be what is not wanted: neither a number nor a word of the language.
    pub(super) fn content_word(&self, at: usize) -> Option<&'a str> {
        let word = self.word(at)?;
        let says = !is_stop_word(word) && self.role(at).is_none();
        (says && word.starts_with(char::is_alphabetic)).then_some(word)
    }

    /// Whether no word follows that `at` may belong to: a unit, or something counted.
    pub(super) fn ends_phrase(&self, at: usize) -> bool {
        self.word(at).is_none_or(|word| {
            unit(word).is_none() && (is_stop_word(word) || self.role(at).is_some())
        })
    }

    /// The text before the word at `at`, from the end of the word before it.
    #[inline(never)]
    pub(super) fn gap(&self, at: usize) -> &'a str {
        let tokens = &self.words.tokens;
        let before = at.checked_sub(1).and_then(|at| tokens.get(at));
        let start = before.map_or(0, |token| token.end);
        let end = tokens.get(at).map_or(u32::MAX, |token| token.start);
        part(self.text, start, end)
    }

    /// Range of the words `from..to` in UTF-16 code units.
    pub(super) fn range(&self, from: usize, to: usize) -> (u32, u32) {
        let tokens = &self.words.tokens;
        let start = tokens.get(from).map_or(0, |token| token.start);
        let last = to.checked_sub(1).and_then(|at| tokens.get(at));
        (start, last.map_or(start, |token| token.end))
    }
}

/// The part of `text` between two positions in UTF-16 code units.
pub(super) fn part(text: &str, from: u32, to: u32) -> &str {
    let mut at = 0u32;
    let (mut start, mut end) = (text.len(), text.len());
    for (byte, char) in text.char_indices() {
        if at >= from {
            start = start.min(byte);
        }
        if at >= to {
            end = byte;
            break;
        }
        at += char.len_utf16() as u32;
    }
    text.get(start..end).unwrap_or_default()
}
