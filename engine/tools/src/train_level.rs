//! The tempo network's training on songs that are rendered here.

mod dice;
mod fit;
mod song;
mod style;
mod synth;

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use anyhow::{Context, Result, anyhow};
use clap::Args;
use phosphene_engine::{
    analysis::{Analyzer, HOPS_PER_SEC},
    time::SampleRate,
};

use self::{fit::Example, song::Song};
use crate::songs;

/// Seconds of a song.
const SECS: f64 = 26.0;
/// A length is the felt one within this share.
const NEAR: f64 = 0.04;
/// The shortest beat that is judged, in hops.
const SHORTEST: usize = 24;
/// One song in so many is kept back from training.
const KEPT_BACK: u64 = 10;

/// Arguments of `train-level`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The weights that are written: little-endian numbers
    out: PathBuf,
    /// How many songs are rendered
    #[arg(default_value_t = 1_500)]
    songs: u64,
    /// The songs' seeds begin at a million times this
    #[arg(default_value_t = 2)]
    seed: u64,
    /// Folders of more songs: NAME.wav, of one channel and 16 bits, and NAME.beats
    folders: Vec<PathBuf>,
}

/// Arguments of `level-songs`.
#[derive(Debug, Args)]
pub struct SongsArguments {
    /// The folder that songs are written into, made if need be
    folder: PathBuf,
    /// The first song's seed; training with seed 2 begins at two million
    seed: u64,
    /// How many songs, one for each seed
    count: u64,
}

/// Writes songs, to listen to and to measure trackers on: `SEED.wav`, and `SEED.beats` with the second and the place in the
/// bar of each beat.
pub fn write_songs(arguments: &SongsArguments) -> Result<()> {
    let SongsArguments { folder, seed, count } = arguments;
    fs::create_dir_all(folder).with_context(|| format!("can't make {}", folder.display()))?;
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: synth::HZ,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    for seed in *seed..seed + count {
        let song = Song::of(seed, SECS);
        let mut wav = hound::WavWriter::create(folder.join(format!("{seed:06}.wav")), spec)?;
        for sample in song.samples {
            wav.write_sample((sample.clamp(-1.0, 1.0) * 32_000.0) as i16)?;
        }
        wav.finalize()?;
        let mut beats = String::new();
        for (k, beat) in (0..).zip(&song.beats) {
            writeln!(beats, "{beat:.4}\t{}", k % song.metre + 1)?;
        }
        fs::write(folder.join(format!("{seed:06}.beats")), beats)?;
    }
    Ok(())
}

/// Trains, and writes the weights.
pub fn run(arguments: &Arguments) -> Result<()> {
    let (songs, seed) = (arguments.songs, arguments.seed);
    let mut files = Vec::new();
    for folder in &arguments.folders {
        files.extend(songs::with_beats(folder)?);
    }
    files.sort();
    let total = songs as usize + files.len();
    let threads = std::thread::available_parallelism()?.get();
    let (next, lessons) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || -> Result<()> {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= total {
                return Ok(());
            }
            let lesson = match number.checked_sub(songs as usize) {
                None => hear(&Song::of(seed * 1_000_000 + number as u64, SECS), synth::HZ),
                Some(nth) => read_song(&files[nth]).and_then(|(song, hz)| hear(&song, hz)),
            };
            let mut lessons = lessons.lock().map_err(|_| anyhow!("another thread ended"))?;
            lessons.push((number, lesson?));
        }
    };
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let join =
            |worker: std::thread::ScopedJoinHandle<'_, _>| worker.join().map_err(|_| anyhow!("a thread ended"))?;
        all.into_iter().try_for_each(join)
    })?;
    let mut lessons = lessons.into_inner().map_err(|_| anyhow!("a thread ended"))?;
    lessons.sort_by_key(|(number, _)| *number);
    let (mut learnt, mut kept, mut feet) = (Vec::new(), Vec::new(), Vec::new());
    for (number, (examples, foot)) in lessons {
        feet.push(foot);
        if (number as u64).is_multiple_of(KEPT_BACK) {
            kept.extend(examples);
        } else {
            learnt.extend(examples);
        }
    }
    println!("{total} songs, {} stretches, {} kept back", learnt.len(), kept.len());
    fit::fit_foot(&feet);
    let fitted = fit::fit(learnt, kept, seed);
    let numbers = fitted.mean.iter().chain(&fitted.scale).chain(&fitted.weights);
    let bytes: Vec<u8> = numbers.flat_map(|n| n.to_le_bytes()).collect();
    let out = &arguments.out;
    fs::write(out, bytes).with_context(|| format!("can't write {}", out.display()))
}

/// A song of one channel and 16 bits with its beats, and its rate.
fn read_song(beats: &Path) -> Result<(Song, u32)> {
    let mut wav = hound::WavReader::open(beats.with_extension("wav"))?;
    let hz = wav.spec().sample_rate;
    let samples = wav
        .samples::<i16>()
        .map(|sample| sample.map(|sample| f32::from(sample) / 32_768.0));
    let samples = samples.collect::<Result<Vec<f32>, _>>()?;
    let text = fs::read_to_string(beats)?;
    let beats = text
        .lines()
        .filter_map(|line| line.split('\t').next()?.parse().ok())
        .collect();
    Ok((
        Song {
            samples,
            beats,
            metre: 0,
        },
        hz,
    ))
}

/// How far from its place a beat's clues are looked for, in hops.
const REACH: usize = 2;

/// What is learnt of a song: its stretches with the felt length of each, and its beats' clues less those of half-beats.
type Lesson = (Vec<Example>, Vec<Vec<f32>>);

/// Hears a song.
fn hear(song: &Song, hz: u32) -> Result<Lesson> {
    let mut analyzer = Analyzer::new(SampleRate::new(hz)?);
    analyzer.push(&song.samples);
    let heard = analyzer.finish_with_clues()?;
    let hops = f64::from(HOPS_PER_SEC);
    let mut examples = Vec::new();
    for clues in heard.tempo {
        let within = clues.from_hop as f64 / hops..clues.to_hop as f64 / hops;
        let beats: Vec<f64> = song
            .beats
            .iter()
            .copied()
            .filter(|beat| within.contains(beat))
            .collect();
        let mut lengths: Vec<f64> = beats.windows(2).map(|pair| (pair[1] - pair[0]) * hops).collect();
        lengths.sort_by(f64::total_cmp);
        let Some(length) = lengths.get(lengths.len() / 2) else {
            continue;
        };
        let near = |k: usize| ((SHORTEST + k) as f64 / length - 1.0).abs() <= NEAR;
        let felt: Vec<bool> = (0..clues.rows.len()).map(near).collect();
        if felt.iter().any(|felt| *felt) {
            examples.push(Example { rows: clues.rows, felt });
        }
    }
    let most = |secs: f64| {
        let hop = ((secs * hops).round() as usize).min(heard.hops.len() - 1);
        let around = &heard.hops[hop.saturating_sub(REACH)..(hop + REACH + 1).min(heard.hops.len())];
        let mut most = vec![f32::MIN; around[0].len()];
        for row in around {
            most.iter_mut().zip(row).for_each(|(most, v)| *most = most.max(*v));
        }
        most
    };
    let pair = |pair: &[f64]| {
        let (beat, half) = (most(pair[0]), most(f64::midpoint(pair[0], pair[1])));
        beat.iter().zip(&half).map(|(a, b)| a - b).collect()
    };
    Ok((examples, song.beats.windows(2).map(pair).collect()))
}
