//! Event logs and synonyms in, knowledge out.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use endcap::catalogue::{Attribute, CatalogueBuilder, CatalogueMeta, Label, Product};
use endcap::knowledge::{Knowledge, QueryFacts};
use endcap::pack::Pack;
use endcap_trainer::knowledge::{KnowledgeSettings, KnowledgeTraining, Part, count, train};
use endcap_trainer::{IssueKind, Publishing, write_knowledge};

/// One event as a line, in the flat shape.
fn line(time: u64, shopper: &str, name: &str, rest: &str) -> String {
    format!(
        r#"{{"event_name":"{name}","event_timestamp":{time},"user_pseudo_id":"{shopper}","ga_session_id":1{rest}}}"#
    )
}

/// A shopper searches, is shown items, and chooses one.
fn visit(shopper: &str, query: &str, shown: &[&str], chosen: &str) -> Vec<String> {
    let listed: Vec<String> = shown
        .iter()
        .enumerate()
        .map(|(place, id)| format!(r#"{{"item_id":"{id}","index":{place}}}"#))
        .collect();
    let term = format!(r#","search_term":"{query}""#);
    vec![
        line(1_000_000, shopper, "search", &term),
        line(
            2_000_000,
            shopper,
            "view_search_results",
            &format!(r#"{term},"items":[{}]"#, listed.join(",")),
        ),
        line(
            3_000_000,
            shopper,
            "select_filter",
            r#","facet":"colour","value":"red""#,
        ),
        line(
            4_000_000,
            shopper,
            "select_item",
            &format!(r#","items":[{{"item_id":"{chosen}"}}]"#),
        ),
    ]
}

/// Thirty shoppers each choose the second of three taps.
fn taps() -> Vec<String> {
    (1..=30)
        .flat_map(|shopper| {
            visit(
                &format!("u{shopper}"),
                "Basin Tap",
                &["t1", "t2", "t3"],
                "t2",
            )
        })
        .collect()
}

fn catalogue(folder: &Path) -> PathBuf {
    let mut builder = CatalogueBuilder::new(CatalogueMeta {
        language: "en".into(),
        ..CatalogueMeta::default()
    });
    for (id, mpn) in [("t1", "AB-1"), ("t2", "77401234"), ("t3", "")] {
        builder
            .push(Product {
                id: id.into(),
                title: format!("Basin tap {id}"),
                mpn: mpn.into(),
                attributes: vec![Attribute {
                    name: Label::plain("colour"),
                    value: Label::plain("red"),
                    ..Attribute::default()
                }],
                ..Product::default()
            })
            .unwrap();
    }
    let path = folder.join("en.pack");
    std::fs::write(&path, builder.finish().unwrap()).unwrap();
    path
}

fn learn_with(lines: &[String], change: impl FnOnce(&mut KnowledgeSettings)) -> KnowledgeTraining {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("events.jsonl");
    std::fs::write(&log, lines.join("\n")).unwrap();
    let mut settings = KnowledgeSettings {
        logs: vec![log],
        catalogues: vec![catalogue(folder.path())],
        ..KnowledgeSettings::default()
    };
    change(&mut settings);
    train(&settings, &mut |_| {}).unwrap()
}

fn learn(lines: &[String]) -> KnowledgeTraining {
    learn_with(lines, |_| {})
}

fn queries(training: &KnowledgeTraining) -> Vec<(&str, &str, u32)> {
    let queries = training.source.queries.iter();
    queries
        .map(|query| (query.query.as_str(), query.text.as_str(), query.visits))
        .collect()
}

fn odds(training: &KnowledgeTraining, query: &QueryFacts, id: &str) -> f64 {
    let found = query
        .priors
        .iter()
        .find(|prior| training.source.items[prior.0] == id);
    found.map_or(0.0, |prior| prior.1.get())
}

#[test]
fn what_was_chosen_gains() {
    let training = learn(&taps());
    assert_eq!(queries(&training), [("basin tap", "basin tap", 30)]);
    let query = &training.source.queries[0];
    assert!(odds(&training, query, "t2") > 0.3);
    // What was passed over does not fall behind what was never shown.
    assert_eq!(odds(&training, query, "t1"), 0.0);
    assert_eq!(odds(&training, query, "t3"), 0.0);
    assert_eq!(query.facets, [(0, 30)]);
    assert_eq!(training.source.facets[0].key, "colour");
}

/// k-anonymity: what two shoppers did leaves no trace, however often they did it.
#[test]
fn too_few_shoppers_leave_no_trace() {
    let mut lines = Vec::new();
    for round in 0..20 {
        for shopper in ["u1", "u2"] {
            let visit = visit(shopper, "secret tap", &["t1", "t2"], "t2");
            let session = format!("\"ga_session_id\":{round}");
            lines.extend(
                visit
                    .iter()
                    .map(|line| line.replace("\"ga_session_id\":1", &session)),
            );
        }
    }
    let mut training = learn(&lines);
    assert_eq!(training.summary.counted.visits, 40);
    assert_eq!(training.summary.rare, 1);
    assert!(training.source.queries.is_empty() && training.source.words.is_empty());
    let bytes = training.take_pack().unwrap().bytes;
    assert!(!String::from_utf8_lossy(&bytes).contains("secret"));
    lines.extend(visit("u3", "secret tap", &["t1", "t2"], "t2"));
    assert_eq!(learn(&lines).source.queries.len(), 1);
    let four = learn_with(&lines, |settings| settings.shoppers = 4);
    assert!(four.source.queries.is_empty());
    // A limit below the least one does not lower it.
    let one = learn_with(&lines[..80], |settings| settings.shoppers = 1);
    assert!(one.source.queries.is_empty());
}

#[test]
fn what_may_be_about_a_person_is_dropped() {
    let mut lines = Vec::new();
    for query in ["erika@example.org", "0170 1234567", "77401234", "tap"] {
        for shopper in ["u1", "u2", "u3"] {
            let visit = visit(&format!("{shopper}{query}"), query, &["t1", "t2"], "t2");
            lines.extend(visit);
        }
    }
    let mut training = learn(&lines);
    let kept: Vec<&str> = training
        .source
        .queries
        .iter()
        .map(|query| query.query.as_str())
        .collect();
    // The last number is an article number of the shop.
    assert_eq!(kept, ["77401234", "tap"]);
    assert_eq!(training.summary.private, 1);
    let bytes = training.take_pack().unwrap().bytes;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    for private in ["erika", "example", "0170", "1234567"] {
        assert!(!text.contains(private), "{private}");
    }
}

#[test]
fn misspelt_queries_teach_and_are_not_suggested() {
    let lines: Vec<String> = (1..=30)
        .flat_map(|shopper| visit(&format!("u{shopper}"), "bassin tap", &["t1", "t2"], "t2"))
        .collect();
    let training = learn(&lines);
    assert_eq!(queries(&training), [("bassin tap", "", 30)]);
    assert_eq!(training.summary.not_found, 1);
    assert!(odds(&training, &training.source.queries[0], "t2") > 0.0);
}

/// The same log gives the same bytes, whatever order the lines of one instant have, and one visit between another's.
#[test]
fn the_order_of_simultaneous_lines_does_not_matter() {
    let at_once = |lines: Vec<String>| -> Vec<String> {
        let times = ["1000000", "2000000", "3000000", "4000000"];
        let same = |line: String| {
            times
                .iter()
                .fold(line, |line, time| line.replace(time, "5000000"))
        };
        lines.into_iter().map(same).collect()
    };
    let mut lines = at_once(taps());
    lines.extend(at_once(
        ["x4", "x5", "x6"]
            .iter()
            .flat_map(|shopper| visit(shopper, "tap", &["t3", "t1"], "t1"))
            .collect(),
    ));
    let bytes = |lines: &[String]| learn(lines).take_pack().unwrap().bytes;
    let first = bytes(&lines);
    assert_eq!(first, bytes(&lines));
    let mut turned = lines.clone();
    turned.reverse();
    assert_eq!(first, bytes(&turned));
    let mut shuffled = lines;
    shuffled.sort_by_key(|line| line.len() * 31 % 17);
    assert_eq!(first, bytes(&shuffled));
}

#[test]
fn bad_lines_of_a_log_are_told_and_passed_over() {
    let mut lines = taps();
    lines.insert(1, "{\"event_name\":".into());
    lines.push(r#"{"event_name":"search","search_term":"tap"}"#.into());
    let training = learn(&lines);
    assert_eq!(training.report.count(IssueKind::Event), 1);
    assert_eq!(training.report.examples(IssueKind::Event)[0].line, 2);
    assert_eq!(training.summary.counted.nobody, 1);
    assert_eq!(training.source.queries.len(), 1);
}

#[test]
fn synonyms_come_from_a_file_with_bad_lines_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("synonyms.txt");
    let mut text = String::from("\u{feff}# what shoppers say\nfaucet => tap\n\nbasin, sink\n");
    writeln!(text, "alone\na => b => c").unwrap();
    std::fs::write(&path, text).unwrap();
    let settings = KnowledgeSettings {
        synonyms: Some(path),
        ..KnowledgeSettings::default()
    };
    let mut training = train(&settings, &mut |_| {}).unwrap();
    assert_eq!(training.summary.synonyms, 3);
    let bad = training.report.examples(IssueKind::Synonym);
    let lines: Vec<u64> = bad.iter().map(|issue| issue.line).collect();
    assert_eq!(lines, [5, 6]);
    let strict = KnowledgeSettings {
        strict: true,
        ..settings
    };
    assert_eq!(
        train(&strict, &mut |_| {}).unwrap_err().code(),
        "synonyms/line"
    );
    let nothing = train(&KnowledgeSettings::default(), &mut |_| {}).unwrap_err();
    assert_eq!(nothing.code(), "trainer/setting");
    let knowledge = training.take_pack().unwrap();
    let out = folder.path().join("packs");
    std::fs::create_dir(&out).unwrap();
    std::fs::write(
        out.join("manifest.json"),
        r#"{"catalogue":null,"catalogues":{},"own":1}"#,
    )
    .unwrap();
    // Knowledge alone opens no shop, so that no manifest names it yet.
    let alone = write_knowledge(&knowledge, &out, Publishing::default(), &mut |_| {}).unwrap();
    assert!(alone.manifest.is_none() && alone.pack.exists());
    // Beside a catalogue the folder's manifest names the pack, and keeps what else it names.
    let shop = std::fs::read(catalogue(folder.path())).unwrap();
    let hash = Pack::open(shop.clone()).unwrap().hash();
    std::fs::write(out.join(format!("{hash}.pack")), shop).unwrap();
    let written = write_knowledge(&knowledge, &out, Publishing::default(), &mut |_| {}).unwrap();
    let manifest = std::fs::read_to_string(written.manifest.unwrap()).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    assert_eq!(manifest["own"], 1);
    let hash = manifest["knowledge"]["hash"].as_str().unwrap();
    let pack = Pack::open(std::fs::read(out.join(format!("{hash}.pack"))).unwrap()).unwrap();
    assert_eq!(Knowledge::open(pack).unwrap().synonym_count(), 3);
}

fn written(folder: &Path, name: &str, lines: &[String]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, lines.join("\n")).unwrap();
    path
}

/// The settings of a run, and the bytes of its pack.
fn pack_of(settings: &KnowledgeSettings) -> Vec<u8> {
    let mut training = train(settings, &mut |_| {}).unwrap();
    training.take_pack().unwrap().bytes
}

/// Searches of five days, some by too few shoppers on each day and by enough in all.
fn days() -> Vec<Vec<String>> {
    let day = |day: usize| -> Vec<String> {
        (0..12)
            .flat_map(|shopper| {
                let query = ["basin tap", "tap", "rare tap", "hand shower"][(shopper + day) % 4];
                let who = match query {
                    "rare tap" => format!("u{day}"),
                    _ => format!("u{}", shopper + day % 3),
                };
                visit(&who, query, &["t1", "t2", "t3"], ["t1", "t2"][shopper % 2])
            })
            .map(|line| line.replace("\"ga_session_id\":1", &format!("\"ga_session_id\":{day}")))
            .collect()
    };
    (0..5).map(day).collect()
}

#[test]
fn a_day_is_added_to_what_was_counted() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let logs: Vec<PathBuf> = days()
        .iter()
        .enumerate()
        .map(|(day, lines)| written(folder, &format!("{day}.jsonl"), lines))
        .collect();
    let whole = pack_of(&KnowledgeSettings {
        logs: logs.clone(),
        ..KnowledgeSettings::default()
    });
    let state = folder.join("state.counts");
    let mut last = Vec::new();
    for log in &logs {
        last = pack_of(&KnowledgeSettings {
            logs: vec![log.clone()],
            counts: state.exists().then(|| state.clone()).into_iter().collect(),
            state: Some(state.clone()),
            // Recommendations are learned from whole visits.
            visits: logs.clone(),
            ..KnowledgeSettings::default()
        });
    }
    assert_eq!(last, whole);
    // From the state alone, too; and no log counts twice.
    let all = logs.clone();
    let from_state = |logs: &[PathBuf]| KnowledgeSettings {
        logs: logs.to_vec(),
        counts: vec![state.clone()],
        visits: all.clone(),
        ..KnowledgeSettings::default()
    };
    assert_eq!(pack_of(&from_state(&[])), whole);
    let again = train(&from_state(&logs[2..3]), &mut |_| {}).unwrap_err();
    assert_eq!(again.code(), "counts/again");
}

#[test]
fn parts_counted_apart_make_the_same_pack() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let log = written(folder, "events.jsonl", &days().concat());
    let settings = KnowledgeSettings {
        logs: vec![log],
        ..KnowledgeSettings::default()
    };
    let parts: Vec<PathBuf> = (0..3)
        .map(|number| {
            let out = folder.join(format!("{number}.counts"));
            let part = Part { number, of: 3 };
            count(&settings, part, &out, &mut |_| {}).unwrap();
            out
        })
        .collect();
    let merged = |counts: Vec<PathBuf>| KnowledgeSettings {
        counts,
        visits: settings.logs.clone(),
        ..KnowledgeSettings::default()
    };
    let whole = pack_of(&settings);
    assert_eq!(pack_of(&merged(parts.clone())), whole);
    let turned: Vec<PathBuf> = parts.iter().rev().cloned().collect();
    assert_eq!(pack_of(&merged(turned)), whole);
    assert_ne!(pack_of(&merged(parts[..2].to_vec())), whole);
    let twice = train(&merged(vec![parts[0].clone(); 2]), &mut |_| {}).unwrap_err();
    assert_eq!(twice.code(), "counts/again");
}

#[test]
fn files_of_counts_that_cannot_be_gone_on_from_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let out = folder.join("a.counts");
    let settings = KnowledgeSettings {
        logs: vec![written(folder, "events.jsonl", &taps())],
        ..KnowledgeSettings::default()
    };
    count(&settings, Part::default(), &out, &mut |_| {}).unwrap();
    let sound = std::fs::read(&out).unwrap();
    let code = |bytes: &[u8], shoppers: usize| {
        std::fs::write(&out, bytes).unwrap();
        let settings = KnowledgeSettings {
            counts: vec![out.clone()],
            shoppers,
            ..KnowledgeSettings::default()
        };
        train(&settings, &mut |_| {})
            .map_err(|error| error.code())
            .err()
    };
    assert_eq!(code(&sound, 3), None);
    assert_eq!(code(&sound, 4), Some("counts/shoppers"));
    assert_eq!(code(b"something else", 3), Some("counts/foreign"));
    let mut newer = sound.clone();
    newer[8] = 9;
    assert_eq!(code(&newer, 3), Some("counts/version"));
    // Every byte that is lost or turned is found.
    for at in (10..sound.len()).step_by(97) {
        assert!(code(&sound[..at], 3).is_some(), "cut at {at}");
        let mut turned = sound.clone();
        turned[at] ^= 1;
        assert!(code(&turned, 3).is_some(), "turned at {at}");
    }
}
