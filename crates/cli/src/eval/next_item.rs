//! `endcap eval next-item`: every beginning of every visit, the immediate next item, the full catalogue ranked.

use std::path::PathBuf;

use clap::Args;
use endcap_trainer::next::{
    NextInput, NextSettings, Replayed, baselines, knowledge_pack, measure, read_attributes,
    read_first, read_more, split, train_next,
};

use super::report::{bar, print_json, print_table, show, told};
use super::used;
use crate::failure::Failure;

/// Options of `endcap eval next-item`.
#[derive(Debug, Args)]
pub(crate) struct NextItemOptions {
    /// Log of visits to learn from: a table of SessionId, ItemId, Time, or GA4, BigQuery, Segment, Parquet; plain, .gz or .zst
    #[arg(long, value_name = "FILE")]
    train: PathBuf,
    /// Log of later visits to predict
    #[arg(long, value_name = "FILE")]
    test: PathBuf,
    /// Attributes of items: ItemId, Attribute, Value, or a column per attribute
    #[arg(long, value_name = "FILE")]
    attributes: Option<PathBuf>,
    /// Visits to fit weights to, later than the others of --train (which may contain them); without: the latest of --train
    #[arg(long, value_name = "FILE")]
    fit: Option<PathBuf>,
    /// Neighbours per item, 1 to 128
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=128))]
    neighbours: Option<u16>,
    /// Most bytes per item; fewer neighbours are kept where it needs to be
    #[arg(long, value_name = "BYTES")]
    bytes_per_item: Option<usize>,
    /// Print an array of objects, one per method
    #[arg(long)]
    json: bool,
    /// Write the knowledge pack that was measured
    #[arg(long, value_name = "FILE")]
    knowledge: Option<PathBuf>,
}

/// Trains, replays, prints.
pub(crate) fn run(options: &NextItemOptions) -> Result<(), Failure> {
    let bar = bar()?;
    let mut reading = |progress: endcap_trainer::Progress<'_>| {
        bar.set_message("reading");
        bar.set_length(progress.total);
        bar.set_position(progress.done);
    };
    let (items, train) = read_first(&options.train, &mut reading)?;
    let test = read_more(&options.test, &items, &mut reading)?;
    let fit = match &options.fit {
        Some(path) => Some(read_more(path, &items, &mut reading)?),
        None => None,
    };
    let (kind_count, kinds) = match &options.attributes {
        Some(path) => {
            let table = read_attributes(path, &items, &train.visits, None)?;
            used::attributes(&table);
            table.kinds()
        }
        None => (0, Vec::new()),
    };
    for table in [&train, &test].into_iter().chain(&fit) {
        told(&table.log, &table.report);
    }
    used::training("--train", &train);
    used::test("--test", &test);
    let count = items.len();
    let settings = settings(options, count, kind_count)?;
    let all = &train.visits;
    let (before, later) = split(all, fit.map(|fit| fit.visits));
    let input = NextInput {
        items: count,
        before: &before,
        later: &later,
        all,
        kinds: (kind_count, &kinds),
        again: [&[], &[]],
        bought_again: &[],
    };
    let training = train_next(input, settings, &mut |stage, done, total| {
        show(&bar, stage, done, total)
    })
    .map_err(|error| Failure::usage(error.code(), error.to_string()))?;
    let pack = knowledge_pack("evaluation", items.ids(), training.source, Vec::new())
        .map_err(|error| Failure::usage(error.code(), error.to_string()))?;
    if let Some(path) = &options.knowledge {
        std::fs::write(path, &pack).map_err(|error| {
            Failure::failed(
                "eval/write",
                format!("cannot write {}: {error}", path.display()),
            )
        })?;
    }
    let replayed = Replayed::open(pack, items.ids())
        .map_err(|error| Failure::failed(error.code(), error.to_string()))?;
    let mut popularity = vec![0.0; items.len()];
    for &item in train.visits.iter().flat_map(|visit| &visit.items) {
        popularity[item as usize] += 1.0;
    }
    let mut methods: Vec<endcap_trainer::next::Baseline> = baselines(items.len(), &train.visits);
    methods.push(Box::new(replayed));
    let mut results = Vec::new();
    for method in &mut methods {
        let name = method.name().to_owned();
        results.push(measure(
            method.as_mut(),
            &test.visits,
            &popularity,
            &mut |done, total| {
                bar.set_message(format!("replaying: {name}"));
                bar.set_length(total as u64);
                bar.set_position(done as u64);
            },
        ));
    }
    bar.finish_and_clear();
    if options.json {
        print_json(&results)?;
    } else {
        say!(
            "{} items; {} visits to learn from, {} predictions to fit to, {} visits to predict\n\
             lists: memory {}, walk {}; log-likelihood of what happened: first stage {:.3}, both {:.3}\n",
            items.len(),
            train.visits.len(),
            training.examples,
            test.visits.len(),
            training.lists.memory,
            training.lists.walk,
            training.likelihood[0],
            training.likelihood[1],
        );
        print_table(&results)?;
    }
    Ok(())
}

/// Neighbours as asked for, or as many as the bytes allow.
fn settings(
    options: &NextItemOptions,
    items: usize,
    kinds: usize,
) -> Result<NextSettings, Failure> {
    let mut settings = NextSettings::default();
    if let Some(neighbours) = options.neighbours {
        settings.neighbours = usize::from(neighbours);
    }
    if let Some(most) = options.bytes_per_item {
        let bytes = |settings: NextSettings| settings.bytes_per_item(items, kinds);
        while bytes(settings) > most as f64 && settings.neighbours > 1 {
            settings.neighbours -= 1;
        }
        if bytes(settings) > most as f64 {
            return Err(Failure::usage(
                "eval/bytes-per-item",
                format!(
                    "{most} bytes per item are too few: the least is {:.0}",
                    bytes(settings).ceil()
                ),
            ));
        }
    }
    Ok(settings)
}
