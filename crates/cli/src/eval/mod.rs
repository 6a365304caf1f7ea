//! `endcap eval`: replays a shop's logs through the engine, beside baselines, and says how good each is.

/// Prints a line as `println!` does, but a reader that has seen enough is no failure, and a full disk is told.
macro_rules! say {
    ($($words:tt)*) => {
        crate::pack::show::print(&(format!($($words)*) + "\n"))?
    };
}

mod categories;
mod facets;
mod intent;
mod next_item;
mod orders;
mod profile;
mod report;
pub(crate) mod search;
mod shop;
mod table;
mod used;

use clap::{Args, Subcommand};

use crate::failure::Failure;

/// Options of `endcap eval`.
#[derive(Debug, Args)]
pub(crate) struct EvalArgs {
    #[command(subcommand)]
    command: EvalCommand,
}

#[derive(Debug, Subcommand)]
enum EvalCommand {
    /// How well the next item of a visit is predicted
    NextItem(next_item::NextItemOptions),
    /// Where what was chosen after later searches stands, with and without what logs teach
    Search(search::SearchOptions),
    /// Where the value of the next item stands among the values of each facet
    Facets(facets::FacetOptions),
    /// Whether the lists follow a visit that departs from the profile, and the profile speaks again
    Intent(intent::IntentOptions),
    /// What else goes into a basket, from the basket alone and with the shopper's past
    Basket(orders::OrderOptions),
    /// What a shopper's profile, and what is sent of it after each view, takes
    Profile(profile::ProfileOptions),
    /// What a shopper buys again
    Repurchase(orders::OrderOptions),
    /// How many visits a category had, from answers that devices have randomised
    Categories(categories::CategoriesOptions),
}

/// Runs `endcap eval`.
pub(crate) fn run(args: EvalArgs) -> Result<(), Failure> {
    match args.command {
        EvalCommand::NextItem(options) => next_item::run(&options),
        EvalCommand::Facets(options) => facets::run(&options),
        EvalCommand::Intent(options) => intent::run(&options),
        EvalCommand::Search(options) => search::run(&options),
        EvalCommand::Basket(options) => orders::basket(&options),
        EvalCommand::Profile(options) => profile::run(&options),
        EvalCommand::Repurchase(options) => orders::repurchase(&options),
        EvalCommand::Categories(options) => categories::run(&options),
    }
}
