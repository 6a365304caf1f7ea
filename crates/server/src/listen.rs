//! Connections: how many there may be, how long they may keep silent, and how they end.
//!
//! # Invariants
//! * A client that sends nothing, or its header byte by byte, holds a connection for [`HEADER_TIME`] at most.
//! * A client that takes none of its answer for [`WRITE_TIME`] loses the connection.
//! * No connection buffers more than [`BUFFER`] bytes of what it reads.
//! * Past its own limit an address is refused, so that it cannot take all the places.
//! * Past the limit of all, a new connection takes the place of one that has stood still, of the address that has most of
//!   them; while none has, it waits.

use std::convert::Infallible;
use std::future::Future;
use std::num::NonZeroU32;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::serve::Listener;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_io_timeout::TimeoutStream;
use tower::Service as _;

use crate::limit::Peer;
use crate::open::{Answering, Open};
use crate::proxy::Proxies;

/// How long a request's header may take, counted from when the connection is free for it.
const HEADER_TIME: Duration = Duration::from_secs(10);

/// How long a client may take nothing of an answer that waits for it.
const WRITE_TIME: Duration = Duration::from_secs(10);

/// How long requests under way may take after the signal to stop.
const SHUTDOWN_TIME: Duration = Duration::from_secs(10);

/// The most of a header: what Node takes, too. hyper takes 400 KB, which 1,000 connections make 400 MB.
const BUFFER: usize = 16 * 1024;

/// How often a connection that waits for a place looks for one that has stood still by now.
const LOOK: Duration = Duration::from_millis(50);

/// How many connections there may be.
#[derive(Clone, Debug)]
pub struct MaxConnections {
    /// At a time.
    pub all: NonZeroU32,
    /// From one address; of IPv6 one /64, and four times as many from a /48. Without it 64.
    pub per_address: Option<NonZeroU32>,
    /// Whose connections are their clients' and not counted by address.
    pub proxies: Proxies,
}

/// Serves `router` until `stop` is done, on so many connections at a time, then lets requests under way finish for
/// ten seconds at most.
///
/// A connection on which no whole header arrives for ten seconds is closed.
pub async fn serve(
    mut listener: TcpListener,
    router: Router,
    max_connections: MaxConnections,
    stop: impl Future<Output = ()>,
) {
    let places = usize::try_from(max_connections.all.get()).unwrap_or(usize::MAX);
    let places = Arc::new(Semaphore::new(places.min(Semaphore::MAX_PERMITS)));
    let open = Open::new(max_connections.per_address, max_connections.proxies);
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIME)
        .max_buf_size(BUFFER);
    let connections = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let (stream, peer) = tokio::select! {
            // Waits by itself when there are no file descriptors left.
            accepted = Listener::accept(&mut listener) => accepted,
            () = &mut stop => break,
        };
        let Some(slot) = open.enter(peer.ip()) else {
            tracing::debug!("an address has too many connections");
            continue;
        };
        let place = tokio::select! {
            place = place(&places, &open) => place,
            () = &mut stop => break,
        };
        slot.placed();
        // Without it the last packet of an answer can wait 40 ms for the acknowledgement of the one before.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!("a connection keeps its delay: {error}");
        }
        let slot = Arc::new(slot);
        let (router, asked) = (router.clone(), Arc::clone(&slot));
        let service = service_fn(move |mut request: hyper::Request<Incoming>| {
            request.extensions_mut().insert(Peer(peer));
            let busy = asked.busy();
            let answer = router.clone().call(request);
            async move { Ok::<_, Infallible>(answer.await?.map(|body| Answering::new(body, busy))) }
        });
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(WRITE_TIME));
        let connection = http.serve_connection(TokioIo::new(Box::pin(stream)), service);
        let connection = connections.watch(connection);
        tokio::spawn(async move {
            tokio::select! {
                ended = connection => if let Err(error) = ended {
                    tracing::debug!("a connection broke off: {error}");
                },
                () = slot.dismissed() => tracing::debug!("a connection that stood still made room"),
            }
            drop((place, slot));
        });
    }
    // From here on nobody can connect.
    drop(listener);
    let finished = tokio::time::timeout(SHUTDOWN_TIME, connections.shutdown()).await;
    if finished.is_err() {
        tracing::warn!("some requests did not finish in time and were cut off");
    }
}

/// A place, made free if need be. None only when the semaphore is closed, which it never is.
async fn place(places: &Arc<Semaphore>, open: &Open) -> Option<OwnedSemaphorePermit> {
    let free = Arc::clone(places).try_acquire_owned();
    if let Ok(place) = free {
        return Some(place);
    }
    loop {
        open.dismiss_one();
        let freed = tokio::time::timeout(LOOK, Arc::clone(places).acquire_owned()).await;
        if let Ok(place) = freed {
            return place.ok();
        }
    }
}
