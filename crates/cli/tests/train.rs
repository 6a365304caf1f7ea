//! From a click to shared knowledge: events in over HTTP, a new pack in the manifest, without anybody's doing.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails says so by a panic"
)]

mod served;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use served::{Served, log};

/// Packs of a shop that has twenty basin taps.
fn taps(folder: &Path) -> PathBuf {
    let feed = folder.join("feed.jsonl");
    let packs = folder.join("packs");
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
    packs
}

/// Somebody at one address sends sixty searches within a moment, each of a device of their invention: nobody is told to search for that.
#[test]
fn sixty_posts_of_a_stranger_suggest_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (data, packs) = (folder.path().join("data"), taps(folder.path()));
    let served = Served::start(&data, &["--events"]);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let period = now.as_secs() / (91 * 86_400);
    for stranger in 0..60 {
        let batch = format!(
            r#"{{"consent":"contribute","session":"a-visit-of-stranger-{stranger}","device":"{period}.a-device-of-stranger-{stranger}","events":[
                {{"name":"search","params":{{"search_term":"Basin Tap"}}}}]}}"#
        );
        let answer = ureq::post(format!("{}/v1/events", served.base))
            .content_type("application/json")
            .send(batch);
        assert_eq!(answer.unwrap().status(), 202);
    }
    assert_eq!(served.terminate(), 0);
    let logs = fs::read_dir(data.join("events")).unwrap();
    let logs: Vec<PathBuf> = logs.map(|entry| entry.unwrap().path()).collect();
    let trained = Command::new(env!("CARGO_BIN_EXE_endcap"))
        .args(["pack", "knowledge", "--json"])
        .args(&logs)
        .arg("--catalogue")
        .arg(&packs)
        .arg("--out")
        .arg(folder.path().join("knowledge.pack"))
        .output()
        .unwrap();
    let told: serde_json::Value = serde_json::from_slice(&trained.stdout).unwrap();
    // The query is known, by too few people.
    let numbers =
        ["visits", "queries", "rare", "suggested"].map(|name| told[name].as_u64().unwrap());
    assert_eq!(numbers, [60, 1, 1, 0], "{told}");
}

/// The log of all but a few events is lost: what was learned of it stays on offer, and the log says why.
#[test]
fn a_training_run_that_knows_less_than_half_publishes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (data, packs) = (folder.path().join("data"), taps(folder.path()));
    let searches = folder.path().join("searches.jsonl");
    let mut lines = String::new();
    for (shopper, tap) in (0..3).flat_map(|shopper| (0..20).map(move |tap| (shopper, tap))) {
        let time = 1_795_305_600_000_000_u64 + tap * 60_000_000;
        lines += &format!(
            "{{\"event_name\":\"view_search_results\",\"event_timestamp\":{time},\"user_pseudo_id\":\"shopper-{shopper}\",\"ga_session_id\":{shopper},\"search_term\":\"basin tap {tap}\",\"items\":[{{\"item_id\":\"P{tap}\",\"index\":0}}]}}\n"
        );
    }
    fs::write(&searches, lines).unwrap();
    let learned = Command::new(env!("CARGO_BIN_EXE_endcap"))
        .args(["pack", "knowledge", "--catalogue"])
        .arg(&packs)
        .arg("--out")
        .arg(&packs)
        .arg(&searches)
        .output()
        .unwrap();
    assert!(learned.status.success());
    let manifest = || fs::read(packs.join("manifest.json")).unwrap();
    let before = manifest();
    let served = Served::start(
        &data,
        &[
            "--packs",
            packs.to_str().unwrap(),
            "--events",
            "--train-every",
            "1s",
        ],
    );
    let batch = r#"{"consent":"contribute","session":"a-visit-of-shopper-0","events":[
        {"name":"view_search_results","params":{"search_term":"basin tap","items":[{"item_id":"P3","index":0}]}}]}"#;
    let answer = ureq::post(format!("{}/v1/events", served.base))
        .content_type("application/json")
        .send(batch);
    assert_eq!(answer.unwrap().status(), 202);
    let start = Instant::now();
    loop {
        let lines = fs::read_to_string(log(&data)).unwrap();
        if lines.contains("train/failed") && lines.contains("pack/shrinks") {
            break;
        }
        let is_known = !lines.contains("the knowledge pack is new");
        assert!(
            is_known && start.elapsed() < Duration::from_secs(60),
            "{lines}"
        );
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(manifest(), before);
}

#[test]
fn events_become_a_knowledge_pack_by_themselves() {
    let folder = tempfile::tempdir().unwrap();
    let (data, packs) = (folder.path().join("data"), taps(folder.path()));
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
    // From one address within a moment that is nobody's search, but it tells what goes with what.
    for shopper in 0..6 {
        let batch = format!(
            r#"{{"consent":"contribute","session":"a-visit-of-shopper-{shopper}","events":[
                {{"name":"view_search_results","params":{{"search_term":"basin tap","items":[{{"item_id":"P3","index":0}},{{"item_id":"P7","index":1}}]}}}},
                {{"name":"view_item","params":{{"items":[{{"item_id":"P3"}}]}}}},
                {{"name":"select_item","params":{{"items":[{{"item_id":"P7"}}]}}}},
                {{"name":"purchase","params":{{"items":[{{"item_id":"P7","quantity":1}}]}}}}]}}"#
        );
        let mut answer = ureq::post(format!("{}/v1/events", served.base))
            .content_type("application/json")
            .send(batch)
            .unwrap();
        let answer = answer.body_mut().read_to_string().unwrap();
        assert_eq!(answer, r#"{"kept":4}"#);
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
