//! A till: purchases in a store, by loyalty card, into the customers' profiles.
//!
//! A sale never waits for a network. It is [recorded](Queue::record) on the till's disk, and [sent](Queue::send) when the server can be
//! reached: a minute or a day later, the profile has it at the time of the sale.
//!
//! # Invariants
//! * What was recorded is on the disk, and stays there until the server has answered that it keeps it.
//! * Each sale writes as a replica of its own that is drawn when it is recorded. So a sale that is sent again, after a crash or
//!   an answer that got lost, is the same part of the profile again, and counts once.
//! * Clicks never leave anything here, and what is sent is a profile: hashed keys and weights.

mod queue;
mod server;

pub use queue::{Queue, Sale, Sent};
pub use server::Server;
