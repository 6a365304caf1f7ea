//! A small shop, and what is asked of an engine that has opened hostile packs.

use std::sync::OnceLock;

use endcap::catalogue::Catalogue;
use endcap::knowledge::Knowledge;
use endcap::pack::Pack;
use endcap::{
    Engine, Event, EventParams, Item, RecommendKind, RecommendQuery, SearchQuery, SuggestOptions,
    Text, Timestamp,
};

/// 2026-11-22T00:00:00Z.
pub(crate) const NOW: Timestamp = Timestamp(1_795_305_600_000);

/// A catalogue as an earlier version wrote it, which must stay readable.
pub(crate) const CATALOGUE: &[u8] = include_bytes!("../../../tests/golden/catalogue-1.pack");

/// Knowledge likewise.
pub(crate) const KNOWLEDGE: &[u8] = include_bytes!("../../../tests/golden/knowledge-1.pack");

/// Opened once: to open it is more work than most inputs are.
pub(crate) fn catalogue() -> Catalogue {
    static OPEN: OnceLock<Catalogue> = OnceLock::new();
    let open = || Catalogue::open(Pack::open(CATALOGUE.to_vec()).unwrap()).unwrap();
    OPEN.get_or_init(open).clone()
}

pub(crate) fn knowledge() -> Knowledge {
    static OPEN: OnceLock<Knowledge> = OnceLock::new();
    let open = || Knowledge::open(Pack::open(KNOWLEDGE.to_vec()).unwrap()).unwrap();
    OPEN.get_or_init(open).clone()
}

/// An engine with the small shop and what is known of it.
pub(crate) fn engine() -> Engine {
    let mut engine = Engine::with_catalogue(catalogue(), 1);
    engine.attach_knowledge(knowledge());
    engine
}

/// Asks for everything that an engine reads from its packs. All scores must be numbers.
pub(crate) fn exercise(engine: &mut Engine) {
    let ids: Vec<String> = engine.catalogue().map_or_else(Vec::new, |catalogue| {
        let items = catalogue.items().take(16);
        items.map(|item| catalogue.id(item).to_owned()).collect()
    });
    for (name, id) in ["view_item", "add_to_cart", "purchase", "refund"]
        .iter()
        .zip(&ids)
    {
        let _ = engine.observe(&event(name, id), NOW);
    }
    for text in [
        "",
        "m8x40",
        "waschtisch ri",
        "2000000000077",
        "a",
        "schraube chrom",
    ] {
        let _ = engine.suggest(text, &SuggestOptions::default(), NOW);
        let query = SearchQuery {
            text: Text(text.to_owned()),
            ..SearchQuery::default()
        };
        let found = engine.search(&query, NOW);
        assert!(
            found.hits.iter().all(|hit| hit.score.is_finite()),
            "{text:?}"
        );
        let _ = engine.facets(&query, NOW);
    }
    let query = SearchQuery {
        filters: [("category".to_owned(), vec!["Bad > Armaturen".to_owned()])].into(),
        ranges: [("price".to_owned(), vec![(Some(100.0), Some(1e6))])].into(),
        ..SearchQuery::default()
    };
    let _ = engine.search(&query, NOW);
    let list: Vec<Item> = ids.iter().map(|id| item(id)).collect();
    let _ = engine.rank(&list, NOW);
    for item in &list {
        let _ = engine.explain(item, NOW);
    }
    for kind in [
        RecommendKind::Next,
        RecommendKind::Complement,
        RecommendKind::Alternative,
        RecommendKind::Repurchase,
        RecommendKind::Inspiration,
    ] {
        for count in 0..2 {
            let query = RecommendQuery {
                kind,
                items: ids.iter().take(count).map(|id| Text(id.clone())).collect(),
                ..RecommendQuery::default()
            };
            let hits = engine.recommend(&query, NOW);
            assert!(hits.iter().all(|hit| hit.score.is_finite()), "{kind:?}");
        }
    }
    let _ = engine.affinities(100, NOW);
    let _ = (engine.catalogue_info(), engine.knowledge_info());
}

pub(crate) fn event(name: &str, id: &str) -> Event {
    Event {
        name: name.to_owned(),
        params: EventParams {
            items: vec![item(id)],
            ..EventParams::default()
        },
    }
}

pub(crate) fn item(id: &str) -> Item {
    Item {
        item_id: Text(id.to_owned()),
        ..Item::default()
    }
}
