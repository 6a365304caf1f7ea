//! Events that shoppers contribute to the shop's knowledge: checked batches in, lines of a log that the trainer reads out.

mod batch;
mod crowd;
mod log;
mod retire;
mod room;

pub(crate) use batch::{Batch, MAX_EVENTS};
pub use log::{EventLog, EventLogError};
pub use retire::retire_events;
