//! Proxies: which peers may say on whose behalf they ask, and who that is.
//!
//! # Invariants
//! * A header counts only from a peer that the operator has named. An address of the same machine or network proves nothing.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::sync::Once;

use axum::http::HeaderMap;

/// A range of addresses, like `10.0.0.0/8`, `2001:db8::/32`, or a single address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    /// As IPv6; an IPv4 address is mapped into it.
    first: u128,
    /// Bits that an address must share with `first`.
    prefix: u32,
}

impl Network {
    /// Whether `address` lies in it.
    pub fn contains(self, address: IpAddr) -> bool {
        masked(bits(address), self.prefix) == self.first
    }
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let wrong = || NetworkError {
            got: text.to_owned(),
        };
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let width = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            // The standard library also takes `+8`.
            Some(digits) if digits.bytes().all(|digit| digit.is_ascii_digit()) => {
                digits.parse().map_err(|_| wrong())?
            }
            Some(_) => return Err(wrong()),
            None => width,
        };
        // A prefix of 0 would trust everybody.
        if !(1..=width).contains(&prefix) {
            return Err(wrong());
        }
        let network = Self {
            first: bits(address),
            prefix: prefix + 128 - width,
        };
        // 10.1.2.3/8 is either a typing error or one address too many.
        if masked(network.first, network.prefix) != network.first {
            return Err(wrong());
        }
        Ok(network)
    }
}

/// The text names no range of addresses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected an address like 10.0.0.7 or a range like 10.0.0.0/8 or fd00::/8 that begins with its first address, got {got:?}: name the addresses of your proxies only"
)]
pub struct NetworkError {
    /// What was given.
    pub got: String,
}

/// The peers that may say on whose behalf they ask. None by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies(Vec<Network>);

impl Proxies {
    /// Whether the address is a proxy's.
    pub(crate) fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }

    /// Who asks: the peer, or behind a proxy the nearest address in `X-Forwarded-For` that is no proxy's. Whatever stands
    /// further left, the client could have written itself.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let forwarded = headers.get_all("x-forwarded-for");
        if !self.trusts(peer) {
            if private(peer) && forwarded.iter().next().is_some() {
                warn_once();
            }
            return peer;
        }
        let values = forwarded.iter().rev();
        let texts = values.map(|value| value.to_str().unwrap_or_default());
        let mut nearest = peer;
        for hop in texts.flat_map(|text| text.rsplit(',')) {
            // Who names a hop that is no address is the last one that is known.
            let Some(address) = address(hop.trim()) else {
                return nearest;
            };
            nearest = address;
            if !self.trusts(nearest) {
                return nearest;
            }
        }
        let real = headers
            .get("x-real-ip")
            .and_then(|value| value.to_str().ok());
        match real.and_then(address) {
            Some(real) if nearest == peer => real,
            _ => nearest,
        }
    }
}

impl FromIterator<Network> for Proxies {
    fn from_iter<I: IntoIterator<Item = Network>>(networks: I) -> Self {
        Self(networks.into_iter().collect())
    }
}

/// Some proxies write the port as well.
fn address(text: &str) -> Option<IpAddr> {
    let with_port = || text.parse::<SocketAddr>().ok().map(|found| found.ip());
    text.parse().ok().or_else(with_port)
}

/// Whether it is of the same machine or network.
fn private(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            address.is_loopback() || address.is_private() || address.is_link_local()
        }
        IpAddr::V6(address) => {
            address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
        }
    }
}

/// Otherwise all clients of a proxy that nobody has named would share one limit, and nobody would know why.
fn warn_once() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        tracing::warn!(
            code = "proxy/untrusted",
            "X-Forwarded-For from an address of the same network is ignored: if it is your proxy, name it with --trusted-proxy"
        );
    });
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

fn masked(bits: u128, prefix: u32) -> u128 {
    let rest = 128 - prefix;
    bits.checked_shr(rest).unwrap_or(0) << (rest % 128)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(networks: &[&str]) -> Proxies {
        networks.iter().map(|text| text.parse().unwrap()).collect()
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_range_has_its_addresses_and_no_others() {
        for (network, inside, outside) in [
            ("10.0.0.0/8", "10.255.0.1", "11.0.0.0"),
            ("192.0.2.7", "192.0.2.7", "192.0.2.8"),
            ("192.0.2.7/32", "::ffff:192.0.2.7", "::ffff:192.0.2.6"),
            ("fd00::/8", "fdff::1", "fe00::1"),
            ("::1", "::1", "::2"),
            ("128.0.0.0/1", "255.1.2.3", "127.0.0.1"),
        ] {
            let network: Network = network.parse().unwrap();
            assert!(network.contains(ip(inside)), "{network:?} {inside}");
            assert!(!network.contains(ip(outside)), "{network:?} {outside}");
        }
        for bad in [
            "",
            "*",
            "private",
            "10.0.0.0/33",
            "10.0.0.0/0",
            "::/0",
            "10.1.2.3/8",
            "10.0.0.0/+8",
            "10.0.0.0/",
            "fd00::/129",
        ] {
            assert!(bad.parse::<Network>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn only_a_named_proxy_says_who_the_client_is() {
        let client = |proxies: &Proxies, peer: &str, forwarded: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in forwarded {
                headers.append("x-forwarded-for", value.parse().unwrap());
            }
            proxies.client(ip(peer), &headers)
        };
        let told = ["192.0.2.1, 198.51.100.7"];
        for peer in ["127.0.0.1", "10.1.2.3", "::1", "203.0.113.9"] {
            assert_eq!(client(&Proxies::default(), peer, &told), ip(peer));
        }
        let ours = proxies(&["10.0.0.0/8", "::1"]);
        assert_eq!(client(&ours, "10.1.2.3", &told), ip("198.51.100.7"));
        assert_eq!(client(&ours, "203.0.113.9", &told), ip("203.0.113.9"));
        // Past proxies of ours, also in a header of its own, and no further.
        let chain = ["192.0.2.1", "198.51.100.7:4711, 10.9.9.9"];
        assert_eq!(client(&ours, "::1", &chain), ip("198.51.100.7"));
        assert_eq!(client(&ours, "::1", &["unknown"]), ip("::1"));
        assert_eq!(client(&ours, "::1", &["unknown, 10.0.0.1"]), ip("10.0.0.1"));
        assert_eq!(client(&ours, "::1", &[]), ip("::1"));
        let mut real = HeaderMap::new();
        real.insert("x-real-ip", "198.51.100.7".parse().unwrap());
        assert_eq!(ours.client(ip("::1"), &real), ip("198.51.100.7"));
        assert_eq!(
            Proxies::default().client(ip("::1"), &real),
            ip("::1"),
            "believed"
        );
    }
}
