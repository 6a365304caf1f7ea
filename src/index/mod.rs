//! Retrieval: which items a text means, before anything is known of the shopper.

mod bits;
mod dictionary;
mod postings;

pub(crate) use bits::BitSet;
pub(crate) use dictionary::{Dictionary, write as write_dictionary};
pub(crate) use postings::{Field, Postings, write_postings};
