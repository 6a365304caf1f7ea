//! How many people did something, as far as a log tells them apart.
//!
//! # Method
//! * A shop's own log names its shoppers: each name is one.
//! * Endcap's log has events that anybody can send, from devices that anybody can invent. A device has one name in each period of 91 days and another one in the
//!   next, so people are counted within one period: otherwise one person would become three by waiting. Beside them [`MIN_DAYS`] days are needed, and as many
//!   networks as people, each counted once a day. A sender with one address reaches that only by coming back on as many days.
//! * What names neither is nobody.
//!
//! # Invariants
//! * A file of counts keeps a few marks of each name, and of files that are summed up the same is told as of all marks.

use super::counts::{Count, Of, Table};
use super::visits::Visit;

/// Days on which something must have been contributed: an afternoon of one sender is none.
pub(super) const MIN_DAYS: usize = 2;

/// Microseconds of a day.
const DAY: u64 = 24 * 60 * 60 * 1_000_000;

/// The marks that a visit leaves with whatever it did: `of`, and what it is of.
pub(super) fn marks(visit: &Visit) -> Vec<(Of, String)> {
    let shopper = visit.shopper;
    let Some(contribution) = visit.contribution else {
        return vec![(Of::Shopper, format!("0000{shopper:016x}"))];
    };
    let Some(period) = contribution.period else {
        return Vec::new();
    };
    let day = visit.events.first().map_or(0, |event| event.time / DAY);
    let (period, network) = (period.max(1), contribution.network);
    vec![
        (Of::Shopper, format!("{period:04x}{shopper:016x}")),
        (Of::Network, format!("{day:08x}{network:04x}")),
    ]
}

/// The people behind one query, word or category.
#[derive(Clone, Debug, Default)]
pub(crate) struct People {
    /// Named by a shop's own log.
    named: usize,
    /// Devices of the period at hand, and the most of any period.
    period: (String, usize),
    devices: usize,
    /// Networks, each once a day, and the days.
    networks: usize,
    days: usize,
    day: String,
}

impl People {
    /// Takes in marks; they come in their order.
    pub(super) fn add(&mut self, of: Of, what: &str) {
        match of {
            Of::Shopper => {
                let period = what.get(..4).unwrap_or_default();
                if period == "0000" {
                    self.named += 1;
                    return;
                }
                if self.period.0 != period {
                    self.period = (period.to_owned(), 0);
                }
                self.period.1 += 1;
                self.devices = self.devices.max(self.period.1);
            }
            Of::Network => {
                let day = what.get(..8).unwrap_or_default();
                self.networks += 1;
                if self.day != day {
                    day.clone_into(&mut self.day);
                    self.days += 1;
                }
            }
            _ => {}
        }
    }

    /// Whether they are `least` or more.
    pub(crate) fn are(&self, least: usize) -> bool {
        self.named >= least
            || self.devices >= least && self.networks >= least && self.days >= MIN_DAYS
    }
}

/// Chooses the marks that a file keeps: of each name the first `least` shoppers of each period, and networks until there are `least` on [`MIN_DAYS`] days.
#[derive(Debug, Default)]
pub(super) struct Keep {
    name: Option<(Table, String)>,
    period: (String, usize),
    networks: usize,
    days: usize,
    day: String,
}

impl Keep {
    /// Whether to keep the next count; they come in their order.
    pub(super) fn wants(&mut self, count: &Count, least: usize) -> bool {
        if !matches!(count.of, Of::Shopper | Of::Network) {
            return true;
        }
        if !matches!(&self.name, Some((table, name)) if *table == count.table && *name == count.name)
        {
            *self = Self {
                name: Some((count.table, count.name.clone())),
                ..Self::default()
            };
        }
        if count.of == Of::Shopper {
            let period = count.what.get(..4).unwrap_or_default();
            if self.period.0 != period {
                self.period = (period.to_owned(), 0);
            }
            self.period.1 += 1;
            return self.period.1 <= least;
        }
        let day = count.what.get(..8).unwrap_or_default();
        let is_new = self.day != day;
        let wanted = self.networks < least || is_new && self.days < MIN_DAYS;
        if wanted {
            self.networks += 1;
            self.days += usize::from(is_new);
            day.clone_into(&mut self.day);
        }
        wanted
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn people<'a>(counts: impl IntoIterator<Item = &'a Count>) -> People {
        let mut people = People::default();
        counts
            .into_iter()
            .for_each(|count| people.add(count.of, &count.what));
        people
    }

    fn sorted(mut marks: Vec<(bool, u8, u8)>) -> Vec<Count> {
        marks.sort_unstable();
        marks.dedup();
        let count = |(is_network, group, number): (bool, u8, u8)| Count {
            table: Table::Query,
            name: "tap".into(),
            of: if is_network { Of::Network } else { Of::Shopper },
            what: match is_network {
                true => format!("{group:08x}{number:04x}"),
                false => format!("{group:04x}{number:016x}"),
            },
            sums: [0; 2],
        };
        marks.into_iter().map(count).collect()
    }

    fn kept(counts: &[Count], least: usize) -> Vec<Count> {
        let mut keep = Keep::default();
        let kept = counts.iter().filter(|count| keep.wants(count, least));
        kept.cloned().collect()
    }

    proptest! {
        /// What two files keep tells the same of both as all their marks.
        #[test]
        fn kept_marks_tell_as_much_as_all(
            a in prop::collection::vec((any::<bool>(), 0u8..4, 0u8..6), 0..20),
            b in prop::collection::vec((any::<bool>(), 0u8..4, 0u8..6), 0..20),
            least in 1usize..6,
        ) {
            let all = sorted([a.clone(), b.clone()].concat());
            let mut both: Vec<Count> = [a, b].into_iter().flat_map(|marks| kept(&sorted(marks), least)).collect();
            both.sort_by(|a, b| (a.of as u8, &a.what).cmp(&(b.of as u8, &b.what)));
            both.dedup();
            prop_assert_eq!(people(&both).are(least), people(&all).are(least));
            // And so does a file that was made from both.
            prop_assert_eq!(people(&kept(&both, least)).are(least), people(&all).are(least));
            prop_assert_eq!(kept(&both, least), kept(&all, least));
        }
    }
}
