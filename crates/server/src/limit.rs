//! Rate limits: how often one address, and how often one profile, may ask, and how many new profiles an address may leave.
//!
//! # Invariants
//! * Memory is bounded by who asked within the last minute: those who have been quiet are forgotten.
//! * What is remembered for an hour, who left new profiles, has a place in tables of a fixed size.
//! * Neither addresses nor ids are kept, only what they hash to.

use std::hash::{BuildHasher as _, RandomState};
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};

use crate::problem::Problem;
use crate::proxy::Proxies;
use crate::server::App;

/// The address at the other end of the connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// How often those who have been quiet are forgotten.
const FORGET: Duration = Duration::from_secs(60);

/// So many seconds' worth of requests may come at once: a page that opens after a day offline has some to make up for.
const BURST_SECONDS: NonZeroU32 = NonZeroU32::MIN.saturating_add(9);

/// A /48 may ask as often as so many of its /64: it is one company, or the phones of a part of a town.
const SITE_RATE: NonZeroU32 = NonZeroU32::MIN.saturating_add(15);

/// Events are counted by this many bytes of the log, about what one takes.
const EVENT_UNIT: usize = 256;

/// An office of contributors; 220 MB a day, which leaves the log's default limit room for weeks.
const EVENT_RATE: NonZeroU32 = NonZeroU32::MIN.saturating_add(9);

/// 1.5 MB at once: the largest batch is 1 MiB.
const EVENT_BURST_SECONDS: NonZeroU32 = NonZeroU32::MIN.saturating_add(599);

/// Networks that are told apart by the new profiles that they left. Two that share a place share their limit, by chance and rarely: nobody can
/// choose whose. 8 MB at most, and 8 MB more for sites.
const NEW_PLACES: u64 = 1 << 17;

/// What is allowed in the long run; `None` for no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rates {
    /// Requests per second from one address; of IPv6 one /64, which is what one customer of a provider gets, and 16 times as many from a /48.
    pub per_address: Option<NonZeroU32>,
    /// Requests per second to one profile.
    pub per_profile: Option<NonZeroU32>,
    /// New profiles per hour from one address, likewise.
    pub new_profiles: Option<NonZeroU32>,
}

/// The address may ask once more: what costs a write, or tells of a person, takes it before anything else. Packs are for caches to serve.
///
/// It holds who asks, for what is counted in more than requests.
pub(crate) struct Admitted(Option<IpAddr>);

impl FromRequestParts<Arc<App>> for Admitted {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let peer = parts.extensions.get::<Peer>().copied();
        let client = app.limits.take_address(peer, &parts.headers)?;
        Ok(Self(client))
    }
}

/// The token buckets of all who ask.
pub(crate) struct Limits {
    proxies: Proxies,
    addresses: Option<Pair>,
    events: Option<Pair>,
    profiles: Option<Buckets>,
    new_profiles: Option<Pair>,
    hasher: RandomState,
}

/// Of each network, and of the sites that they belong to.
struct Pair {
    networks: Buckets,
    sites: Buckets,
}

struct Buckets {
    limiter: DefaultKeyedRateLimiter<u64>,
    forgotten: Mutex<Instant>,
}

impl Limits {
    pub(crate) fn new(rates: Rates, proxies: Proxies) -> Self {
        Self {
            proxies,
            addresses: rates
                .per_address
                .map(|rate| Pair::new(rate, |rate| per_second(rate, BURST_SECONDS))),
            events: rates
                .per_address
                .map(|_| Pair::new(EVENT_RATE, |rate| per_second(rate, EVENT_BURST_SECONDS))),
            profiles: rates
                .per_profile
                .map(|rate| Buckets::new(per_second(rate, BURST_SECONDS))),
            // All of an hour's may come at once.
            new_profiles: rates
                .new_profiles
                .map(|rate| Pair::new(rate, Quota::per_hour)),
            hasher: RandomState::new(),
        }
    }

    /// Takes one request of whoever sent these headers over this connection.
    pub(crate) fn take_address(
        &self,
        peer: Option<Peer>,
        headers: &HeaderMap,
    ) -> Result<Option<IpAddr>, Problem> {
        let Some(Peer(peer)) = peer else {
            return Ok(None);
        };
        let client = self.proxies.client(peer.ip(), headers);
        if let Some(buckets) = &self.addresses {
            let (network, site) = self.names(client);
            buckets
                .take(network, site, NonZeroU32::MIN)
                .map_err(Problem::too_many)?;
        }
        Ok(Some(client))
    }

    /// Takes room for one profile that is not stored yet.
    pub(crate) fn take_new_profile(&self, admitted: &Admitted) -> Result<(), Problem> {
        let (Some(buckets), Some(client)) = (&self.new_profiles, admitted.0) else {
            return Ok(());
        };
        let (network, site) = self.names(client);
        let place = |name: u64| name % NEW_PLACES;
        buckets
            .take(place(network), site.map(place), NonZeroU32::MIN)
            .map_err(Problem::too_many_new)
    }

    /// Takes room for so many bytes of events.
    pub(crate) fn take_events(&self, admitted: &Admitted, bytes: usize) -> Result<(), Problem> {
        let (Some(buckets), Some(client)) = (&self.events, admitted.0) else {
            return Ok(());
        };
        let units = u32::try_from(bytes / EVENT_UNIT).unwrap_or(u32::MAX);
        let (network, site) = self.names(client);
        buckets
            .take(network, site, NonZeroU32::MIN.saturating_add(units))
            .map_err(Problem::too_many)
    }

    /// What stands for the network and the site of whoever asks.
    fn names(&self, client: IpAddr) -> (u64, Option<u64>) {
        let network = self.hasher.hash_one(network(client));
        (network, site(client).map(|site| self.hasher.hash_one(site)))
    }

    /// Who asks: the peer, or whom the proxy says.
    pub(crate) fn client(&self, request: &Parts) -> Option<IpAddr> {
        let Peer(peer) = request.extensions.get::<Peer>()?;
        Some(self.proxies.client(peer.ip(), &request.headers))
    }

    /// Takes one request to a profile.
    pub(crate) fn take_profile(&self, key: &[u8]) -> Result<(), Problem> {
        match &self.profiles {
            Some(buckets) => buckets
                .take(self.hasher.hash_one(key), NonZeroU32::MIN)
                .map_err(Problem::too_many),
            None => Ok(()),
        }
    }
}

impl Pair {
    fn new(rate: NonZeroU32, quota: impl Fn(NonZeroU32) -> Quota) -> Self {
        Self {
            networks: Buckets::new(quota(rate)),
            sites: Buckets::new(quota(rate.saturating_mul(SITE_RATE))),
        }
    }

    /// As [`Buckets::take`].
    fn take(&self, network: u64, site: Option<u64>, count: NonZeroU32) -> Result<(), u64> {
        // First, so that a site that has no more cannot make up networks to be remembered.
        if let Some(site) = site {
            self.sites.take(site, count)?;
        }
        self.networks.take(network, count)
    }
}

fn per_second(rate: NonZeroU32, burst_seconds: NonZeroU32) -> Quota {
    Quota::per_second(rate).allow_burst(rate.saturating_mul(burst_seconds))
}

impl Buckets {
    fn new(quota: Quota) -> Self {
        Self {
            limiter: DefaultKeyedRateLimiter::dashmap(quota),
            forgotten: Mutex::new(Instant::now()),
        }
    }

    /// Takes so many; if there is no room, in how many seconds there will be.
    fn take(&self, key: u64, count: NonZeroU32) -> Result<(), u64> {
        // Whoever comes first after a minute clears up; the others do not wait.
        if let Ok(mut forgotten) = self.forgotten.try_lock()
            && forgotten.elapsed() > FORGET
        {
            *forgotten = Instant::now();
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
        }
        // More than the whole burst never has room.
        let taken = self.limiter.check_key_n(&key, count);
        let taken = taken.map_err(|_| FORGET.as_secs())?;
        taken.map_err(|until| {
            let wait = until.wait_time_from(DefaultClock::default().now());
            wait.as_secs() + 1
        })
    }
}

/// An IPv4 address, or a /64, which is the least that a provider gives a subscriber.
pub(crate) fn network(address: IpAddr) -> u128 {
    match address.to_canonical() {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits() >> 64 << 64,
    }
}

/// The /48 around an IPv6 address: the most that a provider gives a subscriber, who could ask from each of its 65,536 networks.
pub(crate) fn site(address: IpAddr) -> Option<u128> {
    match address.to_canonical() {
        IpAddr::V4(_) => None,
        IpAddr::V6(address) => Some(address.to_bits() >> 80 << 80),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let rates = Rates {
            per_address: NonZeroU32::new(1),
            per_profile: NonZeroU32::new(1),
            new_profiles: None,
        };
        let limits = Limits::new(rates, Proxies::default());
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
        let none = Limits::new(Rates::default(), Proxies::default());
        assert!(none.take_profile(b"one").is_ok());
    }

    #[test]
    fn a_48_cannot_ask_from_each_of_its_networks() {
        let rates = Rates {
            per_address: NonZeroU32::new(1),
            ..Rates::default()
        };
        let limits = Limits::new(rates, Proxies::default());
        let peer = |text: &str| Some(Peer(SocketAddr::new(text.parse().unwrap(), 1)));
        let none = HeaderMap::new();
        let taken = (0..1000).filter(|at| {
            let peer = peer(&format!("2001:db8:1:{at:x}::1"));
            limits.take_address(peer, &none).is_ok()
        });
        // Its burst, and what a slow machine lets it earn in the meantime.
        let taken = taken.count();
        assert!((160..200).contains(&taken), "{taken}");
        assert!(limits.take_address(peer("2001:db8:2::1"), &none).is_ok());
    }

    #[test]
    fn new_profiles_are_counted_by_the_hour_and_in_a_table_of_a_fixed_size() {
        let rates = Rates {
            new_profiles: NonZeroU32::new(5),
            ..Rates::default()
        };
        let limits = Limits::new(rates, Proxies::default());
        let of = |text: &str| Admitted(Some(text.parse().unwrap()));
        let taken = |text: &str, times: usize| {
            let admitted = of(text);
            let taken = (0..times).filter(|_| limits.take_new_profile(&admitted).is_ok());
            taken.count()
        };
        assert_eq!(taken("203.0.113.9", 20), 5);
        let error = limits.take_new_profile(&of("203.0.113.9")).unwrap_err();
        assert_eq!(error.code(), "profile/too-many-new");
        assert_eq!(taken("203.0.113.10", 20), 5);
        let sites = (0..100).map(|at| taken(&format!("2001:db8:1:{at:x}::1"), 5));
        assert_eq!(sites.sum::<usize>(), 80);
        for network in 0..300_000u32 {
            let address = IpAddr::from((network << 8).to_be_bytes());
            let _ = limits.take_new_profile(&Admitted(Some(address)));
        }
        let networks = &limits.new_profiles.as_ref().unwrap().networks;
        assert!(networks.limiter.len() <= NEW_PLACES as usize);
    }
}
