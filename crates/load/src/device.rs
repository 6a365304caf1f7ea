//! Devices at work, and what they were told.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use crate::client::Client;
use crate::profile::{Kept, holds, profile, whole};

/// Devices at work, each on a connection of its own.
pub(crate) const DEVICES: u64 = 16;

/// The profile that some devices share, as those of one customer do: fewer than a profile has room for.
pub(crate) const SHARED: &str = "shared-by-some-devices-0";
const SHARING: u64 = 6;

/// What devices were told is stored.
#[derive(Default)]
pub(crate) struct Told {
    /// Per profile and device the latest state that was acknowledged.
    pub(crate) latest: Mutex<BTreeMap<(String, u64), Vec<u8>>>,
    pub(crate) acknowledged: AtomicU64,
    /// When the last acknowledgement came, and the longest time between two.
    pace: Mutex<(Option<Instant>, Duration)>,
}

impl Told {
    fn acknowledge(&self, id: String, device: u64, body: Vec<u8>) {
        self.acknowledged.fetch_add(1, Ordering::Relaxed);
        let mut pace = self.pace.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if let Some(last) = pace.0.replace(now) {
            pace.1 = pace.1.max(now - last);
        }
        drop(pace);
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        latest.insert((id, device), body);
    }

    /// The longest gap since this was last asked.
    pub(crate) fn take_gap(&self) -> Duration {
        std::mem::take(&mut *self.pace.lock().unwrap_or_else(PoisonError::into_inner)).1
    }
}

/// Devices at work.
pub(crate) struct Load {
    pub(crate) tasks: Vec<tokio::task::JoinHandle<Result<()>>>,
    pub(crate) stop: Arc<AtomicBool>,
}

impl Load {
    pub(crate) async fn end(self) -> Result<()> {
        for task in self.tasks {
            task.await??;
        }
        Ok(())
    }
}

pub(crate) struct Worker {
    pub(crate) device: u64,
    pub(crate) round: u32,
    pub(crate) address: SocketAddr,
    pub(crate) told: Arc<Told>,
    pub(crate) stop: Arc<AtomicBool>,
    pub(crate) pause: Duration,
}

impl Worker {
    /// Syncs until told to stop. A server that is gone ends it; one that says 503 is asked again, as clients do.
    pub(crate) async fn run(self) -> Result<()> {
        let mut client = Client::connect(self.address).await?;
        for event in 1u32.. {
            let body = whole(&profile(self.device, self.round * 100_000 + event))?;
            let own = format!("device-{:04}-{:04}-{event:08}", self.device, self.round);
            let shared = (self.device <= SHARING).then(|| SHARED.to_owned());
            for id in [own].into_iter().chain(shared) {
                loop {
                    let Ok(answer) = client.sync(&id, &body).await else {
                        let stopped = self.stop.load(Ordering::SeqCst);
                        ensure!(stopped, "a sync failed before the server was killed");
                        return Ok(());
                    };
                    if answer.status == 200 {
                        let held = holds(&answer.body, &body);
                        ensure!(held == Kept::Yes, "the answer lacks what was sent");
                        self.told.acknowledge(id, self.device, body.clone());
                        break;
                    }
                    ensure!(answer.status == 503, "a sync got {}", answer.status);
                    if self.stop.load(Ordering::SeqCst) {
                        return Ok(());
                    }
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
            if self.stop.load(Ordering::SeqCst) {
                return Ok(());
            }
            if !self.pause.is_zero() {
                tokio::time::sleep(self.pause).await;
            }
        }
        Ok(())
    }
}
