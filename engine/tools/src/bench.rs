//! Measurements of the engine in one run.
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

use anyhow::{Context, Result};
use clap::Args;

/// Arguments of `bench`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The demo's folder: song.ogg, storyboard.toml
    #[arg(required_unless_present = "child")]
    demo: Option<PathBuf>,
    /// A Python that may have onnxruntime, to measure the painter against
    #[arg(required_unless_present = "child")]
    python: Option<PathBuf>,
    /// Measure the painter alone
    #[arg(long, conflicts_with = "video")]
    painter: bool,
    /// Measure the steps of a frame, and whole renders, alone
    #[arg(long)]
    video: bool,
    /// Render one task and print its outcome
    #[arg(long, hide = true, value_name = "TASK", exclusive = true)]
    child: Option<String>,
}

/// Prints the measurements.
pub fn run(arguments: &Arguments) -> Result<()> {
    // One render in a process of its own, whose memory is that render's alone.
    if let Some(task) = &arguments.child {
        return film::child(task);
    }
    let demo = arguments.demo.as_deref().context("the demo's folder is missing")?;
    let python = arguments.python.as_deref().context("the peer's Python is missing")?;
    machine::describe();
    match (arguments.painter, arguments.video) {
        (true, _) => paint(demo, python),
        (_, true) => video(demo, room()?.path()),
        _ => all(demo, python),
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
    let folder = room()?;
    let [song, storyboard] = song_and_storyboard(demo);
    hearing::measure(&song, folder.path())?;
    paint(demo, python)?;
    video(demo, folder.path())?;
    growth::measure(&song, &storyboard, folder.path())
}
