//! Event logs and experts' rules in, recommendations out.

use std::path::{Path, PathBuf};

use endcap::catalogue::{Catalogue, CatalogueBuilder, CatalogueMeta, Label, Product};
use endcap::knowledge::Knowledge;
use endcap::pack::Pack;
use endcap::{Engine, Hit, ReasonKind, RecommendKind, RecommendQuery, Text, Timestamp};
use endcap_trainer::knowledge::{KnowledgeSettings, KnowledgeTraining, train};
use endcap_trainer::{IssueKind, TrainerError};

const DAY: u64 = 86_400 * 1_000_000;

/// Tubs (t1, t2), fittings (f1, f2) and a cleaner that everybody buys (c1).
fn catalogue(folder: &Path) -> PathBuf {
    let mut builder = CatalogueBuilder::new(CatalogueMeta::default());
    for (id, kind) in [
        ("t1", "Tubs"),
        ("t2", "Tubs"),
        ("f1", "Fittings"),
        ("f2", "Fittings"),
        ("c1", "Cleaners"),
    ] {
        let product = Product {
            id: id.into(),
            title: format!("{kind} {id}"),
            brand: "Lavendorf".into(),
            category: ["Bath", kind].map(Label::plain).to_vec(),
            ..Product::default()
        };
        builder.push(product).unwrap();
    }
    let path = folder.join("en.pack");
    std::fs::write(&path, builder.finish().unwrap()).unwrap();
    path
}

fn line(day: u64, second: u64, shopper: u64, name: &str, items: &[&str]) -> String {
    let items: Vec<String> = items
        .iter()
        .map(|id| format!(r#"{{"item_id":"{id}"}}"#))
        .collect();
    format!(
        r#"{{"event_name":"{name}","event_timestamp":{},"user_pseudo_id":"u{shopper}","ga_session_id":{day},"items":[{}]}}"#,
        day * DAY + second * 1_000_000,
        items.join(",")
    )
}

/// Forty shoppers look at both tubs, buy the second with a fitting, and come back each month for the cleaner. Some tubs go back.
fn log() -> Vec<String> {
    let mut lines = Vec::new();
    for shopper in 0..40 {
        let day = 100 + shopper % 7;
        let mut visit = |day, second, name: &str, items: &[&str]| {
            lines.push(line(day, second, shopper, name, items));
        };
        visit(day, 1, "view_item", &["t1"]);
        visit(day, 2, "view_item", &["t2"]);
        visit(day, 3, "view_item", &["f1"]);
        visit(day, 4, "purchase", &["t2", "f1", "c1"]);
        for month in 1..3 {
            visit(day + 30 * month, 1, "view_item", &["c1"]);
            visit(day + 30 * month, 2, "purchase", &["c1"]);
        }
        if shopper % 4 == 0 {
            visit(day + 9, 1, "refund", &["f1"]);
        }
    }
    for shopper in 50..90 {
        lines.push(line(120, 1, shopper, "purchase", &["c1", "unheard of"]));
    }
    lines
}

fn learn(
    lines: &[String],
    rules: Option<&str>,
) -> Result<(KnowledgeTraining, Engine), TrainerError> {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str, text: String| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let pack = catalogue(folder.path());
    let settings = KnowledgeSettings {
        logs: vec![path("events.jsonl", lines.join("\n"))],
        catalogues: vec![pack.clone()],
        rules: rules.map(|text| path("rules.tsv", text.to_owned())),
        ..KnowledgeSettings::default()
    };
    let mut training = train(&settings, &mut |_| {})?;
    let kept = training.clone();
    let bytes = training.take_pack()?.bytes;
    let open = |bytes| Pack::open(bytes).unwrap();
    let catalogue = Catalogue::open(open(std::fs::read(pack).unwrap())).unwrap();
    let mut engine = Engine::with_catalogue(catalogue, 1);
    engine.attach_knowledge(Knowledge::open(open(bytes)).unwrap());
    Ok((kept, engine))
}

fn recommended(engine: &mut Engine, kind: RecommendKind, items: &[&str]) -> Vec<Hit> {
    let query = RecommendQuery {
        kind,
        items: items.iter().map(|&id| Text(id.to_owned())).collect(),
        ..RecommendQuery::default()
    };
    engine.recommend(&query, Timestamp(1_795_305_600_000))
}

/// A wholesaler's export: an invoice's lines in rows of their own, nothing that anybody looked at.
#[test]
fn orders_alone_teach_what_else_goes_into_one_and_what_is_bought_again() {
    let mut lines = vec!["InvoiceNo,StockCode,Quantity,InvoiceDate,CustomerID".to_owned()];
    for customer in 0..40 {
        let (tub, fitting) = [("t1", "f1"), ("t2", "f2")][customer % 2];
        for month in 1..=3 {
            for item in [tub, fitting, "c1"] {
                lines.push(format!(
                    "{customer}-{month},{item},1,2026-{month:02}-11 09:{customer}:00,{customer}"
                ));
            }
        }
    }
    lines.push("C7-1,t2,-1,2026-01-20 09:00:00,7".into());
    lines.extend(["t1", "f1"].map(|item| format!("guest,{item},1,2026-02-01 09:00:00,")));
    let (training, mut engine) = learn(&lines, None).unwrap();
    assert_eq!(training.summary.opened, 121, "each order is a visit");
    let next = recommended(&mut engine, RecommendKind::Next, &["t2"]);
    let place = |id: &str| next.iter().position(|hit| hit.id == id);
    assert!(place("f2") < place("f1") && place("f2").is_some());
    let again = engine.knowledge().unwrap().clone();
    let cleaner = again.item(endcap::key::Key::item("c1")).unwrap();
    assert!(again.buying(cleaner).again > 0.5);
}

#[test]
fn a_log_teaches_every_relation() {
    let (training, mut engine) = learn(&log(), None).unwrap();
    assert_eq!(training.summary.opened, 40);
    let knowledge = engine.knowledge().unwrap().clone();
    let item = |id: &str| knowledge.item(endcap::key::Key::item(id)).unwrap();
    assert!(knowledge.next_model().is_some());
    assert_eq!(
        knowledge.item_count(),
        4,
        "what no catalogue has is not there"
    );

    let complements = recommended(&mut engine, RecommendKind::Complement, &["t2"]);
    assert_eq!(complements[0].id, "f1");
    assert_eq!(complements[0].reasons[0].kind, ReasonKind::Complement);
    assert!(
        complements.iter().all(|hit| hit.id != "c1"),
        "everybody has the cleaner, with or without a tub"
    );
    let alternatives = recommended(&mut engine, RecommendKind::Alternative, &["t1"]);
    assert_eq!(alternatives[0].id, "t2");
    assert_eq!(alternatives[0].reasons[0].kind, ReasonKind::Alternative);
    let next = recommended(&mut engine, RecommendKind::Next, &["t2"]);
    assert_eq!(next[0].id, "f1");

    let cleaner = knowledge.buying(item("c1"));
    assert!((29.0..32.0).contains(&cleaner.interval) && cleaner.again > 0.4);
    assert!(knowledge.buying(item("f1")).returned > 0.2);
    assert_eq!(knowledge.buying(item("t2")).interval, 0.0);
    let category = |kind: &str| endcap::key::Key::category(&["Bath", kind]);
    assert!(knowledge.is_bought_once(category("Tubs")));
    assert!(!knowledge.is_bought_once(category("Cleaners")));
}

/// The same visits teach the same, in whatever order they ended.
#[test]
fn the_order_of_visits_does_not_matter() {
    let bytes = |lines: &[String]| learn(lines, None).unwrap().0.take_pack().unwrap().bytes;
    let by_shopper = log();
    let mut by_time = by_shopper.clone();
    by_time.sort_by_key(|line| {
        let time = line.split("event_timestamp\":").nth(1).unwrap();
        time.split(',').next().unwrap().parse::<u64>().unwrap()
    });
    assert_ne!(by_shopper, by_time);
    assert!(bytes(&by_shopper) == bytes(&by_time));
}

#[test]
fn experts_need_no_log_and_bad_lines_are_told() {
    let rules = "because\trecommend\tfrom\tuntil\tnote\n\
        # what we know\n\
        product t1\tf2\t\t\tFits its overflow\n\
        category Bath > Fittings\tc1\t2026-11-01\t2026-12-24\n\
        brand Lavendorf\tt2\t2030-01-01\n\
        product t9\tf2\n\
        brand Lavendorf\tx1\n\
        brand Lavendorf\tf2\t24.12.2026\n\
        brand Lavendorf\tf2\t2026-12-24\t2026-11-01\n\
        shelf 7\tf2\n";
    let (training, mut engine) = learn(&[], Some(rules)).unwrap();
    assert_eq!(training.summary.rules, 3);
    assert_eq!(training.report.count(IssueKind::Rule), 5);
    let first = &training.report.examples(IssueKind::Rule)[0];
    assert_eq!(first.line, 6);
    assert!(first.message.contains("t9"), "{}", first.message);
    let of = |engine: &mut Engine, id| {
        let hits = recommended(engine, RecommendKind::Complement, &[id]);
        hits.iter()
            .map(|hit| (hit.id.clone(), hit.reasons[0].label.clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        of(&mut engine, "t1"),
        [("f2".to_owned(), "Fits its overflow".to_owned())]
    );
    assert_eq!(of(&mut engine, "f1")[0].0, "c1");
    let foreign = learn(&[], Some("from\tto\nt1\tf2\n")).unwrap_err();
    assert_eq!(foreign.code(), "log/columns");
}
