//! Points in time, always given from outside: the engine has no clock.

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(pub u64);

impl Timestamp {
    /// Milliseconds from `earlier` to this point, zero if `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// Numbers below are seconds, which reach to the year 5138.
const SECONDS: u64 = 100_000_000_000;
/// Numbers below are milliseconds, from 1973 on.
const MILLISECONDS: u64 = 100_000_000_000_000;
/// Numbers below are microseconds, from 1973 on; above they are nanoseconds.
const MICROSECONDS: u64 = 100_000_000_000_000_000;

/// Microseconds since 1970 of a decimal number of seconds, milliseconds, microseconds or nanoseconds; its size tells which.
///
/// Pages, servers and logs write times in each of these units, so all read them by this one rule.
///
/// # Examples
///
/// ```
/// use endcap::micros_of_number;
///
/// assert_eq!(micros_of_number("1291191960"), micros_of_number("1291191960000"));
/// assert_eq!(micros_of_number("1291191960.5"), Some(1_291_191_960_500_000));
/// assert_eq!(micros_of_number("-1"), None);
/// ```
#[must_use]
pub fn micros_of_number(text: &str) -> Option<u64> {
    let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let number: u64 = whole.parse().ok()?;
    // The digits of the fraction that are whole microseconds.
    let below = |digits: usize| {
        let digits = fraction.bytes().chain(std::iter::repeat(b'0')).take(digits);
        digits.fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0'))
    };
    Some(match number {
        0..SECONDS => number * 1_000_000 + below(6),
        SECONDS..MILLISECONDS => number * 1_000 + below(3),
        MILLISECONDS..MICROSECONDS => number,
        _ => number / 1_000,
    })
}
