//! What recommendations are made from, put into a pack's source.

use std::collections::HashMap;

use endcap::knowledge::{Buying, KnowledgeSource, RelationSource, Rule, ValueOrder};
use endcap::recommend::Neighbour;

use super::blend::blend;
use super::catalogues::Catalogues;
use super::held_out::{Days, day_of};
use super::rules::NamedRule;
use super::shopping::{NextModel, Shopping};
use super::value_orders::value_orders;
use super::visits::{Part, VisitFile};
use super::{KnowledgeSettings, KnowledgeSummary, gather_logs};
use crate::build::{Progress, Stage};
use crate::error::TrainerError;
use crate::issue::Report;

/// Visits that recommendations are learned from, at most, the latest days: what they teach is held in memory, some 250 bytes each. Vectors
/// learn three million predictions at most, so more visits would move popularity and lists alone.
const MAX_VISITS: u64 = 2_000_000;

/// Learns from `visits`, if they are all there is, and from the logs that were given for it; writes model, relations and rules into `source`.
pub(super) fn relate(
    settings: &KnowledgeSettings,
    catalogues: &mut Catalogues,
    visits: &mut VisitFile,
    rules: Vec<NamedRule>,
    (source, summary): (&mut KnowledgeSource, &mut KnowledgeSummary),
    report: &mut Report,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<(), TrainerError> {
    let mut shopping = Shopping::default();
    let mut files = Vec::new();
    // Beside counts, the logs are a day of many, and a day teaches no model.
    if settings.counts.is_empty() && settings.state.is_none() {
        files.push(visits);
    }
    let (mut more, ..) = gather_logs(&settings.visits, Part::default(), report, progress)?;
    files.push(&mut more);
    let mut days = Days::new();
    for file in &mut files {
        file.each(|visit| {
            *days.entry(day_of(&visit)).or_default() += 1;
            Ok(())
        })?;
    }
    let since = latest(&days, MAX_VISITS);
    summary.older = days.range(..since).map(|(_, visits)| visits).sum();
    for file in files {
        file.each(|visit| {
            if day_of(&visit) >= since {
                shopping.learn(&visit, catalogues);
            }
            Ok(())
        })?;
    }
    shopping.settle();
    let next = shopping.next(catalogues, progress)?;
    let relations = shopping.relations(catalogues);
    summary.opened = shopping.visits() as u64;
    summary.related = [&relations.complements, &relations.alternatives]
        .map(|lists| lists.iter().filter(|list| !list.is_empty()).count() as u64);
    summary.once = relations.once.len() as u64;
    summary.rules = rules.len() as u64;
    let mut places = Places::new(&mut source.items);
    let numbers: Vec<u32> = shopping.ids.iter().map(|id| places.of(id)).collect();
    let rules = rules.into_iter().map(|rule| Rule {
        because: rule.because,
        item: places.of(&rule.recommend) as usize,
        from: rule.from,
        until: rule.until,
        note: rule.note,
    });
    let rules = rules.collect();
    let items = source.items.len();
    source.relations = RelationSource {
        rules,
        ..placed(relations, &numbers, items)
    };
    if let Some(NextModel {
        source: next,
        earlier,
    }) = next
    {
        if let (Some((earlier, later)), Some(engine)) = (earlier, catalogues.engines().next()) {
            let mut fitting = |name: &'static str, done: usize, total: usize| {
                progress(Progress {
                    stage: Stage::Model,
                    name,
                    done: done as u64,
                    total: total as u64,
                    rows: 0,
                });
            };
            let ids = &shopping.ids;
            source.value_orders =
                value_orders(engine, ids, earlier, &later, &mut |done, total| {
                    fitting("orders of facet values", done, total);
                })?;
            let cases = shopping.cases(later.len());
            summary.blend = blend(engine, ids, &cases, &mut |done, total| {
                fitting("weight of affinities", done, total);
            });
            source.blend = summary.blend.map(|learned| learned.weight);
            let earned =
                |order: &&ValueOrder| **order != ValueOrder::by_popularity(order.facet.clone());
            let earned = source.value_orders.iter().filter(earned).count();
            summary.ordered = [earned, source.value_orders.len()].map(|facets| facets as u64);
        }
        let next = next.renumbered(&numbers, items);
        source.next = Some(next.map_err(|error| TrainerError::Catalogue {
            code: error.code(),
            message: error.to_string(),
        })?);
    }
    summary.items = items as u64;
    Ok(())
}

/// The first of the latest days that have at most `most` visits together; the last day, however many it has.
fn latest(days: &Days, most: u64) -> u64 {
    let mut sum = 0;
    let mut since = days.last_key_value().map_or(0, |(&day, _)| day);
    for (&day, &visits) in days.iter().rev() {
        sum += visits;
        if sum > most {
            break;
        }
        since = day;
    }
    since
}

/// The places of items among those of a source, to which new ones are added.
struct Places<'a> {
    items: &'a mut Vec<String>,
    numbers: HashMap<String, u32>,
}

impl<'a> Places<'a> {
    fn new(items: &'a mut Vec<String>) -> Self {
        let numbers = items.iter().cloned().zip(0..).collect();
        Self { items, numbers }
    }

    fn of(&mut self, id: &str) -> u32 {
        let next = self.items.len() as u32;
        let place = *self.numbers.entry(id.to_owned()).or_insert(next);
        if place == next {
            self.items.push(id.to_owned());
        }
        place
    }
}

/// Relations of items that are numbered anew: item `i` is number `numbers[i]` of `count`.
fn placed(relations: RelationSource, numbers: &[u32], count: usize) -> RelationSource {
    let lists = |lists: Vec<Vec<Neighbour>>| {
        let mut all = vec![Vec::new(); count];
        for (mut list, &place) in lists.into_iter().zip(numbers) {
            for near in &mut list {
                near.item = numbers[near.item as usize];
            }
            all[place as usize] = list;
        }
        all
    };
    let mut buying = vec![Buying::default(); count];
    for (&facts, &place) in relations.buying.iter().zip(numbers) {
        buying[place as usize] = facts;
    }
    RelationSource {
        complements: lists(relations.complements),
        alternatives: lists(relations.alternatives),
        buying,
        ..relations
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_days_that_fit_are_taken() {
        let days = Days::from([(1, 5), (2, 5), (4, 5)]);
        assert_eq!(
            [16, 15, 14, 10, 9, 5, 4].map(|most| latest(&days, most)),
            [1, 1, 2, 2, 4, 4, 4]
        );
        assert_eq!(latest(&Days::new(), 9), 0);
    }
}
