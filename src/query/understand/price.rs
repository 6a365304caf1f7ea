//! Bounds of prices in a text: `unter 100 euro`, `under $50`, `zwischen 20 und 50`, `20-50 €`.

use super::{
    language::{Role, minor_unit_digits, money, sign},
    reader::Reader,
};

/// Certainty of a bound with a currency, and of one without. Hand-set: `bis 50` may also mean millimetres.
const WITH_CURRENCY: f64 = 0.95;
const WITHOUT_CURRENCY: f64 = 0.6;

/// A range of prices in minor units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bounds {
    pub(super) from: Option<u32>,
    pub(super) to: Option<u32>,
    pub(super) certainty: f64,
    /// One past its last word.
    pub(super) end: usize,
}

/// An amount of money.
struct Amount {
    minor: u32,
    has_currency: bool,
    end: usize,
}

/// The bounds that begin with the word at `at`.
pub(super) fn bounds(reader: &Reader<'_>, at: usize) -> Option<Bounds> {
    let role = reader.role(at);
    let first_at = match role {
        Some(Role::Most | Role::Least | Role::Between) => {
            at + 1 + usize::from(reader.role(at + 1) == Some(Role::Join))
        }
        _ => at,
    };
    let first = amount(reader, first_at)?;
    let joined = match reader.role(first.end) {
        Some(Role::Join | Role::Most) => Some(first.end + 1),
        None if reader.gap(first.end).contains('-') => Some(first.end),
        _ => None,
    };
    let second = joined
        .filter(|_| role != Some(Role::Most))
        .and_then(|at| amount(reader, at));
    let (from, to) = match (role, &second) {
        (Some(Role::Most), _) => (None, Some(first.minor)),
        (Some(Role::Least), None) => (Some(first.minor), None),
        (_, Some(second)) => (Some(first.minor), Some(second.minor)),
        _ => return None,
    };
    let end = second.as_ref().map_or(first.end, |second| second.end);
    let has_currency = first.has_currency || second.is_some_and(|second| second.has_currency);
    // Without a currency or a word before it, `20-50` is a size; before another word, `bis 13` is one.
    let is_price = has_currency || role.is_some() && reader.ends_phrase(end);
    (is_price && !(to.is_some() && from > to)).then_some(Bounds {
        from,
        to,
        certainty: if has_currency {
            WITH_CURRENCY
        } else {
            WITHOUT_CURRENCY
        },
        end,
    })
}

/// The amount that begins with the word at `at`; `None` if it is none, or in another currency.
fn amount(reader: &Reader<'_>, at: usize) -> Option<Amount> {
    let currency = reader.currency;
    let (minor, suffix) = minor_units(reader.word(at)?, minor_unit_digits(currency))?;
    let mut end = at + 1;
    let mut named = sign(reader.gap(at), currency).or(sign(reader.gap(end), currency));
    if !suffix.is_empty() {
        named = Some(money(suffix, currency)?);
    } else if let Some(fits) = reader.word(end).and_then(|word| money(word, currency)) {
        named = Some(fits);
        end += 1;
    }
    // `AB-20` is a part of a name.
    let is_apart = named.is_some() || at == 0 || reader.gap(at).contains(' ');
    (is_apart && named != Some(false)).then_some(Amount {
        minor,
        has_currency: named.is_some(),
        end,
    })
}

/// Reads the number that `word` begins with in units of `10^-places`, more decimals cut off, and what follows it.
fn minor_units(word: &str, places: u32) -> Option<(u32, &str)> {
    let (mut units, mut decimals, mut end) = (0u32, None, 0);
    for byte in word.bytes() {
        match byte {
            b'0'..=b'9' if decimals == Some(places) => {}
            b'0'..=b'9' => {
                units = units.checked_mul(10)?.checked_add(u32::from(byte - b'0'))?;
                decimals = decimals.map(|decimals| decimals + 1);
            }
            b'.' if end > 0 && decimals.is_none() => decimals = Some(0),
            b'.' | b'/' => return None,
            _ => break,
        }
        end += 1;
    }
    for _ in decimals.unwrap_or(0)..places {
        units = units.checked_mul(10)?;
    }
    (end > 0).then(|| (units, word.get(end..).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{query::words::Words, text::Locale};

    fn read(language: &str, currency: &str, text: &str) -> Option<(Option<u32>, Option<u32>)> {
        let words = Words::new(text, Locale::new(language));
        let reader = Reader::new(text, &words, language, currency);
        let all = (0..words.tokens.len()).find_map(|at| bounds(&reader, at));
        all.map(|bounds| (bounds.from, bounds.to))
    }

    #[test]
    fn bounds_are_read_in_both_languages() {
        for (language, currency, text, from, to) in [
            ("de", "EUR", "lampe unter 100 euro", None, Some(10_000)),
            ("de", "EUR", "lampe unter 100€", None, Some(10_000)),
            ("de", "EUR", "lampe bis 50 €", None, Some(5_000)),
            ("de", "EUR", "lampe bis 1.299,90 Euro", None, Some(129_990)),
            ("de", "EUR", "weniger als 20 eur", None, Some(2_000)),
            ("de", "EUR", "lampe ab 20", Some(2_000), None),
            (
                "de",
                "EUR",
                "lampe zwischen 20 und 50",
                Some(2_000),
                Some(5_000),
            ),
            (
                "de",
                "EUR",
                "von 20 bis 50 euro lampe",
                Some(2_000),
                Some(5_000),
            ),
            ("de", "EUR", "lampe 20-50 €", Some(2_000), Some(5_000)),
            ("de", "CHF", "lampe unter 80 franken", None, Some(8_000)),
            ("en", "USD", "lamp under $50", None, Some(5_000)),
            ("en", "GBP", "lamp under £49.50", None, Some(4_950)),
            ("en", "GBP", "lamp up to 50 pounds", None, Some(5_000)),
            ("en", "EUR", "lamp less than 20 euros", None, Some(2_000)),
            ("en", "USD", "lamp over 1,000 dollars", Some(100_000), None),
            ("en", "JPY", "lamp under 5000", None, Some(5_000)),
        ] {
            assert_eq!(read(language, currency, text), Some((from, to)), "{text}");
        }
    }

    #[test]
    fn sizes_names_and_foreign_currencies_are_no_prices() {
        for (language, text) in [
            ("de", "bohrer bis 13 mm"),
            ("de", "kabel 20-50"),
            ("de", "filter AB-20"),
            ("de", "lampe unter 50 $"),
            ("de", "lampe 50 euro"),
            ("de", "schrauben ab 100 stück"),
            ("de", "zwischen 50 und 20 euro"),
            ("en", "under 12 inch"),
            ("en", "up to 99999999999 euro"),
            ("fr", "lampe bis 50"),
        ] {
            assert_eq!(read(language, "EUR", text), None, "{text}");
        }
    }
}
