//! Stories of clocks that are wrong.

use super::super::*;

const NOW: u64 = 1_790_000_000_000;
const DAY: u64 = 24 * 60 * 60 * 1000;
const TEN_YEARS: u64 = 3_650 * DAY;
const HONEST: ReplicaId = ReplicaId(1);
const WRONG: ReplicaId = ReplicaId(2);

fn worth(profile: &Profile, key: Key) -> f64 {
    let evidence = profile.evidence(Timestamp(NOW));
    evidence.get(key).map_or(0.0, |known| known.positive)
}

/// A view each day of the 179 up to now.
fn faithful(replica: ReplicaId) -> (Profile, Key) {
    let (mut profile, camera) = (Profile::new(), Key::item("camera"));
    for day in (0..179).rev() {
        profile.record(replica, 1.0, [camera], Timestamp(NOW - day * DAY));
    }
    (profile, camera)
}

/// Three views ten years ahead count as three views of tomorrow, also in a profile that nobody has capped.
#[test]
fn a_clock_ten_years_ahead_does_not_own_the_profile() {
    let (honest, camera) = faithful(HONEST);
    let (mut wrong, tap) = (Profile::new(), Key::item("tap"));
    for _ in 0..3 {
        wrong.record(WRONG, 1.0, [tap], Timestamp(NOW + TEN_YEARS));
    }
    let mut both = honest.clone();
    both.join(&wrong);
    let views = worth(&both, tap);
    assert!((2.9..3.2).contains(&views), "{views}");
    assert_eq!(worth(&both, camera), worth(&honest, camera));
    assert!(worth(&both, camera) > 40.0);
    // The server caps for good, and what the device sends again changes nothing.
    wrong.cap_times(Timestamp(NOW));
    let mut served = honest;
    served.join(&wrong);
    assert_eq!(worth(&served, tap), views);
    let capped = served.clone();
    served.join(&both);
    assert_eq!(served, capped);
    // Folded into one base with honest parts, it does not push them out.
    assert!(served.fold_beyond(
        9,
        base::Room {
            finished: 0,
            most: 0,
            fewer: 0
        }
    ));
    assert!((worth(&served, tap) / views - 1.0).abs() < 0.01);
    assert!((worth(&served, camera) / worth(&both, camera) - 1.0).abs() < 0.01);
}

/// On one device, too, without any server: what it wrote before its clock jumped stays, whichever way it jumped.
#[test]
fn a_jump_of_the_own_clock_takes_nothing_from_what_was_known() {
    for jumped in [NOW + TEN_YEARS, NOW + 365 * DAY, NOW - 365 * DAY, 0] {
        let (mut profile, camera) = faithful(HONEST);
        let before = worth(&profile, camera);
        profile.record(HONEST, 1.0, [Key::item("tap")], Timestamp(jumped));
        assert_eq!(worth(&profile, camera), before, "{jumped}");
        // The clock is right again.
        profile.record(HONEST, 1.0, [camera], Timestamp(NOW));
        let after = worth(&profile, camera);
        assert!(
            (after - before - 1.0).abs() < 0.1,
            "{jumped}: {before} {after}"
        );
    }
}

/// Consent that was said by a clock ten years ahead does not stand against what is said later on another device.
#[test]
fn a_later_consent_stands_also_after_one_from_a_clock_ahead() {
    let said = |tier, at| Consent {
        tier,
        source: 0,
        at: Timestamp(at),
    };
    let mut profile = Profile::new();
    profile.record_consent(said(5, NOW + TEN_YEARS));
    profile.record_consent(said(0, NOW));
    assert_eq!(profile.consent().map(|consent| consent.tier), Some(0));
    profile.record_consent(said(4, NOW + 1));
    assert_eq!(profile.consent().map(|consent| consent.tier), Some(4));
}
