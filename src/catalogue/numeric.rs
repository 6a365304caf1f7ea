//! Finds the attributes whose values are numbers with one unit.
//!
//! # Invariants
//! * The numbers ascend, so that a range of numbers is a range of values; values that are no numbers follow.

use std::collections::BTreeMap;

use crate::text::{MAX_DECIMALS, Quantity, quantity};

/// Share of an attribute's items whose values must be numbers with its unit. Hand-set: feeds have a `n/a` here and there.
const MIN_SHARE: f64 = 0.95;
/// Distinct numbers of an attribute: two are a choice, no scale.
const MIN_NUMBERS: usize = 3;

/// Label, key and items of a value.
pub(super) type Row<'a> = (&'a str, &'a str, Vec<usize>);

/// What makes an attribute numeric.
#[derive(Debug)]
pub(super) struct Numeric {
    pub(super) unit: String,
    /// Numbers are in units of `10^-decimals`.
    pub(super) decimals: u8,
    /// The lower and upper ends of the first values, ascending.
    pub(super) numbers: Vec<(i32, i32)>,
}

/// Puts `rows` in the order of their numbers, if they are numbers; else leaves them alone.
pub(super) fn numeric(rows: &mut Vec<Row<'_>>, comma: bool) -> Option<Numeric> {
    let having = |rows: &[Row<'_>]| rows.iter().map(|(_, _, items)| items.len()).sum::<usize>();
    let read: Vec<Option<Quantity<'_>>> = rows
        .iter()
        .map(|(label, _, _)| quantity(label, comma))
        .collect();
    let mut units = BTreeMap::<&str, usize>::new();
    for (row, quantity) in rows.iter().zip(&read) {
        if let Some(quantity) = quantity {
            *units.entry(quantity.unit).or_default() += row.2.len();
        }
    }
    let (unit, items) = units.into_iter().max_by_key(|&(_, items)| items)?;
    if (items as f64) < MIN_SHARE * having(rows) as f64 {
        return None;
    }
    let of_unit = || {
        read.iter()
            .flatten()
            .filter(|quantity| quantity.unit == unit)
    };
    let ends = || of_unit().flat_map(|quantity| [quantity.low, quantity.high]);
    let decimals = ends().map(|end| end.decimals()).max()?.min(MAX_DECIMALS);
    let keys: Option<Vec<Option<(i32, i32)>>> = read
        .iter()
        .map(|quantity| match quantity {
            Some(quantity) if quantity.unit == unit => {
                let low = quantity.low.scaled(decimals)?;
                Some(Some((low, quantity.high.scaled(decimals)?)))
            }
            _ => Some(None),
        })
        .collect();
    let unit = unit.to_owned();
    let mut keyed: Vec<(Option<(i32, i32)>, Row<'_>)> =
        keys?.into_iter().zip(rows.drain(..)).collect();
    keyed.sort_by(|(a, _), (b, _)| (a.is_none(), a).cmp(&(b.is_none(), b)));
    let numbers: Vec<(i32, i32)> = keyed.iter().filter_map(|&(numbers, _)| numbers).collect();
    rows.extend(keyed.into_iter().map(|(_, row)| row));
    let mut distinct = numbers.clone();
    distinct.dedup();
    (distinct.len() >= MIN_NUMBERS).then_some(Numeric {
        unit,
        decimals,
        numbers,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(labels: &[&'static str]) -> Option<(Numeric, Vec<&'static str>)> {
        let mut rows: Vec<Row<'static>> = labels
            .iter()
            .map(|&label| (label, label, vec![0]))
            .collect();
        let numeric = numeric(&mut rows, true)?;
        Some((
            numeric,
            rows.into_iter().map(|(label, _, _)| label).collect(),
        ))
    }

    #[test]
    fn numbers_with_one_unit_are_ordered_by_size() {
        let (numeric, order) = found(&["12 V", "10,8 V", "230 V", "18 V"]).unwrap();
        assert_eq!((numeric.unit.as_str(), numeric.decimals), ("V", 1));
        assert_eq!(order, ["10,8 V", "12 V", "18 V", "230 V"]);
        assert_eq!(
            numeric.numbers,
            [(108, 108), (120, 120), (180, 180), (2_300, 2_300)]
        );
        let (ranges, _) = found(&["0 - 40 °C", "-20 - 60 °C", "10 °C"]).unwrap();
        assert_eq!(ranges.numbers, [(-20, 60), (0, 40), (10, 10)]);
    }

    #[test]
    fn words_other_units_and_two_numbers_are_no_scale() {
        assert!(found(&["Red", "Blue", "3 V"]).is_none());
        assert!(found(&["1 l", "750 ml", "2 l", "500 ml"]).is_none());
        assert!(found(&["12 V", "18 V"]).is_none());
        assert!(
            found(&["1 B", "2 B", "3000000000 B"]).is_none(),
            "too large for the format"
        );
    }

    #[test]
    fn a_few_other_values_stand_behind() {
        let labels = ["n/a", "1 W", "2 W", "3 W"];
        let mut rows: Vec<Row<'_>> = labels
            .iter()
            .map(|&label| (label, label, vec![0; 20]))
            .collect();
        rows[0].2 = vec![0];
        let numeric = numeric(&mut rows, false).unwrap();
        assert_eq!(numeric.numbers.len(), 3);
        assert_eq!(rows[3].0, "n/a");
    }
}
