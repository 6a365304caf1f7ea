//! Synonyms: texts that mean the same, as the shop's file says.

use super::{Knowledge, sections::Section};

/// Texts that a query may stand for, besides itself; each costs a search.
const MAX_VARIANTS: usize = 6;
/// Words of the longest text that has another name.
const MAX_PHRASE: usize = 4;

/// A query with one text replaced by its other name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Variant {
    /// The whole query.
    pub(crate) text: String,
    /// What was put in.
    pub(crate) name: String,
}

impl Knowledge {
    /// What a query of these folded words may also be called. The longest text is replaced first.
    pub(crate) fn variants(&self, words: &[&str]) -> Vec<Variant> {
        let dictionary = self.synonyms();
        let texts = self.strings(Section::SynonymTexts, Section::SynonymTextsBlob);
        let mut variants = Vec::new();
        if self.synonym_count() == 0 {
            return variants;
        }
        for length in (1..=MAX_PHRASE.min(words.len())).rev() {
            for (start, phrase) in words.windows(length).enumerate() {
                let Some(found) = dictionary.find(&phrase.join(" ")) else {
                    continue;
                };
                for name in texts.at(found).split('\n').filter(|name| !name.is_empty()) {
                    if variants.len() == MAX_VARIANTS {
                        return variants;
                    }
                    let (before, rest) = words.split_at(start);
                    let after = rest.get(length..).unwrap_or_default();
                    let text = [before, &[name], after].concat().join(" ");
                    variants.push(Variant {
                        text,
                        name: name.to_owned(),
                    });
                }
            }
        }
        variants
    }
}
