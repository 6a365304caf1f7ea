//! What the commands print: one line per step with its time, a spinner while it runs.
//!
//! Everything goes to standard error, so that `--json` owns standard output.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use console::style;
use indicatif::{ProgressBar, ProgressStyle};
use xshell::Cmd;

/// How many of a failed program's last lines are shown.
const TAIL: usize = 60;

/// A step that is running.
pub(crate) struct Step {
    name: String,
    start: Instant,
    spinner: ProgressBar,
}

/// A headline over the steps that follow.
pub(crate) fn headline(text: &str) {
    eprintln!("{}", style(text).bold());
}

/// A line of explanation below a step.
pub(crate) fn note(text: &str) {
    eprintln!("  {}", style(text).dim());
}

/// Runs one step and prints its line: a mark, the name, what `work` answered, the time it took.
pub(crate) fn step(
    name: impl Into<String>,
    work: impl FnOnce(&Step) -> Result<String>,
) -> Result<()> {
    let name = name.into();
    let spinner = ProgressBar::new_spinner();
    if let Ok(look) = ProgressStyle::with_template("  {spinner} {prefix} {msg:.dim} {elapsed:.dim}")
    {
        spinner.set_style(look);
    }
    spinner.set_prefix(name.clone());
    spinner.enable_steady_tick(Duration::from_millis(100));
    let step = Step {
        name,
        start: Instant::now(),
        spinner,
    };
    let result = work(&step);
    step.spinner.finish_and_clear();
    let time = seconds(step.start.elapsed());
    match &result {
        Ok(detail) => eprintln!(
            "  {} {:<38} {:<44} {}",
            style("✔").green(),
            step.name,
            style(detail).dim(),
            style(time).dim(),
        ),
        Err(_) => eprintln!("  {} {:<83} {time}", style("✘").red(), step.name),
    }
    result.map(drop)
}

impl Step {
    /// Says what is being done now. Without a terminal there is no spinner, so it becomes a line of its own.
    pub(crate) fn doing(&self, text: &str) {
        if self.spinner.is_hidden() {
            eprintln!("  · {}: {text}", self.name);
        } else {
            self.spinner.set_message(text.to_owned());
        }
    }

    /// Runs a program. On a terminal its last line stands beside the spinner, and its output is shown only if it
    /// fails; elsewhere (CI) its output streams.
    pub(crate) fn run(&self, cmd: Cmd<'_>) -> Result<()> {
        let line = cmd.to_string();
        let mut command = Command::from(cmd);
        if self.spinner.is_hidden() {
            let status = command
                .status()
                .with_context(|| format!("cannot start `{line}`"))?;
            return if status.success() {
                Ok(())
            } else {
                bail!("`{line}` failed ({status})")
            };
        }
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start `{line}`"))?;
        let out = child.stdout.take().context("no standard output")?;
        let err = child.stderr.take().context("no standard error")?;
        let mut tail = std::thread::scope(|scope| -> Vec<String> {
            let out = scope.spawn(|| self.follow(out));
            let err = self.follow(err);
            let mut lines = out.join().unwrap_or_default();
            lines.extend(err);
            lines
        });
        let status = child.wait()?;
        if status.success() {
            return Ok(());
        }
        tail.drain(..tail.len().saturating_sub(TAIL));
        self.spinner
            .suspend(|| tail.iter().for_each(|line| eprintln!("    {line}")));
        bail!("`{line}` failed ({status})")
    }

    fn follow(&self, pipe: impl std::io::Read) -> Vec<String> {
        let mut lines = Vec::new();
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            let line = console::strip_ansi_codes(&line).trim_end().to_owned();
            if !line.is_empty() {
                self.spinner
                    .set_message(console::truncate_str(line.trim(), 60, "…").into_owned());
                lines.push(line);
            }
        }
        lines
    }
}

/// `0.4 s`, `12 s`, `3 min 05 s`.
pub(crate) fn seconds(time: Duration) -> String {
    let s = time.as_secs_f64();
    if s < 10.0 {
        format!("{s:.1} s")
    } else if s < 60.0 {
        format!("{s:.0} s")
    } else {
        format!("{} min {:02} s", time.as_secs() / 60, time.as_secs() % 60)
    }
}
