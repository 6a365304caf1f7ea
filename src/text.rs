//! Text: what a shopper types and what a title says, brought to one form.
//!
//! # Invariants
//! * The same function folds catalogue and query, so that they meet.
//! * Positions are in UTF-16 code units of the original text, as pages count them.
//!
//! Folding covers the Latin letters of European shops by a table of our own: the full Unicode tables would
//! take a third of the module's size. Other scripts are lower-cased and matched as they stand.

/// Longer tokens are cut: no word that a shopper types is longer, and a hostile one costs no more.
const MAX_TOKEN_CHARS: usize = 40;

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// Folded form.
    pub(crate) text: String,
    /// First UTF-16 code unit in the original.
    pub(crate) start: u32,
    /// One past the last UTF-16 code unit.
    pub(crate) end: u32,
}

/// The first `limit` words of `text`: runs of letters and digits, folded.
pub(crate) fn tokens(text: &str, limit: usize) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut word = Token {
        text: String::new(),
        start: 0,
        end: 0,
    };
    let (mut at, mut chars) = (0u32, 0usize);
    for char in text.chars() {
        let width = char.len_utf16() as u32;
        if char.is_alphanumeric() {
            if chars == 0 {
                word.start = at;
            }
            if chars < MAX_TOKEN_CHARS {
                fold_into(char, &mut word.text);
            }
            chars += 1;
            word.end = at + width;
        } else if chars > 0 && !is_mark(char) {
            tokens.push(word.clone());
            if tokens.len() == limit {
                return tokens;
            }
            word.text.clear();
            chars = 0;
        }
        at += width;
    }
    if chars > 0 {
        tokens.push(word);
    }
    tokens
}

/// The folded words of `text`, joined by single blanks.
pub(crate) fn folded(text: &str, limit: usize) -> String {
    let mut joined = String::new();
    for token in tokens(text, limit) {
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(&token.text);
    }
    joined
}

/// The letters and digits of an article number, folded: `M8 x 40-A2` and `m8x40a2` are one. At most `limit` characters of
/// `text` are looked at.
pub(crate) fn squashed(text: &str, limit: usize) -> String {
    let mut squashed = String::new();
    for char in text
        .chars()
        .take(limit)
        .filter(|char| char.is_alphanumeric())
    {
        fold_into(char, &mut squashed);
    }
    squashed
}

/// Where the letters change to digits or back in a squashed article number: a part that starts there is
/// something that people type (`8x40` of `M8x40-A2`).
pub(crate) fn part_starts(squashed: &str) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut before = None;
    for (at, char) in squashed.char_indices() {
        let digit = char.is_ascii_digit();
        if before != Some(digit) {
            starts.push(at);
        }
        before = Some(digit);
    }
    starts
}

/// Position in UTF-16 code units, in `text`, of the part that matches the squashed `prefix`, if one does.
pub(crate) fn squashed_range(text: &str, prefix: &str) -> Option<(u32, u32)> {
    let mut map = Vec::new();
    let mut squashed = String::new();
    let mut at = 0u32;
    for char in text.chars() {
        let width = char.len_utf16() as u32;
        if char.is_alphanumeric() {
            let before = squashed.len();
            fold_into(char, &mut squashed);
            map.extend((before..squashed.len()).map(|_| (at, at + width)));
        }
        at += width;
    }
    let found = squashed.find(prefix)?;
    let start = map.get(found)?.0;
    let end = map.get((found + prefix.len()).checked_sub(1)?)?.1;
    Some((start, end))
}

/// Combining accents, which belong to the letter before them.
fn is_mark(char: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&char)
}

fn fold_into(char: char, out: &mut String) {
    if char.is_ascii() {
        out.push(char.to_ascii_lowercase());
        return;
    }
    for lower in char.to_lowercase() {
        match latin(lower) {
            Some(letters) => out.push_str(letters),
            None if is_mark(lower) => {}
            None => out.push(lower),
        }
    }
}

fn latin(lower: char) -> Option<&'static str> {
    Some(match lower {
        'ä' | 'æ' => "ae",
        'ö' | 'œ' => "oe",
        'ü' => "ue",
        'ß' => "ss",
        'à' | 'á' | 'â' | 'ã' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ĥ' | 'ħ' => "h",
        'ì' | 'í' | 'î' | 'ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => "i",
        'ĵ' => "j",
        'ķ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ø' | 'ō' | 'ŏ' | 'ő' => "o",
        'ŕ' | 'ŗ' | 'ř' => "r",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => "s",
        'ţ' | 'ť' | 'ŧ' | 'ț' => "t",
        'þ' => "th",
        'ù' | 'ú' | 'û' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => "u",
        'ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_are_folded_and_know_their_place() {
        let words = tokens("Dübel 🔩 M8x40-A2, größe", 10);
        let texts: Vec<_> = words.iter().map(|word| word.text.as_str()).collect();
        assert_eq!(texts, ["duebel", "m8x40", "a2", "groesse"]);
        // The emoji takes two UTF-16 code units.
        assert_eq!((words[1].start, words[1].end), (9, 14));
        assert_eq!(folded("Cre\u{301}me", 3), "creme");
    }

    #[test]
    fn an_article_number_is_one_however_it_is_punctuated() {
        for typed in ["M8x40-A2", "m8 x 40 a2", "M8X40.A2", "m8x40/a2"] {
            assert_eq!(squashed(typed, 64), "m8x40a2");
        }
        let parts: Vec<_> = part_starts("m8x40a2")
            .into_iter()
            .map(|start| &"m8x40a2"[start..])
            .collect();
        assert_eq!(parts, ["m8x40a2", "8x40a2", "x40a2", "40a2", "a2", "2"]);
        assert_eq!(squashed_range("M8x40-A2", "40a"), Some((3, 7)));
    }

    proptest! {
        #[test]
        fn any_text_gives_ordered_words_inside_it(text in ".{0,200}") {
            let length = text.encode_utf16().count() as u32;
            let mut end = 0;
            for word in tokens(&text, 1000) {
                prop_assert!(end <= word.start && word.start < word.end && word.end <= length);
                end = word.end;
            }
        }
    }
}
