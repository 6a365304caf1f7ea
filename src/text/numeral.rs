//! Numbers inside words, brought to one spelling.

use super::Locale;

impl Locale {
    /// The sign between the thousands and the hundreds.
    pub(super) fn grouping(self) -> char {
        if self.comma { '.' } else { ',' }
    }
}

/// The two numbers of a fraction that is one character.
pub(super) fn fraction(char: char) -> Option<&'static str> {
    Some(match char {
        '½' => "1/2",
        '⅓' => "1/3",
        '⅔' => "2/3",
        '¼' => "1/4",
        '¾' => "3/4",
        '⅕' => "1/5",
        '⅙' => "1/6",
        '⅛' => "1/8",
        '⅜' => "3/8",
        '⅝' => "5/8",
        '⅞' => "7/8",
        _ => return None,
    })
}

/// Whether `rest` after one blank is the thousands' rest of `head`: `10 000`, `10 000mah`.
pub(super) fn is_grouped(head: &str, rest: &str) -> bool {
    let is_head = (1..=3).contains(&head.len())
        && !head.starts_with('0')
        && head.bytes().all(|byte| byte.is_ascii_digit());
    is_head
        && rest
            .strip_prefix("000")
            .is_some_and(|unit| unit.chars().all(char::is_alphabetic))
}

/// Spells each number in `word` without thousands' signs, with a decimal point, and without noughts at its end.
pub(super) fn spell(word: &mut String, locale: Locale) {
    if !word.contains(['.', ',']) {
        return;
    }
    let is_part = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'.' | b',');
    let runs = word.as_bytes().chunk_by(|a, b| is_part(a) == is_part(b));
    let mut spelled = String::with_capacity(word.len());
    for run in runs.filter_map(|run| std::str::from_utf8(run).ok()) {
        match run.contains(['.', ',']) {
            true => spell_number(run, locale, &mut spelled),
            false => spelled.push_str(run),
        }
    }
    *word = spelled;
}

/// Spells one number of digits, points and commas.
fn spell_number(number: &str, locale: Locale, out: &mut String) {
    let signs: Vec<(usize, char)> = number
        .char_indices()
        .filter(|(_, char)| !char.is_ascii_digit())
        .collect();
    let groups = |signs: &[(usize, char)], end: usize| {
        let ends = signs.iter().skip(1).map(|&(at, _)| at).chain([end]);
        let head = signs.first().map_or(0, |&(at, _)| at);
        let mut same = signs.iter().zip(signs.iter().skip(1));
        (1..=3).contains(&head)
            && !number.starts_with('0')
            && same.all(|(a, b)| a.1 == b.1)
            && signs.iter().zip(ends).all(|(&(at, _), end)| end - at == 4)
    };
    let digits = |text: &str| {
        text.chars()
            .filter(char::is_ascii_digit)
            .collect::<String>()
    };
    let (whole, part) = match signs.as_slice() {
        // Three noughts behind a sign are thousands in any language: nobody measures so exactly.
        &[(at, sign)]
            if groups(&signs, number.len())
                && (sign == locale.grouping() || number.get(at + 1..) == Some("000")) =>
        {
            (digits(number), "")
        }
        &[(at, _)] => (
            digits(number.get(..at).unwrap_or_default()),
            number.get(at + 1..).unwrap_or_default(),
        ),
        [_, _, ..] if groups(&signs, number.len()) => (digits(number), ""),
        [before @ .., (at, sign)]
            if groups(before, *at) && before.iter().all(|(_, other)| other != sign) =>
        {
            (
                digits(number.get(..*at).unwrap_or_default()),
                number.get(at + 1..).unwrap_or_default(),
            )
        }
        // A date, a version, an address.
        _ => {
            out.extend(
                number
                    .chars()
                    .map(|char| if char == ',' { '.' } else { char }),
            );
            return;
        }
    };
    out.push_str(&whole);
    let part = part.trim_end_matches('0');
    if !part.is_empty() {
        out.push('.');
        out.push_str(part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_one_spelling() {
        for (language, written, spelled) in [
            ("de", "10.000", "10000"),
            ("de", "1.234.567,50kg", "1234567.5kg"),
            ("de", "2,0", "2"),
            ("de", "1,50", "1.5"),
            ("de", "0,250", "0.25"),
            ("de", "0.125", "0.125"),
            ("de", "10,000", "10000"),
            ("de", "1.5", "1.5"),
            ("en", "5,000", "5000"),
            ("en", "3.500", "3.5"),
            ("en", "1,234.50", "1234.5"),
            ("en", "1.2.3", "1.2.3"),
            ("de", "31.12.2026", "31.12.2026"),
            ("de", "m8x1,25", "m8x1.25"),
        ] {
            let mut word = written.to_owned();
            spell(&mut word, Locale::new(language));
            assert_eq!(word, spelled, "{language} {written}");
        }
    }

    #[test]
    fn thousands_may_stand_apart() {
        assert!(is_grouped("10", "000") && is_grouped("2", "000mah"));
        for (head, rest) in [("10", "100"), ("0", "000"), ("1000", "000"), ("m8", "000")] {
            assert!(!is_grouped(head, rest), "{head} {rest}");
        }
    }
}
