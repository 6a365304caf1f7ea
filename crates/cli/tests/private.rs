//! Files for their owner only, whatever the umask and whatever stood there before.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails says so by a panic"
)]

mod served;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use served::Served;

/// All that is in the folder, and the folder itself.
fn all(path: &Path) -> Vec<PathBuf> {
    let mut found = vec![path.to_owned()];
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            found.extend(all(&entry.unwrap().path()));
        }
    }
    found
}

#[track_caller]
fn private(data: &Path) {
    for path in all(data) {
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{} {mode:o}", path.display());
    }
}

/// Writes a profile, an event and an erasure.
fn use_it(served: &Served, run: u8) {
    let id = format!("{run:022}");
    let profile = [&[0xec, 1, 1][..], &[7; 8], &[1, 1, 0, 0]].concat();
    served.client().sync(&id, &profile).unwrap();
    let batch = r#"{"consent":"contribute","session":"0123456789abcdef","events":[{"name":"search","params":{"search_term":"tap"}}]}"#;
    let kept = ureq::post(format!("{}/v1/events", served.base)).send(batch);
    assert_eq!(kept.unwrap().status(), 202);
    let gone = ureq::delete(format!("{}/v1/profiles/{id}", served.base)).call();
    assert_eq!(gone.unwrap().status(), 204);
}

#[test]
fn what_is_stored_is_for_its_owner_only() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    // Two runs: the second compresses the first one's events.
    for run in 0..2 {
        let served = Served::start_with_umask("000", &data, &["--events"]);
        use_it(&served, run);
        private(&data);
        assert_eq!(served.terminate(), 0);
        private(&data);
    }
    assert!(
        all(&data)
            .iter()
            .any(|path| path.ends_with("profiles/0.jnl"))
    );
    assert!(
        all(&data)
            .iter()
            .any(|path| path.extension().is_some_and(|end| end == "gz"))
    );

    for path in all(&data) {
        let mode = if path.is_dir() { 0o755 } else { 0o644 };
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
    }
    // The group that may enter is the operator's choice; others never are.
    let served = Served::start_with_umask("000", &data, &["--events"]);
    for path in all(&data) {
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o007, 0, "{} {mode:o}", path.display());
    }
    served.kill();
    fs::set_permissions(&data, Permissions::from_mode(0o704)).unwrap();
    Served::start_with_umask("000", &data, &["--events"]).kill();
    private(&data);
}
