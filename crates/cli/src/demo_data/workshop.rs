//! The makers' workshops: brands, names and variants of new models of one kind.

use std::collections::HashSet;

use super::dice::Dice;
use super::price;
use super::shop::ModelRecord;
use super::table::{BRANDS, Brand, Guild, Kind, Model};

/// Where the models of one kind are thought up.
pub(super) struct Workshop {
    kind: &'static Kind,
    makers: Makers,
    known: HashSet<String>,
    edition: u32,
}

/// Failed attempts at a new name after which the makers start the next generation.
const PATIENCE: u32 = 60;

impl Workshop {
    /// A workshop in which nothing has been made yet.
    pub(super) fn new(kind: &'static Kind) -> Self {
        Self {
            kind,
            makers: Makers::of(kind.guild),
            known: HashSet::new(),
            edition: 1,
        }
    }

    /// A model that differs in its title from all before; the flagship comes first.
    pub(super) fn invent(&mut self, dice: &mut Dice) -> ModelRecord {
        let kind = self.kind;
        let mut attempts = 0;
        loop {
            let (brand, facts) = match kind.flagship.filter(|_| self.known.is_empty()) {
                Some((name, facts)) => (self.makers.called(name), facts.to_vec()),
                None => (self.makers.draw(dice), draw_facts(kind, dice)),
            };
            let name = match kind.model {
                Model::Nameless => String::new(),
                Model::Named(series) => (*dice.pick(series.names())).to_owned(),
                Model::Code(pattern) => designation(pattern, brand, kind, &facts, dice),
            };
            let told_apart_by = if name.is_empty() {
                facts_in_title(kind, &facts)
            } else {
                name.clone()
            };
            let identity = format!("{}|{told_apart_by}|{}", brand.name, self.edition);
            if self.known.insert(identity) {
                return ModelRecord {
                    kind,
                    brand,
                    name,
                    edition: self.edition,
                    facts,
                    drawing: kind.drawings[dice.below(kind.drawings.len())],
                    articles: 0..0,
                };
            }
            attempts += 1;
            if attempts % PATIENCE == 0 {
                self.edition += 1;
            }
        }
    }

    /// The variants that a model comes in, at most `limit`, in the order of the axes.
    pub(super) fn variants(
        &self,
        model: &ModelRecord,
        limit: usize,
        dice: &mut Dice,
    ) -> Vec<Vec<&'static str>> {
        let flagship = self
            .kind
            .flagship
            .is_some_and(|(brand, facts)| model.brand.name == brand && model.facts == facts);
        let all = self
            .kind
            .variants
            .iter()
            .fold(vec![Vec::new()], |rows, axis| {
                let mut offered: Vec<_> = axis.values.split(' ').collect();
                if !flagship {
                    thin_out(&mut offered, dice);
                }
                rows.iter()
                    .flat_map(|row: &Vec<_>| {
                        offered.iter().map(move |value| {
                            let mut row = row.clone();
                            row.push(*value);
                            row
                        })
                    })
                    .collect()
            });
        let fitting: Vec<_> = all.iter().filter(|row| fits(model, row)).cloned().collect();
        let mut rows = if fitting.is_empty() { all } else { fitting };
        // Thinned at random rather than cut off, so that a short range still spans all sizes.
        while rows.len() > limit {
            rows.remove(dice.below(rows.len()));
        }
        rows
    }
}

/// The brands of a guild with the chance of each.
struct Makers {
    brands: Vec<&'static Brand>,
    weights: Vec<f64>,
}

impl Makers {
    fn of(guild: Guild) -> Self {
        let (brands, weights) = BRANDS
            .iter()
            .filter_map(|brand| {
                let place = brand.guilds.iter().position(|own| *own == guild)?;
                let focus = if place == 0 { 3.0 } else { 1.0 };
                Some((brand, f64::from(brand.size) * focus))
            })
            .unzip();
        Self { brands, weights }
    }

    fn draw(&self, dice: &mut Dice) -> &'static Brand {
        self.brands[dice.weighted(&self.weights)]
    }

    /// The brand called `name`, or the first of the guild when the tables name a stranger.
    fn called(&self, name: &str) -> &'static Brand {
        let place = self.brands.iter().position(|brand| brand.name == name);
        self.brands[place.unwrap_or_default()]
    }
}

fn draw_facts(kind: &Kind, dice: &mut Dice) -> Vec<&'static str> {
    let values = kind.facts.iter().map(|axis| axis.values.split(' '));
    values
        .map(|values| *dice.pick(&values.collect::<Vec<_>>()))
        .collect()
}

/// The facts that a shopper can read in the title: two models must not differ in others alone.
fn facts_in_title(kind: &Kind, facts: &[&'static str]) -> String {
    let shown = kind.facts.iter().zip(facts).filter(|(axis, _)| {
        [
            format!("{{{}}}", axis.attribute),
            format!("{{{}#}}", axis.attribute),
        ]
        .iter()
        .any(|placeholder| kind.title.contains(placeholder))
    });
    shown.map(|(_, value)| *value).collect::<Vec<_>>().join("|")
}

fn designation(
    pattern: &str,
    brand: &Brand,
    kind: &Kind,
    facts: &[&'static str],
    dice: &mut Dice,
) -> String {
    let mut name = pattern.replace('^', brand.letter);
    for (axis, value) in kind.facts.iter().zip(facts) {
        name = name.replace(&format!("{{{}#}}", axis.attribute), value);
    }
    name.chars()
        .map(|c| match c {
            '#' => char::from(b'0' + dice.below(10) as u8),
            other => other,
        })
        .collect()
}

/// Whether a variant keeps the proportion that its kind asks for.
fn fits(model: &ModelRecord, row: &[&'static str]) -> bool {
    model.kind.fit.is_none_or(|fit| {
        let number = |key: &str| {
            let place = model.kind.axes().position(|axis| axis.attribute == key)?;
            let value = model.facts.iter().chain(row).nth(place)?;
            price::number(value)
        };
        match (number(fit.of), number(fit.by)) {
            (Some(of), Some(by)) => (fit.low..=fit.high).contains(&(of / by)),
            _ => true,
        }
    })
}

/// A maker rarely offers everything: long lists lose up to a third of their values.
fn thin_out(values: &mut Vec<&'static str>, dice: &mut Dice) {
    if values.len() > 3 {
        for _ in 0..dice.below(values.len() / 3 + 1) {
            values.remove(dice.below(values.len()));
        }
    }
}
