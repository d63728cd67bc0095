//! Measures the engine in one run: `bench DEMO_FOLDER PYTHON [--painter | --video]`.
//!
//! `PYTHON` is a Python that may have onnxruntime, to measure the painter against.
//!
//! Everything that is printed is measured now, on this machine; ratios compare figures of the same run. Times are CPU
//! time where the system tells it, so that other programs disturb them little; what is wall time says so.

mod film;
mod growth;
mod hearing;
mod machine;
mod painter;
mod songs;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

const USAGE: &str = "usage: bench DEMO_FOLDER PYTHON [--painter | --video]";

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args[..] {
        // One render in a process of its own, whose memory is that render's alone.
        [film::CHILD, task] => film::child(task),
        [demo, python, "--painter"] => {
            machine::describe();
            paint(Path::new(demo), Path::new(python))
        }
        [demo, _, "--video"] => {
            machine::describe();
            video(Path::new(demo), room()?.path())
        }
        [demo, python] if !demo.starts_with('-') => all(Path::new(demo), Path::new(python)),
        _ => bail!("{USAGE}"),
    }
}

/// The demo's song and what is to be seen with it.
fn song_and_storyboard(demo: &Path) -> [PathBuf; 2] {
    ["song.ogg", "storyboard.toml"].map(|name| demo.join(name))
}

fn paint(demo: &Path, python: &Path) -> Result<()> {
    let [song, storyboard] = song_and_storyboard(demo);
    painter::measure(&song, &storyboard, python)
}

fn video(demo: &Path, folder: &Path) -> Result<()> {
    let [song, storyboard] = song_and_storyboard(demo);
    film::measure(&song, &storyboard, folder)
}

fn room() -> Result<tempfile::TempDir> {
    tempfile::tempdir().context("there is no room for the songs to measure with")
}

fn all(demo: &Path, python: &Path) -> Result<()> {
    machine::describe();
    let folder = room()?;
    let [song, storyboard] = song_and_storyboard(demo);
    hearing::measure(&song, folder.path())?;
    paint(demo, python)?;
    video(demo, folder.path())?;
    growth::measure(&song, &storyboard, folder.path())
}
