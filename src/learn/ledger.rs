//! What the shopper bought and sent back, as the profile carries it.
//!
//! # Method
//! A profile holds no times, only masses that fade. The mass of one purchase tells how old it is; of an item that was bought
//! again the profile has three: the first purchase, the later ones, and the days between them. With `g` the mean of the days,
//! weighed as they fade, and purchases that far apart, the latest is worth `d = A·(1 − 2^(−g/h)) + F`, if the first is worth
//! `F`, all later ones together `A`, and `h` is the half-life.
//!
//! # Invariants
//! * These facts are no evidence on values: beliefs do not see them.

use crate::{
    key::{FacetTag, Key},
    profile::{Evidence, HALF_LIFE_MS, Profile, ReplicaId},
    sorted::SortedMap,
    time::Timestamp,
};

/// What a purchase weighs, in views: after three months as much as a view of today, so that views do not push it out.
const WEIGHT: f64 = 8.0;
const DAY_MS: f64 = 24.0 * 60.0 * 60.0 * 1000.0;
const HALF_LIFE_DAYS: f64 = HALF_LIFE_MS as f64 / DAY_MS;
/// A purchase further back weighs nothing (24 half-lives), so a later one is the first again. A longer gap says that a clock was wrong.
const MOST_GAP_DAYS: f64 = 720.0;
/// Purchases closer together are one that was made in two steps.
const LEAST_GAP_DAYS: f64 = 1.0;

/// What is known of one item.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Fact {
    /// Days since the latest purchase, if there was one that was not sent back.
    pub(crate) bought: Option<f64>,
    /// Mean days between purchases, if there were several.
    pub(crate) gap: Option<f64>,
    /// Days between the first and the latest purchase.
    pub(crate) span: f64,
    /// Whether the latest that is known is that it was sent back.
    pub(crate) returned: bool,
}

/// Facts by the item's key.
pub(crate) type Ledger = SortedMap<Key, Fact>;

/// Whether `key` is about a purchase or return.
pub(crate) fn is_fact(key: Key) -> bool {
    (FacetTag::BOUGHT..=FacetTag::ORDERED).contains(&key.tag())
}

/// The ledger of a profile's evidence.
pub(crate) fn ledger(evidence: &SortedMap<Key, Evidence>) -> Ledger {
    let mut ledger = Ledger::default();
    let of_items = |key: Key| is_fact(key) && key.tag() != FacetTag::ORDERED;
    for (key, _) in evidence.iter().filter(|&(key, _)| of_items(key)) {
        let item = key.as_fact(FacetTag::ITEM);
        if ledger.get(item).is_none() {
            ledger.insert(item, fact(evidence, item));
        }
    }
    ledger
}

fn fact(evidence: &SortedMap<Key, Evidence>, item: Key) -> Fact {
    let mass = |tag| {
        let known = evidence.get(item.as_fact(tag));
        known.map_or(0.0, |evidence| evidence.positive)
    };
    let [first, again, gaps, returned] = [
        FacetTag::BOUGHT,
        FacetTag::AGAIN,
        FacetTag::GAP,
        FacetTag::RETURNED,
    ]
    .map(mass);
    let gap = (again > 0.0 && gaps > 0.0).then(|| (gaps * WEIGHT / again).max(LEAST_GAP_DAYS));
    let since_of_gap = gap.map_or(1.0, |gap| 1.0 - libm::exp2(-gap / HALF_LIFE_DAYS));
    let latest = again * since_of_gap + first;
    let since = -HALF_LIFE_DAYS * libm::log2(latest / WEIGHT);
    let ratio = if first > 0.0 && gap.is_some() {
        latest / first
    } else {
        1.0
    };
    Fact {
        // A return comes after its purchase, so it weighs more; bought once more, it is the purchase that does.
        bought: (latest > returned).then_some(since.max(0.0)),
        gap,
        span: (HALF_LIFE_DAYS * libm::log2(ratio)).max(0.0),
        returned: returned > 0.0 && returned >= latest,
    }
}

/// An order or its return, which pages, logs and tills may tell of again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Order<'a> {
    /// The shop's number; empty if it is not known, and every telling is another order then.
    pub(crate) number: &'a str,
    pub(crate) returned: bool,
}

impl Order<'_> {
    fn key(self, item: Key) -> Key {
        Key::ordered(
            if self.returned { "return " } else { "" },
            Key::ordered(self.number, item),
        )
    }

    /// Those of `items` that were not told of.
    pub(crate) fn new_items(self, profile: &Profile, items: &[Key], at: Timestamp) -> Vec<Key> {
        if self.number.is_empty() {
            return items.to_vec();
        }
        let evidence = profile.evidence(at);
        let new = items
            .iter()
            .filter(|&&item| evidence.get(self.key(item)).is_none());
        new.copied().collect()
    }

    /// Everything that the shopper is known to have bought with this order.
    pub(crate) fn items(self, profile: &Profile, at: Timestamp) -> Vec<Key> {
        let evidence = profile.evidence(at);
        let bought = Order {
            returned: false,
            ..self
        };
        let ledger = ledger(&evidence);
        let items = ledger.iter().map(|(item, _)| item);
        items
            .filter(|&item| evidence.get(bought.key(item)).is_some())
            .collect()
    }

    /// Remembers that `items` were told of.
    pub(crate) fn remember(
        self,
        profile: &mut Profile,
        replica: ReplicaId,
        items: &[Key],
        at: Timestamp,
    ) {
        if !self.number.is_empty() {
            let keys = items.iter().map(|&item| self.key(item));
            profile.record(replica, WEIGHT, keys, at);
        }
    }
}

/// Writes a purchase of `items` into `profile`.
pub(crate) fn bought(profile: &mut Profile, replica: ReplicaId, items: &[Key], at: Timestamp) {
    let known = ledger(&profile.evidence(at));
    for &item in items {
        let mut record = |weight, tag| profile.record(replica, weight, [item.as_fact(tag)], at);
        let bought = known.get(item).and_then(|fact| fact.bought);
        match bought.filter(|&since| since <= MOST_GAP_DAYS) {
            None => record(WEIGHT, FacetTag::BOUGHT),
            Some(since) if since >= LEAST_GAP_DAYS => {
                record(WEIGHT, FacetTag::AGAIN);
                record(since, FacetTag::GAP);
            }
            Some(_) => {}
        }
    }
}

/// Writes a return of `items` into `profile`.
pub(crate) fn returned(profile: &mut Profile, replica: ReplicaId, items: &[Key], at: Timestamp) {
    let facts = items.iter().map(|item| item.as_fact(FacetTag::RETURNED));
    profile.record(replica, WEIGHT, facts, at);
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = 24 * 60 * 60 * 1000;
    const START: u64 = 1_790_000_000_000;

    fn after(days: u64) -> Timestamp {
        Timestamp(START + days * DAY)
    }

    fn told(profile: &Profile, item: Key, day: u64) -> Fact {
        let ledger = ledger(&profile.evidence(after(day)));
        ledger.get(item).copied().unwrap_or_default()
    }

    /// From masses alone it is told when an item was bought last, and how far apart purchases are.
    #[test]
    fn masses_tell_when_and_how_often() {
        let item = Key::item("filter");
        for (days, now, since, gap) in [
            (vec![0], 12, 12.0, None),
            (vec![0, 30], 40, 10.0, Some(30.0)),
            (vec![0, 20, 40, 60], 95, 35.0, Some(20.0)),
            (vec![0, 90, 180], 200, 20.0, Some(90.0)),
        ] {
            let mut profile = Profile::new();
            for day in days {
                bought(&mut profile, ReplicaId(1), &[item], after(day));
            }
            let fact = told(&profile, item, now);
            assert!((fact.bought.unwrap() - since).abs() < 0.5, "{fact:?}");
            match gap {
                None => assert_eq!((fact.gap, fact.span), (None, 0.0)),
                Some(gap) => assert!((fact.gap.unwrap() - gap).abs() < 0.02 * gap, "{fact:?}"),
            }
            assert!((fact.span + since - now as f64).abs() < 1.0, "{fact:?}");
        }
    }

    /// A purchase that a clock ten years ahead has dated counts as one of tomorrow, and tells of no gap of ten years.
    #[test]
    fn a_clock_ahead_tells_of_no_gap() {
        let item = Key::item("filter");
        let mut profile = Profile::new();
        bought(&mut profile, ReplicaId(1), &[item], after(0));
        bought(&mut profile, ReplicaId(1), &[item], after(3_650));
        let fact = told(&profile, item, 0);
        assert_eq!((fact.bought, fact.gap), (Some(0.0), None), "{fact:?}");
    }

    #[test]
    fn what_was_sent_back_is_no_longer_the_shoppers() {
        let item = Key::item("tap");
        let mut profile = Profile::new();
        bought(&mut profile, ReplicaId(1), &[item], after(0));
        returned(&mut profile, ReplicaId(2), &[item], after(9));
        let fact = told(&profile, item, 20);
        assert_eq!((fact.bought, fact.returned), (None, true));
    }

    #[test]
    fn an_order_that_is_told_of_again_is_one() {
        let items = [Key::item("tub"), Key::item("tap")];
        let mut profile = Profile::new();
        let order = |number| Order {
            number,
            returned: false,
        };
        let tell = |profile: &mut Profile, number, items: &[Key], day| {
            let new = order(number).new_items(profile, items, after(day));
            order(number).remember(profile, ReplicaId(1), &new, after(day));
            new
        };
        assert_eq!(tell(&mut profile, "T-1", &items[..1], 0), items[..1]);
        assert_eq!(
            tell(&mut profile, "T-1", &items, 2),
            items[1..],
            "the rest of it"
        );
        assert_eq!(tell(&mut profile, "T-1", &items, 40), []);
        assert_eq!(tell(&mut profile, "T-2", &items, 40), items);
        assert_eq!(
            tell(&mut profile, "", &items, 40),
            items,
            "nobody knows which"
        );
        let back = Order {
            number: "T-1",
            returned: true,
        };
        assert_eq!(back.new_items(&profile, &items, after(41)), items);
        assert_eq!(
            back.items(&profile, after(41)),
            [],
            "nothing was written as bought"
        );
        bought(&mut profile, ReplicaId(1), &items, after(1));
        let mut brought = items.to_vec();
        brought.sort();
        assert_eq!(back.items(&profile, after(41)), brought);
        assert_eq!(
            Order {
                number: "T-9",
                returned: true
            }
            .items(&profile, after(41)),
            []
        );
    }
}
