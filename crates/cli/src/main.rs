//! The `endcap` command: demo data, packs and the backend, each a thin layer over a library crate.
//!
//! # Invariants
//! * Every failure is printed as `error[code]: message` with a line of help, and ends in a documented exit code.
//! * Results go to standard output, progress and errors to standard error.

mod demo_data;
mod eval;
mod failure;
mod pack;
mod serve;
mod shop;

use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::failure::Failure;

/// What the exit codes mean; shown under `endcap --help` because scripts depend on it.
const AFTER_HELP: &str = "\
Exit codes:
  0  done
  1  a file, a port or the machine stood in the way
  2  the command line was not understood
  3  the input was rejected: a feed without products, a corrupt pack, or the first problem under --strict

A first look, start to finish:
  endcap demo-data --out demo
  endcap pack build demo/catalogue.de.jsonl --events demo/events.jsonl --language de --out packs
  endcap pack inspect packs/*.pack
  endcap serve --packs packs --data data --demo";

/// Personal suggestions for shops: builds packs from catalogue feeds and serves them.
#[derive(Debug, Parser)]
#[command(name = "endcap", version, about, after_help = AFTER_HELP, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// A request allocates on one thread and frees on another, which takes the system's allocator a sixth of the server's time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a synthetic shop to try things on: catalogue, pictures, shoppers and their events
    DemoData(demo_data::DemoDataOptions),
    /// Build packs from a shop's feeds, and look into them
    Pack(pack::PackArgs),
    /// Replay logs through the engine, beside baselines
    Eval(eval::EvalArgs),
    /// Serve packs and keep profiles
    Serve(Box<serve::ServeOptions>),
}

fn main() -> ExitCode {
    // The file of options changes the defaults, so it is read before anything is parsed.
    let (command, tenants) = match serve::apply(Cli::command(), std::env::args_os()) {
        Ok(read) => read,
        Err(failure) => return failure.report(),
    };
    let cli = match Cli::from_arg_matches(&command.get_matches()) {
        Ok(cli) => cli,
        Err(error) => error.exit(),
    };
    let result: Result<(), Failure> = match cli.command {
        Command::DemoData(options) => demo_data::run(options).map_err(Failure::from),
        Command::Pack(args) => pack::run(args),
        Command::Eval(args) => eval::run(args),
        Command::Serve(options) => serve::run(options.with_tenants(tenants)).map_err(Failure::from),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
