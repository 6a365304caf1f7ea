//! How the engine learns from an event.

use super::Engine;
use crate::{
    catalogue::{CATEGORY_SEPARATOR, Catalogue, FacetIdx, ValueIdx},
    key::Key,
    learn::{self, Event, EventError, EventKind, Item, Touch},
    order::best_by,
    query::{Change, Learned},
    sorted::SortedMap,
    text::folded,
    time::Timestamp,
};

/// Names of values that no catalogue knows, kept for showing.
const MAX_NAMES: usize = 256;
/// Levels of a category path that an event may name; real ones have up to seven.
const MAX_LEVELS: usize = 16;
/// Words of a search that may name a brand or category.
const MAX_NAME_WORDS: usize = 6;

impl Engine {
    /// Learns from `event`; what it moved comes back, greatest move first.
    ///
    /// # Errors
    ///
    /// Every variant of [`EventError`]; nothing is learned then.
    pub fn observe(&mut self, event: &Event, now: Timestamp) -> Result<Learned, EventError> {
        let kind = event.kind()?;
        self.believe(now);
        let at = event.time(now);
        let order = learn::Order {
            number: event.params.transaction_id.as_str().trim(),
            returned: kind == EventKind::Refund,
        };
        let (mut touch, items_known) = self.touch(event, kind, at);
        if order.returned && touch.items.is_empty() {
            self.take_back(order, &mut touch);
        }
        let is_order = matches!(kind, EventKind::Purchase | EventKind::Refund);
        if is_order {
            let told = touch.items.len();
            touch.items = order.new_items(&self.profile, &touch.items, at);
            if touch.items.is_empty() && told > 0 {
                return Ok(Learned {
                    accepted: true,
                    items_known,
                    changes: Vec::new(),
                });
            }
            order.remember(&mut self.profile, self.replica, &touch.items, at);
        }
        if kind == EventKind::Search {
            self.session.search(event.params.search_term.as_str());
        }
        let mut before = SortedMap::<Key, f64>::default();
        for &key in &touch.values {
            before.insert(key, self.score(key));
        }
        let (values, items) = (f64::from(touch.value_weight), f64::from(touch.item_weight));
        touch.record(&mut self.profile, self.replica);
        match kind {
            EventKind::Purchase => {
                learn::bought(&mut self.profile, self.replica, &touch.items, at);
            }
            EventKind::Refund => {
                learn::returned(&mut self.profile, self.replica, &touch.items, at);
            }
            _ => {}
        }
        let says_something =
            values != 0.0 && !touch.values.is_empty() || items != 0.0 && !touch.items.is_empty();
        if says_something {
            self.session.touch(touch);
        }
        if says_something || kind == EventKind::Purchase {
            self.believed_at = None;
            self.believe(now);
        }
        let changes: Vec<Change> = before
            .iter()
            .filter_map(|(key, &before)| {
                let after = self.score(key);
                let (facet, value, label) = self.name(key)?;
                (after != before).then_some(Change {
                    facet,
                    value,
                    label,
                    before,
                    after,
                })
            })
            .collect();
        let size = |change: &Change| (change.after - change.before).abs();
        Ok(Learned {
            accepted: true,
            items_known,
            changes: best_by(changes, usize::MAX, size),
        })
    }

    /// Lets a return be one of all that its order brought.
    fn take_back(&self, order: learn::Order<'_>, touch: &mut Touch) {
        touch.items = order.items(&self.profile, touch.at);
        if let Some(catalogue) = &self.catalogue {
            for &item in &touch.items {
                let known = catalogue.items_by_key(item).next();
                let values = known.map(|item| keys_of(catalogue, catalogue.item_values(item)));
                touch.values.extend(values.into_iter().flatten());
            }
        }
    }

    /// What `event` says, and how many of its items the catalogue knows.
    fn touch(&mut self, event: &Event, kind: EventKind, at: Timestamp) -> (Touch, usize) {
        let mut touch = Touch {
            at,
            value_weight: kind.value_weight() as f32,
            item_weight: kind.item_weight() as f32,
            values: Vec::new(),
            items: Vec::new(),
        };
        let params = &event.params;
        match kind {
            EventKind::Search => touch.values = self.named(params.search_term.as_str()),
            EventKind::ViewCategory => touch.values = self.category(params.value.as_str()),
            EventKind::SelectFilter => {
                touch.values = self.filter(params.facet.as_str(), params.value.as_str());
            }
            _ => {}
        }
        let mut known = 0;
        if !kind.is_about_items() {
            return (touch, self.known(event));
        }
        for item in event.items() {
            touch.items.push(Key::item(item.item_id.as_str()));
            let in_catalogue = self.catalogue.as_ref().and_then(|catalogue| {
                let item = catalogue.item(item.item_id.as_str())?;
                Some(keys_of(catalogue, catalogue.item_values(item)))
            });
            match in_catalogue {
                Some(keys) => {
                    known += 1;
                    touch.values.extend(keys);
                }
                None => {
                    for (facet, name, key) in item.values() {
                        self.remember_name(key, facet, name);
                        touch.values.push(key);
                    }
                }
            }
        }
        (touch, known)
    }

    /// How many items of `event` the catalogue knows.
    fn known(&self, event: &Event) -> usize {
        self.catalogue.as_ref().map_or(0, |catalogue| {
            let known = |item: &&Item| catalogue.item(item.item_id.as_str()).is_some();
            event.items().filter(known).count()
        })
    }

    /// Brands and categories that are called what was searched for.
    fn named(&self, search: &str) -> Vec<Key> {
        let Some(catalogue) = &self.catalogue else {
            return Vec::new();
        };
        let search = folded(search, MAX_NAME_WORDS, catalogue.locale());
        let named = [FacetIdx::CATEGORY, FacetIdx::BRAND]
            .into_iter()
            .flat_map(|facet| catalogue.facet_values(facet))
            .filter(|&value| {
                folded(
                    catalogue.value_label(value),
                    MAX_NAME_WORDS + 1,
                    catalogue.locale(),
                ) == search
            });
        keys_of(catalogue, named)
    }

    fn category(&mut self, path: &str) -> Vec<Key> {
        let known = self.catalogue.as_ref().and_then(|catalogue| {
            let value = catalogue.value(FacetIdx::CATEGORY, path)?;
            Some(keys_of(catalogue, [value]))
        });
        known.unwrap_or_else(|| {
            let parts: Vec<&str> = path.split(CATEGORY_SEPARATOR).take(MAX_LEVELS).collect();
            let keys: Vec<Key> = (1..=parts.len())
                .filter_map(|depth| parts.get(..depth))
                .map(Key::category)
                .collect();
            for (key, depth) in keys.iter().zip(1..) {
                let name = parts.get(..depth).unwrap_or_default();
                self.remember_name(*key, "category", name.join(CATEGORY_SEPARATOR));
            }
            keys
        })
    }

    fn filter(&mut self, facet: &str, value: &str) -> Vec<Key> {
        if facet == "category" {
            return self.category(value);
        }
        let known = self.catalogue.as_ref().and_then(|catalogue| {
            let value = catalogue.value(catalogue.facet(facet)?, value)?;
            Some(keys_of(catalogue, [value]))
        });
        known.unwrap_or_else(|| {
            let key = match facet {
                "brand" => Key::brand(value),
                _ => Key::attribute(facet, value),
            };
            vec![key]
        })
    }

    fn remember_name(&mut self, key: Key, facet: &'static str, name: String) {
        if self.names.len() < MAX_NAMES {
            self.names.or_insert(key, (facet, name));
        }
    }
}

/// Keys of `values` and, in categories, of all levels above.
fn keys_of(catalogue: &Catalogue, values: impl IntoIterator<Item = ValueIdx>) -> Vec<Key> {
    values
        .into_iter()
        .flat_map(|value| catalogue.ancestors(value))
        .map(|value| catalogue.value_key(value))
        .collect()
}
