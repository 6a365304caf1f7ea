//! Connections over a real socket: silent ones, too many, and the end.
#![expect(clippy::unwrap_used, reason = "a test that fails says so by a panic")]

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::{get, post};
use endcap_server::{MaxConnections, Proxies};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: shop\r\n\r\n";
const LAST: &[u8] = b"GET /slow HTTP/1.1\r\nHost: shop\r\n\r\n";

struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    server: JoinHandle<()>,
}

async fn start(max_connections: u32) -> Running {
    start_with(max_connections, None).await
}

async fn start_with(max_connections: u32, per_address: Option<u32>) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let slow = async || {
        tokio::time::sleep(Duration::from_millis(300)).await;
        "slow"
    };
    let router = Router::new()
        .route("/", get(async || "hello"))
        .route("/much", get(async || vec![b'x'; 64 * 1024 * 1024]))
        .route("/body", post(async |_: axum::body::Bytes| "body"))
        .route("/slow", get(slow));
    let limit = MaxConnections {
        all: NonZeroU32::new(max_connections).unwrap(),
        per_address: per_address.and_then(NonZeroU32::new),
        proxies: Proxies::default(),
    };
    let server = tokio::spawn(async move {
        let stop = async { stopped.await.unwrap() };
        endcap_server::serve(listener, router, limit, stop).await;
    });
    Running {
        address,
        stop,
        server,
    }
}

async fn connect(running: &Running) -> TcpStream {
    TcpStream::connect(running.address).await.unwrap()
}

/// What arrives within half a second, to the end of the answer at most.
async fn answer(stream: &mut TcpStream) -> String {
    let mut bytes = vec![0; 4096];
    let read = stream.read(&mut bytes);
    let read = tokio::time::timeout(Duration::from_millis(500), read).await;
    let length = read.map_or(0, Result::unwrap);
    String::from_utf8(bytes[..length].to_vec()).unwrap()
}

#[tokio::test]
async fn a_header_that_does_not_end_is_not_waited_for() {
    let running = start(8).await;
    let start = Instant::now();
    let mut silent = connect(&running).await;
    let mut slow = connect(&running).await;
    let mut used = connect(&running).await;
    used.write_all(REQUEST).await.unwrap();
    assert!(answer(&mut used).await.ends_with("hello"));
    let (mut from_slow, mut to_slow) = slow.split();
    let drip = async {
        // Until the server has closed: then writing fails.
        while to_slow.write_all(b"G").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    let mut rest = Vec::new();
    let closed = async {
        let _ = silent.read_to_end(&mut rest).await;
        let _ = used.read_to_end(&mut rest).await;
        let _ = from_slow.read_to_end(&mut rest).await;
        start.elapsed()
    };
    let both = async { tokio::join!(drip, closed).1 };
    let took = tokio::time::timeout(Duration::from_secs(20), both).await;
    let took = took.unwrap();
    assert!(took >= Duration::from_secs(9), "{took:?}");
    assert!(took < Duration::from_secs(13), "{took:?}");
}

/// Whoever asks for much and takes none of it does not hold a place for ever.
#[tokio::test]
async fn an_answer_that_is_not_taken_is_given_up() {
    let running = start(8).await;
    let mut greedy = connect(&running).await;
    greedy
        .write_all(b"GET /much HTTP/1.1\r\nHost: shop\r\n\r\n")
        .await
        .unwrap();
    greedy.peek(&mut [0]).await.unwrap();
    tokio::time::sleep(Duration::from_secs(12)).await;
    // Its rest was thrown away; only what the system had taken over is left.
    let mut rest = Vec::new();
    let read = greedy.read_to_end(&mut rest);
    let _ = tokio::time::timeout(Duration::from_secs(20), read)
        .await
        .unwrap();
    assert!(rest.len() < 32 * 1024 * 1024, "{} bytes", rest.len());
}

#[tokio::test]
async fn past_the_limit_a_silent_connection_makes_room_and_a_busy_one_is_waited_for() {
    let running = start(2).await;
    let mut silent = connect(&running).await;
    let mut busy = connect(&running).await;
    silent.write_all(REQUEST).await.unwrap();
    assert!(answer(&mut silent).await.ends_with("hello"));
    busy.write_all(LAST).await.unwrap();
    let start = Instant::now();
    let mut third = connect(&running).await;
    third.write_all(REQUEST).await.unwrap();
    // Answered whole, though there was no place: it has not stood still for long.
    assert!(answer(&mut busy).await.ends_with("slow"));
    let mut bytes = [0; 4096];
    let read = tokio::time::timeout(Duration::from_secs(5), third.read(&mut bytes)).await;
    assert!(read.unwrap().unwrap() > 0);
    assert!(
        start.elapsed() >= Duration::from_millis(200),
        "one that had just been used was cut off"
    );
    let mut rest = Vec::new();
    let _ = silent.read_to_end(&mut rest).await;
    assert!(rest.is_empty(), "the silent one was closed");
    busy.write_all(REQUEST).await.unwrap();
    assert!(answer(&mut busy).await.ends_with("hello"));
}

/// All places taken by slow requests of one address: another one is served all the same.
#[tokio::test]
async fn slow_requests_of_one_address_do_not_keep_another_one_out() {
    let running = start(8).await;
    let mut slow = Vec::new();
    for _ in 0..8 {
        let mut stream = connect(&running).await;
        stream
            .write_all(b"POST /body HTTP/1.1\r\nHost: shop\r\ncontent-length: 9\r\n\r\n1")
            .await
            .unwrap();
        slow.push(stream);
    }
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.2:0".parse().unwrap()).unwrap();
    let mut good = socket.connect(running.address).await.unwrap();
    let start = Instant::now();
    good.write_all(REQUEST).await.unwrap();
    let mut bytes = [0; 4096];
    let read = tokio::time::timeout(Duration::from_secs(5), good.read(&mut bytes)).await;
    assert!(read.unwrap().unwrap() > 0);
    // Their bodies would have been waited for much longer.
    assert!(
        start.elapsed() < Duration::from_secs(3),
        "{:?}",
        start.elapsed()
    );
}

#[tokio::test]
async fn a_header_above_16_kib_is_refused_and_not_kept() {
    let running = start(8).await;
    for (length, status) in [(12 * 1024, "200"), (20 * 1024, "431")] {
        let mut stream = connect(&running).await;
        let header = format!(
            "GET / HTTP/1.1\r\nHost: shop\r\nx: {}\r\n\r\n",
            "x".repeat(length)
        );
        let _ = stream.write_all(header.as_bytes()).await;
        let text = answer(&mut stream).await;
        assert_eq!(text.get(9..12), Some(status), "{length}");
    }
}

#[tokio::test]
async fn an_address_with_too_many_connections_is_refused_one_more() {
    let running = start_with(8, Some(2)).await;
    let mut first = connect(&running).await;
    let mut second = connect(&running).await;
    for open in [&mut first, &mut second] {
        open.write_all(REQUEST).await.unwrap();
        assert!(answer(open).await.ends_with("hello"));
    }
    let mut third = connect(&running).await;
    let _ = third.write_all(REQUEST).await;
    let closed = tokio::time::timeout(Duration::from_secs(5), third.read(&mut [0; 16])).await;
    assert!(!matches!(closed.unwrap(), Ok(1..)), "served past the limit");
    // The open ones are served on, and the place of one that has gone is free again.
    second.write_all(REQUEST).await.unwrap();
    assert!(answer(&mut second).await.ends_with("hello"));
    drop(first);
    tokio::time::sleep(Duration::from_millis(100)).await;
    let mut fourth = connect(&running).await;
    fourth.write_all(REQUEST).await.unwrap();
    assert!(answer(&mut fourth).await.ends_with("hello"));
}

#[tokio::test]
async fn stopping_finishes_what_is_under_way() {
    let running = start(8).await;
    let idle = connect(&running).await;
    let mut busy = connect(&running).await;
    busy.write_all(LAST).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let Running {
        address,
        stop,
        server,
    } = running;
    stop.send(()).unwrap();
    let mut text = String::new();
    busy.read_to_string(&mut text).await.unwrap();
    assert!(text.ends_with("slow"), "{text}");
    let ended = tokio::time::timeout(Duration::from_secs(5), server).await;
    ended.unwrap().unwrap();
    assert!(TcpStream::connect(address).await.is_err());
    drop(idle);
}
