//! What the logs of all shoppers teach, in a pack of its own: its bytes, and what the engine does with it.

#![expect(clippy::unwrap_used, reason = "a test that cannot set up has failed")]
#![expect(dead_code, reason = "the shared shop offers more than each test uses")]

mod common;

use common::{NOW, catalogue};
use endcap::{
    Engine, SearchQuery, SuggestOptions, SuggestReason, Text, Tier,
    key::Key,
    knowledge::{
        CategoryFacts, FacetFacts, Knowledge, KnowledgeMeta, KnowledgeSource, LogOdds, QueryFacts,
        Synonym, ValueOrder, Weights, WordFacts,
    },
    pack::Pack,
    recommend::NextSource,
};
use proptest::prelude::*;

fn engine() -> Engine {
    Engine::with_catalogue(catalogue(), 1)
}

fn open(source: KnowledgeSource) -> Knowledge {
    Knowledge::open(Pack::open(source.build().unwrap()).unwrap()).unwrap()
}

fn source(items: &[&str]) -> KnowledgeSource {
    KnowledgeSource {
        items: items.iter().map(|&id| id.to_owned()).collect(),
        ..KnowledgeSource::default()
    }
}

fn query(text: &str, visits: u32, priors: &[(usize, f64)]) -> QueryFacts {
    QueryFacts {
        query: endcap::normalised(text),
        text: text.to_owned(),
        visits,
        languages: u32::MAX,
        priors: priors
            .iter()
            .map(|&(item, odds)| (item, LogOdds::new(odds)))
            .collect(),
        facets: Vec::new(),
    }
}

fn with(source: KnowledgeSource) -> Engine {
    let mut engine = engine();
    engine.attach_knowledge(open(source));
    engine
}

fn search(engine: &mut Engine, text: &str) -> Vec<(String, Tier)> {
    let query = SearchQuery {
        text: Text(text.to_owned()),
        ..SearchQuery::default()
    };
    let hits = engine.search(&query, NOW).hits.into_iter();
    hits.map(|hit| (hit.id, hit.tier)).collect()
}

/// Ids of what `text` finds.
fn ids(engine: &mut Engine, text: &str) -> Vec<String> {
    search(engine, text).into_iter().map(|(id, _)| id).collect()
}

#[test]
fn what_others_chose_comes_first() {
    let mut plain = engine();
    assert_eq!(ids(&mut plain, "waschtischarmatur")[0], "b1");
    let mut taught = with(KnowledgeSource {
        queries: vec![query("waschtischarmatur", 20, &[(0, 4.0)])],
        ..source(&["b3"])
    });
    assert_eq!(ids(&mut taught, "waschtischarmatur")[0], "b3");
    // While it is typed, too; and a word of it teaches other queries.
    let options = SuggestOptions::default();
    assert_eq!(
        taught.suggest("waschtischa", &options, NOW).products[0].id,
        "b3"
    );
    let mut by_word = with(KnowledgeSource {
        words: vec![WordFacts {
            word: "sechskantschraube".into(),
            priors: vec![(0, LogOdds::new(3.0))],
        }],
        ..source(&["s3"])
    });
    assert_eq!(ids(&mut by_word, "sechskantschraube m8x40")[0], "s3");
}

#[test]
fn suggestions_say_why() {
    let mut taught = with(KnowledgeSource {
        queries: vec![
            query("Waschtischarmatur schwarz", 12, &[]),
            query("waschtischarmatur riva", 30, &[]),
            QueryFacts {
                // A misspelt one teaches and is not suggested.
                text: String::new(),
                ..query("waschtischamatur", 50, &[])
            },
        ],
        ..source(&[])
    });
    let answer = taught.suggest("waschtischa", &SuggestOptions::default(), NOW);
    let found: Vec<_> = answer
        .completions
        .iter()
        .map(|one| (one.text.as_str(), one.reason, one.searches))
        .collect();
    assert_eq!(
        found[..2],
        [
            ("waschtischarmatur riva", SuggestReason::Searched, 30),
            ("Waschtischarmatur schwarz", SuggestReason::Searched, 12),
        ]
    );
    assert!(
        found[2..]
            .iter()
            .all(|one| one.1 == SuggestReason::Catalogue)
    );
    assert_eq!(answer.categories[0].reason, SuggestReason::Named);
    let plain = engine().suggest("waschtischa", &SuggestOptions::default(), NOW);
    assert!(
        plain
            .completions
            .iter()
            .all(|one| one.reason == SuggestReason::Catalogue)
    );
    assert!(!plain.completions.is_empty());
}

#[test]
fn queries_of_another_language_are_not_suggested() {
    let source = |language: &str| KnowledgeSource {
        meta: KnowledgeMeta {
            languages: vec!["de".into(), language.into()],
            ..KnowledgeMeta::default()
        },
        queries: vec![QueryFacts {
            languages: 2,
            ..query("waschtisch mixer", 9, &[])
        }],
        ..source(&[])
    };
    let mut taught = with(source("en"));
    let answer = taught.suggest("waschtisch m", &SuggestOptions::default(), NOW);
    assert!(answer.completions.iter().all(|one| one.searches == 0));
}

#[test]
fn another_name_finds_behind_the_name_itself() {
    let synonym = |from: &str, to: &str| Synonym {
        from: endcap::normalised(from),
        to: to.to_owned(),
    };
    let mut taught = with(KnowledgeSource {
        synonyms: vec![
            synonym("brause", "Duschkopf"),
            synonym("schwarzer hahn", "Waschtischarmatur"),
            synonym("duschkopf", "Waschtischarmatur"),
        ],
        ..source(&[])
    });
    assert!(
        search(&mut engine(), "brause")
            .iter()
            .all(|hit| hit.1 > Tier::Synonym)
    );
    let found = search(&mut taught, "brause");
    assert_eq!(found[0], ("b4".to_owned(), Tier::Synonym));
    assert_eq!(search(&mut taught, "schwarzer hahn nera")[0].0, "b3");
    // An exact hit stands before every hit by another name.
    let tiers: Vec<Tier> = search(&mut taught, "duschkopf")
        .into_iter()
        .map(|hit| hit.1)
        .collect();
    assert_eq!(tiers[..2], [Tier::Exact, Tier::Synonym]);
    let query = SearchQuery {
        text: Text("brause".into()),
        ..SearchQuery::default()
    };
    let result = taught.search(&query, NOW);
    assert!(result.relaxed.is_empty());
    let hit = &result.hits[0];
    assert_eq!(hit.title_highlights, [(0, 9)]);
    let reason = hit
        .reasons
        .iter()
        .find(|reason| reason.value == "Duschkopf")
        .unwrap();
    assert!(reason.contribution != 0.0);
}

#[test]
fn facet_use_is_shrunken_towards_category_and_shop() {
    let category = Key::category(&["bath", "taps"]);
    let knowledge = open(KnowledgeSource {
        meta: KnowledgeMeta {
            lists: 1_000,
            ..KnowledgeMeta::default()
        },
        facets: vec![
            FacetFacts {
                key: "colour".into(),
                visits: 100,
            },
            FacetFacts {
                key: "brand".into(),
                visits: 300,
            },
        ],
        categories: vec![CategoryFacts {
            category,
            visits: 90,
            facets: vec![(0, 60)],
        }],
        queries: vec![QueryFacts {
            facets: vec![(0, 30), (1, 10)],
            ..query("tap", 30, &[])
        }],
        ..source(&[])
    });
    let rate = |query, category, facet: &str| {
        let used = knowledge.facet_use(query, category);
        used.iter().find(|used| used.facet == facet).unwrap().rate
    };
    let shop = rate("", None, "colour");
    let in_category = rate("", Some(category), "colour");
    let after_query = rate("tap", Some(category), "colour");
    assert!((shop - 0.1).abs() < 0.01);
    assert!(shop < in_category && in_category < after_query && after_query < 1.0);
    assert!(rate("", Some(category), "brand") < rate("", None, "brand"));
    // What nobody counted says what its parent says.
    assert_eq!(rate("unheard of", Some(category), "colour"), in_category);
    assert!(engine().knowledge().is_none());
}

#[test]
fn facets_that_shoppers_use_after_a_query_come_first() {
    let query = |engine: &mut Engine, text: &str| -> Vec<String> {
        let query = SearchQuery {
            text: Text(text.to_owned()),
            ..SearchQuery::default()
        };
        let facets = engine.facets(&query, NOW).into_iter();
        facets.map(|facet| facet.key).collect()
    };
    assert_ne!(query(&mut engine(), "riva")[0], "colour");
    let mut taught = with(KnowledgeSource {
        meta: KnowledgeMeta {
            lists: 1_000,
            ..KnowledgeMeta::default()
        },
        facets: vec![FacetFacts {
            key: "colour".into(),
            visits: 20,
        }],
        queries: vec![QueryFacts {
            facets: vec![(0, 80)],
            ..self::query("riva", 100, &[])
        }],
        ..source(&[])
    });
    assert_eq!(query(&mut taught, "riva")[0], "colour");
    assert_eq!(
        query(&mut taught, ""),
        query(&mut engine(), ""),
        "elsewhere nobody uses it"
    );
}

#[test]
fn weights_say_how_much_each_part_counts() {
    let source = |prior| KnowledgeSource {
        weights: Some(Weights {
            prior,
            ..Weights::default()
        }),
        queries: vec![query("waschtischarmatur", 20, &[(0, 4.0)])],
        ..source(&["b3"])
    };
    assert_eq!(ids(&mut with(source(0.0)), "waschtischarmatur")[0], "b1");
    assert_eq!(ids(&mut with(source(1.0)), "waschtischarmatur")[0], "b3");
    let absurd = Weights::from_array([f32::NAN, -1.0, f32::INFINITY, 1e9, 1.0, 0.0, 1.0]);
    assert_eq!(absurd.to_array(), [0.0, 0.0, 8.0, 8.0, 1.0, 0.0, 1.0]);
}

#[test]
fn without_a_catalogue_items_are_known_by_their_identifiers() {
    let knowledge = open(KnowledgeSource {
        keep_ids: true,
        queries: vec![query("tap", 5, &[(0, 1.0), (1, -1.0)])],
        ..source(&["x1", "x2"])
    });
    let item = knowledge.item(Key::item("x2")).unwrap();
    assert_eq!(knowledge.item_id(item), "x2");
    assert_eq!(knowledge.item_key(item), Key::item("x2"));
    assert_eq!(knowledge.item(Key::item("x3")), None);
    let mut engine = Engine::new(1);
    engine.attach_knowledge(knowledge);
    assert_eq!(engine.knowledge_info().unwrap().items_known, 0);
}

const ITEMS: [&str; 6] = ["b1", "b2", "b3", "b4", "s1", "unknown"];
const TEXTS: [&str; 5] = [
    "wa",
    "waschtischarmatur",
    "schraube m8",
    "schwarz",
    "riva nera duschkopf",
];

fn any_source() -> impl Strategy<Value = KnowledgeSource> {
    let odds = || prop::collection::btree_map(0..ITEMS.len(), -8.0f64..8.0, 0..5);
    let queries = prop::collection::btree_map(0..TEXTS.len(), (1u32..50, odds()), 0..5);
    (queries, odds()).prop_map(|(queries, word)| KnowledgeSource {
        queries: queries
            .into_iter()
            .map(|(text, (visits, odds))| {
                query(TEXTS[text], visits, &odds.into_iter().collect::<Vec<_>>())
            })
            .collect(),
        words: vec![WordFacts {
            word: "riva".into(),
            priors: word
                .into_iter()
                .map(|(item, odds)| (item, LogOdds::new(odds)))
                .collect(),
        }],
        ..source(&ITEMS)
    })
}

proptest! {
    /// The same knowledge gives the same bytes, however it is listed.
    #[test]
    fn the_order_of_a_source_does_not_matter(source in any_source()) {
        let mut turned = source.clone();
        turned.items.reverse();
        turned.queries.reverse();
        let last = ITEMS.len() - 1;
        for facts in &mut turned.queries {
            facts.priors.reverse();
            facts.priors.iter_mut().for_each(|prior| prior.0 = last - prior.0);
        }
        for facts in &mut turned.words {
            facts.priors.iter_mut().for_each(|prior| prior.0 = last - prior.0);
        }
        prop_assert_eq!(source.build().unwrap(), turned.build().unwrap());
    }

    /// Priors order inside tiers: they bring nothing in, take nothing out, and lift nothing over a better tier.
    #[test]
    fn a_prior_never_crosses_a_tier(source in any_source(), text in prop::sample::select(&TEXTS[..])) {
        let mut taught = with(source);
        let (mut before, mut after) = (search(&mut engine(), text), search(&mut taught, text));
        prop_assert!(after.is_sorted_by_key(|hit| hit.1));
        before.sort();
        after.sort();
        prop_assert_eq!(before, after);
    }
}

/// Where the logs have taught an order of values, it stands; elsewhere that of tastes.
#[test]
fn values_stand_as_the_logs_teach() {
    let ids = ["d1", "d2", "d3", "d4", "d5"];
    let opened = [1.0, 1.0, 1.0, 1.0, 500.0];
    let mut taught = with(KnowledgeSource {
        value_orders: vec![ValueOrder::by_popularity("brand".into())],
        next: Some(NextSource {
            neighbours: 1,
            lists: vec![Vec::new(); ids.len()],
            standing: opened.map(|times| [times; 4]).to_vec(),
            reach: 10,
            ..NextSource::default()
        }),
        ..source(&ids)
    });
    let query = SearchQuery {
        filters: [("category".to_owned(), vec!["Werkzeug".to_owned()])].into(),
        ..SearchQuery::default()
    };
    let first = |engine: &mut Engine| {
        engine
            .observe(&common::event("view_item", &["d3"]), NOW)
            .unwrap();
        let facets = engine.facets(&query, NOW).into_iter();
        let mut brands = facets.filter(|facet| facet.key == "brand");
        brands.next().unwrap().values[0].value.clone()
    };
    assert_eq!(first(&mut engine()), "Torquin", "the brand of the click");
    assert_eq!(
        first(&mut taught),
        "Kraftwig",
        "the brand of what everybody opens"
    );
    let order = taught.ordered_values(&query, "brand", NOW);
    let brands: Vec<&str> = order.iter().map(|value| value.value.as_str()).collect();
    assert_eq!(brands[0], "Kraftwig");
    assert!(
        order.is_sorted_by(|a, b| a.parts[0] >= b.parts[0]),
        "{order:?}"
    );
    assert!(taught.ordered_values(&query, "colour", NOW).is_empty());
}
