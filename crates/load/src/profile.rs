//! Profiles as devices send them.

use endcap::profile::Profile;

/// Keys that a part knows; with two parts a profile has some 600 bytes, as after a few hundred events.
const MASSES: u8 = 48;

/// The profile of a device after `revision` events, in the first version of the format, which every server must read:
/// its own part, and one that it has from another device.
pub(crate) fn profile(device: u64, revision: u32) -> Vec<u8> {
    let mut bytes = vec![0xec, 1, 2];
    // Ascending by replica, and no device has the number 0.
    part(&mut bytes, device, 7);
    part(&mut bytes, device | 1 << 63, revision);
    bytes
}

fn part(bytes: &mut Vec<u8>, replica: u64, revision: u32) {
    bytes.extend(replica.to_le_bytes());
    // The revision, and as many ticks.
    for _ in 0..2 {
        let mut rest = revision;
        while rest >= 0x80 {
            bytes.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        bytes.push(rest as u8);
    }
    bytes.extend([MASSES, 2]);
    for mass in 0..MASSES {
        // Keys that look like the hashes they are, in ascending order, so that nothing compresses better than in earnest.
        let noise = (replica ^ u64::from(mass)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let noise = noise.to_le_bytes();
        bytes.extend([noise[1], noise[2], noise[3], noise[4], mass]);
        bytes.push(mass);
    }
    bytes.push(0);
}

/// What became of a part that somebody said is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    Yes,
    No,
    /// The stored bytes are no profile.
    Corrupt,
}

/// Whether a stored profile knows all that `part` does.
pub(crate) fn holds(stored: &[u8], part: &[u8]) -> Kept {
    let (Ok(stored), Ok(part)) = (Profile::decode(stored), Profile::decode(part)) else {
        return Kept::Corrupt;
    };
    let mut joined = stored.clone();
    joined.join(&part);
    if joined == stored {
        Kept::Yes
    } else {
        Kept::No
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_profile_holds_an_earlier_one() {
        let (early, late) = (profile(1, 9), profile(1, 300));
        assert!((500..700).contains(&late.len()), "{}", late.len());
        assert_eq!(holds(&late, &early), Kept::Yes);
        assert_eq!(holds(&early, &late), Kept::No);
        assert_eq!(holds(&late, &profile(2, 1)), Kept::No);
        assert_eq!(holds(&late[1..], &early), Kept::Corrupt);
    }
}
