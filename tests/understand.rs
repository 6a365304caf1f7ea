//! What a text says beside the words to look for is understood by the catalogue alone, and never hides what it should not.

#![expect(clippy::unwrap_used, reason = "a test that cannot set up has failed")]

use endcap::{
    Engine, Role, SearchQuery, SearchResult, Text, Timestamp, Understand, Understood,
    UnderstoodKind,
    catalogue::{Attribute, Catalogue, CatalogueBuilder, CatalogueMeta, Label, Product},
    pack::Pack,
};
use proptest::prelude::*;

const NOW: Timestamp = Timestamp(1_795_305_600_000);

/// Words of a language, for one shop in each.
struct Wording {
    language: &'static str,
    colour: &'static str,
    colours: [&'static str; 3],
    lamp: &'static str,
    lamps: &'static str,
    drill: &'static str,
    drills: &'static str,
    cable: &'static str,
    with: &'static str,
    without: &'static str,
}

const GERMAN: Wording = Wording {
    language: "de",
    colour: "Farbe",
    colours: ["Rot", "Blau", "Schwarz"],
    lamp: "Tischlampe",
    lamps: "Tischlampen",
    drill: "Bohrer",
    drills: "Bohrer",
    cable: "Kabel",
    with: "mit",
    without: "ohne",
};
const ENGLISH: Wording = Wording {
    language: "en",
    colour: "Colour",
    colours: ["Red", "Blue", "Black"],
    lamp: "Table Lamp",
    lamps: "Table lamps",
    drill: "Drill Bit",
    drills: "Drill bits",
    cable: "Cable",
    with: "with",
    without: "without",
};

/// Lamps in three colours, of two brands, with and without a cable, from 10 to 120 euros; drills of 18 V and 12 V.
fn shop(wording: &Wording) -> Engine {
    let mut builder = CatalogueBuilder::new(CatalogueMeta {
        language: wording.language.to_owned(),
        currency: "EUR".to_owned(),
        ..CatalogueMeta::default()
    });
    for number in 0..24u32 {
        let colour = wording.colours[number as usize % 3];
        let brand = ["Norvik", "Halden"][number as usize / 3 % 2];
        let has = [wording.with, wording.without][number as usize / 6 % 2];
        builder
            .push(Product {
                id: format!("lamp-{number}-{}", colour.to_lowercase()),
                title: format!("{brand} {} {has} {}", wording.lamp, wording.cable),
                brand: brand.to_owned(),
                category: vec![Label::plain(wording.lamps)],
                price: Some(500 * (number + 1)),
                attributes: vec![attribute(wording.colour, colour)],
                ..Product::default()
            })
            .unwrap();
        let volts = ["18 V", "12 V"][number as usize % 2];
        builder
            .push(Product {
                id: format!("drill-{number}-{}", volts.replace(' ', "")),
                title: format!("{brand} {} M{}", wording.drill, number % 4 + 5),
                brand: brand.to_owned(),
                category: vec![Label::plain(wording.drills)],
                price: Some(1_000 * (number + 1)),
                attributes: vec![attribute("V", volts)],
                description: format!("18 V, {}", wording.colours[0]),
                ..Product::default()
            })
            .unwrap();
    }
    let pack = Pack::open(builder.finish().unwrap()).unwrap();
    Engine::with_catalogue(Catalogue::open(pack).unwrap(), 1)
}

fn attribute(name: &str, value: &str) -> Attribute {
    Attribute {
        name: Label::plain(name),
        value: Label::plain(value),
        ..Attribute::default()
    }
}

fn query(text: &str) -> SearchQuery {
    SearchQuery {
        text: Text(text.to_owned()),
        limit: Some(200),
        ..SearchQuery::default()
    }
}

fn search(wording: &Wording, text: &str) -> SearchResult {
    shop(wording).search(&query(text), NOW)
}

fn ids(result: &SearchResult) -> Vec<&str> {
    result.hits.iter().map(|hit| hit.id.as_str()).collect()
}

/// The one entry of `kind`.
fn entry(result: &SearchResult, kind: UnderstoodKind) -> &Understood {
    let mut entries = result.understood.iter().filter(|entry| entry.kind == kind);
    let entry = entries.next();
    assert!(entry.is_some(), "no {kind:?} in {:?}", result.understood);
    assert!(entries.next().is_none(), "two of {kind:?}");
    entry.unwrap()
}

#[test]
fn prices_filter_and_their_words_are_not_looked_for() {
    for (wording, text, min, max, lamps) in [
        (&GERMAN, "Tischlampe unter 50 Euro", None, Some(5_000.0), 10),
        (&GERMAN, "Tischlampe bis 50 €", None, Some(5_000.0), 10),
        (&GERMAN, "Tischlampe ab 100", Some(10_000.0), None, 5),
        (
            &GERMAN,
            "Tischlampen zwischen 20 und 50",
            Some(2_000.0),
            Some(5_000.0),
            7,
        ),
        (&ENGLISH, "table lamp under €50", None, Some(5_000.0), 10),
        (
            &ENGLISH,
            "table lamps over 100 euros",
            Some(10_000.0),
            None,
            5,
        ),
    ] {
        let result = search(wording, text);
        let price = entry(&result, UnderstoodKind::Price);
        assert_eq!(
            (price.min, price.max, price.role),
            (min, max, Role::Filter),
            "{text}"
        );
        assert_eq!(result.total, lamps, "{text}");
        assert!(result.relaxed.is_empty(), "{text}: {:?}", result.relaxed);
        // The range is what the shopper typed.
        let units: Vec<u16> = text.encode_utf16().collect();
        let typed = &units[price.range.0 as usize..price.range.1 as usize];
        assert!(
            String::from_utf16(typed)
                .unwrap()
                .chars()
                .any(|char| char.is_ascii_digit())
        );
    }
}

#[test]
fn a_price_alone_is_a_list_of_its_products() {
    let result = search(&GERMAN, "unter 20 euro");
    assert_eq!(result.total, 4 + 2);
    assert!(result.hits.iter().all(|hit| hit.price <= Some(2_000)));
    let count: u32 = result
        .facets
        .iter()
        .find(|facet| facet.key == "brand")
        .unwrap()
        .values
        .iter()
        .map(|value| value.count)
        .sum();
    assert_eq!(count as usize, result.total);
}

#[test]
fn a_price_that_nothing_has_is_relaxed_and_says_so() {
    for (wording, text) in [
        (&GERMAN, "tischlampe unter 2 euro"),
        (&ENGLISH, "table lamp under 2 euros"),
    ] {
        let result = search(wording, text);
        assert_eq!(
            entry(&result, UnderstoodKind::Price).role,
            Role::Relaxed,
            "{text}"
        );
        assert_eq!(result.total, 24, "{text}");
    }
}

#[test]
fn what_is_not_wanted_is_left_out() {
    for (wording, text) in [
        (&GERMAN, "tischlampe ohne kabel"),
        (&ENGLISH, "table lamp without cable"),
    ] {
        let result = search(wording, text);
        let word = entry(&result, UnderstoodKind::Word);
        assert!(word.negated && word.role == Role::Filter, "{text}");
        assert_eq!(result.total, 12, "{text}");
        assert!(
            result
                .hits
                .iter()
                .all(|hit| hit.title.contains(wording.without)),
            "{text}: {:?}",
            ids(&result)
        );
    }
    for (wording, text, colour) in [
        (&GERMAN, "tischlampe nicht rot", "rot"),
        (&GERMAN, "keine rote tischlampe", "rot"),
        (&ENGLISH, "table lamp not red", "red"),
    ] {
        let result = search(wording, text);
        let value = entry(&result, UnderstoodKind::Attribute);
        assert_eq!(
            (value.facet.as_str(), value.value.to_lowercase().as_str()),
            (wording.colour, colour)
        );
        assert!(value.negated, "{text}");
        assert_eq!(result.total, 16, "{text}");
        assert!(
            ids(&result).iter().all(|id| !id.ends_with(colour)),
            "{text}"
        );
    }
    let result = search(&ENGLISH, "table lamp not norvik");
    let brand = entry(&result, UnderstoodKind::Brand);
    assert!(brand.negated && brand.value == "Norvik");
    assert!(result.total == 12 && result.hits.iter().all(|hit| hit.brand == "Halden"));
}

#[test]
fn values_are_understood_in_their_forms() {
    for (wording, text, colour) in [
        (&GERMAN, "rote tischlampe", "rot"),
        (&GERMAN, "rotes tischlampen", "rot"),
        (&GERMAN, "tischlampe blau", "blau"),
        (&GERMAN, "schwarze tischlampe", "schwarz"),
        (&ENGLISH, "red table lamp", "red"),
    ] {
        let result = search(wording, text);
        let value = entry(&result, UnderstoodKind::Attribute);
        assert_eq!(
            (value.value.to_lowercase().as_str(), value.role),
            (colour, Role::Filter),
            "{text}"
        );
        assert_eq!(result.total, 8, "{text}");
        assert!(ids(&result).iter().all(|id| id.ends_with(colour)), "{text}");
    }
    // All drills speak of 18 V in their descriptions.
    for text in ["bohrer 18v", "bohrer 18 volt", "bohrer 18 V"] {
        let result = search(&GERMAN, text);
        let value = entry(&result, UnderstoodKind::Attribute);
        assert_eq!(value.value, "18 V", "{text}");
        assert_eq!(
            &text[value.range.0 as usize..value.range.1 as usize],
            &text["bohrer ".len()..]
        );
        assert!(
            ids(&result).iter().all(|id| id.ends_with("18V")),
            "{text}: {:?}",
            ids(&result)
        );
    }
    let result = search(&GERMAN, "halden tischlampe");
    assert_eq!(entry(&result, UnderstoodKind::Brand).value, "Halden");
    assert_eq!(
        entry(&result, UnderstoodKind::Category).value,
        "Tischlampen"
    );
}

#[test]
fn questions_are_about_their_other_words() {
    for (wording, text, words) in [
        (&GERMAN, "welche tischlampe", "tischlampe"),
        (&GERMAN, "welchen bohrer brauche ich", "bohrer"),
        (&ENGLISH, "which drill bit do i need", "drill bit"),
    ] {
        let (asked, plain) = (search(wording, text), search(wording, words));
        assert_eq!(ids(&asked), ids(&plain), "{text}");
        assert!(asked.relaxed.is_empty(), "{text}: {:?}", asked.relaxed);
    }
}

#[test]
fn a_low_price_is_a_matter_of_order() {
    for (wording, text, words) in [
        (&GERMAN, "günstige tischlampe", "tischlampe"),
        (&ENGLISH, "cheap table lamp", "table lamp"),
    ] {
        let (cheap, plain) = (search(wording, text), search(wording, words));
        assert_eq!(cheap.total, plain.total);
        let mean = |result: &SearchResult| {
            result
                .hits
                .iter()
                .take(6)
                .map(|hit| hit.price.unwrap())
                .sum::<u32>()
                / 6
        };
        assert!(
            mean(&cheap) < 2_500 && mean(&cheap) < mean(&plain),
            "{text}: {}",
            mean(&cheap)
        );
        assert_eq!(entry(&cheap, UnderstoodKind::Price).role, Role::Weight);
    }
}

#[test]
fn a_value_that_begins_with_a_negation_is_a_value() {
    for (language, with, without, text) in [
        ("de", "mit Deckel", "ohne Deckel", "becher ohne deckel"),
        ("en", "with lid", "without lid", "cup without lid"),
    ] {
        let mut builder = CatalogueBuilder::new(CatalogueMeta {
            language: language.to_owned(),
            ..CatalogueMeta::default()
        });
        for number in 0..12 {
            let product = Product {
                id: number.to_string(),
                title: format!("Becher Cup {number}"),
                attributes: vec![attribute("lid", [with, without][number % 2])],
                ..Product::default()
            };
            builder.push(product).unwrap();
        }
        let pack = Pack::open(builder.finish().unwrap()).unwrap();
        let mut engine = Engine::with_catalogue(Catalogue::open(pack).unwrap(), 1);
        let result = engine.search(&query(text), NOW);
        let value = entry(&result, UnderstoodKind::Attribute);
        assert!(!value.negated && value.value == without && value.role == Role::Filter);
        assert_eq!(result.total, 6, "{text}");
    }
}

#[test]
fn from_what_was_refused_nothing_follows() {
    let mut engine = shop(&GERMAN);
    let text = "rote tischlampe unter 50 euro ohne kabel";
    let all = engine.search(&query(text), NOW);
    let filters = all
        .understood
        .iter()
        .filter(|entry| entry.role == Role::Filter);
    let parts: Vec<String> = filters
        .map(|entry| text[entry.range.0 as usize..entry.range.1 as usize].to_owned())
        .collect();
    assert_eq!(parts, ["unter 50 euro", "ohne kabel", "rote"]);
    for part in &parts {
        let refused = SearchQuery {
            refused: vec![part.clone()],
            ..query(text)
        };
        let result = engine.search(&refused, NOW);
        let left: Vec<_> = result.understood.iter().map(|entry| entry.range).collect();
        let start = text.find(part).unwrap() as u32;
        assert!(
            left.iter().all(|range| range.0 != start),
            "{part}: {left:?}"
        );
        assert!(result.total > 0);
        if part != "rote" {
            let without = search(&GERMAN, &text.replace(part, ""));
            assert_eq!(ids(&result), ids(&without), "{part}");
        }
    }
}

#[test]
fn products_without_a_facet_stay() {
    let mut builder = CatalogueBuilder::new(CatalogueMeta {
        language: "en".to_owned(),
        ..CatalogueMeta::default()
    });
    for number in 0..12 {
        let attributes = match number % 3 {
            0 => vec![attribute("Colour", "Red")],
            1 => vec![attribute("Colour", "Blue")],
            _ => Vec::new(),
        };
        builder
            .push(Product {
                id: number.to_string(),
                title: format!("Red mug {number}"),
                attributes,
                ..Product::default()
            })
            .unwrap();
    }
    let catalogue = Catalogue::open(Pack::open(builder.finish().unwrap()).unwrap()).unwrap();
    let mut engine = Engine::with_catalogue(catalogue, 1);
    // A third of the answers say so: that is not sure.
    assert_eq!(engine.search(&query("red mug"), NOW).total, 12);
}

#[test]
fn weighing_hides_nothing() {
    let mut engine = shop(&GERMAN);
    let text = "rote tischlampe unter 50 euro";
    let weighed = engine.search(
        &SearchQuery {
            understand: Understand::Weigh,
            ..query(text)
        },
        NOW,
    );
    assert!(
        weighed
            .understood
            .iter()
            .all(|entry| entry.role == Role::Weight)
    );
    let first: Vec<_> = weighed.hits.iter().take(3).collect();
    assert!(
        first
            .iter()
            .all(|hit| hit.id.ends_with("rot") && hit.price <= Some(5_000)),
        "{:?}",
        ids(&weighed)
    );
    assert!(weighed.hits.iter().any(|hit| hit.price > Some(5_000)));
}

#[test]
fn facets_alone_are_those_of_the_search() {
    let mut engine = shop(&GERMAN);
    for text in [
        "rote tischlampe unter 50 euro",
        "unter 20 euro",
        "tischlampe unter 1 euro",
        "unter 1 euro",
    ] {
        assert_eq!(
            engine.facets(&query(text), NOW),
            engine.search(&query(text), NOW).facets,
            "{text}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Any text is answered, every range lies in it, and what filters leaves a part of what weighing finds.
    #[test]
    fn any_text_is_understood_or_not(
        words in prop::collection::vec("(unter|ab|zwischen|und|bis|ohne|nicht|welche|rote|tischlampe|bohrer|20|50|€|euro|18v|-|🔩|[a-zü$€0-9,.]{0,6})", 0..9),
        refused in prop::collection::vec("(unter 50 euro|rote|ohne tischlampe|)", 0..3),
    ) {
        let mut engine = shop(&GERMAN);
        let text = words.join(" ");
        let asked = SearchQuery { refused, ..query(&text) };
        let filtered = engine.search(&asked, NOW);
        let weighed = engine.search(&SearchQuery { understand: Understand::Weigh, ..asked.clone() }, NOW);
        let length = text.encode_utf16().count() as u32;
        for entry in &filtered.understood {
            prop_assert!(entry.range.0 < entry.range.1 && entry.range.1 <= length, "{entry:?}");
            prop_assert!((0.0..=1.0).contains(&entry.certainty));
        }
        let all = ids(&weighed);
        prop_assert!(ids(&filtered).iter().all(|id| all.contains(id)));
        prop_assert!(filtered.total > 0 || weighed.total == 0, "{text} is left empty");
        prop_assert_eq!(&engine.facets(&asked, NOW), &filtered.facets);
    }

    /// `off` looks for every word: it is the search without any of this.
    #[test]
    fn off_understands_nothing(text in "(unter |ohne |rote |welche ){0,2}(tischlampe|bohrer 18v)( 50 €| euro| ohne kabel){0,2}") {
        let mut engine = shop(&GERMAN);
        let off = engine.search(&SearchQuery { understand: Understand::Off, ..query(&text) }, NOW);
        prop_assert!(off.understood.is_empty());
        // What weights are learned from retrieves and orders without understanding.
        let plain = engine.features(&query(&text), 200, NOW);
        let plain: Vec<&str> = plain.iter().map(|features| features.id.as_str()).collect();
        prop_assert_eq!(ids(&off), plain);
    }
}
