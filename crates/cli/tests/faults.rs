//! Faults of the disk under the real `endcap serve`: nothing that was acknowledged is lost, and what is wrong is said.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails says so by a panic"
)]

mod served;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use endcap::profile::Profile;
use served::{Served, command};

const PATIENCE: Duration = Duration::from_secs(60);

const UNLIMITED: [&str; 8] = [
    "--rate",
    "0",
    "--profile-rate",
    "0",
    "--new-profiles",
    "0",
    "--min-free",
    "0",
];

fn id(name: u32) -> String {
    format!("{name:022}")
}

/// A profile of one replica.
fn profile(replica: u32) -> Vec<u8> {
    [
        &[0xec, 1, 1][..],
        &u64::from(replica).to_le_bytes(),
        &[1, 1, 0, 0],
    ]
    .concat()
}

fn holds(answer: &[u8], replica: u32) -> bool {
    let mut profile = Profile::decode(&self::profile(replica)).unwrap();
    profile.join(&Profile::decode(answer).unwrap());
    profile.encode_v1() == answer
}

/// The problem's code.
fn code(served: &Served, path: &str) -> String {
    let (_, body) = served.client().get(path);
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    body["code"].as_str().unwrap_or_default().to_owned()
}

#[track_caller]
fn refused(output: &Output, code: &str) {
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains(&format!("error[{code}]")), "{text}");
    assert!(!text.contains("panicked"), "{text}");
}

/// A small disk of its own; none where this process may not mount one.
struct Disk(PathBuf);

impl Disk {
    fn mount(path: &Path, size: &str) -> Option<Self> {
        fs::create_dir(path).unwrap();
        let options = format!("size={size}");
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &options, "tmpfs"])
            .arg(path)
            .output();
        let mounted = mount.is_ok_and(|output| output.status.success());
        mounted.then(|| Self(path.to_owned()))
    }

    fn grow(&self, size: &str) {
        let options = format!("remount,size={size}");
        let mut mount = Command::new("mount");
        mount.args(["-o", &options]).arg(&self.0);
        assert!(mount.status().unwrap().success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_loses_nothing_that_was_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let Some(disk) = Disk::mount(&folder.path().join("disk"), "1m") else {
        println!("skipped: this process may not mount a small disk");
        return;
    };
    let data = disk.0.join("data");
    // The log is beside the data folder, on the same disk: it does not stop the server either.
    // The watermark that keeps a disk from filling up is off.
    let served = Served::start(&data, &UNLIMITED);
    let client = served.client();
    let mut acknowledged = Vec::new();
    let start = Instant::now();
    for name in 0.. {
        match client.sync(&id(name), &profile(name)) {
            Ok(answer) => {
                assert!(holds(&answer, name), "{name} is not what was answered");
                acknowledged.push(name);
            }
            Err(_) => break,
        }
        assert!(start.elapsed() < PATIENCE, "the disk never fills");
    }
    assert!(
        acknowledged.len() > 100,
        "{} were taken",
        acknowledged.len()
    );
    // It says that it takes no more, and goes on saying so.
    let reason = code(&served, "/health/ready");
    assert_eq!(reason, "store/write");
    served.kill();

    disk.grow("64m");
    let served = Served::start(&data, &UNLIMITED);
    let client = served.client();
    for &name in &acknowledged {
        let answer = client.sync(&id(name), &[]).unwrap();
        assert!(
            holds(&answer, name),
            "{name} of {} is lost",
            acknowledged.len()
        );
    }
    println!("{} acknowledged on a full disk, 0 lost", acknowledged.len());
    assert!(client.sync(&id(0), &profile(0)).is_ok());
    served.kill();
}

#[test]
fn a_folder_that_cannot_be_written_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    fs::set_permissions(&data, Permissions::from_mode(0o555)).unwrap();
    let server = command(&data, &[]);
    let root = fs::metadata(&data).unwrap();
    let root = std::os::unix::fs::MetadataExt::uid(&root) == 0;
    // Root may write anywhere, so it becomes nobody, who must be able to run the program.
    let output = if root {
        let program = folder.path().join("endcap");
        fs::copy(env!("CARGO_BIN_EXE_endcap"), &program).unwrap();
        let mut nobody = Command::new("setpriv");
        nobody.args(["--reuid", "65534", "--regid", "65534", "--clear-groups"]);
        nobody.arg(program).args(server.get_args()).output()
    } else {
        command(&data, &[]).output()
    };
    refused(&output.unwrap(), "store/open");
    assert_eq!(fs::read_dir(&data).unwrap().count(), 0);
}

#[test]
fn a_lost_file_of_the_store_is_said_and_not_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let served = Served::start(&data, &["--purge-every", "1s"]);
    for name in [1, 2] {
        served.client().sync(&id(name), &profile(name)).unwrap();
    }
    let erased = ureq::delete(format!("{}/v1/profiles/{}", served.base, id(2))).call();
    assert_eq!(erased.unwrap().status(), 204);
    let start = Instant::now();
    let table = loop {
        let log = fs::read_to_string(served::log(&data)).unwrap();
        if log.contains("in no file of the store any more") {
            break tables(&data).pop().unwrap();
        }
        assert!(start.elapsed() < PATIENCE, "{log}");
        std::thread::sleep(Duration::from_millis(50));
    };
    served.kill();
    fs::remove_file(table).unwrap();
    refused(&command(&data, &[]).output().unwrap(), "store/open");
}

/// The tables of profiles.
fn tables(data: &Path) -> Vec<PathBuf> {
    let keyspaces = fs::read_dir(data.join("profiles/keyspaces")).unwrap();
    let tables = keyspaces.flat_map(|keyspace| {
        let path = keyspace.unwrap().path();
        // The first is the list of keyspaces.
        let tables = (!path.ends_with("0")).then(|| fs::read_dir(path.join("tables")));
        tables.into_iter().flatten().flatten()
    });
    tables.map(|table| table.unwrap().path()).collect()
}
