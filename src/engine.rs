//! The engine: one shopper's session and profile before one catalogue.

use crate::{
    catalogue::{
        CATEGORY_SEPARATOR, Catalogue, FacetIdx, Overlaid, Overlay, OverlayError, ValueIdx,
    },
    key::Key,
    knowledge::{Attached, Knowledge},
    learn::{Beliefs, Event, EventError, EventKind, Item, Session, Strength, Touch},
    order::best_by,
    profile::{Profile, ProfileError, ReplicaId},
    query::{
        self, Affinity, CatalogueInfo, Change, Explanation, Facet, Features, Hit, KnowledgeInfo,
        Learned, Ranked, RecommendQuery, SearchQuery, SearchResult, SuggestOptions, Suggestions,
    },
    recommend::Workspace,
    sorted::SortedMap,
    text::folded,
    time::Timestamp,
};

/// Beliefs are formed anew when this much time has passed, since sessions fade: 1/30 of a session's half-life.
const BELIEFS_MS: u64 = 60_000;
/// Names of values that no catalogue knows, kept for showing.
const MAX_NAMES: usize = 256;
/// Levels of a category path that an event may name; real ones have up to seven.
const MAX_LEVELS: usize = 16;
/// Words of a search that may name a brand or category.
const MAX_NAME_WORDS: usize = 6;

/// Learns from one shopper's events and orders what this shopper meets.
///
/// Every method that depends on the time takes it as `now`.
///
/// # Examples
///
/// ```
/// use endcap::{Engine, Event, EventParams, Item, Timestamp};
///
/// let mut engine = Engine::new(1);
/// let now = Timestamp(1_795_305_600_000);
/// let item = |id: &str, brand: &str| Item {
///     item_brand: endcap::Text(brand.into()),
///     ..Item::with_id(id)
/// };
/// let view = Event {
///     name: "view_item".into(),
///     params: EventParams { items: vec![item("7", "Norvik")], ..EventParams::default() },
/// };
/// engine.observe(&view, now)?;
/// let ranked = engine.rank(&[item("1", "Other"), item("2", "Norvik")], now);
/// assert_eq!(ranked[0].index, 1);
/// # Ok::<(), endcap::EventError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Engine {
    replica: ReplicaId,
    catalogue: Option<Catalogue>,
    knowledge: Option<Attached>,
    /// Room for predictions.
    work: Workspace,
    session: Session,
    profile: Profile,
    beliefs: Beliefs,
    believed_at: Option<Timestamp>,
    /// Facet and name of values that events told of and the catalogue does not know.
    names: SortedMap<Key, (&'static str, String)>,
}

impl Engine {
    /// An engine without a catalogue: it learns from, and orders, items that describe themselves.
    ///
    /// `replica` is drawn at random by the host and belongs to this one writer.
    #[must_use]
    pub fn new(replica: u64) -> Self {
        Self {
            replica: ReplicaId(replica),
            catalogue: None,
            knowledge: None,
            work: Workspace::default(),
            session: Session::default(),
            profile: Profile::new(),
            beliefs: Beliefs::default(),
            believed_at: None,
            names: SortedMap::default(),
        }
    }

    /// An engine before `catalogue`.
    #[must_use]
    pub fn with_catalogue(catalogue: Catalogue, replica: u64) -> Self {
        Self {
            catalogue: Some(catalogue),
            ..Self::new(replica)
        }
    }

    /// Who writes here.
    #[must_use]
    pub fn replica(&self) -> u64 {
        self.replica.0
    }

    /// Goes on writing as `replica`; what was learned so far stays the former one's part of the profile.
    pub fn set_replica(&mut self, replica: u64) {
        self.replica = ReplicaId(replica);
    }

    /// The catalogue.
    #[must_use]
    pub fn catalogue(&self) -> Option<&Catalogue> {
        self.catalogue.as_ref()
    }

    /// Goes on before another catalogue: a newer one, or the whole one after its head. Session and profile stay,
    /// overlays go with the catalogue that they lay over.
    pub fn set_catalogue(&mut self, catalogue: Catalogue) {
        let known = self.knowledge.take();
        self.knowledge = known.map(|known| known.before(&catalogue));
        self.catalogue = Some(catalogue);
        self.believed_at = None;
    }

    /// Lays an overlay over the catalogue, in place of the former one of its layer: answers have its prices and stock
    /// from now on, and not what it hides. [`rank`](Self::rank) gives back all of the shop's own list all the same.
    ///
    /// # Errors
    ///
    /// Every variant of [`OverlayError`]; what lay there stays.
    pub fn apply_overlay(&mut self, overlay: Overlay) -> Result<Overlaid, OverlayError> {
        let catalogue = self.catalogue.as_mut().ok_or(OverlayError::NoCatalogue)?;
        catalogue.lay(overlay)
    }

    /// What a page needs to know of the catalogue.
    #[must_use]
    pub fn catalogue_info(&self) -> Option<CatalogueInfo> {
        let catalogue = self.catalogue.as_ref()?;
        let meta = catalogue.meta();
        Some(CatalogueInfo {
            hash: catalogue.hash().to_string(),
            items: catalogue.item_count(),
            complete: catalogue.whole().is_none(),
            name: meta.name.clone(),
            language: meta.language.clone(),
            currency: meta.currency.clone(),
            synthetic: meta.synthetic,
        })
    }

    /// Takes in what the logs of all shoppers teach, in place of what was taken in before. It may come at any time, or never.
    pub fn attach_knowledge(&mut self, knowledge: Knowledge) {
        self.knowledge = Some(Attached::new(knowledge, self.catalogue.as_ref()));
    }

    /// What the logs of all shoppers teach.
    #[must_use]
    pub fn knowledge(&self) -> Option<&Knowledge> {
        self.knowledge.as_ref().map(Attached::knowledge)
    }

    /// What a page needs to know of the knowledge.
    #[must_use]
    pub fn knowledge_info(&self) -> Option<KnowledgeInfo> {
        let attached = self.knowledge.as_ref()?;
        let knowledge = attached.knowledge();
        Some(KnowledgeInfo {
            hash: knowledge.hash().to_string(),
            items: knowledge.item_count(),
            items_known: attached.items_known(),
            queries: knowledge.query_count(),
            synthetic: knowledge.meta().synthetic,
        })
    }

    /// Learns from `event`; what it moved comes back, greatest move first.
    ///
    /// # Errors
    ///
    /// Every variant of [`EventError`]; nothing is learned then.
    pub fn observe(&mut self, event: &Event, now: Timestamp) -> Result<Learned, EventError> {
        let kind = event.kind()?;
        self.believe(now);
        let at = event.time(now);
        let (touch, items_known) = self.touch(event, kind, at);
        if kind == EventKind::Search {
            self.session.search(event.params.search_term.as_str());
        }
        let mut before = SortedMap::<Key, f64>::default();
        for &key in &touch.values {
            before.insert(key, self.score(key));
        }
        let (values, items) = (f64::from(touch.value_weight), f64::from(touch.item_weight));
        self.profile
            .record(self.replica, values, touch.values.iter().copied(), at);
        self.profile
            .record(self.replica, items, touch.items.iter().copied(), at);
        let says_something =
            values != 0.0 && !touch.values.is_empty() || items != 0.0 && !touch.items.is_empty();
        if says_something {
            self.session.touch(touch);
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

    /// Products, completions, categories, brands and own searches for the letters typed so far.
    pub fn suggest(&mut self, text: &str, options: &SuggestOptions, now: Timestamp) -> Suggestions {
        self.believe(now);
        query::suggest(
            self.catalogue.as_ref(),
            &self.beliefs,
            self.knowledge.as_ref(),
            &self.session,
            text,
            options,
        )
    }

    /// The products that `query` means, with their facets; nothing without a catalogue.
    pub fn search(&mut self, query: &SearchQuery, now: Timestamp) -> SearchResult {
        self.believe(now);
        match &self.catalogue {
            Some(catalogue) => {
                query::search(catalogue, &self.beliefs, self.knowledge.as_ref(), query)
            }
            None => SearchResult {
                total: 0,
                relaxed: Vec::new(),
                hits: Vec::new(),
                facets: Vec::new(),
            },
        }
    }

    /// The facets of what `query` means; none without a catalogue.
    pub fn facets(&mut self, query: &SearchQuery, now: Timestamp) -> Vec<Facet> {
        self.believe(now);
        match &self.catalogue {
            Some(catalogue) => {
                query::facets_of(catalogue, &self.beliefs, self.knowledge.as_ref(), query)
            }
            None => Vec::new(),
        }
    }

    /// The parts of the scores of the best `k` hits of `query`'s text, before they are weighted: for those who learn weights.
    pub fn features(&mut self, query: &SearchQuery, k: usize, now: Timestamp) -> Vec<Features> {
        self.believe(now);
        let known = self.knowledge.as_ref();
        self.catalogue.as_ref().map_or(Vec::new(), |catalogue| {
            query::features(catalogue, &self.beliefs, known, query, k)
        })
    }

    /// The products that the shopper most probably opens next, best first; none without a catalogue.
    ///
    /// Without knowledge of what follows, and where it knows too little, come the products that stand best for this shopper.
    pub fn recommend(&mut self, query: &RecommendQuery, now: Timestamp) -> Vec<Hit> {
        self.believe(now);
        let visit = match query.items.as_slice() {
            [] => self.session.items(),
            items => items.iter().map(|id| Key::item(id.as_str())).collect(),
        };
        let known = self.knowledge.as_ref();
        match &self.catalogue {
            Some(catalogue) => query::next(
                catalogue,
                &self.beliefs,
                known,
                &visit,
                query,
                &mut self.work,
            ),
            None => Vec::new(),
        }
    }

    /// The items of the knowledge that are most probably opened after `visit`, by their numbers in it, best first.
    pub fn predict_next(&mut self, visit: &[u32], limit: usize) -> Vec<u32> {
        let knowledge = self.knowledge.as_ref().map(Attached::knowledge);
        let Some(next) = knowledge.and_then(Knowledge::next_model) else {
            return Vec::new();
        };
        let visit = visit.iter().copied();
        let best = next.predict(visit, &[], limit, |_| true, &mut self.work);
        best.into_iter().map(|scored| scored.item).collect()
    }

    /// All of `items` in their new order, best first. Nothing known: the order that was given.
    pub fn rank(&mut self, items: &[Item], now: Timestamp) -> Vec<Ranked> {
        self.believe(now);
        query::rank(self.catalogue.as_ref(), &self.beliefs, items)
    }

    /// Why `item` has its score; without parts where nothing is known.
    pub fn explain(&mut self, item: &Item, now: Timestamp) -> Explanation {
        self.believe(now);
        query::explain(self.catalogue.as_ref(), &self.beliefs, item)
    }

    /// The strongest affinities, at most `limit`, greatest first.
    pub fn affinities(&mut self, limit: usize, now: Timestamp) -> Vec<Affinity> {
        self.believe(now);
        let affinities: Vec<Affinity> = self
            .beliefs
            .seen()
            .filter_map(|(key, strength)| {
                let (facet, value, label) = self.name(key)?;
                let Strength {
                    session, profile, ..
                } = strength;
                Some(Affinity {
                    facet,
                    value,
                    label,
                    score: self.score(key),
                    session,
                    profile,
                })
            })
            .collect();
        best_by(affinities, limit, |known| known.score)
    }

    /// The profile as bytes, to be stored or sent.
    #[must_use]
    pub fn profile(&self) -> Vec<u8> {
        self.profile.encode()
    }

    /// Takes in a profile from a store, another device or another tab.
    ///
    /// # Errors
    ///
    /// Every variant of [`ProfileError`]; the own profile stays as it was.
    pub fn join_profile(&mut self, bytes: &[u8]) -> Result<(), ProfileError> {
        self.profile.join(&Profile::decode(bytes)?);
        self.believed_at = None;
        Ok(())
    }

    /// The session as bytes, to be kept for the next page of this visit.
    #[must_use]
    pub fn session(&self) -> Vec<u8> {
        self.session.encode()
    }

    /// Goes on with the session of an earlier page of this visit; whether the bytes were one.
    pub fn restore_session(&mut self, bytes: &[u8]) -> bool {
        match Session::decode(bytes) {
            Some(session) => {
                self.session = session;
                self.believed_at = None;
                true
            }
            None => false,
        }
    }

    /// Forgets everything about the shopper.
    pub fn erase(&mut self) {
        self.session = Session::default();
        self.profile = Profile::new();
        self.names.clear();
        self.believed_at = None;
    }

    fn believe(&mut self, now: Timestamp) {
        // A function of what was learned and of the minute, so that answers do not depend on who asked when.
        let minute = Timestamp(now.0 - now.0 % BELIEFS_MS);
        if self.believed_at != Some(minute) {
            let before = self
                .profile
                .evidence_before(&self.session.lasting(minute), minute);
            let visit = self.session.evidence(minute);
            self.beliefs = Beliefs::new(self.catalogue.as_ref(), &visit, &before);
            self.believed_at = Some(minute);
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
        let search = folded(search, MAX_NAME_WORDS);
        let named = [FacetIdx::CATEGORY, FacetIdx::BRAND]
            .into_iter()
            .flat_map(|facet| catalogue.facet_values(facet))
            .filter(|&value| folded(catalogue.value_label(value), MAX_NAME_WORDS + 1) == search);
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

    /// Log-odds that the value behind `key` adds to an item, one level of a category path alone.
    fn score(&self, key: Key) -> f64 {
        let known = self.catalogue.as_ref().and_then(|catalogue| {
            let value = catalogue.value_by_key(key)?;
            Some(self.beliefs.own_value(catalogue, value))
        });
        // Without a catalogue an even chance stands for the base rate.
        known.unwrap_or_else(|| self.beliefs.loose_value(key, 0.5))
    }

    /// Facet, value and label of `key`, as far as somebody told them.
    fn name(&self, key: Key) -> Option<(String, String, String)> {
        let known = self.catalogue.as_ref().and_then(|catalogue| {
            let value = catalogue.value_by_key(key)?;
            Some((
                catalogue.facet_key(catalogue.facet_of(value)).to_owned(),
                catalogue.value_name(value),
                catalogue.value_label(value).to_owned(),
            ))
        });
        known.or_else(|| {
            let (facet, name) = self.names.get(key)?;
            let label = name
                .rsplit(CATEGORY_SEPARATOR)
                .next()
                .unwrap_or_default()
                .to_owned();
            Some(((*facet).to_owned(), name.clone(), label))
        })
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
