//! Events over HTTP: consented batches into the log, everything else refused.
#![expect(clippy::unwrap_used, reason = "a test that fails says so by a panic")]

mod common;

use std::io::Write as _;

use axum::body::Body;
use axum::http::{Request, header};
use common::{Answer, Shop, post, send, shop};
use endcap_server::EventLog;
use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

fn batch(events: usize) -> String {
    let event = r#"{"name":"view_item","params":{"items":[{"item_id":"4711"}]}}"#;
    let events = vec![event; events].join(",");
    format!(r#"{{"consent":"contribute","session":"0123456789abcdef","events":[{events}]}}"#)
}

fn taking(folder: &TempDir) -> Shop {
    shop(|server| server.events = Some(EventLog::open(folder.path(), Default::default()).unwrap()))
}

async fn packed(shop: &Shop, encoding: &str, body: Vec<u8>) -> Answer {
    let request = Request::post("/v1/events").header(header::CONTENT_ENCODING, encoding);
    send(&shop.router, request.body(Body::from(body)).unwrap()).await
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(text).unwrap();
    packed.finish().unwrap()
}

#[tokio::test]
async fn batches_reach_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let shop = taking(&folder);
    let answer = post(&shop.router, "/v1/events", batch(2)).await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()["kept"].as_u64()),
        (202, Some(2))
    );
    let answer = packed(&shop, "gzip", gzip(batch(200).as_bytes())).await;
    assert_eq!(answer.json()["kept"], 200);
    drop(shop);
    let file = std::fs::read_dir(folder.path())
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    let text = std::fs::read_to_string(file.path()).unwrap();
    assert_eq!(text.lines().count(), 202);
    assert!(
        text.lines()
            .all(|line| line.contains(r#""item_id":"4711""#)),
        "{text}"
    );
}

#[tokio::test]
async fn what_is_too_much_or_not_consented_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let shop = taking(&folder);
    post(&shop.router, "/v1/events", vec![b' '; 65_537])
        .await
        .is_problem(413, "request/body-too-large");
    // A small body that would fill the memory.
    packed(&shop, "gzip", gzip(&vec![b' '; 40_000_000]))
        .await
        .is_problem(413, "request/body-too-large");
    packed(&shop, "gzip", b"no gzip".to_vec())
        .await
        .is_problem(400, "request/body");
    packed(&shop, "br", batch(1).into_bytes())
        .await
        .is_problem(415, "request/encoding");
    let refused = batch(1).replace("contribute", "sync");
    post(&shop.router, "/v1/events", refused)
        .await
        .is_problem(403, "events/consent");
    post(&shop.router, "/v1/events", "[]")
        .await
        .is_problem(400, "events/malformed");
    drop(shop);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn without_a_log_no_events_are_taken() {
    let shop = shop(|_| {});
    post(&shop.router, "/v1/events", batch(1))
        .await
        .is_problem(404, "events/none");
}
