//! Counts that no profile has: refused where they are read, so that no message costs more than a profile's worth of time.

use super::super::codec::write_varint64;
use super::super::{Message, Profile, ProfileError};

/// A count, and as many entries, ascending, each of its number in `width` bytes and of `rest`.
fn entries(count: usize, width: usize, rest: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_varint64(&mut bytes, count as u64);
    for at in 0..count {
        bytes.extend_from_slice(&(at as u64 + 1).to_le_bytes()[..width]);
        bytes.extend_from_slice(rest);
    }
    bytes
}

/// A profile of decisions: so many mutes, and so many that are kept out.
fn decisions(mutes: usize, unlinked: usize) -> Vec<u8> {
    let mutes = entries(mutes, 5, &[3]);
    [&[4, 0][..], &mutes, &entries(unlinked, 8, &[]), &[0]].concat()
}

/// So many parts of one replica, with nothing in them.
fn parts(count: usize) -> Vec<u8> {
    let mut bytes = vec![0];
    write_varint64(&mut bytes, count as u64);
    for number in 0..count as u64 {
        write_varint64(&mut bytes, number << 1 | u64::from(number == 0));
        if number == 0 {
            bytes.extend_from_slice(&[7; 8]);
        }
        bytes.extend_from_slice(&[2, 0, 0, 0, 0]);
    }
    bytes
}

/// One part with so many masses for, all alike.
fn masses(count: usize) -> Vec<u8> {
    let mut half = Vec::new();
    write_varint64(&mut half, count as u64);
    half.push(0);
    half.extend_from_slice(&entries(count, 5, &[0])[1 + usize::from(count > 127)..]);
    let part = [&[1][..], &[7; 8], &[2, 0, 0], &half, &[0]].concat();
    [&[0, 1][..], &part].concat()
}

#[test]
fn more_than_a_profile_keeps_is_refused_in_profiles_and_messages() {
    let (sound, heavy) = (
        [decisions(64, 32), parts(24), masses(64)],
        [
            decisions(65, 0),
            decisions(0, 33),
            parts(25),
            masses(65),
            // What filled a message took milliseconds to join.
            decisions(1300, 0),
        ],
    );
    for (contents, taken) in [(&sound[..], true), (&heavy[..], false)] {
        for content in contents {
            let message = [&[0xed, 1, 0, 0, 0][..], content].concat();
            let message = Message::decode(&message).map(|message| message.delta);
            let profile = [&[0xec, 2][..], content].concat();
            for read in [Profile::decode(&profile), message] {
                match read {
                    Ok(_) => assert!(taken, "{content:?}"),
                    Err(ProfileError::Damaged { .. } | ProfileError::TooLong { .. }) => {
                        assert!(!taken, "{content:?}");
                    }
                    Err(error) => panic!("{error}: {content:?}"),
                }
            }
        }
    }
}
