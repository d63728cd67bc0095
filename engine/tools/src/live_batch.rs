//! The beats of songs as they are announced while the songs play: `NAME.beats`.

use std::{
    fmt::Write as _,
    fs,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use phosphene_engine::{
    analysis::live::{LiveBeatEvent, LiveEvent, Tracker},
    ffmpeg::open_song,
    time::SampleRate,
};

use crate::songs::{self, IntoFolder};

/// Frames in a block, as a host has them.
const BLOCK: usize = 512;

/// What was heard of a song.
struct Followed {
    rate: SampleRate,
    frames: usize,
    beats: Vec<LiveBeatEvent>,
    spent: Duration,
}

/// Writes them for every song of a folder; also prints how late beats were announced, and how many times faster than real
/// time it went, on one core, decoding left out.
pub fn run(folders: &IntoFolder) -> Result<()> {
    let out = folders.made()?;
    let (mut heard, mut spent) = (0.0, Duration::ZERO);
    for path in &songs::sounds(&folders.songs)? {
        let song = follow(path)?;
        let hz = f64::from(song.rate.hz());
        heard += song.frames as f64 / hz;
        spent += song.spent;
        let late = |event: &LiveBeatEvent| (event.announced as f64 - event.beat.at.0 as f64) / hz;
        let latest = song.beats.iter().map(late).fold(f64::NEG_INFINITY, f64::max);
        let mut text = String::new();
        for event in &song.beats {
            writeln!(text, "{:.4}\t{}", event.beat.at.secs(song.rate), event.beat.in_bar)?;
        }
        let stem = path.file_stem().context("a file without a name")?;
        fs::write(out.join(stem).with_added_extension("beats"), text)?;
        let name = stem.to_string_lossy();
        let beats = song.beats.len();
        match beats {
            0 => println!("{name}: no beats"),
            _ => println!("{name}: {beats} beats, announced {:.1} ms late at most", latest * 1e3),
        }
    }
    let spent = spent.as_secs_f64();
    println!(
        "{heard:.0} s of song in {spent:.1} s: {:.0} times real time",
        heard / spent
    );
    Ok(())
}

/// Reads a song as a render does, and follows it block by block.
fn follow(path: &Path) -> Result<Followed> {
    let song = open_song(path)?;
    let (rate, channels) = (song.info().rate, song.info().channels);
    let mut samples = Vec::new();
    songs::each_block(&song, |floats, _| samples.extend_from_slice(floats))?;
    let begin = Instant::now();
    let mut tracker = Tracker::new(rate)?;
    let mut beats = Vec::new();
    for block in samples.chunks(BLOCK * channels) {
        tracker.push(block, channels, |event| {
            if let LiveEvent::Beat(beat) = event {
                beats.push(beat);
            }
        });
    }
    Ok(Followed {
        rate,
        frames: samples.len() / channels,
        beats,
        spent: begin.elapsed(),
    })
}
