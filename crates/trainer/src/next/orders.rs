//! Orders: who bought what, and when; and what the shopper had bought before.
//!
//! Read from any log that [`read_log`] understands; rows of a table that name no kind are purchases.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use endcap::recommend::Past;

use super::random::Random;
use super::visits::{Items, UNKNOWN, Visit};
use crate::build::Progress;
use crate::error::TrainerError;
use crate::issue::Report;
use crate::log::{Kind, LogSummary, read_log};

const DAY: f32 = 86_400.0;
/// Items of a shopper's past that are looked at, the latest: bounds the time per prediction.
const MAX_PAST: usize = 300;
/// Positions of an order that are hidden in turn: an order of a hundred lines must not outweigh twenty of five.
const HIDDEN_PER_ORDER: usize = 5;
const SEED: u64 = 13;

/// One order or return.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// Who; [`UNKNOWN`] if nobody says.
    pub customer: u32,
    /// Seconds since 1970.
    pub time: i64,
    /// Its different items in the order of their lines.
    pub items: Vec<u32>,
    /// Whether they came back.
    pub returned: bool,
}

/// What a log of orders held.
#[derive(Clone, Debug, Default)]
pub struct OrderTable {
    /// The items.
    pub items: Items,
    /// The orders, by time.
    pub orders: Vec<Order>,
    /// Lines that were left out, for the reasons in the report.
    pub bad_rows: u64,
    /// What was wrong with the lines.
    pub report: Report,
    /// How the log was written.
    pub log: LogSummary,
}

/// Reads orders and returns.
///
/// # Errors
///
/// * [`TrainerError::Read`] if the file cannot be read.
/// * [`TrainerError::Columns`] if a table lacks who, item or time, or the log holds no purchase.
pub fn read_orders(
    path: &Path,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<OrderTable, TrainerError> {
    let mut table = OrderTable::default();
    let mut customers = HashMap::<String, u32>::new();
    let mut numbers = HashMap::<(String, bool), usize>::new();
    let mut whole = Vec::new();
    let read = read_log(
        path,
        Some(Kind::Purchase),
        &mut table.report,
        progress,
        &mut |event| {
            let returned = match event.kind {
                Kind::Purchase => false,
                Kind::Refund => true,
                _ => return Ok(()),
            };
            let name = match (event.order, event.session) {
                (order, _) if !order.is_empty() => order,
                (_, session) if !session.is_empty() => session,
                _ => format!("{}\n{}", event.shopper, event.time),
            };
            let items: Vec<u32> = event
                .items
                .iter()
                .map(|item| table.items.add(&item.id))
                .collect();
            if returned && items.is_empty() {
                whole.push(name.clone());
            }
            let customer = match event.shopper {
                nobody if nobody.is_empty() => UNKNOWN,
                shopper => {
                    let next = customers.len() as u32;
                    *customers.entry(shopper).or_insert(next)
                }
            };
            let next = table.orders.len();
            let at = *numbers.entry((name, returned)).or_insert(next);
            if at == next {
                table.orders.push(Order {
                    customer,
                    time: (event.time / 1_000_000) as i64,
                    items: Vec::new(),
                    returned,
                });
            }
            if let Some(order) = table.orders.get_mut(at) {
                for item in items {
                    if !order.items.contains(&item) {
                        order.items.push(item);
                    }
                }
            }
            Ok(())
        },
    )?;
    // A return that names no item takes the whole order back, which may stand behind it.
    for name in whole {
        let places = [false, true].map(|returned| numbers.get(&(name.clone(), returned)));
        if let [Some(&bought), Some(&back)] = places {
            let items = table.orders.get(bought).map(|order| order.items.clone());
            if let (Some(items), Some(order)) = (items, table.orders.get_mut(back)) {
                order.items = items;
            }
        }
    }
    table.orders.retain(|order| !order.items.is_empty());
    table.bad_rows = read.broken;
    table.log = read;
    if table.orders.is_empty() {
        return Err(TrainerError::no_events(
            path,
            table.log.lines,
            &table.report,
        ));
    }
    table.orders.sort_by_key(|order| order.time);
    Ok(table)
}

/// What is hidden from the recommender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// One position of a basket, the others given, the shopper unknown.
    Basket,
    /// The same of a known shopper.
    BasketOfShopper,
    /// Each position that the shopper had bought before, nothing given but that past.
    Repurchase,
}

/// Orders as visits to learn from: purchases in the order of their lines.
#[must_use]
pub fn purchases(orders: &[Order]) -> Vec<Visit> {
    orders
        .iter()
        .filter(|order| !order.returned)
        .map(|order| Visit::new(order.time, order.items.clone()))
        .collect()
}

/// The predictions of `task` in the orders from number `from` on; the orders before are the shoppers' past.
#[must_use]
pub fn hidden(orders: &[Order], from: usize, task: Task) -> Vec<Visit> {
    let mut pasts = Pasts::default();
    let mut random = Random::new(SEED);
    let mut visits = Vec::new();
    for (number, order) in orders.iter().enumerate() {
        if number >= from && !order.returned {
            let past = match task {
                Task::Basket => Vec::new(),
                _ => pasts.of(order.customer, order.time),
            };
            hide(order, &past.into(), task, &mut random, &mut visits);
        }
        pasts.add(order);
    }
    visits
}

/// Tells each of `visits` what its shopper had bought before it; `begun` has who it is, and when, in seconds.
pub(crate) fn remember(orders: &[Order], visits: &mut [Visit], begun: &[(u32, i64)]) {
    let mut by_time: Vec<(&mut Visit, &(u32, i64))> = visits.iter_mut().zip(begun).collect();
    by_time.sort_by_key(|(_, begun)| begun.1);
    let mut pasts = Pasts::default();
    let mut orders = orders.iter().peekable();
    for (visit, &(shopper, time)) in by_time {
        while let Some(order) = orders.next_if(|order| order.time < time) {
            pasts.add(order);
        }
        visit.past = pasts.of(shopper, time).into();
    }
}

/// Per item the share of its buyers who bought it in more than one order.
#[must_use]
pub fn bought_again(items: usize, orders: &[Order]) -> Vec<f32> {
    let mut times = HashMap::<(u32, u32), u32>::new();
    for order in orders
        .iter()
        .filter(|order| !order.returned && order.customer != UNKNOWN)
    {
        for &item in &order.items {
            *times.entry((order.customer, item)).or_default() += 1;
        }
    }
    let (mut again, mut buyers) = (vec![0u32; items], vec![0u32; items]);
    let mut pairs: Vec<((u32, u32), u32)> = times.into_iter().collect();
    pairs.sort_unstable();
    for ((_, item), times) in pairs {
        buyers[item as usize] += 1;
        again[item as usize] += u32::from(times > 1);
    }
    // Two buyers of whom one came back are worth little: pulled toward nought by five more.
    again
        .iter()
        .zip(buyers)
        .map(|(&again, buyers)| again as f32 / (buyers as f32 + 5.0))
        .collect()
}

/// What each known shopper has bought so far.
#[derive(Default)]
struct Pasts(HashMap<u32, BTreeMap<u32, Bought>>);

impl Pasts {
    fn add(&mut self, order: &Order) {
        if order.customer == UNKNOWN {
            return;
        }
        let past = self.0.entry(order.customer).or_default();
        for &item in &order.items {
            past.entry(item).or_default().add(order);
        }
    }

    fn of(&self, customer: u32, now: i64) -> Vec<Past> {
        let past = self.0.get(&customer);
        past.map_or(Vec::new(), |past| at(past, now))
    }
}

#[derive(Clone, Copy, Default)]
struct Bought {
    times: f32,
    first: i64,
    last: i64,
}

impl Bought {
    fn add(&mut self, order: &Order) {
        if order.returned {
            self.times -= 1.0;
            return;
        }
        if self.first == 0 {
            self.first = order.time;
        }
        self.times += 1.0;
        self.last = order.time;
    }
}

fn at(past: &BTreeMap<u32, Bought>, now: i64) -> Vec<Past> {
    let mut list: Vec<Past> = past
        .iter()
        .filter(|(_, bought)| bought.times > 0.0)
        .map(|(&item, bought)| Past {
            item,
            times: bought.times,
            since: (now - bought.last) as f32 / DAY,
            span: (bought.last - bought.first) as f32 / DAY,
        })
        .collect();
    list.sort_by(|a, b| a.since.total_cmp(&b.since).then(a.item.cmp(&b.item)));
    list.truncate(MAX_PAST);
    list
}

fn hide(
    order: &Order,
    past: &Arc<[Past]>,
    task: Task,
    random: &mut Random,
    visits: &mut Vec<Visit>,
) {
    let mut places: Vec<usize> = (0..order.items.len()).collect();
    if task == Task::Repurchase {
        places.retain(|&place| past.iter().any(|past| past.item == order.items[place]));
    } else if order.items.len() < 2 {
        return;
    }
    random.shuffle(&mut places);
    places.truncate(HIDDEN_PER_ORDER);
    for place in places {
        let mut items = Vec::new();
        if task != Task::Repurchase {
            items.extend(
                order
                    .items
                    .iter()
                    .enumerate()
                    .filter(|&(at, _)| at != place)
                    .map(|(_, &item)| item),
            );
        }
        let from = items.len();
        items.push(order.items[place]);
        visits.push(Visit {
            time: order.time,
            items,
            past: Arc::clone(past),
            from,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(customer: u32, day: i64, items: &[u32]) -> Order {
        Order {
            customer,
            time: day * 86_400,
            items: items.to_vec(),
            returned: false,
        }
    }

    #[test]
    fn a_return_takes_a_purchase_back() {
        let mut returned = order(1, 11, &[7]);
        returned.returned = true;
        let orders = [order(1, 10, &[7, 8]), returned, order(1, 20, &[7, 8])];
        let visits = hidden(&orders, 2, Task::Repurchase);
        assert_eq!(visits.len(), 1, "only 8 is still the shopper's");
        assert_eq!(visits[0].items, [8]);
        assert_eq!(visits[0].past.len(), 1);
        assert_eq!(visits[0].past[0].since, 10.0);
    }

    #[test]
    fn a_visit_knows_what_was_bought_before_it() {
        let orders = [order(1, 10, &[7]), order(2, 10, &[8]), order(1, 30, &[9])];
        let mut visits = vec![Visit::new(0, vec![1]); 3];
        let begun = [(1, 40), (1, 20), (UNKNOWN, 40)].map(|(who, day)| (who, day * 86_400));
        remember(&orders, &mut visits, &begun);
        let pasts: Vec<Vec<u32>> = visits
            .iter()
            .map(|visit| visit.past.iter().map(|past| past.item).collect())
            .collect();
        assert_eq!(pasts, [vec![9, 7], vec![7], vec![]]);
    }

    #[test]
    fn the_hidden_item_stands_last() {
        let orders = [order(UNKNOWN, 1, &[1, 2, 3])];
        for visit in hidden(&orders, 0, Task::Basket) {
            assert_eq!(visit.from, 2);
            let mut items = visit.items.clone();
            items.sort_unstable();
            assert_eq!(items, [1, 2, 3]);
        }
    }

    #[test]
    fn what_is_bought_again_is_counted_by_buyers() {
        let orders = [order(1, 1, &[0]), order(1, 2, &[0]), order(2, 3, &[0, 1])];
        let again = bought_again(2, &orders);
        assert_eq!(again, [1.0 / 7.0, 0.0]);
    }
}
