//! Keeps what the server stores from other users of the machine.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

use rustix::fs::Mode;

const GROUP: u32 = 0o070;
const OTHERS: u32 = 0o007;

/// From now on this process creates files that only their owner can read. What it publishes gets its mode from its folder.
pub(super) fn from_the_first_byte() {
    rustix::process::umask(Mode::RWXG | Mode::RWXO);
}

/// Takes the rights of others from the data folder and all in it, and those of its group unless the folder itself has a group that
/// may enter: an operator's choice.
///
/// # Errors
///
/// What the system says when a folder cannot be read. Files of other owners are named in the log, and stay as they are.
pub(super) fn tighten(data: &Path) -> io::Result<()> {
    // The folder itself may be a link; what lies in it may not.
    let data = fs::canonicalize(data)?;
    let group = fs::metadata(&data)?.mode() & GROUP;
    let denied = if group == 0 { GROUP | OTHERS } else { OTHERS };
    let mut tightened = 0;
    visit(&data, denied, &mut tightened)?;
    if tightened > 0 {
        tracing::warn!(
            files = tightened,
            "other users could read files in the data folder: now they cannot"
        );
    }
    Ok(())
}

fn visit(path: &Path, denied: u32, tightened: &mut u64) -> io::Result<()> {
    let meta = fs::symlink_metadata(path)?;
    // What a link leads to is not ours to change.
    if meta.is_symlink() {
        return Ok(());
    }
    if meta.mode() & denied != 0 {
        let mode = Permissions::from_mode(meta.mode() & !denied & 0o7777);
        match fs::set_permissions(path, mode) {
            Ok(()) => *tightened += 1,
            Err(error) => tracing::warn!(
                "other users can read {}, and that cannot be changed ({error}): change it by hand",
                path.display()
            ),
        }
    }
    if meta.is_dir() {
        for entry in fs::read_dir(path)? {
            visit(&entry?.path(), denied, tightened)?;
        }
    }
    Ok(())
}
