//! What shoppers opened, put into carts, bought and sent back: what recommendations are learned from.
//!
//! # Invariants
//! * The same visits give the same model, in whatever order they ended.
//! * An item that no catalogue has leaves no trace.

use std::collections::{BTreeMap, HashMap};

use endcap::key::Key;
use endcap::knowledge::RelationSource;
use endcap::recommend::{MAX_KINDS, NextSource};

use super::blend::{Case, Opening};
use super::catalogues::Catalogues;
use super::relations::{Basket, alternatives, buying, complements};
use super::visits::{SECOND, Visit};
use crate::build::{Progress, Stage};
use crate::error::TrainerError;
use crate::log::Kind;
use crate::next::{
    FitStage, NextInput, NextSettings, Order, Task, UNKNOWN, Visit as Opened, bought_again, hidden,
    remember, split, train_lists, train_next,
};

/// Visits with two items or more that a ranker and vectors are fitted to, at least; below, lists alone say as much as there is to
/// be known. Hand-set: a tenth of them are held out for the ranker, and it has some hundred weights.
const FITTED: usize = 1_000;
/// Visits of a shopper that are replayed before one: what lies further back has faded.
const BEFORE: usize = 20;

/// The model of what is opened next.
#[derive(Debug)]
pub(super) struct NextModel {
    pub(super) source: NextSource,
    /// The same from the earlier visits, and the later ones; if there were enough to divide.
    pub(super) earlier: Option<(NextSource, Vec<Opened>)>,
}

/// Gathers what was done with items.
#[derive(Debug, Default)]
pub(super) struct Shopping {
    numbers: HashMap<String, u32>,
    pub(super) ids: Vec<String>,
    /// Items in the order in which each visit turned to them.
    opened: Vec<Opened>,
    /// Whose visit each of these was, [`UNKNOWN`] if nobody says, and when it began, in seconds.
    begun: Vec<(u32, i64)>,
    /// Per visit what was put into the cart or bought, if anything was.
    baskets: Vec<Basket>,
    /// Per visit what was looked at closely, and what of it was bought.
    looked_at: Vec<Basket>,
    /// Purchases and returns.
    orders: Vec<Order>,
    /// What each order held.
    bought: HashMap<String, Vec<u32>>,
    shoppers: HashMap<u64, u32>,
}

impl Shopping {
    /// Takes a visit in.
    pub(super) fn learn(&mut self, visit: &Visit, catalogues: &Catalogues) {
        let mut opened = Vec::new();
        let next = self.shoppers.len() as u32;
        let customer = *self.shoppers.entry(visit.shopper).or_insert(next);
        let is_known = visit
            .events
            .first()
            .is_some_and(|event| !event.shopper.is_empty());
        let known = if is_known { customer } else { UNKNOWN };
        let (mut cart, mut seen) = (Vec::new(), Vec::new());
        let (begin, mut names) = (self.orders.len(), Vec::new());
        for event in &visit.events {
            let items: Vec<u32> = event
                .items
                .iter()
                .filter_map(|item| self.number(&item.id, catalogues))
                .collect();
            match event.kind {
                // As the engine takes them in a visit under way.
                Kind::ViewItem | Kind::SelectItem | Kind::AddToCart | Kind::AddToWishlist => {
                    seen.extend(&items);
                    if event.kind == Kind::AddToCart {
                        cart.extend(&items);
                    }
                    for item in items {
                        if opened.last() != Some(&item) {
                            opened.push(item);
                        }
                    }
                }
                Kind::RemoveFromCart => cart.retain(|item| !items.contains(item)),
                Kind::Purchase | Kind::Refund => {
                    let returned = event.kind == Kind::Refund;
                    let whole = || self.bought.get(&event.order).cloned().unwrap_or_default();
                    // A return that names no item takes the whole order back.
                    let items = match event.items.is_empty() && returned {
                        true => whole(),
                        false => items,
                    };
                    if !returned {
                        cart.extend(&items);
                        if !event.order.is_empty() {
                            let bought = self.bought.entry(event.order.clone()).or_default();
                            bought.extend(&items);
                        }
                    }
                    // Tables have an order's items in rows of their own.
                    let name = (event.order.as_str(), returned);
                    let same = names.iter().position(|known| *known == name);
                    match same.filter(|_| !event.order.is_empty()) {
                        Some(at) => {
                            let order = &mut self.orders[begin + at];
                            order.items = without_doubles([&order.items[..], &items].concat());
                        }
                        None => {
                            names.push(name);
                            self.orders.push(Order {
                                customer: known,
                                time: (event.time / SECOND) as i64,
                                items: without_doubles(items),
                                returned,
                            });
                        }
                    }
                }
                _ => {}
            }
        }
        let basket = |items: Vec<u32>, bought: &[u32]| Basket {
            shopper: customer,
            items: without_doubles(items),
            bought: bought.to_vec(),
        };
        if seen.len() > 1 {
            self.looked_at.push(basket(seen, &cart));
        }
        if !cart.is_empty() {
            self.baskets.push(basket(cart, &[]));
        }
        if opened.len() > 1 {
            let time = visit.events.last().map_or(0, |event| event.time);
            self.opened.push(Opened::new(time as i64, opened));
            let begun = visit.events.first().map_or(0, |event| event.time / SECOND);
            self.begun.push((known, begun as i64));
        }
    }

    /// The number of an item that a catalogue has.
    fn number(&mut self, id: &str, catalogues: &Catalogues) -> Option<u32> {
        if let Some(&number) = self.numbers.get(id) {
            return (number != u32::MAX).then_some(number);
        }
        let known = catalogues.has_item(id);
        let number = if known {
            self.ids.len() as u32
        } else {
            u32::MAX
        };
        self.numbers.insert(id.to_owned(), number);
        if known {
            self.ids.push(id.to_owned());
        }
        known.then_some(number)
    }

    /// Brings items and visits into an order that does not depend on which visit ended first.
    pub(super) fn settle(&mut self) {
        let mut order: Vec<usize> = (0..self.ids.len()).collect();
        order.sort_by(|&a, &b| self.ids[a].cmp(&self.ids[b]));
        let mut renumbered = vec![0; order.len()];
        for (new, &old) in (0u32..).zip(&order) {
            renumbered[old] = new;
        }
        let visits = self.opened.iter_mut().map(|visit| &mut visit.items);
        let orders = self.orders.iter_mut().map(|order| &mut order.items);
        let baskets = self.baskets.iter_mut().chain(&mut self.looked_at);
        let baskets = baskets.flat_map(|basket| [&mut basket.items, &mut basket.bought]);
        for item in visits.chain(orders).chain(baskets).flatten() {
            *item = renumbered[*item as usize];
        }
        self.ids = order
            .into_iter()
            .map(|old| std::mem::take(&mut self.ids[old]))
            .collect();
        if self.opened.is_empty() {
            self.open_orders();
        }
        self.numbers.clear();
        self.bought.clear();
        self.baskets.sort();
        self.looked_at.sort();
        let mut opened: Vec<(Opened, (u32, i64))> =
            self.opened.drain(..).zip(self.begun.drain(..)).collect();
        opened.sort_by(|(a, _), (b, _)| (a.time, &a.items).cmp(&(b.time, &b.items)));
        (self.opened, self.begun) = opened.into_iter().unzip();
        let key = |order: &Order| (order.time, order.returned, order.items.clone());
        self.orders.sort_by_cached_key(key);
    }

    /// A shop that sells, but logs nothing that was looked at: what comes next is what else goes into an order.
    fn open_orders(&mut self) {
        for order in &self.orders {
            if !order.returned && order.items.len() > 1 {
                let time = order.time * SECOND as i64;
                self.opened.push(Opened::new(time, order.items.clone()));
                self.begun.push((order.customer, order.time));
            }
        }
    }

    /// Visits that something is learned from.
    pub(super) fn visits(&self) -> usize {
        self.opened.len()
    }

    /// The model of what is opened next, items numbered as in `ids`; none where no visit opened two.
    ///
    /// # Errors
    ///
    /// [`TrainerError::Catalogue`] if it does not fit the format.
    pub(super) fn next(
        &self,
        catalogues: &Catalogues,
        progress: &mut dyn FnMut(Progress<'_>),
    ) -> Result<Option<NextModel>, TrainerError> {
        let items = self.ids.len();
        if self.opened.is_empty() {
            return Ok(None);
        }
        let settings = NextSettings::default();
        if self.opened.len() < FITTED {
            return Ok(Some(NextModel {
                source: train_lists(items, &self.opened, settings),
                earlier: None,
            }));
        }
        let (before, mut later) = split(&self.opened, None);
        remember(&self.orders, &mut later, &self.begun[before.len()..]);
        let (kind_count, kinds) = kinds(&self.ids, catalogues);
        let begin = later.first().map_or(i64::MAX, |visit| visit.time) / SECOND as i64;
        let earlier = self.orders.partition_point(|order| order.time < begin);
        let again = bought_again(items, &self.orders);
        let again_before = bought_again(items, &self.orders[..earlier]);
        let input = NextInput {
            items,
            before: &before,
            later: &later,
            all: &self.opened,
            kinds: (kind_count, &kinds),
            again: [&again_before, &again],
            bought_again: &hidden(&self.orders, earlier, Task::Repurchase),
        };
        let training = train_next(input, settings, &mut |stage, done, total| {
            progress(Progress {
                stage: Stage::Model,
                name: stage_name(stage),
                done: done as u64,
                total: total as u64,
                rows: 0,
            });
        });
        let training = training.map_err(|error| TrainerError::Catalogue {
            code: error.code(),
            message: error.to_string(),
        })?;
        Ok(Some(NextModel {
            source: training.source,
            earlier: Some((training.earlier, later)),
        }))
    }
}

impl Shopping {
    /// The latest `count` visits, each with the visits of the same shopper before it, the latest [`BEFORE`].
    pub(super) fn cases(&self, count: usize) -> Vec<Case<'_>> {
        let first = self.opened.len() - count;
        let mut before = HashMap::<u32, Vec<Opening<'_>>>::new();
        let mut cases = Vec::with_capacity(count);
        for (at, (visit, &(shopper, begun))) in self.opened.iter().zip(&self.begun).enumerate() {
            let opening = Opening {
                items: &visit.items,
                begin: begun.max(0) as u64 * 1000,
            };
            let known = (shopper != UNKNOWN).then(|| before.entry(shopper).or_default());
            if at >= first {
                let before = known.as_deref().map_or(&[][..], Vec::as_slice);
                cases.push(Case {
                    before: before[before.len().saturating_sub(BEFORE)..].to_vec(),
                    visit: opening,
                });
            }
            if let Some(known) = known {
                known.push(opening);
            }
        }
        cases
    }

    /// What belongs together, items numbered as in `ids`.
    pub(super) fn relations(&self, catalogues: &Catalogues) -> RelationSource {
        let mut numbers = BTreeMap::<Key, u32>::new();
        let mut keys = vec![];
        let category: Vec<u32> = self
            .ids
            .iter()
            .map(|id| {
                let Some(key) = catalogues.kinds_of(id)[1] else {
                    return 0;
                };
                *numbers.entry(key).or_insert_with(|| {
                    keys.push(key);
                    keys.len() as u32
                })
            })
            .collect();
        let again = bought_again(self.ids.len(), &self.orders);
        let (buying, once) = buying(&self.orders, &again, &category);
        let once = once.into_iter();
        RelationSource {
            complements: complements(self.ids.len(), &self.baskets),
            alternatives: alternatives(&self.looked_at, &category),
            buying,
            once: once
                .filter_map(|number| keys.get(number as usize - 1).copied())
                .collect(),
            rules: Vec::new(),
        }
    }
}

/// The items in the order of their first mention.
fn without_doubles(items: Vec<u32>) -> Vec<u32> {
    let mut once = Vec::with_capacity(items.len());
    for item in items {
        if !once.contains(&item) {
            once.push(item);
        }
    }
    once
}

fn stage_name(stage: FitStage) -> &'static str {
    match stage {
        FitStage::Lists => "lists",
        FitStage::Vectors => "vectors of the earlier visits",
        FitStage::Ranker => "ranker",
        FitStage::AllVectors => "vectors",
    }
}

/// Department, category and brand of each item, as numbers.
fn kinds(ids: &[String], catalogues: &Catalogues) -> (usize, Vec<[u16; MAX_KINDS]>) {
    let mut numbers = BTreeMap::new();
    let mut all = vec![[0; MAX_KINDS]; ids.len()];
    let mut most = 0;
    for (kinds, id) in all.iter_mut().zip(ids) {
        for (kind, key) in kinds.iter_mut().zip(catalogues.kinds_of(id)) {
            let Some(key) = key else { continue };
            let next = numbers.len();
            let number = *numbers.entry(key).or_insert(next);
            // Beyond 65,535 values numbers are shared: a wrong match now and then, not a wrong item.
            *kind = (number % usize::from(u16::MAX)) as u16 + 1;
        }
        let filled = kinds.iter().rposition(|&kind| kind != 0);
        most = most.max(filled.map_or(0, |place| place + 1));
    }
    (most, if most > 0 { all } else { Vec::new() })
}
