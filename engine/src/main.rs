//! The program `phosphene`: arguments to calls.

// A closed terminal must not end the program: the macros panic there.
#![deny(clippy::print_stdout, clippy::print_stderr)]

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
