//! Learning: events of one shopper in, affinities out.

mod belief;
mod event;
mod ledger;
mod session;
mod taste;

pub(crate) use belief::{Beliefs, Strength, Turn};
pub use event::{Event, EventError, EventKind, EventParams, Item, Text};
pub(crate) use ledger::{Order, bought, is_fact, ledger, returned};
pub(crate) use session::{Session, Touch};
