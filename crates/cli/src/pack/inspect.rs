//! `endcap pack inspect`: what a pack holds, and what it costs.

use std::path::PathBuf;

use clap::Args;
use endcap::catalogue::{Catalogue, ItemIdx};
use endcap::pack::{Pack, PackError};
use endcap_trainer::compressed;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::pack::show::{self, Bar};

/// Products that are shown: the first ones, which are the most popular.
const SHOWN: usize = 5;

/// What `endcap pack inspect --help` ends with.
const AFTER_HELP: &str = "\
The brotli column is each section by itself; the last line is the whole pack, as a server sends it.

Examples:
  endcap pack inspect packs/*.pack
  endcap pack inspect packs/4f0c….pack --json | jq '.sections[] | {name, bytes}'";

/// Arguments of `endcap pack inspect`.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct InspectArgs {
    /// The packs
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Print one JSON object per pack instead of text
    #[arg(long)]
    json: bool,
}

/// Prints the packs one after the other; stops at the first that cannot be read.
pub(crate) fn run(args: &InspectArgs) -> Result<(), Failure> {
    for file in &args.files {
        let bytes = std::fs::read(file).map_err(|error| {
            Failure::failed(
                "pack/read",
                show::printable(&format!("cannot read {}: {error}", file.display())),
            )
            .help("give a .pack file, as `endcap pack build` writes it")
        })?;
        let name = file.display().to_string();
        let pack = Pack::open(bytes.clone()).map_err(|error| rejected(&name, &error))?;
        let version = pack.version();
        let kind = pack.kind().to_string();
        let sections: Vec<_> = pack.sections().collect();
        let catalogue = Catalogue::open(pack).map_err(|error| rejected(&name, &error))?;
        let mut bar = Bar::new();
        bar.start("Measuring", &name, bytes.len() as u64);
        let (sections, whole) = std::thread::scope(|scope| {
            // The whole takes as long as all its sections together.
            let whole = scope.spawn(|| brotli_bytes(&bytes));
            let mut done = 0;
            let sections = sections.into_iter().map(|section| {
                let part = bytes
                    .get(section.offset..section.offset + section.bytes)
                    .unwrap_or_default();
                let measured = Section {
                    name: section.name,
                    elements: section.elements as u64,
                    bytes: section.bytes as u64,
                    brotli: brotli_bytes(part),
                };
                done += measured.bytes;
                bar.update_position(done);
                measured
            });
            (sections.collect(), whole.join().unwrap_or_default())
        });
        bar.finish();
        let contents = Contents {
            name,
            kind,
            version,
            bytes: bytes.len() as u64,
            brotli: whole,
            sections,
            catalogue,
        };
        if args.json {
            show::print(&format!("{}\n", contents.json()))?;
        } else {
            show::print(&contents.text())?;
        }
    }
    Ok(())
}

fn brotli_bytes(part: &[u8]) -> u64 {
    compressed(part, &mut |_| {}).map_or(0, |bytes| bytes.len() as u64)
}

struct Section {
    name: &'static str,
    elements: u64,
    bytes: u64,
    brotli: u64,
}

struct Contents {
    name: String,
    kind: String,
    version: u32,
    bytes: u64,
    brotli: u64,
    sections: Vec<Section>,
    catalogue: Catalogue,
}

impl Contents {
    fn text(&self) -> String {
        let catalogue = &self.catalogue;
        let meta = catalogue.meta();
        let mut text = format!("{}\n", show::printable(&self.name));
        let mut line = |name: &str, value: String| text += &format!("  {name:<11} {value}\n");
        line(
            "pack",
            format!(
                "{}, format {}, {}",
                self.kind,
                self.version,
                catalogue.hash()
            ),
        );
        let synthetic = if meta.synthetic { ", synthetic" } else { "" };
        let (name, language, currency) = (&meta.name, &meta.language, &meta.currency);
        line(
            "catalogue",
            show::printable(&format!("{name} ({language}, {currency}{synthetic})")),
        );
        for (name, count) in self.counts() {
            line(name, show::count(count));
        }
        text + &self.table() + &self.products()
    }

    fn table(&self) -> String {
        let width = self
            .sections
            .iter()
            .map(|section| section.name.len())
            .max()
            .unwrap_or(0);
        let row = |cells: [&str; 5]| {
            let [name, elements, bytes, share, brotli] = cells;
            format!("  {name:<width$} {elements:>12} {bytes:>12} {share:>7} {brotli:>12}\n")
        };
        let share = |bytes: u64| format!("{:.1}%", 100.0 * bytes as f64 / self.bytes.max(1) as f64);
        let mut text = "\n".to_owned() + &row(["section", "elements", "bytes", "share", "brotli"]);
        for section in &self.sections {
            text += &row([
                section.name,
                &show::count(section.elements),
                &show::count(section.bytes),
                &share(section.bytes),
                &show::count(section.brotli),
            ]);
        }
        text + &row([
            "whole",
            "",
            &show::count(self.bytes),
            &share(self.bytes),
            &show::count(self.brotli),
        ])
    }

    fn products(&self) -> String {
        let catalogue = &self.catalogue;
        let mut text = "\n".to_owned();
        for item in catalogue.items().take(SHOWN) {
            let price = catalogue
                .price(item)
                .map(|units| money(units, &catalogue.meta().currency));
            let price = price.map(|price| format!(", {price}")).unwrap_or_default();
            let (id, title) = (catalogue.id(item), catalogue.title(item));
            text += &format!("  {}\n", show::printable(&format!("{id}  {title}{price}")));
            let path = self.category(item);
            if !path.is_empty() {
                text += &format!("      {}\n", show::printable(&path));
            }
        }
        if catalogue.item_count() > SHOWN {
            text += "  …\n";
        }
        text
    }

    fn counts(&self) -> [(&'static str, u64); 5] {
        let catalogue = &self.catalogue;
        [
            ("products", catalogue.item_count() as u64),
            ("facets", catalogue.facet_count() as u64),
            ("values", catalogue.value_count() as u64),
            ("terms", catalogue.term_count() as u64),
            ("completions", catalogue.completion_count() as u64),
        ]
    }

    fn category(&self, item: ItemIdx) -> String {
        let catalogue = &self.catalogue;
        let Some(facet) = catalogue.facet("category") else {
            return String::new();
        };
        let mut values = catalogue.item_values(item);
        let value = values.find(|value| catalogue.facet_of(*value) == facet);
        value
            .map(|value| catalogue.value_name(value))
            .unwrap_or_default()
    }

    fn json(&self) -> Value {
        let catalogue = &self.catalogue;
        let meta = catalogue.meta();
        let sections: Vec<Value> = self
            .sections
            .iter()
            .map(|section| {
                json!({
                    "name": section.name,
                    "elements": section.elements,
                    "bytes": section.bytes,
                    "brotli": section.brotli,
                })
            })
            .collect();
        let products: Vec<Value> = catalogue
            .items()
            .take(SHOWN)
            .map(|item| {
                json!({
                    "id": catalogue.id(item),
                    "title": catalogue.title(item),
                    "category": self.category(item),
                    "price": catalogue.price(item),
                })
            })
            .collect();
        let mut object = json!({
            "file": self.name,
            "kind": self.kind,
            "version": self.version,
            "hash": catalogue.hash().to_string(),
            "name": meta.name,
            "language": meta.language,
            "currency": meta.currency,
            "synthetic": meta.synthetic,
            "bytes": self.bytes,
            "brotli": self.brotli,
            "sections": sections,
            "first_products": products,
        });
        for (name, count) in self.counts() {
            object[name] = json!(count);
        }
        object
    }
}

fn money(units: u32, currency: &str) -> String {
    let decimals = endcap_trainer::minor_unit_digits(currency);
    if decimals == 0 {
        return format!("{units} {currency}");
    }
    let base = 10_u32.pow(decimals);
    format!(
        "{}.{:0width$} {currency}",
        units / base,
        units % base,
        width = decimals as usize
    )
}

pub(super) fn rejected(name: &str, error: &PackError) -> Failure {
    // The engine's message says what is wrong and, behind the last semicolon, what to do.
    let text = error.to_string();
    let (message, help) = text
        .rsplit_once("; ")
        .unwrap_or((&text, "build the pack again"));
    Failure::rejected(error.code(), show::printable(&format!("{name}: {message}"))).help(help)
}
