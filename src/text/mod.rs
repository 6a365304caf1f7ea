//! Text: what a shopper types and what a title says, brought to one form.
//!
//! # Invariants
//! * The same function folds catalogue and query, so that they meet.
//! * Positions are in UTF-16 code units of the original text, as pages count them.
//!
//! Folding depends on the language, see [`Locale`]. It covers the letters of European shops by tables of our own: the full
//! Unicode tables would take a third of the module's size. Other scripts are lower-cased and matched as they stand, those
//! without blanks between words by pairs of letters.

mod fold;
mod forms;
mod letters;
mod number;
mod numeral;
mod quantity;
mod units;

use std::iter::Peekable;

pub(crate) use fold::Locale;
pub(crate) use forms::{forms, without_umlauts};
pub(crate) use letters::is_unspaced;
pub use number::number_of;
pub(crate) use quantity::{MAX_DECIMALS, Quantity, has_decimal_comma, quantity};
pub(crate) use units::{is_number, measure, unit};

use letters::{Letter, Letters, is_joiner};

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
/// What shops write between digits stays together: `3/4`, `3,5` (as `3.5`), `8 x 40` and `8 × 40` (as `8x40`). A number has one
/// spelling: `10.000`, `10 000` and `10000` are one in German, `2,0` is `2`. An inch mark behind a number is the word `in`.
/// Scripts that put no blanks between words have two letters to a word, overlapping (as in Lucene's `CJKBigramFilter`):
/// `洗面台` is `洗面` and `面台`.
pub(crate) fn tokens(text: &str, limit: usize, locale: Locale) -> Vec<Token> {
    let mut words = Words {
        found: Vec::new(),
        limit,
        locale,
        word: Token::default(),
        chars: 0,
        unspaced: None,
    };
    words.read(Letters::new(text).peekable());
    words.found
}

/// The words of a text while it is read.
struct Words {
    found: Vec<Token>,
    limit: usize,
    locale: Locale,
    /// The word that is being read, and its letters so far.
    word: Token,
    chars: usize,
    /// The letter before, of a script without blanks, and whether a word ends with it.
    unspaced: Option<(Token, bool)>,
}

impl Words {
    fn read(&mut self, mut rest: Peekable<Letters<'_>>) -> Option<()> {
        let mut at = 0u32;
        // Whether a number may begin with its decimal point here.
        let mut is_gap = true;
        while let Some(Letter { char, width }) = rest.next() {
            let span = (at, at + width);
            at = span.1;
            if is_unspaced(char) {
                self.finish()?;
                self.pair(char, span)?;
                is_gap = false;
                continue;
            }
            self.end_run()?;
            if let Some(fraction) = numeral::fraction(char) {
                // `1½` is `1 1/2`.
                self.finish()?;
                fraction.chars().for_each(|char| self.take(char, span));
                is_gap = false;
                continue;
            }
            let after_digit = self.ends_with_digit();
            if let Some(kept) = self.kept(char, after_digit, is_gap, &rest) {
                if kept == '.' && self.chars == 0 {
                    self.take('0', span);
                }
                self.take(kept, span);
            } else if self.chars > 0 {
                self.finish()?;
                if after_digit && matches!(char, '"' | '″' | '”') {
                    self.push(Token {
                        text: "in".to_owned(),
                        start: span.0,
                        end: span.1,
                    })?;
                }
            }
            is_gap = char.is_whitespace() || char == '(';
        }
        self.finish()?;
        self.end_run()
    }

    /// What the word goes on with by `char`; `None` if it ends here.
    fn kept(
        &self,
        char: char,
        after_digit: bool,
        is_gap: bool,
        rest: &Peekable<Letters<'_>>,
    ) -> Option<char> {
        // Most letters need no look ahead.
        if char.is_ascii_alphanumeric() {
            return Some(char);
        }
        let mut ahead = rest.clone().map(|letter| letter.char);
        let digits = || {
            let run = rest.clone().map(|letter| letter.char);
            run.take(4).take_while(char::is_ascii_digit).count()
        };
        match char {
            '/' | ',' | '.' if after_digit && digits() > 0 => Some(char),
            '.' if is_gap && self.chars == 0 && digits() > 0 => Some(char),
            // `10 000` with a blank that does not break, `10'000`.
            '\u{a0}' | '\u{202f}' | '\u{2009}' | '\'' | '’' => {
                let head = self.word.text.as_bytes();
                let is_head = head.len() <= 3 && head.iter().all(u8::is_ascii_digit);
                (after_digit && is_head && digits() == 3).then_some(self.locale.grouping())
            }
            '×' => Some('x'),
            // A footnote is no part of the word before it.
            '¹' | '²' | '³' => {
                let unit = self
                    .word
                    .text
                    .trim_start_matches(|char: char| !char.is_alphabetic());
                let digit = match char {
                    '¹' => '1',
                    '²' => '2',
                    _ => '3',
                };
                matches!(unit, "m" | "mm" | "cm" | "dm" | "km" | "ft" | "in").then_some(digit)
            }
            // The sign of degrees, as it is found on keyboards.
            'º' if after_digit => None,
            'º' => Some('o'),
            'ª' => Some('a'),
            // Micro, by either of its signs; the Greek letter stands before Greek ones.
            'µ' | 'μ' if ahead.next().is_some_and(|next| next.is_ascii_alphabetic()) => Some('u'),
            'µ' => Some('μ'),
            _ => (char.is_alphanumeric() || is_joiner(char)).then_some(char),
        }
    }

    fn ends_with_digit(&self) -> bool {
        self.word.text.ends_with(|last: char| last.is_ascii_digit())
    }

    /// Goes on with the word.
    fn take(&mut self, char: char, (start, end): (u32, u32)) {
        if self.chars == 0 {
            self.word.start = start;
        }
        if self.chars < MAX_TOKEN_CHARS {
            self.locale.fold_into(char, &mut self.word.text);
        }
        self.chars += 1;
        self.word.end = end;
    }

    /// Ends the word; `None` if there is no room for it.
    fn finish(&mut self) -> Option<()> {
        if self.chars == 0 {
            return Some(());
        }
        self.chars = 0;
        let mut word = std::mem::take(&mut self.word);
        numeral::spell(&mut word.text, self.locale);
        self.push(word)
    }

    /// A letter of a script without blanks.
    fn pair(&mut self, char: char, (start, end): (u32, u32)) -> Option<()> {
        let letter = Token {
            text: char.to_string(),
            start,
            end,
        };
        let pair = self.unspaced.take().map(|(before, _)| Token {
            text: before.text + &letter.text,
            start: before.start,
            end,
        });
        self.unspaced = Some((letter, pair.is_some()));
        pair.map_or(Some(()), |pair| self.push(pair))
    }

    /// Ends a run of such letters: one that stands alone is a word.
    fn end_run(&mut self) -> Option<()> {
        match self.unspaced.take() {
            Some((letter, false)) => self.push(letter),
            _ => Some(()),
        }
    }

    /// Adds a word, or completes `8 x` by `40` and `10` by `000`; `None` if there is no room for more.
    fn push(&mut self, word: Token) -> Option<()> {
        let starts_with_digit = word.text.starts_with(|char: char| char.is_ascii_digit());
        if let [.., first, times] = self.found.as_mut_slice()
            && starts_with_digit
            && times.text == "x"
            && first.text.ends_with(|char: char| char.is_ascii_digit())
        {
            first.text.push('x');
            first.text.push_str(&word.text);
            first.end = word.end;
            self.found.pop();
            return Some(());
        }
        if let Some(last) = self.found.last_mut()
            && last.end + 1 == word.start
            && numeral::is_grouped(&last.text, &word.text)
        {
            last.text.push_str(&word.text);
            last.end = word.end;
            return Some(());
        }
        if self.found.len() == self.limit {
            return None;
        }
        self.found.push(word);
        Some(())
    }
}

/// The folded words of `text`, joined by single blanks.
pub(crate) fn folded(text: &str, limit: usize, locale: Locale) -> String {
    let mut joined = String::new();
    for token in tokens(text, limit, locale) {
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(&token.text);
    }
    joined
}

/// The letters and digits of an article number, folded: `M8 x 40-A2` and `m8x40a2` are one. At most `limit` letters of
/// `text` are looked at. Numbers are the same in every language.
pub(crate) fn squashed(text: &str, limit: usize) -> String {
    let mut squashed = String::new();
    for letter in Letters::new(text).take(limit) {
        squash_into(letter.char, &mut squashed);
    }
    squashed
}

fn squash_into(char: char, out: &mut String) {
    if char == '×' {
        out.push('x');
    } else if char.is_alphanumeric() {
        Locale::NEUTRAL.fold_into(char, out);
    }
}

/// Position in UTF-16 code units, in `text`, of the part that matches the squashed `prefix`, if one does.
pub(crate) fn squashed_range(text: &str, prefix: &str) -> Option<(u32, u32)> {
    let mut map = Vec::new();
    let mut squashed = String::new();
    let mut at = 0u32;
    for Letter { char, width } in Letters::new(text) {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(language: &str, text: &str) -> Vec<Token> {
        tokens(text, 10, Locale::new(language))
    }

    #[test]
    fn words_are_folded_and_know_their_place() {
        let words = read("de", "Dübel 🔩 M8x40-A2, größe");
        let texts: Vec<_> = words.iter().map(|word| word.text.as_str()).collect();
        assert_eq!(texts, ["duebel", "m8x40", "a2", "groesse"]);
        // The emoji takes two UTF-16 code units.
        assert_eq!((words[1].start, words[1].end), (9, 14));
        assert_eq!(folded("Cre\u{301}me", 3, Locale::NEUTRAL), "creme");
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
            let found: Vec<_> = read("de", text).into_iter().map(|word| word.text).collect();
            assert_eq!(found, words, "{text}");
        }
        let pair = &read("ja", "a 洗面台")[2];
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
            ("½\" Rohr, 1½", vec!["1/2", "in", "rohr", "1", "1/2"]),
            (
                "10.000 mAh, 10 000mAh, 10'000",
                vec!["10000", "mah", "10000mah", "10000"],
            ),
            ("1 000 Stück 100 200", vec!["1000", "stueck", "100", "200"]),
            (
                "NYM 1,50 mm² Laufzeit²",
                vec!["nym", "1.5", "mm2", "laufzeit"],
            ),
            (
                "Bogen 90º, 5 µF, 3 μm",
                vec!["bogen", "90", "5", "uf", "3", "um"],
            ),
            ("CO₂ .105 Nr.5", vec!["co2", "0.105", "nr", "5"]),
        ] {
            let found: Vec<_> = read("de", text).into_iter().map(|word| word.text).collect();
            assert_eq!(found, words, "{text}");
        }
        let merged = &read("de", "M8 x 40")[0];
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
            for word in tokens(&text, 1000, Locale::NEUTRAL) {
                let overlaps = word.text.chars().all(is_unspaced) && before.text.ends_with(word.text.chars().next().unwrap());
                prop_assert!(before.end <= word.start || overlaps && before.start < word.start);
                prop_assert!(word.start < word.end && word.end <= length);
                prop_assert!(!word.text.is_empty());
                before = word;
            }
        }
    }
}
