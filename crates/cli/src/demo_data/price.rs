//! Prices: from the kind's range, the brand's level and the variant's measures to what is shown.

use super::dice::Dice;
use super::table::{Axis, Brand, Bulk, Kind, value};

/// Price of the middle variant of a new model, in cents.
pub(super) fn of_model(kind: &Kind, brand: &Brand, dice: &mut Dice) -> f64 {
    let (low, high) = (f64::from(kind.price.0), f64::from(kind.price.1));
    let level = f64::from(brand.level - 1) / 4.0;
    let place = (0.65 * level + 0.35 * dice.unit() + 0.04 * dice.normal()).clamp(0.0, 1.0);
    low * libm::pow(high / low, place)
}

/// Price of one variant in cents; `values` has one value per axis of the kind.
pub(super) fn of_variant(kind: &Kind, values: &[&'static str], base: f64) -> u32 {
    let factors = kind.axes().zip(values).map(|(axis, key)| {
        let word = value(key).map_or(1.0, |value| value.factor);
        word * growth(axis, key)
    });
    shown(factors.fold(base, |price, factor| price * factor))
}

/// Prices per piece for larger quantities, as a shop staggers them: quantity and cents.
pub(super) fn tiers(bulk: Bulk, price: u32) -> Vec<(u32, u32)> {
    let steps: &[(u32, u32)] = match bulk {
        Bulk::Single => &[],
        Bulk::Few => &[(5, 4), (20, 9)],
        Bulk::Trade => &[(10, 6), (50, 12), (100, 18)],
    };
    let mut last = price;
    let staggered = steps.iter().map(|(quantity, percent)| {
        let cents = (u64::from(price) * u64::from(100 - percent)).div_ceil(100);
        (*quantity, cents as u32)
    });
    // A step that saves nothing on a cheap article is left out.
    staggered
        .filter(|(_, cents)| *cents < std::mem::replace(&mut last, *cents))
        .collect()
}

/// Rounds to an ending that shops use: `4.79`, `34.95`, `189.00`.
pub(super) fn shown(cents: f64) -> u32 {
    let cents = cents.clamp(9.0, 99_999_900.0) as u32;
    match cents {
        0..1_000 => cents / 10 * 10 + 9,
        1_000..10_000 => cents / 50 * 50 + 45,
        10_000..100_000 => cents / 500 * 500 + 490,
        _ => cents / 1_000 * 1_000 + 900,
    }
}

/// `4.79 EUR`, as the feed writes it.
pub(super) fn written(cents: u32) -> String {
    format!("{}.{:02} EUR", cents / 100, cents % 100)
}

/// The product of the numbers in a value: `1500×700` is 1,050,000 and `M8` is 8.
pub(super) fn number(value: &str) -> Option<f64> {
    value
        .split(|c: char| !c.is_ascii_digit() && c != '.')
        .filter_map(|digits| digits.parse::<f64>().ok())
        .reduce(|product, number| product * number)
}

/// A value as it stands in an article number: no spaces, and `x` for the multiplication sign.
pub(super) fn bare(value: &str) -> String {
    value.replace('·', "").replace('×', "x")
}

fn growth(axis: &Axis, key: &str) -> f64 {
    if axis.growth == 0.0 {
        return 1.0;
    }
    let mut numbers: Vec<_> = axis.values.split(' ').filter_map(number).collect();
    numbers.sort_by(f64::total_cmp);
    let (Some(own), Some(middle)) = (number(key), numbers.get(numbers.len() / 2)) else {
        return 1.0;
    };
    libm::pow(own / middle, axis.growth)
}
