//! Orders: who bought what, and when; and what the shopper had bought before.
//!
//! Read from tables with a header, by commas or tabs, one line per position. Columns go by the names that shops' exports use
//! (`InvoiceNo`, `StockCode`, `CustomerID` …). A negative quantity, or an order that begins with `C`, is a return: it takes one
//! purchase back.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use endcap::recommend::Past;

use super::random::Random;
use super::visits::{Items, UNKNOWN, Visit};
use crate::build::{Progress, Stage};
use crate::error::TrainerError;
use crate::source::Source;

const ORDER: &[&str] = &[
    "invoiceno",
    "invoice",
    "orderid",
    "order_id",
    "transaction_id",
    "basket_id",
    "sessionid",
];
const ITEM: &[&str] = &["stockcode", "itemid", "item_id", "product_id", "sku"];
const TIME: &[&str] = &[
    "invoicedate",
    "time",
    "timestamp",
    "date",
    "transaction_timestamp",
];
const CUSTOMER: &[&str] = &[
    "customerid",
    "customer id",
    "customer_id",
    "customer",
    "household_id",
    "user_id",
];
const QUANTITY: &[&str] = &["quantity", "qty"];
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

/// What a table of orders held.
#[derive(Clone, Debug, Default)]
pub struct OrderTable {
    /// The items.
    pub items: Items,
    /// The orders, by time.
    pub orders: Vec<Order>,
    /// Lines that were left out because a column was missing.
    pub bad_rows: u64,
}

/// Reads a table of orders.
///
/// # Errors
///
/// * [`TrainerError::Read`] if the file cannot be read.
/// * [`TrainerError::Columns`] if order, item or time is missing from the header, or no line was sound.
pub fn read_orders(
    path: &Path,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<OrderTable, TrainerError> {
    let source = Source::open(path)?;
    let (name, position, size) = (source.name.clone(), source.position.clone(), source.size);
    let tabs = source
        .head
        .lines()
        .next()
        .is_some_and(|line| line.contains('\t'));
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(if tabs { b'\t' } else { b',' })
        .flexible(true)
        .from_reader(source.reader);
    let io = |error: csv::Error| TrainerError::Read {
        file: path.to_owned(),
        source: std::io::Error::other(error),
    };
    let header = reader.headers().map_err(io)?.clone();
    let place = |names: &[&str]| {
        header
            .iter()
            .position(|column| names.contains(&column.trim().to_lowercase().as_str()))
    };
    let columns = |missing| TrainerError::Columns {
        file: path.to_owned(),
        expected: "OrderId, ItemId, Time, and CustomerId, Quantity if there are",
        missing,
    };
    let order_at = place(ORDER).ok_or(columns("OrderId"))?;
    let item_at = place(ITEM).ok_or(columns("ItemId"))?;
    let time_at = place(TIME).ok_or(columns("Time"))?;
    let (customer_at, quantity_at) = (place(CUSTOMER), place(QUANTITY));
    let mut table = OrderTable::default();
    let mut customers = HashMap::<String, u32>::new();
    let mut numbers = HashMap::<String, usize>::new();
    let mut record = csv::StringRecord::new();
    let mut rows = 0;
    while reader.read_record(&mut record).map_err(io)? {
        rows += 1;
        let cell = |at: usize| record.get(at).map(str::trim).unwrap_or_default();
        let (order, item) = (cell(order_at), cell(item_at));
        let Some(time) = seconds(cell(time_at)).filter(|_| !order.is_empty() && !item.is_empty())
        else {
            table.bad_rows += 1;
            continue;
        };
        let quantity = quantity_at
            .and_then(|at| cell(at).parse::<f64>().ok())
            .unwrap_or(1.0);
        let customer = customer_at
            .map(cell)
            .filter(|customer| !customer.is_empty())
            .map_or(UNKNOWN, |customer| {
                let next = customers.len() as u32;
                *customers.entry(customer.to_owned()).or_insert(next)
            });
        let item = table.items.add(item);
        let next = table.orders.len();
        let at = *numbers.entry(order.to_owned()).or_insert(next);
        if at == next {
            table.orders.push(Order {
                customer,
                time,
                items: Vec::new(),
                returned: quantity < 0.0 || order.starts_with('C'),
            });
        }
        if let Some(order) = table
            .orders
            .get_mut(at)
            .filter(|order| !order.items.contains(&item))
        {
            order.items.push(item);
        }
        if rows % 4096 == 0 {
            progress(Progress {
                stage: Stage::Events,
                name: &name,
                done: position.get(),
                total: size,
                rows,
            });
        }
    }
    if table.orders.is_empty() {
        return Err(columns("any sound line"));
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
    let mut pasts = HashMap::<u32, BTreeMap<u32, Bought>>::new();
    let mut random = Random::new(SEED);
    let mut visits = Vec::new();
    for (number, order) in orders.iter().enumerate() {
        let known = order.customer != UNKNOWN;
        if number >= from && !order.returned {
            let past = pasts
                .get(&order.customer)
                .filter(|_| known && task != Task::Basket);
            let past = past.map_or(Vec::new(), |past| at(past, order.time));
            hide(order, &past, task, &mut random, &mut visits);
        }
        if known {
            let past = pasts.entry(order.customer).or_default();
            for &item in &order.items {
                past.entry(item).or_default().add(order);
            }
        }
    }
    visits
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

fn hide(order: &Order, past: &[Past], task: Task, random: &mut Random, visits: &mut Vec<Visit>) {
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
            past: past.to_vec(),
            from,
        });
    }
}

/// Seconds since 1970 of a number, or of `2010-12-01 08:26:00`, with or without time, `T` or blank between.
fn seconds(text: &str) -> Option<i64> {
    if let Ok(number) = text.parse::<f64>() {
        return number.is_finite().then_some(number as i64);
    }
    let part = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
    let (year, month, day) = (part(0, 4)?, part(5, 7)?, part(8, 10)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Days from the civil calendar (Hinnant, 2013).
    let shifted = year - i64::from(month <= 2);
    let era = shifted.div_euclid(400);
    let of_era = shifted - era * 400;
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    let clock = |from, to| part(from, to).unwrap_or(0);
    Some(days * 86_400 + clock(11, 13) * 3600 + clock(14, 16) * 60 + clock(17, 19))
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
    fn times_are_read() {
        assert_eq!(seconds("1970-01-02 00:00:01"), Some(86_401));
        assert_eq!(seconds("2010-12-01T08:26:00"), Some(1_291_191_960));
        assert_eq!(seconds("1291191960"), Some(1_291_191_960));
        assert_eq!(seconds("yesterday"), None);
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
