//! The distributed store: profiles in a Redis or Valkey Cluster, for shops that outgrow one machine.
//!
//! A swap is a Lua script, so that comparing and writing are one step on the profile's primary, and `WAIT` holds its answer
//! back until enough replicas have the write: a primary that dies then takes nothing with it that was answered. A partition
//! can still lose a write that was answered (replication is asynchronous); the profile is a join and every device
//! keeps its own part, so the device's next sync brings it back.
//!
//! Swaps are sent in batches, because `WAIT` blocks a connection: all that have queued up for one slot share one.
//!
//! # Format
//! `endcap:{tag}:key` → 8 bytes version, then the bytes. The tag, two hexadecimal digits of a hash of the key, chooses
//! the slot, so that the profiles spread over [`TAGS`] slots. What earlier versions have stored under the
//! [former key](super::Key), which has the same tag, is renamed when it is first asked for, and by the first sweep.

use std::time::Duration;

use async_trait::async_trait;
use redis::cluster::{ClusterClient, ClusterClientBuilder};
use redis::cluster_async::ClusterConnection;
use redis::cluster_read_routing::RandomReplicaStrategy;
use redis::cluster_routing::{
    MultipleNodeRoutingInfo, Route, RoutingInfo, SingleNodeRoutingInfo, SlotAddr,
};
use redis::{
    Client, Cmd, ConnectionAddr, ErrorKind, FromRedisValue, IntoConnectionInfo as _, Pipeline,
    RedisError, TlsCertificates, Value, cmd,
};
use tokio::sync::{mpsc, oneshot};

use super::embedded::parts;
use super::{Judge, Key, Store, StoreError, Stored, Swap, Verdict, Version};

/// Slots that are used, each with its own queue. Part of the format. More than primaries that anybody runs for 4 KB
/// profiles, and few enough that batches form.
const TAGS: u8 = 128;

/// Swaps in one batch at most.
const BATCH: usize = 64;

/// Swaps that may wait for one slot; further requests wait in their own task, under their time limit.
const QUEUE: usize = 256;

/// A replica in the same data centre answers within a millisecond; one that is gone must not hold up the connection
/// much longer, for other slots wait behind it.
const WAIT_MS: u64 = 100;

/// Longer than any answer of a healthy node, shorter than a request may take.
const RESPONSE: Duration = Duration::from_secs(2);

/// Records that a sweep looks at in one step; Redis serves nobody else during it.
const SCAN: usize = 200;

const PREFIX: &str = "endcap:";

/// `ARGV`: the version expected (empty: none), the new version, the bytes (without them: remove).
/// Answers `{1, version}` or `{0, record}`.
const SWAP: &str = "\
local now = redis.call('GET', KEYS[1])
if now and ARGV[3] and string.sub(now, 9) == ARGV[3] then return {1, string.sub(now, 1, 8)} end
if (now and string.sub(now, 1, 8) or '') ~= ARGV[1] then return {0, now} end
if ARGV[3] then redis.call('SET', KEYS[1], ARGV[2] .. ARGV[3]) else redis.call('DEL', KEYS[1]) end
return {1, ARGV[2]}";

/// Renames the record under the former key, `KEYS[2]`, unless there is one under `KEYS[1]`, and answers with what is there now.
const ADOPT: &str = "\
if redis.call('EXISTS', KEYS[1]) == 0 and redis.call('EXISTS', KEYS[2]) == 1 then
  redis.call('RENAME', KEYS[2], KEYS[1])
end
return redis.call('GET', KEYS[1])";

/// How to reach a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterOptions {
    /// Some of its nodes, as `redis://host:port` (`redis://user:password@host:port`); the others are found by them. `rediss://`
    /// for TLS to all of them: their certificates are checked, and the hosts that they are for.
    pub nodes: Vec<String>,
    /// Certificates of the authorities that sign those of the nodes, as PEM; without it those that the system trusts.
    pub authorities: Option<Vec<u8>>,
    /// Replicas that must have a write before it is answered.
    pub replicas: u32,
}

/// Profiles in a Redis or Valkey Cluster.
pub struct ClusterStore {
    /// Apart from the writers' connection, on which `WAIT` holds up what comes after it.
    connection: ClusterConnection,
    queues: Vec<mpsc::Sender<Request>>,
    /// Connects to replicas, too, which other connections pass over.
    all_nodes: ClusterClient,
}

impl ClusterStore {
    /// Connects to the cluster.
    ///
    /// # Errors
    ///
    /// * [`StoreError::Cluster`] when none of the nodes answers, or they are no cluster.
    /// * [`StoreError::ClusterTls`] when the options would leave TLS unchecked or out, or a node does not prove who it is.
    /// * [`StoreError::ClusterUser`] when the nodes do not know the user, or do not let it do what is done here.
    pub async fn connect(options: &ClusterOptions) -> Result<Self, StoreError> {
        check_tls(options)?;
        greet(options).await?;
        let builder = || {
            let builder = ClusterClientBuilder::new(options.nodes.iter().map(String::as_str))
                .response_timeout(RESPONSE)
                .connection_timeout(RESPONSE)
                .retries(3)
                .min_retry_wait(20)
                .max_retry_wait(400);
            match certificates(options) {
                Some(certificates) => builder.certs(certificates),
                None => builder,
            }
        };
        let client = builder().build().map_err(cluster_error)?;
        let all_nodes = builder().read_routing_strategy(RandomReplicaStrategy);
        let connect = async |client: &ClusterClient| {
            let connection = client.get_async_connection().await;
            connection.map_err(cluster_error)
        };
        let writes = connect(&client).await?;
        let queues = (0..TAGS).map(|_| {
            let (queue, requests) = mpsc::channel(QUEUE);
            let lane = Lane {
                connection: writes.clone(),
                replicas: options.replicas,
            };
            tokio::spawn(lane.run(requests));
            queue
        });
        Ok(Self {
            queues: queues.collect(),
            connection: connect(&client).await?,
            all_nodes: all_nodes.build().map_err(cluster_error)?,
        })
    }

    async fn ask(
        &self,
        key: &Key,
        expected: Option<Version>,
        bytes: Option<Vec<u8>>,
    ) -> Result<Swap, StoreError> {
        let tag = tag(key);
        let (answer, answered) = oneshot::channel();
        let request = Request {
            key: redis_key(tag, key.as_bytes()),
            expected,
            bytes,
            answer,
        };
        let queue = self.queues.get(usize::from(tag)).ok_or_else(stopped)?;
        queue.send(request).await.map_err(|_| stopped())?;
        answered.await.map_err(|_| stopped())?
    }

    /// The addresses of the primaries.
    async fn primaries(&self) -> Result<Vec<(String, u16)>, StoreError> {
        type Range = (u16, u16, Vec<Value>);
        let mut command = cmd("CLUSTER");
        command.arg("SLOTS");
        let any = RoutingInfo::SingleNode(SingleNodeRoutingInfo::Random);
        let ranges: Vec<Vec<Value>> = self.route(command, any).await?;
        let mut primaries = Vec::new();
        for range in ranges {
            let (_, _, primary): Range = read_range(&range)?;
            let address = match primary.as_slice() {
                [host, port, ..] => (from(host.clone())?, from(port.clone())?),
                _ => return Err(strange("CLUSTER SLOTS names a node without an address")),
            };
            if !primaries.contains(&address) {
                primaries.push(address);
            }
        }
        Ok(primaries)
    }

    /// Some of the keys on a node, and where to go on.
    async fn scan(
        &self,
        (host, port): &(String, u16),
        cursor: u64,
    ) -> Result<(Option<u64>, Vec<Key>), StoreError> {
        let node = SingleNodeRoutingInfo::ByAddress {
            host: host.clone(),
            port: *port,
        };
        let mut command = cmd("SCAN");
        command.arg(cursor).arg("MATCH").arg("endcap:{*");
        command.arg("COUNT").arg(SCAN);
        let (next, names): (u64, Vec<Vec<u8>>) =
            self.route(command, RoutingInfo::SingleNode(node)).await?;
        let keys = names.iter().filter_map(|name| key_of(name)).collect();
        Ok(((next != 0).then_some(next), keys))
    }

    async fn route<T: FromRedisValue>(
        &self,
        command: Cmd,
        routing: RoutingInfo,
    ) -> Result<T, StoreError> {
        let mut connection = self.connection.clone();
        let value = connection.route_command(command, routing).await;
        from(value.map_err(cluster_error)?)
    }
}

#[async_trait]
impl Store for ClusterStore {
    async fn load(&self, key: &Key) -> Result<Option<Stored>, StoreError> {
        let name = redis_key(tag(key), key.as_bytes());
        let mut command = cmd("GET");
        command.arg(&name);
        let mut connection = self.connection.clone();
        let record = command.query_async(&mut connection).await;
        let mut record: Option<Vec<u8>> = record.map_err(cluster_error)?;
        if let (None, Some(former)) = (&record, key.former()) {
            let mut command = cmd("EVAL");
            command.arg(ADOPT).arg(2).arg(&name);
            command.arg(redis_key(tag(key), former));
            let adopted = command.query_async(&mut connection).await;
            record = adopted.map_err(cluster_error)?;
        }
        record.as_deref().map(stored).transpose()
    }

    async fn compare_and_swap(
        &self,
        key: &Key,
        expected: Option<Version>,
        bytes: Vec<u8>,
    ) -> Result<Swap, StoreError> {
        self.ask(key, expected, Some(bytes)).await
    }

    async fn sweep(&self, judge: Judge) -> Result<u64, StoreError> {
        let mut changed = 0;
        for primary in self.primaries().await? {
            let mut cursor = Some(0);
            while let Some(from) = cursor {
                let (next, keys) = self.scan(&primary, from).await?;
                for key in keys {
                    let Some(stored) = self.load(&key).await? else {
                        continue;
                    };
                    let bytes = match judge(&key, &stored.bytes) {
                        Verdict::Keep => continue,
                        Verdict::Remove => None,
                        Verdict::Replace(bytes) => Some(bytes),
                    };
                    let swap = self.ask(&key, Some(stored.version), bytes).await?;
                    changed += u64::from(matches!(swap, Swap::Done(_)));
                }
                cursor = next;
            }
        }
        Ok(changed)
    }

    async fn purge(&self) -> Result<(), StoreError> {
        // In the background of each node. One that was at it before is an error: what was erased since then is in its files.
        let connection = self.all_nodes.get_async_connection().await;
        let all = RoutingInfo::MultiNode((MultipleNodeRoutingInfo::AllNodes, None));
        let mut connection = connection.map_err(cluster_error)?;
        let rewritten = connection.route_command(cmd("BGREWRITEAOF"), all).await;
        let rewritten = rewritten.and_then(Value::extract_error);
        rewritten.map(drop).map_err(|error| StoreError::Purge {
            reason: error.to_string(),
        })
    }

    async fn is_empty(&self) -> Result<bool, StoreError> {
        for primary in self.primaries().await? {
            let mut cursor = Some(0);
            while let Some(from) = cursor {
                let (next, keys) = self.scan(&primary, from).await?;
                if !keys.iter().all(Key::is_own) {
                    return Ok(false);
                }
                cursor = next;
            }
        }
        Ok(true)
    }

    async fn check(&self) -> Result<(), StoreError> {
        let mut command = cmd("CLUSTER");
        command.arg("INFO");
        let any = RoutingInfo::SingleNode(SingleNodeRoutingInfo::Random);
        let info: String = self.route(command, any).await?;
        if info.lines().any(|line| line.trim() == "cluster_state:ok") {
            return Ok(());
        }
        Err(strange("cluster_state is not ok"))
    }
}

/// All nodes are spoken to in one way, and never in a lesser one than was asked for.
fn check_tls(options: &ClusterOptions) -> Result<(), StoreError> {
    let wrong = |reason: &str| {
        Err(StoreError::ClusterTls {
            reason: reason.to_owned(),
        })
    };
    let mut secure = 0;
    for node in &options.nodes {
        let node = node.as_str().into_connection_info();
        match node.map_err(cluster_error)?.addr() {
            ConnectionAddr::TcpTls { insecure: true, .. } => {
                return wrong("an address ends in #insecure, which would trust anybody");
            }
            ConnectionAddr::TcpTls { .. } => secure += 1,
            _ => {}
        }
    }
    if secure != 0 && secure != options.nodes.len() {
        return wrong("some addresses begin with rediss:// and some with redis://");
    }
    if secure == 0 && options.authorities.is_some() {
        return wrong(
            "authorities are given, but the addresses begin with redis:// instead of rediss://",
        );
    }
    Ok(())
}

fn certificates(options: &ClusterOptions) -> Option<TlsCertificates> {
    options.authorities.clone().map(|pem| TlsCertificates {
        client_tls: None,
        root_cert: Some(pem),
    })
}

/// Asks the nodes one by one until one answers: the cluster's client says only that none did, not why.
async fn greet(options: &ClusterOptions) -> Result<(), StoreError> {
    let mut last = Ok(());
    for node in &options.nodes {
        let client = match certificates(options) {
            Some(certificates) => Client::build_with_tls(node.as_str(), certificates),
            None => Client::open(node.as_str()),
        };
        let client = client.map_err(cluster_error)?;
        let greeted = tokio::time::timeout(RESPONSE, async {
            let mut connection = client.get_multiplexed_async_connection().await?;
            cmd("PING").query_async::<()>(&mut connection).await
        });
        last = match greeted.await {
            Ok(greeted) => greeted.map_err(cluster_error),
            Err(_) => Err(strange("a node does not answer in time")),
        };
        if last.is_ok() {
            break;
        }
    }
    last
}

struct Request {
    key: Vec<u8>,
    expected: Option<Version>,
    bytes: Option<Vec<u8>>,
    answer: oneshot::Sender<Result<Swap, StoreError>>,
}

/// Writes the records of one slot.
struct Lane {
    connection: ClusterConnection,
    replicas: u32,
}

impl Lane {
    async fn run(mut self, mut requests: mpsc::Receiver<Request>) {
        let mut batch = Vec::with_capacity(BATCH);
        while requests.recv_many(&mut batch, BATCH).await > 0 {
            let result = self.swap(&batch).await;
            for (at, request) in batch.drain(..).enumerate() {
                let result = match &result {
                    Ok(values) => values.get(at).ok_or_else(stopped).and_then(swapped),
                    Err(error) => Err(error.clone()),
                };
                // The asker may have run out of time; the write stands, and a join may be repeated.
                let _ = request.answer.send(result);
            }
        }
    }

    /// What the script answered to each, once enough replicas have them all.
    async fn swap(&mut self, batch: &[Request]) -> Result<Vec<Value>, StoreError> {
        let Some(first) = batch.first() else {
            return Ok(Vec::new());
        };
        let mut pipeline = Pipeline::with_capacity(batch.len() + 1);
        for request in batch {
            // The whole script each time: Redis knows it by its hash, and a promoted replica needs no teaching.
            let command = pipeline.cmd("EVAL").arg(SWAP).arg(1).arg(&request.key);
            match request.expected {
                Some(version) => command.arg(&version.to_bytes()),
                None => command.arg(""),
            };
            command.arg(&Version::fresh()?.to_bytes());
            if let Some(bytes) = &request.bytes {
                command.arg(bytes.as_slice());
            }
        }
        pipeline.cmd("WAIT").arg(self.replicas).arg(WAIT_MS);
        let route = Route::with_key(&first.key, SlotAddr::Master);
        let route = SingleNodeRoutingInfo::SpecificNode(route);
        let length = pipeline.len();
        let mut values = self
            .connection
            .route_pipeline(pipeline, 0, length, route)
            .await
            .map_err(cluster_error)?;
        let replicas: u32 = from(values.pop().ok_or_else(stopped)?)?;
        if replicas < self.replicas {
            return Err(StoreError::Unreplicated {
                expected: self.replicas,
                got: replicas,
            });
        }
        Ok(values)
    }
}

fn swapped(value: &Value) -> Result<Swap, StoreError> {
    let (done, bytes): (u8, Option<Vec<u8>>) = from(value.clone())?;
    if done == 0 {
        let current = bytes.as_deref().map(stored).transpose()?;
        return Ok(Swap::Conflict(current));
    }
    let (version, _) = parts(bytes.as_deref().unwrap_or_default())?;
    Ok(Swap::Done(version))
}

fn stored(record: &[u8]) -> Result<Stored, StoreError> {
    let (version, bytes) = parts(record)?;
    Ok(Stored {
        bytes: bytes.to_vec(),
        version,
    })
}

fn tag(key: &Key) -> u8 {
    let [first, ..] = key.digest();
    first % TAGS
}

fn redis_key(tag: u8, key: &[u8]) -> Vec<u8> {
    let mut name = format!("{PREFIX}{{{tag:02x}}}:").into_bytes();
    name.extend_from_slice(key);
    name
}

fn key_of(name: &[u8]) -> Option<Key> {
    // Two digits in braces, and a colon.
    let key = name.strip_prefix(PREFIX.as_bytes())?.get(5..)?;
    Some(Key::from_former(key).unwrap_or_else(|| Key::from_bytes(key)))
}

fn read_range(range: &[Value]) -> Result<(u16, u16, Vec<Value>), StoreError> {
    match range {
        [first, last, primary, ..] => Ok((
            from(first.clone())?,
            from(last.clone())?,
            from(primary.clone())?,
        )),
        _ => Err(strange("CLUSTER SLOTS names a range without a node")),
    }
}

fn from<T: FromRedisValue>(value: Value) -> Result<T, StoreError> {
    let value = value.extract_error().map_err(cluster_error)?;
    T::from_redis_value(value).map_err(|error| strange(&error.to_string()))
}

fn cluster_error(error: RedisError) -> StoreError {
    let reason = error.to_string();
    let is_user = error.kind() == ErrorKind::AuthenticationFailed
        || matches!(error.code(), Some("NOAUTH" | "NOPERM" | "WRONGPASS"));
    // What rustls says reaches us as text alone.
    let is_tls = [
        "certificate",
        "corrupt message",
        "HandshakeFailure",
        "rustls",
    ]
    .iter()
    .any(|word| reason.contains(word));
    if is_user {
        StoreError::ClusterUser { reason }
    } else if is_tls {
        StoreError::ClusterTls { reason }
    } else {
        StoreError::Cluster { reason }
    }
}

fn strange(reason: &str) -> StoreError {
    StoreError::Cluster {
        reason: reason.to_owned(),
    }
}

fn stopped() -> StoreError {
    strange("its writer has stopped")
}
