//! Measures the engine in one run: `bench DEMO_FOLDER [--painter]`.
//!
//! Everything that is printed is measured now, on this machine; ratios compare figures of the same run. Times are CPU
//! time where the system tells it, so that other programs disturb them little; what is wall time says so.

mod film;
mod growth;
mod hearing;
mod machine;
mod painter;
mod songs;

use std::path::Path;

use anyhow::{Context, Result, bail};

const USAGE: &str = "usage: bench DEMO_FOLDER [--painter]";

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args[..] {
        // One render in a process of its own, whose memory is that render's alone.
        [film::CHILD, task] => film::child(task),
        [_, "--painter"] => {
            machine::describe();
            painter::measure()
        }
        [demo] if !demo.starts_with('-') => all(Path::new(demo)),
        _ => bail!("{USAGE}"),
    }
}

fn all(demo: &Path) -> Result<()> {
    machine::describe();
    let folder = tempfile::tempdir().context("there is no room for the songs to measure with")?;
    let (song, storyboard) = (demo.join("song.ogg"), demo.join("storyboard.toml"));
    hearing::measure(&song, folder.path())?;
    painter::measure()?;
    film::measure(&song, &storyboard, folder.path())?;
    growth::measure(&song, &storyboard, folder.path())
}
