//! What became of the input: for people, and as JSON for jobs.

use std::collections::BTreeMap;
use std::time::Duration;

use endcap_trainer::{DropReason, Report, Training, Updates, WrittenPack};
use serde_json::{Value, json};

use crate::pack::{delta, show};

/// Names of one list that the summary prints; the rest is counted.
const LISTED: usize = 8;

/// What is known once the products have gone into the pack.
pub(crate) struct Built {
    pub(crate) written: WrittenPack,
    pub(crate) hash: String,
    pub(crate) products: u64,
    /// Fields, and how many products fill them.
    pub(crate) filled: Vec<(&'static str, u64)>,
    pub(crate) facets: u64,
    pub(crate) read_time: Duration,
    pub(crate) build_time: Duration,
    pub(crate) write_time: Duration,
    /// What leads to the pack from the one that it was built on.
    pub(crate) delta: Option<delta::Outcome>,
}

/// The pack and what it was made from.
pub(crate) fn text(training: &Training, built: &Built, total: Duration) -> String {
    let meta = &training.meta;
    let written = &built.written;
    let mut lines = vec![show::printable(&format!(
        "Built {}",
        written.pack.display()
    ))];
    let mut line = |name: &str, text: String| {
        lines.push(show::printable(&format!("  {name:<11} {text}")));
    };
    let synthetic = if meta.synthetic { ", synthetic" } else { "" };
    let language = if meta.language == "und" {
        "language unknown"
    } else {
        &meta.language
    };
    let currency = if meta.currency == "XXX" {
        "no prices with a currency"
    } else {
        &meta.currency
    };
    line(
        "catalogue",
        format!("{} ({language}, {currency}{synthetic})", meta.name),
    );
    let Updates { changed, new, gone } = training.updates;
    // A product that is gone had a row in the catalogue and one in the update.
    let dropped = training
        .rows
        .saturating_sub(built.products + changed + 2 * gone);
    line(
        "products",
        format!(
            "{} of {}, {} dropped",
            show::count(built.products),
            show::many(training.rows, "row"),
            show::count(dropped)
        ),
    );
    if training.updates != Updates::default() {
        let [changed, new, gone] = [changed, new, gone].map(show::count);
        line(
            "updates",
            format!("{changed} changed, {new} new, {gone} gone"),
        );
    }
    line("filled", filled(&built.filled, built.products));
    line(
        "facets",
        format!(
            "category, brand and {}",
            show::many(built.facets, "attribute")
        ),
    );
    if !training.dropped_attributes.is_empty() {
        line("text only", text_only(training));
    }
    if let Some(events) = &training.events {
        line(
            "popularity",
            format!(
                "{}, from {} of {}; items that no feed has were named {}",
                show::many(events.products, "product"),
                show::count(events.counted),
                show::lines(&events.log),
                show::many(events.unknown_items, "time")
            ),
        );
    }
    if training.respelled > 0 {
        let values = show::many(training.respelled, "value");
        line(
            "spellings",
            format!("{values} brought to the spelling that came first"),
        );
    }
    if training.dangling_references > 0 {
        let references = show::count(training.dangling_references);
        line(
            "references",
            format!("{references} to products that no feed has, left out"),
        );
    }
    if !training.ignored.is_empty() {
        line("not read", ignored(&training.ignored));
    }
    let brotli = written
        .brotli
        .as_ref()
        .map(|(_, bytes)| format!(", {} as brotli", show::bytes(*bytes)));
    line(
        "size",
        format!(
            "{}{}",
            show::bytes(written.bytes),
            brotli.unwrap_or_default()
        ),
    );
    if let Some(head) = &written.head {
        let brotli = head.brotli.as_ref().map_or(head.bytes, |(_, bytes)| *bytes);
        line(
            "head",
            format!("{}, {} as brotli", head.path.display(), show::bytes(brotli)),
        );
    }
    if let Some(delta) = &built.delta {
        let (of, whole) = delta.brotli;
        let share = 100.0 * of as f64 / whole.max(1) as f64;
        let what = match &delta.written {
            Some(file) => file.path.display().to_string(),
            None => "not written, for it would save nothing".into(),
        };
        line(
            "delta",
            format!(
                "{what}, {} as brotli: {share:.1} % of the pack",
                show::bytes(of)
            ),
        );
    }
    line("hash", built.hash.clone());
    if let Some(manifest) = &written.manifest {
        line("manifest", manifest.display().to_string());
    }
    line(
        "time",
        format!(
            "{}: reading {}, building {}, writing {}",
            show::time(total),
            show::time(built.read_time),
            show::time(built.build_time),
            show::time(built.write_time)
        ),
    );
    if meta.language == "und" {
        lines.push(
            "note: the language is not known; say so with --language, such as --language de".into(),
        );
    }
    lines.join("\n") + "\n"
}

/// How much of the catalogue a field covers; what is missing here is missing on the shop's pages.
fn filled(fields: &[(&'static str, u64)], products: u64) -> String {
    let share = |(name, count): &(&str, u64)| match count * 100 / products.max(1) {
        0 if *count > 0 => format!("{name} below 1 %"),
        percent => format!("{name} {percent} %"),
    };
    fields.iter().map(share).collect::<Vec<_>>().join(", ")
}

/// Attributes that are searched and not filtered by.
fn text_only(training: &Training) -> String {
    let dropped = &training.dropped_attributes;
    let of = |reason| {
        dropped
            .iter()
            .filter(|attribute| attribute.reason == reason)
            .count() as u64
    };
    let names: Vec<String> = dropped
        .iter()
        .take(LISTED)
        .map(|attribute| {
            format!(
                "{} ({})",
                attribute.label,
                show::count(attribute.products as u64)
            )
        })
        .collect();
    format!(
        "{}, {} {} and {} {}: {}",
        show::many(dropped.len() as u64, "attribute"),
        show::count(of(DropReason::Rare)),
        DropReason::Rare,
        show::count(of(DropReason::FreeText)),
        DropReason::FreeText,
        listed(&names, dropped.len())
    )
}

fn ignored(fields: &BTreeMap<String, u64>) -> String {
    let mut fields: Vec<_> = fields.iter().collect();
    fields.sort_by_key(|(name, rows)| (std::cmp::Reverse(**rows), *name));
    let names: Vec<String> = fields
        .iter()
        .take(LISTED)
        .map(|(name, rows)| format!("{name} ({})", show::count(**rows)))
        .collect();
    listed(&names, fields.len())
}

fn listed(names: &[String], all: usize) -> String {
    let more = all - names.len();
    let text = names.join(", ");
    if more > 0 {
        format!("{text} and {} more", show::count(more as u64))
    } else {
        text
    }
}

/// Each kind of issue with its count, what to do, and the first examples.
pub(crate) fn report(training: &Training) -> String {
    report_of(&training.report)
}

/// As [`report`], of any report.
pub(crate) fn report_of(report: &Report) -> String {
    let mut text = String::new();
    for (kind, tally) in report.tallies() {
        let (severity, code, count) = (kind.severity(), kind.code(), show::count(tally.count));
        text += &format!("{severity}[{code}] × {count}: {}\n", kind.advice());
        for example in &tally.examples {
            text += &format!("    {}\n", show::printable(&example.to_string()));
        }
        if tally.count > tally.examples.len() as u64 {
            text += "    …\n";
        }
    }
    text
}

/// Each kind of issue as an object.
pub(crate) fn issues_of(report: &Report) -> Vec<Value> {
    report
        .tallies()
        .into_iter()
        .map(|(kind, tally)| {
            let examples = tally.examples.iter().map(|issue| {
                json!({
                    "file": &*issue.file,
                    "line": issue.line,
                    "column": issue.column,
                    "field": issue.field,
                    "message": issue.message,
                    "outcome": issue.outcome.to_string(),
                })
            });
            json!({
                "code": kind.code(),
                "severity": kind.severity().to_string(),
                "count": tally.count,
                "help": kind.advice(),
                "examples": examples.collect::<Vec<_>>(),
            })
        })
        .collect()
}

/// The same as one object; codes, severities and counts are stable.
pub(crate) fn json(training: &Training, built: &Built, total: Duration) -> Value {
    let searched_only = training.dropped_attributes.iter().map(|attribute| {
        json!({
            "key": attribute.key,
            "label": attribute.label,
            "products": attribute.products,
            "reason": attribute.reason.to_string(),
        })
    });
    let written = &built.written;
    json!({
        "pack": written.pack,
        "hash": built.hash,
        "bytes": written.bytes,
        "brotli": written.brotli.as_ref().map(|(_, bytes)| bytes),
        "head": written.head.as_ref().map(|head| json!({
            "pack": head.path,
            "bytes": head.bytes,
            "brotli": head.brotli.as_ref().map(|(_, bytes)| bytes),
        })),
        "delta": built.delta.as_ref().map(|delta| json!({
            "pack": delta.written.as_ref().map(|file| &file.path),
            "brotli": delta.brotli.0,
        })),
        "manifest": written.manifest,
        "name": training.meta.name,
        "language": training.meta.language,
        "currency": training.meta.currency,
        "synthetic": training.meta.synthetic,
        "rows": training.rows,
        "products": built.products,
        "updates": { "changed": training.updates.changed, "new": training.updates.new, "gone": training.updates.gone },
        "filled": built.filled.iter().map(|(name, count)| ((*name).to_owned(), json!(count))).collect::<serde_json::Map<_, _>>(),
        "facets": built.facets,
        "searched_only": searched_only.collect::<Vec<_>>(),
        "not_read": training.ignored,
        "respelled": training.respelled,
        "dangling_references": training.dangling_references,
        "events": training.events.as_ref().map(|events| json!({
            "lines": events.log.lines,
            "broken": events.log.broken,
            "formats": events.log.formats_named(),
            "counted": events.counted,
            "other": events.other,
            "unknown_items": events.unknown_items,
            "products": events.products,
        })),
        "issues": issues_of(&training.report),
        "seconds": total.as_secs_f64(),
    })
}
