//! Validity in time: what holds of an item from one moment until another.
//!
//! A pack keeps the values that hold outside of every period in its columns. An entry says what stands there instead while its
//! period runs, so the reader's `now` decides, and a reader that knows no periods never shows a price that does not hold.
//!
//! # Format
//! Entries of four 32-bit numbers, ascending: the item (upper 24 bits) and what (lower 8), the first second and the second
//! behind the last (since 1970; 0 and the greatest number: open), the value. What: 0 reduced price, 1 availability, 2 hidden. A
//! reader passes over others.

use crate::{
    pack::{U32s, write_u32s},
    time::Timestamp,
};

/// Bytes of an entry.
pub(super) const ENTRY: u32 = 16;
/// "Open" as the end of a period.
const OPEN: u32 = u32::MAX;
const KIND_BITS: u32 = 8;

/// A span of time, open where it has no end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Period {
    /// The first moment; none: it has always held.
    pub from: Option<Timestamp>,
    /// The first moment at which it no longer holds; none: it stays.
    pub until: Option<Timestamp>,
}

impl Period {
    /// Whether it holds for ever.
    #[must_use]
    pub fn is_always(self) -> bool {
        self == Self::default()
    }

    /// Whether `now` lies in it.
    #[must_use]
    pub fn holds(self, now: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= now) && self.until.is_none_or(|until| now < until)
    }
}

/// What an entry changes while it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    SalePrice(u32),
    Availability(u8),
    Hidden,
}

/// What holds of an item in a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Timed {
    /// The item, or its place in an overlay.
    pub(super) item: u32,
    pub(super) change: Change,
    /// In seconds.
    from: u32,
    until: u32,
}

impl Timed {
    /// Periods begin with their second and end with it, up to the year 2106.
    pub(super) fn new(item: usize, change: Change, period: Period) -> Self {
        let from = period.from.map_or(0, |from| from.0 / 1000);
        let until = period
            .until
            .map_or(u64::from(OPEN), |until| until.0.div_ceil(1000));
        Self {
            item: item as u32,
            change,
            from: from.min(u64::from(OPEN)) as u32,
            until: until.min(u64::from(OPEN)) as u32,
        }
    }

    pub(super) fn holds(&self, now: Timestamp) -> bool {
        let now = now.0 / 1000;
        u64::from(self.from) <= now && (self.until == OPEN || now < u64::from(self.until))
    }

    pub(super) fn period(&self) -> Period {
        let at = |second: u32| Timestamp(u64::from(second) * 1000);
        Period {
            from: (self.from != 0).then(|| at(self.from)),
            until: (self.until != OPEN).then(|| at(self.until)),
        }
    }

    /// The moments at which it begins and ends to hold.
    pub(super) fn bounds(&self) -> impl Iterator<Item = Timestamp> + use<> {
        let period = self.period();
        [period.from, period.until].into_iter().flatten()
    }
}

/// Entries as a section holds them; empty where there are none.
pub(super) fn write(mut entries: Vec<Timed>) -> Vec<u8> {
    let row = |entry: &Timed| {
        let (kind, value) = match entry.change {
            Change::SalePrice(price) => (0, price),
            Change::Availability(availability) => (1, u32::from(availability)),
            Change::Hidden => (2, 0),
        };
        [
            entry.item << KIND_BITS | kind,
            entry.from,
            entry.until,
            value,
        ]
    };
    entries.sort_by_key(row);
    write_u32s(entries.iter().flat_map(row))
}

/// The entries of a section.
pub(super) fn read(section: &[u8]) -> impl Iterator<Item = Timed> + '_ {
    let cells = U32s::new(section);
    (0..cells.len() / 4).filter_map(move |row| {
        let [head, from, until, value] = [0, 1, 2, 3].map(|cell| cells.at(row * 4 + cell));
        let change = match head & ((1 << KIND_BITS) - 1) {
            0 => Change::SalePrice(value),
            1 => Change::Availability(value as u8),
            2 => Change::Hidden,
            _ => return None,
        };
        Some(Timed {
            item: head >> KIND_BITS,
            change,
            from,
            until,
        })
    })
}

/// The entries of one item.
pub(super) fn of_item(section: &[u8], item: u32) -> impl Iterator<Item = Timed> + '_ {
    let cells = U32s::new(section);
    let (mut low, mut high) = (0, cells.len() / 4);
    while low < high {
        let middle = low + (high - low) / 2;
        if cells.at(middle * 4) >> KIND_BITS < item {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    let rest = section.get(low * ENTRY as usize..).unwrap_or_default();
    read(rest).take_while(move |timed| timed.item == item)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(from: Option<u64>, until: Option<u64>) -> Period {
        Period {
            from: from.map(Timestamp),
            until: until.map(Timestamp),
        }
    }

    #[test]
    fn a_period_holds_from_its_beginning_until_before_its_end() {
        let both = period(Some(10_000), Some(20_000));
        for (now, holds) in [
            (9_999, false),
            (10_000, true),
            (19_999, true),
            (20_000, false),
        ] {
            assert_eq!(both.holds(Timestamp(now)), holds, "{now}");
            let timed = Timed::new(3, Change::Hidden, both);
            assert_eq!(timed.holds(Timestamp(now)), holds, "{now}");
        }
        assert!(Period::default().is_always());
        assert!(period(None, Some(5)).holds(Timestamp(4)));
        assert!(period(Some(5), None).holds(Timestamp(u64::MAX)));
    }

    #[test]
    fn entries_come_back_sorted_and_unknown_kinds_are_passed_over() {
        let entries = vec![
            Timed::new(9, Change::Hidden, period(None, Some(7_000))),
            Timed::new(9, Change::Availability(1), period(Some(7_000), None)),
            Timed::new(4, Change::SalePrice(600), period(Some(1_000), Some(9_000))),
        ];
        let mut bytes = write(entries.clone());
        let read: Vec<Timed> = read(&bytes).collect();
        assert_eq!(read, [entries[2], entries[1], entries[0]]);
        assert_eq!(of_item(&bytes, 9).count(), 2);
        assert_eq!(of_item(&bytes, 5).count(), 0);
        bytes[0] = 77;
        assert_eq!(super::read(&bytes).count(), 2);
    }
}
