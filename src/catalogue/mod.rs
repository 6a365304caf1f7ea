//! Catalogues: products in, one pack out, read in place.

mod product;

pub use product::{
    Attribute, Availability, CatalogueMeta, Label, PriceTier, Product, Reference, ReferenceKind,
};

/// What the section behind `tag` holds.
pub(crate) fn section_name(_tag: [u8; 4]) -> Option<&'static str> {
    None
}
