//! `endcap pack inspect`: what a pack holds, and what it costs.

use std::path::PathBuf;

use clap::Args;
use endcap::catalogue::{Catalogue, ItemIdx, Overlay};
use endcap::knowledge::Knowledge;
use endcap::pack::{Pack, PackError, PackHash, PackKind, delta_ends};
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
        let hash = pack.hash().to_string();
        let holds = match pack.kind() {
            PackKind::Knowledge => Knowledge::open(pack).map(|it| Holds::Knowledge(Box::new(it))),
            PackKind::Overlay => Overlay::open(pack).map(|it| Holds::Overlay(Box::new(it))),
            PackKind::Delta => delta_ends(pack).map(|(from, to)| Holds::Delta(from, to)),
            _ => Catalogue::open(pack).map(|it| Holds::Catalogue(Box::new(it))),
        };
        let holds = holds.map_err(|error| rejected(&name, &error))?;
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
            hash,
            holds,
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
    hash: String,
    holds: Holds,
}

/// What a pack holds, by its kind.
enum Holds {
    Catalogue(Box<Catalogue>),
    Knowledge(Box<Knowledge>),
    Overlay(Box<Overlay>),
    Delta(PackHash, PackHash),
}

impl Contents {
    fn text(&self) -> String {
        let mut text = format!("{}\n", show::printable(&self.name));
        let mut line = |name: &str, value: String| text += &format!("  {name:<11} {value}\n");
        line(
            "pack",
            format!("{}, format {}, {}", self.kind, self.version, self.hash),
        );
        line(&self.kind, show::printable(&self.holds.title()));
        for (name, count) in self.holds.counts() {
            line(name, show::count(count));
        }
        let examples = match &self.holds {
            Holds::Catalogue(catalogue) => products(catalogue),
            Holds::Knowledge(_) | Holds::Overlay(_) | Holds::Delta(..) => String::new(),
        };
        text + &self.table() + &examples
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

    fn json(&self) -> Value {
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
        let mut object = json!({
            "file": self.name,
            "kind": self.kind,
            "version": self.version,
            "hash": self.hash,
            "bytes": self.bytes,
            "brotli": self.brotli,
            "sections": sections,
        });
        self.holds.describe(&mut object);
        for (name, count) in self.holds.counts() {
            object[name] = json!(count);
        }
        object
    }
}

impl Holds {
    /// One line about the whole.
    fn title(&self) -> String {
        let (name, mut facts, synthetic) = match self {
            Self::Catalogue(catalogue) => {
                let meta = catalogue.meta();
                let facts = vec![meta.language.as_str(), meta.currency.as_str()];
                (&meta.name, facts, meta.synthetic)
            }
            Self::Knowledge(knowledge) => {
                let meta = knowledge.meta();
                let facts = meta.languages.iter().map(String::as_str).collect();
                (&meta.name, facts, meta.synthetic)
            }
            Self::Overlay(overlay) => {
                let meta = overlay.meta();
                let base = meta
                    .base
                    .map_or("any pack".to_owned(), |base| base.to_string());
                let (layer, sequence, currency) = (meta.layer, meta.sequence, &meta.currency);
                return format!("for {base}, layer {layer}, sequence {sequence}, {currency}");
            }
            Self::Delta(from, to) => return format!("{from} → {to}"),
        };
        facts.extend(synthetic.then_some("synthetic"));
        format!("{name} ({})", facts.join(", "))
    }

    fn counts(&self) -> Vec<(&'static str, u64)> {
        let counts: &[(&str, usize)] = match self {
            Self::Catalogue(catalogue) => &[
                ("products", catalogue.item_count()),
                ("facets", catalogue.facet_count()),
                ("values", catalogue.value_count()),
                ("terms", catalogue.term_count()),
                ("completions", catalogue.completion_count()),
            ],
            Self::Knowledge(knowledge) => &[
                ("products", knowledge.item_count()),
                ("queries", knowledge.query_count()),
                ("words", knowledge.word_count()),
                ("facets", knowledge.facet_count()),
                ("synonyms", knowledge.synonym_count()),
            ],
            Self::Overlay(overlay) => &[("products", overlay.len())],
            Self::Delta(..) => &[],
        };
        let counts = counts.iter();
        counts.map(|&(name, count)| (name, count as u64)).collect()
    }

    /// Adds what only this kind has.
    fn describe(&self, object: &mut Value) {
        match self {
            Self::Catalogue(catalogue) => {
                let meta = catalogue.meta();
                let first = catalogue.items().take(SHOWN).map(|item| {
                    json!({
                        "id": catalogue.id(item),
                        "title": catalogue.title(item),
                        "category": category(catalogue, item),
                        "price": catalogue.price(item),
                    })
                });
                object["name"] = json!(meta.name);
                object["language"] = json!(meta.language);
                object["currency"] = json!(meta.currency);
                object["synthetic"] = json!(meta.synthetic);
                object["first_products"] = first.collect();
            }
            Self::Knowledge(knowledge) => {
                let meta = knowledge.meta();
                object["name"] = json!(meta.name);
                object["languages"] = json!(meta.languages);
                object["lists"] = json!(meta.lists);
                object["synthetic"] = json!(meta.synthetic);
                object["weights_learned"] = json!(knowledge.has_weights());
                object["weights"] = json!(knowledge.weights().to_array());
            }
            Self::Overlay(overlay) => {
                let meta = overlay.meta();
                object["base"] = json!(meta.base.map(|base| base.to_string()));
                object["layer"] = json!(meta.layer);
                object["sequence"] = json!(meta.sequence);
                object["currency"] = json!(meta.currency);
            }
            Self::Delta(from, to) => {
                object["from"] = json!(from.to_string());
                object["to"] = json!(to.to_string());
            }
        }
    }
}

/// The first products, which are the best known.
fn products(catalogue: &Catalogue) -> String {
    let mut text = "\n".to_owned();
    for item in catalogue.items().take(SHOWN) {
        let price = catalogue
            .price(item)
            .map(|units| money(units, &catalogue.meta().currency));
        let price = price.map(|price| format!(", {price}")).unwrap_or_default();
        let (id, title) = (catalogue.id(item), catalogue.title(item));
        text += &format!("  {}\n", show::printable(&format!("{id}  {title}{price}")));
        let path = category(catalogue, item);
        if !path.is_empty() {
            text += &format!("      {}\n", show::printable(&path));
        }
    }
    if catalogue.item_count() > SHOWN {
        text += "  …\n";
    }
    text
}

fn category(catalogue: &Catalogue, item: ItemIdx) -> String {
    let Some(facet) = catalogue.facet("category") else {
        return String::new();
    };
    let mut values = catalogue.item_values(item);
    let value = values.find(|value| catalogue.facet_of(*value) == facet);
    value
        .map(|value| catalogue.value_name(value))
        .unwrap_or_default()
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
