//! Sources: the candidates of each kind of recommendation, and what speaks for them in log-odds.

use super::{
    AGAIN, Shop, buying, found,
    likeness::{alike, leaf_of},
    remove_values, value_of,
};
use crate::{
    catalogue::{Catalogue, FacetIdx, ItemIdx, ValueIdx},
    index::BitSet,
    key::Key,
    knowledge::KnownItem,
    query::ReasonKind,
    recommend::{Past, Workspace},
    sorted::SortedMap,
};

/// What an accessory, spare part or stand-in counts that the shop names. Hand-set: as bought together seven times as often as by chance.
const NAMED: f64 = 2.0;
/// What an expert's rule counts. Hand-set: more than any list may say, whose weights end below 4.
const RULE: f64 = 4.0;
/// What an alternative counts that has all facet values in common. Hand-set: as viewed instead e times as often.
const LIKE: f64 = 1.0;
/// Products that are most like one of which nothing is known, and speak for it.
const LIKES: usize = 8;
/// Items of which nothing is known that others stand in for: going through a category takes time.
const STOOD_IN: usize = 3;
/// Days since the latest purchase per days between purchases from which on an item is due. Hand-set: a fifth early is in time.
const DUE: f64 = 0.8;
/// What popularity takes from an inspiration. Hand-set: what everybody knows is none.
const NOVELTY: f64 = 0.25;

/// Why a candidate is one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Because<'a> {
    /// Nothing but that it stands well.
    Nothing,
    /// Of an item.
    Item(ReasonKind, ItemIdx),
    /// An expert says so of an item, with these words.
    Rule(ItemIdx, &'a str),
    /// It was bought so many days ago, and is every so many.
    Due(f64, f64),
}

/// A candidate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Found<'a> {
    pub(super) item: ItemIdx,
    pub(super) score: f64,
    /// The greatest part of the score, which `because` is about.
    pub(super) greatest: f64,
    pub(super) because: Because<'a>,
}

/// Gathers candidates.
pub(super) struct Sources<'a, 'b> {
    pub(super) shop: Shop<'a>,
    /// Days since 1970.
    pub(super) day: u32,
    /// What to go by, latest first.
    pub(super) anchors: &'b [ItemIdx],
    pub(super) allowed: &'b mut BitSet,
    pub(super) found: Vec<Found<'a>>,
}

impl<'a> Sources<'a, '_> {
    /// The candidates, each once with the sum of what speaks for it.
    pub(super) fn gathered(self) -> Vec<Found<'a>> {
        let entries = self.found.into_iter().map(|one| (one.item, one)).collect();
        let all = SortedMap::gather(
            entries,
            |item: ItemIdx| u64::from(item.0),
            |sum: &mut Found<'a>, more| {
                sum.score += more.score;
                if more.greatest > sum.greatest {
                    (sum.greatest, sum.because) = (more.greatest, more.because);
                }
            },
        );
        all.iter().map(|(_, one)| *one).collect()
    }

    /// What is opened after `visit`.
    pub(super) fn next(&mut self, visit: &[Key], limit: usize, work: &mut Workspace) {
        let Some(known) = self.shop.known else {
            return;
        };
        let Some(next) = known.knowledge().next_model() else {
            return;
        };
        let catalogue = self.shop.catalogue;
        let place = |number: u32| known.place(KnownItem(number));
        let mut stood_in = 0;
        let mut numbers = Vec::new();
        for &key in visit.iter().rev() {
            let number = known.knowledge().item(key).or_else(|| {
                // What nobody has opened yet is taken for what is most like it.
                stood_in += 1;
                let item = found(catalogue, key).filter(|_| stood_in <= STOOD_IN)?;
                let like = alike(catalogue, item, &catalogue.shown(), LIKES);
                like.into_iter().find_map(|(like, _)| self.number(like))
            });
            if let Some(number) = number
                && numbers.last() != Some(&number.0)
            {
                numbers.push(number.0);
            }
        }
        let latest_last = || numbers.iter().rev().copied();
        let is_allowed =
            |number: u32| place(number).is_some_and(|item| self.allowed.contains(item.0));
        let past = self.past();
        let predicted = next.predict(latest_last(), &past, limit, is_allowed, work);
        let finite = predicted.iter().filter(|scored| scored.score.is_finite());
        let found = finite.filter_map(|scored| {
            let because = next
                .pointing(numbers.iter().copied(), scored.item)
                .and_then(place);
            let score = f64::from(scored.score);
            Some(Found {
                item: place(scored.item)?,
                score,
                greatest: score,
                because: because.map_or(Because::Nothing, |item| {
                    Because::Item(ReasonKind::Visit, item)
                }),
            })
        });
        self.found.extend(found);
    }

    /// What belongs to the anchors.
    pub(super) fn complements(&mut self) {
        for &anchor in self.anchors {
            let before = self.found.len();
            self.belonging(anchor, anchor, 1.0);
            if self.found.len() == before {
                // Of what is new or rare nobody knows what goes with it, but of what is most like it.
                let catalogue = self.shop.catalogue;
                for (like, how) in alike(catalogue, anchor, &catalogue.shown(), LIKES) {
                    if how > 0.0 {
                        self.belonging(like, anchor, how / 2.0);
                    }
                }
            }
        }
    }

    /// What belongs to `item`, for the sake of `anchor`, each part counting `share`.
    fn belonging(&mut self, item: ItemIdx, anchor: ItemIdx, share: f64) {
        let Shop {
            catalogue, known, ..
        } = self.shop;
        let fits = Because::Item(ReasonKind::Accessory, anchor);
        self.named(item, false, share * NAMED, fits);
        let (Some(known), day) = (known, self.day) else {
            return;
        };
        let knowledge = known.knowledge();
        let bought = Because::Item(ReasonKind::Complement, anchor);
        if let Some(number) = self.number(item) {
            for near in knowledge.complements(number) {
                if let Some(other) = known.place(KnownItem(near.item)) {
                    self.push(other, share * f64::from(near.weight), bought);
                }
            }
        }
        let values = catalogue.item_values(item);
        let values = values.flat_map(|value| catalogue.ancestors(value));
        let keys = values.map(|value| catalogue.value_key(value));
        for key in keys.chain([Key::item(catalogue.id(item))]) {
            for (other, note) in knowledge.rules(key, day) {
                if let Some(other) = known.place(other) {
                    self.push(other, share * RULE, Because::Rule(anchor, note));
                }
            }
        }
    }

    /// What the shop names with `item`, or in its stead.
    fn named(&mut self, item: ItemIdx, stand_ins: bool, score: f64, because: Because<'a>) {
        for other in self.shop.catalogue.named(item, stand_ins) {
            self.push(other, score, because);
        }
    }

    /// What could stand in the place of the latest anchor.
    pub(super) fn alternatives(&mut self, limit: usize) {
        let Shop {
            catalogue, known, ..
        } = self.shop;
        let Some(&anchor) = self.anchors.first() else {
            return;
        };
        let alike = alike(catalogue, anchor, self.allowed, limit);
        for (other, like) in alike {
            let because = Because::Item(ReasonKind::Alike, anchor);
            self.push(other, LIKE * like, because);
        }
        let named = Because::Item(ReasonKind::Alike, anchor);
        self.named(anchor, true, NAMED, named);
        let leaf = leaf_of(catalogue, anchor);
        if let Some((known, number)) = known.zip(self.number(anchor)) {
            let because = Because::Item(ReasonKind::Alternative, anchor);
            for near in known.knowledge().alternatives(number) {
                let other = known.place(KnownItem(near.item));
                let group = catalogue.group(anchor);
                let same = other.filter(|&other| {
                    let is_variant = group.is_some() && catalogue.group(other) == group;
                    leaf_of(catalogue, other) == leaf && !is_variant
                });
                if let Some(other) = same {
                    self.push(other, f64::from(near.weight), because);
                }
            }
        }
    }

    /// What the shopper bought and is due: by the ranker, if the log taught one, else by the days since.
    pub(super) fn repurchases(&mut self, limit: usize, work: &mut Workspace) {
        let Shop {
            catalogue,
            beliefs,
            known,
            ..
        } = self.shop;
        let past = self.past();
        let next = known.and_then(|known| known.knowledge().next_model());
        let ranked = next.and_then(|next| next.again(&past, limit, |_| true, work));
        for (key, fact) in beliefs.ledger.iter() {
            if let Some((since, item)) = fact.bought.zip(found(catalogue, key)) {
                let buying = buying(self.shop, item).unwrap_or_default();
                let usual = f64::from(buying.interval);
                let interval = match fact.gap {
                    // Each says as much as the other.
                    Some(own) if usual > 0.0 => (own * usual).sqrt(),
                    Some(own) => own,
                    None if buying.again < AGAIN => 0.0,
                    None => usual,
                };
                let due = since / interval;
                let score = match &ranked {
                    _ if interval <= 0.0 => continue,
                    Some(ranked) => {
                        let number = self.number(item).map(|number| number.0);
                        let own = ranked.iter().find(|own| Some(own.item) == number);
                        own.map_or(f64::NAN, |own| f64::from(own.score))
                    }
                    None if due < DUE => continue,
                    None => {
                        let again = if fact.gap.is_some() {
                            1.0
                        } else {
                            buying.again
                        };
                        libm::log(f64::from(again)) - libm::log(due).abs()
                    }
                };
                if score.is_finite() {
                    self.push(item, score, Because::Due(since, interval));
                }
            }
        }
    }

    /// What the shopper bought, as the model of what is opened next takes it.
    fn past(&self) -> Vec<Past> {
        let Shop { beliefs, known, .. } = self.shop;
        let ledger = beliefs.ledger.iter();
        let past = ledger.filter_map(|(key, fact)| {
            let times = fact.gap.map_or(1.0, |gap| 1.0 + fact.span / gap);
            Some(Past {
                item: known?.knowledge().item(key)?.0,
                times: times as f32,
                since: fact.bought? as f32,
                span: fact.span as f32,
            })
        });
        past.collect()
    }

    /// What lies elsewhere than what the shopper looks at.
    pub(super) fn inspirations(
        &mut self,
        visit: &[Key],
        least: usize,
        limit: usize,
        work: &mut Workspace,
    ) {
        let Shop {
            catalogue, beliefs, ..
        } = self.shop;
        self.leave(least);
        self.next(visit, limit, work);
        // Among each other, scores of the model compare; beside those of other sources, only their differences do.
        let scores = self.found.iter().map(|one| one.score);
        let greatest = scores.fold(f64::NEG_INFINITY, f64::max);
        for one in &mut self.found {
            one.score -= greatest + NOVELTY * catalogue.prior(one.item);
            one.greatest = one.score;
        }
        let tasteful = catalogue.items().filter_map(|item| {
            let (values, _) = beliefs.of_values_and_item(catalogue, item);
            let new = self.allowed.contains(item.0) && values > 0.0;
            new.then(|| (item, values - NOVELTY * catalogue.prior(item)))
        });
        let best = crate::order::best_by(tasteful.collect(), limit, |&(_, score)| score);
        for (item, score) in best {
            self.push(item, score.max(0.0), Because::Nothing);
        }
    }

    /// Takes out the departments and brands that the shopper looks at; where fewer than `least` products would be left, the
    /// departments alone, or else their categories.
    fn leave(&mut self, least: usize) {
        let catalogue = self.shop.catalogue;
        let leaf = |&item: &ItemIdx| leaf_of(catalogue, item);
        let root = |item: &ItemIdx| catalogue.ancestors(leaf(item)?).last();
        let brand = |&item: &ItemIdx| value_of(catalogue, item, FacetIdx::BRAND);
        let anchors = self.anchors;
        let leaves: Vec<ValueIdx> = anchors.iter().filter_map(leaf).collect();
        let roots: Vec<ValueIdx> = anchors.iter().filter_map(root).collect();
        let both = roots
            .iter()
            .copied()
            .chain(anchors.iter().filter_map(brand));
        let mut left = BitSet::new(0);
        for mut values in [both.collect(), roots.clone(), leaves] {
            values.sort_unstable();
            values.dedup();
            left = self.allowed.clone();
            for value in values {
                remove_values(catalogue, catalogue.subtree(value), &mut left);
            }
            if left.count() >= least {
                break;
            }
        }
        *self.allowed = left;
    }

    fn push(&mut self, item: ItemIdx, score: f64, because: Because<'a>) {
        if self.allowed.contains(item.0) {
            self.found.push(Found {
                item,
                score,
                greatest: score,
                because,
            });
        }
    }

    /// The number of `item` in the knowledge.
    fn number(&self, item: ItemIdx) -> Option<KnownItem> {
        let knowledge = self.shop.known?.knowledge();
        knowledge.item(key_of(self.shop.catalogue, item))
    }
}

fn key_of(catalogue: &Catalogue, item: ItemIdx) -> Key {
    Key::item(catalogue.id(item))
}
