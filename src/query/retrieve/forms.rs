//! Other forms of a word: with another ending, taken apart, misspelt.

use crate::{
    index::{Dictionary, MAX_EDITS},
    text::{Locale, forms},
};

/// The shortest part that a word is taken apart into.
const MIN_PART: usize = 3;
/// The shortest head that a compound is taken to have.
const MIN_HEAD: usize = 4;

/// A term that is another form of `word`: the catalogue says `schrauben`, the shopper `schraube`.
pub(in crate::query) fn inflected(
    terms: Dictionary<'_>,
    word: &str,
    locale: Locale,
) -> Option<usize> {
    forms(word, locale).find_map(|form| terms.find(&form))
}

/// Ways to take `word` apart: one cut between letters, or all cuts between letters and digits, an `x` between numbers left out.
pub(super) fn splits(word: &str) -> Vec<Vec<&str>> {
    if !word.is_ascii() {
        return Vec::new();
    }
    if word.bytes().any(|byte| byte.is_ascii_digit()) {
        let class = |byte: u8| if byte.is_ascii_alphabetic() { 1 } else { 0 };
        let runs = word.as_bytes().chunk_by(|&a, &b| class(a) == class(b));
        let parts: Vec<&str> = runs
            .filter_map(|run| std::str::from_utf8(run).ok())
            .filter(|&run| run != "x")
            .collect();
        return if parts.len() > 1 {
            vec![parts]
        } else {
            Vec::new()
        };
    }
    (MIN_PART..(word.len() + 1).saturating_sub(MIN_PART))
        .map(|at| word.split_at(at))
        .map(|(first, rest)| vec![first, rest])
        .collect()
}

/// What a compound may end with, the longest first.
pub(super) fn heads(word: &str) -> impl Iterator<Item = &str> {
    (MIN_PART..word.len().saturating_sub(MIN_HEAD - 1)).filter_map(|at| word.get(at..))
}

/// Edits that a word of this length may have: short words are too near to others.
pub(super) fn tolerated(word: &str) -> usize {
    match word.len() {
        0..=2 => 0,
        3..=7 => 1,
        _ => MAX_EDITS,
    }
}
