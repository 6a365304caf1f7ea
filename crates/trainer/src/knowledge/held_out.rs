//! Choices of later visits, replayed with what the earlier ones teach.
//!
//! # Invariants
//! * What is replayed has taught nothing: no choice is judged by a prior that it is part of.

use std::collections::BTreeMap;

use endcap::knowledge::Knowledge;
use endcap::pack::Pack;

use super::catalogues::Catalogues;
use super::log::read_log;
use super::replay::{Choice, choices};
use super::search::{Limits, Searches};
use super::visits::{Visit, Visits};
use super::{Exporter, KnowledgeSettings, KnowledgeSummary};
use crate::build::Progress;
use crate::error::TrainerError;
use crate::issue::Report;
use endcap::knowledge::KnowledgeSource;

/// Microseconds of a day; logs are split between days.
const DAY: u64 = 86_400 * 1_000_000;
/// Choices that are kept, 10 KB each; more would not move a weight.
const MAX_CHOICES: usize = 5_000;

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

/// The choices of the visits behind the first `share` of the days, in the order in which the visits ended.
///
/// # Errors
///
/// * [`TrainerError::Read`] if a log cannot be read.
/// * [`TrainerError::Catalogue`] if what was learned does not fit the format.
pub(crate) fn held_out(
    settings: &KnowledgeSettings,
    catalogues: &mut Catalogues,
    days: &Days,
    share: f64,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Vec<Choice>, TrainerError> {
    let Some(first) = split(days, share) else {
        return Ok(Vec::new());
    };
    let mut later = Later {
        catalogues,
        first,
        earlier: Some(Searches::new(Limits {
            shoppers: settings.shoppers.max(super::MIN_SHOPPERS),
        })),
        choices: Vec::new(),
        visits: 0,
        failure: None,
    };
    let mut visits = Visits::default();
    // What is wrong with the lines has been told when they were read for the first time.
    let mut report = Report::new(false);
    for path in &settings.logs {
        read_log(path, &mut report, progress, |event| {
            visits.push(event, |visit| later.take(&visit));
        })?;
    }
    visits.finish(|visit| later.take(&visit));
    match later.failure {
        Some(failure) => Err(failure),
        None => Ok(later.choices),
    }
}

struct Later<'a> {
    catalogues: &'a mut Catalogues,
    first: u64,
    /// What the earlier visits teach, until the first later one.
    earlier: Option<Searches>,
    choices: Vec<Choice>,
    visits: u64,
    failure: Option<TrainerError>,
}

impl Later<'_> {
    fn take(&mut self, visit: &Visit) {
        if day_of(visit) < self.first {
            // One that ends after the first later visit has come too late to teach.
            if let Some(earlier) = &mut self.earlier {
                earlier.learn(visit);
            }
            return;
        }
        if let Some(earlier) = self.earlier.take() {
            self.failure = self.teach(earlier).err();
        }
        self.visits += 1;
        if self.choices.len() < MAX_CHOICES && self.failure.is_none() {
            let more = choices(self.catalogues, visit, self.visits);
            self.choices.extend(more);
        }
    }

    fn teach(&mut self, earlier: Searches) -> Result<(), TrainerError> {
        let mut source = KnowledgeSource::default();
        Exporter {
            catalogues: &mut *self.catalogues,
            summary: &mut KnowledgeSummary::default(),
            source: &mut source,
        }
        .export(earlier, &mut |_| {});
        let bytes = source.build().map_err(|error| TrainerError::Catalogue {
            code: error.code(),
            message: error.to_string(),
        })?;
        let knowledge = Pack::open(bytes).and_then(Knowledge::open);
        let knowledge = knowledge.map_err(|error| TrainerError::Catalogue {
            code: error.code(),
            message: error.to_string(),
        })?;
        for engine in self.catalogues.engines() {
            engine.attach_knowledge(knowledge.clone());
        }
        Ok(())
    }
}
