//! Writes packs: the same sections give the same bytes.

use super::{ALIGN, ENTRY, FORMAT_VERSION, HEADER, MAGIC, PackKind, Tag, hash_of};

/// Collects sections and writes them as one file.
#[derive(Debug)]
pub(crate) struct PackWriter {
    kind: PackKind,
    sections: Vec<(Tag, u32, Vec<u8>)>,
}

impl PackWriter {
    pub(crate) fn new(kind: PackKind) -> Self {
        Self {
            kind,
            sections: Vec::new(),
        }
    }

    /// Adds a section of elements of `size` bytes.
    pub(crate) fn section(&mut self, tag: Tag, size: u32, bytes: Vec<u8>) {
        self.sections.push((tag, size, bytes));
    }

    pub(crate) fn u32s(&mut self, tag: Tag, values: impl IntoIterator<Item = u32>) {
        self.section(tag, 4, write_u32s(values));
    }

    pub(crate) fn u64s(&mut self, tag: Tag, values: impl IntoIterator<Item = u64>) {
        self.section(
            tag,
            8,
            values.into_iter().flat_map(u64::to_le_bytes).collect(),
        );
    }

    pub(crate) fn strings(&mut self, offsets: Tag, blob: Tag, strings: StringsWriter) {
        self.u32s(offsets, strings.offsets);
        self.section(blob, 1, strings.blob);
    }

    /// The file, or `None` if it would pass 4 GiB, which offsets of 32 bits cannot address.
    pub(crate) fn finish(self) -> Option<Vec<u8>> {
        let mut table = Vec::new();
        let mut end = HEADER + self.sections.len() * ENTRY;
        for (tag, size, bytes) in &self.sections {
            let offset = end.next_multiple_of(ALIGN);
            end = offset + bytes.len();
            table.extend_from_slice(tag);
            table.extend_from_slice(&size.to_le_bytes());
            table.extend_from_slice(&u32::try_from(offset).ok()?.to_le_bytes());
            table.extend_from_slice(&u32::try_from(bytes.len()).ok()?.to_le_bytes());
        }
        let mut file = Vec::with_capacity(end);
        file.extend_from_slice(MAGIC);
        file.extend_from_slice(&FORMAT_VERSION.to_le_bytes());
        file.extend_from_slice(&self.kind.to_u32().to_le_bytes());
        file.extend_from_slice(&[0; 16]);
        file.extend_from_slice(&(end as u64).to_le_bytes());
        file.extend_from_slice(&u32::try_from(self.sections.len()).ok()?.to_le_bytes());
        file.extend_from_slice(&[0; 4]);
        file.extend_from_slice(&table);
        for (_, _, bytes) in &self.sections {
            file.resize(file.len().next_multiple_of(ALIGN), 0);
            file.extend_from_slice(bytes);
        }
        let hash = hash_of(&file);
        if let Some(place) = file.get_mut(16..32) {
            place.copy_from_slice(&hash.to_le_bytes());
        }
        Some(file)
    }
}

/// Numbers as sections hold them.
pub(crate) fn write_u32s(values: impl IntoIterator<Item = u32>) -> Vec<u8> {
    values.into_iter().flat_map(u32::to_le_bytes).collect()
}

/// Collects strings for [`Strings`](super::Strings).
#[derive(Debug)]
pub(crate) struct StringsWriter {
    offsets: Vec<u32>,
    blob: Vec<u8>,
}

impl StringsWriter {
    pub(crate) fn new() -> Self {
        Self {
            offsets: vec![0],
            blob: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.blob.extend_from_slice(bytes);
        // A blob beyond 4 GiB is refused when the file is finished.
        self.offsets
            .push(u32::try_from(self.blob.len()).unwrap_or(u32::MAX));
    }
}

/// Appends `value` as LEB128.
pub(crate) fn write_varint(bytes: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}
