//! Buckets: a scale cut into a few ranges with round ends that hold roughly equally many hits.
//!
//! # Invariants
//! * The ends are multiples of 1, 2 or 5 times a power of ten, in units of the scale. Equal distributions give equal buckets.

/// Buckets at most: what is taken in at a glance (Miller: "The magical number seven", 1956).
pub(super) const MAX_BUCKETS: usize = 7;

/// How far the hits of a bucket may be from an even share, so that its end is rounder. Hand-set.
const SLACK: f64 = 0.4;

/// The ends between buckets, ascending, for a scale with `points` (number and hits, ascending): the first bucket holds what lies
/// below the first end, each other what is at least the end before it. `step` is the least distance of ends.
pub(super) fn ends(points: &[(i64, u32)], step: i64) -> Vec<i64> {
    let mut rest = points;
    let mut ends = Vec::new();
    let hits_of =
        |points: &[(i64, u32)]| points.iter().map(|&(_, hits)| f64::from(hits)).sum::<f64>();
    let mut hits = hits_of(points);
    for parts in (2..=MAX_BUCKETS).rev() {
        let share = hits / parts as f64;
        let Some((after, upto)) = room(rest, share) else {
            break;
        };
        let Some(end) = roundest(after, upto, step) else {
            break;
        };
        ends.push(end);
        let taken = rest.partition_point(|&(number, _)| number < end);
        hits -= hits_of(rest.get(..taken).unwrap_or_default());
        rest = rest.get(taken..).unwrap_or_default();
    }
    ends
}

/// Where the end of a bucket with about `share` of the hits may lie: after the first number, up to and with the second. Both are
/// numbers of points, so there are some on either side.
fn room(points: &[(i64, u32)], share: f64) -> Option<(i64, i64)> {
    let mut hits = 0.0;
    let mut after = None;
    for &(number, more) in points {
        match after {
            Some(after)
                if hits >= share * (1.0 + SLACK)
                    || hits + f64::from(more) > share * (1.0 + SLACK) =>
            {
                return Some((after, number));
            }
            _ => {}
        }
        hits += f64::from(more);
        if after.is_none() || hits <= share * (1.0 - SLACK) {
            after = Some(number);
        }
    }
    let last = points.last().map(|&(number, _)| number)?;
    after
        .filter(|&after| after < last)
        .map(|after| (after, last))
}

/// The roundest number above `after` and not above `upto`: the multiple of the greatest 1, 2 or 5 times a power of ten, which is
/// at least `step`; `None` if there is no multiple of `step`.
fn roundest(after: i64, upto: i64, step: i64) -> Option<i64> {
    let first_above = |round: i64| (after.div_euclid(round) + 1).checked_mul(round);
    let mut best = first_above(step).filter(|&end| end <= upto)?;
    let mut decade = 1i64;
    loop {
        for factor in [1, 2, 5] {
            let Some(round) = decade.checked_mul(factor) else {
                return Some(best);
            };
            if round > step {
                match first_above(round) {
                    Some(end) if end <= upto => best = end,
                    _ => {}
                }
            }
        }
        if decade
            > upto
                .saturating_sub(after)
                .saturating_add(upto.saturating_abs())
        {
            return Some(best);
        }
        decade = decade.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ends_are_round_and_parts_even() {
        let flat: Vec<(i64, u32)> = (0..1000).map(|number| (number, 1)).collect();
        assert_eq!(ends(&flat, 1), [200, 300, 400, 500, 600, 800]);
        let volts = [
            (108, 40),
            (120, 200),
            (144, 30),
            (180, 600),
            (360, 80),
            (2300, 50),
        ];
        assert_eq!(ends(&volts, 1), [120, 140, 150, 200, 2_000]);
        assert!(ends(&[(5, 10)], 1).is_empty());
        assert!(ends(&[], 1).is_empty());
        let prices: Vec<(i64, u32)> = [199, 499, 899, 1_299, 2_499, 4_999, 12_999, 49_900]
            .map(|price| (price, 10))
            .to_vec();
        assert_eq!(ends(&prices, 100), [200, 500, 1_000, 2_000, 4_000, 20_000]);
    }

    #[test]
    fn ends_are_as_round_as_there_is_room() {
        for (after, upto, step, end) in [
            (108, 120, 1, Some(120)),
            (144, 180, 1, Some(150)),
            (360, 2_300, 1, Some(2_000)),
            (-30, 4, 1, Some(0)),
            (7, 8, 1, Some(8)),
            (1_210, 1_290, 100, None),
            (1_210, 1_300, 100, Some(1_300)),
        ] {
            assert_eq!(roundest(after, upto, step), end, "({after}, {upto}]");
        }
        assert!(roundest(i64::from(i32::MIN), i64::from(u32::MAX), 1).is_some());
    }

    proptest! {
        /// Few, ascending, and none empty.
        #[test]
        fn no_bucket_is_empty(mut points in prop::collection::btree_map(-5_000i64..50_000, 0u32..40, 0..60), step in 1i64..200) {
            points.retain(|_, hits| *hits > 0);
            let points: Vec<(i64, u32)> = points.into_iter().collect();
            let ends = ends(&points, step);
            prop_assert!(ends.len() < MAX_BUCKETS);
            let mut from = i64::MIN;
            for end in ends.iter().copied().chain((!points.is_empty()).then_some(i64::MAX)) {
                prop_assert!(from < end);
                prop_assert!(points.iter().any(|&(number, _)| (from..end).contains(&number)));
                from = end;
            }
        }
    }
}
