//! What lies ahead: how probably each value of a facet is that of the product that the shopper opens next.
//!
//! # Method
//! Among the products listed, what all shoppers opened, what this shopper's taste says, what the products of this visit have and what the
//! model of what is opened next says are added up per value, with weights that were fitted to what happened on later visits of this shop,
//! facet by facet ([`ValueOrder`]). A facet without such weights keeps the order of tastes.
//!
//! What was opened in this visit already is not waited for: who narrows a list looks for something else.

use serde::Serialize;

use super::facet_values::Row;
use crate::{
    catalogue::{Catalogue, FacetIdx, ItemIdx, ValueIdx},
    index::BitSet,
    key::Key,
    knowledge::{Attached, KnownItem, ValueOrder},
    learn::Beliefs,
    recommend::{Ranker, Workspace},
};

/// Products whose clicks are added up, the better known first: bounds the time for lists of a whole shop.
const COUNTED: usize = 4096;
/// Products that the model judges besides its own candidates, the better known first.
const JUDGED: usize = 384;
/// Share of what was opened by all that is mixed into what the model says, so that no value is impossible.
const MIXED: f64 = 0.05;
/// Products that a value is taken to have left where all are opened.
const NONE_LEFT: f64 = 0.05;
/// Clicks that each product is taken to have had before any.
const HALF_CLICK: f32 = 0.5;

/// A value and what its place follows from, for those who learn weights and measure orders.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OrderedValue {
    /// The value, as filters name it.
    pub value: String,
    /// Hits that have it.
    pub count: u32,
    /// What is known of it, in the order of [`ValueOrder`].
    pub parts: [f32; ValueOrder::PARTS],
}

/// What is known of a list for one shopper.
#[derive(Clone, Debug)]
pub(crate) struct Ahead<'a> {
    known: &'a Attached,
    /// Per value: clicks of all shoppers on the listed products, and the probability of the next one.
    clicks: Vec<f32>,
    next: Vec<f32>,
    likeliest: Vec<f32>,
    /// What this visit has opened: of the whole shop, and of this list alone.
    visited: Visited,
    visited_here: Visited,
}

impl<'a> Ahead<'a> {
    /// Of the products of `hits`; `None` where nothing was learned.
    pub(crate) fn new(
        catalogue: &Catalogue,
        known: Option<&'a Attached>,
        visit: &[Key],
        hits: &BitSet,
        work: &mut Workspace,
    ) -> Option<Self> {
        let known = known.filter(|known| known.knowledge().order_count() > 0)?;
        let next = known.knowledge().next_model()?;
        let mut ahead = Self {
            known,
            clicks: vec![0.0; catalogue.value_count()],
            next: vec![0.0; catalogue.value_count()],
            likeliest: vec![0.0; catalogue.value_count()],
            visited: Visited::default(),
            visited_here: Visited::default(),
        };
        let mut opened: Vec<ItemIdx> = Vec::new();
        for item in visit
            .iter()
            .rev()
            .filter_map(|&key| catalogue.items_by_key(key).next())
        {
            let is_new = !opened.contains(&item);
            opened.push(item);
            ahead.visited.add(catalogue, item, is_new);
            if hits.contains(item.0) {
                ahead.visited_here.add(catalogue, item, is_new);
            }
        }
        let (mut counted, mut judged) = (0, Vec::new());
        hits.for_each(|item| {
            counted += 1;
            if counted > COUNTED {
                return;
            }
            let number = known.number(ItemIdx(item));
            if let Some(number) = number.filter(|_| counted <= JUDGED) {
                judged.push(number.0);
            }
            let clicks = number.map_or(0.0, |number| next.popularity(number.0));
            put(catalogue, &mut ahead.clicks, item, |sum| {
                *sum += clicks + HALF_CLICK;
            });
        });
        let mut seen: Vec<u32> = Vec::new();
        let numbers = |key: Key| known.knowledge().item(key).map(|item| item.0);
        seen.extend(visit.iter().filter_map(|&key| numbers(key)));
        let listed = |number: u32| {
            let place = known.place(KnownItem(number));
            place.filter(|item| hits.contains(item.0) && !seen.contains(&number))
        };
        let allowed = |number| listed(number).is_some();
        for share in next.shares(seen.iter().copied(), &judged, allowed, work) {
            if let Some(item) = listed(share.item) {
                let share = share.score;
                put(catalogue, &mut ahead.next, item.0, |sum| *sum += share);
                put(catalogue, &mut ahead.likeliest, item.0, |most| {
                    *most = most.max(share);
                });
            }
        }
        let add = |above: &mut f32, own| *above += own;
        catalogue.add_up(&mut ahead.clicks, add);
        catalogue.add_up(&mut ahead.next, add);
        catalogue.add_up(&mut ahead.likeliest, |above, own| *above = above.max(own));
        Some(ahead)
    }

    /// The order of the values of `facet`.
    pub(crate) fn order(&self, catalogue: &Catalogue, facet: FacetIdx) -> Option<Ranker> {
        let knowledge = self.known.knowledge();
        knowledge.value_order(catalogue.facet_key(facet))
    }

    /// The parts of each of `rows`, which are values of `facet`.
    pub(crate) fn parts(
        &self,
        catalogue: &Catalogue,
        beliefs: &Beliefs,
        facet: FacetIdx,
        rows: &[Row],
    ) -> Vec<[f32; ValueOrder::PARTS]> {
        let of = |column: &[f32], value: ValueIdx| {
            f64::from(column.get(value.0 as usize).copied().unwrap_or(0.0))
        };
        let sum = |column: &[f32]| {
            let sum = rows
                .iter()
                .map(|&(value, _)| of(column, value))
                .sum::<f64>();
            sum.max(f64::MIN_POSITIVE)
        };
        let (clicks, next) = (sum(&self.clicks), sum(&self.next));
        let total: u32 = rows.iter().map(|&(_, count)| count).sum();
        let choice = beliefs.next_choice(facet);
        let views = self.visited.views as f64;
        let different = rows
            .iter()
            .filter(|&&(value, _)| self.visited.views_of(value) > 0.0);
        let common = [
            libm::log1p(views),
            different.count() as f64 / views.max(1.0),
            libm::log1p(self.visited_here.views as f64),
        ];
        rows.iter()
            .map(|&(value, count)| {
                // Beyond the products that were looked at a value has its share of them.
                let listed = (f64::from(count) + 0.5) / (f64::from(total) + 0.5);
                let opened = (of(&self.clicks, value) / clicks).max(listed * 1e-3);
                let ahead = of(&self.next, value) / next;
                let left = f64::from(count) - self.visited_here.different(value);
                let likeliest = of(&self.likeliest, value) / next;
                let known = [
                    libm::log(opened),
                    libm::log(left.max(0.0) + NONE_LEFT) - libm::log(f64::from(total.max(1))),
                    if facet == FacetIdx::CATEGORY {
                        libm::log(opened) + beliefs.own_value(catalogue, value)
                    } else {
                        libm::log(choice(value, opened))
                    },
                    libm::log((1.0 - MIXED) * ahead + MIXED * opened),
                    libm::log((1.0 - MIXED) * likeliest + MIXED * opened),
                ];
                let mut parts = [0.0; ValueOrder::PARTS];
                let own = [&self.visited, &self.visited_here].map(|visited| visited.parts(value));
                let all = known
                    .into_iter()
                    .chain(own.into_iter().flatten())
                    .chain(common);
                for (part, value) in parts.iter_mut().zip(all) {
                    *part = value as f32;
                }
                parts
            })
            .collect()
    }
}

/// The values of the products that a visit has opened.
#[derive(Clone, Debug, Default)]
struct Visited {
    /// Views of products, and how many of their values belong to the latest one, which stand first.
    views: usize,
    latest: usize,
    values: Vec<ValueIdx>,
    /// The values of each product once.
    different: Vec<ValueIdx>,
}

impl Visited {
    /// Adds a product, the latest first.
    fn add(&mut self, catalogue: &Catalogue, item: ItemIdx, is_new: bool) {
        self.views += 1;
        self.values.extend(with_levels(catalogue, item));
        if is_new {
            self.different.extend(with_levels(catalogue, item));
        }
        if self.views == 1 {
            self.latest = self.values.len();
        }
    }

    /// Whether the latest product has it, the share of the views, and how many they are.
    fn parts(&self, value: ValueIdx) -> [f64; 3] {
        let latest = self.values.iter().take(self.latest);
        let views = self.views_of(value);
        [
            f64::from(u8::from(latest.into_iter().any(|&own| own == value))),
            views / self.views.max(1) as f64,
            libm::log1p(views),
        ]
    }

    fn views_of(&self, value: ValueIdx) -> f64 {
        times(&self.values, value)
    }

    fn different(&self, value: ValueIdx) -> f64 {
        times(&self.different, value)
    }
}

fn times(values: &[ValueIdx], value: ValueIdx) -> f64 {
    values.iter().filter(|&&own| own == value).count() as f64
}

/// Calls `put` with the places of the values of `item`, of its category without those above.
#[inline]
fn put(catalogue: &Catalogue, column: &mut [f32], item: u32, put: impl Fn(&mut f32)) {
    for value in catalogue.item_values(ItemIdx(item)) {
        if let Some(place) = column.get_mut(value.0 as usize) {
            put(place);
        }
    }
}

fn with_levels(catalogue: &Catalogue, item: ItemIdx) -> impl Iterator<Item = ValueIdx> + '_ {
    let values = catalogue.item_values(item);
    values.flat_map(|value| catalogue.ancestors(value))
}
