//! `endcap pack overlay`: prices and stock of a feed, to lie over a pack.

use std::path::PathBuf;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use clap::Args;
use endcap_trainer::{
    BuiltOverlay, OverlaySettings, Publishing, WrittenFile, open_catalogue, overlay, write_overlay,
};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::pack::show::{self, Bar};
use crate::pack::sign::SignOptions;
use crate::pack::summary;

/// What `endcap pack overlay --help` ends with.
const AFTER_HELP: &str = "\
The feed needs `id` and any of price, sale_price, availability, max_handling_time; a whole catalogue feed does as well.
What it says otherwise than the pack goes into the overlay. An overlay is complete: the next one replaces it, so always
compare with the pack and never with the overlay before.

Of BMEcat, T_UPDATE_PRICES and T_UPDATE_PRODUCTS do as well: give all since the pack was built, oldest first,
and the pack's --price-type.

Pages lay it over the open catalogue and look for a newer one by the manifest; nothing is rebuilt.

Examples:
  Every few minutes, from an export of prices and stock:
    endcap pack overlay stock.csv --base packs/4f0c….pack --out packs
  Two languages have two packs, and one feed:
    endcap pack overlay stock.csv --base packs/4f0c….pack packs/93ab….pack --out packs
  From a whole feed, hiding what is no longer in it:
    endcap pack overlay catalogue.jsonl --base packs/4f0c….pack --hide-missing --out packs";

/// Arguments of `endcap pack overlay`.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct OverlayArgs {
    /// Feeds with prices and stock
    #[arg(required = true, value_name = "FEED")]
    feeds: Vec<PathBuf>,

    /// The pack that it lies over; of several, each gets an overlay of its own
    #[arg(long, required = true, value_name = "PACK", num_args = 1..)]
    base: Vec<PathBuf>,

    /// Folder for <hash>.pack and manifest.json, or a file name that ends in .pack
    #[arg(long, value_name = "DIR|FILE.pack")]
    pub(crate) out: PathBuf,

    /// 0 holds for everybody; higher ones lie over it, and no manifest names them
    #[arg(long, value_name = "N", default_value_t = 0)]
    layer: u8,

    /// Orders the overlays of a layer; default: milliseconds since 1970
    #[arg(long, value_name = "N")]
    sequence: Option<u64>,

    /// Hide the products that no feed has
    #[arg(long)]
    hide_missing: bool,

    /// Publish it though it leaves less than half of the products that --out offers
    #[arg(long)]
    confirm_shrink: bool,

    /// BMEcat's kind of prices, such as gros_list; default: of net_list, gros_list and nrp the one that most articles have
    #[arg(long, value_name = "TYPE")]
    price_type: Option<String>,

    /// Stop at the first warning or error, and write nothing
    #[arg(long)]
    strict: bool,

    /// Print the outcome as one JSON object per base
    #[arg(long)]
    json: bool,

    /// Write no compressed twin (.br) beside the overlay
    #[arg(long)]
    no_compress: bool,

    #[command(flatten)]
    pub(crate) signing: SignOptions,
}

/// Writes an overlay for each base, and says what it changes.
pub(crate) fn run(args: &OverlayArgs) -> Result<(), Failure> {
    if args.base.len() > 1
        && args.out.extension().is_some_and(|end| end == "pack")
        && !args.out.is_dir()
    {
        return Err(Failure::usage(
            "overlay/out",
            "several bases need a folder: their overlays are several files",
        )
        .help("give --out a folder, or one --base at a time"));
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let settings = OverlaySettings {
        feeds: args.feeds.clone(),
        layer: args.layer,
        sequence: args
            .sequence
            .unwrap_or(now.map_or(0, |now| now.as_millis() as u64)),
        hide_missing: args.hide_missing,
        any_base: false,
        strict: args.strict,
        price_type: args.price_type.clone(),
    };
    for base in &args.base {
        let begin = Instant::now();
        let mut bar = Bar::new();
        let catalogue = open_catalogue(base)?;
        let built = overlay(&settings, &catalogue, &mut |progress| bar.update(progress))?;
        let how = Publishing {
            compress: !args.no_compress,
            confirm_shrink: args.confirm_shrink,
        };
        let written = write_overlay(&built, &args.out, how, &mut |progress| bar.update(progress));
        bar.finish();
        let written = written?;
        if args.json {
            show::print(&format!("{}\n", object(&built, &written)))?;
        } else {
            show::print(&(summary::report_of(&built.report) + &text(&built, &written)))?;
            show::print(&format!("  time        {}\n", show::time(begin.elapsed())))?;
        }
    }
    Ok(())
}

fn text(built: &BuiltOverlay, written: &WrittenFile) -> String {
    let brotli = written
        .brotli
        .as_ref()
        .map(|(_, bytes)| format!(", {} as brotli", show::bytes(*bytes)));
    let for_pack = built
        .meta
        .base
        .map_or("any pack".to_owned(), |base| base.to_string());
    format!(
        "Wrote {}\n  for         {for_pack}, layer {}, sequence {}\n  changes     {} of {}, {} hidden; {} about unknown products\n  size        {}{}\n",
        show::printable(&written.path.display().to_string()),
        built.meta.layer,
        built.meta.sequence,
        show::many(built.items as u64, "product"),
        show::many(built.rows, "row"),
        show::count(built.hidden as u64),
        show::many(built.unknown, "row"),
        show::bytes(written.bytes),
        brotli.unwrap_or_default(),
    )
}

fn object(built: &BuiltOverlay, written: &WrittenFile) -> Value {
    json!({
        "overlay": written.path.display().to_string(),
        "hash": built.hash.to_string(),
        "base": built.meta.base.map(|base| base.to_string()),
        "layer": built.meta.layer,
        "sequence": built.meta.sequence,
        "rows": built.rows,
        "products": built.items,
        "hidden": built.hidden,
        "unknown": built.unknown,
        "bytes": written.bytes,
        "brotli": written.brotli.as_ref().map(|(_, bytes)| *bytes),
        "issues": summary::issues_of(&built.report),
    })
}
