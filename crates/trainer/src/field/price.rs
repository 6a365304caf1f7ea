//! Prices as shops write them in; minor units and a currency out.

/// A price as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Price {
    /// Digits before the decimal separator.
    whole: u64,
    /// Digits behind it.
    decimals: String,
    /// ISO 4217, if it was given.
    pub(crate) currency: Option<String>,
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

/// Signs and local names of currencies; letters are compared without case.
const SIGNS: [(&str, &str); 14] = [
    ("US$", "USD"),
    ("€", "EUR"),
    ("$", "USD"),
    ("£", "GBP"),
    ("¥", "JPY"),
    ("₹", "INR"),
    ("₺", "TRY"),
    ("₩", "KRW"),
    ("EURO", "EUR"),
    ("SFR.", "CHF"),
    ("FR.", "CHF"),
    ("ZŁ", "PLN"),
    ("KČ", "CZK"),
    ("KR.", "SEK"),
];

/// Reads `12.50 EUR`, `12,50 €`, `1.299,00 EUR`, `1,299.00 USD`, `€ 12`, `CHF 1'299.-` and bare numbers.
///
/// The last separator is the decimal one, unless it occurs twice, or stands alone before exactly
/// three digits: `1.299 EUR` is read as 1299 and marked ambiguous. With a leading nought (`0.125`)
/// it is decimal.
pub(crate) fn parse(raw: &str) -> Result<Price, PriceError> {
    let (number, currency) = split_currency(raw)?;
    let number: String = number
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '\'' | '’' | '\u{202f}'))
        .collect();
    let number = number.replace('−', "-");
    if number.starts_with('-') {
        return Err(PriceError::Negative);
    }
    // Whole amounts as in `12,-` and `12.–`.
    let number = number
        .trim_start_matches('+')
        .trim_end_matches(['-', '–', '—']);
    if !number.bytes().any(|byte| byte.is_ascii_digit())
        || number
            .bytes()
            .any(|b| !b.is_ascii_digit() && b != b'.' && b != b',')
    {
        return Err(PriceError::NotANumber);
    }
    let separators: Vec<char> = number.chars().filter(|c| !c.is_ascii_digit()).collect();
    let mut ambiguous = false;
    let decimal = match (separators.first(), separators.last()) {
        (Some(first), Some(last)) if first != last => Some(*last),
        (Some(_), Some(_)) if separators.len() > 1 => None,
        (Some(only), _) => {
            let (whole, behind) = number.split_once(*only).unwrap_or((number, ""));
            let three_decimals = currency
                .as_deref()
                .is_some_and(|currency| exponent(currency) == 3);
            ambiguous = behind.len() == 3
                && matches!(whole.len(), 1..=3)
                && !whole.starts_with('0')
                && !three_decimals;
            (!ambiguous).then_some(*only)
        }
        _ => None,
    };
    let (whole, decimals) = match decimal {
        Some(separator) => number.rsplit_once(separator).unwrap_or((number, "")),
        None => (number, ""),
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
        currency,
        ambiguous,
    })
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
        let exponent = exponent(currency);
        let mut units = self.whole;
        let mut digits = self.decimals.bytes();
        for _ in 0..exponent {
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

/// Decimal places of a currency (ISO 4217, column *minor unit*).
pub fn exponent(currency: &str) -> u32 {
    match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX"
        | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

/// Groups of three digits, except for the first.
fn is_grouped(whole: &str) -> bool {
    let mut groups = whole.split(['.', ',']);
    let first = groups.next().unwrap_or_default();
    let mut rest = groups.peekable();
    rest.peek().is_none() || ((1..=3).contains(&first.len()) && rest.all(|group| group.len() == 3))
}

/// Takes the currency off either end.
fn split_currency(raw: &str) -> Result<(String, Option<String>), PriceError> {
    let text = raw.replace('\u{a0}', " ");
    let text = text.trim();
    let upper = text.to_uppercase();
    for (sign, code) in SIGNS {
        if let Some(number) = upper
            .strip_suffix(sign)
            .or_else(|| upper.strip_prefix(sign))
        {
            return Ok((number.trim().to_owned(), Some(code.to_owned())));
        }
    }
    let letters =
        |text: &str| text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    if let Some((number, code)) = upper
        .len()
        .checked_sub(3)
        .and_then(|at| upper.split_at_checked(at))
        && letters(code)
    {
        return Ok((number.trim().to_owned(), Some(code.to_owned())));
    }
    if let Some((code, number)) = upper.split_at_checked(3)
        && letters(code)
    {
        return Ok((number.trim().to_owned(), Some(code.to_owned())));
    }
    Ok((upper, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cents(raw: &str) -> Result<(u32, Option<String>), PriceError> {
        let price = parse(raw)?;
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
        assert!(parse("1.299 EUR").unwrap().ambiguous);
        assert_eq!(cents("1.299 EUR").unwrap().0, 129_900);
        assert!(!parse("0.299 EUR").unwrap().ambiguous);
        assert!(!parse("1.299,00 EUR").unwrap().ambiguous);
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
}
