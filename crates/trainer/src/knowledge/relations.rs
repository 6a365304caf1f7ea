//! Relations: what is bought together, what is looked at instead, what is bought again, and of what one is enough.
//!
//! # Method
//! Pairs are judged by `ln((n + 1) / (E + 1))`: how often they came together over how often they would by chance, each with one more
//! of both, so that a single coincidence says little and what is merely popular says nothing. `E` is the product of both items' counts
//! over the number of baskets; of alternatives, over the visits to their category.
//!
//! # Invariants
//! * A pair that fewer than [`PAIR_SHOPPERS`] shoppers brought together leaves no trace.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use endcap::knowledge::Buying;
use endcap::recommend::Neighbour;

use crate::next::{Order, UNKNOWN};

/// Different shoppers of a pair, at least.
const PAIR_SHOPPERS: usize = 2;
/// Items of a basket or visit that are paired, the latest; larger ones are lists of a project.
const MAX_PAIRED: usize = 50;
/// Log-odds that a pair needs: one and a half times as often as by chance. Hand-set.
const LEAST: f32 = 0.4;
/// Below the greatest weight that a list can hold.
const MOST: f32 = 3.9;
/// What the purchase of the other one counts beside a look at it, when this one was looked at and not bought. Hand-set.
const BOUGHT_INSTEAD: f32 = 3.0;
/// Days between two purchases of one item by one shopper that a median is taken of, at least: of the item, else of its category.
const ITEM_GAPS: usize = 3;
const CATEGORY_GAPS: usize = 5;
/// Purchases of which none came back that every item is given, so that one return of two is no verdict.
const KEPT: f32 = 5.0;
/// Buyers of a category who came back to the shop that it is judged by, at least.
const RETURNING_BUYERS: usize = 20;
/// A category is bought from once if fewer of them bought from it again; the engine judges items by the same share.
const AGAIN: f64 = 0.1;
const DAY: i64 = 86_400;

/// Items of one visit with whoever made it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Basket {
    pub(super) shopper: u32,
    /// Without doubles.
    pub(super) items: Vec<u32>,
    /// Those of `items` that were bought, where it matters.
    pub(super) bought: Vec<u32>,
}

/// What was counted of one pair, in one direction.
#[derive(Clone, Copy)]
struct Pair {
    from: u32,
    to: u32,
    shopper: u32,
    count: f32,
}

/// Per item what is bought with it, best first.
pub(super) fn complements(items: usize, baskets: &[Basket]) -> Vec<Vec<Neighbour>> {
    let mut having = vec![0.0f32; items];
    let mut pairs = Vec::new();
    for basket in baskets {
        for &item in &basket.items {
            having[item as usize] += 1.0;
        }
        each_pair(basket, |from, to| {
            pairs.push(Pair {
                from,
                to,
                shopper: basket.shopper,
                count: 1.0,
            });
        });
    }
    let all = baskets.len().max(1) as f32;
    judged(items, pairs, |from, to| {
        having[from as usize] * having[to as usize] / all
    })
}

/// Per item what of its category is looked at or bought instead, best first. `category` is 0 where none is known.
pub(super) fn alternatives(visits: &[Basket], category: &[u32]) -> Vec<Vec<Neighbour>> {
    let items = category.len();
    let kind = |item: u32| category[item as usize];
    let mut having = vec![0.0f32; items];
    let mut of_category = HashMap::<u32, f32>::new();
    let mut pairs = Vec::new();
    for visit in visits {
        let kinds: BTreeSet<u32> = visit.items.iter().map(|&item| kind(item)).collect();
        for kind in kinds {
            *of_category.entry(kind).or_default() += 1.0;
        }
        for &item in &visit.items {
            having[item as usize] += 1.0;
        }
        each_pair(visit, |from, to| {
            let bought = |item| visit.bought.contains(&item);
            // Who buys both wants both.
            if kind(from) == 0 || kind(from) != kind(to) || bought(from) && bought(to) {
                return;
            }
            let instead = bought(to) && !bought(from);
            pairs.push(Pair {
                from,
                to,
                shopper: visit.shopper,
                count: if instead { BOUGHT_INSTEAD } else { 1.0 },
            });
        });
    }
    judged(items, pairs, |from, to| {
        let all = of_category.get(&kind(from)).copied().unwrap_or(1.0);
        having[from as usize] * having[to as usize] / all
    })
}

fn each_pair(basket: &Basket, mut pair: impl FnMut(u32, u32)) {
    let surplus = basket.items.len().saturating_sub(MAX_PAIRED);
    let items = &basket.items[surplus..];
    for &from in items {
        for &to in items.iter().filter(|&&to| to != from) {
            pair(from, to);
        }
    }
}

/// Sums pairs up and judges them against how often they would come together by chance.
fn judged(
    items: usize,
    mut pairs: Vec<Pair>,
    expected: impl Fn(u32, u32) -> f32,
) -> Vec<Vec<Neighbour>> {
    pairs.sort_by_key(|pair| (pair.from, pair.to, pair.shopper));
    let mut lists = vec![Vec::new(); items];
    for same in pairs.chunk_by(|a, b| (a.from, a.to) == (b.from, b.to)) {
        let shoppers = same.chunk_by(|a, b| a.shopper == b.shopper).count();
        let Some(&Pair { from, to, .. }) = same.first().filter(|_| shoppers >= PAIR_SHOPPERS)
        else {
            continue;
        };
        let count: f32 = same.iter().map(|pair| pair.count).sum();
        let weight = libm::logf((count + 1.0) / (expected(from, to) + 1.0)).min(MOST);
        if weight >= LEAST {
            lists[from as usize].push(Neighbour { item: to, weight });
        }
    }
    for list in &mut lists {
        list.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.item.cmp(&b.item)));
    }
    lists
}

/// Per item how it is bought, and the categories from which shoppers buy once. `again` has the share of buyers who bought an
/// item again; orders are by time.
pub(super) fn buying(
    orders: &[Order],
    again: &[f32],
    category: &[u32],
) -> (Vec<Buying>, BTreeSet<u32>) {
    let items = category.len();
    let mut gaps: BTreeMap<(u32, u32), (i64, Vec<f32>)> = BTreeMap::new();
    let (mut sold, mut returned) = (vec![0.0f32; items], vec![0.0f32; items]);
    for order in orders {
        for &item in &order.items {
            if order.returned {
                returned[item as usize] += 1.0;
                continue;
            }
            sold[item as usize] += 1.0;
            if order.customer == UNKNOWN {
                continue;
            }
            let known = gaps.entry((order.customer, item));
            let (last, gaps) = known.or_insert((order.time, Vec::new()));
            if order.time >= *last + DAY {
                gaps.push((order.time - *last) as f32 / DAY as f32);
                *last = order.time;
            }
        }
    }
    let mut of_item = HashMap::<u32, Vec<f32>>::new();
    let mut of_category = HashMap::<u32, Vec<f32>>::new();
    for ((_, item), (_, gaps)) in gaps {
        of_category
            .entry(category[item as usize])
            .or_default()
            .extend(&gaps);
        of_item.entry(item).or_default().extend(gaps);
    }
    let median = |gaps: Option<&Vec<f32>>, least: usize| {
        let mut gaps = gaps.filter(|gaps| gaps.len() >= least)?.clone();
        gaps.sort_by(f32::total_cmp);
        gaps.get(gaps.len() / 2).copied()
    };
    let buying = (0..items as u32).map(|item| {
        let at = item as usize;
        let own = median(of_item.get(&item), ITEM_GAPS);
        let usual = || {
            median(
                of_category.get(&category[at]).filter(|_| category[at] > 0),
                CATEGORY_GAPS,
            )
        };
        Buying {
            interval: own.or_else(usual).unwrap_or(0.0),
            again: again.get(at).copied().unwrap_or(0.0),
            returned: (returned[at] / (sold[at] + KEPT)).min(1.0),
        }
    });
    (buying.collect(), bought_once(orders, category))
}

/// Of the buyers of a category who came back to the shop on another day, so few bought from it again.
fn bought_once(orders: &[Order], category: &[u32]) -> BTreeSet<u32> {
    // Per shopper and category the day of the first purchase and whether there was another; per shopper the last day.
    let mut first = BTreeMap::<(u32, u32), (i64, bool)>::new();
    let mut last = HashMap::<u32, i64>::new();
    let known = |order: &&Order| !order.returned && order.customer != UNKNOWN;
    for order in orders.iter().filter(known) {
        let day = order.time.div_euclid(DAY);
        last.insert(order.customer, day);
        for &item in &order.items {
            let kind = category[item as usize];
            let known = first.entry((order.customer, kind)).or_insert((day, false));
            known.1 |= day > known.0;
        }
    }
    let mut shares = BTreeMap::<u32, (usize, usize)>::new();
    for ((customer, kind), (day, again)) in first {
        if kind > 0 && last.get(&customer).is_some_and(|&last| last > day) {
            let (buyers, back) = shares.entry(kind).or_default();
            *buyers += 1;
            *back += usize::from(again);
        }
    }
    shares
        .into_iter()
        .filter(|&(_, (buyers, back))| {
            buyers >= RETURNING_BUYERS && (back as f64) < AGAIN * buyers as f64
        })
        .map(|(kind, _)| kind)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn basket(shopper: u32, items: &[u32], bought: &[u32]) -> Basket {
        Basket {
            shopper,
            items: items.to_vec(),
            bought: bought.to_vec(),
        }
    }

    /// 9 is in every basket; 0 and 1 only come together. By chance 9 would be with 0 as often as it is.
    #[test]
    fn the_popular_is_no_complement() {
        let mut baskets: Vec<Basket> = (0..40)
            .map(|who| basket(who, &[9, 2 + who % 7], &[]))
            .collect();
        baskets.extend((40..46).map(|who| basket(who, &[0, 1, 9], &[])));
        let lists = complements(10, &baskets);
        let of = |item: usize| lists[item].iter().map(|near| near.item).collect::<Vec<_>>();
        assert_eq!(of(0), [1]);
        assert_eq!(of(1), [0]);
        assert!(of(9).is_empty());
    }

    #[test]
    fn one_shopper_makes_no_pair() {
        let baskets = vec![basket(3, &[0, 1], &[]); 20];
        assert!(complements(2, &baskets).iter().all(Vec::is_empty));
    }

    #[test]
    fn what_was_bought_instead_outweighs_what_was_seen() {
        let mut visits: Vec<Basket> = (0..6).map(|who| basket(who, &[0, 1, 2], &[2])).collect();
        visits.extend((6..30).map(|who| basket(who, &[3 + who % 3], &[])));
        let lists = alternatives(&visits, &[1, 1, 1, 1, 1, 1]);
        assert_eq!(lists[0][0].item, 2);
        assert!(lists[0][0].weight > lists[0][1].weight);
        let other_kinds = alternatives(&visits, &[1, 2, 2, 1, 1, 1]);
        assert!(other_kinds[0].is_empty(), "1 and 2 are no taps");
    }

    fn order(customer: u32, day: i64, items: &[u32]) -> Order {
        Order {
            customer,
            time: day * DAY,
            items: items.to_vec(),
            returned: false,
        }
    }

    /// Everybody buys a bathtub (0, category 1) and comes back for filters (1, category 2) each month.
    #[test]
    fn one_bathtub_is_enough_and_filters_are_needed_again() {
        let mut orders: Vec<Order> = (0..30)
            .flat_map(|who| {
                [
                    order(who, 0, &[0, 1]),
                    order(who, 30, &[1]),
                    order(who, 61, &[1]),
                ]
            })
            .collect();
        orders.sort_by_key(|order| order.time);
        let (buying, once) = buying(&orders, &[0.0, 0.8], &[1, 2]);
        assert_eq!(once.into_iter().collect::<Vec<_>>(), [1]);
        assert_eq!(buying[0].interval, 0.0);
        assert!((30.0..=31.0).contains(&buying[1].interval));
    }

    /// Who never came back had no occasion to buy again.
    #[test]
    fn shoppers_who_never_came_back_say_nothing() {
        let orders: Vec<Order> = (0..100).map(|who| order(who, 0, &[0])).collect();
        assert!(buying(&orders, &[0.0], &[1]).1.is_empty());
    }
}
