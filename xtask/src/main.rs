//! The project's commands: `cargo xtask setup | demo | test | bench`.

mod bench;
mod demo;
mod run;
mod setup;
mod test;

use anyhow::{Result, bail};

const HELP: &str = "\
The project's commands:

  cargo xtask setup [--yes]   install the system packages that building needs
  cargo xtask demo  [--yes]   make a music video from the song in demo/ and say where it is
  cargo xtask test  [--yes]   run every check and test, as CI does
  cargo xtask bench [--yes]   measure speed and memory, stage by stage

--yes installs missing packages without asking.";

fn main() -> Result<()> {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let consent = match args.iter().position(|arg| arg == "--yes" || arg == "-y") {
        Some(at) => {
            args.remove(at);
            setup::Consent::Given
        }
        None => setup::Consent::Ask,
    };
    let mut words = args.iter().map(String::as_str);
    let command = words.next();
    if let Some(extra) = words.next() {
        bail!("\"{extra}\" is not understood\n\n{HELP}");
    }
    match command {
        Some("setup") => setup::run(consent),
        Some("demo") => demo::run(consent),
        Some("test") => test::run(consent),
        Some("bench") => bench::run(consent),
        None | Some("help" | "--help" | "-h") => {
            println!("{HELP}");
            Ok(())
        }
        Some(other) => bail!("\"{other}\" is not a command\n\n{HELP}"),
    }
}
