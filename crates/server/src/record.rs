//! Records: what the store keeps under a profile's key.
//!
//! # Format
//! One byte that tells a profile (1) from a tombstone (2), the day of the last write (2 bytes, big-endian, days since 1970),
//! and for a profile its bytes. A record of the third kind says that a token was used, with random bytes that tell one use
//! from another. A tombstone says that the profile was erased: nothing joins into it. A record of the fourth kind is the
//! server's own, and has no day. One of the fifth, a day, says that the profile went into a customer's.

use crate::day::Day;

const PROFILE: u8 = 1;
const TOMBSTONE: u8 = 2;
const USED: u8 = 3;
const OWN: u8 = 4;
const LINKED: u8 = 5;

/// A stored record, read in place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Record<'a> {
    /// An encoded profile and the day it was written.
    Profile(Day, &'a [u8]),
    /// The profile was erased on this day.
    Erased(Day),
    /// A token was used on this day.
    Used(Day),
    /// The profile was joined into a customer's on this day, and takes nothing in any more.
    Linked(Day),
    /// What the server keeps for itself.
    Own(&'a [u8]),
    /// None of these; a newer server may have written it, or the disk is rotten.
    Unknown,
}

impl<'a> Record<'a> {
    pub(crate) fn read(bytes: &'a [u8]) -> Self {
        match bytes {
            [PROFILE, high, low, profile @ ..] => {
                Self::Profile(Day(u16::from_be_bytes([*high, *low])), profile)
            }
            [TOMBSTONE, high, low] => Self::Erased(Day(u16::from_be_bytes([*high, *low]))),
            [USED, high, low, use_id @ ..] if use_id.len() == 16 => {
                Self::Used(Day(u16::from_be_bytes([*high, *low])))
            }
            [LINKED, high, low] => Self::Linked(Day(u16::from_be_bytes([*high, *low]))),
            [OWN, content @ ..] => Self::Own(content),
            _ => Self::Unknown,
        }
    }

    pub(crate) fn own(content: &[u8]) -> Vec<u8> {
        [&[OWN][..], content].concat()
    }

    pub(crate) fn used(day: Day, use_id: [u8; 16]) -> Vec<u8> {
        let [high, low] = day.0.to_be_bytes();
        [&[USED, high, low][..], &use_id].concat()
    }

    pub(crate) fn profile(day: Day, profile: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(3 + profile.len());
        bytes.push(PROFILE);
        bytes.extend_from_slice(&day.0.to_be_bytes());
        bytes.extend_from_slice(profile);
        bytes
    }

    pub(crate) fn tombstone(day: Day) -> Vec<u8> {
        let [high, low] = day.0.to_be_bytes();
        vec![TOMBSTONE, high, low]
    }

    pub(crate) fn linked(day: Day) -> Vec<u8> {
        let [high, low] = day.0.to_be_bytes();
        vec![LINKED, high, low]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read() {
        let day = Day(20_000);
        let bytes = Record::profile(day, b"profile");
        assert_eq!(Record::read(&bytes), Record::Profile(day, b"profile"));
        assert_eq!(Record::read(&Record::tombstone(day)), Record::Erased(day));
        assert_eq!(Record::read(&Record::linked(day)), Record::Linked(day));
        assert_eq!(Record::read(&Record::used(day, [7; 16])), Record::Used(day));
        assert_eq!(Record::read(&Record::own(b"own")), Record::Own(b"own"));
        for strange in [
            &b""[..],
            &[1],
            &[1, 2],
            &[2, 0, 0, 0],
            &[3, 0, 0],
            &[0xec, 1, 0],
        ] {
            assert_eq!(Record::read(strange), Record::Unknown, "{strange:?}");
        }
    }
}
