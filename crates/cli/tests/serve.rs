//! The real `endcap serve`: started, used over HTTP, stopped, and killed in the middle of its work.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails says so by a panic"
)]

mod served;

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use endcap::profile::Profile;
use served::{Served, command, log};

/// A profile of `replica` as a device has it after `revision` events: some 250 bytes.
fn profile(replica: u64, revision: u32) -> Vec<u8> {
    const MASSES: u8 = 40;
    let mut bytes = vec![0xec, 1, 1];
    bytes.extend(replica.to_le_bytes());
    // The revision, and as many ticks.
    for _ in 0..2 {
        let mut rest = revision;
        while rest >= 0x80 {
            bytes.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        bytes.push(rest as u8);
    }
    bytes.extend([MASSES, 2]);
    for mass in 0..MASSES {
        bytes.extend([revision as u8, 0, 0, 0, mass, mass]);
    }
    bytes.push(0);
    Profile::decode(&bytes).unwrap();
    bytes
}

fn holds(stored: &[u8], part: &[u8]) -> bool {
    let stored = Profile::decode(stored).unwrap();
    let mut joined = stored.clone();
    joined.join(&Profile::decode(part).unwrap());
    joined == stored
}

/// One address stands for all devices here.
const UNLIMITED: &[&str] = &["--rate", "0", "--profile-rate", "0", "--new-profiles", "0"];

/// All browsers of a demo are on one machine, which a shop's server must not let take all places.
#[test]
fn one_address_has_64_connections_and_all_of_a_demos() {
    let folder = tempfile::tempdir().unwrap();
    for (options, expected) in [
        (&[][..], 64),
        (&["--demo"][..], 100),
        (&["--demo", "--max-connections-per-address", "80"][..], 80),
    ] {
        let served = Served::start(&folder.path().join(expected.to_string()), options);
        let address = served.base.strip_prefix("http://").unwrap();
        let asks = |_| {
            let mut stream = TcpStream::connect(address).ok()?;
            stream
                .write_all(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
                .ok()?;
            let mut answer = [0; 12];
            stream.read_exact(&mut answer).ok()?;
            Some((stream, answer))
        };
        let open: Vec<_> = (0..100).filter_map(asks).collect();
        assert_eq!(open.len(), expected, "{options:?}");
        assert!(open.iter().all(|(_, answer)| answer == b"HTTP/1.1 200"));
        served.kill();
    }
}

/// Who draws ids without end fills no disk, and takes nothing from those who are known.
#[test]
fn new_profiles_of_one_network_end_and_stored_ones_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let served = Served::start(&data, &["--demo", "--new-profiles", "3"]);
    let client = served.client();
    let ids: Vec<_> = ["A", "B", "C", "D"].map(|id| id.repeat(22)).into();
    for id in &ids[..3] {
        assert!(client.sync(id, &profile(1, 1)).is_ok());
    }
    let agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .new_agent();
    let url = format!("{}/v1/profiles/{}/sync", served.base, ids[3]);
    let mut refused = agent.post(url).send(&profile(1, 1)[..]).unwrap();
    assert_eq!(refused.status(), 429);
    let wait = refused.headers()["retry-after"].to_str().unwrap();
    // One in 20 minutes.
    let wait: u64 = wait.parse().unwrap();
    assert!((1..=1201).contains(&wait), "{wait}");
    let problem = refused.body_mut().read_to_string().unwrap();
    assert!(problem.contains("\"profile/too-many-new\""), "{problem}");
    // To ask is no profile.
    assert!(client.sync(&ids[3], &[]).is_ok());
    assert!(client.sync(&ids[0], &profile(2, 1)).is_ok());
    served.kill();
    let served = Served::start(&data, &["--demo", "--new-profiles", "0"]);
    assert!(served.client().sync(&ids[3], &profile(1, 1)).is_ok());
    served.kill();
}

#[test]
fn no_acknowledged_sync_is_lost_when_the_server_is_killed() {
    const ROUNDS: u32 = 6;
    const DEVICES: u64 = 8;
    const SHARED: &str = "shared-by-all-devices-0";
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    // Per profile and device the latest state that the server has confirmed.
    let confirmed = Mutex::new(BTreeMap::<(String, u64), Vec<u8>>::new());

    for round in 0..ROUNDS {
        let served = Served::start(&data, UNLIMITED);
        let killed = AtomicBool::new(false);
        let before = confirmed.lock().unwrap().len();
        std::thread::scope(|scope| {
            for device in 0..DEVICES {
                let (client, confirmed, killed) = (served.client(), &confirmed, &killed);
                scope.spawn(move || {
                    for event in 1u32.. {
                        let body = profile(device, round * 100_000 + event);
                        let own = format!("device-{device:04}-{round:04}-{event:08}");
                        for id in [own.as_str(), SHARED] {
                            let stored = match client.sync(id, &body) {
                                Ok(stored) => stored,
                                Err(error) => {
                                    let killed = killed.load(Ordering::SeqCst);
                                    assert!(killed, "a sync failed before the kill: {error}");
                                    return;
                                }
                            };
                            assert!(holds(&stored, &body), "the answer lacks what was sent");
                            let mut confirmed = confirmed.lock().unwrap();
                            confirmed.insert((id.to_owned(), device), body.clone());
                        }
                    }
                });
            }
            std::thread::sleep(Duration::from_millis(u64::from(150 + 70 * round)));
            // A busy machine may have confirmed nothing by then.
            let end = Instant::now() + Duration::from_secs(30);
            while confirmed.lock().unwrap().len() == before && Instant::now() < end {
                std::thread::sleep(Duration::from_millis(10));
            }
            killed.store(true, Ordering::SeqCst);
            served.kill();
        });

        let confirmed = confirmed.lock().unwrap();
        assert!(confirmed.len() > before, "no load in round {round}");
        let start = Instant::now();
        let served = Served::start(&data, UNLIMITED);
        let restart = start.elapsed();
        assert!(restart < Duration::from_secs(5), "restart took {restart:?}");
        let client = served.client();
        for ((id, device), body) in confirmed.iter() {
            let stored = client.sync(id, &[]).unwrap();
            assert!(
                holds(&stored, body),
                "round {round}: {id} lost what device {device} was told is stored"
            );
        }
        served.kill();
    }
}

#[test]
fn it_says_what_it_serves_and_stops_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let www = folder.path().join("www");
    fs::create_dir(&www).unwrap();
    fs::write(www.join("index.html"), "<!doctype html>hello").unwrap();

    let served = Served::start(&data, &["--demo", "--www", www.to_str().unwrap()]);
    let said = served.announced.join("\n");
    for word in [
        "catalogue",
        "data/profiles",
        "data/secret.demo",
        "www",
        "/demo/login",
    ] {
        assert!(said.contains(word), "{word}: {said}");
    }
    let client = served.client();
    assert_eq!(client.get("/health/ready").0, 200);
    assert_eq!(client.get("/").1, "<!doctype html>hello");
    let customer = client.link("C-1001");
    let body = profile(1, 1);
    assert!(holds(&client.sync(&customer, &body).unwrap(), &body));
    assert_eq!(served.terminate(), 0);

    let lines = fs::read_to_string(log(&data)).unwrap();
    assert!(lines.contains("/v1/profiles/{id}/sync"), "{lines}");
    assert!(
        !lines.contains(&customer),
        "a profile id in the log: {lines}"
    );
    assert!(!lines.contains("C-1001"), "a customer in the log: {lines}");

    // The secret has stayed, so the customer is found again.
    let served = Served::start(&data, &["--demo"]);
    let client = served.client();
    assert_eq!(client.link("C-1001"), customer);
    assert!(holds(&client.sync(&customer, &[]).unwrap(), &body));
    assert_eq!(client.get("/").0, 404);
}

#[test]
fn what_stands_in_the_way_is_said_with_a_code() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let other = folder.path().join("other");
    let served = Served::start(&data, &[]);
    let short = folder.path().join("short");
    fs::write(&short, "not enough").unwrap();
    let empty = folder.path().join("empty");
    fs::create_dir(&empty).unwrap();

    let (exit, text) = fails(&mut command(&data, &[]));
    assert_eq!(exit, 1, "{text}");
    assert!(text.contains("error[store/locked]"), "{text}");
    for (options, exit, says) in [
        (
            ["--packs", empty.to_str().unwrap()],
            3,
            "error[packs/empty]",
        ),
        (["--packs", "/nowhere"], 3, "error[packs/file]"),
        (["--www", "/nowhere"], 1, "error[serve/folder]"),
        (
            ["--secret-file", short.to_str().unwrap()],
            1,
            "error[secret/too-short]",
        ),
        (["--secret-file", "/nowhere"], 1, "error[secret/file]"),
        (["--allow-origin", "*"], 2, "expected an origin like"),
        (["--max-connections", "0"], 2, "--max-connections"),
    ] {
        let (got, text) = fails(&mut command(&other, &options));
        assert_eq!(got, exit, "{options:?}: {text}");
        assert!(text.contains(says), "{options:?}: {text}");
    }

    let address = served.base.strip_prefix("http://").unwrap();
    let mut second = Command::new(env!("CARGO_BIN_EXE_endcap"));
    second
        .args(["serve", "--listen", address, "--data"])
        .arg(&other);
    let (exit, text) = fails(&mut second);
    assert_eq!(exit, 1, "{text}");
    assert!(text.contains("error[serve/listen]"), "{text}");
    assert!(text.contains("help: "), "{text}");
}

#[test]
fn a_lost_secret_is_not_replaced_while_profiles_depend_on_it() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let secret = data.join("secret");
    // Without profiles a new one harms nobody.
    Served::start(&data, &[]).kill();
    fs::remove_file(&secret).unwrap();
    let served = Served::start(&data, &[]);
    let body = profile(1, 1);
    served.client().sync(&"A".repeat(22), &body).unwrap();
    served.kill();

    let kept = folder.path().join("kept");
    fs::rename(&secret, &kept).unwrap();
    let (exit, text) = fails(&mut command(&data, &[]));
    assert_eq!(exit, 3, "{text}");
    for says in ["error[secret/missing]", "data/secret", "--secret-file"] {
        assert!(text.contains(says), "{says}: {text}");
    }
    assert!(!secret.exists(), "a new secret was drawn");

    for cut in ["", "short"] {
        fs::write(&secret, cut).unwrap();
        let (exit, text) = fails(&mut command(&data, &[]));
        assert_eq!(exit, 1, "{text}");
        for says in ["error[secret/too-short]", "data/secret", "restore it"] {
            assert!(text.contains(says), "{says}: {text}");
        }
        assert_eq!(fs::read_to_string(&secret).unwrap(), cut);
    }

    let given = ["--secret-file", kept.to_str().unwrap()];
    let mut both = command(&data, &given);
    let (exit, text) = fails(both.env("ENDCAP_SECRET", "s".repeat(64)));
    assert_eq!(exit, 2, "{text}");
    assert!(text.contains("error[secret/ambiguous]"), "{text}");
    let served = Served::start(&data, &given);
    let stored = served.client().sync(&"A".repeat(22), &[]).unwrap();
    assert!(holds(&stored, &body));
}

#[test]
fn a_start_with_a_lost_list_or_another_secret_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let (list, secret) = (data.join("erased"), data.join("secret.demo"));
    let served = Served::start(&data, &["--demo"]);
    let customer = served.client().link("C-1001");
    served.client().sync(&customer, &profile(1, 1)).unwrap();
    let id = "E".repeat(22);
    served.client().sync(&id, &profile(2, 1)).unwrap();
    let erased = ureq::delete(format!("{}/v1/profiles/{id}", served.base)).call();
    assert_eq!(erased.unwrap().status(), 204);
    served.kill();

    let newest = fs::read(&list).unwrap();
    for older in [None, Some("")] {
        match older {
            None => fs::remove_file(&list).unwrap(),
            Some(text) => fs::write(&list, text).unwrap(),
        }
        for _ in 0..2 {
            let (exit, text) = fails(&mut command(&data, &["--demo"]));
            assert_eq!(exit, 3, "{text}");
            for says in ["error[erased/lost]", "data/erased", "--rebuild-erased"] {
                assert!(text.contains(says), "{says}: {text}");
            }
        }
    }
    Served::start(&data, &["--demo", "--rebuild-erased"]).kill();
    assert_eq!(fs::read(&list).unwrap(), newest);

    let right = fs::read(&secret).unwrap();
    fs::write(&secret, "x".repeat(64)).unwrap();
    let (exit, text) = fails(&mut command(&data, &["--demo"]));
    assert_eq!(exit, 3, "{text}");
    assert!(text.contains("error[secret/other]"), "{text}");
    let (_, check) = text.split_once("--accept-secret ").unwrap();
    let check = check.get(..16).unwrap();
    let (exit, _) = fails(&mut command(
        &data,
        &["--demo", "--accept-secret", "0123456789abcdef"],
    ));
    assert_eq!(exit, 3);
    fs::write(&secret, right).unwrap();
    let served = Served::start(&data, &["--demo"]);
    assert_eq!(served.client().link("C-1001"), customer);
    served.kill();
    // On purpose, with the value that the message names.
    fs::write(&secret, "x".repeat(64)).unwrap();
    let served = Served::start(&data, &["--demo", "--accept-secret", check]);
    assert_ne!(served.client().link("C-1001"), customer);
    served.kill();
    Served::start(&data, &["--demo"]).kill();
}

#[test]
fn a_file_of_options_comes_after_variables_and_options() {
    let folder = tempfile::tempdir().unwrap();
    let (data, www) = (folder.path().join("data"), folder.path().join("www"));
    fs::create_dir(&www).unwrap();
    fs::write(www.join("index.html"), "hello").unwrap();
    let config = folder.path().join("endcap.toml");
    let text = format!(
        "data = {:?}\nwww = {:?}\nlog-format = \"json\"\nrate = 1\ndemo = true\nallow-origin = [\"https://a.example\"]\n\
         admin-listen = \"127.0.0.1:0\"\n",
        folder.path().join("elsewhere"),
        www
    );
    fs::write(&config, text).unwrap();
    // The data folder of the command line comes before the file's.
    let served = Served::start(&data, &["--config", config.to_str().unwrap()]);
    let client = served.client();
    assert_eq!(client.get("/").1, "hello");
    let customer = client.link("C-1001");
    let metrics = served
        .announced
        .iter()
        .find_map(|line| line.trim().strip_prefix("metrics"))
        .unwrap();
    let mut metrics = ureq::get(metrics.trim()).call().unwrap();
    let metrics = metrics.body_mut().read_to_string().unwrap();
    assert!(metrics.contains("endcap_requests_total"), "{metrics}");
    // One a second, and ten at once, of which the link was one.
    let taken = (0..30)
        .filter(|_| client.sync(&customer, &[]).is_ok())
        .count();
    assert!((9..20).contains(&taken), "{taken}");
    assert_eq!(served.terminate(), 0);
    assert!(data.join("profiles").is_dir() && !folder.path().join("elsewhere").exists());
    let lines = fs::read_to_string(log(&data)).unwrap();
    for line in lines.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(line["level"].is_string(), "{line}");
    }
    assert!(lines.contains("\"route\":\"/v1/link\""), "{lines}");
    assert!(lines.contains("\"code\":\"request/too-many\""), "{lines}");
    assert!(
        !lines.contains(&customer) && !lines.contains("C-1001"),
        "{lines}"
    );

    for (text, says) in [
        ("listn = \"x\"", "no option listn"),
        ("listen = {}", "listen is no text"),
        ("config = \"x\"", "no option config"),
        ("rate = ", "config/refused"),
        ("rate = \"many\"", "invalid value"),
        (
            "packs = \"x\"\n[[tenant]]\nname=\"a\"\nhosts=[\"a\"]\nsecret-file=\"s\"",
            "beside [[tenant]]",
        ),
        (
            "[[tenant]]\nname=\"a/b\"\nhosts=[\"a\"]\nsecret-file=\"s\"",
            "a tenant's name",
        ),
        (
            "[[tenant]]\nname=\"a\"\nhosts=[\"https://a\"]\nsecret-file=\"s\"",
            "without scheme",
        ),
        (
            "[[tenant]]\nname=\"a\"\nhosts=[\"a\"]\nsecret-file=\"s\"\nhots=1",
            "unknown field",
        ),
        (
            "[[tenant]]\nname=\"a\"\nhosts=[\"a\"]\nsecret-file=\"s\"\n[[tenant]]\nname=\"b\"\nhosts=[\"b\"]\nsecret-file=\"s\"",
            "share a secret",
        ),
    ] {
        fs::write(&config, text).unwrap();
        let (exit, words) = fails(&mut command(&data, &["--config", config.to_str().unwrap()]));
        assert_eq!(exit, 2, "{text}: {words}");
        assert!(words.contains(says), "{text}: {words}");
    }
    let (exit, words) = fails(&mut command(&data, &["--config", "/nowhere"]));
    assert_eq!(exit, 1, "{words}");
    assert!(words.contains("error[config/file]"), "{words}");
}

#[test]
fn tenants_of_a_file_are_served_by_their_hosts() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut text = String::new();
    for name in ["one", "two"] {
        let secret = folder.path().join(name);
        fs::write(&secret, name.repeat(20)).unwrap();
        text += &format!(
            "[[tenant]]\nname = {name:?}\nhosts = [\"{name}.example\"]\nsecret-file = {secret:?}\n"
        );
    }
    let config = folder.path().join("endcap.toml");
    fs::write(&config, text).unwrap();
    let served = Served::start(&data, &["--events", "--config", config.to_str().unwrap()]);
    let said = served.announced.join("\n");
    assert!(said.contains("one at one.example"), "{said}");
    let id = "one-profile-of-one-shop";
    let ask = |host: &str, body: &[u8]| {
        let url = format!("{}/v1/profiles/{id}/sync", served.base);
        let config = ureq::Agent::config_builder().http_status_as_error(false);
        let agent = config.build().new_agent();
        let mut answer = agent.post(url).header("host", host).send(body).unwrap();
        (
            answer.status().as_u16(),
            answer.body_mut().read_to_vec().unwrap(),
        )
    };
    let body = profile(1, 1);
    assert_eq!(ask("one.example", &body).0, 200);
    assert!(holds(&ask("one.example", &[]).1, &body));
    assert!(!holds(&ask("two.example", &[]).1, &body));
    assert_eq!(ask("three.example", &[]).0, 421);
    assert!(data.join("events/one").is_dir() && data.join("events/two").is_dir());
    // No secret is drawn where each tenant has its own.
    assert!(!data.join("secret").exists());
}

fn fails(command: &mut Command) -> (i32, String) {
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), text)
}

#[test]
fn its_help_teaches() {
    let output = command(Path::new("data"), &["--help"]).output().unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    for word in [
        "Examples:",
        "ENDCAP_DATA",
        "ENDCAP_SECRET",
        "--allow-origin",
        "[[tenant]]",
        "--train-every",
        "docs/server.md",
    ] {
        assert!(help.contains(word), "{word}: {help}");
    }
}
