//! What is checked when a catalogue is opened.

use super::{Catalogue, facet_index::is_tree};
use crate::{
    catalogue::sections::Section,
    index::Dictionary,
    pack::{Bytes, Offsets, PackError},
};

impl Catalogue {
    /// Every column has its length, every offset table cuts its section.
    pub(super) fn check(&self) -> Result<(), PackError> {
        use Section as S;
        let (items, values, facets) = (self.items, self.values, self.facets);
        let completions = self.u32s(S::CompletionWeights).len();
        let swatches = self.u32s(S::SwatchValues).len();
        let named = self.u32s(S::NamedValues).len();
        let free = |offsets| self.u32s(offsets).len().saturating_sub(1);
        for (column, expected) in [
            (S::IdHashes, items),
            (S::FacetKinds, facets),
            (S::ItemsByTitle, items),
            (S::Prices, items),
            (S::SalePrices, items),
            (S::Reviews, items),
            (S::Priors, items),
            (S::Groups, items),
            (S::States, items),
            (S::CompletionValues, completions),
        ] {
            if self.bytes(column).len() != expected * column.size() as usize {
                return Err(unsound(column, "it has another length than its neighbours"));
            }
        }
        for (offsets, blob, expected) in [
            (S::Ids, S::IdsBlob, items),
            (S::Titles, S::TitlesBlob, items),
            (S::Mpns, S::MpnsBlob, items),
            (S::Images, S::ImagesBlob, items),
            (S::Links, S::LinksBlob, items),
            (S::FacetKeys, S::FacetKeysBlob, facets),
            (S::FacetLabels, S::FacetLabelsBlob, facets),
            (S::ValueLabels, S::ValueLabelsBlob, values),
            (S::ValueNames, S::ValueNamesBlob, named),
            (S::ValueStreams, S::ValueStreamsBlob, facets),
            (S::FacetUnits, S::FacetUnitsBlob, facets),
            (S::FacetNumbers, S::FacetNumbersBlob, facets),
            (S::Swatches, S::SwatchesBlob, swatches),
            (S::Numbers, S::NumbersBlob, self.number_lists().len()),
            (S::CompletionTexts, S::CompletionTextsBlob, completions),
        ] {
            let end = self.bytes(blob).len() / blob.size() as usize;
            if Offsets::new(self.bytes(offsets), expected, end).is_none() {
                return Err(unsound(
                    offsets,
                    "its offsets do not cut the section they belong to",
                ));
            }
        }
        let (offsets, end) = (
            self.bytes(S::References),
            self.bytes(S::ReferencesBlob).len(),
        );
        let absent = offsets.is_empty() && end == 0;
        if !absent && Offsets::new(offsets, items, end).is_none() {
            return Err(unsound(
                S::References,
                "its offsets do not cut the section they belong to",
            ));
        }
        let ranges = Bytes::new(self.bytes(S::FacetValues));
        let sound = facets >= 2
            && ranges.u32(0) == Some(0)
            && ranges.u32(facets * 4) == Some(values as u32)
            && self.u32s(S::FacetValues).iter().is_sorted();
        if !sound {
            return Err(unsound(
                S::FacetValues,
                "its ranges do not cover the values",
            ));
        }
        self.check_tree()?;
        for (blocks, lists) in [
            (S::TermPostings, self.term_lists()),
            (S::NumberPostings, self.number_lists()),
        ] {
            if !lists.is_sound() {
                return Err(unsound(blocks, "its blocks do not cut its lists"));
            }
        }
        for (blocks, terms) in [
            (S::Terms, self.term_count()),
            (S::Completions, free(S::CompletionTexts)),
        ] {
            if !Dictionary::blocks_are_sound(self.u32s(blocks), terms) {
                return Err(unsound(blocks, "its blocks do not ascend"));
            }
        }
        Ok(())
    }

    /// There is one level per category, and they are those of a tree.
    fn check_tree(&self) -> Result<(), PackError> {
        let levels = self.bytes(Section::CategoryLevels);
        let categories = self.u32s(Section::FacetValues).at(1) as usize;
        if levels.len() != categories || !is_tree(levels) {
            return Err(unsound(
                Section::CategoryLevels,
                "it is no tree of at most 16 levels",
            ));
        }
        Ok(())
    }
}

pub(super) fn unsound(section: Section, what: &'static str) -> PackError {
    PackError::Unsound {
        section: section.name(),
        what,
    }
}
