//! Laws and stories of profiles.

mod history;
mod stories;
