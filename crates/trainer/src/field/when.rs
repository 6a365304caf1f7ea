//! Points in time as feeds and logs write them.

use endcap::micros_of_number;

/// A point in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    /// Microseconds since 1970; of a day its beginning.
    pub(crate) micros: u64,
    /// Only the day was given.
    pub(crate) day: bool,
}

/// Microseconds of a day.
pub(crate) const DAY: u64 = 86_400_000_000;

/// Reads a number of seconds, milliseconds, microseconds or nanoseconds since 1970, `20261130`, `20261130120000`, or a calendar
/// date as `2026-11-30`, `2026/11/30` or `30.11.2026`, with or without a time behind `T` or a blank, in UTC unless an offset
/// stands behind. `11/30/2026` is not read, since elsewhere it means another day.
pub(crate) fn moment(text: &str) -> Option<Moment> {
    let text = text.trim();
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    if digits && matches!(text.len(), 8 | 14) && matches!(text.get(..2), Some("19" | "20")) {
        let clock = text.get(8..).unwrap_or_default();
        let day = days(text.get(..4)?, text.get(4..6)?, text.get(6..8)?);
        let clock = match clock.len() {
            6 => clock_seconds(clock.get(..2)?, clock.get(2..4)?, clock.get(4..)?),
            _ => Some(0),
        };
        if let (Some(day), Some(seconds)) = (day, clock) {
            return at(day, seconds, 0, text.len() == 8);
        }
    }
    match micros_of_number(text) {
        Some(micros) => Some(Moment { micros, day: false }),
        None => calendar(text),
    }
}

fn calendar(text: &str) -> Option<Moment> {
    let date_end = text.find(['T', 't', ' ']).unwrap_or(text.len());
    let (date, rest) = text.split_at(date_end);
    let rest = rest.trim_start_matches(['T', 't', ' ', ',']);
    let separator = date.find(|char: char| !char.is_ascii_digit())?;
    let separator = date.get(separator..=separator)?;
    let mut parts = date.trim_end_matches([',', 'Z']).split(separator);
    let parts = [parts.next()?, parts.next()?, parts.next()?];
    let day = match (separator, parts) {
        ("-" | "/" | ".", [year, month, day]) if year.len() == 4 => days(year, month, day),
        ("." | "-", [day, month, year]) if year.len() == 4 => days(year, month, day),
        _ => None,
    }?;
    if rest.is_empty() {
        return at(day, 0, 0, true);
    }
    let (seconds, micros, zone) = clock(rest)?;
    at(day, seconds - offset(zone.trim())?, micros, false)
}

/// Seconds of the day, microseconds, and what stands behind them.
fn clock(text: &str) -> Option<(i64, u64, &str)> {
    let end = text
        .find(|char: char| !char.is_ascii_digit() && !matches!(char, ':' | '.' | ','))
        .unwrap_or(text.len());
    let (clock, zone) = text.split_at(end);
    let (clock, fraction) = clock.split_once(['.', ',']).unwrap_or((clock, ""));
    let mut parts = clock.split(':');
    let parts = [
        parts.next()?,
        parts.next().unwrap_or("0"),
        parts.next().unwrap_or("0"),
    ];
    let micros = format!("{fraction:0<6}").get(..6)?.parse().ok()?;
    Some((clock_seconds(parts[0], parts[1], parts[2])?, micros, zone))
}

fn clock_seconds(hour: &str, minute: &str, second: &str) -> Option<i64> {
    let part = |text: &str, most: i64| {
        let number = text.parse().ok()?;
        (0..=most).contains(&number).then_some(number)
    };
    Some(part(hour, 24)? * 3600 + part(minute, 59)? * 60 + part(second, 60)?)
}

/// Days since 1970 (Hinnant, 2013).
fn days(year: &str, month: &str, day: &str) -> Option<i64> {
    let part = |text: &str| text.parse::<u16>().ok().map(i64::from);
    let (year, month, day) = (part(year)?, part(month)?, part(day)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let shifted = year - i64::from(month <= 2);
    let era = shifted.div_euclid(400);
    let of_era = shifted - era * 400;
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

fn at(days: i64, seconds: i64, micros: u64, day: bool) -> Option<Moment> {
    let seconds = u64::try_from(days * 86_400 + seconds).ok()?;
    let micros = seconds * 1_000_000 + micros;
    Some(Moment { micros, day })
}

/// Seconds that a zone is ahead of UTC.
fn offset(zone: &str) -> Option<i64> {
    if matches!(zone.to_ascii_uppercase().as_str(), "" | "Z" | "UTC" | "GMT") {
        return Some(0);
    }
    let sign = match zone.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = zone.chars().filter(char::is_ascii_digit).collect();
    let (hours, minutes) = digits.split_at_checked(2)?;
    let minutes = if minutes.is_empty() { "0" } else { minutes };
    Some(sign * clock_seconds(hours, minutes, "0")?)
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
            ("2010-12-01T00:26-0800", 1_291_191_960),
            ("2010-12-01T08:26+00", 1_291_191_960),
            ("01.12.2010 08:26", 1_291_191_960),
            ("1.12.2010, 08:26:00", 1_291_191_960),
            ("2010/12/01 8:26", 1_291_191_960),
            ("20101201082600", 1_291_191_960),
            ("1291191960", 1_291_191_960),
            ("1291191960000", 1_291_191_960),
            ("1291191960000000", 1_291_191_960),
            ("1291191960000000000", 1_291_191_960),
        ] {
            let read = moment(text);
            assert_eq!(
                read.map(|read| read.micros),
                Some(seconds * 1_000_000),
                "{text}"
            );
            assert!(read.is_some_and(|read| !read.day), "{text}");
        }
        for text in ["2010-12-01", "01.12.2010", "20101201", "2010/12/1"] {
            let day = Moment {
                micros: 1_291_161_600_000_000,
                day: true,
            };
            assert_eq!(moment(text), Some(day), "{text}");
        }
        let fraction = moment("2010-12-01T08:26:00.25Z").map(|read| read.micros);
        assert_eq!(fraction, Some(1_291_191_960_250_000));
        assert_eq!(moment("1.5").map(|read| read.micros), Some(1_500_000));
        for text in [
            "yesterday",
            "",
            "-5",
            "12/1/2010 8:26",
            "NaN",
            "2010-13-01",
            "2010-12-01T25:00",
            "2010-12-01T08:26 CET",
            "1969-12-31",
            "ä",
            "30.11.26",
        ] {
            assert_eq!(moment(text), None, "{text}");
        }
    }
}
