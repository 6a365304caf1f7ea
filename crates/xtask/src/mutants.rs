//! `cargo xtask mutants`: changes one thing in what decides trust or loss, and expects a test to fail.
//!
//! Rust by cargo-mutants, in a copy of the tree; consent, which is TypeScript, by `js/scripts/mutants.mjs`. Survivors that are explained
//! stand in `docs/testing.md`.

use anyhow::{Result, bail};
use xshell::cmd;

use crate::setup;
use crate::workspace::Workspace;

/// What is mutated together, because the same tests must notice.
struct Group {
    name: &'static str,
    package: &'static str,
    files: &'static [&'static str],
    /// For `cargo test`: which tests.
    tests: &'static [&'static str],
}

const GROUPS: &[Group] = &[
    Group {
        name: "join",
        package: "endcap",
        files: &[
            "src/profile/mod.rs",
            "src/profile/base.rs",
            "src/profile/choices.rs",
            "src/profile/clock.rs",
            "src/profile/fit.rs",
            "src/profile/sync.rs",
        ],
        tests: &["--lib", "profile"],
    },
    Group {
        name: "tokens",
        package: "endcap-server",
        files: &["crates/server/src/token.rs", "crates/server/src/keys.rs"],
        tests: &["--lib", "--test=link", "--test=identity"],
    },
    Group {
        name: "erasure",
        package: "endcap-server",
        files: &[
            "crates/server/src/erased.rs",
            "crates/server/src/recent.rs",
            "crates/server/src/retire.rs",
            "crates/server/src/profiles.rs",
        ],
        tests: &[
            "--lib",
            "--test=erasure",
            "--test=profiles",
            "--test=delta",
            "--test=link",
            "--test=clock",
            "--test=belongings",
        ],
    },
];

/// What is mutated.
#[derive(clap::Args)]
pub(crate) struct MutantsArgs {
    /// Only these groups: join, tokens, erasure, consent
    groups: Vec<String>,
}

pub(crate) fn run(ws: &Workspace, args: &MutantsArgs) -> Result<()> {
    let wanted = |name: &str| args.groups.is_empty() || args.groups.iter().any(|one| one == name);
    let known = |name: &String| name == "consent" || GROUPS.iter().any(|group| group.name == name);
    if let Some(name) = args.groups.iter().find(|name| !known(name)) {
        bail!("there is no group {name:?}: there are join, tokens, erasure, consent");
    }
    setup::cargo_tool(ws, setup::CARGO_MUTANTS)?;
    let sh = &ws.shell;
    let mut survived = Vec::new();
    for group in GROUPS.iter().filter(|group| wanted(group.name)) {
        let Group {
            name,
            package,
            files,
            tests,
        } = group;
        let output = ws.target(format!("mutants/{name}"));
        std::fs::create_dir_all(&output)?;
        let files = files.iter().flat_map(|file| ["--file", file]);
        let tests = tests.iter();
        let ended = cmd!(
            sh,
            "cargo mutants --package {package} {files...} --output {output} --jobs 1 -- {tests...}"
        )
        .run();
        if ended.is_err() {
            survived.push(*name);
        }
    }
    if wanted("consent") && cmd!(sh, "node js/scripts/mutants.mjs").run().is_err() {
        survived.push("consent");
    }
    if survived.is_empty() {
        return Ok(());
    }
    bail!(
        "mutants survive in {}: see target/mutants, kill them by a test, or explain them in docs/testing.md",
        survived.join(", ")
    )
}
