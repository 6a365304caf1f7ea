//! `cargo xtask build`: the npm package in `pkg/`, and the `endcap` command.

use anyhow::{Result, ensure};
use xshell::cmd;

use crate::setup::{self, Needs};
use crate::stamp::Stamp;
use crate::workspace::Workspace;
use crate::{size, ui};

/// What the wasm module is made from.
const WASM_INPUTS: [&str; 8] = [
    "src",
    "crates/wasm",
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
    ".cargo",
    "js/package.json",
    "js/package-lock.json",
];

/// What else goes into the package.
const PACKAGE_INPUTS: [&str; 4] = ["js", "pkg-config", "LICENSE-MIT", "LICENSE-APACHE"];

/// Sets up, builds the package, holds it against its size budget, and builds the command.
pub(crate) fn run(ws: &Workspace) -> Result<()> {
    setup::run(ws, Needs::Build)?;
    ui::headline("Build");
    package(ws)?;
    size::run(ws, false)?;
    command(ws)
}

/// Builds `pkg/`: the wasm module by wasm-pack, then the façade, entries and manifest around it.
///
/// Each half is skipped while its inputs are unchanged. A new module always makes a new façade, because wasm-pack
/// writes into the same folder.
pub(crate) fn package(ws: &Workspace) -> Result<()> {
    let sh = &ws.shell;
    let _js = sh.push_dir("js");
    let pkg = ws.pkg();
    let wasm = Stamp::new(ws, "wasm", &WASM_INPUTS, &[])?;
    let outputs = [pkg.join("endcap_bg.wasm"), pkg.join("endcap.js")];
    ui::step("wasm module", |step| {
        if wasm.is_fresh(&outputs) {
            return Ok("unchanged".into());
        }
        step.doing("wasm-pack build …");
        step.run(cmd!(sh, "npm run --silent build:wasm").quiet())?;
        for output in &outputs {
            ensure!(output.is_file(), "wasm-pack wrote no {}", ws.show(output));
        }
        wasm.write()?;
        Ok("built into pkg/".into())
    })?;
    let package = Stamp::new(ws, "package", &PACKAGE_INPUTS, &[wasm.key()])?;
    ui::step("npm package", |step| {
        if package.is_fresh(&[pkg.join("package.json"), pkg.join("facade.js")]) {
            return Ok("unchanged".into());
        }
        step.doing("npm run build …");
        step.run(cmd!(sh, "npm run --silent build").quiet())?;
        package.write()?;
        Ok("assembled in pkg/".into())
    })
}

/// Builds the `endcap` command in the profile that is quick to build and nearly as quick to run.
pub(crate) fn command(ws: &Workspace) -> Result<()> {
    let sh = &ws.shell;
    ui::step("endcap command", |step| {
        step.doing("cargo build …");
        // Cargo itself knows best whether anything changed.
        step.run(cmd!(sh, "cargo build --profile tools -p endcap-cli").quiet())?;
        ensure!(
            ws.endcap().is_file(),
            "cargo built no {}",
            ws.show(&ws.endcap())
        );
        Ok(ws.show(&ws.endcap()).to_string())
    })
}
