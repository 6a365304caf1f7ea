//! `endcap demo-data`: a seed becomes a believable shop with shoppers who have tastes.
//!
//! # Invariants
//! * The same options give the same bytes on every platform: ChaCha8 numbers, `libm` functions, and
//!   nothing that depends on the clock or on the order of a hash map.
//! * All that is written says that it is synthetic.

mod dice;
mod feed;
mod guests;
mod links;
mod log;
mod numbers;
mod phrases;
mod picture;
mod price;
mod readme;
mod shop;
mod table;
mod taste;
#[cfg(test)]
mod tests;
mod typing;
mod visit;
mod wording;
mod workshop;

use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};

use links::Links;
use shop::Shop;
use taste::Shopper;
use wording::Language;

/// Makes a synthetic shop: catalogue, pictures, shoppers and their events.
///
/// Writes `catalogue.de.jsonl` and `catalogue.en.jsonl` (the same products in two languages),
/// `events.jsonl` (what shoppers did on 90 days), `guests.jsonl` (what guests searched for in words of their own),
/// `shoppers.jsonl` (the hidden tastes behind the events),
/// `images/*.svg` and a README. The same seed and sizes give the same bytes.
#[derive(clap::Args, Clone, Debug)]
#[command(after_help = "Examples:
  endcap demo-data --out shop
      20,000 products and 400 shoppers with the default seed.
  endcap demo-data --out tiny --products 500 --shoppers 20
      A small shop for a quick try.
  endcap pack build shop/catalogue.de.jsonl --events shop/events.jsonl --out packs
      What to do with it next.")]
pub(crate) struct DemoDataOptions {
    /// Folder to write to; it is made if missing; files of an earlier run are replaced, others stay.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Any number; another seed gives another shop.
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Number of products, variants counted one by one.
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(1..=5_000_000))]
    products: u32,
    /// Number of shoppers; each causes about 380 events.
    #[arg(long, default_value_t = 400, value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    shoppers: u32,
}

/// Runs `endcap demo-data`.
///
/// # Errors
///
/// When the folder or a file in it cannot be written; the message names it.
pub(crate) fn run(options: DemoDataOptions) -> Result<()> {
    let report = generate(&options)?;
    writeln!(io::stdout().lock(), "{report}").context("cannot print the summary")
}

/// What was written.
struct Report {
    seed: u64,
    out: PathBuf,
    bytes: u64,
    products: usize,
    models: usize,
    categories: usize,
    pictures: usize,
    shoppers: usize,
    tally: log::Tally,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = |name| self.tally.get(name).copied().unwrap_or_default();
        let events: u64 = self.tally.values().sum();
        let megabytes = self.bytes as f64 / 1e6;
        writeln!(
            f,
            "Synthetic shop, seed {}, in {} ({megabytes:.1} MB and pictures)",
            self.seed,
            self.out.display()
        )?;
        writeln!(
            f,
            "  {:>8} products of {} models in {} categories, German and English",
            self.products, self.models, self.categories
        )?;
        writeln!(f, "  {:>8} pictures", self.pictures)?;
        writeln!(f, "  {:>8} shoppers with hidden tastes", self.shoppers)?;
        write!(
            f,
            "  {events:>8} events: {} views, {} searches, {} purchases, {} returns",
            count("view_item"),
            count("search"),
            count("purchase"),
            count("refund"),
        )
    }
}

fn generate(options: &DemoDataOptions) -> Result<Report> {
    let (out, seed) = (&options.out, options.seed);
    let images = out.join("images");
    fs::create_dir_all(&images).with_context(|| {
        format!(
            "cannot make the folder {}; choose another --out",
            images.display()
        )
    })?;

    let shop = Shop::furnish(seed, options.products as usize);
    let shoppers: Vec<_> = (0..options.shoppers as usize)
        .map(|number| Shopper::invent(&shop, number))
        .collect();
    let links = Links::new(&shop);

    let mut bytes = 0;
    for language in [Language::German, Language::English] {
        let name = format!("catalogue.{}.jsonl", language.code());
        let bar = progress(&name, shop.articles.len() as u64);
        bytes += write_file(&out.join(name), |file| {
            feed::write(&shop, &links, language, file, || bar.inc(1))
        })?
        .0;
        bar.finish_and_clear();
    }
    let pictures = draw(&shop, &images)?;
    bytes += write_file(&out.join("shoppers.jsonl"), |file| {
        taste::write(seed, &shoppers, file)
    })?
    .0;
    let bar = progress("events.jsonl", log::DAYS);
    let (written, tally) = write_file(&out.join("events.jsonl"), |file| {
        log::write(&shop, &shoppers, file, || bar.inc(1))
    })?;
    bar.finish_and_clear();
    bytes += written;
    let guests = options.shoppers as usize * guests::PER_SHOPPER;
    bytes += write_file(&out.join("guests.jsonl"), |file| {
        guests::write(&shop, guests, file)
    })?
    .0;
    let readme = readme::text(&shop, &shoppers, &tally, pictures);
    bytes += write_file(&out.join("README.md"), |file| {
        file.write_all(readme.as_bytes())
    })?
    .0;

    Ok(Report {
        seed,
        out: out.clone(),
        bytes,
        products: shop.articles.len(),
        models: shop.models.len(),
        categories: shop.shelves.len(),
        pictures,
        shoppers: shoppers.len(),
        tally,
    })
}

/// Draws every picture that an article needs and returns how many there are.
fn draw(shop: &Shop, folder: &Path) -> Result<usize> {
    let pictures = shop::pictures(shop);
    let bar = progress("images", pictures.len() as u64);
    for picture in &pictures {
        let svg = picture.render().with_context(|| {
            format!("the tables name the picture {picture:?}, which nobody has drawn")
        })?;
        let path = folder.join(picture.file_name());
        fs::write(&path, svg).with_context(|| format!("cannot write {}", path.display()))?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(pictures.len())
}

/// Lets `write` fill the file at `path`; returns its size and what `write` returned.
fn write_file<T>(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<T>,
) -> Result<(u64, T)> {
    let attempt = || {
        let mut file = BufWriter::new(File::create(path)?);
        let answer = write(&mut file)?;
        file.flush()?;
        Ok((file.get_ref().metadata()?.len(), answer))
    };
    attempt().map_err(|error: io::Error| {
        anyhow::Error::new(error).context(format!(
            "cannot write {}; is the disk full or the folder read-only?",
            path.display()
        ))
    })
}

/// A progress bar on standard error; `indicatif` hides it where that is no terminal.
fn progress(what: &str, length: u64) -> ProgressBar {
    let bar = ProgressBar::new(length);
    if let Ok(style) = ProgressStyle::with_template("{msg:20} {wide_bar} {human_pos}/{human_len}") {
        bar.set_style(style);
    }
    bar.set_message(what.to_owned());
    bar
}
