//! `endcap eval` as scripts use it: pipes in and out, tables of other shops, exit codes.
#![expect(clippy::unwrap_used, reason = "a test that fails says so by a panic")]

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// 60 visits of a shop of 12 items, in which each item is followed by the next.
fn log(separator: char) -> String {
    let mut rows = format!("SessionId{separator}ItemId{separator}Time\n");
    for visit in 0..60u32 {
        for place in 0..3 {
            let (item, time) = ((visit * 5 + place) % 12, visit * 60 + place);
            rows += &format!("{visit}{separator}p{item}{separator}{time}\n");
        }
    }
    rows
}

fn file(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path
}

fn next_item(train: &Path, test: &Path, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_endcap"));
    command.args(["eval", "next-item", "--train"]).arg(train);
    command.arg("--test").arg(test).args(more);
    command
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_log_may_come_through_a_pipe() {
    let folder = tempfile::tempdir().unwrap();
    let log = file(folder.path(), "log", &log('\t'));
    let mut child = next_item(Path::new("/dev/stdin"), &log, &["--json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    std::io::copy(&mut File::open(&log).unwrap(), &mut pipe).unwrap();
    drop(pipe);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", words(&output));
    let methods: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(methods.last().unwrap()["method"], "endcap");
}

#[test]
fn whoever_stops_reading_or_has_no_room_is_met_with_no_panic() {
    let folder = tempfile::tempdir().unwrap();
    let log = file(folder.path(), "log", &log('\t'));
    for more in [&["--json"][..], &[]] {
        let mut child = next_item(&log, &log, more)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", words(&output));
        let full = File::options().write(true).open("/dev/full").unwrap();
        let output = next_item(&log, &log, more).stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{}", words(&output));
        assert!(words(&output).contains("error[endcap/output]"));
    }
}

#[test]
fn failures_say_what_and_end_in_their_codes() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let log = file(folder, "log", &log(','));
    let timeless = file(
        folder,
        "timeless",
        "SessionId,ItemId,Time\n1,a,soon\n2,b,\n",
    );
    let none = file(folder, "none", "");
    for (train, more, exit, said) in [
        (&folder.join("nowhere"), &[][..], 1, "error[feed/read]"),
        (&none, &[], 3, "the file is empty"),
        (&timeless, &[], 3, "time is \"soon\""),
        (&log, &["--neighbours", "0"], 2, "1..=128"),
        (&log, &["--neighbours", "129"], 2, "1..=128"),
    ] {
        let output = next_item(train, &log, more).output().unwrap();
        assert_eq!(output.status.code(), Some(exit), "{}", words(&output));
        assert!(words(&output).contains(said), "{}", words(&output));
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn attributes_of_strangers_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let log = file(folder.path(), "log", &log(';'));
    for text in ["item_id,colour\nzz,red\n", "ItemId\tAttribute\tValue\n"] {
        let attributes = file(folder.path(), "attributes", text);
        let attributes = attributes.to_str().unwrap();
        let output = next_item(&log, &log, &["--json", "--attributes", attributes])
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", words(&output));
    }
}

#[test]
fn it_says_what_it_used_and_warns_where_nothing_can_match() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let train = file(folder, "train", &log(','));
    let some = "SessionId,ItemId,Time\n1,p1,1\n1,p2,2\n1,zz,3\n1,p3,4\n2,p1,9\n";
    let strangers = "SessionId,ItemId,Time\n1,a,1\n1,b,2\n2,b,3\n2,a,4\n";
    let single = "SessionId,ItemId,Time\n1,p1,1\n2,p2,2\n";
    for (test, said) in [
        (
            some,
            "--test: 2 visits, 3 predictions; 1 visit of a single item left out; 1 prediction of unknown items (33.3 %) count as missed",
        ),
        (
            strangers,
            "warning: nothing can match: --train has none of the items of --test",
        ),
        (
            single,
            "warning: nothing can be predicted: no visit of --test has two items",
        ),
    ] {
        let test = file(folder, "test", test);
        let output = next_item(&train, &test, &["--json"]).output().unwrap();
        let words = words(&output);
        assert!(output.status.success(), "{words}");
        assert!(
            words.contains("--train: 60 visits, 180 items opened"),
            "{words}"
        );
        assert!(words.contains(said), "{words}");
    }
}

/// As exported by a shop that has a thousand attributes: those that tell nothing stand before the category.
#[test]
fn the_attributes_that_say_something_are_found_among_many() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let log = file(folder, "log", &log(','));
    let mut cells = String::from("ItemId,Attribute,Value\n");
    for item in 0..12 {
        for name in 0..9 {
            cells += &format!("p{item},constant{name},yes\n");
        }
        cells += &format!("p{item},number,{item}\n");
        if item > 0 {
            cells += &format!("p{item},5,{}\n", item / 3);
        }
    }
    let attributes = file(folder, "attributes", &cells);
    let attributes = attributes.to_str().unwrap();
    let output = next_item(&log, &log, &["--attributes", attributes])
        .output()
        .unwrap();
    let said = words(&output);
    assert!(said.contains("attributes used: 5\n"), "{said}");
    let left_out = "attributes left out: constant0, constant1, constant2, constant3, constant4, constant5, constant6, constant7 and 2 more: says nothing about the next item";
    assert!(said.contains(left_out), "{said}");

    let mut facets = Command::new(env!("CARGO_BIN_EXE_endcap"));
    let facets = facets
        .args(["eval", "facets", "--json", "--train"])
        .arg(&log);
    let facets = facets
        .arg("--test")
        .arg(&log)
        .args(["--attributes", attributes]);
    let output = facets.args(["--category", "5"]).output().unwrap();
    assert!(output.status.success(), "{}", words(&output));
}

#[test]
fn what_is_bought_again_needs_customers() {
    let folder = tempfile::tempdir().unwrap();
    let mut orders = String::from("OrderId,ItemId,Time\n");
    for order in 0..40 {
        orders += &format!("{order},a,{order}\n{order},b,{order}\n");
    }
    let orders = file(folder.path(), "orders", &orders);
    let mut command = Command::new(env!("CARGO_BIN_EXE_endcap"));
    let output = command
        .args(["eval", "repurchase", "--log"])
        .arg(&orders)
        .output()
        .unwrap();
    let said = words(&output);
    assert!(
        said.contains("8 orders to predict, 0 items hidden"),
        "{said}"
    );
    assert!(said.contains("does the log name customers?"), "{said}");
}
