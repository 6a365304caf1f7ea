//! Queries: what the shopper meets, retrieved from the catalogue and ordered by what is believed of the shopper.
//!
//! # Invariants
//! * Filters and retrieval decide *what* is shown; beliefs only its order.
//! * Every order is total: the tier, the score, the better known item; by price, the price before these.

mod ahead;
mod buckets;
mod counts;
mod facet_values;
mod facets;
mod features;
mod filter;
mod fit;
mod focus;
mod ranges;
mod rank;
mod recommend;
mod retrieve;
mod score;
mod search;
mod shape;
mod suggest;
mod taught;
mod understand;
mod words;

pub use ahead::OrderedValue;
pub use features::Features;
pub(crate) use features::features;
pub(crate) use rank::{explain, rank};
pub use recommend::{RecommendKind, RecommendQuery, Recommendable};
pub(crate) use recommend::{Shop, recommend, recommendable};
pub(crate) use search::{Shopper, facets_of, ordered_values, search};
pub use shape::{
    Affinity, CatalogueInfo, Change, Completion, Ends, Explanation, Facet, FacetKind, FacetRange,
    FacetValue, Hit, KnowledgeInfo, Learned, Muted, QueryError, Ranked, Reason, ReasonKind, Recent,
    SearchQuery, SearchResult, Sort, SuggestOptions, SuggestReason, SuggestedBrand,
    SuggestedCategory, Suggestions, Tier,
};
pub(crate) use suggest::suggest;
pub use understand::{Role, Understand, Understood, UnderstoodKind, minor_unit_digits};
pub use words::normalised;
