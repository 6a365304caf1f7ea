//! The search index of a catalogue: terms, article numbers, GTINs, completions.

use super::{Catalogue, ItemIdx, ValueIdx, some};
use crate::{
    catalogue::{sections::Section, title::typed_title},
    index::{Dictionary, Lists, Numbers},
    pack::Offsets,
    sorted::partition_point,
};

/// Words of one stem that are looked at.
const MAX_STEM_MATES: usize = 16;

impl Catalogue {
    pub(crate) fn terms(&self) -> Dictionary<'_> {
        Dictionary::new(
            self.u32s(Section::Terms),
            self.bytes(Section::TermsBlob),
            self.term_count(),
        )
    }

    /// The postings of each term.
    pub(crate) fn term_lists(&self) -> Lists<'_> {
        let blocks = self.u32s(Section::TermPostings);
        Lists::new(blocks, self.bytes(Section::TermPostingsBlob))
    }

    /// The other terms with the stem of `term`.
    pub(crate) fn stem_mates(&self, term: usize) -> impl Iterator<Item = usize> + '_ {
        let lists = self.term_lists();
        std::iter::successors(Some(term), move |&term| Some(lists.linked(term)))
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

    /// The postings of each article number.
    pub(crate) fn number_lists(&self) -> Lists<'_> {
        let blocks = self.u32s(Section::NumberPostings);
        Lists::new(blocks, self.bytes(Section::NumberPostingsBlob))
    }

    /// The items whose title, without the brand in front, begins with `typed`, which is folded.
    pub(crate) fn items_beginning_with(&self, typed: &str) -> impl Iterator<Item = ItemIdx> + '_ {
        let items = self.u32s(Section::ItemsByTitle);
        let first = |before: &dyn Fn(&str) -> bool| {
            partition_point(items.len(), |at| {
                let item = ItemIdx(items.at(at));
                before(&typed_title(
                    self.title(item),
                    self.brand(item),
                    self.locale,
                ))
            })
        };
        let start = first(&|title| title < typed);
        let end = first(&|title| title < typed || title.starts_with(typed));
        (start..end).map(move |at| ItemIdx(items.at(at)))
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
