//! `endcap pack build`: options, progress bar and summary around the trainer.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use endcap::catalogue::Product;
use endcap_trainer::{
    FacetField, HEAD_BYTES, Publishing, Settings, TrainerError, Training, canonical_name, read,
    write_with_head,
};

use crate::failure::Failure;
use crate::pack::delta;
use crate::pack::show::{self, Bar};
use crate::pack::sign::SignOptions;
use crate::pack::summary::{self, Built};

/// What `endcap pack build --help` ends with.
const AFTER_HELP: &str = "\
Feeds are JSON Lines, JSON, CSV, TSV or XML (RSS 2.0, Atom) in Google Merchant attributes, or BMEcat 1.2 and 2005, plain
or .gz; the format and the encoding are found by looking. Needed: id, title. Read besides: description, brand, mpn, gtin, product_type,
google_product_category, price, sale_price, availability, image_link, link, item_group_id, product_detail, color,
size, material, pattern, gender, age_group, condition, max_handling_time, custom_label_0 to _4; and product_type_key,
average_rating, review_count, price_tiers, accessories, spare_parts, alternatives. Prices may be written `12.50 EUR` or `12,50 €`.

BMEcat is T_NEW_CATALOG; T_UPDATE_PRODUCTS may follow as further feeds, oldest first. T_UPDATE_PRICES makes an overlay
(endcap pack overlay). Prices of a pack are of one kind (--price-type).

Rows that cannot be used are dropped, fields that cannot be used are left out; the summary counts and shows them.

Event logs are GA4, BigQuery or Segment JSON Lines, TSV, CSV or Parquet, plain, .gz or .zst (endcap pack knowledge --help
has more). They order products that nothing else tells apart: a view counts 1, a cart 4, a purchase 10, a refund -6.

Examples:
  One language:
    endcap pack build products.csv --out packs
  Two languages, one manifest; the first one built is the shop's default:
    endcap pack build catalogue.de.jsonl --events events.jsonl --language de --out packs
    endcap pack build catalogue.en.jsonl --events events.jsonl --language en --out packs
  Every night after the first; pages that have the last pack load the delta:
    endcap pack build feed.xml --base packs/4f0c….pack --out packs
  A wholesaler's catalogue with its prices for everybody, and the update since:
    endcap pack build bmecat.xml update.xml --price-type gros_list --out packs
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
    pub(crate) out: PathBuf,

    /// Event logs, for the popularity of products
    #[arg(long, value_name = "FILE", num_args = 1..)]
    events: Vec<PathBuf>,

    /// Language of the texts, such as de; default: from the feed's name, as in catalogue.de.jsonl
    #[arg(long, value_name = "LANG")]
    language: Option<String>,

    /// Currency of the prices, such as EUR; default: that of most prices. Other currencies are left out
    #[arg(long, value_name = "CODE")]
    currency: Option<String>,

    /// BMEcat's kind of prices, such as gros_list; default: of net_list, gros_list and nrp the one that most articles have
    #[arg(long, value_name = "TYPE")]
    price_type: Option<String>,

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

    /// Let products keep the numbers that they have in this pack, and write the delta from it beside the new one
    #[arg(long, value_name = "PACK")]
    base: Option<PathBuf>,

    /// Publish it though it has less than half of the products that --out offers in its language
    #[arg(long)]
    confirm_shrink: bool,

    /// Bytes of brotli that the head may take, from which pages begin; 0: write none
    #[arg(long, value_name = "BYTES", default_value_t = HEAD_BYTES)]
    head_bytes: usize,

    /// Print the summary as one JSON object, for a nightly job
    #[arg(long)]
    json: bool,

    /// Write no compressed twin (.br) beside the pack
    #[arg(long)]
    no_compress: bool,

    #[command(flatten)]
    pub(crate) signing: SignOptions,
}

/// Builds a pack, and prints what became of the input.
pub(crate) fn run(args: &BuildArgs) -> Result<(), Failure> {
    let begin = Instant::now();
    let mut bar = Bar::new();
    let result = build(args, &mut bar);
    bar.finish();
    let (training, built) = result?;
    if args.json {
        show::print(&format!(
            "{}\n",
            summary::json(&training, &built, begin.elapsed())
        ))
    } else {
        let report = summary::report(&training);
        show::print(&(report + &summary::text(&training, &built, begin.elapsed())))
    }
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
        price_type: args.price_type.clone(),
        facets: args.facets.clone(),
        base: args.base.clone(),
    };
    let mut begin = Instant::now();
    let mut lap = || std::mem::replace(&mut begin, Instant::now()).elapsed();
    let mut training = read(&settings, &mut |progress| bar.update(progress))?;
    let read_time = lap();
    let products = training.products.len() as u64;
    let (filled, facets) = (filled(&training), facet_count(&training));
    if products == 0 {
        bar.finish();
        show::print(&summary::report(&training))?;
    }
    let into_file = args.out.extension().is_some_and(|end| end == "pack") && !args.out.is_dir();
    let (pack, head) = if args.head_bytes == 0 || into_file {
        (training.take_pack()?, None)
    } else {
        training.take_packs(args.head_bytes)?
    };
    let build_time = lap();
    let compress = !args.no_compress;
    let how = Publishing {
        compress,
        confirm_shrink: args.confirm_shrink,
    };
    let written = write_with_head(&pack, head.as_ref(), &args.out, how, &mut |progress| {
        bar.update(progress)
    })?;
    let delta = match &args.base {
        Some(base) if !into_file => {
            let old = std::fs::read(base).map_err(|source| TrainerError::ReadPack {
                file: base.clone(),
                source,
            })?;
            let new = (written.pack.as_path(), pack.bytes.as_slice());
            Some(delta::between((base, &old), new, &args.out, compress, bar)?)
        }
        _ => None,
    };
    let built = Built {
        written,
        hash: pack.hash.to_string(),
        products,
        filled,
        facets,
        read_time,
        build_time,
        write_time: lap(),
        delta,
    };
    Ok((training, built))
}

/// How many products fill each of the fields that pages and search live on.
fn filled(training: &Training) -> Vec<(&'static str, u64)> {
    type IsFilled = fn(&Product) -> bool;
    let fields: [(&str, IsFilled); 7] = [
        ("category", |product| !product.category.is_empty()),
        ("brand", |product| !product.brand.is_empty()),
        ("price", |product| product.price.is_some()),
        ("picture", |product| !product.image.is_empty()),
        ("link", |product| !product.link.is_empty()),
        ("article number", |product| !product.mpn.is_empty()),
        ("GTIN", |product| !product.gtin.is_empty()),
    ];
    let count = |is_filled: IsFilled| {
        training
            .products
            .iter()
            .filter(|product| is_filled(product))
            .count()
    };
    fields
        .into_iter()
        .map(|(name, is_filled)| (name, count(is_filled) as u64))
        .collect()
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
        let (code, message) = (error.code(), show::printable(&error.to_string()));
        let failure = match &error {
            TrainerError::Setting(_) => Self::usage(code, message),
            error if error.is_rejection() => Self::rejected(code, message),
            _ => Self::failed(code, message),
        };
        failure.help(show::printable(&error.help()))
    }
}
