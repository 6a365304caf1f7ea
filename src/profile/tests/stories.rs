//! Stories of profiles: what fits, what is erased, muted, taken out and linked, and what older versions wrote.

use proptest::prelude::*;

use super::super::*;

const DAY: u64 = 24 * 60 * 60 * 1000;
const START: u64 = 1_790_000_000_000;

/// What version 1 wrote: a replica that has viewed, bought and turned down. These bytes never change.
const VERSION_1: &str = "ec0101ffffffffffff1f0004cccf0205989f058391f1d00000a3871fe5010087043903020017f1ffa10800b7fb865d7b0004f0ab053a4d298a0000a3871fe501ac0656115ef302ac06ff27be7c08ac06";

fn hex(text: &str) -> Vec<u8> {
    let digits = text.as_bytes().chunks(2);
    digits
        .map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap())
        .collect()
}

fn viewed(replica: u64, events: std::ops::Range<u64>) -> Profile {
    let mut profile = Profile::new();
    for event in events {
        let item = Key::item(&format!("{replica}/{event}"));
        let time = Timestamp(START + event * 1000);
        profile.record(ReplicaId(replica), 1.0, [item, Key::brand("kept")], time);
    }
    profile
}

fn knows(profile: &Profile, key: Key) -> f64 {
    let evidence = profile.evidence(Timestamp(START));
    evidence.get(key).map_or(0.0, |evidence| evidence.positive)
}

/// A device that has synced with the keeper, so that it goes on with its next part.
fn acknowledged(device: &mut Profile, keeper: &mut Profile, own: u64) {
    keeper.join(device);
    keeper.fold(own);
    device.join(keeper);
    let replicas: Vec<_> = device
        .parts
        .iter()
        .map(|((replica, _), _)| replica)
        .collect();
    let summary = keeper.summary();
    replicas
        .into_iter()
        .for_each(|replica| device.acknowledge(replica, &summary));
}

#[test]
fn version_1_is_read_and_given_back_bit_for_bit() {
    let bytes = hex(VERSION_1);
    let old = Profile::decode(&bytes).unwrap();
    assert_eq!(old.encode_v1(), bytes);
    assert_eq!(old.encode_for_v1(), bytes);
    let new = old.encode();
    assert_eq!(new[..2], [0xec, 2]);
    assert_eq!(Profile::decode(&new), Ok(old));
}

#[test]
fn a_device_that_was_updated_goes_on_where_it_stood() {
    let mut device = Profile::decode(&hex(VERSION_1)).unwrap();
    let (replica, _) = device.parts.last_key().unwrap();
    let before = device.evidence(Timestamp(START)).len();
    let mut keeper = Profile::new();
    for event in 0..20 {
        acknowledged(&mut device, &mut keeper, 99);
        let key = Key::item(&format!("event {event}"));
        device.record(replica, 1.0, [key], Timestamp(START));
    }
    assert!(device.has_bases() && device.parts.len() < 10);
    assert_eq!(device.evidence(Timestamp(START)).len(), before + 20);
    // The old copy, which another device has kept, counts no more.
    let whole = device.clone();
    device.join(&Profile::decode(&hex(VERSION_1)).unwrap());
    assert_eq!(device, whole);
}

#[test]
fn a_newer_version_is_told_apart_from_damage() {
    let newer = Err(ProfileError::NewerVersion {
        got: 3,
        supported: 2,
    });
    assert_eq!(Profile::decode(&[0xec, 3, 0]), newer);
    assert_eq!(
        Profile::decode(&[0xec, 2, 0x80, 0]),
        newer,
        "an unknown section"
    );
    assert_eq!(Profile::decode(b"<html>"), Err(ProfileError::Foreign));
    assert_eq!(Profile::decode(&[]), Err(ProfileError::Foreign));
}

#[test]
fn five_hundred_events_fit_and_the_strongest_stay() {
    let profile = viewed(1, 0..500);
    assert!(profile.encode().len() <= 1024);
    assert!(knows(&profile, Key::brand("kept")) > 100.0);
    assert_eq!(
        profile.evidence(Timestamp(START)).len(),
        Profile::MAX_MASSES
    );
}

#[test]
fn what_does_not_fit_is_the_least_informative() {
    let mut profile = Profile::new();
    for replica in 0..24 {
        profile.join(&viewed(replica, 0..70));
    }
    let whole = profile.clone();
    profile.mute(Key::brand("muted"), true, Timestamp(START));
    profile.record_consent(Consent {
        tier: 4,
        source: 1,
        at: Timestamp(START),
    });
    profile.fit(None);
    assert!(profile.encode().len() <= Profile::MAX_BYTES);
    assert!(
        profile.encode().len() > Profile::MAX_BYTES - 200,
        "no more than must"
    );
    assert_eq!(
        knows(&profile, Key::brand("kept")),
        knows(&whole, Key::brand("kept"))
    );
    assert!(profile.consent().is_some());
    let mut again = profile.clone();
    again.join(&whole);
    profile.join(&again);
    assert_eq!(profile, again, "a lesser state of the same profile");
}

#[test]
fn what_was_erased_does_not_come_back() {
    let old = viewed(1, 0..9);
    let mut profile = old.clone();
    profile.erase(Owner::default(), Timestamp(START));
    assert!(profile.is_erased() && !profile.is_empty());
    profile.record(ReplicaId(2), 1.0, [Key::item("after")], Timestamp(START));
    let after = profile.clone();
    // A device that was away, and a backup.
    profile.join(&old);
    assert_eq!(profile, after);
    let mut backup = old;
    backup.join(&after);
    assert_eq!(backup, after);
    // An erasure later on takes all of that, also what was recorded after the first.
    backup.erase(Owner::default(), Timestamp(START + DAY));
    profile.join(&backup);
    assert_eq!(knows(&profile, Key::item("after")), 0.0);
    // Clocks that are wrong do not keep it from being the later one.
    backup.erase(Owner::default(), Timestamp(0));
    profile.join(&backup);
    assert_eq!(profile, backup);
}

#[test]
fn the_later_word_on_a_mute_stands() {
    let key = Key::brand("x");
    let mute = |profile: &mut Profile, muted, at| profile.mute(key, muted, Timestamp(START + at));
    let (mut phone, mut till) = (Profile::new(), Profile::new());
    mute(&mut phone, true, 5);
    till.join(&phone);
    // A clock that is behind: what is said after is later.
    mute(&mut till, false, 1);
    phone.join(&till);
    assert_eq!(phone.muted().count(), 0);
    // At the same moment on two devices: the more careful one.
    let (mut one, mut other) = (phone.clone(), phone.clone());
    mute(&mut one, true, 99);
    mute(&mut other, true, 99);
    mute(&mut other, false, 0);
    other.mute(key, true, Timestamp(START));
    one.join(&other);
    other.join(&one);
    assert_eq!(one, other);
    assert_eq!(one.muted().collect::<Vec<_>>(), [key]);
    assert_eq!(Profile::decode(&one.encode()), Ok(one));
}

#[test]
fn the_later_consent_stands_and_of_two_at_once_the_lower_tier() {
    let consent = |tier, at| Consent {
        tier,
        source: 0,
        at: Timestamp(at),
    };
    let (mut a, mut b) = (Profile::new(), Profile::new());
    a.record_consent(consent(4, 7));
    b.record_consent(consent(1, 7));
    a.join(&b);
    b.join(&a);
    assert_eq!((a.consent(), &a), (Some(consent(1, 7)), &b));
    a.record_consent(consent(5, 8));
    let earlier = b.clone();
    b.join(&a);
    assert_eq!(b.consent(), Some(consent(5, 8)));
    b.join(&earlier);
    assert_eq!(
        b.consent(),
        Some(consent(5, 8)),
        "an earlier word came late"
    );
    let known = b.clone();
    b.record_consent(consent(5, 8));
    assert_eq!(b, known, "the same word is news to nobody");
}

#[test]
fn what_an_unlinked_device_has_written_is_gone_and_stays_away() {
    let mut customer = viewed(1, 0..5);
    let own = customer.evidence(Timestamp(START)).len();
    let device = viewed(2, 5..9);
    customer.join(&device);
    assert!(customer.evidence(Timestamp(START)).len() > own);
    customer.unlink(2);
    assert_eq!(customer.evidence(Timestamp(START)).len(), own);
    customer.join(&device);
    assert_eq!(customer.evidence(Timestamp(START)).len(), own);
}

#[test]
fn a_message_brings_decisions_and_nothing_of_before_an_erasure() {
    let mut device = viewed(1, 0..3);
    let mut other = Profile::new();
    other.join(&device);
    device.mute(Key::brand("Lavendorf"), true, Timestamp(START));
    let message = device.message(&other.summary());
    assert!(message.delta.parts.is_empty(), "what the other has");
    other.join(&message.delta);
    assert_eq!(other, device);
    // The other has erased everything: what this one still has is not for it.
    other.erase(Owner::default(), Timestamp(START));
    assert!(device.lacking(&other.summary()).holds_nothing());
    let told = other.message(&device.summary());
    device.join(&told.delta);
    assert_eq!(device, other);
}

/// Copies that a faithful writer never makes, of which joining must choose one all the same.
#[test]
fn of_two_copies_that_differ_in_one_field_both_sides_keep_the_same() {
    let copy = |change: &dyn Fn(&mut Part)| {
        let mut profile = viewed(1, 0..3);
        profile.parts.iter_mut().for_each(|(_, part)| change(part));
        profile
    };
    let known = copy(&|_| {});
    for other in [
        copy(&|part| part.before += 1),
        copy(&|part| part.closed = true),
        copy(&|part| part.last = Tick::default()),
        copy(&|part| part.masses = Masses::default()),
    ] {
        let (mut one, mut two) = (known.clone(), other.clone());
        one.join(&other);
        two.join(&known);
        assert_eq!(one, two);
        assert_ne!(known, other);
    }
}

#[test]
fn a_linked_device_can_be_taken_out_again() {
    let customers = 7;
    let mut customer = viewed(1, 0..5);
    // A device that has a base on the server, and is linked.
    let (mut device, mut anonymous) = (Profile::new(), Profile::new());
    for event in 0..30 {
        device.join(&Profile::new());
        let key = Key::item(&format!("anonymous {event}"));
        device.record(ReplicaId(2), 1.0, [key], Timestamp(START));
        acknowledged(&mut device, &mut anonymous, 8);
    }
    assert!(device.has_bases());
    let known = device.evidence(Timestamp(START)).len();
    let link = |device: &Profile, customer: &mut Profile| {
        let mut offered = device.clone();
        offered.rehome(customers, customer);
        customer.join(&offered);
        customer.fold(customers);
    };
    let own = customer.evidence(Timestamp(START)).len();
    link(&device, &mut customer);
    let linked = customer.evidence(Timestamp(START));
    assert_eq!(linked.len(), own + known);
    // Once more, and with what the anonymous profile has folded since.
    anonymous.fold(8);
    anonymous.fold_beyond(
        8,
        base::Room {
            finished: 0,
            most: 0,
            fewer: 0,
        },
    );
    link(&device, &mut customer);
    link(&anonymous, &mut customer);
    device.join(&customer);
    assert_eq!(customer.evidence(Timestamp(START)), linked);
    assert_eq!(device.evidence(Timestamp(START)), linked);

    let ids: Vec<u64> = customer
        .parts()
        .iter()
        .map(|part| part.id)
        .filter(|&id| id != 1)
        .collect();
    assert_eq!(ids.len(), 2, "what it knew, and what it has written since");
    ids.into_iter().for_each(|id| customer.unlink(id));
    assert_eq!(customer.evidence(Timestamp(START)).len(), own);
    customer.join(&device);
    assert_eq!(
        customer.evidence(Timestamp(START)).len(),
        own,
        "it does not come back"
    );
    assert_eq!(Profile::decode(&customer.encode()), Ok(customer));
}

#[test]
fn of_more_replicas_than_a_base_names_the_oldest_are_closed_for_good() {
    let mut keeper = Profile::new();
    let mut oldest = None;
    for replica in 1..=200 {
        let mut window = Profile::new();
        let time = Timestamp(START + replica * DAY);
        window.record(
            ReplicaId(replica),
            1.0,
            [Key::item(&replica.to_string())],
            time,
        );
        keeper.join(&window);
        keeper.fold(99);
        keeper.fit(None);
        assert!(keeper.encode().len() <= Profile::MAX_BYTES);
        oldest.get_or_insert(window);
    }
    let before = keeper.clone();
    keeper.join(&oldest.unwrap());
    assert_eq!(keeper, before);
}

proptest! {
    #[test]
    fn foreign_bytes_give_an_error_or_a_profile(mut bytes in prop::collection::vec(any::<u8>(), 0..600), version in 1u8..3) {
        let _ = Profile::decode(&bytes);
        let _ = Message::decode(&bytes);
        let _ = Summary::from_bytes(&bytes);
        if bytes.len() > 2 {
            bytes[..2].copy_from_slice(&[0xec, version]);
            if let Ok(mut profile) = Profile::decode(&bytes) {
                let again = if version == 1 { profile.encode_v1() } else { profile.encode() };
                prop_assert_eq!(&again, &bytes);
                profile.fold(1);
                profile.fit(None);
                prop_assert!(profile.encode().len() <= Profile::MAX_BYTES);
            }
            bytes[..2].copy_from_slice(&[0xed, 1]);
            if let Ok(message) = Message::decode(&bytes) {
                prop_assert_eq!(message.encode(), bytes);
            }
        }
    }

    #[test]
    fn a_cut_or_flipped_profile_never_panics(events in 1u64..70, cut in 0usize..500, bit in 0usize..4000) {
        let profile = viewed(1, 0..events);
        let messages = [profile.encode(), profile.message(&Summary::default()).encode()];
        for mut bytes in messages {
            if let Some(short) = bytes.get(..cut).filter(|short| short.len() < bytes.len()) {
                prop_assert!(Profile::decode(short).is_err() && Message::decode(short).is_err());
            }
            if let Some(byte) = bytes.get_mut(bit / 8) {
                *byte ^= 1 << (bit % 8);
                let message = Message::decode(&bytes).map(|message| message.delta);
                for mut flipped in [Profile::decode(&bytes), message].into_iter().flatten() {
                    flipped.join(&viewed(1, 0..3));
                    flipped.fold(1);
                    flipped.fit(None);
                    prop_assert!(flipped.encode().len() <= Profile::MAX_BYTES);
                }
            }
        }
    }
}
