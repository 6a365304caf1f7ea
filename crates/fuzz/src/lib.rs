//! Fuzz targets: bytes in, a panic out where a law does not hold.
//!
//! Each [`Target`] takes any bytes to one entry from outside: a decoder, a reader of files, a request's body. `fuzz/` runs them
//! under libFuzzer (`cargo xtask fuzz`); `tests/replay.rs` runs the same functions on stable, over `fuzz/corpus` and over
//! [`mutated`] inputs of it.
//!
//! # Invariants
//! * A target's verdict depends on its input alone, not on what it was given before.
//! * Checksums and signatures are no wall: a target gives its input the hash, or the signature, that it should have.

mod files;
mod mutate;
mod packs;
mod profiles;
mod queries;
mod server;
mod shop;
mod trust;

pub use mutate::mutated;

/// One entry from outside.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The name of its binary in `fuzz/` and of its folder in `fuzz/corpus`.
    pub name: &'static str,
    /// Takes the bytes in. Panics where a law does not hold.
    pub run: fn(&[u8]),
}

/// All targets, by name.
pub const TARGETS: &[Target] = &[
    target("catalogue", packs::catalogue),
    target("catalogue_fields", packs::catalogue_fields),
    target("delta", packs::delta),
    target("event", queries::event),
    target("feed", files::feed),
    target("forwarded", trust::forwarded),
    target("keys", trust::keys),
    target("knowledge", packs::knowledge),
    target("knowledge_fields", packs::knowledge_fields),
    target("knowledge_files", files::knowledge_files),
    target("log", files::log),
    target("manifest", trust::manifest),
    target("message", profiles::message),
    target("overlay", packs::overlay),
    target("parquet", files::parquet),
    target("profile", profiles::profile),
    target("query", queries::query),
    target("server_events", server::events),
    target("server_link", server::link),
    target("server_sync", server::sync),
    target("session", profiles::session),
    target("token", trust::token),
];

const fn target(name: &'static str, run: fn(&[u8])) -> Target {
    Target { name, run }
}

/// Runs the target with this name.
///
/// # Panics
///
/// If there is none, or a law does not hold.
pub fn run(name: &str, data: &[u8]) {
    let target = TARGETS.iter().find(|target| target.name == name);
    let target = target.unwrap_or_else(|| panic!("there is no target {name}"));
    (target.run)(data);
}

/// The first part of bytes that hold several, each but the last behind its length (u16, little-endian).
fn part<'a>(data: &mut &'a [u8]) -> &'a [u8] {
    let Some((length, rest)) = data.split_first_chunk() else {
        return std::mem::take(data);
    };
    let length = usize::from(u16::from_le_bytes(*length));
    let (part, rest) = rest.split_at(length.min(rest.len()));
    *data = rest;
    part
}
