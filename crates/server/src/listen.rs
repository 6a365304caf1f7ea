//! Connections: how many there may be, how long they may keep silent, and how they end.
//!
//! # Invariants
//! * A client that sends nothing, or its header byte by byte, holds a connection for [`HEADER_TIME`] at most.
//! * A client that takes none of its answer for [`WRITE_TIME`] loses the connection.
//! * Past the limit new connections wait in the system's queue; those that are open are served on.

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
use tokio::sync::Semaphore;
use tokio_io_timeout::TimeoutStream;
use tower::Service as _;

use crate::limit::Peer;

/// How long a request's header may take, counted from when the connection is free for it.
const HEADER_TIME: Duration = Duration::from_secs(10);

/// How long a client may take nothing of an answer that waits for it.
const WRITE_TIME: Duration = Duration::from_secs(10);

/// How long requests under way may take after the signal to stop.
const SHUTDOWN_TIME: Duration = Duration::from_secs(10);

/// Serves `router` until `stop` is done, on `max_connections` at a time, then lets requests under way finish for
/// ten seconds at most.
///
/// A connection on which no whole header arrives for ten seconds is closed.
pub async fn serve(
    mut listener: TcpListener,
    router: Router,
    max_connections: NonZeroU32,
    stop: impl Future<Output = ()>,
) {
    let places = usize::try_from(max_connections.get()).unwrap_or(usize::MAX);
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
            drop(place);
        });
    }
    // From here on nobody can connect.
    drop(listener);
    let finished = tokio::time::timeout(SHUTDOWN_TIME, connections.shutdown()).await;
    if finished.is_err() {
        tracing::warn!("some requests did not finish in time and were cut off");
    }
}
