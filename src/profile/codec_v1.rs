//! Version 1 of the bytes of a profile, for clients that know no other.
//!
//! `0xEC`, version (1), number of parts (8 at most), then per part, ascending by replica: replica (8 bytes, little-endian),
//! revision, last tick, and the masses. Each replica had one part, which is number 0 of its parts now.
//!
//! What version 1 has no words for, bases and later parts, it gets as one more part, of a replica that does not exist ([`VIEW`]). It sends that back
//! with its own, and then it is passed over.

use super::codec::{MAGIC, Reader, write_varint64};
use super::{Part, Profile, ReplicaId, Tick};
use crate::pack::write_varint;

/// The first bytes of the SHA-256 of "endcap profile v1 view", so that nobody draws it.
const VIEW: ReplicaId = ReplicaId(0xee06_ab98_70de_3095);

/// More parts than this version 1 does not read.
const MAX_PARTS: usize = 8;

impl Profile {
    /// The profile in version 1, for a client that has sent that: its latest parts, and all else as one more.
    #[must_use]
    pub fn encode_v1(&self) -> Vec<u8> {
        let mut view = Part::default();
        for (_, base) in self.bases.iter() {
            view.masses.absorb(&base.masses);
            // Greater with every change, also when the parts that are folded fall away.
            view.revision = view.revision.saturating_add(base.version << 32);
            let last = base.covers.iter().map(|(_, cover)| cover.last).max();
            view.last = view.last.max(last.unwrap_or_default());
        }
        let mut parts = Vec::new();
        for ((replica, number), part) in self.parts.iter() {
            if number == 0 {
                parts.push((part.last, replica, part.clone()));
            } else {
                view.masses.absorb(&part.masses);
                view.revision = view.revision.saturating_add(part.revision);
                view.last = view.last.max(part.last);
            }
        }
        parts.sort_by_key(|&(last, replica, _)| (last, replica));
        if view.revision > 0 {
            view.masses.trim(Self::MAX_MASSES);
            parts.push((Tick(i32::MAX), VIEW, view));
        }
        parts.drain(..parts.len().saturating_sub(MAX_PARTS));
        parts.sort_by_key(|&(_, replica, _)| replica);
        let mut bytes = vec![MAGIC, 1];
        write_varint(&mut bytes, parts.len() as u32);
        for (_, replica, part) in parts {
            bytes.extend_from_slice(&replica.0.to_le_bytes());
            write_varint64(&mut bytes, part.revision);
            write_varint(&mut bytes, part.last.0 as u32);
            part.masses.write(&mut bytes);
        }
        bytes
    }

    /// The profile in version 1, for a server that knows no other: what was written since the device has known that server and no later one.
    #[must_use]
    pub fn encode_for_v1(&self) -> Vec<u8> {
        let mut early = Self::new();
        for (id, part) in self.parts.iter().filter(|((_, number), _)| *number == 0) {
            early.parts.insert(id, part.clone());
        }
        early.encode_v1()
    }
}

impl Reader<'_> {
    /// The content of version 1.
    pub(super) fn profile_v1(&mut self) -> Option<Profile> {
        let count = self.number()?;
        if count as usize > MAX_PARTS {
            return self.damaged("it has too many parts");
        }
        let mut profile = Profile::new();
        for _ in 0..count {
            let replica = ReplicaId(self.id()?);
            let part = Part {
                revision: self.number64()?.min(super::MAX_NUMBER),
                last: self.tick()?,
                masses: self.part_masses()?,
                ..Part::default()
            };
            self.ascending(&mut profile.parts, (replica, 0), part)?;
        }
        profile.parts.remove((VIEW, 0));
        Some(profile)
    }
}
