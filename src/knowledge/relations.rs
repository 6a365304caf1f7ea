//! Relations: which products belong to others, how they are bought, and what experts say; written and read.
//!
//! # Invariants
//! * What is absent says nothing; whatever the bytes hold, nothing panics.

use super::{Knowledge, KnownItem, sections::Section as S};
use crate::{
    key::Key,
    pack::{Offsets, PackWriter, StringsWriter},
    recommend::{Neighbour, related, relation_section},
};

/// Neighbours of each relation. Hand-set: as many as a page shows, and some that filters may take away.
const NEIGHBOURS: usize = 12;
/// Steps of the interval between purchases per octave: one is 6 %.
const PER_OCTAVE: f32 = 12.0;
/// Numbers of a rule in its column.
const RULE: usize = 3;

/// What logs and experts teach of products that belong to others. Lists per item are as long as there are items, or empty
/// where the log does not support them; items are named by their place.
#[derive(Clone, Debug, Default)]
pub struct RelationSource {
    /// Per item what is bought with it, strongest first; weights are log-odds against chance.
    pub complements: Vec<Vec<Neighbour>>,
    /// Per item what is viewed or bought instead.
    pub alternatives: Vec<Vec<Neighbour>>,
    /// Per item how it is bought.
    pub buying: Vec<Buying>,
    /// Categories of which a shopper needs one product.
    pub once: Vec<Key>,
    /// What experts say.
    pub rules: Vec<Rule>,
}

/// How an item is bought.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Buying {
    /// Days between two purchases of one shopper; 0: unknown.
    pub interval: f32,
    /// Share of its buyers who bought it again.
    pub again: f32,
    /// Share of its purchases that were sent back.
    pub returned: f32,
}

/// "Because of this recommend that."
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// An item, a category or a brand.
    pub because: Key,
    /// The item to recommend.
    pub item: usize,
    /// The first day on which it holds, since 1970.
    pub from: u32,
    /// The last day on which it holds.
    pub until: u32,
    /// What the expert says, or "".
    pub note: String,
}

impl RelationSource {
    /// Writes what there is; `numbers` has each item's number in the pack, of `count`.
    pub(super) fn write(&self, writer: &mut PackWriter, numbers: &[u32], count: usize) {
        let number = |item: usize| numbers.get(item).copied();
        for (section, lists) in [
            (S::Complements, &self.complements),
            (S::Alternatives, &self.alternatives),
        ] {
            if lists.iter().all(Vec::is_empty) {
                continue;
            }
            let mut rows = vec![Vec::new(); count];
            for (list, &place) in lists.iter().zip(numbers) {
                if let Some(row) = rows.get_mut(place as usize) {
                    *row = list
                        .iter()
                        .filter_map(|near| {
                            let item = number(near.item as usize)?;
                            Some(Neighbour { item, ..*near })
                        })
                        .collect();
                }
            }
            writer.section(section.tag(), 1, relation_section(&rows, NEIGHBOURS));
        }
        if self
            .buying
            .iter()
            .any(|buying| *buying != Buying::default())
        {
            let mut column = vec![0; count];
            for (buying, &place) in self.buying.iter().zip(numbers) {
                if let Some(place) = column.get_mut(place as usize) {
                    *place = buying.to_u32();
                }
            }
            writer.u32s(S::Buying.tag(), column);
        }
        if !self.once.is_empty() {
            let mut once: Vec<u64> = self.once.iter().map(|key| key.to_u64()).collect();
            once.sort_unstable();
            once.dedup();
            writer.u64s(S::BoughtOnce.tag(), once);
        }
        let mut rules: Vec<(u64, [u32; RULE], &str)> = self
            .rules
            .iter()
            .filter_map(|rule| {
                let facts = [number(rule.item)?, rule.from, rule.until];
                Some((rule.because.to_u64(), facts, rule.note.as_str()))
            })
            .collect();
        rules.sort_unstable();
        rules.dedup();
        if !rules.is_empty() {
            writer.u64s(S::RuleKeys.tag(), rules.iter().map(|rule| rule.0));
            writer.u32s(S::RuleItems.tag(), rules.iter().flat_map(|rule| rule.1));
            let mut notes = StringsWriter::new();
            for rule in &rules {
                notes.push(rule.2.as_bytes());
            }
            writer.strings(S::RuleNotes.tag(), S::RuleNotesBlob.tag(), notes);
        }
    }
}

impl Buying {
    fn to_u32(self) -> u32 {
        let byte = |value: f32| (value + 0.5).clamp(0.0, 255.0) as u8;
        let interval = match self.interval > 0.0 {
            true => byte(libm::log2f(self.interval.max(1.0)) * PER_OCTAVE).max(1),
            false => 0,
        };
        let shares = [self.again, self.returned].map(|share| byte(share * 255.0));
        u32::from_le_bytes([interval, shares[0], shares[1], 0])
    }

    fn from_u32(number: u32) -> Self {
        let [interval, again, returned, _] = number.to_le_bytes();
        Self {
            interval: match interval {
                0 => 0.0,
                steps => libm::exp2f(f32::from(steps) / PER_OCTAVE),
            },
            again: f32::from(again) / 255.0,
            returned: f32::from(returned) / 255.0,
        }
    }
}

impl Knowledge {
    /// What is bought with `item`, by numbers of this pack, and by how much more than by chance, in log-odds.
    #[must_use]
    pub fn complements(&self, item: KnownItem) -> Vec<Neighbour> {
        related(self.bytes(S::Complements), self.item_count(), item.0)
    }

    /// What is viewed or bought instead of `item`, likewise.
    #[must_use]
    pub fn alternatives(&self, item: KnownItem) -> Vec<Neighbour> {
        related(self.bytes(S::Alternatives), self.item_count(), item.0)
    }

    /// How `item` is bought, if the log tells.
    #[must_use]
    pub fn buying(&self, item: KnownItem) -> Buying {
        Buying::from_u32(self.u32s(S::Buying).at(item.0 as usize))
    }

    /// Whether shoppers need one product of the category with this profile key.
    #[must_use]
    pub fn is_bought_once(&self, category: Key) -> bool {
        let once = self.u64s(S::BoughtOnce);
        let at = once.lower_bound(category.to_u64());
        at < once.len() && once.at(at) == category.to_u64()
    }

    /// What experts say because of `key` on `day` since 1970: items, and their words.
    pub fn rules(&self, key: Key, day: u32) -> impl Iterator<Item = (KnownItem, &str)> {
        let keys = self.u64s(S::RuleKeys);
        let facts = self.u32s(S::RuleItems);
        (keys.lower_bound(key.to_u64())..keys.len())
            .take_while(move |&at| keys.at(at) == key.to_u64())
            .filter_map(move |at| {
                let [item, from, until] = [0, 1, 2].map(|part| facts.at(at * RULE + part));
                let note = self.strings(S::RuleNotes, S::RuleNotesBlob).at(at);
                (from..=until)
                    .contains(&day)
                    .then_some((KnownItem(item), note))
            })
    }

    /// What is wrong with the sections of relations, and with which.
    pub(super) fn check_relations(&self) -> Result<(), (S, &'static str)> {
        let items = self.item_count();
        for section in [S::Complements, S::Alternatives] {
            if !crate::recommend::is_sound(self.bytes(section), items) {
                return Err((section, "it has another length than the items ask for"));
            }
        }
        let buying = self.u32s(S::Buying).len();
        if buying != 0 && buying != items {
            return Err((S::Buying, "it has another length than its neighbours"));
        }
        let once = self.u64s(S::BoughtOnce);
        if !(1..once.len()).all(|at| once.at(at - 1) < once.at(at)) {
            return Err((S::BoughtOnce, "they do not ascend"));
        }
        let keys = self.u64s(S::RuleKeys);
        if !(1..keys.len()).all(|at| keys.at(at - 1) <= keys.at(at)) {
            return Err((S::RuleKeys, "they do not ascend"));
        }
        let facts = self.u32s(S::RuleItems);
        let outside = (0..keys.len()).any(|at| facts.at(at * RULE) as usize >= items);
        if facts.len() != keys.len() * RULE || outside {
            return Err((S::RuleItems, "it names what is not there"));
        }
        let (offsets, notes) = (self.bytes(S::RuleNotes), self.bytes(S::RuleNotesBlob).len());
        let absent = offsets.is_empty() && notes == 0 && keys.len() == 0;
        if !absent && Offsets::new(offsets, keys.len(), notes).is_none() {
            return Err((
                S::RuleNotes,
                "its offsets do not cut the section they belong to",
            ));
        }
        Ok(())
    }
}
