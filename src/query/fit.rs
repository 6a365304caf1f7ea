//! Fit of a title to a text, read word by word: what the postings do not tell.
//!
//! The weights were set together, by coordinate ascent over the judged queries of two shops; see `docs/benchmarks.md`, which also
//! has what was tried and dropped, such as the head of a title being the text's last word.

use super::words::Words;
use crate::text::{Token, tokens};

/// Words of a title that are looked at.
const MAX_TITLE_WORDS: usize = 40;
/// What the shorter of two forms of a word keeps at least, and the longer adds at most.
const MIN_STEM: usize = 4;
const MAX_ENDING: usize = 2;

/// Log-odds that a title gains when all of the text's neighbours are neighbours in it.
const TOGETHER: f64 = 1.0;
/// Log-odds when all words of the text stand in it as they were typed, and when all do in some form.
const EXACT: f64 = 1.0;
const ANY_FORM: f64 = 1.0;
/// Log-odds when it has no other words.
const COVERED: f64 = 1.0;

/// What `title` gains by how it has the words of the text, in log-odds, `0.0..=4.0`.
pub(super) fn fit(title: &str, words: &Words) -> f64 {
    let title = tokens(title, MAX_TITLE_WORDS, words.locale);
    let typed = &words.tokens;
    let compounds = words.locale.has_compounds();
    if title.is_empty() || typed.is_empty() {
        return 0.0;
    }
    let place = |word: &Token| {
        title
            .iter()
            .position(|other| is_form(&other.text, &word.text, compounds))
    };
    let places: Vec<Option<usize>> = typed.iter().map(place).collect();
    let neighbours = || places.iter().zip(places.iter().skip(1));
    let together = neighbours().filter(|pair| matches!(pair, (Some(a), Some(b)) if a + 1 == *b));
    let exact = typed.iter().filter(|word| {
        let is_same = |other: &Token| {
            other.text == word.text || compounds && is_headed(&other.text, &word.text)
        };
        title.iter().any(is_same)
    });
    let covered = title.iter().filter(|other| {
        typed
            .iter()
            .any(|word| is_form(&other.text, &word.text, compounds))
    });
    let share = |part: usize, whole: usize| {
        if whole == 0 {
            1.0
        } else {
            part as f64 / whole as f64
        }
    };
    TOGETHER * share(together.count(), neighbours().count())
        + EXACT * share(exact.count(), typed.len())
        + ANY_FORM * share(places.iter().flatten().count(), typed.len())
        + COVERED * share(covered.count(), title.len())
}

/// Whether the typed word begins the other, or adds an ending to it; where words are joined to compounds, whether it is its head.
fn is_form(other: &str, typed: &str, compounds: bool) -> bool {
    let ending = typed.strip_prefix(other);
    other.starts_with(typed)
        || compounds && is_headed(other, typed)
        || ending.is_some_and(|ending| ending.len() <= MAX_ENDING && other.len() >= MIN_STEM)
}

/// Whether `typed` is what the compound `other` ends with.
fn is_headed(other: &str, typed: &str) -> bool {
    typed.len() >= MIN_STEM && other.ends_with(typed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Locale;

    #[test]
    fn what_stands_together_as_typed_and_alone_fits_best() {
        let fit = |title, text| fit(title, &Words::new(text, Locale::new("en")));
        assert_eq!(fit("Desk lamp", "desk lamp"), 4.0);
        assert_eq!(fit("LED desk lamp, black", "desk lamp"), 3.5);
        assert_eq!(fit("Lamp for a desk", "desk lamp"), 2.5);
        let inflected = fit("Kitchen faucet, chrome", "kitchen faucets chrome");
        assert!(inflected < fit("Kitchen faucet, chrome", "kitchen faucet chrome"));
        assert_eq!(fit("Anything", "lamp"), 1.0);
        assert_eq!(fit("", "lamp"), 0.0);
    }
}
