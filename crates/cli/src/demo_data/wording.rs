//! Titles, descriptions and attribute texts in German and English.

use super::shop::Shop;
use super::table::{self, Text};

/// A language of the shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    German,
    English,
}

impl Language {
    /// ISO 639-1.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::German => "de",
            Self::English => "en",
        }
    }

    /// The half of `text` in this language.
    pub(super) fn of(self, text: Text) -> &'static str {
        match self {
            Self::German => text.de,
            Self::English => text.en,
        }
    }
}

/// The title of the article at `index`.
pub(super) fn title(shop: &Shop, index: usize, language: Language) -> String {
    let model = shop.model(index);
    let kind = model.kind;
    let pattern = if kind.title.is_empty() {
        default_pattern(kind)
    } else {
        kind.title.to_owned()
    };
    let mut title = pattern
        .replace("{brand}", model.brand.name)
        .replace("{model}", &model.name)
        .replace("{noun}", language.of(kind.noun));
    for (attribute, value) in shop.values(index) {
        title = title
            .replace(
                &format!("{{{attribute}}}"),
                &text(attribute, value, language),
            )
            .replace(&format!("{{{attribute}#}}"), &plain(value, language));
    }
    if model.edition > 1 {
        let series = language.of(table::t("Serie", "Series"));
        title.push_str(&format!(", {series} {}", model.edition));
    }
    title.replace("  ", " ")
}

/// Two to four sentences about the article at `index`.
pub(super) fn description(shop: &Shop, index: usize, language: Language) -> String {
    let model = shop.model(index);
    let facts: Vec<_> = shop
        .values(index)
        .filter_map(|(key, value)| {
            let attribute = table::attribute(key)?;
            Some(format!(
                "{}: {}",
                language.of(attribute.name),
                text(key, value, language)
            ))
        })
        .collect();
    let praise = super::phrases::praise(model, language);
    format!(
        "{} {praise} {}.",
        language.of(model.kind.blurb),
        facts.join(" · ")
    )
}

/// The labels from the root category to the leaf, joined as the feed joins them.
pub(super) fn category_path(kind: &table::Kind, language: Language) -> String {
    let inner = kind
        .path
        .match_indices('/')
        .filter_map(|(end, _)| table::category(&kind.path[..end]));
    inner
        .chain([kind.leaf])
        .map(|label| language.of(label))
        .collect::<Vec<_>>()
        .join(" > ")
}

/// A value with its unit: `140 mm`, `Schwarz matt`, `3-fach`.
pub(super) fn text(attribute: &str, value: &str, language: Language) -> String {
    if let Some(word) = table::value(value) {
        return language.of(word.text).to_owned();
    }
    let unit = table::attribute(attribute).map_or("", |attribute| language.of(attribute.unit));
    let gap = if unit.is_empty() || unit.starts_with('-') {
        ""
    } else {
        " "
    };
    let unit = if value == "1" && unit == "pcs" {
        "pc"
    } else {
        unit
    };
    format!("{}{gap}{unit}", plain(value, language))
}

/// A value without its unit; German writes a decimal comma, but not in designations such as `8.8`.
fn plain(value: &str, language: Language) -> String {
    let decimal = value.parse::<f64>().is_ok() && table::value(value).is_none();
    match language {
        Language::German if decimal => value.replace('.', ","),
        _ => value.replace('·', " "),
    }
}

fn default_pattern(kind: &table::Kind) -> String {
    let values: Vec<_> = kind
        .variants
        .iter()
        .map(|axis| format!("{{{}}}", axis.attribute))
        .collect();
    format!("{{brand}} {{model}} {{noun}}, {}", values.join(", "))
}
