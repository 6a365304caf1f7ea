//! Other forms of a word: with another ending, taken apart, misspelt.

use crate::index::{Dictionary, MAX_EDITS};

/// The shortest part that a word is taken apart into.
const MIN_PART: usize = 3;

/// Endings of nouns and adjectives in German and English, the common ones first.
const ENDINGS: &[&str] = &["n", "s", "en", "e", "er", "es", "ern"];
/// Shorter words are not inflected: `led` is not `leder`.
const MIN_INFLECTED: usize = 4;

/// A term that differs from `word` by an ending alone: the catalogue says `schrauben`, the shopper `schraube`.
pub(super) fn inflected(terms: Dictionary<'_>, word: &str) -> Option<usize> {
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

/// Edits that a word of this length may have: short words are too near to others.
pub(super) fn tolerated(word: &str) -> usize {
    match word.len() {
        0..=2 => 0,
        3..=5 => 1,
        _ => MAX_EDITS,
    }
}
