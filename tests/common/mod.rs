//! A small invented shop that tests share.

use endcap::{
    Event, EventParams, Item, Text, Timestamp,
    catalogue::{
        Attribute, Availability, Catalogue, CatalogueBuilder, CatalogueMeta, Label, Product,
        Reference, ReferenceKind,
    },
    key::Key,
    knowledge::{
        Buying, CategoryFacts, FacetFacts, KnowledgeMeta, KnowledgeSource, LogOdds, QueryFacts,
        RelationSource, Rule, Synonym, ValueOrder, Weights, WordFacts,
    },
    pack::Pack,
    recommend::{Neighbour, NextSource},
};

/// 2026-11-22T00:00:00Z.
pub(crate) const NOW: Timestamp = Timestamp(1_795_305_600_000);

/// Identifier, title, brand, article number, category keys and labels, colour, price, popularity.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    u32,
    u32,
);

const ROWS: &[Row] = &[
    (
        "b1",
        "Waschtischarmatur Riva, Chrom",
        "Lavendorf",
        "LD 2578/55",
        "bath/taps/basin",
        "Bad > Armaturen > Waschtischarmaturen",
        "Chrom",
        8_245,
        40,
    ),
    (
        "b2",
        "Waschtischarmatur Riva, Schwarz",
        "Lavendorf",
        "LD 2578/57",
        "bath/taps/basin",
        "Bad > Armaturen > Waschtischarmaturen",
        "Schwarz",
        9_445,
        12,
    ),
    (
        "b3",
        "Waschtischarmatur Nera",
        "Aquilon",
        "AQ-1100",
        "bath/taps/basin",
        "Bad > Armaturen > Waschtischarmaturen",
        "Schwarz",
        15_900,
        9,
    ),
    (
        "b4",
        "Duschkopf Größe 200",
        "Aquilon",
        "AQ-2200",
        "bath/showers",
        "Bad > Duschen",
        "Chrom",
        4_900,
        30,
    ),
    (
        "b5",
        "Badewannenarmatur Riva",
        "Lavendorf",
        "LD 3001/55",
        "bath/taps/bath",
        "Bad > Armaturen > Wannenarmaturen",
        "Chrom",
        17_900,
        8,
    ),
    (
        "s1",
        "Sechskantschraube M8x40",
        "Schraubenkamp",
        "M8x40-A2",
        "fasteners/screws",
        "Befestigung > Schrauben",
        "Edelstahl",
        899,
        80,
    ),
    (
        "s2",
        "Sechskantschraube M8x50",
        "Schraubenkamp",
        "M8x50-A2",
        "fasteners/screws",
        "Befestigung > Schrauben",
        "Edelstahl",
        999,
        60,
    ),
    (
        "s3",
        "Sechskantschraube M8x40 verzinkt",
        "Norvikfix",
        "M8x40-ZN",
        "fasteners/screws",
        "Befestigung > Schrauben",
        "Zink",
        499,
        70,
    ),
    (
        "s4",
        "Spreizdübel 8×40",
        "Norvikfix",
        "SD-840",
        "fasteners/plugs",
        "Befestigung > Dübel",
        "",
        399,
        50,
    ),
    (
        "d1",
        "Akku-Bohrschrauber 18 V",
        "Kraftwig",
        "GBS 18V-55",
        "tools/drills",
        "Werkzeug > Bohrschrauber",
        "Blau",
        12_900,
        90,
    ),
    (
        "d2",
        "Akku-Bohrschrauber 12 V",
        "Kraftwig",
        "GBS 12V-30",
        "tools/drills",
        "Werkzeug > Bohrschrauber",
        "Blau",
        8_900,
        55,
    ),
    (
        "d3",
        "Akku-Bohrschrauber Kompakt 18 V",
        "Torquin",
        "TQ1860",
        "tools/drills",
        "Werkzeug > Bohrschrauber",
        "Rot",
        9_900,
        45,
    ),
    (
        "d4",
        "Bohrer-Satz 19-teilig",
        "Torquin",
        "TQ-BS19",
        "tools/bits",
        "Werkzeug > Bohrer",
        "",
        2_900,
        35,
    ),
    (
        "d5",
        "Stichsäge 650 W",
        "Kraftwig",
        "GST 650",
        "tools/saws",
        "Werkzeug > Sägen",
        "Blau",
        7_900,
        20,
    ),
    (
        "p1",
        "Systemkamera Alta 24 MP",
        "Lumaro",
        "AL-24",
        "photo/cameras",
        "Foto > Kameras",
        "Schwarz",
        89_900,
        25,
    ),
    (
        "p2",
        "Systemkamera Alta 33 MP",
        "Lumaro",
        "AL-33",
        "photo/cameras",
        "Foto > Kameras",
        "Silber",
        129_900,
        15,
    ),
    (
        "p3",
        "Objektiv 50 mm f/1,8",
        "Lumaro",
        "LX-5018",
        "photo/lenses",
        "Foto > Objektive",
        "Schwarz",
        24_900,
        22,
    ),
    (
        "p4",
        "Kameratasche Trek",
        "Sondrel",
        "TRK-4",
        "photo/bags",
        "Foto > Taschen",
        "Grau",
        5_900,
        18,
    ),
    (
        "g1",
        "Seidenschal Blüte",
        "Maison Ambre",
        "MA-77",
        "gifts/scarves",
        "Geschenke > Schals",
        "Rot",
        4_900,
        14,
    ),
    (
        "g2",
        "Halskette Rosé",
        "Maison Ambre",
        "MA-12",
        "gifts/jewellery",
        "Geschenke > Schmuck",
        "Rosé",
        6_900,
        16,
    ),
    (
        "g3",
        "Duftkerze Feige",
        "Wiesenkamp",
        "WK-F1",
        "gifts/candles",
        "Geschenke > Kerzen",
        "Weiß",
        1_900,
        28,
    ),
    (
        "g4",
        "Duftkerze Zeder",
        "Wiesenkamp",
        "WK-Z1",
        "gifts/candles",
        "Geschenke > Kerzen",
        "Weiß",
        1_900,
        0,
    ),
];

/// The products of the shop.
pub(crate) fn products() -> Vec<Product> {
    ROWS.iter().map(product).collect()
}

/// The shop's pack.
pub(crate) fn pack() -> Vec<u8> {
    let mut builder = CatalogueBuilder::new(CatalogueMeta {
        name: "Small shop".into(),
        language: "de".into(),
        currency: "EUR".into(),
        synthetic: true,
    });
    for product in products() {
        builder.push(product).unwrap();
    }
    builder.finish().unwrap()
}

/// What the shop's logs teach, with something in every section.
pub(crate) fn knowledge() -> Vec<u8> {
    let odds = |odds: &[(usize, f64)]| {
        let odds = odds.iter();
        odds.map(|&(item, odds)| (item, LogOdds::new(odds)))
            .collect()
    };
    let query = |text: &str, visits, priors| QueryFacts {
        query: endcap::normalised(text),
        text: text.to_owned(),
        visits,
        languages: 1,
        priors,
        facets: vec![(0, visits / 2)],
    };
    let source = KnowledgeSource {
        meta: KnowledgeMeta {
            name: "Small shop".into(),
            synthetic: true,
            languages: vec!["de".into(), "en".into()],
            lists: 400,
        },
        items: KNOWN.map(str::to_owned).to_vec(),
        keep_ids: true,
        queries: vec![
            query("Waschtischarmatur Riva", 40, odds(&[(1, 1.5), (0, -0.5)])),
            query("waschtischarmatur", 25, odds(&[(2, 2.0)])),
            query("schraube m8", 12, odds(&[(3, 0.75)])),
        ],
        words: vec![WordFacts {
            word: "riva".into(),
            priors: odds(&[(1, 0.5)]),
        }],
        facets: vec![
            FacetFacts {
                key: "colour".into(),
                visits: 60,
            },
            FacetFacts {
                key: "brand".into(),
                visits: 40,
            },
        ],
        categories: vec![CategoryFacts {
            category: Key::category(&["bath"]),
            visits: 80,
            facets: vec![(1, 30)],
        }],
        weights: Some(Weights {
            prior: 0.75,
            ..Weights::default()
        }),
        synonyms: vec![Synonym {
            from: "brause".into(),
            to: "Duschkopf".into(),
        }],
        value_orders: vec![ValueOrder::by_popularity("brand".into())],
        blend: Some(0.5),
        next: Some(next(
            KNOWN.len(),
            &[
                (0, 2, 2.0),
                (0, 7, 1.0),
                (2, 0, 1.5),
                (4, 5, 2.5),
                (8, 9, 2.0),
            ],
        )),
        relations: RelationSource {
            complements: related(KNOWN.len(), &[(4, 5, 3.0), (4, 6, 2.0), (8, 9, 2.5)]),
            alternatives: related(KNOWN.len(), &[(0, 2, 2.0), (8, 10, 1.0)]),
            buying: vec![
                Buying {
                    interval: 30.0,
                    again: 0.5,
                    returned: 0.1,
                };
                KNOWN.len()
            ],
            once: vec![Key::category(&["photo", "cameras"])],
            rules: vec![Rule {
                because: Key::brand("Lumaro"),
                item: 6,
                from: 20_000,
                until: 30_000,
                note: "Eine Tasche schützt".into(),
            }],
        },
    };
    source.build().unwrap()
}

/// What the knowledge knows of, numbered from 0.
const KNOWN: [&str; 11] = [
    "b1", "b2", "b3", "s3", "p1", "p3", "p4", "b4", "d1", "d4", "d3",
];

/// Lists of `items` items from item, neighbour and weight.
pub(crate) fn related(items: usize, pairs: &[(usize, u32, f32)]) -> Vec<Vec<Neighbour>> {
    let mut lists = vec![Vec::new(); items];
    for &(from, item, weight) in pairs {
        lists[from].push(Neighbour { item, weight });
    }
    lists
}

/// A model of what is opened next that consists of lists alone.
pub(crate) fn next(items: usize, pairs: &[(usize, u32, f32)]) -> NextSource {
    NextSource {
        neighbours: 8,
        reach: 10,
        lists: related(items, pairs),
        standing: vec![[1.0; 4]; items],
        ..NextSource::default()
    }
}

/// The shop's catalogue, opened.
pub(crate) fn catalogue() -> Catalogue {
    Catalogue::open(Pack::open(pack()).unwrap()).unwrap()
}

/// An event about the items `ids`.
pub(crate) fn event(name: &str, ids: &[&str]) -> Event {
    Event {
        name: name.into(),
        params: EventParams {
            items: ids.iter().map(|id| Item::with_id(id)).collect(),
            ..EventParams::default()
        },
    }
}

/// A search for `text`.
pub(crate) fn search(text: &str) -> Event {
    Event {
        name: "search".into(),
        params: EventParams {
            search_term: Text(text.into()),
            ..EventParams::default()
        },
    }
}

/// The items `ids`, of which nothing else is told.
pub(crate) fn items(ids: &[&str]) -> Vec<Item> {
    ids.iter().map(|id| Item::with_id(id)).collect()
}

fn product(row: &Row) -> Product {
    let (id, title, brand, mpn, keys, labels, colour, price, popularity) = *row;
    let category = keys
        .split('/')
        .zip(labels.split(" > "))
        .map(|(key, label)| Label {
            key: key.into(),
            label: label.into(),
        })
        .collect();
    let attributes = (!colour.is_empty())
        .then(|| Attribute {
            name: Label {
                key: "colour".into(),
                label: "Farbe".into(),
            },
            value: Label::plain(colour),
            swatch: String::new(),
        })
        .into_iter()
        .collect();
    Product {
        id: id.into(),
        title: title.into(),
        brand: brand.into(),
        mpn: mpn.into(),
        gtin: if id == "d1" {
            "2000000000077".into()
        } else {
            String::new()
        },
        category,
        attributes,
        price: Some(price),
        sale_price: (id == "d3").then_some(8_900),
        availability: if id == "b3" {
            Availability::OutOfStock
        } else {
            Availability::InStock
        },
        delivery_days: Some(2),
        image: format!("/images/{id}.svg"),
        link: format!("/p/{id}"),
        group: if mpn.starts_with("LD 2578") {
            "riva".into()
        } else {
            String::new()
        },
        rating: Some(4.3),
        reviews: popularity / 2,
        references: (id == "d1")
            .then(|| Reference {
                kind: ReferenceKind::Accessory,
                id: "d4".into(),
            })
            .into_iter()
            .collect(),
        popularity: f64::from(popularity),
        ..Product::default()
    }
}
