//! Set-up, build, demo, test, bench and size checks of the workspace.

fn main() {}
