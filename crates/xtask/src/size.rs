//! `cargo xtask size`: what a shopper downloads, against the budget in `pkg-config/size-budget.json`.
//!
//! The budget is a list of `{ "name", "files", "encoding", "max_kb", "reason" }`, the last where a line was raised. The files of an entry are compressed one by one,
//! as a web server sends them, and summed; a kilobyte has 1000 bytes.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use console::style;
use serde::{Deserialize, Serialize};

use crate::workspace::Workspace;

/// One line of the budget.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Budget {
    name: String,
    files: Vec<String>,
    encoding: Encoding,
    max_kb: f64,
    /// Why it was raised, for those who read the file.
    #[serde(default, rename = "reason")]
    _reason: Option<String>,
}

/// How a web server would send the files.
#[derive(Clone, Copy, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum Encoding {
    Brotli,
    Gzip,
}

/// A line of the budget, measured.
#[derive(Serialize)]
struct Size {
    name: String,
    encoding: Encoding,
    raw_bytes: usize,
    bytes: usize,
    max_bytes: usize,
    ok: bool,
}

/// Measures `pkg/`, prints a table (or JSON) and fails if anything is over its budget.
pub(crate) fn run(ws: &Workspace, json: bool) -> Result<()> {
    let file = ws.path("pkg-config/size-budget.json");
    let text = fs::read_to_string(&file).with_context(|| format!("read {}", ws.show(&file)))?;
    let budgets: Vec<Budget> =
        serde_json::from_str(&text).with_context(|| format!("parse {}", ws.show(&file)))?;
    ensure!(!budgets.is_empty(), "{} is empty", ws.show(&file));
    let sizes = budgets
        .into_iter()
        .map(|budget| measure(&ws.pkg(), budget))
        .collect::<Result<Vec<_>>>()?;
    if json {
        println!("{}", serde_json::to_string_pretty(&sizes)?);
    } else {
        print(&sizes);
    }
    let over: Vec<&str> = sizes
        .iter()
        .filter(|size| !size.ok)
        .map(|size| size.name.as_str())
        .collect();
    if !over.is_empty() {
        bail!(
            "over the budget of {}: {}. Make it smaller, or argue for a larger budget in that file.",
            ws.show(&file),
            over.join(", ")
        );
    }
    Ok(())
}

fn measure(pkg: &Path, budget: Budget) -> Result<Size> {
    ensure!(
        !budget.files.is_empty(),
        "size budget {:?} names no files",
        budget.name
    );
    let (mut raw_bytes, mut bytes) = (0, 0);
    for name in &budget.files {
        let content = fs::read(pkg.join(name))
            .with_context(|| format!("read pkg/{name}: run `cargo xtask build` first"))?;
        raw_bytes += content.len();
        bytes += compressed(budget.encoding, &content)?;
    }
    // The product is a whole number of bytes for every budget that anybody writes.
    let max_bytes = (budget.max_kb * 1000.0).round() as usize;
    Ok(Size {
        name: budget.name,
        encoding: budget.encoding,
        raw_bytes,
        bytes,
        max_bytes,
        ok: bytes <= max_bytes,
    })
}

fn compressed(encoding: Encoding, content: &[u8]) -> Result<usize> {
    Ok(match encoding {
        Encoding::Brotli => {
            let mut out = Vec::new();
            // Quality 11 and a window of 2^22: what `brotli` and CDNs use for files that are compressed once.
            let params = brotli::enc::BrotliEncoderParams {
                quality: 11,
                lgwin: 22,
                size_hint: content.len(),
                ..Default::default()
            };
            brotli::BrotliCompress(&mut &*content, &mut out, &params)?;
            out.len()
        }
        Encoding::Gzip => {
            let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
            out.write_all(content)?;
            out.finish()?.len()
        }
    })
}

fn print(sizes: &[Size]) {
    eprintln!(
        "  {:<44} {:>10} {:>10} {:>10} {:>10}",
        "size (1 KB = 1000 bytes)", "raw", "sent", "budget", "headroom"
    );
    for size in sizes {
        let kb = |bytes: usize| format!("{:.1} KB", bytes as f64 / 1000.0);
        let headroom = 100.0 - 100.0 * size.bytes as f64 / size.max_bytes.max(1) as f64;
        let mark = if size.ok {
            style("✔").green()
        } else {
            style("✘").red()
        };
        let encoding = match size.encoding {
            Encoding::Brotli => "brotli",
            Encoding::Gzip => "gzip",
        };
        eprintln!(
            "{mark} {:<44} {:>10} {:>10} {:>10} {headroom:>8.0} %",
            format!("{}, {encoding}", size.name),
            kb(size.raw_bytes),
            kb(size.bytes),
            kb(size.max_bytes),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sized(max_kb: f64, encoding: Encoding) -> Size {
        let folder = tempfile::tempdir().expect("folder");
        // Bytes that hardly compress: the halves of squares.
        let bytes: Vec<u8> = (0u32..20_000)
            .map(|i| (i.wrapping_mul(i).wrapping_mul(2_654_435_761) >> 24) as u8)
            .collect();
        fs::write(folder.path().join("a"), bytes).expect("write");
        let budget = Budget {
            _reason: None,
            name: "a".into(),
            files: vec!["a".into()],
            encoding,
            max_kb,
        };
        measure(folder.path(), budget).expect("measure")
    }

    #[test]
    fn a_file_over_its_budget_is_not_ok() {
        for encoding in [Encoding::Brotli, Encoding::Gzip] {
            assert!(!sized(1.0, encoding).ok);
            assert!(sized(25.0, encoding).ok);
        }
    }

    #[test]
    fn a_missing_file_is_an_error() {
        let folder = tempfile::tempdir().expect("folder");
        let budget = Budget {
            _reason: None,
            name: "a".into(),
            files: vec!["a".into()],
            encoding: Encoding::Gzip,
            max_kb: 1.0,
        };
        assert!(measure(folder.path(), budget).is_err());
    }
}
