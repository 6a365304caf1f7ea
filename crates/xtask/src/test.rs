//! `cargo xtask test`: everything that must hold, in steps that stream their output.
//!
//! # Invariants
//! * A step that fails does not stop the steps that do not need it, but the command fails in the end.
//! * Nothing is left out silently: what did not run is listed as skipped, with the reason.

use std::ffi::OsStr;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use console::style;
use xshell::{Cmd, cmd};

use crate::setup::{self, Needs};
use crate::workspace::Workspace;
use crate::{build, chaos, instructions, shop, size, ui};

/// The shop of the relevance and browser tests: the size that the time limits are promised for.
const PRODUCTS: u32 = 20_000;

/// Its seed, the demo's, so that both share one set of files.
const SEED: u64 = 7;

/// One line of the summary.
struct Step {
    name: &'static str,
    about: &'static str,
    /// Steps before this one without whose success it would only repeat their failure.
    needs: &'static [&'static str],
    run: fn(&Workspace) -> Result<Outcome>,
}

/// How a step ended, unless it failed.
enum Outcome {
    Passed,
    Skipped(String),
}

const STEPS: &[Step] = &[
    Step {
        name: "setup",
        about: "tools, npm packages and Chromium are there",
        needs: &[],
        run: |ws| passed(setup::run(ws, Needs::Everything)),
    },
    Step {
        name: "locks",
        about: "both Cargo.lock are whole; npm packages are installed by js/package-lock.json alone (npm ci, in `setup`)",
        needs: &[],
        run: locks,
    },
    Step {
        name: "deny",
        about: "licences, bans and sources of all crates, by cargo-deny",
        needs: &[],
        run: deny,
    },
    Step {
        name: "fmt",
        about: "rustfmt has nothing to change",
        needs: &[],
        run: |ws| passed(cmd!(ws.shell, "cargo fmt --all --check").run()),
    },
    Step {
        name: "clippy",
        about: "no warning, native and wasm32",
        needs: &[],
        run: clippy,
    },
    Step {
        name: "rust",
        about: "unit, law and vector tests, and the dependency rule",
        needs: &[],
        run: rust,
    },
    Step {
        name: "histories",
        about: "profiles of devices, a server and a bad network: as many histories as fit into 2 minutes",
        needs: &[],
        run: |ws| passed(histories(ws, u32::MAX, 120)),
    },
    Step {
        name: "doc",
        about: "examples run, links lead somewhere",
        needs: &[],
        run: doc,
    },
    Step {
        name: "build",
        about: "the npm package in pkg/",
        needs: &["setup"],
        run: |ws| passed(build::package(ws)),
    },
    Step {
        name: "command",
        about: "the `endcap` command",
        needs: &[],
        run: |ws| passed(build::command(ws)),
    },
    Step {
        name: "size",
        about: "the package keeps its size budget",
        needs: &["build"],
        run: |ws| passed(size::run(ws, false)),
    },
    Step {
        name: "instructions",
        about: "the engine's operations keep their budget of instructions",
        needs: &["command"],
        run: count_instructions,
    },
    Step {
        name: "js",
        about: "types, and unit tests of the façade",
        needs: &["build"],
        run: js,
    },
    Step {
        name: "package",
        about: "vectors in Node; the packed tarball in Node, a bundler, workerd and Chromium",
        needs: &["build", "command"],
        run: package,
    },
    Step {
        name: "peers",
        about: "the benchmark beside other libraries: its arithmetic, and each engine on a small catalogue",
        needs: &["build", "command"],
        run: |ws| passed(node_tests(ws, "benches/peers")?.run()),
    },
    Step {
        name: "relevance",
        about: "everyday queries on the demo shop find the kind of product that they name",
        needs: &["build", "command"],
        run: |ws| demo_tests(ws, "tests/relevance"),
    },
    Step {
        name: "browser",
        about: "the demo shop in Chromium",
        needs: &["build", "command"],
        run: |ws| demo_tests(ws, "tests/browser"),
    },
    Step {
        name: "api",
        about: "the running server answers as its OpenAPI document says, to whatever schemathesis thinks of",
        needs: &["command"],
        run: api,
    },
    Step {
        name: "chaos",
        about: "the server is killed under load, and nothing that it acknowledged is lost; and hostile clients",
        needs: &["command"],
        run: |ws| passed(chaos::few(ws, "embedded").and_then(|()| chaos::hostile(ws))),
    },
    Step {
        name: "cluster",
        about: "the distributed store on a real Redis Cluster: its contract, nodes that die or are cut off, and browsers that bring back what it lost",
        needs: &["build", "command"],
        run: cluster,
    },
    Step {
        name: "real-catalogues",
        about: "packs of the real catalogues in ../shared/data",
        needs: &["command"],
        run: real_catalogues,
    },
];

/// Prints what there is to run.
pub(crate) fn list() {
    for step in STEPS {
        println!("{:<16} {}", step.name, step.about);
    }
}

/// Runs all steps, or those named and what they need.
///
/// The report says what failed, so its answer is only whether all is well.
pub(crate) fn run(ws: &Workspace, only: &[String]) -> Result<bool> {
    let wanted = wanted(only)?;
    let mut summary: Vec<(&Step, Result<Outcome>, Duration)> = Vec::new();
    for step in STEPS.iter().filter(|step| wanted.contains(&step.name)) {
        eprintln!(
            "\n{} {}",
            style(format!("── {} ──", step.name)).cyan().bold(),
            style(step.about).dim()
        );
        let start = Instant::now();
        let broken = step.needs.iter().find(|need| {
            let done = summary.iter().find(|(done, ..)| done.name == **need);
            !matches!(done, Some((_, Ok(Outcome::Passed), _)))
        });
        let result = match broken {
            Some(need) => Ok(Outcome::Skipped(format!(
                "it needs {need}, which did not pass"
            ))),
            None => (step.run)(ws),
        };
        match &result {
            Ok(Outcome::Passed) => {}
            Ok(Outcome::Skipped(why)) => {
                eprintln!("{} {}: {why}", style("SKIPPED").yellow(), step.name)
            }
            Err(error) => eprintln!("{} {}: {error:#}", style("FAIL").red().bold(), step.name),
        }
        summary.push((step, result, start.elapsed()));
    }
    Ok(report(&summary))
}

/// The table, and as the last line the counts alone.
fn report(summary: &[(&Step, Result<Outcome>, Duration)]) -> bool {
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    println!();
    for (step, result, time) in summary {
        let (mark, why) = match result {
            Ok(Outcome::Passed) => {
                passed += 1;
                (style("PASS   ").green(), String::new())
            }
            Ok(Outcome::Skipped(why)) => {
                skipped += 1;
                (style("SKIPPED").yellow(), why.clone())
            }
            Err(error) => {
                failed += 1;
                (style("FAIL   ").red().bold(), format!("{error:#}"))
            }
        };
        let why = why.lines().next().unwrap_or_default().to_owned();
        println!("{mark} {:<16} {:>12}  {why}", step.name, ui::seconds(*time));
    }
    let total: Duration = summary.iter().map(|(.., time)| *time).sum();
    println!("        {:<16} {:>12}", "all", ui::seconds(total));
    println!();
    println!("{passed} passed, {failed} failed, {skipped} skipped");
    failed == 0
}

/// The steps named, and all that they need.
fn wanted(only: &[String]) -> Result<Vec<&'static str>> {
    let names: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
    if only.is_empty() {
        return Ok(names);
    }
    let mut wanted = Vec::new();
    let mut open: Vec<&str> = only.iter().map(String::as_str).collect();
    while let Some(name) = open.pop() {
        let Some(step) = STEPS.iter().find(|step| step.name == name) else {
            bail!("there is no step {name:?}: there are {}", names.join(", "));
        };
        wanted.push(step.name);
        open.extend(step.needs);
    }
    Ok(wanted)
}

fn clippy(ws: &Workspace) -> Result<Outcome> {
    let sh = &ws.shell;
    cmd!(sh, "cargo clippy --workspace --all-targets -- -D warnings").run()?;
    passed(
        cmd!(
            sh,
            "cargo clippy -p endcap-wasm --target wasm32-unknown-unknown -- -D warnings"
        )
        .run(),
    )
}

fn locks(ws: &Workspace) -> Result<Outcome> {
    for manifest in ["Cargo.toml", "fuzz/Cargo.toml"] {
        cmd!(
            ws.shell,
            "cargo metadata --locked --format-version 1 --manifest-path {manifest}"
        )
        .ignore_stdout()
        .run()
        .with_context(|| {
            format!("the lock file beside {manifest} lags behind: run `cargo metadata --manifest-path {manifest} > /dev/null`")
        })?;
    }
    Ok(Outcome::Passed)
}

/// `tests/supply.rs` holds licences and sources without the tool, so a machine that cannot build it may go on.
fn deny(ws: &Workspace) -> Result<Outcome> {
    if let Err(error) = setup::cargo_tool(ws, setup::CARGO_DENY) {
        return Ok(Outcome::Skipped(format!("{error:#}")));
    }
    let sh = &ws.shell;
    cmd!(sh, "cargo deny --offline check licenses bans sources").run()?;
    // Of the fuzzer nothing is handed on, so its licence, that of LLVM, is its own affair.
    cmd!(sh, "cargo fetch --locked --manifest-path fuzz/Cargo.toml").run()?;
    passed(
        cmd!(
            sh,
            "cargo deny --offline --config deny.toml --manifest-path fuzz/Cargo.toml check bans sources"
        )
        .run(),
    )
}

/// Histories of profiles, until there are as many or the time is up.
pub(crate) fn histories(ws: &Workspace, histories: u32, seconds: u32) -> Result<()> {
    let (histories, seconds) = (histories.to_string(), seconds.to_string());
    let run = cmd!(
        ws.shell,
        "cargo test --profile tools --package endcap --lib profile::tests::history -- --nocapture"
    );
    let run = run.env("ENDCAP_HISTORIES", histories);
    Ok(run.env("ENDCAP_HISTORY_SECONDS", seconds).run()?)
}

fn rust(ws: &Workspace) -> Result<Outcome> {
    let sh = &ws.shell;
    let nextest = cmd!(sh, "cargo nextest --version")
        .quiet()
        .ignore_stdout()
        .ignore_stderr()
        .run()
        .is_ok();
    passed(if nextest {
        cmd!(sh, "cargo nextest run --workspace --no-fail-fast").run()
    } else {
        // Benches are left out: they measure, and only the optimised build is worth measuring.
        cmd!(
            sh,
            "cargo test --workspace --lib --bins --tests --examples --no-fail-fast"
        )
        .run()
    })
}

fn doc(ws: &Workspace) -> Result<Outcome> {
    let sh = &ws.shell;
    cmd!(sh, "cargo test --workspace --doc").run()?;
    // Only libraries: the command has the engine's name, and their pages would overwrite each other.
    passed(
        cmd!(sh, "cargo doc --workspace --lib --no-deps")
            .env("RUSTDOCFLAGS", "-D warnings")
            .run(),
    )
}

fn count_instructions(ws: &Workspace) -> Result<Outcome> {
    match setup::valgrind(ws) {
        Ok(()) => passed(instructions::run(ws, false)),
        Err(error) => Ok(Outcome::Skipped(format!("{error:#}"))),
    }
}

fn js(ws: &Workspace) -> Result<Outcome> {
    let sh = &ws.shell;
    let _js = sh.push_dir("js");
    cmd!(sh, "npm run --silent typecheck").run()?;
    passed(node_tests(ws, "js/test")?.run())
}

fn package(ws: &Workspace) -> Result<Outcome> {
    passed(node_tests(ws, "tests/package")?.run())
}

/// Node's test runner over a folder whose tests need the generated shop.
fn demo_tests(ws: &Workspace, folder: &str) -> Result<Outcome> {
    let shop = shop::generated(ws, SEED, PRODUCTS)?;
    passed(
        node_tests(ws, folder)?
            .env("ENDCAP_DEMO_DIR", &shop.folder)
            .run(),
    )
}

fn api(ws: &Workspace) -> Result<Outcome> {
    match setup::schemathesis(ws) {
        Ok(program) => passed(chaos::api(ws, &program)),
        Err(error) => Ok(Outcome::Skipped(format!("{error:#}"))),
    }
}

fn cluster(ws: &Workspace) -> Result<Outcome> {
    if let Err(error) = setup::redis(ws) {
        return Ok(Outcome::Skipped(format!("{error:#}")));
    }
    let sh = &ws.shell;
    let redis = setup::find_redis(ws).unwrap_or_default();
    cmd!(
        sh,
        "cargo test -p endcap-server --test cluster --test cluster_tls"
    )
    .env("ENDCAP_REDIS_SERVER", &redis)
    .run()?;
    chaos::few(ws, "cluster")?;
    passed(
        node_tests(ws, "tests/cluster")?
            .env("ENDCAP_REDIS_SERVER", redis)
            .run(),
    )
}

fn real_catalogues(ws: &Workspace) -> Result<Outcome> {
    let folder = ws.path("../shared/data/catalogues");
    if !folder.is_dir() {
        return Ok(Outcome::Skipped(
            "there is no ../shared/data beside the repository".into(),
        ));
    }
    let mut feeds: Vec<PathBuf> = fs::read_dir(&folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    feeds.sort();
    ensure!(!feeds.is_empty(), "{} is empty", folder.display());
    let (sh, endcap) = (&ws.shell, ws.endcap());
    for feed in &feeds {
        let shop = shop::from_feed(ws, feed, &["--language", "en"])?;
        let packs: Vec<PathBuf> = fs::read_dir(&shop.packs)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<_, _>>()?;
        let packs: Vec<_> = packs
            .iter()
            .filter(|file| file.extension() == Some(OsStr::new("pack")))
            .collect();
        ensure!(
            !packs.is_empty(),
            "no pack was built from {}",
            feed.display()
        );
        for pack in packs {
            cmd!(sh, "{endcap} pack inspect {pack}").run()?;
        }
    }
    Ok(Outcome::Passed)
}

/// Node's own test runner over a folder. Files run one after the other, because they measure time and share ports.
fn node_tests<'a>(ws: &'a Workspace, folder: &str) -> Result<Cmd<'a>> {
    let sh = &ws.shell;
    let mut files: Vec<PathBuf> = fs::read_dir(ws.path(folder))
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.to_string_lossy().ends_with(".test.mjs"))
        .collect();
    files.sort();
    // Node 20 passes when it finds no test, and an empty folder is no proof of anything.
    ensure!(!files.is_empty(), "there is no *.test.mjs in {folder}");
    for file in &files {
        // Playwright asks such a condition once: its promise counts as true. The test would wait for nothing.
        ensure!(
            !fs::read_to_string(file)?.contains("waitForFunction(async"),
            "{}: waitForFunction does not wait for what is async: use until of tests/until.mjs",
            file.display()
        );
    }
    let mut node = cmd!(
        sh,
        "node --test --test-concurrency=1 --test-timeout=300000 --test-reporter=spec {files...}"
    )
    .env("ENDCAP_BIN", ws.endcap())
    .env("ENDCAP_PKG", ws.pkg());
    if let Some(chromium) = setup::find_chromium(ws) {
        node = node.env("CHROMIUM_PATH", chromium);
    }
    Ok(node)
}

fn passed<E: Into<anyhow::Error>>(result: Result<(), E>) -> Result<Outcome> {
    result.map(|()| Outcome::Passed).map_err(Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_need_only_steps_before_them() {
        for (index, step) in STEPS.iter().enumerate() {
            for need in step.needs {
                assert!(
                    STEPS[..index].iter().any(|before| before.name == *need),
                    "{} needs {need}",
                    step.name
                );
            }
        }
    }

    #[test]
    fn a_named_step_brings_what_it_needs() {
        let mut names = wanted(&["size".into()]).expect("a step");
        names.sort_unstable();
        assert_eq!(names, ["build", "setup", "size"]);
        assert!(wanted(&["speed".into()]).is_err());
    }

    #[test]
    fn one_failure_fails_the_command() {
        let step = &STEPS[0];
        let time = Duration::ZERO;
        let skipped = || Ok(Outcome::Skipped("no data".into()));
        let good = [
            (step, passed(anyhow::Ok(())), time),
            (step, skipped(), time),
        ];
        assert!(report(&good));
        let bad = [
            (step, skipped(), time),
            (step, Err(anyhow::anyhow!("no")), time),
        ];
        assert!(!report(&bad));
    }
}
