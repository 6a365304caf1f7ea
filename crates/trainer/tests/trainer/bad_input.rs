//! Bad input is placed, told and survived.

use std::io::Write;

use crate::common::{
    attributes, feed, fixture, ids, issues, place, product, settings, train, try_train,
};
use endcap_trainer::{IssueKind, MAX_ROW_BYTES, Outcome, Settings, TrainerError};

#[test]
fn every_bad_row_is_placed_and_told() {
    let training = train("messy.jsonl");
    assert_eq!(ids(&training), ["M-1", "M-5", "M-6", "M-7", "M-8"]);
    assert_eq!(training.rows, 11);
    let text = std::fs::read_to_string(fixture("messy.jsonl")).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    use IssueKind as K;
    for (kind, count, line, field) in [
        (K::PriceAmbiguous, 1, 1, "price"),
        (K::Gtin, 2, 1, "gtin"),
        (K::Duplicate, 1, 2, "id"),
        (K::Id, 1, 3, ""),
        (K::Title, 2, 4, ""),
        (K::Markup, 1, 7, "title"),
        (K::Currency, 1, 7, "price"),
        (K::SalePrice, 1, 7, "sale_price"),
        (K::Availability, 1, 7, "availability"),
        (K::Number, 3, 7, "max_handling_time"),
        (K::Link, 2, 8, "image_link"),
        (K::PriceZero, 1, 8, "price"),
        (K::Category, 1, 9, "google_product_category"),
        (K::Price, 1, 9, "price"),
        (K::Mpn, 1, 9, "mpn"),
        (K::Tier, 2, 10, "price_tiers"),
        (K::Detail, 2, 10, "product_detail"),
        (K::Shape, 1, 11, "title"),
    ] {
        assert_eq!(training.report.count(kind), count, "{}", kind.code());
        let (at, column) = place(&training, kind);
        assert_eq!(at, line, "{}", kind.code());
        // The column is where the field's name begins, and absent where there is no field to point at.
        let pointed = column.map(|column| &lines[at as usize - 1][column as usize - 1..]);
        match pointed {
            Some(text) => assert!(
                text.starts_with(&format!("\"{field}\":")),
                "{}: {text}",
                kind.code()
            ),
            None => assert_eq!(field, "", "{}", kind.code()),
        }
    }
    assert_eq!(training.report.count(K::Json), 2);
    let broken = training.report.examples(K::Json);
    assert_eq!(
        (broken[0].line, broken[0].column),
        (5, Some(lines[4].len() as u64))
    );
    assert_eq!((broken[1].line, broken[1].column), (6, Some(1)));
    assert_eq!(issues(&training), 27, "and nothing else");
}

#[test]
fn what_is_left_of_bad_rows_is_sound() {
    let training = train("messy.jsonl");
    let first = product(&training, "M-1");
    assert_eq!(first.title, "First of its name");
    assert_eq!((first.price, first.gtin.as_str()), (Some(129_900), ""));
    let bits = product(&training, "M-5");
    assert_eq!(bits.title, "Bohrer & Bits");
    assert_eq!(
        (bits.price, bits.sale_price, bits.rating, bits.reviews),
        (None, None, None, 0)
    );
    let links = product(&training, "M-6");
    assert_eq!(
        (links.link.as_str(), links.image.as_str(), links.price),
        ("", "", None)
    );
    let numbers = product(&training, "M-7");
    assert_eq!(numbers.mpn, "");
    assert!(
        numbers.description.contains("cordless drill"),
        "a sentence stays searchable"
    );
    let alias = product(&training, "M-8");
    assert_eq!(alias.title, "From the alias");
    assert_eq!(alias.price_tiers.len(), 1);
    assert_eq!(alias.price_tiers[0].price, 800);
    assert!(
        attributes(alias).is_empty(),
        "an attribute of one product is no facet"
    );
    assert!(alias.description.contains("Inner"));
}

#[test]
fn messages_read_well() {
    let training = train("messy.jsonl");
    let issue = &training.report.examples(IssueKind::Currency)[0];
    assert_eq!(issue.outcome, Outcome::FieldDropped);
    assert!(
        issue
            .to_string()
            .ends_with("messy.jsonl:7:48: price: expected EUR, got USD in \"12,50 USD\" (row kept without the field)"),
        "{issue}"
    );
}

#[test]
fn strict_stops_at_the_first_warning_but_not_at_notes() {
    let strict = |name: &str| {
        try_train(&Settings {
            strict: true,
            ..settings(name)
        })
    };
    let error = strict("messy.jsonl").unwrap_err();
    assert_eq!(error.code(), "feed/gtin");
    assert!(
        error.to_string().contains("messy.jsonl:1:61: gtin: "),
        "{error}"
    );
    assert!(error.help().contains("--strict"));
    assert!(strict("shop.jsonl").is_ok());

    let folder = tempfile::tempdir().unwrap();
    let noted = feed(
        folder.path(),
        "n.jsonl",
        br#"{"id":"1","title":"A &amp; B"}"#,
    );
    let training = try_train(&Settings {
        strict: true,
        ..noted
    })
    .unwrap();
    assert_eq!(training.report.count(IssueKind::Markup), 1);
}

#[test]
fn entities_that_nothing_defines_are_told() {
    let training = train("entities.xml");
    let first = product(&training, "1");
    assert_eq!(first.title, "Tap by &shop;");
    assert!(first.description.starts_with("Küche & Bad – M"));
    assert_eq!(product(&training, "2").title, "Mühle");
    assert_eq!(training.rows, 2);
    assert_eq!(training.report.count(IssueKind::Entity), 2);
    let issue = &training.report.examples(IssueKind::Entity)[0];
    assert_eq!((issue.kind.code(), issue.line), ("feed/markup", 4));
    assert!(
        issue
            .to_string()
            .contains("title: \"&shop;\" is no character, kept as written"),
        "{issue}"
    );
}

#[test]
fn files_that_are_no_feeds_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let error = try_train(&settings("noheader.csv")).unwrap_err();
    assert!(
        matches!(error, TrainerError::Header { .. }) && error.to_string().contains("sku_x, label"),
        "{error}"
    );
    let error = try_train(&settings("events.jsonl")).unwrap_err();
    assert_eq!(error.code(), "feed/event-log");
    assert_eq!(
        try_train(&settings("no such file")).unwrap_err().code(),
        "feed/read"
    );
    for content in [b"PK\x03\x04xx".as_slice(), b"ENDCAPPK\x01"] {
        let error = try_train(&feed(folder.path(), "x.csv", content)).unwrap_err();
        assert_eq!(error.code(), "feed/foreign", "{error}");
    }
    let folder_as_feed = Settings {
        feeds: vec![folder.path().to_owned()],
        ..Settings::default()
    };
    assert_eq!(
        try_train(&folder_as_feed).unwrap_err().code(),
        "feed/foreign"
    );
}

#[test]
fn a_feed_without_products_builds_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in [
        ("none.json", b"[]".as_slice()),
        ("none.xml", b"<rss><channel/></rss>"),
    ] {
        let mut training = try_train(&feed(folder.path(), name, content)).unwrap();
        assert!(
            matches!(
                training.take_pack(),
                Err(TrainerError::NoProducts { rows: 0 })
            ),
            "{name}"
        );
    }
}

#[test]
fn rows_of_any_size_are_survived() {
    let folder = tempfile::tempdir().unwrap();
    let mut content = Vec::new();
    writeln!(
        content,
        r#"{{"id":"1","title":"{}"}}"#,
        "x".repeat(MAX_ROW_BYTES)
    )
    .unwrap();
    writeln!(
        content,
        r#"{{"id":"2","title":"{}","description":"{}"}}"#,
        "word ".repeat(1_000),
        "ä".repeat(100_000)
    )
    .unwrap();
    let training = try_train(&feed(folder.path(), "big.jsonl", &content)).unwrap();
    assert_eq!(ids(&training), ["2"]);
    assert_eq!(training.report.count(IssueKind::Size), 1);
    assert_eq!(training.report.count(IssueKind::Long), 2);
    let long = product(&training, "2");
    assert!(long.title.chars().count() <= 300 && long.title.ends_with("word…"));

    let deep = format!(
        r#"{{"id":"1","title":"a","x":{}{}}}"#,
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    let training = try_train(&feed(folder.path(), "deep.jsonl", deep.as_bytes())).unwrap();
    assert_eq!(training.report.count(IssueKind::Json), 1);
}

#[test]
fn settings_are_checked() {
    for (language, currency) in [
        (Some("german"), None),
        (Some("DE"), None),
        (None, Some("Euro")),
        (Some(""), None),
    ] {
        let error = try_train(&Settings {
            language: language.map(Into::into),
            currency: currency.map(Into::into),
            ..settings("shop.jsonl")
        })
        .unwrap_err();
        assert_eq!(error.code(), "trainer/setting");
    }
}

#[test]
fn the_currency_of_most_prices_is_the_catalogues() {
    let folder = tempfile::tempdir().unwrap();
    let content = b"id,title,price\n1,a,5 USD\n2,b,5 EUR\n3,c,6 EUR\n4,d,7\n";
    let read = |currency: Option<&str>| {
        let settings = feed(folder.path(), "prices.csv", content);
        try_train(&Settings {
            currency: currency.map(Into::into),
            ..settings
        })
        .unwrap()
    };
    let training = read(None);
    assert_eq!(training.meta.currency, "EUR");
    let prices: Vec<_> = training
        .products
        .iter()
        .map(|product| product.price)
        .collect();
    assert_eq!(prices, [None, Some(500), Some(600), Some(700)]);
    assert_eq!(
        training.report.count(IssueKind::Currency),
        1,
        "the first reading is not counted"
    );
    assert_eq!(training.rows, 4);

    let training = read(Some("usd"));
    assert_eq!(training.meta.currency, "USD");
    assert_eq!(training.report.count(IssueKind::Currency), 2);
}

#[test]
fn sentences_are_no_article_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let mpns = [
        "GSR 18V-55 Professional",
        "HERCULES",
        "M8x40-A2",
        "Rack PDU Switched",
        "100ft Cat5E 350MHz Snagless Patch Cable",
    ];
    let rows: Vec<String> = mpns
        .iter()
        .map(|mpn| format!(r#"{{"id":"{mpn}","title":"t","mpn":"{mpn}"}}"#))
        .collect();
    let training = try_train(&feed(
        folder.path(),
        "mpn.jsonl",
        rows.join("\n").as_bytes(),
    ))
    .unwrap();
    let read: Vec<&str> = training
        .products
        .iter()
        .map(|product| product.mpn.as_str())
        .collect();
    assert_eq!(
        read,
        ["GSR 18V-55 Professional", "HERCULES", "M8x40-A2", "", ""]
    );
    assert_eq!(training.products[3].description, "Rack PDU Switched");
}

/// No bytes make the readers panic or loop.
#[test]
fn mutilated_fixtures_are_survived() {
    let folder = tempfile::tempdir().unwrap();
    for name in [
        "shop.jsonl",
        "shop.json",
        "wrapped.json",
        "shop.csv",
        "shop.tsv",
        "rss.xml",
        "atom.xml",
        "bmecat12.xml",
        "bmecat2005.xml",
        "bmecat-update.xml",
        "utf16le.tsv",
    ] {
        let whole = std::fs::read(fixture(name)).unwrap();
        for at in (0..whole.len()).step_by(7) {
            let mut flipped = whole.clone();
            flipped[at] ^= 0x55;
            for content in [&whole[..at], &flipped] {
                // Errors are fine; the result depends on where the file was hurt.
                let _ = try_train(&feed(folder.path(), name, content));
            }
        }
    }
}
