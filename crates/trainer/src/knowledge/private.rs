//! Queries that may be about a person, which no pack keeps.

/// Digits from which on a number may be a telephone number, an account or an order.
const MIN_DIGITS: usize = 6;

/// Whether `query` looks like an e-mail address.
pub(crate) fn has_address(query: &str) -> bool {
    query.split_whitespace().any(|word| {
        word.split_once('@').is_some_and(|(name, host)| {
            name.ends_with(|char: char| char.is_alphanumeric())
                && host.starts_with(|char: char| char.is_alphanumeric())
        })
    })
}

/// Whether `query` has a number of six digits or more, however it is punctuated; it may be an article number all the same.
pub(crate) fn has_long_number(query: &str) -> bool {
    let mut digits = 0;
    for char in query.chars() {
        if char.is_ascii_digit() {
            digits += 1;
            if digits >= MIN_DIGITS {
                return true;
            }
        } else if !matches!(char, ' ' | '-' | '.' | '/' | '(' | ')' | '+') {
            digits = 0;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_private_is_seen() {
        for private in ["erika@example.org", "an max.m@web.example"] {
            assert!(has_address(private), "{private}");
        }
        for fine in ["schraube @ m8", "5 @", "@home"] {
            assert!(!has_address(fine), "{fine}");
        }
        for private in [
            "0170 123 45 67",
            "+49 (30) 123456",
            "4711-0815",
            "bestellung 123456",
        ] {
            assert!(has_long_number(private), "{private}");
        }
        for fine in [
            "m8 x 40 a2",
            "duschkopf 200",
            "dübel 8x40x100x20",
            "18 v 55",
        ] {
            assert!(!has_long_number(fine), "{fine}");
        }
    }
}
