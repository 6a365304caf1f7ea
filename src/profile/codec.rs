//! Bytes of a profile.
//!
//! `0xEC`, version (2), and the content. The content begins with a byte of flags that says which sections follow: 1 the epoch, 2 bases,
//! 4 decisions; the parts are always there. Numbers without a width are LEB128, ids and keys little-endian, and all lists ascend.
//!
//! * Epoch: a number.
//! * Bases: their count; per base its id (8 bytes), version, horizon, when it was last written, and what it covers: count, and each the id (8 bytes), the part plus one
//!   (0: a base that it has taken in) and how many ticks before the base's last it was written; its masses.
//! * Decisions: 1 if there is a consent (tier and source, a byte each, and its time), else 0; mutes: count, and each the key (5 bytes) and twice its
//!   stamp, plus one if it is muted; what is unlinked: count, and each the id (8 bytes).
//! * Parts: their count; per part twice its number, plus one if it is of another replica than the one before, and then the replica's id (8 bytes); twice its
//!   revision, plus one if it is closed, the revision with which the one before was closed, last tick, and its masses.
//! * Masses: for and against: their count, the logarithm of the greatest (zigzag), and per mass the key (5 bytes) and the distance from the greatest.
//!
//! [Version 1](super::codec_v1) had parts alone. A version or a flag that is not known here was written by a newer Endcap: then nothing is read, so that
//! nothing can be lost.

use super::base::Cover;
use super::choices::{Choices, MAX_MUTES, MAX_UNLINKED, Mute};
use super::fit::MAX_PARTS;
use super::masses::{MAX_DISTANCE, Masses};
use super::{Base, Consent, LogMass, MAX_COVERS, Part, Profile, ProfileError, ReplicaId, Tick};
use crate::{key::Key, pack::write_varint, sorted::SortedMap, time::Timestamp};

pub(super) const MAGIC: u8 = 0xec;
pub(super) const VERSION: u8 = 2;

const EPOCH: u8 = 1;
const BASES: u8 = 2;
const CHOICES: u8 = 4;

/// Bases in one profile or summary. Whoever folds leaves 4; a device can bring some of each shop account that it was linked with.
pub(super) const MAX_BASES_READ: usize = 16;

/// Replicas that a base names: 64 when it was trimmed, and one more for each base that it was made from.
const MAX_COVERS_READ: usize = MAX_COVERS + MAX_BASES_READ;

/// Masses for or against, of a part or of a base: whoever folds keeps 56, a part has 64.
const MAX_HALF: usize = 2 * Profile::MAX_MASSES;

impl Profile {
    /// The profile as bytes: at most [`MAX_BYTES`](Self::MAX_BYTES), if it was made to [`fit`](Self::fit).
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        // The usual length, so that it is not moved as it grows.
        let mut bytes = Vec::with_capacity(1024);
        bytes.extend([MAGIC, VERSION]);
        self.write_content(&mut bytes, self.epoch);
        bytes
    }

    /// Reads what [`encode`](Self::encode) wrote, here or in any earlier version.
    ///
    /// # Errors
    ///
    /// * [`ProfileError::Foreign`] if the bytes are something else.
    /// * [`ProfileError::NewerVersion`] if a newer version wrote them: keep them.
    /// * [`ProfileError::TooLong`] above [`MAX_BYTES`](Self::MAX_BYTES).
    /// * [`ProfileError::Damaged`] if they end early, go on after the end, or hold what `encode` never writes.
    pub fn decode(bytes: &[u8]) -> Result<Self, ProfileError> {
        read(
            bytes,
            MAGIC,
            VERSION,
            Self::MAX_BYTES,
            |reader| match bytes.get(1) {
                Some(1) => reader.profile_v1(),
                _ => reader.profile(),
            },
        )
    }

    /// Which sections there are.
    fn flags(&self, epoch: u64) -> u8 {
        let epoch = if epoch != 0 { EPOCH } else { 0 };
        let bases = if self.bases.is_empty() { 0 } else { BASES };
        let choices = if self.choices.is_empty() { 0 } else { CHOICES };
        epoch | bases | choices
    }

    /// The content behind the version.
    pub(super) fn write_content(&self, bytes: &mut Vec<u8>, epoch: u64) {
        bytes.push(self.flags(epoch));
        if epoch != 0 {
            write_varint64(bytes, epoch);
        }
        if !self.bases.is_empty() {
            write_varint(bytes, self.bases.len() as u32);
            self.bases
                .iter()
                .for_each(|(id, base)| base.write(bytes, id));
        }
        if !self.choices.is_empty() {
            self.choices.write(bytes);
        }
        write_varint(bytes, self.parts.len() as u32);
        let mut former = None;
        for ((replica, number), part) in self.parts.iter() {
            write_part_id(bytes, &mut former, replica, number);
            write_varint64(bytes, part.revision << 1 | u64::from(part.closed));
            write_varint64(bytes, part.before);
            write_varint(bytes, part.last.0 as u32);
            part.masses.write(bytes);
        }
    }
}

/// Names a part, of which `former` was the replica of the one before.
pub(super) fn write_part_id(
    bytes: &mut Vec<u8>,
    former: &mut Option<ReplicaId>,
    replica: ReplicaId,
    number: u32,
) {
    let another = former.replace(replica) != Some(replica);
    write_varint64(bytes, u64::from(number) << 1 | u64::from(another));
    if another {
        bytes.extend_from_slice(&replica.0.to_le_bytes());
    }
}

impl Base {
    pub(super) fn write(&self, bytes: &mut Vec<u8>, id: u64) {
        bytes.extend_from_slice(&id.to_le_bytes());
        write_varint64(bytes, self.version);
        write_varint(bytes, self.horizon.0 as u32);
        let last = self
            .covers
            .iter()
            .map(|(_, cover)| cover.last)
            .max()
            .unwrap_or_default();
        write_varint(bytes, last.0 as u32);
        write_varint(bytes, self.covers.len() as u32);
        for (replica, cover) in self.covers.iter() {
            bytes.extend_from_slice(&replica.to_le_bytes());
            write_varint(bytes, cover.part.wrapping_add(1));
            write_varint(bytes, (last.0 - cover.last.0) as u32);
        }
        self.masses.write(bytes);
    }
}

impl Choices {
    pub(super) fn write(&self, bytes: &mut Vec<u8>) {
        bytes.push(u8::from(self.consent.is_some()));
        if let Some(Consent { tier, source, at }) = self.consent {
            bytes.extend([tier, source]);
            write_varint64(bytes, at.0);
        }
        write_varint(bytes, self.mutes.len() as u32);
        for (key, mute) in self.mutes.iter() {
            write_key(bytes, key);
            write_varint64(bytes, mute.stamp << 1 | u64::from(mute.muted));
        }
        write_varint(bytes, self.unlinked.len() as u32);
        for (id, ()) in self.unlinked.iter() {
            bytes.extend_from_slice(&id.to_le_bytes());
        }
    }
}

impl Masses {
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.write(&mut bytes);
        bytes
    }

    pub(super) fn write(&self, bytes: &mut Vec<u8>) {
        for masses in [&self.positive, &self.negative] {
            write_varint(bytes, masses.len() as u32);
            let Some(greatest) = masses.iter().map(|(_, &mass)| mass).max() else {
                continue;
            };
            write_varint(bytes, zigzag(greatest.0));
            for (key, mass) in masses.iter() {
                write_key(bytes, key);
                write_varint(bytes, (greatest.0 - mass.0) as u32);
            }
        }
    }
}

fn write_key(bytes: &mut Vec<u8>, key: Key) {
    bytes.extend(key.to_u64().to_le_bytes().iter().take(Key::BYTES));
}

pub(super) fn write_varint64(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

fn zigzag(value: i32) -> u32 {
    ((value << 1) ^ (value >> 31)) as u32
}

fn unzigzag(value: u32) -> i32 {
    (value >> 1) as i32 ^ -((value & 1) as i32)
}

/// Reads bytes that begin with `magic` and a version: all of them.
pub(super) fn read<T>(
    bytes: &[u8],
    magic: u8,
    supported: u8,
    max: usize,
    content: impl FnOnce(&mut Reader<'_>) -> Option<T>,
) -> Result<T, ProfileError> {
    if bytes.first() != Some(&magic) {
        return Err(ProfileError::Foreign);
    }
    let mut reader = Reader::new(bytes, supported);
    reader.at = 1;
    let got = reader.byte().unwrap_or_default();
    if got > supported {
        return Err(ProfileError::NewerVersion { got, supported });
    }
    if bytes.len() > max {
        let got = bytes.len();
        return Err(ProfileError::TooLong { got, max });
    }
    let read = match got {
        0 => reader.damaged("there is no version 0"),
        _ => content(&mut reader),
    };
    if read.is_some() && !reader.is_at_end() {
        reader.damaged::<()>("something follows its end");
    }
    match (reader.fault, read) {
        (None, Some(read)) => Ok(read),
        (fault, _) => Err(fault.unwrap_or(ProfileError::Foreign)),
    }
}

/// Reads on until something is wrong, and remembers what: `None` means "see the fault", which keeps the code small.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    supported: u8,
    fault: Option<ProfileError>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8], supported: u8) -> Self {
        Reader {
            bytes,
            at: 0,
            supported,
            fault: None,
        }
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at == self.bytes.len()
    }

    pub(super) fn damaged<T>(&mut self, what: &'static str) -> Option<T> {
        let at = self.at;
        self.fault.get_or_insert(ProfileError::Damaged { at, what });
        None
    }

    fn check(&mut self, sound: bool, what: &'static str) -> Option<()> {
        if sound { Some(()) } else { self.damaged(what) }
    }

    fn byte(&mut self) -> Option<u8> {
        let Some(&byte) = self.bytes.get(self.at) else {
            return self.damaged("it ends here");
        };
        self.at += 1;
        Some(byte)
    }

    /// A number of `count` bytes, the least first.
    #[inline(never)]
    fn little_endian(&mut self, count: u32) -> Option<u64> {
        let mut value = 0;
        for at in 0..count {
            value |= u64::from(self.byte()?) << (8 * at);
        }
        Some(value)
    }

    pub(super) fn id(&mut self) -> Option<u64> {
        self.little_endian(8)
    }

    pub(super) fn word(&mut self) -> Option<u32> {
        self.little_endian(4).map(|word| word as u32)
    }

    fn key(&mut self) -> Option<Key> {
        self.little_endian(Key::BYTES as u32).map(Key::from_u64)
    }

    /// Flags, none of which a newer version has added.
    pub(super) fn flags(&mut self, known: u8) -> Option<u8> {
        let flags = self.byte()?;
        if flags & !known != 0 {
            let (got, supported) = (self.supported + 1, self.supported);
            self.fault
                .get_or_insert(ProfileError::NewerVersion { got, supported });
            return None;
        }
        Some(flags)
    }

    /// A number in its shortest form, so that equal profiles have equal bytes.
    #[inline(never)]
    pub(super) fn number64(&mut self) -> Option<u64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            if shift == 63 && byte > 1 || shift > 0 && byte == 0 {
                break;
            }
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        self.damaged("a number is padded or too large")
    }

    pub(super) fn number(&mut self) -> Option<u32> {
        let number = u32::try_from(self.number64()?).ok();
        number.or_else(|| self.damaged("a number is too large"))
    }

    pub(super) fn tick(&mut self) -> Option<Tick> {
        let tick = i32::try_from(self.number()?).ok().map(Tick);
        tick.or_else(|| self.damaged("a time is out of range"))
    }

    /// How many of something follow, each of `bytes` bytes at least, and at most as many as a profile keeps: what is made to
    /// [`fit`](Profile::fit) has no more, and joining more would cost others' time.
    pub(super) fn count(&mut self, bytes: usize, most: usize) -> Option<u32> {
        let count = self.number()?;
        let rest = self.bytes.len() - self.at;
        self.check(
            count as usize <= rest / bytes,
            "it announces more than it holds",
        )?;
        self.check(count as usize <= most, "it holds more than a profile keeps")?;
        Some(count)
    }

    /// Adds an entry that must come after those before it.
    pub(super) fn ascending<K: Ord + Copy, V>(
        &mut self,
        map: &mut SortedMap<K, V>,
        key: K,
        value: V,
    ) -> Option<()> {
        let appended = map.append(key, value);
        self.check(appended, "its entries are out of order")
    }

    /// The part that [`write_part_id`] has named.
    pub(super) fn part_id(&mut self, former: &mut Option<ReplicaId>) -> Option<(ReplicaId, u32)> {
        let number = self.number64()?;
        if number & 1 == 1 {
            let replica = ReplicaId(self.id()?);
            // So that there is one way to write it.
            let another = former.replace(replica) != Some(replica);
            self.check(another, "a replica is named twice")?;
        }
        match (*former, u32::try_from(number >> 1)) {
            (Some(replica), Ok(number)) => Some((replica, number)),
            _ => self.damaged("a part has no name"),
        }
    }

    /// The content behind the version.
    pub(super) fn profile(&mut self) -> Option<Profile> {
        let flags = self.flags(EPOCH | BASES | CHOICES)?;
        let mut profile = Profile::new();
        if flags & EPOCH != 0 {
            profile.epoch = self.number64()?;
        }
        if flags & BASES != 0 {
            for _ in 0..self.count(14, MAX_BASES_READ)? {
                let id = self.id()?;
                let base = self.base()?;
                self.ascending(&mut profile.bases, id, base)?;
            }
        }
        if flags & CHOICES != 0 {
            profile.choices = self.choices()?;
        }
        let mut former = None;
        for _ in 0..self.count(6, MAX_PARTS)? {
            let id = self.part_id(&mut former)?;
            let part = self.part()?;
            self.ascending(&mut profile.parts, id, part)?;
        }
        let there = profile.flags(profile.epoch);
        self.check(flags == there, "an announced section is empty")?;
        Some(profile)
    }

    fn base(&mut self) -> Option<Base> {
        let version = self.number64()?;
        let horizon = self.tick()?;
        let last = self.tick()?;
        let mut covers = SortedMap::default();
        let mut nearest = last.0;
        for _ in 0..self.count(10, MAX_COVERS_READ)? {
            let id = self.id()?;
            let part = self.number()?.wrapping_sub(1);
            let distance = self.tick()?.0;
            nearest = nearest.min(distance);
            self.check(distance <= last.0, "a time is out of range")?;
            let last = Tick(last.0 - distance);
            self.ascending(&mut covers, id, Cover { last, part })?;
        }
        self.check(nearest == 0, "the latest time is missing")?;
        let masses = self.masses()?;
        Some(Base {
            version,
            covers,
            horizon,
            masses,
        })
    }

    fn choices(&mut self) -> Option<Choices> {
        let mut choices = Choices::default();
        if self.flags(1)? == 1 {
            let (tier, source) = (self.byte()?, self.byte()?);
            let at = Timestamp(self.number64()?);
            choices.consent = Some(Consent { tier, source, at });
        }
        for _ in 0..self.count(6, MAX_MUTES)? {
            let key = self.key()?;
            let stamp = self.number64()?;
            let muted = stamp & 1 == 1;
            let stamp = stamp >> 1;
            self.ascending(&mut choices.mutes, key, Mute { stamp, muted })?;
        }
        for _ in 0..self.count(8, MAX_UNLINKED)? {
            let id = self.id()?;
            self.ascending(&mut choices.unlinked, id, ())?;
        }
        Some(choices)
    }

    fn part(&mut self) -> Option<Part> {
        let revision = self.number64()?;
        Some(Part {
            revision: revision >> 1,
            closed: revision & 1 == 1,
            before: self.number64()?,
            last: self.tick()?,
            masses: self.part_masses()?,
        })
    }

    pub(super) fn part_masses(&mut self) -> Option<Masses> {
        let masses = self.masses()?;
        let few = masses.len() <= Profile::MAX_MASSES;
        self.check(few, "a part holds too much")?;
        Some(masses)
    }

    fn masses(&mut self) -> Option<Masses> {
        let positive = self.half()?;
        let negative = self.half()?;
        Some(Masses { positive, negative })
    }

    #[inline(never)]
    fn half(&mut self) -> Option<SortedMap<Key, LogMass>> {
        let count = self.count(Key::BYTES + 1, MAX_HALF)?;
        let mut masses = SortedMap::with_capacity(count as usize);
        if count == 0 {
            return Some(masses);
        }
        let greatest = unzigzag(self.number()?);
        let mut nearest = i32::MAX;
        for _ in 0..count {
            let key = self.key()?;
            let distance = self.number()? as i32;
            let near = (0..=MAX_DISTANCE).contains(&distance);
            self.check(near, "a mass is out of range")?;
            nearest = nearest.min(distance);
            let mass = LogMass(greatest.saturating_sub(distance));
            self.ascending(&mut masses, key, mass)?;
        }
        let sound = nearest == 0 && greatest.checked_sub(MAX_DISTANCE).is_some();
        self.check(sound, "the greatest mass is missing")?;
        Some(masses)
    }
}
