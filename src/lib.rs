//! The Endcap engine: learns from every event of one shopper and orders suggestions, facets,
//! search results and lists for that shopper.
//!
//! # Invariants
//! * No I/O, clock, entropy, JavaScript or `unsafe`: time and the number of the replica are arguments.
//! * Equal inputs give bit-equal outputs on native and wasm32.
//! * Bytes from outside (packs, profiles) and events are checked; they give a typed error, never a panic.

pub mod catalogue;
mod engine;
mod index;
pub mod key;
pub mod knowledge;
mod learn;
mod order;
pub mod pack;
pub mod personal;
pub mod profile;
mod query;
pub mod recommend;
mod sorted;
mod text;
mod time;

pub use engine::Engine;
pub use learn::{Event, EventError, EventKind, EventParams, Item, Text};
pub use query::{
    Affinity, CatalogueInfo, Change, Completion, Ends, Explanation, Facet, FacetKind, FacetRange,
    FacetValue, Features, Hit, KnowledgeInfo, Learned, Muted, OrderedValue, QueryError, Ranked,
    Reason, ReasonKind, Recent, RecommendKind, RecommendQuery, Recommendable, Role, SearchQuery,
    SearchResult, Sort, SuggestOptions, SuggestReason, SuggestedBrand, SuggestedCategory,
    Suggestions, Tier, Understand, Understood, UnderstoodKind, minor_unit_digits, normalised,
};
pub use text::number_of;
pub use time::{Timestamp, micros_of_number};
