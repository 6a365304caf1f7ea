//! Where things are: the repository's folders, and a shell whose `PATH` begins with our own tools.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use xshell::Shell;

/// The repository that this `xtask` was started in.
pub(crate) struct Workspace {
    root: PathBuf,
    target: PathBuf,
    /// Runs in the root, and finds our tools before any other copy of them.
    pub(crate) shell: Shell,
}

impl Workspace {
    /// Finds the root from the folder that Cargo names, so that the command works from any subfolder.
    pub(crate) fn find() -> Result<Self> {
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest
            .ancestors()
            .nth(2)
            .context("crates/xtask is not two folders below the repository's root")?
            .to_owned();
        let target = std::env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| root.join("target"), |dir| root.join(dir));
        let shell = Shell::new()?;
        shell.change_dir(&root);
        let mut path = vec![target.join("tools/bin"), root.join("js/node_modules/.bin")];
        path.extend(std::env::split_paths(
            &std::env::var_os("PATH").unwrap_or_default(),
        ));
        shell.set_var("PATH", std::env::join_paths(path)?);
        Ok(Self {
            root,
            target,
            shell,
        })
    }

    /// A path below the root.
    pub(crate) fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.join(relative)
    }

    /// A path below Cargo's target folder, where all that we build or download goes.
    pub(crate) fn target(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.target.join(relative)
    }

    /// The folder with wasm-bindgen and wasm-pack: `target/tools`.
    pub(crate) fn tools(&self) -> PathBuf {
        self.target("tools")
    }

    /// The `endcap` command as `cargo build --profile tools` leaves it.
    pub(crate) fn endcap(&self) -> PathBuf {
        self.target("tools")
            .join(format!("endcap{}", std::env::consts::EXE_SUFFIX))
    }

    /// The npm package's folder, `pkg/`.
    pub(crate) fn pkg(&self) -> PathBuf {
        self.path("pkg")
    }

    /// A path as a reader of the terminal wants it: from the root, if it lies below.
    pub(crate) fn show<'a>(&self, path: &'a Path) -> std::path::Display<'a> {
        path.strip_prefix(&self.root).unwrap_or(path).display()
    }
}
