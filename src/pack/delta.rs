//! Deltas: what turns a pack that is there into the one that follows it, exactly.
//!
//! Sections are compared one by one. Each is first brought into a form in which little differs: offsets as the
//! distances between them, numbers of items as they are counted in the new pack. What then stands in both is copied, the
//! rest is inserted.
//!
//! # Invariants
//! * What comes out is the new pack bit for bit, or an error: its hash is checked.
//! * Memory is bounded: the new pack is at most [`MAX_GROWTH`] times as long as the old one and the delta together, and no
//!   section is longer than announced.
//! * Time is bounded: each section of the old pack is looked at once.
//!
//! # Format
//! A delta is a pack of its own kind. Numbers in `DLSC`, `DLOP` and `DLTB` are LEB128.
//!
//! | tag | what |
//! | --- | --- |
//! | `DLMT` | hash of the old pack (16 bytes), of the new one (16), the new one's length (8) and kind (4) |
//! | `DLTB` | table of items: number of steps, then per step the distance of its first old number from the step before, and the shift to the new number (zigzag) |
//! | `DLSC` | per section of the new pack: tag (4 bytes), bytes per element, length, form, number of operations |
//! | `DLOP` | per operation: bytes to insert, bytes to copy, and how far the copy begins behind the end of the last one and the inserted bytes (zigzag) |
//! | `DLIN` | the bytes to insert |

use std::borrow::Cow;

use super::{Bytes, Pack, PackError, PackHash, PackKind, PackWriter, Tag, U32s, U64s, read_varint};

pub(super) const META: (Tag, &str) = (*b"DLMT", "delta: meta");
pub(super) const TABLE: (Tag, &str) = (*b"DLTB", "delta: table of items");
pub(super) const SECTIONS: (Tag, &str) = (*b"DLSC", "delta: sections");
pub(super) const OPERATIONS: (Tag, &str) = (*b"DLOP", "delta: operations");
pub(super) const INSERTED: (Tag, &str) = (*b"DLIN", "delta: inserted bytes");

/// What the section behind `tag` holds.
pub(super) fn section_name(tag: Tag) -> Option<&'static str> {
    [META, TABLE, SECTIONS, OPERATIONS, INSERTED]
        .into_iter()
        .find(|&(known, _)| known == tag)
        .map(|(_, name)| name)
}

/// How much longer a new pack may be than the old one and the delta together: a delta that says more is not worth it,
/// and forged ones could ask for any amount.
const MAX_GROWTH: u64 = 2;

/// A form in which sections are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// As it is.
    Plain,
    /// 32-bit numbers as the distances from the one before.
    Distances,
    /// 32-bit numbers, the old ones brought to the new pack's items.
    Items,
    /// 64-bit numbers, the lower half of the old ones brought to the new pack's items.
    LowItems,
}

impl Form {
    pub(super) const ALL: [Self; 4] = [Self::Plain, Self::Distances, Self::Items, Self::LowItems];

    /// Bytes of the elements that the form is for.
    pub(super) fn size(self) -> Option<u32> {
        match self {
            Self::Plain => None,
            Self::Distances | Self::Items => Some(4),
            Self::LowItems => Some(8),
        }
    }

    /// The old section in this form.
    pub(super) fn of_old<'a>(self, old: &'a [u8], items: &Table) -> Cow<'a, [u8]> {
        Cow::Owned(match self {
            Self::Plain => return Cow::Borrowed(old),
            Self::Distances => distances(old),
            Self::Items => U32s::new(old)
                .iter()
                .flat_map(|item| items.map(item).to_le_bytes())
                .collect(),
            Self::LowItems => {
                let numbers = U64s::new(old);
                (0..numbers.len())
                    .map(|at| numbers.at(at))
                    .flat_map(|number| {
                        let high = number >> 32 << 32;
                        (high | u64::from(items.map(number as u32))).to_le_bytes()
                    })
                    .collect()
            }
        })
    }

    /// The new section from its form.
    fn restore(self, form: &mut [u8]) {
        if self == Self::Distances {
            let mut sum = 0u32;
            for number in form.as_chunks_mut::<4>().0 {
                sum = sum.wrapping_add(u32::from_le_bytes(*number));
                *number = sum.to_le_bytes();
            }
        }
    }
}

pub(super) fn distances(section: &[u8]) -> Vec<u8> {
    let mut before = 0u32;
    U32s::new(section)
        .iter()
        .flat_map(|number| {
            let distance = number.wrapping_sub(before);
            before = number;
            distance.to_le_bytes()
        })
        .collect()
}

/// Old numbers to new ones, as steps: from its first number on, each shifts by the same amount until the next step.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    pub(super) steps: Vec<(u32, i32)>,
}

impl Table {
    pub(super) fn map(&self, old: u32) -> u32 {
        let after = self.steps.partition_point(|&(first, _)| first <= old);
        let step = after.checked_sub(1).and_then(|at| self.steps.get(at));
        step.map_or(old, |&(_, shift)| old.wrapping_add_signed(shift))
    }

    fn read(bytes: &[u8], at: &mut usize) -> Option<Self> {
        let count = read_varint(bytes, at)? as usize;
        let mut first = 0u32;
        let mut steps = Vec::new();
        for _ in 0..count {
            first = first.checked_add(read_varint(bytes, at)?)?;
            steps.push((first, unzigzag(read_varint(bytes, at)?)));
        }
        Some(Self { steps })
    }
}

pub(super) fn zigzag(number: i32) -> u32 {
    (number << 1 ^ number >> 31) as u32
}

fn unzigzag(number: u32) -> i32 {
    (number >> 1) as i32 ^ -((number & 1) as i32)
}

/// The pack that `delta` makes of `old`: bit for bit what it was made from.
///
/// # Errors
///
/// * [`PackError::Base`] if it is for another pack than `old`.
/// * [`PackError::Hash`] if something else comes out than was promised.
/// * Every other variant of [`PackError`] where `old` or `delta` is no sound pack.
pub fn apply_delta(old: Vec<u8>, delta: Vec<u8>) -> Result<Vec<u8>, PackError> {
    let delta = Pack::open(delta)?.of_kind(PackKind::Delta, "delta")?;
    let part = |(tag, name): (Tag, &'static str)| -> Result<&[u8], PackError> {
        let (start, end) = delta.section(tag, name, 1)?;
        Ok(delta.bytes().get(start..end).unwrap_or_default())
    };
    let meta = Meta::read(part(META)?).ok_or(unsound(META, "it is cut off"))?;
    let old = Pack::open(old)?;
    if old.hash() != meta.old {
        return Err(PackError::Base {
            expected: meta.old,
            got: old.hash(),
        });
    }
    if meta.length > MAX_GROWTH * (old.len() + delta.len()) as u64 {
        return Err(unsound(META, "it promises more than a delta may"));
    }
    let items = Table::read(part(TABLE)?, &mut 0).ok_or(unsound(TABLE, "it is cut off"))?;
    let mut patch = Patch {
        old: &old,
        items,
        operations: part(OPERATIONS)?,
        at: 0,
        inserted: part(INSERTED)?,
        room: meta.length as usize,
    };
    let mut writer = PackWriter::new(meta.kind);
    let (sections, mut at) = (part(SECTIONS)?, 0);
    let mut made = Vec::new();
    while at < sections.len() {
        let entry = Entry::read(sections, &mut at).ok_or(unsound(SECTIONS, "it is cut off"))?;
        // Bringing an old section into its form costs its length, for however little that comes out.
        if made.len() == super::MAX_SECTIONS || made.contains(&entry.tag) {
            return Err(unsound(
                SECTIONS,
                "one is named twice, or there are too many",
            ));
        }
        made.push(entry.tag);
        let bytes = patch
            .section(&entry)
            .ok_or(unsound(OPERATIONS, "they do not make a section"))?;
        writer.section(entry.tag, entry.size, bytes);
    }
    let new = writer
        .finish()
        .ok_or(unsound(SECTIONS, "they pass 4 GiB"))?;
    if super::hash_of(&new) != meta.new.0 {
        return Err(PackError::Hash);
    }
    Ok(new)
}

/// The packs that `delta` leads from and to.
///
/// # Errors
///
/// * [`PackError::Kind`] if it is no delta.
/// * [`PackError::Unsound`] if it does not say.
pub fn delta_ends(delta: Pack) -> Result<(PackHash, PackHash), PackError> {
    let delta = delta.of_kind(PackKind::Delta, "delta")?;
    let (start, end) = delta.section(META.0, META.1, 1)?;
    let meta = Meta::read(delta.bytes().get(start..end).unwrap_or_default());
    let meta = meta.ok_or(unsound(META, "it is cut off"))?;
    Ok((meta.old, meta.new))
}

struct Meta {
    old: PackHash,
    new: PackHash,
    length: u64,
    kind: PackKind,
}

impl Meta {
    fn read(bytes: &[u8]) -> Option<Self> {
        let meta = Bytes::new(bytes);
        Some(Self {
            old: PackHash::from_bytes(meta.array(0)?),
            new: PackHash::from_bytes(meta.array(16)?),
            length: meta.u64(32)?,
            kind: PackKind::from_u32(meta.u32(40)?)?,
        })
    }
}

/// A section of the new pack.
struct Entry {
    tag: Tag,
    size: u32,
    length: usize,
    form: Form,
    operations: u32,
}

impl Entry {
    fn read(bytes: &[u8], at: &mut usize) -> Option<Self> {
        let tag = Bytes::new(bytes).array::<4>(*at)?;
        *at += 4;
        let mut number = || read_varint(bytes, at);
        Some(Self {
            tag,
            size: number()?,
            length: number()? as usize,
            form: *Form::ALL.get(number()? as usize)?,
            operations: number()?,
        })
    }
}

struct Patch<'a> {
    old: &'a Pack,
    items: Table,
    operations: &'a [u8],
    at: usize,
    inserted: &'a [u8],
    /// Bytes that the new pack may still take.
    room: usize,
}

impl Patch<'_> {
    /// `None` where operations reach outside of what there is or was announced.
    fn section(&mut self, entry: &Entry) -> Option<Vec<u8>> {
        self.room = self.room.checked_sub(entry.length)?;
        let old = self.old.section(entry.tag, "", entry.size).ok();
        let old = old.and_then(|(start, end)| self.old.bytes().get(start..end));
        let old = entry.form.of_old(old.unwrap_or_default(), &self.items);
        let mut new = Vec::with_capacity(entry.length);
        let mut from = 0usize;
        for _ in 0..entry.operations {
            let insert = read_varint(self.operations, &mut self.at)? as usize;
            let copy = read_varint(self.operations, &mut self.at)? as usize;
            let aside = unzigzag(read_varint(self.operations, &mut self.at)?);
            let bytes = self.inserted.split_off(..insert)?;
            if insert.checked_add(copy)? > entry.length - new.len() {
                return None;
            }
            new.extend_from_slice(bytes);
            from = from
                .checked_add(insert)?
                .checked_add_signed(aside as isize)?;
            let end = from.checked_add(copy)?;
            new.extend_from_slice(old.get(from..end)?);
            from = end;
        }
        if new.len() != entry.length {
            return None;
        }
        entry.form.restore(&mut new);
        Some(new)
    }
}

fn unsound((_, section): (Tag, &'static str), what: &'static str) -> PackError {
    PackError::Unsound { section, what }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A delta that asks for one long section of the old pack so many times, of which nothing comes out.
    fn asking(times: usize) -> Result<Vec<u8>, PackError> {
        let mut old = PackWriter::new(PackKind::Catalogue);
        old.u32s(*b"LONG", 0..1000);
        let old = old.finish().unwrap();
        let new = PackWriter::new(PackKind::Catalogue).finish().unwrap();
        let mut delta = PackWriter::new(PackKind::Delta);
        let (of_old, of_new) = (super::super::hash_of(&old), super::super::hash_of(&new));
        let length = new.len() as u64;
        let kind = PackKind::Catalogue.to_u32();
        let meta = [
            &of_old.to_le_bytes()[..],
            &of_new.to_le_bytes(),
            &length.to_le_bytes(),
            &kind.to_le_bytes(),
        ];
        // Its name, four bytes per element, no length, as distances, by no operation.
        let section = [&b"LONG"[..], &[4, 0, 1, 0]].concat();
        delta.section(META.0, 1, meta.concat());
        delta.section(TABLE.0, 1, vec![0]);
        delta.section(SECTIONS.0, 1, section.repeat(times));
        delta.section(OPERATIONS.0, 1, Vec::new());
        delta.section(INSERTED.0, 1, Vec::new());
        apply_delta(old, delta.finish().unwrap())
    }

    /// Otherwise a delta of a megabyte could have a pack of 20 MB brought into its form 100,000 times.
    #[test]
    fn a_section_is_asked_for_once() {
        assert_eq!(asking(0).map(|_| ()), Ok(()));
        assert_eq!(asking(1).map(|_| ()), Err(PackError::Hash));
        let twice = "one is named twice, or there are too many";
        for times in [2, 100_000] {
            let refused = Err(unsound(SECTIONS, twice));
            assert_eq!(asking(times).map(|_| ()), refused);
        }
    }
}
