//! Knowledge before a catalogue: the numbers of one turned into those of the other.

use super::{Asked, Knowledge, KnownItem, Variant, sections::Section};
use crate::{
    catalogue::{Catalogue, ItemIdx},
    order,
    sorted::SortedMap,
};

/// "Not in this catalogue".
const NONE: u32 = u32::MAX;
/// Queries with one beginning that are looked at: fewer letters begin more, and one or two letters mean nothing yet.
const MAX_RANGE: usize = 1 << 16;

/// A knowledge pack and where its items are in the catalogue, if there is one.
#[derive(Clone, Debug)]
pub(crate) struct Attached {
    knowledge: Knowledge,
    /// Per item of the pack its number in the catalogue.
    items: Vec<u32>,
    /// Per item of the catalogue its number in the pack, where values are ordered by what is known of items.
    numbers: Vec<u32>,
    /// The bit of the catalogue's language; all bits where the pack does not tell languages apart.
    languages: u32,
}

/// A query that shoppers typed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Searched<'a> {
    pub(crate) text: &'a str,
    pub(crate) visits: u32,
}

impl Attached {
    pub(crate) fn new(knowledge: Knowledge, catalogue: Option<&Catalogue>) -> Self {
        let known = &knowledge.meta().languages;
        let language = catalogue.and_then(|catalogue| {
            let language = &catalogue.meta().language;
            known.iter().position(|known| known == language)
        });
        let items = catalogue.map_or(Vec::new(), |catalogue| places(&knowledge, catalogue));
        let mut numbers = Vec::new();
        if let Some(catalogue) = catalogue.filter(|_| knowledge.order_count() > 0) {
            numbers.resize(catalogue.item_count(), NONE);
            for (number, &place) in (0u32..).zip(&items) {
                if let Some(slot) = numbers.get_mut(place as usize) {
                    *slot = number;
                }
            }
        }
        Self {
            items,
            numbers,
            languages: language.map_or(u32::MAX, |bit| 1u32.unbounded_shl(bit as u32)),
            knowledge,
        }
    }

    /// The same before another catalogue.
    pub(crate) fn before(self, catalogue: &Catalogue) -> Self {
        Self::new(self.knowledge, Some(catalogue))
    }

    pub(crate) fn knowledge(&self) -> &Knowledge {
        &self.knowledge
    }

    /// How many of its items the catalogue has.
    pub(crate) fn items_known(&self) -> usize {
        self.items.iter().filter(|&&item| item != NONE).count()
    }

    /// The catalogue's number of `item`.
    pub(crate) fn place(&self, item: KnownItem) -> Option<ItemIdx> {
        let place = *self.items.get(item.0 as usize)?;
        (place != NONE).then_some(ItemIdx(place))
    }

    /// The pack's number of a product, in packs that order values.
    pub(crate) fn number(&self, item: ItemIdx) -> Option<KnownItem> {
        let number = *self.numbers.get(item.0 as usize)?;
        (number != NONE).then_some(KnownItem(number))
    }

    /// What is known of products after a text of these folded words, in log-odds.
    pub(crate) fn priors(&self, words: &[String], unfinished: bool) -> SortedMap<ItemIdx, f64> {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let odds = self.knowledge.odds(&words, unfinished);
        let placed = odds
            .iter()
            .filter_map(|(item, &odds)| Some((self.place(item)?, odds)))
            .collect();
        SortedMap::gather(placed, |item| u64::from(item.0), |_, _| {})
    }

    /// The queries that begin with `typed` and find something in this catalogue's language, the most frequent first.
    pub(crate) fn searched(&self, typed: &str, limit: usize) -> Vec<Searched<'_>> {
        let knowledge = &self.knowledge;
        let range = knowledge.queries().prefix_range(typed);
        if range.len() > MAX_RANGE {
            return Vec::new();
        }
        let (counts, languages) = (
            knowledge.u32s(Section::QueryCounts),
            knowledge.u32s(Section::QueryLanguages),
        );
        let texts = knowledge.strings(Section::QueryTexts, Section::QueryTextsBlob);
        let found: Vec<Searched<'_>> = range
            .filter(|&query| languages.at(query) & self.languages != 0)
            .map(|query| Searched {
                text: texts.at(query),
                visits: counts.at(query),
            })
            .filter(|query| !query.text.is_empty())
            .collect();
        order::best_by(found, limit, |query| f64::from(query.visits))
    }

    /// What a query may also be called.
    pub(crate) fn variants(&self, asked: Asked<'_>) -> Vec<Variant> {
        self.knowledge.variants(asked)
    }
}

/// The catalogue's number of each item, found in one pass over both ascending tables.
fn places(knowledge: &Knowledge, catalogue: &Catalogue) -> Vec<u32> {
    let hashes = catalogue.id_hashes();
    let mut at = 0;
    knowledge
        .u32s(Section::ItemKeys)
        .iter()
        .map(|key| {
            while at < hashes.len() && (hashes.at(at) >> 32) < u64::from(key) {
                at += 1;
            }
            let entry = hashes.at(at);
            let place = entry as u32;
            let is_it = at < hashes.len() && entry >> 32 == u64::from(key);
            if is_it && (place as usize) < catalogue.item_count() {
                place
            } else {
                NONE
            }
        })
        .collect()
}
