//! The Endcap engine: learns from every event of one shopper and orders suggestions, facets,
//! search results and lists for that shopper.
//!
//! # Invariants
//! * No I/O, clock, entropy, JavaScript or `unsafe`: time and seeds are arguments.
//! * Equal inputs give bit-equal outputs on native and wasm32.
//! * Bytes from outside (packs, profiles) and events are checked; they give a typed error, never a panic.

pub mod catalogue;
mod index;
pub mod key;
pub mod pack;
pub mod profile;
mod text;
pub mod time;
