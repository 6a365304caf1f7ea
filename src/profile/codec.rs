//! Bytes of a profile.

use super::{LogMass, Part, Profile, ProfileError, ReplicaId, Tick};
use crate::{
    key::Key,
    pack::{read_varint, write_varint},
    sorted::SortedMap,
};

const MAGIC: u8 = 0xec;
const VERSION: u8 = 1;

/// Masses further below the greatest are dropped: 2⁻³² of it, and two bytes on the wire.
pub(super) const MAX_DISTANCE: i32 = (1 << 14) - 1;

impl Profile {
    /// The profile as bytes, at most [`MAX_BYTES`](Self::MAX_BYTES).
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![MAGIC, VERSION];
        write_varint(&mut bytes, self.parts.len() as u32);
        for (replica, part) in self.parts.iter() {
            bytes.extend_from_slice(&replica.0.to_le_bytes());
            write_varint64(&mut bytes, part.revision);
            write_varint(&mut bytes, part.last.0 as u32);
            write_masses(&mut bytes, &part.positive);
            write_masses(&mut bytes, &part.negative);
        }
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
        if bytes.first() != Some(&MAGIC) {
            return Err(ProfileError::Foreign);
        }
        let mut reader = Reader { bytes, at: 1 };
        let version = reader.byte()?;
        if version > VERSION {
            return Err(ProfileError::NewerVersion {
                got: version,
                supported: VERSION,
            });
        }
        if version == 0 {
            return Err(reader.damaged("there is no version 0"));
        }
        if bytes.len() > Self::MAX_BYTES {
            return Err(ProfileError::TooLong {
                got: bytes.len(),
                max: Self::MAX_BYTES,
            });
        }
        let count = reader.number()?;
        if count as usize > Self::MAX_REPLICAS {
            return Err(reader.damaged("it has too many parts"));
        }
        let mut parts = SortedMap::default();
        for _ in 0..count {
            let replica = ReplicaId(u64::from_le_bytes(reader.array()?));
            if parts.last_key().is_some_and(|last| last >= replica) {
                return Err(reader.damaged("its parts are out of order"));
            }
            parts.insert(replica, reader.part()?);
        }
        if reader.at != bytes.len() {
            return Err(reader.damaged("something follows its end"));
        }
        Ok(Self { parts })
    }
}

fn write_masses(bytes: &mut Vec<u8>, masses: &SortedMap<Key, LogMass>) {
    write_varint(bytes, masses.len() as u32);
    let Some(greatest) = masses.iter().map(|(_, &mass)| mass).max() else {
        return;
    };
    write_varint(bytes, zigzag(greatest.0));
    for (key, mass) in masses.iter() {
        let key = key.to_u64().to_le_bytes();
        bytes.extend(key.iter().take(Key::BYTES));
        write_varint(bytes, (greatest.0 - mass.0) as u32);
    }
}

fn write_varint64(bytes: &mut Vec<u8>, mut value: u64) {
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

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn damaged(&self, what: &'static str) -> ProfileError {
        ProfileError::Damaged { at: self.at, what }
    }

    fn byte(&mut self) -> Result<u8, ProfileError> {
        self.array::<1>().map(|[byte]| byte)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], ProfileError> {
        let array = self
            .bytes
            .get(self.at..)
            .and_then(|rest| rest.first_chunk::<N>())
            .copied()
            .ok_or(self.damaged("it ends here"))?;
        self.at += N;
        Ok(array)
    }

    /// A number in its shortest form, so that equal profiles have equal bytes.
    fn number(&mut self) -> Result<u32, ProfileError> {
        let start = self.at;
        let value =
            read_varint(self.bytes, &mut self.at).ok_or(self.damaged("a number is cut off"))?;
        if self.at > start + 1 && self.bytes.get(self.at - 1) == Some(&0) {
            return Err(self.damaged("a number is padded"));
        }
        Ok(value)
    }

    fn number64(&mut self) -> Result<u64, ProfileError> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            if shift == 63 && byte > 1 || shift > 0 && byte == 0 {
                return Err(self.damaged("a number is padded or too large"));
            }
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(self.damaged("a number is too large"))
    }

    fn part(&mut self) -> Result<Part, ProfileError> {
        let revision = self.number64()?;
        let last =
            i32::try_from(self.number()?).map_err(|_| self.damaged("a time is out of range"))?;
        let positive = self.masses()?;
        let negative = self.masses()?;
        if positive.len() + negative.len() > Profile::MAX_MASSES {
            return Err(self.damaged("a part holds too much"));
        }
        Ok(Part {
            last: Tick(last),
            revision,
            positive,
            negative,
        })
    }

    fn masses(&mut self) -> Result<SortedMap<Key, LogMass>, ProfileError> {
        let count = self.number()?;
        let mut masses = SortedMap::default();
        if count == 0 {
            return Ok(masses);
        }
        if count as usize > Profile::MAX_MASSES {
            return Err(self.damaged("a part holds too much"));
        }
        let greatest = unzigzag(self.number()?);
        let mut nearest = i32::MAX;
        for _ in 0..count {
            let [a, b, c, d, e] = self.array::<{ Key::BYTES }>()?;
            let key = Key::from_u64(u64::from_le_bytes([a, b, c, d, e, 0, 0, 0]));
            if masses.last_key().is_some_and(|last| last >= key) {
                return Err(self.damaged("keys are out of order"));
            }
            let distance = self.number()? as i32;
            if !(0..=MAX_DISTANCE).contains(&distance) {
                return Err(self.damaged("a mass is out of range"));
            }
            nearest = nearest.min(distance);
            masses.insert(key, LogMass(greatest.saturating_sub(distance)));
        }
        if nearest != 0 || greatest.checked_sub(MAX_DISTANCE).is_none() {
            return Err(self.damaged("the greatest mass is missing"));
        }
        Ok(masses)
    }
}
