//! What the model of what is opened next is made of, and its sections as [`model`](super::model) has them.

use thiserror::Error;

use super::{
    features::{MAX_KINDS, feature_count},
    lists::{Neighbour, RowShape},
    model::{
        LATE_OFFSET, MAX_DIMENSIONS, MAX_LEADERS, MAX_NEIGHBOURS, MAX_POSITIONS, PER_UNIT,
        SECTIONS_OF_NEXT, STANDING, VERSION,
    },
    ranker::{MAX_HIDDEN, Ranker},
};

/// Vectors reach this many standard deviations of a random unit vector. Held out on diginetica 2.5 loses .001 of HR@20
/// against unrounded vectors, 2 and 3 lose .003 and .002.
const REACH: f32 = 2.5;
/// Added to the late popularity before its logarithm: what was not seen lately has one, too.
const LATE_FLOOR: f32 = 0.05;

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
    /// The one for lists that must not have the item opened latest, as those of a product's page; as wide as the other.
    pub ranker_of_others: Option<Ranker>,
    /// The one that orders what the shopper bought before by how probably it is bought again now.
    pub ranker_of_again: Option<Ranker>,
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
            self.ranker_of_again
                .as_ref()
                .map_or(0, |ranker| ranker.bias.len() as u32 + 1),
        ];
        let again = self.ranker_of_again.iter();
        let rankers = again.chain(&self.ranker).chain(&self.ranker_of_others);
        let weights = rankers.flat_map(Ranker::numbers);
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
        let (ranker, others) = (self.ranker.as_ref(), self.ranker_of_others.as_ref());
        let again = self.ranker_of_again.as_ref();
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
            (
                "weights of what is bought again",
                again.map_or(columns, Ranker::features),
                columns,
            ),
            (
                "hidden units of what is bought again",
                again.map_or(0, |ranker| ranker.bias.len()),
                again.map_or(0, |ranker| ranker.bias.len()).min(MAX_HIDDEN),
            ),
            (
                "weights of the second ranker",
                others.map_or(0, |others| others.numbers().count()),
                others
                    .and(ranker)
                    .map_or(0, |ranker| ranker.numbers().count()),
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

fn reach(dimensions: usize) -> f32 {
    REACH / (dimensions.max(1) as f32).sqrt()
}
