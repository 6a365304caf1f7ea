//! Focus: how far what is known of the shopper bears on what is asked for.
//!
//! # Method
//! The products that answer a text best tell what the search is about. What the shopper turned to on this visit counts as far as it is about
//! the same: fully if it answers the text itself, else by how typical its category is of these answers, `min(1, P(category | answers) / P(category))`.
//! Of the turns so weighed, a value is worth how much more often it was chosen than these answers offer it: the log of a Dirichlet-smoothed
//! rate over that among the answers. A facet that all answers agree on so tells nothing, nor does a value that nobody chose.
//! What the profile adds is gated by how typical its departments are of the answers.
//!
//! The sum is squashed, `most · tanh(x / most)`: it orders products that answer about equally well, and carries none over one that answers better,
//! however many categories and attributes a feed has.
//!
//! # Invariants
//! * Without a text nothing is gated or squashed: all that is known counts.
//! * Every score is finite; what affinities add beside a text stays within ±`most` of its [`Voice`].

use super::score::Scored;
use crate::{
    catalogue::{Catalogue, FacetIdx, ItemIdx, ValueIdx},
    learn::{Beliefs, Turn},
    sorted::SortedMap,
};

/// Answers that are looked at to see what a text is about.
const LOOKED_AT: usize = 256;
/// Log-odds below the best answer within which others are as good.
const AS_GOOD: f64 = 1.5;
/// Answers taken to be spread like the catalogue, so that a rare category is not ruled out by a few answers.
const PSEUDO_ANSWERS: f64 = 1.0;
/// Typicality below which nothing is heard: what is left of it comes from [`PSEUDO_ANSWERS`], and would still decide among equals.
const UNHEARD: f64 = 0.125;

/// How loud the shopper's affinities are beside the text.
#[derive(Clone, Copy, Debug)]
struct Voice {
    /// What values are worth beside each other.
    category: f64,
    brand: f64,
    attribute: f64,
    /// Views taken to be spread like the answers.
    pseudo_views: f64,
    /// Log-odds that all of them add at most.
    most: f64,
}

/// Beside a whole text: found on judged queries, which know no brand; see `docs/benchmarks.md`.
const BESIDE_TEXT: Voice = Voice {
    category: 0.5,
    brand: 0.15,
    attribute: 0.05,
    pseudo_views: 6.0,
    most: 1.5,
};
/// While a text is typed, what it means is open, and the shopper tells more of it. Found by the keys that clicks save.
const BESIDE_LETTERS: Voice = Voice {
    category: 1.0,
    brand: 0.8,
    attribute: 0.35,
    pseudo_views: 1.0,
    most: 8.0,
};

/// What is known of the shopper, as far as it bears on one question.
pub(crate) struct Focus<'a> {
    beliefs: &'a Beliefs,
    /// Per value what the visit says of it; empty where no text narrows it.
    visit: Vec<f32>,
    /// How much of what the profile says is heard.
    profile: f64,
    /// How loud all of it is; `None` where no text narrows it.
    voice: Option<Voice>,
}

impl<'a> Focus<'a> {
    /// All that is known, where no text says what is wanted.
    pub(crate) fn wide(beliefs: &'a Beliefs) -> Self {
        Self {
            beliefs,
            visit: Vec::new(),
            profile: 1.0,
            voice: None,
        }
    }

    /// What bears on `answers`, which a text found and which are scored without the shopper.
    pub(crate) fn on(
        catalogue: &Catalogue,
        beliefs: &'a Beliefs,
        answers: &[Scored],
        unfinished: bool,
    ) -> Self {
        let voice = if unfinished {
            BESIDE_LETTERS
        } else {
            BESIDE_TEXT
        };
        let mut focus = Self {
            voice: Some(voice),
            ..Self::wide(beliefs)
        };
        if beliefs.is_empty() || answers.is_empty() {
            return focus;
        }
        let topic = Topic::new(catalogue, answers, unfinished);
        focus.profile = topic.gate(catalogue, beliefs);
        focus.visit = weigh(catalogue, beliefs, &topic, voice);
        focus
    }

    /// What speaks for `item`: values, and what was done with the item itself.
    #[inline]
    pub(crate) fn of(&self, catalogue: &Catalogue, item: ItemIdx) -> (f64, f64) {
        let (values, own) = self.raw(catalogue, item);
        (
            self.voice.map_or(values, |voice| voice.squashed(values)),
            own,
        )
    }

    /// What one value adds for `item`, on its own level of a path.
    pub(crate) fn part(&self, catalogue: &Catalogue, item: ItemIdx, value: ValueIdx) -> f64 {
        let all = |value| match self.voice {
            Some(_) => self.value(value),
            None => self.beliefs.value(value),
        };
        let above = catalogue.value_parent(value).map_or(0.0, all);
        let raw = self.raw(catalogue, item).0;
        let share = match self.voice {
            Some(voice) if raw != 0.0 => voice.squashed(raw) / raw,
            _ => 1.0,
        };
        share * self.beliefs.share(catalogue, item, value) * (all(value) - above)
    }

    pub(crate) fn beliefs(&self) -> &Beliefs {
        self.beliefs
    }

    fn raw(&self, catalogue: &Catalogue, item: ItemIdx) -> (f64, f64) {
        if self.voice.is_none() {
            return self.beliefs.of_values_and_item(catalogue, item);
        }
        if self.visit.is_empty() && self.profile == 0.0 {
            return (0.0, self.beliefs.item_number(item));
        }
        let sum = self.beliefs.sum(catalogue, item, |value| self.value(value));
        (sum, self.beliefs.item_number(item))
    }

    #[inline]
    fn value(&self, value: ValueIdx) -> f64 {
        let visit = f64::from(self.visit.get(value.0 as usize).copied().unwrap_or(0.0));
        visit + self.profile * self.beliefs.before(value)
    }
}

impl Voice {
    fn squashed(self, raw: f64) -> f64 {
        self.most * libm::tanh(raw / self.most)
    }

    fn of(self, facet: FacetIdx) -> f64 {
        match facet {
            FacetIdx::CATEGORY => self.category,
            FacetIdx::BRAND => self.brand,
            _ => self.attribute,
        }
    }

    /// How much more often a value was chosen than it is offered; negative only where it was turned away from.
    fn turned(self, mass: f64, total: f64, rate: f64) -> f64 {
        if mass < 0.0 {
            return -libm::log1p(-mass);
        }
        let rate = rate.clamp(1e-6, 1.0);
        let pseudo = self.pseudo_views;
        libm::log((mass + pseudo * rate) / ((total + pseudo) * rate)).max(0.0)
    }
}

/// What the best answers have in common.
struct Topic {
    /// How many of them have each value.
    counts: Vec<u32>,
    looked_at: f64,
    /// Items that answer the text about as well as any, ascending.
    items: Vec<ItemIdx>,
    /// Whether the text may go on, so that it does not tell yet what is meant.
    unfinished: bool,
}

impl Topic {
    fn new(catalogue: &Catalogue, answers: &[Scored], unfinished: bool) -> Self {
        let rank = answers.iter().map(Scored::rank).min().unwrap_or(0);
        let best = answers.iter().filter(|answer| answer.rank() == rank);
        let most = best
            .clone()
            .map(Scored::text)
            .fold(f64::NEG_INFINITY, f64::max);
        let items: Vec<ItemIdx> = best
            .filter(|answer| answer.text() >= most - AS_GOOD)
            .map(Scored::item)
            .collect();
        let mut counts = vec![0; catalogue.value_count()];
        let step = items.len().div_ceil(LOOKED_AT).max(1);
        let mut looked_at = 0.0;
        for &item in items.iter().step_by(step) {
            looked_at += 1.0;
            for value in catalogue.item_values(item) {
                if let Some(count) = counts.get_mut(value.0 as usize) {
                    *count += 1;
                }
            }
        }
        catalogue.add_up(&mut counts, |above, own| *above += own);
        Self {
            counts,
            looked_at,
            items,
            unfinished,
        }
    }

    /// The share of the answers with `value`, mixed with that of the catalogue.
    fn rate(&self, catalogue: &Catalogue, value: ValueIdx) -> f64 {
        let count = f64::from(self.counts.get(value.0 as usize).copied().unwrap_or(0));
        let usual = usual_rate(catalogue, value);
        (count + PSEUDO_ANSWERS * usual) / (self.looked_at + PSEUDO_ANSWERS)
    }

    /// How typical `value` is of the answers, beside the whole catalogue.
    fn typicality(&self, catalogue: &Catalogue, value: ValueIdx) -> f64 {
        let ratio = self.rate(catalogue, value) / usual_rate(catalogue, value);
        if ratio < UNHEARD { 0.0 } else { ratio.min(1.0) }
    }

    /// How far a turn is about what is asked for.
    fn bearing(&self, catalogue: &Catalogue, turn: &Turn) -> f64 {
        if turn
            .items
            .iter()
            .any(|item| self.items.binary_search(item).is_ok())
        {
            return 1.0;
        }
        // Categories stand before brands, each behind the one above it.
        let of = |facet| {
            let own = turn.values.iter().rev();
            own.copied()
                .find(|&value| catalogue.facet_of(value) == facet)
        };
        match (of(FacetIdx::CATEGORY), of(FacetIdx::BRAND)) {
            // What was searched for says nothing beside what is: one text has one order, whether it was typed or opened by its link.
            _ if turn.items.is_empty() => 0.0,
            (Some(leaf), _) => self.typicality(catalogue, leaf),
            // A brand alone says what a visit is about as long as the text does not.
            (None, Some(brand)) if self.unfinished => self.typicality(catalogue, brand),
            (None, _) => 0.0,
        }
    }

    /// How far the departments of the profile are those of the answers.
    fn gate(&self, catalogue: &Catalogue, beliefs: &Beliefs) -> f64 {
        let (mut heard, mut all) = (0.0, 0.0);
        for (key, strength) in beliefs.seen() {
            if strength.profile <= 0.0 {
                continue;
            }
            let Some(value) = catalogue.value_by_key(key) else {
                continue;
            };
            if catalogue.facet_of(value) == FacetIdx::CATEGORY
                && catalogue.value_parent(value).is_none()
            {
                heard += strength.profile * self.typicality(catalogue, value);
                all += strength.profile;
            }
        }
        if all > 0.0 { heard / all } else { 1.0 }
    }
}

fn usual_rate(catalogue: &Catalogue, value: ValueIdx) -> f64 {
    f64::from(catalogue.value_items(value).max(1)) / catalogue.item_count().max(1) as f64
}

/// What the turns of the visit say of each value among the answers; of categories the sum along the path.
fn weigh(catalogue: &Catalogue, beliefs: &Beliefs, topic: &Topic, voice: Voice) -> Vec<f32> {
    let mut masses = SortedMap::<ValueIdx, f64>::default();
    let mut totals = SortedMap::<FacetIdx, f64>::default();
    for turn in beliefs.turns() {
        let mass = turn.mass * topic.bearing(catalogue, turn);
        if mass == 0.0 {
            continue;
        }
        let mut last = None;
        for &value in &turn.values {
            *masses.or_insert(value, 0.0) += mass;
            let facet = catalogue.facet_of(value);
            if mass > 0.0 && last != Some(facet) {
                *totals.or_insert(facet, 0.0) += mass;
            }
            last = Some(facet);
        }
    }
    if masses.is_empty() {
        return Vec::new();
    }
    let mut values = vec![0.0; catalogue.value_count()];
    for (value, &mass) in masses.iter() {
        let facet = catalogue.facet_of(value);
        let above = catalogue.value_parent(value);
        let (total, rate) = match above {
            Some(above) => (
                masses.get(above).copied().unwrap_or(0.0),
                topic.rate(catalogue, value) / topic.rate(catalogue, above),
            ),
            None => (
                totals.get(facet).copied().unwrap_or(0.0),
                topic.rate(catalogue, value),
            ),
        };
        let own = voice.of(facet) * voice.turned(mass, total.max(mass), rate);
        let before = above.map_or(0.0, |above| {
            f64::from(values.get(above.0 as usize).copied().unwrap_or(0.0))
        });
        let sum = (before + own) as f32;
        // What lies below has it, too, until it is told otherwise.
        for below in catalogue.with_below(value) {
            if let Some(place) = values.get_mut(below.0 as usize) {
                *place = sum;
            }
        }
    }
    values
}
