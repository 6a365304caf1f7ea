//! Open connections: whose they are, what they do, and which one makes room when there is no place left.
//!
//! # Invariants
//! * An address has its share at most; a proxy that the operator has named has none of its own.
//! * Only a connection that has stood still for [`STILL`] or [`STILL_BUSY`] is dismissed: one on which no request has come, or whose request is
//!   waiting for its body, its answer or the client. So whoever is answered quickly is never cut off.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use hyper::body::{Body, Frame, SizeHint};
use tokio::sync::Notify;

use crate::limit::{network, site};
use crate::proxy::Proxies;

/// A browser opens six connections to a server, and behind one address there may be an office.
const PER_ADDRESS: u32 = 64;

/// How many times as many a /48 of IPv6 may have.
const PER_SITE: u32 = 4;

/// So long must nothing have begun or ended on a connection before it makes room for another one: without a request under way
/// longer than a client takes to send one, …
const STILL: Duration = Duration::from_millis(250);

/// … and with one far longer than an answer takes. Both are below the second that a good client may wait.
const STILL_BUSY: Duration = Duration::from_millis(500);

/// All open connections.
#[derive(Clone)]
pub(crate) struct Open(Arc<Shared>);

struct Shared {
    per_address: u32,
    proxies: Proxies,
    start: Instant,
    connections: Mutex<Connections>,
}

#[derive(Default)]
struct Connections {
    /// How many there are by address, and by site.
    counts: BTreeMap<u128, u32>,
    /// Those that have a place.
    open: BTreeMap<u64, Arc<State>>,
    next: u64,
}

/// A connection that is counted until it is dropped.
pub(crate) struct Slot {
    open: Open,
    number: u64,
    state: Arc<State>,
}

struct State {
    address: u128,
    site: Option<u128>,
    proxy: bool,
    /// Milliseconds since the start, times two; odd while a request is under way.
    since: AtomicU64,
    dismissed: Notify,
}

impl Open {
    /// None yet.
    pub(crate) fn new(per_address: Option<NonZeroU32>, proxies: Proxies) -> Self {
        Self(Arc::new(Shared {
            per_address: per_address.map_or(PER_ADDRESS, NonZeroU32::get),
            proxies,
            start: Instant::now(),
            connections: Mutex::default(),
        }))
    }

    /// Counts one more, unless the address or its site has as many as it may.
    pub(crate) fn enter(&self, address: IpAddr) -> Option<Slot> {
        let proxy = self.0.proxies.trusts(address);
        let (address, site) = (network(address), site(address));
        let mut connections = self.lock();
        // A site's first address differs from each of its networks only by chance: they are counted apart.
        let most = [(Some(address), 1), (site.map(of_site), PER_SITE)];
        let full = most.iter().any(|(key, times)| {
            let count = key.and_then(|key| connections.counts.get(&key));
            count.is_some_and(|count| *count >= self.0.per_address.saturating_mul(*times))
        });
        if full && !proxy {
            return None;
        }
        for key in [Some(address), site.map(of_site)].into_iter().flatten() {
            *connections.counts.entry(key).or_default() += 1;
        }
        let state = Arc::new(State {
            address,
            site,
            proxy,
            since: AtomicU64::new(self.now()),
            dismissed: Notify::new(),
        });
        let number = connections.next;
        connections.next += 1;
        Some(Slot {
            open: self.clone(),
            number,
            state,
        })
    }

    /// Dismisses one that has stood still, if there is one: of the address that has most, rather one without a request under
    /// way, the one that has stood still for longest. Those of proxies last.
    pub(crate) fn dismiss_one(&self) {
        self.dismiss_at(self.now());
    }

    fn dismiss_at(&self, now: u64) {
        let halves = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX / 2) * 2;
        let connections = self.lock();
        let candidates = connections.open.values().filter_map(|state| {
            let since = state.since.load(Ordering::Relaxed);
            let (age, idle) = (now.saturating_sub(since), since % 2 == 0);
            let still = halves(if idle { STILL } else { STILL_BUSY });
            (age >= still).then(|| {
                let count = connections.counts.get(&state.address).copied();
                ((!state.proxy, count, idle, age), state)
            })
        });
        if let Some((_, state)) = candidates.max_by_key(|(order, _)| *order) {
            state.dismissed.notify_one();
        }
    }

    /// Twice the milliseconds since the start.
    fn now(&self) -> u64 {
        u64::try_from(self.0.start.elapsed().as_millis()).unwrap_or(u64::MAX / 2) * 2
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Connections> {
        self.0
            .connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// The key that a site is counted by. Its last bits are no network's, which are all nought.
fn of_site(site: u128) -> u128 {
    site | 1
}

impl Slot {
    /// It has a place, and may be asked to make room.
    pub(crate) fn placed(&self) {
        let state = Arc::clone(&self.state);
        state.since.store(self.open.now(), Ordering::Relaxed);
        self.open.lock().open.insert(self.number, state);
    }

    /// A request is under way until the answer's body has gone.
    pub(crate) fn busy(&self) -> Busy {
        let state = Arc::clone(&self.state);
        state.since.store(self.open.now() | 1, Ordering::Relaxed);
        Busy {
            open: self.open.clone(),
            state,
        }
    }

    /// Waits until the connection must make room.
    pub(crate) async fn dismissed(&self) {
        self.state.dismissed.notified().await;
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut connections = self.open.lock();
        connections.open.remove(&self.number);
        let State { address, site, .. } = *self.state;
        for key in [Some(address), site.map(of_site)].into_iter().flatten() {
            if let Some(count) = connections.counts.get_mut(&key) {
                *count -= 1;
                // Memory is bounded by who is connected.
                if *count == 0 {
                    connections.counts.remove(&key);
                }
            }
        }
    }
}

/// A request that is under way until this is dropped.
pub(crate) struct Busy {
    open: Open,
    state: Arc<State>,
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.state.since.store(self.open.now(), Ordering::Relaxed);
    }
}

/// The body of an answer, which keeps its connection busy until all of it is taken.
pub(crate) struct Answering<B> {
    body: B,
    _busy: Busy,
}

impl<B> Answering<B> {
    pub(crate) fn new(body: B, busy: Busy) -> Self {
        Self { body, _busy: busy }
    }
}

impl<B: Body + Unpin> Body for Answering<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(open: &Open, address: &str, count: u32) -> Vec<Slot> {
        let address = address.parse().unwrap();
        (0..count).map_while(|_| open.enter(address)).collect()
    }

    fn placed(open: &Open, address: &str, count: u32) -> Vec<Slot> {
        let slots = take(open, address, count);
        slots.iter().for_each(Slot::placed);
        slots
    }

    #[test]
    fn an_address_has_its_share_and_a_named_proxy_any_number() {
        let proxies = ["10.0.0.7".parse().unwrap()].into_iter().collect();
        let open = Open::new(None, proxies);
        let first = take(&open, "203.0.113.9", 100);
        assert_eq!(first.len(), 64);
        assert_eq!(take(&open, "203.0.113.10", 1).len(), 1);
        assert_eq!(take(&open, "10.0.0.7", 100).len(), 100);
        // An address of the same network is like any other.
        assert_eq!(take(&open, "10.0.0.8", 100).len(), 64);
        assert_eq!(take(&open, "127.0.0.1", 100).len(), 64);
        drop(first);
        assert_eq!(take(&open, "203.0.113.9", 1).len(), 1);
        assert!(open.lock().counts.is_empty(), "kept after the end");
        assert!(open.lock().open.is_empty(), "kept after the end");
    }

    #[test]
    fn neighbours_of_ipv6_share() {
        let open = Open::new(None, Proxies::default());
        let half = take(&open, "2001:db8::1", 40);
        assert_eq!(take(&open, "2001:db8::2", 40).len(), 24);
        // A site has four times as many, from however many networks.
        let nets = (1..100).map(|at| take(&open, &format!("2001:db8:0:{at:x}::1"), 40));
        let nets: Vec<_> = nets.flatten().collect();
        assert_eq!(half.len() + nets.len(), 256);
        assert_eq!(take(&open, "2001:db8:1::1", 1).len(), 1);
        drop((half, nets));
        assert!(open.lock().counts.is_empty(), "kept after the end");
    }

    #[tokio::test]
    async fn the_greediest_address_makes_room_first_and_a_proxy_last() {
        let proxies = ["10.0.0.7".parse().unwrap()].into_iter().collect();
        let open = Open::new(None, proxies);
        let dismissed = async |slots: &[Slot]| {
            let mut dismissed = Vec::new();
            for (at, slot) in slots.iter().enumerate() {
                let now = tokio::time::timeout(Duration::ZERO, slot.dismissed());
                dismissed.extend(now.await.is_ok().then_some(at));
            }
            dismissed
        };
        let proxy = placed(&open, "10.0.0.7", 5);
        let quiet = placed(&open, "203.0.113.9", 1);
        let greedy = placed(&open, "203.0.113.10", 3);
        // Of the greediest address, but it has no place that it could give up.
        let waiting = take(&open, "203.0.113.10", 9);
        let later = open.now() + 2000;
        open.dismiss_at(open.now());
        for slots in [&proxy, &quiet, &greedy] {
            assert!(dismissed(slots).await.is_empty(), "one that has just come");
        }
        let busy = (greedy[0].busy(), greedy[2].busy());
        open.dismiss_at(later);
        assert_eq!(dismissed(&greedy).await, [1], "the one without a request");
        let all_busy = greedy[1].busy();
        open.dismiss_at(later);
        assert_eq!(
            dismissed(&greedy).await.len(),
            1,
            "the greediest all the same"
        );
        drop((busy, all_busy, greedy, waiting));
        open.dismiss_at(later);
        assert_eq!(dismissed(&quiet).await, [0]);
        drop(quiet);
        open.dismiss_at(later);
        assert_eq!(dismissed(&proxy).await.len(), 1);
    }
}
