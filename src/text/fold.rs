//! Folding: letters that shoppers type for one another become one.
//!
//! Which these are depends on the language: `ü` is typed `ue` in German and `u` in Swedish, Turkish or English.

/// How texts of a language are written; [`Locale::NEUTRAL`] by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Locale {
    letters: Letters,
    /// Whether `1.500` is fifteen hundred, rather than one and a half.
    pub(super) comma: bool,
}

/// How letters beyond the basic Latin ones are typed without a key for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Letters {
    /// `ä` is `ae`, `å` is `a`.
    German,
    /// `ø` is `oe`, `å` is `aa`.
    Danish,
    /// Without their accents.
    Bare,
}

impl Default for Locale {
    fn default() -> Self {
        Self::NEUTRAL
    }
}

impl Locale {
    /// What is used where no language is known, so of queries in logs: German letters, since there alone two spellings are
    /// common.
    pub(crate) const NEUTRAL: Self = Self {
        letters: Letters::German,
        comma: true,
    };

    /// Of a language (BCP 47); [`Locale::NEUTRAL`] if it is empty.
    pub(crate) fn new(language: &str) -> Self {
        let primary = language.split(['-', '_']).next().unwrap_or_default();
        let primary = primary.to_ascii_lowercase();
        if primary.is_empty() {
            return Self::NEUTRAL;
        }
        Self {
            letters: match primary.as_str() {
                "de" | "gsw" | "lb" => Letters::German,
                "da" | "no" | "nb" | "nn" | "fo" => Letters::Danish,
                _ => Letters::Bare,
            },
            comma: super::has_decimal_comma(&primary),
        }
    }

    /// Whether the vowel of a stem may change in the plural: `Stuhl`, `Stühle`.
    pub(crate) fn has_umlauts(self) -> bool {
        self.letters == Letters::German
    }

    /// Whether it writes a kind and what it is for as one word: `Betonbohrer`.
    pub(crate) fn has_compounds(self) -> bool {
        matches!(self.letters, Letters::German | Letters::Danish)
    }

    /// Appends `char`, folded.
    pub(super) fn fold_into(self, char: char, out: &mut String) {
        if char.is_ascii() {
            out.push(char.to_ascii_lowercase());
            return;
        }
        for lower in char.to_lowercase() {
            match self.special(lower).or_else(|| latin(lower)) {
                Some(letters) => out.push_str(letters),
                // `İ` becomes `i` and a dot.
                None if ('\u{300}'..='\u{36f}').contains(&lower) => {}
                None => out.push(base(lower)),
            }
        }
    }

    fn special(self, lower: char) -> Option<&'static str> {
        Some(match (self.letters, lower) {
            (Letters::German, 'ä') => "ae",
            (Letters::German, 'ö') => "oe",
            (Letters::German, 'ü') => "ue",
            (Letters::Danish, 'ø' | 'ö') => "oe",
            (Letters::Danish, 'ä') => "ae",
            (Letters::Danish, 'å') => "aa",
            _ => return None,
        })
    }
}

/// What Latin letters are typed as in every language.
fn latin(lower: char) -> Option<&'static str> {
    Some(match lower {
        'æ' => "ae",
        'œ' => "oe",
        'ß' => "ss",
        'þ' => "th",
        'ﬀ' => "ff",
        'ﬁ' => "fi",
        'ﬂ' => "fl",
        'ﬃ' => "ffi",
        'ﬄ' => "ffl",
        'ĳ' => "ij",
        _ => return None,
    })
}

/// The letter without its accents; itself, if it has none.
fn base(lower: char) -> char {
    /// The letters below each pair of capital and small one from `U+1E00` on, and from `U+1EA0` on (Vietnamese).
    const ADDITIONAL: &[u8; 75] =
        b"abbbcdddddeeeeefghhhhhiikkkllllmmmnnnnoooopprrrrsssssttttuuuuuvvwwwwwxxyzzz";
    const VIETNAMESE: &[u8; 45] = b"aaaaaaaaaaaaeeeeeeeeiioooooooooooouuuuuuuyyyy";
    let code = lower as u32;
    match lower {
        'à'..='å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => 'c',
        'ď' | 'đ' | 'ð' => 'd',
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => 'e',
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => 'g',
        'ĥ' | 'ħ' => 'h',
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => 'i',
        'ĵ' => 'j',
        'ķ' => 'k',
        'ĺ' | 'ļ' | 'ľ' | 'ł' => 'l',
        'ñ' | 'ń' | 'ņ' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' | 'ơ' => 'o',
        'ŕ' | 'ŗ' | 'ř' => 'r',
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => 's',
        'ţ' | 'ť' | 'ŧ' | 'ț' => 't',
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' | 'ư' => 'u',
        'ŵ' => 'w',
        'ý' | 'ÿ' | 'ŷ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        '\u{1e00}'..='\u{1e95}' => pair(ADDITIONAL, code - 0x1e00, lower),
        '\u{1ea0}'..='\u{1ef9}' => pair(VIETNAMESE, code - 0x1ea0, lower),
        // Greek without its accents, and one sigma.
        'ά' => 'α',
        'έ' => 'ε',
        'ή' => 'η',
        'ί' | 'ϊ' | 'ΐ' => 'ι',
        'ό' => 'ο',
        'ύ' | 'ϋ' | 'ΰ' => 'υ',
        'ώ' => 'ω',
        'ς' => 'σ',
        'ё' => 'е',
        // Alef, waw and yeh with and without hamza; the endings that are typed for one another.
        'آ' | 'أ' | 'إ' => 'ا',
        'ؤ' => 'و',
        'ئ' | 'ى' | 'ی' => 'ي',
        'ة' => 'ه',
        'ک' => 'ك',
        // Devanagari with a nukta.
        '\u{958}' => '\u{915}',
        '\u{959}' => '\u{916}',
        '\u{95a}' => '\u{917}',
        '\u{95b}' => '\u{91c}',
        '\u{95c}' => '\u{921}',
        '\u{95d}' => '\u{922}',
        '\u{95e}' => '\u{92b}',
        '\u{95f}' => '\u{92f}',
        _ => lower,
    }
}

/// The letter of the pair that holds code point `offset`.
fn pair(letters: &[u8], offset: u32, otherwise: char) -> char {
    letters
        .get(offset as usize / 2)
        .map_or(otherwise, |&letter| char::from(letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(language: &str, text: &str) -> String {
        let mut out = String::new();
        text.chars()
            .for_each(|char| Locale::new(language).fold_into(char, &mut out));
        out
    }

    #[test]
    fn letters_are_typed_as_their_language_does() {
        for (language, text, expected) in [
            ("de-AT", "Größe", "groesse"),
            ("en", "Jäger", "jager"),
            ("sv", "Färg Å", "farg a"),
            ("tr", "Işık Gümüş", "isik gumus"),
            ("da", "Rød Lås", "roed laas"),
            ("fr", "Œillet", "oeillet"),
            ("vi", "Ghế Việt", "ghe viet"),
            ("el", "Καλώδιος", "καλωδιοσ"),
            ("ar", "أضواء", "اضواء"),
            ("ru", "Ёлка", "елка"),
            ("", "Dübel", "duebel"),
            ("xx", "ﬁlter Ẕẑẁỹ", "filter zzwy"),
        ] {
            assert_eq!(folded(language, text), expected, "{language} {text}");
        }
    }
}
