//! What is known of each item while words are looked up: one row per item, filled list by list.
//!
//! # Invariants
//! * An item keeps the first way in which each word was found, so the better ways are added first.
//! * [`Table::complete`] is at all times the number of rows that have all words.

use super::Candidate;
use crate::{
    catalogue::{Catalogue, ItemIdx},
    index::{Field, Postings},
    order::best_by,
    query::{Tier, words::Words},
};

/// Where no item has all words, those are meant that have at least this share of the weight of the words that there are.
const MIN_SHARE: f32 = 0.5;
/// What a word behind a preposition weighs at most beside the rarest that stands before: a drill for concrete is a drill first. Hand-set.
const ASIDE: f32 = 0.8;

/// How the whole text is an article number of the item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Number {
    #[default]
    No,
    Part,
    Beginning,
    Whole,
}

/// A way in which words were found.
#[derive(Clone, Copy)]
pub(super) struct Way {
    /// One bit per word.
    pub(super) words: u16,
    pub(super) exact: bool,
    pub(super) edits: u8,
    pub(super) weight: f32,
}

impl Way {
    pub(super) fn times(self, factor: f32) -> Self {
        Self {
            weight: self.weight * factor,
            ..self
        }
    }
}

/// What is known of one item.
#[derive(Clone, Copy, Debug, Default)]
struct Row {
    text: f32,
    /// One bit per word that was found, and of those the ones that stand in full.
    found: u16,
    exact: u16,
    edits: u8,
    number: Number,
    /// The title begins with the text.
    begins: bool,
    hidden: bool,
}

impl Row {
    fn is_complete(&self, required: u16) -> bool {
        self.number > Number::No || self.found & required == required
    }
}

/// What is known of each item.
pub(super) struct Table {
    rows: Vec<Row>,
    /// One bit per word that must be found.
    required: u16,
    complete: usize,
    /// Whether the text is some item's article number: then nothing else is meant.
    is_number: bool,
    /// One bit per word that some item has.
    known: u16,
    /// How much each word tells items apart.
    weights: Vec<f32>,
    /// One bit per word behind a preposition.
    aside: u16,
}

impl Table {
    /// For the first `items` of the catalogue.
    pub(super) fn new(catalogue: &Catalogue, words: &Words, items: usize) -> Self {
        let mut rows = vec![Row::default(); items];
        if catalogue.hides() {
            for (item, row) in (0..).map(ItemIdx).zip(&mut rows) {
                row.hidden = catalogue.is_hidden(item);
            }
        }
        Self {
            rows,
            required: words.required,
            complete: 0,
            is_number: false,
            known: 0,
            weights: vec![0.0; words.tokens.len()],
            aside: words.aside,
        }
    }

    /// Number of items that have all words.
    pub(super) fn complete(&self) -> usize {
        self.complete
    }

    /// Returns the most telling field. Not inlined: it stands in a dozen ways of looking a word up, and takes a kilobyte.
    #[inline(never)]
    pub(super) fn add(&mut self, postings: Postings<'_>, way: Way) -> Option<Field> {
        let mut best = None;
        postings.for_each(|item, field| {
            best = best.max(Some(field));
            self.find(item, field, way)
        });
        best
    }

    /// Whether the text is some item's article number.
    pub(super) fn is_number(&self) -> bool {
        self.is_number
    }

    /// Notes that `item` has words of the text; whether there is such an item.
    #[inline]
    pub(super) fn find(&mut self, item: ItemIdx, field: Field, way: Way) -> bool {
        let Some(row) = self.rows.get_mut(item.0 as usize) else {
            return false;
        };
        if row.found & way.words == 0 && !row.hidden {
            let before = row.is_complete(self.required);
            row.found |= way.words;
            self.known |= way.words;
            row.edits = row.edits.saturating_add(way.edits);
            row.text += way.weight * field_weight(field);
            if way.exact {
                row.exact |= way.words;
            }
            self.complete += usize::from(row.is_complete(self.required) && !before);
        }
        true
    }

    pub(super) fn mark(&mut self, item: ItemIdx, how: Number) {
        if let Some(row) = self.rows.get_mut(item.0 as usize)
            && !row.hidden
        {
            self.complete += usize::from(!row.is_complete(self.required));
            row.number = row.number.max(how);
            self.is_number = true;
        }
    }

    pub(super) fn mark_beginning(&mut self, item: ItemIdx) {
        if let Some(row) = self.rows.get_mut(item.0 as usize) {
            row.begins = true;
        }
    }

    /// Says how much the word at `position` tells items apart.
    pub(super) fn weigh(&mut self, position: usize, rarity: f32) {
        if let Some(weight) = self.weights.get_mut(position) {
            *weight = weight.max(rarity);
        }
    }

    /// Inverse document frequency (Robertson, Spärck Jones 1976) of the word at `position`; behind a preposition less than that of the words before.
    /// The length of the lists stands for the number of items, which would have to be stored or counted; most postings take one byte or two.
    pub(super) fn rarity(&self, position: usize, bytes: usize) -> f32 {
        let items = self.rows.len() as f32 + 1.0;
        let rarity = libm::logf(items / (bytes as f32 + 0.5)).max(0.1);
        let named = (0..).zip(&self.weights);
        let named = named
            .filter(|(at, _)| self.aside >> at & 1 == 0)
            .fold(0.0, |most, (_, &weight)| weight.max(most));
        match self.aside >> position & 1 == 1 && named > 0.0 {
            true => rarity.min(ASIDE * named),
            false => rarity,
        }
    }

    /// The items that have all words and, where these are fewer than `enough`, as many as are missing of those that have
    /// most; ascending but for the latter. Where none has all words, all that have most of them, and what these lack.
    pub(super) fn candidates(&self, enough: usize) -> (Vec<Candidate>, u16) {
        let weights = self.resolved_weights();
        let share = |found: u16| sum_of(&weights, found & self.required);
        let possible = sum_of(&weights, u16::MAX);
        // A word that no product has tells none apart.
        let needed = MIN_SHARE * share(self.known);
        let (mut most, mut most_found) = (0.0, 0);
        let (mut near, mut far) = (Vec::new(), Vec::new());
        for (item, row) in (0..).map(ItemIdx).zip(&self.rows) {
            let is_complete = row.is_complete(self.required);
            if !is_complete && (row.found & self.required == 0 || self.complete >= enough) {
                continue;
            }
            let candidate = Candidate {
                item,
                tier: self.tier(row),
                text: match row.number {
                    Number::No => row.text / possible,
                    number => f32::from(number as u8) / 3.0,
                },
                edits: row.edits,
                begins: row.begins,
            };
            let share = share(row.found);
            if share > most {
                (most, most_found) = (share, row.found);
            }
            let is_near = share >= needed;
            if is_complete || is_near && self.complete == 0 {
                near.push(candidate);
            } else if is_near && !self.is_number || self.complete == 0 && near.len() < enough {
                far.push(candidate);
            }
        }
        let room = enough.saturating_sub(near.len());
        near.extend(best_by(far, room, |candidate| f64::from(candidate.text)));
        let missing = if self.complete > 0 {
            0
        } else {
            self.required & !most_found
        };
        (near, missing)
    }

    fn tier(&self, row: &Row) -> Tier {
        if row.number > Number::No {
            Tier::Number
        } else if row.found & self.required != self.required {
            Tier::Partial
        } else if row.edits > 0 {
            Tier::Typo
        } else if row.begins || row.exact & self.required == self.required {
            Tier::Exact
        } else {
            Tier::Prefix
        }
    }

    /// What each word weighs. A word that nothing has weighs as much as the rarest that something has.
    fn resolved_weights(&self) -> [f32; u16::BITS as usize] {
        let rarest = self.weights.iter().copied().fold(0.1, f32::max);
        let mut weights = [0.0; u16::BITS as usize];
        for (place, &weight) in weights.iter_mut().zip(&self.weights) {
            *place = if weight > 0.0 { weight } else { rarest };
        }
        weights
    }
}

/// The sum of the weights at `bits`.
fn sum_of(weights: &[f32; u16::BITS as usize], mut bits: u16) -> f32 {
    let mut sum = 0.0;
    while bits != 0 {
        sum += weights
            .get(bits.trailing_zeros() as usize)
            .copied()
            .unwrap_or(0.0);
        bits &= bits - 1;
    }
    sum
}

/// How much a word says about a product, by where it stands. A kind is worth so much more than a title that a kind told by the category alone stands
/// before a title that has the word for something else, whatever [`fit`](super::super::fit) says of it; see `docs/benchmarks.md`.
fn field_weight(field: Field) -> f32 {
    match field {
        Field::Kind => 1.4,
        Field::Title => 1.0,
        Field::Property => 0.4,
        Field::Mention => 0.2,
    }
}
