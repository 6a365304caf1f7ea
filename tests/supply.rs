//! Where code comes from and on what terms: every crate and npm package that is built or built with.
//!
//! `deny.toml` says the same to `cargo deny`; this test needs no tool and no network, so it runs everywhere.

use std::collections::BTreeSet;

use cargo_metadata::MetadataCommand;
use serde_json::Value;

/// Licences that ask for no more than a notice. A new one is argued for here and in `deny.toml`.
const LICENCES: [&str; 12] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// What tools of the npm side may have besides: they build, test and measure, and nothing of them is in the package.
const TOOLS: [&str; 3] = ["LGPL-3.0-or-later", "MIT/X11", "MPL-2.0"];

/// The package registry of Rust; no git, no other registry.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Whether an SPDX expression can be met by these licences. Old crates write `/` for `OR`.
fn met(expression: &str, allowed: &[&str]) -> bool {
    let expression = expression.replace('/', " OR ");
    let mut depth = 0;
    // Splits at a word that stands in no parentheses.
    let mut split = |word: &str| {
        let mut parts = vec![String::new()];
        for token in expression
            .replace('(', " ( ")
            .replace(')', " ) ")
            .split_whitespace()
        {
            depth += i32::from(token == "(") - i32::from(token == ")");
            if token == word && depth == 0 {
                parts.push(String::new());
            } else if let Some(part) = parts.last_mut() {
                *part = format!("{part} {token}").trim().to_owned();
            }
        }
        parts
    };
    for (word, all) in [("AND", true), ("OR", false)] {
        let parts = split(word);
        if parts.len() > 1 {
            let mut each = parts.iter().map(|part| met(part, allowed));
            return if all {
                each.all(|met| met)
            } else {
                each.any(|met| met)
            };
        }
    }
    let inner = expression.trim();
    match inner
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'))
    {
        Some(inner) => met(inner, allowed),
        None => allowed.contains(&inner),
    }
}

#[test]
fn expressions_are_read_as_spdx_means_them() {
    let allowed = ["MIT", "Zlib"];
    for good in [
        "MIT",
        "GPL-2.0-only OR MIT",
        "X/MIT",
        "(X OR MIT) AND Zlib",
        "X OR (MIT AND Zlib)",
    ] {
        assert!(met(good, &allowed), "{good}");
    }
    for bad in [
        "",
        "X",
        "MIT AND X",
        "(MIT OR Zlib) AND X",
        "MIT WITH exception",
    ] {
        assert!(!met(bad, &allowed), "{bad}");
    }
}

#[test]
fn crates_come_from_the_registry_on_known_terms() {
    let metadata = MetadataCommand::new()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .other_options(["--locked".to_owned()])
        .exec()
        .expect("Cargo.lock is whole: `cargo metadata --locked`");
    let members: BTreeSet<_> = metadata.workspace_members.iter().collect();
    let mut wrong = Vec::new();
    for package in &metadata.packages {
        let name = format!("{} {}", package.name, package.version);
        if !met(package.license.as_deref().unwrap_or_default(), &LICENCES) {
            wrong.push(format!("{name} has the licence {:?}", package.license));
        }
        let source = package.source.as_ref().map(|source| source.repr.as_str());
        if source != Some(REGISTRY) && !members.contains(&package.id) {
            wrong.push(format!("{name} comes from {source:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn npm_packages_are_locked_by_hash_on_known_terms() {
    let lock: Value = serde_json::from_str(include_str!("../js/package-lock.json")).expect("JSON");
    let allowed = [LICENCES.as_slice(), &TOOLS].concat();
    let mut wrong = Vec::new();
    for (name, package) in lock["packages"].as_object().expect("packages") {
        // The entry without a name is ours.
        if name.is_empty() {
            continue;
        }
        if package["integrity"]
            .as_str()
            .is_none_or(|hash| !hash.starts_with("sha512-"))
        {
            wrong.push(format!("{name} has no SHA-512"));
        }
        // Development only: nothing is installed at a shop's.
        if package["dev"] != true && package["devOptional"] != true {
            wrong.push(format!("{name} would be a dependency of the package"));
        }
        // Older packages name none here; what they say stands in their own file.
        if let Some(licence) = package["license"].as_str()
            && !met(licence, &allowed)
        {
            wrong.push(format!("{name} has the licence {licence}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
