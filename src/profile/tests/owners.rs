//! Laws of erasures under several ids: each erases what lies under its own, and nothing else.

use proptest::prelude::*;

use super::super::*;

const NOW: u64 = 1_790_000_000_000;
const DAY: u64 = 24 * 60 * 60 * 1000;

fn owners() -> [Owner; 2] {
    [Owner::of("the customer's id"), Owner::of("the device's id")]
}

/// What happens to a profile: an event of a replica, a mute, or an erasure, on some day.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Record(u64),
    Mute(u64),
    Erase,
}

fn deeds() -> impl Strategy<Value = Vec<(Deed, u64)>> {
    let deed = prop_oneof![
        4 => (0u64..3).prop_map(Deed::Record),
        1 => (0u64..3).prop_map(Deed::Mute),
        1 => Just(Deed::Erase),
    ];
    proptest::collection::vec((deed, 0u64..40), 0..12)
}

/// The profile of `owner`, whose replicas begin at `first`.
fn profile(owner: Owner, first: u64, deeds: &[(Deed, u64)]) -> Profile {
    let mut profile = Profile::new();
    for &(deed, day) in deeds {
        let time = Timestamp(NOW + day * DAY);
        match deed {
            Deed::Record(n) => {
                let key = Key::item(&format!("{first} {n}"));
                profile.record(ReplicaId(first + n), 1.0, [key], time);
            }
            Deed::Mute(n) => profile.mute(Key::brand(&format!("{first} {n}")), true, time),
            Deed::Erase => profile.erase(owner, time),
        }
    }
    profile
}

fn offered(kept: &Profile, owner: Owner, offer: &Profile) -> Profile {
    let (mut joined, mut offer) = (kept.clone(), offer.clone());
    offer.offered_to(owner, kept);
    joined.join(&offer);
    joined
}

fn has_all_of(profile: &Profile, part: &Profile) -> bool {
    let mut joined = profile.clone();
    joined.join(part);
    joined == *profile && profile.epoch == part.epoch
}

proptest! {
    /// Whatever is offered by somebody else, in whatever order and however often, nothing of the kept profile is erased.
    #[test]
    fn an_erasure_under_another_id_erases_nothing(kept in deeds(), one in deeds(), two in deeds(), disowned: bool) {
        let [owner, device] = owners();
        let kept = profile(owner, 0, &kept);
        let mut offers = [profile(device, 100, &one), profile(device, 200, &two)];
        if disowned {
            offers.iter_mut().for_each(Profile::disown);
        } else {
            // An epoch of 0 has no owner: a device that was away when all was erased has it, too.
            offers.iter_mut().for_each(|offer| offer.erase(device, Timestamp(NOW)));
            offers[0].record(ReplicaId(300), 1.0, [Key::item("after")], Timestamp(NOW + 50 * DAY));
        }
        let [one, two] = &offers;
        let joined = offered(&offered(&kept, owner, one), owner, two);
        prop_assert!(has_all_of(&joined, &kept));
        prop_assert_eq!(&joined, &offered(&offered(&kept, owner, two), owner, one));
        prop_assert_eq!(&joined, &offered(&joined, owner, one));
        if !disowned {
            prop_assert!(joined.evidence(Timestamp(NOW)).get(Key::item("after")).is_some());
        }
    }

    /// An erasure under the profile's own id is a join like any other, and what was erased stays erased.
    #[test]
    fn an_erasure_under_its_own_id_erases_all(kept in deeds(), copy in deeds()) {
        let [owner, _] = owners();
        let kept = profile(owner, 0, &kept);
        let mut copy = profile(owner, 100, &copy);
        copy.join(&kept);
        copy.erase(owner, Timestamp(NOW));
        let joined = offered(&kept, owner, &copy);
        prop_assert_eq!(&joined, &copy);
        prop_assert_eq!(&offered(&joined, owner, &kept), &copy);
        prop_assert!(joined.evidence(Timestamp(NOW)).is_empty() && joined.muted().next().is_none());
    }
}

#[test]
fn what_a_device_offers_to_its_customer_is_from_after_the_customers_erasure() {
    let [owner, device] = owners();
    let mut kept = Profile::new();
    kept.erase(owner, Timestamp(NOW + 5 * DAY));
    let mut offer = profile(device, 0, &[(Deed::Record(0), 1), (Deed::Record(1), 9)]);
    offer.disown();
    let joined = offered(&kept, owner, &offer);
    let numbers: Vec<_> = joined.parts.iter().map(|((id, _), _)| id.0).collect();
    assert_eq!(numbers, [1]);
    assert_eq!(joined.epoch, kept.epoch);
}

/// An erasure that an earlier version wrote, or under an id that was not known, is everybody's.
#[test]
fn an_erasure_without_an_id_erases_as_ever() {
    let [owner, _] = owners();
    let kept = profile(owner, 0, &[(Deed::Record(0), 1)]);
    let mut offer = Profile::new();
    offer.erase(Owner::default(), Timestamp(NOW));
    assert_eq!(offered(&kept, owner, &offer), offer);
    offer.epoch = NOW;
    assert_eq!(offered(&kept, owner, &offer), offer);
    // The next one is later, whatever the clocks say.
    let mut later = offer.clone();
    later.erase(owner, Timestamp(0));
    assert!(later.epoch > offer.epoch && later.erased_at() > offer.erased_at());
}

#[test]
fn clocks_at_the_end_of_time_do_not_end_erasures() {
    let [owner, _] = owners();
    let mut profile = Profile::new();
    for _ in 0..3 {
        let before = profile.epoch;
        profile.erase(owner, Timestamp(u64::MAX));
        assert!(profile.epoch > before);
        assert_eq!(Profile::decode(&profile.encode()), Ok(profile.clone()));
    }
}

/// Who moves to another id leaves the erasure behind, and takes what was learned since along.
#[test]
fn an_erasure_stays_with_its_id() {
    let [owner, device] = owners();
    for under in [device, Owner::default()] {
        let mut profile = Profile::new();
        profile.erase(under, Timestamp(NOW));
        profile.record(ReplicaId(1), 1.0, [Key::item("after")], Timestamp(NOW));
        let whole = profile.clone();
        profile.pass_to(device, Owner::default());
        profile.pass_to(device, device);
        assert_eq!(profile, whole);
        profile.pass_to(owner, device);
        assert!(!profile.is_erased() && profile.parts == whole.parts);
    }
}
