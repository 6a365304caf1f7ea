//! Identity: rotated keys, tokens that are good once or on one device, households, and what stays apart.
#![expect(clippy::unwrap_used, reason = "a test that fails says so by a panic")]

mod common;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use common::{Answer, ID, SECRET, link, profile, send, shop, sync};
use ed25519_dalek::Signer as _;
use endcap_server::keys::KeyFile;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// What the shop signs with.
enum Signer {
    Hs256(Vec<u8>),
    Es256(p256::ecdsa::SigningKey),
    EdDsa(ed25519_dalek::SigningKey),
}

impl Signer {
    fn ed(seed: u8) -> Self {
        Self::EdDsa(ed25519_dalek::SigningKey::from_bytes(&[seed; 32]))
    }

    fn es(seed: u8) -> Self {
        Self::Es256(p256::ecdsa::SigningKey::from_slice(&[seed; 32]).unwrap())
    }

    fn jwk(&self, kid: &str) -> Value {
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        match self {
            Self::Hs256(key) => json!({ "kty": "oct", "kid": kid, "alg": "HS256", "k": text(key) }),
            Self::Es256(key) => {
                let point = key.verifying_key().to_sec1_point(false);
                let (x, y) = point.as_bytes()[1..].split_at(32);
                json!({ "kty": "EC", "crv": "P-256", "kid": kid, "use": "sig", "x": text(x), "y": text(y) })
            }
            Self::EdDsa(key) => {
                json!({ "kty": "OKP", "crv": "Ed25519", "kid": kid, "x": text(key.verifying_key().as_bytes()) })
            }
        }
    }

    fn sign(&self, header: Value, claims: &Value) -> String {
        let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
        let message = format!("{}.{}", part(&header), part(claims));
        let signature = match self {
            Self::Hs256(key) => {
                let mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
                mac.chain_update(&message).finalize().into_bytes().to_vec()
            }
            Self::Es256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(message.as_bytes());
                signature.to_bytes().to_vec()
            }
            Self::EdDsa(key) => key.sign(message.as_bytes()).to_bytes().to_vec(),
        };
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    fn token(&self, kid: &str) -> String {
        let alg = match self {
            Self::Hs256(_) => "HS256",
            Self::Es256(_) => "ES256",
            Self::EdDsa(_) => "EdDSA",
        };
        self.sign(json!({ "alg": alg, "kid": kid }), &claims())
    }
}

fn claims() -> Value {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    json!({ "aud": "endcap", "sub": "C-1001", "exp": now + 300 })
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

fn by_secret(claims: &Value) -> String {
    Signer::Hs256(SECRET.to_vec()).sign(json!({ "alg": "HS256" }), claims)
}

fn write(path: &std::path::Path, keys: &[Value]) {
    std::fs::write(path, json!({ "keys": keys }).to_string()).unwrap();
}

#[tokio::test]
async fn keys_rotate_without_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.json");
    let (old, new, shared) = (Signer::ed(1), Signer::es(2), Signer::Hs256(vec![3; 32]));
    write(&path, &[old.jwk("old")]);
    let shop = shop(|server| server.keys = Some(KeyFile::open(&path).unwrap()));
    assert_eq!(link(&shop.router, &old.token("old"), "").await.status, 200);
    link(&shop.router, &new.token("new"), "")
        .await
        .is_problem(401, "token/unknown-key");
    // With a key file only its keys count.
    link(&shop.router, &by_secret(&claims()), "")
        .await
        .is_problem(401, "token/signature");

    write(
        &path,
        &[old.jwk("old"), new.jwk("new"), shared.jwk("shared")],
    );
    tokio::time::sleep(Duration::from_millis(1100)).await;
    for token in [old.token("old"), new.token("new"), shared.token("shared")] {
        assert_eq!(link(&shop.router, &token, "").await.status, 200);
    }
    // A token that names no key may be of any.
    let unnamed = new.sign(json!({ "alg": "ES256" }), &claims());
    assert_eq!(link(&shop.router, &unnamed, "").await.status, 200);

    // A file that somebody has broken leaves the keys in force.
    std::fs::write(&path, "{").unwrap();
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(link(&shop.router, &new.token("new"), "").await.status, 200);

    write(&path, &[new.jwk("new")]);
    tokio::time::sleep(Duration::from_millis(1100)).await;
    link(&shop.router, &old.token("old"), "")
        .await
        .is_problem(401, "token/unknown-key");
    assert_eq!(link(&shop.router, &new.token("new"), "").await.status, 200);
}

#[tokio::test]
async fn a_key_cannot_be_used_with_another_algorithm() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.json");
    let (ed, es) = (Signer::ed(1), Signer::es(2));
    write(&path, &[ed.jwk("ed"), es.jwk("es")]);
    let shop = shop(|server| server.keys = Some(KeyFile::open(&path).unwrap()));
    // The classic: the public key, which everybody knows, as the secret of an HMAC.
    let Signer::EdDsa(key) = &ed else {
        unreachable!()
    };
    let public = Signer::Hs256(key.verifying_key().as_bytes().to_vec());
    for token in [
        public.sign(json!({ "alg": "HS256", "kid": "ed" }), &claims()),
        ed.sign(json!({ "alg": "ES256", "kid": "ed" }), &claims()),
        ed.sign(json!({ "alg": "EdDSA", "kid": "es" }), &claims()),
        es.sign(json!({ "alg": "EdDSA", "kid": "ed" }), &claims()),
        Signer::ed(9).token("ed"),
        Signer::es(9).token("es"),
    ] {
        link(&shop.router, &token, profile(1, 1, 1))
            .await
            .is_problem(401, "token/signature");
    }
    let truncated = es.token("es");
    let (message, signature) = truncated.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let cut = URL_SAFE_NO_PAD.encode(&signature[..63]);
    link(&shop.router, &format!("{message}.{cut}"), "")
        .await
        .is_problem(401, "token/signature");
}

#[test]
fn keys_that_are_none_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.json");
    let mut private = Signer::ed(1).jwk("a");
    private["d"] = json!("AAAA");
    let mut other = Signer::ed(1).jwk("a");
    other["alg"] = json!("ES256");
    let mut encryption = Signer::ed(1).jwk("a");
    encryption["use"] = json!("enc");
    for (key, says) in [
        (private, "private"),
        (other, "alg"),
        (encryption, "use"),
        (json!({ "kty": "oct", "k": "AAAA" }), "32 bytes"),
        (
            json!({ "kty": "EC", "crv": "P-256", "x": "AAAA", "y": "AAAA" }),
            "P-256",
        ),
        (
            json!({ "kty": "RSA", "n": "AAAA", "e": "AQAB" }),
            "expected kty",
        ),
    ] {
        write(&path, &[key]);
        let error = KeyFile::open(&path).err().unwrap();
        assert_eq!(error.code(), "keys/set");
        assert!(error.to_string().contains(says), "{error}");
    }
    write(&path, &[]);
    assert_eq!(KeyFile::open(&path).err().unwrap().code(), "keys/set");
    let missing = KeyFile::open(&folder.path().join("none"));
    assert_eq!(missing.err().unwrap().code(), "keys/file");
}

#[tokio::test]
async fn a_token_with_an_id_is_good_once() {
    let shop = shop(|_| {});
    let token = by_secret(&with("jti", json!("one")));
    // What the device offers is checked first, so that it can mend it and use the same token.
    link(&shop.router, &token, "rubbish")
        .await
        .is_problem(400, "profile/foreign");
    assert_eq!(link(&shop.router, &token, "").await.status, 200);
    for _ in 0..2 {
        link(&shop.router, &token, profile(1, 1, 1))
            .await
            .is_problem(401, "token/replayed");
    }
    // Another customer's token with the same id is the same token.
    let mut other = with("jti", json!("one"));
    other["sub"] = json!("C-1002");
    link(&shop.router, &by_secret(&other), "")
        .await
        .is_problem(401, "token/replayed");
    assert_eq!(
        link(&shop.router, &by_secret(&with("jti", json!("two"))), "")
            .await
            .status,
        200
    );
    for id in ["".to_owned(), "x".repeat(129)] {
        let token = by_secret(&with("jti", json!(id)));
        link(&shop.router, &token, "")
            .await
            .is_problem(401, "token/malformed");
    }
}

#[tokio::test]
async fn of_many_who_use_a_token_at_once_one_succeeds() {
    let shop = shop(|_| {});
    let token = by_secret(&with("jti", json!("raced")));
    let tries = (0..16).map(|_| {
        let (router, token) = (shop.router.clone(), token.clone());
        tokio::spawn(async move { link(&router, &token, "").await.status.as_u16() })
    });
    let mut done = Vec::new();
    for one in tries.collect::<Vec<_>>() {
        done.push(one.await.unwrap());
    }
    assert_eq!(
        done.iter().filter(|status| **status == 200).count(),
        1,
        "{done:?}"
    );
}

async fn link_from(router: &Router, token: &str, device: &str) -> Answer {
    let request = Request::post("/v1/link")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header("endcap-profile", device)
        .body(Body::empty());
    send(router, request.unwrap()).await
}

#[tokio::test]
async fn a_token_for_one_device_is_no_good_on_another() {
    let shop = shop(|_| {});
    let digest = URL_SAFE_NO_PAD.encode(Sha256::digest(ID));
    let token = by_secret(&with("device", json!(digest)));
    let thief = "T".repeat(22);
    link(&shop.router, &token, "")
        .await
        .is_problem(401, "token/device");
    link_from(&shop.router, &token, &thief)
        .await
        .is_problem(401, "token/device");
    assert_eq!(link_from(&shop.router, &token, ID).await.status, 200);
    // A token for any device does not mind.
    assert_eq!(
        link_from(&shop.router, &by_secret(&claims()), &thief)
            .await
            .status,
        200
    );
}

/// Two people at one tablet: each finds what is theirs, and what one learned stays with that one.
#[tokio::test]
async fn two_accounts_on_one_device_stay_apart() {
    let shop = shop(|_| {});
    let profile_of = async |customer: &str, body: Vec<u8>| {
        let token = by_secret(&with("sub", json!(customer)));
        let answer = link(&shop.router, &token, body).await.json();
        answer["profile"].as_str().unwrap().to_owned()
    };
    // Anna logs in with what the tablet had learned, learns more, and logs out; the tablet forgets her.
    let anna = profile_of("anna", profile(1, 1, 1)).await;
    sync(&shop.router, &anna, profile(2, 5, 5)).await;
    // Ben logs in on the same tablet, which knows nothing by then.
    let ben = profile_of("ben", Vec::new()).await;
    assert_ne!(anna, ben);
    sync(&shop.router, &ben, profile(3, 1, 1)).await;
    assert_eq!(sync(&shop.router, &ben, "").await.body, profile(3, 1, 1));
    // Anna comes back, on the tablet or anywhere else.
    assert_eq!(profile_of("anna", Vec::new()).await, anna);
    let known = sync(&shop.router, &anna, "").await.body;
    assert_eq!(
        known,
        common::joined(&[&profile(1, 1, 1), &profile(2, 5, 5)])
    );
}
