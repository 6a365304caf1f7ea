//! Laws and stories of profiles.

mod clocks;
mod history;
mod limits;
mod owners;
mod stories;
