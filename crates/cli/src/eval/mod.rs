//! `endcap eval`: replays a shop's logs through the engine, beside baselines, and says how good each is.

mod next_item;
mod orders;
mod report;
pub(crate) mod search;
mod table;

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
    /// What else goes into a basket, from the basket alone and with the shopper's past
    Basket(orders::OrderOptions),
    /// What a shopper buys again
    Repurchase(orders::OrderOptions),
}

/// Runs `endcap eval`.
pub(crate) fn run(args: EvalArgs) -> Result<(), Failure> {
    match args.command {
        EvalCommand::NextItem(options) => next_item::run(&options),
        EvalCommand::Search(options) => search::run(&options),
        EvalCommand::Basket(options) => orders::basket(&options),
        EvalCommand::Repurchase(options) => orders::repurchase(&options),
    }
}
