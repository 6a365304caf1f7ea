//! Days: the only time that is stored with a profile, because retention needs no finer one.

use std::fmt;
use std::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};

const SECONDS: u64 = 86_400;

/// A day in UTC: whole days since 1970-01-01, until the year 2149. Written as `2026-11-30`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub(crate) u16);

impl Day {
    /// The day of a point in time. One before 1970 gives the first day, one after 2149 the last.
    pub(crate) fn of(time: SystemTime) -> Self {
        let since = time.duration_since(UNIX_EPOCH);
        Self::of_seconds(since.map_or(0, |since| since.as_secs()))
    }

    /// The day of a point in time in seconds since 1970.
    pub(crate) fn of_seconds(seconds: u64) -> Self {
        Self(u16::try_from(seconds / SECONDS).unwrap_or(u16::MAX))
    }

    /// Its first second since 1970.
    pub(crate) fn seconds(self) -> u64 {
        u64::from(self.0) * SECONDS
    }

    /// So many days before this one.
    pub(crate) fn before(self, days: u16) -> Self {
        Self(self.0.saturating_sub(days))
    }
}

impl FromStr for Day {
    type Err = DayError;

    fn from_str(text: &str) -> Result<Self, DayError> {
        let wrong = || DayError {
            got: text.to_owned(),
        };
        let number = |text: &str, digits: usize| {
            let plain = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| text.parse::<u32>().ok()).flatten()
        };
        let parts: Vec<&str> = text.split('-').collect();
        let [year, month, day] = *parts else {
            return Err(wrong());
        };
        let (Some(year), Some(month), Some(day)) =
            (number(year, 4), number(month, 2), number(day, 2))
        else {
            return Err(wrong());
        };
        let days = days_from_civil(year, month, day).and_then(|days| u16::try_from(days).ok());
        // The 31st of June is another day when it is written again.
        let found = days.map(Self).filter(|day| day.to_string() == text);
        found.ok_or_else(wrong)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
        let shifted = u32::from(self.0) + 719_468;
        let (era, of_era) = (shifted / 146_097, shifted % 146_097);
        let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let (month, later) = if month < 10 {
            (month + 3, 0)
        } else {
            (month - 9, 1)
        };
        write!(f, "{:04}-{month:02}-{day:02}", era * 400 + year + later)
    }
}

/// The same source, days_from_civil.
fn days_from_civil(year: u32, month: u32, day: u32) -> Option<u32> {
    if !(1970..=2149).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year / 400, year % 400);
    let shifted = if month > 2 { month - 3 } else { month + 9 };
    let of_year = (153 * shifted + 2) / 5 + day - 1;
    let of_era = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    (era * 146_097 + of_era).checked_sub(719_468)
}

/// The text is no day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a day between 1970-01-01 and 2149-06-06 like 2026-11-30, got {got:?}")]
pub struct DayError {
    /// What was given.
    pub got: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_is_read_as_it_is_written() {
        for day in 0..=u16::MAX {
            assert_eq!(Day(day).to_string().parse(), Ok(Day(day)));
        }
        for (day, text) in [
            (0, "1970-01-01"),
            (11_016, "2000-02-29"),
            (20_787, "2026-11-30"),
            (u16::MAX, "2149-06-06"),
        ] {
            assert_eq!(Day(day).to_string(), text);
        }
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for bad in [
            "",
            "today",
            "2026-11",
            "2026-11-31",
            "2026-02-29",
            "2026-13-01",
            "1969-12-31",
            "2149-06-07",
            "2026-1-01",
            "+026-01-01",
            "2026-11-30-",
        ] {
            assert!(bad.parse::<Day>().is_err(), "{bad}");
        }
    }
}
