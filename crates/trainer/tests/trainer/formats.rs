//! Every format and encoding gives the same products.

use crate::common::{
    attributes, fixture, ids, keeping, path, place, product, settings, train, try_train,
};
use endcap::catalogue::{Availability, PriceTier, Reference, ReferenceKind};
use endcap_trainer::{FacetField, Feed, FeedOptions, Format, IssueKind, Settings, TrainerError};

#[test]
fn formats_are_told_apart_by_content() {
    for (name, format) in [
        ("shop.jsonl", Format::JsonLines),
        ("shop.json", Format::JsonDocument),
        ("wrapped.json", Format::JsonDocument),
        ("pretty.json", Format::JsonDocument),
        ("shop.csv", Format::Table { delimiter: b',' }),
        ("semicolon.csv", Format::Table { delimiter: b';' }),
        ("shop.tsv", Format::Table { delimiter: b'\t' }),
        ("rss.xml", Format::Xml),
        ("atom.xml", Format::Xml),
    ] {
        assert_eq!(
            Feed::open(&fixture(name), &FeedOptions::default())
                .unwrap()
                .format(),
            format,
            "{name}"
        );
    }
}

#[test]
fn json_lines_with_every_extension() {
    let training = try_train(&keeping("shop.jsonl", &["colour", "Anschluss links"])).unwrap();
    assert_eq!(ids(&training), ["T-1", "T-2", "T-3"]);
    assert_eq!(training.rows, 3);
    let tap = product(&training, "T-1");
    assert_eq!((tap.price, tap.sale_price), (Some(12_990), Some(9_990)));
    assert_eq!(tap.gtin, "4006381333931");
    assert_eq!(tap.mpn, "QM-4410-C");
    assert_eq!(path(tap), ["Bad", "Armaturen", "Waschtischarmaturen"]);
    let keys: Vec<&str> = tap
        .category
        .iter()
        .map(|level| level.key.as_str())
        .collect();
    assert_eq!(keys, ["bath", "taps", "basin-taps"]);
    assert_eq!(tap.attributes[0].name.key, "colour");
    assert_eq!(tap.attributes[0].value.key, "chrome");
    assert_eq!(tap.attributes[0].value.label, "Chrom");
    assert_eq!(tap.delivery_days, Some(2));
    assert_eq!((tap.rating, tap.reviews), (Some(4.3), 17));
    assert_eq!(
        tap.price_tiers,
        [PriceTier {
            min_quantity: 10,
            price: 11_990
        }]
    );
    let reference = |kind, id: &str| Reference {
        kind,
        id: id.into(),
    };
    assert_eq!(
        tap.references,
        [
            reference(ReferenceKind::Accessory, "T-2"),
            reference(ReferenceKind::SparePart, "T-3")
        ]
    );
    assert_eq!(training.dangling_references, 1);
    let valve = product(&training, "T-2");
    assert_eq!(
        valve.brand, "Quellmann",
        "the first spelling of a brand stands for all"
    );
    assert_eq!(valve.price, Some(1_250));
    assert_eq!(valve.availability, Availability::Backorder);
    assert_eq!(
        attributes(valve),
        ["Anschluss links=1/2 Zoll"],
        "doubled blanks are gone"
    );
    let cartridge = product(&training, "T-3");
    assert_eq!(cartridge.price, Some(129_950));
    assert_eq!(cartridge.availability, Availability::OutOfStock);
    assert_eq!(training.ignored.get("warehouse"), Some(&1));
    assert_eq!(training.meta.currency, "EUR", "from the prices");
    assert!(training.report.tallies().is_empty());
}

#[test]
fn json_documents() {
    let training = train("shop.json");
    assert_eq!(ids(&training), ["T-1", "T-2", "3"]);
    assert_eq!(product(&training, "T-1").title, "Basin tap \"Lina\" ] {");
    assert_eq!(place(&training, IssueKind::Price), (7, Some(42)));
    assert_eq!(ids(&train("wrapped.json")), ["T-1", "T-2"]);
    let pretty = train("pretty.json");
    assert_eq!(ids(&pretty), ["T-1", "T-2"]);
}

#[test]
fn tables() {
    let training = try_train(&keeping("shop.csv", &["Colour", "Height"])).unwrap();
    let tap = product(&training, "T-1");
    assert_eq!(tap.title, "Basin tap, \"Lina\"");
    assert_eq!(path(tap), ["Home", "Bath"]);
    assert_eq!(tap.image, "https://shop.example/t1.jpg");
    assert_eq!(product(&training, "T-2").title, "Angle valve");

    let training = train("semicolon.csv");
    assert_eq!(product(&training, "T-1").price, Some(129_900));
    assert_eq!(product(&training, "T-2").price, Some(1_250));
    assert_eq!(product(&training, "T-2").gtin, "");
    assert_eq!(
        place(&training, IssueKind::Gtin),
        (3, Some(4)),
        "line and column as in a spreadsheet"
    );

    let training = train("shop.tsv");
    assert_eq!(product(&training, "T-1").title, "Basin tap 1/2\" chrome");
    assert_eq!(
        ids(&training),
        ["T-1", "T-2", "T-3"],
        "rows of another length are kept"
    );
    assert_eq!(training.report.count(IssueKind::Columns), 2);
    assert_eq!(place(&training, IssueKind::Columns), (3, Some(5)));
}

#[test]
fn lists_in_cells_are_read_as_json() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cells.tsv");
    let tiers = r#""[{""min_quantity"":10,""price"":""9.90 EUR""}]""#;
    let content = format!(
        "id\ttitle\tprice_tiers\taccessories\nA\t[\"new\" tap\t{tiers}\t\nB\tvalve\t5:8 EUR;10:7,50 EUR\t\"[\"\"A\"\"]\"\n"
    );
    std::fs::write(&path, content).unwrap();
    let training = try_train(&Settings {
        feeds: vec![path],
        ..Settings::default()
    })
    .unwrap();
    let tier = |min_quantity, price| PriceTier {
        min_quantity,
        price,
    };
    assert_eq!(product(&training, "A").title, "[\"new\" tap");
    assert_eq!(product(&training, "A").price_tiers, [tier(10, 990)]);
    assert_eq!(
        product(&training, "B").price_tiers,
        [tier(5, 800), tier(10, 750)]
    );
    assert_eq!(product(&training, "B").references[0].id, "A");
}

#[test]
fn a_custom_label_becomes_a_facet_when_asked_for() {
    let training = try_train(&Settings {
        facets: vec![FacetField {
            field: "custom_label_0".into(),
            label: "Season".into(),
        }],
        ..settings("shop.tsv")
    })
    .unwrap();
    assert_eq!(attributes(product(&training, "T-1")), ["Season=summer"]);
    assert!(
        attributes(product(&train("shop.tsv"), "T-1")).is_empty(),
        "labels are for the shop, not for shoppers"
    );
}

#[test]
fn rss_with_and_without_namespace() {
    let training = try_train(&keeping("rss.xml", &["Farbe", "Höhe"])).unwrap();
    let tap = product(&training, "T-1");
    assert_eq!(
        tap.title, "Waschtischarmatur \"Lina\" & Zubehör",
        "g:title wins over title"
    );
    assert_eq!(tap.description, "Ein Hahn & mehr");
    assert_eq!(tap.link, "https://shop.example/t1?a=1&b=2");
    assert_eq!(
        tap.price,
        Some(12_990),
        "the price of the shipping is another one"
    );
    assert_eq!(path(tap), ["Bad", "Armaturen"]);
    assert_eq!(attributes(tap), ["Farbe=Chrom", "Höhe=15 cm"]);
    assert_eq!(product(&training, "T-2").title, "Eckventil");
    assert_eq!(place(&training, IssueKind::Price), (28, Some(7)));
}

#[test]
fn atom() {
    let training = try_train(&keeping("atom.xml", &["color"])).unwrap();
    assert_eq!(ids(&training), ["T-1"], "g:id wins over the entry's own id");
    let tap = product(&training, "T-1");
    assert_eq!(tap.description, "A tap.");
    assert_eq!(tap.link, "https://shop.example/t1");
    assert_eq!(tap.attributes[0].value.label, "chrome");
}

#[test]
fn encodings() {
    let latin = train("latin1.csv");
    assert_eq!(product(&latin, "L-1").title, "Waschtischarmatur für Bäder");
    assert_eq!(
        product(&latin, "L-2").brand,
        "Grün",
        "lines that are UTF-8 stay as they are"
    );
    assert_eq!(latin.report.count(IssueKind::Encoding), 1);
    assert_eq!(place(&latin, IssueKind::Encoding), (2, None));
    assert!(
        latin.report.examples(IssueKind::Encoding)[0]
            .message
            .contains("windows-1252")
    );

    assert_eq!(
        product(&train("latin2.xml"), "P-1").title,
        "łóżko",
        "the XML declaration counts"
    );
    assert_eq!(product(&train("bom.csv"), "B-1").title, "Größe");
    assert_eq!(product(&train("utf16le.tsv"), "U-1").title, "Größe €");
    assert_eq!(
        product(&train("utf16be.tsv"), "U-1").title,
        "Größe €",
        "without a byte order mark"
    );
}

#[test]
fn gzip_is_unpacked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.de.jsonl.gz");
    let plain = std::fs::read(fixture("shop.jsonl")).unwrap();
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut encoder, &plain).unwrap();
    let packed = encoder.finish().unwrap();
    std::fs::write(&path, &packed).unwrap();
    let read = |path: &std::path::Path| {
        try_train(&Settings {
            feeds: vec![path.to_owned()],
            ..Settings::default()
        })
    };
    let training = read(&path).unwrap();
    assert_eq!(training.products, train("shop.jsonl").products);
    assert_eq!(training.meta.language, "de", "from the file's name");

    std::fs::write(&path, &packed[..packed.len() / 2]).unwrap();
    let error = read(&path).unwrap_err();
    assert!(matches!(error, TrainerError::Read { .. }), "{error}");
    assert!(error.help().contains("cut off"), "{}", error.help());
}

#[test]
fn several_feeds_form_one_catalogue() {
    let training = try_train(&Settings {
        feeds: vec![
            fixture("shop.jsonl"),
            fixture("atom.xml"),
            fixture("bom.csv"),
        ],
        ..Settings::default()
    })
    .unwrap();
    assert_eq!(ids(&training), ["T-1", "T-2", "T-3", "B-1"]);
    let duplicate = &training.report.examples(IssueKind::Duplicate)[0];
    assert!(duplicate.file.ends_with("atom.xml"));
}
