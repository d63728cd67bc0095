//! The program `phosphene`: arguments to calls.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
