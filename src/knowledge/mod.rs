//! Knowledge: what the logs of all shoppers and the shop's experts teach, in a pack of its own.
//!
//! It refreshes at another pace than the catalogue, so the two never share a number: knowledge names items by their stable
//! [keys](crate::key), and is brought together with a catalogue when both are there. It is of use without one, too.
//!
//! # Invariants
//! * Knowledge orders and words what is shown; it never hides or brings in a product, but for synonyms, which do what they say.
//! * A prior moves an item inside its tier, never out of it.
//! * The same source gives the same bytes.

mod attached;
mod build;
mod check;
mod facet_use;
mod prior;
mod read;
mod relations;
mod sections;
mod synonyms;
mod value_order;
mod weights;

pub(crate) use attached::Attached;
pub use build::{
    CategoryFacts, FacetFacts, KnowledgeBuildError, KnowledgeSource, QueryFacts, Synonym, WordFacts,
};
pub use facet_use::FacetUse;
pub use prior::LogOdds;
pub use read::{Knowledge, KnowledgeMeta, KnownItem};
pub use relations::{Buying, RelationSource, Rule};
pub(crate) use sections::section_name;
pub(crate) use synonyms::{Asked, Variant};
pub use value_order::ValueOrder;
pub use weights::Weights;
