//! Stories of the engine: what a shopper does, and what the shop then looks like.

#![expect(clippy::unwrap_used, reason = "a test that cannot set up has failed")]
#![expect(dead_code, reason = "the shared shop offers more than each test uses")]

mod common;

use common::{NOW, catalogue, event, items, search};
use endcap::{Engine, Item, SearchQuery, Sort, SuggestOptions, Text, Tier, Timestamp};

fn engine() -> Engine {
    Engine::with_catalogue(catalogue(), 1)
}

fn suggested(engine: &mut Engine, text: &str) -> Vec<String> {
    let suggestions = engine.suggest(text, &SuggestOptions::default(), NOW);
    suggestions.products.into_iter().map(|hit| hit.id).collect()
}

fn ranked(engine: &mut Engine, ids: &[&str]) -> Vec<String> {
    engine
        .rank(&items(ids), NOW)
        .into_iter()
        .map(|ranked| ids[ranked.index].to_owned())
        .collect()
}

fn found(engine: &mut Engine, query: &SearchQuery) -> Vec<String> {
    let result = engine.search(query, NOW);
    assert_eq!(result.total, result.hits.len());
    result.hits.into_iter().map(|hit| hit.id).collect()
}

fn filtered(filters: &[(&str, &[&str])]) -> SearchQuery {
    SearchQuery {
        filters: filters
            .iter()
            .map(|&(facet, values)| {
                (
                    facet.to_owned(),
                    values.iter().map(|&value| value.to_owned()).collect(),
                )
            })
            .collect(),
        ..SearchQuery::default()
    }
}

#[test]
fn without_a_click_the_shop_keeps_its_order() {
    let mut engine = engine();
    let order = ["g3", "b1", "p1", "d1", "unknown"];
    assert_eq!(ranked(&mut engine, &order), order);
    let suggestions = engine.suggest("akku", &SuggestOptions::default(), NOW);
    let known: Vec<_> = suggestions
        .products
        .iter()
        .map(|hit| hit.id.as_str())
        .collect();
    assert_eq!(known, ["d1", "d2", "d3"], "the better known come first");
    assert!(engine.affinities(10, NOW).is_empty());
}

#[test]
fn the_first_click_changes_lists_suggestions_and_facets() {
    let mut engine = engine();
    let query = filtered(&[("category", &["Werkzeug"])]);
    assert_eq!(engine.facets(&query, NOW)[0].key, "category");
    let learned = engine.observe(&event("view_item", &["d3"]), NOW).unwrap();
    assert!(learned.accepted);
    assert_eq!(learned.items_known, 1);
    assert!(learned.changes.iter().any(|change| {
        change.facet == "brand" && change.value == "Torquin" && change.after > change.before
    }));
    assert_eq!(suggested(&mut engine, "akku")[0], "d3");
    assert_eq!(
        ranked(&mut engine, &["d5", "d4"])[0],
        "d4",
        "the same brand"
    );
    let brand = engine
        .facets(&query, NOW)
        .into_iter()
        .find(|facet| facet.key == "brand");
    assert_eq!(brand.unwrap().values[0].value, "Torquin");
}

#[test]
fn a_present_for_somebody_else_is_noticed_at_the_first_click() {
    let mut engine = engine();
    for _ in 0..50 {
        for id in ["p1", "p2", "p3"] {
            engine.observe(&event("view_item", &[id]), NOW).unwrap();
        }
    }
    let profile = engine.profile();
    let next_week = Timestamp(NOW.0 + 7 * 24 * 60 * 60 * 1000);
    let mut today = Engine::with_catalogue(catalogue(), 2);
    today.join_profile(&profile).unwrap();
    let order = |engine: &mut Engine| {
        let ids = ["d1", "g3", "p4", "g2", "b1"];
        let ranked = engine.rank(&items(&ids), next_week);
        ranked
            .iter()
            .map(|ranked| ids[ranked.index])
            .collect::<Vec<_>>()
    };
    assert_eq!(
        order(&mut today)[0],
        "p4",
        "before the first click the profile speaks"
    );
    today
        .observe(&event("view_item", &["g1"]), next_week)
        .unwrap();
    assert_eq!(order(&mut today)[..2], ["g2", "g3"], "the click decides");
}

/// A shop with a department for every fiftieth product.
fn departments() -> Engine {
    use endcap::catalogue::{Catalogue, CatalogueBuilder, CatalogueMeta, Label, Product};
    use endcap::pack::Pack;
    let mut builder = CatalogueBuilder::new(CatalogueMeta::default());
    for item in 0..500 {
        let product = Product {
            id: item.to_string(),
            title: format!("Thing {item}"),
            category: vec![Label::plain(format!("Department {}", item % 50))],
            ..Product::default()
        };
        builder.push(product).unwrap();
    }
    let pack = Pack::open(builder.finish().unwrap()).unwrap();
    Engine::with_catalogue(Catalogue::open(pack).unwrap(), 1)
}

#[test]
fn the_first_click_decides_for_small_departments_and_on_the_same_device() {
    let mut engine = departments();
    for visit in 0..20 {
        let day = Timestamp(NOW.0 - visit * 24 * 60 * 60 * 1000);
        engine.observe(&event("view_item", &["3"]), day).unwrap();
    }
    let later = Timestamp(NOW.0 + 24 * 60 * 60 * 1000);
    let first = |engine: &mut Engine| {
        let ids = ["53", "57"];
        ids[engine.rank(&items(&ids), later)[0].index]
    };
    assert_eq!(first(&mut engine), "53", "the department of the profile");
    engine.observe(&event("view_item", &["7"]), later).unwrap();
    assert_eq!(first(&mut engine), "57", "the department of the click");
    let click = engine.affinities(1, later).remove(0);
    assert_eq!(click.value, "Department 7");
    assert_eq!(
        (click.session, click.profile),
        (1.0, 0.0),
        "no click counts twice"
    );
}

/// A shop of 50 departments with a brand each; what the shopper's usual one has is what everybody buys.
fn departments_with_brands() -> endcap::catalogue::Catalogue {
    use endcap::catalogue::{Catalogue, CatalogueBuilder, CatalogueMeta, Label, Product};
    use endcap::pack::Pack;
    let mut builder = CatalogueBuilder::new(CatalogueMeta::default());
    for item in 0..1_000 {
        let department = item % 50;
        let product = Product {
            id: item.to_string(),
            title: format!("Thing {item}"),
            category: vec![Label::plain(format!("Department {department}"))],
            brand: format!("Brand {department}"),
            popularity: if department == 3 { 1_000.0 } else { 1.0 },
            ..Product::default()
        };
        builder.push(product).unwrap();
    }
    let pack = Pack::open(builder.finish().unwrap()).unwrap();
    Catalogue::open(pack).unwrap()
}

#[test]
fn a_long_profile_does_not_colour_a_visit_to_another_department() {
    let mut before = Engine::with_catalogue(departments_with_brands(), 1);
    for view in 0..200 {
        let id = (view % 20 * 50 + 3).to_string();
        before.observe(&event("view_item", &[&id]), NOW).unwrap();
    }
    let mut today = Engine::with_catalogue(departments_with_brands(), 2);
    today.join_profile(&before.profile()).unwrap();
    let next_week = Timestamp(NOW.0 + 7 * 24 * 60 * 60 * 1000);
    let share = |engine: &mut Engine, department: usize| {
        let query = SearchQuery {
            limit: Some(10),
            ..SearchQuery::default()
        };
        let hits = engine.search(&query, next_week).hits;
        let there = |id: &str| id.parse::<usize>().unwrap() % 50 == department;
        hits.iter().filter(|hit| there(&hit.id)).count()
    };
    assert_eq!(share(&mut today, 3), 10, "the profile speaks");
    today
        .observe(&event("view_item", &["7"]), next_week)
        .unwrap();
    assert!(share(&mut today, 7) >= 8, "the first click decides");
    today
        .observe(&event("view_item", &["53"]), next_week)
        .unwrap();
    assert!(share(&mut today, 3) >= 5, "the profile speaks again");
}

#[test]
fn what_a_page_shows_is_no_act_of_the_shopper() {
    for name in ["view_search_results", "view_item_list", "view_category"] {
        let mut engine = engine();
        let mut shown = event(name, &["p1", "p2", "d1"]);
        shown.params.search_term = Text("anything".into());
        shown.params.value = Text("Geschenke".into());
        engine.observe(&shown, NOW).unwrap();
        let known = engine.affinities(50, NOW);
        assert!(
            known.iter().all(|known| known.value == "Geschenke"),
            "{name}: {known:?}"
        );
    }
}

#[test]
fn a_clock_that_was_ahead_does_not_silence_what_follows() {
    let mut engine = engine();
    let years_ahead = Timestamp(NOW.0 + 4 * 365 * 24 * 60 * 60 * 1000);
    engine
        .observe(&event("view_item", &["g1"]), years_ahead)
        .unwrap();
    for _ in 0..20 {
        engine.observe(&event("add_to_cart", &["d1"]), NOW).unwrap();
    }
    let mut later = Engine::with_catalogue(catalogue(), 2);
    later.join_profile(&engine.profile()).unwrap();
    let later_on = Timestamp(NOW.0 + 60 * 60 * 1000);
    let known = later.affinities(50, later_on);
    assert!(
        known
            .iter()
            .any(|known| known.value == "Kraftwig" && known.profile > 10.0)
    );
}

#[test]
fn a_chosen_category_divides_further_and_stays_in_sight() {
    let mut engine = engine();
    let categories = |engine: &mut Engine, chosen: &str| -> Vec<(String, u32, u8, bool)> {
        let facets = engine.facets(&filtered(&[("category", &[chosen])]), NOW);
        let facet = facets
            .into_iter()
            .find(|facet| facet.key == "category")
            .unwrap();
        facet
            .values
            .into_iter()
            .map(|value| (value.value, value.count, value.level, value.selected))
            .collect()
    };
    let row = |path: &str, count, level, selected| (path.to_owned(), count, level, selected);
    let departments = categories(&mut engine, "Bad");
    assert_eq!(
        departments[..3],
        [
            row("Bad", 5, 0, true),
            row("Bad > Armaturen", 4, 1, false),
            row("Bad > Duschen", 1, 1, false),
        ],
        "what lies below stands behind it"
    );
    assert!(
        departments[3..].contains(&row("Werkzeug", 5, 0, false)),
        "and then what lies beside it"
    );
    assert_eq!(
        categories(&mut engine, "Bad > Duschen"),
        [
            row("Bad", 5, 0, false),
            row("Bad > Duschen", 1, 1, true),
            row("Bad > Armaturen", 4, 1, false),
        ],
        "a leaf shows the way to it and its siblings"
    );
}

#[test]
fn an_article_number_is_found_however_it_is_typed() {
    let mut engine = engine();
    for typed in [
        "M8x40-A2",
        "m8 x 40 a2",
        "m8x40a2",
        "m8x40 a2",
        "8x40 a2",
        "M8X40.A2",
    ] {
        assert_eq!(suggested(&mut engine, typed)[0], "s1", "{typed}");
    }
    assert_eq!(suggested(&mut engine, "gbs18v")[0], "d1");
    assert_eq!(suggested(&mut engine, "2000000000077"), ["d1"], "by GTIN");
    let hit = engine
        .suggest("ld2578", &SuggestOptions::default(), NOW)
        .products
        .remove(0);
    assert_eq!(hit.tier, Tier::Number);
    assert_eq!(hit.mpn_highlights, [(0, 7)]);
}

fn tiers(engine: &mut Engine, text: &str) -> Vec<(String, Tier)> {
    let suggestions = engine.suggest(text, &SuggestOptions::default(), NOW);
    let hits = suggestions.products.into_iter();
    hits.map(|hit| (hit.id, hit.tier)).collect()
}

#[test]
fn typos_are_forgiven_and_never_beat_what_was_typed() {
    let mut engine = engine();
    for typed in [
        "sechskantschruabe",
        "eschskantschraube",
        "sechskantschraub",
        "sechskantschrbe",
        "zechskantschraube",
    ] {
        let found = suggested(&mut engine, typed);
        assert!(found.contains(&"s1".to_owned()), "{typed}: {found:?}");
    }
    assert_eq!(suggested(&mut engine, "duschkofp")[0], "b4");
    assert_eq!(suggested(&mut engine, "lumraro")[0], "p1", "in brands, too");
    let found = tiers(&mut engine, "bohrer");
    assert_eq!(found[0], ("d4".to_owned(), Tier::Exact));
    assert!(found.iter().map(|(_, tier)| tier).is_sorted());
}

#[test]
fn words_are_found_by_stem_part_and_when_taken_apart() {
    let mut engine = engine();
    let taps = ["b1", "b3", "b5"];
    for typed in ["armatur", "armaturen"] {
        let mut found = suggested(&mut engine, typed);
        found.sort();
        assert_eq!(found, taps, "{typed}");
    }
    for typed in ["wannen armatur", "badewannen armatur"] {
        assert_eq!(suggested(&mut engine, typed)[0], "b5", "{typed}");
    }
    for typed in ["duftkerzen", "schal", "objektive "] {
        let found = tiers(&mut engine, typed);
        assert_eq!(found[0].1, Tier::Exact, "{typed}");
    }
}

#[test]
fn measures_are_found_however_they_are_written() {
    let mut engine = engine();
    for typed in ["akku 18v", "akku 18 v", "akku 18 volt", "akku 18volt "] {
        let mut found: Vec<_> = tiers(&mut engine, typed)
            .into_iter()
            .filter(|&(_, tier)| tier < Tier::Partial)
            .map(|(id, _)| id)
            .collect();
        found.sort();
        assert_eq!(found, ["d1", "d3"], "{typed}");
    }
    assert_eq!(suggested(&mut engine, "dübel 8x40")[0], "s4");
    assert_eq!(suggested(&mut engine, "dübel 8 x 40")[0], "s4");
}

#[test]
fn no_search_ends_the_road() {
    let mut engine = engine();
    let query = |text: &str| SearchQuery {
        text: Text(text.into()),
        ..SearchQuery::default()
    };
    let result = engine.search(&query("systemkamera unterwasser"), NOW);
    assert_eq!(result.relaxed, ["unterwasser"]);
    let ids: Vec<_> = result.hits.iter().map(|hit| hit.id.as_str()).collect();
    assert_eq!(ids, ["p1", "p2"]);
    assert!(result.hits.iter().all(|hit| hit.tier == Tier::Partial));
    let result = engine.search(&query("systemkamera alta"), NOW);
    assert_eq!(result.relaxed, [""; 0]);
    assert_eq!(engine.search(&query("qqqqqqqq"), NOW).total, 0);
}

#[test]
fn suggestions_hold_products_categories_brands_and_completions() {
    let mut engine = engine();
    let suggestions = engine.suggest("waschtisch", &SuggestOptions::default(), NOW);
    let ids: Vec<_> = suggestions
        .products
        .iter()
        .map(|hit| hit.id.as_str())
        .collect();
    assert_eq!(ids, ["b1", "b3"], "one of the variants b1 and b2");
    let first = &suggestions.products[0];
    assert_eq!(first.title_highlights, [(0, 10)]);
    assert_eq!(
        (first.image.as_str(), first.brand.as_str()),
        ("/images/b1.svg", "Lavendorf")
    );
    assert_eq!(
        suggestions.categories[0].value,
        "Bad > Armaturen > Waschtischarmaturen"
    );
    assert_eq!(suggestions.categories[0].path, "Bad > Armaturen");
    assert_eq!(suggestions.categories[0].count, 3);
    assert_eq!(suggestions.completions[0].text, "Waschtischarmaturen");
    let brands = engine
        .suggest("lav", &SuggestOptions::default(), NOW)
        .brands;
    assert_eq!(
        (brands[0].value.as_str(), brands[0].count),
        ("Lavendorf", 3)
    );
    assert_eq!(
        suggested(&mut engine, "DUEBEL"),
        ["s4"],
        "umlauts may be spelt out"
    );
}

#[test]
fn own_searches_come_back() {
    let mut engine = engine();
    for text in ["duschkopf", "dübel 8"] {
        engine.observe(&search(text), NOW).unwrap();
    }
    let recent = |engine: &mut Engine, text| -> Vec<String> {
        let suggestions = engine.suggest(text, &SuggestOptions::default(), NOW);
        let recent = suggestions.recent.into_iter();
        recent.map(|search| search.text).collect()
    };
    assert_eq!(recent(&mut engine, ""), ["dübel 8", "duschkopf"]);
    assert_eq!(recent(&mut engine, "dus"), ["duschkopf"]);
    let learned = engine.observe(&search("schrauben"), NOW).unwrap();
    assert_eq!(
        learned.changes[0].facet, "category",
        "a search for a category's name says something"
    );
}

#[test]
fn filters_are_disjunctive_inside_a_facet_and_conjunctive_between() {
    let mut engine = engine();
    let query = filtered(&[("brand", &["Kraftwig", "Torquin"]), ("colour", &["Blau"])]);
    let mut ids = found(&mut engine, &query);
    ids.sort();
    assert_eq!(ids, ["d1", "d2", "d5"]);
    let facets = engine.facets(&query, NOW);
    let counts = |key: &str| {
        let facet = facets.iter().find(|facet| facet.key == key).unwrap();
        let mut counts: Vec<_> = facet
            .values
            .iter()
            .map(|value| (value.value.as_str(), value.count, value.selected))
            .collect();
        counts.sort_unstable();
        counts
    };
    // What choosing it would give: the facet's own filter does not count.
    assert_eq!(
        counts("brand"),
        [("Kraftwig", 3, true), ("Torquin", 0, true)]
    );
    assert_eq!(counts("colour"), [("Blau", 3, true), ("Rot", 1, false)]);
}

#[test]
fn a_category_holds_what_lies_below_it() {
    let mut engine = engine();
    let mut ids = found(
        &mut engine,
        &filtered(&[("category", &["Bad > Armaturen"])]),
    );
    ids.sort();
    assert_eq!(ids, ["b1", "b2", "b3", "b5"]);
    assert_eq!(
        found(&mut engine, &filtered(&[("category", &["Nirgends"])])),
        [""; 0]
    );
    assert_eq!(
        found(&mut engine, &filtered(&[("no such facet", &["x"])])),
        [""; 0]
    );
}

#[test]
fn prices_filter_and_sort_and_the_reduced_one_counts() {
    let mut engine = engine();
    let mut query = filtered(&[("category", &["Werkzeug > Bohrschrauber"])]);
    query.sort = Sort::PriceAsc;
    assert_eq!(found(&mut engine, &query), ["d2", "d3", "d1"]);
    query.sort = Sort::PriceDesc;
    assert_eq!(found(&mut engine, &query), ["d1", "d2", "d3"]);
    query.price_max = Some(8_900.0);
    assert_eq!(found(&mut engine, &query), ["d2", "d3"]);
    query.price_min = Some(f64::NAN);
    assert_eq!(
        found(&mut engine, &query),
        ["d2", "d3"],
        "nonsense is no filter"
    );
}

#[test]
fn the_parts_of_a_score_add_up() {
    let mut engine = engine();
    engine.observe(&event("add_to_cart", &["p1"]), NOW).unwrap();
    engine
        .observe(&event("remove_from_cart", &["p2"]), NOW)
        .unwrap();
    for id in ["p1", "p2", "p3", "b1"] {
        let explanation = engine.explain(&Item::with_id(id), NOW);
        let sum: f64 = explanation.parts.iter().map(|part| part.contribution).sum();
        assert!((sum - explanation.score).abs() < 1e-9, "{id}");
        let query = SearchQuery {
            filters: [(
                "brand".to_owned(),
                vec!["Lumaro".to_owned(), "Lavendorf".to_owned()],
            )]
            .into(),
            ..SearchQuery::default()
        };
        let hits = engine.search(&query, NOW).hits;
        let hit = hits.iter().find(|hit| hit.id == id).unwrap();
        assert!((hit.score - explanation.score).abs() < 1e-5, "{id}");
    }
}

#[test]
fn what_is_returned_or_waved_away_sinks() {
    let mut engine = engine();
    engine.observe(&event("view_item", &["d1"]), NOW).unwrap();
    engine.observe(&event("view_item", &["d2"]), NOW).unwrap();
    assert_eq!(ranked(&mut engine, &["d1", "d2"])[0], "d1");
    engine.observe(&event("refund", &["d1"]), NOW).unwrap();
    assert_eq!(ranked(&mut engine, &["d1", "d2"])[0], "d2");
}

#[test]
fn a_reload_keeps_profile_and_visit() {
    let mut before = engine();
    before.observe(&event("view_item", &["p1"]), NOW).unwrap();
    before.observe(&search("objektiv"), NOW).unwrap();
    let mut after = engine();
    after.join_profile(&before.profile()).unwrap();
    assert!(after.restore_session(&before.session()));
    assert_eq!(after.affinities(50, NOW), before.affinities(50, NOW));
    assert_eq!(
        after.suggest("", &SuggestOptions::default(), NOW),
        before.suggest("", &SuggestOptions::default(), NOW)
    );
    after.erase();
    assert!(after.affinities(50, NOW).is_empty());
}

#[test]
fn an_erasure_that_arrives_ends_the_visit_too() {
    let (mut here, mut there) = (engine(), Engine::with_catalogue(catalogue(), 2));
    here.observe(&event("add_to_cart", &["d1"]), NOW).unwrap();
    there.join_profile(&here.profile()).unwrap();
    there.erase_everywhere(NOW);
    assert!(!here.affinities(9, NOW).is_empty());
    here.join_profile(&there.profile()).unwrap();
    assert_eq!(here.affinities(9, NOW), []);
    // What comes after counts, also when the erasure is heard of again.
    here.observe(&event("add_to_cart", &["g1"]), NOW).unwrap();
    here.join_profile(&there.profile()).unwrap();
    assert!(!here.affinities(9, NOW).is_empty());
}

#[test]
fn an_erasure_of_long_ago_leaves_the_visit_under_way() {
    let (mut here, mut there) = (engine(), Engine::with_catalogue(catalogue(), 2));
    there.erase_everywhere(Timestamp(NOW.0 - 86_400_000));
    here.observe(&event("add_to_cart", &["d1"]), NOW).unwrap();
    let before = here.affinities(9, NOW);
    here.join_profile(&there.profile()).unwrap();
    assert_eq!(here.affinities(9, NOW), before);
    // It is in the profile, too, and goes to the next device.
    let mut tablet = Engine::with_catalogue(catalogue(), 3);
    tablet.join_profile(&here.profile()).unwrap();
    assert!(!tablet.affinities(9, NOW).is_empty());
}

#[test]
fn a_profile_from_the_english_shop_speaks_in_the_german_one() {
    use endcap::catalogue::{Catalogue, CatalogueBuilder, CatalogueMeta, Label};
    use endcap::pack::Pack;
    let mut builder = CatalogueBuilder::new(CatalogueMeta::default());
    for mut product in common::products() {
        product.category = product
            .category
            .into_iter()
            .map(|part| Label {
                label: format!("English {}", part.key),
                ..part
            })
            .collect();
        builder.push(product).unwrap();
    }
    let english = Catalogue::open(Pack::open(builder.finish().unwrap()).unwrap()).unwrap();
    let mut there = Engine::with_catalogue(english, 7);
    there.observe(&event("view_item", &["g3"]), NOW).unwrap();
    let mut here = engine();
    here.join_profile(&there.profile()).unwrap();
    let affinities = here.affinities(10, NOW);
    assert!(
        affinities
            .iter()
            .any(|known| known.value == "Geschenke > Kerzen")
    );
}

#[test]
fn without_a_catalogue_items_speak_for_themselves() {
    let item = |id: &str, brand: &str, category: &str| Item {
        item_brand: Text(brand.into()),
        item_category: Text(category.into()),
        ..Item::with_id(id)
    };
    let mut engine = Engine::new(1);
    let mut view = event("view_item", &[]);
    view.params.items = vec![item("1", "Lumaro", "Foto")];
    engine.observe(&view, NOW).unwrap();
    let list = [
        item("2", "Kraftwig", "Werkzeug"),
        item("3", "Sondrel", "Foto"),
        item("4", "Lumaro", "Foto"),
    ];
    let order: Vec<_> = engine
        .rank(&list, NOW)
        .iter()
        .map(|ranked| ranked.index)
        .collect();
    assert_eq!(order, [2, 1, 0]);
    assert_eq!(engine.affinities(1, NOW)[0].value, "Foto");
    assert_eq!(engine.search(&SearchQuery::default(), NOW).total, 0);
    assert!(!engine.explain(&list[2], NOW).parts.is_empty());
}

#[test]
fn any_text_in_the_search_box_gets_an_answer() {
    let mut engine = engine();
    for text in [
        "",
        " ",
        "\0",
        "🔩🔩",
        "%",
        "\u{202e}abc",
        "a'; drop table",
        "ﬀ",
        "ß",
    ] {
        let _ = engine.suggest(text, &SuggestOptions::default(), NOW);
    }
    for unit in ["m8x40 ", "ä", "1", "-"] {
        let text = unit.repeat(100_000 / unit.len());
        let suggestions = engine.suggest(&text, &SuggestOptions::default(), NOW);
        assert!(suggestions.products.len() <= 6);
        engine.observe(&search(&text), NOW).ok();
    }
}

#[test]
fn scripts_without_blanks_are_found_by_any_part() {
    use endcap::catalogue::{Catalogue, CatalogueBuilder, CatalogueMeta, Product};
    use endcap::pack::Pack;
    let mut builder = CatalogueBuilder::new(CatalogueMeta {
        language: "ja".into(),
        ..CatalogueMeta::default()
    });
    for (id, title) in [("1", "TOTO 洗面台水栓 シルバー"), ("2", "洗濯機用水栓")] {
        builder
            .push(Product {
                id: id.into(),
                title: title.into(),
                ..Product::default()
            })
            .unwrap();
    }
    let catalogue = Catalogue::open(Pack::open(builder.finish().unwrap()).unwrap()).unwrap();
    let mut engine = Engine::with_catalogue(catalogue, 1);
    assert_eq!(suggested(&mut engine, "水栓"), ["2", "1"]);
    assert_eq!(suggested(&mut engine, "洗面"), ["1"]);
    assert_eq!(suggested(&mut engine, "面台水"), ["1"]);
    assert_eq!(suggested(&mut engine, "ＴＯＴＯ"), ["1"]);
    let hit = &engine
        .suggest("洗面台", &SuggestOptions::default(), NOW)
        .products[0];
    assert_eq!(hit.title_highlights, [(5, 8)]);
}

#[test]
fn one_word_is_found_as_several_and_beginnings_come_first() {
    use endcap::catalogue::{Catalogue, CatalogueBuilder, CatalogueMeta, Product};
    use endcap::pack::Pack;
    let mut builder = CatalogueBuilder::new(CatalogueMeta::default());
    for (id, brand, title, popularity) in [
        ("1", "", "Nail gun 18 V", 0.0),
        ("2", "", "Gun safe", 0.0),
        ("3", "", "Panel 24 in. x 73 in.", 0.0),
        ("4", "", "Desk lamp", 10.0),
        ("5", "Acme", "Acme Lamp holder", 0.0),
    ] {
        builder
            .push(Product {
                id: id.into(),
                brand: brand.into(),
                title: title.into(),
                popularity,
                ..Product::default()
            })
            .unwrap();
    }
    let catalogue = Catalogue::open(Pack::open(builder.finish().unwrap()).unwrap()).unwrap();
    let mut engine = Engine::with_catalogue(catalogue, 1);
    assert_eq!(suggested(&mut engine, "nailgun"), ["1"]);
    assert_eq!(suggested(&mut engine, "24x73"), ["3"]);
    assert_eq!(suggested(&mut engine, "lam"), ["5", "4"]);
}

/// Drills of many brands, and towel rails of one of them whose descriptions speak of drills.
fn drills_and_rails() -> Engine {
    use endcap::catalogue::{Catalogue, CatalogueBuilder, CatalogueMeta, Label, Product};
    use endcap::pack::Pack;
    let mut builder = CatalogueBuilder::new(CatalogueMeta::default());
    let kinds = [
        ("drill", "Tools", "Drill bit", ""),
        ("rail", "Bath", "Towel rail", "Fits without a drill."),
        ("tap", "Bath", "Basin tap", ""),
    ];
    for item in 0..60 {
        for (kind, department, title, description) in kinds {
            let product = Product {
                id: format!("{kind}{item}"),
                title: format!("{title} {item}"),
                description: description.into(),
                brand: format!("Brand {}", item % 12),
                category: vec![Label::plain(department), Label::plain(title)],
                ..Product::default()
            };
            builder.push(product).unwrap();
        }
    }
    let pack = Pack::open(builder.finish().unwrap()).unwrap();
    Engine::with_catalogue(Catalogue::open(pack).unwrap(), 1)
}

#[test]
fn what_was_looked_at_elsewhere_does_not_change_what_is_asked_for() {
    for clicks in [1, 3, 5, 10] {
        let mut engine = drills_and_rails();
        let asked = |engine: &mut Engine, text: &str| {
            let query = SearchQuery {
                text: Text(text.into()),
                limit: Some(10),
                ..SearchQuery::default()
            };
            let hits = engine.search(&query, NOW).hits;
            hits.into_iter().map(|hit| hit.id).collect::<Vec<_>>()
        };
        let cold = asked(&mut engine, "drill");
        for click in 0..clicks {
            let id = format!("tap{}", click % 5 * 12 + 7);
            engine.observe(&event("view_item", &[&id]), NOW).unwrap();
        }
        assert_eq!(asked(&mut engine, "drill"), cold, "{clicks} views of taps");
        let related = format!("drill{}", 12 + 7);
        engine
            .observe(&event("view_item", &[&related]), NOW)
            .unwrap();
        let warm = asked(&mut engine, "drill");
        assert!(warm.iter().all(|id| id.starts_with("drill")), "{warm:?}");
        assert!(
            warm.iter()
                .take(4)
                .all(|id| id["drill".len()..].parse::<u32>().unwrap() % 12 == 7),
            "a view of what was asked for colours: {warm:?}"
        );
    }
}

#[test]
fn one_query_has_one_order_however_it_was_entered() {
    let mut opened = drills_and_rails();
    let mut typed = drills_and_rails();
    typed.observe(&search("Drill bit"), NOW).unwrap();
    for text in ["Drill bit", "drill"] {
        let query = SearchQuery {
            text: Text(text.into()),
            ..SearchQuery::default()
        };
        let ids = |engine: &mut Engine| {
            let hits = engine.search(&query, NOW).hits;
            hits.into_iter().map(|hit| hit.id).collect::<Vec<_>>()
        };
        assert_eq!(ids(&mut typed), ids(&mut opened), "{text}");
    }
}

/// Screws and screwdrivers, hammers and drills, cameras and their batteries, showers and taps for showers.
fn kinds() -> Engine {
    use endcap::catalogue::{
        Attribute, Catalogue, CatalogueBuilder, CatalogueMeta, Label, Product,
    };
    use endcap::pack::Pack;
    let meta = CatalogueMeta {
        language: "de".into(),
        ..CatalogueMeta::default()
    };
    let mut builder = CatalogueBuilder::new(meta);
    for (kind, path, title, description) in [
        (
            "screw",
            "Befestigung > Schrauben",
            "Sechskantschraube M8",
            "Farbe: Zink.",
        ),
        (
            "driver",
            "Werkzeug > Schraubendreher",
            "Schraubendreher TX20",
            "Für jede Schraube.",
        ),
        (
            "battery",
            "Foto > Zubehör > Kamera-Akkus",
            "Kamera-Akku LI 40",
            "Für Kameras.",
        ),
        (
            "camera",
            "Foto > Kameras",
            "Systemkamera 24 MP",
            "Durchmesser: 5 cm.",
        ),
        ("knife", "Küche > Messer", "Kochmesser 20 cm", "Scharf."),
        (
            "mixer",
            "Bad > Armaturen",
            "Thermostat für Dusche",
            "Farbe: Chrom.",
        ),
        (
            "shower",
            "Bad > Duschen",
            "Regendusche 200 mm",
            "Farbe: Chrom.",
        ),
        ("paint", "Malen > Farben", "Deckenfarbe 5 l", "Weiß."),
    ] {
        for item in 0..12 {
            let product = Product {
                id: format!("{kind}{item}"),
                title: format!("Marke {title}, {item} Stück"),
                description: description.into(),
                category: path.split(" > ").map(Label::plain).collect(),
                attributes: vec![Attribute {
                    name: Label::plain("Farbe"),
                    value: Label::plain("Chrom"),
                    ..Attribute::default()
                }],
                ..Product::default()
            };
            builder.push(product).unwrap();
        }
    }
    let pack = Pack::open(builder.finish().unwrap()).unwrap();
    Engine::with_catalogue(Catalogue::open(pack).unwrap(), 1)
}

#[test]
fn the_kind_that_is_asked_for_comes_before_what_only_has_the_word() {
    let mut engine = kinds();
    for (text, kind) in [
        ("schraube", "screw"),
        ("schrauben", "screw"),
        ("schraubendreher", "driver"),
        ("kamera", "camera"),
        ("messer", "knife"),
        ("dusche", "shower"),
        ("farbe", "paint"),
        // Nobody sells these here, but what they are.
        ("digitalkamera", "camera"),
        ("gemüsemesser", "knife"),
    ] {
        let query = SearchQuery {
            text: Text(text.into()),
            limit: Some(6),
            ..SearchQuery::default()
        };
        let hits = engine.search(&query, NOW).hits;
        let ids: Vec<&str> = hits.iter().map(|hit| hit.id.as_str()).collect();
        assert!(
            ids.len() == 6 && ids.iter().all(|id| id.starts_with(kind)),
            "{text}: {ids:?}"
        );
    }
}
