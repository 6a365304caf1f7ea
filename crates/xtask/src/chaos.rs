//! `cargo xtask chaos` and `cargo xtask bench server`: builds the server and its load, and lets `endcap-load` do the rest.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Result, ensure};
use xshell::cmd;

use crate::setup;
use crate::ui;
use crate::workspace::Workspace;

/// How often to strike.
#[derive(clap::Args)]
pub(crate) struct ChaosArgs {
    /// Print JSON on standard output
    #[arg(long)]
    json: bool,
    /// How often the server is killed, on each store
    #[arg(long, default_value_t = 100)]
    kills: u32,
    /// How often a node of the cluster is killed, and how often one is cut off
    #[arg(long, default_value_t = 3)]
    faults: u32,
    /// Profiles that are in the embedded store from the start, because a restart takes longer the more there are
    #[arg(long, default_value_t = 0)]
    profiles: u64,
    /// Which stores: embedded, cluster or both
    #[arg(long, default_value = "embedded,cluster")]
    stores: String,
}

/// What to measure the server with.
#[derive(clap::Args)]
pub(crate) struct ServerArgs {
    /// Print JSON on standard output
    #[arg(long)]
    json: bool,
    /// Profiles in the store
    #[arg(long, default_value_t = 1_000_000)]
    profiles: u64,
    /// Seconds of each measurement
    #[arg(long, default_value_t = 15)]
    seconds: u64,
}

/// Kills the server of each store, and fails if anything that it had acknowledged is gone.
pub(crate) fn run(ws: &Workspace, args: &ChaosArgs) -> Result<()> {
    if args.stores.contains("cluster") {
        setup::redis(ws)?;
    }
    let (kills, faults) = (args.kills.to_string(), args.faults.to_string());
    let profiles = args.profiles.to_string();
    let stores = &args.stores;
    let mut words = vec![
        "--kills",
        &kills,
        "--faults",
        &faults,
        "--profiles",
        &profiles,
        "--stores",
        stores,
    ];
    words.extend(args.json.then_some("--json"));
    load(ws, "chaos", &words)
}

/// A few kills, for the tests.
pub(crate) fn few(ws: &Workspace, stores: &str) -> Result<()> {
    load(
        ws,
        "chaos",
        &["--kills", "5", "--faults", "1", "--stores", stores],
    )
}

/// Sends what no good client would, for the tests.
pub(crate) fn hostile(ws: &Workspace) -> Result<()> {
    load(ws, "hostile", &[])
}

/// Lets schemathesis talk to a running server.
pub(crate) fn api(ws: &Workspace, schemathesis: &Path) -> Result<()> {
    let sh = &ws.shell;
    let folder = ws.target("load/api");
    fs::remove_dir_all(&folder).ok();
    fs::create_dir_all(&folder)?;
    let mut server = Command::new(ws.endcap())
        .args(["serve", "--listen", "127.0.0.1:0", "--events"])
        // One address asks for all, more often than any shopper.
        .args([
            "--rate",
            "0",
            "--profile-rate",
            "0",
            "--new-profiles",
            "0",
            "--data",
        ])
        .arg(folder.join("data"))
        .env("ENDCAP_LOG", "error")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut first = String::new();
    if let Some(out) = server.stdout.take() {
        BufReader::new(out).read_line(&mut first)?;
    }
    let base = first
        .trim()
        .strip_prefix("Listening on ")
        .unwrap_or_default();
    let document = format!("{base}/v1/openapi.json");
    // Bodies of profiles have a format that no JSON Schema tells, and events are taken leniently, so whether data is valid
    // is not what is checked. The seed is fixed, so that a failure comes again.
    let checked = cmd!(
        sh,
        "{schemathesis} run {document} --phases coverage,fuzzing --max-examples 20 --seed 1 --no-color --exclude-checks negative_data_rejection,positive_data_acceptance"
    )
    .env("PYTHONUNBUFFERED", "1")
    .quiet()
    .run();
    let alive = server.try_wait()?.is_none();
    server.kill().ok();
    server.wait().ok();
    ensure!(alive, "the server has ended under schemathesis");
    checked?;
    fs::remove_dir_all(&folder)?;
    Ok(())
}

/// Measures, and fails if a target is missed.
pub(crate) fn bench(ws: &Workspace, args: &ServerArgs) -> Result<()> {
    let (profiles, seconds) = (args.profiles.to_string(), args.seconds.to_string());
    let mut words = vec!["--profiles", &profiles, "--seconds", &seconds];
    words.extend(args.json.then_some("--json"));
    load(ws, "bench", &words)
}

/// Builds both programs and runs the load in a folder below `target`, which is on the disk that counts.
fn load(ws: &Workspace, command: &str, words: &[&str]) -> Result<()> {
    let sh = &ws.shell;
    ui::step("endcap command and its load", |step| {
        step.doing("cargo build …");
        step.run(
            cmd!(
                sh,
                "cargo build --profile tools -p endcap-cli -p endcap-load"
            )
            .quiet(),
        )?;
        Ok("built".into())
    })?;
    let load = ws.endcap().with_file_name("endcap-load");
    ensure!(load.is_file(), "cargo built no {}", ws.show(&load));
    let folder: PathBuf = ws.target(format!("load/{command}"));
    // What an earlier run has left, after something went wrong in it.
    fs::remove_dir_all(&folder).ok();
    fs::create_dir_all(&folder)?;
    let endcap = ws.endcap();
    let mut run = cmd!(
        sh,
        "{load} {command} --endcap {endcap} --folder {folder} {words...}"
    );
    if let Some(redis) = setup::find_redis(ws) {
        run = run.env("ENDCAP_REDIS_SERVER", redis);
    }
    run.quiet().run()?;
    Ok(())
}
