//! Reformulated searches in, synonyms that the shop accepts out.

use std::fs;
use std::path::{Path, PathBuf};

use endcap::catalogue::{Catalogue, CatalogueBuilder, CatalogueMeta, Product};
use endcap::knowledge::Knowledge;
use endcap::pack::Pack;
use endcap::{Engine, SearchQuery, SuggestOptions, Text, Timestamp};
use endcap_trainer::knowledge::{KnowledgeSettings, Part, count, propose, train};

/// A shopper searches and finds nothing, searches again, and looks at `chosen`.
fn visit(shopper: &str, first: &str, second: &str, chosen: &str) -> String {
    let line = |time: u64, name: &str, rest: &str| {
        format!(
            "{{\"event_name\":\"{name}\",\"event_timestamp\":{time}000000,\"user_pseudo_id\":\"{shopper}\",\"ga_session_id\":1{rest}}}\n"
        )
    };
    let item = format!("\"items\":[{{\"item_id\":\"{chosen}\"}}]");
    line(
        1,
        "view_search_results",
        &format!(",\"search_term\":\"{first}\""),
    ) + &line(
        9,
        "view_search_results",
        &format!(",\"search_term\":\"{second}\",{item}"),
    ) + &line(15, "select_item", &format!(",{item}"))
}

/// Many say faucet for the taps, some change their mind, two say spigot.
fn log() -> String {
    let mut log = String::new();
    for shopper in 0..8 {
        let who = |word: &str| format!("{word}{shopper}");
        log += &visit(&who("a"), "Faucet", "basin tap", "t1");
        log += &visit(&who("b"), "black faucet", "black basin tap", "t2");
        log += &visit(&who("c"), "hoover", "Vacuum", "v1");
        if shopper < 3 {
            // As seldom as chance has it.
            log += &visit(&who("d"), "faucet", "vacuum", "v1");
        }
        if shopper < 2 {
            log += &visit(&who("e"), "spigot", "basin tap", "t1");
        }
        if shopper < 3 {
            // Slips are forgiven by search.
            log += &visit(&who("f"), "vacum", "vacuum", "v1");
        }
        // What the shop does not have is no help.
        log += &visit(&who("g"), "laptop", "notebook computer", "v1");
    }
    log
}

fn catalogue(folder: &Path) -> PathBuf {
    let mut builder = CatalogueBuilder::new(CatalogueMeta {
        language: "en".into(),
        ..CatalogueMeta::default()
    });
    for (id, title) in [
        ("t1", "Basin tap, chrome"),
        ("t2", "Basin tap, black"),
        ("v1", "Vacuum, wet and dry"),
    ] {
        builder
            .push(Product {
                id: id.into(),
                title: title.into(),
                ..Product::default()
            })
            .unwrap();
    }
    let path = folder.join("en.pack");
    fs::write(&path, builder.finish().unwrap()).unwrap();
    path
}

fn settings(folder: &Path) -> KnowledgeSettings {
    let path = folder.join("events.jsonl");
    fs::write(&path, log()).unwrap();
    KnowledgeSettings {
        logs: vec![path],
        catalogues: vec![catalogue(folder)],
        proposals: Some(folder.join("words.tsv")),
        ..KnowledgeSettings::default()
    }
}

fn pairs(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    let cells = |line: &str| line.split('\t').take(5).collect::<Vec<_>>().join("|");
    text.lines().skip(1).map(cells).collect()
}

#[test]
fn what_many_typed_instead_is_proposed() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = settings(folder.path());
    let (waiting, from, _) = propose(&settings, &mut |_| {}).unwrap();
    assert_eq!((waiting, from.visits), (2, 40));
    let path = folder.path().join("words.tsv");
    assert_eq!(
        pairs(&path),
        ["faucet|basin tap||16|19", "hoover|vacuum||8|8"]
    );
    // Shoppers that a stricter shop asks for.
    settings.shoppers = 9;
    fs::remove_file(&path).unwrap();
    propose(&settings, &mut |_| {}).unwrap();
    assert_eq!(pairs(&path), ["faucet|basin tap||16|19"]);
    // What must never be published is not proposed either.
    let blocked = folder.path().join("blocked.txt");
    fs::write(&blocked, "faucet\n").unwrap();
    settings.shoppers = 3;
    settings.blocked = Some(blocked);
    fs::remove_file(&path).unwrap();
    propose(&settings, &mut |_| {}).unwrap();
    assert_eq!(pairs(&path), ["hoover|vacuum||8|8"]);
}

#[test]
fn workers_count_what_one_process_counts() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let one = settings(folder);
    propose(&one, &mut |_| {}).unwrap();
    let whole = pairs(&folder.join("words.tsv"));
    let counts: Vec<PathBuf> = (0..2)
        .map(|number| {
            let out = folder.join(format!("{number}.counts"));
            count(&one, Part { number, of: 2 }, &out, &mut |_| {}).unwrap();
            out
        })
        .collect();
    let both = KnowledgeSettings {
        logs: Vec::new(),
        counts,
        proposals: Some(folder.join("both.tsv")),
        ..one
    };
    propose(&both, &mut |_| {}).unwrap();
    assert_eq!(pairs(&folder.join("both.tsv")), whole);
}

#[test]
fn only_what_is_accepted_is_applied() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = settings(folder.path());
    let path = folder.path().join("words.tsv");
    settings.accept = Some(path.clone());
    settings.proposals = None;
    assert_eq!(
        train(&settings, &mut |_| {}).unwrap_err().code(),
        "feed/read"
    );
    settings.proposals = Some(path.clone());
    settings.accept = None;
    let training = train(&settings, &mut |_| {}).unwrap();
    assert_eq!(training.summary.proposed, Some(2));
    assert!(training.source.synonyms.is_empty());

    settings.accept = Some(path.clone());
    let text = fs::read_to_string(&path).unwrap();
    let judged = text
        .replace("faucet\tbasin tap\t\t", "faucet\tbasin tap\taccept\t")
        .replace("hoover\tvacuum\t\t", "hoover\tvacuum\trefuse\t");
    fs::write(&path, judged).unwrap();
    let mut training = train(&settings, &mut |_| {}).unwrap();
    let summary = &training.summary;
    assert_eq!(
        (summary.accepted, summary.synonyms, summary.proposed),
        (1, 1, Some(0))
    );
    let pack = Pack::open(training.take_pack().unwrap().bytes).unwrap();
    let catalogue = fs::read(folder.path().join("en.pack")).unwrap();
    let catalogue = Catalogue::open(Pack::open(catalogue).unwrap()).unwrap();
    let mut engine = Engine::with_catalogue(catalogue, 0);
    engine.attach_knowledge(Knowledge::open(pack).unwrap());
    let mut hits = |text: &str| -> Vec<String> {
        let query = SearchQuery {
            text: Text(text.into()),
            ..SearchQuery::default()
        };
        let found = engine.search(&query, Timestamp(0)).hits;
        found.into_iter().map(|hit| hit.id).collect()
    };
    assert_eq!(hits("faucets").len(), 2);
    assert_eq!(hits("black faucet")[0], "t2");
    assert!(hits("hoover").is_empty());
    // What is found by its other name is suggested to others.
    let suggested = engine.suggest("fau", &SuggestOptions::default(), Timestamp(0));
    let texts: Vec<_> = suggested.completions.iter().map(|one| &one.text).collect();
    assert_eq!(texts, ["faucet"]);
}
