//! A song to its beats: `cargo run --example beats -- SONG`.
//!
//! Prints each beat's second and its place in the bar, 1 for the downbeat.

use std::path::Path;

use anyhow::{Context, Result};
use phosphene_engine::{cancel::Cancel, ffmpeg::open_song, listen::listen};

/// Each beat's second, and its place in the bar.
pub fn beats(song: &Path) -> Result<Vec<(f64, u32)>> {
    let song = open_song(song)?;
    // Nobody asks it to stop, and nobody watches how far it has come.
    let analysis = listen(&song, &Cancel::default(), &|_| ())?.analysis;
    let (rate, beats) = (analysis.grid.rate, analysis.grid.beats);
    Ok(beats.iter().map(|beat| (beat.at.secs(rate), beat.in_bar)).collect())
}

fn main() -> Result<()> {
    let song = std::env::args_os().nth(1).context("usage: beats SONG")?;
    for (secs, in_bar) in beats(Path::new(&song))? {
        println!("{secs:.3}\t{in_bar}");
    }
    Ok(())
}
