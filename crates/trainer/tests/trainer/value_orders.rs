//! Event logs in, facets whose values stand where later visits proved that they should.

use std::path::{Path, PathBuf};

use endcap::catalogue::{Attribute, Catalogue, CatalogueBuilder, CatalogueMeta, Label, Product};
use endcap::knowledge::Knowledge;
use endcap::pack::Pack;
use endcap::{Engine, Event, EventParams, Item, SearchQuery, Timestamp};
use endcap_trainer::knowledge::{KnowledgeSettings, train};

const BRANDS: u64 = 5;
/// Half of all views are of the last of them.
const COLOURS: [&str; 4] = ["blue", "green", "white", "red"];

fn id(brand: u64, colour: u64, copy: u64) -> String {
    format!("p{brand}-{colour}-{copy}")
}

/// Forty lamps of five brands in four colours.
fn catalogue(folder: &Path) -> PathBuf {
    let mut builder = CatalogueBuilder::new(CatalogueMeta::default());
    for brand in 0..BRANDS {
        for (colour, name) in (0..).zip(COLOURS) {
            for copy in 0..2 {
                let product = Product {
                    id: id(brand, colour, copy),
                    title: format!("Lamp {brand} {name} {copy}"),
                    brand: format!("Brand {brand}"),
                    category: vec![Label::plain("Lamps")],
                    attributes: vec![Attribute {
                        name: Label::plain("colour"),
                        value: Label::plain(name),
                        swatch: String::new(),
                    }],
                    ..Product::default()
                };
                builder.push(product).unwrap();
            }
        }
    }
    let path = folder.join("en.pack");
    std::fs::write(&path, builder.finish().unwrap()).unwrap();
    path
}

/// Each visit stays with one brand, and takes red half of the time whatever it took before.
fn log() -> String {
    let mut state = 7_u64;
    let mut below = |end: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % end
    };
    let mut lines = String::new();
    for visit in 0..2_100_u64 {
        let brand = below(BRANDS);
        for step in 0..6 {
            let colour = below(6).min(3);
            let item = id(brand, colour, below(2));
            let time = 1_700_000_000_000_000 + visit * 600_000_000 + step * 20_000_000;
            lines += &format!(
                "{{\"event_name\":\"view_item\",\"event_timestamp\":{time},\"user_pseudo_id\":\"u{visit}\",\"ga_session_id\":{visit},\"items\":[{{\"item_id\":\"{item}\"}}]}}\n"
            );
        }
    }
    lines
}

/// The first value of a facet, after a shopper has looked at a blue lamp of brand 3.
fn first(engine: &mut Engine, facet: &str) -> String {
    let now = Timestamp(1_795_305_600_000);
    engine.erase();
    for copy in 0..2 {
        let event = Event {
            name: "view_item".into(),
            params: EventParams {
                items: vec![Item::with_id(&id(3, 0, copy))],
                ..EventParams::default()
            },
        };
        engine.observe(&event, now).unwrap();
    }
    let facets = engine.facets(&SearchQuery::default(), now);
    let found = facets.into_iter().find(|found| found.key == facet).unwrap();
    found.values[0].value.clone()
}

#[test]
fn a_facet_follows_the_shopper_where_that_was_proven_and_the_crowd_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let pack = catalogue(folder.path());
    let events = folder.path().join("events.jsonl");
    std::fs::write(&events, log()).unwrap();
    let settings = KnowledgeSettings {
        logs: vec![events],
        catalogues: vec![pack.clone()],
        ..KnowledgeSettings::default()
    };
    let mut training = train(&settings, &mut |_| {}).unwrap();
    assert!(training.summary.ordered[0] >= 1, "{:?}", training.summary);
    let catalogue = Catalogue::open(Pack::open(std::fs::read(pack).unwrap()).unwrap()).unwrap();
    let mut engine = Engine::with_catalogue(catalogue, 1);
    assert_eq!(
        [first(&mut engine, "brand"), first(&mut engine, "colour")],
        ["Brand 3", "blue"],
        "without a log both follow the shopper"
    );
    let knowledge = Pack::open(training.take_pack().unwrap().bytes).unwrap();
    let knowledge = Knowledge::open(knowledge).unwrap();
    let blend = training.summary.blend.map(|learned| learned.weight);
    assert!(blend.is_some(), "{:?}", training.summary);
    assert_eq!(knowledge.blend(), blend);
    engine.attach_knowledge(knowledge);
    assert_eq!(
        [first(&mut engine, "brand"), first(&mut engine, "colour")],
        ["Brand 3", "red"],
        "visits stay with a brand, and take red whatever they looked at"
    );
}
