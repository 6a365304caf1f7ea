//! How measurements and progress are shown.

use endcap_trainer::Report;
use endcap_trainer::log::LogSummary;
use endcap_trainer::next::{FitStage, Interval, Measured};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use serde_json::json;

use super::table;
use crate::failure::Failure;
use crate::pack::show::lines;
use crate::pack::summary::report_of;

/// A bar with a message.
pub(super) fn bar() -> Result<ProgressBar, Failure> {
    let style = ProgressStyle::with_template("{msg:40} {bar:30} {pos}/{len} {elapsed_precise}")
        .map_err(anyhow::Error::from)?;
    Ok(ProgressBar::new(1).with_style(style))
}

/// Tells on standard error how a log was written, and what was wrong with its lines.
pub(super) fn told(log: &LogSummary, report: &Report) {
    eprint!("read {}\n{}", lines(log), report_of(report));
}

/// Moves the bar as the training goes on.
pub(super) fn show(bar: &ProgressBar, stage: FitStage, done: usize, total: usize) {
    bar.set_message(match stage {
        FitStage::Lists => "choosing how lists are made",
        FitStage::Vectors => "learning vectors, earlier visits",
        FitStage::Ranker => "fitting the ranker",
        FitStage::AllVectors => "learning vectors, all visits",
    });
    bar.set_length(total as u64);
    bar.set_position(done as u64);
}

pub(super) fn print_json(results: &[Measured]) -> Result<(), Failure> {
    let rows: Vec<serde_json::Value> = results
        .iter()
        .map(|result| {
            let range = |interval: &Interval| json!([interval.low, interval.high]);
            json!({
                "method": result.method,
                "hr20": result.hr20.mean,
                "mrr20": result.mrr20.mean,
                "hr20_other": result.hr20_other.mean,
                "mrr20_other": result.mrr20_other.mean,
                "hr20_ci95": range(&result.hr20),
                "mrr20_ci95": range(&result.mrr20),
                "hr20_other_ci95": range(&result.hr20_other),
                "mrr20_other_ci95": range(&result.mrr20_other),
                "coverage": result.coverage,
                "popularity_bias": result.popularity_bias,
                "bytes_per_item": result.bytes_per_item,
                "p50_us": result.p50_us,
                "p99_us": result.p99_us,
                "predictions": result.predictions,
            })
        })
        .collect();
    json(&rows)
}

/// Prints `value` as JSON, for other programs.
pub(super) fn json(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value).map_err(anyhow::Error::from)?;
    say!("{text}");
    Ok(())
}

/// A mean and half of its range.
pub(super) fn range(interval: &Interval) -> String {
    let half = (interval.high - interval.low) / 2.0;
    format!("{:.4} ±{half:.4}", interval.mean)
}

pub(super) fn print_table(results: &[Measured]) -> Result<(), Failure> {
    table::print(
        results,
        &[
            ("method", &|result| result.method.clone()),
            ("HR@20", &|result| range(&result.hr20)),
            ("MRR@20", &|result| range(&result.mrr20)),
            ("HR@20 other", &|result| range(&result.hr20_other)),
            ("MRR@20 other", &|result| range(&result.mrr20_other)),
            ("coverage", &|result| format!("{:.3}", result.coverage)),
            ("popularity", &|result| {
                format!("{:.2}", result.popularity_bias)
            }),
            ("B/item", &|result| format!("{:.0}", result.bytes_per_item)),
            ("p50 µs", &|result| format!("{:.1}", result.p50_us)),
            ("p99 µs", &|result| format!("{:.1}", result.p99_us)),
        ],
    )?;
    if let Some(result) = results.first() {
        say!(
            "\n{} predictions; ± is half a 95 % range of resampled visits; other: the target is not the current item, which no list has;\n\
             popularity: mean share of the catalogue that is less popular than what is shown",
            result.predictions
        );
    }
    Ok(())
}
