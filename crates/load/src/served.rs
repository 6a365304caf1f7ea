//! A running `endcap serve`.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

/// A server in a process of its own, which ends with its owner.
pub(crate) struct Served {
    child: Child,
    pub(crate) address: SocketAddr,
    /// From the start of the process until it listened.
    pub(crate) start: Duration,
}

impl Served {
    /// Starts the server on a free port and waits until it listens.
    pub(crate) fn start(endcap: &Path, data: &Path, options: &[String]) -> Result<Self> {
        let log = data.with_extension("log");
        let start = Instant::now();
        let mut child = Command::new(endcap)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .args(options)
            // A line per request is not what is measured.
            .env("ENDCAP_LOG", "warn")
            .env_remove("ENDCAP_SECRET")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(fs::File::options().create(true).append(true).open(&log)?)
            .spawn()
            .with_context(|| format!("cannot start {}", endcap.display()))?;
        let mut first = String::new();
        if let Some(out) = child.stdout.take() {
            BufReader::new(out).read_line(&mut first)?;
        }
        let start = start.elapsed();
        let address = first.trim().strip_prefix("Listening on http://");
        let address = address.and_then(|text| text.parse().ok());
        if address.is_none() {
            child.kill().ok();
            child.wait().ok();
        }
        let address = address.with_context(|| {
            let words = fs::read_to_string(&log).unwrap_or_default();
            format!("the server does not listen: {words}")
        })?;
        Ok(Self {
            child,
            address,
            start,
        })
    }

    /// Ends the process without a warning, as `kill -9` does.
    pub(crate) fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// The process, as the system numbers it.
    pub(crate) fn process(&self) -> String {
        self.child.id().to_string()
    }

    /// The most memory that the process has held, in bytes, where the system tells.
    pub(crate) fn peak_memory(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))?;
        let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
        Some(kib * 1024)
    }

    /// Asks it to stop and waits until it has.
    pub(crate) fn stop(mut self) -> Result<()> {
        let pid = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &pid]).status()?;
        let status = self.child.wait()?;
        ensure!(status.success(), "the server stopped ({status})");
        Ok(())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // Mostly it has ended already.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
