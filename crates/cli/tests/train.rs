//! From a click to shared knowledge: events in over HTTP, a new pack in the manifest, without anybody's doing.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails says so by a panic"
)]

mod served;

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use served::{Served, log};

#[test]
fn events_become_a_knowledge_pack_by_themselves() {
    let folder = tempfile::tempdir().unwrap();
    let (data, packs) = (folder.path().join("data"), folder.path().join("packs"));
    let feed = folder.path().join("feed.jsonl");
    let rows: String = (0..20)
        .map(|at| {
            format!(
                "{{\"id\":\"P{at}\",\"title\":\"Basin tap {at}\",\"price\":\"{at}.50 EUR\",\"product_type\":\"Bath > Taps\"}}\n"
            )
        })
        .collect();
    fs::write(&feed, rows).unwrap();
    let built = Command::new(env!("CARGO_BIN_EXE_endcap"))
        .args(["pack", "build", "--language", "en"])
        .arg(&feed)
        .arg("--out")
        .arg(&packs)
        .output()
        .unwrap();
    assert!(
        built.status.success(),
        "{}",
        String::from_utf8_lossy(&built.stderr)
    );

    // The packs of a folder without a manifest stay on offer when the first knowledge is published.
    fs::remove_file(packs.join("manifest.json")).unwrap();
    let packs = packs.to_str().unwrap();
    let served = Served::start(
        &data,
        &["--packs", packs, "--events", "--train-every", "1s"],
    );
    let manifest = || -> serde_json::Value {
        serde_json::from_str(&served.client().get("/v1/manifest.json").1).unwrap()
    };
    assert!(manifest()["knowledge"].is_null());

    let start = Instant::now();
    // Several shoppers search for the same and choose the same: what fewer did would be nobody's business.
    for shopper in 0..6 {
        let batch = format!(
            r#"{{"consent":"contribute","session":"a-visit-of-shopper-{shopper}","events":[
                {{"name":"view_search_results","params":{{"search_term":"basin tap","items":[{{"item_id":"P3","index":0}},{{"item_id":"P7","index":1}}]}}}},
                {{"name":"select_item","params":{{"items":[{{"item_id":"P7"}}]}}}},
                {{"name":"purchase","params":{{"items":[{{"item_id":"P7","quantity":1}}]}}}}]}}"#
        );
        let mut answer = ureq::post(format!("{}/v1/events", served.base))
            .content_type("application/json")
            .send(batch)
            .unwrap();
        let answer = answer.body_mut().read_to_string().unwrap();
        assert_eq!(answer, r#"{"kept":3}"#);
    }
    while manifest()["knowledge"].is_null() {
        let lines = fs::read_to_string(log(&data)).unwrap();
        assert!(start.elapsed() < Duration::from_secs(30), "{lines}");
        std::thread::sleep(Duration::from_millis(100));
    }
    let hash = manifest()["catalogue"]["hash"].as_str().unwrap().to_owned();
    assert_eq!(manifest()["catalogues"]["en"]["hash"], hash.as_str());
    let hash = manifest()["knowledge"]["hash"].as_str().unwrap().to_owned();
    let pack = ureq::get(format!("{}/v1/packs/{hash}.pack", served.base)).call();
    assert_eq!(pack.unwrap().status(), 200);
    let lines = fs::read_to_string(log(&data)).unwrap();
    assert!(
        !lines.contains("a-visit-of"),
        "a session in the log: {lines}"
    );
    if served.terminate() != 0 {
        panic!(
            "the server did not stop in order: {}",
            fs::read_to_string(log(&data)).unwrap()
        );
    }
}
