//! What the server does by itself: forget what is old, and learn from the logged events.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use endcap_server::{ClockJump, Day, Held, KeepDays, Metrics, Profiles, Retired, retire_events};

/// A day: retention is counted in days.
const RETIRE_EVERY: Duration = Duration::from_secs(24 * 60 * 60);

/// Not while everything else starts.
const RETIRE_FIRST: Duration = Duration::from_secs(60);

/// The queries with verdicts, and the texts that are never published, in the folder of events.
const REVIEW: &str = "review.tsv";
const BLOCKED: &str = "blocked.txt";

/// How often the day is written down.
const CALENDAR_EVERY: Duration = Duration::from_secs(60 * 60);

/// How often a server of a cluster asks what the others have erased. In the meantime the tombstones in the store hold.
const SHARE_EVERY: Duration = Duration::from_secs(60);

/// How long what is kept, and where the events are.
pub(super) struct Retention {
    pub(super) profiles: KeepDays,
    pub(super) events: KeepDays,
    pub(super) folder: PathBuf,
}

/// Says that the clock cannot be believed, or that it can again.
pub(super) fn look_at_clock(metrics: &Metrics, clock: Result<Day, ClockJump>) {
    let held = clock.err().map(Held::Clock);
    if let Some(held) = held {
        tracing::error!(code = held.code(), "{held}");
    }
    metrics.hold("clock", held);
}

/// Keeps the latest day seen in the store.
pub(super) fn keep_calendar(profiles: Arc<Profiles>, metrics: Arc<Metrics>) {
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(CALENDAR_EVERY).await;
            match profiles.keep_calendar().await {
                Ok(clock) => look_at_clock(&metrics, clock),
                Err(error) => tracing::error!(code = error.code(), "the day is not kept: {error}"),
            }
        }
    });
}

/// Takes the bytes of erased profiles out of the store's files.
pub(super) fn purge(profiles: Arc<Profiles>, every: Duration) {
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(every).await;
            match profiles.purge().await {
                Ok(true) => tracing::info!("what was erased is in no file of the store any more"),
                Ok(false) => {}
                Err(error) => tracing::error!(code = error.code(), "{error}"),
            }
        }
    });
}

/// Learns what other servers of the cluster have erased.
pub(super) fn share_erased(profiles: Arc<Profiles>) {
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(SHARE_EVERY).await;
            match profiles.lacking().await {
                Ok(lacking) if lacking.is_empty() => {}
                Ok(lacking) => {
                    // Why it failed is in the log; the next round tries again.
                    let _ = profiles.share_erased(lacking).await;
                }
                Err(error) => tracing::error!(
                    code = error.code(),
                    "what other servers erased is not known: {error}"
                ),
            }
        }
    });
}

/// Erases again what a restored backup has brought back, and deletes what is older than is kept.
pub(super) fn retire(profiles: Arc<Profiles>, metrics: Arc<Metrics>, retention: Retention) {
    let retention = Arc::new(retention);
    tokio::spawn(async move {
        tokio::time::sleep(RETIRE_FIRST).await;
        loop {
            match profiles.retire(retention.profiles).await {
                Ok(Retired { changed, held }) => {
                    metrics.retired(changed);
                    report(&metrics, "profiles", changed, held);
                }
                Err(error) => tracing::error!(code = error.code(), "old profiles stay: {error}"),
            }
            let (kept, calendar) = (Arc::clone(&retention), Arc::clone(profiles.calendar()));
            let events = move || retire_events(&kept.folder, kept.events, &calendar);
            match tokio::task::spawn_blocking(events).await {
                Ok(Ok(Ok(deleted))) => report(&metrics, "events", deleted, None),
                Ok(Ok(Err(held))) => report(&metrics, "events", 0, Some(held)),
                Ok(Err(error)) => {
                    tracing::error!(code = "events/retire", "old events stay: {error}")
                }
                Err(error) => tracing::error!("old events stay: {error}"),
            }
            tokio::time::sleep(RETIRE_EVERY).await;
        }
    });
}

fn report(metrics: &Metrics, what: &'static str, changed: u64, held: Option<Held>) {
    match held {
        Some(held) => tracing::error!(code = held.code(), what, "{held}"),
        None => tracing::info!(changed, what, "what is old or erased is gone"),
    }
    metrics.hold(what, held);
}

/// Learns from the events in `events` every so often, and puts the knowledge pack into `packs`, where clients find it.
pub(super) fn train(events: PathBuf, packs: PathBuf, every: Duration) {
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(every).await;
            match train_once(&events, &packs).await {
                Ok(true) => tracing::info!("the knowledge pack is new"),
                Ok(false) => tracing::info!("there are no events to learn from"),
                // The former pack stays on offer.
                Err(reason) => {
                    tracing::error!(code = "train/failed", "nothing was learned: {reason}")
                }
            }
        }
    });
}

/// In a process of its own: training takes memory and time that requests should not wait for.
async fn train_once(events: &Path, packs: &Path) -> Result<bool, String> {
    let mut logs = Vec::new();
    let folder = std::fs::read_dir(events).map_err(|error| error.to_string())?;
    for entry in folder {
        let path = entry.map_err(|error| error.to_string())?.path();
        let name = path.to_string_lossy();
        if name.ends_with(".jsonl") || name.ends_with(".jsonl.gz") {
            logs.push(path);
        }
    }
    if logs.is_empty() {
        return Ok(false);
    }
    // The names are times, so this is the order in which they were written.
    logs.sort();
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut options = Vec::new();
    // What people say of queries lies beside the events, of which each tenant has its own.
    for (option, file) in [("--review", REVIEW), ("--blocked", BLOCKED)] {
        let path = events.join(file);
        if path.exists() {
            options.extend([option.into(), path.into_os_string()]);
        }
    }
    let output = tokio::process::Command::new(program)
        .args(["pack", "knowledge"])
        .args(&logs)
        .arg("--catalogue")
        .arg(packs)
        .arg("--out")
        .arg(packs)
        .args(&options)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .map_err(|error| error.to_string())?;
    if output.status.success() {
        return Ok(true);
    }
    // Its last words say what stood in the way; lines of logs are not in them.
    let words = String::from_utf8_lossy(&output.stderr);
    let error = words.lines().find(|line| line.starts_with("error"));
    Err(error.unwrap_or("the trainer failed").to_owned())
}
