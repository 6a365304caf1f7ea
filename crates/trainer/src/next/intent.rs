//! The intent gate: shoppers whose profile is all of one department, and a visit that begins in another.
//!
//! # Protocol
//! A history is [`HISTORY`] views of one department, drawn from what the log opened there, ten a day. Weeks later a visit begins with
//! the first item of a visit that was held out, which lies in another department; then the shopper looks at something of the usual one
//! again. What counts is how much of the first [`TOP`] lies in the department of the latest click (before any: in the usual one).

use std::collections::BTreeMap;

use endcap::pack::PackError;
use endcap::{Engine, Hit, RecommendQuery, SearchQuery, Timestamp};

use super::attributes::AttributeTable;
use super::measure::{Interval, Outcome, intervals};
use super::random::Random;
use super::shop::{BEGIN_MS, STEP_MS, shop, shown, view};
use super::visits::{Items, UNKNOWN, Visit};

/// Views of a history, and a day between every ten of them.
const HISTORY: usize = 200;
const PER_DAY: usize = 10;
const DAY_MS: u64 = 86_400_000;
/// Days from the latest view of a history to the visit.
const PAUSE: u64 = 7;
/// Products of a list that are looked at.
const TOP: usize = 10;
/// A list follows where this share of it lies in the department.
const FOLLOWS: f64 = 0.8;
/// Products that a department needs to be one: fewer do not fill a list.
const LEAST_PRODUCTS: usize = 2 * TOP;
/// Visits that are replayed at most, evenly drawn: each takes six lists of two engines.
const MAX_VISITS: usize = 500;
const SEED: u64 = 17;

/// How much of a list lies in the department that it should.
#[derive(Clone, Debug)]
pub struct IntentMeasured {
    /// What has happened so far.
    pub stage: &'static str,
    /// The list.
    pub list: &'static str,
    /// Who made it.
    pub method: &'static str,
    /// Mean share of the first ten.
    pub share: Interval,
    /// Share of the visits in which eight of ten lie there.
    pub follows: Interval,
    /// Visits.
    pub visits: u64,
}

const STAGES: [&str; 3] = ["before a click", "first click elsewhere", "back again"];
const LISTS: [&str; 2] = ["next", "browse"];
const METHODS: [&str; 3] = ["popularity", "no profile", "endcap"];

/// Replays departing visits before the catalogue that `table` describes, with a knowledge pack of `train`.
///
/// # Errors
///
/// [`PackError`] if the pack is not sound.
pub fn measure_intent(
    pack: Vec<u8>,
    items: &Items,
    (table, category): (&AttributeTable, usize),
    (train, visits): (&[Visit], &[Visit]),
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Vec<IntentMeasured>, PackError> {
    let mut popularity = vec![0f32; items.len()];
    let mut departments = BTreeMap::<u32, Vec<u32>>::new();
    for &item in train.iter().flat_map(|visit| &visit.items) {
        popularity[item as usize] += 1.0;
        if let Some(department) = table.number(item, category) {
            departments.entry(department).or_default().push(item);
        }
    }
    departments.retain(|_, clicks| {
        let mut different = clicks.clone();
        different.sort_unstable();
        different.dedup();
        different.len() >= LEAST_PRODUCTS
    });
    let mut stranger = shop(pack, items, table, category, &popularity)?;
    let popular = stranger.search(&browse(), Timestamp(BEGIN_MS)).hits;
    let homes: Vec<u32> = departments.keys().copied().collect();
    let mut random = Random::new(SEED);
    let mut profiles = BTreeMap::<u32, Vec<u8>>::new();
    let first = |visit: &Visit| {
        let item = visit
            .items
            .first()
            .copied()
            .filter(|&item| item != UNKNOWN)?;
        let department = table.number(item, category)?;
        departments
            .contains_key(&department)
            .then_some((item, department))
    };
    let all: Vec<(u32, u32)> = visits.iter().filter_map(first).collect();
    let every = all.len().div_ceil(MAX_VISITS).max(1);
    let drawn: Vec<(u32, u32)> = all.into_iter().step_by(every).collect();
    let mut outcomes: BTreeMap<[usize; 3], Vec<Outcome>> = BTreeMap::new();
    for (done, &(item, away)) in drawn.iter().enumerate() {
        progress(done, drawn.len());
        let others: Vec<u32> = homes.iter().copied().filter(|&home| home != away).collect();
        if others.is_empty() {
            break;
        }
        let home = others[random.below(others.len())];
        let clicks = &departments[&home];
        let profile = profiles.entry(home).or_insert_with(|| {
            let mut engine = stranger.clone();
            for at in 0..HISTORY {
                let item = clicks[random.below(clicks.len())];
                let days = (HISTORY / PER_DAY - at / PER_DAY) as u64 + PAUSE;
                let now = BEGIN_MS - days * DAY_MS + (at % PER_DAY) as u64 * STEP_MS;
                view(&mut engine, &items.ids()[item as usize], Timestamp(now));
            }
            engine.profile()
        });
        let mut known = stranger.clone();
        // The profile is of the same version.
        let _ = known.join_profile(profile);
        let mut unknown = stranger.clone();
        let back = clicks[random.below(clicks.len())];
        let steps = [(None, home), (Some(item), away), (Some(back), home)];
        for (stage, (item, department)) in steps.into_iter().enumerate() {
            let now = Timestamp(BEGIN_MS + stage as u64 * STEP_MS);
            let wanted = table.values(category)[department as usize].as_str();
            let wanted = shown(wanted).label;
            for (method, engine) in [(1, &mut unknown), (2, &mut known)] {
                if let Some(item) = item {
                    view(engine, &items.ids()[item as usize], now);
                }
                for (list, hits) in lists(engine, now).into_iter().enumerate() {
                    let outcome = outcome(&hits, &wanted);
                    outcomes
                        .entry([stage, list, method])
                        .or_default()
                        .push(outcome);
                }
            }
            for list in 0..LISTS.len() {
                let outcome = outcome(&popular, &wanted);
                outcomes.entry([stage, list, 0]).or_default().push(outcome);
            }
        }
    }
    progress(drawn.len(), drawn.len());
    let rows = outcomes
        .into_iter()
        .map(|([stage, list, method], outcomes)| {
            let [follows, share, ..] = intervals(&outcomes);
            IntentMeasured {
                stage: STAGES[stage],
                list: LISTS[list],
                method: METHODS[method],
                share,
                follows,
                visits: outcomes.len() as u64,
            }
        });
    Ok(rows.collect())
}

fn browse() -> SearchQuery {
    SearchQuery {
        limit: Some(TOP),
        ..SearchQuery::default()
    }
}

/// What is recommended next, and the whole shop in the shopper's order.
fn lists(engine: &mut Engine, now: Timestamp) -> [Vec<Hit>; 2] {
    let next = RecommendQuery {
        limit: Some(TOP),
        ..RecommendQuery::default()
    };
    [
        engine.recommend(&next, now),
        engine.search(&browse(), now).hits,
    ]
}

fn outcome(hits: &[Hit], department: &str) -> Outcome {
    let inside = hits.iter().filter(|hit| hit.category == department).count();
    let share = inside as f64 / TOP as f64;
    let follows = f64::from(u8::from(share >= FOLLOWS - 1e-9));
    Outcome {
        all: [1.0, follows, share],
        ..Outcome::default()
    }
}
