//! `cargo xtask bench`: the engine's times, native and in V8, against what was promised.

use anyhow::{Result, bail};

use crate::workspace::Workspace;

/// What to print.
#[derive(clap::Args)]
pub(crate) struct BenchArgs {
    /// Print JSON on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(_ws: &Workspace, _args: &BenchArgs) -> Result<()> {
    bail!("not yet")
}
