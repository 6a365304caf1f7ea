//! A Redis node that speaks TLS alone, to users with a password: who is believed, who is let in, and what is never tried.
//!
//! Runs where `ENDCAP_REDIS_SERVER` names a `redis-server` that has TLS, and there is an `openssl` to make certificates.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that fails says so by a panic"
)]

mod contract;

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use contract::conforms;
use endcap_server::store::{ClusterOptions, ClusterStore, Store};

/// As docs/server.md has it.
const RIGHTS: &str = "~endcap:* +@connection +get +set +del +exists +rename +eval +wait +scan +info +cluster|slots +cluster|info +bgrewriteaof +readonly";

/// A cluster of one node.
struct Node {
    child: Child,
    port: u16,
    folder: tempfile::TempDir,
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Node {
    /// None where something is missing, which is said.
    fn start() -> Option<Self> {
        let skip = |why: &str| {
            eprintln!("SKIPPED: {why}");
            None
        };
        let Some(program) = std::env::var_os("ENDCAP_REDIS_SERVER").map(PathBuf::from) else {
            return skip("ENDCAP_REDIS_SERVER names no redis-server");
        };
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).display().to_string();
        for authority in ["ours", "another"] {
            if !authority_in(folder.path(), authority) {
                return skip("there is no openssl to make certificates with");
            }
        }
        sign(folder.path());
        let port = free_port();
        let config = format!(
            "port 0\ntls-port {port}\ntls-cert-file {}\ntls-key-file {}\ntls-ca-cert-file {}\ntls-auth-clients no\n\
             tls-cluster yes\ncluster-enabled yes\ncluster-announce-ip 127.0.0.1\nbind 127.0.0.1\nsave \"\"\nappendonly yes\ndir {}\n\
             user default off\nuser operator on >operator ~* &* +@all\nuser endcap on >of-endcap {RIGHTS}\n\
             user reader on >of-reader ~endcap:* +@connection +@read +cluster\n",
            path("node.pem"),
            path("node.key"),
            path("ours.pem"),
            folder.path().display(),
        );
        fs::write(path("redis.conf"), config).unwrap();
        let log = fs::File::create(path("log")).unwrap();
        let mut command = Command::new(&program);
        command.arg(path("redis.conf")).stdin(Stdio::null());
        let child = command.stdout(log).stderr(Stdio::null()).spawn().unwrap();
        let mut node = Self {
            child,
            port,
            folder,
        };
        let start = Instant::now();
        while !node.ask(&program, &["PING"]).contains("PONG") {
            let said = fs::read_to_string(node.path("log")).unwrap_or_default();
            if node.child.try_wait().unwrap().is_some() && said.contains("Bad directive") {
                return skip("this redis-server has no TLS");
            }
            assert!(start.elapsed() < Duration::from_secs(30), "{said}");
            std::thread::sleep(Duration::from_millis(50));
        }
        node.ask(&program, &["CLUSTER", "ADDSLOTSRANGE", "0", "16383"]);
        while !node
            .ask(&program, &["CLUSTER", "INFO"])
            .contains("cluster_state:ok")
        {
            assert!(start.elapsed() < Duration::from_secs(30), "no cluster");
            std::thread::sleep(Duration::from_millis(50));
        }
        Some(node)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn ask(&self, program: &Path, command: &[&str]) -> String {
        let name = program.file_name().unwrap().to_str().unwrap();
        let client = program.with_file_name(name.replace("server", "cli"));
        let asked = Command::new(client)
            .args(["--tls", "--cacert"])
            .arg(self.path("ours.pem"))
            .args(["-h", "127.0.0.1", "-p", &self.port.to_string()])
            .args([
                "--user",
                "operator",
                "--pass",
                "operator",
                "--no-auth-warning",
            ])
            .args(command)
            .output();
        String::from_utf8(asked.unwrap().stdout).unwrap()
    }

    fn options(&self, scheme: &str, user: &str, host: &str) -> ClusterOptions {
        ClusterOptions {
            nodes: vec![format!("{scheme}://{user}@{host}:{}", self.port)],
            authorities: Some(fs::read(self.path("ours.pem")).unwrap()),
            replicas: 0,
        }
    }
}

fn free_port() -> u16 {
    // The cluster's own port is 10,000 above.
    loop {
        let port = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = port.local_addr().unwrap().port();
        if port < 55_000 && TcpListener::bind(("127.0.0.1", port + 10_000)).is_ok() {
            return port;
        }
    }
}

fn openssl(folder: &Path, line: &str) -> bool {
    let mut command = Command::new("openssl");
    command.current_dir(folder).args(line.split_whitespace());
    command.output().is_ok_and(|made| made.status.success())
}

fn authority_in(folder: &Path, name: &str) -> bool {
    let key = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2";
    let line = format!("{key} -keyout {name}.key -out {name}.pem -subj /CN={name}");
    openssl(folder, &line)
}

/// For this address alone, not for its name.
fn sign(folder: &Path) {
    fs::write(folder.join("node.ext"), "subjectAltName=IP:127.0.0.1\n").unwrap();
    let key = "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
    let request = format!("{key} -keyout node.key -out node.csr -subj /CN=node");
    assert!(openssl(folder, &request));
    let signed = "x509 -req -in node.csr -CA ours.pem -CAkey ours.key -CAcreateserial -days 2 -out node.pem -extfile node.ext";
    assert!(openssl(folder, signed));
}

async fn refused(options: &ClusterOptions) -> &'static str {
    let connected = ClusterStore::connect(options).await;
    connected.map(drop).expect_err("connected").code()
}

/// One test and not several, because each starts a node.
#[tokio::test(flavor = "multi_thread")]
async fn nodes_prove_who_they_are_and_the_user_may_do_what_is_needed() {
    let Some(node) = Node::start() else { return };
    let good = node.options("rediss", "endcap:of-endcap", "127.0.0.1");
    let store: Arc<dyn Store> = Arc::new(ClusterStore::connect(&good).await.unwrap());
    store.check().await.unwrap();
    conforms(Arc::clone(&store)).await;
    store.purge().await.unwrap();

    let mut another = good.clone();
    another.authorities = Some(fs::read(node.path("another.pem")).unwrap());
    assert_eq!(refused(&another).await, "store/cluster-tls");
    another.authorities = None;
    assert_eq!(refused(&another).await, "store/cluster-tls", "the system's");
    let named = node.options("rediss", "endcap:of-endcap", "localhost");
    assert_eq!(refused(&named).await, "store/cluster-tls", "another host");
    for user in ["endcap:of-reader", "nobody:of-endcap", ":of-endcap"] {
        let wrong = node.options("rediss", user, "127.0.0.1");
        assert_eq!(refused(&wrong).await, "store/cluster-user", "{user}");
    }
    // One that is let in and may not write is told so by the first write.
    let reader = node.options("rediss", "reader:of-reader", "127.0.0.1");
    let reader = ClusterStore::connect(&reader).await.unwrap();
    let key = contract::key(1);
    let written = reader.compare_and_swap(&key, None, b"x".to_vec());
    assert_eq!(written.await.unwrap_err().code(), "store/cluster-user");
    // To speak plainly to a node that wants TLS is no way in.
    let mut plain = node.options("redis", "endcap:of-endcap", "127.0.0.1");
    plain.authorities = None;
    assert_eq!(refused(&plain).await, "store/cluster");
}

/// Before anything is sent: nobody listens at these addresses.
#[tokio::test]
async fn nothing_falls_back_to_plain_text() {
    let of = |nodes: &[&str], authorities: Option<&[u8]>| ClusterOptions {
        nodes: nodes.iter().map(ToString::to_string).collect(),
        authorities: authorities.map(<[u8]>::to_vec),
        replicas: 1,
    };
    let (tls, plain) = ("rediss://a:b@127.0.0.1:1", "redis://a:b@127.0.0.1:1");
    for wrong in [
        of(&[tls, plain], None),
        of(&[plain, tls], None),
        of(&["rediss://a:b@127.0.0.1:1/#insecure"], None),
        of(&[plain], Some(b"a certificate")),
    ] {
        assert_eq!(refused(&wrong).await, "store/cluster-tls", "{wrong:?}");
    }
    assert_eq!(refused(&of(&[tls], None)).await, "store/cluster");
}
