//! Endcap's own log, to which anybody can send: what counts as people there.

use std::fs;

use endcap_trainer::knowledge::{KnowledgeSettings, KnowledgeTraining, count, train};

const DAY: u64 = 86_400_000_000;
/// A day within period 227, in microseconds.
const START: u64 = 20_700 * DAY;

/// A search as the server writes it: which device, on which day and visit, from which network.
#[derive(Clone, Copy)]
struct Search<'a> {
    device: Option<(u16, u32)>,
    day: u64,
    network: u16,
    term: &'a str,
}

fn log(searches: &[Search<'_>]) -> String {
    let line = |(visit, search): (usize, &Search<'_>)| {
        let time = START + search.day * DAY + 1;
        let device = search.device.map_or(String::new(), |(period, device)| {
            format!(r#""user_pseudo_id":"device{device:010}","device_period":{period},"#)
        });
        format!(
            r#"{{"event_name":"search","event_timestamp":{time},{device}"network":{},"ga_session_id":"visit{visit:011}","search_term":"{}"}}"#,
            search.network, search.term
        )
    };
    let lines: Vec<String> = searches.iter().enumerate().map(line).collect();
    lines.join("\n")
}

fn settings(log: &str) -> (tempfile::TempDir, KnowledgeSettings) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.jsonl");
    fs::write(&path, log).unwrap();
    let logs = vec![path];
    let settings = KnowledgeSettings {
        logs,
        ..KnowledgeSettings::default()
    };
    (folder, settings)
}

fn learned(log: &str) -> KnowledgeTraining {
    let (_folder, settings) = settings(log);
    train(&settings, &mut |_| {}).unwrap()
}

/// Whether the query, or a word of it, reaches the pack.
fn is_published(log: &str, term: &str) -> bool {
    let source = learned(log).source;
    let query = source.queries.iter().any(|query| query.query == term);
    query || source.words.iter().any(|word| word.word == term)
}

fn visits(count: u32, search: impl Fn(u32) -> Search<'static>) -> String {
    log(&(0..count).map(search).collect::<Vec<_>>())
}

const SECRET: Search<'_> = Search {
    device: Some((227, 1)),
    day: 0,
    network: 7,
    term: "ointment",
};

/// One person comes three times, on three days, from home, from work and from the train: that is one, and their query stays theirs.
#[test]
fn three_visits_of_one_person_are_one_person() {
    let thrice = visits(3, |at| Search {
        day: at.into(),
        network: at as u16,
        ..SECRET
    });
    assert!(!is_published(&thrice, "ointment"));
    // Nor do they become three by waiting for other names.
    let patient = visits(3, |at| Search {
        device: Some((227 + at as u16, at)),
        day: 91 * u64::from(at),
        network: at as u16,
        ..SECRET
    });
    assert!(!is_published(&patient, "ointment"));
    let three = visits(3, |at| Search {
        device: Some((227, at)),
        day: at.into(),
        network: at as u16,
        ..SECRET
    });
    assert!(is_published(&three, "ointment"));
}

/// Sixty requests, each of another invented device, from one address.
#[test]
fn invented_devices_of_one_network_are_no_people() {
    let flood = visits(60, |at| Search {
        device: Some((227, at)),
        ..SECRET
    });
    assert!(!is_published(&flood, "ointment"));
    // Nor those of many networks on one day, nor those of one network on two.
    let wide = visits(60, |at| Search {
        device: Some((227, at)),
        network: at as u16,
        ..SECRET
    });
    assert!(!is_published(&wide, "ointment"));
    let twice = visits(60, |at| Search {
        device: Some((227, at)),
        day: u64::from(at % 2),
        ..SECRET
    });
    assert!(!is_published(&twice, "ointment"));
}

/// Events of older clients, which tell no device, and lines of older servers, which have the visit's name for the shopper's.
#[test]
fn visits_without_a_name_are_nobody() {
    let nameless = visits(60, |at| Search {
        device: None,
        day: u64::from(at),
        network: at as u16,
        ..SECRET
    });
    assert!(!is_published(&nameless, "ointment"));
    let older: Vec<String> = (10..70)
        .map(|at| format!(r#"{{"event_name":"search","event_timestamp":{START},"user_pseudo_id":"pseudonym-of-a{at}","ga_session_id":"pseudonym-of-a{at}","search_term":"ointment"}}"#))
        .collect();
    assert!(!is_published(&older.join("\n"), "ointment"));
}

/// Days that are counted one by one tell as much as one log of all.
#[test]
fn people_add_up_over_files_of_counts() {
    let folder = tempfile::tempdir().unwrap();
    let mut counts = Vec::new();
    for day in 0..3_u32 {
        let search = Search {
            device: Some((227, day)),
            day: day.into(),
            network: 7,
            ..SECRET
        };
        let (_logs, settings) = settings(&log(&[search]));
        let path = folder.path().join(format!("{day}.counts"));
        count(&settings, Default::default(), &path, &mut |_| {}).unwrap();
        counts.push(path);
    }
    let queries = |counts: &[std::path::PathBuf]| {
        let settings = KnowledgeSettings {
            counts: counts.to_vec(),
            ..KnowledgeSettings::default()
        };
        train(&settings, &mut |_| {}).unwrap().source.queries.len()
    };
    assert_eq!((queries(&counts[..2]), queries(&counts)), (0, 1));
    // What counted visits is refused.
    let mut old = fs::read(&counts[0]).unwrap();
    old[8] = 1;
    fs::write(&counts[0], old).unwrap();
    let settings = KnowledgeSettings {
        counts,
        ..KnowledgeSettings::default()
    };
    let error = train(&settings, &mut |_| {}).unwrap_err();
    assert_eq!(error.code(), "counts/version");
}
