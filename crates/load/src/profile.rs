//! Profiles as devices send them.

#[cfg(test)]
use endcap::profile::Message;
use endcap::profile::{Profile, ProfileError};

/// Keys that a part knows; with two parts a profile has some 600 bytes, as after a few hundred events.
const MASSES: u8 = 48;

/// Keys that one view tells of: the item, three levels of categories, the brand, and some attributes.
const VIEW_MASSES: u8 = 10;

/// The profile of a device after `revision` events, in the first version of the format, which every server must read:
/// its own part, and one that it has from another device.
pub(crate) fn profile(device: u64, revision: u32) -> Vec<u8> {
    let mut bytes = vec![0xec, 1, 2];
    // Ascending by replica, and no device has the number 0.
    part(&mut bytes, device, 7);
    part(&mut bytes, device | 1 << 63, revision);
    bytes
}

/// The same in the version of today, which is answered in kind: an answer in the first version has room for eight parts.
pub(crate) fn whole(profile: &[u8]) -> Result<Vec<u8>, ProfileError> {
    Profile::decode(profile).map(|profile| profile.encode())
}

/// A profile that knows nothing, in the version of today: offered by who only reads.
pub(crate) const NOTHING: [u8; 4] = [0xec, 2, 0, 0];

/// What the device sends after its view number `revision`: that it has the profile, and the part that it writes.
pub(crate) fn message(device: u64, revision: u32) -> Vec<u8> {
    let replica = device | 1 << 62;
    let mut bytes = vec![0xed, 1, 0, 0, 3];
    for (replica, revision) in [(device, 7), (replica, revision), (device | 1 << 63, 1)] {
        bytes.push(1);
        bytes.extend(replica.to_le_bytes());
        number(&mut bytes, revision);
    }
    bytes.extend([0, 1, 1]);
    bytes.extend(replica.to_le_bytes());
    number(&mut bytes, revision << 1);
    bytes.push(0);
    number(&mut bytes, 7);
    masses(&mut bytes, replica ^ u64::from(revision), VIEW_MASSES);
    bytes
}

fn part(bytes: &mut Vec<u8>, replica: u64, revision: u32) {
    bytes.extend(replica.to_le_bytes());
    // The revision, and as many ticks.
    number(bytes, revision);
    number(bytes, revision);
    masses(bytes, replica, MASSES);
}

fn number(bytes: &mut Vec<u8>, mut rest: u32) {
    while rest >= 0x80 {
        bytes.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    bytes.push(rest as u8);
}

fn masses(bytes: &mut Vec<u8>, replica: u64, count: u8) {
    bytes.extend([count, 2]);
    for mass in 0..count {
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

    #[test]
    fn messages_are_those_of_a_device_that_has_the_profile() {
        let mut kept = Profile::decode(&profile(3, 1)).unwrap();
        for revision in [2, 300] {
            let bytes = message(3, revision);
            assert!((100..130).contains(&bytes.len()), "{}", bytes.len());
            let message = Message::decode(&bytes).unwrap();
            assert_eq!(message.encode(), bytes);
            kept.join(&message.delta);
            assert_eq!(kept.summary(), message.summary);
        }
    }
}
