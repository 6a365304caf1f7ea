//! Shoppers and their hidden tastes: the ground truth behind the event log.

use std::io::{self, Write};

use serde::Serialize;

use super::dice::Dice;
use super::shop::Shop;
use super::table::{BRANDS, PERSONAS, Persona};
use super::wording::Language;

/// Somebody who visits the shop, with what they like and never say.
pub(super) struct Shopper {
    pub(super) number: usize,
    pub(super) persona: &'static Persona,
    pub(super) language: Language,
    /// Loved category paths with their share of the visits.
    pub(super) loves: Vec<(&'static str, f64)>,
    /// Names of the brands that they return to.
    pub(super) brands: Vec<&'static str>,
    /// Favourite values of colour, finish or material.
    pub(super) colours: Vec<&'static str>,
    /// 0 (always the cheapest) to 1 (only the best).
    pub(super) price_level: f64,
    /// Visits to the web shop per day.
    pub(super) pace: f64,
    /// Visits to the store per day.
    pub(super) store_pace: f64,
    /// Share of visits that are about something else, such as a present.
    pub(super) departs: f64,
}

#[derive(Serialize)]
struct Line<'a> {
    user_pseudo_id: String,
    customer: String,
    persona: &'a str,
    language: &'a str,
    categories: Vec<Love<'a>>,
    brands: &'a [&'static str],
    colours: &'a [&'static str],
    price_level: f64,
    departs: f64,
    custom_label_0: &'a str,
}

#[derive(Serialize)]
struct Love<'a> {
    product_type_key: &'a str,
    share: f64,
}

/// Values that people have a favourite among, wherever they occur.
const COLOUR_ATTRIBUTES: &[&str] = &["colour", "finish", "material", "grade"];

impl Shopper {
    /// The shopper with this number.
    pub(super) fn invent(shop: &Shop, number: usize) -> Self {
        let mut dice = Dice::new(shop.seed, "shopper", number as u64);
        let shares: Vec<_> = PERSONAS.iter().map(|p| f64::from(p.share)).collect();
        // A shop too small to carry anything that this persona loves serves another one.
        let (persona, paths) = loop {
            let persona = &PERSONAS[dice.weighted(&shares)];
            let paths: Vec<_> = persona
                .loves
                .iter()
                .filter(|path| carried(shop, path))
                .collect();
            if !paths.is_empty() {
                break (persona, paths);
            }
        };
        let loves = loves(paths, &mut dice);
        let brands = loyalties(shop, &loves, &mut dice);
        let colours = colours(shop, &loves, &mut dice);
        Self {
            number,
            persona,
            language: if dice.chance(0.82) {
                Language::German
            } else {
                Language::English
            },
            price_level: rounded((0.5 + 0.22 * dice.normal()).clamp(0.05, 0.95)),
            pace: dice.log_uniform(10.0, 78.0) / 90.0,
            store_pace: if dice.chance(0.3) {
                dice.log_uniform(1.0, 9.0) / 90.0
            } else {
                0.0
            },
            departs: rounded(0.04 + 0.16 * dice.unit()),
            loves,
            brands,
            colours,
        }
    }

    /// The identifier in the event log, shaped like the one that GA4's cookie holds.
    pub(super) fn pseudo_id(&self, seed: u64) -> String {
        let mut dice = Dice::new(seed, "pseudo-id", self.number as u64);
        format!(
            "{}.{}",
            dice.between(1_000_000_000, 2_147_483_647),
            dice.between(1_740_000_000, 1_785_000_000)
        )
    }

    /// How much the article at `index` appeals, in log-odds; fame counts, as in every shop.
    pub(super) fn appeal(&self, shop: &Shop, index: usize) -> f64 {
        let article = &shop.articles[index];
        let model = shop.model(index);
        let loyal = if self.brands.contains(&model.brand.name) {
            1.6
        } else {
            0.0
        };
        let coloured = shop
            .values(index)
            .any(|(key, value)| COLOUR_ATTRIBUTES.contains(&key) && self.colours.contains(&value));
        let (low, high) = (f64::from(model.kind.price.0), f64::from(model.kind.price.1));
        let place = libm::log(f64::from(article.price) / low) / libm::log(high / low);
        let distance = place.clamp(-0.2, 1.2) - self.price_level;
        loyal + if coloured { 1.1 } else { 0.0 } - 3.0 * distance * distance
            + 0.5 * libm::log(article.fame)
    }
}

/// Writes the hidden tastes, one shopper per line.
///
/// # Errors
///
/// Whatever `out` fails with.
pub(super) fn write(seed: u64, shoppers: &[Shopper], out: &mut impl Write) -> io::Result<()> {
    for shopper in shoppers {
        let categories = shopper.loves.iter().map(|(path, share)| Love {
            product_type_key: path,
            share: *share,
        });
        let line = Line {
            user_pseudo_id: shopper.pseudo_id(seed),
            customer: format!("C-{}", 1001 + shopper.number),
            persona: shopper.persona.key,
            language: shopper.language.code(),
            categories: categories.collect(),
            brands: &shopper.brands,
            colours: &shopper.colours,
            price_level: shopper.price_level,
            departs: shopper.departs,
            custom_label_0: "synthetic",
        };
        serde_json::to_writer(&mut *out, &line)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// Whether `path` is `category` or lies below it.
pub(super) fn lies_below(path: &str, category: &str) -> bool {
    path.strip_prefix(category)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn carried(shop: &Shop, path: &str) -> bool {
    shop.shelves
        .iter()
        .any(|shelf| lies_below(shelf.kind.path, path))
}

fn loves(mut paths: Vec<&&'static str>, dice: &mut Dice) -> Vec<(&'static str, f64)> {
    dice.shuffle(&mut paths);
    paths.truncate(dice.between(2, 3) as usize);
    let weights: Vec<_> = paths.iter().map(|_| 0.4 + dice.unit()).collect();
    let total: f64 = weights.iter().sum();
    paths
        .into_iter()
        .zip(weights)
        .map(|(path, weight)| (*path, rounded(weight / total)))
        .collect()
}

fn loyalties(shop: &Shop, loves: &[(&str, f64)], dice: &mut Dice) -> Vec<&'static str> {
    let mut brands: Vec<&'static str> = BRANDS
        .iter()
        .filter(|brand| {
            shop.models.iter().any(|model| {
                model.brand.name == brand.name
                    && loves
                        .iter()
                        .any(|(path, _)| lies_below(model.kind.path, path))
            })
        })
        .map(|brand| brand.name)
        .collect();
    dice.shuffle(&mut brands);
    brands.truncate(dice.between(1, 3) as usize);
    brands
}

fn colours(shop: &Shop, loves: &[(&str, f64)], dice: &mut Dice) -> Vec<&'static str> {
    let loved = shop.shelves.iter().filter(|shelf| {
        loves
            .iter()
            .any(|(path, _)| lies_below(shelf.kind.path, path))
    });
    let mut colours: Vec<_> = loved
        .flat_map(|shelf| shelf.kind.axes())
        .filter(|axis| COLOUR_ATTRIBUTES.contains(&axis.attribute))
        .flat_map(|axis| axis.values.split(' '))
        .collect();
    colours.sort_unstable();
    colours.dedup();
    dice.shuffle(&mut colours);
    colours.truncate(dice.between(1, 2) as usize);
    colours
}

/// Two decimals, as the ground truth is written.
fn rounded(number: f64) -> f64 {
    libm::round(number * 100.0) / 100.0
}
