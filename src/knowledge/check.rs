//! What is checked when a knowledge pack is opened.

use super::{Knowledge, sections::Section as S};
use crate::{
    index::Dictionary,
    pack::{Offsets, PackError},
};

/// Offsets, what they cut, and how many ranges there must be.
type Cut = (S, S, usize);

impl Knowledge {
    /// Every column has its length, every offset table cuts its section, and every list names what is there.
    pub(super) fn check(&self) -> Result<(), PackError> {
        let (items, queries, facets) = (self.item_count(), self.query_count(), self.facet_count());
        let categories = self.u64s(S::CategoryKeys).len();
        let (words, synonyms) = (self.word_count(), self.synonym_count());
        let orders = self.order_count();
        let keys = self.u32s(S::ItemKeys);
        if !keys.iter().zip(keys.iter().skip(1)).all(|(a, b)| a < b) {
            return Err(unsound(S::ItemKeys, "they do not ascend"));
        }
        let category_keys = self.u64s(S::CategoryKeys);
        if !(1..categories).all(|at| category_keys.at(at - 1) < category_keys.at(at)) {
            return Err(unsound(S::CategoryKeys, "they do not ascend"));
        }
        for (column, expected) in [
            (S::QueryLanguages, queries),
            (S::CategoryCounts, categories),
        ] {
            if self.u32s(column).len() != expected {
                return Err(unsound(column, "it has another length than its neighbours"));
            }
        }
        let cuts: [Cut; 10] = [
            (S::ItemIds, S::ItemIdsBlob, items),
            (S::QueryTexts, S::QueryTextsBlob, queries),
            (S::QueryPriors, S::QueryPriorsList, queries),
            (S::QueryFacets, S::QueryFacetsList, queries),
            (S::WordPriors, S::WordPriorsList, words),
            (S::FacetKeys, S::FacetKeysBlob, facets),
            (S::CategoryFacets, S::CategoryFacetsList, categories),
            (S::SynonymTexts, S::SynonymTextsBlob, synonyms),
            (S::OrderKeys, S::OrderKeysBlob, orders),
            (S::OrderWeights, S::OrderWeightsList, orders),
        ];
        for (offsets, blob, ranges) in cuts {
            let end = self.bytes(blob).len() / blob.size() as usize;
            // A part that is not there has neither.
            let absent = self.bytes(offsets).is_empty() && end == 0;
            // Identifiers may be left to the catalogue; all else is there for each of its neighbours.
            let dispensable = ranges == 0 || offsets == S::ItemIds;
            if !(absent && dispensable) && Offsets::new(self.bytes(offsets), ranges, end).is_none()
            {
                return Err(unsound(
                    offsets,
                    "its offsets do not cut the section they belong to",
                ));
            }
        }
        for (blocks, terms) in [
            (S::Queries, queries),
            (S::Words, words),
            (S::Synonyms, synonyms),
        ] {
            if !Dictionary::blocks_are_sound(self.u32s(blocks), terms) {
                return Err(unsound(blocks, "its blocks do not ascend"));
            }
        }
        for (list, bits, count) in [
            (S::QueryPriorsList, 8, items),
            (S::WordPriorsList, 8, items),
            (S::QueryFacetsList, 24, facets),
            (S::CategoryFacetsList, 24, facets),
        ] {
            let outside = |entry: u32| (entry >> bits) as usize >= count;
            if self.u32s(list).iter().any(outside) {
                return Err(unsound(list, "it names what is not there"));
            }
        }
        if (0..orders).any(|order| self.order(order).is_none()) {
            return Err(unsound(S::OrderWeightsList, "they are no network"));
        }
        self.check_relations()
            .map_err(|(section, what)| unsound(section, what))
    }
}

fn unsound(section: S, what: &'static str) -> PackError {
    PackError::Unsound {
        section: section.name(),
        what,
    }
}
