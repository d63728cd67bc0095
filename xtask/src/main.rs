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
  cargo xtask bench [--yes]   measure speed and memory, stage by stage; --painter the painter alone

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
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words[..] {
        ["setup"] => setup::run(consent),
        ["demo"] => demo::run(consent),
        ["test"] => test::run(consent),
        ["bench"] => bench::run(consent, bench::What::All),
        ["bench", "--painter"] => bench::run(consent, bench::What::Painter),
        [] | ["help" | "--help" | "-h"] => {
            println!("{HELP}");
            Ok(())
        }
        ["setup" | "demo" | "test" | "bench", extra, ..] => bail!("\"{extra}\" is not understood\n\n{HELP}"),
        [other, ..] => bail!("\"{other}\" is not a command\n\n{HELP}"),
    }
}
