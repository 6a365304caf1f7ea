//! What a product's words stand for in the search index, beyond themselves: measures, parts of numbers, stems and the parts
//! of compounds. All of it is worked out when a pack is built, so that no stemmer and no word list is on the device.

use std::collections::BTreeMap;

use rust_stemmers::{Algorithm, Stemmer};

use crate::text::{Locale, Token, is_number, measure, unit, without_umlauts};

/// Shorter words are not stemmed: `bad` and `bads` are seldom the same.
const MIN_STEMMED: usize = 4;
/// Shorter words are not taken apart.
const MIN_COMPOUND: usize = 8;
/// The shortest part that a compound begins or goes on with. `bad` in `Badarmatur`; what is shorter is an ending.
const MIN_PART: usize = 3;
/// The shortest part that a compound ends with.
const MIN_LAST_PART: usize = 4;

/// Words under which `token` is found besides itself; `before` is the word before it.
pub(super) fn also(before: Option<&Token>, token: &Token) -> Vec<String> {
    let text = token.text.as_str();
    let mut also = Vec::new();
    if let Some((number, unit)) = measure(text) {
        also.extend([
            number.to_owned(),
            unit.to_owned(),
            format!("{number}{unit}"),
        ]);
    } else if let Some(unit) = unit(text)
        && let Some(before) = before
        && is_number(&before.text)
    {
        also.extend([unit.to_owned(), format!("{}{unit}", before.text)]);
    }
    // `8x40` and `40` of `m8x40`.
    let mut letter_before = false;
    for (at, char) in text.char_indices() {
        if letter_before
            && char.is_ascii_digit()
            && let Some(part) = text.get(at..)
            && part.len() >= 2
        {
            also.push(part.to_owned());
        }
        letter_before = char.is_alphabetic();
    }
    also.retain(|word| word != text);
    also
}

/// The words of one catalogue with their stems.
pub(super) struct Vocabulary<'a> {
    stemmer: Option<Stemmer>,
    compounds: bool,
    has_umlauts: bool,
    /// Stem → numbers of its words, ascending.
    stems: BTreeMap<String, Vec<usize>>,
    words: &'a [&'a str],
}

impl<'a> Vocabulary<'a> {
    /// `words` ascend; `language` is a BCP 47 tag. An unknown language has words without stems.
    pub(super) fn new(language: &str, words: &'a [&'a str]) -> Self {
        let has_umlauts = Locale::new(language).has_umlauts();
        // `de-AT` and `DE` are German.
        let language = language.split(['-', '_']).next().unwrap_or_default();
        let language = language.to_ascii_lowercase();
        let language = language.as_str();
        let mut vocabulary = Self {
            stemmer: algorithm(language).map(Stemmer::create),
            compounds: matches!(language, "de" | "nl" | "sv" | "da" | "no" | "nb" | "fi"),
            has_umlauts,
            stems: BTreeMap::new(),
            words,
        };
        for (number, word) in words.iter().enumerate() {
            if is_word(word) {
                let stem = vocabulary.stem(word);
                vocabulary.stems.entry(stem).or_default().push(number);
            }
        }
        vocabulary
    }

    /// For each word the next one with its stem, the first after the last; itself if it is the only one.
    pub(super) fn rings(&self) -> Vec<u32> {
        let mut next: Vec<u32> = (0..self.words.len() as u32).collect();
        for group in self.stems.values() {
            for (position, &number) in group.iter().enumerate() {
                let following = group.get(position + 1).or(group.first());
                if let (Some(place), Some(&following)) = (next.get_mut(number), following) {
                    *place = following as u32;
                }
            }
        }
        next
    }

    /// Numbers of words that are parts of compound `number`, and whether each is its head: `wannenarmatur` and `armatur` of
    /// `badewannenarmatur` are, what stands before them is not.
    pub(super) fn parts(&self, number: usize) -> Vec<(usize, bool)> {
        let word = match self.words.get(number) {
            Some(word) if self.compounds && word.len() >= MIN_COMPOUND && is_word(word) => *word,
            _ => return Vec::new(),
        };
        let mut parts = Vec::new();
        self.take_apart(word, true, &mut parts);
        let own = self.stem(word);
        parts.retain(|&(part, _)| {
            self.words
                .get(part)
                .is_some_and(|part| self.stem(part) != own)
        });
        // The head first, where a word is both.
        parts.sort_unstable_by_key(|&(part, is_head)| (part, !is_head));
        parts.dedup_by_key(|&mut (part, _)| part);
        parts
    }

    /// Collects the parts of `word`; whether all of it is made of known words.
    fn take_apart(&self, word: &str, is_head: bool, parts: &mut Vec<(usize, bool)>) -> bool {
        // The longest last part first: what German compounds are about stands at their end.
        for (at, _) in word.char_indices().skip(MIN_PART) {
            let (first, last) = word.split_at(at);
            if last.len() < MIN_LAST_PART {
                break;
            }
            let Some(last_part) = self.find(last) else {
                continue;
            };
            let mut before = Vec::new();
            if let Some(first_part) = self.find(first) {
                before.push((first_part, false));
            } else if first.len() < MIN_COMPOUND || !self.take_apart(first, false, &mut before) {
                continue;
            }
            parts.push((last_part, is_head));
            parts.append(&mut before);
            self.take_apart(last, is_head, parts);
            return true;
        }
        false
    }

    /// The first word with the stem of `part`, with or without a linking `s`.
    fn find(&self, part: &str) -> Option<usize> {
        if part.len() < MIN_PART {
            return None;
        }
        let with_stem = |part: &str| {
            let stem = self.stem(part);
            let words = self.stems.get(&stem)?;
            // A short part must be a word as it stands: stems of three letters are chance.
            if part.len() < MIN_LAST_PART + 1 {
                let exact = words
                    .iter()
                    .find(|&&word| self.words.get(word) == Some(&part));
                return exact.copied();
            }
            words.first().copied()
        };
        with_stem(part).or_else(|| with_stem(part.strip_suffix('s')?))
    }

    fn stem(&self, word: &str) -> String {
        match &self.stemmer {
            // `Stuhl` and `Stühle` are one word.
            Some(stemmer) if word.len() >= MIN_STEMMED && self.has_umlauts => {
                stemmer.stem(without_s(&without_umlauts(word))).into_owned()
            }
            Some(stemmer) if word.len() >= MIN_STEMMED => stemmer.stem(word).into_owned(),
            _ => word.to_owned(),
        }
    }
}

/// Without the plural's `s` behind a vowel, which the stemmer leaves: `Kameras`, `Sofas`.
fn without_s(word: &str) -> &str {
    let singular = word.strip_suffix('s');
    let is_plural =
        |word: &&str| word.len() >= MIN_STEMMED && word.ends_with(['a', 'i', 'o', 'u', 'y']);
    singular.filter(is_plural).unwrap_or(word)
}

fn is_word(word: &str) -> bool {
    word.chars().all(char::is_alphabetic)
}

fn algorithm(language: &str) -> Option<Algorithm> {
    Some(match language {
        "ar" => Algorithm::Arabic,
        "da" => Algorithm::Danish,
        "de" => Algorithm::German,
        "el" => Algorithm::Greek,
        "en" => Algorithm::English,
        "es" => Algorithm::Spanish,
        "fi" => Algorithm::Finnish,
        "fr" => Algorithm::French,
        "hu" => Algorithm::Hungarian,
        "it" => Algorithm::Italian,
        "nl" => Algorithm::Dutch,
        "no" | "nb" => Algorithm::Norwegian,
        "pt" => Algorithm::Portuguese,
        "ro" => Algorithm::Romanian,
        "ru" => Algorithm::Russian,
        "sv" => Algorithm::Swedish,
        "ta" => Algorithm::Tamil,
        "tr" => Algorithm::Turkish,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokens;

    fn parts(words: &[&str], compound: &str) -> Vec<String> {
        let mut words = words.to_vec();
        words.push(compound);
        words.sort_unstable();
        let vocabulary = Vocabulary::new("de", &words);
        let number = words.iter().position(|&word| word == compound).unwrap();
        let parts = vocabulary.parts(number);
        parts
            .into_iter()
            .map(|(part, _)| words[part].to_owned())
            .collect()
    }

    #[test]
    fn compounds_fall_into_known_words() {
        let words = [
            "armaturen",
            "bad",
            "badewanne",
            "bohrer",
            "schrauben",
            "stahl",
            "wannenarmatur",
            "kopf",
        ];
        assert_eq!(
            parts(&words, "badewannenarmatur"),
            ["armaturen", "badewanne"]
        );
        assert_eq!(parts(&words, "stahlbohrer"), ["bohrer", "stahl"]);
        assert_eq!(parts(&words, "schraubenkopf"), ["kopf", "schrauben"]);
        assert_eq!(parts(&words, "badarmatur"), ["armaturen", "bad"]);
        assert_eq!(
            parts(&words, "kopfstand"),
            [""; 0],
            "`stand` is no word of this shop"
        );
    }

    #[test]
    fn words_of_one_stem_form_a_ring() {
        let words = ["bohrer", "bohrern", "bohrers", "kabel"];
        assert_eq!(Vocabulary::new("de", &words).rings(), [1, 2, 0, 3]);
        assert_eq!(Vocabulary::new("xx", &words).rings(), [0, 1, 2, 3]);
        let words = [
            "bad",
            "baeder",
            "schlaeuche",
            "schlauch",
            "stuehle",
            "stuhl",
        ];
        assert_eq!(Vocabulary::new("de", &words).rings(), [1, 0, 3, 2, 5, 4]);
    }

    #[test]
    fn measures_and_numbers_have_other_names() {
        let found = |text: &str| {
            let tokens = tokens(text, 9, Locale::NEUTRAL);
            let before = tokens.len().checked_sub(2).map(|at| &tokens[at]);
            also(before, tokens.last().unwrap())
        };
        assert_eq!(found("18V"), ["18", "v"]);
        assert_eq!(found("18 Volt"), ["v", "18v"]);
        assert_eq!(found("Rohr 3/4\""), ["3/4in"]);
        assert_eq!(found("M8x40"), ["8x40", "40"]);
        assert_eq!(found("volt"), [""; 0]);
    }
}
