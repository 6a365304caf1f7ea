//! Ranges: the buckets of numeric facets and of prices, with exact counts.

use super::{
    FacetRange,
    buckets::{MAX_BUCKETS, ends},
    shape::{Ends, open},
};
use crate::{
    catalogue::{Catalogue, Scale},
    index::BitSet,
};

/// The numbers of a facet among the hits.
#[derive(Clone, Debug, Default)]
pub(super) struct Ranges {
    /// Ascending, behind the chosen ones that are no bucket.
    pub(super) ranges: Vec<FacetRange>,
    pub(super) min: Option<f64>,
    pub(super) max: Option<f64>,
}

/// A number of a scale as shoppers and filters take it.
pub(super) fn number(scaled: i64, decimals: u8) -> f64 {
    scaled as f64 / power(decimals) as f64
}

/// Whether a value from `low` to `high` lies in one of `ranges`, at least in part.
pub(super) fn meets((low, high): (f64, f64), ranges: &[Ends]) -> bool {
    ranges.iter().any(|&(from, to)| {
        let (from, to) = open(from, to);
        low <= to && high >= from
    })
}

/// The buckets of a numeric facet whose values have `counts` hits. Where its values are as few as buckets would be, there
/// are none but the `chosen` ones.
pub(super) fn of_numbers(
    scale: &Scale<'_>,
    counts: &[u32],
    chosen: &[Ends],
    comma: bool,
) -> Ranges {
    let values: Vec<(i64, i64, u32)> = scale
        .numbers()
        .zip(counts)
        .filter(|&(_, &count)| count > 0)
        .map(|((low, high), &count)| (low, high, count))
        .collect();
    let mut points: Vec<(i64, u32)> = Vec::new();
    let (mut min, mut max) = (i64::MAX, i64::MIN);
    for &(low, high, count) in &values {
        min = min.min(low);
        max = max.max(high);
        match points.last_mut() {
            Some((last, sum)) if *last == low => *sum += count,
            _ => points.push((low, count)),
        }
    }
    if points.is_empty() && chosen.is_empty() {
        return Ranges::default();
    }
    let ends = if points.len() > MAX_BUCKETS {
        ends(&points, 1)
    } else {
        Vec::new()
    };
    let decimals = scale.decimals;
    let mut inside = vec![0; ends.len() + 1];
    let bucket = |number: i64| ends.iter().take_while(|&&end| end <= number).count();
    for &(low, high, count) in &values {
        // A range lies in every bucket that it meets.
        let buckets = inside.get_mut(bucket(low)..=bucket(high));
        for hits in buckets.unwrap_or_default() {
            *hits += count;
        }
    }
    let space = if scale.unit.starts_with(char::is_alphanumeric) {
        " "
    } else {
        ""
    };
    let label = |from: Option<i64>, to: Option<i64>, below: &str| {
        let name = |number: i64| shown(number, decimals, comma);
        let numbers = match (from, to) {
            (None, None) => return String::new(),
            (None, Some(to)) => [below, &name(to)].concat(),
            (Some(from), None) => ["≥ ", &name(from)].concat(),
            (Some(from), Some(to)) => [&name(from), "–", &name(to)].concat(),
        };
        [&numbers, space, scale.unit].concat()
    };
    let buckets = buckets(&ends).map(|(from, below)| {
        let ends = (
            from.map(|from| number(from, decimals)),
            below.map(|below| number(below - 1, decimals)),
        );
        (ends, label(from, below, "< "))
    });
    let buckets: Vec<(Ends, String)> = buckets.collect();
    let count = |ends: Ends| -> u32 {
        if let Some(bucket) = buckets.iter().position(|(own, _)| *own == ends) {
            return inside.get(bucket).copied().unwrap_or(0);
        }
        let meets = |low, high| meets((number(low, decimals), number(high, decimals)), &[ends]);
        let met = values.iter().filter(|&&(low, high, _)| meets(low, high));
        met.map(|&(_, _, count)| count).sum()
    };
    let whole = |end: f64| libm::round(end * power(decimals) as f64) as i64;
    let chosen_label = |(from, to): Ends| label(from.map(whole), to.map(whole), "≤ ");
    Ranges {
        ranges: rows(&buckets, chosen, &chosen_label, &count),
        min: (min <= max).then(|| number(min, decimals)),
        max: (min <= max).then(|| number(max, decimals)),
    }
}

/// The buckets of the prices of `items`, in minor units.
pub(super) fn of_prices(
    catalogue: &Catalogue,
    items: &BitSet,
    prices: &Prices,
    chosen: &[Ends],
) -> Ranges {
    let Some((min, max)) = prices.span() else {
        return Ranges::default();
    };
    // Nobody cuts at cents, unless everything costs cents.
    let step = if max >= 1_000 { 100 } else { 1 };
    let ends = ends(&prices.points(), step);
    let buckets: Vec<(Ends, String)> = buckets(&ends)
        .map(|(from, below)| {
            let ends = (
                from.map(|from| from as f64),
                below.map(|below| (below - 1) as f64),
            );
            (ends, String::new())
        })
        .collect();
    let mut counts = vec![0u32; ends.len() + 1];
    let price_of = catalogue.current_prices();
    items.for_each(|item| {
        if let Some(price) = price_of(item) {
            let bucket = ends
                .iter()
                .take_while(|&&end| end <= i64::from(price))
                .count();
            if let Some(count) = counts.get_mut(bucket) {
                *count += 1;
            }
        }
    });
    let count = |ends: Ends| {
        if let Some(bucket) = buckets.iter().position(|(own, _)| *own == ends) {
            return counts.get(bucket).copied().unwrap_or(0);
        }
        let mut count = 0;
        items.for_each(|item| {
            let price = price_of(item).map(f64::from);
            count += u32::from(price.is_some_and(|price| meets((price, price), &[ends])));
        });
        count
    };
    let rows = rows(&buckets, chosen, &|_| String::new(), &count);
    Ranges {
        // Prices that were removed between the first pass and this one cannot be: buckets without hits are only chosen ones.
        ranges: rows
            .into_iter()
            .filter(|row| row.count > 0 || row.selected)
            .collect(),
        min: Some(f64::from(min)),
        max: Some(f64::from(max)),
    }
}

/// Prices of a result, as a histogram with 16 bins to each factor of two: fine enough for round ends.
#[derive(Clone, Debug)]
pub(super) struct Prices {
    bins: Vec<u32>,
    span: Option<(u32, u32)>,
    pub(super) count: u32,
}

/// Bins for prices of 32 bits.
const BINS: usize = 16 + 28 * 16;

impl Prices {
    pub(super) fn of(catalogue: &Catalogue, items: &BitSet) -> Self {
        let mut prices = Self {
            bins: vec![0; BINS],
            span: None,
            count: 0,
        };
        let price_of = catalogue.current_prices();
        items.for_each(|item| {
            if let Some(price) = price_of(item) {
                if let Some(bin) = prices.bins.get_mut(bin(price)) {
                    *bin += 1;
                }
                prices.count += 1;
                let (min, max) = prices.span.unwrap_or((price, price));
                prices.span = Some((min.min(price), max.max(price)));
            }
        });
        prices
    }

    pub(super) fn span(&self) -> Option<(u32, u32)> {
        self.span
    }

    /// Least price and number of each bin that has any.
    fn points(&self) -> Vec<(i64, u32)> {
        let mut points: Vec<(i64, u32)> = self
            .bins
            .iter()
            .enumerate()
            .filter(|&(_, &count)| count > 0)
            .map(|(bin, &count)| (least(bin), count))
            .collect();
        // The ends are exact, whatever the bins.
        if let (Some((min, max)), Some(last)) = (self.span, points.len().checked_sub(1)) {
            if let Some(point) = points.last_mut().filter(|_| last > 0) {
                point.0 = i64::from(max);
            }
            if let Some(point) = points.first_mut() {
                point.0 = i64::from(min);
            }
        }
        points
    }
}

fn bin(price: u32) -> usize {
    if price < 16 {
        return price as usize;
    }
    let exponent = 31 - price.leading_zeros() as usize;
    (exponent - 3) * 16 + (price >> (exponent - 4) & 15) as usize
}

fn least(bin: usize) -> i64 {
    if bin < 16 {
        return bin as i64;
    }
    let exponent = bin / 16 + 3;
    (16 + bin as i64 % 16) << (exponent - 4)
}

/// From and below of each bucket.
fn buckets(ends: &[i64]) -> impl Iterator<Item = (Option<i64>, Option<i64>)> + '_ {
    let froms = std::iter::once(None).chain(ends.iter().copied().map(Some));
    let belows = ends.iter().copied().map(Some).chain([None]);
    froms.zip(belows).filter(|ends| *ends != (None, None))
}

/// Chosen ranges that are no bucket, then the buckets.
fn rows(
    buckets: &[(Ends, String)],
    chosen: &[Ends],
    label: &dyn Fn(Ends) -> String,
    count: &dyn Fn(Ends) -> u32,
) -> Vec<FacetRange> {
    let own = chosen
        .iter()
        .filter(|ends| !buckets.iter().any(|(bucket, _)| bucket == *ends))
        .map(|&ends| (ends, label(ends)));
    own.chain(buckets.iter().cloned())
        .map(|(ends, label)| FacetRange {
            from: ends.0,
            to: ends.1,
            label,
            count: count(ends),
            selected: chosen.contains(&ends),
        })
        .collect()
}

fn power(decimals: u8) -> i64 {
    (0..decimals).fold(1, |power, _| power * 10)
}

/// `number / 10^decimals` in full, without trailing zeros.
fn shown(number: i64, decimals: u8, comma: bool) -> String {
    let power = power(decimals);
    let (whole, mut part) = (
        number.unsigned_abs() / power as u64,
        number.unsigned_abs() % power as u64,
    );
    let sign = if number < 0 { "−" } else { "" };
    let mut text = [sign, &whole.to_string()].concat();
    if part > 0 {
        text.push(if comma { ',' } else { '.' });
    }
    let mut place = power as u64;
    while part > 0 {
        place /= 10;
        text.push(char::from(b'0' + (part / place) as u8));
        part %= place;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_hold_what_is_at_least_their_least() {
        for price in (0..5_000).chain([65_535, 65_536, 1 << 30, u32::MAX]) {
            let at = bin(price);
            assert!(at < BINS && least(at) <= i64::from(price));
            assert!(at + 1 == BINS || least(at + 1) > i64::from(price));
        }
    }

    #[test]
    fn numbers_are_shown_in_the_language() {
        assert_eq!(shown(15, 1, true), "1,5");
        assert_eq!(shown(1_500, 3, false), "1.5");
        assert_eq!(shown(-2_005, 2, false), "−20.05");
        assert_eq!(shown(40, 1, true), "4");
    }
}
