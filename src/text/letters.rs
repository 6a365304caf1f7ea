//! Letters of a text: one for each that a reader sees, however many code points it is written with.
//!
//! The same word comes composed (`é`, as keyboards type it) and decomposed (`e` and an accent, as macOS names files), and in
//! compatibility forms: as wide as a Han letter, half as wide (kana), as ligature or in the digits of another script. The full
//! Unicode tables would take a third of the module's size, so this has the compositions that a fold can tell apart; other
//! accents are dropped, which makes both forms equal, too.

/// A letter or sign and the UTF-16 code units that it takes in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Letter {
    pub(super) char: char,
    pub(super) width: u32,
}

/// The letters of a text.
#[derive(Clone, Debug)]
pub(super) struct Letters<'a>(std::iter::Peekable<std::str::Chars<'a>>);

impl<'a> Letters<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self(text.chars().peekable())
    }
}

impl Iterator for Letters<'_> {
    type Item = Letter;

    fn next(&mut self) -> Option<Letter> {
        let first = self.0.next()?;
        let (mut char, mut width) = (plain(first), first.len_utf16() as u32);
        while let Some(&next) = self.0.peek() {
            // No ASCII character goes on with a letter.
            if next.is_ascii() {
                break;
            }
            match compose(char, plain(next)) {
                Some(composed) => char = composed,
                None if is_mark(next) => {}
                None => break,
            }
            width += next.len_utf16() as u32;
            self.0.next();
        }
        Some(Letter { char, width })
    }
}

/// The usual form of a compatibility character: wide letters, narrow kana, digits of other scripts.
fn plain(char: char) -> char {
    /// `U+FF66..=U+FF9F`: narrow kana, then the two marks that voice the one before.
    const NARROW: &str = "ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン\u{3099}\u{309a}";
    /// The noughts of scripts with digits of their own.
    const NOUGHTS: [u32; 8] = [0x660, 0x6f0, 0x966, 0x9e6, 0xe50, 0xed0, 0x1040, 0x17e0];
    let code = char as u32;
    match code {
        0..0x660 => char,
        0xff01..=0xff5e => char::from_u32(code - 0xfee0).unwrap_or(char),
        0xff66..=0xff9f => NARROW.chars().nth(code as usize - 0xff66).unwrap_or(char),
        0x2080..=0x2089 => (b'0' + (code - 0x2080) as u8) as char,
        0x2044 => '/',
        _ => match NOUGHTS
            .iter()
            .find(|&&nought| (nought..nought + 10).contains(&code))
        {
            Some(nought) => (b'0' + (code - nought) as u8) as char,
            None => char,
        },
    }
}

/// `base` with `mark`, if both are one letter of which folding keeps more than the base.
fn compose(base: char, mark: char) -> Option<char> {
    /// Base, mark, letter.
    const PAIRS: &[(char, char, char)] = &[
        ('a', '\u{308}', 'ä'),
        ('o', '\u{308}', 'ö'),
        ('u', '\u{308}', 'ü'),
        ('A', '\u{308}', 'Ä'),
        ('O', '\u{308}', 'Ö'),
        ('U', '\u{308}', 'Ü'),
        ('a', '\u{30a}', 'å'),
        ('A', '\u{30a}', 'Å'),
        ('и', '\u{306}', 'й'),
        ('И', '\u{306}', 'Й'),
        ('у', '\u{306}', 'ў'),
        ('У', '\u{306}', 'Ў'),
        ('і', '\u{308}', 'ї'),
        ('І', '\u{308}', 'Ї'),
        ('う', '\u{3099}', 'ゔ'),
        ('ウ', '\u{3099}', 'ヴ'),
        // Vowels around a consonant.
        ('\u{9c7}', '\u{9be}', '\u{9cb}'),
        ('\u{9c7}', '\u{9d7}', '\u{9cc}'),
        ('\u{bc6}', '\u{bbe}', '\u{bca}'),
        ('\u{bc7}', '\u{bbe}', '\u{bcb}'),
        ('\u{bc6}', '\u{bd7}', '\u{bcc}'),
        ('\u{d46}', '\u{d3e}', '\u{d4a}'),
        ('\u{d47}', '\u{d3e}', '\u{d4b}'),
        ('\u{d46}', '\u{d57}', '\u{d4c}'),
    ];
    let (code, second) = (base as u32, mark as u32);
    match second {
        // Hangul (Unicode 16, §3.12): consonant and vowel, then the last consonant.
        0x1161..=0x1175 if (0x1100..=0x1112).contains(&code) => {
            return char::from_u32(0xac00 + ((code - 0x1100) * 21 + second - 0x1161) * 28);
        }
        0x11a8..=0x11c2 if (0xac00..=0xd7a3).contains(&code) && (code - 0xac00) % 28 == 0 => {
            return char::from_u32(code + second - 0x11a7);
        }
        // Kana: the voiced letter follows the plain one, the half-voiced follows that.
        0x3099 | 0x309a => {
            let hiragana = if code >= 0x30a1 { code - 0x60 } else { code };
            let has_half = matches!(hiragana, 0x306f | 0x3072 | 0x3075 | 0x3078 | 0x307b);
            let has_voiced = has_half
                || matches!(hiragana, 0x304b..=0x3061 if hiragana % 2 == 1)
                || matches!(hiragana, 0x3064 | 0x3066 | 0x3068);
            if has_voiced && second == 0x3099 {
                return char::from_u32(code + 1);
            }
            if has_half {
                return char::from_u32(code + 2);
            }
        }
        _ => {}
    }
    PAIRS
        .iter()
        .find(|&&(first, with, _)| first == base && with == mark)
        .map(|&(.., letter)| letter)
}

/// Accents and points that may be left out of a word: Latin, Greek and Cyrillic accents, Hebrew and Arabic vowels, nuktas; and
/// what no reader sees: soft hyphens, joiners, selectors of a variant.
fn is_mark(char: char) -> bool {
    matches!(char,
        '\u{ad}' | '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}'..='\u{5c2}' | '\u{5c4}'..='\u{5c5}'
        | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{93c}' | '\u{9bc}' | '\u{a3c}' | '\u{abc}'
        | '\u{200c}'..='\u{200d}' | '\u{3099}'..='\u{309a}' | '\u{fe00}'..='\u{fe0f}')
}

/// Signs inside a word of an Indic script that Unicode does not count among letters: they join two consonants.
pub(super) fn is_joiner(char: char) -> bool {
    matches!(
        char as u32,
        0x94d | 0x9cd | 0xa4d | 0xacd | 0xb4d | 0xbcd | 0xc4d | 0xccd | 0xd4d | 0xdca
    )
}

/// Whether `char` belongs to a script that puts no blanks between words: Han, kana, Thai, Lao, Burmese, Khmer; and Hangul, whose
/// particles stand at the word.
pub(crate) fn is_unspaced(char: char) -> bool {
    matches!(char, '々' | '\u{3040}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2fa1f}'
        | '\u{e01}'..='\u{e3a}' | '\u{e40}'..='\u{e4e}' | '\u{e81}'..='\u{ece}' | '\u{1000}'..='\u{103f}' | '\u{1780}'..='\u{17d3}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_one_however_it_is_written() {
        for (text, expected) in [
            ("u\u{308}", "ü"),
            ("e\u{301}\u{323}", "e"),
            ("и\u{306}", "й"),
            ("\u{1100}\u{1161}\u{11b7}", "감"),
            ("カ\u{3099}ハ\u{309a}", "ガパ"),
            ("ﾃﾚﾋﾞ", "テレビ"),
            ("Ｍ８", "M8"),
            ("٣٤", "34"),
            ("CO₂", "CO2"),
            ("Wasch\u{ad}becken", "Waschbecken"),
        ] {
            let letters: String = Letters::new(text).map(|letter| letter.char).collect();
            assert_eq!(letters, expected, "{text}");
            let width: u32 = Letters::new(text).map(|letter| letter.width).sum();
            assert_eq!(width as usize, text.encode_utf16().count(), "{text}");
        }
    }
}
