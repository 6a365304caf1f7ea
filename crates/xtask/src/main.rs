//! Set-up, build, demo, test, bench and size checks of the workspace: `cargo xtask`.
//!
//! One file per command. This crate depends on none of the others, so that it still works when they do not compile.

mod bench;
mod build;
mod chaos;
mod demo;
mod fuzz;
mod instructions;
mod mutants;
mod peers;
mod sbom;
mod setup;
mod shop;
mod size;
mod stamp;
mod test;
mod ui;
mod workload;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use console::style;

use crate::setup::Needs;
use crate::workspace::Workspace;

/// The commands of those who work on Endcap
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Get all tools; quick when they are there
    Setup,
    /// Build the npm package into pkg/ and check its size
    Build,
    /// Compare the package's size with its budget
    Size {
        /// Print JSON on standard output
        #[arg(long)]
        json: bool,
    },
    /// Open the demo shop
    Demo(demo::DemoArgs),
    /// Run all tests
    Test {
        /// Only these steps and what they need
        #[arg(long, value_name = "STEP", value_delimiter = ',')]
        only: Vec<String>,
        /// List the steps
        #[arg(long)]
        list: bool,
    },
    /// List what is in the command, the npm package and the container, as CycloneDX
    Sbom(sbom::SbomArgs),
    /// Try hostile inputs by libFuzzer, on nightly; ordinary tests replay what it finds
    Fuzz(fuzz::FuzzArgs),
    /// Change one thing in what decides trust or loss, and expect a test to fail
    Mutants(mutants::MutantsArgs),
    /// Generate a million histories of profiles, and hold each to the model
    Nightly,
    /// Kill the server under load, cut nodes of its store off, and look for what was lost
    Chaos(chaos::ChaosArgs),
    /// Measure the engine against its targets, native and in V8, or against its peers
    #[command(args_conflicts_with_subcommands = true)]
    Bench {
        #[command(flatten)]
        args: bench::BenchArgs,
        #[command(subcommand)]
        beside: Option<Beside>,
    },
}

#[derive(Subcommand)]
enum Beside {
    /// Measure the engine and other search libraries on the same catalogues
    Peers(peers::PeersArgs),
    /// Count the engine's instructions against their budget
    Instructions {
        /// Make today's counts the budget
        #[arg(long)]
        update: bool,
    },
    /// Measure the server: syncs per second beside the bare store, latency, disk
    Server(chaos::ServerArgs),
}

fn main() -> ExitCode {
    let args = Args::parse();
    match Workspace::find().and_then(|ws| run(&ws, args.command)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{} {error:#}", style("error:").red().bold());
            ExitCode::FAILURE
        }
    }
}

/// Answers whether all is well; only the tests have their own way to say that it is not.
fn run(ws: &Workspace, command: Command) -> Result<bool> {
    match command {
        Command::Setup => setup::run(ws, Needs::Everything)?,
        Command::Build => build::run(ws)?,
        Command::Size { json } => size::run(ws, json)?,
        Command::Demo(args) => demo::run(ws, &args)?,
        Command::Test { list: true, .. } => test::list(),
        Command::Test { only, .. } => return test::run(ws, &only),
        Command::Sbom(args) => sbom::run(ws, &args)?,
        Command::Fuzz(args) => fuzz::run(ws, &args)?,
        Command::Mutants(args) => mutants::run(ws, &args)?,
        Command::Nightly => test::histories(ws, 1_000_000, u32::MAX)?,
        Command::Chaos(args) => chaos::run(ws, &args)?,
        Command::Bench {
            beside: Some(Beside::Server(args)),
            ..
        } => chaos::bench(ws, &args)?,
        Command::Bench {
            beside: Some(Beside::Instructions { update }),
            ..
        } => {
            setup::valgrind(ws)?;
            build::command(ws)?;
            instructions::run(ws, update)?;
        }
        Command::Bench {
            beside: Some(Beside::Peers(args)),
            ..
        } => peers::run(ws, &args)?,
        Command::Bench { args, beside: None } => bench::run(ws, &args)?,
    }
    Ok(true)
}
