//! Quantities: what a value such as `18 V`, `1,5 l` or `0 – 40 °C` says in numbers.

/// Decimals that are kept; a ten-thousandth of any unit tells no two products apart.
pub(crate) const MAX_DECIMALS: u8 = 4;
/// Characters of the longest unit: `m³/h`, `fl oz`, `Lumen`, `Umdrehungen`.
const MAX_UNIT: usize = 12;

/// A number, or the range between two, with a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Quantity<'a> {
    pub(crate) low: Decimal,
    /// Equal to `low` where it is no range.
    pub(crate) high: Decimal,
    /// As it is written; "" without one.
    pub(crate) unit: &'a str,
}

/// `digits / 10^decimals`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decimal {
    digits: i64,
    decimals: u8,
}

impl Decimal {
    /// Digits behind the point; trailing zeros do not count.
    pub(crate) fn decimals(self) -> u8 {
        let (mut digits, mut decimals) = (self.digits, self.decimals);
        while decimals > 0 && digits % 10 == 0 {
            digits /= 10;
            decimals -= 1;
        }
        decimals
    }

    /// The number in units of `10^-decimals`; `None` if that is no whole number of 32 bits.
    pub(crate) fn scaled(self, decimals: u8) -> Option<i32> {
        let mut digits = self.digits;
        for _ in self.decimals..decimals {
            digits = digits.checked_mul(10)?;
        }
        for _ in decimals..self.decimals {
            if digits % 10 != 0 {
                return None;
            }
            digits /= 10;
        }
        digits.try_into().ok()
    }
}

/// Whether `1.500` is fifteen hundred in `language` (BCP 47), rather than one and a half.
pub(crate) fn has_decimal_comma(language: &str) -> bool {
    let primary = language.split(['-', '_']).next().unwrap_or_default();
    !matches!(
        primary.to_ascii_lowercase().as_str(),
        "" | "en" | "ja" | "zh" | "ko" | "he" | "th" | "hi"
    )
}

/// Reads `text` as a quantity; `None` where anything but numbers and one unit stands in it. `comma` tells whether the
/// comma is the decimal sign of the language: it decides what `1.500` is.
pub(crate) fn quantity(text: &str, comma: bool) -> Option<Quantity<'_>> {
    let (low, rest) = number(text.trim(), comma)?;
    let rest = rest.trim_start();
    if let Some((high, unit)) = upper_end(rest, comma) {
        let is_range = low.scaled(MAX_DECIMALS)? <= high.scaled(MAX_DECIMALS)?;
        return (is_range && is_unit(unit)).then_some(Quantity { low, high, unit });
    }
    // `10 cm - 20 cm`: the unit stands twice.
    let separator = rest.char_indices().find(|&(_, char)| is_dash(char));
    if let Some((at, _)) = separator
        && let (unit, tail) = rest.split_at(at)
        && let Some((high, again)) = upper_end(tail, comma)
        && unit.trim_end() == again
    {
        let is_range = low.scaled(MAX_DECIMALS)? <= high.scaled(MAX_DECIMALS)?;
        return (is_range && is_unit(again)).then_some(Quantity {
            low,
            high,
            unit: again,
        });
    }
    is_unit(rest).then_some(Quantity {
        low,
        high: low,
        unit: rest,
    })
}

/// The number after a separator, and the unit after it.
fn upper_end(text: &str, comma: bool) -> Option<(Decimal, &str)> {
    let rest = text
        .strip_prefix(is_dash)
        .or_else(|| text.strip_prefix(".."))
        .or_else(|| text.strip_prefix("bis "))
        .or_else(|| text.strip_prefix("to "))?;
    let (high, unit) = number(rest.trim_start(), comma)?;
    Some((high, unit.trim_start()))
}

fn is_dash(char: char) -> bool {
    matches!(char, '-' | '–' | '—' | '…' | '~')
}

fn is_unit(unit: &str) -> bool {
    let letters = unit.trim_end_matches(['2', '3']);
    unit.chars().count() <= MAX_UNIT
        && letters.split(' ').count() <= 2
        && letters.chars().all(|char| {
            char.is_alphabetic()
                || matches!(
                    char,
                    ' ' | '%' | '°' | '"' | '²' | '³' | '/' | '·' | '.' | '\'' | '″' | '€' | '$'
                )
        })
}

/// The number that `text` begins with, and what follows.
fn number(text: &str, comma: bool) -> Option<(Decimal, &str)> {
    let unsigned = text.strip_prefix(['-', '−', '+']).unwrap_or(text);
    let end = unsigned
        .find(|char: char| !char.is_ascii_digit() && char != '.' && char != ',')
        .unwrap_or(unsigned.len());
    let end = unsigned.find("..").map_or(end, |dots| dots.min(end));
    let (written, rest) = unsigned.split_at(end);
    // A sign behind the number ends a sentence or begins `..`.
    let trimmed = written.trim_end_matches(['.', ',']);
    let rest = unsigned.get(trimmed.len()..).unwrap_or(rest);
    let (whole, part) = split(trimmed, comma)?;
    if whole.is_empty() || part.len() > usize::from(MAX_DECIMALS) + 2 || whole.len() > 12 {
        return None;
    }
    let mut digits = 0i64;
    let kept = part.get(..part.len().min(usize::from(MAX_DECIMALS)))?;
    for byte in whole.bytes().chain(kept.bytes()).filter(u8::is_ascii_digit) {
        digits = digits * 10 + i64::from(byte - b'0');
    }
    let negative = unsigned.len() < text.len() && !text.starts_with('+');
    Some((
        Decimal {
            digits: if negative { -digits } else { digits },
            decimals: kept.len() as u8,
        },
        rest,
    ))
}

/// The digits before and behind the decimal sign; `None` if signs stand where no number has them.
fn split(text: &str, comma: bool) -> Option<(&str, &str)> {
    if !text.starts_with(|char: char| char.is_ascii_digit()) {
        return None;
    }
    let signs: Vec<(usize, char)> = text
        .char_indices()
        .filter(|(_, char)| !char.is_ascii_digit())
        .collect();
    let grouping = if comma { '.' } else { ',' };
    let groups = |signs: &[(usize, char)], end: usize| {
        let ends = signs.iter().skip(1).map(|&(at, _)| at).chain([end]);
        let head = signs.first().map_or(0, |&(at, _)| at);
        (1..=3).contains(&head)
            && !text.starts_with('0')
            && signs
                .iter()
                .zip(ends)
                .all(|(&(at, sign), end)| sign == grouping && end - at == 4)
    };
    match signs.as_slice() {
        [] => Some((text, "")),
        all if groups(all, text.len()) => Some((text, "")),
        &[(at, _)] => Some((text.get(..at)?, text.get(at + 1..)?)),
        [before @ .., (at, sign)] if *sign != grouping && groups(before, *at) => {
            Some((text.get(..*at)?, text.get(at + 1..)?))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, comma: bool) -> Option<(i32, i32, &str)> {
        let quantity = quantity(text, comma)?;
        Some((
            quantity.low.scaled(MAX_DECIMALS)?,
            quantity.high.scaled(MAX_DECIMALS)?,
            quantity.unit,
        ))
    }

    #[test]
    fn quantities_are_read_in_both_spellings() {
        for (text, comma, low, high, unit) in [
            ("18 V", true, 180_000, 180_000, "V"),
            ("18V", false, 180_000, 180_000, "V"),
            ("1,5 l", true, 15_000, 15_000, "l"),
            ("1.5 l", true, 15_000, 15_000, "l"),
            ("1.500 W", true, 15_000_000, 15_000_000, "W"),
            ("1.500 W", false, 15_000, 15_000, "W"),
            ("1,500 W", false, 15_000_000, 15_000_000, "W"),
            ("0.125 mm", true, 1_250, 1_250, "mm"),
            ("1.234,5 kg", true, 12_345_000, 12_345_000, "kg"),
            ("1,234.5 kg", false, 12_345_000, 12_345_000, "kg"),
            ("60 cm", true, 600_000, 600_000, "cm"),
            ("-20 - 60", false, -200_000, 600_000, ""),
            ("0 – 40 °C", true, 0, 400_000, "°C"),
            ("10-20 mm", true, 100_000, 200_000, "mm"),
            ("10 mm - 20 mm", true, 100_000, 200_000, "mm"),
            ("10 bis 20 mm", true, 100_000, 200_000, "mm"),
            ("2..4 bar", true, 20_000, 40_000, "bar"),
            ("15.6\"", false, 156_000, 156_000, "\""),
            ("3,5 m²", true, 35_000, 35_000, "m²"),
            ("120 m3/h", true, 0, 0, "-"),
            ("12 m2", true, 120_000, 120_000, "m2"),
            ("100 %", true, 1_000_000, 1_000_000, "%"),
        ] {
            let expected = (unit != "-").then_some((low, high, unit));
            assert_eq!(read(text, comma), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_quantity_is_none() {
        for text in [
            "",
            "V",
            "ca. 5 kg",
            "M8",
            "8x40",
            "3/4 in",
            "105 x 95 x 25",
            "USB 2.0",
            "1.2.3",
            "20 - 10",
            "5 kg, 6 kg",
            "1,2,3",
            "2 x 4 Stück je Packung",
        ] {
            assert_eq!(read(text, true), None, "{text}");
            assert_eq!(read(text, false), None, "{text}");
        }
    }

    proptest::proptest! {
        /// Any text is read or refused, and a number that was written comes back.
        #[test]
        fn any_text_is_answered(text in ".{0,20}", comma: bool, whole in 0i64..200_000, part in 0i64..10_000) {
            let _ = read(&text, comma);
            let sign = if comma { ',' } else { '.' };
            let written = format!("{whole}{sign}{part:04} kg");
            let expected = (whole * 10_000 + part) as i32;
            proptest::prop_assert_eq!(read(&written, comma), Some((expected, expected, "kg")));
        }
    }
}
