//! Single fields: text as shops write it in, values out.

pub(crate) mod currency;
pub(crate) mod detail;
pub(crate) mod gtin;
pub(crate) mod price;
pub(crate) mod text;
pub(crate) mod when;
