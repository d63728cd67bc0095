//! The project's commands: `cargo xtask help` lists them.

mod bench;
mod bundle;
mod demo;
mod dist;
mod fuzz;
mod golden;
mod hosts;
mod install;
mod memory;
mod parity;
mod python;
mod run;
mod setup;
mod test;
mod train;

use anyhow::{Result, bail};

const HELP: &str = "\
The project's commands:

  cargo xtask demo      make a music video from the song in demo/ and say where it is
  cargo xtask install   build the plugin and put it where DAWs look; --system for all users
  cargo xtask uninstall remove it; --system as above
  cargo xtask test      run every check and test, as CI does
  cargo xtask fuzz      try damaged storyboards, takes, weights and sound files; --secs N for each, --seed N
  cargo xtask golden    write anew what tests compare with; `golden NAME` of the tests whose names contain it
  cargo xtask hosts     try the plugin in real hosts; --only NAME, --full for the long runs
  cargo xtask bundle    lay out .clap and .vst3 in target/bundled; --release
  cargo xtask dist      make a release archive
  cargo xtask bench     measure speed and memory, stage by stage; --painter the painter alone, --video frames alone,
                        --unet diffusion's networks beside torch, on --device cuda:N or metal if not on the CPU,
                        --analysis --songs DIR the analysis against librosa, essentia and aubio (pip gets them)
  cargo xtask memory    run the painter's tests under an address sanitizer and under valgrind
  cargo xtask parity    compare diffusion with the reference implementation (pip gets it) on tiny models made afresh;
                        --checkpoint DIR on a model of yours, --seed N, --size WxH
  cargo xtask train NAME  render songs and fit anew what hears them: beats, tempo-octave, beat-network (an hour or more)
                        or readings; --small tries it in seconds, --songs N sets how many (of beat-network a percentage),
                        --minutes M of training for beat-network
  cargo xtask setup     install the system packages that building needs, and nothing else

Each first installs the system packages that it needs, and asks before it does; --yes installs them without asking.";

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
        ["setup"] => setup::run(consent, setup::For::Program),
        ["install"] | ["install", "--user"] => install::run(install::Whom::User, consent),
        ["install", "--system"] => install::run(install::Whom::System, consent),
        ["uninstall"] | ["uninstall", "--user"] => install::remove(install::Whom::User),
        ["uninstall", "--system"] => install::remove(install::Whom::System),
        ["bundle"] => bundle(consent, bundle::Build::Usual),
        ["bundle", "--release"] => bundle(consent, bundle::Build::Release),
        ["bundle", "--check-allocs"] => bundle(consent, bundle::Build::Checked),
        ["dist"] => dist::run(consent),
        ["hosts", ref rest @ ..] => hosts::run(consent, rest),
        ["demo"] => demo::run(consent),
        ["test"] => test::run(consent),
        ["fuzz", ref rest @ ..] => fuzz::run(consent, rest),
        ["golden"] => golden::run(consent, &[]),
        ["golden", name] => golden::run(consent, &[name]),
        ["train", ref rest @ ..] => train::run(consent, rest),
        ["memory"] => memory::run(consent),
        ["parity", ref rest @ ..] => parity::run(consent, rest),
        ["bench"] => bench::run(consent, bench::What::All),
        ["bench", "--video"] => bench::run(consent, bench::What::Video),
        ["bench", "--painter"] => bench::run(consent, bench::What::Painter),
        ["bench", "--unet"] => bench::unet(consent, "cpu"),
        ["bench", "--unet", "--device", device] => bench::unet(consent, device),
        ["bench", "--analysis", "--songs", songs] => bench::analysis(consent, songs),
        ["bench", "--analysis", ..] => bail!("--analysis needs --songs DIR: a folder of songs with their beats"),
        [] | ["help" | "--help" | "-h"] => {
            println!("{HELP}");
            Ok(())
        }
        [
            "setup" | "demo" | "test" | "bench" | "memory" | "install" | "uninstall" | "bundle" | "dist" | "golden",
            extra,
            ..,
        ] => bail!("\"{extra}\" is not understood\n\n{HELP}"),
        [other, ..] => bail!("\"{other}\" is not a command\n\n{HELP}"),
    }
}

fn bundle(consent: setup::Consent, build: bundle::Build) -> Result<()> {
    setup::run(consent, setup::For::Plugin)?;
    bundle::run(build).map(drop)
}
