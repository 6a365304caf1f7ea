//! The closed-class words that say something about a search: bounds of prices, negations, questions. German and English.
//!
//! A catalogue in another language has no such words; values of facets are understood in every language.

/// The role of a word in a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// An upper bound follows.
    Most,
    /// A lower bound follows.
    Least,
    /// Both bounds follow.
    Between,
    /// Stands between two bounds, or between a word and its bound.
    Join,
    /// Asks for a low price.
    Cheap,
    /// Negates the next word.
    Not,
    /// Begins a question.
    Ask,
    /// Part of a question that says nothing about a product.
    Filler,
}

/// Folded words of one role, separated by blanks.
type Words = (Role, &'static str);

const GERMAN: &[Words] = &[
    (Role::Most, "unter bis maximal max hoechstens weniger"),
    (Role::Least, "ab ueber mindestens mehr"),
    (Role::Between, "zwischen von"),
    (Role::Join, "und oder als"),
    (
        Role::Cheap,
        "guenstig guenstige guenstiger guenstiges guenstigen billig billige billiger billiges billigen preiswert preiswerte preiswerter preiswertes",
    ),
    (Role::Not, "ohne nicht kein keine keinen keinem keiner"),
    (
        Role::Ask,
        "welche welcher welches welchen welchem was wie wo womit ich suche brauche",
    ),
    (
        Role::Filler,
        "brauche suche ich man gibt es ist sind kann soll nehme kaufen mir",
    ),
];
const ENGLISH: &[Words] = &[
    (Role::Most, "under below up max maximum less"),
    (Role::Least, "over above from least more"),
    (Role::Between, "between"),
    (Role::Join, "and or to than"),
    (Role::Cheap, "cheap cheaper cheapest inexpensive affordable"),
    (Role::Not, "without not"),
    (Role::Ask, "which what where how i looking"),
    (Role::Filler, "do i need should is are there me buy want"),
];

/// The role of the folded `word` in `language` (BCP 47), if it has one. Question words that are also fillers are fillers unless they `begin` the text.
pub(super) fn role(language: &str, word: &str, begins: bool) -> Option<Role> {
    let table = match language.get(..2) {
        Some("de") => GERMAN,
        Some("en") => ENGLISH,
        _ => return None,
    };
    let is_it = |&&(role, words): &&Words| (role != Role::Ask || begins) && has(words, word);
    table.iter().find(is_it).map(|&(role, _)| role)
}

/// Whether `word` is one of `words`. Not inlined: it stands in half a dozen places.
#[inline(never)]
fn has(words: &str, word: &str) -> bool {
    let mut words = words.as_bytes().split(|&byte| byte == b' ');
    words.any(|other| other == word.as_bytes())
}

/// Currencies by their words, folded.
const MONEY: &[(&str, &str)] = &[
    ("EUR", "euro euros eur"),
    ("GBP", "pound pounds lb gbp quid pfund"),
    ("USD", "dollar dollars usd bucks"),
    ("CHF", "franken chf sfr"),
];

/// Whether `word` means money; if so, whether it is that of `currency` (ISO 4217).
pub(super) fn money(word: &str, currency: &str) -> Option<bool> {
    let named = MONEY.iter().find(|(_, words)| has(words, word));
    named.map(|&(code, _)| code == currency)
}

/// Whether a sign in `gap` means money; if so, whether it may be that of `currency`.
#[inline(never)]
pub(super) fn sign(gap: &str, currency: &str) -> Option<bool> {
    gap.chars().find_map(|sign| {
        let currencies = match sign {
            '€' => "EUR",
            '£' => "GBP",
            '$' => "USD AUD CAD NZD SGD HKD",
            '¥' => "JPY CNY",
            _ => return None,
        };
        Some(has(currencies, currency))
    })
}

/// Decimal places of a currency (ISO 4217, column *minor unit*).
#[must_use]
pub fn minor_unit_digits(currency: &str) -> u32 {
    if has(
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
        currency,
    ) {
        0
    } else if has("BHD IQD JOD KWD LYD OMR TND", currency) {
        3
    } else {
        2
    }
}
