//! `endcap eval intent`: a profile of one department, and a visit that begins in another.

use clap::Args;
use endcap_trainer::next::{IntentMeasured, measure_intent};
use serde_json::json;

use super::report::{self, bar, range};
use super::shop::{ShopOptions, moved, unsound};
use super::table;
use crate::failure::Failure;

/// What `endcap eval intent --help` ends with.
const AFTER_HELP: &str = "\
Shoppers are given a history of 200 views of one department, drawn from what the log opened there. A week later a visit begins with the
first item of a visit of --test, which lies in another department; then the shopper looks at the usual one again. The share counts that
the department of the latest click has of the first ten products (before a click: the usual department), and in how many visits it is
80 % or more. Departments of fewer than 20 products are passed over.

  next        what is recommended next
  browse      all products of the shop, in the shopper's order
  popularity  the same products for everybody
  no profile  the engine without the history
  endcap      the engine with it

Intervals hold 95 % of the means of visits drawn anew.

Examples:
  endcap eval intent --train train.tsv.gz --test valid.tsv.gz --attributes attributes.tsv";

/// Options of `endcap eval intent`.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct IntentOptions {
    #[command(flatten)]
    shop: ShopOptions,
    /// Print an array of objects, one per stage, list and method
    #[arg(long)]
    json: bool,
}

/// Trains, replays, prints.
pub(crate) fn run(options: &IntentOptions) -> Result<(), Failure> {
    let bar = bar()?;
    let shop = options.shop.learned(&bar)?;
    let measured = measure_intent(
        shop.pack(shop.source.clone(), Vec::new())?,
        &shop.items,
        (&shop.table, shop.category),
        (&shop.train, &shop.test),
        &mut moved(&bar, "replaying"),
    )
    .map_err(unsound)?;
    bar.finish_and_clear();
    if options.json {
        return print_json(&measured);
    }
    say!("{}\n", shop.summary());
    table::print(
        &measured,
        &[
            ("stage", &|row| row.stage.to_owned()),
            ("list", &|row| row.list.to_owned()),
            ("method", &|row| row.method.to_owned()),
            ("share of ten", &|row| range(&row.share)),
            ("visits with 8 of 10", &|row| range(&row.follows)),
            ("visits", &|row| row.visits.to_string()),
        ],
    )
}

fn print_json(measured: &[IntentMeasured]) -> Result<(), Failure> {
    let rows: Vec<serde_json::Value> = measured
        .iter()
        .map(|row| {
            json!({
                "stage": row.stage,
                "list": row.list,
                "method": row.method,
                "share": row.share.mean,
                "share_ci95": [row.share.low, row.share.high],
                "follows": row.follows.mean,
                "follows_ci95": [row.follows.low, row.follows.high],
                "visits": row.visits,
            })
        })
        .collect();
    report::json(&rows)
}
