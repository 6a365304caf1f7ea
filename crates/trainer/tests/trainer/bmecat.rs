//! BMEcat of both versions in, products, recommendations and overlays out.

use endcap::catalogue::{Catalogue, Overlay, PriceTier, Reference, ReferenceKind};
use endcap::pack::Pack;
use endcap::{Engine, RecommendKind, RecommendQuery, Text, Timestamp};
use endcap_trainer::{
    BuiltOverlay, Feed, FeedOptions, Format, IssueKind, OverlaySettings, Scope, Settings,
    TrainerError, TransactionReason, open_catalogue, overlay,
};

use crate::common::{
    attributes, feed, fixture, ids, issues, keeping, path, product, settings, train, try_train,
};

fn references(training: &endcap_trainer::Training, id: &str) -> Vec<(ReferenceKind, String)> {
    let references = product(training, id).references.iter();
    references
        .map(|Reference { kind, id }| (*kind, id.clone()))
        .collect()
}

#[test]
fn bmecat_is_told_by_its_root() {
    let open = |name: &str| Feed::open(&fixture(name), &FeedOptions::default()).unwrap();
    for (name, scope) in [
        ("bmecat12.xml", Scope::Catalogue),
        ("bmecat2005.xml", Scope::Catalogue),
        ("bmecat-update.xml", Scope::Products),
        ("bmecat-prices.xml", Scope::Prices),
    ] {
        assert_eq!(
            (open(name).format(), open(name).scope()),
            (Format::Bmecat, scope),
            "{name}"
        );
    }
    assert_eq!(open("rss.xml").scope(), Scope::Catalogue);
}

#[test]
fn version_1_2() {
    let training = try_train(&keeping(
        "bmecat12.xml",
        &["Farbe", "Höhe", "EF000008", "udx.quellmann.serie"],
    ))
    .unwrap();
    assert_eq!(ids(&training), ["T-1", "T-2", "T-3;K", "T-4"]);
    assert_eq!(
        (
            training.meta.language.as_str(),
            training.meta.currency.as_str()
        ),
        ("de", "EUR")
    );
    let tap = product(&training, "T-1");
    assert_eq!(
        tap.title, "Waschtischarmatur Lina für Bäder",
        "in Latin 1, as declared"
    );
    assert_eq!(
        (tap.brand.as_str(), tap.mpn.as_str(), tap.gtin.as_str()),
        ("Quellmann", "QM-4410-C", "4006381333931")
    );
    assert!(
        tap.description
            .starts_with("Mit Ablaufgarnitur LINA-S Mischer Wasserhahn"),
        "{}",
        tap.description
    );
    assert_eq!(tap.delivery_days, Some(3));
    assert_eq!(
        path(tap),
        ["Bad & Küche", "Armaturen > 50 l"],
        "the maps stand behind the articles"
    );
    assert_eq!(tap.category[1].key, "11");
    assert_eq!(
        attributes(tap),
        [
            "Farbe=chrom",
            "Höhe=155 mm",
            "Breite=50 mm",
            "udx.quellmann.serie=Lina"
        ]
    );
    assert_eq!(
        tap.price,
        Some(12_990),
        "the list price that holds when the catalogue was made"
    );
    assert_eq!(
        tap.price_tiers,
        [PriceTier {
            min_quantity: 10,
            price: 11_990
        }]
    );
    assert_eq!(tap.image, "https://shop.example/bilder/t1.jpg");
    assert_eq!(tap.link, "https://shop.example/t1");
    let valve = product(&training, "T-2");
    assert_eq!(
        (valve.title.as_str(), valve.brand.as_str()),
        ("Eckventil ½\"", "Quellmann")
    );
    assert_eq!(valve.price, Some(1_125), "1250 × 0.9 for a hundred");
    assert_eq!(path(valve), ["Bad & Küche", "Zubehör"]);
    assert!(
        valve.description.contains("25"),
        "a pack of 25: {}",
        valve.description
    );
    assert_eq!(product(&training, "T-3;K").price, None);
    for field in ["remarks", "reference_others", "feature_code"] {
        assert!(
            training.ignored.contains_key(field),
            "{field}: {:?}",
            training.ignored
        );
    }
}

#[test]
fn what_is_wrong_with_articles_is_told_with_its_place() {
    let training = train("bmecat12.xml");
    let text =
        String::from_utf8_lossy(&std::fs::read(fixture("bmecat12.xml")).unwrap()).into_owned();
    let lines: Vec<&str> = text.lines().collect();
    for (kind, at, field) in [
        (
            IssueKind::PriceType,
            "<ARTICLE_PRICE price_type=\"net_customer\"><PRICE_AMOUNT>5.00",
            Some("price"),
        ),
        (
            IssueKind::PriceZero,
            "<ARTICLE_PRICE price_type=\"net_list\"><PRICE_AMOUNT>0.00",
            Some("price"),
        ),
        (
            IssueKind::Number,
            "<DELIVERY_TIME>ab Lager",
            Some("max_handling_time"),
        ),
        (IssueKind::Category, "<ARTICLE>", Some("product_type")),
        (IssueKind::Id, "<ARTICLE>", Some("id")),
    ] {
        assert_eq!(training.report.count(kind), 1, "{}", kind.code());
        let issue = &training.report.examples(kind)[0];
        let column = issue.column.unwrap_or(1) as usize - 1;
        let there: String = lines[issue.line as usize - 1]
            .chars()
            .skip(column)
            .collect();
        assert!(
            there.trim_start().starts_with(at),
            "{}: {there}",
            kind.code()
        );
        assert_eq!(issue.field.as_deref(), field);
    }
    assert_eq!(issues(&training), 5, "{:?}", training.report.tallies());
    assert_eq!(training.rows, 5);
}

#[test]
fn version_2005_has_languages() {
    let keep = ["F-W", "Farbe", "Colour"];
    let german = try_train(&keeping("bmecat2005.xml", &keep)).unwrap();
    assert_eq!(german.meta.language, "de", "the one that is marked");
    let tub = product(&german, "P-1");
    assert_eq!(tub.title, "Badewanne Mara");
    assert_eq!(
        (tub.brand.as_str(), tub.mpn.as_str(), tub.gtin.as_str()),
        ("Lavendorf", "MARA 180", "4006381333931")
    );
    assert_eq!((tub.price, tub.delivery_days), (Some(39_950), Some(14)));
    assert_eq!(path(tub), ["Bad", "Wannen"], "maps and groups in any order");
    assert_eq!(
        attributes(tub),
        ["Breite=80 cm", "Farbe=weiß", "Farbe=grau"]
    );
    assert_eq!(
        path(product(&german, "P-3")),
        ["Duschwanne"],
        "what the classification calls it"
    );

    let english = Settings {
        language: Some("en".into()),
        ..keeping("bmecat2005.xml", &keep)
    };
    let english = try_train(&english).unwrap();
    let tub = product(&english, "P-1");
    assert_eq!(tub.title, "Bathtub Mara");
    assert_eq!(path(tub), ["Bath", "Tubs"]);
    assert_eq!(tub.category[1].key, "tubs", "the same in all languages");
    assert_eq!(
        attributes(tub),
        ["Width=80 cm", "Colour=white", "Colour=grey"]
    );
    assert_eq!(
        product(&english, "P-3").title,
        "Duschwanne Ilo",
        "another language rather than none"
    );
    assert!(english.report.tallies().is_empty());
}

#[test]
fn the_kind_of_prices_can_be_chosen() {
    let of = |price_type: &str, currency: Option<&str>| {
        let settings = Settings {
            price_type: Some(price_type.into()),
            currency: currency.map(Into::into),
            ..settings("bmecat2005.xml")
        };
        product(&try_train(&settings).unwrap(), "P-1").price
    };
    assert_eq!(of("gros_list", None), Some(47_541));
    assert_eq!(of("net_list", Some("CHF")), Some(44_950));
    assert_eq!(of("nrp", None), None);
}

#[test]
fn only_customers_prices_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let text = std::fs::read(fixture("bmecat-update.xml")).unwrap();
    let text = String::from_utf8(text)
        .unwrap()
        .replace("net_list", "net_customer")
        .replace("T_UPDATE_PRODUCTS", "T_NEW_CATALOG");
    let told = feed(folder.path(), "customer.xml", text.as_bytes());
    let training = try_train(&told).unwrap();
    assert_eq!(product(&training, "T-1").price, Some(12_500));
    assert_eq!(training.report.count(IssueKind::PriceType), 1);
    let wanted = Settings {
        price_type: Some("net_customer".into()),
        strict: true,
        ..told
    };
    assert!(try_train(&wanted).is_ok());
}

#[test]
fn references_reach_recommendations() {
    for (name, from, belongs, stands_in) in [
        ("bmecat12.xml", "T-1", vec!["T-2", "T-3;K"], "T-4"),
        ("bmecat2005.xml", "P-1", vec!["P-2"], "P-3"),
    ] {
        let mut training = train(name);
        let kinds = references(&training, from);
        assert!(
            kinds.contains(&(ReferenceKind::Alternative, stands_in.into())),
            "{kinds:?}"
        );
        assert_eq!(kinds.len(), belongs.len() + 1, "{kinds:?}");
        let bytes = training.take_pack().unwrap().bytes;
        let mut engine =
            Engine::with_catalogue(Catalogue::open(Pack::open(bytes).unwrap()).unwrap(), 1);
        let mut recommended = |kind| {
            let items = vec![Text(from.to_owned())];
            let query = RecommendQuery {
                kind,
                items,
                ..RecommendQuery::default()
            };
            let mut hits = engine.recommend(&query, Timestamp(1_795_305_600_000));
            hits.sort_by(|a, b| a.id.cmp(&b.id));
            hits.into_iter()
                .map(|hit| (hit.id, hit.reasons[0].kind))
                .collect::<Vec<_>>()
        };
        let accessories = recommended(RecommendKind::Complement);
        let named: Vec<&str> = accessories.iter().map(|(id, _)| id.as_str()).collect();
        assert_eq!(named, belongs, "{name}");
        assert!(
            accessories
                .iter()
                .all(|(_, reason)| *reason == endcap::ReasonKind::Accessory)
        );
        let alternatives = recommended(RecommendKind::Alternative);
        assert_eq!(
            alternatives,
            [(stands_in.to_owned(), endcap::ReasonKind::Alike)],
            "{name}"
        );
    }
}

#[test]
fn updates_change_the_catalogue_before_them() {
    let both = Settings {
        feeds: vec![fixture("bmecat12.xml"), fixture("bmecat-update.xml")],
        ..Settings::default()
    };
    let training = try_train(&both).unwrap();
    assert_eq!(ids(&training), ["T-1", "T-3;K", "T-4", "T-5"]);
    let tap = product(&training, "T-1");
    assert_eq!(
        (tap.title.as_str(), tap.price),
        ("Waschtischarmatur Lina, verchromt", Some(12_500))
    );
    assert_eq!(
        path(tap),
        ["Bad & Küche", "Armaturen > 50 l"],
        "where it was"
    );
    assert_eq!(
        (tap.mpn.as_str(), tap.references.len()),
        ("", 0),
        "an update brings the whole article"
    );
    assert_eq!(training.report.count(IssueKind::Duplicate), 0);
    let after = Settings {
        feeds: vec![
            fixture("bmecat12.xml"),
            fixture("bmecat-update.xml"),
            fixture("shop.jsonl"),
        ],
        ..Settings::default()
    };
    assert_eq!(
        product(&try_train(&after).unwrap(), "T-2").title,
        "Eckventil 1/2 Zoll",
        "what is gone may come back"
    );
}

#[track_caller]
fn transaction(result: Result<impl std::fmt::Debug, TrainerError>) -> Option<TransactionReason> {
    let error = result.unwrap_err();
    assert_eq!(error.code(), "feed/transaction");
    match error {
        TrainerError::Transaction { reason, .. } => Some(reason),
        _ => None,
    }
}

#[test]
fn transactions_that_are_no_catalogue_build_none() {
    assert_eq!(
        transaction(try_train(&settings("bmecat-update.xml"))),
        Some(TransactionReason::UpdateAlone)
    );
    assert_eq!(
        transaction(try_train(&settings("bmecat-prices.xml"))),
        Some(TransactionReason::PricesAlone)
    );
    let folder = tempfile::tempdir().unwrap();
    for content in [
        "<BMECAT/>",
        "<BMECAT><HEADER/><T_NEW_WORLD><ARTICLE/></T_NEW_WORLD></BMECAT>",
    ] {
        let read = try_train(&feed(folder.path(), "a.xml", content.as_bytes()));
        assert_eq!(transaction(read), Some(TransactionReason::Unknown));
    }
}

#[test]
fn updates_become_overlays() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("base.pack");
    std::fs::write(&file, train("bmecat12.xml").take_pack().unwrap().bytes).unwrap();
    let base = open_catalogue(&file).unwrap();
    let lay = |names: &[&str], hide_missing| -> Result<BuiltOverlay, TrainerError> {
        let settings = OverlaySettings {
            feeds: names.iter().map(|name| fixture(name)).collect(),
            hide_missing,
            ..OverlaySettings::default()
        };
        overlay(&settings, &base, &mut |_| {})
    };
    let prices = lay(&["bmecat-prices.xml"], false).unwrap();
    assert_eq!((prices.items, prices.unknown, prices.hidden), (1, 1, 0));
    let update = lay(&["bmecat-update.xml"], false).unwrap();
    assert_eq!(
        (update.items, update.unknown, update.hidden),
        (2, 1, 1),
        "a price, and one that is gone"
    );
    let both = lay(&["bmecat-update.xml", "bmecat-prices.xml"], false).unwrap();
    assert_eq!((both.items, both.hidden), (2, 1), "the price is told twice");
    let opened = Overlay::open(Pack::open(both.bytes).unwrap()).unwrap();
    let tap = opened.said().find(|item| item.id == "T-1").unwrap();
    assert_eq!(tap.price, Some(Some(12_150)), "the later one holds");
    assert_eq!(
        transaction(lay(&["bmecat-prices.xml"], true)),
        Some(TransactionReason::HidesMissing)
    );
    assert_eq!(
        lay(&["bmecat12.xml"], true).unwrap().items,
        0,
        "it says what the base says"
    );
}

/// What a hostile or broken file may cost is an error with a code, never a panic, a hang or half a catalogue.
#[test]
fn hostile_files_are_survived() {
    let folder = tempfile::tempdir().unwrap();
    let whole =
        |inner: &str| format!("<BMECAT><HEADER/><T_NEW_CATALOG>{inner}</T_NEW_CATALOG></BMECAT>");
    let read = |text: &str| try_train(&feed(folder.path(), "h.xml", text.as_bytes()));
    let article = "<ARTICLE><SUPPLIER_AID>1</SUPPLIER_AID><ARTICLE_DETAILS><DESCRIPTION_SHORT>Tap &bomb;</DESCRIPTION_SHORT></ARTICLE_DETAILS></ARTICLE>";

    // Entities are not expanded, however often they name each other.
    let lines = (1..30).map(|n| format!("<!ENTITY b{n} \"&b{};&b{};\">", n - 1, n - 1));
    let dtd: String = lines.collect();
    let bomb = format!(
        "<?xml version=\"1.0\"?><!DOCTYPE BMECAT [<!ENTITY b0 \"<ARTICLE/>\">{dtd}<!ENTITY bomb \"&b29;\">]>{}",
        whole(article)
    );
    let training = read(&bomb).unwrap();
    assert_eq!(product(&training, "1").title, "Tap &bomb;");
    assert_eq!(training.report.count(IssueKind::Entity), 1);

    // Nesting costs no stack, inside of an article or out of it.
    let deep = |name: &str| {
        format!(
            "{}{}",
            format!("<{name}>").repeat(200_000),
            format!("</{name}>").repeat(200_000)
        )
    };
    for inner in [
        deep("UDX.A"),
        deep("ARTICLE"),
        format!("<ARTICLE>{}</ARTICLE>", deep("UDX.A")),
    ] {
        assert_eq!(
            ids(&read(&whole(&format!("{article}{inner}"))).unwrap()),
            ["1"]
        );
    }

    // Groups that lie in each other are no path.
    let group = |id: u32, parent: u32| {
        format!(
            "<CATALOG_STRUCTURE type=\"leaf\"><GROUP_ID>{id}</GROUP_ID><GROUP_NAME>G</GROUP_NAME><PARENT_ID>{parent}</PARENT_ID></CATALOG_STRUCTURE>"
        )
    };
    let map = "<ARTICLE_TO_CATALOGGROUP_MAP><ART_ID>1</ART_ID><CATALOG_GROUP_ID>7</CATALOG_GROUP_ID></ARTICLE_TO_CATALOGGROUP_MAP>";
    let training = read(&whole(&format!(
        "{}{}{article}{map}",
        group(7, 8),
        group(8, 7)
    )))
    .unwrap();
    assert!(product(&training, "1").category.is_empty());
    assert!(
        training.report.examples(IssueKind::Category)[0]
            .message
            .contains("lies in itself")
    );

    let own = read(&whole(&format!("{}{article}{map}", group(7, 7)))).unwrap();
    assert_eq!(path(product(&own, "1")), ["G"], "there is nothing above it");

    // A tag with a million attributes, and an article with as many parts.
    let attributes: String = (0..1_000_000).map(|n| format!(" a{n}=\"\"")).collect();
    let tag = article.replace("<ARTICLE>", &format!("<ARTICLE{attributes}>"));
    assert_eq!(ids(&read(&whole(&tag)).unwrap()), ["1"]);
    let parts = article.replace(
        "</ARTICLE>",
        &format!("{}</ARTICLE>", "<UDX.X>1</UDX.X>".repeat(20_000)),
    );
    assert_eq!(read(&whole(&parts)).unwrap().ignored.len(), 1);
    let parts = parts.replace("<UDX.X>1</UDX.X>", "<UDX.X/><UDX.X/><UDX.X/><UDX.X/>");
    assert_eq!(
        read(&whole(&parts)).unwrap().report.count(IssueKind::Size),
        1,
        "elements take room as well"
    );
    let big = article.replace("Tap", &"x".repeat(endcap_trainer::MAX_ROW_BYTES));
    let training = read(&whole(&format!("{big}{}", article.replace('1', "2")))).unwrap();
    assert_eq!(
        (ids(&training), training.report.count(IssueKind::Size)),
        (vec!["2"], 1)
    );

    // Cut anywhere, it is cut off, not half a catalogue.
    let fixture = std::fs::read(fixture("bmecat12.xml")).unwrap();
    for at in (400..fixture.len() - 10).step_by(97) {
        let error = try_train(&feed(folder.path(), "cut.xml", &fixture[..at])).unwrap_err();
        assert_eq!(error.code(), "feed/truncated", "{at}: {error}");
    }
}

/// Maps mean the same before the articles, between them and behind them.
#[test]
fn the_order_of_parts_does_not_matter() {
    let folder = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(fixture("bmecat2005.xml")).unwrap();
    let (start, rest) = text
        .split_once("<bme:PRODUCT_TO_CATALOGGROUP_MAP>")
        .unwrap();
    let (map, rest) = rest
        .split_once("</bme:PRODUCT_TO_CATALOGGROUP_MAP>")
        .unwrap();
    let map = format!("<bme:PRODUCT_TO_CATALOGGROUP_MAP>{map}</bme:PRODUCT_TO_CATALOGGROUP_MAP>");
    let expected = train("bmecat2005.xml").products;
    assert_eq!(path(&expected[0]), ["Bad", "Wannen"]);
    for place in ["<bme:PRODUCT>", "</bme:T_NEW_CATALOG>"] {
        let moved = format!(
            "{start}{}",
            rest.replacen(place, &format!("{map}{place}"), 1)
        );
        let training = try_train(&feed(folder.path(), "m.xml", moved.as_bytes())).unwrap();
        assert_eq!(training.products, expected, "{place}");
    }
}

#[test]
fn a_pipe_is_read_twice_as_well() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe.de.xml");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    if !made.is_ok_and(|status| status.success()) {
        return;
    }
    let writing = std::thread::spawn({
        let pipe = pipe.clone();
        move || std::fs::write(pipe, std::fs::read(fixture("bmecat12.xml")).unwrap())
    });
    let settings = Settings {
        feeds: vec![pipe],
        ..Settings::default()
    };
    let training = try_train(&settings).unwrap();
    writing.join().unwrap().unwrap();
    assert_eq!(training.products, train("bmecat12.xml").products);
}
