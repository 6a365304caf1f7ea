//! Kinds: the words of titles and categories that say what a product *is*, as against what it has or is for.
//!
//! # Method
//! The head of a title is looked for before its first comma, dash, number or preposition: of the words there, the one that most titles of the same
//! category have, the last one where several do. So no list of nouns is needed, and brands and models fall out. Where there are no
//! categories no head is told.
//!
//! The head of a category's label is its last word before a preposition; a label that names several kinds ("Mugs & Cups") has several heads. Levels
//! above the leaf name the kinds of all below them.

use std::collections::BTreeMap;

use super::{Label, Product};
use crate::{
    index::Field,
    text::{Locale, Token, tokens},
};

/// Words of a title that are looked at.
const MAX_WORDS: usize = 16;
/// A word that fewer of a category's titles have is no name of its kind.
const MIN_SHARE: f64 = 0.3;
/// Titles that tell what is common in a category.
const MIN_TITLES: u32 = 3;
/// Share of the products that have a category where categories tell kinds.
const MIN_COVERAGE: f64 = 0.5;
/// Words that end the part of a text which names the kind, folded, in German and English.
const PREPOSITIONS: &[&str] = &[
    "for", "with", "without", "from", "of", "in", "on", "by", "to", "at", "fuer", "für", "mit",
    "ohne", "aus", "von", "zum", "zur", "im", "auf", "an", "am", "bei", "nach",
];
/// What joins kinds in a label.
const JOINTS: &[&str] = &["und", "and", "oder", "or"];

/// What is common in the titles of each category.
pub(super) struct Kinds<'a> {
    titles: BTreeMap<&'a [Label], (u32, BTreeMap<String, u32>)>,
    /// Whether most products have a category: where few have, those few are not more what they are called than the others.
    are_told: bool,
    locale: Locale,
}

impl<'a> Kinds<'a> {
    pub(super) fn new(products: &'a [Product], locale: Locale) -> Self {
        let mut titles = BTreeMap::<&[Label], (u32, BTreeMap<String, u32>)>::new();
        for product in products
            .iter()
            .filter(|product| !product.category.is_empty())
        {
            let (count, words) = titles.entry(&product.category).or_default();
            *count += 1;
            let mut own: Vec<String> = naming(&product.title, locale)
                .into_iter()
                .map(|token| token.text)
                .collect();
            own.sort_unstable();
            own.dedup();
            for word in own {
                *words.entry(word).or_default() += 1;
            }
        }
        let with_category: u32 = titles.values().map(|(count, _)| count).sum();
        Self {
            titles,
            are_told: f64::from(with_category) >= MIN_COVERAGE * products.len() as f64,
            locale,
        }
    }

    /// How much each word of the title of `product` says of what it is.
    pub(super) fn of_title(&self, product: &Product, title: &[Token]) -> Vec<Field> {
        let Some(head) = self.head(product) else {
            return vec![Field::Title; title.len()];
        };
        let units: Vec<u16> = product.title.encode_utf16().collect();
        let mut aside = false;
        let fields = title.iter().map(|token| {
            aside |= PREPOSITIONS.contains(&token.text.as_str());
            if token.text == head {
                Field::Kind
            } else if aside || is_modifier(token, &units) {
                Field::Property
            } else {
                Field::Title
            }
        });
        fields.collect()
    }

    /// The words of a category's label with how much each says of what lies below. Of several kinds none is sure.
    pub(super) fn of_label(&self, label: &str) -> (Vec<Token>, Vec<Field>) {
        let words = kinds_of(label, self.locale);
        let kinds = words.iter().filter(|(_, is_kind)| *is_kind).count();
        let field = |is_kind| match is_kind {
            true if kinds == 1 && self.are_told => Field::Kind,
            true => Field::Title,
            false => Field::Property,
        };
        let words = words.into_iter();
        words
            .map(|(token, is_kind)| (token, field(is_kind)))
            .unzip()
    }

    /// The word of the title of `product` that names its kind, folded.
    fn head(&self, product: &Product) -> Option<String> {
        let (titles, words) = self.titles.get(product.category.as_slice())?;
        if *titles < MIN_TITLES || !self.are_told {
            return None;
        }
        let naming = naming(&product.title, self.locale).into_iter();
        let counted = naming.map(|token| (words.get(&token.text).copied().unwrap_or(0), token));
        let (count, head) = counted.max_by_key(|&(count, _)| count)?;
        (f64::from(count) >= MIN_SHARE * f64::from(*titles)).then_some(head.text)
    }
}

/// Whether a hyphen joins it to the word that it modifies: `Kamera` in `Kamera-Akku`.
fn is_modifier(token: &Token, text: &[u16]) -> bool {
    let end = token.end as usize;
    let hyphen = text.get(end) == Some(&u16::from(b'-'));
    hyphen
        && text
            .get(end + 1)
            .is_some_and(|&unit| unit > u16::from(b'9'))
}

/// The words of a label with whether each names a kind.
fn kinds_of(label: &str, locale: Locale) -> Vec<(Token, bool)> {
    let mut words: Vec<(Token, bool)> = Vec::new();
    for part in label.split(['&', ',', '/', ';']) {
        let mut open = true;
        let mut last: Option<usize> = None;
        let close = |last: &mut Option<usize>, words: &mut Vec<(Token, bool)>| {
            if let Some((_, is_kind)) = last.take().and_then(|last| words.get_mut(last)) {
                *is_kind = true;
            }
        };
        for token in tokens(part, MAX_WORDS, locale) {
            let text = token.text.as_str();
            if JOINTS.contains(&text) {
                close(&mut last, &mut words);
                open = true;
            } else if PREPOSITIONS.contains(&text) {
                open = false;
            }
            if open && is_word(text) && !JOINTS.contains(&text) {
                last = Some(words.len());
            }
            words.push((token, false));
        }
        close(&mut last, &mut words);
    }
    words
}

/// The words of `title` among which the name of its kind stands.
fn naming(title: &str, locale: Locale) -> Vec<Token> {
    let end = title.find([',', ';', '(', '|', '–']).unwrap_or(title.len());
    let part = title.get(..end).unwrap_or(title);
    let part = part.split(" - ").next().unwrap_or(part);
    let mut naming = Vec::new();
    for token in tokens(part, MAX_WORDS, locale) {
        let is_number = token.text.starts_with(|char: char| char.is_ascii_digit());
        if !naming.is_empty() && (is_number || PREPOSITIONS.contains(&token.text.as_str())) {
            break;
        }
        if is_word(&token.text) {
            naming.push(token);
        }
    }
    naming
}

/// Shorter words are models and units.
fn is_word(text: &str) -> bool {
    text.chars().count() >= 3 && text.chars().all(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(titles: &[&str]) -> Vec<Option<String>> {
        let products: Vec<Product> = titles
            .iter()
            .map(|&title| Product {
                title: title.into(),
                category: vec![Label::plain("A")],
                ..Product::default()
            })
            .collect();
        let kinds = Kinds::new(&products, Locale::new("de"));
        products.iter().map(|product| kinds.head(product)).collect()
    }

    #[test]
    fn the_head_of_a_title_is_what_its_category_has_in_common() {
        let found = head(&[
            "Lavendorf Riva Einhebel-Waschtischmischer 140 mm, Chrom",
            "Aquilon Nera Einhebel-Waschtischmischer für Küchen",
            "Aquilon Tondo Waschtischmischer, Schwarz",
        ]);
        assert!(
            found
                .iter()
                .all(|head| head.as_deref() == Some("waschtischmischer")),
            "{found:?}"
        );
    }

    #[test]
    fn a_label_names_the_kinds_before_its_preposition() {
        let kinds = |label: &str| -> Vec<String> {
            let words = kinds_of(label, Locale::new("en")).into_iter();
            words
                .filter(|(_, is_kind)| *is_kind)
                .map(|(token, _)| token.text)
                .collect()
        };
        assert_eq!(kinds("Camera batteries"), ["batteries"]);
        assert_eq!(kinds("Mugs & tea cups"), ["mugs", "cups"]);
        assert_eq!(kinds("Thermostats for showers"), ["thermostats"]);
        assert_eq!(kinds("Nuts and bolts"), ["nuts", "bolts"]);
    }
}
