//! Text: what a shopper types and what a title says, brought to one form.
//!
//! # Invariants
//! * The same function folds catalogue and query, so that they meet.
//! * Positions are in UTF-16 code units of the original text, as pages count them.
//!
//! Folding covers the Latin letters of European shops by a table of our own: the full Unicode tables would
//! take a third of the module's size. Other scripts are lower-cased and matched as they stand, those without blanks
//! between words by pairs of letters.

mod quantity;
mod units;

pub(crate) use quantity::{MAX_DECIMALS, Quantity, has_decimal_comma, quantity};
pub(crate) use units::{is_number, measure, unit};

/// Longer tokens are cut: no word that a shopper types is longer, and a hostile one costs no more.
const MAX_TOKEN_CHARS: usize = 40;

/// A word of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Token {
    /// Folded form.
    pub(crate) text: String,
    /// First UTF-16 code unit in the original.
    pub(crate) start: u32,
    /// One past the last UTF-16 code unit.
    pub(crate) end: u32,
}

/// The first `limit` words of `text`: runs of letters and digits, folded.
///
/// What shops write between digits stays together: `3/4`, `3,5` (as `3.5`), `8 x 40` and `8 × 40` (as `8x40`). An inch mark
/// behind a number is the word `in`. Scripts that put no blanks between words have two letters to a word, overlapping (as in
/// Lucene's `CJKBigramFilter`): `洗面台` is `洗面` and `面台`.
pub(crate) fn tokens(text: &str, limit: usize) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut word = Token::default();
    let (mut at, mut chars) = (0u32, 0usize);
    // The letter before, of a script without blanks, and whether a word ends with it.
    let mut unspaced: Option<(Token, bool)> = None;
    let mut rest = text.chars().peekable();
    while let Some(char) = rest.next() {
        let width = char.len_utf16() as u32;
        if is_unspaced(char) {
            if chars > 0 && !push(&mut tokens, std::mem::take(&mut word), limit) {
                return tokens;
            }
            chars = 0;
            let letter = Token {
                text: char.to_string(),
                start: at,
                end: at + width,
            };
            let pair = unspaced.map(|(before, _)| Token {
                text: before.text + &letter.text,
                start: before.start,
                end: letter.end,
            });
            unspaced = Some((letter, pair.is_some()));
            if pair.is_some_and(|pair| !push(&mut tokens, pair, limit)) {
                return tokens;
            }
            at += width;
            continue;
        }
        if let Some((letter, false)) = unspaced.take()
            && !push(&mut tokens, letter, limit)
        {
            return tokens;
        }
        let after_digit = word.text.ends_with(|last: char| last.is_ascii_digit());
        let before_digit = rest.peek().is_some_and(char::is_ascii_digit);
        let char = narrow(char);
        let folded = match char {
            '/' if after_digit && before_digit => Some('/'),
            ',' | '.' if after_digit && before_digit => Some('.'),
            '×' => Some('x'),
            _ if char.is_alphanumeric() && !is_mark(char) => Some(char),
            _ => None,
        };
        if let Some(folded) = folded {
            if chars == 0 {
                word.start = at;
            }
            if chars < MAX_TOKEN_CHARS {
                fold_into(folded, &mut word.text);
            }
            chars += 1;
            word.end = at + width;
        } else if chars > 0 && !is_mark(char) {
            if !push(&mut tokens, std::mem::take(&mut word), limit) {
                return tokens;
            }
            chars = 0;
            if after_digit && matches!(char, '"' | '″' | '”') {
                let inch = Token {
                    text: "in".to_owned(),
                    start: at,
                    end: at + width,
                };
                if !push(&mut tokens, inch, limit) {
                    return tokens;
                }
            }
        }
        at += width;
    }
    if chars > 0 {
        push(&mut tokens, word, limit);
    } else if let Some((letter, false)) = unspaced {
        push(&mut tokens, letter, limit);
    }
    tokens
}

/// Whether `char` belongs to a script that puts no blanks between words: Han, Kana; and Hangul, whose particles stand at
/// the word.
pub(crate) fn is_unspaced(char: char) -> bool {
    matches!(char, '々' | '\u{3040}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2fa1f}')
}

/// Adds a word, or completes `8 x` by `40`; whether there is room for more.
fn push(tokens: &mut Vec<Token>, word: Token, limit: usize) -> bool {
    let starts_with_digit = word.text.starts_with(|char: char| char.is_ascii_digit());
    if let [.., first, times] = tokens.as_mut_slice()
        && starts_with_digit
        && times.text == "x"
        && first.text.ends_with(|char: char| char.is_ascii_digit())
    {
        first.text.push('x');
        first.text.push_str(&word.text);
        first.end = word.end;
        tokens.pop();
        return true;
    }
    if tokens.len() == limit {
        return false;
    }
    tokens.push(word);
    true
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
    for char in text.chars().take(limit) {
        squash_into(char, &mut squashed);
    }
    squashed
}

fn squash_into(char: char, out: &mut String) {
    let char = narrow(char);
    if char == '×' {
        out.push('x');
    } else if char.is_alphanumeric() {
        fold_into(char, out);
    }
}

/// Position in UTF-16 code units, in `text`, of the part that matches the squashed `prefix`, if one does.
pub(crate) fn squashed_range(text: &str, prefix: &str) -> Option<(u32, u32)> {
    let mut map = Vec::new();
    let mut squashed = String::new();
    let mut at = 0u32;
    for char in text.chars() {
        let width = char.len_utf16() as u32;
        let before = squashed.len();
        squash_into(char, &mut squashed);
        map.extend((before..squashed.len()).map(|_| (at, at + width)));
        at += width;
    }
    let found = squashed.find(prefix)?;
    let start = map.get(found)?.0;
    let end = map.get((found + prefix.len()).checked_sub(1)?)?.1;
    Some((start, end))
}

/// Letters, digits and signs that East Asian keyboards type as wide as a Han letter, in their usual width.
fn narrow(char: char) -> char {
    match char {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(char as u32 - 0xfee0).unwrap_or(char),
        _ => char,
    }
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
    fn scripts_without_blanks_have_pairs_of_letters() {
        for (text, words) in [
            ("洗面台", vec!["洗面", "面台"]),
            ("水", vec!["水"]),
            ("TOTO洗面台 900mm", vec!["toto", "洗面", "面台", "900mm"]),
            ("台 TOTO", vec!["台", "toto"]),
            ("Ｍ８ ネジ", vec!["m8", "ネジ"]),
        ] {
            let found: Vec<_> = tokens(text, 9).into_iter().map(|word| word.text).collect();
            assert_eq!(found, words, "{text}");
        }
        let pair = &tokens("a 洗面台", 9)[2];
        assert_eq!((pair.start, pair.end), (3, 5));
    }

    #[test]
    fn measures_are_words() {
        for (text, words) in [
            ("3/4\" Rohr", vec!["3/4", "in", "rohr"]),
            ("8 × 40 mm", vec!["8x40", "mm"]),
            ("8×40, 8 x 40 x 2", vec!["8x40", "8x40x2"]),
            ("M8 x 40-A2", vec!["m8x40", "a2"]),
            ("3,5 kg. 3.5", vec!["3.5", "kg", "3.5"]),
            ("x 40", vec!["x", "40"]),
        ] {
            let found: Vec<_> = tokens(text, 9).into_iter().map(|word| word.text).collect();
            assert_eq!(found, words, "{text}");
        }
        let merged = &tokens("M8 x 40", 9)[0];
        assert_eq!((merged.start, merged.end), (0, 7));
    }

    #[test]
    fn an_article_number_is_one_however_it_is_punctuated() {
        for typed in ["M8x40-A2", "m8 x 40 a2", "M8X40.A2", "m8x40/a2"] {
            assert_eq!(squashed(typed, 64), "m8x40a2");
        }
        assert_eq!(squashed_range("M8x40-A2", "40a"), Some((3, 7)));
    }

    proptest! {
        #[test]
        fn any_text_gives_ordered_words_inside_it(text in "(.|[\u{300}-\u{36f}x8]|[洗面ネジ]){0,200}") {
            let length = text.encode_utf16().count() as u32;
            let mut before = Token::default();
            for word in tokens(&text, 1000) {
                let overlaps = word.text.chars().all(is_unspaced) && before.text.ends_with(word.text.chars().next().unwrap());
                prop_assert!(before.end <= word.start || overlaps && before.start < word.start);
                prop_assert!(word.start < word.end && word.end <= length);
                prop_assert!(!word.text.is_empty());
                before = word;
            }
        }
    }
}
