//! The workload on the native engine: `cargo bench --bench native -- WORKLOAD PACK`.
//!
//! Prints `[{ "name", "samples_ms" }]`; `cargo xtask bench` draws the workload and does the arithmetic.

use std::collections::BTreeMap;
use std::error::Error;
use std::hint::black_box;

use endcap::catalogue::Catalogue;
use endcap::pack::Pack;
use endcap::{Engine, Event, EventParams, Item, SearchQuery, SuggestOptions, Text, Timestamp};
use serde::Deserialize;

/// 2026-01-01; the same on every run and host, because decay depends on it.
const START: u64 = 1_767_225_600_000;

/// From one key to the next, and from one click to the next: beliefs are as old as they are in a page.
const STEP_MS: u64 = 150;

/// How often the pack is opened.
const OPENS: usize = 30;

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
    let [workload, pack] = files.as_slice() else {
        return Err("usage: cargo bench --bench native -- WORKLOAD PACK".into());
    };
    let workload: Workload = serde_json::from_slice(&std::fs::read(workload)?)?;
    let pack = std::fs::read(pack)?;
    let mut samples = Samples::new();
    for _ in 0..OPENS {
        let bytes = pack.clone();
        let (engine, ms) = timed(|| open(bytes));
        black_box(engine?);
        samples.entry("open").or_default().push(ms);
    }
    let mut engine = open(pack)?;
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
        let query = SearchQuery {
            text: Text(text.clone()),
            ..SearchQuery::default()
        };
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

/// Verifies the pack and stands an engine before it.
fn open(bytes: Vec<u8>) -> Result<Engine, Box<dyn Error>> {
    Ok(Engine::with_catalogue(
        Catalogue::open(Pack::open(bytes)?)?,
        1,
    ))
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
