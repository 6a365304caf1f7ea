//! Item vectors: learned so that the gated sum of a visit's items points to the item that comes next.
//!
//! # Method
//! A visit's direction is the unit vector of Σ gate(place) ∘ unit(item); a candidate's logit is [`SHARPNESS`] times the cosine
//! (after NISER: Gupta et al., 2019, whose normalised vectors are what keeps rare items from drowning). The loss is softmax over
//! the true next item and sampled others, corrected for how often each is sampled (Bengio, Senécal 2008). Adagrad, one rate per
//! item.
//!
//! # Invariants
//! * The same visits and settings give the same bits on every processor and any number of cores: batches are in a seeded order, sums run
//!   left to right, and products are [`super::product`]'s.

use endcap::recommend::MAX_POSITIONS;
use rayon::prelude::*;

use super::{
    product::{Matrix, product},
    random::Random,
    visits::Visit,
};

/// Predictions per step.
const BATCH: usize = 512;
/// Items sampled per step, half by popularity and half evenly. 1,024 and 2,048 rank alike at 32 dimensions.
const SAMPLED: usize = 1536;
/// What a cosine is multiplied by. Held out on diginetica, 10, 14 and 18 are within .002 of HR@20 after blending.
const SHARPNESS: f32 = 14.0;
/// Adagrad's rate, falling to a tenth of it over the run: .2 beat .1 by .002 of HR@20.
const RATE: f32 = 0.2;
const LAST_RATE: f32 = 0.1;
/// Gates learn more slowly than vectors, because every step moves all of them.
const GATE_RATE: f32 = 0.5;
/// A place counts this part of the one after it before anything is learned.
const FIRST_GATE: f32 = 0.7;
/// Places whose gates are learned.
const POSITIONS: usize = 10;
const SEED: u64 = 11;
/// Predictions that an epoch takes at most, the latest ones: bounds the time on large logs.
const MAX_EXAMPLES: usize = 3_000_000;

/// How vectors are learned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct VectorSettings {
    /// Length of a vector, even; 0: no vectors.
    pub(super) dimensions: usize,
    /// Times that all visits are gone through.
    pub(super) epochs: usize,
}

/// Vectors and gates.
#[derive(Clone, Debug, Default)]
pub(super) struct Vectors {
    /// Length of a vector.
    pub(super) dimensions: usize,
    /// Unit vectors, item by item.
    pub(super) units: Vec<f32>,
    /// Per place before the next item, latest first, what each dimension counts.
    pub(super) gates: Vec<f32>,
}

/// Learns vectors; `progress` hears of steps done and to do.
#[must_use]
pub(super) fn vectors(
    items: usize,
    visits: &[Visit],
    settings: VectorSettings,
    progress: &mut dyn FnMut(usize, usize),
) -> Vectors {
    let d = settings.dimensions;
    if d == 0 || items == 0 {
        return Vectors::default();
    }
    let mut learner = Learner::new(items, visits, d);
    let mut random = Random::new(SEED);
    for value in &mut learner.values {
        *value = random.normal() / (d as f32).sqrt();
    }
    let mut examples: Vec<(u32, u32)> = (0u32..)
        .zip(visits)
        .flat_map(|(number, visit)| (1..visit.items.len() as u32).map(move |at| (number, at)))
        .collect();
    let surplus = examples.len().saturating_sub(MAX_EXAMPLES);
    examples.drain(..surplus);
    let total = settings.epochs * examples.len().div_ceil(BATCH);
    let mut step = 0;
    for _ in 0..settings.epochs {
        random.shuffle(&mut examples);
        for batch in examples.chunks(BATCH) {
            let gone = step as f32 / total as f32;
            learner.step(
                visits,
                batch,
                RATE * (1.0 - (1.0 - LAST_RATE) * gone),
                &mut random,
            );
            step += 1;
            progress(step, total);
        }
    }
    let mut units = learner.values;
    for vector in units.chunks_exact_mut(d) {
        normalise(vector);
    }
    Vectors {
        dimensions: d,
        units,
        gates: learner.gates,
    }
}

struct Learner {
    d: usize,
    values: Vec<f32>,
    /// Sum of squared gradients per item, which slows its rate.
    squares: Vec<f32>,
    gates: Vec<f32>,
    gate_squares: Vec<f32>,
    /// Share of all events, per item.
    share: Vec<f32>,
    cumulated: Vec<f32>,
    columns: Vec<u32>,
}

/// One item of a visit in a batch.
struct Input {
    item: u32,
    place: usize,
    row: usize,
    length: f32,
}

impl Learner {
    fn new(items: usize, visits: &[Visit], d: usize) -> Self {
        let mut share = vec![0f32; items];
        for &item in visits.iter().flat_map(|visit| &visit.items) {
            if let Some(share) = share.get_mut(item as usize) {
                *share += 1.0;
            }
        }
        let total = share
            .iter()
            .map(|&count| f64::from(count))
            .sum::<f64>()
            .max(1.0);
        let mut sum = 0.0;
        let cumulated = share
            .iter()
            .map(|&count| {
                sum += f64::from(count) / total;
                sum as f32
            })
            .collect();
        for share in &mut share {
            *share /= total as f32;
        }
        Self {
            d,
            values: vec![0.0; items * d],
            squares: vec![0.0; items],
            gates: (0..POSITIONS.min(MAX_POSITIONS))
                .flat_map(|place| {
                    (0..d).map(move |_| (0..place).fold(1.0, |gate, _| gate * FIRST_GATE))
                })
                .collect(),
            gate_squares: vec![0.0; POSITIONS.min(MAX_POSITIONS) * d],
            share,
            cumulated,
            columns: vec![u32::MAX; items],
        }
    }

    fn step(&mut self, visits: &[Visit], batch: &[(u32, u32)], rate: f32, random: &mut Random) {
        let d = self.d;
        let items = self.share.len();
        let batch: Vec<(&[u32], u32)> = batch
            .iter()
            .map(|&(visit, at)| {
                let (before, after) = visits[visit as usize].items.split_at(at as usize);
                (before, after[0])
            })
            .filter(|&(_, target)| (target as usize) < items)
            .collect();
        let (targets, columns) = self.columns(&batch, random);
        let rows = batch.len();
        // How often an item is among the columns, so that sampling does not favour what is popular.
        let evenly = SAMPLED as f32 * 0.5 / items as f32;
        let expected: Vec<f32> = columns
            .iter()
            .map(|&item| {
                let share = self.share[item as usize];
                libm::logf(((rows + SAMPLED / 2) as f32 * share + evenly).min(1.0))
            })
            .collect();
        let mut column_units = Vec::with_capacity(columns.len() * d);
        let mut column_lengths = Vec::with_capacity(columns.len());
        for &item in &columns {
            column_units.extend_from_slice(self.vector(item));
            let start = column_units.len() - d;
            column_lengths.push(normalise(&mut column_units[start..]));
        }
        let (mut directions, lengths, inputs, input_units) = self.encode(&batch);
        let (columns_by_row, directions_by_row) =
            (Matrix::new(&column_units, d), Matrix::new(&directions, d));
        let mut errors = product(directions_by_row, columns_by_row.turned());
        errors
            .par_chunks_mut(columns.len())
            .zip(&targets)
            .for_each(|(row, &target)| softmax_error(row, &expected, target));
        let errors = Matrix::new(&errors, columns.len());
        let mut toward_rows = product(errors, columns_by_row);
        let mut toward_columns = product(errors.turned(), directions_by_row);
        for ((direction, gradient), &length) in directions
            .chunks_exact_mut(d)
            .zip(toward_rows.chunks_exact_mut(d))
            .zip(&lengths)
        {
            through_norm(direction, length, gradient);
        }
        for (((&item, unit), &length), gradient) in columns
            .iter()
            .zip(column_units.chunks_exact(d))
            .zip(&column_lengths)
            .zip(toward_columns.chunks_exact_mut(d))
        {
            through_norm(unit, length, gradient);
            self.descend(item, gradient, rate);
        }
        let mut gate_gradient = vec![0f32; self.gates.len()];
        let mut gradient = vec![0f32; d];
        for (input, unit) in inputs.iter().zip(input_units.chunks_exact(d)) {
            let toward = &toward_rows[input.row * d..][..d];
            let gates = input.place * d..(input.place + 1) * d;
            for (((sum, &gate), (&toward, &unit)), gradient) in gate_gradient[gates.clone()]
                .iter_mut()
                .zip(&self.gates[gates])
                .zip(toward.iter().zip(unit))
                .zip(&mut gradient)
            {
                *sum += toward * unit;
                *gradient = toward * gate;
            }
            through_norm(unit, input.length, &mut gradient);
            self.descend(input.item, &gradient, rate);
        }
        for ((gate, square), gradient) in self
            .gates
            .iter_mut()
            .zip(&mut self.gate_squares)
            .zip(gate_gradient)
        {
            *square += gradient * gradient;
            *gate -= GATE_RATE * rate * gradient / (square.sqrt() + 1e-6);
        }
    }

    fn vector(&self, item: u32) -> &[f32] {
        &self.values[item as usize * self.d..][..self.d]
    }

    /// The column of each row's target, and the items of all columns.
    fn columns(&mut self, batch: &[(&[u32], u32)], random: &mut Random) -> (Vec<usize>, Vec<u32>) {
        let items = self.share.len();
        let mut columns = Vec::with_capacity(batch.len() + SAMPLED);
        let places = &mut self.columns;
        let mut place = |item: u32| {
            let slot = &mut places[item as usize];
            if *slot == u32::MAX {
                *slot = columns.len() as u32;
                columns.push(item);
            }
            *slot as usize
        };
        let targets = batch.iter().map(|&(_, target)| place(target)).collect();
        for number in 0..SAMPLED {
            let item = if number % 2 == 0 {
                random.below(items)
            } else {
                let wanted = random.unit();
                self.cumulated
                    .partition_point(|&sum| sum < wanted)
                    .min(items - 1)
            };
            place(item as u32);
        }
        for &item in &columns {
            self.columns[item as usize] = u32::MAX;
        }
        (targets, columns)
    }

    /// Unit directions of the visits, their lengths before, the items that went in, and those items' unit vectors.
    fn encode(&self, batch: &[(&[u32], u32)]) -> (Vec<f32>, Vec<f32>, Vec<Input>, Vec<f32>) {
        let d = self.d;
        let mut directions = vec![0f32; batch.len() * d];
        let (mut inputs, mut units, mut lengths) = (Vec::new(), Vec::new(), Vec::new());
        let places = self.gates.len() / d;
        for ((row, &(visit, _)), direction) in
            batch.iter().enumerate().zip(directions.chunks_exact_mut(d))
        {
            let known = visit
                .iter()
                .rev()
                .filter(|&&item| (item as usize) < self.share.len());
            for (place, &item) in known.take(places).enumerate() {
                let start = units.len();
                units.extend_from_slice(self.vector(item));
                let length = normalise(&mut units[start..]);
                let gates = &self.gates[place * d..][..d];
                for ((sum, unit), gate) in direction.iter_mut().zip(&units[start..]).zip(gates) {
                    *sum += unit * gate;
                }
                inputs.push(Input {
                    item,
                    place,
                    row,
                    length,
                });
            }
            lengths.push(normalise(direction));
        }
        (directions, lengths, inputs, units)
    }

    /// One step of Adagrad for `item`.
    fn descend(&mut self, item: u32, gradient: &[f32], rate: f32) {
        let square = gradient.iter().fold(0.0, |sum, value| sum + value * value);
        let sum = &mut self.squares[item as usize];
        *sum += square / self.d as f32;
        let rate = rate / (sum.sqrt() + 1e-6);
        let start = item as usize * self.d;
        for (value, gradient) in self.values[start..start + self.d].iter_mut().zip(gradient) {
            *value -= rate * gradient;
        }
    }
}

/// Makes `vector` a unit vector; its length before comes back.
fn normalise(vector: &mut [f32]) -> f32 {
    let square = vector.iter().fold(0.0, |sum, value| sum + value * value);
    let length = square.sqrt().max(1e-6);
    for value in vector {
        *value /= length;
    }
    length
}

/// Takes a gradient for a unit vector back to the vector it came from, which had `length`.
fn through_norm(unit: &[f32], length: f32, gradient: &mut [f32]) {
    let along = unit
        .iter()
        .zip(gradient.iter())
        .fold(0.0, |sum, (unit, gradient)| sum + unit * gradient);
    for (gradient, unit) in gradient.iter_mut().zip(unit) {
        *gradient = (*gradient - along * unit) / length;
    }
}

/// Turns a row of cosines into what each logit should move by: its probability, less one at the target.
fn softmax_error(row: &mut [f32], expected: &[f32], target: usize) {
    let mut greatest = f32::MIN;
    for (value, expected) in row.iter_mut().zip(expected) {
        *value = *value * SHARPNESS - expected;
        greatest = greatest.max(*value);
    }
    let mut sum = 0.0;
    for value in row.iter_mut() {
        *value = exp(*value - greatest);
        sum += *value;
    }
    let scale = SHARPNESS / sum;
    for value in row.iter_mut() {
        *value *= scale;
    }
    row[target] -= SHARPNESS;
}

/// e to a number that is not above zero, within 2e-5 of it: the same bits on every processor, and quicker than libm's.
fn exp(value: f32) -> f32 {
    let octaves = (value * std::f32::consts::LOG2_E).max(-126.0);
    let whole = octaves.floor();
    let t = (octaves - whole) * std::f32::consts::LN_2;
    let series = 1.0
        + t * (1.0
            + t * (0.5
                + t * (0.166_666_67 + t * (0.041_666_67 + t * (0.008_333_33 + t * 0.001_388_89)))));
    series * f32::from_bits(((whole as i32 + 127) as u32) << 23)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponentials_are_close() {
        let mut value = 0.0f32;
        while value > -80.0 {
            let exact = libm::expf(value);
            assert!(
                (exp(value) - exact).abs() <= 2e-5 * exact,
                "e^{value}: {} for {exact}",
                exp(value)
            );
            value -= 0.137;
        }
    }

    /// Two groups of items that never meet: vectors of a group come to lie closer than vectors across.
    #[test]
    fn what_is_seen_together_lies_together() {
        let mut random = Random::new(3);
        let visits: Vec<Visit> = (0..600)
            .map(|number| {
                let group = number % 2 * 10;
                let items = (0..4).map(|_| group + random.below(10) as u32).collect();
                Visit::new(i64::from(number), items)
            })
            .collect();
        let settings = VectorSettings {
            dimensions: 8,
            epochs: 4,
        };
        let learned = vectors(20, &visits, settings, &mut |_, _| {});
        let cosine = |a: usize, b: usize| {
            let unit = |item: usize| &learned.units[item * 8..][..8];
            unit(a).iter().zip(unit(b)).map(|(x, y)| x * y).sum::<f32>()
        };
        let mean = |other: usize| (1..10).map(|item| cosine(0, item + other)).sum::<f32>() / 9.0;
        assert!(
            mean(0) > mean(10) + 0.5,
            "{} within, {} across",
            mean(0),
            mean(10)
        );
        let again = vectors(20, &visits, settings, &mut |_, _| {});
        assert_eq!(learned.units, again.units);
        let one = rayon::ThreadPoolBuilder::new().num_threads(1).build();
        let alone = one
            .unwrap()
            .install(|| vectors(20, &visits, settings, &mut |_, _| {}));
        assert_eq!(learned.units, alone.units);
        // The bits that they have on every processor; another way of learning gives others, and this number changes with it.
        let bytes: Vec<u8> = learned
            .units
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        assert_eq!(
            xxhash_rust::xxh3::xxh3_64(&bytes),
            13_552_099_549_220_103_950
        );
    }
}
