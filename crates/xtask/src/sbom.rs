//! `cargo xtask sbom`: what is in the crate, the npm package and the container, as CycloneDX 1.6.
//!
//! The lists come from the lock files alone, so they are the same wherever they are made.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Args;
use serde_json::{Value, json};
use xshell::cmd;

use crate::workspace::Workspace;

/// What is built into the npm package's files: the rest of `js/node_modules` only builds, tests and measures.
const BUNDLED: [&str; 1] = ["@noble/ed25519"];

/// Options of `cargo xtask sbom`.
#[derive(Args)]
pub(crate) struct SbomArgs {
    /// Folder for the three files; default: target/sbom
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Writes `command.cdx.json`, `package.cdx.json` and `container.cdx.json`.
pub(crate) fn run(ws: &Workspace, args: &SbomArgs) -> Result<()> {
    let out = args.out.clone().unwrap_or_else(|| ws.target("sbom"));
    fs::create_dir_all(&out).with_context(|| format!("create {}", ws.show(&out)))?;
    let metadata = cmd!(ws.shell, "cargo metadata --locked --format-version 1").quiet();
    let metadata: Value = serde_json::from_str(&metadata.read()?)?;
    let lock = ws.path("Cargo.lock");
    let lock = fs::read_to_string(&lock).with_context(|| format!("read {}", ws.show(&lock)))?;
    let sums = checksums(&lock);
    let version = version_of(&metadata, "endcap-cli")?;

    let command = crates(&metadata, "endcap-cli", &sums)?;
    let npm = ws.path("js/package-lock.json");
    let npm = fs::read_to_string(&npm).with_context(|| format!("read {}", ws.show(&npm)))?;
    let mut package = crates(&metadata, "endcap-wasm", &sums)?;
    package.extend(bundled(&serde_json::from_str(&npm)?)?);
    let mut container = command.clone();
    container.extend(base_files());
    for (file, name, kind, components) in [
        ("command", "endcap", "application", &command),
        ("package", "endcap (npm)", "library", &package),
        ("container", "endcap (image)", "container", &container),
    ] {
        let path = out.join(format!("{file}.cdx.json"));
        let mut text = serde_json::to_string_pretty(&document(name, kind, &version, components))?;
        text.push('\n');
        fs::write(&path, text).with_context(|| format!("write {}", ws.show(&path)))?;
        println!("{}: {} components", ws.show(&path), components.len());
    }
    Ok(())
}

/// The document. It has no time and no serial number: equal lock files give equal bytes.
fn document(name: &str, kind: &str, version: &str, components: &[Value]) -> Value {
    json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": { "component": {
            "type": kind, "bom-ref": name, "name": name, "version": version,
            "licenses": [{ "expression": "MIT OR Apache-2.0" }],
        } },
        "components": components,
    })
}

/// The crates that are built into `root`, by name: its normal dependencies and theirs, for every target.
fn crates(metadata: &Value, root: &str, sums: &BTreeMap<String, String>) -> Result<Vec<Value>> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let packages = list(&metadata["packages"]);
    let root = packages
        .iter()
        .find(|package| package["name"] == root)
        .with_context(|| format!("there is no crate {root}"))?;
    let nodes: BTreeMap<String, Value> = list(&metadata["resolve"]["nodes"])
        .into_iter()
        .map(|node| (text(&node["id"]), node))
        .collect();
    let mut reached = BTreeSet::new();
    let mut open = vec![text(&root["id"])];
    while let Some(id) = open.pop() {
        let Some(node) = nodes.get(&id).filter(|_| reached.insert(id.clone())) else {
            continue;
        };
        let normal = |dependency: &Value| {
            list(&dependency["dep_kinds"])
                .iter()
                .any(|kind| kind["kind"].is_null())
        };
        let dependencies = list(&node["deps"]);
        open.extend(
            dependencies
                .iter()
                .filter(|dependency| normal(dependency))
                .map(|dependency| text(&dependency["pkg"])),
        );
    }
    let mut found: Vec<Value> = packages
        .iter()
        .filter(|package| reached.contains(&text(&package["id"])) && package["id"] != root["id"])
        .map(|package| {
            let (name, version) = (text(&package["name"]), text(&package["version"]));
            let purl = format!("pkg:cargo/{name}@{version}");
            // Old crates write `/` for `OR`.
            let licence = text(&package["license"])
                .replace(" / ", "/")
                .replace('/', " OR ");
            let mut component = json!({
                "type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl,
                "licenses": [{ "expression": licence }],
            });
            if let Some(sum) = sums.get(&format!("{name} {version}")) {
                component["hashes"] = json!([{ "alg": "SHA-256", "content": sum }]);
            }
            component
        })
        .collect();
    found.sort_by_key(|component| text(&component["purl"]));
    Ok(found)
}

/// What npm packages give to our files.
fn bundled(lock: &Value) -> Result<Vec<Value>> {
    BUNDLED
        .iter()
        .map(|name| {
            let package = &lock["packages"][format!("node_modules/{name}")];
            let version = package["version"].as_str();
            let version =
                version.with_context(|| format!("js/package-lock.json does not name {name}"))?;
            let purl = format!("pkg:npm/{}@{version}", name.replace('@', "%40"));
            Ok(json!({
                "type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl,
                "licenses": [{ "expression": package["license"] }],
            }))
        })
        .collect()
}

/// What the Containerfile copies beside the program.
fn base_files() -> Vec<Value> {
    let of_debian = [
        ("libc6", "LGPL-2.1-or-later"),
        ("libgcc-s1", "GPL-3.0-or-later WITH GCC-exception-3.1"),
    ];
    of_debian
        .map(|(name, licence)| {
            let purl = format!("pkg:deb/debian/{name}?distro=bookworm");
            json!({
                "type": "library", "bom-ref": purl, "name": name, "purl": purl,
                "licenses": [{ "expression": licence }],
            })
        })
        .to_vec()
}

/// SHA-256 of each crate's archive, by `name version`.
fn checksums(lock: &str) -> BTreeMap<String, String> {
    let mut sums = BTreeMap::new();
    for entry in lock.split("[[package]]") {
        let value = |name: &str| {
            let line = entry.lines().find_map(|line| line.strip_prefix(name))?;
            line.strip_prefix(" = \"")?.strip_suffix('"')
        };
        if let (Some(name), Some(version), Some(sum)) =
            (value("name"), value("version"), value("checksum"))
        {
            sums.insert(format!("{name} {version}"), sum.to_owned());
        }
    }
    sums
}

fn version_of(metadata: &Value, name: &str) -> Result<String> {
    let packages = metadata["packages"].as_array();
    let package = packages.and_then(|all| all.iter().find(|package| package["name"] == name));
    Ok(text(
        &package.with_context(|| format!("there is no crate {name}"))?["version"],
    ))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_built_in_is_listed() {
        let package = |name: &str| json!({ "id": name, "name": name, "version": "1.0.0", "license": "MIT/Apache-2.0" });
        let dependency =
            |name: &str, kind: Value| json!({ "pkg": name, "dep_kinds": [{ "kind": kind }] });
        let metadata = json!({
            "packages": [package("root"), package("b"), package("a"), package("test"), package("other")],
            "resolve": { "nodes": [
                { "id": "root", "deps": [dependency("b", Value::Null), dependency("test", json!("dev"))] },
                { "id": "b", "deps": [dependency("a", Value::Null)] },
                { "id": "a", "deps": [dependency("b", Value::Null)] },
            ] },
        });
        let sums = checksums(
            "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nchecksum = \"5e\"\n[[package]]\nname = \"b\"\nversion = \"1.0.0\"\n",
        );
        let found = crates(&metadata, "root", &sums).unwrap();
        let names: Vec<String> = found
            .iter()
            .map(|component| text(&component["name"]))
            .collect();
        assert_eq!(names, ["a", "b"]);
        assert_eq!(found[0]["hashes"][0]["content"], "5e");
        assert_eq!(found[0]["licenses"][0]["expression"], "MIT OR Apache-2.0");
        assert!(crates(&metadata, "nobody", &sums).is_err());
    }
}
