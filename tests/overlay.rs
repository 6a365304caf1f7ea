//! Overlays: what lies over a catalogue is what was built into it.

#![expect(clippy::unwrap_used, reason = "a test that cannot set up has failed")]
#![expect(dead_code, reason = "the shared shop offers more than each test uses")]

mod common;

use common::{NOW, event, products};
use endcap::{
    Engine, SearchQuery, Sort, SuggestOptions,
    catalogue::{
        Availability, Catalogue, CatalogueBuilder, CatalogueMeta, Overlay, OverlayBuilder,
        OverlayError, OverlayItem, OverlayMeta, Product,
    },
    pack::{Pack, PackHash},
};
use proptest::prelude::*;

fn built(products: Vec<Product>) -> Catalogue {
    let mut builder = CatalogueBuilder::new(CatalogueMeta {
        language: "de".into(),
        currency: "EUR".into(),
        ..CatalogueMeta::default()
    });
    for product in products {
        builder.push(product).unwrap();
    }
    Catalogue::open(Pack::open(builder.finish().unwrap()).unwrap()).unwrap()
}

fn overlay(meta: OverlayMeta, items: impl IntoIterator<Item = OverlayItem>) -> Overlay {
    let mut builder = OverlayBuilder::new(meta);
    for item in items {
        builder.push(item).unwrap();
    }
    Overlay::open(Pack::open(builder.finish().unwrap()).unwrap()).unwrap()
}

fn layer(layer: u8, sequence: u64) -> OverlayMeta {
    OverlayMeta {
        layer,
        sequence,
        currency: "EUR".into(),
        base: None,
    }
}

fn hiding(id: &str) -> OverlayItem {
    OverlayItem {
        id: id.into(),
        hidden: true,
        ..OverlayItem::default()
    }
}

fn priced(id: &str, price: u32) -> OverlayItem {
    OverlayItem {
        id: id.into(),
        price: Some(Some(price)),
        ..OverlayItem::default()
    }
}

/// Everything that an engine says, but for the name of the pack.
fn answers(catalogue: Catalogue) -> String {
    let mut engine = Engine::with_catalogue(catalogue, 1);
    said(&mut engine)
}

fn said(engine: &mut Engine) -> String {
    engine.observe(&event("view_item", &["b1"]), NOW).unwrap();
    let mut text = String::new();
    for typed in ["", "b", "riva", "m8", "kraftwig", "2000000000077"] {
        text += &format!(
            "{:?}\n",
            engine.suggest(typed, &SuggestOptions::default(), NOW)
        );
    }
    for sort in [Sort::Relevance, Sort::PriceAsc, Sort::PriceDesc] {
        for (text_typed, price_max) in [("", None), ("", Some(9_000.0)), ("duftkerze", None)] {
            let query = SearchQuery {
                text: endcap::Text(text_typed.into()),
                price_max,
                sort,
                ..SearchQuery::default()
            };
            text += &format!("{:?}\n", engine.search(&query, NOW));
        }
    }
    text
}

/// A change of one product: which one, and its new values as both ways of saying them take them.
#[derive(Clone, Debug)]
struct Change {
    at: usize,
    price: Option<Option<u32>>,
    sale_price: Option<Option<u32>>,
    availability: Option<u8>,
    days: Option<Option<u8>>,
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let price = || prop::option::of(prop::option::of(1u32..200_000));
    let change = (
        0usize..22,
        price(),
        price(),
        prop::option::of(0u8..4),
        prop::option::of(prop::option::of(0u8..30)),
    )
        .prop_map(|(at, price, sale_price, availability, days)| Change {
            at,
            price,
            sale_price,
            availability,
            days,
        });
    prop::collection::vec(change, 0..12).prop_map(|mut changes: Vec<Change>| {
        changes.sort_by_key(|change| change.at);
        changes.dedup_by_key(|change| change.at);
        changes
    })
}

fn availability(number: u8) -> Availability {
    match number {
        0 => Availability::InStock,
        1 => Availability::OutOfStock,
        2 => Availability::Preorder,
        _ => Availability::Backorder,
    }
}

fn as_overlay(changes: &[Change], meta: OverlayMeta) -> Overlay {
    let products = products();
    let items = changes.iter().map(|change| OverlayItem {
        id: products[change.at].id.clone(),
        price: change.price,
        sale_price: change.sale_price,
        availability: change.availability.map(availability),
        delivery_days: change.days,
        hidden: false,
        ..OverlayItem::default()
    });
    overlay(meta, items)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// An overlay and a catalogue built with its values give the same answers, scores and ties included.
    #[test]
    fn an_overlay_is_what_a_rebuilt_catalogue_says(changes in changes()) {
        let mut changed = products();
        for change in &changes {
            let product = &mut changed[change.at];
            product.price = change.price.unwrap_or(product.price);
            product.sale_price = change.sale_price.unwrap_or(product.sale_price);
            product.availability = change.availability.map_or(product.availability, availability);
            product.delivery_days = change.days.unwrap_or(product.delivery_days);
        }
        let mut catalogue = built(products());
        let overlaid = catalogue.lay(as_overlay(&changes, layer(0, 1))).unwrap();
        prop_assert_eq!(overlaid.items, changes.len());
        prop_assert_eq!(answers(catalogue), answers(built(changed)));
    }

    /// Only the last overlay of a layer counts, and an empty one takes everything back.
    #[test]
    fn the_last_overlay_of_a_layer_counts(first in changes(), second in changes()) {
        let mut catalogue = built(products());
        catalogue.lay(as_overlay(&first, layer(0, 1))).unwrap();
        catalogue.lay(as_overlay(&second, layer(0, 2))).unwrap();
        let mut alone = built(products());
        alone.lay(as_overlay(&second, layer(0, 2))).unwrap();
        prop_assert_eq!(answers(catalogue.clone()), answers(alone));
        prop_assert!(!catalogue.lay(as_overlay(&first, layer(0, 1))).unwrap().applied);
        catalogue.lay(overlay(layer(0, 3), [])).unwrap();
        prop_assert_eq!(answers(catalogue), answers(built(products())));
    }

    /// Layers lie over each other by their number, whichever came first.
    #[test]
    fn a_customers_layer_lies_over_everybodys(all in changes(), own in changes()) {
        let (all, own) = (as_overlay(&all, layer(0, 1)), as_overlay(&own, layer(1, 1)));
        let (mut a, mut b) = (built(products()), built(products()));
        a.lay(all.clone()).unwrap();
        a.lay(own.clone()).unwrap();
        b.lay(own).unwrap();
        b.lay(all).unwrap();
        prop_assert_eq!(answers(a), answers(b));
    }

    /// What is hidden stands in no answer, by whatever it is asked for; nothing else goes missing.
    #[test]
    fn what_is_hidden_is_nowhere(hidden in prop::collection::btree_set(0usize..22, 1..12)) {
        let all = products();
        let ids: Vec<&str> = hidden.iter().map(|&at| all[at].id.as_str()).collect();
        let mut catalogue = built(products());
        catalogue.lay(overlay(layer(0, 1), ids.iter().map(|id| hiding(id)))).unwrap();
        let mut engine = Engine::with_catalogue(catalogue, 1);
        let query = SearchQuery { limit: Some(200), ..SearchQuery::default() };
        let result = engine.search(&query, NOW);
        prop_assert_eq!(result.total, all.len() - hidden.len());
        prop_assert!(result.hits.iter().all(|hit| !ids.contains(&hit.id.as_str())));
        for product in &all {
            for typed in [&product.id, &product.mpn, &product.title] {
                let options = SuggestOptions { products: 50, ..SuggestOptions::default() };
                let found = engine.suggest(typed, &options, NOW).products;
                prop_assert!(found.iter().all(|hit| !ids.contains(&hit.id.as_str())));
                let is_hidden = ids.contains(&product.id.as_str());
                prop_assert!(is_hidden || found.iter().any(|hit| hit.id == product.id), "{} finds no {}", typed, product.id);
            }
        }
        let count: u32 = result.facets.iter().find(|facet| facet.key == "brand").map_or(0, |facet| facet.values.iter().map(|value| value.count).sum());
        let branded = result.hits.iter().filter(|hit| !hit.brand.is_empty()).count() as u32;
        prop_assert!(count == 0 || count == branded);
    }
}

#[test]
fn what_does_not_fit_is_refused_and_changes_nothing() {
    let mut engine = Engine::with_catalogue(built(products()), 1);
    let before = said(&mut engine.clone());
    let elsewhere: PackHash = "0123456789abcdef0123456789abcdef".parse().unwrap();
    let of_other = OverlayMeta {
        base: Some(elsewhere),
        ..layer(0, 9)
    };
    let error = engine.apply_overlay(overlay(of_other, [priced("b1", 1)]));
    assert_eq!(error.unwrap_err().code(), "overlay/base");
    let in_francs = OverlayMeta {
        currency: "CHF".into(),
        ..layer(0, 9)
    };
    let error = engine.apply_overlay(overlay(in_francs, [priced("b1", 1)]));
    assert_eq!(error.unwrap_err().code(), "overlay/currency");
    assert_eq!(said(&mut engine), before);
    let error = Engine::new(1).apply_overlay(overlay(layer(0, 1), []));
    assert_eq!(error.unwrap_err(), OverlayError::NoCatalogue);
}

#[test]
fn an_overlay_made_for_this_catalogue_fits_and_counts_what_it_does_not_know() {
    let mut engine = Engine::with_catalogue(built(products()), 1);
    let meta = OverlayMeta {
        base: Some(engine.catalogue().unwrap().hash()),
        ..layer(0, 1)
    };
    let overlaid = engine
        .apply_overlay(overlay(meta, [priced("b1", 1), priced("gone", 2)]))
        .unwrap();
    assert_eq!(
        (overlaid.applied, overlaid.items, overlaid.unknown),
        (true, 1, 1)
    );
    let hits = engine.suggest("LD 2578/55", &SuggestOptions::default(), NOW);
    assert_eq!(hits.products[0].price, Some(1));
}

#[test]
fn an_overlay_tells_what_it_was_told() {
    let everything = OverlayItem {
        id: "a".into(),
        price: Some(None),
        sale_price: Some(Some(5)),
        availability: Some(Availability::Backorder),
        delivery_days: Some(None),
        hidden: true,
        ..OverlayItem::default()
    };
    let items = vec![everything, priced("b", 7)];
    let said: Vec<OverlayItem> = overlay(layer(3, 4), items.clone()).said().collect();
    assert_eq!(said, items);
}

#[test]
fn an_overlay_is_reproducible_in_any_order() {
    let build = |ids: &[&str]| {
        let mut builder = OverlayBuilder::new(layer(0, 7));
        for id in ids {
            builder.push(priced(id, 5)).unwrap();
        }
        assert_eq!(builder.len(), 2);
        builder.finish().unwrap()
    };
    assert_eq!(build(&["a", "b"]), build(&["b", "a"]));
    let mut builder = OverlayBuilder::new(layer(0, 7));
    builder.push(priced("a", 5)).unwrap();
    assert_eq!(
        builder.push(priced("a", 6)).unwrap_err().code(),
        "build/duplicate-id"
    );
    assert_eq!(
        builder.push(priced("", 6)).unwrap_err().code(),
        "build/no-id"
    );
}
