//! Makes deltas: finds what two packs have in common, section by section.
//!
//! # Invariants
//! * The same two packs give the same delta, and applying it gives the new one.

use std::collections::BTreeMap;

use super::{
    Pack, PackError, PackKind, PackWriter, Tag,
    delta::{self, Form, Table, apply_delta, distances, zigzag},
    write_varint,
};

/// Bytes that have to agree before a copy begins elsewhere than where the last one would go on: below, an operation
/// costs more than it saves.
const WINDOW: usize = 12;
/// Bytes that have to agree where the last copy would go on.
const ALONG: usize = 4;
/// Places of one window that are tried; columns repeat themselves endlessly.
const MAX_PLACES: usize = 8;

/// The delta from one pack to another; both are verified, and so is that the delta leads from one to the other.
///
/// # Errors
///
/// * Every variant of [`PackError`] where one of them is no sound pack.
/// * [`PackError::Hash`] if a pack was not written as this version of Endcap writes packs, so that a delta cannot make it.
pub fn make_delta(old: &[u8], new: &[u8]) -> Result<Vec<u8>, PackError> {
    let (old_pack, new_pack) = (Pack::open(old.to_vec())?, Pack::open(new.to_vec())?);
    let items = table(&ids(&old_pack), &ids(&new_pack));
    let mut out = Streams::default();
    for section in &new_pack.sections {
        let of_new = part(&new_pack, section.tag, section.size);
        let of_old = part(&old_pack, section.tag, section.size);
        let forms = Form::ALL.iter().zip(0u32..);
        let forms = forms.filter(|(form, _)| form.size().is_none_or(|size| size == section.size));
        let best = forms
            .map(|(form, number)| {
                let new_form = match form {
                    Form::Distances => distances(of_new),
                    _ => of_new.to_vec(),
                };
                let found = differences(&form.of_old(of_old, &items), &new_form);
                (found.cost(), number, found)
            })
            .min_by_key(|&(cost, number, _)| (cost, number));
        if let Some((_, form, found)) = best {
            out.sections.extend_from_slice(&section.tag);
            for number in [section.size, section.len, form, found.count] {
                write_varint(&mut out.sections, number);
            }
            out.operations.extend_from_slice(&found.operations);
            out.inserted.extend_from_slice(&found.inserted);
        }
    }
    let mut meta = Vec::new();
    meta.extend_from_slice(&old_pack.hash().to_bytes());
    meta.extend_from_slice(&new_pack.hash().to_bytes());
    meta.extend_from_slice(&(new.len() as u64).to_le_bytes());
    meta.extend_from_slice(&new_pack.kind().to_u32().to_le_bytes());
    let mut writer = PackWriter::new(PackKind::Delta);
    writer.section(delta::META.0, 1, meta);
    writer.section(delta::TABLE.0, 1, write_table(&items));
    writer.section(delta::SECTIONS.0, 1, out.sections);
    writer.section(delta::OPERATIONS.0, 1, out.operations);
    writer.section(delta::INSERTED.0, 1, out.inserted);
    let delta = writer.finish().ok_or(PackError::Hash)?;
    apply_delta(old.to_vec(), delta.clone())?;
    Ok(delta)
}

#[derive(Default)]
struct Streams {
    sections: Vec<u8>,
    operations: Vec<u8>,
    inserted: Vec<u8>,
}

fn part(pack: &Pack, tag: Tag, size: u32) -> &[u8] {
    let range = pack.section(tag, "", size).unwrap_or_default();
    pack.bytes().get(range.0..range.1).unwrap_or_default()
}

/// What tells the items of a catalogue apart, in their order; nothing for other kinds.
fn ids(pack: &Pack) -> Vec<&[u8]> {
    let offsets = super::U32s::new(part(pack, *b"IDOF", 4));
    let blob = part(pack, *b"IDBL", 1);
    let at = |index| offsets.at(index) as usize;
    (1..offsets.len())
        .map(|index| blob.get(at(index - 1)..at(index)).unwrap_or_default())
        .collect()
}

fn table(old: &[&[u8]], new: &[&[u8]]) -> Table {
    let places: BTreeMap<&[u8], usize> = new.iter().copied().zip(0..).collect();
    let mut steps: Vec<(u32, i32)> = Vec::new();
    for (old, name) in old.iter().enumerate() {
        let Some(&new) = places.get(name) else {
            continue;
        };
        let shift = new as i32 - old as i32;
        if steps.last().map_or(0, |&(_, last)| last) != shift {
            steps.push((old as u32, shift));
        }
    }
    Table { steps }
}

fn write_table(table: &Table) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_varint(&mut bytes, table.steps.len() as u32);
    let mut before = 0;
    for &(first, shift) in &table.steps {
        write_varint(&mut bytes, first - before);
        write_varint(&mut bytes, zigzag(shift));
        before = first;
    }
    bytes
}

/// What makes a new section of an old one.
#[derive(Default)]
struct Found {
    operations: Vec<u8>,
    inserted: Vec<u8>,
    count: u32,
}

impl Found {
    fn cost(&self) -> usize {
        self.operations.len() + self.inserted.len()
    }

    fn push(&mut self, inserted: &[u8], copy: usize, aside: i64) {
        write_varint(&mut self.operations, inserted.len() as u32);
        write_varint(&mut self.operations, copy as u32);
        write_varint(&mut self.operations, zigzag(aside as i32));
        self.inserted.extend_from_slice(inserted);
        self.count += 1;
    }
}

/// Walks through `new` and takes, wherever it can, what stands in `old`: first where the last copy would go on, then
/// wherever the next bytes stand.
fn differences(old: &[u8], new: &[u8]) -> Found {
    let places = windows(old);
    let mut found = Found::default();
    // Where the next byte of the old section would be taken from, and what is not yet said of the new one.
    let (mut from, mut pending, mut at) = (0usize, 0usize, 0usize);
    while at < new.len() {
        let along = from + (at - pending);
        let copied = agreeing(old, along, new, at);
        let best = if copied >= ALONG || copied > 0 && at + copied == new.len() {
            Some((copied, along))
        } else {
            elsewhere(old, new, at, &places)
        };
        let Some((copied, start)) = best else {
            at += 1;
            continue;
        };
        // What stands right before agrees more often than not, too.
        let back = (0..at - pending)
            .take_while(|&back| {
                start
                    .checked_sub(back + 1)
                    .is_some_and(|place| old.get(place) == new.get(at - back - 1))
            })
            .count();
        let (begin, start, copied) = (at - back, start - back, copied + back);
        let inserted = new.get(pending..begin).unwrap_or_default();
        let expected = from + inserted.len();
        found.push(inserted, copied, start as i64 - expected as i64);
        at = begin + copied;
        (from, pending) = (start + copied, at);
    }
    if pending < new.len() {
        let inserted = new.get(pending..).unwrap_or_default();
        // Copies nothing, from where the old section begins, so that no place is out of range.
        found.push(inserted, 0, -((from + inserted.len()) as i64));
    }
    found
}

/// Where each window of the old section stands; every fourth byte begins one.
fn windows(old: &[u8]) -> BTreeMap<&[u8], Vec<u32>> {
    let mut places = BTreeMap::<&[u8], Vec<u32>>::new();
    for (at, window) in old.windows(WINDOW).enumerate().step_by(4) {
        let known = places.entry(window).or_default();
        if known.len() < MAX_PLACES {
            known.push(at as u32);
        }
    }
    places
}

/// The longest copy of what stands at `at`, and where it begins.
fn elsewhere(
    old: &[u8],
    new: &[u8],
    at: usize,
    places: &BTreeMap<&[u8], Vec<u32>>,
) -> Option<(usize, usize)> {
    let window = new.get(at..at + WINDOW)?;
    let starts = places.get(window)?.iter().map(|&start| start as usize);
    starts
        .map(|start| (agreeing(old, start, new, at), start))
        .max_by_key(|&(copied, start)| (copied, std::cmp::Reverse(start)))
}

fn agreeing(old: &[u8], from: usize, new: &[u8], at: usize) -> usize {
    let (old, new) = (old.get(from..), new.get(at..));
    let pairs = old.unwrap_or_default().iter().zip(new.unwrap_or_default());
    pairs.take_while(|(a, b)| a == b).count()
}
