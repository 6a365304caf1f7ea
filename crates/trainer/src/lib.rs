//! Catalogue feeds and event logs in, packs out.
