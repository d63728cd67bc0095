//! The project's commands: `cargo xtask setup | demo | test | bench`.
fn main() {}
