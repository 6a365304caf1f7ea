//! `endcap pack delta`: what leads from one pack to another.

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use endcap::pack::{PackError, make_delta};
use endcap_trainer::{WrittenFile, compressed, write_delta};
use serde_json::json;

use crate::failure::Failure;
use crate::pack::inspect::rejected;
use crate::pack::show::{self, Bar};
use crate::pack::sign::SignOptions;

/// What `endcap pack delta --help` ends with.
const AFTER_HELP: &str = "\
Pages that have kept the old pack load the delta instead of the new one. It is small where the new pack was built on
the old one (endcap pack build --base, which also writes the delta); a delta that saves nothing is not written.

Examples:
  endcap pack delta packs/4f0c….pack packs/93ab….pack --out packs";

/// Arguments of `endcap pack delta`.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct DeltaArgs {
    /// The pack that pages have
    #[arg(value_name = "OLD")]
    old: PathBuf,

    /// The pack that they shall have
    #[arg(value_name = "NEW")]
    new: PathBuf,

    /// Folder for <hash>.pack, whose manifest.json names the delta if it names NEW; or a file name that ends in .pack
    #[arg(long, value_name = "DIR|FILE.pack")]
    pub(crate) out: PathBuf,

    /// Print the outcome as one JSON object
    #[arg(long)]
    json: bool,

    /// Write no compressed twin (.br) beside the delta
    #[arg(long)]
    no_compress: bool,

    #[command(flatten)]
    pub(crate) signing: SignOptions,
}

/// What came of a delta.
pub(crate) struct Outcome {
    /// Absent if it would save nothing.
    pub(crate) written: Option<WrittenFile>,
    /// Its size as brotli, and that of the whole new pack.
    pub(crate) brotli: (u64, u64),
}

/// Writes a delta and says what it saves.
pub(crate) fn run(args: &DeltaArgs) -> Result<(), Failure> {
    let begin = Instant::now();
    let mut bar = Bar::new();
    let (old, new) = (read(&args.old)?, read(&args.new)?);
    let outcome = between(
        (&args.old, &old),
        (&args.new, &new),
        &args.out,
        !args.no_compress,
        &mut bar,
    );
    bar.finish();
    let outcome = outcome?;
    if args.json {
        let written = outcome.written.as_ref();
        let object = json!({
            "delta": written.map(|file| file.path.display().to_string()),
            "bytes": written.map(|file| file.bytes),
            "brotli": outcome.brotli.0,
            "brotli_of_new": outcome.brotli.1,
            "seconds": begin.elapsed().as_secs_f64(),
        });
        return show::print(&format!("{object}\n"));
    }
    show::print(&format!(
        "{}\n  time        {}\n",
        outcome.text(),
        show::time(begin.elapsed())
    ))
}

/// Makes and writes the delta between two packs, unless the new pack is no longer than it.
pub(crate) fn between(
    (old_name, old): (&Path, &[u8]),
    (new_name, new): (&Path, &[u8]),
    out: &Path,
    compress: bool,
    bar: &mut Bar,
) -> Result<Outcome, Failure> {
    let name_of = |error: &PackError| match endcap::pack::Pack::open(old.to_vec()) {
        Err(_) => rejected(&old_name.display().to_string(), error),
        Ok(_) => rejected(&new_name.display().to_string(), error),
    };
    let delta = make_delta(old, new).map_err(|error| name_of(&error))?;
    let size = |bytes: &[u8]| compressed(bytes, &mut |_| {}).map_or(0, |bytes| bytes.len() as u64);
    let brotli = (size(&delta), size(new));
    let written = if brotli.0 < brotli.1 {
        Some(write_delta(&delta, out, compress, &mut |progress| {
            bar.update(progress)
        })?)
    } else {
        None
    };
    Ok(Outcome { written, brotli })
}

impl Outcome {
    pub(crate) fn text(&self) -> String {
        let (delta, new) = self.brotli;
        let share = format!(
            "{:.1} % of the whole pack",
            100.0 * delta as f64 / new.max(1) as f64
        );
        match &self.written {
            Some(file) => format!(
                "Wrote {}\n  delta       {}, {} as brotli: {share}",
                show::printable(&file.path.display().to_string()),
                show::bytes(file.bytes),
                show::bytes(delta),
            ),
            None => format!(
                "No delta written: {} as brotli, {share}\nhelp: build the new pack with --base, so that items keep their numbers",
                show::bytes(delta)
            ),
        }
    }
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(file).map_err(|error| {
        Failure::failed(
            "pack/read",
            show::printable(&format!("cannot read {}: {error}", file.display())),
        )
        .help("give a .pack file, as `endcap pack build` writes it")
    })
}
