//! The order of facet values before the engine itself: fitted to later visits, and measured.
//!
//! # Protocol
//! Every item of a visit that was not opened in it before, from the second event on, if the training log has it. The shopper is taken
//! to look at the list of its category, whose values of a facet are put in order; categories themselves are put in order among all of
//! the shop. The reciprocal rank of the item's value counts, wherever it stands.

use std::collections::HashMap;
use std::time::Instant;

use endcap::knowledge::ValueOrder;
use endcap::pack::PackError;
use endcap::{Engine, OrderedValue, SearchQuery, Timestamp};

use super::attributes::{AttributeTable, CATEGORY};
use super::choices::{MAX_EXAMPLES, Next, fit_orders, nexts};
use super::measure::{Interval, Outcome, intervals};
use super::shop::{BEGIN_MS, STEP_MS, shop, shown, view};
use super::visits::{Items, Visit};

/// The engine before the catalogue of a log and what was learned from it.
pub struct FacetReplay<'a> {
    engine: Engine,
    items: &'a Items,
    table: &'a AttributeTable,
    category: usize,
    now: Timestamp,
}

/// How well one order of the values of a facet foretells the next one.
#[derive(Clone, Debug)]
pub struct FacetMeasured {
    /// The facet, as the table of attributes calls it.
    pub facet: String,
    /// The order.
    pub method: &'static str,
    /// Mean reciprocal rank of the value of the next item.
    pub mrr: Interval,
    /// Share of the values that stood first.
    pub first: Interval,
    /// Predictions.
    pub predictions: u64,
    /// Median and 99th percentile of the time for one order, in microseconds.
    pub p50_us: f64,
    /// 99th percentile.
    pub p99_us: f64,
}

impl<'a> FacetReplay<'a> {
    /// Puts the engine before the catalogue that `table` describes, ordered by `popularity`, and a knowledge pack.
    ///
    /// # Errors
    ///
    /// [`PackError`] if the pack is not sound.
    pub fn new(
        pack: Vec<u8>,
        items: &'a Items,
        table: &'a AttributeTable,
        category: usize,
        popularity: &[f32],
    ) -> Result<Self, PackError> {
        let engine = shop(pack, items, table, category, popularity)?;
        Ok(Self {
            engine,
            items,
            table,
            category,
            now: Timestamp(BEGIN_MS),
        })
    }

    /// Fits the order of each facet to `visits`.
    pub fn fit(
        &mut self,
        visits: &[Visit],
        progress: &mut dyn FnMut(usize, usize),
    ) -> Vec<ValueOrder> {
        let facets: Vec<String> = (0..self.table.names.len())
            .map(|kind| self.table.facet_key(kind, self.category))
            .collect();
        let mut ordered = |next: &Next<'_>| {
            self.look(next.before);
            (0..self.table.names.len())
                .map(|kind| self.ordered(next.item, kind))
                .collect()
        };
        let orders = fit_orders(&facets, visits, MAX_EXAMPLES, &mut ordered, progress);
        let unproven = orders.into_iter().zip(facets);
        unproven
            .map(|(order, facet)| order.unwrap_or_else(|| ValueOrder::by_popularity(facet)))
            .collect()
    }

    /// Measures the engine's order of each facet on `visits`, beside the visits' own views and popularity in `train`.
    pub fn measure(
        &mut self,
        train: &[Visit],
        visits: &[Visit],
        progress: &mut dyn FnMut(usize, usize),
    ) -> Vec<FacetMeasured> {
        let kinds = self.table.names.len();
        let clicks = Clicks::of(self, train);
        let mut outcomes = vec![[const { Vec::<Outcome>::new() }; 3]; kinds];
        let mut times = vec![Vec::new(); kinds];
        for (done, visit) in visits.iter().enumerate() {
            if done % 16 == 0 {
                progress(done, visits.len());
            }
            for of_kind in &mut outcomes {
                of_kind
                    .iter_mut()
                    .for_each(|all| all.push(Outcome::default()));
            }
            for next in nexts(visit) {
                self.look(next.before);
                for kind in 0..kinds {
                    let began = Instant::now();
                    let Some((_, rank)) = self.ordered(next.item, kind) else {
                        continue;
                    };
                    times[kind].push(began.elapsed().as_nanos() as f64 / 1000.0);
                    let [popular, naive] = clicks.ranks(self, kind, &next);
                    for (all, rank) in outcomes[kind].iter_mut().zip([popular, naive, rank]) {
                        if let Some(outcome) = all.last_mut() {
                            outcome.all[0] += 1.0;
                            outcome.all[1] += f64::from(u8::from(rank == 0));
                            outcome.all[2] += 1.0 / (rank as f64 + 1.0);
                        }
                    }
                }
            }
        }
        progress(visits.len(), visits.len());
        let mut measured = Vec::new();
        for (kind, (all, mut times)) in outcomes.into_iter().zip(times).enumerate() {
            times.sort_by(f64::total_cmp);
            let quantile = |share: f64| times.get((times.len() as f64 * share) as usize);
            for (method, outcomes) in ["popularity", "naive affinity", "endcap"].iter().zip(all) {
                let [first, mrr, ..] = intervals(&outcomes);
                let is_ours = *method == "endcap";
                let time = |share| quantile(share).copied().filter(|_| is_ours).unwrap_or(0.0);
                measured.push(FacetMeasured {
                    facet: self.table.names[kind].clone(),
                    method,
                    mrr,
                    first,
                    predictions: times.len() as u64,
                    p50_us: time(0.5),
                    p99_us: time(0.99),
                });
            }
        }
        measured
    }

    /// Lets a shopper of whom nothing is known open `items`.
    fn look(&mut self, items: &[u32]) {
        self.engine.erase();
        for (at, &item) in (0u64..).zip(items) {
            let Some(id) = self.items.ids().get(item as usize) else {
                continue;
            };
            view(&mut self.engine, id, Timestamp(BEGIN_MS + at * STEP_MS));
        }
        self.now = Timestamp(BEGIN_MS + items.len() as u64 * STEP_MS);
    }

    /// The engine's order of the values of `kind` in the list that `item` stands in, and the place of the item's own.
    fn ordered(&mut self, item: u32, kind: usize) -> Option<(Vec<OrderedValue>, usize)> {
        let wanted = shown(self.table.value(item, kind)?).key;
        let mut query = SearchQuery::default();
        if kind != self.category {
            let category = shown(self.table.value(item, self.category)?).key;
            query.filters.insert(CATEGORY.to_owned(), vec![category]);
        }
        let key = self.table.facet_key(kind, self.category);
        let values = self.engine.ordered_values(&query, &key, self.now);
        let rank = values.iter().position(|value| value.value == wanted)?;
        Some((values, rank))
    }

    /// The list that `item` stands in, and its value: categories stand in one list.
    fn place(&self, item: u32, kind: usize) -> Option<(u32, u32)> {
        let value = self.table.number(item, kind)?;
        let list = if kind == self.category {
            0
        } else {
            self.table.number(item, self.category)?
        };
        Some((list, value))
    }
}

/// How often each value was opened, in each list.
struct Clicks(Vec<HashMap<u32, Vec<(u32, u32)>>>);

impl Clicks {
    /// Per kind and list the values, most opened first.
    fn of(replay: &FacetReplay<'_>, visits: &[Visit]) -> Self {
        let table = replay.table;
        let mut counts = vec![HashMap::<(u32, u32), u32>::new(); table.names.len()];
        for &item in visits.iter().flat_map(|visit| &visit.items) {
            for (kind, counts) in counts.iter_mut().enumerate() {
                if let Some((list, value)) = replay.place(item, kind) {
                    *counts.entry((list, value)).or_default() += 1;
                }
            }
        }
        let lists = |counts: HashMap<(u32, u32), u32>| {
            let mut rows: Vec<((u32, u32), u32)> = counts.into_iter().collect();
            rows.sort_by_key(|&((_, value), count)| (u32::MAX - count, value));
            let mut lists = HashMap::<u32, Vec<(u32, u32)>>::new();
            for ((list, value), count) in rows {
                lists.entry(list).or_default().push((value, count));
            }
            lists
        };
        Self(counts.into_iter().map(lists).collect())
    }

    /// Where the value of the next item stands by popularity alone, and where if what was viewed most in this visit comes first.
    fn ranks(&self, replay: &FacetReplay<'_>, kind: usize, next: &Next<'_>) -> [usize; 2] {
        let Some((list, wanted)) = replay.place(next.item, kind) else {
            return [usize::MAX; 2];
        };
        let none = Vec::new();
        let list = self.0[kind].get(&list).unwrap_or(&none);
        let views = |value: u32| {
            let own = |&&item: &&u32| replay.table.number(item, kind) == Some(value);
            next.before.iter().filter(own).count()
        };
        let at = |place: Option<usize>| place.unwrap_or(list.len());
        let popular = at(list.iter().position(|&(value, _)| value == wanted));
        let own = views(wanted);
        let before = |(place, &(value, _)): (usize, &(u32, u32))| {
            let views = views(value);
            value != wanted && (views > own || views == own && place < popular)
        };
        let naive = list.iter().enumerate().filter(|&row| before(row)).count();
        [popular, naive]
    }
}

#[cfg(test)]
mod tests {
    use endcap::recommend::NextSource;

    use super::*;
    use crate::next::knowledge_pack;
    use crate::next::random::Random;

    /// Forty items in one list, of five brands and four colours. Visits stay with a brand and take any colour, red in half of the cases.
    fn shop(seed: u64, visits: usize) -> Vec<Visit> {
        let mut random = Random::new(seed);
        (0..visits)
            .map(|_| {
                let brand = random.below(5);
                let items = (0..6).map(|_| {
                    let colour = random.below(6).saturating_sub(2);
                    (brand * 8 + colour * 2 + random.below(2)) as u32
                });
                Visit::new(0, items.collect())
            })
            .collect()
    }

    #[test]
    fn a_facet_earns_its_order_and_none_falls_below_popularity() {
        let items = Items::of((0..40).map(|item| format!("i{item}")));
        let rows = (0..40).map(|item| {
            [
                "all".into(),
                format!("b{}", item / 8),
                format!("c{}", item % 8 / 2),
            ]
        });
        let table = AttributeTable::of(&["category", "brand", "colour"], rows);
        let pack = |orders| {
            let source = NextSource {
                neighbours: 1,
                lists: vec![Vec::new(); 40],
                standing: vec![[1.0; 4]; 40],
                reach: 10,
                ..NextSource::default()
            };
            knowledge_pack("test", items.ids(), source, orders).unwrap_or_default()
        };
        let train = shop(1, 400);
        let mut counts = vec![0f32; 40];
        for &item in train.iter().flat_map(|visit| &visit.items) {
            counts[item as usize] += 1.0;
        }
        let popular =
            ["category", "brand", "colour"].map(|key| ValueOrder::by_popularity(key.into()));
        let replay = |orders| FacetReplay::new(pack(orders), &items, &table, 0, &counts);
        let Ok(mut fitting) = replay(popular.to_vec()) else {
            unreachable!("the pack is sound")
        };
        let orders = fitting.fit(&shop(2, 200), &mut |_, _| {});
        assert_ne!(orders[1], popular[1], "brands tell what comes next");
        let Ok(mut replay) = replay(orders) else {
            unreachable!("the pack is sound")
        };
        let measured = replay.measure(&train, &shop(3, 150), &mut |_, _| {});
        let mrr = |facet: &str, method: &str| {
            let found = |row: &&FacetMeasured| row.facet == facet && row.method == method;
            measured.iter().find(found).map_or(0.0, |row| row.mrr.mean)
        };
        assert!(mrr("brand", "endcap") > 0.95, "{}", mrr("brand", "endcap"));
        assert!(mrr("brand", "popularity") < 0.6);
        assert!(mrr("colour", "endcap") > mrr("colour", "naive affinity"));
        assert!(mrr("colour", "endcap") > mrr("colour", "popularity") - 0.02);
    }
}
