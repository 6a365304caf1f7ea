//! A running `endcap serve` and a client of it.
#![allow(
    dead_code,
    clippy::allow_attributes,
    reason = "every test file uses its own part of it"
)]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A running server. Ends with the test, however that ends.
pub(crate) struct Served {
    child: Child,
    pub(crate) base: String,
    pub(crate) announced: Vec<String>,
}

pub(crate) struct Client {
    agent: ureq::Agent,
    base: String,
}

/// `endcap serve` on a free port.
pub(crate) fn command(data: &Path, options: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_endcap"));
    command
        .env_remove("ENDCAP_SECRET")
        .env_remove("ENDCAP_CONFIG")
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .args(options);
    command
}

/// Where the log lines go: beside the data folder.
pub(crate) fn log(data: &Path) -> PathBuf {
    data.with_extension("log")
}

impl Served {
    /// Starts the server and waits until it listens.
    pub(crate) fn start(data: &Path, options: &[&str]) -> Self {
        Self::run(command(data, options), data)
    }

    /// The same, by somebody who lets everybody read.
    pub(crate) fn start_with_umask(umask: &str, data: &Path, options: &[&str]) -> Self {
        let server = command(data, options);
        let mut shell = Command::new("sh");
        shell
            .env_remove("ENDCAP_SECRET")
            .env_remove("ENDCAP_CONFIG")
            .args(["-c", &format!("umask {umask}; exec \"$0\" \"$@\"")])
            .arg(server.get_program())
            .args(server.get_args());
        Self::run(shell, data)
    }

    fn run(mut command: Command, data: &Path) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(fs::File::create(log(data)).unwrap())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.next().map_or(String::new(), Result::unwrap);
        let Some(base) = first.strip_prefix("Listening on ") else {
            panic!("{first:?}, {}", fs::read_to_string(log(data)).unwrap());
        };
        let announced = lines
            .map(Result::unwrap)
            .take_while(|line| !line.is_empty())
            .collect();
        Self {
            child,
            base: base.to_owned(),
            announced,
        }
    }

    /// Ends the process without a warning, as `kill -9` does.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks the process to stop and returns its exit code.
    pub(crate) fn terminate(mut self) -> i32 {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status();
        assert!(sent.unwrap().success());
        self.child.wait().unwrap().code().unwrap_or(-1)
    }

    pub(crate) fn client(&self) -> Client {
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(10)))
            .http_status_as_error(false)
            .build();
        Client {
            agent: agent.new_agent(),
            base: self.base.clone(),
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // Mostly it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Client {
    /// The stored profile after joining `body` into it, or why the server did not confirm it.
    pub(crate) fn sync(&self, id: &str, body: &[u8]) -> Result<Vec<u8>, String> {
        let url = format!("{}/v1/profiles/{id}/sync", self.base);
        let said = |error: ureq::Error| error.to_string();
        let mut response = self.agent.post(url).send(body).map_err(said)?;
        let body = response.body_mut().read_to_vec().map_err(said)?;
        match response.status().as_u16() {
            200 => Ok(body),
            status => Err(format!("{status} {}", String::from_utf8_lossy(&body))),
        }
    }

    pub(crate) fn get(&self, path: &str) -> (u16, String) {
        let url = format!("{}{path}", self.base);
        let mut response = self.agent.get(url).call().unwrap();
        let body = response.body_mut().read_to_string().unwrap();
        (response.status().as_u16(), body)
    }

    /// Signs in at the demo shop and returns the customer's profile id.
    pub(crate) fn link(&self, customer: &str) -> String {
        let login = format!(r#"{{"customer":"{customer}"}}"#);
        let request = self.agent.post(format!("{}/demo/login", self.base));
        let request = request.content_type("application/json");
        let token = field(request.send(login).unwrap(), "token");
        let request = self.agent.post(format!("{}/v1/link", self.base));
        let request = request.header("authorization", format!("Bearer {token}"));
        field(request.send_empty().unwrap(), "profile")
    }
}

fn field(mut response: ureq::http::Response<ureq::Body>, name: &str) -> String {
    let text = response.body_mut().read_to_string().unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    json[name].as_str().unwrap().to_owned()
}
