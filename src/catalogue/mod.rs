//! Catalogues: products in, one pack out, read in place.

mod build;
mod facets;
mod product;
mod read;
mod search_index;
mod sections;
mod words;

pub use build::{BuildError, CatalogueBuilder};
pub use product::{
    Attribute, Availability, CatalogueMeta, Label, PriceTier, Product, Reference, ReferenceKind,
};
pub(crate) use read::CATEGORY_SEPARATOR;
pub use read::{Catalogue, FacetIdx, ItemIdx, ValueIdx};
pub(crate) use sections::section_name;
