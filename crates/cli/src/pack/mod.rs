//! `endcap pack`: build packs from feeds, and look into them.

mod build;
mod inspect;
mod show;
mod summary;

use clap::{Args, Subcommand};

use crate::failure::Failure;

/// Arguments of `endcap pack`.
#[derive(Debug, Args)]
pub(crate) struct PackArgs {
    #[command(subcommand)]
    command: PackCommand,
}

#[derive(Debug, Subcommand)]
enum PackCommand {
    /// Read feeds and event logs, and write a pack
    Build(build::BuildArgs),
    /// Print what is in a pack, and how many bytes each section takes
    Inspect(inspect::InspectArgs),
}

/// Runs `endcap pack …`.
pub(crate) fn run(args: PackArgs) -> Result<(), Failure> {
    match args.command {
        PackCommand::Build(args) => build::run(&args),
        PackCommand::Inspect(args) => inspect::run(&args),
    }
}
