//! Profiles, messages of delta sync, sessions.

use endcap::profile::{Message, Profile, Summary};
use endcap::{Engine, Timestamp};

use crate::part;
use crate::shop::{self, NOW, event};

/// Three profiles, each behind its length: decoding, encoding and the laws of joining.
pub(crate) fn profile(mut data: &[u8]) {
    let parts = [part(&mut data), part(&mut data), data];
    let [a, b, c] = parts.map(|bytes| {
        let profile = Profile::decode(bytes).unwrap_or_default();
        is_sound(&profile);
        profile
    });
    let joined = |first: &Profile, second: &Profile| {
        let mut joined = first.clone();
        joined.join(second);
        joined
    };
    let ab = joined(&a, &b);
    assert_eq!(joined(&a, &a), a, "joining is not idempotent");
    assert_eq!(ab, joined(&b, &a), "joining is not commutative");
    let (left, right) = (joined(&ab, &c), joined(&a, &joined(&b, &c)));
    assert_eq!(left, right, "joining is not associative");
    assert_eq!(joined(&left, &b), left, "what was joined comes again");

    let mut fitted = left.clone();
    let bytes = fitted.fit(None);
    assert!(bytes.len() <= Profile::MAX_BYTES);
    assert_eq!(bytes, fitted.encode());
    assert_eq!(Profile::decode(&bytes), Ok(fitted.clone()), "fitted");

    let mut engine = Engine::new(7);
    for bytes in parts {
        let _ = engine.join_profile(bytes);
    }
    let _ = engine.observe(&event("view_item", "4711"), NOW);
    let bytes = engine.profile();
    assert!(bytes.len() <= Profile::MAX_BYTES);
    assert!(Profile::decode(&bytes).is_ok());
}

/// What holds of every profile that was decoded.
fn is_sound(profile: &Profile) {
    let bytes = profile.encode();
    assert_eq!(Profile::decode(&bytes).as_ref(), Ok(profile), "round trip");
    for known in profile.known(NOW) {
        assert!(known.positive.is_finite() && known.negative.is_finite());
    }
    let _ = (profile.parts(), profile.part_ids(), profile.muted().count());
    for old in [profile.encode_v1(), profile.encode_for_v1()] {
        assert!(Profile::decode(&old).is_ok(), "version 1");
    }
    let mut capped = profile.clone();
    capped.cap_times(NOW);
    assert!(Profile::decode(&capped.encode()).is_ok(), "capped");
    let mut folded = profile.clone();
    folded.fold(1);
    folded.fit(None);
    assert!(Profile::decode(&folded.encode()).is_ok(), "folded");
}

/// Two messages, each behind its length, and the summary that a device keeps.
pub(crate) fn message(mut data: &[u8]) {
    let (first, second) = (part(&mut data), part(&mut data));
    let summary = Summary::from_bytes(data);
    assert_eq!(Summary::from_bytes(&summary.to_bytes()), summary);

    let mut kept = Profile::new();
    for bytes in [first, second] {
        let Ok(message) = Message::decode(bytes) else {
            continue;
        };
        let again = message.encode();
        assert_eq!(Message::decode(&again).as_ref(), Ok(&message), "round trip");
        kept.join(&message.delta);
        kept.fit(None);
        // What the sender lacks, and nothing else, brings it up to what is kept.
        let answer = kept.message(&message.summary).encode();
        let answer = Message::decode(&answer).expect("an answer that its receiver refuses");
        assert_eq!(answer.summary, kept.summary());
        let mut sender = message.delta.clone();
        sender.join(&answer.delta);
        assert!(kept.is_known_by(&answer.summary));
    }
    let mut engine = Engine::new(7);
    let _ = engine.observe(&event("view_item", "4711"), NOW);
    for bytes in [first, second] {
        if let Ok(since) = engine.join_delta(bytes) {
            let _ = engine.is_synced(&since);
            let asked = engine.profile_delta(&since);
            assert!(Message::decode(&asked).is_ok());
        }
    }
    let _ = engine.observe(&event("view_item", "4712"), Timestamp(NOW.0 + 90_000_000));
    assert!(Profile::decode(&engine.profile()).is_ok());
}

/// A session that a page has left.
pub(crate) fn session(data: &[u8]) {
    let mut engine = shop::engine();
    if !engine.restore_session(data) {
        return;
    }
    let bytes = engine.session();
    let mut other = Engine::new(1);
    assert!(
        other.restore_session(&bytes),
        "a session that is not read again"
    );
    assert_eq!(other.session(), bytes, "round trip");
    shop::exercise(&mut engine);
}
