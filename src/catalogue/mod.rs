//! Catalogues: products in, one pack out, read in place.

mod product;

pub use product::{
    Attribute, Availability, CatalogueMeta, Label, PriceTier, Product, Reference, ReferenceKind,
};
