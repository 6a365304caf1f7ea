//! Numbers and sizes as people read them.

use std::io::{ErrorKind, Write};
use std::time::Duration;

use endcap_trainer::log::LogSummary;
use endcap_trainer::{Progress, Stage};
use indicatif::{ProgressBar, ProgressStyle};

use crate::failure::Failure;

/// One line in which texts of feeds, packs and file names cannot drive the terminal: control
/// characters, and marks that turn the direction, are escaped as in JSON.
pub(crate) fn printable(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => line.push_str("\\n"),
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                line += &format!("\\u{:04x}", u32::from(c));
            }
            c if c.is_control() => line += &format!("\\u{:04x}", u32::from(c)),
            c => line.push(c),
        }
    }
    line
}

/// Prints lines to standard output, each [`printable`]. A reader that has seen enough, such as
/// `head`, is no failure.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let text: String = text
        .split_inclusive('\n')
        .map(|line| match line.strip_suffix('\n') {
            Some(line) => printable(line) + "\n",
            None => printable(line),
        })
        .collect();
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::failed(
            "endcap/output",
            format!("cannot print: {error}"),
        )),
        _ => Ok(()),
    }
}

/// `1234567` → `1,234,567`.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `1 row`, `2 rows`.
pub(crate) fn many(number: u64, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {what}{plural}", count(number))
}

/// `12 lines (GA4)`.
pub(crate) fn lines(log: &LogSummary) -> String {
    let broken = match log.broken {
        0 => String::new(),
        broken => format!(", {} of them broken", count(broken)),
    };
    match log.formats.is_empty() {
        true => many(log.lines, "line") + &broken,
        false => format!(
            "{} ({}){broken}",
            many(log.lines, "line"),
            log.formats_named()
        ),
    }
}

/// Bytes with a decimal unit, as networks count.
pub(crate) fn bytes(number: u64) -> String {
    match number {
        0..1_000 => format!("{number} B"),
        1_000..1_000_000 => format!("{:.1} KB", number as f64 / 1e3),
        _ => format!("{:.2} MB", number as f64 / 1e6),
    }
}

/// Seconds with a decimal, or milliseconds.
pub(crate) fn time(time: Duration) -> String {
    if time < Duration::from_secs(1) {
        format!("{} ms", time.as_millis())
    } else {
        format!("{:.1} s", time.as_secs_f64())
    }
}

/// One bar on standard error that is started anew for every file; silent when nobody watches.
pub(crate) struct Bar {
    bar: ProgressBar,
    current: Option<(Stage, String)>,
}

impl Bar {
    pub(crate) fn new() -> Self {
        Self {
            bar: ProgressBar::no_length(),
            current: None,
        }
    }

    pub(crate) fn update(&mut self, progress: Progress<'_>) {
        let same = self
            .current
            .as_ref()
            .is_some_and(|(stage, name)| *stage == progress.stage && name == progress.name);
        if !same {
            self.finish();
            let verb = match progress.stage {
                Stage::Feed | Stage::Events => "Reading",
                Stage::Compress => "Compressing",
                Stage::Queries => "Trying",
                Stage::Model => "Learning",
            };
            if progress.stage == Stage::Model {
                self.start_in(verb, progress.name, progress.total, "{pos}/{len}");
            } else if progress.stage == Stage::Queries {
                // How many there are is known when all are read.
                self.start_in(verb, progress.name, progress.total, "{pos}");
            } else {
                self.start(verb, progress.name, progress.total);
            }
            self.current = Some((progress.stage, progress.name.to_owned()));
        }
        self.bar.set_position(progress.done);
        if progress.rows > 0 {
            self.bar.set_message(many(progress.rows, "row"));
        }
    }

    pub(crate) fn start(&mut self, verb: &str, name: &str, total: u64) {
        self.start_in(verb, name, total, "{bytes}/{total_bytes}");
    }

    fn start_in(&mut self, verb: &str, name: &str, total: u64, unit: &str) {
        self.bar = ProgressBar::new(total);
        let template = format!("{{prefix}} [{{bar:30}}] {unit} {{msg}}");
        if let Ok(style) = ProgressStyle::with_template(&template) {
            self.bar.set_style(style.progress_chars("=> "));
        }
        self.bar.set_prefix(format!("{verb} {}", printable(name)));
    }

    pub(crate) fn update_position(&mut self, done: u64) {
        self.bar.set_position(done);
    }

    /// Clears the bar, so that what follows stands alone.
    pub(crate) fn finish(&mut self) {
        self.bar.finish_and_clear();
        self.current = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(count(7), "7");
        assert_eq!(count(123), "123");
        assert_eq!(count(1_234), "1,234");
        assert_eq!(count(1_234_567), "1,234,567");
    }

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(
            printable("a\u{1b}[31mb\u{9b}\u{7}"),
            "a\\u001b[31mb\\u009b\\u0007"
        );
        assert_eq!(printable("two\nlines\u{202e}"), "two\\nlines\\u202e");
        assert_eq!(printable("Küche 5\" – ½"), "Küche 5\" – ½");
    }

    #[test]
    fn one_is_not_many() {
        assert_eq!(many(1, "row"), "1 row");
        assert_eq!(many(0, "row"), "0 rows");
    }

    #[test]
    fn sizes_have_units() {
        assert_eq!(bytes(999), "999 B");
        assert_eq!(bytes(1_500), "1.5 KB");
        assert_eq!(bytes(12_345_678), "12.35 MB");
    }
}
