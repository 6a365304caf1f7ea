//! What the engine knows of the shopper, and how it comes and goes: profile, session, mutes, consent, erasure.

use super::Engine;
use crate::{
    catalogue::{CATEGORY_SEPARATOR, leaf_label},
    key::Key,
    learn::{Session, Strength},
    order::best_by,
    profile::{Consent, Evidence, Message, Profile, ProfileError, Summary},
    query::{Affinity, Muted},
    sorted::SortedMap,
    time::Timestamp,
};

impl Engine {
    /// The strongest affinities, at most `limit`, greatest first.
    pub fn affinities(&mut self, limit: usize, now: Timestamp) -> Vec<Affinity> {
        self.believe(now);
        let affinities: Vec<Affinity> = self
            .beliefs
            .seen()
            .filter_map(|(key, strength)| {
                let (facet, value, label) = self.name(key)?;
                let Strength {
                    session, profile, ..
                } = strength;
                Some(Affinity {
                    facet,
                    value,
                    label,
                    score: self.score(key),
                    session,
                    profile,
                })
            })
            .collect();
        best_by(affinities, limit, |known| known.score)
    }

    /// The profile as bytes, to be stored or sent.
    #[must_use]
    pub fn profile(&self) -> Vec<u8> {
        self.profile.encode()
    }

    /// Takes in a profile from a store, another device or another tab.
    ///
    /// # Errors
    ///
    /// Every variant of [`ProfileError`]; the own profile stays as it was.
    pub fn join_profile(&mut self, bytes: &[u8]) -> Result<(), ProfileError> {
        self.take_in(Profile::decode(bytes)?);
        Ok(())
    }

    /// A message to the server: what is here, and what the server lacks as far as `since`, from the answer before, tells. Bytes that are no such
    /// answer cost a longer message at most.
    #[must_use]
    pub fn profile_delta(&self, since: &[u8]) -> Vec<u8> {
        self.profile.message(&Summary::from_bytes(since)).encode()
    }

    /// Takes in the server's answer to a message; returns what the server has, for the next [`profile_delta`](Self::profile_delta).
    ///
    /// # Errors
    ///
    /// Every variant of [`ProfileError`]; the own profile stays as it was.
    pub fn join_delta(&mut self, answer: &[u8]) -> Result<Vec<u8>, ProfileError> {
        let Message { summary, delta } = Message::decode(answer)?;
        self.take_in(delta);
        self.profile.acknowledge(self.replica, &summary);
        Ok(summary.to_bytes())
    }

    /// Whether the server, which has what `since` tells, has all of the profile.
    #[must_use]
    pub fn is_synced(&self, since: &[u8]) -> bool {
        self.profile.is_known_by(&Summary::from_bytes(since))
    }

    /// Mutes a value: nothing is concluded from it any more, on any device, until it is unmuted. `facet` is `item`, `brand`, `category` or an
    /// attribute's key, `value` the item's id, the brand, the path, or the attribute's value.
    pub fn mute(&mut self, facet: &str, value: &str, muted: bool, now: Timestamp) {
        let known = self.catalogue.as_ref().and_then(|catalogue| {
            let value = catalogue.value(catalogue.facet(facet)?, value)?;
            Some(catalogue.value_key(value))
        });
        let key = known.unwrap_or_else(|| match facet {
            "item" => Key::item(value),
            "brand" => Key::brand(value),
            "category" => Key::category(&value.split(CATEGORY_SEPARATOR).collect::<Vec<_>>()),
            _ => Key::attribute(facet, value),
        });
        self.profile.mute(key, muted, now);
        self.believed_at = None;
    }

    /// Values that are muted, as far as somebody told their names; else the key, in hexadecimal, stands for the value.
    #[must_use]
    pub fn muted(&self) -> Vec<Muted> {
        let muted = self.profile.muted();
        let named = muted.map(|key| {
            let (facet, value, label) = self.name(key).unwrap_or_else(|| {
                let number = format!("{:010x}", key.to_u64());
                (String::new(), number.clone(), number)
            });
            Muted {
                facet,
                value,
                label,
            }
        });
        named.collect()
    }

    /// The profile, for what is asked of it alone: its parts, the consent.
    #[must_use]
    pub fn shopper(&self) -> &Profile {
        &self.profile
    }

    /// Writes down what the shopper has allowed; it goes wherever the profile goes, and a later word stands.
    pub fn record_consent(&mut self, consent: Consent) {
        self.profile.record_consent(consent);
    }

    /// Takes out what one writer has written, for good; see [`Profile::unlink`].
    pub fn unlink(&mut self, id: u64) {
        self.profile.unlink(id);
        self.believed_at = None;
    }

    /// The session as bytes, to be kept for the next page of this visit.
    #[must_use]
    pub fn session(&self) -> Vec<u8> {
        self.session.encode()
    }

    /// Goes on with the session of an earlier page of this visit; whether the bytes were one.
    pub fn restore_session(&mut self, bytes: &[u8]) -> bool {
        match Session::decode(bytes) {
            Some(session) => {
                self.session = session;
                self.believed_at = None;
                true
            }
            None => false,
        }
    }

    /// Forgets everything about the shopper.
    pub fn erase(&mut self) {
        self.session = Session::default();
        self.profile = Profile::new();
        self.names.clear();
        self.believed_at = None;
    }

    /// Erases everything about the shopper here and, as this profile is joined with others, everywhere else: also on a device that comes back after
    /// a year, and in a backup.
    pub fn erase_everywhere(&mut self, now: Timestamp) {
        let mut profile = std::mem::take(&mut self.profile);
        profile.erase(self.owner, now);
        self.erase();
        self.profile = profile;
    }

    fn take_in(&mut self, mut other: Profile) {
        let epoch = self.profile.epoch();
        other.offered_to(self.owner, &self.profile);
        self.profile.join(&other);
        self.profile.fit(Some(self.replica));
        if self.profile.epoch() > epoch {
            // Erased elsewhere: also what this visit knows from before then. What was done since is not meant, and learned anew.
            self.names.clear();
            let touches = self.session.since(self.profile.erased_at());
            // A login has brought them there already.
            if !self.profile.has_parts_of(self.replica) {
                for touch in touches {
                    touch.record(&mut self.profile, self.replica);
                }
            }
        }
        self.believed_at = None;
    }

    /// Takes out what is muted, and what stands below a muted category.
    pub(super) fn hush(&self, evidence: &mut SortedMap<Key, Evidence>) {
        let muted: Vec<Key> = self.profile.muted().collect();
        if muted.is_empty() {
            return;
        }
        let is_muted = |key: &Key| {
            let below = self.catalogue.as_ref().is_some_and(|catalogue| {
                let value = catalogue.value_by_key(*key).into_iter();
                let above = value.flat_map(|value| catalogue.ancestors(value));
                above
                    .map(|value| catalogue.value_key(value))
                    .any(|above| muted.contains(&above))
            });
            below || muted.contains(key)
        };
        let hushed: Vec<Key> = evidence
            .iter()
            .map(|(key, _)| key)
            .filter(is_muted)
            .collect();
        hushed.into_iter().for_each(|key| evidence.remove(key));
    }

    /// Log-odds that the value behind `key` adds to an item, one level of a category path alone.
    pub(super) fn score(&self, key: Key) -> f64 {
        let known = self.catalogue.as_ref().and_then(|catalogue| {
            let value = catalogue.value_by_key(key)?;
            Some(self.beliefs.own_value(catalogue, value))
        });
        // Without a catalogue an even chance stands for the base rate.
        known.unwrap_or_else(|| self.beliefs.loose_value(key, 0.5))
    }

    /// Facet, value and label of `key`, as far as somebody told them.
    pub(super) fn name(&self, key: Key) -> Option<(String, String, String)> {
        let known = self.catalogue.as_ref().and_then(|catalogue| {
            let value = catalogue.value_by_key(key)?;
            Some((
                catalogue.facet_key(catalogue.facet_of(value)).to_owned(),
                catalogue.value_name(value),
                catalogue.value_label(value).to_owned(),
            ))
        });
        known.or_else(|| {
            let (facet, name) = self.names.get(key)?;
            Some((
                (*facet).to_owned(),
                name.clone(),
                leaf_label(name).to_owned(),
            ))
        })
    }
}
