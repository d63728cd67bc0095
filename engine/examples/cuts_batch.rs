//! How far cuts are from the music: plans each song of a folder as `phosphene storyboard` and `render` do, without `[grid]`,
//! and lists the distance from every cut's frame to the nearest beat and downbeat of the truth beside the song.
//!
//! `cargo run --example cuts_batch -- SONGS [NAME...]`. Nothing is drawn: the frames are those of the plan, which decides
//! where a render cuts. A frame can only begin every 42 ms (24 a second), so up to 42 ms early is as near as it can be.

use phosphene_engine::ffmpeg::open_song;
use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
};

use phosphene_engine::{
    analysis::Analysis,
    cancel::Cancel,
    cue::{CueInputs, cues_from_storyboard, draft_storyboard},
    listen::listen,
    storyboard::Storyboard,
    time::Fps,
};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// A beat of the truth: seconds, and its place in the bar.
type Truth = (f64, u32);

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let songs = PathBuf::from(args.next().ok_or("usage: cuts_batch SONGS [NAME...]")?);
    let mut names: Vec<String> = args.collect();
    if names.is_empty() {
        for entry in fs::read_dir(&songs)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "beats") {
                names.push(path.file_stem().unwrap_or_default().to_string_lossy().into_owned());
            }
        }
        names.sort();
    }
    for name in &names {
        let truth = truth(&songs.join(format!("{name}.beats")))?;
        let path = songs.join(format!("{name}.ogg"));
        if !truth.is_empty() && path.exists() {
            list(name, &hear(&path)?, &truth)?;
        }
    }
    Ok(())
}

fn truth(path: &Path) -> Result<Vec<Truth>> {
    let text = fs::read_to_string(path)?;
    let beat = |line: &str| -> Result<Truth> {
        let mut parts = line.split_whitespace();
        let secs = parts.next().ok_or("an empty line")?.parse()?;
        Ok((secs, parts.next().unwrap_or("0").parse()?))
    };
    text.lines().map(beat).collect()
}

fn hear(path: &Path) -> Result<Analysis> {
    let song = open_song(path)?;
    Ok(listen(&song, &Cancel::default(), &|_| ())?.analysis)
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
