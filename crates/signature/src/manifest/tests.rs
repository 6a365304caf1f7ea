use serde_json::json;

use super::*;

const VECTOR: &str = include_str!("../../../../tests/signatures/manifest.json");

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed([seed; 32])
}

fn manifest() -> Value {
    json!({ "catalogue": {
        "hash": "c", "url": "/c", "head": { "hash": "h", "url": "/h" },
        "deltas": [{ "from": "b", "hash": "d", "url": "/d" }], "overlays": [{ "hash": "o", "url": "/o" }],
    }, "knowledge": { "hash": "k", "url": "/k" } })
}

fn signed(version: u64, expires: Option<u64>, keys: &[SigningKey]) -> Signed {
    let mut digest_of = |hash: &str| Ok::<_, SignatureError>(digest(hash.as_bytes()));
    Signed::new(manifest(), (version, expires), keys, &mut digest_of).unwrap()
}

#[test]
fn what_was_signed_opens_and_covers_every_pack() {
    let opened = signed(7, Some(100), &[key(1)])
        .open(&[key(2).public(), key(1).public()], 7, 100)
        .unwrap();
    assert_eq!((opened.version, opened.expires), (7, Some(100)));
    for hash in ["c", "h", "d", "o", "k"] {
        opened.check(hash, hash.as_bytes()).unwrap();
        let error = opened.check(hash, b"x").unwrap_err();
        assert_eq!(error.code(), "signature/pack");
    }
    assert!(opened.check("x", b"x").is_err());
}

#[test]
fn everything_else_is_refused() {
    let code = |signed: &Signed, newest, now| {
        let error = signed.open(&[key(1).public()], newest, now).unwrap_err();
        error.code()
    };
    let good = signed(7, Some(100), &[key(1)]);
    assert_eq!(code(&good, 8, 0), "signature/rollback");
    assert_eq!(code(&good, 0, 101), "signature/expired");
    assert_eq!(
        code(&signed(7, None, &[key(2)]), 0, 0),
        "signature/missing",
        "another key"
    );
    assert_eq!(code(&signed(7, None, &[]), 0, 0), "signature/missing");
    let mut changed = good.clone();
    changed.manifest = changed.manifest.replace("/k", "/x");
    assert_eq!(code(&changed, 0, 0), "signature/wrong");
    let mut cut = good.clone();
    cut.signatures[0].signature.truncate(20);
    assert_eq!(code(&cut, 0, 0), "signature/wrong");
    let mut renamed = signed(7, None, &[key(2)]);
    renamed.signatures[0].key = key(1).public().to_string();
    assert_eq!(code(&renamed, 0, 0), "signature/wrong");
}

#[test]
fn every_flipped_bit_is_refused() {
    let good = signed(7, None, &[key(1)]);
    for at in 0..good.manifest.len() {
        let mut bytes = good.manifest.clone().into_bytes();
        bytes[at] ^= 1;
        let Ok(manifest) = String::from_utf8(bytes) else {
            continue;
        };
        let changed = Signed {
            manifest,
            ..good.clone()
        };
        assert_eq!(
            changed.open(&[key(1).public()], 0, 0),
            Err(SignatureError::Wrong)
        );
    }
}

/// A signature proves who wrote it, not that it makes sense.
#[test]
fn signed_nonsense_is_damaged() {
    for text in [
        "",
        "[]",
        "{}",
        r#"{"version":-1}"#,
        r#"{"version":1,"x":{"url":"/"}}"#,
    ] {
        let signature = key(1).sign([CONTEXT, text].concat().as_bytes());
        let key = key(1).public();
        let signatures = vec![Signature {
            key: key.to_string(),
            signature,
        }];
        let signed = Signed {
            manifest: text.to_owned(),
            signatures,
        };
        let error = signed.open(&[key], 0, 0).unwrap_err();
        assert_eq!(error.code(), "signature/damaged", "{text}");
    }
}

#[test]
fn keys_survive_as_text() {
    let key = key(9);
    let read = SigningKey::from_pem(&key.to_pem()).unwrap();
    assert_eq!(read.public(), key.public());
    assert_eq!(key.public().to_string().parse(), Ok(key.public()));
    for broken in [
        "",
        "x",
        &key.to_pem()[1..],
        &key.to_pem().replace("MC4", "MC5"),
    ] {
        assert!(SigningKey::from_pem(broken).is_err());
    }
    // A point of small order.
    let weak = "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    assert!(weak.parse::<PublicKey>().is_err());
}

/// The vector that the npm package opens, too.
#[test]
fn the_shared_vector_opens() {
    #[derive(Deserialize)]
    struct Vector {
        key: String,
        signed: Signed,
    }
    let vector: Vector = serde_json::from_str(VECTOR).unwrap();
    let key: PublicKey = vector.key.parse().unwrap();
    assert_eq!(vector.signed.open(&[key], 7, 0).unwrap().version, 7);
    assert_eq!(vector.signed, signed(7, Some(100), &[self::key(1)]));
}
