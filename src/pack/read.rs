//! Typed views of a pack's sections.
//!
//! # Invariants
//! * No access panics: what lies outside reads as absent, or as zero or the empty string where a
//!   check at opening has made absence impossible.

/// Little-endian reads from a byte slice.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) fn len(self) -> usize {
        self.0.len()
    }

    pub(crate) fn array<const N: usize>(self, at: usize) -> Option<[u8; N]> {
        self.0.get(at..)?.first_chunk::<N>().copied()
    }

    pub(crate) fn u32(self, at: usize) -> Option<u32> {
        self.array(at).map(u32::from_le_bytes)
    }

    pub(crate) fn u64(self, at: usize) -> Option<u64> {
        self.array(at).map(u64::from_le_bytes)
    }
}

macro_rules! column {
    ($(#[$doc:meta])* $name:ident, $int:ty, $size:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub(crate) struct $name<'a>(&'a [[u8; $size]]);

        impl<'a> $name<'a> {
            pub(crate) fn new(bytes: &'a [u8]) -> Self {
                Self(bytes.as_chunks::<$size>().0)
            }

            pub(crate) fn len(self) -> usize {
                self.0.len()
            }

            /// The element at `index`, zero outside.
            #[inline]
            pub(crate) fn at(self, index: usize) -> $int {
                self.0.get(index).map_or(0, |raw| <$int>::from_le_bytes(*raw))
            }
        }
    };
}

column!(
    /// A column of `u32`.
    U32s, u32, 4
);
column!(
    /// A column of `u64`.
    U64s, u64, 8
);

impl<'a> U32s<'a> {
    pub(crate) fn iter(self) -> impl ExactSizeIterator<Item = u32> + 'a {
        self.0.iter().map(|raw| u32::from_le_bytes(*raw))
    }

    /// The elements `start..end`, empty where that is out of range.
    #[inline]
    pub(crate) fn slice(self, start: usize, end: usize) -> Self {
        Self(self.0.get(start..end).unwrap_or_default())
    }
}

impl U32s<'_> {
    /// Index of the first element of an ascending column that is not below `wanted`.
    pub(crate) fn lower_bound(self, wanted: u32) -> usize {
        self.0
            .partition_point(|raw| u32::from_le_bytes(*raw) < wanted)
    }
}

impl U64s<'_> {
    /// Index of the first element of an ascending column that is not below `wanted`.
    pub(crate) fn lower_bound(self, wanted: u64) -> usize {
        self.0
            .partition_point(|raw| u64::from_le_bytes(*raw) < wanted)
    }
}

/// `n + 1` ascending positions that cut another section into `n` ranges.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Offsets<'a>(U32s<'a>);

impl<'a> Offsets<'a> {
    /// `None` unless there are `n + 1` ascending offsets from 0 to `end`.
    pub(crate) fn new(bytes: &'a [u8], n: usize, end: usize) -> Option<Self> {
        let offsets = U32s::new(bytes);
        if offsets.len() != n + 1 || offsets.at(0) != 0 || offsets.at(n) as usize != end {
            return None;
        }
        offsets.iter().is_sorted().then_some(Self(offsets))
    }

    /// For bytes that [`new`](Self::new) has accepted before.
    pub(crate) fn trusted(bytes: &'a [u8]) -> Self {
        Self(U32s::new(bytes))
    }

    /// Number of ranges.
    pub(crate) fn len(self) -> usize {
        self.0.len().saturating_sub(1)
    }

    #[inline]
    pub(crate) fn range(self, index: usize) -> (usize, usize) {
        (self.0.at(index) as usize, self.0.at(index + 1) as usize)
    }
}

/// Strings, one after the other in a blob.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Strings<'a> {
    offsets: Offsets<'a>,
    blob: &'a [u8],
}

impl<'a> Strings<'a> {
    pub(crate) fn new(offsets: Offsets<'a>, blob: &'a [u8]) -> Self {
        Self { offsets, blob }
    }

    /// The string at `index`, empty outside.
    pub(crate) fn at(self, index: usize) -> &'a str {
        let (start, end) = self.offsets.range(index);
        std::str::from_utf8(self.blob.get(start..end).unwrap_or_default()).unwrap_or_default()
    }
}

/// Reads one LEB128 number and moves `at` behind it; `None` where it is cut off or longer than 32 bits.
#[inline]
pub(crate) fn read_varint(bytes: &[u8], at: &mut usize) -> Option<u32> {
    let first = *bytes.get(*at)?;
    *at += 1;
    if first < 0x80 {
        return Some(u32::from(first));
    }
    let mut value = u32::from(first & 0x7f);
    let mut shift = 7;
    loop {
        let byte = *bytes.get(*at)?;
        *at += 1;
        let part = u32::from(byte & 0x7f);
        value |= part.checked_shl(shift)?;
        if byte < 0x80 {
            // The fifth byte has room for four bits only.
            return (shift < 28 || part < 16).then_some(value);
        }
        shift += 7;
        if shift > 28 {
            return None;
        }
    }
}
