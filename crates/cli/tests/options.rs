//! Options that do not go together, by flag, by variable and by file.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails says so by a panic"
)]

mod served;

use std::fs;
use std::path::Path;
use std::process::Command;

use served::{Served, command};

/// The exit code and what was said.
fn refused(command: &mut Command) -> (i32, String) {
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), text)
}

fn config(folder: &Path, options: &str) -> String {
    let secret = folder.join("shop.secret");
    fs::write(&secret, "s".repeat(40)).unwrap();
    let path = folder.join("endcap.toml");
    let tenant = format!("[[tenant]]\nname = \"a\"\nhosts = [\"a\"]\nsecret-file = {secret:?}\n");
    fs::write(&path, format!("{options}\n{tenant}")).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn what_would_hold_for_no_tenant_is_refused_however_it_is_given() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let some = folder.path().join("some");
    fs::write(&some, "x".repeat(40)).unwrap();
    let some = some.to_str().unwrap();
    let says = "beside [[tenant]]";
    for (name, value) in [
        ("packs", some),
        ("secret-file", some),
        ("key-file", some),
        ("allow-origin", "https://shop.example"),
        ("demo", "true"),
    ] {
        let tenants = config(folder.path(), "");
        let flag = format!("--{name}");
        let mut by_flag = command(&data, &["--config", &tenants, &flag]);
        if name != "demo" {
            by_flag.arg(value);
        }
        let (exit, text) = refused(&mut by_flag);
        assert!(exit == 2 && text.contains(says), "{flag}: {text}");
        assert!(text.contains(&flag), "{text}");

        let variable = format!("ENDCAP_{}", name.to_uppercase().replace('-', "_"));
        let (exit, text) = refused(command(&data, &["--config", &tenants]).env(&variable, value));
        assert!(exit == 2 && text.contains(says), "{variable}: {text}");
        assert!(text.contains(&variable), "{text}");

        let value = if name == "demo" {
            value.to_owned()
        } else {
            format!("{value:?}")
        };
        let in_file = config(folder.path(), &format!("{name} = {value}"));
        let (exit, text) = refused(&mut command(&data, &["--config", &in_file]));
        assert!(
            exit == 2 && text.contains(says),
            "{name} in the file: {text}"
        );
    }
    // Needs two others, one of which is refused as well.
    let tenants = config(folder.path(), "");
    let every = [
        "--config",
        &tenants,
        "--events",
        "--packs",
        some,
        "--train-every",
        "1h",
    ];
    let (exit, text) = refused(&mut command(&data, &every));
    assert!(exit == 2 && text.contains(says), "{text}");
    let (exit, text) =
        refused(command(&data, &["--config", &tenants]).env("ENDCAP_SECRET", "s".repeat(40)));
    assert!(exit == 2 && text.contains("ENDCAP_SECRET"), "{text}");
    assert!(!data.exists(), "something was opened");
}

#[test]
fn a_demo_is_kept_away_from_real_customers() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let some = folder.path().join("some");
    fs::write(&some, "x".repeat(40)).unwrap();
    let some = some.to_str().unwrap();
    for options in [
        &["--demo", "--secret-file", some][..],
        &["--demo", "--key-file", some],
        &["--demo", "--cluster", "redis://127.0.0.1:1"],
    ] {
        let (exit, text) = refused(&mut command(&data, options));
        assert!(
            exit == 2 && text.contains("error[demo/refused]"),
            "{options:?}: {text}"
        );
    }
    let (exit, text) = refused(command(&data, &["--demo"]).env("ENDCAP_SECRET", "s".repeat(40)));
    assert!(exit == 2 && text.contains("error[demo/refused]"), "{text}");
    for address in [
        "0.0.0.0:0",
        "[::]:0",
        "192.168.0.7:0",
        "[::ffff:10.0.0.1]:0",
    ] {
        // After the address that all tests listen on.
        let mut public = Command::new(env!("CARGO_BIN_EXE_endcap"));
        public
            .env_remove("ENDCAP_SECRET")
            .env_remove("ENDCAP_CONFIG");
        public
            .args(["serve", "--demo", "--listen", address, "--data"])
            .arg(&data);
        let (exit, text) = refused(&mut public);
        assert!(
            exit == 2 && text.contains("error[demo/refused]"),
            "{address}: {text}"
        );
    }
    assert!(!data.exists(), "something was opened");

    // What was a real shop's does not become a demo's.
    Served::start(&data, &[]).kill();
    let (exit, text) = refused(&mut command(&data, &["--demo"]));
    assert!(exit == 2 && text.contains("data/secret"), "{text}");
    // The demo's own folder is found again.
    let own = folder.path().join("own");
    let served = Served::start(&own, &["--demo"]);
    let customer = served.client().link("C-1001");
    served.kill();
    let served = Served::start(&own, &["--demo"]);
    assert_eq!(served.client().link("C-1001"), customer);
    assert!(!own.join("secret").exists() && own.join("secret.demo").exists());
}

/// Two of them on an empty cluster would draw two.
#[test]
fn a_server_of_a_cluster_draws_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let cluster = ["--cluster", "redis://127.0.0.1:1"];
    let (exit, text) = refused(&mut command(&data, &cluster));
    assert!(exit == 3 && text.contains("error[secret/shared]"), "{text}");
    assert!(!data.exists(), "something was opened");
    let (_, text) = refused(command(&data, &cluster).env("ENDCAP_SECRET", "s".repeat(40)));
    assert!(text.contains("error[store/cluster]"), "{text}");
}
