//! `endcap pack` as a stranger types it.
#![expect(clippy::unwrap_used, reason = "a test that fails says so by a panic")]

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::{contains, is_empty, starts_with};
use serde_json::Value;
use tempfile::TempDir;

const FEED: &str = "\
id\ttitle\tbrand\tprice\tproduct type\n\
A-1\tCordless drill 18 V\tWerkmann\t129.90 EUR\tTools > Drills\n\
A-2\tDrill bit set\tWerkmann\t12,50 €\tTools > Bits\n\
A-2\tThe same again\tWerkmann\t12,50 €\tTools > Bits\n\
A-3\tScrewdriver\tWerkmann\tcall us\tTools > Screwdrivers\n";

/// A folder with `feed.tsv` in it, where the command runs.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("feed.tsv"), FEED).unwrap();
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn endcap(&self, line: &str) -> assert_cmd::assert::Assert {
        let mut command = Command::new(env!("CARGO_BIN_EXE_endcap"));
        command
            .current_dir(self.0.path())
            .args(line.split_whitespace())
            .assert()
    }

    /// The only pack in a folder.
    fn pack(&self, folder: &str) -> PathBuf {
        let packs: Vec<PathBuf> = fs::read_dir(self.path(folder))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| {
                path.extension()
                    .is_some_and(|extension| extension == "pack")
            })
            .collect();
        assert_eq!(packs.len(), 1, "{packs:?}");
        packs[0].clone()
    }
}

#[test]
fn help_teaches_by_examples() {
    let desk = Desk::new();
    desk.endcap("--help")
        .success()
        .stdout(contains("Exit codes:").and(contains("endcap pack build demo/")));
    desk.endcap("pack build --help")
        .success()
        .stdout(contains("Examples:").and(contains("--facet custom_label_0=Season")));
    desk.endcap("pack inspect --help")
        .success()
        .stdout(contains("Examples:"));
    desk.endcap("").code(2).stderr(contains("Usage: endcap"));
    desk.endcap("pack biuld")
        .code(2)
        .stderr(contains("a similar subcommand exists: 'build'"));
    desk.endcap("pack build feed.tsv")
        .code(2)
        .stderr(contains("--out"));
}

#[test]
fn a_feed_becomes_a_pack_and_the_summary_tells_what_happened() {
    let desk = Desk::new();
    desk.endcap("pack build feed.tsv --out packs --language en")
        .success()
        .stderr(is_empty())
        .stdout(
            contains("error[feed/duplicate-id] × 1: give every product its own `id`")
                .and(contains(
                    "feed.tsv:4:1: id: the id \"A-2\" occurred before (row dropped)",
                ))
                .and(contains("warning[feed/price] × 1"))
                .and(contains(
                    "feed.tsv:5:4: price: not a price: \"call us\" (row kept without the field)",
                ))
                .and(contains("products    3 of 4 rows, 1 dropped"))
                .and(contains(
                    "filled      category 100 %, brand 100 %, price 66 %, picture 0 %",
                ))
                .and(contains("catalogue   feed (en, EUR)")),
        );
    let pack = desk.pack("packs");
    let name = pack.file_stem().unwrap().to_str().unwrap().to_owned();
    assert!(pack.with_extension("pack.br").exists());
    let manifest: Value =
        serde_json::from_slice(&fs::read(desk.path("packs/manifest.json")).unwrap()).unwrap();
    assert_eq!(manifest["catalogue"]["hash"], name);
    assert_eq!(
        manifest["catalogues"]["en"]["url"],
        format!("/v1/packs/{name}.pack")
    );
}

/// A feed of so many products.
fn feed_of(products: usize) -> String {
    let rows = (0..products).map(|at| format!("P{at}\tBasin tap {at}\t{at}.50 EUR\n"));
    "id\ttitle\tprice\n".to_owned() + &rows.collect::<String>()
}

#[test]
fn a_feed_that_has_lost_most_products_is_published_on_confirmation_alone() {
    let desk = Desk::new();
    let manifest = || fs::read(desk.path("packs/manifest.json")).unwrap();
    let build = |products: usize, options: &str| {
        fs::write(desk.path("feed.tsv"), feed_of(products)).unwrap();
        desk.endcap(&format!(
            "pack build feed.tsv --language en --out packs {options}"
        ))
    };
    build(60, "").success();
    let before = manifest();
    build(29, "").code(3).stderr(
        starts_with("error[pack/shrinks]: 60 products are served, and 29 would take their place")
            .and(contains("--confirm-shrink")),
    );
    assert_eq!(manifest(), before);
    // Another language is another catalogue, and a file is nobody's offer.
    desk.endcap("pack build feed.tsv --language de --out packs")
        .success();
    desk.endcap("pack build feed.tsv --language en --out alone.pack")
        .success();
    build(30, "").success();
    build(1, "--confirm-shrink").success();
    build(60, "").success();

    // An overlay that hides what the feed has lost offers as little.
    let packs: Value = serde_json::from_slice(&manifest()).unwrap();
    let base = packs["catalogues"]["en"]["hash"]
        .as_str()
        .unwrap()
        .to_owned();
    let before = manifest();
    let overlay = |products: usize, options: &str| {
        fs::write(desk.path("prices.tsv"), feed_of(products)).unwrap();
        let line = format!("pack overlay prices.tsv --base packs/{base}.pack --hide-missing");
        desk.endcap(&format!("{line} --out packs {options}"))
    };
    overlay(29, "")
        .code(3)
        .stderr(starts_with("error[pack/shrinks]: 60 products are served"));
    assert_eq!(manifest(), before);
    overlay(25, "--confirm-shrink").success();
    // What is hidden already is not served.
    overlay(13, "").success();
    overlay(6, "").success();
}

#[test]
fn a_log_that_has_lost_most_queries_is_published_on_confirmation_alone() {
    let desk = Desk::new();
    fs::write(desk.path("feed.tsv"), feed_of(60)).unwrap();
    desk.endcap("pack build feed.tsv --language en --out packs")
        .success();
    let learn = |queries: usize, options: &str| {
        let mut log = String::new();
        for shopper in 0..4 {
            for query in 0..queries {
                log += &format!(
                    "{{\"event_name\":\"view_search_results\",\"event_timestamp\":{},\"user_pseudo_id\":\"shopper-{shopper}\",\"ga_session_id\":{shopper},\"search_term\":\"basin tap {query}\",\"items\":[{{\"item_id\":\"P{query}\",\"index\":0}}]}}\n",
                    1_795_305_600_000_000u64 + query as u64 * 60_000_000
                );
            }
        }
        fs::write(desk.path("log.jsonl"), log).unwrap();
        desk.endcap(&format!(
            "pack knowledge log.jsonl --catalogue packs --out packs --json {options}"
        ))
    };
    let told = learn(40, "").success().get_output().stdout.clone();
    let told: Value = serde_json::from_slice(&told).unwrap();
    assert_eq!(told["suggested"], 40);
    let before = fs::read(desk.path("packs/manifest.json")).unwrap();
    learn(19, "").code(3).stderr(starts_with(
        "error[pack/shrinks]: 40 queries are served, and 19 would take their place",
    ));
    assert_eq!(fs::read(desk.path("packs/manifest.json")).unwrap(), before);
    learn(20, "").success();
    learn(1, "--confirm-shrink").success();
}

#[test]
fn a_wholesalers_catalogue_becomes_a_pack_with_its_references() {
    let desk = Desk::new();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../trainer/tests/fixtures");
    for name in ["bmecat12.xml", "bmecat-update.xml", "bmecat-prices.xml"] {
        fs::copy(fixtures.join(name), desk.path(name)).unwrap();
    }
    desk.endcap("pack build bmecat12.xml --out packs")
        .success()
        .stdout(
            contains("catalogue   bmecat12 (de, EUR)")
                .and(contains("products    4 of 5 rows, 1 dropped"))
                .and(contains("references  1 to products that no feed has"))
                .and(contains("bmecat12.xml:103:9: price: has a price of type")),
        );
    let pack = desk.pack("packs");
    let inspected = desk.endcap(&format!("pack inspect {} --json", pack.display()));
    let contents: Value = serde_json::from_slice(&inspected.success().get_output().stdout).unwrap();
    let sections = contents["sections"].as_array().unwrap();
    let references = sections
        .iter()
        .find(|section| section["name"] == "items: references");
    // Two that belong to the tap, a nought, and one that stands in for it.
    assert_eq!(references.unwrap()["bytes"], 4);

    desk.endcap("pack build bmecat12.xml bmecat-update.xml --out second")
        .success()
        .stdout(
            contains("products    4 of 8 rows, 1 dropped")
                .and(contains("updates     1 changed, 1 new, 1 gone")),
        );
    let overlay = format!(
        "pack overlay bmecat-prices.xml --base {} --out packs",
        pack.display()
    );
    desk.endcap(&overlay).success();
    desk.endcap("pack build bmecat-prices.xml --out third")
        .code(3)
        .stderr(contains("error[feed/transaction]").and(contains("endcap pack overlay")));
    desk.endcap(&format!("{overlay} --hide-missing"))
        .code(3)
        .stderr(contains("error[feed/transaction]"));
}

#[test]
fn a_job_reads_the_summary_as_json() {
    let desk = Desk::new();
    let output = desk
        .endcap("pack build feed.tsv --out packs --json")
        .success();
    let summary: Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
    assert_eq!(
        (&summary["rows"], &summary["products"]),
        (&4.into(), &3.into())
    );
    let codes: Vec<&str> = summary["issues"]
        .as_array()
        .unwrap()
        .iter()
        .map(|issue| issue["code"].as_str().unwrap())
        .collect();
    assert_eq!(codes, ["feed/duplicate-id", "feed/price"], "worst first");
    assert_eq!(summary["issues"][0]["examples"][0]["line"], 4);
    assert_eq!(
        desk.pack("packs").file_stem().unwrap().to_str(),
        summary["hash"].as_str()
    );
}

#[test]
fn the_same_feed_gives_the_same_pack() {
    let desk = Desk::new();
    desk.endcap("pack build feed.tsv --out a --no-compress")
        .success();
    desk.endcap("pack build feed.tsv --out b --no-compress")
        .success();
    let (a, b) = (desk.pack("a"), desk.pack("b"));
    assert_eq!(a.file_name(), b.file_name());
    assert_eq!(fs::read(&a).unwrap(), fs::read(&b).unwrap());
    assert!(!a.with_extension("pack.br").exists());
}

#[test]
fn strict_stops_and_leaves_nothing_behind() {
    let desk = Desk::new();
    desk.endcap("pack build feed.tsv --out packs --strict")
        .code(3)
        .stdout(is_empty())
        .stderr(
            starts_with("error[feed/duplicate-id]: feed.tsv:4:1: id: ")
                .and(contains("help: give every product its own `id`; the first one wins; or run without --strict")),
        );
    assert!(!desk.path("packs").exists());
}

#[test]
fn failures_say_what_to_do() {
    let desk = Desk::new();
    let event = r#"{"event_name":"view_item","items":[{"item_id":"A-1"}]}"#;
    fs::write(desk.path("events.jsonl"), event).unwrap();
    fs::write(desk.path("empty.csv"), "id,title\n").unwrap();
    fs::write(desk.path("book.xlsx"), b"PK\x03\x04").unwrap();
    for (line, exit, code, help) in [
        (
            "pack build nowhere.csv --out p",
            1,
            "feed/read",
            "check the path",
        ),
        ("pack build book.xlsx --out p", 3, "feed/foreign", "export"),
        (
            "pack build events.jsonl --out p",
            3,
            "feed/event-log",
            "--events",
        ),
        (
            "pack build empty.csv --out p",
            3,
            "feed/empty",
            "`id` and `title`",
        ),
        (
            "pack build feed.tsv --out p --language German",
            2,
            "trainer/setting",
            "--help",
        ),
        (
            "pack build feed.tsv --out feed.tsv",
            1,
            "pack/write",
            "folder",
        ),
        (
            "pack inspect nowhere.pack",
            1,
            "pack/read",
            "endcap pack build",
        ),
    ] {
        desk.endcap(line).code(exit).stderr(
            starts_with(format!("error[{code}]: "))
                .and(contains("\nhelp: "))
                .and(contains(help)),
        );
    }
    assert!(!desk.path("p").exists());
}

#[test]
fn events_order_the_products() {
    let desk = Desk::new();
    let event = r#"{"event_name":"purchase","items":[{"item_id":"A-3"}]}"#;
    fs::write(desk.path("events.jsonl"), format!("{event}\noops\n")).unwrap();
    desk.endcap("pack build feed.tsv --events events.jsonl --out packs")
        .success()
        .stdout(
            contains("popularity  1 product, from 1 of 2 lines (GA4), 1 of them broken")
                .and(contains("warning[events/json] × 1")),
        );
    let inspected = inspect(&desk, &desk.pack("packs"));
    assert_eq!(inspected["first_products"][0]["id"], "A-3");
}

#[test]
fn inspect_accounts_for_every_byte() {
    let desk = Desk::new();
    desk.endcap("pack build feed.tsv --out shop.pack --name Werkstatt --language en --synthetic")
        .success();
    let pack = desk.path("shop.pack");
    desk.endcap("pack inspect shop.pack")
        .success()
        .stderr(is_empty())
        .stdout(
            contains("Werkstatt (en, EUR, synthetic)")
                .and(contains("products    3"))
                .and(contains("items: titles"))
                .and(contains("A-1  Cordless drill 18 V, 129.90 EUR"))
                .and(contains("Tools > Drills")),
        );
    let inspected = inspect(&desk, &pack);
    let bytes = fs::metadata(&pack).unwrap().len();
    assert_eq!(inspected["bytes"], bytes);
    assert_eq!(inspected["products"], 3);
    assert_eq!(inspected["synthetic"], true);
    let sections = inspected["sections"].as_array().unwrap();
    let inside: u64 = sections
        .iter()
        .map(|section| section["bytes"].as_u64().unwrap())
        .sum();
    // The rest is the header, the table of contents (16 bytes each) and up to 7 bytes of padding each.
    let around = 48 + 16 * sections.len() as u64;
    assert!(inside + around <= bytes && bytes <= inside + around + 7 * sections.len() as u64);
    let twin = fs::metadata(desk.path("shop.pack.br")).unwrap().len();
    assert_eq!(inspected["brotli"], twin);
}

/// As in `endcap pack inspect shop.pack | head -1`.
#[test]
fn a_reader_that_stops_early_is_no_failure() {
    let desk = Desk::new();
    desk.endcap("pack build feed.tsv --out shop.pack --no-compress")
        .success();
    for line in [
        "pack inspect shop.pack",
        "pack build feed.tsv --out again.pack --no-compress",
    ] {
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_endcap"))
            .current_dir(desk.0.path())
            .args(line.split_whitespace())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert!(
            output.status.success(),
            "{line}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

#[test]
fn damaged_packs_are_named_by_their_damage() {
    let desk = Desk::new();
    desk.endcap("pack build feed.tsv --out shop.pack --no-compress")
        .success();
    let whole = fs::read(desk.path("shop.pack")).unwrap();
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    let mut newer = whole.clone();
    newer[8] = 99;
    for (content, code) in [
        (&whole[..whole.len() - 1], "pack/truncated"),
        (&whole[..20], "pack/truncated"),
        (flipped.as_slice(), "pack/hash"),
        (newer.as_slice(), "pack/newer-version"),
        (b"<html>Not found</html>".as_slice(), "pack/foreign"),
    ] {
        fs::write(desk.path("bad.pack"), content).unwrap();
        desk.endcap("pack inspect bad.pack")
            .code(3)
            .stdout(is_empty())
            .stderr(starts_with(format!("error[{code}]: bad.pack: ")).and(contains("help: ")));
    }
}

fn inspect(desk: &Desk, pack: &Path) -> Value {
    let output = desk
        .endcap(&format!("pack inspect --json {}", pack.display()))
        .success();
    serde_json::from_slice(&output.get_output().stdout).unwrap()
}

#[test]
fn feeds_and_file_names_cannot_drive_the_terminal() {
    let desk = Desk::new();
    let quiet = |assert: assert_cmd::assert::Assert| {
        let output = assert.get_output().clone();
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8(text).unwrap();
        assert!(
            !text.chars().any(|c| c.is_control() && c != '\n'),
            "{text:?}"
        );
        text
    };
    fs::write(desk.path("a.csv"), "\u{1b}[31mRED\u{7},title\n1,a\n").unwrap();
    let text = quiet(desk.endcap("pack build a.csv --out packs").code(3));
    assert!(text.contains("\\u001b[31mRED\\u0007"), "{text}");

    let name = "x\u{1b}[31m.jsonl";
    let rows = "{\"id\":\"1\",\"title\":\"a\",\"price\":\"\u{9b}31m\",\"\\u001bx\":1}\n";
    fs::write(desk.path(name), rows).unwrap();
    let text = quiet(
        desk.endcap(&format!("pack build {name} --out packs"))
            .success(),
    );
    assert!(text.contains("x\\u001b[31m.jsonl:1:"), "{text}");
    let json = desk.endcap(&format!("pack build {name} --json --out packs"));
    let text = quiet(json.success());
    let summary: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(summary["name"], "x\u{1b}[31m");
    quiet(desk.endcap(&format!("pack inspect {name}")).code(3));
}
