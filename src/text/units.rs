//! Units of measure: `18v`, `18 V` and `18 Volt` are one.

/// Spellings of a unit, folded, the common one first. What shops of both first languages use; a spelling that is an
/// everyday word as well (such as `stück`) is left out.
const UNITS: &[&[&str]] = &[
    &["v", "volt"],
    &["w", "watt"],
    &["kw", "kilowatt"],
    &["a", "ampere", "amp"],
    &["ah"],
    &["mah"],
    &["wh"],
    &["hz", "hertz"],
    &["mhz"],
    &["ghz"],
    &["mm", "millimeter"],
    &["cm", "centimeter", "zentimeter"],
    &["m", "meter", "metre"],
    &["in", "inch", "inches", "zoll"],
    &["ft", "feet", "foot", "fuss"],
    &["g", "gramm", "gram"],
    &["kg", "kilogramm", "kilogram", "kilo"],
    &["lb", "lbs", "pound", "pounds"],
    &["oz", "ounce", "ounces"],
    &["ml", "milliliter", "millilitre"],
    &["l", "liter", "litre", "liters", "litres"],
    &["gal", "gallon", "gallons"],
    &["m2", "qm", "sqm"],
    &["m3", "cbm"],
    &["mm2", "qmm"],
    &["nm"],
    &["bar"],
    &["k", "kelvin"],
    &["lm", "lumen"],
    &["mb"],
    &["gb"],
    &["tb"],
    &["mp", "megapixel"],
    &["db"],
];

/// The common spelling of the unit that `word` names.
pub(crate) fn unit(word: &str) -> Option<&'static str> {
    UNITS
        .iter()
        .find(|spellings| spellings.contains(&word))
        .and_then(|spellings| spellings.first().copied())
}

/// Number and unit of a word such as `18v`, the unit in its common spelling.
pub(crate) fn measure(word: &str) -> Option<(&str, &'static str)> {
    let split = word.find(|char: char| char.is_ascii_alphabetic())?;
    let (number, rest) = word.split_at(split);
    is_number(number).then_some(())?;
    Some((number, unit(rest)?))
}

/// Whether `word` is a number: digits, with points and strokes between them.
pub(crate) fn is_number(word: &str) -> bool {
    word.starts_with(|char: char| char.is_ascii_digit())
        && word
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b'/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_measure_is_a_number_with_a_unit() {
        assert_eq!(measure("18v"), Some(("18", "v")));
        assert_eq!(measure("3/4zoll"), Some(("3/4", "in")));
        assert_eq!(measure("3.5kg"), Some(("3.5", "kg")));
        for other in ["v18", "18", "m8", "18x", "", "v"] {
            assert_eq!(measure(other), None, "{other}");
        }
    }
}
