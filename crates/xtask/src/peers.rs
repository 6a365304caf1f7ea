//! `cargo xtask bench peers`: the engine beside the libraries that people use today, in one Node process and one run.
//!
//! What is measured, and how, is `benches/peers`; here are only the data and what has to be built.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use serde::Serialize;
use xshell::cmd;

use crate::setup::{self, Needs};
use crate::workspace::Workspace;
use crate::{build, shop, ui};

/// Real catalogues and judgements, which are no part of the repository.
const SHARED: &str = "../shared/data";

/// Generated shops. The large one shows how times grow, so nothing else is asked of it.
const GENERATED: [(&str, u32, bool); 2] =
    [("demo-20k", 20_000, false), ("demo-100k", 100_000, true)];

/// The seed of the generated shops: the demo's, so that the smaller one is shared with it.
const SHOP_SEED: u64 = 7;

/// What to measure and how to print it.
#[derive(clap::Args)]
pub(crate) struct PeersArgs {
    /// Print JSON on standard output
    #[arg(long)]
    json: bool,
    /// Only these: catalogues of ../shared/data, demo-20k, demo-100k [default: all catalogues there, or demo-20k; and demo-100k]
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    data: Vec<String>,
    /// Only these engines
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    engines: Vec<String>,
    /// How many judged queries are drawn; other samples are as fractions of it
    #[arg(long, default_value_t = 300)]
    queries: u32,
}

/// What `benches/peers/run.mjs` is asked.
#[derive(Serialize)]
struct Request<'a> {
    data: Vec<Data>,
    queries: u32,
    engines: &'a [String],
}

#[derive(Serialize)]
struct Data {
    name: String,
    feed: PathBuf,
    judgements: Option<PathBuf>,
    events: Option<PathBuf>,
    language: &'static str,
    speed_only: bool,
}

/// Measures all engines on all data.
pub(crate) fn run(ws: &Workspace, args: &PeersArgs) -> Result<()> {
    setup::run(ws, Needs::Build)?;
    ui::headline("Build");
    build::package(ws)?;
    build::command(ws)?;
    let names = if args.data.is_empty() {
        default_names(ws)?
    } else {
        args.data.clone()
    };
    let data = names
        .iter()
        .map(|name| find(ws, name))
        .collect::<Result<_>>()?;
    let request = serde_json::to_string(&Request {
        data,
        queries: args.queries,
        engines: &args.engines,
    })?;
    ui::headline("Measure");
    let script = ws.path("benches/peers/run.mjs");
    let rows = cmd!(ws.shell, "node --expose-gc {script} {request}")
        .env("ENDCAP_BIN", ws.endcap())
        .env("ENDCAP_PKG", ws.pkg())
        .quiet()
        .read()?;
    if args.json {
        println!("{rows}");
    }
    Ok(())
}

fn default_names(ws: &Workspace) -> Result<Vec<String>> {
    let mut names = Vec::new();
    let folder = ws.path(SHARED).join("catalogues");
    if folder.is_dir() {
        for entry in fs::read_dir(&folder)? {
            let file = entry?.file_name();
            names.extend(
                file.to_string_lossy()
                    .strip_suffix(".jsonl.gz")
                    .map(str::to_owned),
            );
        }
        names.sort();
    }
    if names.is_empty() {
        ui::note(
            "there is no ../shared/data beside the repository: a generated shop takes its place, without judged queries",
        );
        names.push("demo-20k".into());
    }
    names.push("demo-100k".into());
    Ok(names)
}

fn find(ws: &Workspace, name: &str) -> Result<Data> {
    if let Some(&(_, products, speed_only)) = GENERATED.iter().find(|(known, ..)| *known == name) {
        let shop = shop::generated(ws, SHOP_SEED, products)?;
        let feed = shop.feeds.first().context("a shop without a feed")?;
        return Ok(Data {
            name: name.into(),
            feed: feed.clone(),
            judgements: None,
            events: Some(feed.with_file_name("events.jsonl")),
            language: "de",
            speed_only,
        });
    }
    let folder = ws.path(SHARED);
    let feed = folder.join("catalogues").join(format!("{name}.jsonl.gz"));
    if !feed.is_file() {
        let generated: Vec<&str> = GENERATED.iter().map(|(name, ..)| *name).collect();
        bail!(
            "there is no {}: name a catalogue of that folder, or {}",
            feed.display(),
            generated.join(" or ")
        );
    }
    let judgements = folder.join("judgements").join(format!("{name}.json.gz"));
    Ok(Data {
        name: name.into(),
        feed,
        judgements: judgements.is_file().then_some(judgements),
        events: None,
        language: "en",
        speed_only: false,
    })
}
