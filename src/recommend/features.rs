//! Features: one row of numbers per candidate.
//!
//! | column | what it says of a candidate |
//! | --- | --- |
//! | 0–2 | ln(1 + times seen in this visit), 1 ÷ places since it was seen last, whether it is the latest |
//! | 3 | ln of the weights with which the visit's items point to it, each item counting [`FADING`] less than the one after it |
//! | 4–6 | ln of the same, of the latest item, the one before, all earlier ones alone |
//! | 7–8 | share of the visit's items that point to it, ln of the greatest weight |
//! | 9–10 | ln of what the latest item's neighbours say, and whether they say anything |
//! | 11–13 | ln of its popularity, of its late popularity, when it was last seen by anybody |
//! | 14–15 | for what was seen: ln of the visit's length, share of different items in the visit |
//! | 16 | ln of the visit's length times column 7 |
//! | 17–19 | its vector times the visit's, times the latest item's, column 17 squared with its sign |
//! | 20–22 | of what the shopper bought before: ln(1 + times), 1 ÷ (1 + ln(1 + days since)), times ÷ the most times of any item |
//! | 23–24 | whether it was bought more than once, and then days since ÷ days between purchases, at most 4 |
//! | 25–26 | how often shoppers buy it again, whether it was in the shopper's latest order |
//! | 27… | per kind of attribute: whether it is the latest item's, share of the visit's items that have the same |

use super::{lists::ROW_LEVELS, model::Next};

/// Attributes per item that are compared, such as category, brand, seller.
pub const MAX_KINDS: usize = 4;
/// Columns before the attributes.
const BASE: usize = 27;
/// Items of a visit that are looked at at all: bounds the time for whoever clicks on and on.
const MAX_VISIT: usize = 64;
/// What an item counts less than the one after it, in column 3 alone: the columns per place are weighed by the fitted network.
const FADING: f32 = 0.8;
/// Neighbours of the latest item that are followed further, and how many of theirs. Held out on diginetica, 8 raised
/// HR@20 from .556 to .559; 12 took a third longer and raised it no further.
const STEPS: usize = 8;
/// Whoever has not bought for four intervals will hardly buy on schedule.
const MOST_OVERDUE: f32 = 4.0;
/// Below any product of two weights.
const NO_WEIGHT: f32 = 1e-4;
const NO_STEP: f32 = 1e-5;

/// Number of columns for items with `kinds` attributes.
#[must_use]
pub const fn feature_count(kinds: usize) -> usize {
    BASE + 2 * kinds
}

/// What a shopper has bought of one item before.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Past {
    /// Number of the item.
    pub item: u32,
    /// Purchases, less what was returned.
    pub times: f32,
    /// Days since the latest.
    pub since: f32,
    /// Days between the first and the latest.
    pub span: f32,
}

/// Room that predictions reuse: one number per item of the pack, and the rows of the last visit.
#[derive(Clone, Debug, Default)]
pub struct Workspace {
    /// Per item its row plus one.
    places: Vec<u32>,
    pub(super) candidates: Vec<u32>,
    pub(super) rows: Vec<f32>,
    columns: usize,
    visit: Vec<u32>,
    different: Vec<u32>,
}

impl Workspace {
    /// The candidates of the last visit, in the order in which they were found.
    #[must_use]
    pub fn candidates(&self) -> &[u32] {
        &self.candidates
    }

    /// Their features, row by row.
    #[must_use]
    pub fn rows(&self) -> &[f32] {
        &self.rows
    }

    /// The item opened latest.
    pub(super) fn latest(&self) -> Option<u32> {
        self.visit.first().copied()
    }

    /// Features of candidate `index`.
    #[must_use]
    pub(super) fn row(&self, index: usize) -> &[f32] {
        let start = index * self.columns;
        self.rows
            .get(start..start + self.columns)
            .unwrap_or_default()
    }

    fn begin(&mut self, items: usize, columns: usize) {
        for &item in &self.candidates {
            if let Some(place) = self.places.get_mut(item as usize) {
                *place = 0;
            }
        }
        self.places.resize(items, 0);
        self.candidates.clear();
        self.rows.clear();
        self.columns = columns;
    }

    /// The row of `item`, which becomes a candidate if it is none yet.
    #[inline]
    fn row_of(&mut self, item: u32) -> Option<&mut [f32]> {
        let place = self.places.get_mut(item as usize)?;
        if *place == 0 {
            self.candidates.push(item);
            *place = self.candidates.len() as u32;
            self.rows.resize(self.rows.len() + self.columns, 0.0);
        }
        let start = (*place as usize - 1) * self.columns;
        self.rows.get_mut(start..start + self.columns)
    }
}

impl Next<'_> {
    /// Finds the candidates of a visit and fills their rows into `work`.
    ///
    /// `visit` names the items in their order, latest last, `past` what the shopper bought before; numbers that the pack does
    /// not have are passed over.
    pub fn fill(
        &self,
        visit: impl DoubleEndedIterator<Item = u32>,
        past: &[Past],
        work: &mut Workspace,
    ) {
        self.fill_with(visit, past, &[], work);
    }

    /// As [`fill`](Self::fill); `more` are candidates in any case.
    pub(super) fn fill_with(
        &self,
        visit: impl DoubleEndedIterator<Item = u32>,
        past: &[Past],
        more: &[u32],
        work: &mut Workspace,
    ) {
        let columns = feature_count(self.kinds());
        work.begin(self.items(), columns);
        let (mut latest_first, mut different) = (
            std::mem::take(&mut work.visit),
            std::mem::take(&mut work.different),
        );
        latest_first.clear();
        different.clear();
        latest_first.extend(
            visit
                .rev()
                .filter(|&item| (item as usize) < self.items())
                .take(MAX_VISIT),
        );
        self.seen(&latest_first, &mut different, work);
        let looked_at = &different[..different.len().min(self.reach())];
        self.pointed_to(looked_at, work);
        if let Some(&latest) = looked_at.first() {
            self.step_further(latest, work);
        }
        self.bought(past, work);
        if work.candidates.len() < self.leaders().len() {
            for &leader in self.leaders() {
                let _ = work.row_of(leader);
            }
        }
        for &item in more {
            let _ = work.row_of(item);
        }
        self.finish(&latest_first, &different, work);
        work.visit = latest_first;
        work.different = different;
    }

    /// Columns 0–2 of the visit's own items; gathers the different ones.
    fn seen(&self, latest_first: &[u32], different: &mut Vec<u32>, work: &mut Workspace) {
        for (age, &item) in latest_first.iter().enumerate() {
            if let Some([times, since, latest, ..]) = work.row_of(item) {
                if *times == 0.0 {
                    *since = 1.0 / (1.0 + age as f32);
                    different.push(item);
                }
                *times += 1.0;
                *latest = if age == 0 { 1.0 } else { *latest };
            }
        }
    }

    /// Sums of columns 3–8.
    fn pointed_to(&self, different: &[u32], work: &mut Workspace) {
        let mut faded = 1.0;
        for (place, &item) in different.iter().enumerate() {
            let weights = self.row_weights(item);
            self.neighbours(item, |neighbour, level| {
                let weight = weights[usize::from(level) % ROW_LEVELS];
                let Some(
                    [
                        _,
                        _,
                        _,
                        sum,
                        latest,
                        second,
                        earlier,
                        pointing,
                        greatest,
                        ..,
                    ],
                ) = work.row_of(neighbour)
                else {
                    return;
                };
                *sum += weight * faded;
                match place {
                    0 => *latest = weight,
                    1 => *second = weight,
                    _ => *earlier += weight,
                }
                *pointing += 1.0;
                *greatest = greatest.max(weight);
            });
            faded *= FADING;
        }
        let share = 1.0 / different.len().max(1) as f32;
        for row in work.rows.chunks_exact_mut(work.columns) {
            row[7] *= share;
        }
    }

    /// Sums of column 9: the strongest neighbours' strongest neighbours.
    fn step_further(&self, latest: u32, work: &mut Workspace) {
        let weights = self.row_weights(latest);
        for (neighbour, level) in self.strongest(latest) {
            let weight = weights[usize::from(level) % ROW_LEVELS];
            let onward = self.row_weights(neighbour);
            for (further, level) in self.strongest(neighbour) {
                if let Some(row) = work.row_of(further) {
                    row[9] += weight * onward[usize::from(level) % ROW_LEVELS];
                }
            }
        }
    }

    /// Columns 20–24 and 26.
    fn bought(&self, past: &[Past], work: &mut Workspace) {
        let most = past.iter().fold(1.0, |most, past| past.times.max(most));
        let latest = past
            .iter()
            .fold(f32::MAX, |latest, past| past.since.min(latest));
        for past in past.iter().filter(|past| past.times > 0.0) {
            if let Some(row) = work.row_of(past.item) {
                row[20] = ln(1.0 + past.times);
                row[21] = 1.0 / (1.0 + ln(1.0 + past.since.max(0.0)));
                row[22] = past.times / most;
                row[26] = f32::from(u8::from(past.since <= latest));
                if past.times > 1.0 && past.span > 0.0 {
                    row[23] = 1.0;
                    row[24] =
                        (past.since * (past.times - 1.0) / past.span).clamp(0.0, MOST_OVERDUE);
                }
            }
        }
    }

    /// The [`STEPS`] neighbours of `item` with the greatest weights; of equal ones the smaller numbers.
    fn strongest(&self, item: u32) -> impl Iterator<Item = (u32, u8)> + use<> {
        let mut best = [(u32::MAX, u8::MAX); STEPS];
        self.neighbours(item, |neighbour, level| {
            let mut at = STEPS;
            while at > 0 && best[at - 1].1 > level {
                at -= 1;
            }
            if at < STEPS {
                best.copy_within(at..STEPS - 1, at + 1);
                best[at] = (neighbour, level);
            }
        });
        best.into_iter().filter(|&(item, _)| item != u32::MAX)
    }

    /// Turns sums into logarithms and fills the columns that need no sums.
    fn finish(&self, latest_first: &[u32], different: &[u32], work: &mut Workspace) {
        let length = latest_first.len().max(1) as f32;
        let (ln_length, variety) = (ln(length), different.len() as f32 / length);
        let latest = latest_first.first().copied();
        let direction = self.direction(latest_first);
        let latest = latest.map(|latest| self.vector(latest));
        let kinds: Vec<[u16; MAX_KINDS]> =
            different.iter().map(|&item| self.kinds_of(item)).collect();
        let share = 1.0 / kinds.len().max(1) as f32;
        let candidates = work.candidates.iter();
        for (&item, row) in candidates.zip(work.rows.chunks_exact_mut(work.columns)) {
            let seen = row[0] > 0.0;
            row[0] = ln(1.0 + row[0]);
            for column in [3, 4, 5, 6, 8] {
                row[column] = ln(row[column] + NO_WEIGHT);
            }
            row[10] = f32::from(row[9] > 0.0);
            row[9] = ln(row[9] + NO_STEP);
            [row[11], row[12], row[13], row[25]] = self.standing(item);
            if seen {
                (row[14], row[15]) = (ln_length, variety);
            }
            row[16] = ln_length * row[7];
            row[17] = self.fit(&direction, item);
            row[18] = latest.map_or(0.0, |latest| self.fit(&latest, item));
            row[19] = row[17] * row[17].abs();
            let own = self.kinds_of(item);
            for (kind, pair) in row[BASE..].chunks_exact_mut(2).enumerate() {
                let same = |of: &[u16; MAX_KINDS]| own[kind] != 0 && of[kind] == own[kind];
                pair[0] = f32::from(u8::from(kinds.first().is_some_and(same)));
                pair[1] = kinds.iter().filter(|of| same(of)).count() as f32 * share;
            }
        }
    }
}

/// Natural logarithm of a positive normal number, within 1e-4: exponent and a polynomial in the mantissa (least squares
/// over the Chebyshev points of 1..2). Only additions and multiplications, so that it is quick and the same everywhere.
#[inline]
pub(super) fn ln(value: f32) -> f32 {
    let bits = value.to_bits();
    let exponent = (bits >> 23) as i32 - 127;
    let m = f32::from_bits(bits & 0x007f_ffff | 0x3f80_0000);
    let polynomial = -1.736_759_7
        + m * (2.806_980_5 + m * (-1.455_194_8 + m * (0.440_502_7 - m * 0.055_459_31)));
    polynomial + exponent as f32 * std::f32::consts::LN_2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_are_close() {
        let mut value = 1e-5f32;
        while value < 1e6 {
            let exact = libm::logf(value);
            assert!(
                (ln(value) - exact).abs() < 2e-4,
                "ln {value} = {exact}, got {}",
                ln(value)
            );
            value *= 1.01;
        }
    }
}
