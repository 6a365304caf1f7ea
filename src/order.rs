//! The one order of all lists: a rank that decides first, then the greater score, then the earlier place.
//!
//! # Invariants
//! * The order is total: NaN has a place, too (`f64::total_cmp`), and no two entries are equal.
//!
//! Every entry becomes one number of 128 bits, so that one sort serves all lists: a sort per type would double the size
//! of the module.

/// Bits of the place in the list.
const PLACE_BITS: u32 = 28;
/// Fewer than this are sorted so quickly that it does not matter how often.
const MIN_ROOM: usize = 32;
/// Bits of what decides before the score.
const RANK_BITS: u32 = 128 - 64 - PLACE_BITS;

/// Places of the best `k` of `entries`, best first. An entry is what decides first, ascending (below 2³⁶), and its score,
/// descending. At most 2²⁸ entries are looked at.
pub(crate) fn best(entries: impl Iterator<Item = (u64, f64)>, k: usize) -> Vec<usize> {
    let keys = entries
        .take(1 << PLACE_BITS)
        .enumerate()
        .map(|(place, (rank, score))| key(rank, score, place))
        .collect();
    cut(keys, k)
}

/// The best `k` of `items`, best first, by a score alone.
pub(crate) fn best_by<T>(items: Vec<T>, k: usize, score: impl Fn(&T) -> f64) -> Vec<T> {
    let order = best(items.iter().map(|item| (0, score(item))), k);
    pick(items, order)
}

/// Places of `numbers` (at most 2²⁸, each below 2⁶⁴) in ascending order; equal ones keep theirs.
pub(crate) fn ascending(numbers: Vec<u64>) -> Vec<usize> {
    let keys = numbers
        .into_iter()
        .enumerate()
        .map(|(place, number)| u128::from(number) << PLACE_BITS | place as u128)
        .collect();
    cut(keys, usize::MAX)
}

/// The items at `places`, which are distinct.
pub(crate) fn pick<T>(items: Vec<T>, places: Vec<usize>) -> Vec<T> {
    let mut slots: Vec<Option<T>> = items.into_iter().map(Some).collect();
    places
        .into_iter()
        .filter_map(|place| slots.get_mut(place).and_then(Option::take))
        .collect()
}

fn key(rank: u64, score: f64, place: usize) -> u128 {
    let rank = rank.min((1 << RANK_BITS) - 1);
    u128::from(rank) << (64 + PLACE_BITS)
        | u128::from(descending(score)) << PLACE_BITS
        | place as u128
}

/// A number that falls as the score rises, in the order of `f64::total_cmp`.
fn descending(score: f64) -> u64 {
    let bits = score.to_bits();
    if bits >> 63 == 1 {
        bits
    } else {
        !(bits | 1 << 63)
    }
}

fn cut(keys: Vec<u128>, k: usize) -> Vec<usize> {
    // What cannot be among the best is dropped as soon as that is known. `select_nth_unstable` would do the same for 2 % of the module.
    let room = k.max(MIN_ROOM).saturating_mul(2).min(keys.len());
    let mut best = Vec::with_capacity(room);
    let mut worst = u128::MAX;
    for key in keys {
        if key > worst {
            continue;
        }
        if best.len() == room {
            shorten(&mut best, k);
            worst = best.last().copied().unwrap_or(0);
        }
        best.push(key);
    }
    shorten(&mut best, k);
    let place = (1u128 << PLACE_BITS) - 1;
    best.into_iter().map(|key| (key & place) as usize).collect()
}

fn shorten(keys: &mut Vec<u128>, k: usize) {
    keys.sort_unstable();
    keys.truncate(k);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// The order is that of a stable sort by rank and falling score.
        #[test]
        fn it_is_a_stable_sort(
            entries in prop::collection::vec((0u64..3, prop_oneof![any::<f64>(), Just(0.0), Just(-0.0), Just(1.0)]), 0..300),
            k in 0usize..90,
        ) {
            let mut expected: Vec<usize> = (0..entries.len()).collect();
            expected.sort_by(|&a, &b| {
                let (a, b) = (entries[a], entries[b]);
                a.0.cmp(&b.0).then(b.1.total_cmp(&a.1))
            });
            expected.truncate(k);
            prop_assert_eq!(best(entries.into_iter(), k), expected);
        }
    }
}
