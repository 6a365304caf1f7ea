//! Retrieval: which items a text means, before anything is known of the shopper.

mod bits;
mod dictionary;
mod fuzzy;
mod lists;
mod numbers;
mod postings;

pub(crate) use bits::BitSet;
pub(crate) use dictionary::{Dictionary, write as write_dictionary};
pub(crate) use fuzzy::{MAX_EDITS, fuzzy};
pub(crate) use lists::{Lists, write_linked};
pub(crate) use numbers::Numbers;
pub(crate) use postings::{Field, Postings, write_postings};
