//! The small backend: stores and joins profiles, serves packs.
