//! Prices as shops write them in; minor units and a currency out.

use endcap::minor_unit_digits;

use super::currency::{Currency, currency_of, usual_currency};

/// A price as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Price {
    /// Digits before the decimal separator.
    whole: u64,
    /// Digits behind it.
    decimals: String,
    /// ISO 4217, if it was given.
    pub(crate) currency: Option<String>,
    /// The currencies that share the sign, where it is no code or sign of one alone.
    pub(crate) shared: &'static [&'static str],
    /// Words beside the number that are none of those that usually stand there.
    pub(crate) strange: bool,
    /// One separator with three digits behind it: read as thousands, might have been decimals.
    pub(crate) ambiguous: bool,
}

/// Why a text is not a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PriceError {
    /// No digits, or something between them.
    NotANumber,
    /// Below nought.
    Negative,
    /// Above 42,949,672.95, which is what 32 bits of cents hold.
    TooLarge,
}

impl std::fmt::Display for PriceError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NotANumber => "not a price",
            Self::Negative => "a price below nought",
            Self::TooLarge => "too large for a price",
        })
    }
}

/// What a price is read for: the catalogue's currency, if it is known, and its language.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct House<'a> {
    pub(crate) currency: Option<&'a str>,
    pub(crate) language: &'a str,
}

/// Reads `12.50 EUR`, `12,50 €`, `1.299,00 EUR`, `1,299.00 USD`, `€ 12`, `CHF 1'299.-`, `ab 12,50 € / m *` and bare numbers.
///
/// The last separator is the decimal one, unless it occurs twice, or stands alone before exactly three digits: `1.299 EUR` is
/// read as 1299 and marked ambiguous. With a leading nought (`0.125`) it is decimal. A sign that several currencies share is
/// the one of the house, where that is among them. Words that are no currency are passed over, two numbers are no price.
pub(crate) fn parse(raw: &str, house: House<'_>) -> Result<Price, PriceError> {
    let Written {
        number,
        currency,
        strange,
    } = written(raw)?;
    let shared: &[&str] = match currency {
        Some(Currency::Sign(codes)) => codes,
        _ => &[],
    };
    let currency = currency.map(|currency| match currency {
        Currency::Code(code) => code,
        Currency::Sign(codes) => house.usual(codes),
    });
    let separators: Vec<char> = number.chars().filter(|c| !c.is_ascii_digit()).collect();
    let mut ambiguous = false;
    let decimal = match (separators.first(), separators.last()) {
        (Some(first), Some(last)) if first != last => Some(*last),
        (Some(_), Some(_)) if separators.len() > 1 => None,
        (Some(only), _) => {
            let (whole, behind) = number.split_once(*only).unwrap_or((&number, ""));
            let three_decimals = currency.is_some_and(|currency| minor_unit_digits(currency) == 3);
            ambiguous = behind.len() == 3
                && matches!(whole.len(), 1..=3)
                && !whole.starts_with('0')
                && !three_decimals;
            (!ambiguous).then_some(*only)
        }
        _ => None,
    };
    let (whole, decimals) = match decimal {
        Some(separator) => number.rsplit_once(separator).unwrap_or((&number, "")),
        None => (number.as_str(), ""),
    };
    if decimals.contains(['.', ',']) || !is_grouped(whole) {
        return Err(PriceError::NotANumber);
    }
    let whole: String = whole.chars().filter(char::is_ascii_digit).collect();
    Ok(Price {
        whole: if whole.is_empty() {
            0
        } else {
            whole.parse().map_err(|_| PriceError::TooLarge)?
        },
        decimals: decimals.to_owned(),
        currency: currency.map(str::to_owned),
        shared,
        ambiguous,
        strange,
    })
}

impl House<'_> {
    fn is(&self, code: &str) -> bool {
        self.currency == Some(code)
    }

    /// Which of `codes` is meant: the house's own, or else that of its country or language.
    fn usual(&self, codes: &'static [&'static str]) -> &'static str {
        let of_language = usual_currency(self.language);
        let found = codes.iter().find(|code| self.is(code));
        let found = found.or_else(|| codes.iter().find(|code| of_language == Some(**code)));
        found.or(codes.first()).copied().unwrap_or_default()
    }
}

/// A price taken apart.
struct Written {
    /// Digits and the separators `.` and `,`.
    number: String,
    currency: Option<Currency>,
    strange: bool,
}

/// Blanks that stand between groups of digits, too.
fn is_gap(char: char) -> bool {
    char.is_whitespace() || char == '\u{202f}'
}

fn is_dash(char: char) -> bool {
    matches!(char, '-' | '−' | '–' | '—')
}

/// Parts a text into its one number, its currency and other words.
fn written(raw: &str) -> Result<Written, PriceError> {
    // A damaged or hostile field, not a price with words around it.
    if raw.chars().any(|c| c.is_control() && !c.is_whitespace()) {
        return Err(PriceError::NotANumber);
    }
    let text: Vec<char> = without_unit(raw).chars().collect();
    let mut found: Option<(String, bool)> = None;
    let mut words: Vec<String> = Vec::new();
    let mut at = 0;
    while let Some(&char) = text.get(at) {
        if is_gap(char) {
            at += 1;
        } else if begins_number(&text, at) {
            let (number, end) = number_at(&text, at);
            let minus = text[..at]
                .iter()
                .rev()
                .find(|char| !is_gap(**char))
                .is_some_and(|char| is_dash(*char));
            // Two prices are none.
            if found.replace((number, minus)).is_some() {
                return Err(PriceError::NotANumber);
            }
            at = end;
        } else {
            let rest = &text[at..];
            let mut length = 1;
            while at + length < text.len()
                && !is_gap(rest[length])
                && !begins_number(&text, at + length)
            {
                length += 1;
            }
            let glued = at + length < text.len() && !is_gap(text[at + length]);
            let word: String = rest[..length].iter().collect();
            let plain = word.trim_matches(|char: char| !char.is_alphabetic());
            // `X200` is no price of 200.
            if glued && !plain.is_empty() && currency_of(&word).is_none() {
                return Err(PriceError::NotANumber);
            }
            words.push(word);
            at += length;
        }
    }
    let (number, minus) = found.ok_or(PriceError::NotANumber)?;
    if minus {
        return Err(PriceError::Negative);
    }
    let mut currency: Option<Currency> = None;
    let mut strange = false;
    for word in &words {
        match (currency_of(word), currency) {
            (None, _) => strange |= is_strange(word),
            (Some(new), None) => currency = Some(new),
            (Some(new), Some(known)) => {
                currency = Some(known.and(new).ok_or(PriceError::NotANumber)?)
            }
        }
    }
    Ok(Written {
        number,
        currency,
        strange,
    })
}

fn begins_number(text: &[char], at: usize) -> bool {
    let digit = |at: usize| text.get(at).is_some_and(char::is_ascii_digit);
    let before = at.checked_sub(1).and_then(|before| text.get(before));
    // `.99`, but `kr.49`.
    let separator = matches!(text.get(at), Some('.' | ','));
    digit(at) || separator && digit(at + 1) && before.is_none_or(|char| !char.is_alphabetic())
}

/// The number at `at` without what groups its digits, and where it ends, with the dashes of `12,-`.
fn number_at(text: &[char], mut at: usize) -> (String, usize) {
    let digits = |from: usize| {
        text.iter()
            .skip(from)
            .take_while(|char| char.is_ascii_digit())
            .count()
    };
    let mut number = String::new();
    while let Some(&char) = text.get(at) {
        let next = digits(at + 1);
        match char {
            '0'..='9' => number.push(char),
            '.' | ',' if next > 0 => number.push(char),
            '\'' | '’' if next > 0 => {}
            _ if is_gap(char) && next == 3 => {}
            _ => break,
        }
        at += 1;
    }
    if matches!(text.get(at), Some('.' | ',')) {
        at += 1;
    }
    while text.get(at).copied().is_some_and(is_dash) {
        at += 1;
    }
    (number, at)
}

/// Takes brackets off, and behind the price what it is for: `/ m`, `/100 g`, `per piece`, `je 10 Stück`.
fn without_unit(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut depth = 0_u32;
    for char in raw.chars() {
        match char {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => text.push(char),
            _ => {}
        }
    }
    let mut end = text.len();
    let mut start = 0;
    for word in text.split(is_gap) {
        let priced = text[..start].bytes().any(|byte| byte.is_ascii_digit());
        let inside = word
            .find('/')
            .filter(|at| text[..start + at].bytes().any(|byte| byte.is_ascii_digit()));
        if let Some(at) = inside {
            end = start + at;
            break;
        }
        if priced && PER.contains(&word.to_lowercase().as_str()) {
            end = start;
            break;
        }
        // Behind the word stands one blank, of as many bytes as that takes.
        start += word.len();
        start += text[start..].chars().next().map_or(0, char::len_utf8);
    }
    text.truncate(end);
    text
}

/// Words before a unit.
const PER: [&str; 8] = ["per", "pro", "je", "por", "par", "al", "ogni", "à"];

/// Words that stand beside prices and change nothing.
const USUAL: [&str; 44] = [
    "ab", "nur", "jetzt", "von", "uvp", "preis", "netto", "brutto", "inkl", "zzgl", "mwst", "ust",
    "vb", "ca", "stk", "st", "stück", "m", "m²", "kg", "l", "from", "only", "now", "price", "rrp",
    "msrp", "net", "gross", "incl", "excl", "vat", "tax", "pcs", "pc", "ea", "each", "dès",
    "desde", "vanaf", "od", "da", "fra", "från",
];

/// Whether a word that is no currency is none of those either that stand beside prices.
fn is_strange(word: &str) -> bool {
    let plain = word.trim_matches(|char: char| !char.is_alphanumeric() && char != '²');
    !plain.is_empty() && !USUAL.contains(&plain.to_lowercase().as_str())
}

impl Price {
    /// The same price read as a plain decimal number, as JSON writes numbers.
    pub(crate) fn into_number(self, raw: &str) -> Self {
        let (whole, decimals) = raw.split_once('.').unwrap_or((raw, ""));
        match whole.parse() {
            Ok(whole) if decimals.bytes().all(|byte| byte.is_ascii_digit()) => Self {
                whole,
                decimals: decimals.to_owned(),
                ambiguous: false,
                ..self
            },
            _ => self,
        }
    }

    /// The price in minor units of `currency`, rounded half up.
    pub(crate) fn minor_units(&self, currency: &str) -> Result<u32, PriceError> {
        let mut units = self.whole;
        let mut digits = self.decimals.bytes();
        for _ in 0..minor_unit_digits(currency) {
            let digit = digits.next().map_or(0, |byte| u64::from(byte - b'0'));
            units = units
                .checked_mul(10)
                .and_then(|units| units.checked_add(digit))
                .ok_or(PriceError::TooLarge)?;
        }
        if digits.next().is_some_and(|byte| byte >= b'5') {
            units = units.saturating_add(1);
        }
        u32::try_from(units).map_err(|_| PriceError::TooLarge)
    }
}

/// Groups of three digits, except for the first.
fn is_grouped(whole: &str) -> bool {
    let mut groups = whole.split(['.', ',']);
    let first = groups.next().unwrap_or_default();
    let mut rest = groups.peekable();
    rest.peek().is_none() || ((1..=3).contains(&first.len()) && rest.all(|group| group.len() == 3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cents(raw: &str) -> Result<(u32, Option<String>), PriceError> {
        let price = parse(raw, House::default())?;
        let units = price.minor_units(price.currency.as_deref().unwrap_or("EUR"))?;
        Ok((units, price.currency))
    }

    #[test]
    fn prices_as_shops_write_them() {
        for (raw, units, currency) in [
            ("12.50 EUR", 1250, "EUR"),
            ("12,50 €", 1250, "EUR"),
            ("12,50\u{a0}€", 1250, "EUR"),
            ("1.299,00 EUR", 129_900, "EUR"),
            ("1,299.00 USD", 129_900, "USD"),
            ("1 299,00 €", 129_900, "EUR"),
            ("€ 12", 1200, "EUR"),
            ("€12.5", 1250, "EUR"),
            ("$1,234,567.89", 123_456_789, "USD"),
            ("CHF 1'299.-", 129_900, "CHF"),
            ("12,- Euro", 1200, "EUR"),
            ("eur 3,99", 399, "EUR"),
            ("49.95 USD", 4995, "USD"),
            ("0.125 EUR", 13, "EUR"),
            ("1200 JPY", 1200, "JPY"),
            ("1.250 KWD", 1250, "KWD"),
            ("99,90 zł", 9990, "PLN"),
        ] {
            assert_eq!(cents(raw), Ok((units, Some(currency.to_owned()))), "{raw}");
        }
        assert_eq!(cents("12.5"), Ok((1250, None)));
        assert_eq!(cents("12"), Ok((1200, None)));
        assert_eq!(cents(".99"), Ok((99, None)));
    }

    #[test]
    fn three_digits_alone_are_thousands_and_marked() {
        assert!(parse("1.299 EUR", House::default()).unwrap().ambiguous);
        assert_eq!(cents("1.299 EUR").unwrap().0, 129_900);
        assert!(!parse("0.299 EUR", House::default()).unwrap().ambiguous);
        assert!(!parse("1.299,00 EUR", House::default()).unwrap().ambiguous);
    }

    #[test]
    fn what_is_no_price_says_why() {
        for raw in [
            "",
            "EUR",
            "auf Anfrage",
            "12.50.1 EUR",
            "1,23,456.00",
            "12,50 - 14,90 €",
            "12 EUR 50",
            "NaN",
        ] {
            assert_eq!(cents(raw), Err(PriceError::NotANumber), "{raw}");
        }
        assert_eq!(cents("-5,00 €"), Err(PriceError::Negative));
        assert_eq!(cents("99999999999 EUR"), Err(PriceError::TooLarge));
        assert_eq!(cents(&"9".repeat(400)), Err(PriceError::TooLarge));
    }

    #[test]
    fn words_and_units_around_a_price() {
        for raw in [
            "ab 12,50 €",
            "12,50 € / m",
            "12,50€/m²",
            "12,50 EUR/Stk.",
            "12,50 € *",
            "12,50 €*",
            "nur 12,50 € (inkl. 19 % MwSt.)",
            "UVP: 12,50 €",
            "12,50 € / 100 g",
            "12,50 € pro 10 Stück",
            "from €12.50",
            "€ 12.50 each",
            "12,50 € inkl. MwSt.",
        ] {
            assert_eq!(cents(raw), Ok((1250, Some("EUR".into()))), "{raw}");
            assert!(!parse(raw, House::default()).unwrap().strange, "{raw}");
        }
        let unit = parse("12.50 pcs", House::default()).unwrap();
        assert_eq!((unit.currency, unit.strange), (None, false));
        assert!(parse("Versand 12,50 €", House::default()).unwrap().strange);
        for raw in [
            "X200",
            "12,50 € statt 15,00 €",
            "3 für 2",
            "US$ 12 EUR",
            "12abc34",
        ] {
            assert_eq!(cents(raw), Err(PriceError::NotANumber), "{raw}");
        }
    }

    #[test]
    fn a_shared_sign_is_the_houses() {
        for (raw, house, language, units, currency) in [
            ("199,95 kr.", Some("DKK"), "", 19_995, "DKK"),
            ("kr 49,90", Some("NOK"), "", 4_990, "NOK"),
            ("199 kr", None, "da", 19_900, "DKK"),
            ("199 kr", None, "nb", 19_900, "NOK"),
            ("199:-", Some("SEK"), "sv", 19_900, "SEK"),
            ("$19.95", Some("CAD"), "", 1_995, "CAD"),
            ("$19.95", None, "en-AU", 1_995, "AUD"),
            ("$19.95", None, "en", 1_995, "USD"),
            ("CA$5.00", None, "", 500, "CAD"),
            ("$ 5.00 CAD", None, "", 500, "CAD"),
            ("R$ 1.045,32", None, "", 104_532, "BRL"),
            ("12 990 Ft", None, "", 1_299_000, "HUF"),
            ("¥1,200", None, "zh", 120_000, "CNY"),
            ("¥1,200", None, "ja", 1_200, "JPY"),
            ("£5", Some("EGP"), "", 500, "EGP"),
            ("99,90 zł", None, "", 9_990, "PLN"),
            ("1 299 Kč", None, "", 129_900, "CZK"),
            ("49,90 TL", None, "", 4_990, "TRY"),
            ("1 990 ₽", None, "", 199_000, "RUB"),
            ("12,50 lei", None, "", 1_250, "RON"),
            ("Fr. 12.50", None, "", 1_250, "CHF"),
        ] {
            let price = parse(
                raw,
                House {
                    currency: house,
                    language,
                },
            )
            .unwrap();
            let code = price
                .currency
                .clone()
                .unwrap_or_else(|| house.unwrap_or_default().into());
            assert_eq!(
                (price.minor_units(&code), code.as_str()),
                (Ok(units), currency),
                "{raw}"
            );
        }
        let bare = parse("$5", House::default()).unwrap();
        assert!(bare.shared.contains(&"CAD"));
        let code = parse("5 USD $", House::default()).unwrap();
        assert!(code.shared.is_empty());
    }
}
