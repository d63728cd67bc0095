//! A few songs of each kind that readings are fitted on, as plain as can be: `engine/training` makes them in earnest.

use std::{f32::consts::TAU, fs, path::PathBuf};

use anyhow::{Context, Result};
use clap::Args;

use crate::train_level::{Dice, HZ, Song, write_song};

/// Arguments of `plain-songs`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The folder that songs are written into, made if need be
    pub folder: PathBuf,
    /// How many of each kind
    #[arg(default_value_t = 4)]
    pub count: u64,
}

/// Seconds of a song, and of the noise before and after it.
const SECS: f64 = 16.0;
const NOISE_SECS: f64 = 8.0;
/// Where the seeds begin.
const SEED: u64 = 9_000_000;

/// Writes songs alone (`plain`), with noise before and after (`clapped`), and clicks at chance (`chance`).
pub fn run(arguments: &Arguments) -> Result<()> {
    let folder = &arguments.folder;
    fs::create_dir_all(folder).with_context(|| format!("can't make {}", folder.display()))?;
    for number in 0..arguments.count {
        let song = Song::of(SEED + number, SECS);
        write_song(folder, &format!("plain_{number:04}"), &song)?;
        write_song(
            folder,
            &format!("clapped_{number:04}"),
            &among_noise(SEED + number, song),
        )?;
        write_song(folder, &format!("chance_{number:04}"), &clicks(SEED + number))?;
    }
    Ok(())
}

fn among_noise(seed: u64, song: Song) -> Song {
    let mut dice = Dice::new(seed);
    let length = (NOISE_SECS * f64::from(HZ)) as usize;
    let mut noise = || (0..length).map(|_| dice.between(-0.3, 0.3)).collect::<Vec<f32>>();
    Song {
        samples: [noise(), song.samples, noise()].concat(),
        beats: song.beats.iter().map(|beat| beat + NOISE_SECS).collect(),
        metre: song.metre,
    }
}

/// Clicks each of which comes when it likes.
fn clicks(seed: u64) -> Song {
    let mut dice = Dice::new(seed);
    let mut samples = vec![0.0; (SECS * f64::from(HZ)) as usize];
    let length = HZ as usize / 20;
    let mut at = 0;
    while at + length < samples.len() {
        for (k, sample) in samples[at..at + length].iter_mut().enumerate() {
            let secs = k as f32 / HZ as f32;
            *sample += 0.6 * (TAU * 1_000.0 * secs).sin() * (-secs * 120.0).exp();
        }
        at += (dice.between(0.05, 0.9) * HZ as f32) as usize;
    }
    Song {
        samples,
        beats: Vec::new(),
        metre: 4,
    }
}
