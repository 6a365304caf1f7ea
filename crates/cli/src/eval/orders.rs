//! `endcap eval basket` and `endcap eval repurchase`: what else goes into a basket, and what is bought again.
//!
//! # Protocol
//! Orders are split by time. One position of each later order is hidden at a time, at most five per order, and looked for in a
//! ranking of the full catalogue.

use std::path::PathBuf;

use clap::Args;
use endcap_trainer::next::{
    Items, Measured, NextInput, NextSettings, Order, Replayed, Task, basket_baselines,
    bought_again, hidden, knowledge_pack, measure, past_baselines, purchases, read_orders,
    train_next,
};

use super::report::{bar, print_json, print_table, show, told};
use super::used;
use crate::failure::Failure;

/// Options of `endcap eval basket` and `endcap eval repurchase`.
#[derive(Debug, Args)]
pub(crate) struct OrderOptions {
    /// Log with orders: a table of OrderId, ItemId, Time and, if there are, CustomerId and Quantity, or GA4, BigQuery, Segment, Parquet; plain, .gz or .zst
    #[arg(long, value_name = "FILE")]
    log: PathBuf,
    /// Share of the orders, the latest, to predict
    #[arg(long, value_name = "SHARE", default_value_t = 0.2)]
    test_share: f64,
    /// Share of the orders before them to fit weights to
    #[arg(long, value_name = "SHARE", default_value_t = 0.15)]
    fit_share: f64,
    /// Print an array of objects, one per method
    #[arg(long)]
    json: bool,
}

/// What else goes into a basket: from the basket alone, and with the shopper's past.
pub(crate) fn basket(options: &OrderOptions) -> Result<(), Failure> {
    run(
        options,
        &[
            (Task::Basket, "basket alone"),
            (Task::BasketOfShopper, "basket and past"),
        ],
    )
}

/// What is bought again.
pub(crate) fn repurchase(options: &OrderOptions) -> Result<(), Failure> {
    run(options, &[(Task::Repurchase, "past")])
}

fn run(options: &OrderOptions, tasks: &[(Task, &str)]) -> Result<(), Failure> {
    let sum = options.test_share + options.fit_share;
    if !(options.test_share > 0.0 && options.fit_share > 0.0 && sum < 1.0) {
        return Err(Failure::usage(
            "eval/shares",
            "the shares to fit to and to predict must be above 0 and together below 1",
        ));
    }
    let bar = bar()?;
    let table = read_orders(&options.log, &mut |progress| {
        bar.set_message("reading");
        bar.set_length(progress.total);
        bar.set_position(progress.done);
    })?;
    told(&table.log, &table.report);
    let orders = &table.orders;
    let place = |share: f64| (orders.len() as f64 * (1.0 - share)) as usize;
    let (fit_from, test_from) = (place(sum), place(options.test_share));
    let mut sections = Vec::new();
    for &(task, name) in tasks {
        let results = measured(&table.items, orders, (fit_from, test_from), task, &bar)?;
        sections.push((name, results));
    }
    bar.finish_and_clear();
    if options.json {
        let rows: Vec<Measured> = sections
            .into_iter()
            .flat_map(|(name, results)| {
                results.into_iter().map(move |result| Measured {
                    method: format!("{} ({name})", result.method),
                    ..result
                })
            })
            .collect();
        return print_json(&rows);
    }
    say!(
        "{} items, {} orders: {} to learn from, {} to fit to, {} to predict\n",
        table.items.len(),
        orders.len(),
        fit_from,
        test_from - fit_from,
        orders.len() - test_from
    );
    for (name, results) in &sections {
        say!("{name}");
        print_table(results)?;
        say!("");
    }
    Ok(())
}

/// Why nothing of an order is hidden.
fn nothing(task: Task) -> &'static str {
    match task {
        Task::Basket | Task::BasketOfShopper => "no later order has two items",
        Task::Repurchase => {
            "no customer of a later order had bought one of its items before: does the log name customers?"
        }
    }
}

fn measured(
    items: &Items,
    orders: &[Order],
    (fit_from, test_from): (usize, usize),
    task: Task,
    bar: &indicatif::ProgressBar,
) -> Result<Vec<Measured>, Failure> {
    let count = items.len();
    let before = purchases(&orders[..fit_from]);
    let all = purchases(&orders[..test_from]);
    let later = hidden(&orders[..test_from], fit_from, task);
    let again = [fit_from, test_from].map(|to| bought_again(count, &orders[..to]));
    let (later, bought_again) = match task {
        Task::Repurchase => (Vec::new(), later),
        _ => (later, Vec::new()),
    };
    let input = NextInput {
        items: count,
        before: &before,
        later: &later,
        all: &all,
        kinds: (0, &[]),
        again: [&again[0], &again[1]],
        bought_again: &bought_again,
    };
    let settings = NextSettings {
        reach: 40,
        neighbours: 32,
        // Without a basket there is no direction that a vector could fit.
        dimensions: if task == Task::Repurchase { 0 } else { 32 },
        ..NextSettings::default()
    };
    let usage =
        |error: endcap::recommend::NextBuildError| Failure::usage(error.code(), error.to_string());
    let training = train_next(input, settings, &mut |stage, done, total| {
        show(bar, stage, done, total)
    })
    .map_err(usage)?;
    let pack = knowledge_pack("evaluation", items.ids(), training.source, Vec::new())
        .map_err(|error| Failure::usage(error.code(), error.to_string()))?;
    let replayed = Replayed::open(pack, items.ids())
        .map_err(|error| Failure::failed(error.code(), error.to_string()))?;
    let mut popularity = vec![0.0; items.len()];
    for &item in all.iter().flat_map(|visit| &visit.items) {
        popularity[item as usize] += 1.0;
    }
    let mut methods = match task {
        Task::Repurchase => past_baselines(items.len(), &all),
        _ => basket_baselines(items.len(), &all),
    };
    methods.push(Box::new(replayed));
    let tests = hidden(orders, test_from, task);
    used::orders((orders.len() - test_from) as u64, &tests, nothing(task));
    Ok(methods
        .iter_mut()
        .map(|method| {
            let name = method.name().to_owned();
            measure(method.as_mut(), &tests, &popularity, &mut |done, total| {
                bar.set_message(format!("replaying: {name}"));
                bar.set_length(total as u64);
                bar.set_position(done as u64);
            })
        })
        .collect())
}
