//! What belongs to a catalogue, as files that stay readable: the head, the overlay and the delta of the golden catalogue. The tests
//! of the npm package read them, too.

#![expect(clippy::unwrap_used, reason = "a test that cannot set up has failed")]
#![expect(dead_code, reason = "the shared shop offers more than each test uses")]

mod common;

use std::{fs, path::PathBuf};

use common::{NOW, catalogue, pack, products};
use endcap::{
    Engine, SuggestOptions,
    catalogue::{
        Catalogue, CatalogueBuilder, CatalogueMeta, Overlay, OverlayBuilder, OverlayItem,
        OverlayMeta, Product,
    },
    pack::{FORMAT_VERSION, Pack, apply_delta, make_delta},
};

fn builder(products: impl IntoIterator<Item = Product>) -> CatalogueBuilder {
    let mut builder = CatalogueBuilder::new(CatalogueMeta {
        name: "Small shop".into(),
        language: "de".into(),
        currency: "EUR".into(),
        synthetic: true,
    });
    for product in products {
        builder.push(product).unwrap();
    }
    builder
}

/// The six best known products.
fn head() -> Vec<u8> {
    let mut best = products();
    best.sort_by(|a, b| b.popularity.total_cmp(&a.popularity));
    let head = builder(best.into_iter().take(6)).head_of(catalogue().hash());
    head.finish().unwrap()
}

/// The catalogue of the next day: one product gone, one new, one with another title.
fn next() -> Vec<u8> {
    let mut changed = products();
    changed.retain(|product| product.id != "g4");
    for product in &mut changed {
        if product.id == "d5" {
            product.title = "Stichsäge 750 W".into();
        }
    }
    changed.push(Product {
        id: "n1".into(),
        title: "Kreissäge 1200 W".into(),
        brand: "Kraftwig".into(),
        price: Some(14_900),
        ..Product::default()
    });
    builder(changed).on_base(&catalogue()).finish().unwrap()
}

/// A cheaper drill, and a tap that is hidden.
fn overlay() -> Vec<u8> {
    let mut builder = OverlayBuilder::new(OverlayMeta {
        base: Some(catalogue().hash()),
        layer: 0,
        sequence: 1_795_305_600_000,
        currency: "EUR".into(),
    });
    let items = [
        OverlayItem {
            id: "d1".into(),
            sale_price: Some(Some(9_900)),
            ..OverlayItem::default()
        },
        OverlayItem {
            id: "b3".into(),
            hidden: true,
            ..OverlayItem::default()
        },
    ];
    for item in items {
        builder.push(item).unwrap();
    }
    builder.finish().unwrap()
}

fn read(name: &str) -> Vec<u8> {
    read_file(&format!("golden-parts/{name}-{FORMAT_VERSION}.pack"))
}

fn read_file(name: &str) -> Vec<u8> {
    let tests = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests");
    fs::read(tests.join(name)).unwrap()
}

#[test]
fn the_files_are_reproduced() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden-parts");
    let parts = [
        ("head", head()),
        ("overlay", overlay()),
        ("delta", make_delta(&pack(), &next()).unwrap()),
    ];
    for (name, bytes) in parts {
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join(format!("{name}-{FORMAT_VERSION}.pack")), &bytes).unwrap();
        }
        assert!(read(name) == bytes, "the bytes of the {name} have changed");
    }
}

/// The format is the same, but earlier builders ranked fields otherwise: what they wrote still fits together.
#[test]
fn parts_of_earlier_builders_are_read() {
    let earlier = |name: &str| read_file(&format!("golden-parts/{name}-1-before-kinds.pack"));
    let whole = || read_file("golden/catalogue-1-before-kinds.pack");
    let opened = |bytes| Catalogue::open(Pack::open(bytes).unwrap()).unwrap();
    let mut engine = Engine::with_catalogue(opened(earlier("head")), 1);
    assert_eq!(engine.catalogue_info().unwrap().items, 6);
    engine.set_catalogue(opened(whole()));
    let overlay = Overlay::open(Pack::open(earlier("overlay")).unwrap()).unwrap();
    assert_eq!(engine.apply_overlay(overlay).unwrap().items, 2);
    engine.set_catalogue(opened(apply_delta(whole(), earlier("delta")).unwrap()));
    let found = engine.suggest("Kreissäge", &SuggestOptions::default(), NOW);
    assert!(found.products.iter().any(|hit| hit.id == "n1"));
}

/// A visit that begins with the head and goes on with the whole under an overlay: what was learned stays, what was said by the overlay
/// holds for both.
#[test]
fn a_visit_goes_on_from_head_to_whole() {
    let opened = |bytes| Catalogue::open(Pack::open(bytes).unwrap()).unwrap();
    let mut engine = Engine::with_catalogue(opened(read("head")), 1);
    let lay = |engine: &mut Engine| {
        let overlay = Overlay::open(Pack::open(read("overlay")).unwrap()).unwrap();
        engine.apply_overlay(overlay).unwrap()
    };
    let info = engine.catalogue_info().unwrap();
    assert_eq!((info.items, info.complete), (6, false));
    assert_eq!(lay(&mut engine).items, 1);
    engine
        .observe(&common::event("view_item", &["d1"]), NOW)
        .unwrap();
    let before = engine.affinities(1, NOW);
    let found = |engine: &mut Engine, typed: &str| -> Vec<(String, Option<u32>)> {
        let hits = engine
            .suggest(typed, &SuggestOptions::default(), NOW)
            .products;
        hits.into_iter()
            .map(|hit| (hit.id, hit.sale_price))
            .collect()
    };
    let is_found = |engine: &mut Engine, typed: &str, id: &str| {
        found(engine, typed).iter().any(|(found, _)| found == id)
    };
    assert_eq!(
        found(&mut engine, "GBS 18V-55")[0],
        ("d1".to_owned(), Some(9_900))
    );
    assert!(!is_found(&mut engine, "Stichsäge", "d5"));

    engine.set_catalogue(opened(pack()));
    assert_eq!(lay(&mut engine).items, 2);
    assert!(engine.catalogue_info().unwrap().complete);
    assert_eq!(engine.affinities(1, NOW)[0].value, before[0].value);
    assert_eq!(
        found(&mut engine, "GBS 18V-55")[0],
        ("d1".to_owned(), Some(9_900))
    );
    assert!(is_found(&mut engine, "Stichsäge", "d5"));
    assert!(
        !is_found(&mut engine, "AQ-1100", "b3"),
        "the overlay hides it"
    );

    engine.set_catalogue(opened(apply_delta(pack(), read("delta")).unwrap()));
    assert!(is_found(&mut engine, "Kreissäge", "n1"));
    assert!(!is_found(&mut engine, "WK-Z1", "g4"));
    assert_eq!(engine.affinities(1, NOW)[0].value, before[0].value);
}
