//! Sends what no good client would: noise, mangled requests, bodies without an end, headers that drip, answers that nobody
//! takes, erasures of made-up ids, floods. The server, at its default limits, must refuse it, stay alive, keep its memory and its
//! disk, and go on serving good clients.
//!
//! Attackers come from many addresses of the loopback range, so that limits by address alone do not stop them.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde::Serialize;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinHandle;

use crate::bench::{mixed, size};
use crate::client::Client;
use crate::profile::profile;
use crate::served::Served;

/// Requests of each mangled kind.
const MANGLED: u64 = 400;

/// Connections that are held open, each way. All of them together are more than the server has places.
const HELD: usize = 150;

/// Connections with most of a long header, likewise.
const HEADERS: usize = 1000;

/// What each of them sends; a server that keeps it all holds 390 MB.
const HEADER: usize = 390 * 1024;

/// Connections that an attacker's address holds: all that the server lets it have.
const PER_ADDRESS: usize = 60;

/// Erasures of ids that never existed.
const ERASURES: u64 = 2000;

/// Batches of events from one address, and what is left of them in the log at most: what an address may send at once.
const BATCHES: usize = 200;
const FLOODER: u64 = 999;
const LOGGED: u64 = 4 * 1024 * 1024;

/// Between the bytes of those who drip: often enough that a time limit for each byte would never end them.
const DRIP: Duration = Duration::from_millis(500);

/// The server's limits are 5 s for a body and 10 s for a header and for an answer that is not taken; the rest is for a busy machine.
const GIVEN_UP: Duration = Duration::from_secs(40);
const TAKE_NOTHING: Duration = Duration::from_secs(16);

/// What a body that has no end is cut off at, if the server does not do it before.
const ENDLESS: usize = 64 * 1024 * 1024;

/// Of a file that nobody takes; what the server would have to hold of it for all who ask must not fit its memory.
const FILE: usize = 16 * 1024 * 1024;

/// A server at rest has some 30 MB; connections that are held take buffers of their own, and the allocator gives back what is free only after a
/// while: 138 to 187 MB in four runs. All that the held connections ask for would be gigabytes.
const MEMORY: u64 = 256 * 1024 * 1024;

/// How long a good client may wait while all this goes on.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long an attacker waits for an answer.
const ATTENTION: Duration = Duration::from_secs(2);

/// Whom to attack.
#[derive(clap::Args)]
pub(crate) struct HostileArgs {
    /// The `endcap` command
    #[arg(long)]
    endcap: PathBuf,
    /// An empty folder; removed when all is well
    #[arg(long)]
    folder: PathBuf,
    /// Print JSON on standard output
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Default, Serialize)]
struct Report {
    /// Requests that were sent and are no good.
    hostile: u64,
    /// Of those without a sound profile in them: answered as if they were good.
    accepted: u64,
    /// Answered with a bug of ours.
    failed: u64,
    /// Connections that were held open, and those of them that the server had not closed 40 seconds later.
    held: u64,
    outlived: u64,
    /// The longest that a good client waited in the meantime.
    good_ms: f64,
    peak_bytes: u64,
    /// What erasures of made-up ids, and a flood of events, have left on the disk.
    erasures_bytes: u64,
    events_bytes: u64,
}

pub(crate) async fn run(args: HostileArgs) -> Result<()> {
    let www = args.folder.join("www");
    fs::create_dir_all(&www)?;
    fs::write(www.join("large"), vec![b'x'; FILE])?;
    let data = args.folder.join("data");
    // No other options: it is the default limits that must hold.
    let options = ["--events", "--www"].map(str::to_owned);
    let options = [&options[..], &[www.display().to_string()]].concat();
    let served = Served::start(&args.endcap, &data, &options)?;
    let mut report = Report::default();

    let held = hold(served.address);
    report.held = held.len() as u64;
    for number in 0..MANGLED {
        for request in [
            noise(number),
            mangled(number),
            unsound(number),
            heavy(number),
        ] {
            report.judge(number, send(served.address, number, &request).await);
        }
        report.ask(served.address, number).await?;
    }
    for head in [
        "POST /v1/profiles/AAAAAAAAAAAAAAAAAAAAAA/sync HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999999\r\n\r\n",
        "POST /v1/events HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n",
        "POST /v1/link HTTP/1.1\r\nhost: x\r\nauthorization: Bearer x\r\ntransfer-encoding: chunked\r\n\r\n",
        "GET / HTTP/1.1\r\nhost: x\r\nx: ",
    ] {
        let status = endless(served.address, head).await;
        report.judge(0, status);
        report.ask(served.address, 0).await?;
    }
    let list = || fs::metadata(data.join("erased")).map_or(0, |meta| meta.len());
    let before = list();
    for number in 0..ERASURES {
        let request = format!(
            "DELETE /v1/profiles/{number:022} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
        );
        // Answered as if it had been there, so that nobody learns which ids exist.
        send(served.address, number, request.as_bytes()).await;
        report.ask(served.address, number).await?;
    }
    report.erasures_bytes = list() - before;
    // From one address that claims to be another each time.
    let mut refused = 0;
    for number in 0..BATCHES {
        let status = send(served.address, FLOODER, &batch(number)).await;
        refused += u64::from(status == Some(429));
        report.ask(served.address, number as u64).await?;
    }
    report.events_bytes = size(&data.join("events"))?;
    ensure!(refused > 0, "a flood of events was not refused");
    for (slow, connection) in held {
        if !connection.await? {
            eprintln!("a connection with a slow {slow} was held too long");
            report.outlived += 1;
        }
    }
    report.ask(served.address, 0).await?;
    report.peak_bytes = served.peak_memory().unwrap_or(0);
    served.stop().context("the server did not survive")?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    }
    eprintln!(
        "  {} hostile requests, {} accepted, {} met a bug, {} connections held, {} of them too long, a good client waited {:.0} ms at most, {:.0} MB, \
         {} bytes left by erasures, {} by events",
        report.hostile,
        report.accepted,
        report.failed,
        report.held,
        report.outlived,
        report.good_ms,
        report.peak_bytes as f64 / 1e6,
        report.erasures_bytes,
        report.events_bytes
    );
    ensure!(report.accepted == 0, "hostile requests were accepted");
    ensure!(report.failed == 0, "hostile requests met a bug");
    ensure!(report.outlived == 0, "slow connections were held too long");
    ensure!(
        report.peak_bytes <= MEMORY,
        "the server took too much memory"
    );
    ensure!(
        report.erasures_bytes == 0,
        "erasures of made-up ids were kept"
    );
    ensure!(report.events_bytes <= LOGGED, "one address filled the log");
    fs::remove_dir_all(&args.folder)?;
    Ok(())
}

impl Report {
    /// A closed connection is an answer, too.
    fn judge(&mut self, number: u64, status: Option<u16>) {
        self.hostile += 1;
        match status {
            Some(200..=299) => {
                eprintln!("request {number} was accepted");
                self.accepted += 1;
            }
            Some(500 | 502..) => {
                eprintln!("request {number} met a bug");
                self.failed += 1;
            }
            _ => {}
        }
    }

    /// A good client among them.
    async fn ask(&mut self, address: SocketAddr, number: u64) -> Result<()> {
        if !number.is_multiple_of(50) {
            return Ok(());
        }
        let start = Instant::now();
        let answer = async {
            let mut client = Client::connect(address).await?;
            client
                .sync("a-good-profile-of-a-client", &profile(1, number as u32 + 1))
                .await
        };
        let answer = tokio::time::timeout(PATIENCE, answer).await;
        let answer = answer.context("a good client was kept waiting")??;
        ensure!(answer.status == 200, "a good client got {}", answer.status);
        self.good_ms = self.good_ms.max(start.elapsed().as_secs_f64() * 1e3);
        Ok(())
    }
}

/// Connections whose header or body comes byte by byte, or not at all, and who never take their answer; each tells whether the server has given it up.
fn hold(address: SocketAddr) -> Vec<(&'static str, JoinHandle<bool>)> {
    let mut held = Vec::new();
    let header = "GET /v1/manifest.json HTTP/1.1\r\nhost: x\r\nx-slow: ";
    let body = "POST /v1/profiles/AAAAAAAAAAAAAAAAAAAAAA/sync HTTP/1.1\r\nhost: x\r\ncontent-length: 600\r\n\r\n";
    for at in 0..HELD {
        let from = (at * 4 / PER_ADDRESS) as u64;
        held.push((
            "header",
            tokio::spawn(given_up(drip(address, from, header))),
        ));
        held.push(("body", tokio::spawn(given_up(drip(address, from, body)))));
        held.push(("silence", tokio::spawn(given_up(silent(address, from)))));
        held.push((
            "answer",
            tokio::spawn(given_up(take_nothing(address, from))),
        ));
    }
    for at in 0..HEADERS {
        let from = 100 + (at / PER_ADDRESS) as u64;
        let long = given_up(unfinished(address, from));
        held.push(("long header", tokio::spawn(long)));
    }
    held
}

/// A connection from one of the attackers' addresses.
async fn connect(address: SocketAddr, from: u64) -> io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    let own = [127, 0, 2 + (from / 250 % 250) as u8, 1 + (from % 250) as u8];
    // Where the system has but one loopback address, they all share that.
    let _ = socket.bind(SocketAddr::from((own, 0)));
    socket.connect(address).await
}

/// Whether it ends, by an answer or an error, before a patient server's time is over.
async fn given_up(connection: impl Future<Output = io::Result<()>>) -> bool {
    tokio::time::timeout(GIVEN_UP, connection).await.is_ok()
}

/// Sends `head`, and then a byte now and then, until the server closes.
async fn drip(address: SocketAddr, from: u64, head: &str) -> io::Result<()> {
    let (mut from, mut to) = connect(address, from).await?.into_split();
    to.write_all(head.as_bytes()).await?;
    let dripping = async {
        while to.write_all(b"7").await.is_ok() {
            tokio::time::sleep(DRIP).await;
        }
    };
    tokio::select! {
        () = dripping => {}
        () = ended(&mut from) => {}
    }
    Ok(())
}

/// Sends nearly all that a large header may have, and then nothing.
async fn unfinished(address: SocketAddr, from: u64) -> io::Result<()> {
    let mut stream = connect(address, from).await?;
    stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n").await?;
    let line = [b"x: ".as_slice(), &[b'7'; 4096], b"\r\n"].concat();
    for _ in 0..HEADER / line.len() {
        stream.write_all(&line).await?;
    }
    ended(&mut stream).await;
    Ok(())
}

/// Says next to nothing.
async fn silent(address: SocketAddr, from: u64) -> io::Result<()> {
    let mut stream = connect(address, from).await?;
    // Where so many connect at once that the system forgets some, only who sends something learns of it.
    stream.write_all(b"G").await?;
    ended(&mut stream).await;
    Ok(())
}

/// Asks for a file, takes none of it for as long as the server has patience, and then must not get all of it.
async fn take_nothing(address: SocketAddr, from: u64) -> io::Result<()> {
    let mut stream = connect(address, from).await?;
    stream
        .write_all(b"GET /large HTTP/1.1\r\nhost: x\r\n\r\n")
        .await?;
    // Until the answer has begun, it is the server that is slow.
    stream.peek(&mut [0]).await?;
    tokio::time::sleep(TAKE_NOTHING).await;
    let (mut taken, mut bytes) = (0, vec![0; 0x10000]);
    while let Ok(read @ 1..) = stream.read(&mut bytes).await {
        taken += read;
    }
    if taken >= FILE {
        // Held for as long as it liked.
        std::future::pending::<()>().await;
    }
    Ok(())
}

/// Reads until the server closes.
async fn ended(stream: &mut (impl AsyncRead + Unpin)) {
    let mut bytes = [0; 1024];
    while let Ok(1..) = stream.read(&mut bytes).await {}
}

/// Sends a request on a connection of its own, and returns the status of the answer, if there is one.
async fn send(address: SocketAddr, from: u64, request: &[u8]) -> Option<u16> {
    let mut stream = connect(address, from).await.ok()?;
    // The server may refuse it before it has read all.
    stream.write_all(request).await.ok();
    stream.shutdown().await.ok();
    status(&mut stream).await
}

async fn status(stream: &mut TcpStream) -> Option<u16> {
    let mut answer = [0; 16];
    let read = tokio::time::timeout(ATTENTION, stream.read_exact(&mut answer)).await;
    read.ok()?.ok()?;
    let text = std::str::from_utf8(answer.get(9..12)?).ok()?;
    text.parse().ok()
}

/// A request that goes on until the server has enough.
async fn endless(address: SocketAddr, head: &str) -> Option<u16> {
    let stream = connect(address, 0).await.ok()?;
    let (mut from, mut to) = stream.into_split();
    let head = head.as_bytes().to_vec();
    let writer = tokio::spawn(async move {
        to.write_all(&head).await?;
        // Also the form of a chunk.
        let chunk = [b"4000\r\n".as_slice(), &[b'7'; 0x4000], b"\r\n"].concat();
        let mut sent = 0;
        while sent < ENDLESS {
            to.write_all(&chunk).await?;
            sent += chunk.len();
        }
        Ok::<_, io::Error>(())
    });
    let mut answer = [0; 16];
    let read = tokio::time::timeout(Duration::from_secs(12), from.read_exact(&mut answer)).await;
    writer.abort();
    read.ok()?.ok()?;
    let text = std::str::from_utf8(answer.get(9..12)?).ok()?;
    text.parse().ok()
}

/// Bytes that are nothing.
fn noise(seed: u64) -> Vec<u8> {
    let words = (0..seed % 200).map(|at| mixed(seed << 8 | at).to_le_bytes());
    words.flatten().collect()
}

/// A good request of which some bytes are others. Its id is too short, so that none of them can be right by chance.
fn mangled(seed: u64) -> Vec<u8> {
    let body = profile(seed + 1, 1);
    let mut request = format!(
        "POST /v1/profiles/short/sync HTTP/1.1\r\nhost: shop\r\ncontent-type: application/octet-stream\r\ncontent-length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    request.extend(body);
    for at in 0..1 + seed % 8 {
        let draw = mixed(seed.wrapping_mul(31) ^ at);
        let place = draw as usize % request.len();
        if let Some(byte) = request.get_mut(place) {
            *byte = (draw >> 32) as u8;
        }
    }
    request
}

/// A message of nothing but mutes, more than any profile keeps, which would take milliseconds to join.
fn heavy(seed: u64) -> Vec<u8> {
    let mut body = vec![0xed, 1, 0, 0, 0, 4, 0, 0x94, 0x0a];
    for at in 0..1300_u64 {
        body.extend_from_slice(&(at + 1).to_le_bytes()[..5]);
        body.push(3);
    }
    body.extend_from_slice(&[0, 0]);
    let mut request = format!(
        "POST /v1/profiles/{:022}/sync HTTP/1.1\r\nhost: shop\r\ncontent-length: {}\r\n\r\n",
        seed,
        body.len()
    )
    .into_bytes();
    request.extend(body);
    request
}

/// A sound batch of events, from whom the header says.
fn batch(number: usize) -> Vec<u8> {
    let item = r#"{"item_id":"an article with a long number"}"#;
    let items = vec![item; 20].join(",");
    let event = format!(r#"{{"name":"view_item_list","params":{{"items":[{items}]}}}}"#);
    let events = vec![event; 50].join(",");
    let body =
        format!(r#"{{"consent":"contribute","session":"{number:016}","events":[{events}]}}"#);
    let head = format!(
        "POST /v1/events HTTP/1.1\r\nhost: shop\r\nx-forwarded-for: 198.51.{}.{}\r\ncontent-length: {}\r\n\r\n",
        number / 250,
        number % 250,
        body.len()
    );
    (head + &body).into_bytes()
}

/// A whole request with a body that is cut, or is no profile.
fn unsound(seed: u64) -> Vec<u8> {
    let mut body = profile(seed + 1, 1);
    body.truncate(1 + mixed(seed) as usize % (body.len() - 1));
    if seed.is_multiple_of(3) {
        body = mixed(seed).to_le_bytes().repeat(1 + seed as usize % 40);
        body[0] = 0xeb;
    }
    let mut request = format!(
        "POST /v1/profiles/{:022}/sync HTTP/1.1\r\nhost: shop\r\ncontent-length: {}\r\n\r\n",
        seed,
        body.len()
    )
    .into_bytes();
    request.extend(body);
    request
}
