//! Tenants: shops that share a server and a store, and see nothing of each other.
#![expect(clippy::unwrap_used, reason = "a test that fails says so by a panic")]

mod common;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use common::{Answer, ID, profile, send};
use endcap_server::store::EmbeddedStore;
use endcap_server::{Erased, Profiles, Secret, Server, by_host, token};
use tempfile::TempDir;

struct Mall {
    router: Router,
    _folder: TempDir,
}

fn secret(of: u8) -> Secret {
    Secret::new(vec![of; 32]).unwrap()
}

/// Two shops on one store.
fn mall() -> Mall {
    let folder = tempfile::tempdir().unwrap();
    let store = EmbeddedStore::open(&folder.path().join("profiles")).unwrap();
    let erased = Erased::open(&folder.path().join("erased")).unwrap();
    let profiles = Arc::new(Profiles::new(Arc::new(store), Arc::new(erased)));
    let shop = |name: &str, key: u8| {
        let mut server = Server::new(Arc::clone(&profiles), secret(key));
        server.tenant = name.parse().unwrap();
        server.allow_origins = vec![format!("https://{name}.example").parse().unwrap()];
        (vec![format!("{name}.example")], server.router(None))
    };
    Mall {
        router: by_host(vec![shop("one", 1), shop("two", 2)]),
        _folder: folder,
    }
}

async fn ask(
    mall: &Mall,
    host: &str,
    method: &str,
    path: &str,
    token: &str,
    body: Vec<u8>,
) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, host)
        .header(header::AUTHORIZATION, format!("Bearer {token}"));
    send(&mall.router, request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn one_id_is_another_profile_in_another_shop() {
    let mall = mall();
    let path = format!("/v1/profiles/{ID}/sync");
    let stored = ask(&mall, "one.example", "POST", &path, "", profile(1, 1, 1)).await;
    assert_eq!(stored.status, 200);
    let other = ask(&mall, "two.example", "POST", &path, "", Vec::new()).await;
    assert_eq!(
        other.body,
        common::joined(&[]),
        "one shop saw the profile of another"
    );
    // Nor does erasing in one shop touch the other.
    let path = format!("/v1/profiles/{ID}");
    assert_eq!(
        ask(&mall, "two.example", "DELETE", &path, "", Vec::new())
            .await
            .status,
        204
    );
    let own = ask(&mall, "one.example:8787", "GET", &path, "", Vec::new()).await;
    assert_eq!(own.json()["replicas"], 1);
}

#[tokio::test]
async fn a_token_of_one_shop_is_nothing_in_another() {
    let mall = mall();
    let token = token::sign(&secret(1), "C-1001", Duration::from_secs(60)).unwrap();
    let linked = ask(&mall, "one.example", "POST", "/v1/link", &token, Vec::new()).await;
    assert_eq!(linked.status, 200);
    for (method, path) in [
        ("POST", "/v1/link"),
        ("GET", "/v1/customer"),
        ("DELETE", "/v1/customer"),
    ] {
        let answer = ask(&mall, "two.example", method, path, &token, Vec::new()).await;
        answer.is_problem(401, "token/signature");
    }
    let token = token::sign(&secret(2), "C-1001", Duration::from_secs(60)).unwrap();
    let other = ask(&mall, "two.example", "POST", "/v1/link", &token, Vec::new()).await;
    assert_ne!(linked.json()["profile"], other.json()["profile"]);
}

#[tokio::test]
async fn a_host_that_is_nobodys_is_told_so() {
    let mall = mall();
    for host in [
        "three.example",
        "",
        "one.example.evil.example",
        "one.example@evil",
        "[::1]",
    ] {
        let answer = ask(&mall, host, "GET", "/v1/manifest.json", "", Vec::new()).await;
        answer.is_problem(421, "tenant/unknown-host");
    }
    let two = Request::get("/v1/manifest.json")
        .header(header::HOST, "one.example")
        .header(header::HOST, "two.example");
    let answer = send(&mall.router, two.body(Body::empty()).unwrap()).await;
    answer.is_problem(421, "tenant/unknown-host");
    // Health is asked for by address.
    let answer = ask(&mall, "10.0.0.7", "GET", "/health/ready", "", Vec::new()).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn pages_of_one_shop_may_not_call_another() {
    let mall = mall();
    for (host, allowed) in [
        ("one.example", true),
        ("ONE.example", true),
        ("two.example", false),
    ] {
        let request = Request::options("/v1/link")
            .header(header::HOST, host)
            .header(header::ORIGIN, "https://one.example")
            .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST");
        let answer = send(&mall.router, request.body(Body::empty()).unwrap()).await;
        let origin = answer.header(header::ACCESS_CONTROL_ALLOW_ORIGIN);
        assert_eq!(origin == "https://one.example", allowed, "{host}: {origin}");
    }
}
