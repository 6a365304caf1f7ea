//! Synonyms: texts that mean the same, as the shop's file says.

use super::{Knowledge, sections::Section};
use crate::{
    index::{Dictionary, fuzzy},
    text::{Locale, forms},
};

/// Texts that a query may stand for, besides itself; each costs a search.
const MAX_VARIANTS: usize = 8;
/// Those of them in which one text is replaced; the others have two.
const MAX_SINGLE: usize = 6;
/// Words of the longest text that has another name.
const MAX_PHRASE: usize = 4;
/// A shorter word is near too many others to be one of them misspelt.
const MIN_MISSPELT: usize = 4;

/// A query with some of its texts replaced by their other names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Variant {
    /// The whole query.
    pub(crate) text: String,
    /// What was put in.
    pub(crate) name: String,
}

/// A query whose other names are looked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    /// Its words, normalised.
    pub(crate) normalised: &'a [String],
    /// The same words as the catalogue has them.
    pub(crate) words: &'a [&'a str],
    pub(crate) locale: Locale,
    /// One bit per word that the catalogue does not have, which may be misspelt.
    pub(crate) unknown: u16,
}

/// A text of the query and its other name.
struct Match<'a> {
    start: usize,
    length: usize,
    name: &'a str,
}

impl Knowledge {
    /// What a query may also be called. The longest texts are replaced first, one at a time before two together.
    pub(crate) fn variants(&self, asked: Asked<'_>) -> Vec<Variant> {
        if self.synonym_count() == 0 || asked.words.len() != asked.normalised.len() {
            return Vec::new();
        }
        let matches = self.matches(asked);
        let mut variants: Vec<Variant> = matches
            .iter()
            .take(MAX_SINGLE)
            .map(|found| replaced(asked.words, &[found]))
            .collect();
        for (at, first) in matches.iter().enumerate() {
            for second in matches.iter().skip(at + 1) {
                let (left, right) = if first.start < second.start {
                    (first, second)
                } else {
                    (second, first)
                };
                if left.start + left.length <= right.start && variants.len() < MAX_VARIANTS {
                    variants.push(replaced(asked.words, &[left, right]));
                }
            }
        }
        variants
    }

    /// The texts of the query that have other names, the longest first.
    fn matches(&self, asked: Asked<'_>) -> Vec<Match<'_>> {
        let dictionary = self.synonyms();
        let texts = self.strings(Section::SynonymTexts, Section::SynonymTextsBlob);
        let words = asked.normalised;
        let mut matches = Vec::new();
        for length in (1..=MAX_PHRASE.min(words.len())).rev() {
            for (start, phrase) in words.windows(length).enumerate() {
                let is_unknown = asked.unknown >> start & 1 == 1;
                let Some(found) = find(dictionary, phrase, asked.locale, is_unknown) else {
                    continue;
                };
                let names = texts.at(found).split('\n').filter(|name| !name.is_empty());
                matches.extend(names.map(|name| Match {
                    start,
                    length,
                    name,
                }));
            }
        }
        matches
    }
}

/// The text of the dictionary that `phrase` is: as it stands, with another form of its last word, or a word by itself
/// misspelt by one letter.
fn find(
    dictionary: Dictionary<'_>,
    phrase: &[String],
    locale: Locale,
    is_unknown: bool,
) -> Option<usize> {
    let (last, before) = phrase.split_last()?;
    let before = before
        .iter()
        .map(|word| format!("{word} "))
        .collect::<String>();
    let as_form =
        || forms(last, locale).find_map(|form| dictionary.find(&(before.clone() + &form)));
    let found = dictionary.find(&(before.clone() + last)).or_else(as_form);
    let may_be_misspelt = is_unknown
        && before.is_empty()
        && last.len() >= MIN_MISSPELT
        && last.bytes().all(|byte| byte.is_ascii_lowercase());
    if found.is_some() || !may_be_misspelt {
        return found;
    }
    let mut nearest = None;
    fuzzy(dictionary, last, 1, false, |number, _| {
        nearest = nearest.or(Some(number));
    });
    nearest
}

/// The query with the texts of `matches`, which ascend and do not overlap, replaced.
fn replaced(words: &[&str], matches: &[&Match<'_>]) -> Variant {
    let mut parts: Vec<&str> = Vec::new();
    let mut at = 0;
    for found in matches {
        parts.extend(words.get(at..found.start).unwrap_or_default());
        parts.push(found.name);
        at = found.start + found.length;
    }
    parts.extend(words.get(at..).unwrap_or_default());
    let names: Vec<&str> = matches.iter().map(|found| found.name).collect();
    Variant {
        text: parts.join(" "),
        name: names.join(" "),
    }
}
