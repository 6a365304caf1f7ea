//! The model of what is opened next: its sections, and how they are read.
//!
//! # Format
//! *parameters*: 32-bit numbers, floats as their bits: version, neighbours, dimensions, positions, kinds, hidden units plus one
//! (0: no ranker), leaders, bits of the vectors' scale, items of a visit that are looked at, hidden units plus one of the ranker of what is bought
//! again (0: none); then the leaders, the gates position by position, that ranker, the ranker and, if there is one, the ranker for lists without the
//! item opened latest.
//! *lists*: a [row](super::lists) per item. *vectors*: four bits per dimension and item, the even dimension in the lower half.
//! *standing*: four bytes per item. *kinds*: two bytes per item and kind, zero for none.

use super::{
    features::{MAX_KINDS, feature_count},
    lists::{ROW_LEVELS, RowShape, level_weight, scale_weight},
    ranker::{MAX_HIDDEN, Ranker},
};
use crate::pack::U32s;

/// Bytes of each section of the model, in the order parameters, lists, vectors, standing, kinds.
pub const SECTIONS_OF_NEXT: usize = 5;
/// Layout of the parameters.
pub(super) const VERSION: u32 = 1;
/// Numbers before the leaders.
const HEADER: usize = 10;
pub(super) const MAX_NEIGHBOURS: usize = 128;
/// Dimensions that a vector may have.
pub(super) const MAX_DIMENSIONS: usize = 64;
/// Places of a visit whose gates a model may have.
pub const MAX_POSITIONS: usize = 16;
pub(super) const MAX_LEADERS: usize = 256;
pub(super) const STANDING: usize = 4;
const MAX_REACH: usize = 64;
/// Steps per unit of the logarithms of popularity.
pub(super) const PER_UNIT: f32 = 16.0;
/// Added to the logarithm of the late popularity, so that it fits a byte.
pub(super) const LATE_OFFSET: f32 = 3.0;

/// What of a model is not per item.
#[derive(Clone, Debug)]
pub struct NextModel {
    items: usize,
    rows: RowShape,
    dimensions: usize,
    kinds: usize,
    reach: usize,
    /// What each nibble of a vector stands for.
    nibbles: [f32; 16],
    /// What the first byte of a row stands for.
    scales: Vec<f32>,
    levels: [f32; ROW_LEVELS],
    gates: Vec<f32>,
    leaders: Vec<u32>,
    ranker: Option<Ranker>,
    ranker_of_others: Option<Ranker>,
    ranker_of_again: Option<Ranker>,
}

impl NextModel {
    /// Reads the parameters and checks that the sections are as long as they say, for `items` items; else what is wrong.
    ///
    /// # Errors
    ///
    /// What is wrong with the sections.
    pub fn open(items: usize, sections: [&[u8]; SECTIONS_OF_NEXT]) -> Result<Self, &'static str> {
        let [parameters, lists, vectors, standing, kinds] = sections;
        let numbers = U32s::new(parameters);
        if numbers.at(0) != VERSION {
            return Err("its version is not known here");
        }
        let [
            neighbours,
            dimensions,
            positions,
            kind_count,
            hidden,
            leaders,
            again,
        ] = [1, 2, 3, 4, 5, 6, 9].map(|at| numbers.at(at) as usize);
        if neighbours == 0
            || neighbours > MAX_NEIGHBOURS
            || dimensions > MAX_DIMENSIONS
            || !dimensions.is_multiple_of(2)
            || positions > MAX_POSITIONS
            || kind_count > MAX_KINDS
            || hidden.max(again) > MAX_HIDDEN + 1
            || leaders > MAX_LEADERS
        {
            return Err("it is larger than any model");
        }
        let gates = HEADER + leaders;
        let weights = gates + positions * dimensions;
        let floats: Vec<f32> = numbers
            .slice(gates, numbers.len())
            .iter()
            .map(f32::from_bits)
            .collect();
        let scale = f32::from_bits(numbers.at(7));
        if numbers.len() < weights || !floats.iter().chain([&scale]).all(|float| float.is_finite())
        {
            return Err("it is cut off, or a weight is no number");
        }
        let (gates, weights) = floats.split_at(positions * dimensions);
        let features = feature_count(kind_count);
        let mut rest = weights;
        let ranker_of_again = next_ranker(&mut rest, features, again)?;
        let ranker = next_ranker(&mut rest, features, hidden)?;
        let others = if rest.is_empty() { 0 } else { hidden };
        let ranker_of_others = next_ranker(&mut rest, features, others)?;
        let rows = RowShape::new(items, neighbours);
        let lengths = [
            (lists, rows.bytes()),
            (vectors, dimensions / 2),
            (standing, STANDING),
            (kinds, kind_count * 2),
        ];
        if lengths
            .iter()
            .any(|(bytes, per)| bytes.len() != items * per)
        {
            return Err("a section has another length than the items ask for");
        }
        Ok(Self {
            items,
            rows,
            dimensions,
            kinds: kind_count,
            reach: (numbers.at(8) as usize).min(MAX_REACH),
            nibbles: std::array::from_fn(|at| (at as f32 - 7.5) / 8.0 * scale),
            scales: (0..=u8::MAX).map(scale_weight).collect(),
            levels: std::array::from_fn(|level| level_weight(level as u8)),
            gates: gates.to_vec(),
            leaders: numbers.slice(HEADER, HEADER + leaders).iter().collect(),
            ranker,
            ranker_of_others,
            ranker_of_again,
        })
    }

    /// The model with its per-item sections, which [`open`](Self::open) has checked.
    #[must_use]
    pub fn with<'a>(&'a self, sections: [&'a [u8]; SECTIONS_OF_NEXT]) -> Next<'a> {
        let [_, lists, vectors, standing, kinds] = sections;
        Next {
            model: self,
            lists,
            vectors,
            standing,
            kinds,
        }
    }
}

/// A model in reading order.
#[derive(Clone, Copy, Debug)]
pub struct Next<'a> {
    model: &'a NextModel,
    lists: &'a [u8],
    vectors: &'a [u8],
    standing: &'a [u8],
    kinds: &'a [u8],
}

/// A vector with all its dimensions; those that a model does not have are zero.
pub(super) type Direction = [f32; MAX_DIMENSIONS];

impl<'a> Next<'a> {
    /// Number of items.
    #[must_use]
    pub fn items(&self) -> usize {
        self.model.items
    }

    pub(super) fn kinds(&self) -> usize {
        self.model.kinds
    }

    pub(super) fn reach(&self) -> usize {
        self.model.reach
    }

    pub(super) fn leaders(&self) -> &'a [u32] {
        &self.model.leaders
    }

    /// The ranker for lists that may have the item opened latest, or the one for those that must not.
    pub(super) fn ranker(&self, with_latest: bool) -> Option<&'a Ranker> {
        let others = self.model.ranker_of_others.as_ref();
        others
            .filter(|_| !with_latest)
            .or(self.model.ranker.as_ref())
    }

    /// The ranker of what is bought again.
    pub(super) fn ranker_of_again(&self) -> Option<&'a Ranker> {
        self.model.ranker_of_again.as_ref()
    }

    /// Calls `each` with the neighbours of `item`, ascending, and their levels.
    #[inline]
    pub(super) fn neighbours(&self, item: u32, each: impl FnMut(u32, u8)) {
        let rows = self.model.rows;
        rows.read(part(self.lists, item, rows.bytes()), each);
    }

    /// What the levels of an item's neighbours weigh.
    #[inline]
    pub(super) fn row_weights(&self, item: u32) -> [f32; ROW_LEVELS] {
        let scale = RowShape::scale(part(self.lists, item, self.model.rows.bytes()));
        let greatest = self.model.scales[usize::from(scale)];
        self.model.levels.map(|level| level * greatest)
    }

    /// Popularity, late popularity, time last seen, share bought again.
    pub(super) fn standing(&self, item: u32) -> [f32; STANDING] {
        let byte = |at: usize| {
            let bytes = part(self.standing, item, STANDING);
            f32::from(bytes.get(at).copied().unwrap_or(0))
        };
        [
            byte(0) / PER_UNIT,
            byte(1) / PER_UNIT - LATE_OFFSET,
            byte(2) / 255.0,
            byte(3) / 255.0,
        ]
    }

    pub(super) fn kinds_of(&self, item: u32) -> [u16; MAX_KINDS] {
        let mut kinds = [0; MAX_KINDS];
        let bytes = part(self.kinds, item, self.model.kinds * 2);
        for (kind, raw) in kinds.iter_mut().zip(bytes.as_chunks::<2>().0) {
            *kind = u16::from_le_bytes(*raw);
        }
        kinds
    }

    /// The vector of `item`.
    pub(super) fn vector(&self, item: u32) -> Direction {
        let mut vector = [0.0; MAX_DIMENSIONS];
        let bytes = part(self.vectors, item, self.model.dimensions / 2);
        for (pair, byte) in vector.chunks_exact_mut(2).zip(bytes) {
            pair[0] = self.model.nibbles[usize::from(byte & 15)];
            pair[1] = self.model.nibbles[usize::from(byte >> 4)];
        }
        vector
    }

    /// The unit vector of a visit: the gated sum of its latest items.
    pub(super) fn direction(&self, latest_first: &[u32]) -> Direction {
        let mut sum = [0.0f32; MAX_DIMENSIONS];
        let gates = self.model.gates.chunks_exact(self.model.dimensions.max(1));
        for (&item, gates) in latest_first.iter().zip(gates) {
            let vector = self.vector(item);
            for ((sum, value), gate) in sum.iter_mut().zip(vector).zip(gates) {
                *sum += value * gate;
            }
        }
        let square: f32 = sum.iter().fold(0.0, |square, value| square + value * value);
        let inverse = 1.0 / square.sqrt().max(f32::MIN_POSITIVE.sqrt());
        sum.map(|value| value * inverse)
    }

    /// The product of a direction and the vector of `item`.
    #[inline]
    pub(super) fn fit(&self, direction: &Direction, item: u32) -> f32 {
        let bytes = part(self.vectors, item, self.model.dimensions / 2);
        let mut product = 0.0;
        for (pair, byte) in direction.as_chunks::<2>().0.iter().zip(bytes) {
            product += pair[0] * self.model.nibbles[usize::from(byte & 15)];
            product += pair[1] * self.model.nibbles[usize::from(byte >> 4)];
        }
        product
    }
}

/// Takes a ranker of `width` − 1 hidden units from the front of `rest`; none if `width` is 0.
fn next_ranker(
    rest: &mut &[f32],
    features: usize,
    width: usize,
) -> Result<Option<Ranker>, &'static str> {
    let Some(hidden) = width.checked_sub(1) else {
        return Ok(None);
    };
    let length = Ranker::len_for(features, hidden).min(rest.len());
    let (own, after) = rest.split_at(length);
    *rest = after;
    let ranker = Ranker::from_numbers(own, features, hidden);
    ranker
        .map(Some)
        .ok_or("its ranker has another length than it should")
}

/// The `length` bytes of `item`, or none.
#[inline]
fn part(bytes: &[u8], item: u32, length: usize) -> &[u8] {
    let start = item as usize * length;
    bytes.get(start..start + length).unwrap_or_default()
}
