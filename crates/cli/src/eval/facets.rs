//! `endcap eval facets`: where the value of the next item stands among the values of each facet.

use clap::Args;
use endcap::knowledge::ValueOrder;
use endcap_trainer::next::{FacetMeasured, FacetReplay, Visit};
use serde_json::json;

use super::report::{self, bar, range};
use super::shop::{ShopOptions, moved, unsound};
use super::table;
use crate::failure::Failure;

/// What `endcap eval facets --help` ends with.
const AFTER_HELP: &str = "\
For every item that a visit opens for the first time, from its second event on, the values of each facet are put in order as the
engine would put them on the list of the item's category: categories themselves on the list of the whole shop. The reciprocal rank of
the item's value counts, wherever it stands. Items that the training log does not have are passed over.

  popularity      by how often all shoppers opened the value in that list
  naive affinity  what was viewed most in this visit first, then by popularity
  endcap          as the engine orders, with weights fitted to visits that its knowledge had not seen; where those do not beat
                  popularity on the last of these visits, popularity

Intervals hold 95 % of the means of visits drawn anew.

Examples:
  endcap eval facets --train train.tsv.gz --test valid.tsv.gz --attributes attributes.tsv
  endcap eval facets --train train.tsv --test valid.tsv --attributes items.tsv --category MainCategory --json";

/// Options of `endcap eval facets`.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct FacetOptions {
    #[command(flatten)]
    shop: ShopOptions,
    /// Print an array of objects, one per facet and order
    #[arg(long)]
    json: bool,
}

/// Trains, fits, replays, prints.
pub(crate) fn run(options: &FacetOptions) -> Result<(), Failure> {
    let bar = bar()?;
    let shop = options.shop.learned(&bar)?;
    let table = &shop.table;
    let by_popularity = (0..table.names.len())
        .map(|kind| ValueOrder::by_popularity(table.facet_key(kind, shop.category)));
    let replay = |source, orders, visits: &[Visit]| {
        let clicks = shop.clicks(visits);
        let pack = shop.pack(source, orders)?;
        FacetReplay::new(pack, &shop.items, table, shop.category, &clicks).map_err(unsound)
    };
    let orders = replay(shop.earlier.clone(), by_popularity.collect(), &shop.before)?
        .fit(&shop.later, &mut moved(&bar, "fitting orders of values"));
    let measured = replay(shop.source.clone(), orders.clone(), &shop.train)?.measure(
        &shop.train,
        &shop.test,
        &mut moved(&bar, "replaying"),
    );
    bar.finish_and_clear();
    if options.json {
        return print_json(&measured);
    }
    say!("{}\n", shop.summary());
    print_table(&measured)?;
    let earned = |order: &&ValueOrder| **order != ValueOrder::by_popularity(order.facet.clone());
    let earned: Vec<&str> = orders
        .iter()
        .filter(earned)
        .map(|order| order.facet.as_str())
        .collect();
    say!(
        "\nbetter than popularity on the last of the visits to fit to: {}",
        earned.join(", ")
    );
    Ok(())
}

fn print_table(measured: &[FacetMeasured]) -> Result<(), Failure> {
    let time = |row: &FacetMeasured, time: f64| match row.method {
        "endcap" => format!("{time:.0}"),
        _ => String::new(),
    };
    table::print(
        measured,
        &[
            ("facet", &|row| row.facet.clone()),
            ("order", &|row| row.method.to_owned()),
            ("MRR", &|row| range(&row.mrr)),
            ("first", &|row| range(&row.first)),
            ("predictions", &|row| row.predictions.to_string()),
            ("p50 µs", &|row| time(row, row.p50_us)),
            ("p99 µs", &|row| time(row, row.p99_us)),
        ],
    )
}

fn print_json(measured: &[FacetMeasured]) -> Result<(), Failure> {
    let rows: Vec<serde_json::Value> = measured
        .iter()
        .map(|row| {
            json!({
                "facet": row.facet,
                "method": row.method,
                "mrr": row.mrr.mean,
                "mrr_ci95": [row.mrr.low, row.mrr.high],
                "first": row.first.mean,
                "first_ci95": [row.first.low, row.first.high],
                "predictions": row.predictions,
                "p50_us": row.p50_us,
                "p99_us": row.p99_us,
            })
        })
        .collect();
    report::json(&rows)
}
