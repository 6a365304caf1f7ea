//! `endcap pack count`: event logs in, a file of counts out, which `endcap pack knowledge` sums up with others.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use endcap_trainer::knowledge::{KnowledgeSettings, MIN_SHOPPERS, Part, count};
use serde_json::json;

use crate::failure::Failure;
use crate::pack::show::{self, Bar};
use crate::pack::summary;

/// What `endcap pack count --help` ends with.
const AFTER_HELP: &str = "\
For logs that one machine does not read in time: each worker counts its logs, or its part of the visits of all logs, and one machine sums the
files of counts up to a pack. The pack has the same bytes as if one process had read everything, whoever counted what.

  A log that several workers can see: worker i of n takes the i-th share of the visits
    endcap pack count 2026-*.jsonl.zst --part 1/2 --out 1.counts     # one machine
    endcap pack count 2026-*.jsonl.zst --part 2/2 --out 2.counts     # another
    endcap pack knowledge --counts 1.counts 2.counts --catalogue packs --out packs
  A log per shop or day, on the machine where it lies (no visit may be in two of them):
    endcap pack count monday.jsonl --out monday.counts

A file of counts holds what was searched for, however few did, and hashes of shoppers: keep it like the log. Weights are learned from
whole visits: give `pack knowledge` the logs of the latest days beside the counts of the earlier ones.";

/// Arguments of `endcap pack count`.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct CountArgs {
    /// Event logs, as `endcap pack knowledge --help` describes them
    #[arg(value_name = "LOG", required = true)]
    logs: Vec<PathBuf>,

    /// File to write; it is replaced when the counting is done
    #[arg(long, value_name = "FILE")]
    out: PathBuf,

    /// Which of how many shares of the visits to count
    #[arg(long, value_name = "I/N", default_value = "1/1", value_parser = part)]
    part: Part,

    /// Different shoppers that a query needs to be kept in the end, at least 3
    #[arg(long, value_name = "N", default_value_t = MIN_SHOPPERS)]
    min_shoppers: usize,

    /// Stop at the first warning or error, and write nothing
    #[arg(long)]
    strict: bool,

    /// Print the summary as one JSON object
    #[arg(long)]
    json: bool,
}

/// Counts, and prints what became of the input.
pub(crate) fn run(args: &CountArgs) -> Result<(), Failure> {
    let begin = Instant::now();
    let settings = KnowledgeSettings {
        logs: args.logs.clone(),
        strict: args.strict,
        shoppers: args.min_shoppers,
        ..KnowledgeSettings::default()
    };
    let mut bar = Bar::new();
    let counted = count(&settings, args.part, &args.out, &mut |progress| {
        bar.update(progress);
    });
    bar.finish();
    let (from, report) = counted?;
    let bytes = std::fs::metadata(&args.out).map_or(0, |metadata| metadata.len());
    if args.json {
        let object = json!({
            "counts": args.out,
            "bytes": bytes,
            "lines": from.lines,
            "broken": from.broken,
            "visits": from.visits,
            "nobody": from.nobody,
            "issues": summary::issues_of(&report),
            "seconds": begin.elapsed().as_secs_f64(),
        });
        return show::print(&format!("{object}\n"));
    }
    show::print(&format!(
        "{}Counted {}\n  visits      {}\n  size        {}\n  time        {}\n",
        summary::report_of(&report),
        show::printable(&args.out.display().to_string()),
        show::count(from.visits),
        show::bytes(bytes),
        show::time(begin.elapsed()),
    ))
}

/// `2/3` is the second of three parts.
fn part(text: &str) -> Result<Part, String> {
    let numbers = text
        .split_once('/')
        .and_then(|(number, of)| Some((number.parse::<u64>().ok()?, of.parse::<u64>().ok()?)));
    match numbers {
        Some((number, of)) if (1..=of).contains(&number) => Ok(Part {
            number: number - 1,
            of,
        }),
        _ => Err("expected I/N with I from 1 to N, such as 1/2".into()),
    }
}
