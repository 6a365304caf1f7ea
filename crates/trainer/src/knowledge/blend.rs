//! What a shopper's affinities weigh beside the model of what is opened next: learned from what was opened in later visits.
//!
//! # Method
//! Later visits are replayed before the engine, each shopper's earlier ones first, so that session and profile are what they were. What was opened is
//! compared with the other candidates by conditional logistic regression (McFadden 1974): the model's log-odds stand, the affinity has one weight, with a
//! Gaussian prior around the weight that stands without logs. The likelihood has one maximum, which is found by halving.
//!
//! The weight is earned: fitted to the first part of the choices, it must make the later ones more probable than no affinity and than the usual weight
//! do; else the better of these stands.
//!
//! # Invariants
//! * Sums run in the order of the choices: the same log gives the same bits.

use endcap::{Engine, RecommendQuery, Recommendable, Timestamp};

use crate::next::{STEP_MS, view};

/// The weight without logs, and how far from it a shop is expected to be. Hand-set.
const USUAL: f64 = Recommendable::USUAL_WEIGHT;
const SPREAD: f64 = 0.25;
/// Weights that are looked at; the engine takes 8 at most.
const GREATEST: f64 = 4.0;
/// Halvings of that range: what is left is less than a weight's last bit.
const HALVINGS: usize = 32;
/// Choices below which nothing is learned, as for the weights of search.
const LEAST: usize = 200;
/// Choices that are replayed at most, evenly drawn.
const MOST: usize = 4_000;
/// Share of the choices that the weight is fitted to before it is tried on the rest.
const FITTED: f64 = 0.7;

/// What was opened in one visit, and when it began, in milliseconds since 1970.
#[derive(Clone, Copy, Debug)]
pub(super) struct Opening<'a> {
    pub(super) items: &'a [u32],
    pub(super) begin: u64,
}

/// A later visit, and the same shopper's visits before it.
pub(super) struct Case<'a> {
    pub(super) before: Vec<Opening<'a>>,
    pub(super) visit: Opening<'a>,
}

/// What was learned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LearnedBlend {
    /// The weight.
    pub weight: f32,
    /// Choices that it was learned from.
    pub choices: usize,
    /// Mean log-likelihood of a later choice without affinities, with the usual weight and with the one that was fitted to the earlier choices.
    pub fits: [f64; 3],
}

/// What was opened, and what else could have been: log-odds and affinity.
#[derive(Clone, Debug)]
struct Choice {
    chosen: (f64, f64),
    others: Vec<(f64, f64)>,
}

/// Learns the weight from `cases`, ordered by time, whose items are numbered as in `ids`; `None` where they have too few choices. The engine has the model from the
/// visits before them.
pub(super) fn blend(
    engine: &mut Engine,
    ids: &[String],
    cases: &[Case<'_>],
    progress: &mut dyn FnMut(usize, usize),
) -> Option<LearnedBlend> {
    let total: usize = cases.iter().map(|case| case.visit.items.len() - 1).sum();
    let every = total.div_ceil(MOST).max(1);
    let mut choices = Vec::new();
    let mut at = 0;
    for (done, case) in cases.iter().enumerate() {
        progress(done, cases.len());
        let next = at + case.visit.items.len() - 1;
        // Of most visits of a large log none is drawn.
        if next / every > at / every {
            replay(
                engine,
                ids,
                case,
                |place| (at + place) % every == 0,
                &mut choices,
            );
        }
        at = next;
    }
    engine.erase();
    learn(&choices)
}

/// Replays a visit; what was opened at the places that `drawn` names is a choice if it was a candidate.
fn replay(
    engine: &mut Engine,
    ids: &[String],
    case: &Case<'_>,
    drawn: impl Fn(usize) -> bool,
    choices: &mut Vec<Choice>,
) {
    let id = |item: u32| ids.get(item as usize).map_or("", String::as_str);
    engine.erase();
    for opening in &case.before {
        for (&item, time) in opening.items.iter().zip(times(opening.begin)) {
            view(engine, id(item), time);
        }
    }
    // A visit begins with what lasts of those before it.
    let profile = engine.profile();
    engine.erase();
    // A profile of its own making is always taken.
    let _ = engine.join_profile(&profile);
    let visit = case.visit;
    for (place, (&item, time)) in visit.items.iter().zip(times(visit.begin)).enumerate() {
        if place > 0 && drawn(place) {
            let mut others = engine.recommendable(&RecommendQuery::default(), time);
            if let Some(chosen) = others.iter().position(|one| one.id == id(item)) {
                let chosen = others.swap_remove(chosen);
                let parts = |one: &Recommendable| (one.score, one.affinity);
                choices.push(Choice {
                    chosen: parts(&chosen),
                    others: others.iter().map(parts).collect(),
                });
            }
        }
        view(engine, id(item), time);
    }
}

/// When the items of a visit are opened.
fn times(begin: u64) -> impl Iterator<Item = Timestamp> {
    (0..).map(move |at| Timestamp(begin + at * STEP_MS))
}

fn learn(choices: &[Choice]) -> Option<LearnedBlend> {
    if choices.len() < LEAST {
        return None;
    }
    let (earlier, later) = choices.split_at((choices.len() as f64 * FITTED) as usize);
    let fits = [0.0, USUAL, fit(earlier)].map(|weight| mean_log_likelihood(later, weight));
    let weight = if fits[2] > fits[0].max(fits[1]) {
        fit(choices)
    } else if fits[1] > fits[0] {
        USUAL
    } else {
        0.0
    };
    Some(LearnedBlend {
        weight: weight as f32,
        choices: choices.len(),
        fits,
    })
}

/// The weight of the greatest penalised likelihood: where its slope, which falls, is nought.
fn fit(choices: &[Choice]) -> f64 {
    let (mut low, mut high) = (0.0, GREATEST);
    for _ in 0..HALVINGS {
        let middle = (low + high) / 2.0;
        let slope: f64 = choices.iter().map(|choice| choice.judged(middle).1).sum();
        if slope > (middle - USUAL) / (SPREAD * SPREAD) {
            low = middle;
        } else {
            high = middle;
        }
    }
    (low + high) / 2.0
}

fn mean_log_likelihood(choices: &[Choice], weight: f64) -> f64 {
    let sum: f64 = choices.iter().map(|choice| choice.judged(weight).0).sum();
    sum / choices.len().max(1) as f64
}

impl Choice {
    /// Log-likelihood under `weight`, and its slope.
    fn judged(&self, weight: f64) -> (f64, f64) {
        let worth = |&(score, affinity): &(f64, f64)| score + weight * affinity;
        let own = worth(&self.chosen);
        let most = self.others.iter().map(worth).fold(own, f64::max);
        let (mut sum, mut mean) = (0.0, 0.0);
        for one in self.others.iter().chain([&self.chosen]) {
            let share = libm::exp(worth(one) - most);
            sum += share;
            mean += share * one.1;
        }
        (own - most - libm::log(sum), self.chosen.1 - mean / sum)
    }
}

#[cfg(test)]
mod tests {
    use endcap::catalogue::{Catalogue, CatalogueBuilder, CatalogueMeta, Product};
    use endcap::knowledge::Knowledge;
    use endcap::pack::Pack;

    use super::*;
    use crate::next::random::Random;
    use crate::next::{BEGIN_MS, NextSettings, Visit, knowledge_pack, train_lists};

    /// Of three candidates with equal log-odds the affine one is chosen in `of` of ten cases.
    fn choices(of: usize) -> Vec<Choice> {
        let (affine, other) = ((0.0, 1.0), (0.0, 0.0));
        let choice = |at: usize| match at * 7 % 10 < of {
            true => Choice {
                chosen: affine,
                others: vec![other; 2],
            },
            false => Choice {
                chosen: other,
                others: vec![affine, other],
            },
        };
        (0..LEAST * 5).map(choice).collect()
    }

    /// Eight of ten are odds of 4 to 1 where chance gives 1 to 2: a weight of ln 8, less what the prior takes.
    #[test]
    fn what_decides_weighs_what_it_decides() {
        let learned = learn(&choices(8)).unwrap();
        assert!((1.6..2.08).contains(&learned.weight), "{learned:?}");
        assert!(learned.fits[2] > learned.fits[1] && learned.fits[1] > learned.fits[0]);
    }

    #[test]
    fn what_decides_nothing_weighs_little_and_what_misleads_nothing() {
        let chance = learn(&choices(4)).unwrap();
        assert!(chance.weight < 0.4, "{chance:?}");
        assert_eq!(learn(&choices(1)).unwrap().weight, 0.0);
    }

    #[test]
    fn few_choices_teach_nothing() {
        assert!(learn(&choices(8)[..LEAST - 1]).is_none());
    }

    /// Forty lamps of five brands, of which lists know nothing, so that all of them are candidates alike.
    fn shop(ids: &[String]) -> Engine {
        let mut builder = CatalogueBuilder::new(CatalogueMeta::default());
        for (at, id) in ids.iter().enumerate() {
            let product = Product {
                id: id.clone(),
                title: id.clone(),
                brand: format!("Brand {}", at % 5),
                ..Product::default()
            };
            builder.push(product).unwrap();
        }
        let catalogue = Pack::open(builder.finish().unwrap()).and_then(Catalogue::open);
        let visits = [Visit::new(0, (0..40).collect())];
        let source = train_lists(ids.len(), &visits, NextSettings::default());
        let pack = knowledge_pack("", ids, source, Vec::new()).unwrap();
        let mut engine = Engine::with_catalogue(catalogue.unwrap(), 1);
        engine.attach_knowledge(Pack::open(pack).and_then(Knowledge::open).unwrap());
        engine
    }

    /// Visits begin anywhere and go on with the brand that the shopper has always looked at, or with any: only the profile can tell.
    #[test]
    fn who_comes_back_to_a_brand_makes_affinities_weigh_more() {
        let ids: Vec<String> = (0..40).map(|at| format!("lamp {at}")).collect();
        let mut engine = shop(&ids);
        let mut weight = |faithful: bool| {
            let mut random = Random::new(3);
            let mut lamp = |brand: usize| (random.below(8) * 5 + brand) as u32;
            let visits: Vec<[Vec<u32>; 2]> = (0..LEAST + 20)
                .map(|shopper| {
                    let (own, other) = (shopper % 5, (shopper + 1 + shopper / 5 % 4) % 5);
                    let then = if faithful { own } else { shopper / 7 % 5 };
                    let before = (0..4).map(|_| lamp(own)).collect();
                    [before, vec![lamp(other), lamp(then)]]
                })
                .collect();
            let opening = |items, day: usize| Opening {
                items,
                begin: BEGIN_MS + day as u64 * 86_400_000,
            };
            let cases: Vec<Case<'_>> = visits
                .iter()
                .zip(1..)
                .map(|([before, visit], day)| Case {
                    before: vec![opening(before, day - 1)],
                    visit: opening(visit, day),
                })
                .collect();
            blend(&mut engine, &ids, &cases, &mut |_, _| {}).unwrap()
        };
        let (faithful, fickle) = (weight(true), weight(false));
        assert!(faithful.fits[2] > faithful.fits[0] + 0.1, "{faithful:?}");
        assert!(
            faithful.weight > fickle.weight + 0.2,
            "{faithful:?} {fickle:?}"
        );
    }
}
