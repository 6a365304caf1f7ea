//! Words and numbers are found however they are written: other forms, encodings, spellings, names.

#![expect(clippy::unwrap_used, reason = "a test that cannot set up has failed")]

use endcap::{
    Engine, SearchQuery, Text, Tier, Timestamp,
    catalogue::{Catalogue, CatalogueBuilder, CatalogueMeta, Product},
    knowledge::{Knowledge, KnowledgeSource, Synonym},
    pack::Pack,
};

const NOW: Timestamp = Timestamp(1_795_305_600_000);

/// A shop of these titles, which are their own identifiers.
fn shop(language: &str, titles: &[&str]) -> Engine {
    let mut builder = CatalogueBuilder::new(CatalogueMeta {
        language: language.to_owned(),
        ..CatalogueMeta::default()
    });
    for title in titles {
        let product = Product {
            id: (*title).to_owned(),
            title: (*title).to_owned(),
            ..Product::default()
        };
        builder.push(product).unwrap();
    }
    let pack = Pack::open(builder.finish().unwrap()).unwrap();
    Engine::with_catalogue(Catalogue::open(pack).unwrap(), 1)
}

/// What is found in full, best first: neither misspelt nor without some words.
fn found(engine: &mut Engine, text: &str) -> Vec<String> {
    let query = SearchQuery {
        text: Text(text.to_owned()),
        ..SearchQuery::default()
    };
    let result = engine.search(&query, NOW);
    assert!(result.relaxed.is_empty(), "{text}: {:?}", result.relaxed);
    let hits = result.hits.into_iter();
    hits.filter(|hit| !matches!(hit.tier, Tier::Typo | Tier::Partial))
        .map(|hit| hit.id)
        .collect()
}

#[test]
fn a_german_plural_with_an_umlaut_is_the_same_word() {
    for (one, many) in [
        ("Stuhl", "Stühle"),
        ("Topf", "Töpfe"),
        ("Bad", "Bäder"),
        ("Kugelhahn", "Kugelhähne"),
        ("Fass", "Fässer"),
        ("Gartenschlauch", "Gartenschläuche"),
        ("Nagel", "Nägel"),
    ] {
        for (title, text) in [(one, many), (many, one)] {
            let folded = text
                .to_lowercase()
                .replace('ä', "ae")
                .replace('ö', "oe")
                .replace('ü', "ue");
            // Alone in the shop, and beside products of the other form.
            assert_eq!(found(&mut shop("de", &[title, "Anderes"]), text), [title]);
            let both = [
                format!("{title} Eiche"),
                format!("{text} Buche"),
                "Anderes".to_owned(),
            ];
            let both: Vec<&str> = both.iter().map(String::as_str).collect();
            for typed in [title, text, &folded] {
                assert_eq!(found(&mut shop("de", &both), typed).len(), 2, "{typed}");
            }
        }
    }
}

#[test]
fn one_word_has_one_form_in_every_encoding() {
    // Composed, then decomposed.
    for (language, composed, decomposed) in [
        ("de", "Dübel", "Du\u{308}bel"),
        ("sv", "Färg på", "Fa\u{308}rg pa\u{30a}"),
        ("vi", "Ghế Việc", "Ghe\u{302}\u{301} Vie\u{323}\u{302}c"),
        (
            "ko",
            "감나무",
            "\u{1100}\u{1161}\u{11b7}\u{1102}\u{1161}\u{1106}\u{116e}",
        ),
        ("ja", "カバン", "カハ\u{3099}ン"),
        ("ja", "テレビ", "ﾃﾚﾋﾞ"),
        ("ru", "Чайник", "Чаи\u{306}ник"),
        ("el", "Καλώδιο", "Καλω\u{301}διο"),
        ("fr", "Étagère", "E\u{301}tage\u{300}re"),
        ("ar", "إضاءة", "ا\u{655}ضاءة"),
    ] {
        for (title, text) in [(composed, decomposed), (decomposed, composed)] {
            assert_eq!(
                found(&mut shop(language, &[title, "Zzz 99"]), text),
                [title],
                "{language}"
            );
        }
    }
}

#[test]
fn letters_fold_as_their_language_types_them() {
    for (language, title, typed) in [
        ("de", "Größe Öl", "groesse oel"),
        ("sv", "Möbel", "mobel"),
        ("tr", "Işıklı Gümüş", "isikli gumus"),
        ("da", "Rød Låse", "roed laase"),
        ("en", "Café Jäger", "cafe jager"),
        ("es", "Cigüeñal", "ciguenal"),
    ] {
        assert_eq!(
            found(&mut shop(language, &[title, "Zzz"]), typed),
            [title],
            "{language}"
        );
    }
}

#[test]
fn a_number_is_found_in_every_spelling() {
    for (language, title, typed) in [
        ("de", "Powerbank 10.000 mAh", "10000mah"),
        ("de", "Powerbank 10000 mAh", "powerbank 10.000 mah"),
        ("de", "Heizlüfter 2 000 W", "2000 watt"),
        ("de", "Kanister 2,0 l", "kanister 2l"),
        ("de", "Netzteil 1,5 A", "netzteil 1,50 a"),
        ("de", "Mantelleitung 1,5 mm²", "1,5 mm2"),
        ("de", "Farbe 12 m²", "farbe 12 qm"),
        ("de", "Rohr ½ Zoll", "1/2\" rohr"),
        ("de", "Kondensator 5 µF", "5 uf"),
        ("de", "Bogen 90°", "bogen 90º"),
        ("en", "Air conditioner 5,000 BTU", "5000 btu"),
        ("en", "Memory 1.5 GB", "1.50gb"),
        ("en", "Line .105 in", "0.105 in"),
        ("fr", "Perceuse 1\u{202f}500 W", "1500w"),
    ] {
        assert_eq!(
            found(&mut shop(language, &[title, "Zzz 77"]), typed),
            [title],
            "{typed}"
        );
    }
}

#[test]
fn scripts_without_blanks_are_found_by_any_part() {
    for (language, title, typed) in [
        ("ja", "洗面台用水栓", "水栓"),
        ("th", "รองเท้าผ้าใบ", "ผ้าใบ"),
        ("ko", "무선청소기", "청소기"),
        ("hi", "चश्मा", "चश्मा"),
    ] {
        assert_eq!(
            found(&mut shop(language, &[title, "Zzz"]), typed),
            [title],
            "{language}"
        );
    }
}

#[test]
fn a_synonym_holds_for_forms_slips_and_two_words_of_one_query() {
    let synonym = |from: &str, to: &str| Synonym {
        from: endcap::normalised(from),
        to: to.to_owned(),
    };
    let source = KnowledgeSource {
        synonyms: vec![
            synonym("pants", "trousers"),
            synonym("sofa", "couch"),
            synonym("man", "male"),
            synonym("suit", "blazer"),
            synonym("hand drill", "brace"),
        ],
        ..KnowledgeSource::default()
    };
    let knowledge = Knowledge::open(Pack::open(source.build().unwrap()).unwrap()).unwrap();
    let titles = [
        "Linen trousers",
        "Blazer male wool",
        "Couch grey",
        "Brace with a bit",
    ];
    let mut engine = shop("en", &titles);
    engine.attach_knowledge(knowledge);
    for (typed, title) in [
        ("pants", "Linen trousers"),
        ("pant", "Linen trousers"),
        ("patns", "Linen trousers"),
        ("sofas grey", "Couch grey"),
        ("suit man", "Blazer male wool"),
        ("hand drills", "Brace with a bit"),
    ] {
        assert_eq!(found(&mut engine, typed), [title], "{typed}");
    }
    // What the catalogue has as it stands is not misspelt.
    assert!(
        found(&mut engine, "bit")
            .iter()
            .all(|title| title == "Brace with a bit")
    );
}

/// What stands behind a preposition is what the product is for: where none has both, the product is meant.
#[test]
fn what_a_product_is_for_gives_way_to_what_it_is() {
    for (language, text, wanted) in [
        ("de", "bohrer für beton", "Bohrer Holz"),
        ("de", "geschenk für mutter", "Geschenk Kerze"),
        ("de", "bohrer mit mutter", "Bohrer Holz"),
        ("en", "drill for concrete", "Drill wood"),
    ] {
        // What it is for is rarer, and so would count more.
        let mut titles = vec!["Beton Eimer", "Mutter Stahl", "Concrete bucket"];
        titles.extend(["Bohrer Holz", "Bohrer Stein", "Bohrer Metall"]);
        titles.extend(["Geschenk Kerze", "Geschenk Ring", "Geschenk Schal"]);
        titles.extend(["Drill wood", "Drill stone", "Drill steel"]);
        let query = SearchQuery {
            text: Text(text.to_owned()),
            ..SearchQuery::default()
        };
        let result = shop(language, &titles).search(&query, NOW);
        let kind = |title: &str| title.split(' ').next().unwrap().to_owned();
        assert_eq!(kind(&result.hits[0].id), kind(wanted), "{text}");
        let gone = text.rsplit(' ').next().unwrap();
        assert_eq!(result.relaxed, [gone], "{text}");
    }
}
