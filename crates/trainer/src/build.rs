//! One build: feeds and event logs in, products and a report out, then a pack.
//!
//! # Invariants
//! * The same files and settings give the same bytes: no clock, no entropy, no hash-map order.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use endcap::catalogue::{Catalogue, CatalogueBuilder, CatalogueMeta, Product};
use endcap::pack::{Pack, PackHash};

use crate::attributes::{self, DroppedAttribute};
use crate::error::TrainerError;
use crate::events::{EventSummary, Popularity};
use crate::feed::declared_language;
use crate::feeds::{Updates, read_feeds};
use crate::head;
use crate::issue::Report;
use crate::output::compressed;
use crate::product::FacetField;

/// ISO 639's code for an undetermined language.
const UNDETERMINED: &str = "und";
/// ISO 4217's code for no currency.
const NO_CURRENCY: &str = "XXX";

/// Languages that are recognised in a file's name, such as `catalogue.de.jsonl`.
const LANGUAGES: [&str; 24] = [
    "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "hr", "hu", "it", "lt", "lv", "nl",
    "no", "pl", "pt", "ro", "sk", "sl", "sv", "tr",
];

/// What to build from.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Feeds; their rows form one catalogue.
    pub feeds: Vec<PathBuf>,
    /// Event logs.
    pub events: Vec<PathBuf>,
    /// Language of the texts; otherwise from the first feed's name, otherwise what a BMEcat file says, otherwise `und`.
    pub language: Option<String>,
    /// ISO 4217; otherwise that of most prices, otherwise `XXX`.
    pub currency: Option<String>,
    /// The catalogue's name; otherwise the first feed's file name.
    pub name: Option<String>,
    /// Marks the catalogue as generated. It is also marked when every product has `synthetic` as a custom label.
    pub synthetic: bool,
    /// Stops at the first warning or error.
    pub strict: bool,
    /// BMEcat's kind of prices, such as `gros_list`; otherwise the public one that most articles have.
    pub price_type: Option<String>,
    /// Further fields to filter by.
    pub facets: Vec<FacetField>,
    /// The pack whose numbers items keep, so that a delta from it stays small.
    pub base: Option<PathBuf>,
}

/// What is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Reading a feed; bytes of the file.
    Feed,
    /// Reading an event log; bytes of the file.
    Events,
    /// Compressing the pack; bytes of the pack.
    Compress,
    /// Trying queries on the catalogues; queries.
    Queries,
    /// Learning what is opened next; steps.
    Model,
}

/// How far it is.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    /// What is under way.
    pub stage: Stage,
    /// The file.
    pub name: &'a str,
    /// Bytes done.
    pub done: u64,
    /// Bytes altogether.
    pub total: u64,
    /// Rows or lines so far.
    pub rows: u64,
}

/// A catalogue as it was read, before it becomes a pack.
#[derive(Clone, Debug)]
pub struct Training {
    /// What is true of the whole catalogue.
    pub meta: CatalogueMeta,
    /// The products in feed order.
    pub products: Vec<Product>,
    /// What was wrong with the files.
    pub report: Report,
    /// Rows read, dropped ones included.
    pub rows: u64,
    /// What updates did to the catalogue that came before them.
    pub updates: Updates,
    /// Fields that nothing reads, with the number of rows that fill them.
    pub ignored: BTreeMap<String, u64>,
    /// Attributes that did not become facets.
    pub dropped_attributes: Vec<DroppedAttribute>,
    /// Values that were brought to the spelling that came first.
    pub respelled: u64,
    /// Accessories, spare parts and alternatives that no feed has; left out.
    pub dangling_references: u64,
    /// What the event logs held, if there were any.
    pub events: Option<EventSummary>,
    base: Option<Catalogue>,
}

/// A finished pack.
#[derive(Clone, Debug)]
pub struct BuiltPack {
    /// The file's content.
    pub bytes: Vec<u8>,
    /// Its name.
    pub hash: PackHash,
    /// Language of the catalogue.
    pub language: String,
}

/// Reads feeds and event logs.
///
/// # Errors
///
/// Every variant of [`TrainerError`] but `Write`, `NoProducts` and `Catalogue`.
pub fn read(
    settings: &Settings,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Training, TrainerError> {
    let first = settings
        .feeds
        .first()
        .ok_or_else(|| TrainerError::Setting("there is no feed to build from".into()))?;
    let language = language(settings, first)?;
    let base = settings.base.as_deref().map(open_catalogue).transpose()?;
    let given = settings.currency.as_deref().map(currency).transpose()?;
    let (mut normaliser, mut products, mut rows) =
        read_feeds(settings, &language, given.clone(), progress)?;
    // The first price may be the odd one out; then the feeds are read again for the currency of the most.
    let most = normaliser.other_currency();
    if given.is_none() && most.is_some() {
        (normaliser, products, rows) = read_feeds(settings, &language, most, progress)?;
    }
    let dangling_references = drop_dangling(&mut products);
    let keep: Vec<&str> = settings
        .facets
        .iter()
        .map(|facet| facet.field.as_str())
        .collect();
    let dropped_attributes = attributes::select(&mut products, &keep);
    let mut popularity = Popularity::new(&products);
    for path in &settings.events {
        popularity.read(path, &mut normaliser.report, progress)?;
    }
    let events = popularity.apply(&mut products);
    Ok(Training {
        meta: CatalogueMeta {
            name: settings.name.clone().unwrap_or_else(|| stem(first)),
            language,
            currency: normaliser.currency.unwrap_or_else(|| NO_CURRENCY.into()),
            synthetic: settings.synthetic
                || (!products.is_empty() && normaliser.synthetic == products.len() as u64),
        },
        products,
        report: normaliser.report,
        rows,
        updates: normaliser.updates,
        ignored: normaliser.ignored,
        dropped_attributes,
        respelled: normaliser.respelled,
        dangling_references,
        events: (!settings.events.is_empty()).then_some(events),
        base,
    })
}

impl Training {
    /// Builds the pack, and opens it once to be sure of it. The products move into it.
    ///
    /// # Errors
    ///
    /// * [`TrainerError::NoProducts`] if no row was left.
    /// * [`TrainerError::Catalogue`] if the catalogue does not fit the format.
    pub fn take_pack(&mut self) -> Result<BuiltPack, TrainerError> {
        if self.products.is_empty() {
            return Err(TrainerError::NoProducts { rows: self.rows });
        }
        let language = self.meta.language.clone();
        let mut builder = CatalogueBuilder::new(self.meta.clone());
        if let Some(base) = &self.base {
            builder = builder.on_base(base);
        }
        for product in std::mem::take(&mut self.products) {
            builder
                .push(product)
                .map_err(|error| TrainerError::catalogue(&error))?;
        }
        let bytes = builder
            .finish()
            .map_err(|error| TrainerError::catalogue(&error))?;
        built(bytes, language)
    }

    /// Builds the pack, and a head of it that takes at most `limit` bytes as brotli; none for a catalogue that fits into the
    /// limit as it is. The products move into the pack.
    ///
    /// # Errors
    ///
    /// As [`take_pack`](Self::take_pack).
    pub fn take_packs(
        &mut self,
        limit: usize,
    ) -> Result<(BuiltPack, Option<BuiltPack>), TrainerError> {
        let first: Vec<Product> = head::order(&self.products)
            .into_iter()
            .take(limit / LEAST_BYTES)
            .filter_map(|at| self.products.get(at).map(head::shortened))
            .collect();
        let pack = self.take_pack()?;
        let fits = compressed(&pack.bytes, &mut |_| {}).is_ok_and(|bytes| bytes.len() <= limit);
        if fits {
            return Ok((pack, None));
        }
        let bytes = head::build(&self.meta, &first, pack.hash, limit)?;
        let head = bytes.map(|bytes| built(bytes, pack.language.clone()));
        Ok((pack, head.transpose()?))
    }
}

/// No product takes fewer bytes of a compressed pack.
const LEAST_BYTES: usize = 12;

pub(crate) fn built(bytes: Vec<u8>, language: String) -> Result<BuiltPack, TrainerError> {
    let pack = Pack::open(bytes.clone()).map_err(|error| TrainerError::Catalogue {
        code: error.code(),
        message: error.to_string(),
    })?;
    Ok(BuiltPack {
        hash: pack.hash(),
        bytes,
        language,
    })
}

/// Opens the catalogue in a file.
///
/// # Errors
///
/// [`TrainerError::ReadPack`] or [`TrainerError::Pack`].
pub fn open_catalogue(file: &Path) -> Result<Catalogue, TrainerError> {
    let bytes = std::fs::read(file).map_err(|source| TrainerError::ReadPack {
        file: file.to_owned(),
        source,
    })?;
    Pack::open(bytes)
        .and_then(Catalogue::open)
        .map_err(|error| TrainerError::Pack {
            file: file.to_owned(),
            error,
        })
}

/// Takes out references to products that are not in the catalogue.
fn drop_dangling(products: &mut [Product]) -> u64 {
    let ids: HashSet<String> = products.iter().map(|product| product.id.clone()).collect();
    let mut dropped = 0;
    for product in products {
        let before = product.references.len();
        product
            .references
            .retain(|reference| ids.contains(&reference.id) && reference.id != product.id);
        dropped += (before - product.references.len()) as u64;
    }
    dropped
}

fn language(settings: &Settings, first: &Path) -> Result<String, TrainerError> {
    let Some(given) = &settings.language else {
        let name = file_name(first).to_lowercase();
        let mut parts = name.split(['.', '_', '-']).skip(1);
        let found = parts
            .find(|part| LANGUAGES.contains(part))
            .map(str::to_owned);
        let found = found.or_else(|| declared_language(first));
        return Ok(found.unwrap_or_else(|| UNDETERMINED.to_owned()));
    };
    let primary = given.split('-').next().unwrap_or_default();
    let letters = given
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if letters
        && (2..=3).contains(&primary.len())
        && primary.bytes().all(|byte| byte.is_ascii_lowercase())
    {
        Ok(given.clone())
    } else {
        Err(TrainerError::Setting(format!(
            "expected a language like `de` or `pt-BR`, got {given:?}"
        )))
    }
}

fn currency(given: &str) -> Result<String, TrainerError> {
    let upper = given.to_uppercase();
    if upper.len() == 3 && upper.bytes().all(|byte| byte.is_ascii_uppercase()) {
        Ok(upper)
    } else {
        Err(TrainerError::Setting(format!(
            "expected a currency like `EUR` (ISO 4217), got {given:?}"
        )))
    }
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

fn stem(path: &Path) -> String {
    let name = file_name(path);
    name.split('.').next().unwrap_or_default().to_owned()
}
