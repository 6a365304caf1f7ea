//! The trainer as a whole: fixtures in, products, reports and packs out.

mod bad_input;
mod common;
mod formats;
mod packs;
