//! Choices of later visits, replayed with what the earlier ones teach.
//!
//! # Invariants
//! * What is replayed has taught nothing: no choice is judged by a prior that it is part of.

use std::collections::BTreeMap;

use endcap::knowledge::Knowledge;
use endcap::pack::Pack;

use super::catalogues::Catalogues;
use super::counts::Counts;
use super::export::Exporter;
use super::replay::{Choice, choices};
use super::review::Review;
use super::search::learn;
use super::visits::{Visit, VisitFile};
use super::{KnowledgeSettings, KnowledgeSummary};
use crate::build::Progress;
use crate::error::TrainerError;
use crate::spill::{BUFFER, Sorter};
use endcap::knowledge::KnowledgeSource;

/// Microseconds of a day; logs are split between days.
const DAY: u64 = 86_400 * 1_000_000;
/// Choices that are kept, 10 KB each; more would not move a weight.
const MAX_CHOICES: usize = 5_000;

/// Visits that are in memory at a time while they are replayed.
const AT_A_TIME: usize = 20_000;

/// Number of visits that began on each day.
pub(crate) type Days = BTreeMap<u64, u64>;

/// The day on which a visit began.
pub(crate) fn day_of(visit: &Visit) -> u64 {
    visit.events.first().map_or(0, |event| event.time) / DAY
}

/// The first day before which at least `share` of the visits began; `None` if that is all of them.
fn split(days: &Days, share: f64) -> Option<u64> {
    let all = days.values().sum::<u64>() as f64;
    let mut before = 0;
    for (&day, visits) in days {
        if before as f64 >= share * all && before > 0 {
            return Some(day);
        }
        before += visits;
    }
    None
}

/// The choices of later visits, in the order in which the visits ended: of all visits if earlier ones were counted before, else of those behind the
/// first `share` of the days.
///
/// # Errors
///
/// * [`TrainerError::Read`], [`TrainerError::Counts`] if a file of counts cannot be read.
/// * [`TrainerError::Catalogue`] if what was learned does not fit the format.
/// * [`TrainerError::Temporary`] if there is no room for temporary files.
pub(crate) fn held_out(
    settings: &KnowledgeSettings,
    catalogues: &mut Catalogues,
    visits: &mut VisitFile,
    days: &Days,
    share: f64,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Vec<Choice>, TrainerError> {
    let mut earlier = Counts::new();
    for path in &settings.counts {
        earlier.read(path, settings.least_shoppers())?;
    }
    let first = match settings.counts.is_empty() {
        true => split(days, share),
        false => Some(0),
    };
    let Some(first) = first else {
        return Ok(Vec::new());
    };
    // Later visits by the time of their end, then by whose they are; they are found again by their number.
    let mut order = Sorter::new(BUFFER, |_, _| false);
    let mut number = 0u64;
    visits.each(|visit| {
        number += 1;
        if day_of(&visit) < first {
            return learn(&visit, &mut earlier);
        }
        let end = visit.events.last().map_or(0, |event| event.time);
        let key = [end, visit.shopper, number].map(u64::to_be_bytes).concat();
        order.push(&key).map_err(TrainerError::temporary)
    })?;
    teach(settings, catalogues, earlier, progress)?;
    replayed(catalogues, visits, order)
}

/// Gives the engines what earlier visits teach.
fn teach(
    settings: &KnowledgeSettings,
    catalogues: &mut Catalogues,
    earlier: Counts,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<(), TrainerError> {
    let mut source = KnowledgeSource::default();
    Exporter {
        // Nothing of it is published.
        review: &mut Review::default(),
        catalogues: &mut *catalogues,
        summary: &mut KnowledgeSummary::default(),
        source: &mut source,
        shoppers: settings.least_shoppers(),
    }
    .export(earlier.finish()?, progress)?;
    let unfit = |code: &'static str, message: String| TrainerError::Catalogue { code, message };
    let bytes = source.build();
    let bytes = bytes.map_err(|error| unfit(error.code(), error.to_string()))?;
    let knowledge = Pack::open(bytes).and_then(Knowledge::open);
    let knowledge = knowledge.map_err(|error| unfit(error.code(), error.to_string()))?;
    for engine in catalogues.engines() {
        engine.attach_knowledge(knowledge.clone());
    }
    Ok(())
}

/// The choices of the visits in `order`, until there are enough.
fn replayed(
    catalogues: &mut Catalogues,
    visits: &mut VisitFile,
    order: Sorter,
) -> Result<Vec<Choice>, TrainerError> {
    let mut order = order.finish().map_err(TrainerError::temporary)?;
    let mut all: Vec<Choice> = Vec::new();
    // As many at a time as may be enough: one visit in two has a search with a choice, at best.
    while all.len() < MAX_CHOICES {
        let mut wanted = BTreeMap::new();
        while wanted.len() < AT_A_TIME {
            let Some(key) = order.next().map_err(TrainerError::temporary)? else {
                break;
            };
            let number = key
                .last_chunk()
                .map_or(0, |bytes| u64::from_be_bytes(*bytes));
            wanted.insert(number, wanted.len() as u64);
        }
        if wanted.is_empty() {
            break;
        }
        let mut chunk: Vec<(u64, Visit)> = Vec::with_capacity(wanted.len());
        let mut number = 0;
        visits.each(|visit| {
            number += 1;
            if let Some(&place) = wanted.get(&number) {
                chunk.push((place, visit));
            }
            Ok(())
        })?;
        chunk.sort_by_key(|&(place, _)| place);
        for (_, visit) in chunk {
            if all.len() < MAX_CHOICES {
                let number = all.last().map_or(0, |choice| choice.visit) + 1;
                all.extend(choices(catalogues, &visit, number));
            }
        }
    }
    Ok(all)
}
