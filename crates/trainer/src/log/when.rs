//! Points in time as logs write them.

/// Numbers below are seconds, which reach to the year 5138.
const SECONDS: f64 = 1e11;
/// Numbers below are milliseconds, from 1973 on; above they are microseconds.
const MILLISECONDS: f64 = 1e14;

/// Microseconds since 1970 of seconds, milliseconds or microseconds, or of `2010-12-01 08:26:00`: with or without time and fraction, `T` or blank
/// between, in UTC unless an offset stands behind.
pub(crate) fn micros(text: &str) -> Option<u64> {
    let text = text.trim();
    if let Ok(whole) = text.parse::<u64>() {
        return match whole as f64 {
            number if number < SECONDS => Some(whole * 1_000_000),
            number if number < MILLISECONDS => Some(whole * 1_000),
            _ => Some(whole),
        };
    }
    if let Ok(number) = text.parse::<f64>() {
        let scale = match number {
            _ if number.is_nan() || number < 0.0 => return None,
            _ if number < SECONDS => 1e6,
            _ if number < MILLISECONDS => 1e3,
            _ => 1.0,
        };
        return (number < u64::MAX as f64 / scale).then_some((number * scale) as u64);
    }
    calendar(text)
}

fn calendar(text: &str) -> Option<u64> {
    let part = |from: usize, to: usize| -> Option<i64> {
        let digits = text.get(from..to)?;
        let all = digits.bytes().all(|byte| byte.is_ascii_digit());
        all.then(|| digits.parse().ok()).flatten()
    };
    let (year, month, day) = (part(0, 4)?, part(5, 7)?, part(8, 10)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Days from the civil calendar (Hinnant, 2013).
    let shifted = year - i64::from(month <= 2);
    let era = shifted.div_euclid(400);
    let of_era = shifted - era * 400;
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    let clock = |from, to| part(from, to).unwrap_or(0);
    let seconds = days * 86_400 + clock(11, 13) * 3600 + clock(14, 16) * 60 + clock(17, 19);
    let rest = text.get(19..).unwrap_or_default();
    let (fraction, zone) = match rest.strip_prefix(['.', ',']) {
        Some(rest) => rest.split_at(
            rest.find(|char: char| !char.is_ascii_digit())
                .unwrap_or(rest.len()),
        ),
        None => ("", rest),
    };
    let micros = format!("{fraction:0<6}").get(..6)?.parse::<i64>().ok()?;
    let total = (seconds - offset(zone.trim())?) * 1_000_000 + micros;
    u64::try_from(total).ok()
}

/// Seconds that a zone is ahead of UTC.
fn offset(zone: &str) -> Option<i64> {
    if zone.is_empty() || zone == "Z" || zone == "UTC" {
        return Some(0);
    }
    let sign = match zone.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = zone.chars().filter(char::is_ascii_digit).collect();
    let hours: i64 = digits.get(..2)?.parse().ok()?;
    let minutes: i64 = digits.get(2..4).unwrap_or("0").parse().ok()?;
    Some(sign * (hours * 3600 + minutes * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read() {
        for (text, seconds) in [
            ("1970-01-02 00:00:01", 86_401),
            ("2010-12-01T08:26:00", 1_291_191_960),
            ("2010-12-01T08:26:00Z", 1_291_191_960),
            ("2010-12-01 08:26:00 UTC", 1_291_191_960),
            ("2010-12-01T10:26:00+02:00", 1_291_191_960),
            ("2010-12-01", 1_291_161_600),
            ("1291191960", 1_291_191_960),
            ("1291191960000", 1_291_191_960),
            ("1291191960000000", 1_291_191_960),
        ] {
            assert_eq!(micros(text), Some(seconds * 1_000_000), "{text}");
        }
        assert_eq!(
            micros("2010-12-01T08:26:00.25Z"),
            Some(1_291_191_960_250_000)
        );
        assert_eq!(micros("1.5"), Some(1_500_000));
        for text in ["yesterday", "", "-5", "12/1/2010 8:26", "NaN", "2010-13-01"] {
            assert_eq!(micros(text), None, "{text}");
        }
    }
}
