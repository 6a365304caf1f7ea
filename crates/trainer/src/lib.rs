//! Catalogue feeds and event logs in, packs out.
//!
//! [`read`] takes [`Settings`] and gives a [`Training`]: clean products and a [`Report`] of what was
//! wrong with the files. [`Training::take_pack`] makes the pack, [`write()`] puts it where servers
//! find it. [`knowledge::train`] does the same for event logs. Feeds are JSON Lines, JSON, CSV, TSV or XML in Google Merchant attributes.
//!
//! # Invariants
//! * Bad rows are counted, placed and told; they never stop a build unless that is asked for.
//! * Files stream: memory holds the products and one row, not the file.
//! * There is no terminal here: progress goes to a callback, the report is returned.

mod attributes;
mod build;
mod error;
mod events;
mod feed;
mod feeds;
mod field;
mod found;
mod head;
mod issue;
pub mod knowledge;
pub mod log;
mod manifest;
pub mod next;
mod output;
mod overlay;
mod product;
mod shrink;
mod source;
mod spill;

pub use attributes::{
    DropReason, DroppedAttribute, MAX_MEAN_LENGTH, MIN_PRODUCTS, MIN_SHARE, UNIQUE_MEAN_LENGTH,
    UNIQUE_SHARE,
};
pub use build::{BuiltPack, Progress, Settings, Stage, Training, open_catalogue, read};
pub use endcap::minor_unit_digits;
pub use error::{TrainerError, TransactionReason};
pub use events::{EventSummary, WEIGHTS};
pub use feed::{Feed, FeedOptions, Format, MAX_ROW_BYTES, Row, Scope, canonical_name};
pub use feeds::Updates;
pub use head::HEAD_BYTES;
pub use issue::{EXAMPLES_PER_KIND, IssueKind, Outcome, Report, RowIssue, Severity, Tally};
pub use manifest::{
    DeltaEntry, HeadEntry, KnowledgeEntry, Manifest, ManifestEntry, OverlayEntry, edit_manifest,
};
pub use output::{
    Publishing, WrittenFile, WrittenPack, compressed, write, write_delta, write_knowledge,
    write_overlay, write_with_head,
};
pub use overlay::{BuiltOverlay, OverlaySettings, overlay};
pub use product::{
    FacetField, MAX_DESCRIPTION, MAX_ID, MAX_LABEL, MAX_LINK, MAX_MPN, MAX_MPN_WORDS, MAX_TITLE,
    MAX_VALUE,
};
pub use shrink::Offer;

/// Keeps the README's example true.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
