//! Packs: one immutable file of named sections, verified once and then read in place.
//!
//! # Invariants
//! * Bytes from outside give a [`PackError`] or a [`Pack`] whose section table is sound: sections lie inside
//!   the file, do not overlap and hold whole elements. Nothing is allocated but the file itself.
//! * A pack is named by the hash of its content, so equal content has an equal name and a
//!   flipped bit is noticed.
//! * Format 1 stays readable: `tests/golden` keeps a file of it.
//!
//! # Format
//! All numbers are little-endian.
//!
//! | bytes | what |
//! | --- | --- |
//! | 0..8 | magic `ENDCAPPK` |
//! | 8..12 | format version |
//! | 12..16 | kind: 1 = catalogue, 2 = knowledge, 3 = overlay, 4 = delta |
//! | 16..32 | content hash: XXH3-128 of all bytes from 32 on |
//! | 32..40 | length of the file |
//! | 40..44 | number of sections |
//! | 44..48 | zero |
//! | 48.. | section table: tag (4 ASCII bytes), element size, offset, length, 4 × u32 each |
//! | … | sections, each starting at a multiple of 8, in the order of the table |
//!
//! The hash finds damage; it is not a signature.

mod delta;
mod diff;
mod read;
mod sections;
mod write;

use std::{fmt, str::FromStr};

use thiserror::Error;
use xxhash_rust::xxh3::xxh3_128;

pub use delta::{apply_delta, delta_ends};
pub use diff::make_delta;
pub(crate) use read::{Bytes, Offsets, Strings, U32s, U64s, read_varint};
pub(crate) use sections::sections;
pub(crate) use write::{PackWriter, StringsWriter, write_u32s, write_varint};

/// The format that this version writes; it reads all up to this one.
pub const FORMAT_VERSION: u32 = 1;

const MAGIC: &[u8; 8] = b"ENDCAPPK";
const HEADER: usize = 48;
const ENTRY: usize = 16;
/// Sections start at multiples of this, so that a later version can read typed slices in place.
const ALIGN: usize = 8;
/// Far above what any kind uses; bounds the work on a hostile table.
const MAX_SECTIONS: usize = 256;

/// Why bytes are not a usable pack.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum PackError {
    /// The bytes do not begin like a pack.
    #[error(
        "this is not an Endcap pack: expected it to begin with `ENDCAPPK`; check that the address leads to a .pack file"
    )]
    Foreign,
    /// The file ends before it should.
    #[error("the pack is truncated: expected {expected} bytes, got {got}; load it again")]
    Truncated {
        /// Bytes that the header promises, or that a header needs.
        expected: u64,
        /// Bytes that are there.
        got: u64,
    },
    /// The file goes on after its end.
    #[error(
        "the pack is followed by foreign bytes: expected {expected} bytes, got {got}; load it again"
    )]
    TooLong {
        /// Bytes that the header promises.
        expected: u64,
        /// Bytes that are there.
        got: u64,
    },
    /// The format is newer than this version of Endcap.
    #[error(
        "the pack has format {got}, this Endcap reads formats up to {supported}; update Endcap or build the pack with an older one"
    )]
    NewerVersion {
        /// The pack's format.
        got: u32,
        /// The newest format that can be read.
        supported: u32,
    },
    /// The content differs from what was written.
    #[error("the pack is damaged: its content does not match its hash; load it again")]
    Hash,
    /// The pack holds something else than what was asked for.
    #[error("expected a {expected} pack, got kind {got}; give the right file")]
    Kind {
        /// What was asked for.
        expected: &'static str,
        /// The kind that the header names.
        got: u32,
    },
    /// A delta is for another pack than the one that is there.
    #[error("the delta is for pack {expected}, this is {got}; load the whole pack")]
    Base {
        /// What it is for.
        expected: PackHash,
        /// What is there.
        got: PackHash,
    },
    /// What should name a pack does not.
    #[error(
        "a pack's name has 32 hexadecimal digits; give one as the manifest or the file's name has it"
    )]
    Name,
    /// The hash is right, yet the content makes no sense: it was not written by `endcap pack`.
    #[error("the pack's section `{section}` is unsound: {what}; build the pack again")]
    Unsound {
        /// Tag of the section.
        section: &'static str,
        /// What is wrong with it.
        what: &'static str,
    },
}

impl PackError {
    /// Stable name of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Foreign => "pack/foreign",
            Self::Truncated { .. } => "pack/truncated",
            Self::TooLong { .. } => "pack/too-long",
            Self::NewerVersion { .. } => "pack/newer-version",
            Self::Hash => "pack/hash",
            Self::Kind { .. } => "pack/kind",
            Self::Base { .. } => "pack/base",
            Self::Name => "pack/name",
            Self::Unsound { .. } => "pack/unsound",
        }
    }
}

/// What a pack holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PackKind {
    /// Products, facets and the search index.
    Catalogue,
    /// What logs and experts teach: queries, priors, facet use, weights, synonyms.
    Knowledge,
    /// Prices, stock and visibility that lie over a catalogue.
    Overlay,
    /// What turns one pack into another.
    Delta,
}

impl PackKind {
    /// Every kind with the number that a header names it by.
    const ALL: &[(Self, u32)] = &[
        (Self::Catalogue, 1),
        (Self::Knowledge, 2),
        (Self::Overlay, 3),
        (Self::Delta, 4),
    ];

    fn from_u32(number: u32) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, known)| *known == number)
            .map(|&(kind, _)| kind)
    }

    pub(crate) fn to_u32(self) -> u32 {
        Self::ALL
            .iter()
            .find(|&&(kind, _)| kind == self)
            .map_or(0, |&(_, number)| number)
    }
}

impl fmt::Display for PackKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Catalogue => "catalogue",
            Self::Knowledge => "knowledge",
            Self::Overlay => "overlay",
            Self::Delta => "delta",
        })
    }
}

/// Name of a pack: the hash of its content, shown as 32 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackHash(u128);

impl PackHash {
    pub(crate) fn to_bytes(self) -> [u8; 16] {
        self.0.to_le_bytes()
    }

    pub(crate) fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(u128::from_le_bytes(bytes))
    }
}

impl FromStr for PackHash {
    type Err = PackError;

    /// # Errors
    ///
    /// [`PackError::Name`] unless there are 32 hexadecimal digits.
    fn from_str(digits: &str) -> Result<Self, PackError> {
        let sound = digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let hash = sound
            .then(|| u128::from_str_radix(digits, 16).ok())
            .flatten();
        hash.map(Self).ok_or(PackError::Name)
    }
}

impl fmt::Display for PackHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// One section of a pack, as a table of contents shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SectionInfo {
    /// What the section holds.
    pub name: &'static str,
    /// Where it begins in the file.
    pub offset: usize,
    /// How long it is.
    pub bytes: usize,
    /// How many elements it holds.
    pub elements: usize,
}

/// A verified pack: the file and its section table.
#[derive(Clone, Debug)]
pub struct Pack {
    bytes: Vec<u8>,
    kind: PackKind,
    version: u32,
    hash: PackHash,
    sections: Vec<Section>,
}

#[derive(Clone, Copy, Debug)]
struct Section {
    tag: Tag,
    size: u32,
    offset: u32,
    len: u32,
}

/// Four ASCII letters that name a section.
pub(crate) type Tag = [u8; 4];

impl Pack {
    /// Verifies `bytes` and takes them over.
    ///
    /// # Errors
    ///
    /// Every variant of [`PackError`] but [`PackError::Kind`] with a known kind, which the reader of a kind gives.
    pub fn open(bytes: Vec<u8>) -> Result<Self, PackError> {
        let header = Bytes::new(&bytes);
        if bytes.get(..MAGIC.len()) != Some(MAGIC) {
            return Err(if MAGIC.starts_with(&bytes) {
                truncated(HEADER, bytes.len())
            } else {
                PackError::Foreign
            });
        }
        let (Some(version), Some(kind), Some(length), Some(count)) = (
            header.u32(8),
            header.u32(12),
            header.u64(32),
            header.u32(40),
        ) else {
            return Err(truncated(HEADER, bytes.len()));
        };
        if version == 0 {
            return Err(PackError::Unsound {
                section: "header",
                what: "there is no format 0",
            });
        }
        if version > FORMAT_VERSION {
            return Err(PackError::NewerVersion {
                got: version,
                supported: FORMAT_VERSION,
            });
        }
        match length.cmp(&(bytes.len() as u64)) {
            std::cmp::Ordering::Greater => {
                return Err(PackError::Truncated {
                    expected: length,
                    got: bytes.len() as u64,
                });
            }
            std::cmp::Ordering::Less => {
                return Err(PackError::TooLong {
                    expected: length,
                    got: bytes.len() as u64,
                });
            }
            std::cmp::Ordering::Equal => {}
        }
        let hash = hash_of(&bytes);
        if bytes.get(16..32) != Some(&hash.to_le_bytes()) {
            return Err(PackError::Hash);
        }
        let kind = PackKind::from_u32(kind).ok_or(PackError::Kind {
            expected: "known",
            got: kind,
        })?;
        let sections = read_table(header, count as usize)?;
        Ok(Self {
            bytes,
            kind,
            version,
            hash: PackHash(hash),
            sections,
        })
    }

    /// What the pack holds.
    #[must_use]
    pub fn kind(&self) -> PackKind {
        self.kind
    }

    /// Format version of the file.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version
    }

    /// Name of the pack.
    #[must_use]
    pub fn hash(&self) -> PackHash {
        self.hash
    }

    /// Length of the file.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Always false: a pack has at least its header.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The sections in file order; those that this version does not know are named `unknown`.
    pub fn sections(&self) -> impl Iterator<Item = SectionInfo> + '_ {
        let name_of = match self.kind {
            PackKind::Knowledge => crate::knowledge::section_name,
            PackKind::Delta => delta::section_name,
            PackKind::Catalogue | PackKind::Overlay => crate::catalogue::section_name,
        };
        self.sections.iter().map(move |section| SectionInfo {
            name: name_of(section.tag).unwrap_or("unknown"),
            offset: section.offset as usize,
            bytes: section.len as usize,
            elements: (section.len / section.size.max(1)) as usize,
        })
    }

    /// Where section `tag` lies, checked to hold elements of `size` bytes.
    pub(crate) fn section(
        &self,
        tag: Tag,
        name: &'static str,
        size: u32,
    ) -> Result<(usize, usize), PackError> {
        let unsound = |what| PackError::Unsound {
            section: name,
            what,
        };
        let section = self
            .sections
            .iter()
            .find(|section| section.tag == tag)
            .ok_or(unsound("it is missing"))?;
        if section.size != size {
            return Err(unsound("its elements have another size than expected"));
        }
        let start = section.offset as usize;
        Ok((start, start + section.len as usize))
    }

    /// Whether section `tag` is there: sections of later versions and of parts that a pack does without are not.
    pub(crate) fn has(&self, tag: Tag) -> bool {
        self.sections.iter().any(|section| section.tag == tag)
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// For what lies over a pack; whoever writes here puts it back.
    pub(crate) fn bytes_mut(&mut self) -> &mut [u8] {
        &mut self.bytes
    }

    /// This pack, if it is of `kind`.
    pub(crate) fn of_kind(self, kind: PackKind, expected: &'static str) -> Result<Self, PackError> {
        if self.kind == kind {
            return Ok(self);
        }
        Err(PackError::Kind {
            expected,
            got: self.kind.to_u32(),
        })
    }
}

/// XXH3-128 of everything behind the header's hash field.
fn hash_of(bytes: &[u8]) -> u128 {
    xxh3_128(bytes.get(32..).unwrap_or_default())
}

fn truncated(expected: usize, got: usize) -> PackError {
    PackError::Truncated {
        expected: expected as u64,
        got: got as u64,
    }
}

fn read_table(file: Bytes<'_>, count: usize) -> Result<Vec<Section>, PackError> {
    let unsound = |what| PackError::Unsound {
        section: "table",
        what,
    };
    if count > MAX_SECTIONS {
        return Err(unsound("it has too many sections"));
    }
    let mut end = HEADER + count * ENTRY;
    let mut sections = Vec::with_capacity(count);
    for index in 0..count {
        let at = HEADER + index * ENTRY;
        let (Some(tag), Some(size), Some(offset), Some(len)) = (
            file.array::<4>(at),
            file.u32(at + 4),
            file.u32(at + 8),
            file.u32(at + 12),
        ) else {
            return Err(unsound("it is cut off"));
        };
        if size == 0 || len % size != 0 {
            return Err(unsound("a section does not hold whole elements"));
        }
        if (offset as usize) < end || !(offset as usize).is_multiple_of(ALIGN) {
            return Err(unsound("a section overlaps the one before it"));
        }
        end = (offset as usize)
            .checked_add(len as usize)
            .filter(|&end| end <= file.len())
            .ok_or(unsound("a section reaches past the end of the file"))?;
        sections.push(Section {
            tag,
            size,
            offset,
            len,
        });
    }
    Ok(sections)
}
