//! Catalogues: products in, one pack out, read in place.

mod build;
mod facet_sections;
mod facets;
mod item_values;
mod kinds;
mod numeric;
mod overlay;
mod period;
mod product;
mod read;
mod search_index;
mod sections;
mod swatch;
mod title;
mod words;

pub use build::{BuildError, CatalogueBuilder};
pub use overlay::{Overlaid, Overlay, OverlayBuilder, OverlayError, OverlayItem, OverlayMeta};
pub use period::Period;
pub use product::{
    Attribute, Availability, CatalogueMeta, Label, PriceTier, Product, Reference, ReferenceKind,
};
pub(crate) use read::{CATEGORY_SEPARATOR, Scale, leaf_label};
pub use read::{Catalogue, FacetIdx, ItemIdx, ValueIdx};

use crate::pack::Tag;

/// What the section behind `tag` holds.
pub(crate) fn section_name(tag: Tag) -> Option<&'static str> {
    sections::name(tag).or_else(|| overlay::section_name(tag))
}
