//! `endcap pack`: build packs, deltas and overlays from feeds, and look into them.

mod build;
mod count;
mod delta;
mod inspect;
mod knowledge;
mod overlay;
pub(crate) mod show;
mod sign;
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
    Knowledge(Box<knowledge::KnowledgeArgs>),
    /// Count event logs, or a part of them, for `pack knowledge` to sum up
    Count(count::CountArgs),
    /// Print what is in a pack, and how many bytes each section takes
    Inspect(inspect::InspectArgs),
    /// Write what leads from one pack to another, for pages that have kept the old one
    Delta(delta::DeltaArgs),
    /// Write the prices and stock of a feed, to lie over a pack
    Overlay(overlay::OverlayArgs),
    /// Make the keys that packs are signed with: writes the secret one, prints the public one
    Keygen(sign::KeygenArgs),
    /// Sign the manifest of a folder, and by it all its packs
    Sign(sign::SignArgs),
    /// Check the signature of a folder and of every pack in it
    Verify(sign::VerifyArgs),
}

/// Runs `endcap pack …`.
pub(crate) fn run(args: PackArgs) -> Result<(), Failure> {
    match args.command {
        PackCommand::Build(args) => build::run(&args).and_then(|()| args.signing.sign(&args.out)),
        PackCommand::Knowledge(args) => {
            knowledge::run(&args)?;
            let out = args.out.as_deref();
            out.map_or(Ok(()), |out| args.signing.sign(out))
        }
        PackCommand::Count(args) => count::run(&args),
        PackCommand::Inspect(args) => inspect::run(&args),
        PackCommand::Delta(args) => delta::run(&args).and_then(|()| args.signing.sign(&args.out)),
        PackCommand::Overlay(args) => {
            overlay::run(&args).and_then(|()| args.signing.sign(&args.out))
        }
        PackCommand::Keygen(args) => sign::keygen(&args),
        PackCommand::Sign(args) => sign::sign(&args),
        PackCommand::Verify(args) => sign::verify(&args),
    }
}
