//! The values of one facet: which, and in what order.

use super::{FacetValue, OrderedValue, facets::Asked};
use crate::{
    catalogue::{FacetIdx, ValueIdx},
    knowledge::ValueOrder,
    order::{best, pick},
};

/// Values of one facet that are returned at most, unless the query asks for more.
const MAX_VALUES: usize = 24;
/// Values of one facet that a query can ask for; InstantSearch's limit.
const MOST_VALUES: usize = 1_000;
/// Values that are returned in any case: what a page shows without folding.
const FEW_VALUES: usize = 12;
/// The values shown are as many as this share of the hits has: what follows gains little. Hand-set.
const COVERED: f64 = 0.95;

/// A value with the hits that have it.
pub(super) type Row = (ValueIdx, u32);

impl Asked<'_> {
    /// The values of a flat facet that hits have or the shopper has chosen: the chosen ones, then by how
    /// probably they are the shopper's next choice;
    /// `in_order`: as the catalogue numbers them.
    pub(super) fn values(&self, facet: FacetIdx, in_order: bool) -> Vec<FacetValue> {
        let chosen = self.filters.selected(facet);
        let rows: Vec<Row> = self
            .catalogue
            .facet_values(facet)
            .map(|value| (value, self.counts.at(value)))
            .filter(|(value, count)| *count > 0 || chosen.contains(value))
            .collect();
        if in_order && rows.len() <= FEW_VALUES {
            return self.shown(rows, chosen);
        }
        let worths = self.worths(facet, &rows).unwrap_or_else(|| {
            let total: u32 = rows.iter().map(|&(_, count)| count).sum();
            let next = self.beliefs.next_choice(facet);
            let worth = |&(value, count): &Row| {
                // What nobody else has any more can still be taken back, so it keeps a place behind the others.
                let share = (f64::from(count) + 0.5) / (f64::from(total) + 0.5);
                next(value, share)
            };
            rows.iter().map(worth).collect()
        });
        let places = rows.iter().zip(worths);
        let scores =
            places.map(|(&(value, _), worth)| (u64::from(!chosen.contains(&value)), worth));
        let order = best(scores, self.most_values().max(chosen.len()));
        let rows = self.head(pick(rows, order), chosen.len());
        self.shown(rows, chosen)
    }

    /// What the logs of the shop say of the values of `facet`, if they do and nothing is chosen there.
    fn worths(&self, facet: FacetIdx, rows: &[Row]) -> Option<Vec<f64>> {
        let ahead = self.ahead.as_ref()?;
        if !self.filters.selected(facet).is_empty() {
            return None;
        }
        let order = ahead.order(self.catalogue, facet)?;
        let parts = ahead.parts(self.catalogue, self.beliefs, facet, rows);
        let worth = |parts: &[f32; ValueOrder::PARTS]| f64::from(order.score(parts));
        Some(parts.iter().map(worth).collect())
    }

    /// All values of `facet` in their order, with the parts that it follows from; none where the logs say nothing of it.
    pub(super) fn ordered_values(&self, facet: FacetIdx) -> Vec<OrderedValue> {
        let Some(ahead) = &self.ahead else {
            return Vec::new();
        };
        let rows: Vec<Row> = if facet == FacetIdx::CATEGORY {
            self.category_level()
        } else {
            let values = self.catalogue.facet_values(facet);
            let rows = values.map(|value| (value, self.counts.at(value)));
            rows.filter(|&(_, count)| count > 0).collect()
        };
        let worths = self.worths(facet, &rows).unwrap_or_default();
        let parts = ahead.parts(self.catalogue, self.beliefs, facet, &rows);
        let all = rows
            .iter()
            .zip(parts)
            .map(|(&(value, count), parts)| OrderedValue {
                value: self.catalogue.value_name(value),
                count,
                parts,
            });
        let order = best(worths.into_iter().map(|worth| (0, worth)), usize::MAX);
        pick(all.collect(), order)
    }

    /// The level of the category tree at which the result divides.
    pub(super) fn category_level(&self) -> Vec<Row> {
        match *self.filters.selected(FacetIdx::CATEGORY) {
            [chosen] => {
                let below = self.below(Some(chosen));
                if below.is_empty() {
                    self.below(self.catalogue.value_parent(chosen))
                } else {
                    below
                }
            }
            _ => self.dividing(),
        }
    }

    /// Categories as a tree. One chosen: the way to it, itself, what lies below it, what lies beside it. Else the level at which
    /// the result divides, and what is chosen.
    pub(super) fn category_values(&self) -> Vec<FacetValue> {
        let catalogue = self.catalogue;
        let chosen = self.filters.selected(FacetIdx::CATEGORY);
        let &[only] = chosen else {
            let mut level = self.dividing();
            for &value in chosen {
                if level.iter().all(|&(other, _)| other != value) {
                    level.push((value, self.counts.at(value)));
                }
            }
            let rows = self.head(self.ordered(level, chosen), chosen.len());
            return self.shown(rows, chosen);
        };
        let mut rows: Vec<Row> = catalogue
            .ancestors(only)
            .map(|value| (value, self.counts.at(value)))
            .collect();
        rows.reverse();
        let below = self.below(Some(only));
        rows.extend(self.head(self.ordered(below, &[]), 0));
        let mut beside = self.below(catalogue.value_parent(only));
        beside.retain(|&(value, _)| value != only);
        rows.extend(self.head(self.ordered(beside, &[]), 0));
        self.shown(rows, chosen)
    }

    /// The categories right below `parent`, or the roots, that have hits.
    fn below(&self, parent: Option<ValueIdx>) -> Vec<Row> {
        self.catalogue
            .facet_values(FacetIdx::CATEGORY)
            .map(|value| (value, self.counts.at(value)))
            .filter(|&(value, count)| count > 0 && self.catalogue.value_parent(value) == parent)
            .collect()
    }

    /// The first level from the root at which there is more than one category; the last one if there is none.
    fn dividing(&self) -> Vec<Row> {
        let mut parent = None;
        loop {
            let level = self.below(parent);
            match level.as_slice() {
                [] => {
                    let above = parent.and_then(|value| self.catalogue.value_parent(value));
                    return self.below(above);
                }
                &[(only, _)] => parent = Some(only),
                _ => return level,
            }
        }
    }

    fn ordered(&self, rows: Vec<Row>, chosen: &[ValueIdx]) -> Vec<Row> {
        let worths = self.worths(FacetIdx::CATEGORY, &rows).unwrap_or_else(|| {
            let worth = |&(value, count): &Row| {
                libm::log1p(f64::from(count)) + self.beliefs.own_value(self.catalogue, value)
            };
            rows.iter().map(worth).collect()
        });
        let places = rows.iter().zip(worths);
        let scores =
            places.map(|(&(value, _), worth)| (u64::from(!chosen.contains(&value)), worth));
        let order = best(scores, self.most_values().max(chosen.len()));
        pick(rows, order)
    }

    /// Values of a facet that may be returned.
    fn most_values(&self) -> usize {
        let asked = self.query.max_values.unwrap_or(MAX_VALUES);
        asked.clamp(MAX_VALUES, MOST_VALUES)
    }

    /// As many of `rows` as gain something, of which the first `chosen` are the shopper's; all, where more are asked for than ever help.
    fn head(&self, mut rows: Vec<Row>, chosen: usize) -> Vec<Row> {
        let total: u32 = rows.iter().map(|&(_, count)| count).sum();
        let mut covered = 0.0;
        let enough = rows
            .iter()
            .take_while(|&&(_, count)| {
                let more = covered < COVERED * f64::from(total);
                covered += f64::from(count);
                more
            })
            .count();
        let asked = self.query.max_values.unwrap_or(MAX_VALUES);
        let limit = if asked > MAX_VALUES {
            self.most_values()
        } else {
            enough.max(FEW_VALUES).min(asked)
        };
        rows.truncate(limit.max(chosen));
        rows
    }

    fn shown(&self, rows: Vec<Row>, chosen: &[ValueIdx]) -> Vec<FacetValue> {
        let catalogue = self.catalogue;
        rows.into_iter()
            .map(|(value, count)| FacetValue {
                value: catalogue.value_name(value),
                label: catalogue.value_label(value).to_owned(),
                count,
                selected: chosen.contains(&value),
                affinity: self.beliefs.own_value(catalogue, value),
                swatch: catalogue.swatch(value).to_owned(),
                level: catalogue.value_level(value),
            })
            .collect()
    }
}
