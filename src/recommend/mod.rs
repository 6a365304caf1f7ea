//! Recommending: what this shopper opens next, from what a shop's visits have taught.
//!
//! # Method
//! Candidates come from *lists* (per item its strongest neighbours in other visits), from one step further along the lists of
//! the latest item, and from the visit itself, because shoppers return to what they have seen. Each candidate gets a row of
//! features: how strongly the items of the visit point to it, by their place in the visit; how well its *vector*
//! fits the visit's; how popular it is, and was lately; whether and when it was seen. A small network, fitted to the shop's own
//! later visits, turns rows into scores. All that a shop's data decides is in the pack; the code holds no number of any shop.
//!
//! # Invariants
//! * Equal packs and visits give bit-equal lists on native and wasm32: sums run in a fixed order, logarithms are made of
//!   additions and multiplications.
//! * Whatever the bytes hold, nothing panics: what lies outside reads as absent.

mod build;
mod features;
mod lists;
mod model;
mod next;
mod ranker;
mod relations;

pub use build::{NextBuildError, NextSource};
pub use features::{MAX_KINDS, Past, Workspace, feature_count};
pub use lists::{Neighbour, row_bytes};
pub use model::{MAX_POSITIONS, Next, NextModel, SECTIONS_OF_NEXT};
pub use next::Scored;
pub use ranker::Ranker;
pub use relations::{MAX_RELATED, relation_section};
pub(crate) use relations::{is_sound, related};
