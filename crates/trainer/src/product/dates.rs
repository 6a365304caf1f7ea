//! Dates and periods of an offer: when the reduced price holds, when stock arrives, when the product is shown.

use endcap::Timestamp;
use endcap::catalogue::Period;
use serde_json::Value;

use crate::error::TrainerError;
use crate::feed::{Row, scalar_text};
use crate::field::when::{DAY, Moment, moment};
use crate::issue::{IssueKind, Outcome};
use crate::product::{Normaliser, excerpt};

/// What stands between the two ends of a period.
const BETWEEN: [&str; 7] = ["/", " - ", " – ", ",", ";", " bis ", " to "];
/// What JSON exports call the ends of a period.
const STARTS: [&str; 4] = ["start", "start_time", "startTime", "from"];
const ENDS: [&str; 4] = ["end", "end_time", "endTime", "until"];

impl Normaliser {
    /// When the reduced price holds; none, and an issue, if that cannot be read.
    pub(super) fn sale_period(&mut self, row: &Row) -> Result<Option<Period>, TrainerError> {
        let field = "sale_price_effective_date";
        let Some(value) = row.get(field) else {
            return Ok(Some(Period::default()));
        };
        let raw = written(value);
        let problem = match period(&raw) {
            None => format!("expected `START/END`, got {:?}", excerpt(&raw)),
            Some(Period {
                from: Some(from),
                until: Some(until),
            }) if until <= from => format!("it ends before it begins: {:?}", excerpt(&raw)),
            Some(period) => return Ok(Some(period)),
        };
        let message = format!("{problem}; the sale price is left out");
        self.raise(
            row,
            IssueKind::Period,
            field,
            message,
            Outcome::FieldDropped,
        )?;
        Ok(None)
    }

    /// From when what can be ordered before is in stock.
    pub(super) fn available_from(&mut self, row: &Row) -> Result<Option<Timestamp>, TrainerError> {
        Ok(self.date(row, "availability_date")?.map(begins))
    }

    /// When the product is shown.
    pub(super) fn shown(&mut self, row: &Row) -> Result<Period, TrainerError> {
        Ok(Period {
            from: self.date(row, "disclosure_date")?.map(begins),
            until: self.date(row, "expiration_date")?.map(ends),
        })
    }

    fn date(&mut self, row: &Row, field: &str) -> Result<Option<Moment>, TrainerError> {
        let Some(raw) = row.text(field).filter(|raw| !raw.is_empty()) else {
            return Ok(None);
        };
        let read = moment(&raw);
        if read.is_none() {
            let message = format!("expected a date, got {:?}", excerpt(&raw));
            self.raise(
                row,
                IssueKind::Period,
                field,
                message,
                Outcome::FieldDropped,
            )?;
        }
        Ok(read)
    }
}

/// A period as text, also where it is an object with two ends.
fn written(value: &Value) -> String {
    let Value::Object(ends) = value else {
        return scalar_text(value).unwrap_or_default().into_owned();
    };
    let end = |names: &[&str]| {
        let found = names.iter().find_map(|name| ends.get(*name));
        found.and_then(scalar_text).unwrap_or_default()
    };
    format!("{}/{}", end(&STARTS), end(&ENDS))
}

/// Two ends, one of which may be left out.
fn period(text: &str) -> Option<Period> {
    BETWEEN.iter().find_map(|between| {
        let (from, until) = text.split_once(between)?;
        let end = |text: &str| match text.trim() {
            "" => Some(None),
            text => moment(text).map(Some),
        };
        let (from, until) = (end(from)?, end(until)?);
        (from.is_some() || until.is_some()).then_some(Period {
            from: from.map(begins),
            until: until.map(ends),
        })
    })
}

fn begins(moment: Moment) -> Timestamp {
    Timestamp(moment.micros / 1_000)
}

/// The end of a day is the beginning of the next.
fn ends(moment: Moment) -> Timestamp {
    let day = if moment.day { DAY } else { 0 };
    Timestamp((moment.micros + day) / 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOVEMBER: u64 = 1_793_491_200_000;
    const DECEMBER: u64 = 1_796_083_200_000;

    #[test]
    fn periods_as_shops_write_them() {
        for (text, from, until) in [
            ("2026-11-01/2026-11-30", Some(NOVEMBER), Some(DECEMBER)),
            (
                "2026-11-01T00:00+0000/2026-12-01T00:00+0000",
                Some(NOVEMBER),
                Some(DECEMBER),
            ),
            (
                "2026-11-01T01:00+01:00 / 2026-12-01T01:00+01:00",
                Some(NOVEMBER),
                Some(DECEMBER),
            ),
            ("01.11.2026 - 30.11.2026", Some(NOVEMBER), Some(DECEMBER)),
            ("01.11.2026 bis 30.11.2026", Some(NOVEMBER), Some(DECEMBER)),
            ("1793491200,1796083200", Some(NOVEMBER), Some(DECEMBER)),
            ("2026-11-01/", Some(NOVEMBER), None),
            ("/2026-11-30", None, Some(DECEMBER)),
        ] {
            let read = period(text).map(|read| (read.from, read.until));
            assert_eq!(
                read,
                Some((from.map(Timestamp), until.map(Timestamp))),
                "{text}"
            );
        }
        for text in ["", "/", "2026-11-01", "soon/later", "2026-11-01/later"] {
            assert_eq!(period(text), None, "{text}");
        }
        let object = serde_json::json!({ "start_time": "2026-11-01", "end_time": null });
        assert_eq!(written(&object), "2026-11-01/");
    }
}
