//! The engine: one shopper's session and profile before one catalogue.

mod observe;
mod shopper;

use crate::{
    catalogue::{Catalogue, Overlaid, Overlay, OverlayError},
    key::Key,
    knowledge::{Attached, Knowledge},
    learn::{self, Beliefs, Item, Session},
    profile::{self, Owner, Profile, ReplicaId},
    query::{
        self, CatalogueInfo, Explanation, Facet, Features, Hit, KnowledgeInfo, OrderedValue,
        Ranked, RecommendQuery, Recommendable, SearchQuery, SearchResult, Shop, Shopper,
        SuggestOptions, Suggestions,
    },
    recommend::Workspace,
    sorted::SortedMap,
    time::Timestamp,
};

/// Beliefs are formed anew when this much time has passed, since sessions fade: 1/30 of a session's half-life.
const BELIEFS_MS: u64 = 60_000;

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
    owner: Owner,
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
            owner: Owner::default(),
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

    /// Goes on as the profile that the server keeps under `id`. An erasure under another id stays behind: it erases nothing of this one's.
    pub fn set_owner(&mut self, id: &str) {
        let former = std::mem::replace(&mut self.owner, Owner::of(id));
        self.profile.pass_to(self.owner, former);
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
        match self.asked(now) {
            Some((catalogue, shopper)) => query::search(catalogue, shopper, query),
            None => SearchResult {
                total: 0,
                relaxed: Vec::new(),
                understood: Vec::new(),
                hits: Vec::new(),
                facets: Vec::new(),
            },
        }
    }

    /// The facets of what `query` means; none without a catalogue.
    pub fn facets(&mut self, query: &SearchQuery, now: Timestamp) -> Vec<Facet> {
        self.asked(now).map_or(Vec::new(), |(catalogue, shopper)| {
            query::facets_of(catalogue, shopper, query)
        })
    }

    /// All values of one facet of what `query` means, in the order in which [`facets`](Self::facets) has them, with the parts that it
    /// follows from: for those who learn weights and measure orders. None where the logs say nothing of the facet.
    pub fn ordered_values(
        &mut self,
        query: &SearchQuery,
        facet: &str,
        now: Timestamp,
    ) -> Vec<OrderedValue> {
        let Some((catalogue, shopper)) = self.asked(now) else {
            return Vec::new();
        };
        catalogue.facet(facet).map_or(Vec::new(), |facet| {
            query::ordered_values(catalogue, shopper, query, facet)
        })
    }

    /// The parts of the scores of the best `k` hits of `query`'s text, before they are weighted: for those who learn weights.
    pub fn features(&mut self, query: &SearchQuery, k: usize, now: Timestamp) -> Vec<Features> {
        self.believe(now);
        let known = self.knowledge.as_ref();
        self.catalogue.as_ref().map_or(Vec::new(), |catalogue| {
            query::features(catalogue, &self.beliefs, known, query, k)
        })
    }

    /// The products that `query` asks for, best first, each with the reason why it comes; none without a catalogue.
    ///
    /// Without knowledge of what follows, and where it knows too little, the next ones and inspirations are the products that stand
    /// best for this shopper.
    pub fn recommend(&mut self, query: &RecommendQuery, now: Timestamp) -> Vec<Hit> {
        let visit = self.session.items();
        let Some((shop, work)) = self.shop(now) else {
            return Vec::new();
        };
        query::recommend(shop, &visit, query, work)
    }

    /// The candidates that [`recommend`](Self::recommend) chooses from, with the parts of their scores: for those who learn weights.
    pub fn recommendable(&mut self, query: &RecommendQuery, now: Timestamp) -> Vec<Recommendable> {
        let visit = self.session.items();
        let Some((shop, work)) = self.shop(now) else {
            return Vec::new();
        };
        query::recommendable(shop, &visit, query, work)
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

    /// What an answer is made from, if there is a catalogue.
    fn asked(&mut self, now: Timestamp) -> Option<(&Catalogue, Shopper<'_>)> {
        self.believe(now);
        let shopper = Shopper {
            beliefs: &self.beliefs,
            known: self.knowledge.as_ref(),
            visit: self.session.items(),
            work: &mut self.work,
        };
        Some((self.catalogue.as_ref()?, shopper))
    }

    /// What recommendations are made from, and room for predictions, if there is a catalogue.
    fn shop(&mut self, now: Timestamp) -> Option<(Shop<'_>, &mut Workspace)> {
        self.believe(now);
        let shop = Shop {
            catalogue: self.catalogue.as_ref()?,
            beliefs: &self.beliefs,
            known: self.knowledge.as_ref(),
            now,
        };
        Some((shop, &mut self.work))
    }

    fn believe(&mut self, now: Timestamp) {
        if let Some(catalogue) = &mut self.catalogue {
            catalogue.settle(now);
        }
        // A function of what was learned and of the minute, so that answers do not depend on who asked when.
        let minute = Timestamp(now.0 - now.0 % BELIEFS_MS);
        if self.believed_at != Some(minute) {
            let evidence = self.profile.evidence(minute);
            let ledger = learn::ledger(&evidence);
            let mut before = profile::before(evidence, &self.session.lasting(minute));
            let mut visit = self.session.evidence(minute);
            self.hush(&mut before);
            self.hush(&mut visit);
            self.beliefs = Beliefs::new(self.catalogue.as_ref(), &visit, &before);
            self.beliefs.ledger = ledger;
            if let Some(catalogue) = &self.catalogue {
                self.beliefs.follow(catalogue, self.session.turns(minute));
            }
            self.believed_at = Some(minute);
        }
    }
}
