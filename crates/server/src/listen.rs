//! Connections: how many there may be, how long they may keep silent, and how they end.
//!
//! # Invariants
//! * A client that sends nothing, or its header byte by byte, holds a connection for [`HEADER_TIME`] at most.
//! * A client that takes none of its answer for [`WRITE_TIME`] loses the connection.
//! * Past the limit of all, new connections wait in the system's queue; those that are open are served on.
//! * Past its own limit an address is refused, so that it cannot take all the places.

use std::collections::BTreeMap;
use std::future::Future;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::serve::Listener;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_io_timeout::TimeoutStream;
use tower::Service as _;

use crate::limit::{Peer, network, private};

/// How long a request's header may take, counted from when the connection is free for it.
const HEADER_TIME: Duration = Duration::from_secs(10);

/// How long a client may take nothing of an answer that waits for it.
const WRITE_TIME: Duration = Duration::from_secs(10);

/// How long requests under way may take after the signal to stop.
const SHUTDOWN_TIME: Duration = Duration::from_secs(10);

/// A browser opens six connections to a server, and behind one address there may be an office.
const PER_ADDRESS: u32 = 64;

/// How many connections there may be.
#[derive(Clone, Copy, Debug)]
pub struct MaxConnections {
    /// At a time.
    pub all: NonZeroU32,
    /// From one address; of IPv6 one /64. Without it 64, and any number from the own machine or network, because all that come through a proxy there have
    /// its address.
    pub per_address: Option<NonZeroU32>,
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
    let open = Open::default();
    let places = usize::try_from(max_connections.all.get()).unwrap_or(usize::MAX);
    let places = Arc::new(Semaphore::new(places.min(Semaphore::MAX_PERMITS)));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIME);
    let connections = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let accepted = async {
            // Before accepting, so that whoever finds no place waits outside. The semaphore is never closed.
            let place = Arc::clone(&places).acquire_owned().await.ok();
            // Waits by itself when there are no file descriptors left.
            (place, Listener::accept(&mut listener).await)
        };
        let (place, (stream, peer)) = tokio::select! {
            accepted = accepted => accepted,
            () = &mut stop => break,
        };
        let Some(counted) = open.one_more(peer.ip(), max_connections.per_address) else {
            tracing::debug!("an address has too many connections");
            continue;
        };
        // Without it the last packet of an answer can wait 40 ms for the acknowledgement of the one before.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!("a connection keeps its delay: {error}");
        }
        let router = router.clone();
        let service = service_fn(move |mut request: hyper::Request<Incoming>| {
            request.extensions_mut().insert(Peer(peer));
            router.clone().call(request)
        });
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(WRITE_TIME));
        let connection = http.serve_connection(TokioIo::new(Box::pin(stream)), service);
        let connection = connections.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!("a connection broke off: {error}");
            }
            drop((place, counted));
        });
    }
    // From here on nobody can connect.
    drop(listener);
    let finished = tokio::time::timeout(SHUTDOWN_TIME, connections.shutdown()).await;
    if finished.is_err() {
        tracing::warn!("some requests did not finish in time and were cut off");
    }
}

/// Open connections by address.
#[derive(Clone, Default)]
struct Open(Arc<Mutex<BTreeMap<u128, u32>>>);

/// A connection that is counted until it is dropped.
struct Counted {
    open: Open,
    network: u128,
}

impl Open {
    /// Counts one more, unless the address has as many as it may.
    fn one_more(&self, address: IpAddr, most: Option<NonZeroU32>) -> Option<Counted> {
        let most = match most {
            Some(most) => most.get(),
            None if private(address) => u32::MAX,
            None => PER_ADDRESS,
        };
        let network = network(address);
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(network).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Counted {
            open: self.clone(),
            network,
        })
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut open = self.open.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.network) {
            *count -= 1;
            // Memory is bounded by who is connected.
            if *count == 0 {
                open.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_its_share_and_a_proxy_any_number() {
        let open = Open::default();
        let take = |address: &str, count: u32| {
            let address = address.parse().unwrap();
            let taken = (0..count).map_while(|_| open.one_more(address, None));
            taken.collect::<Vec<_>>()
        };
        let first = take("203.0.113.9", 100);
        assert_eq!(first.len(), 64);
        assert_eq!(take("203.0.113.10", 1).len(), 1);
        assert_eq!(take("10.0.0.7", 100).len(), 100);
        // Neighbours in a /64 are one.
        let half = take("2001:db8::1", 40);
        assert_eq!(take("2001:db8::2", 40).len(), 24);
        drop((first, half));
        assert_eq!(take("203.0.113.9", 1).len(), 1);
        assert!(open.0.lock().unwrap().is_empty(), "kept after the end");
    }
}
