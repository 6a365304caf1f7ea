//! Routes, one file per thing they are about.

pub(crate) mod demo;
pub(crate) mod events;
pub(crate) mod files;
pub(crate) mod health;
pub(crate) mod link;
pub(crate) mod manifest;
pub(crate) mod openapi;
pub(crate) mod packs;
mod policy;
pub(crate) mod profiles;
