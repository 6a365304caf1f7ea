//! Laws of the generated shop, of its pictures and of its shoppers.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::*;
use crate::demo_data::taste::lies_below;

/// A small shop on disk.
struct Folder(tempfile::TempDir);

impl Folder {
    fn generate(seed: u64, products: u32, shoppers: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().to_owned();
        generate(&DemoDataOptions {
            out,
            seed,
            products,
            shoppers,
        })
        .unwrap();
        Self(folder)
    }

    fn lines(&self, name: &str) -> Vec<Value> {
        let text = fs::read_to_string(self.0.path().join(name)).unwrap();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// Every file with its bytes, by path.
    fn bytes(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let folders = [self.0.path().to_owned(), self.0.path().join("images")];
        let entries = folders
            .iter()
            .flat_map(|folder| fs::read_dir(folder).unwrap())
            .map(|entry| entry.unwrap().path());
        entries
            .filter(|path| path.is_file())
            .map(|path| {
                let bytes = fs::read(&path).unwrap();
                (path.strip_prefix(self.0.path()).unwrap().to_owned(), bytes)
            })
            .collect()
    }
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key]
        .as_str()
        .unwrap_or_else(|| panic!("no {key} in {value}"))
}

fn ids(products: &[Value]) -> BTreeSet<&str> {
    products.iter().map(|product| text(product, "id")).collect()
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let first = Folder::generate(11, 600, 12).bytes();
    assert_eq!(first, Folder::generate(11, 600, 12).bytes());
    // On every machine and in every release: whoever changes the tables changes this number.
    let digest = first.iter().fold(0, |sum: u64, (path, bytes)| {
        let name = dice::fingerprint(&path.to_string_lossy());
        let content = bytes.iter().fold(name, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        sum.wrapping_add(content)
    });
    assert_eq!(format!("{digest:016x}"), "3302a92fc5a98773");
}

#[test]
fn another_seed_gives_another_shop() {
    let first = Folder::generate(1, 300, 4).bytes();
    let second = Folder::generate(2, 300, 4).bytes();
    for name in ["catalogue.de.jsonl", "events.jsonl", "shoppers.jsonl"] {
        assert_ne!(first[Path::new(name)], second[Path::new(name)], "{name}");
    }
}

#[test]
fn exactly_as_many_products_as_asked_for() {
    for products in [1, 7, 184, 185, 186, 1000] {
        let shop = Shop::furnish(3, products);
        assert_eq!(shop.articles.len(), products);
    }
}

#[test]
fn check_digits_follow_gs1() {
    // The example of the GS1 General Specifications.
    assert_eq!(numbers::check_digit("629104150021"), 3);
    let gtins: BTreeSet<_> = (0..5000).map(|index| numbers::gtin(7, index)).collect();
    assert_eq!(gtins.len(), 5000);
    for gtin in gtins {
        assert!(gtin.starts_with('2') && gtin.len() == 13, "{gtin}");
        let digits: Vec<u32> = gtin.chars().map(|c| c.to_digit(10).unwrap()).collect();
        let sum: u32 = digits
            .iter()
            .zip([1, 3].iter().cycle())
            .map(|(d, w)| d * w)
            .sum();
        assert_eq!(sum % 10, 0, "{gtin}");
    }
}

#[test]
fn every_product_is_whole_and_both_languages_agree() {
    let folder = Folder::generate(7, 3000, 0);
    let german = folder.lines("catalogue.de.jsonl");
    let english = folder.lines("catalogue.en.jsonl");
    let known = ids(&german);
    assert_eq!(known.len(), 3000);
    assert_eq!(known, ids(&english));
    for key in ["mpn", "gtin", "title"] {
        let distinct: BTreeSet<_> = german.iter().map(|product| text(product, key)).collect();
        assert_eq!(distinct.len(), german.len(), "{key} repeats");
    }
    for (de, en) in german.iter().zip(&english) {
        for key in [
            "id",
            "mpn",
            "gtin",
            "brand",
            "price",
            "image_link",
            "product_type_key",
            "item_group_id",
        ] {
            assert_eq!(de[key], en[key]);
        }
        let depth = text(de, "product_type_key").split('/').count();
        assert!((3..=4).contains(&depth));
        for product in [de, en] {
            assert_eq!(
                text(product, "product_type").split(" > ").count(),
                depth,
                "{product}"
            );
            assert_eq!(text(product, "custom_label_0"), "synthetic");
            assert!(
                !text(product, "title").contains(['{', '}', '·']),
                "{product}"
            );
            let picture = text(product, "image_link").trim_start_matches('/');
            assert!(
                folder.0.path().join(picture).is_file(),
                "{picture} is missing"
            );
            for list in ["accessories", "spare_parts"] {
                for id in product[list].as_array().into_iter().flatten() {
                    assert!(known.contains(id.as_str().unwrap()), "{id} does not exist");
                    assert_ne!(id, &product["id"]);
                }
            }
        }
        let keys = |product: &Value| -> Vec<(String, String)> {
            let details = product["product_detail"].as_array().unwrap().iter();
            details
                .map(|detail| {
                    (
                        text(detail, "attribute_key").to_owned(),
                        text(detail, "value_key").to_owned(),
                    )
                })
                .collect()
        };
        assert_eq!(keys(de), keys(en));
    }
}

#[test]
fn batteries_fit_the_drill_and_nuts_fit_the_screw() {
    let shop = Shop::furnish(7, 20_000);
    let links = Links::new(&shop);
    let mut checked = 0;
    for index in 0..shop.articles.len() {
        for other in links.accessories(index) {
            let path = shop.model(other).kind.path;
            let agree = |key: &str| assert_eq!(shop.value(index, key), shop.value(other, key));
            match path {
                "power-tools/supply/batteries" => {
                    agree("voltage");
                    assert_eq!(shop.model(index).brand.name, shop.model(other).brand.name);
                }
                "fasteners/nuts/hexagon-nuts" => agree("thread"),
                "photo/lenses/prime-lenses" => agree("mount"),
                _ => continue,
            }
            checked += 1;
        }
    }
    assert!(checked > 1000, "only {checked} links were there to check");
}

#[test]
fn the_default_shop_carries_the_numbers_that_the_documentation_searches_for() {
    let shop = Shop::furnish(7, 20_000);
    assert!(
        shop.articles
            .iter()
            .any(|article| article.mpn == "M8x40-A2")
    );
    assert!(shop.models.iter().any(|model| model.name == "GSR 18V-55"));
}

#[test]
fn tiers_fall_and_sale_prices_are_lower() {
    let shop = Shop::furnish(5, 3000);
    let mut tiered = 0;
    for article in &shop.articles {
        assert!(article.price > 0);
        assert!(article.sale_price.is_none_or(|sale| sale < article.price));
        let kind = shop.models[article.model].kind;
        let mut last = article.price;
        for (_, cents) in price::tiers(kind.bulk, article.price) {
            assert!(cents < last && cents > 0);
            last = cents;
            tiered += 1;
        }
    }
    assert!(tiered > 100);
}

#[test]
fn the_tables_know_every_word_category_drawing_and_paint() {
    let names: BTreeSet<_> = table::BRANDS.iter().map(|brand| brand.name).collect();
    assert_eq!(names.len(), table::BRANDS.len());
    let mut paths = BTreeSet::new();
    for kind in table::kinds() {
        assert!(paths.insert(kind.path), "{} is there twice", kind.path);
        for (end, _) in kind.path.match_indices('/') {
            assert!(
                table::category(&kind.path[..end]).is_some(),
                "{} has no name",
                &kind.path[..end]
            );
        }
        assert!(
            !kind.drawings.is_empty() && !kind.blurb.de.is_empty() && !kind.blurb.en.is_empty()
        );
        for axis in kind.axes() {
            assert!(
                table::attribute(axis.attribute).is_some(),
                "{}",
                axis.attribute
            );
            for value in axis.values.split(' ') {
                // A steel grade must not lend its name to a paper size.
                if ["A2", "A4", "8.8", "10.9", "12.9"].contains(&value) {
                    assert!(
                        ["grade", "material"].contains(&axis.attribute),
                        "{}",
                        kind.path
                    );
                }
                // Words must be translated; measures and designations are written alike everywhere.
                let designation =
                    value.contains(|c: char| c.is_ascii_digit() || c.is_ascii_uppercase());
                assert!(
                    designation || table::value(value).is_some(),
                    "{value} in {}",
                    kind.path
                );
            }
        }
        for link in kind.accessories.iter().chain(kind.spare_parts) {
            assert!(
                table::kinds()
                    .iter()
                    .any(|other| lies_below(other.path, link.to)),
                "{}",
                link.to
            );
        }
        if let Some((brand, facts)) = kind.flagship {
            assert!(names.contains(brand));
            assert_eq!(facts.len(), kind.facts.len());
        }
    }
    for persona in table::PERSONAS {
        for path in persona.loves {
            assert!(paths.iter().any(|kind| lies_below(kind, path)), "{path}");
        }
    }
}

#[test]
fn every_picture_can_be_drawn_and_says_nothing_but_svg() {
    let shop = Shop::furnish(7, 20_000);
    let pictures = shop::pictures(&shop);
    let drawings: BTreeSet<_> = pictures.iter().map(|picture| picture.drawing()).collect();
    assert!(drawings.len() >= 45);
    for picture in pictures {
        let svg = picture
            .render()
            .unwrap_or_else(|| panic!("cannot draw {picture:?}"));
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
        assert!(
            !svg.contains('@'),
            "{picture:?} has a tone that no paint fills"
        );
        for (at, _) in svg.match_indices("url(#") {
            let name = svg[at + 5..].split(')').next().unwrap();
            assert!(
                svg.contains(&format!("id=\"{name}\"")),
                "{picture:?} lacks {name}"
            );
        }
    }
}

#[test]
fn events_are_in_order_and_name_things_that_exist() {
    let folder = Folder::generate(7, 2000, 30);
    let products = folder.lines("catalogue.de.jsonl");
    let known = ids(&products);
    let shoppers = folder.lines("shoppers.jsonl");
    let people: BTreeSet<_> = shoppers
        .iter()
        .map(|shopper| text(shopper, "user_pseudo_id"))
        .collect();
    assert_eq!(people.len(), 30);
    let mut last = 0;
    let mut names = BTreeSet::new();
    let mut channels = BTreeSet::new();
    let mut bought = BTreeSet::new();
    let events = folder.lines("events.jsonl");
    for event in &events {
        let time = event["event_timestamp"].as_u64().unwrap();
        assert!(time >= last);
        last = time;
        names.insert(text(event, "event_name"));
        channels.insert(text(event, "channel"));
        assert!(people.contains(text(event, "user_pseudo_id")));
        for item in event["items"].as_array().into_iter().flatten() {
            let id = text(item, "item_id");
            assert!(known.contains(id), "{id} does not exist");
            let order = event["transaction_id"].as_str().map(|order| (order, id));
            match text(event, "event_name") {
                "purchase" => {
                    bought.insert(order.expect("every purchase has a number"));
                }
                "refund" => assert!(
                    order.is_some_and(|order| bought.contains(&order)),
                    "returned what was not bought"
                ),
                _ => assert!(order.is_none()),
            }
        }
    }
    let expected = [
        "add_to_cart",
        "add_to_wishlist",
        "purchase",
        "refund",
        "remove_from_cart",
        "search",
        "select_filter",
        "select_item",
        "view_category",
        "view_item",
        "view_item_list",
        "view_search_results",
    ];
    assert_eq!(names, expected.into_iter().collect());
    assert_eq!(channels, BTreeSet::from(["store", "web"]));
}

/// Each everyday word is of a category, and none that the shop uses itself for what is in it.
#[test]
fn everyday_words_are_others_than_the_shops() {
    let shop = Shop::furnish(7, 20_000);
    for entry in table::EVERYDAY {
        let shelves = shop.shelves.iter().map(|shelf| shelf.kind);
        let kinds: Vec<_> = shelves
            .filter(|kind| lies_below(kind.path, entry.path))
            .collect();
        assert!(!kinds.is_empty(), "{} has nothing", entry.path);
        for language in [Language::German, Language::English] {
            let words: Vec<_> = language.of(entry.words).split(", ").collect();
            let distinct: BTreeSet<_> = words.iter().collect();
            assert_eq!(distinct.len(), words.len(), "{words:?}");
            for word in words {
                assert!(!word.is_empty() && word == word.trim() && word == word.to_lowercase());
                let own = |name: &str| name.to_lowercase() == word;
                let is_own = kinds
                    .iter()
                    .any(|kind| own(language.of(kind.noun)) || own(language.of(kind.leaf)));
                assert!(!is_own, "the shop says {word} for {}", entry.path);
            }
        }
    }
}

#[test]
fn guests_search_twice_and_look_at_what_the_second_search_shows() {
    let folder = Folder::generate(7, 2000, 4);
    let guests = folder.lines("guests.jsonl");
    let mut visits: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    let mut last = 0;
    for event in &guests {
        let time = event["event_timestamp"].as_u64().unwrap();
        assert!(time >= last);
        last = time;
        let visit = visits.entry(text(event, "user_pseudo_id")).or_default();
        visit.push(event);
    }
    assert_eq!(visits.len(), 4 * guests::PER_SHOPPER);
    let products = folder.lines("catalogue.de.jsonl");
    let known = ids(&products);
    let empty = Vec::new();
    let items = |event: &Value| -> Vec<String> {
        let items = event["items"].as_array().unwrap_or(&empty).iter();
        items.map(|item| text(item, "item_id").to_owned()).collect()
    };
    for visit in visits.values() {
        let names: Vec<_> = visit
            .iter()
            .map(|event| text(event, "event_name"))
            .collect();
        let (search, results) = ("search", "view_search_results");
        assert_eq!(
            names,
            [search, results, search, results, "select_item", "view_item"]
        );
        assert_ne!(text(visit[0], "search_term"), text(visit[2], "search_term"));
        let chosen = &items(visit[4])[0];
        assert!(items(visit[3]).contains(chosen) && known.contains(chosen.as_str()));
        assert_eq!(&items(visit[5])[0], chosen);
    }
}

/// If this were chance, the share of views in loved categories would be the share of products there.
#[test]
fn what_shoppers_look_at_follows_from_their_tastes() {
    let folder = Folder::generate(7, 4000, 40);
    let products = folder.lines("catalogue.de.jsonl");
    let by_id: BTreeMap<_, _> = products
        .iter()
        .map(|product| (text(product, "id"), product))
        .collect();
    let shoppers = folder.lines("shoppers.jsonl");
    let events = folder.lines("events.jsonl");
    let (mut views, mut in_loved, mut by_chance, mut of_brand, mut brand_by_chance) =
        (0.0, 0.0, 0.0, 0.0, 0.0);
    for shopper in &shoppers {
        let loves = |product: &Value| {
            let path = text(product, "product_type_key");
            let categories = shopper["categories"].as_array().unwrap().iter();
            categories
                .into_iter()
                .any(|love| lies_below(path, text(love, "product_type_key")))
        };
        let loyal = |product: &Value| {
            shopper["brands"]
                .as_array()
                .unwrap()
                .contains(&product["brand"])
        };
        let share =
            products.iter().filter(|product| loves(product)).count() as f64 / products.len() as f64;
        let loved: Vec<_> = products.iter().filter(|product| loves(product)).collect();
        let brand_share =
            loved.iter().filter(|product| loyal(product)).count() as f64 / loved.len() as f64;
        for event in &events {
            if event["event_name"] != "view_item"
                || event["user_pseudo_id"] != shopper["user_pseudo_id"]
            {
                continue;
            }
            let product = by_id[text(&event["items"][0], "item_id")];
            views += 1.0;
            by_chance += share;
            if loves(product) {
                in_loved += 1.0;
                brand_by_chance += brand_share;
                of_brand += f64::from(u8::from(loyal(product)));
            }
        }
    }
    assert!(views > 1000.0);
    assert!(
        in_loved > 4.0 * by_chance && in_loved > 0.7 * views,
        "{in_loved} of {views}, {by_chance} by chance"
    );
    assert!(
        of_brand > 1.4 * brand_by_chance,
        "{of_brand}, {brand_by_chance} by chance"
    );
}
