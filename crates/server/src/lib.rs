//! The small backend: keeps and joins profiles, and hands out packs, over HTTP.
//!
//! # Invariants
//! * A sync that was answered survives a crash: the answer waits for the disk.
//! * A profile is only ever joined into, so that the order and repetition of requests cannot lose anything.
//! * Profile ids, tokens and profile content reach no log line and no error text.
//! * Bytes from outside give a [problem](problem::Problem), never a panic.
//!
//! The HTTP API is described in `docs/server.md`. Deliberately absent: the engine's learning and ranking, which
//! happen on the device.

pub mod keys;
pub mod problem;
pub mod shelf;
pub mod store;
pub mod token;

mod body;
mod calendar;
mod day;
mod disk;
mod erased;
mod events;
mod limit;
mod link;
mod listen;
mod observe;
mod open;
mod origin;
mod profile_id;
mod profiles;
mod proxy;
mod recent;
mod record;
mod retention;
mod retire;
mod routes;
mod secret;
mod server;
mod shared;
mod tenant;
mod turns;

pub use calendar::{Calendar, ClockJump, MAX_JUMP};
pub use day::{Day, DayError};
pub use disk::Disk;
pub use erased::{Erased, ErasedError};
pub use events::{EventLog, EventLogError, retire_events};
pub use limit::Rates;
pub use listen::{MaxConnections, serve};
pub use observe::Metrics;
pub use origin::{Origin, OriginError};
pub use profile_id::{ProfileId, ProfileIdError};
pub use profiles::Profiles;
pub use proxy::{Network, NetworkError, Proxies};
pub use retention::{Held, KeepDays};
pub use retire::Retired;
pub use secret::{Secret, SecretError};
pub use server::{Files, Server, admin, by_host};
pub use tenant::{TenantName, TenantNameError};
