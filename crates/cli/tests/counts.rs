//! Logs counted by several processes, and day by day: the pack is that of one process that reads all.
#![expect(clippy::unwrap_used, reason = "a test that fails says so by a panic")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A log of 40 days with 30 visits each: queries of many and of few shoppers, choices, filters, orders.
fn log(folder: &Path) -> Vec<PathBuf> {
    let day = |day: u64| {
        let mut lines = String::new();
        for visit in 0..30u64 {
            let shopper = (visit * 7 + day * 13) % 90;
            let query = match (visit + day) % 9 {
                0 => format!("only once {day} {visit}"),
                at => ["tap", "basin tap", "hand shower", "drill"][at as usize % 4].to_owned(),
            };
            let time = (day * 86_400 + visit * 600) * 1_000_000;
            let chosen = (visit + day) % 5;
            let mut event = |later: u64, name: &str, rest: &str| {
                let time = time + later * 1_000_000;
                lines += &format!(
                    "{{\"event_name\":\"{name}\",\"event_timestamp\":{time},\"user_pseudo_id\":\"u{shopper}\",\"ga_session_id\":\"{day}-{visit}\"{rest}}}\n"
                );
            };
            let items: Vec<String> = (0..5)
                .map(|place| format!("{{\"item_id\":\"t{place}\",\"index\":{place}}}"))
                .collect();
            let (term, items) = (format!(",\"search_term\":\"{query}\""), items.join(","));
            event(
                0,
                "view_search_results",
                &format!("{term},\"items\":[{items}]"),
            );
            event(
                5,
                "select_filter",
                ",\"facet\":\"colour\",\"value\":\"red\"",
            );
            let item = format!(",\"items\":[{{\"item_id\":\"t{chosen}\"}}]");
            event(9, "select_item", &item);
            if visit % 3 == 0 {
                event(30, "purchase", &item);
            }
        }
        let path = folder.join(format!("{day:02}.jsonl"));
        fs::write(&path, lines).unwrap();
        path
    };
    (0..40).map(day).collect()
}

fn endcap(folder: &Path, args: &[&str], logs: &[PathBuf]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_endcap"));
    command.current_dir(folder).args(args).args(logs);
    command.stdout(Stdio::null()).spawn().unwrap()
}

fn done(mut child: Child) {
    assert!(child.wait().unwrap().success());
}

fn pack(folder: &Path, name: &str) -> Vec<u8> {
    fs::read(folder.join(name)).unwrap()
}

#[test]
fn two_workers_and_one_process_write_the_same_pack() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let logs = log(folder);
    let knowledge = ["pack", "knowledge", "--no-compress", "--out"];
    done(endcap(
        folder,
        &[&knowledge[..], &["one.pack"]].concat(),
        &logs,
    ));
    // Both at the same time, each its share of the visits.
    let count = |part: &'static str, out: &'static str| {
        let args = ["pack", "count", "--part", part, "--out", out];
        endcap(folder, &args, &logs)
    };
    let workers = [count("1/2", "1.counts"), count("2/2", "2.counts")];
    workers.into_iter().for_each(done);
    // Recommendations are learned from whole visits.
    let merge = ["two.pack", "--counts", "2.counts", "1.counts", "--visits"];
    done(endcap(folder, &[&knowledge[..], &merge].concat(), &logs));
    assert_eq!(pack(folder, "one.pack"), pack(folder, "two.pack"));
    let sizes = ["1.counts", "2.counts"].map(|name| pack(folder, name).len());
    assert!(sizes.iter().all(|&size| size > 10_000), "{sizes:?}");
    // A worker's share is not the whole.
    let half = ["half.pack", "--counts", "1.counts"];
    done(endcap(folder, &[&knowledge[..], &half].concat(), &[]));
    assert_ne!(pack(folder, "one.pack"), pack(folder, "half.pack"));
}

#[test]
fn each_night_adds_a_day() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let logs = log(folder);
    let whole = ["pack", "knowledge", "--no-compress", "--out", "one.pack"];
    done(endcap(folder, &whole, &logs[..4]));
    let nightly = [
        "pack",
        "knowledge",
        "--no-compress",
        "--state",
        "shop.counts",
        "--out",
        "all.pack",
    ];
    for day in 0..4 {
        let today = logs[day].to_str().unwrap();
        let args = [&nightly[..2], &[today], &nightly[2..], &["--visits"]].concat();
        done(endcap(folder, &args, &logs[..=day]));
    }
    assert_eq!(pack(folder, "one.pack"), pack(folder, "all.pack"));
    let again = Command::new(env!("CARGO_BIN_EXE_endcap"))
        .current_dir(folder)
        .args(nightly)
        .arg(&logs[3])
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&again.stderr).into_owned();
    assert_eq!(again.status.code(), Some(3), "{told}");
    assert!(
        told.contains("error[counts/again]") && told.contains("help:"),
        "{told}"
    );
}
