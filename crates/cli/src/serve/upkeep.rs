//! What the server does by itself: forget what is old, and learn from the logged events.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use endcap_server::{Metrics, Profiles};

/// A day: retention is counted in days.
const RETIRE_EVERY: Duration = Duration::from_secs(24 * 60 * 60);

/// Not while everything else starts.
const RETIRE_FIRST: Duration = Duration::from_secs(60);

/// Erases again what a restored backup has brought back, and forgets profiles that nobody has written to for `days`.
pub(super) fn retire(profiles: Arc<Profiles>, metrics: Arc<Metrics>, days: u16) {
    // Never is a long time: to the first day that can be told.
    let days = if days == 0 { u16::MAX } else { days };
    tokio::spawn(async move {
        tokio::time::sleep(RETIRE_FIRST).await;
        loop {
            match profiles.retire(days).await {
                Ok(changed) => {
                    metrics.retired(changed);
                    tracing::info!(changed, "old and erased profiles are gone");
                }
                Err(error) => tracing::error!(code = error.code(), "old profiles stay: {error}"),
            }
            tokio::time::sleep(RETIRE_EVERY).await;
        }
    });
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
    let output = tokio::process::Command::new(program)
        .args(["pack", "knowledge"])
        .args(&logs)
        .arg("--catalogue")
        .arg(packs)
        .arg("--out")
        .arg(packs)
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
