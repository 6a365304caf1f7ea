//! What follows a pack (deltas, overlays, heads) as a shop's job makes it.
#![expect(clippy::unwrap_used, reason = "a test that fails says so by a panic")]

use std::fs;
use std::path::PathBuf;

use assert_cmd::Command;
use assert_cmd::assert::Assert;
use endcap::catalogue::{Catalogue, Overlay};
use endcap::pack::{Pack, apply_delta};
use predicates::prelude::*;
use predicates::str::contains;
use serde_json::Value;
use tempfile::TempDir;

/// A folder in which the command runs, with a feed of `n` products.
struct Desk(TempDir);

impl Desk {
    fn new(n: usize) -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        desk.write("feed.jsonl", &rows(n, |_, row| row));
        desk
    }

    fn write(&self, name: &str, content: &str) {
        fs::write(self.0.path().join(name), content).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn endcap(&self, line: &str) -> Assert {
        let mut command = Command::new(env!("CARGO_BIN_EXE_endcap"));
        command
            .current_dir(self.0.path())
            .args(line.split_whitespace())
            .assert()
    }

    fn json(&self, line: &str) -> Value {
        let done = self.endcap(line).success();
        serde_json::from_slice(&done.get_output().stdout).unwrap()
    }

    fn manifest(&self) -> Value {
        serde_json::from_slice(&fs::read(self.path("packs/manifest.json")).unwrap()).unwrap()
    }

    /// Builds `feed` into `packs`; the pack's path.
    fn build(&self, feed: &str, options: &str) -> String {
        let line =
            format!("pack build {feed} --language de --currency EUR --out packs --json {options}");
        self.json(&line)["pack"].as_str().unwrap().to_owned()
    }

    fn pack(&self, entry: &Value) -> Vec<u8> {
        let hash = entry["hash"].as_str().unwrap();
        let bytes = fs::read(self.path(&format!("packs/{hash}.pack"))).unwrap();
        assert_eq!(Pack::open(bytes.clone()).unwrap().hash().to_string(), hash);
        assert_eq!(bytes.len() as u64, entry["bytes"].as_u64().unwrap());
        bytes
    }
}

/// A feed of `n` products; `change` has the last word on each row.
fn rows(n: usize, change: impl Fn(usize, Value) -> Value) -> String {
    (0..n)
        .map(|at| {
            let row = serde_json::json!({
                "id": format!("P{at}"),
                "title": format!("{} {} mm", ["Bohrer", "Schraube", "Winkel"][at % 3], at * 7 % 400),
                "brand": (["Kraftwig", "Norvik", "Aquilon", "Torquin"])[at % 4],
                "mpn": format!("N-{}", at * 31 % 9973),
                "price": format!("{}.50 EUR", 3 + at % 90),
                "product_type": format!("Werkzeug > Art {}", at % 40),
            });
            format!("{}\n", change(at, row))
        })
        .collect()
}

#[test]
fn a_pack_built_on_the_last_one_comes_with_its_delta() {
    let desk = Desk::new(600);
    let first = desk.build("feed.jsonl", "");
    let changed = rows(600, |at, mut row| {
        if at % 100 == 7 {
            row["title"] = "Hammer 500 g".into();
        }
        if at % 100 == 9 {
            row["id"] = format!("N{at}").into();
        }
        row
    });
    desk.write("next.jsonl", &changed);
    let second = desk.build("next.jsonl", &format!("--base {first}"));
    let entry = &desk.manifest()["catalogue"];
    assert!(second.contains(entry["hash"].as_str().unwrap()));
    let delta = &entry["deltas"][0];
    assert!(first.contains(delta["from"].as_str().unwrap()));
    let (old, delta) = (fs::read(desk.path(&first)).unwrap(), desk.pack(delta));
    assert!(
        delta.len() * 5 < old.len(),
        "{} of {}",
        delta.len(),
        old.len()
    );
    assert_eq!(apply_delta(old, delta).unwrap(), desk.pack(entry));
    desk.endcap(&format!("pack delta {first} {second} --out packs"))
        .success()
        .stdout(contains("% of the whole pack"));
}

#[test]
fn an_overlay_says_what_a_feed_of_prices_and_stock_changes() {
    let desk = Desk::new(30);
    let pack = desk.build("feed.jsonl", "");
    desk.write(
        "stock.csv",
        "id,price,availability\nP1,4.50 EUR,in_stock\nP2,99.00 EUR,out_of_stock\nP9,call us,in_stock\nX1,1.00 EUR,in_stock\n",
    );
    let told = desk.json(&format!(
        "pack overlay stock.csv --base {pack} --out packs --sequence 5 --json"
    ));
    // P1 says what the pack has; P9's price cannot be read and its stock is as it was; X1 is unknown.
    assert_eq!(
        (&told["rows"], &told["products"], &told["unknown"]),
        (&4.into(), &1.into(), &1.into())
    );
    assert_eq!(told["issues"][0]["code"], "feed/price");
    let listed = &desk.manifest()["catalogue"]["overlays"];
    assert_eq!(
        (listed.as_array().unwrap().len(), &listed[0]["sequence"]),
        (1, &5.into())
    );
    let overlay = Overlay::open(Pack::open(desk.pack(&listed[0])).unwrap()).unwrap();
    let bytes = fs::read(desk.path(&pack)).unwrap();
    let mut catalogue = Catalogue::open(Pack::open(bytes).unwrap()).unwrap();
    let overlaid = catalogue.lay(overlay).unwrap();
    assert_eq!(
        (overlaid.applied, overlaid.items, overlaid.unknown),
        (true, 1, 0)
    );
    let item = catalogue.item("P2").unwrap();
    assert_eq!(catalogue.price(item), Some(9_900));
    assert_eq!(
        catalogue.availability(item),
        endcap::catalogue::Availability::OutOfStock
    );

    // The same feed and sequence give the same file; a later one takes its place in the manifest.
    let again = desk.json(&format!(
        "pack overlay stock.csv --base {pack} --out packs --sequence 5 --json"
    ));
    assert_eq!(again["hash"], told["hash"]);
    desk.endcap(&format!(
        "pack overlay stock.csv --base {pack} --out packs --sequence 6"
    ))
    .success()
    .stdout(contains("layer 0, sequence 6").and(contains("1 product of 4 rows")));
    desk.endcap(&format!(
        "pack overlay stock.csv --base {pack} --out packs --sequence 7"
    ))
    .success();
    let listed = desk.manifest()["catalogue"]["overlays"].clone();
    assert_eq!(
        (listed.as_array().unwrap().len(), &listed[0]["sequence"]),
        (1, &7.into())
    );
    assert!(
        !desk
            .path(&format!("packs/{}.pack", told["hash"].as_str().unwrap()))
            .exists(),
        "the one before the last is gone"
    );
}

#[test]
fn what_is_missing_from_a_whole_feed_is_hidden_where_that_is_asked_for() {
    let desk = Desk::new(12);
    let pack = desk.build("feed.jsonl", "");
    desk.write("fewer.jsonl", &rows(10, |_, row| row));
    let line = format!("pack overlay fewer.jsonl --base {pack} --out packs --json");
    assert_eq!(desk.json(&line)["hidden"], 0);
    assert_eq!(desk.json(&format!("{line} --hide-missing"))["hidden"], 2);
    // A feed of another shop would hide all of this one.
    desk.write("other.jsonl", "{\"id\":\"Z1\",\"price\":\"1 EUR\"}\n");
    desk.endcap(&format!(
        "pack overlay other.jsonl --base {pack} --out packs --hide-missing"
    ))
    .code(3)
    .stderr(contains("error[feed/empty]"));
}

#[test]
fn a_large_catalogue_gets_a_head_and_a_small_one_needs_none() {
    let desk = Desk::new(3_000);
    let line = "pack build feed.jsonl --language de --out packs --json --head-bytes 9000";
    let told = desk.json(line);
    let size = told["head"]["brotli"].as_u64().unwrap();
    assert!((7_000..=9_000).contains(&size), "{size} bytes");
    let entry = desk.manifest()["catalogue"].clone();
    let head = Catalogue::open(Pack::open(desk.pack(&entry["head"])).unwrap()).unwrap();
    assert_eq!(
        head.whole().unwrap().to_string(),
        entry["hash"].as_str().unwrap()
    );
    assert!(head.item_count() < 1_000);
    let leaves = |catalogue: &Catalogue| {
        catalogue
            .facet_values(endcap::catalogue::FacetIdx::CATEGORY)
            .len()
    };
    let whole = Catalogue::open(Pack::open(desk.pack(&entry)).unwrap()).unwrap();
    assert_eq!(leaves(&head), leaves(&whole), "every category is in it");
    assert_eq!(
        desk.json(line)["head"]["brotli"],
        size,
        "the same feed gives the same head"
    );

    let small = Desk::new(20);
    small.build("feed.jsonl", "");
    assert!(small.manifest()["catalogue"].get("head").is_none());
    let none = Desk::new(3_000);
    none.build("feed.jsonl", "--head-bytes 0");
    assert!(none.manifest()["catalogue"].get("head").is_none());
}

#[test]
fn bad_input_is_told_with_a_code_and_changes_nothing() {
    let desk = Desk::new(5);
    let pack = desk.build("feed.jsonl", "");
    let before = desk.manifest();
    desk.write("text.pack", "not a pack, whatever its name says");
    let bytes = fs::read(desk.path(&pack)).unwrap();
    fs::write(desk.path("cut.pack"), &bytes[..bytes.len() / 2]).unwrap();
    for (line, exit, says) in [
        (
            "pack overlay feed.jsonl --base absent.pack --out packs",
            1,
            "error[pack/read]",
        ),
        (
            "pack overlay feed.jsonl --base text.pack --out packs",
            3,
            "error[pack/foreign]",
        ),
        (
            "pack overlay feed.jsonl --base cut.pack --out packs",
            3,
            "error[pack/truncated]",
        ),
        (
            "pack overlay absent.csv --base PACK --out packs",
            1,
            "error[feed/read]",
        ),
        (
            "pack overlay text.pack --base PACK --out packs",
            3,
            "error[feed/",
        ),
        (
            "pack overlay feed.jsonl --base PACK PACK --out one.pack",
            2,
            "error[overlay/out]",
        ),
        ("pack overlay feed.jsonl --out packs", 2, "--base"),
        (
            "pack delta PACK absent.pack --out packs",
            1,
            "error[pack/read]",
        ),
        ("pack delta text.pack PACK --out packs", 3, "text.pack"),
        (
            "pack delta PACK cut.pack --out packs",
            3,
            "error[pack/truncated]: cut.pack",
        ),
        (
            "pack build feed.jsonl --base text.pack --out packs",
            3,
            "error[pack/foreign]",
        ),
        (
            "pack build feed.jsonl --base absent.pack --out packs",
            1,
            "error[pack/read]",
        ),
    ] {
        desk.endcap(&line.replace("PACK", &pack))
            .code(exit)
            .stderr(contains(says));
        assert_eq!(desk.manifest(), before, "{line}");
    }
}
