//! What the tests share: fixtures by name, and builds of them.

use std::path::{Path, PathBuf};

use endcap::catalogue::Product;
use endcap_trainer::{FacetField, IssueKind, Settings, TrainerError, Training, read};

/// A file of `tests/fixtures`.
pub(crate) fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}

/// Settings that read one fixture.
pub(crate) fn settings(name: &str) -> Settings {
    Settings {
        feeds: vec![fixture(name)],
        ..Settings::default()
    }
}

/// Settings that read one fixture and keep facets which so few products have.
pub(crate) fn keeping(name: &str, fields: &[&str]) -> Settings {
    let facet = |field: &&str| FacetField {
        field: (*field).to_owned(),
        label: (*field).to_owned(),
    };
    Settings {
        facets: fields.iter().map(facet).collect(),
        ..settings(name)
    }
}

/// Settings that read a file with this content.
pub(crate) fn feed(folder: &Path, name: &str, content: &[u8]) -> Settings {
    let path = folder.join(name);
    std::fs::write(&path, content).unwrap();
    Settings {
        feeds: vec![path],
        ..Settings::default()
    }
}

/// Reads one fixture.
pub(crate) fn train(name: &str) -> Training {
    try_train(&settings(name)).unwrap()
}

/// How many issues were told of.
pub(crate) fn issues(training: &Training) -> u64 {
    let tallies = training.report.tallies().into_iter();
    tallies.map(|(_, tally)| tally.count).sum()
}

/// Reads without progress.
pub(crate) fn try_train(settings: &Settings) -> Result<Training, TrainerError> {
    read(settings, &mut |_| {})
}

/// The product with this id.
#[track_caller]
pub(crate) fn product<'a>(training: &'a Training, id: &str) -> &'a Product {
    training
        .products
        .iter()
        .find(|product| product.id == id)
        .unwrap()
}

/// Ids in order.
pub(crate) fn ids(training: &Training) -> Vec<&str> {
    training
        .products
        .iter()
        .map(|product| product.id.as_str())
        .collect()
}

/// Code, line and column of the first issue of a kind.
#[track_caller]
pub(crate) fn place(training: &Training, kind: IssueKind) -> (u64, Option<u64>) {
    let issue = training.report.examples(kind).first().unwrap();
    (issue.line, issue.column)
}

/// Labels of the category path.
pub(crate) fn path(product: &Product) -> Vec<&str> {
    product
        .category
        .iter()
        .map(|level| level.label.as_str())
        .collect()
}

/// Attributes as `name=value`.
pub(crate) fn attributes(product: &Product) -> Vec<String> {
    let attributes = product.attributes.iter();
    attributes
        .map(|attribute| format!("{}={}", attribute.name.label, attribute.value.label))
        .collect()
}
