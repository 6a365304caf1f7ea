//! Offers: periods, currencies and words around prices, as feeds write them.

use endcap::Timestamp;
use endcap::catalogue::{Availability, Catalogue};
use endcap::pack::Pack;
use endcap_trainer::{IssueKind, OverlaySettings, Settings, Training, overlay};

use crate::common::{feed, path, product, try_train};

const NOVEMBER: u64 = 1_793_491_200_000;
const DAY: u64 = 86_400_000;

fn trained(name: &str, content: &str, settings: impl FnOnce(&mut Settings)) -> Training {
    let folder = tempfile::tempdir().unwrap();
    let mut wanted = feed(folder.path(), name, content.as_bytes());
    settings(&mut wanted);
    try_train(&wanted).unwrap()
}

fn csv(content: &str) -> Training {
    trained("feed.csv", content, |_| {})
}

#[test]
fn a_reduced_price_holds_in_its_period_in_every_format() {
    let dates = "2026-11-01T00:00+00:00/2026-11-11T00:00+00:00";
    for (name, content) in [
        (
            "feed.csv",
            format!(
                "id,title,price,sale_price,sale_price_effective_date\na,Lamp,100 EUR,60 EUR,{dates}\n"
            ),
        ),
        (
            "feed.jsonl",
            format!(
                r#"{{"id":"a","title":"Lamp","price":"100 EUR","sale_price":"60 EUR","sale_price_effective_date":"{dates}"}}"#
            ),
        ),
        (
            "feed.xml",
            format!(
                "<rss xmlns:g='http://base.google.com/ns/1.0'><channel><item><g:id>a</g:id><g:title>Lamp</g:title>\
                 <g:price>100 EUR</g:price><g:sale_price>60 EUR</g:sale_price>\
                 <g:sale_price_effective_date>{dates}</g:sale_price_effective_date></item></channel></rss>"
            ),
        ),
    ] {
        let training = trained(name, &content, |_| {});
        let lamp = product(&training, "a");
        let sale = |day: u64| lamp.at(Timestamp(NOVEMBER + day * DAY)).0;
        assert_eq!(
            (sale(0), sale(9), sale(10)),
            (Some(6000), Some(6000), None),
            "{name}"
        );
        assert_eq!(lamp.at(Timestamp(NOVEMBER - 1)).0, None, "{name}");
    }
}

#[test]
fn a_period_that_cannot_be_read_leaves_the_full_price() {
    let training = csv("id,title,price,sale_price,sale_price_effective_date\n\
         a,Lamp,100 EUR,60 EUR,soon\nb,Lamp,100 EUR,60 EUR,2026-11-30/2026-11-01\nc,Lamp,100 EUR,,soon\n");
    assert_eq!(product(&training, "a").sale_price, None);
    assert_eq!(product(&training, "b").sale_price, None);
    assert_eq!(training.report.count(IssueKind::Period), 2);
}

#[test]
fn stock_that_arrives_and_products_that_come_and_go() {
    let training = csv(
        "id,title,availability,availability_date,disclosure_date,expiration_date\n\
         pre,Lamp,preorder,2026-11-01,,\nback,Lamp,backorder,2026-11-01T12:00Z,,\n\
         out,Lamp,out_of_stock,2026-11-01,,\nshown,Lamp,in_stock,,2026-11-01,2026-11-10\nodd,Lamp,preorder,someday,,\n",
    );
    let at = |id: &str, ms: u64| product(&training, id).at(Timestamp(NOVEMBER + ms));
    assert_eq!(
        product(&training, "pre").at(Timestamp(NOVEMBER - 1)).1,
        Availability::Preorder
    );
    assert_eq!(at("pre", 0).1, Availability::InStock);
    assert_eq!(at("back", 0).1, Availability::Backorder);
    assert_eq!(at("back", DAY / 2).1, Availability::InStock);
    assert_eq!(at("out", 5 * DAY).1, Availability::OutOfStock);
    let shown = [0, 10 * DAY - 1, 10 * DAY].map(|ms| at("shown", ms).2);
    assert_eq!(shown, [true, true, false]);
    assert_eq!(at("odd", 0).1, Availability::Preorder);
    assert_eq!(training.report.count(IssueKind::Period), 1);
}

#[test]
fn an_overlay_keeps_the_period_and_says_nothing_that_the_pack_says() {
    let header = "id,title,price,sale_price,sale_price_effective_date\n";
    let row = "a,Lamp,100 EUR,60 EUR,2026-11-01/2026-11-10\n";
    let folder = tempfile::tempdir().unwrap();
    let settings = feed(
        folder.path(),
        "feed.csv",
        format!("{header}{row}b,Lamp,9 EUR,,\n").as_bytes(),
    );
    let pack = try_train(&settings).unwrap().take_pack().unwrap();
    let base = || Catalogue::open(Pack::open(pack.bytes.clone()).unwrap()).unwrap();
    let over = |rows: &str| {
        let feeds = feed(
            folder.path(),
            "prices.csv",
            format!("{header}{rows}").as_bytes(),
        )
        .feeds;
        let settings = OverlaySettings {
            feeds,
            ..OverlaySettings::default()
        };
        overlay(&settings, &base(), &mut |_| {}).unwrap()
    };
    assert_eq!(over(row).items, 0);
    let moved = over("a,Lamp,100 EUR,60 EUR,2026-11-20/2026-11-25\n");
    assert_eq!(moved.items, 1);
    let mut laid = base();
    let item = laid.item("a").unwrap();
    laid.lay(endcap::catalogue::Overlay::open(Pack::open(moved.bytes).unwrap()).unwrap())
        .unwrap();
    for (day, sale) in [(5, None), (20, Some(6000)), (30, None)] {
        laid.settle(Timestamp(NOVEMBER + day * DAY));
        assert_eq!(laid.sale_price(item), sale, "day {day}");
    }
    assert_eq!(over("a,Lamp,100 EUR,,\n").items, 1, "it ends the sale");
}

#[test]
fn a_shared_sign_follows_the_option_the_codes_beside_it_and_the_language() {
    let prices = |rows: &[&str], currency: Option<&str>, language: &str| {
        let rows: String = (0..)
            .zip(rows)
            .map(|(id, price)| format!("{id};Thing;{price}\n"))
            .collect::<String>();
        let training = trained("feed.csv", &format!("id;title;price\n{rows}"), |settings| {
            settings.currency = currency.map(str::to_owned);
            settings.language = Some(language.to_owned());
        });
        let prices: Vec<Option<u32>> = training
            .products
            .iter()
            .map(|product| product.price)
            .collect();
        (training.meta.currency, prices)
    };
    let danish = ["199,95 kr.", "1.299,00 kr.", "DKK 12"];
    let expected = (
        "DKK".to_owned(),
        vec![Some(19_995), Some(129_900), Some(1_200)],
    );
    assert_eq!(prices(&danish, Some("DKK"), "en"), expected);
    assert_eq!(
        prices(&danish, None, "en"),
        expected,
        "one code beside the signs says whose they are"
    );
    assert_eq!(prices(&["199,95 kr."], None, "da").0, "DKK");
    assert_eq!(prices(&["$5", "$6", "AU$7"], None, "en").0, "AUD");
    assert_eq!(
        prices(&["12.50 pcs", "9.90 EUR"], None, "en"),
        ("EUR".into(), vec![Some(1_250), Some(990)])
    );
    assert_eq!(prices(&["12.50 pcs"], None, "en").0, "XXX");
    assert_eq!(
        prices(&["ab 12,50 €", "9,90 € / m", "8,00 € *"], None, "de").1,
        [Some(1_250), Some(990), Some(800)]
    );
    assert_eq!(
        prices(&["$5", "9 EUR", "8 EUR"], None, "en").1,
        [None, Some(900), Some(800)]
    );
}

#[test]
fn excels_separator_line_names_the_delimiter_and_keeps_line_numbers() {
    for text in [
        "sep=;\r\nid;title;price\r\n1;Dübel, grau;1,29 EUR\r\n2;Schraube;viel\r\n",
        "\u{feff}SEP=;\nid;title;price\n1;Dübel, grau;1,29 EUR\n2;Schraube;viel\n",
        "\"sep=;\"\nid;title;price\n1;Dübel, grau;1,29 EUR\n2;Schraube;viel\n",
    ] {
        let training = csv(text);
        assert_eq!(product(&training, "1").price, Some(129), "{text:?}");
        // The csv crate counts one line less where lines end with `\r\n`.
        let line = training.report.examples(IssueKind::Price)[0].line;
        assert_eq!(line, if text.contains('\r') { 3 } else { 4 }, "{text:?}");
    }
    let tabs = csv("sep=\t\nid\ttitle\tprice\n1\tDübel\t1,29 EUR\n");
    assert_eq!(product(&tabs, "1").price, Some(129));
}

#[test]
fn a_table_in_a_dos_code_page_is_read_in_it() {
    // `Dübel;Größe 8 °` as DOS wrote it.
    let bytes =
        b"id;title;brand\n1;D\x81bel;Gr\x94\xe1e\n2;Nagel 5 \xf8;M\x84rz\n3;Winkel 5 \xf8;x\n";
    let folder = tempfile::tempdir().unwrap();
    let training = try_train(&feed(folder.path(), "feed.csv", bytes)).unwrap();
    assert_eq!(product(&training, "1").title, "Dübel");
    assert_eq!(product(&training, "1").brand, "Größe");
    assert_eq!(
        product(&training, "3").title,
        "Winkel 5 °",
        "the lines before tell"
    );
    let message = &training.report.examples(IssueKind::Encoding)[0].message;
    assert!(message.contains("DOS code page 850"), "{message}");
}

#[test]
fn of_several_categories_the_first_is_the_place_and_all_are_searched() {
    let xml = "<rss xmlns:g='http://base.google.com/ns/1.0'><channel><item><g:id>a</g:id><g:title>Mug</g:title>\
        <g:product_type>Kitchen &gt; Mugs</g:product_type><g:product_type>Gifts &gt; For her</g:product_type></item></channel></rss>";
    let json = r#"{"id":"a","title":"Mug","product_type":["Kitchen > Mugs","Gifts > For her"]}"#;
    for (name, content) in [("feed.xml", xml), ("feed.jsonl", json)] {
        let training = trained(name, content, |_| {});
        let mug = product(&training, "a");
        assert_eq!(path(mug), ["Kitchen", "Mugs"], "{name}");
        assert_eq!(mug.description, "Gifts; For her", "{name}");
        assert_eq!(training.report.count(IssueKind::Categories), 1, "{name}");
    }
}
