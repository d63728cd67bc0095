//! The program `phosphene`: arguments to calls.
fn main() {}
