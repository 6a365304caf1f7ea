//! `cargo xtask fuzz`: libFuzzer over the targets of `fuzz/`, one after the other.
//!
//! What it finds interesting goes to `target/fuzz/corpus`, and what fails to `target/fuzz/artifacts`: a failing input that is mended
//! belongs into `fuzz/corpus/TARGET`, where `crates/fuzz/tests/replay.rs` tries it for ever.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use serde::Serialize;
use xshell::cmd;

use crate::setup;
use crate::ui;
use crate::workspace::Workspace;

/// Bytes of an input at most: the largest golden pack has seven thousand.
const MAX_LEN: u32 = 32 * 1024;

/// Mebibytes of one allocation, the bound of `crates/fuzz/tests/replay.rs`.
const MALLOC_LIMIT_MB: u32 = 64;

/// Seconds for one input: what takes longer hangs.
const TIMEOUT: u32 = 10;

/// What to fuzz.
#[derive(clap::Args)]
pub(crate) struct FuzzArgs {
    /// Only these targets
    targets: Vec<String>,
    /// Seconds for each target
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// Print JSON on standard output
    #[arg(long)]
    json: bool,
}

/// What became of a target.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
struct Tried {
    target: String,
    /// Inputs that were run.
    inputs: u64,
    seconds: u32,
    /// Edges of the program that some input reached.
    edges: u64,
    /// Inputs that reached something new.
    corpus: u64,
    failed: bool,
}

/// Fuzzes all targets, also after one has failed; fails if one has.
pub(crate) fn run(ws: &Workspace, args: &FuzzArgs) -> Result<()> {
    setup::nightly(ws)?;
    setup::cargo_tool(ws, setup::CARGO_FUZZ)?;
    let all = targets(&fs::read_to_string(ws.path("fuzz/Cargo.toml"))?);
    for name in &args.targets {
        ensure!(
            all.contains(name),
            "there is no target {name:?}: there are {}",
            all.join(", ")
        );
    }
    let mut tried = Vec::new();
    for target in &all {
        if args.targets.is_empty() || args.targets.contains(target) {
            tried.push(fuzz(ws, target, args.seconds)?);
        }
    }
    if args.json {
        println!("{}", serde_json::to_string_pretty(&tried)?);
    } else {
        println!("| target | inputs | seconds | edges | corpus | failed |");
        println!("| --- | --- | --- | --- | --- | --- |");
        for one in &tried {
            let Tried {
                target,
                inputs,
                seconds,
                edges,
                corpus,
                failed,
            } = one;
            println!("| {target} | {inputs} | {seconds} | {edges} | {corpus} | {failed} |");
        }
    }
    let failed = tried.iter().filter(|one| one.failed);
    let failed: Vec<_> = failed.map(|one| one.target.as_str()).collect();
    ensure!(
        failed.is_empty(),
        "inputs in target/fuzz/artifacts fail: {}. Mend what they show, and put them into fuzz/corpus",
        failed.join(", ")
    );
    Ok(())
}

fn fuzz(ws: &Workspace, target: &str, seconds: u32) -> Result<Tried> {
    ui::note(&format!("{target} …"));
    let (found, known) = (
        ws.target(format!("fuzz/corpus/{target}")),
        ws.path(format!("fuzz/corpus/{target}")),
    );
    let failing = ws.target(format!("fuzz/artifacts/{target}/"));
    fs::create_dir_all(&found)?;
    fs::create_dir_all(&failing)?;
    let build = ws.target("fuzz/build");
    let options = [
        format!("-max_total_time={seconds}"),
        format!("-max_len={MAX_LEN}"),
        format!("-malloc_limit_mb={MALLOC_LIMIT_MB}"),
        format!("-timeout={TIMEOUT}"),
        format!("-artifact_prefix={}/", failing.display()),
        "-print_final_stats=1".to_owned(),
    ];
    let sh = &ws.shell;
    let command = cmd!(
        sh,
        "rustup run nightly cargo fuzz run --target-dir {build} {target} {found} {known} -- {options...}"
    );
    let mut child = Command::from(command)
        .stderr(Stdio::piped())
        .spawn()
        .context("rustup cannot be started")?;
    let mut tried = Tried {
        target: target.to_owned(),
        seconds,
        ..Tried::default()
    };
    let errors = child.stderr.take().context("no standard error")?;
    for line in BufReader::new(errors).lines().map_while(Result::ok) {
        if !tried.read(&line) {
            eprintln!("{line}");
        }
    }
    tried.failed = !child.wait()?.success();
    ensure!(
        tried.inputs > 0 || tried.failed,
        "libFuzzer has not said how many inputs it tried"
    );
    Ok(tried)
}

impl Tried {
    /// Takes in a line of libFuzzer's; whether it was one of progress.
    fn read(&mut self, line: &str) -> bool {
        if let Some(inputs) = line.strip_prefix("stat::number_of_executed_units:") {
            self.inputs = inputs.trim().parse().unwrap_or(0);
            return true;
        }
        let Some(rest) = line.strip_prefix('#') else {
            return line.starts_with("stat::");
        };
        let words: Vec<&str> = rest.split_whitespace().collect();
        let after = |name: &str| {
            let at = words.iter().position(|word| *word == name)?;
            words.get(at + 1)?.split('/').next()?.parse().ok()
        };
        self.edges = after("cov:").unwrap_or(self.edges);
        self.corpus = after("corp:").unwrap_or(self.corpus);
        true
    }
}

/// The names of the binaries in `fuzz/Cargo.toml`.
fn targets(manifest: &str) -> Vec<String> {
    let binaries = manifest.split("[[bin]]").skip(1);
    let names = binaries.filter_map(|binary| binary.split('"').nth(1));
    names.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libfuzzers_lines_are_read() {
        let mut tried = Tried::default();
        assert!(tried.read(
            "#4194304\tpulse  cov: 733 ft: 2461 corp: 187/36Kb lim: 4096 exec/s: 41943 rss: 441Mb"
        ));
        assert!(tried.read("#5000000\tDONE   cov: 735 ft: 2462 corp: 188/36Kb lim: 4096"));
        assert!(tried.read("stat::number_of_executed_units: 5000001"));
        assert!(tried.read("stat::peak_rss_mb: 441"));
        assert!(!tried.read("thread '<unnamed>' panicked at src/lib.rs:1:1:"));
        assert_eq!(
            (tried.inputs, tried.edges, tried.corpus),
            (5_000_001, 735, 188)
        );
    }

    #[test]
    fn targets_are_those_of_the_manifest() {
        let names = targets(include_str!("../../../fuzz/Cargo.toml"));
        assert!(
            names.contains(&"profile".to_owned()) && names.len() > 10,
            "{names:?}"
        );
    }
}
