//! How far cuts are from the music: songs are planned as `phosphene storyboard` and `render` do, without `[grid]`, and the
//! distance from every cut's frame to the nearest beat and downbeat of the truth beside the song is listed.
//!
//! Nothing is drawn: the frames are those of the plan, which decides where a render cuts. A frame can only begin every
//! 42 ms (24 a second), so up to 42 ms early is as near as it can be.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use clap::Args;
use phosphene_engine::{
    analysis::Analysis,
    cue::{CueInputs, cues_from_storyboard, draft_storyboard},
    storyboard::Storyboard,
    time::Fps,
};

use crate::songs;

/// Arguments of `cuts-batch`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// A folder of songs, each with NAME.beats
    songs: PathBuf,
    /// The songs that are listed; all of them when none is named
    names: Vec<String>,
}

/// A beat of the truth: seconds, and its place in the bar.
type Truth = (f64, u32);

/// Lists the cuts of the songs that have beats.
pub fn run(arguments: &Arguments) -> Result<()> {
    let mut files = Vec::new();
    for name in &arguments.names {
        let beats = arguments.songs.join(name).with_added_extension("beats");
        let there = songs::sound_beside(&beats).is_some();
        ensure!(
            there,
            "{name}.wav, .ogg or .flac is not in {}",
            arguments.songs.display()
        );
        files.push(beats);
    }
    if files.is_empty() {
        files = songs::with_beats(&arguments.songs)?;
    }
    for beats in &files {
        let truth = truth(beats)?;
        if !truth.is_empty()
            && let Some(sound) = songs::sound_beside(beats)
        {
            list(&songs::name(beats)?, &songs::hear(&sound)?, &truth)?;
        }
    }
    Ok(())
}

fn truth(path: &Path) -> Result<Vec<Truth>> {
    let text = fs::read_to_string(path).with_context(|| format!("can't read {}", path.display()))?;
    let beat = |line: &str| -> Result<Truth> {
        let mut parts = line.split_whitespace();
        let secs = parts.next().context("an empty line")?.parse()?;
        Ok((secs, parts.next().unwrap_or("0").parse()?))
    };
    text.lines().map(beat).collect()
}

/// Prints a song's cuts.
fn list(name: &str, analysis: &Analysis, truth: &[Truth]) -> Result<()> {
    let board = Storyboard::parse("draft.toml", draft_storyboard(analysis, name, None)?.as_bytes())?;
    let fps = Fps::FILM;
    let inputs = CueInputs {
        analysis,
        fps,
        zoom_rate: 1.0,
    };
    let rate = analysis.grid.rate;
    println!("{name}");
    let (mut beats, mut bars) = (Vec::new(), Vec::new());
    // The first scene begins with the video.
    for cue in cues_from_storyboard(&board, &inputs)?.cues.iter().skip(1) {
        let frame = fps.frame_of_event(cue.at, rate);
        let shown = fps.first_sample(frame, rate).secs(rate);
        let nearest = |downbeats: bool| {
            let places = truth.iter().filter(|(_, place)| !downbeats || *place == 1);
            let off = places.map(|(secs, _)| (shown - secs) * 1e3);
            off.min_by(|a, b| a.abs().total_cmp(&b.abs())).unwrap_or(f64::NAN)
        };
        let (beat, bar) = (nearest(false), nearest(true));
        println!(
            "  frame {:>5} at {shown:>8.3} s: {beat:>+7.1} ms from a beat, {bar:>+7.1} ms from a downbeat",
            frame.0
        );
        beats.push(beat.abs());
        bars.push(bar.abs());
    }
    let near = |all: &[f64]| all.iter().filter(|off| **off <= 70.0).count();
    println!(
        "  {} of {} cuts within 70 ms of a beat, {} of a downbeat",
        near(&beats),
        beats.len(),
        near(&bars)
    );
    Ok(())
}
