//! `endcap pack build`: options, progress bar and summary around the trainer.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;
use endcap_trainer::{
    DropReason, FacetField, Settings, TrainerError, Training, WrittenPack, canonical_name, read,
    write,
};

use crate::failure::Failure;
use crate::pack::show::{self, Bar};

/// Names of one list that the summary prints; the rest is counted.
const LISTED: usize = 8;

/// What `endcap pack build --help` ends with.
const AFTER_HELP: &str = "\
Feeds are JSON Lines, JSON, CSV, TSV or XML (RSS 2.0, Atom) in Google Merchant attributes, plain or .gz; the format
and the encoding are found by looking. Needed: id, title. Read besides: description, brand, mpn, gtin, product_type,
google_product_category, price, sale_price, availability, image_link, link, item_group_id, product_detail, color,
size, material, pattern, gender, age_group, condition, max_handling_time, custom_label_0 to _4; and product_type_key,
average_rating, review_count, price_tiers, accessories, spare_parts. Prices may be written `12.50 EUR` or `12,50 €`.

Rows that cannot be used are dropped, fields that cannot be used are left out; the summary counts and shows them.

Event logs are JSON Lines as GA4 exports them (event_name, items with item_id). They order products that nothing
else tells apart: a view counts 1, a cart 4, a purchase 10, a refund -6.

Examples:
  One language:
    endcap pack build products.csv --out packs
  Two languages, one manifest; the first one built is the shop's default:
    endcap pack build catalogue.de.jsonl --events events.jsonl --language de --out packs
    endcap pack build catalogue.en.jsonl --events events.jsonl --language en --out packs
  Filter by the season that stands in a custom label, and fail in a nightly job when the feed gets worse:
    endcap pack build feed.xml --facet custom_label_0=Season --strict --out packs";

/// Arguments of `endcap pack build`.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct BuildArgs {
    /// Feeds; the rows of all of them form one catalogue
    #[arg(required = true, value_name = "FEED")]
    feeds: Vec<PathBuf>,

    /// Folder for <hash>.pack and manifest.json, or the pack's file name when it ends in .pack
    #[arg(long, value_name = "DIR|FILE.pack")]
    out: PathBuf,

    /// Event logs, for the popularity of products
    #[arg(long, value_name = "FILE", num_args = 1..)]
    events: Vec<PathBuf>,

    /// Language of the texts, such as de; default: from the feed's name, as in catalogue.de.jsonl
    #[arg(long, value_name = "LANG")]
    language: Option<String>,

    /// Currency of the prices, such as EUR; default: that of the first price. Other currencies are left out
    #[arg(long, value_name = "CODE")]
    currency: Option<String>,

    /// The catalogue's name; default: the feed's file name
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// Make a facet of one more feed field; repeat for more
    #[arg(long = "facet", value_name = "FIELD[=LABEL]", value_parser = facet_field)]
    facets: Vec<FacetField>,

    /// Stop at the first warning or error, and write nothing
    #[arg(long)]
    strict: bool,

    /// Mark the catalogue as generated, so that it says so wherever it shows
    #[arg(long)]
    synthetic: bool,

    /// Write no compressed twin (.br) beside the pack
    #[arg(long)]
    no_compress: bool,
}

/// Builds a pack, and prints what became of the input.
pub(crate) fn run(args: &BuildArgs) -> Result<(), Failure> {
    let begin = Instant::now();
    let mut bar = Bar::new();
    let result = build(args, &mut bar);
    bar.finish();
    let (training, written) = result?;
    print_report(&training);
    print_summary(&training, &written, begin.elapsed());
    Ok(())
}

/// What the summary needs once the products have gone into the pack.
struct Built {
    written: WrittenPack,
    hash: String,
    products: u64,
    facets: u64,
    build_time: Duration,
}

fn build(args: &BuildArgs, bar: &mut Bar) -> Result<(Training, Built), Failure> {
    let settings = Settings {
        feeds: args.feeds.clone(),
        events: args.events.clone(),
        language: args.language.clone(),
        currency: args.currency.clone(),
        name: args.name.clone(),
        synthetic: args.synthetic,
        strict: args.strict,
        facets: args.facets.clone(),
    };
    let mut training = read(&settings, &mut |progress| bar.update(progress))?;
    let begin = Instant::now();
    let products = training.products.len() as u64;
    let facets = facet_count(&training);
    if products == 0 {
        bar.finish();
        print_report(&training);
    }
    let pack = training.take_pack()?;
    let build_time = begin.elapsed();
    let written = write(&pack, &args.out, !args.no_compress, &mut |progress| {
        bar.update(progress)
    })?;
    let built = Built {
        written,
        hash: pack.hash.to_string(),
        products,
        facets,
        build_time,
    };
    Ok((training, built))
}

fn facet_count(training: &Training) -> u64 {
    let names: std::collections::BTreeSet<&str> = training
        .products
        .iter()
        .flat_map(|product| &product.attributes)
        .map(|attribute| attribute.name.key.as_str())
        .collect();
    names.len() as u64
}

fn print_summary(training: &Training, built: &Built, total: Duration) {
    let meta = &training.meta;
    let written = &built.written;
    let line = |name: &str, text: String| println!("  {name:<11} {text}");
    println!("Built {}", written.pack.display());
    let synthetic = if meta.synthetic { ", synthetic" } else { "" };
    let language = if meta.language == "und" {
        "language unknown"
    } else {
        &meta.language
    };
    let currency = if meta.currency == "XXX" {
        "no prices with a currency"
    } else {
        &meta.currency
    };
    line(
        "catalogue",
        format!("{} ({language}, {currency}{synthetic})", meta.name),
    );
    let dropped = training.rows.saturating_sub(built.products);
    line(
        "products",
        format!(
            "{} of {}, {} dropped",
            show::count(built.products),
            show::many(training.rows, "row"),
            show::count(dropped)
        ),
    );
    line("attributes", attributes(training, built.facets));
    if let Some(events) = &training.events {
        line(
            "popularity",
            format!(
                "{}, from {} of {}; items that no feed has were named {}",
                show::many(events.products, "product"),
                show::count(events.counted),
                show::many(events.lines, "event"),
                show::many(events.unknown_items, "time")
            ),
        );
    }
    if training.respelled > 0 {
        let values = show::many(training.respelled, "value");
        line(
            "spellings",
            format!("{values} brought to the spelling that came first"),
        );
    }
    if training.dangling_references > 0 {
        let references = show::count(training.dangling_references);
        line(
            "references",
            format!("{references} to products that no feed has, left out"),
        );
    }
    if !training.ignored.is_empty() {
        line("not read", ignored(&training.ignored));
    }
    let brotli = written
        .brotli
        .as_ref()
        .map(|(_, bytes)| format!(", {} as brotli", show::bytes(*bytes)));
    line(
        "size",
        format!(
            "{}{}",
            show::bytes(written.bytes),
            brotli.unwrap_or_default()
        ),
    );
    line("hash", built.hash.clone());
    if let Some(manifest) = &written.manifest {
        line("manifest", manifest.display().to_string());
    }
    line(
        "time",
        format!(
            "{}, of which {} for the pack itself",
            show::time(total),
            show::time(built.build_time)
        ),
    );
    if meta.language == "und" {
        println!("note: the language is not known; say so with --language, such as --language de");
    }
}

fn attributes(training: &Training, kept: u64) -> String {
    let dropped = &training.dropped_attributes;
    if dropped.is_empty() {
        return format!("{} became facets", show::count(kept));
    }
    let of = |reason| {
        dropped
            .iter()
            .filter(|attribute| attribute.reason == reason)
            .count() as u64
    };
    let names: Vec<String> = dropped
        .iter()
        .take(LISTED)
        .map(|attribute| {
            format!(
                "{} ({})",
                attribute.label,
                show::count(attribute.products as u64)
            )
        })
        .collect();
    format!(
        "{} became facets; {} are searched only: {} {}, {} {}: {}",
        show::count(kept),
        show::count(dropped.len() as u64),
        show::count(of(DropReason::Rare)),
        DropReason::Rare,
        show::count(of(DropReason::FreeText)),
        DropReason::FreeText,
        listed(&names, dropped.len())
    )
}

fn ignored(fields: &BTreeMap<String, u64>) -> String {
    let mut fields: Vec<_> = fields.iter().collect();
    fields.sort_by_key(|(name, rows)| (std::cmp::Reverse(**rows), *name));
    let names: Vec<String> = fields
        .iter()
        .take(LISTED)
        .map(|(name, rows)| format!("{name} ({})", show::count(**rows)))
        .collect();
    listed(&names, fields.len())
}

fn listed(names: &[String], all: usize) -> String {
    let more = all - names.len();
    let text = names.join(", ");
    if more > 0 {
        format!("{text} and {} more", show::count(more as u64))
    } else {
        text
    }
}

/// Prints each kind of issue with its count, what to do, and the first examples.
fn print_report(training: &Training) {
    for (kind, tally) in training.report.tallies() {
        println!(
            "{}[{}] × {}: {}",
            kind.severity(),
            kind.code(),
            show::count(tally.count),
            kind.advice()
        );
        for example in &tally.examples {
            println!("    {example}");
        }
        if tally.count > tally.examples.len() as u64 {
            println!("    …");
        }
    }
}

fn facet_field(text: &str) -> Result<FacetField, String> {
    let (field, label) = text.split_once('=').unwrap_or((text, text));
    let (field, label) = (canonical_name(field), label.trim().to_owned());
    if field.is_empty() || label.is_empty() {
        return Err("expected FIELD or FIELD=LABEL, such as custom_label_0=Season".into());
    }
    Ok(FacetField { field, label })
}

impl From<TrainerError> for Failure {
    fn from(error: TrainerError) -> Self {
        let (code, message) = (error.code(), error.to_string());
        let failure = match &error {
            TrainerError::Setting(_) => Self::usage(code, message),
            error if error.is_rejection() => Self::rejected(code, message),
            _ => Self::failed(code, message),
        };
        failure.help(error.help())
    }
}
