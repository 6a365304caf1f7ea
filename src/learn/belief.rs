//! Beliefs: evidence of session and profile turned into log-odds for every facet value of the catalogue.
//!
//! # Method
//! A value `v` of a facet is believed in as far as the shopper turns to it more often than the catalogue offers it:
//!
//! `affinity(v) = ln( (m + κ·p) / ((M + κ)·p) ) − ln(1 + n)`
//!
//! with `m` the positive and `n` the negative evidence on `v`, `M` the positive evidence on the whole facet, `p` the
//! base rate of `v` in the catalogue and `κ` pseudo-views spread like the catalogue: the logarithm of a Dirichlet-smoothed
//! rate over the base rate (MacKay, Bauman Peto: "A hierarchical Dirichlet language model", 1995). No
//! evidence gives 0; a click on a rare value says more than one on a common one.
//!
//! In flat facets the affinity of a value with evidence is multiplied by `1 − 1/items`: a value that no other item has
//! says nothing about other items.
//!
//! It is multiplied, too, by what the facet has *earned* with this shopper; see [`taste`](super::taste). Choices that scatter (three colours
//! in three views) say that the shopper does not look at this facet.
//!
//! Categories form a tree: each level is judged among its siblings, given the level above, and the levels add
//! up. So a department without evidence says nothing about its own sub-categories.
//!
//! Session and profile add up as evidence, each click in one of them only: the profile is what was known before this visit. It is
//! capped ([`PROFILE_CAP`]) and gated: as far as the visit turns to
//! departments that are unusual in the profile, what it adds to a score is not heard. Tastes, acts on items, and values that no catalogue
//! knows are no ratios to a small base rate; there the gate lessens the views.
//!
//! # Invariants
//! * Every score is finite. Sums run in ascending order of keys or values.

use crate::{
    catalogue::{Catalogue, FacetIdx, ItemIdx, ValueIdx},
    key::{FacetTag, Key},
    learn::{Touch, ledger::Ledger, taste::Taste},
    profile::Evidence,
    sorted::SortedMap,
};

/// Pseudo-views spread like the catalogue. Hand-set: one view already counts as much as the prior.
const KAPPA: f64 = 1.0;
/// However long, a profile weighs at most as much as this many fresh views. Hand-set.
const PROFILE_CAP: f64 = 4.0;
/// What was done before this visit says half as much as what is done on it. Hand-set.
const PROFILE_WEIGHT: f64 = 0.5;
/// Evidence, in views, that the visit is as usual before it has begun: the first view elsewhere leaves a twentieth of what the profile says.
/// Set by departing visits on eshop2008, and tried on tmall (docs/learning.md).
const GATE_PRIOR: f64 = 0.05;
/// What one view of the item itself adds, by the logarithm. Hand-set: it lifts an item that shows nothing else of itself by a
/// place or two, as shoppers return to what they have seen.
const ITEM_WEIGHT: f64 = 0.75;
/// What counts against an item itself counts more than what counts for it. Hand-set.
const ITEM_AGAINST: f64 = 2.0;

/// Weight of a facet's affinity in a score. Hand-set; to be earned facet by facet from logs.
fn facet_weight(tag: FacetTag) -> f64 {
    if tag == FacetTag::BRAND {
        0.8
    } else if tag < FacetTag::BRAND {
        1.0
    } else {
        0.35
    }
}

/// What is believed of the shopper at one point in time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Beliefs {
    /// Per value of the catalogue its weighted affinity; for categories the sum along the path.
    values: Vec<f32>,
    /// Per value with evidence, ascending.
    seen: SortedMap<Key, Strength>,
    /// Positive evidence per facet, for values that no catalogue knows.
    totals: SortedMap<FacetTag, f64>,
    items: SortedMap<Key, f64>,
    /// The same by number.
    item_scores: SortedMap<ItemIdx, f64>,
    /// First value that is an attribute.
    first_attribute: u32,
    /// Per flat facet with evidence what is known of the shopper's taste, and the evidence.
    tastes: SortedMap<FacetIdx, (Taste, Vec<(ValueIdx, Strength)>)>,
    /// What was bought and sent back.
    pub(crate) ledger: Ledger,
    /// What the profile adds to [`values`](Self::values), gated; empty where there is none.
    before: Vec<f32>,
    turns: Vec<Turn>,
}

/// What the shopper turned to at once on this visit.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Turn {
    /// In views, faded; negative where it was turned away from.
    pub(crate) mass: f64,
    /// Ascending, so that categories stand behind those above them; all levels.
    pub(crate) values: Vec<ValueIdx>,
    pub(crate) items: Vec<ItemIdx>,
}

/// Evidence on one key, from the visit and from before.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Strength {
    pub(crate) session: f64,
    pub(crate) profile: f64,
    positive: f64,
    negative: f64,
}

impl Beliefs {
    pub(crate) fn new(
        catalogue: Option<&Catalogue>,
        session: &SortedMap<Key, Evidence>,
        profile: &SortedMap<Key, Evidence>,
    ) -> Self {
        let Voice { full, gate } = profile_voice(catalogue, session, profile);
        let of = |profile, voice| Self {
            seen: strengths(session, profile, voice),
            ..Self::default()
        };
        let mut beliefs = of(profile, full * gate);
        beliefs.weigh_items(catalogue);
        let Some(catalogue) = catalogue else {
            return beliefs;
        };
        beliefs.weigh_values(catalogue);
        if profile.is_empty() {
            return beliefs;
        }
        let nothing = SortedMap::default();
        let of_values = |profile| {
            let mut beliefs = of(profile, full);
            beliefs.weigh_values(catalogue);
            beliefs.values
        };
        let visit = of_values(&nothing);
        // A hundredth of a view of what one product in a thousand has is ten times its base rate, and a profile has many such values. So it is
        // what the profile says that the gate lessens, not how often it says it.
        if gate < 1.0 {
            let all = of_values(profile);
            for ((value, all), none) in beliefs.values.iter_mut().zip(all).zip(&visit) {
                *value = none + gate as f32 * (all - none);
            }
        }
        beliefs.before = visit;
        for (before, value) in beliefs.before.iter_mut().zip(&beliefs.values) {
            *before = value - *before;
        }
        beliefs
    }

    /// Takes in what the shopper turned to on this visit, item by item; `touches` with what each weighs, oldest first.
    pub(crate) fn follow<'a>(
        &mut self,
        catalogue: &Catalogue,
        touches: impl Iterator<Item = (&'a Touch, f64)>,
    ) {
        let known = |&key: &Key| {
            catalogue
                .value_by_key(key)
                .filter(|_| self.seen.get(key).is_some())
        };
        let turns = touches.map(|(touch, mass)| {
            let mut values: Vec<ValueIdx> = touch.values.iter().filter_map(known).collect();
            values.sort_unstable();
            values.dedup();
            let items = touch
                .items
                .iter()
                .flat_map(|&key| catalogue.items_by_key(key));
            Turn {
                mass,
                values,
                items: items.collect(),
            }
        });
        self.turns = turns.collect();
    }

    pub(crate) fn turns(&self) -> &[Turn] {
        &self.turns
    }

    /// What the profile adds to the visit's affinity for `value`.
    #[inline]
    pub(crate) fn before(&self, value: ValueIdx) -> f64 {
        f64::from(self.before.get(value.0 as usize).copied().unwrap_or(0.0))
    }

    /// Whether nothing is known, so that every score is 0.
    pub(crate) fn is_empty(&self) -> bool {
        self.seen.is_empty()
    }

    /// Evidence on facet values, ascending by key.
    pub(crate) fn seen(&self) -> impl Iterator<Item = (Key, Strength)> + '_ {
        self.seen
            .iter()
            .filter(|(key, _)| key.tag() != FacetTag::ITEM)
            .map(|(key, &strength)| (key, strength))
    }

    /// Weighted affinity of a value, in log-odds; for categories the sum along the path.
    #[inline]
    pub(crate) fn value(&self, value: ValueIdx) -> f64 {
        f64::from(self.values.get(value.0 as usize).copied().unwrap_or(0.0))
    }

    /// Weighted affinity of one level of a category path alone, or of any other value.
    pub(crate) fn own_value(&self, catalogue: &Catalogue, value: ValueIdx) -> f64 {
        let above = catalogue
            .value_parent(value)
            .map_or(0.0, |parent| self.value(parent));
        self.value(value) - above
    }

    /// Weighted affinity of the value behind `key` where no catalogue tells its base rate `rate`.
    pub(crate) fn loose_value(&self, key: Key, rate: f64) -> f64 {
        let tag = key.tag();
        let total = self.totals.get(tag).copied().unwrap_or(0.0);
        let strength = self.seen.get(key).copied().unwrap_or_default();
        facet_weight(tag) * affinity(strength.positive, strength.negative, total, rate)
    }

    /// How probably a value of a flat facet is the shopper's next choice, if `share` of the products to choose from have it. What was
    /// turned away from is less probable by as many times.
    pub(crate) fn next_choice(&self, facet: FacetIdx) -> impl Fn(ValueIdx, f64) -> f64 + '_ {
        let known = self.tastes.get(facet);
        move |value, share| {
            let Some((taste, seen)) = known else {
                return share;
            };
            let own = seen.iter().find(|(other, _)| *other == value);
            let strength = own.map_or(Strength::default(), |&(_, strength)| strength);
            taste.predict(strength.positive, share) / (1.0 + strength.negative.max(0.0))
        }
    }

    /// What is known of the item itself, in log-odds.
    pub(crate) fn item(&self, key: Key) -> f64 {
        self.items.get(key).copied().unwrap_or(0.0)
    }

    /// What the shopper's affinities and earlier acts say for `item`, in log-odds.
    ///
    /// Attributes share one voice: their sum is divided by the square root of their number, as the sum of
    /// that many independent signs.
    pub(crate) fn personal(&self, catalogue: &Catalogue, item: ItemIdx) -> f64 {
        let (values, own) = self.of_values_and_item(catalogue, item);
        values + own
    }

    /// The two parts of [`personal`](Self::personal): affinities, and what was done with the item itself.
    #[inline]
    pub(crate) fn of_values_and_item(&self, catalogue: &Catalogue, item: ItemIdx) -> (f64, f64) {
        if self.seen.is_empty() {
            return (0.0, 0.0);
        }
        let score = self.sum(catalogue, item, |value| self.value(value));
        (score, self.item_number(item))
    }

    /// The sum of what `of` says of the values of `item`, of attributes with their one voice.
    #[inline]
    pub(crate) fn sum(
        &self,
        catalogue: &Catalogue,
        item: ItemIdx,
        of: impl Fn(ValueIdx) -> f64,
    ) -> f64 {
        let (mut score, mut attributes, mut count) = (0.0, 0.0, 0u32);
        for value in catalogue.item_values(item) {
            if value.0 < self.first_attribute {
                score += of(value);
            } else {
                attributes += of(value);
                count += 1;
            }
        }
        if count > 0 {
            score += attributes / f64::from(count).sqrt();
        }
        score
    }

    /// What divides the contribution of an attribute of `item`; 1 for category and brand.
    pub(crate) fn share(&self, catalogue: &Catalogue, item: ItemIdx, value: ValueIdx) -> f64 {
        if value.0 < self.first_attribute {
            return 1.0;
        }
        let attributes = catalogue
            .item_values(item)
            .filter(|value| value.0 >= self.first_attribute)
            .count();
        1.0 / (attributes as f64).sqrt()
    }

    #[inline]
    pub(crate) fn item_number(&self, item: ItemIdx) -> f64 {
        self.item_scores.get(item).copied().unwrap_or(0.0)
    }

    fn weigh_items(&mut self, catalogue: Option<&Catalogue>) {
        for (key, strength) in self.seen.iter() {
            if key.tag() == FacetTag::ITEM {
                let score = ITEM_WEIGHT * libm::log1p(strength.positive)
                    - ITEM_AGAINST * libm::log1p(strength.negative);
                self.items.insert(key, score);
            } else {
                *self.totals.or_insert(key.tag(), 0.0) += strength.positive;
            }
        }
        if let Some(catalogue) = catalogue {
            for (key, &score) in self.items.iter() {
                for item in catalogue.items_by_key(key) {
                    self.item_scores.insert(item, score);
                }
            }
        }
    }

    fn weigh_values(&mut self, catalogue: &Catalogue) {
        self.first_attribute = catalogue
            .facet_values(FacetIdx::BRAND)
            .next_back()
            .map_or(0, |last| last.0 + 1);
        if self.first_attribute == 0 {
            self.first_attribute = catalogue.facet_values(FacetIdx::CATEGORY).len() as u32;
        }
        self.values = vec![0.0; catalogue.value_count()];
        let mut seen = SortedMap::<ValueIdx, Strength>::default();
        for (key, &strength) in self.seen.iter() {
            if let Some(value) = catalogue.value_by_key(key) {
                seen.insert(value, strength);
            }
        }
        self.weigh_categories(catalogue, &seen);
        self.weigh_flat_facets(catalogue, &seen);
    }

    fn weigh_categories(&mut self, catalogue: &Catalogue, seen: &SortedMap<ValueIdx, Strength>) {
        let is_root = |value: &ValueIdx| catalogue.value_parent(*value).is_none();
        let roots = catalogue.facet_values(FacetIdx::CATEGORY).filter(is_root);
        let root_items: f64 = roots
            .map(|value| f64::from(catalogue.value_items(value)))
            .sum();
        let root_mass: f64 = seen
            .iter()
            .filter(|(value, _)| catalogue.facet_of(*value) == FacetIdx::CATEGORY && is_root(value))
            .map(|(_, strength)| strength.positive)
            .sum();
        let strength = |value: ValueIdx| seen.get(value).copied().unwrap_or_default();
        for value in catalogue.facet_values(FacetIdx::CATEGORY) {
            let own = strength(value);
            let (above, mass, items) = match catalogue.value_parent(value) {
                Some(parent) => (
                    self.value(parent),
                    strength(parent).positive,
                    f64::from(catalogue.value_items(parent)),
                ),
                None => (0.0, root_mass, root_items),
            };
            let rate = f64::from(catalogue.value_items(value)) / items.max(1.0);
            // Below a level, evidence on the level itself is no evidence on one of its parts.
            let score = affinity(own.positive, own.negative, mass.max(own.positive), rate);
            if let Some(place) = self.values.get_mut(value.0 as usize) {
                *place = (above + facet_weight(FacetTag::category(0)) * score) as f32;
            }
        }
    }

    fn weigh_flat_facets(&mut self, catalogue: &Catalogue, seen: &SortedMap<ValueIdx, Strength>) {
        let mut by_facet = SortedMap::<FacetIdx, Vec<(ValueIdx, Strength)>>::default();
        for (value, &strength) in seen.iter() {
            let facet = catalogue.facet_of(value);
            if facet != FacetIdx::CATEGORY {
                by_facet
                    .or_insert(facet, Vec::new())
                    .push((value, strength));
            }
        }
        for (facet, seen) in by_facet.iter() {
            let weight = seen.first().map_or(0.0, |&(value, _)| {
                facet_weight(catalogue.value_key(value).tag())
            });
            let mass: f64 = seen.iter().map(|(_, strength)| strength.positive).sum();
            let numbers = catalogue.value_range(facet);
            let all = numbers.start as usize..numbers.end as usize;
            let counts = catalogue.direct_counts().get(all.clone());
            let counts = counts.unwrap_or_default().iter();
            let items: u64 = counts.map(|&count| u64::from(count)).sum();
            let rate = |value: ValueIdx| {
                f64::from(catalogue.value_items(value)).max(1.0) / items.max(1) as f64
            };
            let choices = seen
                .iter()
                .map(|&(value, strength)| (strength.positive, rate(value)));
            let taste = Taste::new(choices.collect(), mass);
            let weight = weight * taste.earned();
            let own = seen.iter().map(|&(value, strength)| (value, strength));
            self.tastes.insert(facet, (taste, own.collect()));
            // What has no evidence of its own loses by what the others have.
            let unseen = (weight * affinity(0.0, 0.0, mass, 1.0)) as f32;
            self.values.get_mut(all).unwrap_or_default().fill(unseen);
            for &(value, strength) in seen {
                let having = f64::from(catalogue.value_items(value)).max(1.0);
                let rate = rate(value);
                // A value that no other item has says nothing about other items.
                let shared = 1.0 - 1.0 / having;
                let score = shared * affinity(strength.positive, strength.negative, mass, rate);
                if let Some(place) = self.values.get_mut(value.0 as usize) {
                    *place = (weight * score) as f32;
                }
            }
        }
    }
}

/// `ln( (m + κ·p) / ((M + κ)·p) ) − ln(1 + n)`, see the module's method. `rate` in `(0, 1]`.
fn affinity(positive: f64, negative: f64, total: f64, rate: f64) -> f64 {
    // Most values of a catalogue.
    if total.max(positive) == 0.0 && negative <= 0.0 {
        return 0.0;
    }
    let rate = rate.clamp(1e-6, 1.0);
    let smoothed = (positive + KAPPA * rate) / ((total.max(positive) + KAPPA) * rate);
    libm::log(smoothed) - libm::log1p(negative.max(0.0))
}

/// Evidence of both, each view in the profile counted `voice` times.
fn strengths(
    session: &SortedMap<Key, Evidence>,
    profile: &SortedMap<Key, Evidence>,
    voice: f64,
) -> SortedMap<Key, Strength> {
    let mut seen = SortedMap::<Key, Strength>::default();
    for (key, evidence) in session.iter() {
        let strength = seen.or_insert(key, Strength::default());
        strength.session = evidence.positive - evidence.negative;
        strength.positive += evidence.positive;
        strength.negative += evidence.negative;
    }
    for (key, evidence) in profile.iter() {
        let strength = seen.or_insert(key, Strength::default());
        strength.profile = evidence.positive - evidence.negative;
        strength.positive += voice * evidence.positive;
        strength.negative += voice * evidence.negative;
    }
    seen
}

/// What a profile counts in this visit.
struct Voice {
    /// What one view in it counts.
    full: f64,
    /// How much of what it says is heard: less than 1 where the visit is about something else.
    gate: f64,
}

/// What `profile` counts in a visit that shows `session`.
fn profile_voice(
    catalogue: Option<&Catalogue>,
    session: &SortedMap<Key, Evidence>,
    profile: &SortedMap<Key, Evidence>,
) -> Voice {
    let ungated = |full| Voice { full, gate: 1.0 };
    let mut totals = SortedMap::<FacetTag, f64>::default();
    for (key, evidence) in profile.iter() {
        if key.tag() != FacetTag::ITEM {
            *totals.or_insert(key.tag(), 0.0) += evidence.positive;
        }
    }
    let most = totals.iter().map(|(_, &total)| total).fold(0.0, f64::max);
    if most == 0.0 {
        return ungated(PROFILE_WEIGHT);
    }
    let full = (PROFILE_CAP / most).min(PROFILE_WEIGHT);
    // The department tells what a visit is about. Another brand does not make it another matter, so shops without departments
    // have no gate.
    let tag = FacetTag::category(0);
    let Some(&total) = totals.get(tag) else {
        return ungated(full);
    };
    let departments: Vec<_> = session
        .iter()
        .filter(|(key, evidence)| key.tag() == tag && evidence.positive > 0.0)
        .collect();
    // Where no catalogue tells how common departments are, those of the profile are equally so.
    let known_departments = profile.iter().filter(|(key, _)| key.tag() == tag).count() as f64;
    let (mut usual, mut all) = (GATE_PRIOR, GATE_PRIOR);
    for (key, evidence) in &departments {
        let known = profile.get(*key).map_or(0.0, |evidence| evidence.positive);
        let rate = base_rate(catalogue, *key).unwrap_or(1.0 / known_departments.max(1.0));
        // As usual as in the catalogue is usual enough.
        let typicality = (known / (total * rate).max(1e-9)).min(1.0);
        usual += evidence.positive * typicality;
        all += evidence.positive;
    }
    let gate = usual / all;
    Voice { full, gate }
}

fn base_rate(catalogue: Option<&Catalogue>, key: Key) -> Option<f64> {
    let catalogue = catalogue?;
    let value = catalogue.value_by_key(key)?;
    Some(f64::from(catalogue.value_items(value)) / catalogue.item_count().max(1) as f64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn affinity_is_finite_and_rises_with_evidence(
            positive in 0.0..1e4f64, more in 0.01..1e3f64, negative in 0.0..1e3f64, rest in 0.0..1e4f64, rate in 1e-6..0.9f64,
        ) {
            let less = affinity(positive, negative, positive + rest, rate);
            let greater = affinity(positive + more, negative, positive + rest + more, rate);
            prop_assert!(less.is_finite());
            prop_assert!(less < greater + 1e-12);
            prop_assert!(affinity(positive, negative + more, positive + rest, rate) < less);
        }

        #[test]
        fn a_rare_value_gains_more_from_the_same_view(rate in 1e-5..0.4f64) {
            prop_assert!(affinity(1.0, 0.0, 1.0, rate) > affinity(1.0, 0.0, 1.0, rate * 2.0));
        }
    }

    #[test]
    fn no_evidence_says_nothing() {
        assert_eq!(affinity(0.0, 0.0, 0.0, 0.3), 0.0);
    }
}
