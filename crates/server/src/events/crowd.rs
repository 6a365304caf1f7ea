//! The crowd of one day: sketches of who has contributed how much, so that nobody does too much.
//!
//! Devices can be invented and cost nothing, so all that holds against a sender is the network that it sends from. Networks are never written down: the log gets
//! ten bits of a hash, and memory holds counts under hashes. The hash's key is drawn anew each day and never written.
//!
//! # Invariants
//! * Memory is bounded, whoever sends what. Counts are never too low (count-min sketch: Cormode, Muthukrishnan: "An improved data stream summary", 2005).

use std::net::IpAddr;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::problem::Problem;

/// Rows of a sketch; each finds another cell, and the least of them counts.
const ROWS: usize = 4;
/// Cells of a row. With 65,536 pairs counted, one more is counted too high with a probability of 16 %; 1 MiB in all.
const CELLS: usize = 1 << 16;

/// Events of one device in a day: hours of clicks, every five seconds one.
const MOST_OF_DEVICE: u16 = 5_000;

/// Events that name one text, from one network in a day, that are written with it: about eight visits. What one network searches for says no more of all.
const MOST_SEARCHES: u16 = 24;

/// Bits of the sketch of a network that are written.
const NETWORK_BITS: u32 = 10;

/// A day's counts, and the key that they are kept under.
pub(crate) struct Crowd {
    key: [u8; 32],
    devices: Sketch,
    searches: Sketch,
}

impl Crowd {
    /// Nobody yet.
    pub(crate) fn new(key: [u8; 32]) -> Self {
        Self {
            key,
            devices: Sketch::default(),
            searches: Sketch::default(),
        }
    }

    /// The first bytes of a keyed hash, all of one use.
    pub(crate) fn hash(&self, of: &str, what: &[u8]) -> [u8; 16] {
        let mut hash = [0; 16];
        // HMAC takes keys of any length.
        if let Ok(mac) = Hmac::<Sha256>::new_from_slice(&self.key) {
            let digest = mac.chain_update(of).chain_update([0]).chain_update(what);
            let digest = digest.finalize().into_bytes();
            hash.iter_mut()
                .zip(digest)
                .for_each(|(to, from)| *to = from);
        }
        hash
    }

    /// What the log says of an address: of its network (an IPv4 /24, an IPv6 /48) one number in 1,024.
    pub(crate) fn network(&self, address: Option<IpAddr>) -> u16 {
        let [high, low, ..] = self.hash("network", &network(address));
        u16::from_be_bytes([high, low]) >> (u16::BITS - NETWORK_BITS)
    }

    /// Counts events of a device.
    ///
    /// # Errors
    ///
    /// A [`Problem`] when the device has sent more than a shopper does in a day.
    pub(crate) fn take_device(&mut self, device: &str, events: usize) -> Result<(), Problem> {
        let hash = self.hash("device", device.as_bytes());
        let events = u16::try_from(events).unwrap_or(u16::MAX);
        match self.devices.add(hash, events) > MOST_OF_DEVICE {
            true => Err(Problem::too_many(60 * 60)),
            false => Ok(()),
        }
    }

    /// Counts a search for `text`; whether it is worth writing.
    pub(crate) fn hears(&mut self, address: Option<IpAddr>, text: &str) -> bool {
        let mut what = network(address).to_vec();
        // As shoppers mean it: blanks and capitals make no other search.
        let words = text.split_whitespace().map(str::to_lowercase);
        what.extend(words.flat_map(|word| [word.into_bytes(), vec![b' ']].concat()));
        let hash = self.hash("search", &what);
        self.searches.add(hash, 1) <= MOST_SEARCHES
    }
}

/// The network around an address: what one company, or a part of a town, has.
fn network(address: Option<IpAddr>) -> [u8; 16] {
    match address.map(|address| address.to_canonical()) {
        Some(IpAddr::V4(address)) => {
            let bits = address.to_bits() >> 8 << 8;
            u128::from(bits).to_be_bytes()
        }
        Some(IpAddr::V6(address)) => (address.to_bits() >> 80 << 80).to_be_bytes(),
        None => [0xff; 16],
    }
}

/// Counts that may be too high, never too low.
struct Sketch(Vec<u16>);

impl Default for Sketch {
    fn default() -> Self {
        Self(vec![0; ROWS * CELLS])
    }
}

impl Sketch {
    /// Adds `count` and returns the sum.
    fn add(&mut self, hash: [u8; 16], count: u16) -> u16 {
        let mut least = u16::MAX;
        for (row, bytes) in hash.chunks_exact(4).enumerate() {
            let number = bytes
                .iter()
                .fold(0, |sum, &byte| sum << 8 | usize::from(byte));
            if let Some(cell) = self.0.get_mut(row * CELLS + number % CELLS) {
                *cell = cell.saturating_add(count);
                least = least.min(*cell);
            }
        }
        least
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Option<IpAddr> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn neighbours_are_one_network_and_tomorrow_it_has_another_sketch() {
        let today = Crowd::new([1; 32]);
        let sketch = |text| today.network(address(text));
        assert_eq!(sketch("192.0.2.1"), sketch("192.0.2.255"));
        assert_eq!(sketch("192.0.2.1"), sketch("::ffff:192.0.2.77"));
        assert_eq!(sketch("2001:db8:1:2::3"), sketch("2001:db8:1:ffff::9"));
        assert_ne!(sketch("192.0.2.1"), sketch("192.0.3.1"));
        assert_ne!(sketch("2001:db8:1::"), sketch("2001:db8:2::"));
        assert!(sketch("192.0.2.1") < 1 << NETWORK_BITS);
        assert_ne!(
            sketch("192.0.2.1"),
            Crowd::new([2; 32]).network(address("192.0.2.1"))
        );
    }

    #[test]
    fn one_network_is_heard_a_few_times_and_a_device_to_its_limit() {
        let mut crowd = Crowd::new([1; 32]);
        let mut heard = |at: &str, text: &str| crowd.hears(address(at), text);
        let flood = (0..60).filter(|at| heard(&format!("192.0.2.{at}"), "Attack  TAP"));
        assert_eq!(flood.count(), usize::from(MOST_SEARCHES));
        assert!(!heard("192.0.2.1", "attack tap"));
        assert!(heard("192.0.2.1", "tap") && heard("198.51.100.1", "attack tap"));
        for _ in 0..25 {
            assert!(crowd.take_device("a", 200).is_ok());
        }
        assert_eq!(
            crowd.take_device("a", 1).unwrap_err().code(),
            "request/too-many"
        );
        assert!(crowd.take_device("b", 200).is_ok());
    }
}
