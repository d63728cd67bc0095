//! Follows every song of a folder as if it were played, and writes the beats as they were announced: `NAME.beats`.
//!
//! `cargo run --example live_batch -- SONGS OUT` also prints how late beats were announced, and how many times faster
//! than real time it went, on one core, decoding left out.

use phosphene_engine::ffmpeg::open_song;
use std::{
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use phosphene_engine::{
    analysis::live::{LiveBeatEvent, LiveEvent, Tracker},
    song::Block,
    time::SampleRate,
};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Frames in a block, as a host has them.
const BLOCK: usize = 512;

/// What was heard of a song.
struct Followed {
    rate: SampleRate,
    frames: usize,
    beats: Vec<LiveBeatEvent>,
    spent: Duration,
}

fn main() -> Result<()> {
    let mut args = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(songs), Some(out)) = (args.next(), args.next()) else {
        return Err("usage: live_batch SONGS OUT".into());
    };
    fs::create_dir_all(&out)?;
    let mut files: Vec<PathBuf> = fs::read_dir(songs)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<std::io::Result<_>>()?;
    files.retain(|path| {
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
        ["ogg", "wav", "flac", "mp3", "m4a", "aiff"].contains(&extension)
    });
    files.sort();
    let (mut heard, mut spent) = (0.0, Duration::ZERO);
    for path in &files {
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
        let stem = path.file_stem().ok_or("a file without a name")?;
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
    let mut reader = song.reader()?;
    let (mut block, mut floats, mut samples) = (Block::default(), Vec::new(), Vec::new());
    while reader.read(&mut block)? {
        block.f32_into(&mut floats);
        samples.extend_from_slice(&floats);
    }
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
