//! Lays over a catalogue what holds at a moment: the periods that run then, and above them overlays. Their values are written
//! over the columns of the copy in memory, and what stood there is remembered, so that queries cost what they cost without them.
//!
//! # Invariants
//! * The work is bounded by what periods and overlays say, not by the catalogue; it is done when a period begins or ends, not
//!   per query.
//! * Taking everything away gives back the pack's bytes.

use super::{Catalogue, ItemIdx, ValueIdx};
use crate::{
    catalogue::{
        Overlaid, Overlay, OverlayError,
        overlay::Said,
        period::{self, Change, Timed},
        sections::Section,
    },
    index::BitSet,
    pack::PackHash,
    sorted::SortedMap,
    time::Timestamp,
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
    /// The moment that the columns are of.
    now: Timestamp,
    /// From when until when nothing begins or ends to hold, so that the columns are right.
    settled: (Timestamp, Timestamp),
}

const FOR_EVER: (Timestamp, Timestamp) = (Timestamp(0), Timestamp(u64::MAX));

impl Laid {
    /// Nothing, over a catalogue with these periods.
    pub(super) fn over(periods: &[u8]) -> Self {
        Self {
            settled: if periods.is_empty() {
                FOR_EVER
            } else {
                (Timestamp(0), Timestamp(0))
            },
            ..Self::default()
        }
    }
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
            self.laid.overlays.insert(meta.layer, overlay);
            self.lay_again();
        }
        Ok(Overlaid {
            applied,
            items,
            unknown,
        })
    }

    /// Lets prices, stock and visibility be those of `now`. Until this is called, nothing holds that holds in a period alone.
    pub fn settle(&mut self, now: Timestamp) {
        let (since, until) = self.laid.settled;
        if now < since || now >= until && until != FOR_EVER.1 {
            self.laid.now = now;
            self.lay_again();
        }
    }

    /// Writes everything anew that holds at `laid.now`.
    fn lay_again(&mut self) {
        self.take_away();
        let now = self.laid.now;
        let mut settled = FOR_EVER;
        let periods: Vec<Timed> = period::read(self.bytes(Section::Periods)).collect();
        for timed in periods {
            narrow(&mut settled, &timed, now);
            let item = ItemIdx(timed.item);
            if timed.holds(now) && (timed.item as usize) < self.items {
                self.write(item, timed.change.into());
            }
        }
        let overlays = std::mem::take(&mut self.laid.overlays);
        for (_, overlay) in overlays.iter() {
            let mut periods = overlay.periods().peekable();
            for (place, (id, said)) in (0u32..).zip(overlay.items()) {
                let item = self.item(id);
                if let Some(item) = item {
                    self.write(item, said);
                }
                while let Some(timed) = periods.next_if(|timed| timed.item <= place) {
                    narrow(&mut settled, &timed, now);
                    if let Some(item) = item.filter(|_| timed.item == place && timed.holds(now)) {
                        self.write(item, timed.change.into());
                    }
                }
            }
        }
        self.laid.overlays = overlays;
        self.laid.settled = settled;
    }

    /// Whether an overlay or the end of its period hides `item`: it then stands in no answer.
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

/// Narrows `settled` to what lies between the ends of `timed` around `now`.
fn narrow(settled: &mut (Timestamp, Timestamp), timed: &Timed, now: Timestamp) {
    for bound in timed.bounds() {
        if bound <= now {
            settled.0 = settled.0.max(bound);
        } else {
            settled.1 = settled.1.min(bound);
        }
    }
}

impl From<Change> for Said {
    fn from(change: Change) -> Self {
        let nothing = Self::default();
        match change {
            Change::SalePrice(price) => Self {
                sale_price: Some(price),
                ..nothing
            },
            Change::Availability(availability) => Self {
                availability: Some(availability),
                ..nothing
            },
            Change::Hidden => Self {
                hidden: true,
                ..nothing
            },
        }
    }
}
