//! Builds a knowledge pack.
//!
//! # Invariants
//! * The same source gives the same bytes, in whatever order its items, queries, words, facets, categories and synonyms come.

use std::collections::BTreeMap;

use thiserror::Error;

use super::{
    LogOdds, RelationSource, ValueOrder, Weights,
    read::{KnowledgeMeta, NEXT_SECTIONS},
    sections::Section as S,
};
use crate::{
    index::write_dictionary,
    key::Key,
    pack::{PackKind, PackWriter, StringsWriter, write_varint},
    recommend::{NextBuildError, NextSource},
};

/// Items are numbered with 24 bits, facets with 8.
const MAX_ITEMS: usize = 1 << 24;
const MAX_FACETS: usize = 1 << 8;
/// Counts of facet use have 24 bits.
const MAX_COUNT: u32 = (1 << 24) - 1;

/// What a knowledge pack is made from. Items, facets and languages are named by their place in `items`, `facets` and
/// `meta.languages`.
#[derive(Clone, Debug, Default)]
pub struct KnowledgeSource {
    /// What is true of the whole pack.
    pub meta: KnowledgeMeta,
    /// The shop's identifiers, each once.
    pub items: Vec<String>,
    /// Whether the identifiers go into the pack; without a catalogue nobody else knows them.
    pub keep_ids: bool,
    /// Queries.
    pub queries: Vec<QueryFacts>,
    /// Words of queries.
    pub words: Vec<WordFacts>,
    /// Facets whose use was counted.
    pub facets: Vec<FacetFacts>,
    /// The use of facets in categories.
    pub categories: Vec<CategoryFacts>,
    /// Learned weights.
    pub weights: Option<Weights>,
    /// Synonyms.
    pub synonyms: Vec<Synonym>,
    /// How the values of facets are ordered.
    pub value_orders: Vec<ValueOrder>,
    /// What is opened next; items are named by their place in `items`.
    pub next: Option<NextSource>,
    /// What the shopper's affinities weigh beside that.
    pub blend: Option<f32>,
    /// What belongs together; items are named likewise.
    pub relations: RelationSource,
}

/// What logs teach of a query.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QueryFacts {
    /// As [`normalised`](crate::normalised) gives it.
    pub query: String,
    /// As shoppers write it, to be suggested; "" if it is not to be.
    pub text: String,
    /// Visits that searched so.
    pub visits: u32,
    /// One bit per language in which it finds something.
    pub languages: u32,
    /// Items and what speaks for them after this query.
    pub priors: Vec<(usize, LogOdds)>,
    /// Facets, and visits that used them after this query.
    pub facets: Vec<(usize, u32)>,
}

/// What logs teach of a word of queries.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WordFacts {
    /// The folded word.
    pub word: String,
    /// Items and what speaks for them where the query has this word.
    pub priors: Vec<(usize, LogOdds)>,
}

/// What logs teach of a facet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FacetFacts {
    /// The facet's key.
    pub key: String,
    /// Visits to lists that used it.
    pub visits: u32,
}

/// What logs teach of facets in a category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CategoryFacts {
    /// The category's key.
    pub category: Key,
    /// Visits to it.
    pub visits: u32,
    /// Facets, and visits that used them there.
    pub facets: Vec<(usize, u32)>,
}

/// A text and its other name; one way.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Synonym {
    /// What is typed, as [`normalised`](crate::normalised) gives it.
    pub from: String,
    /// What is searched for besides.
    pub to: String,
}

/// Why knowledge cannot become a pack.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum KnowledgeBuildError {
    /// It does not fit the format.
    #[error("the knowledge has {got} {what}, at most {max} fit into a pack; leave the rarest out")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// How much there is.
        got: usize,
        /// How much fits.
        max: usize,
    },
    /// The model of what is opened next does not fit.
    #[error(transparent)]
    Next(#[from] NextBuildError),
    /// The pack would be longer than its 32-bit offsets reach.
    #[error("the pack would be longer than 4 GiB; leave the rarest queries out")]
    TooLong,
}

impl KnowledgeBuildError {
    /// Stable name of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "build/too-large",
            Self::Next(error) => error.code(),
            Self::TooLong => "build/too-long",
        }
    }
}

impl KnowledgeSource {
    /// Writes the pack. Of what is named twice, the first stays; what names no item or facet is left out.
    ///
    /// # Errors
    ///
    /// * [`KnowledgeBuildError::TooLarge`] beyond 2²⁴ items, 2⁸ facets or 32 languages.
    /// * [`KnowledgeBuildError::Next`] if the model's parts do not fit together.
    /// * [`KnowledgeBuildError::TooLong`] if the pack would pass 4 GiB.
    pub fn build(mut self) -> Result<Vec<u8>, KnowledgeBuildError> {
        for (what, got, max) in [
            ("items", self.items.len(), MAX_ITEMS),
            ("facets", self.facets.len(), MAX_FACETS),
            ("languages", self.meta.languages.len(), u32::BITS as usize),
        ] {
            if got > max {
                return Err(KnowledgeBuildError::TooLarge { what, got, max });
            }
        }
        let mut writer = PackWriter::new(PackKind::Knowledge);
        write_meta(&mut writer, &self.meta);
        let items = self.write_items(&mut writer);
        let item_count = items.iter().max().map_or(0, |&most| most as usize + 1);
        let facets = self.write_facets(&mut writer);
        let numbers = Numbers { items, facets };
        if !self.queries.is_empty() {
            self.write_queries(&mut writer, &numbers);
        }
        if !self.words.is_empty() {
            self.write_words(&mut writer, &numbers);
        }
        if !self.categories.is_empty() {
            self.write_categories(&mut writer, &numbers);
        }
        if let Some(weights) = self.weights {
            let bits = weights.to_array().map(f32::to_bits);
            writer.u32s(S::Weights.tag(), bits);
        }
        self.write_synonyms(&mut writer);
        self.write_value_orders(&mut writer);
        if let Some(next) = &self.next {
            let sections = next.renumbered(&numbers.items, item_count)?.sections()?;
            for (section, bytes) in NEXT_SECTIONS.into_iter().zip(sections) {
                writer.section(section.tag(), section.size(), bytes);
            }
        }
        if let Some(blend) = self.blend {
            writer.u32s(S::Blend.tag(), [blend.to_bits()]);
        }
        self.relations
            .write(&mut writer, &numbers.items, item_count);
        writer.finish().ok_or(KnowledgeBuildError::TooLong)
    }

    /// Returns the number of each item; two whose keys are equal are one.
    fn write_items(&self, writer: &mut PackWriter) -> Vec<u32> {
        let keys: Vec<u32> = self
            .items
            .iter()
            .map(|id| Key::item(id).to_u64() as u32)
            .collect();
        let mut numbers = BTreeMap::<u32, &str>::new();
        for (&key, id) in keys.iter().zip(&self.items) {
            // The lesser identifier stands, so that their order does not matter.
            numbers
                .entry(key)
                .and_modify(|known| *known = (*known).min(id))
                .or_insert(id);
        }
        writer.u32s(S::ItemKeys.tag(), numbers.keys().copied());
        if self.keep_ids {
            put_strings(
                writer,
                S::ItemIds,
                S::ItemIdsBlob,
                numbers.values().copied(),
            );
        }
        let ascending: Vec<u32> = numbers.into_keys().collect();
        keys.iter()
            .map(|key| ascending.binary_search(key).map_or(0, |at| at as u32))
            .collect()
    }

    /// Returns the number of each facet, ascending by key.
    fn write_facets(&self, writer: &mut PackWriter) -> Vec<u32> {
        let mut order: Vec<usize> = (0..self.facets.len()).collect();
        order.sort_by_key(|&at| self.facets.get(at).map(|facet| &facet.key));
        let mut numbers = vec![0; order.len()];
        for (number, &at) in (0u32..).zip(&order) {
            if let Some(place) = numbers.get_mut(at) {
                *place = number;
            }
        }
        if !order.is_empty() {
            let sorted = || order.iter().filter_map(|&at| self.facets.get(at));
            let keys = sorted().map(|facet| facet.key.as_str());
            put_strings(writer, S::FacetKeys, S::FacetKeysBlob, keys);
            writer.u32s(S::FacetCounts.tag(), sorted().map(|facet| facet.visits));
        }
        numbers
    }

    fn write_queries(&mut self, writer: &mut PackWriter, numbers: &Numbers) {
        self.queries.sort_by(|a, b| a.query.cmp(&b.query));
        self.queries.dedup_by(|b, a| a.query == b.query);
        let all = &self.queries;
        let (blocks, blob) = write_dictionary(all.iter().map(|facts| facts.query.as_str()));
        writer.u32s(S::Queries.tag(), blocks);
        writer.section(S::QueriesBlob.tag(), 1, blob);
        writer.u32s(S::QueryCounts.tag(), all.iter().map(|facts| facts.visits));
        writer.u32s(
            S::QueryLanguages.tag(),
            all.iter().map(|facts| facts.languages),
        );
        let texts = all.iter().map(|facts| facts.text.as_str());
        put_strings(writer, S::QueryTexts, S::QueryTextsBlob, texts);
        let priors = all.iter().map(|facts| numbers.priors(&facts.priors));
        put_lists(writer, S::QueryPriors, S::QueryPriorsList, priors);
        let facets = all.iter().map(|facts| numbers.facets(&facts.facets));
        put_lists(writer, S::QueryFacets, S::QueryFacetsList, facets);
    }

    fn write_words(&mut self, writer: &mut PackWriter, numbers: &Numbers) {
        self.words.sort_by(|a, b| a.word.cmp(&b.word));
        self.words.dedup_by(|b, a| a.word == b.word);
        let all = &self.words;
        let (blocks, blob) = write_dictionary(all.iter().map(|facts| facts.word.as_str()));
        writer.u32s(S::Words.tag(), blocks);
        writer.section(S::WordsBlob.tag(), 1, blob);
        let priors = all.iter().map(|facts| numbers.priors(&facts.priors));
        put_lists(writer, S::WordPriors, S::WordPriorsList, priors);
    }

    fn write_categories(&mut self, writer: &mut PackWriter, numbers: &Numbers) {
        self.categories.sort_by_key(|facts| facts.category);
        self.categories.dedup_by_key(|facts| facts.category);
        let all = &self.categories;
        let keys = all.iter().map(|facts| facts.category.to_u64());
        writer.u64s(S::CategoryKeys.tag(), keys);
        writer.u32s(
            S::CategoryCounts.tag(),
            all.iter().map(|facts| facts.visits),
        );
        let facets = all.iter().map(|facts| numbers.facets(&facts.facets));
        put_lists(writer, S::CategoryFacets, S::CategoryFacetsList, facets);
    }

    fn write_value_orders(&mut self, writer: &mut PackWriter) {
        let all = &mut self.value_orders;
        all.sort_by(|a, b| a.facet.cmp(&b.facet));
        all.dedup_by(|b, a| a.facet == b.facet);
        if !all.is_empty() {
            let keys = all.iter().map(|order| order.facet.as_str());
            put_strings(writer, S::OrderKeys, S::OrderKeysBlob, keys);
            let bits = |order: &ValueOrder| order.ranker.numbers().map(f32::to_bits).collect();
            put_lists(
                writer,
                S::OrderWeights,
                S::OrderWeightsList,
                all.iter().map(bits),
            );
        }
    }

    fn write_synonyms(&mut self, writer: &mut PackWriter) {
        if self.synonyms.is_empty() {
            return;
        }
        self.synonyms.sort();
        self.synonyms.dedup();
        let mut names = BTreeMap::<&str, String>::new();
        for Synonym { from, to } in &self.synonyms {
            let all = names.entry(from).or_default();
            if !all.is_empty() {
                all.push('\n');
            }
            all.push_str(to);
        }
        let (blocks, blob) = write_dictionary(names.keys().copied());
        writer.u32s(S::Synonyms.tag(), blocks);
        writer.section(S::SynonymsBlob.tag(), 1, blob);
        let texts = names.values().map(String::as_str);
        put_strings(writer, S::SynonymTexts, S::SynonymTextsBlob, texts);
    }
}

/// The numbers that items and facets have in the pack, by their place in the source.
struct Numbers {
    items: Vec<u32>,
    facets: Vec<u32>,
}

impl Numbers {
    fn priors(&self, priors: &[(usize, LogOdds)]) -> Vec<u32> {
        let mut entries: Vec<u32> = priors
            .iter()
            .filter_map(|&(item, odds)| {
                let item = self.items.get(item)?;
                Some(item << 8 | u32::from(odds.to_byte()))
            })
            .collect();
        entries.sort_unstable();
        entries.dedup_by_key(|entry| *entry >> 8);
        entries
    }

    fn facets(&self, facets: &[(usize, u32)]) -> Vec<u32> {
        let mut entries: Vec<u32> = facets
            .iter()
            .filter_map(|&(facet, count)| {
                let facet = self.facets.get(facet)?;
                Some(facet << 24 | count.min(MAX_COUNT))
            })
            .collect();
        entries.sort_unstable();
        entries.dedup_by_key(|entry| *entry >> 24);
        entries
    }
}

fn write_meta(writer: &mut PackWriter, meta: &KnowledgeMeta) {
    let mut bytes = vec![u8::from(meta.synthetic)];
    let text = |bytes: &mut Vec<u8>, text: &str| {
        write_varint(bytes, text.len() as u32);
        bytes.extend_from_slice(text.as_bytes());
    };
    text(&mut bytes, &meta.name);
    write_varint(&mut bytes, meta.languages.len() as u32);
    for language in &meta.languages {
        text(&mut bytes, language);
    }
    write_varint(&mut bytes, meta.lists);
    writer.section(S::Meta.tag(), 1, bytes);
}

fn put_strings<'a>(
    writer: &mut PackWriter,
    offsets: S,
    blob: S,
    strings: impl IntoIterator<Item = &'a str>,
) {
    let mut all = StringsWriter::new();
    for string in strings {
        all.push(string.as_bytes());
    }
    writer.strings(offsets.tag(), blob.tag(), all);
}

fn put_lists(
    writer: &mut PackWriter,
    offsets: S,
    list: S,
    lists: impl IntoIterator<Item = Vec<u32>>,
) {
    let (mut ends, mut all) = (vec![0], Vec::new());
    for entries in lists {
        all.extend(entries);
        ends.push(all.len() as u32);
    }
    writer.u32s(offsets.tag(), ends);
    writer.u32s(list.tag(), all);
}
