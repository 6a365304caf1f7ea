//! `cargo xtask setup`: gets what the other commands need, and says what is missing and how to get it.
//!
//! # Invariants
//! * What is present is not fetched again, so the command may run before every other one.
//! * Versions come from `Cargo.lock`, `js/package-lock.json` and the constants here, never from what is newest today.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use xshell::cmd;

use crate::stamp::Stamp;
use crate::ui::{self, Step};
use crate::workspace::Workspace;

/// The version that our `pkg/` was tried with.
const WASM_PACK: &str = "0.15.1";

/// The version that our `openapi.json` was tried with.
const SCHEMATHESIS: &str = "4.32.5";

/// A command of cargo that one step or command needs: its package, which is its program, too, and the version that was tried.
pub(crate) type CargoTool = (&'static str, &'static str);

pub(crate) const CARGO_DENY: CargoTool = ("cargo-deny", "0.20.2");
pub(crate) const CARGO_FUZZ: CargoTool = ("cargo-fuzz", "0.13.2");
pub(crate) const CARGO_MUTANTS: CargoTool = ("cargo-mutants", "27.1.0");

/// The oldest Node whose `node:test` and WebAssembly features the tests use.
const NODE: u32 = 20;

const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Where the tools are compiled, below the target folder.
const TOOLS_BUILD: &str = "tools-build";

/// How much is needed: a demo runs without a browser of ours.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    /// What builds the package and the command.
    Build,
    /// That, and a Chromium for the browser tests.
    Everything,
}

/// Goes through all parts, also after one failed, so that one run tells all that is missing.
pub(crate) fn run(ws: &Workspace, needs: Needs) -> Result<()> {
    ui::headline("Set-up");
    let bindgen = locked_version(&fs::read_to_string(ws.path("Cargo.lock"))?, "wasm-bindgen")
        .context("Cargo.lock names no wasm-bindgen: run `cargo generate-lockfile`")?
        .to_owned();
    let mut missing = Vec::new();
    let mut part = |name: String, work: &dyn Fn(&Step) -> Result<String>| {
        if let Err(error) = ui::step(name, work) {
            missing.push(format!("{error:#}"));
        }
    };
    part(format!("Rust target {WASM_TARGET}"), &|_| wasm_target(ws));
    part("rustfmt and clippy".into(), &|_| components(ws));
    part(format!("wasm-bindgen {bindgen}"), &|step| {
        tool(ws, step, "wasm-bindgen-cli", "wasm-bindgen", &bindgen)
    });
    part(format!("wasm-pack {WASM_PACK}"), &|step| {
        tool(ws, step, "wasm-pack", "wasm-pack", WASM_PACK)
    });
    // A gigabyte that nothing needs any more.
    fs::remove_dir_all(ws.target(TOOLS_BUILD)).ok();
    part(format!("Node {NODE} or newer"), &|_| node(ws));
    part("npm packages of js/".into(), &|step| npm(ws, step));
    if needs == Needs::Everything {
        part("Chromium".into(), &|step| {
            chromium(ws, step).map(|path| path.display().to_string())
        });
    }
    if missing.is_empty() {
        return Ok(());
    }
    for text in &missing {
        ui::note(text);
    }
    bail!("{} of the parts above are missing", missing.len())
}

/// The Chromium that the browser tests drive, if there is one.
pub(crate) fn find_chromium(ws: &Workspace) -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("CHROMIUM_PATH") {
        return Some(PathBuf::from(path)).filter(|path| path.is_file());
    }
    let names = [
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    ];
    let mac = Path::new("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome");
    names
        .iter()
        .find_map(|name| on_path(ws, name))
        .or_else(|| mac.is_file().then(|| mac.to_owned()))
}

fn wasm_target(ws: &Workspace) -> Result<String> {
    let sh = &ws.shell;
    let sysroot = cmd!(sh, "rustc --print sysroot").quiet().read()?;
    let installed = |root: &str| {
        Path::new(root)
            .join("lib/rustlib")
            .join(WASM_TARGET)
            .join("lib")
            .is_dir()
    };
    if installed(&sysroot) {
        return Ok("present".into());
    }
    ensure!(
        on_path(ws, "rustup").is_some(),
        "The Rust in {sysroot} cannot compile for {WASM_TARGET} and there is no rustup: install Rust by https://rustup.rs, \
         or your distribution's package for that target."
    );
    cmd!(sh, "rustup target add {WASM_TARGET}").quiet().run()?;
    Ok("added by rustup".into())
}

fn components(ws: &Workspace) -> Result<String> {
    let sh = &ws.shell;
    let works = |tool: &str| {
        cmd!(sh, "cargo {tool} --version")
            .quiet()
            .ignore_stdout()
            .ignore_stderr()
            .run()
            .is_ok()
    };
    if works("clippy") && works("fmt") {
        return Ok("present".into());
    }
    cmd!(sh, "rustup component add clippy rustfmt")
        .quiet()
        .run()
        .context(
            "There is no clippy or rustfmt beside this Rust, and rustup could not add them.",
        )?;
    Ok("added by rustup".into())
}

/// A command of exactly this version: ours, else one on the `PATH`, else built into `target/tools`.
fn tool(
    ws: &Workspace,
    step: &Step,
    package: &str,
    command: &str,
    version: &str,
) -> Result<String> {
    let sh = &ws.shell;
    let ours = ws
        .tools()
        .join("bin")
        .join(format!("{command}{}", std::env::consts::EXE_SUFFIX));
    // Ours comes first on the PATH, so what answers here is what a build would use.
    let answer = cmd!(sh, "{command} --version")
        .quiet()
        .ignore_stderr()
        .read()
        .unwrap_or_default();
    if answer.split_whitespace().nth(1) == Some(version) {
        let place = on_path(ws, command).unwrap_or(ours);
        return Ok(format!("present in {}", ws.show(&place)));
    }
    step.doing("building it once (1 to 2 minutes) …");
    let root = ws.tools();
    // Unoptimised, because compiling takes five times longer than all that these tools will ever do here; one target
    // folder, because the two share most of their dependencies.
    let install = cmd!(
        sh,
        "cargo install {package} --version {version} --locked --force --root {root}"
    )
    .env("CARGO_TARGET_DIR", ws.target(TOOLS_BUILD))
    .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
    .env("CARGO_PROFILE_RELEASE_LTO", "false")
    .env("CARGO_PROFILE_RELEASE_STRIP", "true")
    .quiet();
    step.run(install).with_context(|| {
        format!("{command} {version} could not be built. It needs a C compiler (`cc`) and a registry of Rust crates.")
    })?;
    Ok(format!("built into {}", ws.show(&root.join("bin"))))
}

/// Gets a command of cargo that set-up leaves out, because most need it never.
pub(crate) fn cargo_tool(ws: &Workspace, (package, version): CargoTool) -> Result<()> {
    ui::step(format!("{package} {version}"), |step| {
        let found = tool(ws, step, package, package, version);
        fs::remove_dir_all(ws.target(TOOLS_BUILD)).ok();
        found
    })
}

/// The nightly compiler, which instruments what is fuzzed. It is not fetched: which one you have is your choice.
pub(crate) fn nightly(ws: &Workspace) -> Result<()> {
    ui::step("nightly Rust", |_| {
        let sh = &ws.shell;
        cmd!(sh, "rustup run nightly rustc --version")
            .quiet()
            .ignore_stderr()
            .read()
            .context("Fuzzing needs a nightly Rust by rustup: `rustup toolchain install nightly --profile minimal`.")
    })
}

fn node(ws: &Workspace) -> Result<String> {
    let sh = &ws.shell;
    let how = "install it from https://nodejs.org or by your package manager, with npm";
    let version = cmd!(sh, "node --version")
        .quiet()
        .read()
        .with_context(|| format!("There is no Node: {how}."))?;
    let major: u32 = version
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|major| major.parse().ok())
        .with_context(|| format!("`node --version` answered {version:?}."))?;
    ensure!(
        major >= NODE,
        "Node is {version}, but {NODE} or newer is needed: {how}."
    );
    let npm = cmd!(sh, "npm --version")
        .quiet()
        .read()
        .with_context(|| format!("There is a Node but no npm: {how}."))?;
    Ok(format!("{version}, npm {npm}"))
}

fn npm(ws: &Workspace, step: &Step) -> Result<String> {
    let sh = &ws.shell;
    ensure!(
        ws.path("js/package-lock.json").is_file(),
        "js/package-lock.json is missing: run `npm install` in js/ and commit it."
    );
    // Node's version is an input, because some packages choose their binary by it.
    let node = cmd!(sh, "node --version")
        .quiet()
        .read()
        .unwrap_or_default();
    let stamp = Stamp::new(
        ws,
        "npm",
        &["js/package.json", "js/package-lock.json"],
        &[&node],
    )?;
    let modules = ws.path("js/node_modules");
    if stamp.is_fresh(&[modules.join(".package-lock.json")]) {
        return Ok("present".into());
    }
    step.doing("npm ci …");
    let _js = sh.push_dir("js");
    step.run(cmd!(sh, "npm ci --no-audit --no-fund").quiet())
        .context("The npm packages could not be installed: see npm's words above.")?;
    stamp.write()?;
    Ok("installed".into())
}

fn chromium(ws: &Workspace, step: &Step) -> Result<PathBuf> {
    if let Some(path) = find_chromium(ws) {
        return Ok(path);
    }
    let how = "The browser tests need a Chromium: install the package `chromium` or Google Chrome, or set CHROMIUM_PATH \
               to the program.";
    ensure!(
        std::env::var_os("CHROMIUM_PATH").is_none(),
        "CHROMIUM_PATH does not name a file. {how}"
    );
    debian_package(ws, step, "chromium").context(how)?;
    find_chromium(ws)
        .context("apt-get installed chromium, but there is no such program on the PATH.")
}

/// Gets a `redis-server` for the distributed store. Without one its tests are skipped, so nothing else fails.
pub(crate) fn redis(ws: &Workspace) -> Result<()> {
    ui::step("Redis", |step| {
        if let Some(path) = find_redis(ws) {
            return Ok(path.display().to_string());
        }
        debian_package(ws, step, "redis-server")
            .context("The tests of the distributed store need redis-server 7 or newer, or valkey-server: install it.")?;
        let path = find_redis(ws).context("apt-get installed no redis-server on the PATH.")?;
        Ok(path.display().to_string())
    })
}

/// The server of the distributed store's tests, if there is one.
pub(crate) fn find_redis(ws: &Workspace) -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("ENDCAP_REDIS_SERVER") {
        return Some(PathBuf::from(path)).filter(|path| path.is_file());
    }
    ["redis-server", "valkey-server"]
        .iter()
        .find_map(|name| on_path(ws, name))
}

/// Gets valgrind, which counts instructions. Without it they are not counted, so nothing else fails.
pub(crate) fn valgrind(ws: &Workspace) -> Result<()> {
    ui::step("valgrind", |step| {
        if on_path(ws, "valgrind").is_none() {
            debian_package(ws, step, "valgrind")
                .context("Instructions are counted by valgrind: install it.")?;
        }
        Ok("present".into())
    })
}

/// Gets schemathesis into a Python environment of its own. Without Python its tests are skipped, so nothing else fails.
pub(crate) fn schemathesis(ws: &Workspace) -> Result<PathBuf> {
    let folder = ws.target("tools/schemathesis");
    let program = folder.join("bin/schemathesis");
    ui::step(format!("schemathesis {SCHEMATHESIS}"), |step| {
        let sh = &ws.shell;
        let answer = cmd!(sh, "{program} --version")
            .quiet()
            .ignore_stderr()
            .read();
        if answer.is_ok_and(|answer| answer.ends_with(SCHEMATHESIS)) {
            return Ok("present".into());
        }
        step.doing("pip install schemathesis …");
        let pip = folder.join("bin/pip");
        step.run(cmd!(sh, "python3 -m venv {folder}").quiet())
            .and_then(|()| {
                let package = format!("schemathesis=={SCHEMATHESIS}");
                step.run(cmd!(sh, "{pip} install --quiet --disable-pip-version-check {package}").quiet())
            })
            .context("The API is tested by schemathesis, which needs Python 3.10 or newer with venv, and PyPI.")?;
        Ok("installed".into())
    })?;
    Ok(program)
}

/// Installs a package where that can be done without asking anybody.
fn debian_package(ws: &Workspace, step: &Step, name: &str) -> Result<()> {
    let sh = &ws.shell;
    // Only there: Ubuntu's chromium is a snap, which does not run in a container.
    let debian = fs::read_to_string("/etc/os-release")
        .is_ok_and(|text| text.lines().any(|line| line == "ID=debian"));
    let root = cmd!(sh, "id -u").quiet().read().is_ok_and(|id| id == "0");
    ensure!(debian && root, "This is no Debian, or you are not root.");
    step.doing(&format!("apt-get install {name} …"));
    step.run(cmd!(sh, "apt-get update").quiet())?;
    step.run(
        cmd!(sh, "apt-get install -y --no-install-recommends {name}")
            .env("DEBIAN_FRONTEND", "noninteractive")
            .quiet(),
    )
}

/// The version that `Cargo.lock` fixed for a package.
fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines
        .nth(1)?
        .strip_prefix("version = \"")?
        .strip_suffix('"')
}

fn on_path(ws: &Workspace, command: &str) -> Option<PathBuf> {
    let name = format!("{command}{}", std::env::consts::EXE_SUFFIX);
    let path = ws.shell.var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(&name))
        .find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_files_version_is_that_packages_own() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"1.0.0\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.129\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen"), Some("0.2.129"));
        assert_eq!(locked_version(lock, "js-sys"), None);
    }
}
