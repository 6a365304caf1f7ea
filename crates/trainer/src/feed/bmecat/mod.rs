//! BMEcat, the catalogue of German wholesale, in; rows of Merchant attributes out.
//!
//! Versions 1.2 (`ARTICLE`, `SUPPLIER_AID`) and 2005 (`PRODUCT`, `SUPPLIER_PID`, texts by language). Names differ in `ARTICLE_` and
//! `PRODUCT_`, `_AID` and `_PID`, and are read alike, so that a file which mixes them is read as well.
//!
//! # Invariants
//! * Articles stream. What concerns all of them (header, groups, which article is in which group, kinds of prices) is gathered by a
//!   first pass over the file, because the maps of groups stand behind the articles.
//! * A file that is cut off or broken is told in the first pass, before any article.
//! * Prices of one pack are of one kind: list prices with and without tax do not compare.
//!
//! Deliberately absent: variants as articles of their own, price formulas, configurators, embedded files, contract prices by
//! customer (they belong into overlays).

mod article;
mod language;
mod outline;
mod price;
mod units;

use std::fs::File;
use std::io::{self, BufReader, Seek};
use std::sync::Arc;

pub(crate) use language::declared;
pub(crate) use outline::Outline;

use crate::error::TrainerError;
use crate::feed::FeedOptions;
use crate::feed::elements::{ElementRows, Elements, Take};
use crate::feed::json::issue;
use crate::issue::{IssueKind, Outcome, RowIssue};
use crate::source::Source;

/// The root of every BMEcat file.
pub(crate) const ROOT: &str = "BMECAT";

/// What a file is meant for, by its transaction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// A whole catalogue; all feeds in other formats are.
    #[default]
    Catalogue,
    /// `T_UPDATE_PRODUCTS`: articles that are new, changed or gone.
    Products,
    /// `T_UPDATE_PRICES`: prices that changed.
    Prices,
}

/// The field of a row that takes a product out, with this value.
pub(crate) const GONE: (&str, &str) = ("article.mode", "delete");

/// Opens the articles of a file.
///
/// # Errors
///
/// * [`TrainerError::Transaction`] if the file's transaction is none that is known.
/// * [`TrainerError::Broken`], [`TrainerError::Truncated`] or [`TrainerError::Read`] as the first pass meets them.
pub(crate) fn rows(
    mut source: Source,
    options: &FeedOptions,
) -> Result<(ElementRows, Scope), TrainerError> {
    let file = Arc::clone(&source.name);
    let kept = kept(&mut source)?;
    let first = match &kept {
        None => Source::open(&source.path)?,
        Some(kept) => source.with(from_start(kept)?),
    };
    let (outline, told) = Outline::read(first, options)?;
    let scope = outline.scope;
    if let Some(kept) = &kept {
        source.reader = from_start(kept)?;
    }
    let mut elements = Elements::new(source, take);
    elements.issues.extend(told);
    if options.price_type.is_none() && price::is_private(&outline.price_type) {
        let message = format!("there are but customers' prices ({})", outline.price_type);
        elements.issues.push_back(RowIssue {
            field: Some("price".into()),
            outcome: Outcome::FieldChanged,
            ..issue(&file, (1, None), IssueKind::PriceType, message)
        });
    }
    let to_row = move |article, issues: &mut _| article::row(article, &outline, &file, issues);
    Ok((ElementRows::new(elements, Box::new(to_row)), scope))
}

fn take(name: &str) -> Take {
    match name {
        "ARTICLE" | "PRODUCT" => Take::Whole,
        _ => Take::Pass,
    }
}

/// What a pipe brings, kept in a temporary file: it can be read once, and there are two passes. None for a file.
fn kept(source: &mut Source) -> Result<Option<File>, TrainerError> {
    let metadata = std::fs::metadata(&source.path).map_err(TrainerError::read(&source.path))?;
    if metadata.is_file() {
        return Ok(None);
    }
    let mut kept = tempfile::tempfile().map_err(TrainerError::temporary)?;
    io::copy(&mut source.reader, &mut kept).map_err(TrainerError::read(&source.path))?;
    Ok(Some(kept))
}

fn from_start(file: &File) -> Result<Box<BufReader<File>>, TrainerError> {
    let mut file = file.try_clone().map_err(TrainerError::temporary)?;
    file.rewind().map_err(TrainerError::temporary)?;
    Ok(Box::new(BufReader::new(file)))
}
