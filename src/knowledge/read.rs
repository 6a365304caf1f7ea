//! Reads a knowledge pack in place.
//!
//! # Invariants
//! * Opening checks every section; afterwards no number in it leads outside.
//! * An absent part reads as an empty one.

use super::{
    sections::Section,
    weights::{GREATEST, Weights},
};
use crate::{
    index::Dictionary,
    key::Key,
    pack::{Offsets, Pack, PackError, PackHash, PackKind, Strings, U32s, U64s, read_varint},
    recommend::{Next, NextModel, SECTIONS_OF_NEXT},
};

const SECTIONS: usize = Section::ALL.len();
/// In the order in which the model takes them.
pub(super) const NEXT_SECTIONS: [Section; SECTIONS_OF_NEXT] = [
    Section::NextParameters,
    Section::NextLists,
    Section::NextVectors,
    Section::NextStanding,
    Section::NextKinds,
];

/// An item of a knowledge pack, in `0..item_count`: its place in the ascending order of item keys.
///
/// It has nothing to do with the numbers of a catalogue, which the two find of each other by key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KnownItem(pub u32);

/// What is true of the whole pack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnowledgeMeta {
    /// The shop's name for it.
    pub name: String,
    /// Whether it was learned from generated logs.
    pub synthetic: bool,
    /// The languages of the catalogues that queries were tried on, at most 32.
    pub languages: Vec<String>,
    /// Visits to lists (searches and categories) that the use of facets was counted in.
    pub lists: u32,
}

/// An opened knowledge pack.
#[derive(Clone, Debug)]
pub struct Knowledge {
    pack: Pack,
    ranges: [(usize, usize); SECTIONS],
    meta: KnowledgeMeta,
    next: Option<NextModel>,
}

impl Knowledge {
    /// Takes over a verified pack.
    ///
    /// # Errors
    ///
    /// * [`PackError::Kind`] if it holds no knowledge.
    /// * [`PackError::Unsound`] if its sections contradict each other.
    pub fn open(pack: Pack) -> Result<Self, PackError> {
        if pack.kind() != PackKind::Knowledge {
            return Err(PackError::Kind {
                expected: "knowledge",
                got: pack.kind().to_u32(),
            });
        }
        let mut ranges = [(0, 0); SECTIONS];
        for (range, section) in ranges.iter_mut().zip(Section::ALL) {
            let must = matches!(section, Section::Meta | Section::ItemKeys);
            if must || pack.has(section.tag()) {
                *range = pack.section(section.tag(), section.name(), section.size())?;
            }
        }
        let mut knowledge = Self {
            pack,
            ranges,
            meta: KnowledgeMeta::default(),
            next: None,
        };
        knowledge.meta = knowledge.read_meta().ok_or(PackError::Unsound {
            section: Section::Meta.name(),
            what: "it is cut off",
        })?;
        knowledge.check()?;
        if !knowledge.bytes(Section::NextParameters).is_empty() {
            let next = NextModel::open(knowledge.item_count(), knowledge.next_sections());
            knowledge.next = Some(next.map_err(|what| PackError::Unsound {
                section: Section::NextParameters.name(),
                what,
            })?);
        }
        Ok(knowledge)
    }

    /// What is opened next, if that was learned. Its items are those of [`item`](Self::item).
    #[must_use]
    pub fn next_model(&self) -> Option<Next<'_>> {
        Some(self.next.as_ref()?.with(self.next_sections()))
    }

    fn next_sections(&self) -> [&[u8]; NEXT_SECTIONS.len()] {
        NEXT_SECTIONS.map(|section| self.bytes(section))
    }

    /// What is true of the whole pack.
    #[must_use]
    pub fn meta(&self) -> &KnowledgeMeta {
        &self.meta
    }

    /// The pack's name.
    #[must_use]
    pub fn hash(&self) -> PackHash {
        self.pack.hash()
    }

    /// Number of items that something is known of.
    #[must_use]
    pub fn item_count(&self) -> usize {
        self.u32s(Section::ItemKeys).len()
    }

    /// Number of queries that something is known of.
    #[must_use]
    pub fn query_count(&self) -> usize {
        self.u32s(Section::QueryCounts).len()
    }

    /// Number of words of queries that something is known of.
    #[must_use]
    pub fn word_count(&self) -> usize {
        self.u32s(Section::WordPriors).len().saturating_sub(1)
    }

    /// Number of texts that have another name.
    #[must_use]
    pub fn synonym_count(&self) -> usize {
        self.u32s(Section::SynonymTexts).len().saturating_sub(1)
    }

    /// Number of facets whose use was counted.
    #[must_use]
    pub fn facet_count(&self) -> usize {
        self.u32s(Section::FacetCounts).len()
    }

    /// The item that a profile remembers as `key`.
    #[must_use]
    pub fn item(&self, key: Key) -> Option<KnownItem> {
        let keys = self.u32s(Section::ItemKeys);
        let wanted = key.to_u64() as u32;
        let at = keys.lower_bound(wanted);
        (at < keys.len() && keys.at(at) == wanted).then_some(KnownItem(at as u32))
    }

    /// The key of `item`.
    #[must_use]
    pub fn item_key(&self, item: KnownItem) -> Key {
        Key::from_u64(u64::from(self.u32s(Section::ItemKeys).at(item.0 as usize)))
    }

    /// The shop's identifier of `item`, or "" in a pack that leaves identifiers to the catalogue.
    #[must_use]
    pub fn item_id(&self, item: KnownItem) -> &str {
        self.strings(Section::ItemIds, Section::ItemIdsBlob)
            .at(item.0 as usize)
    }

    /// The weights that were learned for the order inside a tier, or the default ones.
    #[must_use]
    pub fn weights(&self) -> Weights {
        let column = self.u32s(Section::Weights);
        Weights::from_bits(column.iter())
    }

    /// Whether weights were learned.
    #[must_use]
    pub fn has_weights(&self) -> bool {
        self.u32s(Section::Weights).len() > 0
    }

    /// What the shopper's affinities weigh beside what the model says is opened next, from 0 to 8, if the logs taught it.
    #[must_use]
    pub fn blend(&self) -> Option<f32> {
        let weight = f32::from_bits(self.u32s(Section::Blend).iter().next()?);
        (!weight.is_nan()).then(|| weight.clamp(0.0, GREATEST))
    }

    /// The queries, folded, ascending.
    pub(super) fn queries(&self) -> Dictionary<'_> {
        let terms = self.query_count();
        self.dictionary(Section::Queries, Section::QueriesBlob, terms)
    }

    pub(super) fn words(&self) -> Dictionary<'_> {
        let terms = self.word_count();
        self.dictionary(Section::Words, Section::WordsBlob, terms)
    }

    pub(super) fn synonyms(&self) -> Dictionary<'_> {
        let terms = self.synonym_count();
        self.dictionary(Section::Synonyms, Section::SynonymsBlob, terms)
    }

    pub(super) fn bytes(&self, section: Section) -> &[u8] {
        let (start, end) = self.ranges[section as usize];
        self.pack.bytes().get(start..end).unwrap_or_default()
    }

    pub(super) fn u32s(&self, section: Section) -> U32s<'_> {
        U32s::new(self.bytes(section))
    }

    pub(super) fn u64s(&self, section: Section) -> U64s<'_> {
        U64s::new(self.bytes(section))
    }

    pub(super) fn strings(&self, offsets: Section, blob: Section) -> Strings<'_> {
        Strings::new(Offsets::trusted(self.bytes(offsets)), self.bytes(blob))
    }

    /// The numbers of `list` that `offsets` gives to `index`.
    pub(super) fn list(&self, offsets: Section, list: Section, index: usize) -> U32s<'_> {
        let (start, end) = Offsets::trusted(self.bytes(offsets)).range(index);
        self.u32s(list).slice(start, end)
    }

    fn dictionary(&self, blocks: Section, blob: Section, terms: usize) -> Dictionary<'_> {
        Dictionary::new(self.u32s(blocks), self.bytes(blob), terms)
    }

    fn read_meta(&self) -> Option<KnowledgeMeta> {
        let bytes = self.bytes(Section::Meta);
        let flags = *bytes.first()?;
        let mut at = 1;
        let text = |at: &mut usize| {
            let length = read_varint(bytes, at)? as usize;
            let text = std::str::from_utf8(bytes.get(*at..)?.get(..length)?).ok()?;
            *at += length;
            Some(text.to_owned())
        };
        let name = text(&mut at)?;
        let count = read_varint(bytes, &mut at)?;
        let mut languages = Vec::new();
        for _ in 0..count.min(u32::BITS) {
            languages.push(text(&mut at)?);
        }
        Some(KnowledgeMeta {
            name,
            synthetic: flags & 1 == 1,
            languages,
            lists: read_varint(bytes, &mut at)?,
        })
    }
}
