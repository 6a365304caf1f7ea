//! The model of what is opened next: what it is built from, its sections, and how it is read.
//!
//! # Format
//! *parameters*: 32-bit numbers, floats as their bits: version, neighbours, dimensions, positions, kinds, hidden units plus one
//! (0: no ranker), leaders, bits of the vectors' scale, items of a visit that are looked at; then the leaders, the gates position by position, the ranker.
//! *lists*: a [row](super::lists) per item. *vectors*: four bits per dimension and item, the even dimension in the lower half.
//! *standing*: four bytes per item. *kinds*: two bytes per item and kind, zero for none.

use thiserror::Error;

use super::{
    features::{MAX_KINDS, feature_count},
    lists::{Neighbour, ROW_LEVELS, RowShape, level_weight, scale_weight},
    ranker::{MAX_HIDDEN, Ranker},
};
use crate::pack::U32s;

/// Bytes of each section of the model, in the order parameters, lists, vectors, standing, kinds.
pub const SECTIONS_OF_NEXT: usize = 5;
/// Layout of the parameters.
const VERSION: u32 = 1;
/// Numbers before the leaders.
const HEADER: usize = 9;
const MAX_NEIGHBOURS: usize = 128;
/// Dimensions that a vector may have.
pub(super) const MAX_DIMENSIONS: usize = 64;
/// Places of a visit whose gates a model may have.
pub const MAX_POSITIONS: usize = 16;
const MAX_LEADERS: usize = 256;
/// Vectors reach this many standard deviations of a random unit vector. Held out on diginetica 2.5 loses .001 of HR@20
/// against unrounded vectors, 2 and 3 lose .003 and .002.
const REACH: f32 = 2.5;
const STANDING: usize = 4;
const MAX_REACH: usize = 64;
/// Steps per unit of the logarithms of popularity.
const PER_UNIT: f32 = 16.0;
/// Added to the late popularity before and after its logarithm, so that it fits a byte.
const LATE_FLOOR: f32 = 0.05;
const LATE_OFFSET: f32 = 3.0;

/// What the model is made of. Vectors of per-item values are as long as there are items.
#[derive(Clone, Debug, Default)]
pub struct NextSource {
    /// Neighbours that a row has room for.
    pub neighbours: usize,
    /// Per item its neighbours, strongest first.
    pub lists: Vec<Vec<Neighbour>>,
    /// Length of a vector, even.
    pub dimensions: usize,
    /// Unit vectors, item by item.
    pub vectors: Vec<f32>,
    /// What each dimension counts of the latest item, of the one before, and so on.
    pub gates: Vec<f32>,
    /// Different items of a visit that are looked at, latest first.
    pub reach: usize,
    /// Per item how often it was seen, how often lately, when last (1: at the end of the log), and which share of its buyers
    /// bought it again.
    pub standing: Vec<[f32; STANDING]>,
    /// How many of the kinds are in use.
    pub kind_count: usize,
    /// Per item a number per kind of attribute; equal numbers are equal values, 0 is none.
    pub kinds: Vec<[u16; MAX_KINDS]>,
    /// Items to offer where nothing else is known, best first.
    pub leaders: Vec<u32>,
    /// The fitted ranker.
    pub ranker: Option<Ranker>,
}

/// Why a model cannot be written.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum NextBuildError {
    /// A part is longer or shorter than the others ask for, or than the format has room for.
    #[error(
        "the {what} of the model have length {got}, expected {expected}; give one per item and at most what the format holds"
    )]
    Shape {
        /// The part.
        what: &'static str,
        /// Its length.
        got: usize,
        /// The length that fits.
        expected: usize,
    },
}

impl NextBuildError {
    /// Stable name of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Shape { .. } => "build/model-shape",
        }
    }
}

impl NextSource {
    /// The sections: parameters, lists, vectors, standing, kinds.
    ///
    /// # Errors
    ///
    /// [`NextBuildError::Shape`] if the parts do not fit together.
    pub fn sections(&self) -> Result<[Vec<u8>; SECTIONS_OF_NEXT], NextBuildError> {
        self.check()?;
        let items = self.lists.len();
        let shape = RowShape::new(items, self.neighbours);
        let mut lists = vec![0; items * shape.bytes()];
        for (list, row) in self.lists.iter().zip(lists.chunks_exact_mut(shape.bytes())) {
            shape.write(list, row);
        }
        let reach = reach(self.dimensions);
        let nibble = |value: f32| ((value / reach + 1.0) * 8.0).clamp(0.0, 15.0) as u8;
        let vectors = self
            .vectors
            .chunks_exact(2)
            .map(|pair| nibble(pair[0]) | nibble(pair[1]) << 4)
            .collect();
        let byte = |value: f32| (value + 0.5).clamp(0.0, 255.0) as u8;
        let standing = self
            .standing
            .iter()
            .flat_map(|&[all, late, last, again]| {
                [
                    byte(libm::log1pf(all) * PER_UNIT),
                    byte((libm::logf(late + LATE_FLOOR) + LATE_OFFSET) * PER_UNIT),
                    byte(last * 255.0),
                    byte(again * 255.0),
                ]
            })
            .collect();
        let kinds = self
            .kinds
            .iter()
            .flat_map(|kinds| kinds.iter().take(self.kind_count))
            .flat_map(|kind| kind.to_le_bytes())
            .collect();
        Ok([self.parameters(), lists, vectors, standing, kinds])
    }

    /// The same for `count` items, of which item `i` of this one is `numbers[i]`; of items that become one the first stays.
    ///
    /// # Errors
    ///
    /// [`NextBuildError::Shape`] if the parts do not fit together or a number is not below `count`.
    pub fn renumbered(&self, numbers: &[u32], count: usize) -> Result<Self, NextBuildError> {
        self.check()?;
        let outside = numbers.iter().any(|&number| number as usize >= count);
        if numbers.len() != self.lists.len() || outside {
            return Err(NextBuildError::Shape {
                what: "items",
                got: self.lists.len(),
                expected: numbers.len(),
            });
        }
        let number = |item: u32| numbers.get(item as usize).copied();
        let mut other = Self {
            lists: vec![Vec::new(); count],
            vectors: vec![0.0; count * self.dimensions],
            standing: vec![[0.0; STANDING]; count],
            kinds: vec![[0; MAX_KINDS]; if self.kind_count > 0 { count } else { 0 }],
            leaders: self.leaders.iter().copied().filter_map(number).collect(),
            ..self.clone()
        };
        let mut taken = vec![false; count];
        for (from, to) in numbers.iter().map(|&number| number as usize).enumerate() {
            if std::mem::replace(&mut taken[to], true) {
                continue;
            }
            other.lists[to] = self.lists[from]
                .iter()
                .filter_map(|neighbour| {
                    let item = number(neighbour.item)?;
                    Some(Neighbour { item, ..*neighbour })
                })
                .collect();
            let vector = from * self.dimensions..(from + 1) * self.dimensions;
            other.vectors[to * self.dimensions..][..self.dimensions]
                .copy_from_slice(&self.vectors[vector]);
            other.standing[to] = self.standing[from];
            if self.kind_count > 0 {
                other.kinds[to] = self.kinds[from];
            }
        }
        Ok(other)
    }

    fn parameters(&self) -> Vec<u8> {
        let hidden = self
            .ranker
            .as_ref()
            .map_or(0, |ranker| ranker.bias.len() + 1);
        let header = [
            VERSION,
            self.neighbours as u32,
            self.dimensions as u32,
            (self.gates.len() / self.dimensions.max(1)) as u32,
            self.kind_count as u32,
            hidden as u32,
            self.leaders.len() as u32,
            reach(self.dimensions).to_bits(),
            self.reach as u32,
        ];
        let weights = self.ranker.iter().flat_map(Ranker::numbers);
        let floats = self.gates.iter().copied().chain(weights).map(f32::to_bits);
        header
            .into_iter()
            .chain(self.leaders.iter().copied())
            .chain(floats)
            .flat_map(u32::to_le_bytes)
            .collect()
    }

    fn check(&self) -> Result<(), NextBuildError> {
        let items = self.lists.len();
        let columns = feature_count(self.kind_count);
        let ranker = self.ranker.as_ref();
        for (what, got, expected) in [
            (
                "neighbours",
                self.neighbours,
                self.neighbours.clamp(1, MAX_NEIGHBOURS),
            ),
            (
                "dimensions",
                self.dimensions,
                (self.dimensions & !1).min(MAX_DIMENSIONS),
            ),
            ("vectors", self.vectors.len(), items * self.dimensions),
            ("gates", self.gates.len(), {
                let positions = self.gates.len() / self.dimensions.max(1);
                positions.min(MAX_POSITIONS) * self.dimensions
            }),
            ("standings", self.standing.len(), items),
            ("kinds", self.kind_count, self.kind_count.min(MAX_KINDS)),
            (
                "items' kinds",
                self.kinds.len(),
                if self.kind_count > 0 { items } else { 0 },
            ),
            (
                "leaders",
                self.leaders.len(),
                self.leaders.len().min(MAX_LEADERS),
            ),
            ("weights", ranker.map_or(columns, Ranker::features), columns),
            (
                "hidden units",
                ranker.map_or(0, |ranker| ranker.bias.len()),
                { ranker.map_or(0, |ranker| ranker.bias.len()).min(MAX_HIDDEN) },
            ),
        ] {
            if got != expected {
                return Err(NextBuildError::Shape {
                    what,
                    got,
                    expected,
                });
            }
        }
        Ok(())
    }
}

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
        ] = [1, 2, 3, 4, 5, 6].map(|at| numbers.at(at) as usize);
        if neighbours == 0
            || neighbours > MAX_NEIGHBOURS
            || dimensions > MAX_DIMENSIONS
            || !dimensions.is_multiple_of(2)
            || positions > MAX_POSITIONS
            || kind_count > MAX_KINDS
            || hidden > MAX_HIDDEN + 1
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
        let ranker = match hidden.checked_sub(1) {
            None => None,
            Some(hidden) => Some(
                Ranker::from_numbers(weights, feature_count(kind_count), hidden)
                    .ok_or("its ranker has another length than it should")?,
            ),
        };
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

    pub(super) fn ranker(&self) -> Option<&'a Ranker> {
        self.model.ranker.as_ref()
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

fn reach(dimensions: usize) -> f32 {
    REACH / (dimensions.max(1) as f32).sqrt()
}

/// The `length` bytes of `item`, or none.
#[inline]
fn part(bytes: &[u8], item: u32, length: usize) -> &[u8] {
    let start = item as usize * length;
    bytes.get(start..start + length).unwrap_or_default()
}
