//! How time and memory grow with the song: whole songs of three lengths, each in a process of its own.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use phosphene_engine::time::{Fps, Size};

use super::{
    film::{self, Task},
    machine, songs,
};

/// Lengths in seconds.
const LENGTHS: [u32; 3] = [30, 180, 600];

/// Seconds that are painted of each song.
const PAINTED_SECS: f64 = 4.0;

/// Prints what songs of each length take, with the same one of the demo's prompts, so that the same is painted.
pub fn measure(song: &Path, storyboard: &Path, folder: &Path) -> Result<()> {
    println!("\nGrowth with the song's length: all of it heard, planned and encoded as a test pattern at 320x180,");
    println!("and {PAINTED_SECS} s from its middle scene on painted at 1280x720");
    println!(
        "  {:<8} {:>18} {:>24} {:>7} {:>16} {:>16} {:>13}",
        "length",
        "decoded s a CPU s",
        "with analysis s a CPU s",
        "frames",
        "CPU ms, pattern",
        "CPU ms, painted",
        "peak memory"
    );
    let mut peaks = Vec::new();
    for secs in LENGTHS {
        let wav = songs::looped_wav(song, secs, folder)?;
        let done = film::render(&Task {
            song: wav.clone(),
            storyboard: storyboard.to_owned(),
            one_prompt: true,
            size: Size::HD,
            fps: Fps::FILM,
            draft: false,
            stretch_secs: PAINTED_SECS,
            pattern_first: true,
            output: folder.join("growth.mp4"),
        })?;
        fs::remove_file(wav)?;
        let (frames, cpu_secs) = done.pattern.context("the whole song was asked for")?;
        println!(
            "  {:<8} {:>18.0} {:>24.1} {:>7} {:>16.2} {:>16.1} {:>13}",
            format!("{secs} s"),
            done.song_secs / done.decode_secs,
            done.song_secs / done.hear_secs,
            frames,
            cpu_secs * 1e3 / frames as f64,
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
