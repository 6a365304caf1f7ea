//! `endcap pack`: build packs, deltas and overlays from feeds, and look into them.

mod build;
mod count;
mod delta;
mod inspect;
mod knowledge;
mod overlay;
pub(crate) mod show;
pub(crate) mod summary;

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
    /// Learn from event logs and experts' files, and write a knowledge pack
    Knowledge(knowledge::KnowledgeArgs),
    /// Count event logs, or a part of them, for `pack knowledge` to sum up
    Count(count::CountArgs),
    /// Print what is in a pack, and how many bytes each section takes
    Inspect(inspect::InspectArgs),
    /// Write what leads from one pack to another, for pages that have kept the old one
    Delta(delta::DeltaArgs),
    /// Write the prices and stock of a feed, to lie over a pack
    Overlay(overlay::OverlayArgs),
}

/// Runs `endcap pack …`.
pub(crate) fn run(args: PackArgs) -> Result<(), Failure> {
    match args.command {
        PackCommand::Build(args) => build::run(&args),
        PackCommand::Knowledge(args) => knowledge::run(&args),
        PackCommand::Count(args) => count::run(&args),
        PackCommand::Inspect(args) => inspect::run(&args),
        PackCommand::Delta(args) => delta::run(&args),
        PackCommand::Overlay(args) => overlay::run(&args),
    }
}
