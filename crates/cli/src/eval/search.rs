//! `endcap eval search`: later searches, and where what was chosen would have stood.

use std::path::PathBuf;

use clap::Args;
use endcap::knowledge::Weights;
use endcap_trainer::knowledge::{KnowledgeSettings, MIN_SHOPPERS, SearchEvaluation, evaluate};
use endcap_trainer::next::Interval;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use super::table;
use crate::failure::Failure;

/// What `endcap eval search --help` ends with.
const AFTER_HELP: &str = "\
The log is cut into three parts in the order of time: the first teaches priors, the second weights, the third is predicted.
The engine itself is replayed, with what it learns on each visit; of the hits of each search those that were chosen count.
Choices were made from the lists that the shop showed, so that its own order has an advantage that no replay takes away.

  popularity       the same hits by popularity alone
  engine, no logs  tiers, text, popularity and the shopper of the visit
  engine, priors   the same with what others chose after the query
  endcap           the same with learned weights

Intervals hold 95 % of the means of visits drawn anew.

Examples:
  endcap eval search events.jsonl --catalogue packs
  endcap eval search 2026-*.jsonl.gz --catalogue packs --json";

/// Options of `endcap eval search`.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct SearchOptions {
    /// Event logs, the earlier ones first; see `endcap pack knowledge --help`
    #[arg(required = true, value_name = "LOG")]
    logs: Vec<PathBuf>,
    /// Catalogue pack, or folder of packs; repeat for more
    #[arg(long = "catalogue", value_name = "PACK|DIR", required = true)]
    catalogues: Vec<PathBuf>,
    /// Different shoppers that a query needs to teach
    #[arg(long, value_name = "N", default_value_t = MIN_SHOPPERS)]
    min_shoppers: usize,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Replays, and prints a table.
pub(crate) fn run(options: &SearchOptions) -> Result<(), Failure> {
    let bar = ProgressBar::new(1).with_style(
        ProgressStyle::with_template("{msg:24} {bar:30} {bytes}/{total_bytes}")
            .map_err(anyhow::Error::from)?,
    );
    let settings = KnowledgeSettings {
        logs: options.logs.clone(),
        catalogues: options.catalogues.clone(),
        shoppers: options.min_shoppers,
        ..KnowledgeSettings::default()
    };
    let evaluation = evaluate(&settings, &mut |progress| {
        bar.set_message("replaying");
        bar.set_length(progress.total);
        bar.set_position(progress.done);
    });
    bar.finish_and_clear();
    let evaluation = evaluation?;
    if options.json {
        say!("{}", object(&evaluation));
    } else {
        print(&evaluation)?;
    }
    Ok(())
}

fn print(evaluation: &SearchEvaluation) -> Result<(), Failure> {
    say!("{} later searches with a choice", evaluation.searches);
    table::print(
        &evaluation.methods,
        &[
            ("order", &|measured| measured.method.to_owned()),
            ("MRR@20", &|measured| shown(measured.mrr20)),
            ("NDCG@10", &|measured| shown(measured.ndcg10)),
        ],
    )?;
    match &evaluation.weights {
        Some(learned) => say!(
            "weights from {} choices (log-likelihood of a later one {:.3}, by default {:.3}): {}",
            learned.choices,
            learned.learned_fit,
            learned.default_fit,
            named(learned.weights)
        ),
        None => say!("too few choices to learn weights from: the default ones stand"),
    }
    Ok(())
}

fn shown(interval: Interval) -> String {
    let Interval { mean, low, high } = interval;
    format!("{mean:.3} ({low:.3}–{high:.3})")
}

/// `text 1.00, together 0.83, …`.
pub(crate) fn named(weights: Weights) -> String {
    let names = [
        "text",
        "together",
        "popularity",
        "values",
        "item",
        "unavailable",
        "prior",
    ];
    let weights = names.iter().zip(weights.to_array());
    let weights: Vec<String> = weights
        .map(|(name, weight)| format!("{name} {weight:.2}"))
        .collect();
    weights.join(", ")
}

fn object(evaluation: &SearchEvaluation) -> Value {
    let interval = |interval: Interval| {
        let Interval { mean, low, high } = interval;
        json!({ "mean": mean, "low": low, "high": high })
    };
    let methods: Vec<Value> = evaluation
        .methods
        .iter()
        .map(|measured| {
            json!({
                "method": measured.method,
                "mrr20": interval(measured.mrr20),
                "ndcg10": interval(measured.ndcg10),
            })
        })
        .collect();
    json!({
        "searches": evaluation.searches,
        "methods": methods,
        "weights": evaluation.weights.as_ref().map(|learned| json!({
            "choices": learned.choices,
            "default_fit": learned.default_fit,
            "learned_fit": learned.learned_fit,
            "weights": learned.weights.to_array(),
        })),
    })
}
