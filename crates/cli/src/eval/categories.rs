//! `endcap eval categories`: what shoppers looked at who contributed a randomised answer alone.

use std::path::PathBuf;

use clap::Args;
use endcap_trainer::knowledge::randomised_categories;

use super::report::{self, bar};
use super::table;
use crate::failure::Failure;

/// Options of `endcap eval categories`.
#[derive(Debug, Args)]
pub(crate) struct CategoriesOptions {
    /// Event logs of the server
    #[arg(required = true, value_name = "LOG")]
    logs: Vec<PathBuf>,
    /// Print an array of objects, one per category
    #[arg(long)]
    json: bool,
}

/// Prints estimates of visits per category.
pub(crate) fn run(options: &CategoriesOptions) -> Result<(), Failure> {
    let bar = bar()?;
    let found = randomised_categories(&options.logs, &mut |progress| {
        bar.set_message("reading");
        bar.set_length(progress.total);
        bar.set_position(progress.done);
    })?;
    bar.finish_and_clear();
    if options.json {
        return report::json(&found);
    }
    table::print(
        &found,
        &[
            ("category", &|one| one.category.clone()),
            ("ε of k", &|one| format!("{} of {}", one.epsilon, one.of)),
            ("answers", &|one| one.answers.to_string()),
            ("visits, 95 %", &|one| {
                format!("{:.0} ± {:.0}", one.visits, 1.96 * one.error)
            }),
        ],
    )
}
