//! The dependency rule: who may depend on whom in this workspace, and on what the engine may depend at all.
//!
//! The rule is held against `cargo metadata`, so that it cannot be broken by a line in some `Cargo.toml`.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, PackageId};

/// Every crate of the workspace, and the crates of the workspace that it may depend on: bindings, server and trainer on
/// the engine, the command on those that it offers. Never sideways, never back.
const MAY_USE: [(&str, &[&str]); 10] = [
    ("endcap", &[]),
    ("endcap-wasm", &["endcap"]),
    ("endcap-server", &["endcap"]),
    ("endcap-trainer", &["endcap"]),
    // Measures the server's store beside the server.
    ("endcap-load", &["endcap", "endcap-server"]),
    // Signs and checks texts and bytes; it need not know what they mean.
    ("endcap-signature", &[]),
    (
        "endcap-cli",
        &[
            "endcap",
            "endcap-server",
            "endcap-signature",
            "endcap-trainer",
        ],
    ),
    // Brings hostile bytes to every entry; nothing uses it.
    (
        "endcap-fuzz",
        &[
            "endcap",
            "endcap-server",
            "endcap-signature",
            "endcap-trainer",
        ],
    ),
    // An example; its test plays a day with a server.
    ("endcap-till", &["endcap", "endcap-server"]),
    ("xtask", &[]),
];

/// All that may be compiled into the engine, directly or through another crate. Each is pure: no I/O, clock, entropy,
/// threads or JavaScript. A new one is argued for here.
const PURE: [&str; 7] = [
    "libm",          // exp and ln with the same bits everywhere
    "memchr",        // finds parts of article numbers
    "rust-stemmers", // stems of words, when a pack is built
    "serde",         // events and results are the same structs on both sides of the boundary
    "serde_core",    // serde's traits
    "thiserror",     // Display of the error enums
    "xxhash-rust",   // hashes of packs and keys
];

#[test]
fn dependencies_point_one_way() {
    let violations = sideways(&declared(&metadata().expect("cargo metadata")));
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}

#[test]
fn only_pure_crates_reach_the_engine() {
    let impure = reached_from_engine(&metadata().expect("cargo metadata"))
        .expect("endcap is the root package")
        .into_iter()
        .filter(|name| !PURE.contains(&name.as_str()))
        .collect::<Vec<_>>();
    assert!(
        impure.is_empty(),
        "the engine has no I/O, clock, entropy or JavaScript, but these crates reach it: {}. See them by \
         `cargo tree -p endcap -e normal`; put the work into another crate, or argue for them in PURE.",
        impure.join(", ")
    );
}

#[test]
fn the_list_of_pure_crates_has_no_leftovers() {
    let reached = reached_from_engine(&metadata().expect("cargo metadata"))
        .expect("endcap is the root package");
    for name in PURE {
        assert!(
            reached.contains(name),
            "nothing uses {name} any more: take it off PURE"
        );
    }
}

/// The rule itself must be able to fail.
#[test]
fn the_rule_sees_what_it_forbids() {
    let planted = [
        ("endcap", "endcap-server"),
        ("endcap-server", "endcap-trainer"),
        ("endcap-server", "endcap-cli"),
        ("xtask", "endcap"),
        ("endcap-newcomer", "endcap"),
    ];
    for (from, to) in planted {
        let edges = BTreeMap::from([(from.to_owned(), BTreeSet::from([to.to_owned()]))]);
        assert_eq!(sideways(&edges).len(), 1, "{from} → {to}");
    }
    let allowed = BTreeMap::from([(
        "endcap-cli".to_owned(),
        BTreeSet::from(["endcap-server".to_owned()]),
    )]);
    assert!(sideways(&allowed).is_empty());
}

fn metadata() -> Result<Metadata, cargo_metadata::Error> {
    MetadataCommand::new()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .exec()
}

/// The edges inside the workspace, of every kind: a development dependency couples, too.
fn declared(metadata: &Metadata) -> BTreeMap<String, BTreeSet<String>> {
    let members = metadata.workspace_packages();
    let names: BTreeSet<String> = members.iter().map(|p| p.name.to_string()).collect();
    members
        .iter()
        .map(|package| {
            let inside = package
                .dependencies
                .iter()
                .map(|dependency| dependency.name.clone())
                .filter(|name| names.contains(name))
                .collect();
            (package.name.to_string(), inside)
        })
        .collect()
}

/// One sentence for every edge that the rule does not know.
fn sideways(edges: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let mut violations = Vec::new();
    for (from, targets) in edges {
        let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| name == from) else {
            violations.push(format!("{from} is new: give it its place in MAY_USE"));
            continue;
        };
        for to in targets {
            if !allowed.contains(&to.as_str()) {
                violations.push(format!(
                    "{from} must not depend on {to}: it may use {allowed:?}"
                ));
            }
        }
    }
    violations
}

/// The names of all crates that are compiled into the engine on any platform. Macros run in the compiler and are left
/// out, together with what they are made of.
///
/// `None` if the graph has no root: this test belongs to the root package.
fn reached_from_engine(metadata: &Metadata) -> Option<BTreeSet<String>> {
    let resolve = metadata.resolve.as_ref()?;
    let root = resolve.root.clone()?;
    let mut reached = BTreeSet::new();
    let mut queue = VecDeque::from([root.clone()]);
    let mut seen = BTreeSet::<PackageId>::from([root]);
    while let Some(id) = queue.pop_front() {
        let node = resolve.nodes.iter().find(|node| node.id == id);
        for dependency in node.into_iter().flat_map(|node| &node.deps) {
            let compiled_in = dependency
                .dep_kinds
                .iter()
                .any(|info| info.kind == DependencyKind::Normal);
            let package = &metadata[&dependency.pkg];
            let is_macro = package.targets.iter().any(|target| target.is_proc_macro());
            if compiled_in && !is_macro && seen.insert(dependency.pkg.clone()) {
                reached.insert(package.name.to_string());
                queue.push_back(dependency.pkg.clone());
            }
        }
    }
    Some(reached)
}
