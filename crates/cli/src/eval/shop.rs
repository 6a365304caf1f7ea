//! A shop whose items have attributes: its log, its catalogue's columns, and what was learned from them.

use std::path::PathBuf;

use clap::Args;
use endcap::knowledge::ValueOrder;
use endcap::pack::PackError;
use endcap::recommend::NextSource;
use endcap_trainer::next::{
    AttributeTable, Items, NextInput, NextSettings, Visit, knowledge_pack, read_attributes,
    read_first, read_more, split, train_next,
};
use indicatif::ProgressBar;

use super::report::{show, told};
use super::used;
use crate::failure::Failure;

/// Where the shop's data are.
#[derive(Debug, Args)]
pub(super) struct ShopOptions {
    /// Visits to learn from: SessionId, ItemId, Time, tab-separated with a header; plain or .gz
    #[arg(long, value_name = "FILE")]
    train: PathBuf,
    /// Later visits to predict
    #[arg(long, value_name = "FILE")]
    test: PathBuf,
    /// Attributes of items: ItemId, Attribute, Value, or a column per attribute
    #[arg(long, value_name = "FILE")]
    attributes: PathBuf,
    /// Visits to fit weights to, later than the others of --train (which may contain them); without: the latest of --train
    #[arg(long, value_name = "FILE")]
    fit: Option<PathBuf>,
    /// The attribute that lists are made of; without: the one with "category" in its name, or else the first by name
    #[arg(long, value_name = "NAME")]
    category: Option<String>,
}

/// What was learned.
pub(super) struct Shop {
    pub(super) items: Items,
    pub(super) table: AttributeTable,
    /// The attribute that lists are made of.
    pub(super) category: usize,
    /// Visits to learn from; the earlier ones of them, and those that weights are fitted to; visits to predict.
    pub(super) train: Vec<Visit>,
    pub(super) before: Vec<Visit>,
    pub(super) later: Vec<Visit>,
    pub(super) test: Vec<Visit>,
    /// The model of what is opened next, from all visits and from the earlier ones.
    pub(super) source: NextSource,
    pub(super) earlier: NextSource,
}

impl ShopOptions {
    /// Reads and learns.
    pub(super) fn learned(&self, bar: &ProgressBar) -> Result<Shop, Failure> {
        let mut reading = |progress: endcap_trainer::Progress<'_>| {
            bar.set_message("reading");
            bar.set_length(progress.total);
            bar.set_position(progress.done);
        };
        let (items, train) = read_first(&self.train, &mut reading)?;
        let test = read_more(&self.test, &items, &mut reading)?;
        let fit = match &self.fit {
            Some(path) => Some(read_more(path, &items, &mut reading)?),
            None => None,
        };
        let wanted = self.category.as_deref();
        let mut table = read_attributes(&self.attributes, &items, &train.visits, wanted)?;
        for log in [&train, &test] {
            told(&log.log, &log.report);
        }
        used::training("--train", &train);
        used::test("--test", &test);
        used::attributes(&table);
        let category = category(&table, self.category.as_deref())?;
        let category = without_identities(&mut table, category, items.len());
        let (before, later) = split(&train.visits, fit.map(|fit| fit.visits));
        let (kind_count, kinds) = table.kinds();
        let input = NextInput {
            items: items.len(),
            before: &before,
            later: &later,
            all: &train.visits,
            kinds: (kind_count, &kinds),
            again: [&[], &[]],
            bought_again: &[],
        };
        let training = train_next(input, NextSettings::default(), &mut |stage, done, total| {
            show(bar, stage, done, total)
        })
        .map_err(|error| Failure::usage(error.code(), error.to_string()))?;
        Ok(Shop {
            items,
            table,
            category,
            train: train.visits,
            before,
            later,
            test: test.visits,
            source: training.source,
            earlier: training.earlier,
        })
    }
}

impl Shop {
    /// A knowledge pack with a model and orders of values.
    pub(super) fn pack(
        &self,
        source: NextSource,
        orders: Vec<ValueOrder>,
    ) -> Result<Vec<u8>, Failure> {
        knowledge_pack("evaluation", self.items.ids(), source, orders)
            .map_err(|error| Failure::usage(error.code(), error.to_string()))
    }

    /// How often `visits` opened each item.
    pub(super) fn clicks(&self, visits: &[Visit]) -> Vec<f32> {
        let mut clicks = vec![0.0; self.items.len()];
        for &item in visits.iter().flat_map(|visit| &visit.items) {
            clicks[item as usize] += 1.0;
        }
        clicks
    }

    /// What there is, in one line.
    pub(super) fn summary(&self) -> String {
        format!(
            "{} items; {} visits to learn from, {} to fit to, {} to predict; lists by {}",
            self.items.len(),
            self.train.len(),
            self.later.len(),
            self.test.len(),
            self.table.names[self.category],
        )
    }
}

/// Moves the bar while something is being done.
pub(super) fn moved(bar: &ProgressBar, message: &'static str) -> impl FnMut(usize, usize) {
    let bar = bar.clone();
    move |done, total| {
        bar.set_message(message);
        bar.set_length(total as u64);
        bar.set_position(done as u64);
    }
}

/// A pack that was written a moment ago and cannot be opened.
pub(super) fn unsound(error: PackError) -> Failure {
    Failure::failed(error.code(), error.to_string())
}

fn category(table: &AttributeTable, asked: Option<&str>) -> Result<usize, Failure> {
    let place = match asked {
        Some(name) => table.names.iter().position(|own| own == name),
        None => table
            .names
            .iter()
            .position(|name| name.to_lowercase().contains("category"))
            .or_else(|| {
                let mut places: Vec<usize> = (0..table.names.len()).collect();
                places.sort_by_key(|&place| &table.names[place]);
                places.first().copied()
            }),
    };
    place.ok_or_else(|| {
        let message = match asked {
            Some(name) => format!(
                "no attribute is called {name}; there are: {}",
                all_names(table).join(", ")
            ),
            None => "--attributes says nothing of the items of --train".to_owned(),
        };
        Failure::usage("eval/category", message)
    })
}

/// Those that are used first.
fn all_names(table: &AttributeTable) -> Vec<&str> {
    let left_out = table.left_out.iter().map(|(name, _)| name);
    table
        .names
        .iter()
        .chain(left_out)
        .map(String::as_str)
        .collect()
}

/// Takes out what most items have of their own, such as a model's number: no list is narrowed by it. Returns the new place of the
/// category.
fn without_identities(table: &mut AttributeTable, mut category: usize, items: usize) -> usize {
    for kind in (0..table.names.len()).rev() {
        if kind != category && table.values(kind).len() * 2 > items {
            table.remove(kind);
            category -= usize::from(kind < category);
        }
    }
    category
}
