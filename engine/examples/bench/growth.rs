//! How time and memory grow with the song: whole songs of three lengths, each in a process of its own.

use std::{fs, path::Path};

use anyhow::Result;
use phosphene_engine::time::{Fps, Size};

use crate::{
    film::{self, Task},
    machine, songs,
};

/// Lengths in seconds.
const LENGTHS: [u32; 3] = [30, 180, 600];

/// Small, so that every frame of ten minutes is made in about a minute; what could grow does not depend on it.
const SIZE: [u32; 2] = [64, 36];

/// Prints what songs of each length take, with the demo's prompts spread over them.
pub fn measure(song: &Path, storyboard: &Path, folder: &Path) -> Result<()> {
    let [width, height] = SIZE;
    println!("\nGrowth with the song's length: all of it heard and rendered, at {width}x{height}, --draft");
    println!(
        "  {:<8} {:>18} {:>24} {:>8} {:>16} {:>13}",
        "length", "decoded s a CPU s", "with analysis s a CPU s", "frames", "CPU ms a frame", "peak memory"
    );
    let mut peaks = Vec::new();
    for secs in LENGTHS {
        let wav = songs::looped_wav(song, secs, folder)?;
        let done = film::render(&Task {
            song: wav.clone(),
            storyboard: storyboard.to_owned(),
            spread: true,
            size: Size::new(width, height)?,
            fps: Fps::FILM,
            draft: true,
            stretch_secs: None,
            output: folder.join("growth.mp4"),
        })?;
        fs::remove_file(wav)?;
        println!(
            "  {:<8} {:>18.0} {:>24.1} {:>8} {:>16.2} {:>13}",
            format!("{secs} s"),
            done.song_secs / done.decode_secs,
            done.song_secs / done.hear_secs,
            done.frames,
            done.cpu_secs * 1e3 / done.frames as f64,
            machine::megabytes(done.peak_mb),
        );
        peaks.push((f64::from(secs) / 60.0, done.peak_mb));
    }
    if let [_, (short, Some(less)), (long, Some(more))] = peaks[..] {
        println!(
            "  memory grows by {:.2} MB a minute of song",
            (more - less) / (long - short)
        );
    }
    Ok(())
}
