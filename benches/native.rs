//! The workload on the native engine: `cargo bench --bench native -- WORKLOAD PACK KNOWLEDGE [OPERATION]`.
//!
//! Prints `[{ "name", "samples_ms" }]`; `cargo xtask bench` draws the workload and does the arithmetic. With an operation (`open`, `suggest`, `search`, `click`)
//! it does only that, inside of [`counted`], and prints how often: `cargo xtask bench instructions` lets valgrind count what happens there.

use std::collections::BTreeMap;
use std::error::Error;
use std::hint::black_box;

use endcap::catalogue::Catalogue;
use endcap::knowledge::Knowledge;
use endcap::pack::Pack;
use endcap::{Engine, Event, EventParams, Item, SearchQuery, SuggestOptions, Text, Timestamp};
use serde::Deserialize;

/// 2026-01-01; the same on every run and host, because decay depends on it.
const START: u64 = 1_767_225_600_000;

/// From one key to the next, and from one click to the next: beliefs are as old as they are in a page.
const STEP_MS: u64 = 150;

/// How often the pack is opened.
const OPENS: usize = 30;

/// How many entries of the workload are counted: valgrind is some fifty times slower, and a count needs no repetition.
const COUNTED: usize = 100;

/// The share of the workload that is replayed before anything is measured, as in V8.
const WARM_UP: usize = 5;

#[derive(Deserialize)]
struct Workload {
    suggest: Vec<String>,
    search: Vec<String>,
    click: Vec<Click>,
}

#[derive(Deserialize)]
struct Click {
    item_id: String,
    category: String,
    item_ids: Vec<String>,
}

/// Samples by operation, in milliseconds.
type Samples = BTreeMap<&'static str, Vec<f64>>;

fn main() -> Result<(), Box<dyn Error>> {
    // Cargo adds `--bench`.
    let files: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with("--"))
        .collect();
    let [workload, pack, knowledge, operation @ ..] = files.as_slice() else {
        return Err(
            "usage: cargo bench --bench native -- WORKLOAD PACK KNOWLEDGE [OPERATION]".into(),
        );
    };
    let workload: Workload = serde_json::from_slice(&std::fs::read(workload)?)?;
    let (pack, knowledge) = (std::fs::read(pack)?, std::fs::read(knowledge)?);
    match operation {
        [operation] => count(operation, &workload, pack, knowledge),
        _ => measure(&workload, pack, knowledge),
    }
}

/// Takes the time of every operation.
fn measure(workload: &Workload, pack: Vec<u8>, knowledge: Vec<u8>) -> Result<(), Box<dyn Error>> {
    let mut samples = Samples::new();
    for _ in 0..OPENS {
        let bytes = pack.clone();
        let (engine, ms) = timed(|| open(bytes));
        black_box(engine?);
        samples.entry("open").or_default().push(ms);
    }
    let mut engine = open_with(pack, knowledge)?;
    let mut now = START;
    replay(&workload.click, &mut samples, |click, samples| {
        now += STEP_MS;
        one_click(&mut engine, click, Timestamp(now), samples)
    })?;
    replay(&workload.suggest, &mut samples, |text, samples| {
        now += STEP_MS;
        let options = SuggestOptions::default();
        let (answer, ms) = timed(|| engine.suggest(text, &options, Timestamp(now)));
        black_box(answer);
        samples.entry("suggest").or_default().push(ms);
        Ok(())
    })?;
    replay(&workload.search, &mut samples, |text, samples| {
        now += STEP_MS;
        let query = query(text);
        let (answer, ms) = timed(|| engine.search(&query, Timestamp(now)));
        black_box(answer);
        samples.entry("search").or_default().push(ms);
        Ok(())
    })?;
    // A measurement of nothing would be the fastest of all.
    if engine.affinities(1, Timestamp(now)).is_empty() {
        return Err("nothing was learned from the clicks".into());
    }
    let rows: Vec<_> = samples
        .into_iter()
        .map(|(name, samples_ms)| serde_json::json!({ "name": name, "samples_ms": samples_ms }))
        .collect();
    println!("{}", serde_json::to_string(&rows)?);
    Ok(())
}

/// Does one operation on the beginning of the workload, inside of [`counted`] and nowhere else.
fn count(
    operation: &str,
    workload: &Workload,
    pack: Vec<u8>,
    knowledge: Vec<u8>,
) -> Result<(), Box<dyn Error>> {
    if operation == "open" {
        black_box(counted(|| open(pack))?);
        println!("1");
        return Ok(());
    }
    let mut engine = open_with(pack, knowledge)?;
    let now = Timestamp(START);
    let done = match operation {
        "suggest" => {
            let texts = first(&workload.suggest);
            let options = SuggestOptions::default();
            counted(|| {
                for text in texts {
                    black_box(engine.suggest(text, &options, now));
                }
            });
            texts.len()
        }
        "search" => {
            let queries: Vec<_> = first(&workload.search)
                .iter()
                .map(|text| query(text))
                .collect();
            counted(|| {
                for query in &queries {
                    black_box(engine.search(query, now));
                }
            });
            queries.len()
        }
        "click" => {
            let clicks = first(&workload.click);
            for click in clicks {
                counted(|| one_click(&mut engine, click, now, &mut Samples::new()))?;
            }
            clicks.len()
        }
        _ => return Err(format!("there is no operation {operation:?}").into()),
    };
    println!("{done}");
    Ok(())
}

fn first<T>(list: &[T]) -> &[T] {
    &list[..list.len().min(COUNTED)]
}

/// Not inlined, so that valgrind finds it by its name.
#[inline(never)]
fn counted<T>(work: impl FnOnce() -> T) -> T {
    black_box(work())
}

fn query(text: &str) -> SearchQuery {
    SearchQuery {
        text: Text(text.to_owned()),
        ..SearchQuery::default()
    }
}

/// Verifies the pack and stands an engine before it.
fn open(bytes: Vec<u8>) -> Result<Engine, Box<dyn Error>> {
    Ok(Engine::with_catalogue(
        Catalogue::open(Pack::open(bytes)?)?,
        1,
    ))
}

/// What a page has a moment after it was opened.
fn open_with(pack: Vec<u8>, knowledge: Vec<u8>) -> Result<Engine, Box<dyn Error>> {
    let mut engine = open(pack)?;
    engine.attach_knowledge(Knowledge::open(Pack::open(knowledge)?)?);
    Ok(engine)
}

/// What a page does after a click: it learns, and orders the filters and the list anew.
fn one_click(
    engine: &mut Engine,
    click: &Click,
    now: Timestamp,
    samples: &mut Samples,
) -> Result<(), Box<dyn Error>> {
    let event = Event {
        name: "view_item".into(),
        params: EventParams {
            items: vec![Item::with_id(&click.item_id)],
            ..EventParams::default()
        },
    };
    let query = SearchQuery {
        filters: BTreeMap::from([("category".into(), vec![click.category.clone()])]),
        ..SearchQuery::default()
    };
    let items: Vec<Item> = click.item_ids.iter().map(|id| Item::with_id(id)).collect();
    let (learned, observe) = timed(|| engine.observe(&event, now));
    if learned?.items_known != 1 {
        return Err(format!("the pack does not know {}", click.item_id).into());
    }
    let (facets, facets_ms) = timed(|| engine.facets(&query, now));
    let (ranked, rank) = timed(|| engine.rank(&items, now));
    if facets.is_empty() || ranked.len() != items.len() {
        return Err(format!("a click in {} was answered by nothing", click.category).into());
    }
    for (name, ms) in [
        ("observe", observe),
        ("facets", facets_ms),
        ("rank 200", rank),
        ("click", observe + facets_ms + rank),
    ] {
        samples.entry(name).or_default().push(ms);
    }
    Ok(())
}

/// Does the first part unmeasured, and then all of it.
fn replay<T>(
    list: &[T],
    samples: &mut Samples,
    mut work: impl FnMut(&T, &mut Samples) -> Result<(), Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    for entry in &list[..list.len().div_ceil(WARM_UP)] {
        work(entry, &mut Samples::new())?;
    }
    list.iter().try_for_each(|entry| work(entry, samples))
}

#[expect(clippy::disallowed_methods, reason = "a benchmark has a clock")]
fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = std::time::Instant::now();
    let answer = black_box(work());
    (answer, start.elapsed().as_secs_f64() * 1e3)
}
