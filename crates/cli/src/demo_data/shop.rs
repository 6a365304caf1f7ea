//! The shop: draws brands, models and variants from the tables of kinds.
//!
//! # Invariants
//! * Exactly as many articles as asked for; those of one kind, and of one model, are neighbours.
//! * Article numbers are unique in the shop; titles are unique among the articles of one brand.

use std::collections::{BTreeSet, HashSet};
use std::ops::Range;

use super::dice::Dice;
use super::numbers::{Numbers, Pattern};
use super::picture::Picture;
use super::price;
use super::table::{self, Brand, Kind};
use super::workshop::Workshop;

/// What can be bought, by position.
pub(super) struct Shop {
    pub(super) seed: u64,
    pub(super) models: Vec<ModelRecord>,
    pub(super) articles: Vec<Article>,
    /// The kinds that have articles, each with the positions of its articles.
    pub(super) shelves: Vec<Shelf>,
}

/// The articles of one kind.
pub(super) struct Shelf {
    pub(super) kind: &'static Kind,
    pub(super) articles: Range<usize>,
}

/// What the variants of a product have in common.
pub(super) struct ModelRecord {
    pub(super) kind: &'static Kind,
    pub(super) brand: &'static Brand,
    pub(super) name: String,
    /// 1 for the first model of that name.
    pub(super) edition: u32,
    pub(super) facts: Vec<&'static str>,
    pub(super) drawing: &'static str,
    pub(super) articles: Range<usize>,
}

/// One thing that can be put into the cart.
pub(super) struct Article {
    pub(super) model: usize,
    /// One value per variant axis of the kind.
    pub(super) values: Vec<&'static str>,
    pub(super) mpn: String,
    /// Cents.
    pub(super) price: u32,
    /// Cents.
    pub(super) sale_price: Option<u32>,
    pub(super) stock: Stock,
    /// Days until it leaves the warehouse; none when it cannot be bought.
    pub(super) days: Option<u8>,
    /// Mean rating in tenths.
    pub(super) rating: Option<u32>,
    pub(super) reviews: u32,
    /// How much it is asked for, relative to others of its kind.
    pub(super) fame: f64,
}

/// Availability in Merchant terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stock {
    Ready,
    Gone,
    Preorder,
    Backorder,
}

impl Stock {
    /// The value in the feed.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Ready => "in_stock",
            Self::Gone => "out_of_stock",
            Self::Preorder => "preorder",
            Self::Backorder => "backorder",
        }
    }
}

impl Shop {
    /// Furnishes a shop with `products` articles.
    pub(super) fn furnish(seed: u64, products: usize) -> Self {
        let kinds = table::kinds();
        let quotas = quotas(&kinds, products);
        let mut shop = Self {
            seed,
            models: Vec::new(),
            articles: Vec::with_capacity(products),
            shelves: Vec::with_capacity(kinds.len()),
        };
        let mut numbers = Numbers::default();
        for (kind, quota) in kinds.into_iter().zip(quotas) {
            if quota > 0 {
                shop.stock_up(kind, quota, &mut numbers);
            }
        }
        shop
    }

    /// The model of the article at `index`.
    pub(super) fn model(&self, index: usize) -> &ModelRecord {
        &self.models[self.articles[index].model]
    }

    /// The value that the article at `index` has for an attribute.
    pub(super) fn value(&self, index: usize, attribute: &str) -> Option<&'static str> {
        self.values(index)
            .find(|(key, _)| *key == attribute)
            .map(|(_, value)| value)
    }

    /// All attribute keys and value keys of the article at `index`.
    pub(super) fn values(
        &self,
        index: usize,
    ) -> impl Iterator<Item = (&'static str, &'static str)> {
        let model = self.model(index);
        let values = model.facts.iter().chain(&self.articles[index].values);
        model
            .kind
            .axes()
            .map(|axis| axis.attribute)
            .zip(values.copied())
    }

    /// The shop's own identifier of the article at `index`.
    pub(super) fn id(index: usize) -> String {
        format!("P{}", 100_000 + index)
    }

    fn stock_up(&mut self, kind: &'static Kind, quota: usize, numbers: &mut Numbers) {
        let first = self.articles.len();
        let mut dice = Dice::new(self.seed, kind.path, 0);
        let mut workshop = Workshop::new(kind);
        // Several models even where few articles are asked for, so that brands can be compared.
        let widest = (quota / 6).clamp(3, 40);
        while self.articles.len() - first < quota {
            let left = quota - (self.articles.len() - first);
            let model = workshop.invent(&mut dice);
            let variants = workshop.variants(&model, widest.min(left), &mut dice);
            self.add_model(model, variants, numbers, &mut dice);
        }
        self.shelves.push(Shelf {
            kind,
            articles: first..self.articles.len(),
        });
    }

    fn add_model(
        &mut self,
        mut model: ModelRecord,
        variants: Vec<Vec<&'static str>>,
        numbers: &mut Numbers,
        dice: &mut Dice,
    ) {
        let kind = model.kind;
        let start = self.articles.len();
        let base = price::of_model(kind, model.brand, dice);
        let reduced = dice.chance(0.09).then(|| dice.between(2, 7) * 5);
        let fame = libm::exp(dice.normal() * 0.9);
        let quality = 36.0 + f64::from(model.brand.level) * 1.4 + dice.normal() * 3.0;
        let pattern = Pattern::new(&model, dice);
        for values in variants {
            let all: Vec<_> = model.facts.iter().chain(&values).copied().collect();
            let price = price::of_variant(kind, &all, base);
            let fame = fame * libm::exp(dice.normal() * 0.6);
            let reviews = reviews(fame, dice);
            let stock = [Stock::Ready, Stock::Backorder, Stock::Gone, Stock::Preorder]
                [dice.weighted(&[0.9, 0.05, 0.04, 0.01])];
            self.articles.push(Article {
                model: self.models.len(),
                mpn: numbers.assign(&pattern, kind, &all, dice),
                price,
                sale_price: reduced
                    .map(|percent| price::shown(f64::from(price * (100 - percent)) / 100.0))
                    .filter(|sale| *sale < price),
                stock,
                days: days(stock, dice),
                rating: (reviews > 0)
                    .then(|| (quality + dice.normal() * 1.5).clamp(21.0, 50.0) as u32),
                reviews,
                fame,
                values,
            });
        }
        model.articles = start..self.articles.len();
        self.models.push(model);
    }
}

/// Shares `products` out in proportion to the kinds' shares; what rounding leaves goes to the
/// kinds with the largest remainder, and every kind gets one as long as there are enough.
fn quotas(kinds: &[&Kind], products: usize) -> Vec<usize> {
    let granted = usize::from(products >= kinds.len());
    let rest = products - granted * kinds.len();
    let total: u64 = kinds.iter().map(|kind| u64::from(kind.share)).sum();
    let part = |kind: &Kind| u64::from(kind.share) * rest as u64;
    let mut quotas: Vec<_> = kinds
        .iter()
        .map(|kind| granted + (part(kind) / total) as usize)
        .collect();
    let mut order: Vec<_> = (0..kinds.len()).collect();
    order.sort_by_key(|&index| (std::cmp::Reverse(part(kinds[index]) % total), index));
    let missing = products - quotas.iter().sum::<usize>();
    for &index in order.iter().cycle().take(missing) {
        quotas[index] += 1;
    }
    quotas
}

fn reviews(fame: f64, dice: &mut Dice) -> u32 {
    if dice.chance(0.2) {
        return 0;
    }
    (fame * dice.log_uniform(2.0, 40.0)).clamp(1.0, 4000.0) as u32
}

fn days(stock: Stock, dice: &mut Dice) -> Option<u8> {
    match stock {
        Stock::Ready => Some(*dice.pick(&[1, 1, 1, 2, 2, 3])),
        Stock::Backorder => Some(*dice.pick(&[5, 7, 10, 14])),
        Stock::Preorder => Some(*dice.pick(&[21, 28, 42])),
        Stock::Gone => None,
    }
}

/// The distinct pictures that the shop needs: each once.
pub(super) fn pictures(shop: &Shop) -> BTreeSet<Picture> {
    let mut seen = HashSet::new();
    (0..shop.articles.len())
        .map(|index| Picture::of(shop, index))
        .filter(|picture| seen.insert(*picture))
        .collect()
}
