//! GTINs: barcode numbers of 8, 12, 13 or 14 digits, the last of which checks the others.

/// Why a number is not a GTIN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum GtinError {
    /// A spreadsheet has rounded it: `4.00642E+12`.
    Rounded,
    /// Characters that are no digits.
    NotDigits,
    /// The wrong number of digits.
    Length(usize),
    /// The check digit is wrong: expected this one.
    CheckDigit(u8),
    /// Ranges that shops number by themselves (leading 2), or nothing but noughts.
    Placeholder,
}

impl std::fmt::Display for GtinError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Rounded => f.write_str("a spreadsheet has rounded the number"),
            Self::NotDigits => f.write_str("expected 8, 12, 13 or 14 digits, got other characters"),
            Self::Length(length) => write!(f, "expected 8, 12, 13 or 14 digits, got {length}"),
            Self::CheckDigit(expected) => {
                write!(f, "the check digit is wrong, expected {expected}")
            }
            Self::Placeholder => f.write_str("a placeholder, not a number"),
        }
    }
}

/// Normalises a GTIN: digits only, with the leading noughts that spreadsheets take away.
///
/// The check digit follows GS1 General Specifications, 7.9: weights 3 and 1 alternate from the right.
pub(crate) fn parse(raw: &str) -> Result<String, GtinError> {
    let compact: String = raw
        .chars()
        .filter(|c| !matches!(c, ' ' | '-' | '\u{a0}' | '\''))
        .collect();
    if compact.contains(['E', 'e']) && compact.parse::<f64>().is_ok() {
        return Err(GtinError::Rounded);
    }
    // A spreadsheet that takes the column for numbers writes `4006381333931.0`.
    let digits = compact.strip_suffix(".0").unwrap_or(&compact);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(GtinError::NotDigits);
    }
    let length = match digits.len() {
        8 | 12 | 13 | 14 => digits.len(),
        7 => 8,
        9..=11 => 12,
        other => return Err(GtinError::Length(other)),
    };
    if digits.bytes().all(|byte| byte == b'0') {
        return Err(GtinError::Placeholder);
    }
    let digits = format!("{digits:0>length$}");
    let expected = check_digit(&digits[..length - 1]);
    let got = digits.as_bytes()[length - 1] - b'0';
    if expected != got {
        return Err(GtinError::CheckDigit(expected));
    }
    Ok(digits)
}

fn check_digit(body: &str) -> u8 {
    let sum: u32 = body
        .bytes()
        .rev()
        .enumerate()
        .map(|(at, byte)| u32::from(byte - b'0') * if at % 2 == 0 { 3 } else { 1 })
        .sum();
    ((10 - sum % 10) % 10) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_numbers_pass() {
        for (raw, gtin) in [
            ("4006381333931", "4006381333931"),
            ("4 006381 333931", "4006381333931"),
            ("4006381333931.0", "4006381333931"),
            ("036000291452", "036000291452"),
            // The leading nought of a UPC that a spreadsheet took away.
            ("36000291452", "036000291452"),
            ("96385074", "96385074"),
            ("10614141543219", "10614141543219"),
        ] {
            assert_eq!(parse(raw).as_deref(), Ok(gtin), "{raw}");
        }
    }

    #[test]
    fn others_say_why() {
        assert_eq!(parse("4006381333932"), Err(GtinError::CheckDigit(1)));
        assert_eq!(parse("4.00638E+12"), Err(GtinError::Rounded));
        assert_eq!(parse("123456"), Err(GtinError::Length(6)));
        assert_eq!(parse("n/a"), Err(GtinError::NotDigits));
        assert_eq!(parse("0000000000000"), Err(GtinError::Placeholder));
        assert_eq!(parse(""), Err(GtinError::NotDigits));
    }

    #[test]
    fn every_change_of_one_digit_is_found() {
        let right = "4006381333931";
        for at in 0..right.len() {
            for digit in b'0'..=b'9' {
                let mut bytes = right.as_bytes().to_vec();
                if bytes[at] == digit {
                    continue;
                }
                bytes[at] = digit;
                let wrong = String::from_utf8(bytes).unwrap();
                assert!(parse(&wrong).is_err(), "{wrong}");
            }
        }
    }
}
