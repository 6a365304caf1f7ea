//! From feeds and event logs to packs on disk.

use crate::common::{fixture, product, settings, train, try_train};
use endcap::catalogue::{Attribute, Catalogue, Label};
use endcap::pack::Pack;
use endcap_trainer::{IssueKind, Manifest, Publishing, Settings, write};

const COMPRESSED: Publishing = Publishing {
    compress: true,
    confirm_shrink: false,
};

fn with_events() -> Settings {
    Settings {
        events: vec![fixture("events.jsonl")],
        ..settings("shop.jsonl")
    }
}

#[test]
fn events_become_popularity() {
    let training = try_train(&with_events()).unwrap();
    // A view, a cart, a purchase of a thousand pieces: 1 + 4 + 10.
    assert_eq!(product(&training, "T-1").popularity, 15.0);
    assert_eq!(
        product(&training, "T-2").popularity,
        0.0,
        "more returns than purchases are nought"
    );
    let events = training.events.unwrap();
    assert_eq!((events.log.lines, events.counted, events.other), (10, 5, 1));
    assert_eq!(events.unknown_items, 2);
    assert_eq!(events.products, 1);
    assert_eq!(training.report.count(IssueKind::Event), 2);
    assert_eq!(training.report.count(IssueKind::EventItems), 1);
    assert_eq!(training.report.examples(IssueKind::Event)[0].line, 9);
}

#[test]
fn a_pack_holds_what_the_feed_said() {
    let pack = try_train(&with_events()).unwrap().take_pack().unwrap();
    let catalogue = Catalogue::open(Pack::open(pack.bytes).unwrap()).unwrap();
    assert_eq!(catalogue.item_count(), 3);
    let tap = catalogue.item("T-1").unwrap();
    assert_eq!(catalogue.title(tap), "Waschtischarmatur Lina, Chrom");
    assert_eq!(catalogue.price(tap), Some(12_990));
    assert_eq!(tap.0, 0, "the most popular product comes first");
    assert_eq!(catalogue.meta().name, "shop");
}

#[test]
fn equal_input_gives_equal_bytes() {
    let build = || try_train(&with_events()).unwrap().take_pack().unwrap();
    let (first, second) = (build(), build());
    assert_eq!(first.hash, second.hash);
    assert_eq!(first.bytes, second.bytes);
}

#[test]
fn the_manifest_names_the_current_packs() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("packs");
    let build = |feed: &str, language: &str| {
        let settings = Settings {
            language: Some(language.into()),
            ..settings(feed)
        };
        let pack = try_train(&settings).unwrap().take_pack().unwrap();
        let written = write(&pack, &out, COMPRESSED, &mut |_| {}).unwrap();
        assert_eq!(std::fs::read(&written.pack).unwrap(), pack.bytes);
        (pack, written)
    };
    let manifest = || -> Manifest {
        serde_json::from_slice(&std::fs::read(out.join("manifest.json")).unwrap()).unwrap()
    };
    let (german, written) = build("shop.jsonl", "de");
    let (english, _) = build("atom.xml", "en");
    let listed = manifest();
    assert_eq!(
        listed.catalogue.as_ref().unwrap().hash,
        german.hash.to_string(),
        "the first language is the default"
    );
    assert_eq!(listed.catalogues["en"].hash, english.hash.to_string());
    assert_eq!(
        listed.catalogues["de"].url,
        format!("/v1/packs/{}.pack", german.hash)
    );
    assert_eq!(listed.catalogues["de"].bytes, german.bytes.len() as u64);

    let (renewed, _) = build("rss.xml", "de");
    assert_eq!(
        manifest().catalogue.unwrap().hash,
        renewed.hash.to_string(),
        "and follows a new build"
    );

    std::fs::remove_file(out.join(format!("{}.pack", english.hash))).unwrap();
    let refused = write(&renewed, &out, COMPRESSED, &mut |_| {}).unwrap_err();
    assert_eq!(refused.code(), "pack/missing");
    assert_eq!(
        manifest().catalogues.keys().collect::<Vec<_>>(),
        ["de", "en"],
        "nothing is published while a pack that is named is gone"
    );

    let mut plain = Vec::new();
    let twin = std::fs::File::open(written.brotli.unwrap().0).unwrap();
    brotli::BrotliDecompress(&mut std::io::BufReader::new(twin), &mut plain).unwrap();
    assert_eq!(plain, german.bytes);
    let leftovers: Vec<_> = std::fs::read_dir(&out)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".part"))
        .collect();
    assert!(leftovers.is_empty(), "{leftovers:?}");
}

#[test]
fn a_manifest_that_cannot_be_read_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("manifest.json"), "{ not json").unwrap();
    let pack = train("shop.jsonl").take_pack().unwrap();
    let error = write(&pack, folder.path(), Publishing::default(), &mut |_| {}).unwrap_err();
    assert_eq!(error.code(), "pack/manifest");
    assert_eq!(
        std::fs::read(folder.path().join("manifest.json")).unwrap(),
        b"{ not json"
    );
}

#[test]
fn a_named_file_has_no_manifest_and_no_stale_twin() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("shop.pack");
    let pack = train("shop.jsonl").take_pack().unwrap();
    let written = write(&pack, &out, COMPRESSED, &mut |_| {}).unwrap();
    assert_eq!(
        (written.pack.as_path(), written.manifest),
        (out.as_path(), None)
    );
    assert!(folder.path().join("shop.pack.br").exists());
    write(
        &train("atom.xml").take_pack().unwrap(),
        &out,
        Publishing::default(),
        &mut |_| {},
    )
    .unwrap();
    assert!(!folder.path().join("shop.pack.br").exists());
}

#[test]
fn spellings_are_joined_across_products() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("spellings.jsonl");
    let row = |id: u32, name: &str, value: &str| {
        format!(
            r#"{{"id":"{id}","title":"t","product_detail":[{{"attribute_name":"{name}","attribute_value":"{value}"}}]}}"#
        )
    };
    let rows = [
        row(1, "Colour", "Black"),
        row(2, "colour", "black"),
        row(3, "COLOUR ", " Black "),
    ];
    std::fs::write(&path, rows.join("\n")).unwrap();
    let training = try_train(&Settings {
        feeds: vec![path],
        ..Settings::default()
    })
    .unwrap();
    let black = Attribute {
        name: Label::plain("Colour"),
        value: Label::plain("Black"),
        swatch: String::new(),
    };
    for product in &training.products {
        assert_eq!(product.attributes, std::slice::from_ref(&black));
    }
    assert_eq!(training.respelled, 3);
}
