//! Typo-tolerant lookup in a sorted dictionary.
//!
//! The pattern becomes a non-deterministic Levenshtein automaton whose states are the bits of one word per number
//! of edits (Wu, Manber: "Fast text searching allowing errors", CACM 1992), with transpositions of neighbours as one edit.
//! The sorted terms are walked as the trie that they are: the automaton keeps one state per depth, goes back to where
//! a term parts from the one before, and passes over all terms below a prefix that can no longer match.
//!
//! # Invariants
//! * Distances are the optimal string alignment distance in bytes; folded Latin text has one byte per letter.

use super::Dictionary;

/// Edits that a pattern of any length may have.
pub(crate) const MAX_EDITS: usize = 2;

/// Bits of a state word: one per byte of the pattern, and one for the start.
const MAX_PATTERN: usize = 63;

/// One bit per prefix of the pattern that has been read, for each number of edits.
type State = [u64; MAX_EDITS + 1];

/// The automaton of one pattern.
struct Automaton {
    /// Positions of each byte in the pattern.
    positions: Box<[u64; 256]>,
    edits: usize,
    accept: u64,
}

impl Automaton {
    fn new(pattern: &[u8], edits: usize) -> Option<Self> {
        if pattern.is_empty() || pattern.len() > MAX_PATTERN || edits > MAX_EDITS {
            return None;
        }
        let mut positions = Box::new([0u64; 256]);
        for (at, &byte) in pattern.iter().enumerate() {
            positions[usize::from(byte)] |= 1 << at;
        }
        Some(Self {
            positions,
            edits,
            accept: 1 << pattern.len(),
        })
    }

    /// Before the first byte: up to `e` bytes of the pattern may be missing.
    fn start(&self) -> State {
        let mut state = [0; MAX_EDITS + 1];
        for (edits, bits) in state.iter_mut().enumerate().take(self.edits + 1) {
            *bits = (1 << (edits + 1)) - 1;
        }
        state
    }

    /// After `byte`, which follows `before` (the state and byte of one step earlier, for transpositions).
    #[inline]
    fn step(&self, state: &State, before: Option<(&State, u8)>, byte: u8) -> State {
        let here = self.positions[usize::from(byte)];
        let mut next = [0; MAX_EDITS + 1];
        next[0] = (state[0] & here) << 1;
        for edits in 1..=self.edits {
            let extra = state[edits - 1];
            let other = state[edits - 1] << 1;
            let missing = next[edits - 1] << 1;
            let mut bits = (state[edits] & here) << 1 | extra | other | missing;
            if let Some((earlier, previous)) = before {
                let swapped = here & self.positions[usize::from(previous)] >> 1;
                bits |= (earlier[edits - 1] & swapped) << 2;
            }
            next[edits] = bits;
        }
        next
    }

    fn is_dead(&self, state: &State) -> bool {
        state[self.edits] == 0
    }

    /// Edits with which the whole pattern has been read.
    fn distance(&self, state: &State) -> Option<u8> {
        (0..=self.edits)
            .find(|&edits| state[edits] & self.accept != 0)
            .map(|edits| edits as u8)
    }
}

/// What is known at one depth of the walk.
#[derive(Clone, Copy)]
struct Depth {
    state: State,
    byte: u8,
    /// Least distance of the pattern to a prefix up to here.
    nearest: Option<u8>,
}

/// Calls `visit` with number and distance of each term within `edits` of `pattern`; with `prefix`, of each term that has a
/// prefix within it. Patterns of more than 63 bytes match nothing.
pub(crate) fn fuzzy(
    dictionary: Dictionary<'_>,
    pattern: &str,
    edits: usize,
    prefix: bool,
    mut visit: impl FnMut(usize, u8),
) {
    let Some(automaton) = Automaton::new(pattern.as_bytes(), edits) else {
        return;
    };
    let start = automaton.start();
    let mut path: Vec<Depth> = Vec::with_capacity(MAX_PATTERN * 2);
    dictionary.walk(|number, shared, rest| {
        path.truncate(shared);
        for &byte in rest {
            let (state, before) = match path.as_slice() {
                [] => (&start, None),
                [only] => (&only.state, Some((&start, only.byte))),
                [.., earlier, last] => (&last.state, Some((&earlier.state, last.byte))),
            };
            let next = automaton.step(state, before, byte);
            let known = path.last().and_then(|depth| depth.nearest);
            let nearest = match (known, automaton.distance(&next)) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
            path.push(Depth {
                state: next,
                byte,
                nearest,
            });
            if automaton.is_dead(&next) && !(prefix && nearest.is_some()) {
                return path.len();
            }
        }
        let Some(last) = path.last() else {
            return usize::MAX;
        };
        let distance = if prefix {
            last.nearest
        } else {
            automaton.distance(&last.state)
        };
        if let Some(distance) = distance {
            visit(number, distance);
        }
        usize::MAX
    });
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{index::write_dictionary, pack::U32s};

    /// Optimal string alignment distance by the textbook.
    fn distance(a: &[u8], b: &[u8]) -> usize {
        let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
        for i in 0..=a.len() {
            for j in 0..=b.len() {
                rows[i][j] = if i == 0 || j == 0 {
                    i + j
                } else {
                    let other = usize::from(a[i - 1] != b[j - 1]);
                    let mut best = (rows[i - 1][j] + 1)
                        .min(rows[i][j - 1] + 1)
                        .min(rows[i - 1][j - 1] + other);
                    if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                        best = best.min(rows[i - 2][j - 2] + 1);
                    }
                    best
                };
            }
        }
        rows[a.len()][b.len()]
    }

    proptest! {
        /// The walk finds what comparing every term finds.
        #[test]
        fn it_finds_what_comparing_all_terms_finds(
            terms in prop::collection::btree_set("[a-d]{1,8}", 1..150),
            pattern in "[a-d]{1,8}",
            edits in 0usize..=2,
            prefix: bool,
        ) {
            let (blocks, blob) = write_dictionary(terms.iter().map(String::as_str));
            let blocks: Vec<u8> = blocks.into_iter().flat_map(u32::to_le_bytes).collect();
            let dictionary = Dictionary::new(U32s::new(&blocks), &blob, terms.len());
            let mut found = Vec::new();
            fuzzy(dictionary, &pattern, edits, prefix, |number, distance| {
                found.push((number, usize::from(distance)));
            });
            let expected: Vec<_> = terms
                .iter()
                .enumerate()
                .filter_map(|(number, term)| {
                    let term = term.as_bytes();
                    let ends = if prefix { 0..=term.len() } else { term.len()..=term.len() };
                    ends.map(|end| distance(pattern.as_bytes(), &term[..end]))
                        .min()
                        .filter(|&distance| distance <= edits)
                        .map(|distance| (number, distance))
                })
                .collect();
            // An empty prefix is within the edits of a short pattern only; no shopper means that.
            let beyond_nothing = |&&(_, distance): &&(usize, usize)| !prefix || distance < pattern.len();
            prop_assert_eq!(
                found.iter().filter(beyond_nothing).collect::<Vec<_>>(),
                expected.iter().filter(beyond_nothing).collect::<Vec<_>>()
            );
        }
    }
}
