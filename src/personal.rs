//! Texts that may name a person: typed by a shopper in, what gives a person away out.
//!
//! Server and trainer share this, so that a text is dropped before it is written and never published. The device knows the same by form
//! (`js/src/personal.ts`, held to it by `tests/texts/personal.json`), but no lists of names.
//!
//! # Invariants
//! * It errs to the careful side by form (a price of six digits is a number), and to the other one by names: a name counts only where a given name stands beside
//!   a family name, both of lists, because shoppers search for "Rosa" and "Braun" too.
//!
//! Deliberately missing: names that are in no list, numbers in words, addresses without a house number.

mod names;

use names::{FAMILY, GIVEN, TITLES};

/// What gives a person away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Trace {
    /// An e-mail address, however it is spelt: `erika (at) example punkt org`.
    Mail,
    /// A street with a house number.
    Street,
    /// A given name beside a family name, or a title before one.
    Name,
    /// Six digits or more, however punctuated: a telephone number, an account, an order; or an article number.
    Number,
}

/// Digits from which on a number may be a telephone number, an account or an order.
const MIN_DIGITS: usize = 6;

/// Ends of German streets that no product has before a number.
const STREET_ENDS: [&str; 7] = [
    "strasse", "str", "gasse", "allee", "chaussee", "weg", "platz",
];

/// What ends in one of those, and stands before numbers in a shop.
const NO_STREETS: [&str; 4] = ["steckplatz", "stellplatz", "arbeitsplatz", "sitzplatz"];

/// What English addresses end in, behind the number and a name: there are road bikes and street lamps, too.
const STREETS: [&str; 8] = [
    "street",
    "road",
    "rd",
    "avenue",
    "ave",
    "boulevard",
    "terrace",
    "crescent",
];

/// What French streets begin with, behind the number.
const RUES: [&str; 3] = ["rue", "avenue", "boulevard"];

/// Hosts of mail that give an address away without its sign.
const HOSTS: [&str; 12] = [
    "gmail.com",
    "googlemail.com",
    "gmx.de",
    "gmx.net",
    "web.de",
    "t-online.de",
    "freenet.de",
    "outlook.com",
    "hotmail.com",
    "yahoo.com",
    "yahoo.de",
    "icloud.com",
];

/// What in `text` gives a person away; of several the first in the order of [`Trace`].
///
/// # Examples
///
/// ```
/// use endcap::personal::{Trace, trace};
///
/// assert_eq!(trace("basin tap"), None);
/// assert_eq!(trace("erika (at) example punkt org"), Some(Trace::Mail));
/// ```
#[must_use]
pub fn trace(text: &str) -> Option<Trace> {
    let text = folded(text);
    let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    let found = [
        (has_mail(&words), Trace::Mail),
        (has_street(&words), Trace::Street),
        (has_name(&words), Trace::Name),
        (has_number(&text), Trace::Number),
    ];
    found
        .into_iter()
        .find(|&(is, _)| is)
        .map(|(_, trace)| trace)
}

/// Whether a word of `text` is a given name: with a word that no catalogue knows it is a person's name.
#[must_use]
pub fn has_given_name(text: &str) -> bool {
    let text = folded(text);
    letters(&text).any(|word| GIVEN.contains(&word))
}

/// Small letters without marks, one blank for all that separates, ASCII digits for all digits.
fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for char in text.chars().flat_map(char::to_lowercase) {
        match char {
            'ä' => folded.push_str("ae"),
            'ö' | 'ø' => folded.push_str("oe"),
            'ü' => folded.push_str("ue"),
            'ß' => folded.push_str("ss"),
            'à' | 'á' | 'â' | 'ã' | 'å' => folded.push('a'),
            'è' | 'é' | 'ê' | 'ë' | 'ę' => folded.push('e'),
            'ì' | 'í' | 'î' | 'ï' | 'ı' => folded.push('i'),
            'ò' | 'ó' | 'ô' | 'õ' => folded.push('o'),
            'ù' | 'ú' | 'û' => folded.push('u'),
            'ç' | 'ć' => folded.push('c'),
            'ñ' | 'ń' => folded.push('n'),
            'ł' => folded.push('l'),
            'ş' | 'ś' => folded.push('s'),
            'ğ' => folded.push('g'),
            // A small letter may bring the dot of its capital.
            '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200d}' => {}
            '＠' | '﹫' => folded.push('@'),
            '．' | '。' => folded.push('.'),
            '‐'..='―' | '−' => folded.push('-'),
            '０'..='９' => folded.push(digit(char, '０')),
            '٠'..='٩' => folded.push(digit(char, '٠')),
            char if char.is_whitespace() => folded.push(' '),
            char => folded.push(char),
        }
    }
    folded
}

fn digit(char: char, zero: char) -> char {
    let number = (char as u32).saturating_sub(zero as u32);
    char::from_digit(number, 10).unwrap_or('0')
}

/// The words, without signs.
fn letters(text: &str) -> impl Iterator<Item = &str> {
    text.split(|char: char| !char.is_alphanumeric() && char != '-')
        .filter(|word| !word.is_empty())
}

fn has_mail(words: &[&str]) -> bool {
    let mut joined = String::new();
    for &word in words {
        match word.trim_matches(['(', ')', '[', ']', '{', '}', '<', '>']) {
            "at" | "@" | "aet" | "klammeraffe" => joined.push('@'),
            "dot" | "punkt" | "point" | "." => joined.push('.'),
            _ => {
                // Blanks stand around the signs only.
                if !joined.is_empty()
                    && !joined.ends_with(['@', '.'])
                    && !word.starts_with(['@', '.'])
                {
                    joined.push(' ');
                }
                joined.push_str(word);
            }
        }
    }
    for at in ["(at)", "[at]", "{at}"] {
        joined = joined.replace(at, "@");
    }
    for dot in ["(dot)", "[dot]", "{dot}", "(punkt)", "[punkt]"] {
        joined = joined.replace(dot, ".");
    }
    let part = |char: char| char.is_alphanumeric();
    let is_host = |host: &str| {
        host.rsplit_once('.').is_some_and(|(_, top)| {
            top.len() >= 2 && top.bytes().all(|byte| byte.is_ascii_alphabetic())
        })
    };
    let is_mail = |word: &str| {
        word.split_once('@').is_some_and(|(name, host)| {
            name.ends_with(part) && host.starts_with(part) && is_host(host)
        })
    };
    let named = |word: &&str| {
        word.split_once('@')
            .is_some_and(|(name, host)| name.ends_with(part) && host.starts_with(part))
    };
    joined.split(' ').any(is_mail) || words.iter().any(|word| named(word) || HOSTS.contains(word))
}

fn has_street(words: &[&str]) -> bool {
    let is_house = |word: &str| {
        let digits = word.trim_end_matches(|char: char| char.is_ascii_lowercase());
        let tail = word.len() - digits.len();
        (1..=4).contains(&digits.len())
            && tail <= 1
            && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    let clean = |word: &&str| {
        word.trim_matches(|char: char| !char.is_alphanumeric())
            .to_owned()
    };
    let words: Vec<String> = words.iter().map(clean).collect();
    let german = words.windows(2).any(|pair| {
        let [street, house] = pair else { return false };
        let named = STREET_ENDS.iter().any(|end| {
            street
                .strip_suffix(end)
                .is_some_and(|name| name.chars().count() >= 3)
        });
        let apart = ["strasse", "str", "allee", "gasse"].contains(&street.as_str());
        (named || apart) && !NO_STREETS.contains(&street.as_str()) && is_house(house)
    });
    let french = words.windows(3).any(|three| {
        let [house, street, _] = three else {
            return false;
        };
        is_house(house) && RUES.contains(&street.as_str())
    });
    let english = words
        .last()
        .is_some_and(|word| STREETS.contains(&word.as_str()))
        && words
            .iter()
            .rev()
            .skip(2)
            .take(3)
            .any(|word| is_house(word));
    german || french || english
}

fn has_name(words: &[&str]) -> bool {
    let words: Vec<&str> = words.iter().flat_map(|word| letters(word)).collect();
    words.windows(2).any(|pair| {
        let [first, second] = pair else { return false };
        let family = |word| FAMILY.contains(word);
        GIVEN.contains(first) && family(second)
            || GIVEN.contains(second) && family(first)
            || TITLES.contains(first) && family(second)
    })
}

fn has_number(text: &str) -> bool {
    let mut digits = 0;
    for char in text.chars() {
        if char.is_ascii_digit() {
            digits += 1;
            if digits >= MIN_DIGITS {
                return true;
            }
        } else if !matches!(char, ' ' | '-' | '.' | '/' | '(' | ')' | '+' | '_') {
            digits = 0;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same texts are given to the package's own code.
    #[test]
    fn the_shared_texts_are_told() {
        let texts: Vec<serde_json::Value> =
            serde_json::from_str(include_str!("../tests/texts/personal.json")).unwrap();
        for text in &texts {
            let told = trace(text["text"].as_str().unwrap());
            let told = told.map(|trace| format!("{trace:?}").to_lowercase());
            assert_eq!(told.as_deref(), text["trace"].as_str(), "{text}");
        }
    }

    #[test]
    fn lists_are_folded_and_say_nothing_twice() {
        for list in [&GIVEN[..], &FAMILY, &TITLES] {
            assert!(list.is_sorted_by(|a, b| a < b), "{list:?}");
            assert!(list.iter().all(|word| folded(word) == *word));
        }
    }

    proptest! {
        #[test]
        fn any_text_has_an_answer(text in ".{0,80}") {
            let _ = (trace(&text), has_given_name(&text));
        }

        /// Blanks, capitals and full-width signs hide nothing.
        #[test]
        fn spelling_hides_no_address(name in "[a-z]{2,9}", host in "[a-z]{2,9}", at in 0usize..8) {
            prop_assume!(!["at", "aet", "dot", "punkt", "point"].contains(&name.as_str()));
            let at = ["@", " @ ", "(at)", " (AT) ", "＠", " at ", "[at]", " ＠"][at];
            let mail = format!("{name}{at}{host}.org");
            prop_assert_eq!(trace(&mail), Some(Trace::Mail), "{}", mail);
        }
    }
}
