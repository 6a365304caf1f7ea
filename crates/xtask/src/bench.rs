//! `cargo xtask bench`: the engine's times, native and in V8, against what was promised.
//!
//! Each host replays the same workload and answers with its samples; all arithmetic is done here, once.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context as _, Result, bail, ensure};
use console::style;
use serde::{Deserialize, Serialize};
use xshell::{Cmd, cmd};

use crate::setup::{self, Needs};
use crate::workload::Workload;
use crate::workspace::Workspace;
use crate::{build, shop, ui};

/// What was promised on 20,000 products: the 99th percentile in milliseconds. What has no line here is measured to see
/// where the time goes.
const TARGETS: [(&str, f64); 3] = [("open", 20.0), ("suggest", 2.0), ("click", 2.0)];

/// What to measure and how to print it.
#[derive(clap::Args)]
pub(crate) struct BenchArgs {
    /// Print JSON on standard output
    #[arg(long)]
    pub(crate) json: bool,
    /// How many products the generated shop has
    #[arg(long, default_value_t = 20_000)]
    pub(crate) products: u32,
    /// The seed of the shop and of the workload
    #[arg(long, default_value_t = 7)]
    pub(crate) seed: u64,
}

/// A host's answer: the times of one operation, in milliseconds, in the order of the workload.
#[derive(Deserialize)]
struct Samples {
    name: String,
    samples_ms: Vec<f64>,
}

/// One operation on one host.
#[derive(Debug, Serialize)]
struct Row {
    name: String,
    host: &'static str,
    n: usize,
    p50_ms: f64,
    p95_ms: f64,
    p99_ms: f64,
    max_ms: f64,
    target_ms: Option<f64>,
    ok: bool,
}

/// Measures both hosts and fails if a target is missed.
pub(crate) fn run(ws: &Workspace, args: &BenchArgs) -> Result<()> {
    setup::run(ws, Needs::Build)?;
    ui::headline("Build");
    build::package(ws)?;
    build::command(ws)?;
    let shop = shop::generated(ws, args.seed, args.products)?;
    let (pack, knowledge) = (shop.pack("de")?, shop.knowledge()?);
    let workload = Workload::write(ws, &shop.feeds[0], args.seed)?;
    let sh = &ws.shell;
    let (v8, pkg) = (ws.path("benches/v8.mjs"), ws.pkg());
    ui::step("native, compile", |step| {
        step.run(cmd!(sh, "cargo bench --quiet --bench native --no-run").quiet())?;
        Ok("optimised".into())
    })?;
    ui::headline("Measure");
    let mut rows = Vec::new();
    ui::step("native", |_| {
        let native = cmd!(
            sh,
            "cargo bench --quiet --bench native -- {workload} {pack} {knowledge}"
        );
        measure("native", native, &mut rows)
    })?;
    ui::step("V8", |_| {
        measure(
            "v8",
            cmd!(sh, "node {v8} {workload} {pack} {knowledge} {pkg}"),
            &mut rows,
        )
    })?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&rows)?);
    }
    print(&rows);
    if let Some(warning) = busy() {
        ui::note(&warning);
    }
    let missed: Vec<String> = rows
        .iter()
        .filter(|row| !row.ok)
        .map(|row| format!("{} ({})", row.name, row.host))
        .collect();
    if !missed.is_empty() {
        bail!("slower than promised: {}", missed.join(", "));
    }
    Ok(())
}

fn measure(host: &'static str, cmd: Cmd<'_>, rows: &mut Vec<Row>) -> Result<String> {
    let answer = cmd.quiet().read()?;
    let measured: Vec<Samples> = serde_json::from_str(&answer)
        .with_context(|| format!("the benchmark on {host} answered no list of samples"))?;
    for (name, _) in TARGETS {
        ensure!(
            measured.iter().any(|samples| samples.name == name),
            "the benchmark on {host} did not measure {name}"
        );
    }
    let count: usize = measured
        .iter()
        .map(|samples| samples.samples_ms.len())
        .sum();
    for samples in measured {
        rows.push(Row::new(host, samples)?);
    }
    Ok(format!("{count} samples"))
}

impl Row {
    fn new(host: &'static str, samples: Samples) -> Result<Self> {
        let Samples {
            name,
            samples_ms: mut times,
        } = samples;
        ensure!(!times.is_empty(), "{host} has no samples of {name}");
        times.sort_by(f64::total_cmp);
        let target_ms = TARGETS
            .iter()
            .find(|(target, _)| *target == name)
            .map(|(_, ms)| *ms);
        // Nearest rank: a time that was measured, not one between two.
        let percentile = |percent: usize| times[(times.len() * percent).div_ceil(100).max(1) - 1];
        let p99_ms = percentile(99);
        Ok(Self {
            host,
            n: times.len(),
            p50_ms: percentile(50),
            p95_ms: percentile(95),
            p99_ms,
            max_ms: percentile(100),
            target_ms,
            ok: target_ms.is_none_or(|target| p99_ms <= target),
            name,
        })
    }
}

/// A warning if other programs took part: then the slowest times are the scheduler's and not ours.
fn busy() -> Option<String> {
    let cores = std::thread::available_parallelism().ok()?.get();
    let load = fs::read_to_string("/proc/loadavg").ok()?;
    let load: f64 = load.split(' ').next()?.parse().ok()?;
    // The benchmark itself is one.
    (load > cores as f64).then(|| {
        format!("This machine is busy (load {load:.0} on {cores} cores): medians stand, but measure p99 again when it is idle.")
    })
}

/// A line per operation: both hosts, and the ratio of their medians, which moves less than either.
fn print(rows: &[Row]) {
    let mut names: Vec<&str> = Vec::new();
    let mut found: BTreeMap<(&str, &str), &Row> = BTreeMap::new();
    for row in rows {
        if !names.contains(&row.name.as_str()) {
            names.push(&row.name);
        }
        found.insert((&row.name, row.host), row);
    }
    eprintln!(
        "  {:<12} {:>21} {:>21} {:>9} {:>9}",
        "ms", "native p50 / p99", "V8 p50 / p99", "V8/native", "target"
    );
    for name in names {
        let (native, v8) = (found.get(&(name, "native")), found.get(&(name, "v8")));
        let times = |row: Option<&&Row>| {
            row.map_or("–".into(), |row| {
                format!("{:.3} / {:.3}", row.p50_ms, row.p99_ms)
            })
        };
        let ratio = match (native, v8) {
            (Some(native), Some(v8)) => format!("{:.1}×", v8.p50_ms / native.p50_ms.max(1e-6)),
            _ => "–".into(),
        };
        let both = || native.into_iter().chain(v8);
        let target = both().find_map(|row| row.target_ms);
        let mark = match target {
            None => style(" "),
            Some(_) if both().all(|row| row.ok) => style("✔").green(),
            Some(_) => style("✘").red(),
        };
        let target = target.map_or_else(String::new, |target| format!("{target}"));
        eprintln!(
            "{mark} {name:<12} {:>21} {:>21} {ratio:>9} {target:>9}",
            times(native),
            times(v8)
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, samples_ms: Vec<f64>) -> Row {
        let samples = Samples {
            name: name.into(),
            samples_ms,
        };
        Row::new("native", samples).expect("a row")
    }

    #[test]
    fn percentiles_are_nearest_ranks() {
        let row = row("search", (1..=200).rev().map(f64::from).collect());
        assert_eq!(
            (row.p50_ms, row.p95_ms, row.p99_ms, row.max_ms),
            (100.0, 190.0, 198.0, 200.0)
        );
        assert!(row.ok);
    }

    #[test]
    fn a_slow_operation_misses_its_target() {
        assert!(row("suggest", vec![1.9]).ok);
        assert!(!row("suggest", vec![2.1]).ok);
    }
}
