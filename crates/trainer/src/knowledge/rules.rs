//! The file of rules: what experts recommend because of a product, a category or a brand.
//!
//! A table with a header, by tabs:
//!
//! | column | what it holds |
//! | --- | --- |
//! | `because` | `product 4711`, `category Bath > Taps` or `brand Norvik` |
//! | `recommend` | the identifier of the product to recommend |
//! | `from`, `until` | the first and the last day on which it holds (`2026-11-01`, in UTC); empty or absent: always |
//! | `note` | what the shopper is told; may be absent |
//!
//! Blank lines, and lines that begin with `#`, do nothing.

use std::path::Path;
use std::sync::Arc;

use endcap::key::Key;

use super::catalogues::Catalogues;
use crate::error::TrainerError;
use crate::feed::{Line, read_line};
use crate::field::text;
use crate::issue::{IssueKind, Outcome, Report, RowIssue};
use crate::log::micros;
use crate::source::Source;

const COLUMNS: [&str; 5] = ["because", "recommend", "from", "until", "note"];
/// Microseconds of a day.
const DAY: u64 = 86_400 * 1_000_000;
/// Characters of a note that fit under a product.
const MAX_NOTE: usize = 120;

/// A rule whose item has no number yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NamedRule {
    pub(super) because: Key,
    pub(super) recommend: String,
    pub(super) from: u32,
    pub(super) until: u32,
    pub(super) note: String,
}

/// Reads the file; bad lines are reported and left out.
///
/// # Errors
///
/// * [`TrainerError::Read`] if it cannot be read.
/// * [`TrainerError::Columns`] if the header lacks `because` or `recommend`.
/// * [`TrainerError::Strict`] at the first bad line, if the report is strict.
pub(super) fn read_rules(
    path: &Path,
    catalogues: &Catalogues,
    report: &mut Report,
) -> Result<Vec<NamedRule>, TrainerError> {
    let mut source = Source::open(path)?;
    let file = Arc::clone(&source.name);
    let mut places: Option<[Option<usize>; COLUMNS.len()]> = None;
    let mut rules = Vec::new();
    let mut line = 0;
    loop {
        let text = match read_line(&mut source)? {
            Line::End => break,
            Line::TooLong => String::from("?"),
            Line::Text { text, .. } => text,
        };
        line += 1;
        if text.trim().is_empty() || text.starts_with('#') {
            continue;
        }
        let cells: Vec<&str> = text
            .split('\t')
            .map(|cell| cell.trim().trim_matches('"'))
            .collect();
        let Some(places) = places else {
            places = Some(header(path, &cells)?);
            continue;
        };
        let cell = |column: usize| {
            places[column]
                .and_then(|at| cells.get(at).copied())
                .unwrap_or_default()
        };
        match rule([0, 1, 2, 3, 4].map(cell), catalogues) {
            Ok(rule) => rules.push(rule),
            Err((field, message)) => report.raise(RowIssue {
                file: Arc::clone(&file),
                line,
                column: None,
                kind: IssueKind::Rule,
                field: Some(field.to_owned()),
                message,
                outcome: Outcome::RowDropped,
            })?,
        }
    }
    Ok(rules)
}

fn header(path: &Path, cells: &[&str]) -> Result<[Option<usize>; COLUMNS.len()], TrainerError> {
    let places = COLUMNS.map(|name| {
        cells
            .iter()
            .position(|cell| cell.eq_ignore_ascii_case(name))
    });
    for (place, missing) in places.iter().zip(COLUMNS).take(2) {
        if place.is_none() {
            return Err(TrainerError::Columns {
                file: path.to_owned(),
                expected: "because, recommend, and from, until, note if there are",
                missing,
            });
        }
    }
    Ok(places)
}

/// What one line says, or its bad column and what is wrong with it.
fn rule(
    [because, recommend, from, until, note]: [&str; COLUMNS.len()],
    catalogues: &Catalogues,
) -> Result<NamedRule, (&'static str, String)> {
    let recommend = text::collapsed(recommend);
    if recommend.is_empty() || !catalogues.has_item(&recommend) {
        return Err((
            "recommend",
            format!("no catalogue has the product {recommend:?}"),
        ));
    }
    let day = |field, text: &str, open| match text {
        "" => Ok(open),
        // Numbers are points in time, too, but no days.
        text => micros(text)
            .filter(|_| text.contains('-'))
            .and_then(|micros| u32::try_from(micros / DAY).ok())
            .ok_or((
                field,
                format!("expected a day such as 2026-11-30, got {text:?}"),
            )),
    };
    let (from, until) = (day("from", from, 0)?, day("until", until, u32::MAX)?);
    if from > until {
        return Err(("until", "it ends before it begins".into()));
    }
    Ok(NamedRule {
        because: because_of(because, catalogues).map_err(|message| ("because", message))?,
        recommend,
        from,
        until,
        note: text::clean(note, MAX_NOTE).text,
    })
}

fn because_of(text: &str, catalogues: &Catalogues) -> Result<Key, String> {
    let (kind, name) = text.split_once(' ').unwrap_or((text, ""));
    let name = text::collapsed(name);
    let key = match kind {
        "product" if catalogues.has_item(&name) => Some(Key::item(&name)),
        "category" => catalogues.category(&name),
        "brand" => catalogues.brand(&name),
        "product" => None,
        _ => {
            return Err(format!(
                "expected `product`, `category` or `brand` and its name, got {text:?}"
            ));
        }
    };
    key.filter(|_| !name.is_empty())
        .ok_or_else(|| format!("no catalogue has the {kind} {name:?}"))
}
