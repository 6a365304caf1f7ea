//! Laws and stories of profiles.

mod clocks;
mod history;
mod stories;
