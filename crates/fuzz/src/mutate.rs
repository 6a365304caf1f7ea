//! Mutations of known inputs, the same for the same number: for tests that need no fuzzer.

/// Numbers that lengths, counts and offsets break at.
const NUMBERS: [u64; 12] = [
    0,
    1,
    0x7f,
    0x80,
    0xff,
    0x7fff,
    0xffff,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_ffff,
    0x7fff_ffff_ffff_ffff,
    u64::MAX,
];

/// What has a meaning in one text format or another.
const TOKENS: [&str; 24] = [
    "\"", "'", "{", "}", "[", "]", "<", ">", "</", "<!--", "]]>", "&#0;", ",", ";", "\t", "\n",
    "\r\n", "\0", "-", "1e999", "null", "\u{feff}", "\u{202e}", "ß",
];

/// No input grows beyond this.
const MAX: usize = 64 * 1024;

/// Input number `number` that is made from `seeds`: one of them after one to eight changes.
#[must_use]
pub fn mutated(seeds: &[Vec<u8>], number: u64) -> Vec<u8> {
    let mut draw = Draw(number);
    let mut data = draw.of(seeds).cloned().unwrap_or_default();
    for _ in 0..1 + draw.below(8) {
        change(&mut data, seeds, &mut draw);
    }
    data.truncate(MAX);
    data
}

fn change(data: &mut Vec<u8>, seeds: &[Vec<u8>], draw: &mut Draw) {
    let at = draw.below(data.len() + 1);
    let end = at + draw.below(data.len() - at + 1).min(64);
    match draw.below(9) {
        0 => {
            if let Some(byte) = data.get_mut(at) {
                *byte ^= 1 << draw.below(8);
            }
        }
        1 => {
            if let Some(byte) = data.get_mut(at) {
                *byte = draw.next() as u8;
            }
        }
        2 => {
            let number = draw.of(&NUMBERS).copied().unwrap_or_default();
            let width = [1, 2, 4, 8][draw.below(4)];
            for (byte, new) in data
                .iter_mut()
                .skip(at)
                .take(width)
                .zip(number.to_le_bytes())
            {
                *byte = new;
            }
        }
        3 => data.truncate(at),
        4 => drop(data.drain(at..end)),
        5 => {
            let copy = data[at..end].to_vec();
            let to = draw.below(data.len() + 1);
            data.splice(to..to, copy);
        }
        6 => {
            let token = draw.of(&TOKENS).copied().unwrap_or_default();
            data.splice(at..at, token.bytes());
        }
        7 => {
            let other = draw.of(seeds).map_or(&[][..], Vec::as_slice);
            let from = draw.below(other.len() + 1);
            let to = from + draw.below(other.len() - from + 1).min(256);
            data.splice(at..end, other[from..to].iter().copied());
        }
        _ => {
            let times = 1 + draw.below(40);
            let copy = data[at..end].repeat(times);
            data.splice(at..at, copy);
        }
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        let at = self.below(all.len());
        all.get(at)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_number_names_one_input_and_others_differ() {
        let seeds = [b"a profile".to_vec(), b"{\"a\":1}".to_vec()];
        let inputs: Vec<_> = (0..1_000).map(|number| mutated(&seeds, number)).collect();
        let again: Vec<_> = (0..1_000).map(|number| mutated(&seeds, number)).collect();
        assert_eq!(inputs, again);
        let different: BTreeSet<_> = inputs.into_iter().collect();
        assert!(different.len() > 800, "{}", different.len());
        assert!(different.iter().all(|input| input.len() <= MAX));
    }
}
