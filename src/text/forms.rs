//! Other forms of a word: with another ending, and in German with another vowel in its stem.

use super::Locale;

/// Endings of nouns and adjectives in German and English, the common ones first.
const ENDINGS: &[&str] = &["n", "s", "en", "e", "er", "es", "ern"];
/// Shorter words get no other ending: `led` is not `leder`.
const MIN_INFLECTED: usize = 4;
/// Endings of German plurals whose stem has an umlaut.
const UMLAUT_ENDINGS: &[&str] = &["e", "er", "", "en", "ern", "n"];
/// Shorter stems have no umlaut that is one of a plural: `Bad`, `Bäder`.
const MIN_UMLAUT: usize = 3;

/// The forms of a folded word besides itself, the likely ones first: the catalogue says `schrauben` and `stuehle`, the
/// shopper `schraube` and `stuhl`. Words of other scripts have none.
pub(crate) fn forms(word: &str, locale: Locale) -> impl Iterator<Item = String> {
    let is_word = word.bytes().all(|byte| byte.is_ascii_lowercase());
    let endings = if is_word && word.len() >= MIN_INFLECTED {
        ENDINGS
    } else {
        &[]
    };
    let longer = endings.iter().map(move |ending| [word, ending].concat());
    let shorter = endings.iter().filter_map(move |ending| {
        let form = word.strip_suffix(ending)?;
        (form.len() >= MIN_INFLECTED).then(|| form.to_owned())
    });
    let umlauts = if is_word && locale.has_umlauts() {
        UMLAUT_ENDINGS
    } else {
        &[]
    };
    let single = umlauts.iter().filter_map(move |ending| {
        let bare = without_umlaut(word.strip_suffix(ending)?)?;
        (bare.len() >= MIN_UMLAUT).then_some(bare)
    });
    let plural = umlauts.iter().filter_map(move |ending| {
        let changed = with_umlaut(word).filter(|_| word.len() >= MIN_UMLAUT)?;
        Some(changed + ending)
    });
    longer.chain(shorter).chain(single).chain(plural)
}

/// The word with the plain vowels of all its umlauts, by which forms of one stem are compared.
pub(crate) fn without_umlauts(word: &str) -> String {
    let mut plain = String::with_capacity(word.len());
    let mut rest = word;
    while let Some(at) = first_umlaut(rest) {
        let (before, from) = rest.split_at(at + 1);
        plain.push_str(before);
        rest = from.get(1..).unwrap_or_default();
    }
    plain + rest
}

/// Where the first folded umlaut is. In `neue` and `quelle` the letters belong to two syllables.
fn first_umlaut(word: &str) -> Option<usize> {
    let bytes = word.as_bytes();
    bytes.windows(2).enumerate().position(|(at, pair)| {
        let before = at.checked_sub(1).and_then(|at| bytes.get(at));
        let follows_vowel = before.is_some_and(|before| b"aeouq".contains(before));
        matches!(pair, b"ae" | b"oe" | b"ue") && !follows_vowel
    })
}

/// The word with the plain vowel of its last umlaut; `None` if it has none.
fn without_umlaut(word: &str) -> Option<String> {
    let mut last = None;
    let mut from = 0;
    while let Some(at) = first_umlaut(word.get(from..)?) {
        last = Some(from + at);
        from += at + 2;
    }
    let at = last?;
    Some([word.get(..=at)?, word.get(at + 2..)?].concat())
}

/// The word with an umlaut in place of its last plain `a`, `o`, `u` or `au`; `None` if another vowel comes after it.
fn with_umlaut(word: &str) -> Option<String> {
    let at = word.rfind(['a', 'o', 'u'])?;
    let at = match word.get(..at) {
        Some(before) if before.ends_with('a') => at - 1,
        _ => at,
    };
    let (before, from) = word.split_at(at + 1);
    (!from.starts_with('e')).then(|| [before, "e", from].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals_and_their_words_are_forms_of_each_other() {
        let has = |language: &str, word: &str, form: &str| {
            forms(word, Locale::new(language)).any(|other| other == form)
        };
        for (word, plural) in [
            ("stuhl", "stuehle"),
            ("bad", "baeder"),
            ("kugelhahn", "kugelhaehne"),
            ("gartenschlauch", "gartenschlaeuche"),
            ("nagel", "naegel"),
            ("fass", "faesser"),
            ("schraube", "schrauben"),
        ] {
            assert!(has("de", word, plural), "{word}");
            assert!(has("de", plural, word), "{plural}");
        }
        assert!(!has("en", "bad", "baeder"));
        assert!(has("en", "sofas", "sofa"));
        assert!(!has("de", "led", "leder"));
        assert!(forms("ネジ", Locale::new("ja")).next().is_none());
    }

    #[test]
    fn only_umlauts_lose_their_e() {
        for (word, plain) in [
            ("stuehle", "stuhle"),
            ("haeuser", "hauser"),
            ("steuer", "steuer"),
            ("neue", "neue"),
            ("quelle", "quelle"),
            ("bauen", "bauen"),
            ("oeltoepfe", "oltopfe"),
        ] {
            assert_eq!(without_umlauts(word), plain);
        }
    }
}
