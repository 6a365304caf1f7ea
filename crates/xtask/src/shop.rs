//! A shop's files for the demo, the tests and the benchmark: catalogue, pictures, packs.
//!
//! # Invariants
//! * A shop is made once; it is made anew when the code that makes it changes.
//! * A shop that is being served stays whole until its successor is.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::Deserialize;
use xshell::cmd;

use crate::stamp::Stamp;
use crate::ui;
use crate::workspace::Workspace;

/// What packs and demo data are made by; a change of the server alone leaves them alone.
const DATA_INPUTS: [&str; 5] = [
    "src",
    "crates/trainer",
    "crates/cli/src/demo_data",
    "crates/cli/src/pack",
    "Cargo.lock",
];

/// A shop's files, ready to be served.
pub(crate) struct Shop {
    /// The folder that holds all that follows.
    pub(crate) folder: PathBuf,
    /// `*.pack` and `manifest.json`.
    pub(crate) packs: PathBuf,
    /// The feeds that the packs were built from, which the shop's own pages read.
    pub(crate) feeds: Vec<PathBuf>,
    /// Product pictures, if we drew them.
    pub(crate) images: Option<PathBuf>,
}

impl Shop {
    /// The pack of a language, by the manifest that the server would read.
    pub(crate) fn pack(&self, language: &str) -> Result<PathBuf> {
        let manifest = Manifest::read(&self.packs)?;
        let entry = manifest
            .catalogues
            .get(language)
            .with_context(|| format!("the manifest names no catalogue in {language:?}"))?;
        Ok(self.packs.join(format!("{}.pack", entry.hash)))
    }

    /// What was learned from the shop's logs.
    pub(crate) fn knowledge(&self) -> Result<PathBuf> {
        let manifest = Manifest::read(&self.packs)?;
        let entry = manifest
            .knowledge
            .context("the manifest names no knowledge")?;
        Ok(self.packs.join(format!("{}.pack", entry.hash)))
    }
}

/// What is read of `manifest.json`.
#[derive(Deserialize)]
struct Manifest {
    catalogues: BTreeMap<String, Named>,
    knowledge: Option<Named>,
}

#[derive(Deserialize)]
struct Named {
    hash: String,
}

impl Manifest {
    fn read(packs: &Path) -> Result<Self> {
        let path = packs.join("manifest.json");
        let text = fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))?;
        Ok(serde_json::from_str(&text)?)
    }
}

/// Each how manieth product of the demo is on offer.
const ON_OFFER: usize = 40;
/// What is left of its price.
const OFFER: f64 = 0.85;

/// Writes a feed of reduced prices, such as a shop has apart from its catalogue.
fn write_offers(catalogue: &Path, offers: &Path) -> Result<()> {
    #[derive(Deserialize)]
    struct Priced {
        id: String,
        price: Option<String>,
    }
    let text =
        fs::read_to_string(catalogue).with_context(|| format!("read {}", catalogue.display()))?;
    let mut feed = String::new();
    for line in text.lines().step_by(ON_OFFER) {
        let Priced { id, price } = serde_json::from_str(line)?;
        let Some((amount, currency)) = price.as_deref().and_then(|price| price.split_once(' '))
        else {
            continue;
        };
        let reduced = amount.parse::<f64>().context("a price of the demo")? * OFFER;
        let offer = serde_json::json!({
            "id": id, "price": price, "sale_price": format!("{reduced:.2} {currency}"),
        });
        feed += &format!("{offer}\n");
    }
    fs::write(offers, feed).with_context(|| format!("write {}", offers.display()))
}

/// The synthetic shop in German and English, made once per seed and size.
pub(crate) fn generated(ws: &Workspace, seed: u64, products: u32) -> Result<Shop> {
    let name = format!("seed-{seed}-products-{products}");
    let folder = ws.target("demo").join(&name);
    let (data, packs) = (folder.join("catalogue"), folder.join("packs"));
    let shop = Shop {
        packs: packs.clone(),
        feeds: vec![
            data.join("catalogue.de.jsonl"),
            data.join("catalogue.en.jsonl"),
        ],
        images: Some(data.join("images")),
        folder,
    };
    let stamp = Stamp::new(ws, &format!("demo-{name}"), &DATA_INPUTS, &[])?;
    if stamp.is_fresh(&[packs.join("manifest.json"), data.join("events.jsonl")]) {
        return ui::step("demo shop", |_| {
            Ok(format!("unchanged in {}", ws.show(&shop.folder)))
        })
        .map(|()| shop);
    }
    let sh = &ws.shell;
    let endcap = ws.endcap();
    ui::step("demo data", |step| {
        let (seed, products) = (seed.to_string(), products.to_string());
        step.doing("drawing products and shoppers …");
        replace(&data, |out| {
            step.run(
                cmd!(
                    sh,
                    "{endcap} demo-data --out {out} --seed {seed} --products {products}"
                )
                .quiet(),
            )
        })?;
        Ok(format!("{products} products, seed {seed}"))
    })?;
    ui::step("packs", |step| {
        let events = data.join("events.jsonl");
        let offers = data.join("offers.jsonl");
        write_offers(&data.join("catalogue.de.jsonl"), &offers)?;
        let languages = [("de", "Demo-Shop"), ("en", "Demo shop")];
        replace(&packs, |out| {
            for ((language, name), feed) in languages.into_iter().zip(&shop.feeds) {
                step.doing(&format!("building the pack in {language} …"));
                step.run(
                    cmd!(
                        sh,
                        "{endcap} pack build {feed} --out {out} --events {events} --name {name} --language {language} --currency EUR --synthetic"
                    )
                    .quiet(),
                )?;
            }
            step.doing("learning from the shoppers' searches …");
            let (guests, words) = (data.join("guests.jsonl"), data.join("words.tsv"));
            step.run(
                cmd!(
                    sh,
                    "{endcap} pack knowledge {events} {guests} --catalogue {out} --proposals {words}"
                )
                .quiet(),
            )?;
            accept_all(&words)?;
            step.run(
                cmd!(
                    sh,
                    "{endcap} pack knowledge {events} {guests} --catalogue {out} --accept {words} --out {out} --name Demo-Shop"
                )
                .quiet(),
            )
        })?;
        Ok(describe(&packs))
    })?;
    stamp.write()?;
    Ok(shop)
}

/// Accepts every proposed synonym. Nobody keeps the demo shop: there the floors of the proposals decide alone.
fn accept_all(words: &Path) -> Result<()> {
    let table = fs::read_to_string(words).with_context(|| format!("read {}", words.display()))?;
    let accepted = table.lines().map(|line| {
        let mut cells: Vec<&str> = line.split('\t').collect();
        if let Some(verdict) = cells.get_mut(2)
            && verdict.is_empty()
        {
            *verdict = "accept";
        }
        cells.join("\t") + "\n"
    });
    fs::write(words, accepted.collect::<String>())
        .with_context(|| format!("write {}", words.display()))
}

/// A shop of somebody's own catalogue, in a folder named by the file's content and the options of its pack.
pub(crate) fn from_feed(ws: &Workspace, feed: &Path, options: &[&str]) -> Result<Shop> {
    let feed = fs::canonicalize(feed).with_context(|| format!("open {}", feed.display()))?;
    let mut inputs: Vec<&str> = DATA_INPUTS.to_vec();
    let feed_text = feed
        .to_str()
        .context("the feed's path is not Unicode: rename it")?;
    let content = Stamp::new(ws, "feed", &[feed_text], options)?;
    inputs.push(feed_text);
    let name = format!("feed-{}", &content.key()[..16]);
    let folder = ws.target("demo").join(&name);
    let packs = folder.join("packs");
    let stamp = Stamp::new(ws, &format!("demo-{name}"), &inputs, options)?;
    let sh = &ws.shell;
    let endcap = ws.endcap();
    ui::step("pack", |step| {
        if stamp.is_fresh(&[packs.join("manifest.json")]) {
            return Ok(format!("unchanged in {}", ws.show(&folder)));
        }
        step.doing("reading the feed …");
        replace(&packs, |out| {
            step.run(cmd!(sh, "{endcap} pack build {feed} --out {out} {options...}").quiet())
        })?;
        stamp.write()?;
        Ok(describe(&packs))
    })?;
    Ok(Shop {
        folder,
        packs,
        feeds: vec![feed],
        images: None,
    })
}

/// Makes a folder beside the old one, and puts it in its place only when it is complete.
fn replace(folder: &Path, make: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let fresh = folder.with_extension("new");
    fs::remove_dir_all(&fresh).or_else(absent_is_fine)?;
    make(&fresh)?;
    fs::remove_dir_all(folder).or_else(absent_is_fine)?;
    fs::rename(&fresh, folder).with_context(|| format!("move {} into its place", fresh.display()))
}

/// How many packs there are, and how large.
fn describe(packs: &Path) -> String {
    let sizes: Vec<u64> = fs::read_dir(packs)
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .filter(|entry| entry.path().extension().is_some_and(|end| end == "pack"))
        .filter_map(|entry| entry.metadata().ok())
        .map(|metadata| metadata.len())
        .collect();
    let total = sizes.iter().sum::<u64>() as f64 / 1e6;
    match sizes.len() {
        1 => format!("1 pack, {total:.1} MB"),
        n => format!("{n} packs, {total:.1} MB"),
    }
}

fn absent_is_fine(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::NotFound {
        Ok(())
    } else {
        Err(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_making_leaves_the_old_folder() {
        let place = tempfile::tempdir().expect("folder");
        let folder = place.path().join("packs");
        let made = |text: &'static str| {
            replace(&folder, |out| {
                fs::create_dir_all(out)?;
                Ok(fs::write(out.join("a"), text)?)
            })
        };
        made("one").expect("made");
        made("two").expect("made");
        let failed = replace(&folder, |out| {
            fs::create_dir_all(out)?;
            anyhow::bail!("no more paper")
        });
        assert!(failed.is_err());
        let text = fs::read_to_string(folder.join("a")).expect("read");
        assert_eq!(text, "two");
    }
}
