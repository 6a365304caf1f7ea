//! Tables for people: columns padded to their widest cell, numbers to the right.

use crate::failure::Failure;

/// What stands above a column, and its cell of a row.
pub(super) type Column<'a, R> = (&'a str, &'a dyn Fn(&R) -> String);

/// Prints `rows` under the names of `columns`.
pub(super) fn print<R>(rows: &[R], columns: &[Column<'_, R>]) -> Result<(), Failure> {
    let header = columns.iter().map(|(name, _)| (*name).to_owned()).collect();
    let cells = |row| columns.iter().map(|(_, cell)| cell(row)).collect();
    let lines: Vec<Vec<String>> = [header].into_iter().chain(rows.iter().map(cells)).collect();
    let width = |column: usize| {
        let widths = lines.iter().map(|line| line[column].chars().count());
        widths.max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns.len()).map(width).collect();
    for line in &lines {
        let padded: Vec<String> = line
            .iter()
            .zip(&widths)
            .enumerate()
            .map(|(column, (cell, &width))| match column {
                0 => format!("{cell:<width$}"),
                _ => format!("{cell:>width$}"),
            })
            .collect();
        say!("{}", padded.join("  ").trim_end());
    }
    Ok(())
}
