//! The search index of a catalogue: terms, article numbers, GTINs, completions.

use super::{Catalogue, ItemIdx, ValueIdx, partition_point, some};
use crate::{
    catalogue::sections::Section,
    index::{Dictionary, Numbers, Postings},
    pack::Offsets,
};

/// Words of one stem that are looked at.
const MAX_STEM_MATES: usize = 16;

impl Catalogue {
    pub(crate) fn terms(&self) -> Dictionary<'_> {
        self.dictionary(Section::Terms, Section::TermsBlob, Section::TermPostings)
    }

    pub(crate) fn term_postings(&self, term: usize) -> Postings<'_> {
        self.postings(Section::TermPostings, Section::TermPostingsBlob, term)
    }

    /// The other terms with the stem of `term`.
    pub(crate) fn stem_mates(&self, term: usize) -> impl Iterator<Item = usize> + '_ {
        let rings = self.u32s(Section::TermRings);
        std::iter::successors(Some(term), move |&term| Some(rings.at(term) as usize))
            .skip(1)
            .take(MAX_STEM_MATES)
            .take_while(move |&mate| mate != term)
    }

    /// Article numbers without punctuation, ascending.
    pub(crate) fn numbers(&self) -> Numbers<'_> {
        let offsets = Offsets::trusted(self.bytes(Section::Numbers));
        Numbers::new(offsets, self.bytes(Section::NumbersBlob))
    }

    /// The items whose GTIN begins with `digits`.
    pub(crate) fn items_by_gtin(&self, digits: &str) -> impl Iterator<Item = ItemIdx> + '_ {
        let items = self.u32s(Section::ItemsByGtin);
        // GTINs have 8, 12, 13 or 14 digits, and leading zeros are not kept: each length has its own range.
        let number: u64 = digits.parse().unwrap_or(u64::MAX);
        let ranges = [8u32, 12, 13, 14].map(|length| {
            let missing = length.checked_sub(digits.len() as u32);
            let Some((low, span)) = missing.and_then(|missing| {
                let span = 10u64.checked_pow(missing)?;
                Some((number.checked_mul(span)?, span))
            }) else {
                return 0..0;
            };
            let position = |bound: u64| {
                partition_point(items.len(), |at| {
                    self.gtin(ItemIdx(items.at(at))).unwrap_or(0) < bound
                })
            };
            position(low)..position(low.saturating_add(span))
        });
        ranges
            .into_iter()
            .flatten()
            .map(move |at| ItemIdx(items.at(at)))
    }

    pub(crate) fn number_postings(&self, number: usize) -> Postings<'_> {
        self.postings(Section::NumberPostings, Section::NumberPostingsBlob, number)
    }

    pub(crate) fn completions(&self) -> Dictionary<'_> {
        self.dictionary(
            Section::Completions,
            Section::CompletionsBlob,
            Section::CompletionTexts,
        )
    }

    pub(crate) fn completion_text(&self, completion: usize) -> &str {
        self.strings(Section::CompletionTexts, Section::CompletionTextsBlob)
            .at(completion)
    }

    pub(crate) fn completion_weight(&self, completion: usize) -> u32 {
        self.u32s(Section::CompletionWeights).at(completion)
    }

    pub(crate) fn completion_value(&self, completion: usize) -> Option<ValueIdx> {
        some(self.u32s(Section::CompletionValues).at(completion)).map(ValueIdx)
    }
}
