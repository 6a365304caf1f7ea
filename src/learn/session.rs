//! The session: what the shopper has done on this visit, in order.
//!
//! # Invariants
//! * At most [`MAX_TOUCHES`] touches and [`MAX_SEARCHES`] searches are kept, the latest.
//! * It outlives a page only as bytes that the host keeps for the visit; it is never sent anywhere.

use crate::{
    key::Key,
    pack::{Bytes, read_varint, write_varint},
    profile::{Evidence, Profile, ReplicaId, lasting_worth},
    sorted::SortedMap,
    time::Timestamp,
};

/// Touches kept. With [`TOUCH_HALF_LIFE`] the oldest weighs less than 1/200 of the latest.
const MAX_TOUCHES: usize = 64;
/// Searches kept: as many as a suggestion box shows.
const MAX_SEARCHES: usize = 8;
/// Characters of a search that are kept.
const MAX_SEARCH_CHARS: usize = 80;
/// After this many further touches one counts half. Hand-set.
const TOUCH_HALF_LIFE: f64 = 8.0;
/// After this time a touch counts half. GA4 ends a session after 30 minutes without one.
const HALF_LIFE_MS: f64 = 30.0 * 60.0 * 1000.0;

const MAGIC: u8 = 0xe5;
const VERSION: u8 = 1;

/// What one event said.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Touch {
    pub(crate) at: Timestamp,
    /// Weight for the values, in views.
    pub(crate) value_weight: f32,
    /// Weight for the items, in views.
    pub(crate) item_weight: f32,
    pub(crate) values: Vec<Key>,
    pub(crate) items: Vec<Key>,
}

/// The latest touches and searches, oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Session {
    touches: Vec<Touch>,
    searches: Vec<String>,
}

impl Touch {
    /// Writes it into `profile` as `replica`.
    pub(crate) fn record(&self, profile: &mut Profile, replica: ReplicaId) {
        let (values, items) = (f64::from(self.value_weight), f64::from(self.item_weight));
        profile.record(replica, values, self.values.iter().copied(), self.at);
        profile.record(replica, items, self.items.iter().copied(), self.at);
    }
}

impl Session {
    /// Forgets what was done until `time`, and returns the rest. Searches do not tell their time, so all of them go.
    pub(crate) fn since(&mut self, time: Timestamp) -> &[Touch] {
        self.touches.retain(|touch| touch.at > time);
        self.searches.clear();
        &self.touches
    }

    pub(crate) fn touch(&mut self, touch: Touch) {
        self.touches.push(touch);
        if self.touches.len() > MAX_TOUCHES {
            self.touches.remove(0);
        }
    }

    pub(crate) fn search(&mut self, text: &str) {
        let text: String = text.trim().chars().take(MAX_SEARCH_CHARS).collect();
        self.searches.retain(|earlier| *earlier != text);
        self.searches.push(text);
        if self.searches.len() > MAX_SEARCHES {
            self.searches.remove(0);
        }
    }

    /// The items that the shopper turned to, in their order.
    pub(crate) fn items(&self) -> Vec<Key> {
        self.touches
            .iter()
            .filter(|touch| touch.item_weight > 0.0)
            .flat_map(|touch| touch.items.iter().copied())
            .collect()
    }

    /// The shopper's own searches, latest first.
    pub(crate) fn searches(&self) -> impl Iterator<Item = &str> {
        self.searches.iter().rev().map(String::as_str)
    }

    /// Evidence on each key: touches fade with every further one and with time.
    pub(crate) fn evidence(&self, now: Timestamp) -> SortedMap<Key, Evidence> {
        self.gather(|age, touch| faded(age, touch, now))
    }

    /// What these touches have left in the profile: it decays like the profile, not like the session.
    pub(crate) fn lasting(&self, now: Timestamp) -> SortedMap<Key, Evidence> {
        self.gather(|_, touch| lasting_worth(touch.at, now))
    }

    /// The touches that say something of values, each with what it weighs now.
    pub(crate) fn turns(&self, now: Timestamp) -> impl Iterator<Item = (&Touch, f64)> {
        let newest = self.touches.len();
        let with_age = self.touches.iter().zip((0..newest).rev());
        with_age
            .filter(|(touch, _)| touch.value_weight != 0.0)
            .map(move |(touch, age)| {
                (
                    touch,
                    f64::from(touch.value_weight) * faded(age, touch, now),
                )
            })
    }

    /// Evidence on each key, each touch weighed by its age in touches and by itself.
    fn gather(&self, fading: impl Fn(usize, &Touch) -> f64) -> SortedMap<Key, Evidence> {
        let mut entries = Vec::new();
        for (age, touch) in self.touches.iter().rev().enumerate() {
            let fading = fading(age, touch);
            let values = touch.values.iter().map(|&key| (key, touch.value_weight));
            let items = touch.items.iter().map(|&key| (key, touch.item_weight));
            for (key, weight) in values.chain(items) {
                let mass = f64::from(weight) * fading;
                entries.push((
                    key,
                    Evidence {
                        positive: mass.max(0.0),
                        negative: (-mass).max(0.0),
                    },
                ));
            }
        }
        SortedMap::gather(entries, Key::to_u64, |sum, more| {
            sum.positive += more.positive;
            sum.negative += more.negative;
        })
    }

    /// The session as bytes.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![MAGIC, VERSION];
        write_varint(&mut bytes, self.touches.len() as u32);
        for touch in &self.touches {
            bytes.extend_from_slice(&touch.at.0.to_le_bytes());
            bytes.extend_from_slice(&touch.value_weight.to_le_bytes());
            bytes.extend_from_slice(&touch.item_weight.to_le_bytes());
            for keys in [&touch.values, &touch.items] {
                write_varint(&mut bytes, keys.len() as u32);
                for key in keys {
                    bytes.extend(key.to_u64().to_le_bytes().iter().take(Key::BYTES));
                }
            }
        }
        write_varint(&mut bytes, self.searches.len() as u32);
        for search in &self.searches {
            write_varint(&mut bytes, search.len() as u32);
            bytes.extend_from_slice(search.as_bytes());
        }
        bytes
    }

    /// Reads what [`encode`](Self::encode) wrote. A session is worth one visit, so bytes of any other origin or
    /// version give `None` and the visit begins anew.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        if bytes.get(..2) != Some(&[MAGIC, VERSION]) {
            return None;
        }
        let mut at = 2;
        let mut session = Self::default();
        for _ in 0..bounded(bytes, &mut at, MAX_TOUCHES)? {
            session.touches.push(read_touch(bytes, &mut at)?);
        }
        for _ in 0..bounded(bytes, &mut at, MAX_SEARCHES)? {
            let length = bounded(bytes, &mut at, MAX_SEARCH_CHARS * 4)?;
            let search = std::str::from_utf8(bytes.get(at..)?.get(..length)?).ok()?;
            session.searches.push(search.to_owned());
            at += length;
        }
        (at == bytes.len()).then_some(session)
    }
}

fn bounded(bytes: &[u8], at: &mut usize, max: usize) -> Option<usize> {
    read_varint(bytes, at)
        .map(|count| count as usize)
        .filter(|&count| count <= max)
}

fn read_touch(bytes: &[u8], at: &mut usize) -> Option<Touch> {
    let raw = Bytes::new(bytes);
    let time = Timestamp(raw.u64(*at)?);
    let weight = |at| raw.u32(at).map(f32::from_bits).filter(|w| w.is_finite());
    let (value_weight, item_weight) = (weight(*at + 8)?, weight(*at + 12)?);
    *at += 16;
    let mut lists = [Vec::new(), Vec::new()];
    for list in &mut lists {
        for _ in 0..bounded(bytes, at, bytes.len() / Key::BYTES)? {
            let [a, b, c, d, e] = raw.array::<{ Key::BYTES }>(*at)?;
            list.push(Key::from_u64(u64::from_le_bytes([a, b, c, d, e, 0, 0, 0])));
            *at += Key::BYTES;
        }
    }
    let [values, items] = lists;
    Some(Touch {
        at: time,
        value_weight,
        item_weight,
        values,
        items,
    })
}

/// What is left of a touch after `age` further ones, and of its own time.
fn faded(age: usize, touch: &Touch, now: Timestamp) -> f64 {
    let half_lives = age as f64 / TOUCH_HALF_LIFE + now.since(touch.at) as f64 / HALF_LIFE_MS;
    libm::exp2(-half_lives)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn session(touches: &[(u64, i8)]) -> Session {
        let mut session = Session::default();
        for &(at, weight) in touches {
            session.touch(Touch {
                at: Timestamp(at),
                value_weight: f32::from(weight),
                item_weight: 1.0,
                values: vec![Key::brand(&at.to_string())],
                items: vec![Key::item("1")],
            });
            session.search(&format!("search {at}"));
        }
        session
    }

    proptest! {
        #[test]
        fn bytes_and_session_are_one(touches in prop::collection::vec((0u64..100, -3i8..5), 0..90)) {
            let session = session(&touches);
            prop_assert_eq!(Session::decode(&session.encode()), Some(session));
        }

        #[test]
        fn foreign_bytes_begin_a_new_visit(mut bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = Session::decode(&bytes);
            bytes.splice(0..0, [MAGIC, VERSION]);
            let _ = Session::decode(&bytes);
        }
    }

    #[test]
    fn a_touch_fades_with_touches_and_with_time() {
        let session = session(&[(0, 1), (0, 1)]);
        let key = Key::brand("0");
        let now = session.evidence(Timestamp(0)).get(key).unwrap().positive;
        let later = session
            .evidence(Timestamp(30 * 60 * 1000))
            .get(key)
            .unwrap()
            .positive;
        assert!(now < 2.0 && now > 1.9);
        assert_eq!(later, now / 2.0);
    }
}
