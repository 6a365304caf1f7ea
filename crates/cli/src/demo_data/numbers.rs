//! Article numbers in makers' styles, and GTINs.

use std::collections::HashSet;

use super::dice::Dice;
use super::price;
use super::shop::ModelRecord;
use super::table::Kind;

/// The article numbers that are taken.
#[derive(Default)]
pub(super) struct Numbers {
    taken: HashSet<String>,
}

/// How the variants of one model are numbered.
pub(super) enum Pattern {
    /// The kind's own patterns, filled with measures; the letter of the brand comes last.
    Measures(&'static [&'static str], &'static str),
    /// The brand's pattern, in which only `#` is left to fill.
    Brand(String),
}

impl Pattern {
    /// The pattern for a model.
    pub(super) fn new(model: &ModelRecord, dice: &mut Dice) -> Self {
        if !model.kind.numbers.is_empty() {
            return Self::Measures(model.kind.numbers, model.brand.letter);
        }
        let pattern = model.brand.number.chars().map(|c| match c {
            '~' => digit(dice),
            // I, O and Q are read as digits, so makers leave them out.
            '@' => *dice.pick(&[
                'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'K', 'M', 'N', 'P', 'R', 'T', 'X',
            ]),
            other => other,
        });
        Self::Brand(pattern.collect())
    }
}

impl Numbers {
    /// A number that nothing else in the shop has.
    pub(super) fn assign(
        &mut self,
        pattern: &Pattern,
        kind: &Kind,
        values: &[&'static str],
        dice: &mut Dice,
    ) -> String {
        match pattern {
            Pattern::Measures(patterns, letter) => {
                let filled = patterns.iter().map(|pattern| fill(pattern, kind, values));
                for number in filled {
                    if self.taken.insert(number.clone()) {
                        return number;
                    }
                }
                let most_exact = patterns.last().map_or("", |pattern| *pattern);
                let stem = fill(most_exact, kind, values);
                self.count_up(&format!("{stem}.{letter}"))
            }
            Pattern::Brand(pattern) => {
                for _ in 0..50 {
                    let number: String = pattern
                        .chars()
                        .map(|c| if c == '#' { digit(dice) } else { c })
                        .collect();
                    if self.taken.insert(number.clone()) {
                        return number;
                    }
                }
                self.count_up(&pattern.replace('#', "0"))
            }
        }
    }

    fn count_up(&mut self, stem: &str) -> String {
        let mut count = 1_u32;
        loop {
            let number = format!("{stem}{count}");
            if self.taken.insert(number.clone()) {
                return number;
            }
            count += 1;
        }
    }
}

/// The GTIN-13 of the article at `index`.
///
/// The prefix 2 is reserved for use inside a company, so that no GTIN of a real product is hit. The
/// multiplier is coprime to 10¹⁰, which makes neighbours look unrelated and keeps all different.
pub(super) fn gtin(seed: u64, index: usize) -> String {
    let scattered = (index as u64 * 7_368_787_319 + seed % 10_000_000_000) % 10_000_000_000;
    let body = format!("20{scattered:010}");
    format!("{body}{}", check_digit(&body))
}

/// The check digit of GS1 General Specifications, section 7.9: weights 3 and 1 from the right.
pub(super) fn check_digit(body: &str) -> u32 {
    let sum: u32 = body
        .bytes()
        .rev()
        .zip([3, 1].into_iter().cycle())
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    (10 - sum % 10) % 10
}

fn fill(pattern: &str, kind: &Kind, values: &[&'static str]) -> String {
    kind.axes()
        .zip(values)
        .fold(pattern.to_owned(), |filled, (axis, value)| {
            filled.replace(&format!("{{{}#}}", axis.attribute), &price::bare(value))
        })
}

fn digit(dice: &mut Dice) -> char {
    char::from(b'0' + dice.below(10) as u8)
}
