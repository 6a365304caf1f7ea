//! Signed packs as a shop makes them: keys, signing, checking, and everything that is refused.
#![expect(clippy::unwrap_used, reason = "a test that fails says so by a panic")]

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use assert_cmd::assert::Assert;
use predicates::prelude::*;
use predicates::str::contains;
use serde_json::Value;

fn endcap(folder: &Path, line: &str) -> Assert {
    let mut command = Command::new(env!("CARGO_BIN_EXE_endcap"));
    command
        .current_dir(folder)
        .args(line.split_whitespace())
        .assert()
}

/// A folder with `packs/` and `shop.key`; the public key.
fn shop(folder: &Path) -> String {
    let feed = "id\ttitle\tprice\nA-1\tCordless drill\t129.90 EUR\nA-2\tDrill bit\t12.50 EUR\n";
    fs::write(folder.join("feed.tsv"), feed).unwrap();
    endcap(folder, "pack build feed.tsv --language en --out packs").success();
    let made = endcap(folder, "pack keygen --out shop.key").success();
    let printed = String::from_utf8(made.get_output().stdout.clone()).unwrap();
    printed.trim().to_owned()
}

fn manifest(folder: &Path) -> Value {
    serde_json::from_slice(&fs::read(folder.join("packs/manifest.json")).unwrap()).unwrap()
}

fn signed(folder: &Path) -> Value {
    let manifest = manifest(folder);
    serde_json::from_str(manifest["signed"]["manifest"].as_str().unwrap()).unwrap()
}

fn pack(folder: &Path) -> PathBuf {
    let hash = manifest(folder)["catalogue"]["hash"].clone();
    folder.join(format!("packs/{}.pack", hash.as_str().unwrap()))
}

#[test]
fn what_is_signed_is_verified_and_versions_grow() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let key = shop(folder);
    let verify = format!("pack verify packs --key {key}");
    endcap(folder, &verify)
        .code(3)
        .stderr(contains("error[signature/missing]"));
    endcap(folder, "pack sign packs --key shop.key")
        .success()
        .stdout(contains("Signed packs/manifest.json: version "));
    endcap(folder, &verify)
        .success()
        .stdout(contains("every one is signed"));
    let first = signed(folder)["version"].as_u64().unwrap();
    assert!(signed(folder)["catalogue"]["sha256"].is_string());
    endcap(folder, "pack sign packs --key shop.key --expires 30").success();
    let second = signed(folder);
    assert!(second["version"].as_u64().unwrap() > first);
    assert!(second["expires"].as_u64().unwrap() > second["version"].as_u64().unwrap());
    // Signing keeps what was there.
    assert_eq!(manifest(folder)["catalogue"]["language"], "en");
}

#[test]
fn a_key_may_begin_with_a_hyphen() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    shop(folder);
    endcap(folder, "pack sign packs --key shop.key").success();
    // A sound key, which is not the one that signed.
    let key = "-SKPK5te7lLcB1GAy8-XN_EhNDfhDiHawLj8wc1DuAA";
    endcap(folder, &format!("pack verify packs --key {key}"))
        .code(3)
        .stderr(contains("error[signature/missing]"));
}

#[test]
fn a_changed_pack_or_manifest_or_another_key_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let key = shop(folder);
    let verify = format!("pack verify packs --key {key}");
    endcap(folder, "pack sign packs --key shop.key").success();
    let made = endcap(folder, "pack keygen --out other.key").success();
    let other = String::from_utf8(made.get_output().stdout.clone()).unwrap();
    endcap(folder, &format!("pack verify packs --key {}", other.trim()))
        .code(3)
        .stderr(contains("error[signature/missing]"));

    let path = pack(folder);
    let sound = fs::read(&path).unwrap();
    let mut changed = sound.clone();
    *changed.last_mut().unwrap() ^= 1;
    fs::write(&path, &changed).unwrap();
    endcap(folder, &verify)
        .code(3)
        .stderr(contains("error[signature/pack]"));
    // What no page could open is not signed.
    endcap(folder, "pack sign packs --key shop.key")
        .code(3)
        .stderr(contains("error[pack/"));
    fs::write(&path, &sound).unwrap();

    let listing = folder.join("packs/manifest.json");
    let text = fs::read_to_string(&listing).unwrap();
    fs::write(
        &listing,
        text.replace(r#"{\"catalogue\":"#, r#"{\"x\":0,\"catalogue\":"#),
    )
    .unwrap();
    endcap(folder, &verify)
        .code(3)
        .stderr(contains("error[signature/wrong]"));
}

#[test]
fn publishing_signs_by_itself_when_told() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let key = shop(folder);
    let build = "pack build feed.tsv --language de --out packs";
    endcap(folder, &format!("{build} --sign-key shop.key")).success();
    endcap(folder, &format!("pack verify packs --key {key}")).success();
    assert!(signed(folder)["catalogues"]["de"].is_object());
    // Whoever publishes without a key leaves the signature as it was: it still holds for what it names.
    fs::write(folder.join("more.tsv"), "id\ttitle\nA-1\tSaw\n").unwrap();
    endcap(folder, "pack build more.tsv --language en --out packs").success();
    endcap(folder, &format!("pack verify packs --key {key}")).success();
    assert_ne!(
        signed(folder)["catalogues"]["en"]["hash"],
        manifest(folder)["catalogues"]["en"]["hash"]
    );
}

#[test]
fn keys_are_private_and_never_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    shop(folder);
    let before = fs::read(folder.join("shop.key")).unwrap();
    endcap(folder, "pack keygen --out shop.key")
        .code(1)
        .stderr(contains("error[signature/write]"));
    assert_eq!(fs::read(folder.join("shop.key")).unwrap(), before);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(folder.join("shop.key")).unwrap();
        assert_eq!(mode.permissions().mode() & 0o777, 0o600);
    }
    fs::write(folder.join("broken.key"), "no key").unwrap();
    endcap(folder, "pack sign packs --key broken.key")
        .code(3)
        .stderr(contains("error[signature/key]"));
    endcap(folder, "pack sign . --key shop.key")
        .code(1)
        .stderr(contains("error[signature/manifest]").and(contains("help:")));
}
