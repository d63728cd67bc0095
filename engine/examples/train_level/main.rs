//! Trains the tempo network on songs that it renders itself, and writes its weights.
//!
//! `cargo run --example train_level -- OUT.f32 [SONGS] [SEED] [FOLDER ...]`; folders hold more songs, as NAME.wav and
//! NAME.beats. `--example train_level -- --songs DIR SEED COUNT` writes songs with their beats, to listen to and
//! to measure trackers on: one song for each seed from that one on. The training with seed 2 begins at two million.

mod dice;
mod fit;
mod song;
mod style;
mod synth;

use std::{
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use fit::Example;
use phosphene_engine::{
    analysis::{Analyzer, HOPS_PER_SEC},
    time::SampleRate,
};
use song::Song;

/// Seconds of a song.
const SECS: f64 = 26.0;
/// A length is the felt one within this share.
const NEAR: f64 = 0.04;
/// The shortest beat that is judged, in hops.
const SHORTEST: usize = 24;
/// One song in so many is kept back from training.
const KEPT_BACK: u64 = 10;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<&str>>()[..] {
        ["--songs", dir, seed, count] => write_songs(Path::new(dir), seed.parse()?, count.parse()?),
        [out] => train(out, 1_500, 2, &[]),
        [out, songs] => train(out, songs.parse()?, 2, &[]),
        [out, songs, seed, ref folders @ ..] => train(out, songs.parse()?, seed.parse()?, folders),
        _ => {
            Err("usage: train_level OUT.f32 [SONGS] [SEED] [FOLDER ...], or train_level --songs DIR SEED COUNT".into())
        }
    }
}

/// Writes songs: `SEED.wav`, and `SEED.beats` with the second and the place in the bar of each beat.
fn write_songs(dir: &Path, seed: u64, count: u64) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(dir)?;
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: synth::HZ,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    for seed in seed..seed + count {
        let song = Song::of(seed, SECS);
        let mut wav = hound::WavWriter::create(dir.join(format!("{seed:06}.wav")), spec)?;
        for sample in song.samples {
            wav.write_sample((sample.clamp(-1.0, 1.0) * 32_000.0) as i16)?;
        }
        wav.finalize()?;
        let mut beats = String::new();
        for (k, beat) in (0..).zip(&song.beats) {
            writeln!(beats, "{beat:.4}\t{}", k % song.metre + 1)?;
        }
        fs::write(dir.join(format!("{seed:06}.beats")), beats)?;
    }
    Ok(())
}

fn train(out: &str, songs: u64, seed: u64, folders: &[&str]) -> Result<(), Box<dyn Error>> {
    let mut files = Vec::new();
    for folder in folders {
        let entries = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
        files.extend(entries.collect::<std::io::Result<Vec<PathBuf>>>()?);
    }
    files.retain(|path| path.extension().is_some_and(|extension| extension == "beats"));
    files.sort();
    let total = songs as usize + files.len();
    let threads = std::thread::available_parallelism()?.get();
    let (next, lessons) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || -> Result<(), String> {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= total {
                return Ok(());
            }
            let lesson = match number.checked_sub(songs as usize) {
                None => hear(&Song::of(seed * 1_000_000 + number as u64, SECS), synth::HZ),
                Some(nth) => read_song(&files[nth]).and_then(|(song, hz)| hear(&song, hz)),
            };
            let lesson = lesson.map_err(|error| error.to_string())?;
            lessons
                .lock()
                .map_err(|error| error.to_string())?
                .push((number, lesson));
        }
    };
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let join =
            |worker: std::thread::ScopedJoinHandle<'_, _>| worker.join().map_err(|_| "a thread ended".to_owned())?;
        all.into_iter().try_for_each(join)
    })?;
    let mut lessons = lessons.into_inner()?;
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
    Ok(fs::write(out, bytes)?)
}

/// A song of one channel and 16 bits with its beats, and its rate.
fn read_song(beats: &Path) -> Result<(Song, u32), Box<dyn Error>> {
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
fn hear(song: &Song, hz: u32) -> Result<Lesson, Box<dyn Error>> {
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
