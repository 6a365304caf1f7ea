//! A real Redis Cluster on loopback, three primaries with their replicas, that ends with its owner.
//!
//! Also part of the server's tests, which include this file.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long nodes may take to agree on a cluster, or on a new primary.
const PATIENCE: Duration = Duration::from_secs(30);

/// Primaries; fewer cannot elect a replica when one is gone.
const PRIMARIES: usize = 3;

/// A node of the cluster.
struct Node {
    port: u16,
    process: Option<Child>,
}

/// `redis-server` processes that form one cluster.
pub(crate) struct Cluster {
    program: PathBuf,
    folder: PathBuf,
    timeout: Duration,
    nodes: Vec<Node>,
}

impl Cluster {
    /// Starts a cluster that keeps its files in `folder`, with so many replicas for each primary; a primary that is
    /// silent for `timeout` is replaced.
    pub(crate) fn start(
        program: &Path,
        folder: &Path,
        replicas: usize,
        timeout: Duration,
    ) -> io::Result<Self> {
        let mut cluster = Self {
            program: program.to_owned(),
            folder: folder.to_owned(),
            timeout,
            nodes: Vec::new(),
        };
        for port in free_ports(PRIMARIES * (1 + replicas))? {
            cluster.nodes.push(Node {
                port,
                process: None,
            });
        }
        for node in 0..cluster.nodes.len() {
            cluster.start_node(node)?;
        }
        for node in 0..cluster.nodes.len() {
            cluster.until("a node answers", || {
                cluster.ask(node, "PING").starts_with("+PONG")
            })?;
        }
        let mut create = cluster.cli(0);
        create.args(["--cluster", "create"]);
        create.args(
            cluster
                .nodes
                .iter()
                .map(|node| format!("127.0.0.1:{}", node.port)),
        );
        create.args(["--cluster-replicas", &replicas.to_string(), "--cluster-yes"]);
        let created = create.output()?;
        if !created.status.success() {
            return Err(io::Error::other(
                String::from_utf8_lossy(&created.stdout).into_owned(),
            ));
        }
        cluster.until_healthy()?;
        Ok(cluster)
    }

    /// The nodes as a store wants them.
    pub(crate) fn urls(&self) -> Vec<String> {
        let url = |node: &Node| format!("redis://127.0.0.1:{}", node.port);
        self.nodes.iter().map(url).collect()
    }

    /// Waits until all slots are served and every primary has a replica that is up to date.
    pub(crate) fn until_healthy(&self) -> io::Result<()> {
        self.until("the cluster is whole", || {
            (0..self.nodes.len()).all(|node| {
                let replication = self.ask(node, "INFO replication");
                self.ask(node, "CLUSTER INFO").contains("cluster_state:ok")
                    && (replication.contains("master_link_status:up")
                        || replication.contains("state=online"))
            })
        })
    }

    /// A node that is a primary now.
    pub(crate) fn primary(&self) -> io::Result<usize> {
        (0..self.nodes.len())
            .find(|&node| self.ask(node, "ROLE").contains("master\r\n"))
            .ok_or_else(|| io::Error::other("the cluster has no primary"))
    }

    /// Ends a node without a warning.
    pub(crate) fn kill(&mut self, node: usize) -> io::Result<()> {
        match self
            .nodes
            .get_mut(node)
            .and_then(|node| node.process.take())
        {
            None => Err(io::Error::other("the node does not run")),
            Some(mut process) => {
                process.kill()?;
                process.wait().map(drop)
            }
        }
    }

    /// Starts a node again, with the files that it has left.
    pub(crate) fn start_node(&mut self, node: usize) -> io::Result<()> {
        let Some(Node { port, process }) = self.nodes.get_mut(node) else {
            return Err(io::Error::other("no such node"));
        };
        let folder = self.folder.join(port.to_string());
        fs::create_dir_all(&folder)?;
        let log = fs::File::options()
            .create(true)
            .append(true)
            .open(folder.join("log"))?;
        let mut command = Command::new(&self.program);
        command
            .args([
                "--bind",
                "127.0.0.1",
                "--protected-mode",
                "yes",
                "--save",
                "",
            ])
            .args(["--appendonly", "yes", "--cluster-enabled", "yes"])
            .args([
                "--cluster-node-timeout",
                &self.timeout.as_millis().to_string(),
            ])
            .args(["--port", &port.to_string(), "--dir"])
            .arg(&folder)
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(Stdio::null());
        *process = Some(command.spawn()?);
        Ok(())
    }

    /// Cuts a node off: it stays alive, but neither hears nor answers anybody.
    pub(crate) fn pause(&self, node: usize) -> io::Result<()> {
        self.signal(node, "-STOP")
    }

    /// Lets a node that was cut off go on where it was.
    pub(crate) fn resume(&self, node: usize) -> io::Result<()> {
        self.signal(node, "-CONT")
    }

    fn signal(&self, node: usize, signal: &str) -> io::Result<()> {
        let process = self.nodes.get(node).and_then(|node| node.process.as_ref());
        let process = process.ok_or_else(|| io::Error::other("the node does not run"))?;
        let sent = Command::new("kill")
            .args([signal, &process.id().to_string()])
            .status()?;
        if sent.success() {
            return Ok(());
        }
        Err(io::Error::other("the signal was not sent"))
    }

    fn cli(&self, node: usize) -> Command {
        // Each comes with a client of its own name.
        let is_valkey = self.program.ends_with("valkey-server");
        let name = if is_valkey { "valkey-cli" } else { "redis-cli" };
        let mut command = Command::new(self.program.with_file_name(name));
        if let Some(node) = self.nodes.get(node) {
            command.args(["-p", &node.port.to_string()]);
        }
        command
    }

    /// What a node answers in the protocol's own form; nothing when it does not.
    fn ask(&self, node: usize, command: &str) -> String {
        let port = self.nodes.get(node).map_or(0, |node| node.port);
        ask(port, command).unwrap_or_default()
    }

    fn until(&self, what: &str, mut done: impl FnMut() -> bool) -> io::Result<()> {
        let start = Instant::now();
        while !done() {
            if start.elapsed() > PATIENCE {
                return Err(io::Error::other(format!(
                    "waited {PATIENCE:?} in vain until {what}: see the logs in {}",
                    self.folder.display()
                )));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        for node in &mut self.nodes {
            if let Some(process) = &mut node.process {
                // Killing ends also a process that is paused.
                process.kill().ok();
                process.wait().ok();
            }
        }
    }
}

/// Sends one command. A node that is cut off does not answer, so nothing waits for long.
fn ask(port: u16, command: &str) -> io::Result<String> {
    let wait = Duration::from_millis(500);
    let mut stream = TcpStream::connect_timeout(&(Ipv4Addr::LOCALHOST, port).into(), wait)?;
    stream.set_read_timeout(Some(wait))?;
    stream.write_all(format!("{command}\r\n").as_bytes())?;
    let mut answer = Vec::new();
    loop {
        let mut part = [0; 4096];
        let length = stream.read(&mut part)?;
        answer.extend_from_slice(&part[..length]);
        let text = String::from_utf8_lossy(&answer);
        // A text says how long it is; everything else that is asked here fits one packet.
        let (first, rest) = text.split_once("\r\n").unwrap_or_default();
        let expected = first.strip_prefix('$').and_then(|text| text.parse().ok());
        if length == 0 || expected.is_none_or(|expected: usize| rest.len() >= expected) {
            return Ok(text.into_owned());
        }
    }
}

/// The `redis-server` to test with: the one that `ENDCAP_REDIS_SERVER` names, else the one on the `PATH`.
pub(crate) fn find_redis() -> Option<PathBuf> {
    let named = std::env::var_os("ENDCAP_REDIS_SERVER").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = || {
        ["redis-server", "valkey-server"].iter().find_map(|name| {
            std::env::split_paths(&path)
                .map(|folder| folder.join(name))
                .find(|file| file.is_file())
        })
    };
    named.or_else(on_path).filter(|file| file.is_file())
}

/// Ports that are free now, and so is each's port for the cluster's own talk, ten thousand above it.
fn free_ports(count: usize) -> io::Result<Vec<u16>> {
    let free = |port: u16| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok();
    // Somewhere else for each process, so that two test runs do not take each other's.
    let start = 20_000 + (std::process::id() % 800) as u16 * 10;
    let ports: Vec<u16> = (start..30_000)
        .filter(|&port| free(port) && free(port + 10_000))
        .take(count)
        .collect();
    if ports.len() == count {
        return Ok(ports);
    }
    Err(io::Error::other("no free ports between 20000 and 30000"))
}
