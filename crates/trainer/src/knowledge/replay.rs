//! Visits in, choices out: what the engine would have shown for a search, and which of it was chosen.
//!
//! The engine itself is replayed: it learns from the events of a visit as it would on the page, and answers each search
//! with the knowledge that it has been given. Each visit begins without a profile.

use std::collections::BTreeMap;

use endcap::knowledge::Weights;
use endcap::{Engine, Event, EventParams, Item, SearchQuery, Text, Tier, Timestamp};

use super::catalogues::Catalogues;
use super::search::{attention, term_of};
use super::visits::Visit;
use crate::log::{Kind, LogItem};

/// Hits of a search that are looked at: ten pages.
pub(crate) const DEPTH: usize = 120;

/// A search after which something was chosen.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    /// Number of the visit, for resampling.
    pub(crate) visit: u64,
    /// The engine's hits by tier and score, the best first.
    pub(crate) hits: Vec<Hit>,
}

/// A hit of the engine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hit {
    pub(crate) tier: Tier,
    pub(crate) parts: [f64; Weights::COUNT],
    /// Units of choice; see [`search`](super::search).
    pub(crate) units: u64,
    /// How likely the shopper has looked at it, as far as the log says: 0 if it was not in the list.
    pub(crate) seen: f64,
}

/// A search under way.
struct Open {
    query: String,
    hits: Vec<endcap::Features>,
    shown: Vec<String>,
    chosen: BTreeMap<String, u64>,
}

/// The choices of one visit.
pub(crate) fn choices(catalogues: &mut Catalogues, visit: &Visit, number: u64) -> Vec<Choice> {
    let mut searches: Vec<Open> = Vec::new();
    let mut current: Option<usize> = None;
    // Searches go to one engine each, so all of them learn.
    catalogues.engines().for_each(Engine::erase);
    for event in &visit.events {
        let now = Timestamp(event.time / 1000);
        match event.kind {
            Kind::Search | Kind::ViewSearchResults => {
                current = term_of(event).map(|(query, spelling)| {
                    let known = searches.iter().position(|open| open.query == query);
                    known.unwrap_or_else(|| {
                        let asked = SearchQuery {
                            text: Text(spelling.clone()),
                            ..SearchQuery::default()
                        };
                        let engine = catalogues.engine_for(&spelling);
                        let hits = engine.map(|engine| engine.features(&asked, DEPTH, now));
                        searches.push(Open {
                            query,
                            hits: hits.unwrap_or_default(),
                            shown: Vec::new(),
                            chosen: BTreeMap::new(),
                        });
                        searches.len() - 1
                    })
                });
                show(&mut searches, current, &event.items);
            }
            Kind::ViewCategory => current = None,
            Kind::ViewItemList if event.list.to_lowercase().contains("search") => {
                show(&mut searches, current, &event.items);
            }
            Kind::SelectItem | Kind::ViewItem => choose(&mut searches, current, &event.items, 1),
            Kind::AddToCart | Kind::AddToWishlist => {
                choose(&mut searches, current, &event.items, 2)
            }
            Kind::Purchase => {
                for open in &mut searches {
                    for item in &event.items {
                        let chosen = open.chosen.entry(item.id.clone());
                        chosen.and_modify(|units| *units = 3);
                    }
                }
            }
            _ => {}
        }
        let seen = Event {
            name: event.kind.name().to_owned(),
            params: EventParams {
                items: event
                    .items
                    .iter()
                    .map(|item| Item::with_id(&item.id))
                    .collect(),
                search_term: Text(event.search_term.clone()),
                facet: Text(event.facet.clone()),
                value: Text(event.value.clone()),
                transaction_id: Text(event.order.clone()),
                timestamp_micros: Text(event.time.to_string()),
            },
        };
        for engine in catalogues.engines() {
            // An event that the engine does not know teaches it nothing, here as on the page.
            let _ = engine.observe(&seen, now);
        }
    }
    searches
        .into_iter()
        .filter_map(|open| open.choice(number))
        .collect()
}

fn show(searches: &mut [Open], current: Option<usize>, items: &[LogItem]) {
    if let Some(open) = current.and_then(|at| searches.get_mut(at)) {
        for item in items {
            if !open.shown.contains(&item.id) {
                open.shown.push(item.id.clone());
            }
        }
    }
}

fn choose(searches: &mut [Open], current: Option<usize>, items: &[LogItem], units: u64) {
    if let Some(open) = current.and_then(|at| searches.get_mut(at)) {
        for item in items {
            let best = open.chosen.entry(item.id.clone()).or_default();
            *best = units.max(*best);
        }
    }
}

impl Open {
    /// `None` if none of the hits was chosen.
    fn choice(self, visit: u64) -> Option<Choice> {
        let places: BTreeMap<&String, usize> = self.shown.iter().zip(0..).collect();
        let hits: Vec<Hit> = self
            .hits
            .iter()
            .map(|hit| Hit {
                tier: hit.tier,
                parts: hit.parts,
                units: self.chosen.get(&hit.id).copied().unwrap_or(0),
                // Without a list nobody knows, and all may have been seen.
                seen: match self.shown.is_empty() {
                    true => 1.0,
                    false => places.get(&hit.id).map_or(0.0, |&place| attention(place)),
                },
            })
            .collect();
        let any = hits.iter().any(|hit| hit.units > 0);
        any.then_some(Choice { visit, hits })
    }
}
