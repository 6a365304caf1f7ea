//! Facets: counts, ranges and buckets beside a brute-force model, on random catalogues under random filters.

#![expect(clippy::unwrap_used, reason = "a test that cannot set up has failed")]

use std::collections::{BTreeMap, BTreeSet};

use endcap::{
    Ends, Engine, Facet, FacetKind, SearchQuery, Timestamp,
    catalogue::{Attribute, Catalogue, CatalogueBuilder, CatalogueMeta, Label, Product},
    pack::Pack,
};
use proptest::prelude::*;

const NOW: Timestamp = Timestamp(1_795_305_600_000);
const COLOURS: [&str; 5] = ["Red", "Blue", "Green", "Black", "White"];

/// A product by numbers; `usize`s choose, beyond the choices: none.
#[derive(Clone, Debug)]
struct Drawn {
    path: Vec<usize>,
    brand: usize,
    colours: BTreeSet<usize>,
    width: Option<u32>,
    span: Option<(u32, u32)>,
    price: Option<u32>,
    sale: Option<u32>,
}

fn drawn() -> impl Strategy<Value = Drawn> {
    (
        prop::collection::vec(0usize..3, 0..4),
        0usize..5,
        prop::collection::btree_set(0usize..5, 0..3),
        prop::option::of(0u32..400),
        prop::option::of((0u32..30, 0u32..30)),
        prop::option::of(1u32..50_000),
        prop::option::of(1u32..50_000),
    )
        .prop_map(|(path, brand, colours, width, span, price, sale)| Drawn {
            path,
            brand,
            colours,
            width,
            span: span.map(|(low, more)| (low, low + more)),
            price,
            sale,
        })
}

/// Labels of a category path: `A0`, `A0 > B2`, …
fn path(numbers: &[usize]) -> Vec<String> {
    let level = |(depth, number): (usize, &usize)| format!("{}{number}", ["A", "B", "C"][depth]);
    numbers.iter().enumerate().map(level).collect()
}

impl Drawn {
    fn product(&self, id: usize) -> Product {
        let attribute = |name: &str, value: String| Attribute {
            name: Label::plain(name),
            value: Label::plain(value),
            swatch: String::new(),
        };
        let colours = self
            .colours
            .iter()
            .map(|&colour| attribute("colour", COLOURS[colour].to_owned()));
        let width = self
            .width
            .map(|tenths| attribute("width", format!("{}.{} cm", tenths / 10, tenths % 10)));
        let span = self
            .span
            .map(|(low, high)| attribute("span", format!("{low} - {high} °C")));
        Product {
            id: id.to_string(),
            title: format!(
                "thing {}",
                if id.is_multiple_of(2) { "even" } else { "odd" }
            ),
            brand: if self.brand < 4 {
                format!("Brand{}", self.brand)
            } else {
                String::new()
            },
            category: path(&self.path).into_iter().map(Label::plain).collect(),
            attributes: colours.chain(width).chain(span).collect(),
            price: self.price,
            sale_price: self.sale,
            ..Product::default()
        }
    }

    /// What it has of a facet, categories with those above.
    fn values(&self, facet: &str) -> Vec<String> {
        match facet {
            "category" => (1..=self.path.len())
                .map(|depth| path(&self.path[..depth]).join(" > "))
                .collect(),
            "brand" => (self.brand < 4)
                .then(|| format!("Brand{}", self.brand))
                .into_iter()
                .collect(),
            "colour" => self
                .colours
                .iter()
                .map(|&colour| COLOURS[colour].to_owned())
                .collect(),
            "width" => self
                .width
                .map(|tenths| format!("{}.{} cm", tenths / 10, tenths % 10))
                .into_iter()
                .collect(),
            _ => self
                .span
                .map(|(low, high)| format!("{low} - {high} °C"))
                .into_iter()
                .collect(),
        }
    }

    fn numbers(&self, facet: &str) -> Option<(f64, f64)> {
        match facet {
            "price" => self
                .sale
                .or(self.price)
                .map(|price| (f64::from(price), f64::from(price))),
            "width" => self
                .width
                .map(|tenths| (f64::from(tenths) / 10.0, f64::from(tenths) / 10.0)),
            _ => self
                .span
                .map(|(low, high)| (f64::from(low), f64::from(high))),
        }
    }

    fn lies_in(&self, facet: &str, ranges: &[Ends]) -> bool {
        self.numbers(facet).is_some_and(|(low, high)| {
            ranges.iter().any(|&(from, to)| {
                from.is_none_or(|from| high >= from) && to.is_none_or(|to| low <= to)
            })
        })
    }

    fn meets(&self, query: &SearchQuery, facet: &str) -> bool {
        let values = query.filters.get(facet).map_or(&[][..], Vec::as_slice);
        let ranges = query.ranges.get(facet).map_or(&[][..], Vec::as_slice);
        let is_free = values.is_empty() && ranges.is_empty();
        is_free || self.values_meet(facet, values) || self.lies_in(facet, ranges)
    }

    fn values_meet(&self, facet: &str, wanted: &[String]) -> bool {
        facet != "price"
            && self
                .values(facet)
                .iter()
                .any(|value| wanted.contains(value))
    }
}

const FACETS: [&str; 6] = ["category", "brand", "colour", "width", "span", "price"];

fn ends() -> impl Strategy<Value = Ends> {
    (prop::option::of(0u32..500), prop::option::of(0u32..500)).prop_map(|(from, more)| {
        let low = from.map(|from| f64::from(from) / 10.0);
        (
            low,
            more.map(|more| low.unwrap_or(0.0) + f64::from(more) / 10.0),
        )
    })
}

fn query() -> impl Strategy<Value = SearchQuery> {
    let value = prop_oneof![
        prop::collection::vec(0usize..3, 1..4)
            .prop_map(|numbers| ("category", path(&numbers).join(" > "))),
        (0usize..5).prop_map(|brand| ("brand", format!("Brand{brand}"))),
        (0usize..5).prop_map(|colour| ("colour", COLOURS[colour].to_owned())),
        (0u32..400).prop_map(|tenths| ("width", format!("{}.{} cm", tenths / 10, tenths % 10))),
    ];
    let range = (
        prop_oneof![Just("width"), Just("span"), Just("price")],
        ends(),
    );
    (
        prop::collection::vec(value, 0..5),
        prop::collection::vec(range, 0..4),
        prop_oneof![3 => Just(""), 1 => Just("even")],
    )
        .prop_map(|(values, ranges, text)| {
            let mut query = SearchQuery {
                text: endcap::Text(text.into()),
                max_facets: None,
                limit: Some(200),
                ..SearchQuery::default()
            };
            for (facet, value) in values {
                query
                    .filters
                    .entry(facet.to_owned())
                    .or_default()
                    .push(value);
            }
            for (facet, (from, to)) in ranges {
                let scale = |end: f64| if facet == "price" { end * 1_000.0 } else { end };
                query
                    .ranges
                    .entry(facet.to_owned())
                    .or_default()
                    .push((from.map(scale), to.map(scale)));
            }
            query
        })
}

fn engine(products: &[Drawn]) -> Engine {
    let mut builder = CatalogueBuilder::new(CatalogueMeta {
        language: "en".into(),
        ..CatalogueMeta::default()
    });
    for (id, drawn) in products.iter().enumerate() {
        builder.push(drawn.product(id)).unwrap();
    }
    let pack = Pack::open(builder.finish().unwrap()).unwrap();
    Engine::with_catalogue(Catalogue::open(pack).unwrap(), 1)
}

/// The facets that the catalogue has; an attribute of two numbers is no scale, and ranges of it then have no hits.
fn is_scale(products: &[Drawn], facet: &str) -> bool {
    let numbers: BTreeSet<String> = products
        .iter()
        .flat_map(|drawn| drawn.values(facet))
        .collect();
    facet == "price" || numbers.len() >= 3
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Hits and every count are those of the model: any of a facet's values and ranges, and every facet; a count leaves its own
    /// facet's filter out.
    #[test]
    fn counts_are_exact_under_any_filters(products in prop::collection::vec(drawn(), 0..45), query in query()) {
        prop_assume!(query.ranges.keys().all(|facet| is_scale(&products, facet)));
        let mut engine = engine(&products);
        let result = engine.search(&query, NOW);
        let found: Vec<&Drawn> = products.iter().enumerate().filter(|(id, _)| query.text.as_str().is_empty() || id.is_multiple_of(2)).map(|(_, drawn)| drawn).collect();
        let meets_all_but = |drawn: &Drawn, left_out: &str| FACETS.iter().all(|&facet| facet == left_out || drawn.meets(&query, facet));
        let expected: BTreeSet<String> = products
            .iter()
            .enumerate()
            .filter(|(id, drawn)| (query.text.as_str().is_empty() || id.is_multiple_of(2)) && meets_all_but(drawn, ""))
            .map(|(id, _)| id.to_string())
            .collect();
        prop_assert_eq!(result.hits.iter().map(|hit| hit.id.clone()).collect::<BTreeSet<_>>(), expected);
        prop_assert_eq!(&result.facets, &engine.facets(&query, NOW));
        for facet in &result.facets {
            let base: Vec<&&Drawn> = found.iter().filter(|drawn| meets_all_but(drawn, &facet.key)).collect();
            let mut counts = BTreeMap::<String, u32>::new();
            for drawn in &base {
                if facet.kind != FacetKind::Price {
                    for value in drawn.values(&facet.key) {
                        *counts.entry(value).or_default() += 1;
                    }
                }
            }
            for value in &facet.values {
                prop_assert_eq!(value.count, counts.get(&value.value).copied().unwrap_or(0), "{} {}", &facet.key, &value.value);
                let chosen = query.filters.get(&facet.key).is_some_and(|values| values.contains(&value.value));
                prop_assert_eq!(value.selected, chosen);
            }
            for range in &facet.ranges {
                let inside = base.iter().filter(|drawn| drawn.lies_in(&facet.key, &[(range.from, range.to)])).count();
                prop_assert_eq!(range.count as usize, inside, "{} {:?}", &facet.key, range);
                let chosen = query.ranges.get(&facet.key).is_some_and(|ranges| ranges.contains(&(range.from, range.to)));
                prop_assert_eq!(range.selected, chosen);
            }
            check_buckets(facet, &base)?;
        }
    }
}

/// Buckets lie behind each other, hold everything that has a number, and are few.
fn check_buckets(facet: &Facet, base: &[&&Drawn]) -> Result<(), TestCaseError> {
    let chosen = facet
        .ranges
        .iter()
        .take_while(|range| range.selected)
        .count();
    let unchosen = facet.ranges.iter().filter(|range| !range.selected).count();
    prop_assert!(unchosen <= 7);
    if unchosen == 0 || facet.key == "span" {
        return Ok(());
    }
    // Chosen buckets keep their place; others stand in front.
    let own = facet
        .ranges
        .iter()
        .take(chosen)
        .filter(|range| range.from.is_some() == range.to.is_some() || facet.ranges.len() < 2)
        .count();
    let buckets = &facet.ranges[own.min(facet.ranges.len())..];
    for (before, after) in buckets.iter().zip(buckets.iter().skip(1)) {
        if let (Some(to), Some(from)) = (before.to, after.from) {
            prop_assert!(
                to < from || before.selected || after.selected,
                "{:?} {:?}",
                before,
                after
            );
        }
    }
    let everything = base
        .iter()
        .filter(|drawn| drawn.numbers(&facet.key).is_some())
        .count();
    if facet.ranges.iter().all(|range| !range.selected) {
        prop_assert_eq!(
            facet
                .ranges
                .iter()
                .map(|range| range.count as usize)
                .sum::<usize>(),
            everything
        );
        prop_assert!(facet.ranges.iter().all(|range| range.count > 0));
    }
    Ok(())
}

#[test]
fn a_scale_has_buckets_with_its_unit_and_a_few_numbers_are_values() {
    let widths = |widths: &[u32]| -> Facet {
        let products: Vec<Drawn> = widths
            .iter()
            .map(|&width| Drawn {
                path: vec![],
                brand: 9,
                colours: BTreeSet::new(),
                width: Some(width),
                span: None,
                price: None,
                sale: None,
            })
            .collect();
        let facets = engine(&products).facets(&SearchQuery::default(), NOW);
        facets
            .into_iter()
            .find(|facet| facet.key == "width")
            .unwrap()
    };
    let many = widths(&(1..=200).map(|number| number * 2).collect::<Vec<_>>());
    assert_eq!((many.kind, many.unit.as_str()), (FacetKind::Number, "cm"));
    assert_eq!((many.min, many.max), (Some(0.2), Some(40.0)));
    let labels: Vec<&str> = many
        .ranges
        .iter()
        .map(|range| range.label.as_str())
        .collect();
    assert_eq!(labels.first(), Some(&"< 5 cm"));
    assert!(
        labels.last().unwrap().starts_with("≥ ") && (5..=7).contains(&labels.len()),
        "{labels:?}"
    );
    assert_eq!(
        (many.ranges[0].from, many.ranges[0].to, many.ranges[0].count),
        (None, Some(4.9), 24)
    );
    let few = widths(&[180, 180, 108, 120, 180, 120]);
    assert!(few.ranges.is_empty());
    let values: Vec<&str> = few
        .values
        .iter()
        .map(|value| value.label.as_str())
        .collect();
    assert_eq!(
        values,
        ["10.8 cm", "12.0 cm", "18.0 cm"],
        "ascending by number"
    );
}

#[test]
fn ranges_that_make_no_sense_are_refused() {
    let of = |from, to| SearchQuery {
        ranges: [("width".to_owned(), vec![(from, to)])].into(),
        ..SearchQuery::default()
    };
    for (from, to) in [
        (Some(2.0), Some(1.0)),
        (Some(f64::NAN), None),
        (None, Some(f64::NAN)),
    ] {
        let error = of(from, to).check().unwrap_err();
        assert_eq!(error.code(), "query/range");
        assert!(error.to_string().contains("ranges.width"), "{error}");
    }
    for (from, to) in [(None, None), (Some(1.0), Some(1.0)), (Some(-5.0), None)] {
        of(from, to).check().unwrap();
    }
}

fn shop(brands: impl Iterator<Item = String>) -> Engine {
    let mut builder = CatalogueBuilder::new(CatalogueMeta {
        language: "en".into(),
        ..CatalogueMeta::default()
    });
    for (id, brand) in brands.enumerate() {
        let product = Product {
            id: id.to_string(),
            title: format!("thing {id}"),
            brand,
            ..Product::default()
        };
        builder.push(product).unwrap();
    }
    let pack = Pack::open(builder.finish().unwrap()).unwrap();
    Engine::with_catalogue(Catalogue::open(pack).unwrap(), 1)
}

#[test]
fn whoever_asks_for_more_values_than_help_gets_all_of_them() {
    let mut engine = shop((0..900).map(|id| format!("Maker {}", id % 300)));
    for (max_values, given) in [
        (Some(5), 5),
        // 23 of the 24 that are put in order have 95 % of their hits.
        (None, 23),
        (Some(24), 23),
        (Some(25), 25),
        (Some(300), 300),
        (Some(10_000), 300),
    ] {
        let query = SearchQuery {
            max_values,
            ..SearchQuery::default()
        };
        let facets = engine.facets(&query, NOW);
        let brand = facets.iter().find(|facet| facet.key == "brand").unwrap();
        assert_eq!(brand.values.len(), given, "{max_values:?}");
        assert!(brand.values.iter().all(|value| value.count == 3));
    }
}

#[test]
fn whoever_asks_for_more_facets_than_help_gets_those_of_one_value_too() {
    let mut engine = shop((0..30).map(|_| "Only".to_owned()));
    let mut keys = |max_facets| {
        let query = SearchQuery {
            max_facets,
            ..SearchQuery::default()
        };
        let facets = engine.facets(&query, NOW).into_iter();
        facets.map(|facet| facet.key).collect::<Vec<_>>()
    };
    assert!(keys(None).is_empty());
    assert!(keys(Some(30)).is_empty());
    assert_eq!(keys(Some(31)), ["brand"]);
}

#[test]
fn a_filter_in_another_spelling_of_a_joined_value_finds_what_the_value_finds() {
    let spellings = ["Aqua", "AQUA", "aqua", "Straße", "STRAßE", "Bora"];
    let mut engine = shop((0..60).map(|id| spellings[id % spellings.len()].to_owned()));
    let mut total = |brand: &str| {
        let query = SearchQuery {
            filters: [("brand".to_owned(), vec![brand.to_owned()])].into(),
            ..SearchQuery::default()
        };
        engine.search(&query, NOW).total
    };
    for brand in ["Aqua", "AQUA", "aqua", "aQUA"] {
        assert_eq!(total(brand), 30, "{brand}");
    }
    assert_eq!([total("straße"), total("BORA"), total("Aqu")], [20, 10, 0]);
}
