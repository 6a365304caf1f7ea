//! Parquet: rows with the columns of a table, or nested as BigQuery exports GA4.
//!
//! # Invariants
//! * What the file claims of its sizes is checked before it is believed, see `claims.rs`.
//! * A file that makes the library panic, as forged ones do, gives an error like any other that cannot be read.

mod claims;

use std::fs::File;
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field as Cell;
use serde::Deserialize;

use super::ga4::RawEvent;
use super::table::{Columns, EXPECTED};
use super::{Kind, LogFormat, Reading, json_problem};
use crate::error::TrainerError;

/// Whether the file begins as Parquet does. A pipe is none: what is looked at there is gone, and Parquet is read from its end.
pub(super) fn is_parquet(path: &Path) -> bool {
    if !path.is_file() {
        return false;
    }
    let mut magic = [0; 4];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut magic));
    read.is_ok() && &magic == b"PAR1"
}

/// Reads the rows, page by page.
pub(super) fn read(
    path: &Path,
    plain: Option<Kind>,
    reading: &mut Reading<'_>,
) -> Result<(), TrainerError> {
    let failed = |error: io::Error| TrainerError::Read {
        file: path.to_owned(),
        source: error,
    };
    let mut file = File::open(path).map_err(TrainerError::read(path))?;
    claims::check_footer(&mut file).map_err(failed)?;
    let again = file.try_clone().map_err(failed)?;
    let reader = caught(|| SerializedFileReader::new(again)).map_err(failed)?;
    claims::check_pages(&mut file, reader.metadata()).map_err(failed)?;
    let metadata = reader.metadata().file_metadata();
    let total = metadata.num_rows().unsigned_abs();
    let names: Vec<String> = metadata
        .schema()
        .get_fields()
        .iter()
        .map(|field| field.name().to_owned())
        .collect();
    let is_nested = names.iter().any(|name| name == "event_params");
    let columns = match is_nested {
        true => Columns::default(),
        false => Columns::find(names.iter().map(String::as_str)).map_err(|missing| {
            TrainerError::Columns {
                file: path.to_owned(),
                expected: EXPECTED,
                missing,
            }
        })?,
    };
    let mut rows = caught(|| reader.get_row_iter(None)).map_err(failed)?;
    for line in 1.. {
        let Some(row) = caught(|| rows.next().transpose()).map_err(failed)? else {
            break;
        };
        let found = if is_nested {
            RawEvent::deserialize(unlisted(row.to_json_value()))
                .map_err(|error| json_problem(&error))
                .and_then(|raw| Ok((LogFormat::BigQuery, raw.events()?.1)))
        } else {
            let cells: Vec<String> = row.get_column_iter().map(|(_, cell)| text(cell)).collect();
            let get = |at: usize| cells.get(at).map_or("", String::as_str);
            let event = columns.event(plain, get);
            event.map(|event| (LogFormat::Parquet, vec![event]))
        };
        reading.line(line, found)?;
        reading.progress(line, line, total);
    }
    Ok(())
}

/// What the library answers; its panic is an answer, too. Nothing of a reader that has panicked is used again.
fn caught<T>(work: impl FnOnce() -> Result<T, ParquetError>) -> io::Result<T> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(answer) => answer.map_err(io::Error::other),
        Err(_) => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "the file contradicts itself; write it again",
        )),
    }
}

/// A cell as a table would have it.
fn text(cell: &Cell) -> String {
    match cell {
        Cell::Null => String::new(),
        Cell::Str(text) => text.clone(),
        Cell::Bytes(bytes) => String::from_utf8_lossy(bytes.data()).into_owned(),
        Cell::TimestampMillis(time) => (i128::from(*time) * 1_000).to_string(),
        Cell::TimestampMicros(time) => time.to_string(),
        other => other.to_string(),
    }
}

/// BigQuery writes a repeated column as `{"list": [{"element": …}]}`: here, as the list itself.
fn unlisted(value: serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::Object(mut fields) => {
            if fields.len() == 1
                && let Some(Value::Array(list)) = fields.get_mut("list")
            {
                let list = std::mem::take(list).into_iter().map(|entry| match entry {
                    Value::Object(mut entry) if entry.contains_key("element") => {
                        entry.remove("element").unwrap_or_default()
                    }
                    other => other,
                });
                return Value::Array(list.map(unlisted).collect());
            }
            let fields = fields
                .into_iter()
                .map(|(name, value)| (name, unlisted(value)));
            Value::Object(fields.collect())
        }
        Value::Array(values) => Value::Array(values.into_iter().map(unlisted).collect()),
        scalar => scalar,
    }
}
