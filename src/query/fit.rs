//! Fit of a title to a text: what the words alone do not tell, their order.
//!
//! Tried and dropped: a title's head (the word before a comma, a number, a preposition or its end) being the text's last word.
//! On judged queries of two shops it made the order worse; see `docs/benchmarks.md`.

use super::words::Words;
use crate::text::tokens;

/// Words of a title that are looked at.
const MAX_TITLE_WORDS: usize = 24;
/// What the shorter of two forms of a word keeps at least, and the longer adds at most.
const MIN_STEM: usize = 4;
const MAX_ENDING: usize = 2;

/// Share of the text's neighbours that are neighbours in `title`, too, `0.0..=1.0`; 1 for a single word.
pub(super) fn together(title: &str, words: &Words) -> f64 {
    let title = tokens(title, MAX_TITLE_WORDS);
    let places: Vec<Option<usize>> = words
        .tokens
        .iter()
        .map(|word| {
            title
                .iter()
                .position(|other| is_form(&other.text, &word.text))
        })
        .collect();
    let neighbours = || places.iter().zip(places.iter().skip(1));
    let pairs = neighbours().count();
    if pairs == 0 {
        return 1.0;
    }
    let together = neighbours().filter(|pair| matches!(pair, (Some(a), Some(b)) if a + 1 == *b));
    together.count() as f64 / pairs as f64
}

/// Whether the typed word begins the other, or adds an ending to it.
fn is_form(other: &str, typed: &str) -> bool {
    let ending = typed.strip_prefix(other);
    other.starts_with(typed)
        || ending.is_some_and(|ending| ending.len() <= MAX_ENDING && other.len() >= MIN_STEM)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_of_the_text_are_looked_for_in_the_title() {
        let fit = |title, text| together(title, &Words::new(text));
        assert_eq!(fit("LED desk lamp, black", "desk lamp"), 1.0);
        assert_eq!(fit("Lamp for a desk", "desk lamp"), 0.0);
        assert_eq!(
            fit(
                "Two-handle kitchen faucet in chrome",
                "kitchen faucets chrome"
            ),
            0.5
        );
        assert_eq!(fit("Anything", "lamp"), 1.0);
    }
}
