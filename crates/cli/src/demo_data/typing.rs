//! What people type into a search box: short, lower-case, sometimes wrong, sometimes a number.

use super::dice::Dice;
use super::numbers;
use super::shop::Shop;
use super::wording::{self, Language};

/// A search as typed, with what it narrows the results to.
pub(super) struct Query {
    pub(super) text: String,
    /// Set when a slip of the keyboard spoiled the text.
    pub(super) misspelt: bool,
    pub(super) narrows: Narrowing,
}

/// What the words of a query say beyond the kind of product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Narrowing {
    Kind,
    Brand(&'static str),
    Value(&'static str, &'static str),
    /// Only the variants of one model.
    Model,
}

/// A query by somebody who has the article at `index` in mind.
pub(super) fn query(shop: &Shop, index: usize, language: Language, dice: &mut Dice) -> Query {
    let model = shop.model(index);
    let article = &shop.articles[index];
    let noun = noun(
        language.of(model.kind.noun),
        language.of(model.kind.leaf),
        dice,
    );
    let telling = telling_value(shop, index, dice);
    let (text, narrows) = match dice.weighted(&[0.34, 0.17, 0.15, 0.12, 0.12, 0.02]) {
        0 => (noun, Narrowing::Kind),
        1 => (
            format!("{} {noun}", model.brand.name),
            Narrowing::Brand(model.brand.name),
        ),
        2 => match telling {
            Some((key, value)) => {
                let words = wording::text(key, value, language);
                (format!("{noun} {words}"), Narrowing::Value(key, value))
            }
            None => (noun, Narrowing::Kind),
        },
        3 if !model.name.is_empty() => (
            format!("{} {}", model.brand.name, model.name),
            Narrowing::Model,
        ),
        3 | 4 => (loosened(&article.mpn, dice), Narrowing::Model),
        _ => (numbers::gtin(shop.seed, index), Narrowing::Model),
    };
    let text = text.to_lowercase();
    let numeric = text.chars().any(|c| c.is_ascii_digit());
    if !numeric && dice.chance(0.08) {
        let spoiled = slip(&text, dice);
        return Query {
            misspelt: spoiled != text,
            text: spoiled,
            narrows,
        };
    }
    Query {
        text: if dice.chance(0.15) {
            without_umlauts(&text)
        } else {
            text
        },
        misspelt: false,
        narrows,
    }
}

/// The noun, the category, or only the last word of either.
fn noun(noun: &str, leaf: &str, dice: &mut Dice) -> String {
    let noun = bare(noun);
    let whole = if dice.chance(0.6) { noun } else { leaf };
    if dice.chance(0.4) {
        let last = whole
            .rsplit([' ', '-'])
            .find(|word| word.len() > 4)
            .unwrap_or(whole);
        return last.to_owned();
    }
    whole.to_owned()
}

/// Nobody searches for "mit Anhänger": what follows the preposition is description.
pub(super) fn bare(noun: &str) -> &str {
    [" mit ", " im ", " with ", " in "]
        .iter()
        .find_map(|preposition| noun.split_once(preposition))
        .map_or(noun, |(head, _)| head)
}

fn telling_value(
    shop: &Shop,
    index: usize,
    dice: &mut Dice,
) -> Option<(&'static str, &'static str)> {
    let values: Vec<_> = shop
        .values(index)
        .filter(|(key, _)| *key != "pack")
        .collect();
    (!values.is_empty()).then(|| *dice.pick(&values))
}

/// Nobody types an article number with all its dots and blanks.
fn loosened(number: &str, dice: &mut Dice) -> String {
    match dice.below(4) {
        0 => number.to_owned(),
        1 => number.replace([' ', '.', '/'], ""),
        2 => number.replace(['-', '.'], " "),
        // Typing stops when the suggestion shows.
        _ => number
            .chars()
            .take(number.chars().count().max(6) - 2)
            .collect(),
    }
}

/// One slip: a letter doubled, dropped or swapped with its neighbour.
fn slip(text: &str, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    if letters.len() < 5 {
        return text.to_owned();
    }
    let at = 1 + dice.below(letters.len() - 2);
    match dice.below(3) {
        0 => letters.insert(at, letters[at]),
        1 => {
            letters.remove(at);
        }
        _ => letters.swap(at, at + 1),
    }
    letters.into_iter().collect()
}

fn without_umlauts(text: &str) -> String {
    text.replace('ä', "ae")
        .replace('ö', "oe")
        .replace('ü', "ue")
        .replace('ß', "ss")
}
