//! The trainer as a whole: fixtures in, products, reports and packs out.
#![expect(clippy::unwrap_used, reason = "a test that fails says so by a panic")]

mod bad_input;
mod common;
mod formats;
mod packs;
