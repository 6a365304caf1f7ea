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
