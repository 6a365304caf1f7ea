//! The `endcap` command.

fn main() {}
