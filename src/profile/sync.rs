//! Delta sync: what one side lacks, both directions in one round trip.
//!
//! A side sends a [`Message`]: a [`Summary`] of what it has, and what the other lacked when it was last heard of. The other joins that and
//! answers with a message of its own, made from the summary. Messages may be lost, repeated, late or out of order: what they carry is joined.
//! A side that finds in a summary less than it thought the other had, because the other's store lost a write, offers it again.
//!
//! # Format
//! `0xED`, version (1), the summary, and the content as in [`codec`](super::codec), but for its epoch, which is that of the summary.
//! Summary: flags (1: there is an epoch, 2: there are decisions), the epoch, 4 bytes of a hash of the decisions, the count of bases and per base its id (8 bytes) and
//! version, the count of parts, and per part its name as in [`codec`](super::codec) and its revision.

use super::codec::{MAX_BASES_READ, Reader, read, write_part_id, write_varint64};
use super::fit::MAX_PARTS;
use super::{Profile, ProfileError, ReplicaId};
use crate::{key::hash, pack::write_varint, sorted::SortedMap};

const MAGIC: u8 = 0xed;
const VERSION: u8 = 1;

const EPOCH: u8 = 1;
const CHOICES: u8 = 2;

/// What somebody has of a profile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    epoch: u64,
    choices: u32,
    bases: SortedMap<u64, u64>,
    parts: SortedMap<(ReplicaId, u32), u64>,
}

/// What one side tells the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// What the sender has.
    pub summary: Summary,
    /// What the receiver lacks, as far as the sender knows.
    pub delta: Profile,
}

impl Profile {
    /// What is here.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let mut summary = Summary {
            epoch: self.epoch,
            choices: self.choices_hash(),
            ..Summary::default()
        };
        for (id, base) in self.bases.iter() {
            summary.bases.insert(id, base.version);
        }
        for (id, part) in self.parts.iter() {
            summary.parts.insert(id, part.revision);
        }
        summary
    }

    /// What those lack who have `known`.
    #[must_use]
    pub fn lacking(&self, known: &Summary) -> Self {
        let nothing = Summary::default();
        let known = if known.epoch < self.epoch {
            &nothing
        } else {
            known
        };
        let mut delta = Self {
            epoch: self.epoch,
            ..Self::default()
        };
        if known.epoch > self.epoch {
            return delta;
        }
        for (id, base) in self.bases.iter() {
            if known
                .bases
                .get(id)
                .is_none_or(|&version| version < base.version)
            {
                delta.bases.insert(id, base.clone());
            }
        }
        for (id, part) in self.parts.iter() {
            if known
                .parts
                .get(id)
                .is_none_or(|&revision| revision < part.revision)
            {
                delta.parts.insert(id, part.clone());
            }
        }
        if known.choices != self.choices_hash() {
            delta.choices = self.choices.clone();
        }
        delta
    }

    /// Whether those who have `known` lack anything.
    #[must_use]
    pub fn is_known_by(&self, known: &Summary) -> bool {
        known.epoch >= self.epoch && self.lacking(known).holds_nothing()
    }

    /// A message to somebody who had `known` when last heard of.
    #[must_use]
    pub fn message(&self, known: &Summary) -> Message {
        Message {
            summary: self.summary(),
            delta: self.lacking(known),
        }
    }

    /// Lets `replica` go on with its next part, if the server has all of its last one.
    pub(crate) fn acknowledge(&mut self, replica: ReplicaId, server: &Summary) {
        let last = self.numbers(replica).last();
        for ((other, number), part) in self.parts.iter_mut() {
            let known = server.parts.get((other, number)) == Some(&part.revision);
            if other == replica && Some(number) == last && known && server.epoch == self.epoch {
                part.closed = true;
            }
        }
    }

    fn choices_hash(&self) -> u32 {
        if self.choices.is_empty() {
            return 0;
        }
        let mut bytes = Vec::new();
        self.choices.write(&mut bytes);
        // Never that of none.
        (hash(&bytes) as u32).max(1)
    }
}

impl Summary {
    /// The summary as bytes, for [`from_bytes`](Self::from_bytes).
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.write(&mut bytes);
        bytes
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote. Bytes of any other origin say nothing, which costs a longer message at most.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let mut reader = Reader::new(bytes, VERSION);
        let summary = reader.summary().filter(|_| reader.is_at_end());
        summary.unwrap_or_default()
    }

    fn write(&self, bytes: &mut Vec<u8>) {
        let epoch = if self.epoch != 0 { EPOCH } else { 0 };
        let choices = if self.choices != 0 { CHOICES } else { 0 };
        bytes.push(epoch | choices);
        if self.epoch != 0 {
            write_varint64(bytes, self.epoch);
        }
        if self.choices != 0 {
            bytes.extend_from_slice(&self.choices.to_le_bytes());
        }
        write_varint(bytes, self.bases.len() as u32);
        for (id, &version) in self.bases.iter() {
            bytes.extend_from_slice(&id.to_le_bytes());
            write_varint64(bytes, version);
        }
        write_varint(bytes, self.parts.len() as u32);
        let mut former = None;
        for ((replica, number), &revision) in self.parts.iter() {
            write_part_id(bytes, &mut former, replica, number);
            write_varint64(bytes, revision);
        }
    }
}

impl Message {
    /// No message is longer.
    pub const MAX_BYTES: usize = 8192;

    /// Whether `bytes` begin like a message, and not like a profile.
    #[must_use]
    pub fn is(bytes: &[u8]) -> bool {
        bytes.first() == Some(&MAGIC)
    }

    /// The message as bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![MAGIC, VERSION];
        self.summary.write(&mut bytes);
        self.delta.write_content(&mut bytes, 0);
        bytes
    }

    /// Reads what [`encode`](Self::encode) wrote.
    ///
    /// # Errors
    ///
    /// Those of [`Profile::decode`].
    pub fn decode(bytes: &[u8]) -> Result<Self, ProfileError> {
        read(bytes, MAGIC, VERSION, Self::MAX_BYTES, |reader| {
            let summary = reader.summary()?;
            let mut delta = reader.profile()?;
            if delta.epoch != 0 {
                return reader.damaged("the epoch stands in the summary");
            }
            delta.epoch = summary.epoch;
            Some(Self { summary, delta })
        })
    }
}

impl Reader<'_> {
    fn summary(&mut self) -> Option<Summary> {
        let mut summary = Summary::default();
        let flags = self.flags(EPOCH | CHOICES)?;
        if flags & EPOCH != 0 {
            summary.epoch = self.number64()?;
        }
        if flags & CHOICES != 0 {
            summary.choices = self.word()?;
        }
        for _ in 0..self.count(9, MAX_BASES_READ)? {
            let id = self.id()?;
            let version = self.number64()?;
            self.ascending(&mut summary.bases, id, version)?;
        }
        let mut former = None;
        for _ in 0..self.count(2, MAX_PARTS)? {
            let id = self.part_id(&mut former)?;
            let revision = self.number64()?;
            self.ascending(&mut summary.parts, id, revision)?;
        }
        Some(summary)
    }
}
