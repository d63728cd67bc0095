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
};

use anyhow::{Context, Result, ensure};
use clap::Args;
use phosphene_engine::{
    analysis::{Analyzer, HOPS_PER_SEC, TrainingFeatures},
    cancel::Cancel,
    ffmpeg::open_song,
    listen::stream,
    time::SampleRate,
};
use rayon::prelude::*;

use self::fit::Example;
pub use self::{dice::Dice, song::Song, synth::HZ};
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
    pub out: PathBuf,
    /// How many songs are rendered
    #[arg(default_value_t = 1_500)]
    pub songs: u64,
    /// The songs' seeds begin at a million times this
    #[arg(default_value_t = 2)]
    pub seed: u64,
    /// Folders of more songs: NAME.wav, ogg or flac, and NAME.beats
    pub folders: Vec<PathBuf>,
}

/// Arguments of `level-songs`.
#[derive(Debug, Args)]
pub struct SongsArguments {
    /// The folder that songs are written into, made if need be
    pub folder: PathBuf,
    /// The first song's seed; training with seed 2 begins at two million
    pub seed: u64,
    /// How many songs, one for each seed
    pub count: u64,
}

/// Writes songs, to listen to and to measure trackers on: `SEED.wav`, and `SEED.beats` with the second and the place in the
/// bar of each beat.
pub fn write_songs(arguments: &SongsArguments) -> Result<()> {
    let SongsArguments { folder, seed, count } = arguments;
    fs::create_dir_all(folder).with_context(|| format!("can't make {}", folder.display()))?;
    for seed in *seed..seed + count {
        write_song(folder, &format!("{seed:06}"), &Song::of(seed, SECS))?;
    }
    Ok(())
}

/// Writes a song: `NAME.wav`, then `NAME.beats`.
pub fn write_song(folder: &Path, name: &str, song: &Song) -> Result<()> {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: HZ,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut wav = hound::WavWriter::create(folder.join(format!("{name}.wav")), spec)?;
    for sample in &song.samples {
        wav.write_sample((sample.clamp(-1.0, 1.0) * 32_000.0) as i16)?;
    }
    wav.finalize()?;
    let mut beats = String::new();
    for (k, beat) in (0..).zip(&song.beats) {
        writeln!(beats, "{beat:.4}\t{}", k % song.metre + 1)?;
    }
    let file = folder.join(format!("{name}.beats"));
    fs::write(&file, beats).with_context(|| format!("can't write {}", file.display()))
}

/// Trains, and writes the weights.
pub fn run(arguments: &Arguments) -> Result<()> {
    let (songs, seed) = (arguments.songs, arguments.seed);
    let lessons = learn_from(songs, seed, &arguments.folders, lesson)?;
    let total = lessons.len();
    let (mut learnt, mut kept, mut phases) = (Vec::new(), Vec::new(), Vec::new());
    for (number, (examples, phase)) in (0..).zip(lessons) {
        phases.push(phase);
        if is_kept_back(number) {
            kept.extend(examples);
        } else {
            learnt.extend(examples);
        }
    }
    println!("{total} songs, {} stretches, {} kept back", learnt.len(), kept.len());
    ensure!(!learnt.is_empty(), "no song has a beat to learn from: give more songs");
    fit::fit_phase(&phases);
    let fitted = fit::fit(learnt, kept, seed);
    let numbers = fitted.mean.iter().chain(&fitted.scale).chain(&fitted.weights);
    let bytes: Vec<u8> = numbers.flat_map(|n| n.to_le_bytes()).collect();
    let out = &arguments.out;
    fs::write(out, bytes).with_context(|| format!("can't write {}", out.display()))
}

/// What is true of a song.
pub struct Truth {
    /// In seconds.
    pub beats: Vec<f64>,
    /// Of each beat whether it begins a bar; nothing where that is not known.
    pub downbeats: Option<Vec<bool>>,
}

/// Whether a song only judges.
pub fn is_kept_back(number: usize) -> bool {
    (number as u64).is_multiple_of(KEPT_BACK)
}

/// Hears `songs` rendered songs, whose seeds begin at a million times `seed`, and those of folders, and has `learn` take
/// what is learnt of each; in their order.
pub fn learn_from<T: Send>(
    songs: u64,
    seed: u64,
    folders: &[PathBuf],
    learn: impl Fn(&Truth, &TrainingFeatures) -> T + Sync,
) -> Result<Vec<T>> {
    let mut files = Vec::new();
    for folder in folders {
        files.extend(songs::with_beats(folder)?);
    }
    files.sort();
    let rendered = (0..songs).into_par_iter().map(|number| {
        let song = Song::of(seed * 1_000_000 + number, SECS);
        let mut analyzer = Analyzer::new(SampleRate::new(HZ)?);
        analyzer.push(&song.samples);
        let truth = Truth {
            downbeats: Some(
                (0..song.beats.len())
                    .map(|k| k.is_multiple_of(song.metre as usize))
                    .collect(),
            ),
            beats: song.beats,
        };
        Ok(learn(&truth, &analyzer.finish_with_features()?))
    });
    let given = files.par_iter().map(|file| {
        let sound = songs::sound_beside(file).with_context(|| format!("no sound lies beside {}", file.display()))?;
        let (beats, places) = songs::truth(file)?;
        let told = places.iter().all(|place| *place > 0);
        let truth = Truth {
            beats,
            downbeats: told.then(|| places.iter().map(|place| *place == 1).collect()),
        };
        let song = open_song(&sound)?;
        let mut analyzer = Analyzer::new(song.info().rate);
        stream(&song, &Cancel::default(), &|_| (), &mut analyzer)?;
        Ok(learn(&truth, &analyzer.finish_with_features()?))
    });
    rendered.chain(given).collect()
}

/// How far from its place a beat's features are looked for, in hops.
const REACH: usize = 2;

/// What is learnt of a song: its stretches with the felt length of each, and its beats' features less those of half-beats.
type Lesson = (Vec<Example>, Vec<Vec<f32>>);

/// Learns from a song.
fn lesson(song: &Truth, heard: &TrainingFeatures) -> Lesson {
    let hops = f64::from(HOPS_PER_SEC);
    let mut examples = Vec::new();
    for features in &heard.tempo {
        let within = features.from_hop as f64 / hops..features.to_hop as f64 / hops;
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
        let felt: Vec<bool> = (0..features.rows.len()).map(near).collect();
        if felt.iter().any(|felt| *felt) {
            examples.push(Example {
                rows: features.rows.clone(),
                felt,
            });
        }
    }
    let most = |secs: f64| {
        let hop = ((secs * hops).round() as usize).min(heard.hops.len() - 1);
        let around = &heard.hops[hop.saturating_sub(REACH)..(hop + REACH + 1).min(heard.hops.len())];
        let mut most = around[0].to_vec();
        for row in around {
            most.iter_mut().zip(row).for_each(|(most, v)| *most = most.max(*v));
        }
        most
    };
    let pair = |pair: &[f64]| {
        let (beat, half) = (most(pair[0]), most(f64::midpoint(pair[0], pair[1])));
        beat.iter().zip(&half).map(|(a, b)| a - b).collect()
    };
    (examples, song.beats.windows(2).map(pair).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_songs_train_weights_that_are_stored_as_the_shipped_ones_are() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("level.f32");
        let arguments = Arguments {
            out: out.clone(),
            songs: 4,
            seed: 2,
            folders: Vec::new(),
        };
        run(&arguments).unwrap();
        let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/level/level.f32");
        let (made, shipped) = (fs::read(out).unwrap(), fs::read(shipped).unwrap());
        assert_eq!(made.len(), shipped.len());
        let numbers = |bytes: &[u8]| {
            bytes
                .as_chunks()
                .0
                .iter()
                .map(|n| f32::from_le_bytes(*n))
                .collect::<Vec<f32>>()
        };
        let (made, shipped) = (numbers(&made), numbers(&shipped));
        assert!(made.iter().all(|n| n.is_finite()));
        // The means of the first features, of few songs or of many, are much alike.
        let alike = made
            .iter()
            .zip(&shipped)
            .take(11)
            .filter(|(a, b)| (*a - *b).abs() < 0.5 * b.abs() + 0.5);
        assert!(alike.count() > 8, "{:?} {:?}", &made[..11], &shipped[..11]);
    }
}
