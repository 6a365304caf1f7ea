//! Lays overlays over a catalogue: their values are written over the columns of the copy in memory, and what stood there
//! is remembered, so that queries cost what they cost without them.
//!
//! # Invariants
//! * The work is bounded by what the overlays say, not by the catalogue.
//! * Taking every overlay away gives back the pack's bytes.

use super::{Catalogue, ItemIdx, ValueIdx};
use crate::{
    catalogue::{Overlaid, Overlay, OverlayError, overlay::Said, sections::Section},
    index::BitSet,
    pack::PackHash,
    sorted::SortedMap,
};

/// What lies over a catalogue.
#[derive(Clone, Debug, Default)]
pub(super) struct Laid {
    /// Ascending by layer, one of each.
    overlays: SortedMap<u8, Overlay>,
    /// What stood in the columns, in the order in which it was written over.
    before: Vec<Before>,
    hidden: Option<BitSet>,
    /// Hidden items per value and the categories above.
    hidden_values: SortedMap<ValueIdx, u32>,
}

#[derive(Clone, Copy, Debug)]
struct Before {
    at: usize,
    bytes: [u8; 4],
}

impl Catalogue {
    /// Lays `overlay` over this catalogue, in place of the former one of its layer.
    ///
    /// # Errors
    ///
    /// [`OverlayError::Base`] or [`OverlayError::Currency`] if it does not fit; what lay there stays.
    pub fn lay(&mut self, overlay: Overlay) -> Result<Overlaid, OverlayError> {
        let meta = overlay.meta();
        if let Some(expected) = meta.base.filter(|&base| base != self.whole_hash()) {
            return Err(OverlayError::Base {
                expected,
                got: self.whole_hash(),
            });
        }
        if !meta.currency.is_empty() && meta.currency != self.meta.currency {
            return Err(OverlayError::Currency {
                expected: self.meta.currency.clone(),
                got: meta.currency.clone(),
            });
        }
        let known = overlay.items().filter(|(id, _)| self.item(id).is_some());
        let items = known.count();
        let unknown = overlay.len() - items;
        let former = self.laid.overlays.get(meta.layer);
        let applied = former.is_none_or(|former| former.meta().sequence <= meta.sequence);
        if applied {
            self.take_away();
            self.laid.overlays.insert(meta.layer, overlay);
            let overlays = std::mem::take(&mut self.laid.overlays);
            for (_, overlay) in overlays.iter() {
                for (id, said) in overlay.items() {
                    if let Some(item) = self.item(id) {
                        self.write(item, said);
                    }
                }
            }
            self.laid.overlays = overlays;
        }
        Ok(Overlaid {
            applied,
            items,
            unknown,
        })
    }

    /// Whether an overlay hides `item`: it then stands in no answer.
    #[must_use]
    pub fn is_hidden(&self, item: ItemIdx) -> bool {
        let hidden = self.laid.hidden.as_ref();
        hidden.is_some_and(|hidden| hidden.contains(item.0))
    }

    /// All items that are not hidden.
    pub(crate) fn shown(&self) -> BitSet {
        match &self.laid.hidden {
            Some(hidden) => hidden.complement(),
            None => BitSet::full(self.items),
        }
    }

    /// Whether any item is hidden.
    pub(crate) fn hides(&self) -> bool {
        self.laid.hidden.is_some()
    }

    /// Number of items with `value`, or in categories with one below it, that are not hidden.
    pub(crate) fn shown_items(&self, value: ValueIdx) -> u32 {
        let hidden = self.laid.hidden_values.get(value).copied().unwrap_or(0);
        self.value_items(value).saturating_sub(hidden)
    }

    /// The catalogue that this one is or is a part of.
    fn whole_hash(&self) -> PackHash {
        self.whole().unwrap_or(self.hash())
    }

    /// Gives the columns back what stood in them.
    fn take_away(&mut self) {
        for Before { at, bytes } in std::mem::take(&mut self.laid.before).into_iter().rev() {
            self.put(at, bytes);
        }
        self.laid.hidden = None;
        self.laid.hidden_values.clear();
    }

    fn write(&mut self, item: ItemIdx, said: Said) {
        let columns = [
            (Section::Prices, said.price),
            (Section::SalePrices, said.sale_price),
        ];
        for (section, value) in columns {
            if let Some(value) = value {
                self.write_over(section, item, value.to_le_bytes());
            }
        }
        if said.availability.is_some() || said.delivery_days.is_some() {
            let [availability, days, rating, words] = self.state(item);
            let state = [
                said.availability.unwrap_or(availability),
                said.delivery_days.unwrap_or(days),
                rating,
                words,
            ];
            self.write_over(Section::States, item, state);
        }
        if said.hidden && !self.is_hidden(item) {
            self.hide(item);
        }
    }

    fn hide(&mut self, item: ItemIdx) {
        let items = self.items;
        let hidden = self.laid.hidden.get_or_insert_with(|| BitSet::new(items));
        hidden.insert(item.0);
        let values: Vec<ValueIdx> = self
            .item_values(item)
            .flat_map(|value| self.ancestors(value))
            .collect();
        for value in values {
            *self.laid.hidden_values.or_insert(value, 0) += 1;
        }
    }

    fn write_over(&mut self, section: Section, item: ItemIdx, bytes: [u8; 4]) {
        let (start, _) = self.ranges[section as usize];
        let at = start + item.0 as usize * 4;
        if let Some(before) = self.put(at, bytes) {
            self.laid.before.push(Before { at, bytes: before });
        }
    }

    /// What stood there.
    fn put(&mut self, at: usize, bytes: [u8; 4]) -> Option<[u8; 4]> {
        let place = self
            .pack
            .bytes_mut()
            .get_mut(at..)?
            .first_chunk_mut::<4>()?;
        Some(std::mem::replace(place, bytes))
    }
}
