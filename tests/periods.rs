//! Periods: at any moment a catalogue answers as one would that was built with what holds then.

#![expect(clippy::unwrap_used, reason = "a test that cannot set up has failed")]
#![expect(dead_code, reason = "the shared shop offers more than each test uses")]

mod common;

use common::products;
use endcap::{
    Engine, SearchQuery, Sort, Timestamp,
    catalogue::{
        Availability, Catalogue, CatalogueBuilder, CatalogueMeta, Overlay, OverlayBuilder,
        OverlayItem, OverlayMeta, Period, Product,
    },
    pack::Pack,
};
use proptest::prelude::*;

const DAY: u64 = 86_400_000;
const START: u64 = 1_790_000_000_000;

fn on(day: u64) -> Timestamp {
    Timestamp(START + day * DAY)
}

fn period(from: Option<u64>, until: Option<u64>) -> Period {
    Period {
        from: from.map(on),
        until: until.map(on),
    }
}

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

fn overlay(items: impl IntoIterator<Item = OverlayItem>) -> Overlay {
    let mut builder = OverlayBuilder::new(OverlayMeta::default());
    for item in items {
        builder.push(item).unwrap();
    }
    Overlay::open(Pack::open(builder.finish().unwrap()).unwrap()).unwrap()
}

/// What shoppers are told of every product, by what is said of price and stock.
fn said(engine: &mut Engine, now: Timestamp) -> String {
    let mut text = String::new();
    for (sort, price_max) in [
        (Sort::Relevance, None),
        (Sort::PriceAsc, None),
        (Sort::PriceDesc, Some(9_000.0)),
    ] {
        let query = SearchQuery {
            sort,
            price_max,
            limit: Some(100),
            ..SearchQuery::default()
        };
        text += &format!(
            "{:?}\n{:?}\n",
            engine.search(&query, now),
            engine.facets(&query, now)
        );
    }
    text
}

/// A product that a feed would give that is written at `now` and knows no periods.
fn as_of(product: &Product, now: Timestamp) -> Product {
    let (sale_price, availability, _) = product.at(now);
    Product {
        sale_price,
        availability,
        sale_period: Period::default(),
        available_from: None,
        shown: Period::default(),
        ..product.clone()
    }
}

#[derive(Clone, Debug)]
struct Dates {
    sale: (Option<u32>, Option<u64>, Option<u64>),
    availability: u8,
    available_from: Option<u64>,
}

fn dates() -> impl Strategy<Value = Vec<Dates>> {
    let day = || prop::option::of(1u64..30);
    let one = ((prop::option::of(1u32..5_000), day(), day()), 0u8..4, day());
    let one = one.prop_map(|(sale, availability, available_from)| Dates {
        sale,
        availability,
        available_from,
    });
    prop::collection::vec(one, 22)
}

fn availability(byte: u8) -> Availability {
    match byte {
        1 => Availability::OutOfStock,
        2 => Availability::Preorder,
        3 => Availability::Backorder,
        _ => Availability::InStock,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// In whatever order moments come, the catalogue, and an overlay that says the same, answer as of each.
    #[test]
    fn what_holds_now_is_what_is_answered(dates in dates(), days in prop::collection::vec(0u64..32, 6)) {
        let mut all = products();
        for (product, dates) in all.iter_mut().zip(&dates) {
            product.sale_price = dates.sale.0;
            product.sale_period = period(dates.sale.1, dates.sale.2);
            product.availability = availability(dates.availability);
            product.available_from = dates.available_from.map(on);
        }
        let said_again = all.iter().map(|product| OverlayItem {
            id: product.id.clone(),
            sale_price: Some(product.sale_price),
            sale_period: product.sale_period,
            availability: Some(product.availability),
            available_from: product.available_from,
            ..OverlayItem::default()
        });
        let said_again = overlay(said_again);
        // An overlay gives back what was said into it, as far as it means anything.
        for item in said_again.said() {
            let product = all.iter().find(|product| product.id == item.id).unwrap();
            let told = Product {
                sale_price: item.sale_price.flatten(),
                sale_period: item.sale_period,
                availability: item.availability.unwrap(),
                available_from: item.available_from,
                ..Product::default()
            };
            for day in 0..32 {
                prop_assert_eq!(told.at(on(day)), product.at(on(day)));
            }
        }
        let bare = all.iter().map(|product| as_of(product, Timestamp(0)));
        let mut laid = Engine::with_catalogue(built(bare.collect()), 1);
        laid.apply_overlay(said_again).unwrap();
        let mut timed = Engine::with_catalogue(built(all.clone()), 1);
        for day in days {
            let now = on(day);
            let plain = built(all.iter().map(|product| as_of(product, now)).collect());
            let expected = said(&mut Engine::with_catalogue(plain, 1), now);
            prop_assert_eq!(said(&mut timed, now), expected.clone());
            prop_assert_eq!(said(&mut laid, now), expected);
        }
    }
}

#[test]
fn what_is_not_shown_yet_or_any_more_stands_in_no_answer() {
    let mut all = products();
    all[0].shown = period(Some(10), Some(20));
    let id = all[0].id.clone();
    let mut engine = Engine::with_catalogue(built(all), 1);
    let query = SearchQuery {
        limit: Some(100),
        ..SearchQuery::default()
    };
    for (day, shown) in [(9, false), (10, true), (19, true), (20, false), (12, true)] {
        let hits = engine.search(&query, on(day)).hits;
        assert_eq!(hits.iter().any(|hit| hit.id == id), shown, "day {day}");
    }
}

#[test]
fn an_overlay_lies_over_what_the_catalogue_says_for_a_period() {
    let mut all = products();
    all[0].price = Some(10_000);
    all[0].sale_price = Some(6_000);
    all[0].sale_period = period(Some(10), Some(20));
    let id = all[0].id.clone();
    let mut catalogue = built(all);
    let item = catalogue.item(&id).unwrap();
    catalogue.settle(on(12));
    assert_eq!(catalogue.current_price(item), Some(6_000));
    let ended = OverlayItem {
        id,
        sale_price: Some(None),
        ..OverlayItem::default()
    };
    catalogue.lay(overlay([ended])).unwrap();
    assert_eq!(catalogue.current_price(item), Some(10_000));
    catalogue.lay(overlay([])).unwrap();
    assert_eq!(catalogue.current_price(item), Some(6_000));
    assert_eq!(
        catalogue.timed_sale_price(item),
        Some((6_000, period(Some(10), Some(20))))
    );
}

/// A reader that knows no periods sees the columns, in which no price stands that may not hold.
#[test]
fn columns_hold_what_needs_no_clock() {
    let mut all = products();
    all[0].sale_price = Some(1);
    all[0].sale_period = period(None, Some(20));
    all[0].availability = Availability::Preorder;
    all[0].available_from = Some(on(3));
    let id = all[0].id.clone();
    let catalogue = built(all);
    let item = catalogue.item(&id).unwrap();
    assert_eq!(catalogue.sale_price(item), None);
    assert_eq!(catalogue.availability(item), Availability::Preorder);
    assert_eq!(catalogue.available_from(item), Some(on(3)));
}
