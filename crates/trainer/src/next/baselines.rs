//! What others do, measured in the same run: popularity, the visit's own items, co-counts, sequential rules, session neighbours.

use std::collections::HashMap;

use endcap::recommend::Past;

use super::measure::{LIST_LENGTH, Recommender};
use super::visits::{UNKNOWN, Visit};

/// Places that a sequential rule reaches, its weight falling with the distance (Ludewig, Jannach, UMUAI 28, 2018: `SR`).
const RULE_WINDOW: usize = 10;
/// Neighbouring visits that speak for items, after the nearest are found among all that share one (`V-SKNN`, the same source).
const NEAREST: usize = 500;
/// Bytes per number in a plain implementation.
const NUMBER: usize = 4;

/// A baseline.
pub type Baseline = Box<dyn Recommender>;

/// All baselines, trained on `visits`.
#[must_use]
pub fn baselines(items: usize, visits: &[Visit]) -> Vec<Baseline> {
    vec![
        Box::new(Popularity::new(items, visits)),
        Box::new(Seen),
        Box::new(Rules::new("co-counts", items, visits, false)),
        Box::new(Rules::new("sequential rules", items, visits, true)),
        Box::new(Neighbours::new(items, visits)),
    ]
}

/// Baselines for what else goes into a basket.
#[must_use]
pub fn basket_baselines(items: usize, visits: &[Visit]) -> Vec<Baseline> {
    vec![
        Box::new(Popularity::new(items, visits)),
        Box::new(Cosines(
            Rules::new("co-counts of the whole basket", items, visits, false),
            visits_with(items, visits),
        )),
        Box::new(Neighbours::new(items, visits)),
        Box::new(BoughtMost),
    ]
}

/// Baselines for what is bought again.
#[must_use]
pub fn past_baselines(items: usize, visits: &[Visit]) -> Vec<Baseline> {
    vec![
        Box::new(Popularity::new(items, visits)),
        Box::new(BoughtMost),
        Box::new(BoughtLatest),
    ]
}

/// In how many visits each item is.
fn visits_with(items: usize, visits: &[Visit]) -> Vec<f32> {
    let mut counts = vec![0.0; items];
    for &item in visits.iter().flat_map(|visit| &visit.items) {
        counts[item as usize] += 1.0;
    }
    counts
}

/// Cosines of all the basket's items, summed.
struct Cosines(Rules, Vec<f32>);

impl Recommender for Cosines {
    fn name(&self) -> &str {
        self.0.name
    }
    fn bytes_per_item(&self) -> f64 {
        self.0.bytes_per_item()
    }
    fn recommend(&mut self, visit: &[u32], _: &[Past], limit: usize) -> Vec<u32> {
        let mut sums = vec![0f32; self.1.len()];
        for &item in visit.iter().filter(|&&item| item != UNKNOWN) {
            for &(other, count) in &self.0.lists[item as usize] {
                sums[other as usize] +=
                    count / (self.1[item as usize] * self.1[other as usize]).sqrt();
            }
        }
        for &item in visit.iter().filter(|&&item| item != UNKNOWN) {
            sums[item as usize] = 0.0;
        }
        best(
            (0u32..).zip(sums).filter(|&(_, sum)| sum > 0.0).collect(),
            limit,
        )
    }
}

/// What this shopper bought most often.
struct BoughtMost;

impl Recommender for BoughtMost {
    fn name(&self) -> &str {
        "bought most often"
    }
    fn bytes_per_item(&self) -> f64 {
        0.0
    }
    fn recommend(&mut self, visit: &[u32], past: &[Past], limit: usize) -> Vec<u32> {
        let new = past.iter().filter(|past| !visit.contains(&past.item));
        best(new.map(|past| (past.item, past.times)).collect(), limit)
    }
}

/// What this shopper bought last.
struct BoughtLatest;

impl Recommender for BoughtLatest {
    fn name(&self) -> &str {
        "bought latest"
    }
    fn bytes_per_item(&self) -> f64 {
        0.0
    }
    fn recommend(&mut self, visit: &[u32], past: &[Past], limit: usize) -> Vec<u32> {
        let new = past.iter().filter(|past| !visit.contains(&past.item));
        best(new.map(|past| (past.item, -past.since)).collect(), limit)
    }
}

/// The most popular items, always.
struct Popularity(Vec<u32>, usize);

impl Popularity {
    fn new(items: usize, visits: &[Visit]) -> Self {
        let mut counts = vec![0.0; items];
        for &item in visits.iter().flat_map(|visit| &visit.items) {
            counts[item as usize] += 1.0;
        }
        Self(
            best(
                counts
                    .into_iter()
                    .zip(0..)
                    .map(|(count, item)| (item, count))
                    .collect(),
                LIST_LENGTH + 1,
            ),
            items,
        )
    }
}

impl Recommender for Popularity {
    fn name(&self) -> &str {
        "popularity"
    }
    fn bytes_per_item(&self) -> f64 {
        (self.0.len() * NUMBER) as f64 / self.1.max(1) as f64
    }
    fn recommend(&mut self, _: &[u32], _: &[Past], limit: usize) -> Vec<u32> {
        self.0.iter().take(limit).copied().collect()
    }
}

/// The visit's own items, newest first.
struct Seen;

impl Recommender for Seen {
    fn name(&self) -> &str {
        "items of the visit"
    }
    fn bytes_per_item(&self) -> f64 {
        0.0
    }
    fn recommend(&mut self, visit: &[u32], _: &[Past], limit: usize) -> Vec<u32> {
        let mut list = Vec::new();
        for &item in visit.iter().rev() {
            if item != UNKNOWN && !list.contains(&item) && list.len() < limit {
                list.push(item);
            }
        }
        list
    }
}

/// What stood near the current item in other visits: around it alike, or after it with the distance.
struct Rules {
    name: &'static str,
    lists: Vec<Vec<(u32, f32)>>,
}

impl Rules {
    fn new(name: &'static str, items: usize, visits: &[Visit], sequential: bool) -> Self {
        let mut counts = vec![HashMap::<u32, f32>::new(); items];
        for visit in visits {
            for (at, &from) in visit.items.iter().enumerate() {
                for (after, &to) in visit.items.iter().skip(at + 1).enumerate() {
                    if from == to {
                        continue;
                    }
                    if sequential {
                        if after < RULE_WINDOW {
                            *counts[from as usize].entry(to).or_default() +=
                                1.0 / (after as f32 + 1.0);
                        }
                    } else {
                        *counts[from as usize].entry(to).or_default() += 1.0;
                        *counts[to as usize].entry(from).or_default() += 1.0;
                    }
                }
            }
        }
        let lists = counts
            .into_iter()
            .map(|counts| {
                let mut list: Vec<(u32, f32)> = counts.into_iter().collect();
                list.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
                list
            })
            .collect();
        Self { name, lists }
    }
}

impl Recommender for Rules {
    fn name(&self) -> &str {
        self.name
    }
    fn bytes_per_item(&self) -> f64 {
        let entries: usize = self.lists.iter().map(Vec::len).sum();
        (entries * 2 * NUMBER) as f64 / self.lists.len().max(1) as f64
    }
    fn recommend(&mut self, visit: &[u32], _: &[Past], limit: usize) -> Vec<u32> {
        let list = visit.last().and_then(|&item| self.lists.get(item as usize));
        list.into_iter()
            .flatten()
            .take(limit)
            .map(|&(item, _)| item)
            .collect()
    }
}

/// V-SKNN, unpruned: all visits that share an item are compared, those most alike speak for their items.
///
/// Items of the present visit count the more the later they were seen; a neighbour's items count by how alike it is and by how
/// late the item that both share was seen, and the more the rarer they are.
struct Neighbours {
    visits: Vec<Vec<u32>>,
    with_item: Vec<Vec<u32>>,
    rarity: Vec<f32>,
    likeness: Vec<f32>,
    scores: Vec<f32>,
}

impl Neighbours {
    fn new(items: usize, visits: &[Visit]) -> Self {
        let mut with_item = vec![Vec::new(); items];
        let sets: Vec<Vec<u32>> = visits
            .iter()
            .map(|visit| {
                let mut set = visit.items.clone();
                set.sort_unstable();
                set.dedup();
                set
            })
            .collect();
        for (number, set) in (0u32..).zip(&sets) {
            for &item in set {
                with_item[item as usize].push(number);
            }
        }
        let total = visits.len() as f32;
        Self {
            rarity: with_item
                .iter()
                .map(|with| libm::logf(total / with.len().max(1) as f32))
                .collect(),
            likeness: vec![0.0; sets.len()],
            scores: vec![0.0; items],
            visits: sets,
            with_item,
        }
    }
}

impl Recommender for Neighbours {
    fn name(&self) -> &str {
        "V-SKNN, unpruned"
    }
    fn bytes_per_item(&self) -> f64 {
        let entries: usize = self.visits.iter().map(Vec::len).sum();
        (entries * 2 * NUMBER) as f64 / self.rarity.len().max(1) as f64
    }
    fn recommend(&mut self, visit: &[u32], _: &[Past], limit: usize) -> Vec<u32> {
        let length = visit.len() as f32;
        let mut weight = HashMap::<u32, f32>::new();
        let mut different = Vec::new();
        for (place, &item) in visit
            .iter()
            .enumerate()
            .filter(|&(_, &item)| item != UNKNOWN)
        {
            if weight.insert(item, (place as f32 + 1.0) / length).is_none() {
                different.push(item);
            }
        }
        let mut found = Vec::new();
        for item in &different {
            for &other in &self.with_item[*item as usize] {
                let likeness = &mut self.likeness[other as usize];
                if *likeness == 0.0 {
                    found.push(other);
                }
                *likeness += weight[item];
            }
        }
        let order = |a: &u32, b: &u32| {
            let likeness = |visit: u32| self.likeness[visit as usize];
            // Of equally alike visits the latest.
            likeness(*b).total_cmp(&likeness(*a)).then(b.cmp(a))
        };
        let mut nearest = found.clone();
        if nearest.len() > NEAREST {
            nearest.select_nth_unstable_by(NEAREST, order);
            nearest.truncate(NEAREST);
        }
        nearest.sort_unstable_by(order);
        let mut candidates = Vec::new();
        for &other in &nearest {
            let items = &self.visits[other as usize];
            let since = items
                .iter()
                .filter_map(|item| weight.get(item))
                .copied()
                .fold(0.0, f32::max);
            for &item in items {
                let score = &mut self.scores[item as usize];
                if *score == 0.0 {
                    candidates.push(item);
                }
                *score += self.likeness[other as usize] * since * self.rarity[item as usize];
            }
        }
        let list = best(
            candidates
                .iter()
                .map(|&item| (item, self.scores[item as usize]))
                .collect(),
            limit,
        );
        for other in found {
            self.likeness[other as usize] = 0.0;
        }
        for item in candidates {
            self.scores[item as usize] = 0.0;
        }
        list
    }
}

/// The best of `scored`; ties fall to the smaller number.
fn best(mut scored: Vec<(u32, f32)>, limit: usize) -> Vec<u32> {
    scored.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    scored
        .into_iter()
        .take(limit)
        .map(|(item, _)| item)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visits() -> Vec<Visit> {
        [vec![0, 1, 2], vec![0, 1, 3], vec![0, 1, 3], vec![4, 5]]
            .into_iter()
            .map(|items| Visit::new(0, items))
            .collect()
    }

    #[test]
    fn each_baseline_answers_from_what_it_knows() {
        let mut all = baselines(6, &visits());
        let answers: Vec<Vec<u32>> = all
            .iter_mut()
            .map(|baseline| baseline.recommend(&[4, 0], &[], 20))
            .collect();
        assert_eq!(answers[0][..3], [0, 1, 3]);
        assert_eq!(answers[1], [0, 4]);
        assert_eq!(answers[2], [1, 3, 2]);
        assert_eq!(answers[3], [1, 3, 2]);
        assert!(
            answers[4].contains(&5),
            "the visit that shares 4 speaks for 5"
        );
        // Nothing is left over from the call before.
        assert_eq!(all[4].recommend(&[4, 0], &[], 20), answers[4]);
    }
}
