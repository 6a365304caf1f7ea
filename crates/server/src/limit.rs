//! Rate limits: how often one address, and how often one profile, may ask.
//!
//! # Invariants
//! * Memory is bounded by who asked within the last minute: those who have been quiet are forgotten.
//! * Neither addresses nor ids are kept, only what they hash to.

use std::hash::{BuildHasher as _, RandomState};
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};

use crate::problem::Problem;
use crate::server::App;

/// The address at the other end of the connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// How often those who have been quiet are forgotten.
const FORGET: Duration = Duration::from_secs(60);

/// So many seconds' worth of requests may come at once: a page that opens after a day offline has some to make up for.
const BURST_SECONDS: u32 = 10;

/// Requests per second that are allowed in the long run; `None` for no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rates {
    /// From one address; of IPv6 one /64, which is what one customer of a provider gets.
    pub per_address: Option<NonZeroU32>,
    /// To one profile.
    pub per_profile: Option<NonZeroU32>,
}

/// The address may ask once more: what costs a write, or tells of a person, takes it before anything else. Packs are for caches to serve.
pub(crate) struct Admitted;

impl FromRequestParts<Arc<App>> for Admitted {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let peer = parts.extensions.get::<Peer>().copied();
        app.limits.take_address(peer, &parts.headers)?;
        Ok(Self)
    }
}

/// The token buckets of all who ask.
pub(crate) struct Limits {
    addresses: Option<Buckets>,
    profiles: Option<Buckets>,
    hasher: RandomState,
}

struct Buckets {
    limiter: DefaultKeyedRateLimiter<u64>,
    forgotten: Mutex<Instant>,
}

impl Limits {
    pub(crate) fn new(rates: Rates) -> Self {
        Self {
            addresses: rates.per_address.map(Buckets::new),
            profiles: rates.per_profile.map(Buckets::new),
            hasher: RandomState::new(),
        }
    }

    /// Takes one request of whoever sent these headers over this connection.
    pub(crate) fn take_address(
        &self,
        peer: Option<Peer>,
        headers: &HeaderMap,
    ) -> Result<(), Problem> {
        let (Some(buckets), Some(Peer(peer))) = (&self.addresses, peer) else {
            return Ok(());
        };
        let address = network(client(peer.ip(), headers));
        buckets.take(self.hasher.hash_one(address))
    }

    /// Takes one request to a profile.
    pub(crate) fn take_profile(&self, key: &[u8]) -> Result<(), Problem> {
        match &self.profiles {
            Some(buckets) => buckets.take(self.hasher.hash_one(key)),
            None => Ok(()),
        }
    }
}

impl Buckets {
    fn new(per_second: NonZeroU32) -> Self {
        let burst = per_second.saturating_mul(NonZeroU32::MIN.saturating_add(BURST_SECONDS - 1));
        let quota = Quota::per_second(per_second).allow_burst(burst);
        Self {
            limiter: DefaultKeyedRateLimiter::dashmap(quota),
            forgotten: Mutex::new(Instant::now()),
        }
    }

    fn take(&self, key: u64) -> Result<(), Problem> {
        // Whoever comes first after a minute clears up; the others do not wait.
        if let Ok(mut forgotten) = self.forgotten.try_lock()
            && forgotten.elapsed() > FORGET
        {
            *forgotten = Instant::now();
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
        }
        self.limiter.check_key(&key).map_err(|until| {
            let wait = until.wait_time_from(DefaultClock::default().now());
            Problem::too_many(wait.as_secs() + 1)
        })
    }
}

/// The client's address. Behind a proxy, which has an address of the same machine or network, it is the last one that the
/// proxy has appended; anybody else could write what they like into that header, and is not believed.
fn client(peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    if !private(peer) {
        return peer;
    }
    let forwarded = headers.get_all("x-forwarded-for").iter().next_back();
    forwarded
        .or_else(|| headers.get(header::HeaderName::from_static("x-real-ip")))
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.rsplit(',').next())
        .and_then(|text| text.trim().parse().ok())
        .unwrap_or(peer)
}

/// Whether it is of the same machine or network.
pub(crate) fn private(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            address.is_loopback() || address.is_private() || address.is_link_local()
        }
        IpAddr::V6(address) => {
            address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
        }
    }
}

/// What one subscriber has: an IPv4 address, or a /64.
pub(crate) fn network(address: IpAddr) -> u128 {
    match address.to_canonical() {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits() >> 64 << 64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(forwarded: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", forwarded.parse().unwrap());
        headers
    }

    #[test]
    fn only_a_proxy_of_ours_says_who_the_client_is() {
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        let told = headers("192.0.2.1, 198.51.100.7");
        assert_eq!(client(address("127.0.0.1"), &told), address("198.51.100.7"));
        assert_eq!(client(address("10.1.2.3"), &told), address("198.51.100.7"));
        assert_eq!(
            client(address("203.0.113.9"), &told),
            address("203.0.113.9")
        );
        let nonsense = headers("unknown");
        assert_eq!(client(address("::1"), &nonsense), address("::1"));
        assert_eq!(client(address("::1"), &HeaderMap::new()), address("::1"));
    }

    #[test]
    fn neighbours_in_a_64_are_one() {
        let net = |text: &str| network(text.parse().unwrap());
        assert_eq!(net("2001:db8::1"), net("2001:db8::ffff:1"));
        assert_ne!(net("2001:db8::1"), net("2001:db8:0:1::1"));
        assert_ne!(net("192.0.2.1"), net("192.0.2.2"));
        assert_eq!(net("::ffff:192.0.2.1"), net("192.0.2.1"));
    }

    #[test]
    fn a_burst_is_taken_and_then_the_rate_holds() {
        let limits = Limits::new(Rates {
            per_address: NonZeroU32::new(1),
            per_profile: NonZeroU32::new(1),
        });
        let peer = |port| Some(Peer(SocketAddr::from(([203, 0, 113, 9], port))));
        let none = HeaderMap::new();
        for port in 0..10 {
            assert!(limits.take_address(peer(port), &none).is_ok());
        }
        let error = limits.take_address(peer(99), &none).unwrap_err();
        assert_eq!(error.code(), "request/too-many");
        let other = Some(Peer(SocketAddr::from(([203, 0, 113, 10], 1))));
        assert!(limits.take_address(other, &none).is_ok());
        let taken = (0..20).filter(|_| limits.take_profile(b"one").is_ok());
        assert_eq!(taken.count(), 10);
        assert!(limits.take_profile(b"two").is_ok());
        assert!(Limits::new(Rates::default()).take_profile(b"one").is_ok());
    }
}
