//! Numbers as pages, servers and logs write them.

/// Reads a decimal number: `2`, `2.0`, `2,5`, `+2`, `-1`, `1 000`, `1'000`; none of what is no number or not finite.
///
/// Pages give numbers as texts, tables write them in their country's way; page, server and trainer read all by this one rule.
/// One separator is decimal; of two kinds the last one is, and of one that occurs twice none.
///
/// # Examples
///
/// ```
/// use endcap::number_of;
///
/// assert_eq!(number_of(" 2,5 "), Some(2.5));
/// assert_eq!(number_of("1.234,5"), Some(1234.5));
/// assert_eq!(number_of("two"), None);
/// ```
#[must_use]
pub fn number_of(text: &str) -> Option<f64> {
    let text = text.trim();
    let (sign, digits) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(digits) => (-1.0, digits),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    let is_separator = |char: char| matches!(char, '.' | ',');
    let last = digits.chars().rev().find(|&char| is_separator(char));
    let kinds_differ = digits
        .chars()
        .any(|char| is_separator(char) && Some(char) != last);
    let one = digits.chars().filter(|&char| is_separator(char)).count() == 1;
    let decimal = last.filter(|_| one || kinds_differ);
    let (whole, fraction) = decimal
        .and_then(|at| digits.rsplit_once(at))
        .unwrap_or((digits, ""));
    let grouped = |char: &char| {
        !is_separator(*char) && !matches!(char, '\'' | '\u{2019}' | ' ' | '\u{a0}' | '\u{202f}')
    };
    let (mut number, mut any) = (0.0, false);
    for char in whole.chars().filter(grouped) {
        number = number * 10.0 + f64::from(char.to_digit(10)?);
        any = true;
    }
    let mut place = 1.0;
    for char in fraction.chars() {
        place *= 10.0;
        number += f64::from(char.to_digit(10)?) / place;
        any = true;
    }
    (any && number.is_finite()).then_some(sign * number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_every_way_they_are_written() {
        for (text, number) in [
            ("2", 2.0),
            (" 2.0 ", 2.0),
            ("2,5", 2.5),
            ("+3", 3.0),
            ("-1", -1.0),
            ("1 000", 1_000.0),
            ("1'000.5", 1_000.5),
            ("1.234,5", 1_234.5),
            ("1,234,567", 1_234_567.0),
            (".5", 0.5),
        ] {
            assert_eq!(number_of(text), Some(number), "{text}");
        }
        for text in ["", "-", "two", "1e5", "NaN", "inf", "2 Stück", "0x10"] {
            assert_eq!(number_of(text), None, "{text}");
        }
        assert_eq!(number_of(&"9".repeat(400)), None);
    }
}
