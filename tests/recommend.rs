//! Stories of recommending: what a shopper did, and what the shop then puts beside it.

#![expect(clippy::unwrap_used, reason = "a test that cannot set up has failed")]
#![expect(dead_code, reason = "the shared shop offers more than each test uses")]

mod common;

use common::{NOW, catalogue, event, next, products, related};
use endcap::{
    Engine, Hit, Reason, ReasonKind, RecommendKind, RecommendQuery, SearchQuery, Text, Timestamp,
    catalogue::{
        Attribute, Availability, Catalogue, CatalogueBuilder, CatalogueMeta, Label, Product,
    },
    key::Key,
    knowledge::{Buying, Knowledge, KnowledgeSource, RelationSource, Rule},
    pack::Pack,
};
use proptest::prelude::*;

/// All products, in the order in which knowledge is given in this file.
fn ids() -> Vec<String> {
    products().into_iter().map(|product| product.id).collect()
}

fn place(id: &str) -> usize {
    ids().iter().position(|known| known == id).unwrap()
}

/// Lists from pairs of identifiers.
fn lists(pairs: &[(&str, &str, f32)]) -> Vec<Vec<endcap::recommend::Neighbour>> {
    let pairs: Vec<_> = pairs
        .iter()
        .map(|&(from, to, weight)| (place(from), place(to) as u32, weight))
        .collect();
    related(ids().len(), &pairs)
}

fn opened(pairs: &[(&str, &str, f32)]) -> KnowledgeSource {
    let pairs: Vec<_> = pairs
        .iter()
        .map(|&(from, to, weight)| (place(from), place(to) as u32, weight))
        .collect();
    KnowledgeSource {
        items: ids(),
        next: Some(next(ids().len(), &pairs)),
        ..KnowledgeSource::default()
    }
}

fn knowing(relations: RelationSource) -> KnowledgeSource {
    KnowledgeSource {
        items: ids(),
        relations,
        ..KnowledgeSource::default()
    }
}

fn with(source: KnowledgeSource) -> Engine {
    let mut engine = Engine::with_catalogue(catalogue(), 1);
    engine.attach_knowledge(Knowledge::open(Pack::open(source.build().unwrap()).unwrap()).unwrap());
    engine
}

fn see(engine: &mut Engine, name: &str, ids: &[&str], now: Timestamp) {
    engine.observe(&event(name, ids), now).unwrap();
}

fn query(kind: RecommendKind, items: &[&str]) -> RecommendQuery {
    RecommendQuery {
        kind,
        items: items.iter().map(|&id| Text(id.to_owned())).collect(),
        ..RecommendQuery::default()
    }
}

fn names(hits: &[Hit]) -> Vec<&str> {
    hits.iter().map(|hit| hit.id.as_str()).collect()
}

fn why(hit: &Hit) -> (ReasonKind, &str) {
    let Reason { kind, value, .. } = &hit.reasons[0];
    (*kind, value)
}

fn days(count: u64) -> Timestamp {
    Timestamp(NOW.0 + count * 24 * 60 * 60 * 1000)
}

#[test]
fn what_others_opened_next_comes_and_says_because_of_what() {
    let mut engine = with(opened(&[
        ("p1", "p3", 2.0),
        ("p1", "p4", 1.0),
        ("d1", "d4", 2.0),
    ]));
    see(&mut engine, "view_item", &["p1"], NOW);
    let hits = engine.recommend(&query(RecommendKind::Next, &[]), NOW);
    assert_eq!(names(&hits)[..2], ["p3", "p4"]);
    assert_eq!(why(&hits[0]), (ReasonKind::Visit, "p1"));
    assert_eq!(hits[0].reasons[0].label, "Systemkamera Alta 24 MP");
    assert!(!names(&hits).contains(&"p1"), "it is looked at already");
}

/// What the shopper's turn for a brand counts beside what others opened is the logs' business.
#[test]
fn affinities_weigh_what_the_logs_say() {
    let first = |blend| {
        let mut engine = with(KnowledgeSource {
            blend,
            ..opened(&[("d1", "d4", 1.2), ("d1", "d5", 1.0)])
        });
        see(&mut engine, "view_item", &["d1"], NOW);
        let all = engine.recommendable(&query(RecommendKind::Next, &[]), NOW);
        let of = |id: &str| all.iter().find(|one| one.id == id).unwrap();
        assert!(
            of("d5").affinity > of("d4").affinity,
            "d5 is of the same brand"
        );
        assert!(of("d5").score < of("d4").score);
        let mut none = query(RecommendKind::Next, &[]);
        none.diversity = Some(0.0);
        engine.recommend(&none, NOW)[0].id.clone()
    };
    assert_eq!(first(Some(0.0)), "d4");
    assert_eq!(first(Some(4.0)), "d5");
    // What is no number says nothing.
    assert_eq!(first(Some(f32::NAN)), first(None));
}

#[test]
fn a_cart_is_completed_as_a_whole() {
    let mut engine = with(knowing(RelationSource {
        complements: lists(&[("p1", "p3", 2.0), ("p1", "p4", 1.5), ("g1", "p4", 1.5)]),
        ..RelationSource::default()
    }));
    let of = |engine: &mut Engine, cart: &[&str]| {
        let hits = engine.recommend(&query(RecommendKind::Complement, cart), NOW);
        names(&hits)
            .iter()
            .map(|&id| id.to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(of(&mut engine, &["p1"]), ["p3", "p4"]);
    assert_eq!(of(&mut engine, &["p1", "g1"])[0], "p4", "both speak for it");
    let hits = engine.recommend(&query(RecommendKind::Complement, &["p1"]), NOW);
    assert_eq!(why(&hits[0]), (ReasonKind::Complement, "p1"));
}

#[test]
fn accessories_of_the_feed_need_no_log() {
    let mut engine = Engine::with_catalogue(catalogue(), 1);
    let hits = engine.recommend(&query(RecommendKind::Complement, &["d1"]), NOW);
    assert_eq!(names(&hits), ["d4"]);
    assert_eq!(why(&hits[0]), (ReasonKind::Accessory, "d1"));
}

#[test]
fn experts_are_heard_as_long_as_they_say() {
    let today = (NOW.0 / 86_400_000) as u32;
    let rule = |because: Key, item: &str, from: u32, until: u32| Rule {
        because,
        item: place(item),
        from,
        until,
        note: "Hält länger".into(),
    };
    let mut engine = with(knowing(RelationSource {
        rules: vec![
            rule(Key::item("b1"), "g3", today, today),
            rule(Key::category(&["bath"]), "s1", today + 1, u32::MAX),
            rule(Key::brand("Lavendorf"), "s2", 0, today - 1),
        ],
        ..RelationSource::default()
    }));
    let mut told = |at| {
        let hits = engine.recommend(&query(RecommendKind::Complement, &["b1"]), at);
        hits.iter()
            .map(|hit| (hit.id.clone(), hit.reasons[0].label.clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(told(NOW), [("g3".into(), "Hält länger".into())]);
    assert_eq!(told(days(1))[0].0, "s1");
    assert_eq!(told(Timestamp(NOW.0 - 86_400_000))[0].0, "s2");
}

#[test]
fn alternatives_are_of_the_same_kind_and_meet_what_is_asked() {
    let mut engine = with(knowing(RelationSource {
        alternatives: lists(&[("d1", "d3", 2.0), ("d1", "d4", 3.0)]),
        ..RelationSource::default()
    }));
    let hits = engine.recommend(&query(RecommendKind::Alternative, &["d1"]), NOW);
    assert_eq!(names(&hits), ["d3", "d2"], "drills, and no bits");
    assert_eq!(why(&hits[0]), (ReasonKind::Alternative, "d1"));
    assert_eq!(why(&hits[1]), (ReasonKind::Alike, "d1"));
    let cheaper = RecommendQuery {
        cheaper: true,
        ..query(RecommendKind::Alternative, &["d2"])
    };
    assert!(
        engine.recommend(&cheaper, NOW).is_empty(),
        "both cost as much or more"
    );
    let in_stock = RecommendQuery {
        in_stock: true,
        ..query(RecommendKind::Alternative, &["b1"])
    };
    assert!(
        engine.recommend(&in_stock, NOW).is_empty(),
        "b2 is its variant, b3 is sold out"
    );
    let faster = RecommendQuery {
        faster: true,
        ..query(RecommendKind::Alternative, &["d1"])
    };
    assert!(
        engine.recommend(&faster, NOW).is_empty(),
        "all take two days"
    );
}

/// What nobody has opened yet is taken for what is most like it.
#[test]
fn a_new_product_borrows_from_the_most_alike() {
    let mut source = opened(&[("d2", "d5", 2.0)]);
    source.relations.complements = lists(&[("d2", "s4", 2.0)]);
    // As a shop would have it whose log ends before d1 came.
    source.items[place("d1")] = "somebody else".into();
    let mut engine = with(source);
    see(&mut engine, "view_item", &["d1"], NOW);
    let hits = engine.recommend(&query(RecommendKind::Next, &[]), NOW);
    assert_eq!(names(&hits)[0], "d5");
    let mut bare = with(knowing(RelationSource {
        complements: lists(&[("p2", "p3", 2.0)]),
        ..RelationSource::default()
    }));
    let hits = bare.recommend(&query(RecommendKind::Complement, &["p1"]), NOW);
    assert_eq!(names(&hits), ["p3"]);
}

fn buying(item: &str, facts: Buying) -> Vec<Buying> {
    let mut all = vec![Buying::default(); ids().len()];
    all[place(item)] = facts;
    all
}

#[test]
fn what_is_used_up_comes_when_it_is_due() {
    let mut engine = with(knowing(RelationSource {
        buying: buying(
            "g3",
            Buying {
                interval: 30.0,
                again: 0.6,
                returned: 0.0,
            },
        ),
        ..RelationSource::default()
    }));
    see(&mut engine, "purchase", &["g3", "p1"], NOW);
    let mut due = |day| {
        let hits = engine.recommend(&query(RecommendKind::Repurchase, &[]), days(day));
        hits.iter()
            .map(|hit| (hit.id.clone(), hit.reasons[0].value.clone()))
            .collect::<Vec<_>>()
    };
    assert!(due(10).is_empty(), "there is enough left");
    assert_eq!(
        due(29),
        [("g3".to_owned(), "29".to_owned())],
        "no second camera"
    );
}

/// The shopper's own rhythm moves the shop's.
#[test]
fn who_buys_more_often_is_reminded_earlier() {
    let facts = Buying {
        interval: 60.0,
        again: 0.6,
        returned: 0.0,
    };
    let mut engine = with(knowing(RelationSource {
        buying: buying("g3", facts),
        ..RelationSource::default()
    }));
    for day in [0, 15, 30] {
        see(&mut engine, "purchase", &["g3"], days(day));
    }
    let due = |engine: &mut Engine, day| {
        !engine
            .recommend(&query(RecommendKind::Repurchase, &[]), days(day))
            .is_empty()
    };
    assert!(!due(&mut engine, 40));
    assert!(due(&mut engine, 58), "the mean of 15 and 60 is 30");
    let bytes = engine.profile();
    let mut other = with(knowing(RelationSource {
        buying: buying("g3", facts),
        ..RelationSource::default()
    }));
    other.join_profile(&bytes).unwrap();
    assert!(
        due(&mut other, 58),
        "the profile carries it to another device"
    );
}

#[test]
fn what_was_sent_back_never_comes_again_and_says_so() {
    let mut engine = with(opened(&[("p1", "p3", 2.0), ("p1", "p4", 1.0)]));
    see(&mut engine, "purchase", &["p3"], NOW);
    see(&mut engine, "refund", &["p3"], days(5));
    see(&mut engine, "view_item", &["p1"], days(6));
    for kind in [
        RecommendKind::Next,
        RecommendKind::Inspiration,
        RecommendKind::Repurchase,
    ] {
        let hits = engine.recommend(&query(kind, &[]), days(6));
        assert!(!names(&hits).contains(&"p3"), "{kind:?}");
    }
    let explained = engine.explain(&endcap::Item::with_id("p3"), days(6));
    let returned = explained
        .parts
        .iter()
        .find(|part| part.kind == ReasonKind::Returned);
    assert!(returned.unwrap().contribution < 0.0);
    let sum: f64 = explained.parts.iter().map(|part| part.contribution).sum();
    assert!((sum - explained.score).abs() < 1e-9);
}

/// What many send back stands lower for everybody.
#[test]
fn returns_of_others_lower_an_item() {
    let complements = lists(&[("p1", "p3", 2.0), ("p1", "p4", 1.9)]);
    let first = |returned| {
        let mut engine = with(knowing(RelationSource {
            complements: complements.clone(),
            buying: buying(
                "p3",
                Buying {
                    returned,
                    ..Buying::default()
                },
            ),
            ..RelationSource::default()
        }));
        let hits = engine.recommend(&query(RecommendKind::Complement, &["p1"]), NOW);
        hits[0].id.clone()
    };
    assert_eq!(first(0.0), "p3");
    assert_eq!(first(0.7), "p4");
}

/// A shop for bathrooms, in which bathtubs have fittings.
#[test]
fn after_a_bathtub_come_its_fittings_and_no_more_bathtubs() {
    let bath = |id: &str, kind: &str| Product {
        id: id.into(),
        title: format!("{kind} {id}"),
        category: ["Bath", kind].map(Label::plain).to_vec(),
        ..Product::default()
    };
    let mut builder = CatalogueBuilder::new(CatalogueMeta::default());
    for id in ["t1", "t2", "t3"] {
        builder.push(bath(id, "Tubs")).unwrap();
    }
    for id in ["f1", "f2"] {
        builder.push(bath(id, "Fittings")).unwrap();
    }
    let catalogue = Catalogue::open(Pack::open(builder.finish().unwrap()).unwrap()).unwrap();
    let source = KnowledgeSource {
        items: ["t1", "t2", "t3", "f1", "f2"].map(str::to_owned).to_vec(),
        next: Some(next(
            5,
            &[(0, 1, 3.0), (0, 2, 2.5), (0, 3, 1.0), (0, 4, 0.8)],
        )),
        relations: RelationSource {
            once: vec![Key::category(&["Bath", "Tubs"])],
            ..RelationSource::default()
        },
        ..KnowledgeSource::default()
    };
    let mut engine = Engine::with_catalogue(catalogue, 1);
    engine.attach_knowledge(Knowledge::open(Pack::open(source.build().unwrap()).unwrap()).unwrap());
    see(&mut engine, "view_item", &["t1"], NOW);
    let before = engine.recommend(&query(RecommendKind::Next, &[]), NOW);
    assert_eq!(names(&before)[..2], ["t2", "t3"]);
    see(&mut engine, "purchase", &["t1"], NOW);
    let mut shown = |at| {
        let hits = engine.recommend(&query(RecommendKind::Next, &[]), at);
        names(&hits)
            .iter()
            .map(|&id| id.to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(shown(NOW), ["f1", "f2"]);
    assert_eq!(shown(days(60)), ["f1", "f2"], "the profile still knows");
    see(&mut engine, "refund", &["t1"], days(61));
    let hits = engine.recommend(&query(RecommendKind::Next, &[]), days(61));
    assert!(
        names(&hits).contains(&"t2"),
        "it went back, so one is needed"
    );
}

#[test]
fn inspiration_leads_elsewhere_and_is_of_many_kinds() {
    let mut engine = with(opened(&[
        ("b1", "b2", 3.0),
        ("b1", "b4", 1.0),
        ("b1", "g3", 0.9),
    ]));
    see(&mut engine, "view_item", &["b1"], NOW);
    let wanted = RecommendQuery {
        limit: Some(5),
        ..query(RecommendKind::Inspiration, &[])
    };
    let hits = engine.recommend(&wanted, NOW);
    assert_eq!(hits.len(), 5);
    assert!(
        hits.iter()
            .all(|hit| hit.category != "Bad > Armaturen > Waschtischarmaturen")
    );
    let bold = RecommendQuery {
        diversity: Some(1.0),
        ..wanted
    };
    let kinds = |hits: &[Hit]| {
        let mut kinds: Vec<_> = hits.iter().map(|hit| hit.category.clone()).collect();
        kinds.sort();
        kinds.dedup();
        kinds.len()
    };
    let bold = engine.recommend(&bold, NOW);
    assert!(kinds(&bold) >= kinds(&hits));
}

/// A shop of `departments` with two categories of twelve products each, whose brands go round: one of the department, and two that all have.
fn wide_shop(departments: usize) -> Engine {
    let mut builder = CatalogueBuilder::new(CatalogueMeta::default());
    for department in 0..departments {
        for number in 0..24 {
            let brand = match number % 4 {
                0 => "Anton".to_owned(),
                1 => "Berta".to_owned(),
                _ => format!("Haus {department}"),
            };
            let product = Product {
                id: format!("{department}-{number}"),
                title: format!("Ware {department} {number}"),
                brand,
                category: [
                    format!("Abteilung {department}"),
                    format!("Gruppe {}", number / 12),
                ]
                .map(Label::plain)
                .to_vec(),
                ..Product::default()
            };
            builder.push(product).unwrap();
        }
    }
    let pack = Pack::open(builder.finish().unwrap()).unwrap();
    Engine::with_catalogue(Catalogue::open(pack).unwrap(), 1)
}

#[test]
fn inspirations_leave_the_departments_and_brands_of_the_visit() {
    let department = |hit: &Hit| hit.id.split('-').next().unwrap().to_owned();
    let wanted = query(RecommendKind::Inspiration, &[]);
    let mut engine = wide_shop(4);
    see(&mut engine, "view_item", &["0-0"], NOW);
    see(&mut engine, "view_item", &["1-2"], NOW);
    let hits = engine.recommend(&wanted, NOW);
    assert_eq!(hits.len(), 12);
    for hit in &hits {
        assert!(["2", "3"].contains(&department(hit).as_str()), "{}", hit.id);
        assert!(
            !["Anton", "Haus 1"].contains(&hit.brand.as_str()),
            "{}",
            hit.id
        );
    }
    // Where that would leave too little, brands may come again, and in a shop of one department other categories.
    let mut engine = wide_shop(2);
    for id in ["0-0", "0-1", "0-2"] {
        see(&mut engine, "view_item", &[id], NOW);
    }
    let hits = engine.recommend(
        &RecommendQuery {
            limit: Some(20),
            ..wanted.clone()
        },
        NOW,
    );
    assert!(hits.len() == 20 && hits.iter().all(|hit| department(hit) == "1"));
    let mut engine = wide_shop(1);
    see(&mut engine, "view_item", &["0-0"], NOW);
    let hits = engine.recommend(&wanted, NOW);
    assert!(hits.len() == 12 && hits.iter().all(|hit| hit.category.ends_with("Gruppe 1")));
}

#[test]
fn no_brand_has_more_than_half_of_a_row_where_others_are_as_good() {
    let of_one_brand = |weight: f32| {
        let pairs = [
            ("b1", "p1", weight),
            ("b1", "p2", weight),
            ("b1", "p3", weight),
            ("b1", "g1", 1.0),
            ("b1", "g3", 1.0),
        ];
        let mut engine = with(opened(&pairs));
        see(&mut engine, "view_item", &["b1"], NOW);
        let wanted = RecommendQuery {
            limit: Some(4),
            diversity: Some(0.01),
            ..query(RecommendKind::Next, &[])
        };
        let hits = engine.recommend(&wanted, NOW);
        hits.iter().filter(|hit| hit.brand == "Lumaro").count()
    };
    assert_eq!(of_one_brand(1.1), 2);
    assert_eq!(of_one_brand(12.0), 3, "the others are not as good");
}

#[test]
fn what_was_bought_this_week_is_not_offered_again_however_soon_it_is_used_up() {
    let facts = Buying {
        again: 0.9,
        interval: 3.0,
        ..Buying::default()
    };
    let mut source = opened(&[("b1", "g3", 3.0), ("b1", "g4", 1.0)]);
    source.relations.buying = buying("g3", facts);
    let mut engine = with(source);
    see(&mut engine, "purchase", &["g3"], days(0));
    see(&mut engine, "view_item", &["b1"], days(1));
    let shown = |engine: &mut Engine, day| {
        let hits = engine.recommend(&query(RecommendKind::Next, &[]), days(day));
        names(&hits).contains(&"g3")
    };
    assert!(!shown(&mut engine, 1));
    see(&mut engine, "view_item", &["b1"], days(8));
    assert!(shown(&mut engine, 8));
}

/// Variants of one product do not fill the row.
#[test]
fn the_like_of_what_stands_there_stands_back() {
    let mut engine = with(opened(&[
        ("p1", "b1", 2.0),
        ("p1", "b2", 1.2),
        ("p1", "g3", 1.0),
    ]));
    see(&mut engine, "view_item", &["p1"], NOW);
    let of = |engine: &mut Engine, diversity| {
        let query = RecommendQuery {
            diversity: Some(diversity),
            limit: Some(2),
            ..query(RecommendKind::Next, &[])
        };
        let hits = engine.recommend(&query, NOW);
        hits.into_iter().map(|hit| hit.id).collect::<Vec<_>>()
    };
    assert_eq!(of(&mut engine, 0.0), ["b1", "b2"]);
    assert_eq!(of(&mut engine, 0.5), ["b1", "g3"]);
}

/// Of two complements that the log holds for equal, the shopper's own brand comes first.
#[test]
fn affinities_are_blended_in() {
    let source = || {
        knowing(RelationSource {
            complements: lists(&[("s4", "d1", 2.0), ("s4", "d3", 2.0)]),
            ..RelationSource::default()
        })
    };
    let first = |seen: &str| {
        let mut engine = with(source());
        see(&mut engine, "view_item", &[seen], NOW);
        engine.recommend(&query(RecommendKind::Complement, &["s4"]), NOW)[0]
            .id
            .clone()
    };
    assert_eq!(first("d5"), "d1", "Kraftwig");
    assert_eq!(first("d4"), "d3", "Torquin");
}

fn kinds() -> impl Strategy<Value = RecommendKind> {
    prop_oneof![
        Just(RecommendKind::Next),
        Just(RecommendKind::Complement),
        Just(RecommendKind::Alternative),
        Just(RecommendKind::Repurchase),
        Just(RecommendKind::Inspiration),
    ]
}

proptest! {
    /// Whatever was done and is asked for: filters, exclusions, price, stock and returns hold, and nothing comes twice.
    #[test]
    fn filters_and_exclusions_are_hard(
        kind in kinds(),
        events in prop::collection::vec((0usize..22, 0usize..4), 0..8),
        items in prop::collection::vec(0usize..22, 0..3),
        exclude in prop::collection::vec(0usize..22, 0..4),
        pairs in prop::collection::vec((0usize..22, 0u32..22, 0.1f32..3.0), 0..60),
        category in prop::option::of(prop::sample::select(vec!["Bad", "Werkzeug", "Foto > Kameras"])),
        price in prop::option::of(1_000u32..100_000),
        (cheaper, in_stock, seen) in any::<(bool, bool, bool)>(),
        diversity in prop::option::of(-1.0f64..2.0),
        limit in 0usize..60,
    ) {
        let all = products();
        let id = |at: usize| Text(all[at].id.clone());
        let mut source = knowing(RelationSource {
            complements: related(22, &pairs),
            alternatives: related(22, &pairs),
            buying: vec![Buying { interval: 5.0, again: 0.5, returned: 0.2 }; 22],
            ..RelationSource::default()
        });
        source.next = Some(next(22, &pairs));
        let mut engine = with(source);
        let (mut visited, mut returned) = (Vec::new(), Vec::new());
        for (at, name) in events {
            let name = ["view_item", "add_to_cart", "purchase", "refund"][name];
            see(&mut engine, name, &[&all[at].id], NOW);
            match name {
                "refund" => returned.push(at),
                "purchase" => returned.retain(|&other| other != at),
                _ => visited.push(at),
            }
        }
        let mut only = SearchQuery { price_max: price.map(f64::from), ..SearchQuery::default() };
        if let Some(category) = category {
            only.filters.insert("category".into(), vec![category.into()]);
        }
        let query = RecommendQuery {
            kind, seen, cheaper, in_stock, only, diversity,
            items: items.iter().map(|&at| id(at)).collect(),
            exclude: exclude.iter().map(|&at| id(at)).collect(),
            limit: Some(limit),
            ..RecommendQuery::default()
        };
        let hits = engine.recommend(&query, days(9));
        prop_assert!(hits.len() <= limit.min(50));
        let costs = |product: &Product| product.sale_price.or(product.price);
        let latest = items.last().or(if items.is_empty() { visited.last() } else { None });
        for (at, hit) in hits.iter().enumerate() {
            let number = place(&hit.id);
            let product = &all[number];
            prop_assert!(hit.score.is_finite());
            prop_assert!(hits[..at].iter().all(|other| other.id != hit.id), "twice");
            prop_assert!(!exclude.contains(&number), "excluded");
            prop_assert!(!items.contains(&number), "given");
            prop_assert!(seen || kind == RecommendKind::Repurchase || !visited.contains(&number), "seen");
            prop_assert!(!returned.contains(&number), "sent back");
            prop_assert!(price.is_none_or(|most| costs(product).unwrap() <= most));
            prop_assert!(!in_stock || product.availability == Availability::InStock);
            prop_assert!(product.availability != Availability::OutOfStock);
            let below = |path: &str| format!("{} > ", hit.category).starts_with(&format!("{path} > "));
            prop_assert!(category.is_none_or(below));
            if cheaper {
                prop_assert!(costs(product) < latest.and_then(|&at| costs(&all[at])));
            }
        }
    }
}

/// Attributes are not needed to be alike.
#[test]
fn a_shop_without_categories_has_complements_all_the_same() {
    let mut builder = CatalogueBuilder::new(CatalogueMeta::default());
    for id in ["a", "b"] {
        let product = Product {
            id: id.into(),
            title: id.into(),
            attributes: vec![Attribute {
                name: Label::plain("colour"),
                value: Label::plain("red"),
                swatch: String::new(),
            }],
            ..Product::default()
        };
        builder.push(product).unwrap();
    }
    let catalogue = Catalogue::open(Pack::open(builder.finish().unwrap()).unwrap()).unwrap();
    let mut engine = Engine::with_catalogue(catalogue, 1);
    let alternatives = query(RecommendKind::Alternative, &["a"]);
    assert!(engine.recommend(&alternatives, NOW).is_empty());
    let source = KnowledgeSource {
        items: vec!["a".into(), "b".into()],
        relations: RelationSource {
            complements: related(2, &[(0, 1, 1.0)]),
            ..RelationSource::default()
        },
        ..KnowledgeSource::default()
    };
    engine.attach_knowledge(Knowledge::open(Pack::open(source.build().unwrap()).unwrap()).unwrap());
    let hits = engine.recommend(&query(RecommendKind::Complement, &["a"]), NOW);
    assert_eq!(names(&hits), ["b"]);
}
