//! Linking a device to a customer, and every token that must not do it.
#![expect(clippy::unwrap_used, reason = "a test that fails says so by a panic")]

mod common;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::body::Body;
use axum::http::{Request, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use common::{ID, SECRET, get, joined, link, post, profile, secret, send, shop, sync};
use endcap_server::{ProfileId, Secret, token};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs()
}

/// A token signed by hand, so that nothing of the server's own code vouches for it.
fn signed(secret: &[u8], header: &Value, claims: &Value) -> String {
    let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let mac = Hmac::<Sha256>::new_from_slice(secret).unwrap();
    let signature = mac.chain_update(&message).finalize().into_bytes();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn hs256() -> Value {
    json!({ "alg": "HS256", "typ": "JWT" })
}

fn claims() -> Value {
    json!({ "aud": "endcap", "sub": "C-1001", "exp": now() + 300 })
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

#[tokio::test]
async fn a_customer_finds_the_same_profile_on_every_device() {
    let shop = shop(|_| {});
    let token = signed(SECRET, &hs256(), &claims());
    let phone = profile(1, 1, 1);
    let first = link(&shop.router, &token, phone.clone()).await;
    assert_eq!(first.status, 200);
    assert_eq!(first.header(header::CACHE_CONTROL), "no-store");
    let id = first.json()["profile"].as_str().unwrap().to_owned();
    assert_eq!(id, ProfileId::of_customer(&secret(), "C-1001", 0).as_str());
    assert_eq!(sync(&shop.router, &id, "").await.body, phone);

    let tablet = profile(2, 1, 1);
    let second = link(&shop.router, &token, tablet.clone()).await;
    assert_eq!(second.json()["profile"], id.as_str());
    let both = joined(&[&phone, &tablet]);
    assert_eq!(sync(&shop.router, &id, "").await.body, both);

    let other = signed(SECRET, &hs256(), &with("sub", json!("C-1002")));
    let other = link(&shop.router, &other, "").await.json();
    assert_ne!(other["profile"], id.as_str());
}

/// Links as the package does: with the id that the device has had.
async fn link_device(router: &axum::Router, customer: &str, device: &str, body: Vec<u8>) -> String {
    let token = signed(SECRET, &hs256(), &with("sub", json!(customer)));
    let request = Request::post("/v1/link")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header("endcap-profile", device)
        .body(Body::from(body));
    let answer = send(router, request.unwrap()).await;
    assert_eq!(answer.status, 200);
    answer.json()["profile"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_a_device_had_before_goes_into_its_customers_profile() {
    let shop = shop(|_| {});
    let router = &shop.router;
    let (before, meanwhile) = (profile(1, 1, 1), profile(2, 1, 1));
    sync(router, ID, before.clone()).await;
    let customer = link_device(router, "C-1001", ID, meanwhile.clone()).await;
    let both = joined(&[&before, &meanwhile]);
    assert_eq!(sync(router, &customer, "").await.body, both);
    // A tab, an app or a backup that comes with the old id is told, and its profile is not taken for erased.
    for body in [Vec::new(), profile(1, 2, 2)] {
        sync(router, ID, body)
            .await
            .is_problem(409, "profile/linked");
    }
    get(router, &format!("/v1/profiles/{ID}"))
        .await
        .is_problem(409, "profile/linked");
    // Once more changes nothing, and neither does an erasure of the old id.
    assert_eq!(link_device(router, "C-1001", ID, meanwhile).await, customer);
    let request = Request::delete(format!("/v1/profiles/{ID}"));
    let erased = send(router, request.body(Body::empty()).unwrap()).await;
    assert_eq!(erased.status, 204);
    sync(router, ID, "").await.is_problem(410, "profile/erased");
    assert_eq!(sync(router, &customer, "").await.body, both);
}

#[tokio::test]
async fn one_customers_profile_never_goes_into_anothers() {
    let shop = shop(|_| {});
    let router = &shop.router;
    let first = link_device(router, "C-1001", ID, profile(1, 1, 1)).await;
    // The next person on the same device, whose page still has the first one's id.
    let second = link_device(router, "C-1002", &first, Vec::new()).await;
    assert_eq!(sync(router, &second, "").await.body, joined(&[]));
    assert_eq!(sync(router, &first, "").await.body, profile(1, 1, 1));
    // A device without a profile, or with a name that is none, leaves nothing behind.
    let never = "N".repeat(22);
    link_device(router, "C-1001", &never, Vec::new()).await;
    link_device(router, "C-1001", "none", Vec::new()).await;
    assert_eq!(sync(router, &never, "").await.status, 200);
}

#[tokio::test]
async fn audiences_may_be_several_and_clocks_may_differ() {
    let shop = shop(|_| {});
    for claims in [
        with("aud", json!(["shop", "endcap"])),
        with("exp", json!(now() - 10)),
        with("exp", json!(now() + 620)),
        with("nbf", json!(now() + 20)),
        with("nbf", json!(now() - 60)),
    ] {
        let token = signed(SECRET, &hs256(), &claims);
        let answer = link(&shop.router, &token, "").await;
        assert_eq!(answer.status, 200, "{claims}");
    }
}

#[tokio::test]
async fn tokens_that_prove_nothing_are_refused() {
    let shop = shop(|_| {});
    let good = signed(SECRET, &hs256(), &claims());
    let (message, _) = good.rsplit_once('.').unwrap();
    let another = URL_SAFE_NO_PAD.encode(with("sub", json!("C-9")).to_string());
    let mut parts = good.split('.');
    let (head, _, signature) = (parts.next(), parts.next(), parts.next());
    let swapped = format!("{}.{another}.{}", head.unwrap(), signature.unwrap());
    let sign = |claims: Value| signed(SECRET, &hs256(), &claims);
    let mut without_sub = claims();
    without_sub.as_object_mut().unwrap().remove("sub");
    let mut without_exp = claims();
    without_exp.as_object_mut().unwrap().remove("exp");
    let mut without_aud = claims();
    without_aud.as_object_mut().unwrap().remove("aud");

    for (token, code) in [
        (String::new(), "token/missing"),
        ("nonsense".to_owned(), "token/malformed"),
        ("a.b.c".to_owned(), "token/malformed"),
        (format!("{message}."), "token/signature"),
        (format!("{message}.AAAA"), "token/signature"),
        (swapped, "token/signature"),
        (signed(&[b'x'; 32], &hs256(), &claims()), "token/signature"),
        (
            signed(SECRET, &json!({ "alg": "HS512" }), &claims()),
            "token/signature",
        ),
        (
            signed(SECRET, &json!({ "alg": "RS256" }), &claims()),
            "token/signature",
        ),
        (
            signed(SECRET, &json!({ "alg": "none" }), &claims()),
            "token/malformed",
        ),
        (
            signed(
                SECRET,
                &json!({ "alg": "HS256", "crit": ["b64"], "b64": true }),
                &claims(),
            ),
            "token/critical",
        ),
        (
            signed(SECRET, &json!({ "alg": "HS256", "crit": [] }), &claims()),
            "token/critical",
        ),
        (
            signed(SECRET, &json!({ "alg": "HS256", "crit": "exp" }), &claims()),
            "token/malformed",
        ),
        (sign(with("exp", json!(now() - 31))), "token/expired"),
        (
            sign(with("exp", json!(now() + 640))),
            "token/lives-too-long",
        ),
        (sign(with("exp", json!(u64::MAX))), "token/lives-too-long"),
        (sign(with("exp", json!("soon"))), "token/malformed"),
        (sign(with("nbf", json!(now() + 40))), "token/not-yet-valid"),
        (sign(with("aud", json!("shop"))), "token/audience"),
        (sign(with("sub", json!(""))), "token/subject"),
        (sign(with("sub", json!("C".repeat(257)))), "token/subject"),
        (sign(without_sub), "token/malformed"),
        (sign(without_exp), "token/malformed"),
        (sign(without_aud), "token/malformed"),
    ] {
        let answer = link(&shop.router, &token, profile(1, 1, 1)).await;
        answer.is_problem(401, code);
        let challenge = answer.header(header::WWW_AUTHENTICATE);
        assert!(challenge.starts_with("Bearer"), "{challenge}");
    }
    let id = ProfileId::of_customer(&secret(), "C-1001", 0);
    let stored = sync(&shop.router, id.as_str(), "").await.body;
    assert_eq!(stored, joined(&[]), "a refused token joined something");
}

#[tokio::test]
async fn without_a_bearer_token_nothing_is_linked() {
    let shop = shop(|_| {});
    post(&shop.router, "/v1/link", "")
        .await
        .is_problem(401, "token/missing");
    let basic = Request::post("/v1/link")
        .header(header::AUTHORIZATION, "Basic QzpwYXNz")
        .body(Body::empty())
        .unwrap();
    send(&shop.router, basic)
        .await
        .is_problem(401, "token/missing");
}

#[tokio::test]
async fn a_good_token_with_a_bad_profile_links_nothing() {
    let shop = shop(|_| {});
    let token = signed(SECRET, &hs256(), &claims());
    link(&shop.router, &token, "rubbish")
        .await
        .is_problem(400, "profile/foreign");
    link(&shop.router, &token, vec![0; 9000])
        .await
        .is_problem(413, "request/body-too-large");
}

#[tokio::test]
async fn the_demo_signs_tokens_that_link() {
    let shop = shop(|server| server.demo = true);
    let answer = login(&shop.router, r#"{"customer":"C-1001"}"#).await;
    assert_eq!(answer.status, 200);
    let token = answer.json()["token"].as_str().unwrap().to_owned();
    let linked = link(&shop.router, &token, "").await.json();
    let id = ProfileId::of_customer(&secret(), "C-1001", 0);
    assert_eq!(linked["profile"], id.as_str());

    login(&shop.router, r#"{"customer":""}"#)
        .await
        .is_problem(400, "demo/customer");
    login(&shop.router, "{")
        .await
        .is_problem(400, "request/json");
    login(&shop.router, "{}")
        .await
        .is_problem(422, "request/json");
    post(&shop.router, "/demo/login", "{}")
        .await
        .is_problem(415, "request/json");
}

#[tokio::test]
async fn without_the_demo_nobody_is_signed_in() {
    let shop = shop(|_| {});
    login(&shop.router, r#"{"customer":"C-1001"}"#)
        .await
        .is_problem(404, "request/no-route");
}

#[test]
fn a_token_of_ours_is_read_back() {
    let token = token::sign(&secret(), "C-1001", Duration::from_secs(60)).unwrap();
    let vouched = token::verify(&secret(), None, &token).unwrap();
    assert_eq!(vouched.customer, "C-1001");
    let other = Secret::new(vec![1; 32]).unwrap();
    assert_eq!(
        token::verify(&other, None, &token),
        Err(token::TokenError::Signature)
    );
}

async fn login(router: &axum::Router, body: &'static str) -> common::Answer {
    let request = Request::post("/demo/login")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body))
        .unwrap();
    send(router, request).await
}

/// An erasure cannot be taken back: a token that was written down somewhere must be too old for it soon.
#[tokio::test]
async fn an_erasure_needs_a_token_that_was_signed_a_moment_ago() {
    let shop = shop(|_| {});
    let erase = async |id: &str, issued: Value| {
        let mut claims = with("jti", json!(id));
        claims["iat"] = issued;
        let token = signed(SECRET, &hs256(), &claims);
        let request = Request::delete("/v1/customer")
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .body(Body::empty());
        send(&shop.router, request.unwrap()).await
    };
    // Two minutes, and half a minute for clocks that differ.
    for (id, issued) in [
        ("old", json!(now() - 160)),
        ("ahead", json!(now() + 60)),
        ("without", Value::Null),
    ] {
        erase(id, issued).await.is_problem(401, "token/stale");
    }
    for (id, issued) in [("fresh", now()), ("a clock ahead", now() + 20)] {
        assert_eq!(erase(id, json!(issued)).await.status, 204, "{id}");
    }
}
