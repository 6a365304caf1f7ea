//! `cargo xtask bench instructions`: how many instructions the engine's operations take, against `benches/instructions.json`.
//!
//! Times move with the machine and whoever else uses it; a count repeats, so a test may fail for it. valgrind counts, on the
//! same workload that `cargo xtask bench` measures in milliseconds.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use console::style;
use xshell::cmd;

use crate::shop;
use crate::workload::Workload;
use crate::workspace::Workspace;

/// The budget: instructions per operation.
const BUDGET: &str = "benches/instructions.json";

/// The generated shop that the budget holds for.
const PRODUCTS: u32 = 20_000;
const SEED: u64 = 7;

/// How far above its budget an operation may be. Another processor takes other code for the same search through memory.
const TOLERANCE: f64 = 0.05;

/// Counts, prints a table, and fails if an operation takes more than its budget; or writes the budget anew.
pub(crate) fn run(ws: &Workspace, update: bool) -> Result<()> {
    let sh = &ws.shell;
    let shop = shop::generated(ws, SEED, PRODUCTS)?;
    let (pack, knowledge) = (shop.pack("de")?, shop.knowledge()?);
    let workload = Workload::write(ws, &shop.feeds[0], SEED)?;
    let program = program(ws)?;
    let budget = ws.path(BUDGET);
    let text = fs::read_to_string(&budget).with_context(|| format!("read {}", ws.show(&budget)))?;
    let mut counts: BTreeMap<String, u64> =
        serde_json::from_str(&text).with_context(|| format!("parse {}", ws.show(&budget)))?;
    ensure!(!counts.is_empty(), "{} is empty", ws.show(&budget));
    let mut over = Vec::new();
    for (operation, budget) in &mut counts {
        // Its report goes to standard error, the benchmark's answer to standard output.
        let output = cmd!(
            sh,
            "valgrind --tool=callgrind --callgrind-out-file=/dev/null --toggle-collect=*native::counted* {program} {workload} {pack} {knowledge} {operation}"
        )
        .quiet()
        .output()?;
        let times: u64 = String::from_utf8(output.stdout)?.trim().parse()?;
        let collected = collected(&String::from_utf8_lossy(&output.stderr))?;
        ensure!(
            times > 0 && collected > 0,
            "nothing was counted of {operation}"
        );
        let count = collected / times;
        let ratio = count as f64 / *budget as f64;
        let mark = if update {
            style(" ")
        } else if ratio <= 1.0 + TOLERANCE {
            style("✔").green()
        } else {
            over.push(operation.clone());
            style("✘").red()
        };
        eprintln!(
            "{mark} {operation:<10} {count:>12} instructions, {:>+6.1} % of the budget's {budget}",
            (ratio - 1.0) * 100.0
        );
        if update {
            *budget = count;
        }
    }
    if update {
        fs::write(&budget, serde_json::to_string_pretty(&counts)? + "\n")?;
    }
    if !over.is_empty() {
        bail!(
            "more instructions than {} allows: {}. Make it cheaper, or argue for more with `cargo xtask bench instructions --update`.",
            ws.show(&budget),
            over.join(", ")
        );
    }
    Ok(())
}

/// The optimised benchmark, as a file that valgrind can start.
fn program(ws: &Workspace) -> Result<PathBuf> {
    let sh = &ws.shell;
    let lines = cmd!(
        sh,
        "cargo bench --quiet --bench native --no-run --message-format=json"
    )
    .quiet()
    .read()?;
    lines
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|message| message["target"]["name"] == "native")
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .filter(|file: &PathBuf| Path::is_file(file))
        .context("cargo named no executable of the benchmark")
}

/// valgrind's line `==1== Collected : 123456`.
fn collected(report: &str) -> Result<u64> {
    report
        .lines()
        .find_map(|line| line.split_once("Collected :"))
        .and_then(|(_, count)| count.trim().parse().ok())
        .with_context(|| format!("valgrind counted nothing: {report}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_read_from_the_report() {
        let report = "==7== Events    : Ir\n==7== Collected : 4710815\n==7==\n";
        assert_eq!(collected(report).expect("a count"), 4_710_815);
        assert!(collected("==7== Fatal error").is_err());
    }
}
