//! Products of matrices with the same bits on every processor.
//!
//! # Method
//! Each number of the result is one sum, taken from left to right, each step a fused multiply-add: one rounding, as IEEE 754 defines it, whether the
//! processor has an instruction for it or the library computes it. Sixteen such sums stand side by side, so that a processor may take as many of them
//! at once as its registers hold: that changes the speed and no bit. Rows go to different cores.
//!
//! # Invariants
//! * No step is reordered, so neither the width of registers nor the number of cores reaches a result.

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

/// Rows and columns of the result that are summed side by side: eight registers, whatever their width up to 16 numbers.
const ROWS: usize = 8;
const COLUMNS: usize = 16;
/// Rows that a core takes at a time.
const STRIP: usize = 64;

/// A matrix, row by row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Matrix<'a> {
    values: &'a [f32],
    rows: usize,
    columns: usize,
    turned: bool,
}

impl<'a> Matrix<'a> {
    /// `columns` values per row.
    pub(super) fn new(values: &'a [f32], columns: usize) -> Self {
        Self {
            values,
            rows: values.len() / columns.max(1),
            columns,
            turned: false,
        }
    }

    /// Its columns as rows.
    pub(super) fn turned(self) -> Self {
        Self {
            turned: !self.turned,
            ..self
        }
    }

    /// Rows and columns, as it is read.
    fn shape(self) -> (usize, usize) {
        match self.turned {
            true => (self.columns, self.rows),
            false => (self.rows, self.columns),
        }
    }

    /// Copies `height` rows from `first` on, one value of each side by side.
    fn fill(self, first: usize, height: usize, block: &mut [[f32; ROWS]]) {
        if self.turned {
            for (block, row) in block.iter_mut().zip(self.values.chunks_exact(self.columns)) {
                block[..height].copy_from_slice(&row[first..first + height]);
            }
            return;
        }
        let rows = self.values.chunks_exact(self.columns).skip(first);
        for (at, row) in rows.take(height).enumerate() {
            for (block, &value) in block.iter_mut().zip(row) {
                block[at] = value;
            }
        }
    }

    fn at(self, row: usize, column: usize) -> f32 {
        match self.turned {
            true => self.values[column * self.columns + row],
            false => self.values[row * self.columns + column],
        }
    }
}

/// a·b, row by row. What one has more columns than the other has rows is left out.
pub(super) fn product(a: Matrix<'_>, b: Matrix<'_>) -> Vec<f32> {
    let (rows, columns) = (a.shape().0, b.shape().1);
    let depth = a.shape().1.min(b.shape().0);
    let mut out = vec![0.0; rows * columns];
    if out.is_empty() {
        return out;
    }
    // b in panels of sixteen columns, filled up with noughts.
    let panels: Vec<[f32; COLUMNS]> = (0..columns.div_ceil(COLUMNS))
        .flat_map(|panel| {
            (0..depth).map(move |at| {
                std::array::from_fn(|place| match panel * COLUMNS + place {
                    column if column < columns => b.at(at, column),
                    _ => 0.0,
                })
            })
        })
        .collect();
    let arch = Arch::new();
    out.par_chunks_mut(STRIP * columns)
        .enumerate()
        .for_each(|(strip, out)| {
            let mut block = vec![[0.0; ROWS]; depth];
            for (number, out) in out.chunks_mut(ROWS * columns).enumerate() {
                let first = strip * STRIP + number * ROWS;
                let height = out.len() / columns;
                a.fill(first, height, &mut block);
                for (number, panel) in panels.chunks_exact(depth.max(1)).enumerate() {
                    let sums = arch.dispatch(Tile {
                        block: &block,
                        panel,
                    });
                    let from = number * COLUMNS;
                    let width = COLUMNS.min(columns - from);
                    for (out, sums) in out.chunks_exact_mut(columns).zip(&sums) {
                        out[from..from + width].copy_from_slice(&sums[..width]);
                    }
                }
            }
        });
    out
}

/// Sums of eight rows and sixteen columns.
struct Tile<'a> {
    block: &'a [[f32; ROWS]],
    panel: &'a [[f32; COLUMNS]],
}

impl WithSimd for Tile<'_> {
    type Output = [[f32; COLUMNS]; ROWS];

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Self::Output {
        let mut all = [[0.0; COLUMNS]; ROWS];
        for part in 0..COLUMNS / S::F32_LANES {
            let mut sums = [simd.splat_f32s(0.0); ROWS];
            for (left, right) in self.block.iter().zip(self.panel) {
                let right = S::as_simd_f32s(right).0[part];
                for (sum, &left) in sums.iter_mut().zip(left) {
                    *sum = simd.mul_add_f32s(simd.splat_f32s(left), right, *sum);
                }
            }
            for (all, sum) in all.iter_mut().zip(sums) {
                S::as_mut_simd_f32s(all).0[part] = sum;
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::next::random::Random;

    fn numbers(seed: u64, count: usize) -> Vec<f32> {
        let mut random = Random::new(seed);
        (0..count).map(|_| random.normal()).collect()
    }

    /// One number after the other, as the definition has it.
    fn by_definition(a: Matrix<'_>, b: Matrix<'_>) -> Vec<u32> {
        let ((rows, depth), columns) = (a.shape(), b.shape().1);
        let sum = |row, column| {
            (0..depth).fold(0.0f32, |sum, at| {
                a.at(row, at).mul_add(b.at(at, column), sum)
            })
        };
        (0..rows * columns)
            .map(|at| sum(at / columns, at % columns).to_bits())
            .collect()
    }

    fn bits(values: &[f32]) -> Vec<u32> {
        values.iter().map(|value| value.to_bits()).collect()
    }

    /// Whatever the shape, turned or not, on one core or several.
    #[test]
    fn every_bit_is_that_of_the_definition() {
        for (rows, depth, columns) in [
            (1, 1, 1),
            (4, 16, 16),
            (131, 33, 70),
            (5, 200, 17),
            (70, 3, 1),
        ] {
            let (a, b) = (numbers(1, rows * depth), numbers(2, depth * columns));
            let (plain_a, plain_b) = (Matrix::new(&a, depth), Matrix::new(&b, columns));
            let expected = by_definition(plain_a, plain_b);
            assert_eq!(bits(&product(plain_a, plain_b)), expected);
            let turned = |values: &[f32], columns: usize| -> Vec<f32> {
                let rows = values.len() / columns;
                (0..values.len())
                    .map(|at| values[at % rows * columns + at / rows])
                    .collect()
            };
            let (other_a, other_b) = (turned(&a, depth), turned(&b, columns));
            let other_a = Matrix::new(&other_a, rows).turned();
            let other_b = Matrix::new(&other_b, depth).turned();
            assert_eq!(bits(&product(other_a, other_b)), expected);
            let one = rayon::ThreadPoolBuilder::new()
                .num_threads(1)
                .build()
                .unwrap();
            assert_eq!(one.install(|| bits(&product(plain_a, other_b))), expected);
        }
        assert!(product(Matrix::new(&[], 3), Matrix::new(&[], 2)).is_empty());
    }
}
