//! Load on a running server: how many syncs it takes, and what it keeps when it is killed.
//!
//! `cargo xtask bench server` and `cargo xtask chaos` build and run it.

mod bench;
mod chaos;
mod client;
mod cluster;
mod device;
mod hostile;
mod pace;
mod profile;
mod served;

use clap::{Parser, Subcommand};

/// The same as the server's, so that the bare store has no other.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Load on a running `endcap serve`
#[derive(Parser)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Count syncs per second, over HTTP and on the bare store
    Bench(bench::BenchArgs),
    /// Kill the server under load, cut nodes of its store off, and look for what was lost
    Chaos(chaos::ChaosArgs),
    /// Send what no good client would, and look whether the server goes on
    Hostile(hostile::HostileArgs),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match Args::parse().command {
        Command::Bench(args) => bench::run(args).await,
        Command::Chaos(args) => chaos::run(args).await,
        Command::Hostile(args) => hostile::run(args).await,
    }
}
